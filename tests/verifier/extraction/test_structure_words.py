"""What is seen as one value is one in the structure too."""

from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary

from credential.verdict import AxisName
from tests.verifier import paper
from verifier.extraction.characters import Character
from verifier.extraction.structure_tree import Elements
from verifier.extraction.structure_words import parted_words

ONE, TWO = (5, 0), (6, 0)


def line(text: str, x: float, y: float, mark: int) -> list[Character]:
    """Letters of ten points, each as wide."""
    return [
        Character(letter, "F", (at, y - 8, at + 10, y + 2), at, y, 10.0, True, mark=mark)
        for place, letter in enumerate(text)
        for at in [x + 10 * place]
    ]


LABEL = line("产品数量：", 10, 100, 0)


@pytest.mark.parametrize(
    ("page", "parted"),
    [
        # a label and its value, two cells of a line, two rows
        ([*LABEL, *line("1200公斤", 60, 100, 1)], False),
        ([*line("茶叶", 10, 100, 0), *line("1200公斤", 60, 100, 1)], False),
        ([*line("茶叶", 60, 100, 0), *line("产地：", 10, 115, 1)], False),
        # side by side, and in two elements
        ([*LABEL, *line("1", 60, 100, 0), *line("200公斤", 70, 100, 1)], True),
        ([*line("1", 60, 100, 0), *line("200公斤", 71, 100, 1)], True),
        # a value that is carried on below its full line; one that ends before, or with a stop
        ([*line("建德市莲花绿源", 60, 100, 0), *line("合作社", 60, 115, 1)], True),
        ([*line("建德市莲花绿源", 60, 100, 0), *line("茶", 60, 115, 0), *line("甲乙", 60, 130, 1)], False),
        ([*line("建德市莲花绿源。", 60, 100, 0), *line("合作社", 60, 115, 1)], False),
        ([*line("建德市莲花绿源", 60, 100, 0), *line("合作社", 80, 115, 1)], False),
        ([*line("建德市莲花绿源", 60, 100, 0), *line("产地：", 60, 115, 1)], False),
    ],
)  # fmt: skip
def test_letters_of_one_word_are_in_one_element(page: list[Character], parted: bool) -> None:
    flags = list(parted_words([page], Elements({0: {0: ONE, 1: TWO}})))
    assert [flag.code for flag in flags] == ["STRUCTURE_ORDER"] * parted
    # in one element, and where there is no structure
    assert not list(parted_words([page], Elements({0: {0: ONE, 1: ONE}})))
    assert not list(parted_words([page], Elements()))


def test_a_number_in_two_elements() -> None:
    """``pdfinfo -struct-text`` and screen readers have two paragraphs of it; the picture is the same."""

    def split(opened: pikepdf.Pdf) -> None:
        for element in opened.objects:
            held = element.get("/K") if isinstance(element, Dictionary) else None
            if isinstance(held, Array) and len(held) > 9 and all(isinstance(k, int) for k in held):
                break
        second = opened.make_indirect(
            Dictionary(
                Type=element.Type,
                S=element.S,
                P=element.P,
                Pg=element.Pg,
                A=element.A,
                K=Array(list(held)[9:]),
            )
        )
        element.K = Array(list(held)[:9])
        element.P.K = Array([element, second])
        parents = opened.Root.StructTreeRoot.ParentTree.Nums[1]
        for number in second.K:
            parents[number] = second

    issued = paper.producer(contact="0571" * 15)  # each digit has a mark
    verdict = paper.check(paper.edit_pdf(paper.pdf(issued), split), paper.known(issued))
    findings = paper.axis(verdict, AxisName.VISIBILITY).findings
    assert [(one.code, one.message) for one in findings] == [
        (
            "STRUCTURE_ORDER",
            "第 1 页：文件的结构把连在一起的文字分成两段，朗读或导出会得到别的内容",
        )
    ]


def _symbol_says(words: str) -> Callable[[pikepdf.Pdf], None]:
    def say(opened: pikepdf.Pdf) -> None:
        for element in opened.objects:
            if isinstance(element, Dictionary) and "/Alt" in element:
                element.Alt = pikepdf.String(words)

    return say


def _mark_says(opened: pikepdf.Pdf) -> None:
    content = opened.pages[0].Contents
    drawn = content.read_bytes()
    begin = b"/Span<</MCID 4"
    assert drawn.count(begin + b">>") == 1
    words = "绿色食品".encode("utf-16-be").hex().encode()
    content.write(drawn.replace(begin + b">>", begin + b"/Alt<FEFF%b>>>" % words))


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (_symbol_says("本证已作废"), ["STRUCTURE"]),
        # words of the page, picked from here and there
        (_symbol_says("未使用 产地"), ["STRUCTURE"]),
        (_symbol_says("承诺达标合格证"), []),
        (_mark_says, ["DRAWING", "STRUCTURE", "STRUCTURE_ORDER"]),
    ],
)
def test_what_is_read_aloud_in_place_of_a_picture(
    change: Callable[[pikepdf.Pdf], None], codes: list[str]
) -> None:
    verdict = paper.check(
        paper.edit_pdf(paper.pdf(paper.producer()), change), paper.known(paper.producer())
    )
    findings = paper.axis(verdict, AxisName.VISIBILITY).findings
    assert sorted(one.code for one in findings) == codes
