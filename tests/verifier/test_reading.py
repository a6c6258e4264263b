"""The reading rule: labels, columns, the symbol's block; place counts, order does not."""

import random
from dataclasses import replace

import pytest

from tests.verifier import paper
from verifier.evidence import Box, Evidence, Form, Glyph, PageSize, Paragraph, Symbol
from verifier.extraction.run import extract
from verifier.limits import Limits
from verifier.reading import read_fields

EM = 3.5
PT = EM / (25.4 / 72)


def line(text: str, x: float, y: float, *, page: int = 1, ink: float = 1.0) -> list[Glyph]:
    """Full-width characters, 3.5 mm each."""
    return [
        Glyph(c, page, (x + i * EM, y - 3, x + (i + 1) * EM, y + 0.5), y, PT, ink, 0.0, 1.0)
        for i, c in enumerate(text)
        if c != "　"
    ]


def read(*lines: list[Glyph], symbols: tuple[Symbol, ...] = (), pages: int = 1):
    glyphs = [glyph for item in lines for glyph in item]
    random.Random(7).shuffle(glyphs)
    sizes = (PageSize(210, 297),) * pages
    reading = read_fields(Evidence(Form.PDF, sizes, tuple(glyphs), symbols=symbols))
    return reading, {name: item.value for name, item in reading.fields.items()}


def test_title_and_fields_whatever_the_order_in_the_file():
    _, values = read(
        line("承诺达标合格证", 60, 20), line("产品名称：草莓", 20, 40), line("产地：建德", 20, 46)
    )
    assert values == {"title": "承诺达标合格证", "product": "草莓", "origin": "建德"}


def test_a_value_in_a_column_of_its_own_and_going_on():
    _, values = read(
        line("产地：", 20, 40),
        line("浙江省", 60, 40),
        line("建德市", 60, 46),
        line("产品名称：桃", 20, 52),
    )
    assert values == {"origin": "浙江省\n建德市", "product": "桃"}


def test_two_cells_side_by_side_each_with_a_second_line():
    _, values = read(
        line("产地：浙江省", 20, 40),
        line("承诺主体：建德市", 110, 40),
        line("建德", 20, 46),
        line("合作社", 110, 46),
        line("承诺事项：我承诺", 20, 60),
        line("不超标", 20, 66),
    )
    assert values == {
        "origin": "浙江省\n建德",
        "subject": "建德市\n合作社",
        "promise": "我承诺\n不超标",
    }


def test_a_full_row_below_two_cells_owns_what_stands_under_it():
    _, values = read(
        line("产地：浙江省", 20, 40),
        line("承诺主体：合作社", 110, 40),
        line("承诺事项：" + "我" * 40, 20, 60),
        line("不超标", 110, 66),
    )
    assert values["promise"] == "我" * 40 + "\n不超标"
    assert values["subject"] == "合作社"


def test_labels_that_end_alike_are_told_apart():
    _, values = read(line("承诺人签名：", 20, 40), line("承诺人：田大根", 20, 60))
    assert values == {"signature": "", "promisor": "田大根"}


def test_a_label_twice_is_a_finding_with_its_place():
    reading, values = read(line("产地：甲", 20, 40), line("产地：乙", 20, 60))
    assert values == {"origin": "甲\n乙"}
    ((name, place),) = reading.repeated
    assert name == "origin"
    assert place is not None
    assert place.box is not None
    assert place.box[1] == pytest.approx(57)


def test_a_label_with_another_colon_is_no_label():
    _, values = read(line("产地：甲", 20, 40), line("产品名称:桃", 20, 46))
    assert values == {"origin": "甲\n产品名称:桃"}


def test_hidden_characters_are_not_read():
    _, values = read(line("产地：甲", 20, 40), line("乙", 20, 46, ink=0.1))
    assert values == {"origin": "甲"}


def test_text_in_the_margin_belongs_to_some_field():
    _, values = read(line("产地：甲", 20, 40), line("乙", 5, 46), line("丙", 150, 120))
    assert values == {"origin": "甲\n乙\n丙"}


