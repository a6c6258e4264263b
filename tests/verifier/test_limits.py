"""Every limit of one upload: its default, a file that just reaches it, and one that is past it.

``signatures`` and ``signature_bytes``: tests/verifier/test_pades.py; ``ocr_seconds``: test_scans.py.
How an operator sets them: tests/service/test_settings.py, and in use tests/flows/test_verifying.py.
"""

import io
import re
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pikepdf
import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pytest
from lxml import etree  # type: ignore[import-untyped]
from PIL import Image

from certgen.seal import seal_pdf
from credential.verdict import Indication, SubIndication, Verdict
from service.web.app import create_app
from tests import samples, seals
from tests.service.web.asgi_client import AsgiClient
from tests.service.web.sample_office import NOTHING_FOUND, SampleOffice
from tests.verifier import paper
from tests.verifier.children import allocate, open_many
from verifier.evidence_json import write_evidence
from verifier.extraction.pdf_inventory import walk
from verifier.extraction.refusal import Refused
from verifier.extraction.run import extract, extract_json
from verifier.extraction.sheet import picture_page
from verifier.isolation import Isolation, VerifierBusy
from verifier.limits import Limits
from verifier.lines import segments_of
from verifier.pile import Item

ISSUED = paper.producer()
KNOWN = paper.known(ISSUED)
PAGE = paper.pdf(ISSUED)
LETTER = paper.docx_of(ISSUED)
MB = 1 << 20


def test_the_defaults_are_those_that_are_stated() -> None:
    """docs/threats.md says why; what is not named here is our own."""
    limits = Limits()
    assert (limits.upload, limits.pages, limits.symbols) == (20 * MB, 30, 20)
    assert 1189 <= limits.page_side < 1191
    assert (limits.render_pixels, limits.dpi, limits.image_pixels) == (40_000_000, 300, 40_000_000)
    assert (limits.docx_inflated, limits.docx_elements) == (50 * MB, 200_000)
    seconds = (limits.front_door_seconds, limits.text_seconds, limits.picture_seconds)
    assert (*seconds, limits.pades_seconds) == (5.0, 15.0, 20.0, 10.0)
    assert limits.total_seconds == 50.0
    assert limits.ocr_seconds < limits.picture_seconds
    assert 1 << 30 <= limits.address_space <= 2 << 30
    assert (limits.result, limits.queue) == (16 * MB, 16)


# Counts and sizes: a file that has exactly so many


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def more_pages(data: bytes) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages.append(pdf.pages[0])

    return paper.edit_pdf(data, change)


def content_bytes(data: bytes) -> int:
    with opened(data) as pdf:
        return len(pdf.pages[0].Contents.read_bytes())


