"""What a forger does to the words and to the symbol: the answer of each, with the place."""

import io
from collections.abc import Callable
from dataclasses import replace

import pikepdf
import pytest
from docx.document import Document as Docx
from pikepdf import Array, Dictionary, Name
from PIL import Image

from certgen.document import Document
from credential.fields import fields_digest
from credential.verdict import AxisName, Finding, Indication, SubIndication, Verdict
from tests import samples
from tests.verifier import paper

PASSED, UNSURE, FAILED = Indication.PASSED, Indication.INDETERMINATE, Indication.FAILED
ISSUED = paper.producer()


def mismatch(verdict: Verdict, field: str) -> Finding:
    content = paper.axis(verdict, AxisName.CONTENT_MATCH)
    assert (verdict.indication, content.indication) == (FAILED, FAILED)
    assert content.sub_indication is SubIndication.CONTENT_MISMATCH
    (finding,) = (finding for finding in content.findings if finding.field == field)
    return finding


# Look-alikes


def signed(**words: str) -> tuple[Document, paper.Registry]:
    """A certificate that says other words, signed as it is, and the registry that knows it."""
    fields = {**samples.PRODUCER_FIELDS, **words}
    digest = fields_digest(fields, samples.PRODUCER.id)
    issued = paper.document(replace(samples.PRODUCER, digest=digest), fields)
    return issued, paper.registry(paper.record_of(issued, fields=issued.fields))


def with_value(issued: Document, field: str, value: str) -> Document:
    return replace(issued, fields={**issued.fields, field: value})


LOOKALIKES = {
    "己 已": ("promise", "本人对自己的承诺负责", "己", "已"),
    "未 末": ("promise", "未使用禁用农药", "未", "末"),
    "Latin A, Cyrillic А": ("promise", "按 A 级标准生产", "A", "А"),
    "0, full-width Ｏ": ("promise", "残留量 0.05 毫克", "0", "Ｏ"),
    "1, l": ("promise", "残留量 0.1 毫克", "1", "l"),
    "日 曰": ("promise", "每日记录用药", "日", "曰"),
    "壹 壱": ("promise", "壹号大棚所产", "壹", "壱"),
}


@pytest.mark.parametrize("form", ["pdf", "docx"])
@pytest.mark.parametrize("pair", LOOKALIKES)
def test_a_look_alike_is_named_as_such(pair: str, form: str) -> None:
    field, value, right, wrong = LOOKALIKES[pair]
    issued, known = signed(**{field: value})
    assert right in value
    altered = with_value(issued, field, value.replace(right, wrong))
    verdict = paper.check(paper.pdf(altered) if form == "pdf" else paper.docx_of(altered), known)
    finding = mismatch(verdict, field)
    shown = {"Ｏ": "O"}.get(wrong, wrong)
    assert finding.code == "LOOKALIKE"
    assert finding.message == f"“承诺事项”与签发时不符，含有形近字：“{shown}”（应为“{right}”）"
    assert finding.expected == value
    if form == "pdf":
        assert finding.place is not None
        assert (finding.place.page, finding.place.box is None) == (1, False)


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_the_words_as_signed_pass(form: str) -> None:
    """So that the look-alikes above are caught for what they are."""
    issued, known = signed(promise="；".join(value for _, value, _, _ in LOOKALIKES.values()))
    data = paper.pdf(issued) if form == "pdf" else paper.docx_of(issued)
    verdict = paper.check(data, known)
    assert verdict.indication is PASSED, verdict.axes


# Hidden text never counts as a match

TRUTH, LIE = "0571-00000000", "0571-99999999"
KNOWN = paper.known(ISSUED)


def layer(opened: pikepdf.Pdf) -> None:
    """The truth in a layer that is switched off (ISO 32000-1 §8.11)."""
    group = opened.make_indirect(Dictionary(Type=Name.OCG, Name="x"))
    opened.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(OFF=Array([group])))
    paper.append_content(f"/OC /Off BDC {at_the_value()} EMC")(opened)
    opened.pages[0].obj.Resources.Properties = Dictionary(Off=group)


def at_the_value(before: str = "", after: str = "", size: float = 10, x: float = 0) -> str:
    return f"{before} BT /Odd {size} Tf {300 + x} 165 Td ({TRUTH}) Tj ET {after}"


HIDDEN: dict[str, Callable[[pikepdf.Pdf], None]] = {
    "white": paper.append_content(at_the_value("1 g")),
    "render mode 3": paper.append_content(at_the_value().replace("BT", "BT 3 Tr")),
    "clipped": paper.append_content(at_the_value("0 0 1 1 re W n")),
    "tiny": paper.append_content(at_the_value(size=0.5)),
    "off the page": paper.append_content(at_the_value(x=700)),
    "under a white box": paper.append_content(at_the_value(after="1 g 298 163 90 12 re f")),
    "in a layer that is off": layer,
}


