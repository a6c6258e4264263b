"""Forgeries by hand in the file itself: the text operators of a PDF, the runs of a DOCX.

A forger so has only the letters that the file's own fonts hold. An edit that can't be made on this
file gives None.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

import pikepdf
from lxml import etree  # type: ignore[import-untyped]
from pikepdf import Array, ContentStreamInstruction, Dictionary, Name, Operator, String
from pyhanko.pdf_utils.generic import NameObject, StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from benchmarks.robustness_words import says_otherwise

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DOCUMENT: Final = "word/document.xml"
_LONGEST_LABEL: Final = 12
_PAIR: Final = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>")

Instruction = ContentStreamInstruction | pikepdf.ContentStreamInlineImage


@dataclass(slots=True)
class Shown:
    """One operator that shows text. ``place``: in the stream; ``letters``: of its font, by code."""

    place: int
    codes: list[bytes]
    letters: Mapping[bytes, str]

    @property
    def text(self) -> str:
        return "".join(self.letters.get(code, "\ufffd") for code in self.codes)

    @property
    def head(self) -> int:
        """Letters of the label that it starts with."""
        return self.text.index("：") + 1 if "：" in self.text[:_LONGEST_LABEL] else 0


@dataclass(slots=True)
class Stream:
    """A page's content or a form, with what it shows."""

    held: pikepdf.Object
    instructions: list[Instruction]
    shown: list[Shown]

    def write(self, one: Shown) -> None:
        instruction = self.instructions[one.place]
        assert isinstance(instruction, ContentStreamInstruction)
        self.instructions[one.place] = ContentStreamInstruction(
            [String(b"".join(one.codes))], Operator("Tj")
        )

    def save(self) -> None:
        self.held.write(pikepdf.unparse_content_stream(self.instructions))


def streams_of(opened: pikepdf.Pdf) -> list[Stream]:
    """Of all pages and the forms that they use, where they show text."""
    found = []
    seen = set()
    for page in opened.pages:
        page.contents_coalesce()
        resources = page.resources
        fonts = resources.Font if "/Font" in resources else Dictionary()
        forms = dict(resources.XObject).values() if "/XObject" in resources else ()
        for held in (page.obj.Contents, *forms):
            if held.objgen in seen or held.get("/Subtype") == Name.Image:
                continue
            seen.add(held.objgen)
            stream = _stream(held, fonts)
            if stream.shown:
                found.append(stream)
    return found


def _stream(held: pikepdf.Object, fonts: pikepdf.Object) -> Stream:
    letters = {name: letters_of(font) for name, font in dict(fonts).items()}
    instructions = list(pikepdf.parse_content_stream(held))
    shown = []
    font: Mapping[bytes, str] = {}
    for place, instruction in enumerate(instructions):
        operator = str(instruction.operator)
        if operator == "Tf":
            font = letters.get(str(instruction.operands[0]), {})
        elif operator in {"Tj", "TJ"}:
            codes = _codes(instruction.operands[0])
            if codes:
                shown.append(Shown(place, codes, font))
    return Stream(held, instructions, shown)


def letters_of(font: pikepdf.Object) -> dict[bytes, str]:
    """What each code of a font reads as; both of our writers list them one by one."""
    if "/ToUnicode" not in font:
        return {}
    return {
        bytes.fromhex(code.decode()): bytes.fromhex(text.decode()).decode("utf-16-be")
        for code, text in _PAIR.findall(font.ToUnicode.read_bytes())
        if len(text) % 4 == 0
    }


def _codes(operand: pikepdf.Object) -> list[bytes]:
    pieces = list(operand) if isinstance(operand, Array) else [operand]
    data = b"".join(bytes(piece) for piece in pieces if isinstance(piece, String))
    return [data[at : at + 2] for at in range(0, len(data), 2)]


PdfEdit = Callable[[Sequence[Stream], Random], bool]


def _solid(one: Shown) -> list[int]:
    return [place for place, code in enumerate(one.codes) if one.letters.get(code, " ").strip()]


def _pick(streams: Sequence[Stream], random: Random) -> tuple[Stream, Shown, int] | None:
    every = [(stream, one) for stream in streams for one in stream.shown if _solid(one)]
    if not every:
        return None
    stream, one = random.choice(every)
    return stream, one, random.choice(_solid(one))


def _at_a_letter(change: Callable[[Shown, int, Random], bool]) -> PdfEdit:
    """``change`` alters what is shown at one of its letters; False where it can't."""

    def edit(streams: Sequence[Stream], random: Random) -> bool:
        picked = _pick(streams, random)
        if picked is None or not change(*picked[1:], random):
            return False
        picked[0].write(picked[1])
        return True

    return edit


def _replaced(one: Shown, place: int, random: Random) -> bool:
    was = one.letters[one.codes[place]]
    others = [code for code, text in one.letters.items() if says_otherwise(was, text)]
    if others:
        one.codes[place] = random.choice(others)
    return bool(others)


def _dropped(one: Shown, place: int, _random: Random) -> bool:
    del one.codes[place]
    return True


def _doubled(one: Shown, place: int, _random: Random) -> bool:
    one.codes.insert(place, one.codes[place])
    return True


def _exchanged(one: Shown, place: int, random: Random) -> bool:
    """Two letters of one line."""
    text = one.letters[one.codes[place]]
    others = [p for p in _solid(one) if says_otherwise(text, one.letters[one.codes[p]])]
    if others:
        other = random.choice(others)
        one.codes[place], one.codes[other] = one.codes[other], one.codes[place]
    return bool(others)


def _line_erased(one: Shown, _place: int, _random: Random) -> bool:
    one.codes = []
    return True


