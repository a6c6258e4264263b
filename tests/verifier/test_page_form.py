"""Fields that are whole and well set, on a page that stands as no page of ours does."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from tests.verifier import paper
from verifier.evidence import Evidence, Glyph, PageSize
from verifier.extraction.run import extract
from verifier.field_lines import FieldLine, line_of
from verifier.layout import _cuts_a_number, uneven_layout
from verifier.limits import Limits
from verifier.lines import Segment
from verifier.page_form import odd_form
from verifier.reading import Reading, read_fields
from verifier.typesetting import uneven_type, value_of

Move = Callable[[Glyph], Glyph]
WORDS = "与出证系统的版面不同，可能被读成别的内容，请人工核对"
CHOSEN = "□质量安全控制符合要求 □自行检测合格 ■委托检测合格"


SMALL_PRINT = {
    "check_code": "0621-4595-0855",
    "platform": "由建德市农业农村局平台签名，仅证明本文件未被改动，不代替承诺人签名",
}
LONG = {
    "notice": "\n".join(
        f"{number}、您向公证处申请办理继承公证，应当如实说明。" * 3
        for number in "一二三四五六七八九"
    ),
    "liability": "本人知晓虚假陈述应当承担的法律责任。\n本承诺如有虚假，本人依法承担赔偿责任。",
    "pledge": "\n".join(
        f"{number}、本人所作的陈述和提供的材料真实、合法。" * 2 for number in "一二三四五"
    ),
}


@cache
def evidence(kind: str) -> Evidence:
    data = {
        "a5": lambda: paper.pdf(paper.producer(basis=CHOSEN, **SMALL_PRINT)),
        "label": lambda: paper.pdf(paper.producer(basis=CHOSEN, **SMALL_PRINT), paper.LABEL),
        "short letter": lambda: paper.pdf(paper.pledge(), paper.LETTER),
        "letter": lambda: paper.pdf(paper.pledge(**LONG, **SMALL_PRINT), paper.LETTER),
    }[kind]()
    return extract(data, Limits(), lambda _: None)


def move(down: float = 0.0, size: float = 1.0, page: int = 0) -> Move:
    """Millimetres, parts of the size, pages."""

    def moved(glyph: Glyph) -> Glyph:
        x0, y0, x1, y1 = glyph.box
        return glyph._replace(
            box=(x0, y0 + down, x1, y1 + down),
            baseline=glyph.baseline + down,
            size=glyph.size * size,
            page=glyph.page + page,
        )

    return moved


def altered(kind: str, moves: dict[str, Move], pages: int = 0) -> Evidence:
    """The page's evidence with whole fields moved."""
    found = evidence(kind)
    fields = read_fields(found).fields
    of = {
        id(glyph): name for name in moves for piece in fields[name].pieces for glyph in piece.glyphs
    }
    glyphs = tuple(
        moves[of[id(glyph)]](glyph) if id(glyph) in of else glyph for glyph in found.glyphs
    )
    more = tuple(PageSize(210.0, 297.0) for _ in range(pages))
    return replace(found, glyphs=glyphs, pages=(*found.pages, *more))


def said(found: Evidence) -> set[str]:
    findings = list(odd_form(found, read_fields(found)))
    assert {one.code for one in findings} <= {"UNEVEN_LAYOUT"}
    return {one.message.removesuffix(WORDS) for one in findings}


@pytest.mark.parametrize("kind", ["a5", "label", "short letter", "letter"])
def test_our_own_pages_stand_as_they_do(kind: str) -> None:
    found = evidence(kind)
    assert said(found) == set()
    assert len(found.pages) == (2 if kind == "letter" else 1)


def test_a_signature_above_what_it_confirms() -> None:
    found = altered("letter", {"signature": move(down=-135), "pledged_on": move(down=-125)})
    assert "“承诺内容”的次序" in said(found)


@pytest.mark.parametrize(
    ("size", "odd"), [(0.5, True), (0.9, True), (0.985, False), (1.015, False), (1.2, True)]
)
def test_one_field_in_other_type(size: float, odd: bool) -> None:
    found = altered("letter", {"liability": move(size=size)})
    assert said(found) == ({"“违诺责任”的字号"} if odd else set())


