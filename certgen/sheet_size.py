"""Workbooks that fit into memory and that every program reads alike, and what they say beside their values.

python-calamine lays a sheet out as one dense block from its first to its last cell and aborts the
whole process when that does not fit: one stray cell in the last corner of a sheet asks for 550 GB.
It also reads an error value, and a formula that nobody has calculated, as an empty cell: #REF! for
the number of labels would mean one label. And it reads what a sheet hides or strikes through. So
the parts that it reads are streamed through expat first.
"""

import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final, Protocol, TypeVar
from xml.parsers import expat

from certgen.rich_text import TextReader
from certgen.sheet_cells import Oddities, SheetFacts, SheetReader
from certgen.sheet_theme import ThemeReader
from certgen.sheet_xml import INSIDE, WorkbookError, damaged, local_name, own_name, settings_parser
from certgen.shown import CellStyle
from certgen.workbook_styles import StyleReader

LARGEST_INFLATED: Final = 300 << 20
"""Bytes of all parts together, counted as they inflate: the sizes a ZIP declares may lie."""
_CHUNK: Final = 1 << 16
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_ROOT: Final = "_rels/.rels"
_STYLES, _TEXTS = "xl/styles.xml", "xl/sharedstrings.xml"
_FIXED: Final = {"styles": _STYLES, "sharedStrings": _TEXTS}
"""Parts that the reader of the values looks for under these names, and Excel by their relationship."""
_MAIN: Final = "officeDocument"
"""What the whole is by its own relationships (part 1 §12.3.23): two programs may open two workbooks."""
_RELATED: Final = frozenset(
    {
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    }
)
_PACKAGE: Final = frozenset({"http://schemas.openxmlformats.org/package/2006/relationships"})
_Start = Callable[[Sequence[str], str, dict[str, str]], None]
"""Given the path of an element, its name and its attributes."""
T = TypeVar("T")

# What zipfile lets out on a damaged archive, encrypted and unknown methods among it.
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ValueError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
)


@dataclass(frozen=True, slots=True)
class WorkbookFacts:
    """``sheets``: by their names; ``styles``: by the numbers that cells have."""

    sheets: Mapping[str, SheetFacts]
    styles: Sequence[CellStyle]


def check_workbook(data: bytes) -> WorkbookFacts:
    """Refuse what is not an XLSX workbook, does not fit into memory or is read by programs in different ways.

    Raises:
        WorkbookError: a broken or foreign ZIP, XML that says a thing twice, a document type
            declaration, too large, or more than a thousand rows with faults.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _Workbook(archive).facts()
    except WorkbookError:
        raise
    except _BROKEN as error:
        raise WorkbookError("XLSX 文件已损坏，请重新保存后再试") from error
    except (expat.ExpatError, LookupError) as error:  # of an encoding that Python does not know
        raise WorkbookError(INSIDE) from error


class _Reader(Protocol):
    def feed(self, chunk: bytes) -> None: ...


class _Workbook:
    """``names``: of its parts as they stand, by their names in small letters, in which readers find
    them; ``left``: bytes that may still inflate."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.left = LARGEST_INFLATED
        self.names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
        if len(self.names) != len(archive.namelist()):
            damaged()
        # an ODS or XLSB would be read by rules of its own
        if _WORKBOOK not in self.names or "content.xml" in self.names:
            raise WorkbookError("不是 XLSX 表格，请在 Excel 或 WPS 中另存为 .xlsx")

    def facts(self) -> WorkbookFacts:
        sheets, theme = _sheet_parts(self)
        colors = ThemeReader()
        if theme is not None:
            self.read(theme, colors)
            colors.close()
        styles, texts = StyleReader(colors.white), TextReader(colors.white)
        for part, reader in ((_STYLES, styles), (_TEXTS, texts)):
            if part in self.names:
                self.read(part, reader)
                reader.close()
        odd = frozenset(n for n, style in enumerate(styles.styles) if not style.is_plain)
        rules = frozenset(n for n, is_odd in enumerate(styles.rules) if is_odd)
        oddities = Oddities(odd, texts.odd, rules, colors.white)
        facts = {part: self._sheet(part, oddities) for part in sorted(set(sheets.values()))}
        read = {*facts, theme, _ROOT, _WORKBOOK, _RELATIONS, _STYLES, _TEXTS}
        for part in [name for name in self.names if name not in read]:
            self.read(part, None)
        return WorkbookFacts({name: facts[part] for name, part in sheets.items()}, styles.styles)

    def _sheet(self, part: str, odd: Oddities) -> SheetFacts:
        reader = SheetReader(odd)
        self.read(part, reader)
        return reader.close()

    def read(self, part: str, reader: _Reader | None) -> None:
        """Inflate one part."""
        if (name := self.names.get(part)) is None:
            damaged()
        if self.archive.getinfo(name).compress_type not in {
            zipfile.ZIP_STORED,
            zipfile.ZIP_DEFLATED,
        }:
            raise NotImplementedError  # ECMA-376 part 2 §B.2 knows these two
        with self.archive.open(name) as opened:
            while chunk := opened.read(_CHUNK):
                self.left -= len(chunk)
                if self.left < 0:
                    raise WorkbookError(
                        f"表格展开后超过 {LARGEST_INFLATED >> 20} MB，请分成几个文件"
                    )
                if reader is not None:
                    reader.feed(chunk)