def most_elements(data: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [archive.read(name) for name in archive.namelist() if not name.endswith(".png")]
    return max(len(list(etree.fromstring(part).iter(etree.Element))) for part in parts)


def inflated(data: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return sum(entry.file_size for entry in archive.infolist())


def picture(width: int, height: int) -> bytes:
    output = io.BytesIO()
    Image.new("L", (width, height), 255).save(output, "PNG")
    return output.getvalue()


EVIDENCE = paper.Direct().extract(PAGE)
WRITTEN = paper.Direct().extract(LETTER).paragraphs
TWICE = more_pages(PAGE)
HEIGHT = 595 * 25.4 / 72


@dataclass(frozen=True)
class Counted:
    """``has``: what the file has of what ``limit`` limits; ``words``: of the refusal one below."""

    limit: str
    data: bytes
    has: float
    words: str
    step: float = 1


def a5_in_points(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].mediabox = pikepdf.Array([0, 0, 420, 595])


COUNTED = [
    Counted("upload", PAGE, len(PAGE), "文件超过 0 MB"),
    Counted("pages", TWICE, 2, "超过 1 页"),
    Counted("page_side", paper.edit_pdf(PAGE, a5_in_points), HEIGHT, "第 1 页大于 A0", 0.01),
    Counted("symbols", TWICE, 2, "二维码超过 1 个"),
    Counted("image_pixels", picture(60, 50), 3000, "图片超过 0 百万像素"),
    Counted("docx_inflated", LETTER, inflated(LETTER), "DOCX 解压后超过 0 MB"),
    Counted("docx_elements", LETTER, most_elements(LETTER), "DOCX 元素超过"),
    Counted(
        "docx_parts",
        LETTER,
        len(zipfile.ZipFile(io.BytesIO(LETTER)).namelist()),
        "DOCX 内部文件超过",
    ),
    Counted("pdf_objects", PAGE, len(opened(PAGE).objects), "PDF 对象超过"),
    Counted("page_content", PAGE, content_bytes(PAGE), "页面内容超过 0 MB"),
    Counted("glyphs", PAGE, len(EVIDENCE.glyphs), "文字超过"),
    Counted("segments", PAGE, len(segments_of(EVIDENCE.glyphs, 1)), "文字超过"),
    Counted("glyphs", LETTER, sum(len(one.text) for one in WRITTEN), "文字超过"),
    Counted("segments", LETTER, len(WRITTEN), "DOCX 段落超过"),
]


def refusal(verdict: Verdict) -> str:
    assert verdict.indication is Indication.INDETERMINATE
    assert verdict.sub_indication is SubIndication.PROCESSING_LIMIT
    assert {axis.indication for axis in verdict.axes} == {Indication.INDETERMINATE}
    return verdict.axes[0].findings[0].message


@pytest.mark.parametrize("case", COUNTED, ids=lambda case: case.limit)
def test_at_the_limit_and_past_it(case: Counted) -> None:
    at: Limits = replace(Limits(), **{case.limit: case.has})
    verdict = paper.check(case.data, KNOWN, limits=at)
    assert verdict.sub_indication is not SubIndication.PROCESSING_LIMIT
    past: Limits = replace(Limits(), **{case.limit: case.has - case.step})
    assert refusal(paper.check(case.data, KNOWN, limits=past)).startswith(case.words)


def test_the_values_of_a_pdf() -> None:
    def fits(values: int) -> bool:
        with opened(PAGE) as pdf:
            try:
                return bool(list(walk(pdf, Limits(pdf_values=values))))
            except Refused:
                return False

    has = next(values for values in range(1, 1000) if fits(values))
    at, past = Limits(pdf_values=has), Limits(pdf_values=has - 1)
    assert not extract(PAGE, at, lambda _: None).flags
    words = f"PDF 内部结构超过 {has - 1} 项"
    assert refusal(paper.check(PAGE, KNOWN, limits=past)) == words


def test_the_bytes_of_one_stream() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Contents = pdf.make_stream(b" " * (2 * MB))

    data = paper.edit_pdf(PAGE, change)
    roomy = Limits(stream=3 * MB)
    verdict = paper.check(data, KNOWN, limits=roomy)
    assert verdict.sub_indication is not SubIndication.PROCESSING_LIMIT
    tight = paper.check(data, KNOWN, limits=replace(roomy, stream=MB))
    assert refusal(tight) == "PDF 的一个数据流解开后超过 1 MB"


def test_duplicate_names_are_refused_whatever_the_limits() -> None:
    output = io.BytesIO(LETTER)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(output, "a") as archive:
        archive.writestr("word/document.xml", b"<x/>")
    verdict = paper.check(output.getvalue(), KNOWN)
    assert verdict.sub_indication is SubIndication.UNSUPPORTED_FORMAT
    assert verdict.axes[0].findings[0].message == "DOCX 内有同名文件，无法确定以哪一个为准"


# The picture of a page


@pytest.mark.parametrize(
    ("side_mm", "limits", "dpi"),
    [
        (100, Limits(), 300),
        (100, Limits(dpi=150), 150),
        (40, Limits(), 600),  # labels have smaller type
        (1189, Limits(), 135),
        (100, Limits(render_pixels=1_000_000), 250),
    ],
)
def test_a_page_is_drawn_at_so_many_dots_and_no_larger(
    side_mm: float, limits: Limits, dpi: int
) -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(side_mm / 25.4 * 72, side_mm / 25.4 * 72))
    output = io.BytesIO()
    pdf.save(output)
    sheet = picture_page(pdfium.PdfDocument(output.getvalue())[0], 1, limits)
    assert sheet.picture.size <= limits.render_pixels
    assert sheet.across * 72 == pytest.approx(dpi, rel=0.02)


# What the child answers


def test_flags_are_no_more_than_so_many() -> None:
    data = b"x" * 9 + PAGE + b"junk"
    assert len(paper.Direct(Limits(flags=1)).extract(data).flags) == 1
    assert len(paper.Direct(Limits(flags=2)).extract(data).flags) == 2


def test_the_length_of_the_answer() -> None:
    length = len(write_evidence(EVIDENCE))
    assert len(extract_json(PAGE, Limits(result=length))) == length
    past = extract_json(PAGE, Limits(result=length - 1))
    assert "RESULT_SIZE" in past
    assert len(past) < 1000


# Seconds


def stages(data: bytes) -> list[float]:
    """The deadlines that a file's stages are given, in order; each limit has a value of its own."""
    asked: list[float] = []
    own = Limits(
        front_door_seconds=1, text_seconds=2, picture_seconds=3, pades_seconds=4, ocr_seconds=2
    )
    extract(data, own, asked.append)
    return asked


def test_each_stage_has_its_own_seconds() -> None:
    assert stages(PAGE) == [1, 2, 3]
    assert stages(seal_pdf(PAGE, seals.seal(), at=samples.AT)) == [1, 2, 3, 4]
    assert stages(LETTER) == [1, 2, 3]
    assert stages(paper.symbol_png(ISSUED.qr_text)) == [1, 3]
    assert stages(b"x") == [1]


@pytest.fixture(scope="module")
def isolation() -> Iterator[Isolation]:
    with Isolation(Limits(), workers=1) as made:
        yield made


def in_child(
    isolation: Isolation,
    monkeypatch: pytest.MonkeyPatch,
    limits: Limits,
    work: Callable[..., None] | None = None,
    data: bytes = PAGE,
) -> str:
    """The code of the first flag, or nothing."""
    monkeypatch.setattr(isolation, "limits", limits)
    if work is not None:
        monkeypatch.setattr("verifier.isolation._answer", work)
    flags = isolation.extract(data).flags
    monkeypatch.undo()
    return flags[0].code if flags else ""


@pytest.mark.parametrize("stage", ["front_door", "text", "picture"])
def test_a_stage_past_its_seconds_ends(
    isolation: Isolation, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    past = replace(Limits(), **{f"{stage}_seconds": 0.001})
    assert in_child(isolation, monkeypatch, past) == "CHILD_ENDED"
    assert in_child(isolation, monkeypatch, Limits()) == ""


def test_the_check_of_a_seal_past_its_seconds_ends(
    isolation: Isolation, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = seal_pdf(PAGE, seals.seal(), at=samples.AT)
    past = Limits(pades_seconds=0.001)
    assert in_child(isolation, monkeypatch, past, data=sealed) == "CHILD_ENDED"
    assert in_child(isolation, monkeypatch, Limits(), data=sealed) == ""


# What a child may take


def test_the_address_space_of_a_child(
    isolation: Isolation, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = Limits(address_space=1500 * MB)
    assert in_child(isolation, monkeypatch, limits, allocate, b"300") == "HELD_300"
    assert in_child(isolation, monkeypatch, limits, allocate, b"1500") == "CHILD_ENDED"
    more = replace(limits, address_space=3500 * MB)
    assert in_child(isolation, monkeypatch, more, allocate, b"1500") == "HELD_1500"


def test_the_open_files_of_a_child(isolation: Isolation, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = Limits(open_files=40)
    assert in_child(isolation, monkeypatch, limits, open_many, b"20") == "OPENED"
    assert in_child(isolation, monkeypatch, limits, open_many, b"40") == "TOO_MANY"


# The queue


@pytest.mark.parametrize("queue", [0, 2])
def test_so_many_may_wait_and_one_more_is_refused(queue: int) -> None:
    made = Isolation(Limits(queue=queue), workers=1)
    for _ in range(1 + queue):
        assert made._waiting.acquire(blocking=False)
    with pytest.raises(VerifierBusy, match=r"^排队的核验过多，请稍后再试$"):
        made.extract(b"%PDF-1.7")
    made._waiting.release()
    assert made.extract(b"x").flags[0].code == "FORMAT"


@dataclass
class Slow(SampleOffice):
    """Verifies until it is told to end."""

    def __post_init__(self) -> None:
        self.begun, self.end = threading.Semaphore(0), threading.Event()

    def verify(self, _item: Item, *_: object) -> Verdict:
        self.begun.release()
        assert self.end.wait(10)
        return NOTHING_FOUND


@pytest.mark.parametrize("places", [1, 2])
def test_over_http_the_one_too_many_is_told_when_to_come_again(places: int) -> None:
    office = Slow()
    client = AsgiClient(create_app(office, verify_places=places))
    statuses: list[int] = []

    def post() -> None:
        answer = client.post("/api/v1/verify", files={"file": ("a.pdf", b"x")})
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=post) for _ in range(places)]
    for thread in threads:
        thread.start()
        assert office.begun.acquire(timeout=10)
    for path in ("/api/v1/verify", "/verify"):
        full = client.post(path, files={"file": ("a.pdf", b"x")})
        assert (full.status_code, full.headers["retry-after"]) == (503, "10")
        assert "正在核验的文件较多，请稍后再试" in full.text
    office.end.set()
    for thread in threads:
        thread.join()
    assert statuses == [200] * places
    assert client.post("/verify", files={"file": ("a.pdf", b"x")}).status_code == 200


@dataclass
class Busy(SampleOffice):
    def verify(self, _item: Item, *_: object) -> Verdict:
        raise VerifierBusy("排队的核验过多，请稍后再试")


def test_a_verifier_that_others_keep_busy_is_a_full_queue_too() -> None:
    answer = AsgiClient(create_app(Busy())).post("/verify", files={"file": ("a.pdf", b"x")})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")


def test_over_http_an_upload_at_the_limit_and_past_it() -> None:
    client = AsgiClient(create_app(SampleOffice(), limits=Limits(upload=3 * MB)))
    for path in ("/api/v1/verify", "/verify"):
        at = client.post(path, files={"file": ("a.pdf", bytes(3 * MB))})
        past = client.post(path, files={"file": ("a.pdf", bytes(3 * MB + 1))})
        assert (at.status_code, past.status_code) == (200, 413)
        assert "文件过大：最大 3 MB" in past.text
    assert "最大 3 MB" in client.get("/verify").text


def test_a_glyph_counts_as_the_letters_it_reads_as() -> None:
    def long_word(pdf: pikepdf.Pdf) -> None:
        for font in pdf.pages[0].Resources.Font.values():
            table = font.ToUnicode.read_bytes()
            word = re.search(rb"beginbfchar\n<[0-9A-F]{4}> <([0-9A-F]{4})", table)
            assert word is not None
            start, end = word.span(1)
            font.ToUnicode = pdf.make_stream(table[:start] + word[1] * 8 + table[end:])

    limits = Limits(glyphs=len(EVIDENCE.glyphs) + 3)
    found = paper.check(paper.edit_pdf(PAGE, long_word), KNOWN, limits=limits)
    assert refusal(found) == f"文字超过 {limits.glyphs} 个"
