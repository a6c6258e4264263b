"""Where things stand: within the label, in the layout's order, at its sizes; or a refusal by name."""

import math
import random
from dataclasses import replace
from itertools import pairwise

import pytest

from certgen.label_layout import LabelError, label_fields, place_label
from certgen.label_parts import ASCENT, MM, NUMBER_ALONE_EM, Line, PlacedLabel
from certgen.line_breaking import CLOSING, OPENING, break_lines, text_width
from credential.fields import FIELDS
from scheme.model import Arrangement, Shape
from tests.certgen.documents import LONG_CONTACT, LONG_NAME, certificate, household_certificate
from tests.certgen.labels import STYLES, label, layout, style


def _right(line: Line, placed: PlacedLabel) -> float:
    number = NUMBER_ALONE_EM if line is placed.number else 0
    return line.x + (text_width(line.text) + number) * line.size * MM


@pytest.mark.parametrize("id", STYLES)
@pytest.mark.parametrize("seed", range(8))
def test_everything_is_on_the_label_and_apart(id: str, seed: int) -> None:
    chosen, fields = style(id), label(id, seed).fields
    placed = place_label(chosen, fields)
    symbol, kind = placed.symbol, layout(id)
    lines = (*placed.lines, placed.number)
    for line in lines:
        top, bottom = line.y - ASCENT * line.size * MM, line.y + 0.1 * line.size * MM
        assert line.x >= 0.2 and _right(line, placed) <= chosen.width_mm - 0.2, line
        assert top >= 0.2 and bottom <= chosen.height_mm - 0.2, line
        if kind.shape is Shape.ROUND:
            radius = chosen.width_mm / 2
            for x in (line.x, _right(line, placed)):
                for y in (top + 0.2, bottom):
                    assert math.hypot(x - radius, y - radius) <= radius, line
        beside = _right(line, placed) <= symbol.x + 1.3 - 3 + 0.11
        assert beside or bottom <= symbol.y + 0.01 or top >= symbol.y + symbol.side - 0.01, line
    for one in lines:
        for other in lines:
            if one is not other and abs(one.y - other.y) < 0.3 * one.size * MM:
                assert _right(one, placed) < other.x or _right(other, placed) < one.x
    for line in placed.lines:
        if line.field in ("title", "caption"):
            continue
        assert kind.text_pt[1] <= line.size <= kind.text_pt[0]


@pytest.mark.parametrize("id", STYLES)
def test_each_field_is_there_whole_and_in_order(id: str) -> None:
    fields = label(id, 2).fields
    placed = place_label(style(id), fields)
    assert tuple(fields) == tuple(name for name in layout(id).fields if name in fields)
    for name, value in fields.items():
        text = "".join(line.text for line in placed.lines if line.field == name)
        words = f"{FIELDS[name].label}：{value}" if FIELDS[name].label else value
        if name != "number":
            assert "".join(text.split()) == "".join(words.split())


def test_the_fields_of_a_label_are_the_layouts() -> None:
    fields = label_fields(layout("one-fruit"), certificate().fields)
    assert list(fields) == ["title", "number", "product", "elsewhere"]
    assert fields["elsewhere"] == "见包装"
    # a household has no code and no public grade: they are not printed
    house = label_fields(layout("one-box"), household_certificate().fields)
    assert {"subject_code", "grade"} & set(house) == set()


@pytest.mark.parametrize("id", STYLES)
def test_what_is_placed_does_not_hang_on_the_number(id: str) -> None:
    fields = dict(label(id).fields)
    other = fields | {"number": "WWWW-MMMM-1111-0000-W"}
    assert place_label(style(id), fields) == place_label(style(id), other)


def test_type_shrinks_before_a_long_name_is_refused() -> None:
    short = place_label(style("one-box"), label("one-box").fields)
    fields = label(
        "one-box",
        subject="建德市新安江三都乾潭梅城寿昌大同航头大慈岩果蔬茶叶种植加工购销农民专业合作社联合社",
    ).fields
    long = place_label(style("one-box"), fields)
    sizes = [
        next(line.size for line in placed.lines if line.field == "subject")
        for placed in (short, long)
    ]
    assert sizes[0] > sizes[1] >= layout("one-box").text_pt[1]


