"""The drawing operators of a page and of its forms, against those that our pages are written in.

What is not written as ISO 32000-1 §7.8.2 has it, each reader guesses for itself: of ``5-0`` one
reads 5 and another nothing, and at an extra operand one takes the first and another the last. How
the bytes are spelt is looked at in spelling.py, what one operator leaves for the next in
graphics_state.py.
"""

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, cast

import numpy as np
import numpy.typing as npt
import pikepdf
from pikepdf import Name

from credential.verdict import Place
from verifier.extraction.graphics_state import INKED, GraphicsState, Operands
from verifier.extraction.path_ink import Places, Point
from verifier.extraction.spelling import is_plainly_spelt

_OPERANDS: Final = {
    "q": "", "Q": "", "cm": "######", "w": "#", "J": "1", "j": "1", "M": "#", "d": "[#", "gs": "/",
    "m": "##", "l": "##", "c": "######", "h": "", "re": "####", "S": "", "f": "",
    "BT": "", "ET": "", "Tf": "/#", "Tr": "1", "TL": "#", "Td": "##", "Tm": "######", "T*": "",
    "Tj": "(", "TJ": "[", "'": "(",
    "CS": "/", "cs": "/", "SCN": "#*", "scn": "#*", "G": "#", "g": "#", "RG": "###", "rg": "###",
    "Do": "/", "BMC": "/", "BDC": "/<", "EMC": "",
}  # fmt: skip
"""Annex A's operators that our pages, and programs that save them anew, use: # a number, 1 a whole
one (poppler passes over what is real there and keeps the value before), / a name, ( a string,
[ an array, < a dictionary, #* one number or three."""
_PATH: Final = frozenset({"m", "l", "c", "h", "re"})
_PAINT: Final = frozenset({"S", "f"})
_DRAWN: Final = _PATH | _PAINT
_LARGEST: Final = 100_000
"""Readers keep numbers in as few bits as they like; no page is so large (Annex C.2)."""
_NUMBER: Final = frozenset({int, Decimal})
_DEEPEST: Final = 28
"""Of saved graphics states (Annex C.2, table C.1)."""


_CONTENT: Final = 1 << 20
"""Bytes of all content that are looked into, a second's work; a letter has a tenth of that."""


@dataclass(frozen=True, slots=True)
class Drawings:
    """``odd``: words for each page, and each form wherever it is drawn, that is not written as ours are;
    ``inked``: of each page the places that its paths leave ink at, in points from below; ``marked``: the
    MCIDs of each, as they come; ``unmarked``: letters of some stand outside of these;
    ``alts``: what marks say in words."""

    odd: Sequence[tuple[str, Place | None]]
    inked: Sequence[Places]
    marked: Sequence[Sequence[int]] = ()
    unmarked: bool = False
    alts: Sequence[str] = ()


def read_drawings(pdf: pikepdf.Pdf) -> Drawings:
    """Raises:
    pikepdf.PdfError: a stream is over qpdf's limit.
    """
    left = _CONTENT
    odd: list[tuple[str, Place | None]] = []
    pages: list[GraphicsState] = []
    forms: dict[tuple[int, int], Places] = {}
    boxes: dict[tuple[int, int], npt.NDArray[np.float64]] = {}
    unmarked = False
    alts: list[str] = []
    for streams, place in (*_pages(pdf), *_forms(pdf)):
        left -= sum(len(stream.read_bytes()) for stream in streams)
        if left < 0:
            odd.append(("过长，未逐条核对", place))
            break
        boxless = None if place is not None else _odd_form(streams[0])
        if boxless is not None:
            odd.append((boxless, place))
        state = _state(pdf, streams, place)
        if (words := _odd(streams, state)) is not None:
            odd.append((words, place))
        elif len(streams) > 1:
            # §7.8.2: some put white space between them, and pdf.js reads "d" and "1 0" as d1
            odd.append(("分成几段", place))
        unmarked |= state.unmarked
        alts.extend(state.alts)
        if place is None:
            # its place in the order of reading is not looked for
            unmarked |= bool(state.marked)
            forms[streams[0].objgen] = state.inked.places()
            if boxless is None:
                boxes[streams[0].objgen] = np.array(list(streams[0][Name.BBox]), float)
        else:
            pages.append(state)
    for number, page in enumerate(pages, 1):
        if sum(len(forms[form]) for form, _ in page.forms if form in forms) > INKED:
            odd.append(("过多，未逐条核对", Place(number)))
        if not all(
            _covers(boxes[form], at, pdf.pages[number - 1])
            for form, at in page.forms
            if form in boxes
        ):
            odd.append(("所用的图形小于页面，会裁去其中的文字", Place(number)))
    # what is said already leaves nothing to look for
    looked_for = [] if odd else [_inked(page, forms) for page in pages]
    return Drawings(odd, looked_for, [page.marked for page in pages], unmarked, alts)


