"""The file of a bulk job: a PDF written page by page, so that memory does not grow with it.

Everything that refers back (page tree, fonts, cross-reference) is written last. Pages are kept in
object streams (ISO 32000-1 §7.5.7): a label costs its content and a few bytes.
"""

import io
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import BinaryIO, Final

from certgen.label_drawing import DrawnPages, Label, LabelDrawer
from certgen.label_font import Glyph, glyph_of, half_width_glyphs, label_fonts
from certgen.label_parts import MM
from certgen.label_sheet import Sheet
from credential.plain_deflate import deflated
from scheme.model import Style

_CATALOG, _PAGES, _RESOURCES, _INFO = 1, 2, 3, 4
_FIRST_FREE: Final = 5
_TITLE: Final = "承诺达标合格证"
"""Words that each label prints: readers show a file's title above its pages, and it is verified."""
_BRANCH: Final = 250
"""Pages of one node of the page tree; one object stream holds them."""
_COMPRESSION: Final = 9
_XREF_COMPRESSION: Final = 1
"""A hundred times as fast on rows that repeat but for a byte or two, and smaller too: 11 µs a label less."""
_ENTRY: Final = struct.Struct(">BQH")
"""Cross-reference entry: type, offset or object stream, generation or place in the stream."""


class LabelPdf:
    """Writes to ``file``, which need not be seekable. :meth:`close` makes it a PDF."""

    def __init__(self, file: BinaryIO, sheet: Sheet, title: str = _TITLE) -> None:
        self._file, self._sheet, self._title = file, sheet, title
        self._offset = 0
        self._next = _FIRST_FREE
        self._entries = bytearray(_ENTRY.pack(0, 0, 65535) + bytes(_ENTRY.size * (_FIRST_FREE - 1)))
        self._contents: list[int] = []
        self._branches: list[tuple[int, int]] = []
        self._forms: dict[str, int] = {}
        self._characters: set[str] = set()
        # comment of four bytes above 127: a PDF is binary (ISO 32000-1 §7.5.2)
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def add(self, drawn: DrawnPages) -> None:
        """The next pages, in the order of the job."""
        for name, content in drawn.forms.items():
            if name not in self._forms:
                self._forms[name] = self._add_form(content)
        self._characters |= drawn.characters
        for page in drawn.pages:
            number = self._new()
            self._stream(number, b"/Filter/FlateDecode", page)
            self._contents.append(number)
            if len(self._contents) == _BRANCH:
                self._write_branch()

    def close(self) -> None:
        """Fonts, resources, page tree and cross-reference. The file itself stays open."""
        if self._contents:
            self._write_branch()
        used = {place: self._glyphs(place) for place in range(len(label_fonts()))}
        fonts = {place: self._add_font(place, glyphs) for place, glyphs in used.items() if glyphs}
        names = " ".join(f"/F{place} {number} 0 R" for place, number in fonts.items())
        forms = " ".join(f"/{name} {number} 0 R" for name, number in self._forms.items())
        kids = " ".join(f"{number} 0 R" for number, _ in self._branches)
        count = sum(pages for _, pages in self._branches)
        width, height = _points(self._sheet.width), _points(self._sheet.height)
        title = ("\ufeff" + self._title).encode("utf-16-be").hex()
        self._object(_RESOURCES, f"<</Font<<{names}>>/XObject<<{forms}>>>>")
        self._object(
            _PAGES,
            f"<</Type/Pages/Count {count}/Kids[{kids}]/MediaBox[0 0 {width} {height}]"
            f"/Resources {_RESOURCES} 0 R>>",
        )
        self._object(_INFO, f"<</Title<{title}>>>")
        # a label printed to fit the paper is no longer of its size
        self._object(
            _CATALOG,
            f"<</Type/Catalog/Pages {_PAGES} 0 R/Lang(zh-CN)"
            "/ViewerPreferences<</PrintScaling/None/DisplayDocTitle true>>>>",
        )
        self._write_xref()

    def _new(self) -> int:
        self._entries += bytes(_ENTRY.size)
        self._next += 1
        return self._next - 1

    def _set(self, number: int, *entry: int) -> None:
        _ENTRY.pack_into(self._entries, number * _ENTRY.size, *entry)

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._offset += len(data)

    def _object(self, number: int, body: str) -> None:
        self._set(number, 1, self._offset, 0)
        self._write(f"{number} 0 obj\n{body}\nendobj\n".encode("ascii"))

    def _stream(self, number: int, head: bytes, data: bytes) -> None:
        self._set(number, 1, self._offset, 0)
        self._write(
            b"%d 0 obj\n<<%s/Length %d>>stream\n%s\nendstream\nendobj\n"
            % (number, head, len(data), data)
        )

    def _add_stream(self, head: str, data: bytes) -> int:
        number = self._new()
        compressed = deflated(data, _COMPRESSION)
        self._stream(number, f"{head}/Filter/FlateDecode".encode("ascii"), compressed)
        return number

    def _add_form(self, content: bytes) -> int:
        reach = _points(max(self._sheet.width, self._sheet.height))
        return self._add_stream(
            f"/Type/XObject/Subtype/Form/BBox[-{reach} -{reach} {reach} {reach}]"
            f"/Resources {_RESOURCES} 0 R",
            content,
        )

    def _write_branch(self) -> None:
        """The pages so far as one node of the tree, all in one object stream."""
        branch = self._new()
        pages = [self._new() for _ in self._contents]
        kids = " ".join(f"{number} 0 R" for number in pages)
        bodies = [
            f"<</Type/Pages/Parent {_PAGES} 0 R/Count {len(pages)}/Kids[{kids}]>>",
            *(
                f"<</Type/Page/Parent {branch} 0 R/Contents {content} 0 R>>"
                for content in self._contents
            ),
        ]
        numbers = [branch, *pages]
        offsets, place = [], 0
        for body in bodies:
            offsets.append(place)
            place += len(body) + 1
        index = " ".join(f"{n} {o}" for n, o in zip(numbers, offsets, strict=True)) + "\n"
        data = (index + "\n".join(bodies)).encode("ascii")
        stream = self._add_stream(f"/Type/ObjStm/N {len(numbers)}/First {len(index)}", data)
        for order, number in enumerate(numbers):
            self._set(number, 2, stream, order)
        self._branches.append((branch, len(pages)))
        self._contents.clear()

    def _glyphs(self, place: int) -> dict[int, tuple[Glyph, str]]:
        """What of one font is printed, by code, in the order of the codes."""
        used = [
            (glyph, character)
            # of two characters with one glyph the plain one comes last and stays: · over ・
            for character in sorted(self._characters, reverse=True)
            if (glyph := glyph_of(character)) is not None and glyph.font == place
        ]
        if place == 0:
            used += [(glyph, character) for character, glyph in half_width_glyphs().items()]
        return {glyph.code: (glyph, c) for glyph, c in sorted(used, key=lambda item: item[0].code)}

    def _add_font(self, place: int, glyphs: Mapping[int, tuple[Glyph, str]]) -> int:
        """ISO 32000-1 §9.7: a composite font whose codes are CIDs, with only the glyphs printed."""
        font = label_fonts()[place]
        data = font.subset(glyph.glyph for glyph, _ in glyphs.values())
        box = font.box
        # §9.6.4: a subset's name has a tag of six capitals
        name = f"{'ABCDEF'[place] * 6}+{box.name}"
        file = self._add_stream("/Subtype/CIDFontType0C", data)
        descriptor, child, number = self._new(), self._new(), self._new()
        self._object(
            descriptor,
            f"<</Type/FontDescriptor/FontName/{name}/Flags 4/FontBBox[{' '.join(map(str, box.box))}]"
            f"/ItalicAngle 0/Ascent {box.ascent}/Descent {box.descent}/CapHeight 733/StemV 80"
            f"/FontFile3 {file} 0 R>>",
        )
        widths = " ".join(
            f"{code} [{glyph.width}]" for code, (glyph, _) in glyphs.items() if glyph.width != 1000
        )
        self._object(
            child,
            f"<</Type/Font/Subtype/CIDFontType0/BaseFont/{name}/FontDescriptor {descriptor} 0 R"
            "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
            f"/DW 1000/W[{widths}]>>",
        )
        unicode = self._add_stream("", _to_unicode(glyphs.items()))
        self._object(
            number,
            f"<</Type/Font/Subtype/Type0/BaseFont/{name}-Identity-H/Encoding/Identity-H"
            f"/DescendantFonts[{child} 0 R]/ToUnicode {unicode} 0 R>>",
        )
        return number

    def _write_xref(self) -> None:
        number = self._new()
        start = self._offset
        self._set(number, 1, start, 0)
        # one stream; it is all that grows with the job: 11 bytes an object
        data = deflated(self._entries, _XREF_COMPRESSION)
        head = (
            f"/Type/XRef/Size {self._next}/W[1 8 2]/Root {_CATALOG} 0 R/Info {_INFO} 0 R"
            "/Filter/FlateDecode"
        )
        self._stream(number, head.encode("ascii"), data)
        self._write(f"startxref\n{start}\n%%EOF\n".encode("ascii"))