@pytest.mark.parametrize("way", HIDDEN)
def test_a_hidden_truth_beside_a_visible_lie_is_no_match(way: str) -> None:
    altered = with_value(ISSUED, "contact", LIE)
    verdict = paper.check(paper.edit_pdf(paper.pdf(altered), HIDDEN[way]), KNOWN)
    finding = mismatch(verdict, "contact")
    assert finding.found is not None
    assert LIE in finding.found
    assert TRUTH not in finding.found
    visibility = paper.axis(verdict, AxisName.VISIBILITY)
    assert (visibility.indication, visibility.sub_indication) == (
        UNSURE,
        SubIndication.HIDDEN_CONTENT,
    )


@pytest.mark.parametrize("way", HIDDEN)
def test_the_same_hidden_words_on_an_honest_page_are_hidden_content(way: str) -> None:
    verdict = paper.check(paper.edit_pdf(paper.pdf(ISSUED), HIDDEN[way]), KNOWN)
    assert (verdict.indication, verdict.worst.sub_indication) == (
        UNSURE,
        SubIndication.HIDDEN_CONTENT,
    )
    assert verdict.worst.name is AxisName.VISIBILITY


# A second symbol

LETTER = replace(
    paper.pledge(),
    fields={**paper.pledge().fields, "pledge": "本人提交的材料真实。\n" * 14},
)
"""Two pages; the symbol stands on the second."""
DECOYS = {"another of ours": paper.household().qr_text, "foreign": "https://pay.example.com/a"}


def drawn(page: int, text: str, *, first: bool) -> Callable[[pikepdf.Pdf], None]:
    """Before or after everything else on a page; one page more than there are is added."""

    def change(opened: pikepdf.Pdf) -> None:
        if page > len(opened.pages):
            opened.add_blank_page(page_size=(595, 842))
        target = opened.pages[page - 1]
        target.add_resource(paper.symbol_picture(opened, text), Name.XObject, Name("/Decoy"))
        target.contents_add(b"q 90 0 0 90 300 20 cm /Decoy Do Q", prepend=first)

    return change


def several(verdict: Verdict) -> None:
    assert verdict.indication is UNSURE
    credential = paper.axis(verdict, AxisName.CREDENTIAL)
    assert credential.sub_indication is SubIndication.MULTIPLE_CREDENTIALS
    assert credential.findings[0].code == "SEVERAL_SYMBOLS"
    for name in (AxisName.REGISTRY_STATUS, AxisName.CONTENT_MATCH):
        assert paper.axis(verdict, name).indication is UNSURE
    assert verdict.credential is None


@pytest.mark.parametrize("first", [True, False], ids=["drawn first", "drawn last"])
@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_decoy_on_any_page_in_any_order(page: int, first: bool) -> None:
    """A foreign symbol in a PDF: tests/verifier/test_hidden.py."""
    data = paper.edit_pdf(LETTER_PAGES, drawn(page, DECOYS["another of ours"], first=first))
    several(paper.check(data, paper.known(LETTER)))


def test_a_decoy_page_before_the_genuine_one() -> None:
    def change(opened: pikepdf.Pdf) -> None:
        drawn(2, DECOYS["another of ours"], first=True)(opened)
        opened.pages.insert(0, opened.pages[1])
        del opened.pages[2]

    several(paper.check(paper.edit_pdf(paper.pdf(ISSUED), change), KNOWN))


@pytest.mark.parametrize("decoy", DECOYS)
@pytest.mark.parametrize("first", [True, False], ids=["first", "last"])
def test_a_decoy_in_a_docx(first: bool, decoy: str) -> None:
    def change(made: Docx) -> None:
        place = made.paragraphs[0 if first else -1]
        place.add_run().add_picture(io.BytesIO(paper.symbol_png(DECOYS[decoy])))

    several(paper.check(paper.docx_of(ISSUED, change), KNOWN))


@pytest.mark.parametrize("decoy", DECOYS)
@pytest.mark.parametrize("first", [True, False], ids=["left", "right"])
def test_a_decoy_in_a_picture(first: bool, decoy: str) -> None:
    both = [
        Image.open(io.BytesIO(paper.symbol_png(text, 4)))
        for text in (ISSUED.qr_text, DECOYS[decoy])
    ]
    if first:
        both.reverse()
    wide = Image.new("L", (sum(one.width for one in both), max(one.height for one in both)), 255)
    wide.paste(both[0], (0, 0))
    wide.paste(both[1], (both[0].width, 0))
    output = io.BytesIO()
    wide.save(output, "PNG")
    several(paper.check(output.getvalue(), KNOWN))


LETTER_PAGES = paper.pdf(LETTER, paper.LETTER)