@pytest.mark.parametrize(("size", "odd"), [(0.8, True), (0.96, False), (1.3, False), (1.4, True)])
def test_small_print_in_other_type(size: float, odd: bool) -> None:
    """On A5 it has 0.74 of the body's size."""
    found = altered("a5", {"platform": move(size=size), "check_code": move(size=size)})
    assert said(found) == ({"“平台签名（防篡改）”的字号", "“校验码”的字号"} if odd else set())


def test_the_body_of_one_page_in_other_type_than_the_others() -> None:
    names = ("pledge", "liability", "pledged_on", "expires_on", "signature", *SMALL_PRINT)
    assert "第 2 页的字号" in said(altered("letter", dict.fromkeys(names, move(size=0.7))))


def test_words_far_from_the_others() -> None:
    found = altered("a5", {"grade": move(down=-0.5)})
    assert said(found) == set()
    assert "“平台签名（防篡改）”上方的空白" in said(altered("a5", {"platform": move(down=40)}))


def aside(right: float, down: float) -> Move:
    """Millimetres."""

    def moved(glyph: Glyph) -> Glyph:
        x0, y0, x1, y1 = glyph.box
        box = (x0 + right, y0 + down, x1 + right, y1 + down)
        return glyph._replace(box=box, baseline=glyph.baseline + down)

    return moved


@pytest.mark.parametrize(("right", "odd"), [(0.0, False), (4.0, False), (12.0, True), (60.0, True)])
def test_labels_of_a_page_begin_at_one_edge(right: float, odd: bool) -> None:
    """One that stands farther in has another's value on its left."""
    found = said(altered("a5", {"grade": aside(right, 0)}))
    assert ("“开具时信用等级”的位置" in found) is odd


@pytest.mark.parametrize("above", [0.3, 1.0, 2.0, 3.2])
def test_a_row_stands_on_one_line_or_apart_from_it(above: float) -> None:
    """Between two rows, poppler, PDFium and the eye have a value beside another's label."""
    fields = read_fields(evidence("a5")).fields
    upper, lower = (fields[name].pieces[0].glyphs[0].baseline for name in ("contact", "basis"))
    moves = {"contact": move(down=lower - upper - above), "basis": aside(100, 0)}
    findings = uneven_layout(read_fields(altered("a5", moves)), None)
    assert any(one.message.startswith("“联系方式”的位置或换行") for one in findings)
    moves = {"contact": move(down=-0.1)}
    assert not list(uneven_layout(read_fields(altered("a5", moves)), None))


def test_a_field_on_a_further_page() -> None:
    names = {"check_code": move(page=1), "platform": move(page=1)}
    found = said(altered("a5", names, pages=1))
    assert found == {"“校验码”前的分页", "二维码的位置", "第 2 页的纸张大小"}


@pytest.mark.parametrize(
    ("kind", "sizes", "odd"),
    [
        ("letter", [(210, 1189), (210, 297)], {"第 1 页的纸张大小", "第 2 页的纸张大小"}),
        ("letter", [(210, 297), (297, 210)], {"第 2 页的纸张大小"}),
        ("letter", [(210, 297.3), (210, 297)], set()),
        ("label", [(80, 60)], set()),
        ("label", [(80, 300)], {"第 1 页的纸张大小"}),
    ],
)
def test_paper_of_another_size(kind: str, sizes: list[tuple[float, float]], odd: set[str]) -> None:
    pages = tuple(PageSize(*size) for size in sizes)
    found = {one for one in said(replace(evidence(kind), pages=pages)) if "纸张" in one}
    assert found == odd


def test_the_words_beside_the_symbol() -> None:
    """What is said large there is the title."""
    found = evidence("a5")
    caption = read_fields(found).fields["caption"].pieces
    last = caption[-1].glyphs
    cut = {id(glyph): move(down=5, size=1.5) for glyph in last[2:5]}
    glyphs = tuple(cut.get(id(glyph), lambda one: one)(glyph) for glyph in found.glyphs)
    assert "二维码旁的文字" in said(replace(found, glyphs=glyphs))


@pytest.mark.parametrize(
    ("kind", "down", "odd"),
    [("a5", 0, False), ("a5", -60, True), ("letter", -100, True), ("label", -3, False)],
)
def test_the_symbol_of_a_form_stands_below_its_rows(kind: str, down: float, odd: bool) -> None:
    """Beside them, its words are one more column to who copies a row."""
    found = altered(kind, {"caption": move(down=down), "number": move(down=down)})
    symbols = tuple(
        replace(one, box=(one.box[0], one.box[1] + down, one.box[2], one.box[3] + down))
        for one in found.symbols
        if one.box is not None
    )
    assert ("二维码的位置" in said(replace(found, symbols=symbols))) is odd