def write_labels(
    file: BinaryIO,
    style: Style,
    labels: Iterable[Sequence[Label]],
    *,
    sheet: Sheet | None = None,
    start: int = 1,
) -> int:
    """A whole job in this process; how many labels it has. ``labels``: chunks, each but the last
    ending a full sheet (certgen.label_drawing.chunks).

    Raises:
        SheetError, LabelError, GlyphError, SymbolError: what can't be drawn, and why.
    """
    drawer = LabelDrawer.of(style, sheet, start)
    pdf = LabelPdf(file, drawer.sheet)
    count = 0
    for chunk in labels:
        pdf.add(drawer.draw(chunk, count))
        count += len(chunk)
    pdf.close()
    return count


def label_pdf(label: Label, style: Style) -> bytes:
    """One label on a page of its size; the same bytes for the same label."""
    file = io.BytesIO()
    write_labels(file, style, [[label]])
    return file.getvalue()


def _to_unicode(glyphs: Iterable[tuple[int, tuple[Glyph, str]]]) -> bytes:
    """ISO 32000-1 §9.10.3: what each code reads as."""
    lines = [
        f"<{code:04X}> <{character.encode('utf-16-be').hex().upper()}>"
        for code, (_, character) in glyphs
    ]
    # a block has at most 100 lines (Adobe TN 5014 §1.4.1)
    blocks = "".join(
        f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar\n"
        for part in (lines[start : start + 100] for start in range(0, len(lines), 100))
    )
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{blocks}endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")


def _points(millimetres: float) -> str:
    return f"{millimetres / MM:.3f}".rstrip("0").rstrip(".")