def _covers(box: npt.NDArray[np.float64], at: Point, page: pikepdf.Page) -> bool:
    """A form's box, drawn there, cuts nothing off: readers round its sides outwards or not at all, and of a
    stroke that lies on one, a 三 of three or two is left."""
    sheet = np.array(list(page.mediabox), float)
    placed = box + np.array((*at, *at))
    return bool((placed[:2] <= sheet[:2]).all() and (placed[2:] >= sheet[2:]).all())


def _inked(page: GraphicsState, forms: Mapping[tuple[int, int], Places]) -> Places:
    placed = (forms[number] + np.array(at) for number, at in page.forms)
    return np.concatenate((page.inked.places(), *placed))


def _state(
    pdf: pikepdf.Pdf, streams: Sequence[pikepdf.Stream], place: Place | None
) -> GraphicsState:
    """With the resources of its own: what a page inherits, readers look up differently."""
    if place is None:
        return GraphicsState.of_form(streams[0].get(Name.Resources))
    return GraphicsState.of_page(pdf.pages[place.page - 1].obj.get(Name.Resources))


def _pages(pdf: pikepdf.Pdf) -> Iterator[tuple[list[pikepdf.Stream], Place | None]]:
    for number, page in enumerate(pdf.pages, start=1):
        content = page.obj.get(Name.Contents)
        streams = list(content) if isinstance(content, pikepdf.Array) else [content]
        yield [stream for stream in streams if isinstance(stream, pikepdf.Stream)], Place(number)


def _forms(pdf: pikepdf.Pdf) -> Iterator[tuple[list[pikepdf.Stream], Place | None]]:
    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream) and item.get(Name.Subtype) == Name.Form:
            yield [item], None


def _odd_form(form: pikepdf.Stream) -> str | None:
    """A form draws no other form: readers stop at different depths of them (§8.10.1). Without a box
    one clips all of it away and another nothing."""
    box = form.get(Name.BBox)
    sides = list(box) if isinstance(box, pikepdf.Array) else []
    if len(sides) != 4 or not all(map(_is_number, sides)) or not _is_open(sides):
        return "所用的图形没有边框"
    resources = form.get(Name.Resources)
    if not isinstance(resources, pikepdf.Dictionary):
        return "所用的图形没有自己的资源"
    return "所用的图形中又套有图形" if any(map(_is_form, _drawn_by(form, resources))) else None


def _is_open(box: Sequence[pikepdf.Object]) -> bool:
    x0, y0, x1, y1 = map(float, box)
    return x0 < x1 and y0 < y1


def _drawn_by(form: pikepdf.Stream, resources: pikepdf.Dictionary) -> Iterator[object]:
    """What it draws, of all that the resources it shares with the page name."""
    known = resources.get(Name.XObject, pikepdf.Dictionary())
    if not isinstance(known, pikepdf.Dictionary):
        yield None
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is incomplete is said by _odd
        for instruction in pikepdf.parse_content_stream(form, "Do"):
            yield known.get(str(instruction.operands[0])) if instruction.operands else None