def test_a_symbol_on_every_page() -> None:
    found = evidence("a5")
    (symbol,) = found.symbols
    again = replace(found, symbols=(symbol, replace(symbol, page=2)), pages=found.pages * 2)
    assert said(again) == {"二维码的位置"}


@pytest.mark.parametrize("kind", ["a5", "label"])
def test_a_box_that_stands_at_the_option_before_it(kind: str) -> None:
    """自行检测合格■ 委托检测合格: the white before the box moved behind it."""
    found = evidence(kind)
    assert not list(uneven_type(read_fields(found)))
    glyphs = list(found.glyphs)
    basis = {id(g) for piece in read_fields(found).fields["basis"].pieces for g in piece.glyphs}
    place = next(
        place for place, glyph in enumerate(glyphs) if id(glyph) in basis and glyph.text == "■"
    )
    x0, y0, x1, y1 = glyphs[place].box
    shift = 0.1 * (x1 - x0)
    glyphs[place] = glyphs[place]._replace(box=(x0 - shift, y0, x1 - shift, y1))
    (odd,) = uneven_type(read_fields(replace(found, glyphs=tuple(glyphs))))
    assert (odd.code, odd.message) == ("UNEVEN_SPACING", "“承诺依据”字与字的间距异常或相互重叠")


def layout_said(found: Evidence) -> set[str]:
    return {one.message for one in uneven_layout(read_fields(found), None)}


def test_a_value_beside_the_column_of_the_others() -> None:
    found = evidence("a5")
    fields = read_fields(found).fields
    value = {id(glyph) for piece in fields["quantity"].pieces for glyph in value_of(piece)}
    assert not layout_said(found)

    def right(glyph: Glyph) -> Glyph:
        x0, y0, x1, y1 = glyph.box
        return glyph._replace(box=(x0 + 2, y0, x1 + 2, y1))

    glyphs = tuple(right(glyph) if id(glyph) in value else glyph for glyph in found.glyphs)
    assert layout_said(replace(found, glyphs=glyphs)) == {
        "“产品数量”的位置或换行与出证系统的版面不同，可能被读成别的内容，请人工核对"
    }


@pytest.mark.parametrize(("cut", "odd"), [(0, False), (3, False), (18, True), (22, True)])
def test_the_documents_number_in_two_lines(cut: int, odd: bool) -> None:
    """Found: poppler leaves out the hyphen that a line ends with. On a sticker the label has a line."""
    printed = read_fields(evidence("label")).fields["number"]
    (piece,) = printed.pieces
    upper, lower = piece.glyphs[:cut], tuple(map(move(down=2), piece.glyphs[cut:]))
    pieces = [
        replace(piece, text="".join(glyph.text for glyph in part), field=field, glyphs=part)
        for part, field in ((upper, "number"), (lower, None if cut else "number"))
        if part
    ]
    seen = replace(printed, pieces=tuple(pieces))
    findings = list(uneven_layout(Reading({"number": seen}), None))
    assert bool(findings) is odd
    assert all(one.message.startswith("“编号”的位置或换行") for one in findings)


@pytest.mark.parametrize(
    ("digits", "cut"),
    [
        ("1200", True),
        ("9" * 60, False),
        ("12公", False),
        ("12-15", True),  # poppler leaves the hyphen out at a line's end: 1215
        ("12-1", True),
        ("AB-CD", False),  # UAX 14 lets a line end there
    ],
)
def test_a_number_in_two_lines_that_would_fit_into_one(digits: str, cut: bool) -> None:
    *_, piece = read_fields(evidence("a5")).fields["quantity"].pieces
    sample = value_of(piece)[0]

    def line(text: str) -> FieldLine:
        glyphs = tuple(
            sample._replace(text=one, box=(16 + 2 * place, 0, 18 + 2 * place, 3))
            for place, one in enumerate(text)
        )
        return line_of(
            "quantity", (Segment(text, None, 1, (16, 0, 18 + 2 * len(text), 3), piece.em, glyphs),)
        )

    half = (len(digits) + 1) // 2
    above, below = line(digits[:half]), line(digits[half:] + "斤")
    assert _cuts_a_number(above, below, {1: (16, 120)}) is cut
