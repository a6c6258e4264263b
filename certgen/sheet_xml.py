"""XML of a workbook, read so that every program reads the same of it."""

from typing import Final, NoReturn
from xml.parsers import expat

INSIDE: Final = "XLSX 文件内部有误，请重新保存后再试"
_FALSE: Final = frozenset({"0", "false"})


class WorkbookError(ValueError):
    """The workbook is refused; the message is for the clerk who handed it in."""


def damaged(*_what: object) -> NoReturn:
    raise WorkbookError(INSIDE)


def settings_parser() -> expat.XMLParserType:
    """For parts that say all in attributes."""
    parser = expat.ParserCreate()
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


def local_name(element: str) -> str:
    return element.rpartition(":")[2]


def _no_doctype(*_declaration: object) -> None:
    raise WorkbookError("XLSX 文件内部含有文档类型声明，不予读取")
