"""Letters that come in the file in another order than on the page."""

import re
from collections.abc import Sequence

import pikepdf
import pytest
from pikepdf import Name

from credential.verdict import AxisName, SubIndication
from tests.verifier import paper
from verifier.evidence import Glyph, PageSize
from verifier.reading_order import out_of_order

A5 = PageSize(148.0, 210.0)
LABEL = PageSize(60.0, 40.0)
_SPAN = re.compile(rb"/Span<</MCID (\d+)>>BDC(.*?)EMC", re.DOTALL)


def _glyph(text: str, x: float, y: float) -> Glyph:
    return Glyph(text, 1, (x, y - 3, x + 3, y), y, 9.0, 1.0, 0.0, 1.0)


def _line(text: str, x: float, y: float) -> list[Glyph]:
    return [_glyph(letter, x + 3 * place, y) for place, letter in enumerate(text)]


def _odd(glyphs: list[Glyph], page: PageSize = A5, beside: Sequence[Glyph] = ()) -> list[str]:
    runs = out_of_order(glyphs, page, set(map(id, beside)))
    return ["".join(glyph.text for glyph in run) for run in runs]


def test_lines_as_they_are_read_are_in_order() -> None:
    cells = [*_line("产品数量：", 10, 20), *_line("100公斤", 40, 20), *_line("产地：", 10, 30)]
    assert _odd(cells) == []


def test_a_letter_drawn_out_of_its_turn_is_told_with_its_run() -> None:
    first, *others = _line("100公斤", 10, 20)
    assert _odd([*others, first]) == ["100公斤"]
    assert _odd([first, *_line("编号", 10, 30), *others]) == ["100公斤"]


def test_a_page_has_one_column_and_a_label_its_symbols_words() -> None:
    words = [*_line("产品名称", 5, 10), *_line("产地", 5, 20)]
    beside = [*_line("扫码", 42, 10), *_line("编号", 42, 30)]
    assert _odd([*words, *beside], A5, beside) == ["扫码"]
    assert _odd([*words, *beside], LABEL, beside) == []
    # other words that stand there, or some of them
    assert _odd([*words, *beside], LABEL) == ["扫码"]
    assert _odd([*words, *beside], LABEL, beside[:2]) == ["扫码"]
    # a third time from the top; the right cell of a line before the left one; a line behind the next
    other = _line("另", 25, 10)
    assert _odd([*words, *beside, *other], LABEL, beside) == ["扫码", "另"]
    parted = [*beside[:2], *words[:4], *beside[2:], *words[4:]]
    assert _odd(parted, LABEL, beside) == ["产品名称", "产地"]
    assert _odd([*words[4:], *words[:4], *beside], LABEL, beside) == ["产品名称"]
    number = _line("DC1J-62S3-S1HB-65YS-F", 25, 14)
    assert _odd([*words, *number], LABEL, number) == []


def _swapped(one: int, other: int) -> bytes:
    """Our page with what two marks hold, by their MCIDs, each in the other's place."""

    def edit(opened: pikepdf.Pdf) -> None:
        page = opened.pages[0].obj
        drawn = page.Contents.read_bytes()
        held = {int(number): body for number, body in _SPAN.findall(drawn)}
        held[one], held[other] = held[other], held[one]
        page.Contents = opened.make_stream(
            _SPAN.sub(
                lambda found: b"/Span<</MCID %b>>BDC%bEMC" % (found[1], held[int(found[1])]), drawn
            )
        )

    return paper.edit_pdf(paper.pdf(paper.producer()), edit)


def _content(old: bytes, new: bytes) -> bytes:
    def edit(opened: pikepdf.Pdf) -> None:
        page = opened.pages[0].obj
        drawn = page.Contents.read_bytes()
        assert old in drawn
        page.Contents = opened.make_stream(drawn.replace(old, new, 1))

    return paper.edit_pdf(paper.pdf(paper.producer()), edit)


def _codes(data: bytes, name: AxisName) -> set[str]:
    verdict = paper.check(data, paper.known(paper.producer()))
    return {finding.code for axis in verdict.axes if axis.name is name for finding in axis.findings}


def test_values_that_are_drawn_in_each_others_place_in_the_order() -> None:
    """The picture is the same; pdf.js and PDFium copy, and screen readers read, the one at the other's label."""
    data = _swapped(2, 4)
    verdict = paper.check(data, paper.known(paper.producer()))
    (axis,) = [axis for axis in verdict.axes if axis.name is AxisName.VISIBILITY]
    assert axis.sub_indication is SubIndication.HIDDEN_CONTENT
    (finding,) = (one for one in axis.findings if one.code == "READING_ORDER")
    assert finding.message == (
        "第 1 页：文字在文件中的先后与页面上的不同，复制、搜索或朗读会得到别的内容"
    )


def test_the_structure_leaves_out_what_is_printed() -> None:
    data = _content(b"/Span<</MCID 4>>BDC", b"/Artifact<</Type/Layout>>BDC")
    assert "STRUCTURE_ORDER" in _codes(data, AxisName.VISIBILITY)