def _lines_exchanged(streams: Sequence[Stream], random: Random) -> bool:
    """The words of two lines of one font, each where the other was. A label stays in its place: a
    whole row that stands elsewhere still says the same."""
    pairs = [
        (stream, one, other)
        for stream in streams
        for one in stream.shown
        for other in stream.shown
        if one.place < other.place
        and one.letters is other.letters
        and says_otherwise(one.text[one.head :], other.text[other.head :])
    ]
    if not pairs:
        return False
    stream, one, other = random.choice(pairs)
    one.codes, other.codes = (
        one.codes[: one.head] + other.codes[other.head :],
        other.codes[: other.head] + one.codes[one.head :],
    )
    stream.write(one)
    stream.write(other)
    return True


def _line_moved(streams: Sequence[Stream], random: Random) -> bool:
    """By 5 to 40 mm, onto other words or white paper."""
    every = [(stream, one) for stream in streams for one in stream.shown if _solid(one)]
    if not every:
        return False
    stream, one = random.choice(every)
    right, up = (random.choice((-1, 1)) * random.uniform(14, 113) for _ in range(2))
    instruction = stream.instructions[one.place]
    begin = max(
        (p for p in range(one.place) if str(stream.instructions[p].operator) == "BT"), default=None
    )
    end = min(
        (
            p
            for p in range(one.place, len(stream.instructions))
            if str(stream.instructions[p].operator) == "ET"
        ),
        default=None,
    )
    if begin is None or end is None or not isinstance(instruction, ContentStreamInstruction):
        return False
    block = stream.instructions[begin : end + 1]
    shift = ContentStreamInstruction([1, 0, 0, 1, right, up], Operator("cm"))
    save, restore = (ContentStreamInstruction([], Operator(name)) for name in "qQ")
    stream.instructions[begin : end + 1] = [save, shift, *block, restore]
    return True


PDF_EDITS: Final[Mapping[str, PdfEdit]] = {
    "letter replaced": _at_a_letter(_replaced),
    "letter dropped": _at_a_letter(_dropped),
    "letter doubled": _at_a_letter(_doubled),
    "letters exchanged": _at_a_letter(_exchanged),
    "lines exchanged": _lines_exchanged,
    "line erased": _at_a_letter(_line_erased),
    "line moved": _line_moved,
}


def edit_pdf(data: bytes, sort: str, random: Random) -> bytes | None:
    """The file with one edit, written anew."""
    with pikepdf.open(io.BytesIO(data)) as opened:
        streams = streams_of(opened)
        if not PDF_EDITS[sort](streams, random):
            return None
        for stream in streams:
            stream.save()
        output = io.BytesIO()
        opened.save(output)
    return output.getvalue()


def update_pdf(data: bytes, sort: str, random: Random) -> bytes | None:
    """The same edit of page 1 as an incremental update: a seal before it stays as it was made."""
    with pikepdf.open(io.BytesIO(data)) as opened:
        streams = streams_of(opened)
        own = [one for one in streams if one.held.objgen == opened.pages[0].obj.Contents.objgen]
        if not own or not PDF_EDITS[sort](own, random):
            return None
        content = pikepdf.unparse_content_stream(own[0].instructions)
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    page_reference, _ = writer.find_page_for_modification(0)  # type: ignore[no-untyped-call]  # pyHanko's
    page = page_reference.get_object()
    page[NameObject("/Contents")] = writer.add_object(StreamObject(stream_data=content))
    writer.mark_update(page_reference)
    output = io.BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]  # pyHanko's
    return output.getvalue()


DocxEdit = Callable[[Sequence[etree._Element], Random], bool]


def _texts(runs: Sequence[etree._Element]) -> list[etree._Element]:
    return [run for run in runs if (run.text or "").strip()]


def _run_letter(change: Callable[[str, int, Random], str]) -> DocxEdit:
    def edit(runs: Sequence[etree._Element], random: Random) -> bool:
        run = random.choice(_texts(runs))
        text = run.text or ""
        places = [place for place, character in enumerate(text) if not character.isspace()]
        changed = change(text, random.choice(places), random)
        run.text = changed
        return says_otherwise(text, changed)

    return edit


def _runs_exchanged(runs: Sequence[etree._Element], random: Random) -> bool:
    one, other = random.sample(_texts(runs), 2)
    if not says_otherwise(one.text or "", other.text or ""):
        return False
    one.text, other.text = other.text, one.text
    return True


def _run_erased(runs: Sequence[etree._Element], random: Random) -> bool:
    random.choice(_texts(runs)).text = ""
    return True


DOCX_EDITS: Final[Mapping[str, DocxEdit]] = {
    "letter replaced": _run_letter(lambda t, p, r: t[:p] + r.choice("甲乙丙38O不") + t[p + 1 :]),
    "letter dropped": _run_letter(lambda t, p, _: t[:p] + t[p + 1 :]),
    "letter doubled": _run_letter(lambda t, p, _: t[:p] + t[p] + t[p:]),
    "letters exchanged": _run_letter(lambda t, p, _: t[:p] + t[p + 1 : p + 2] + t[p] + t[p + 2 :]),
    "runs exchanged": _runs_exchanged,
    "run erased": _run_erased,
}


def edit_docx(data: bytes, sort: str, random: Random) -> bytes | None:
    def change(root: etree._Element) -> bool:
        return DOCX_EDITS[sort](list(root.iter(f"{_W}t")), random)

    return change_docx(data, change)


def change_docx(data: bytes, change: Callable[[etree._Element], bool]) -> bytes | None:
    """``change`` edits the body and says whether it did."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    root = etree.fromstring(parts[_DOCUMENT])
    if not change(root):
        return None
    parts[_DOCUMENT] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return pack_docx(parts.items())


def pack_docx(parts: Iterable[tuple[str, bytes]]) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return output.getvalue()