def test_a_name_of_sixty_characters_is_refused_by_its_field() -> None:
    fields = label("one-box-60x40", subject=LONG_NAME, contact=LONG_CONTACT).fields
    expected = (
        rf"样式“一箱一证（60×40 毫米）”放不下：“承诺主体”有 {len(LONG_NAME)} 个字，"
        "缩到最小字号 4.75 磅仍超出，请缩短或改用较大的标签"
    )
    with pytest.raises(LabelError, match=expected) as caught:
        place_label(style("one-box-60x40"), fields)
    assert caught.value.field == "subject"
    # a larger label has room for it
    place_label(style("one-box"), label("one-box", subject=LONG_NAME).fields)


def test_the_size_is_the_largest_that_fits() -> None:
    """What halving finds is what trying one after the other finds."""
    source = random.Random(4)
    for seed in range(30):
        name = "建德市" + "".join(source.choices("新安江三都乾潭梅城果蔬", k=source.randint(3, 30)))
        fields = label("one-bag", seed, subject=name).fields
        chosen, kind = style("one-bag"), layout("one-bag")
        size = _subject_size(chosen, fields)
        for step in range(8):
            fixed = kind.text_pt[0] - step * 0.25
            one = replace(chosen, layout=replace(kind, text_pt=(fixed, fixed)))
            try:
                place_label(one, fields)
            except LabelError:
                continue
            assert size == fixed
            break


def _subject_size(chosen, fields) -> float:  # type: ignore[no-untyped-def]
    placed = place_label(chosen, fields)
    return next(line.size for line in placed.lines if line.field == "subject")


def test_two_short_fields_share_a_row_on_a_strip() -> None:
    placed = place_label(style("one-bundle"), label("one-bundle").fields)
    rows = {line.field: line.y for line in placed.lines}
    assert rows["product"] == rows["quantity"]
    assert layout("one-bundle").arrangement is Arrangement.BESIDE


def test_a_number_that_does_not_fit_below_stands_on_a_line_of_its_own() -> None:
    fields = label("one-fruit-38x21").fields
    placed = place_label(style("one-fruit-38x21"), fields)
    (name,) = [line for line in placed.lines if line.field == "number"]
    assert (name.text, placed.number.text) == ("编号：", "")
    assert (name.x, name.size) == (placed.number.x, placed.number.size)
    assert 4 * MM < placed.number.y - name.y < 6 * MM


@pytest.mark.parametrize("length", range(12, 34))
def test_no_line_of_one_character_ends_a_name(length: int) -> None:
    name = ("建德市杨村桥镇绿色果蔬茶叶种植加工购销农民专业合作社联合社" * 2)[:length]
    placed = place_label(style("one-bag"), label("one-bag", subject=name).fields)
    lines = [line.text for line in placed.lines if line.field == "subject"]
    assert "".join(lines) == f"承诺主体：{name}"
    assert len(lines) == 1 or len(lines[-1]) > 1


def test_lines_keep_the_rules_of_chinese() -> None:
    source = random.Random(9)
    letters = "承诺达标合格证的农产品，。；：、）”《（“12ab"
    for _ in range(400):
        text = "".join(source.choices(letters, k=60))
        lines = break_lines(text, source.uniform(8, 14), 14)
        assert "".join(lines) == text
        assert all(text_width(line) <= 14 for line in lines[1:])
        runs = max(len(run) for run in _runs(text))
        if runs > 4:
            continue  # too many marks in a row: some line must begin with one
        assert not any(line[:1] in CLOSING for line in lines[1:])
        assert not any(line[-1:] in OPENING for line in lines[:-1])


def _runs(text: str) -> list[str]:
    """Stretches in which no break is allowed."""
    runs = [text[:1]]
    for before, character in pairwise(text):
        if character in CLOSING or before in OPENING or (before + character).isascii():
            runs[-1] += character
        else:
            runs.append(character)
    return runs


def test_words_and_long_runs() -> None:
    assert break_lines("■甲乙丙丁 □戊己庚 □辛壬癸", 9, 9, words=True) == (
        "■甲乙丙丁",
        "□戊己庚 □辛壬癸",
    )
    name = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
    lines = break_lines(f"产自{name}", 10, 10)
    assert "".join(lines) == f"产自{name}" and len(lines) > 2
    assert break_lines("", 5, 5) == ("",)
    assert break_lines("甲乙", 0.5, 0.5) == ("甲", "乙")