def _sheet_parts(workbook: _Workbook) -> tuple[Mapping[str, str], str | None]:
    """The part of each sheet, by its name (ECMA-376 part 1 §18.2.19, part 2 §9.3), and the theme's."""
    ids: dict[str, str] = {}

    def start(path: Sequence[str], element: str, attributes: dict[str, str]) -> None:
        local = [local_name(name) for name in attributes]
        match path:
            case ["workbook", "sheets", "sheet"]:
                keys = [name for name in attributes if own_name(name, _RELATED) == "id"]
                # by whatever prefix a program finds it
                if len(keys) != 1 or len(set(local)) != len(local):
                    damaged()
                _once(ids, attributes.get("name", ""), attributes[keys[0]])
            case ["workbook", "sheets", _]:
                damaged()
            case ["workbook"] | ["workbook", "sheets" | "workbookPr"]:
                return
            case [_]:
                damaged()
            case _:
                # an extension has settings of its own, but not the calendar
                name = local_name(element)
                if name in {"sheets", "sheet"} or (name == "workbookPr" and "date1904" in local):
                    damaged()

    _parse(workbook, _WORKBOOK, start)
    relations = _relations(workbook, _RELATIONS, "/xl")
    roots = [target for kind, target in _relations(workbook, _ROOT, "/").values() if kind == _MAIN]
    if roots != [_WORKBOOK]:
        damaged()
    for kind, part in _FIXED.items():
        named = {target for said, target in relations.values() if said == kind}
        if named - {part} or (part in workbook.names and not named):
            damaged()
    parts = {name: relations.get(key, ("", "")) for name, key in ids.items()}
    themes = [target for kind, target in relations.values() if kind == "theme"]
    if len(themes) > 1:
        damaged()
    sheets = {
        name: part
        for name, (kind, part) in parts.items()
        if kind == "worksheet" and part in workbook.names
    }
    return sheets, next((theme for theme in themes if theme in workbook.names), None)


def _relations(workbook: _Workbook, part: str, folder: str) -> Mapping[str, tuple[str, str]]:
    """Kind and part of each, by its id (part 2 §6.5). ``folder``: that their targets lie in."""
    relations: dict[str, tuple[str, str]] = {}

    def start(path: Sequence[str], element: str, attributes: dict[str, str]) -> None:
        name = own_name(element, _PACKAGE)
        if name != ("Relationships" if len(path) == 1 else "Relationship"):
            damaged()
        if len(path) > 1:
            target = posixpath.normpath(posixpath.join(folder, attributes.get("Target", "")))
            kind = attributes.get("Type", "").rpartition("/")[2]
            known = kind, target.removeprefix("/").lower()
            _once(relations, attributes.get("Id", ""), known)

    _parse(workbook, part, start)
    return relations


def _parse(workbook: _Workbook, part: str, start: _Start) -> None:
    parser = settings_parser()
    path: list[str] = []

    def start_element(element: str, attributes: dict[str, str]) -> None:
        path.append(own_name(element))
        start(path, element, attributes)

    parser.StartElementHandler = start_element
    parser.EndElementHandler = lambda _element: path.pop()
    workbook.read(part, _Parsed(parser))
    parser.Parse(b"", True)


def _once(known: dict[str, T], key: str, value: T) -> None:
    if key in known:
        damaged()
    known[key] = value


class _Parsed:
    def __init__(self, parser: expat.XMLParserType) -> None:
        self._parser = parser

    def feed(self, chunk: bytes) -> None:
        self._parser.Parse(chunk, False)