def _is_form(drawn: object) -> bool:
    return not isinstance(drawn, pikepdf.Stream) or drawn.get(Name.Subtype) != Name.Image


def _odd(streams: Sequence[pikepdf.Stream], state: GraphicsState) -> str | None:
    """Each stream by itself: between two, readers put different white space into a string."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            odd = _first_odd(streams, state)
            if odd is None and not all(is_plainly_spelt(one.read_bytes()) for one in streams):
                return "的写法各阅读程序读法不同"
            return odd
        except (pikepdf.PdfError, TypeError, UserWarning):
            return "不完整"


def _first_odd(streams: Sequence[pikepdf.Stream], state: GraphicsState) -> str | None:
    depth, text, path = 0, False, False
    for stream in streams:
        for instruction in pikepdf.parse_content_stream(stream):
            operator = str(instruction.operator)
            operands = _operands(operator, instruction)
            if operands is None:
                return f"有无法核对的指令 {operator[:20]}"
            depth += (operator == "q") - (operator == "Q")
            nested = operator in {"BT", "q", "Q", "cm", "Do"} if text else operator == "ET"
            # §8.2, figure 9: what may stand within a text object and within a path
            drawn = operator in _DRAWN
            begun = path or operator in {"m", "re"}
            if nested or not 0 <= depth <= _DEEPEST or (drawn and (text or not begun)):
                return f"的次序有误，在指令 {operator}"
            if path and not drawn:
                return f"的次序有误，在指令 {operator}"
            if not state.is_plain(operator, operands):
                return f"的取值不是出证系统所用的，在指令 {operator}"
            path = drawn and operator not in _PAINT
            text = operator == "BT" or (text and operator != "ET")
    ended = not depth and not text and not path and state.ends_plainly()
    return None if ended else "的次序有误，在末尾"


def _operands(
    operator: str, instruction: pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage
) -> Operands | None:
    """Those that ``operator`` takes, and no other; of an inline image, that has them inside, its
    modules."""
    if isinstance(instruction, pikepdf.ContentStreamInlineImage):
        modules = _modules(instruction)
        return None if modules is None else [modules]
    expected = _OPERANDS.get(operator)
    if expected is None:
        return None
    operands = list(instruction.operands)  # each becomes an object of Python's, once
    if expected == "#*":
        expected = "###" if len(operands) > 1 else "#"
    return operands if are_operands(expected, operands) else None


def are_operands(expected: str, operands: Sequence[object]) -> bool:
    """``expected``: a sign for each, as in Annex A's list above."""
    return len(operands) == len(expected) and all(map(_is, expected, operands))


_SYMBOL: Final = re.compile(
    rb"BI\s+/W (\d{1,3}) /H \1 /IM true /BPC 1 /D \[ ?1 0 ?\] /F /AHx\s+ID\s([0-9a-f]+)>\s*EI\s*"
)


def _modules(image: pikepdf.ContentStreamInlineImage) -> int | None:
    """On a side of the one inline image of a label: a mask, a bit a module, in hexadecimal (§8.9.7)."""
    found = _SYMBOL.fullmatch(image.iimage.unparse())
    if found is None:
        return None
    modules = int(found[1])
    return modules if len(found[2]) == 2 * (-(-modules // 8)) * modules else None


def _is(kind: str, operand: object) -> bool:
    if kind == "#":
        return _is_number(operand)
    if kind == "1":
        return type(operand) is int
    if kind == "/":
        return isinstance(operand, pikepdf.Name)
    if kind == "(":
        return isinstance(operand, pikepdf.String)
    if kind == "<":
        return isinstance(operand, pikepdf.Dictionary)
    return isinstance(operand, pikepdf.Array) and all(
        _is_number(item) or isinstance(item, pikepdf.String) for item in operand
    )


def _is_number(operand: object) -> bool:
    # no bool, which is an int too
    return type(operand) in _NUMBER and abs(cast(Decimal, operand)) <= _LARGEST