def test_the_structure_has_another_order() -> None:
    def swap(opened: pikepdf.Pdf) -> None:
        for item in opened.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get(Name.S) is not None:
                kids = item.get(Name.K)
                if isinstance(kids, pikepdf.Array) and len(kids) > 1:
                    item.K = pikepdf.Array(list(kids)[::-1])
                    return

    data = paper.edit_pdf(paper.pdf(paper.producer()), swap)
    assert "STRUCTURE_ORDER" in _codes(data, AxisName.VISIBILITY)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # the same number twice, one in another, and letters outside of all
        (b"/Span<</MCID 4>>BDC", b"/Span<</MCID 3>>BDC"),
        (b"/Span<</MCID 4>>BDC", b"/Span<</MCID 99>>BDC"),
        (b"/Span<</MCID 4>>BDC", b"EMC EMC/Span<</MCID 4>>BDC"),
        (b"/Span<</MCID 4>>BDC", b"/Span<</MCID 4>>BDC/Span<</MCID 77>>BDC EMC"),
        (b"/Span<</MCID 4>>BDC", b"/Span BMC"),
    ],
)
def test_marks_that_the_structure_does_not_tell_of(old: bytes, new: bytes) -> None:
    assert {"STRUCTURE_ORDER", "DRAWING"} & _codes(_content(old, new), AxisName.VISIBILITY)


def test_letters_of_a_form_have_no_place_in_the_structure() -> None:
    """Chrome and others draw none of ours so."""

    def edit(opened: pikepdf.Pdf) -> None:
        page = opened.pages[0].obj
        drawn = page.Contents.read_bytes()
        found = _SPAN.search(drawn)
        assert found is not None
        form = opened.make_stream(found[2])
        form.Type, form.Subtype = Name.XObject, Name.Form
        form.BBox, form.Resources = pikepdf.Array([0, 0, 420, 596]), page.Resources
        page.Resources.XObject[Name("/Own")] = form
        page.Contents = opened.make_stream(drawn.replace(found[2], b" /Own Do "))

    data = paper.edit_pdf(paper.pdf(paper.producer()), edit)
    assert "STRUCTURE_ORDER" in _codes(data, AxisName.VISIBILITY)


def test_an_element_with_words_in_place_of_letters_wherever_it_hangs() -> None:
    """Without /P and /Type, and the one that the parents' tree names."""

    def add(opened: pikepdf.Pdf) -> None:
        root = opened.Root.StructTreeRoot
        page = opened.pages[0].obj
        words = pikepdf.String("900公斤")
        said = pikepdf.Dictionary(S=Name.Figure, K=4, Pg=page, ActualText=words, Alt=words)
        element = opened.make_indirect(said)
        root.ParentTree.Nums[1][4] = element
        kids = list(root.K) if isinstance(root.K, pikepdf.Array) else [root.K]
        root.K = pikepdf.Array([*kids, element])

    data = paper.edit_pdf(paper.pdf(paper.producer()), add)
    assert "STRUCTURE_ORDER" in _codes(data, AxisName.VISIBILITY)


def test_the_parents_tree_names_the_element_that_holds_a_mark() -> None:
    def turn(opened: pikepdf.Pdf) -> None:
        parents = opened.Root.StructTreeRoot.ParentTree.Nums[1]
        assert parents[2].objgen != parents[4].objgen
        parents[2], parents[4] = parents[4], parents[2]

    data = paper.edit_pdf(paper.pdf(paper.producer()), turn)
    assert "STRUCTURE_ORDER" in _codes(data, AxisName.VISIBILITY)


def test_letters_that_are_marked_as_none_without_a_structure() -> None:
    """pdf.js hides them from screen readers."""

    def edit(opened: pikepdf.Pdf) -> None:
        del opened.Root.StructTreeRoot
        page = opened.pages[0].obj
        drawn = page.Contents.read_bytes().replace(b"/Span<</MCID 4>>BDC", b"/Artifact BMC")
        page.Contents = opened.make_stream(drawn)

    data = paper.edit_pdf(paper.pdf(paper.producer()), edit)
    assert "DRAWING" in _codes(data, AxisName.VISIBILITY)


@pytest.mark.parametrize("role", [Name.mspace, Name.Artifact, Name.Formula, Name.Private])
def test_a_role_that_hides_what_it_holds(role: Name) -> None:
    def rename(opened: pikepdf.Pdf) -> None:
        opened.Root.StructTreeRoot.ParentTree.Nums[1][4].S = role

    data = paper.edit_pdf(paper.pdf(paper.producer()), rename)
    assert "STRUCTURE_ORDER" in _codes(data, AxisName.VISIBILITY)


def test_a_role_that_is_said_to_be_another() -> None:
    def map_roles(opened: pikepdf.Pdf) -> None:
        opened.Root.StructTreeRoot.RoleMap.Span = Name.mspace

    data = paper.edit_pdf(paper.pdf(paper.producer()), map_roles)
    assert "STRUCTURE_ORDER" in _codes(data, AxisName.VISIBILITY)


@pytest.mark.parametrize(
    "change",
    [
        lambda opened: opened.Root.__setitem__("/StructTreeRoot", 7),
        lambda opened: opened.Root.StructTreeRoot.__setitem__("/ParentTree", pikepdf.Array()),
        lambda opened: opened.Root.StructTreeRoot.ParentTree.__setitem__("/Nums", 7),
        lambda opened: opened.Root.StructTreeRoot.ParentTree.__setitem__(
            "/Nums", pikepdf.Array([7])
        ),
        lambda opened: opened.pages[0].obj.__setitem__("/StructParents", pikepdf.Array()),
        lambda opened: opened.Root.StructTreeRoot.ParentTree.Nums[1].append(7),
    ],
)
def test_a_structure_that_is_none_is_said_and_no_error(change) -> None:
    codes = _codes(paper.edit_pdf(paper.pdf(paper.producer()), change), AxisName.VISIBILITY)
    assert "STRUCTURE_ORDER" in codes
