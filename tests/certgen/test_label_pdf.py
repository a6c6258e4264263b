"""Labels and sheets are read back by two libraries, exactly, and the file is sound to a third."""

import io
import random
import re
import tracemalloc
from dataclasses import replace
from typing import Any

import pdfplumber
import pikepdf
import pypdfium2
import pytest

from certgen.glyphs import GlyphError
from certgen.label_drawing import Label, LabelDrawer, chunks
from certgen.label_layout import LabelError
from certgen.label_parts import MM
from certgen.label_pdf import LabelPdf, label_pdf, write_labels
from certgen.label_sheet import A4_SHEETS, Sheet
from credential.fields import FIELDS
from tests.certgen.labels import STYLES, label, style


def _bare(text: str) -> str:
    return "".join(text.split())


def _printed(label: Label) -> list[str]:
    """On the narrowest labels the number stands on a line of its own."""
    printed = [
        _bare(f"{FIELDS[name].label}：{value}" if FIELDS[name].label else value)
        for name, value in label.fields.items()
        if name != "number"
    ]
    return [*printed, f"{FIELDS['number'].label}：", _bare(label.fields["number"])]


def _pages(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as opened:
        return [page.get_textpage().get_text_bounded() for page in opened]


@pytest.mark.parametrize("id", STYLES)
def test_both_libraries_read_every_field_and_nothing_else(id: str) -> None:
    one = label(id, seed=3)
    pdf = label_pdf(one, style(id))

    (by_pdfium,) = map(_bare, _pages(pdf))
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        (page,) = opened.pages
        by_plumber = "".join(char["text"] for char in page.chars if not char["text"].isspace())
    for words in _printed(one):
        assert words in by_pdfium
        assert words in by_plumber
    assert len(by_pdfium) == len(by_plumber) == sum(map(len, _printed(one)))


@pytest.mark.parametrize("id", STYLES)
def test_the_page_has_the_labels_size_and_one_picture(id: str) -> None:
    chosen = style(id)
    with pdfplumber.open(io.BytesIO(label_pdf(label(id), chosen))) as opened:
        (page,) = opened.pages
        assert (page.width * MM, page.height * MM) == pytest.approx(
            (chosen.width_mm, chosen.height_mm), abs=0.01
        )
        (picture,) = page.images
        assert picture["width"] == pytest.approx(picture["height"], abs=0.05)
        # the modules, without their quiet zone: at least 0.33 mm each
        modules = picture["srcsize"][0]
        assert picture["width"] * MM / modules >= chosen.module_mm - 0.001
        quiet = 4 * picture["width"] / modules - 0.1
        box = (picture["x0"] - quiet, picture["top"] - quiet)
        far = (picture["x1"] + quiet, picture["bottom"] + quiet)
        assert min(box) >= -0.2 and far[0] <= page.width + 0.2
        for mark in page.chars + page.lines:
            apart = (
                mark["x1"] <= box[0]
                or mark["x0"] >= far[0]
                or _ink(mark)[1] <= box[1]
                or _ink(mark)[0] >= far[1]
            )
            assert apart, mark["text"]


def _ink(mark: dict[str, Any]) -> tuple[float, float]:
    """Top and bottom of what is black of a character or line."""
    if "size" not in mark:
        return mark["top"], mark["bottom"]
    baseline = mark["matrix"][5]
    height = mark["y1"] + mark["top"]
    return height - baseline - 0.86 * mark["size"], height - baseline + 0.1 * mark["size"]


def test_the_file_is_sound() -> None:
    file = io.BytesIO()
    labels = [label("one-box-60x40", seed) for seed in range(600)]
    count = write_labels(file, style("one-box-60x40"), [labels[:250], labels[250:]])

    assert count == 600
    with pikepdf.open(file) as opened:
        assert opened.check_pdf_syntax() == []
        assert len(opened.pages) == 600
        assert str(opened.Root.ViewerPreferences.PrintScaling) == "/None"
        assert opened.docinfo["/Title"] == "承诺达标合格证"
    texts = _pages(file.getvalue())
    for one, text in zip(labels, texts, strict=True):
        assert all(words in _bare(text) for words in _printed(one))


def test_the_same_labels_give_the_same_bytes() -> None:
    one = label("one-mark")
    assert label_pdf(one, style("one-mark")) == label_pdf(one, style("one-mark"))
    assert label_pdf(label("one-mark", 2), style("one-mark")) != label_pdf(one, style("one-mark"))


def test_what_several_drawers_draw_goes_together() -> None:
    """As several processes would, each with its own chunks."""
    chosen = style("one-bag")
    labels = [label("one-bag", seed) for seed in range(40)]
    file, alone = io.BytesIO(), io.BytesIO()
    pdf = LabelPdf(file, LabelDrawer.of(chosen).sheet)
    for part in (range(10), range(10, 30), range(30, 40)):
        drawn = LabelDrawer.of(chosen).draw([labels[place] for place in part], part.start)
        pdf.add(drawn)
    pdf.close()
    write_labels(alone, chosen, [labels])

    assert _pages(file.getvalue()) == _pages(alone.getvalue())
    # each shared text is there once, though every drawer brought it
    assert abs(len(file.getvalue()) - len(alone.getvalue())) < 200


@pytest.mark.parametrize("id", STYLES)
def test_a_label_is_drawn_as_if_it_were_the_first(id: str) -> None:
    """What is kept of labels of one shape changes no byte of the next."""
    chosen, draw = style(id), random.Random(id)
    drawer = LabelDrawer.of(chosen)
    names = [
        "甲",
        "乙㐂",
        "甲乙丙丁合作社",
        "建德市杨村桥镇红群草莓专业合作社联合社",
        "Red 9 号 (分)",
    ]
    for _ in range(60):
        # twice as wide, as wide, from two fonts, and too wide for a line
        changes = {
            "quantity": f"{draw.choice([1, 11, 77, 88888])}公斤",
            "product": draw.choice(["草莓", "桃子", "奶油草莓", "一级"]),
            "basis": draw.choice(["■甲 □乙", "□甲 ■乙"]),
            "subject": draw.choice(names),
            "origin": draw.choice(names),
        }
        one = label(id)
        fields = {name: changes.get(name, value) for name, value in one.fields.items()}
        changed = Label(fields, one.qr_text)
        fresh = LabelDrawer.of(chosen)
        try:
            drawn = fresh.draw([changed])
        except LabelError as error:
            with pytest.raises(LabelError, match=re.escape(str(error))):
                drawer.draw([changed])
            continue
        again = drawer.draw([changed])
        assert again.pages == drawn.pages
        assert again.forms.items() >= drawn.forms.items()
        assert again.characters >= drawn.characters


def test_a_part_used_sheet_starts_where_it_is_told() -> None:
    chosen, sheet = style("one-bag-70x37"), A4_SHEETS[24]
    labels = [label("one-bag-70x37", seed) for seed in range(40)]
    parts = [
        [labels[place] for place in part] for part in chunks(len(labels), sheet, start=20, size=24)
    ]
    file = io.BytesIO()
    write_labels(file, chosen, parts, sheet=sheet, start=20)

    assert [len(part) for part in parts] == [5, 24, 11]
    with pdfplumber.open(file) as opened:
        assert [len(page.images) for page in opened.pages] == [5, 24, 11]
        first = opened.pages[0].images[0]
        # position 20 of 3 columns: row 7, column 2
        assert first["x0"] * MM > 70 and first["top"] * MM > 0.5 + 6 * 37
        for page in opened.pages:
            assert min(char["x0"] for char in page.chars) > 0
            assert max(char["bottom"] for char in page.chars) < page.height
    text = _bare("".join(_pages(file.getvalue())))
    for one in labels:
        assert f"编号：{one.fields['number']}" in text


def test_a_sticker_stands_in_the_middle_of_its_place() -> None:
    chosen, sheet = style("one-egg-square"), Sheet(210, 297, 5, 8, 36, 34, 10, 10, 2, 1)
    file = io.BytesIO()
    write_labels(file, chosen, [[label("one-egg-square", s) for s in range(40)]], sheet=sheet)
    with pdfplumber.open(file) as opened:
        picture = opened.pages[0].images[0]
    middle = (picture["x0"] + picture["x1"]) / 2 * MM
    assert middle == pytest.approx(10 + 36 / 2, abs=0.01)


def test_rare_characters_come_from_the_other_font_and_are_read() -> None:
    one = label("one-bag", product="䶮𬭎㐂鿲草莓")
    (text,) = _pages(label_pdf(one, style("one-bag")))
    assert all(words in _bare(text) for words in _printed(one))


def test_a_character_that_no_font_has_is_named_with_its_field() -> None:
    with pytest.raises(GlyphError, match=r"“产地”中的“\U00030729”（U\+30729）没有可用的字形"):
        label_pdf(label("one-bag", origin="建德市\U00030729村"), style("one-bag"))


def test_a_value_longer_than_the_style_allows_is_refused_with_its_field() -> None:
    one = label("one-fruit")
    longer = replace(one, fields={**one.fields, "product": "一二三四五六七八九十甲乙"})
    with pytest.raises(LabelError, match="“产品名称”最多 10 个字，得到 12 个") as caught:
        label_pdf(longer, style("one-fruit"))
    assert caught.value.field == "product"


def test_a_label_that_is_too_long_is_refused_in_its_own_words() -> None:
    low = replace(style("one-box-60x40"), height_mm=30)
    drawer = LabelDrawer.of(low)
    for contact, words in (("0571-0000-00001", "“联系方式”有 15"), ("1", "“校验码”有 14")):
        with pytest.raises(LabelError, match=words):
            drawer.draw([label("one-box-60x40", origin="建德市", contact=contact)])


def test_memory_does_not_grow_with_the_job() -> None:
    class Nowhere(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            return len(data)

    chosen = style("one-egg-square")
    some = [label("one-egg-square", seed) for seed in range(200)]
    write_labels(io.BytesIO(), chosen, [some])
    peaks = []
    for times in (2, 10):
        tracemalloc.start()
        write_labels(Nowhere(), chosen, [some] * times)  # type: ignore[arg-type]
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 1600 * 200  # bytes a label, most of it the cross-reference


@pytest.mark.parametrize("id", ["one-box-60x40", "one-bag-70x37", "one-fruit"])
def test_what_is_kept_of_other_labels_changes_nothing(id: str) -> None:
    one = label(id)
    # so long that they break, or that all is set smaller
    long = {"quantity": f"{10**30}公斤", "check_code": "4821-0937-" * 4}
    others = [
        Label({**one.fields, **{name: text}}, one.qr_text)
        for name, text in long.items()
        if name in one.fields
    ]
    kept = LabelDrawer.of(style(id))
    for each in (one, *others, one):
        assert kept.draw([each]).pages == LabelDrawer.of(style(id)).draw([each]).pages
