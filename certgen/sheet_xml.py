"""XML of a workbook, read so that every program reads the same of it."""

from collections.abc import Collection
from functools import lru_cache
from typing import Final, NoReturn
from xml.parsers import expat

INSIDE: Final = "XLSX 文件内部有误，请重新保存后再试"
SPREADSHEET: Final = frozenset(
    {
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    }
)
"""Of its elements, transitional and strict (part 4 §9.1, part 1 annex A.2). What else stands in a
workbook a program passes over, with all that is in it, or reads in its own way (part 3 §7)."""
_FALSE: Final = frozenset({"0", "false"})


class WorkbookError(ValueError):
    """The workbook is refused; the message is for the clerk who handed it in."""


def damaged(*_what: object) -> NoReturn:
    raise WorkbookError(INSIDE)


def settings_parser() -> expat.XMLParserType:
    """For parts that say all in attributes. Names are ``namespace name prefix``, without what is
    not there: an attribute of another namespace is never taken for the spreadsheet's own."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.namespace_prefixes = True
    parser.StartDoctypeDeclHandler = _no_doctype
    return parser


def text_parser() -> expat.XMLParserType:
    """For parts with text. Of a text in pieces, by a comment, a processing instruction or a CDATA
    section, some programs read all and others the first or the last."""
    parser = settings_parser()
    parser.CommentHandler = damaged
    parser.ProcessingInstructionHandler = damaged
    parser.StartCdataSectionHandler = damaged
    return parser


def is_true(value: str | None, *, absent: bool) -> bool:
    """An xsd:boolean."""
    return absent if value is None else value not in _FALSE


@lru_cache(maxsize=4096)
def own_name(element: str, namespaces: Collection[str] = SPREADSHEET) -> str:
    """Without its namespace, where that is the workbook's own; any other stands as it is, with a
    space in it."""
    namespace, _, name = element.partition(" ")
    if namespace not in namespaces:
        return f"{namespace} {name}"
    return name.partition(" ")[0]


def local_name(element: str) -> str:
    """Of whatever namespace: all that the reader of the values looks at."""
    parts = element.split(" ")
    return parts[1] if len(parts) > 1 else parts[0]


def is_prefixed(element: str) -> bool:
    """Or of no namespace: names within it that have no prefix are not of its namespace."""
    return element.count(" ") != 1


def _no_doctype(*_declaration: object) -> None:
    raise WorkbookError("XLSX 文件内部含有文档类型声明，不予读取")