def test_a_value_goes_on_over_the_page():
    _, values = read(line("承诺内容：甲", 20, 280), line("乙", 20, 20, page=2), pages=2)
    assert values == {"pledge": "甲\n乙"}


BLOCK = Symbol("x", 1, (150.0, 200.0, 180.0, 230.0))


def test_words_below_the_symbol():
    _, values = read(
        line("承诺内容：甲", 20, 40),
        line("扫码查验", 155, 236),
        line("编号：AB", 150, 242),
        symbols=(BLOCK,),
    )
    assert values == {"pledge": "甲", "caption": "扫码查验", "number": "AB"}


def test_words_beside_the_symbol():
    _, values = read(
        line("承诺内容：甲", 20, 40),
        line("信用承诺书", 110, 210),
        line("扫码查验", 110, 218),
        line("编号：AB", 150, 242),
        symbols=(BLOCK,),
    )
    assert values == {"pledge": "甲", "caption": "信用承诺书\n扫码查验", "number": "AB"}


def test_fields_beside_the_symbol_keep_their_second_lines():
    _, values = read(
        line("产地：浙江省", 20, 205),
        line("建德市", 20, 211),
        line("扫码查验", 155, 236),
        line("编号：AB", 150, 242),
        symbols=(BLOCK,),
    )
    assert values == {"origin": "浙江省\n建德市", "caption": "扫码查验", "number": "AB"}


def test_the_same_block_on_every_page_is_one():
    blocks = [
        [line("扫码查验", 155, 236, page=page), line("编号：AB", 150, 242, page=page)]
        for page in (1, 2)
    ]
    both = (BLOCK, Symbol("x", 2, BLOCK.box))
    reading, values = read(*blocks[0], *blocks[1], symbols=both, pages=2)
    assert values == {"caption": "扫码查验", "number": "AB"}
    assert not reading.repeated


def test_paragraphs_of_a_docx():
    paragraphs = (
        Paragraph("信用承诺书"),
        Paragraph(" 承诺人：田大根 "),
        Paragraph("承诺内容：甲"),
        Paragraph(""),
        Paragraph("乙"),
        Paragraph("", symbol=True),
        Paragraph("扫码查验"),
        Paragraph("编号：AB"),
    )
    reading = read_fields(Evidence(Form.DOCX, paragraphs=paragraphs))
    assert {name: item.value for name, item in reading.fields.items()} == {
        "title": "信用承诺书",
        "promisor": "田大根",
        "pledge": "甲\n乙",
        "caption": "扫码查验",
        "number": "AB",
    }


def test_a_line_that_begins_with_a_compressed_opening_mark_stays_in_its_column():
    """The mark stands half an em outside the column, to the thousandth of a millimetre."""
    _, values = read(
        line("受理单位：公证处", 25, 40),
        line("告知内容：", 30, 50),
        line("第一款", 30, 56),
        line("（第二十七条）", 30 - EM / 2 - 0.002, 62),
    )
    assert values == {"authority": "公证处", "notice": "第一款\n（第二十七条）"}


def test_a_label_printed_to_fill_a_sheet_is_read_as_one() -> None:
    """Nine papers of ten were failed: the words beside so large a symbol stood too far from it."""
    limits = Limits()
    data = paper.pdf(paper.producer(), paper.LABEL)
    evidence = extract(data, limits, lambda _seconds: None)
    once = {name: item.value for name, item in read_fields(evidence).fields.items()}
    for times in (2.6, 5.0):

        def larger(box: Box, by: float = times) -> Box:
            x0, y0, x1, y1 = (side * by for side in box)
            return x0, y0, x1, y1

        glyphs = tuple(
            one._replace(box=larger(one.box), baseline=one.baseline * times, size=one.size * times)
            for one in evidence.glyphs
        )
        symbols = tuple(
            replace(one, box=None if one.box is None else larger(one.box))
            for one in evidence.symbols
        )
        pages = tuple(PageSize(one.width * times, one.height * times) for one in evidence.pages)
        read_again = read_fields(replace(evidence, glyphs=glyphs, symbols=symbols, pages=pages))
        assert {name: item.value for name, item in read_again.fields.items()} == once
