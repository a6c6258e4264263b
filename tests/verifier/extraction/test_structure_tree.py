"""The structure of a page is what typst writes of ours: readers leave out what they do not follow."""

from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from tests.verifier import paper
from tests.verifier.test_page_form import LONG
from verifier.extraction.run import extract
from verifier.limits import Limits

Change = Callable[[pikepdf.Pdf, Dictionary], None]
"""Of a file, and the element of the promisor's name."""
ISSUED = paper.pdf(paper.pledge(), paper.LETTER)


def codes(change: Change) -> set[str]:
    def edit(opened: pikepdf.Pdf) -> None:
        change(opened, opened.Root.StructTreeRoot.ParentTree.Nums[1][2])

    evidence = extract(paper.edit_pdf(ISSUED, edit), Limits(), lambda _: None)
    return {flag.code for flag in evidence.flags}


def group(opened: pikepdf.Pdf, role: Name, parent: Dictionary, *kids: Dictionary) -> Dictionary:
    return opened.make_indirect(
        Dictionary(Type=Name.StructElem, S=role, P=parent, K=Array(list(kids)))
    )


def another_parent(opened: pikepdf.Pdf, element: Dictionary) -> None:
    element.P = opened.Root.StructTreeRoot.ParentTree.Nums[1][0]


def no_parent(_opened: pikepdf.Pdf, element: Dictionary) -> None:
    del element.P


def the_page_of_its_parent(_opened: pikepdf.Pdf, element: Dictionary) -> None:
    element.P.Pg = element.Pg
    del element.Pg


def no_page(_opened: pikepdf.Pdf, element: Dictionary) -> None:
    del element.Pg


def forty_levels_down(opened: pikepdf.Pdf, element: Dictionary) -> None:
    top = element.P
    inner = element
    for _ in range(40):
        outer = group(opened, Name.Div, top, inner)
        inner.P = outer
        inner = outer
    top.K = Array([inner])


def a_number_alone(_opened: pikepdf.Pdf, element: Dictionary) -> None:
    element.K = element.K[0]


def an_array_in_an_array(_opened: pikepdf.Pdf, element: Dictionary) -> None:
    element.K = Array([element.K])


def no_number_of_its_own(opened: pikepdf.Pdf, element: Dictionary) -> None:
    direct = Dictionary(dict(element.items()))
    opened.Root.StructTreeRoot.ParentTree.Nums[1][2] = direct
    element.P.K = Array([direct])


def a_figure(_opened: pikepdf.Pdf, element: Dictionary) -> None:
    element.S = Name.Figure


def a_figure_with_words(_opened: pikepdf.Pdf, element: Dictionary) -> None:
    element.S, element.Alt = Name.Figure, String("田大根")


def a_figure_of_nothing(opened: pikepdf.Pdf, element: Dictionary) -> None:
    said = Dictionary(
        Type=Name.StructElem,
        S=Name.Figure,
        P=element.P,
        Pg=element.Pg,
        Alt=String("田大根"),
        K=Array(),
    )
    element.P.K = Array([opened.make_indirect(said), element])


def an_element_beside_a_number(opened: pikepdf.Pdf, element: Dictionary) -> None:
    inner = Dictionary(Type=Name.StructElem, S=Name.Span, P=element, Pg=element.Pg, K=element.K)
    element.K = Array([opened.make_indirect(inner)])


def a_mark_with_more(_opened: pikepdf.Pdf, element: Dictionary) -> None:
    held = element.K[0]
    element.K = Array([Dictionary(Type=Name.MCR, MCID=held, Pg=element.Pg, Stm=element.Pg)])


def a_mark_of_no_page(_opened: pikepdf.Pdf, element: Dictionary) -> None:
    held = element.K[0]
    element.K = Array([Dictionary(Type=Name.MCR, MCID=held, Pg=element.P)])


def a_document_within(opened: pikepdf.Pdf, element: Dictionary) -> None:
    element.P.S = Name.Document


def two_documents(opened: pikepdf.Pdf, _element: Dictionary) -> None:
    root = opened.Root.StructTreeRoot
    first = root.K[0]
    *most, last = first.K
    other = group(opened, Name.Document, root, last)
    last.P = other
    first.K = Array(most)
    root.K = Array([first, other])


def no_type(opened: pikepdf.Pdf, _element: Dictionary) -> None:
    del opened.Root.StructTreeRoot.Type


def a_number_below_nought(opened: pikepdf.Pdf, _element: Dictionary) -> None:
    opened.pages[0].obj.StructParents = -5
    opened.Root.StructTreeRoot.ParentTree.Nums[0] = -5


@pytest.mark.parametrize(
    "change",
    [
        no_type,
        a_number_below_nought,
        another_parent,
        no_parent,
        the_page_of_its_parent,
        no_page,
        forty_levels_down,
        a_number_alone,
        an_array_in_an_array,
        no_number_of_its_own,
        a_figure,
        a_figure_with_words,
        a_figure_of_nothing,
        an_element_beside_a_number,
        a_mark_with_more,
        a_mark_of_no_page,
        a_document_within,
        two_documents,
    ],
    ids=lambda change: change.__name__,
)
def test_what_readers_follow_differently_is_told(change: Change) -> None:
    """Found: of most pdf.js and PDFium read 田老根 behind 承诺人：, where 田大根 stands."""
    assert codes(change) & {"STRUCTURE_ORDER", "STRUCTURE"}


def test_as_issued() -> None:
    assert not codes(lambda _opened, _element: None)


def test_pages_in_falling_order() -> None:
    """PDFium finds none of the first."""
    two = paper.pdf(paper.pledge(**LONG), paper.LETTER)

    def turn(opened: pikepdf.Pdf) -> None:
        tree = opened.Root.StructTreeRoot.ParentTree
        first, marks, second, others = tree.Nums
        assert first < second
        tree.Nums = Array([second, others, first, marks])

    for change, code in ((lambda _: None, set()), (turn, {"STRUCTURE_ORDER"})):
        evidence = extract(paper.edit_pdf(two, change), Limits(), lambda _: None)
        assert {flag.code for flag in evidence.flags} == code


def test_a_mark_that_says_its_page() -> None:
    """As typst writes of a paragraph that goes on over a page's end."""

    def change(_opened: pikepdf.Pdf, element: Dictionary) -> None:
        element.K = Array([Dictionary(Type=Name.MCR, MCID=element.K[0], Pg=element.Pg)])

    assert not codes(change)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("信用承诺书 扫码查验", set()),
        ("信用承诺书", set()),
        ("码查验", {"STRUCTURE"}),
        ("田大根", set()),
    ],
)
def test_the_symbols_words_are_whole_lines_of_the_page(words: str, code: set[str]) -> None:
    def change(opened: pikepdf.Pdf, _element: Dictionary) -> None:
        (figure,) = (
            one
            for one in opened.objects
            if isinstance(one, Dictionary) and one.get(Name.S) == Name.Figure
        )
        figure.Alt = String(words)

    assert codes(change) == code
