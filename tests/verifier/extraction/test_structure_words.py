"""What is seen as one value is one in the structure too."""

import pikepdf
import pytest
from pikepdf import Array, Dictionary

from credential.verdict import AxisName
from tests.verifier import paper
from verifier.extraction.characters import Character
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
    flags = list(parted_words([page], {0: {0: ONE, 1: TWO}}))
    assert [flag.code for flag in flags] == ["STRUCTURE_ORDER"] * parted
    # in one element, and where there is no structure
    assert not list(parted_words([page], {0: {0: ONE, 1: ONE}}))
    assert not list(parted_words([page], {}))


def test_a_number_in_two_elements() -> None:
    """``pdfinfo -struct-text`` and screen readers have two paragraphs of it; the picture is the same."""

    def split(opened: pikepdf.Pdf) -> None:
        for element in opened.objects:
            held = element.get("/K") if isinstance(element, Dictionary) else None
            if isinstance(held, Array) and len(held) > 9 and all(isinstance(k, int) for k in held):
                break
        second = opened.make_indirect(
            Dictionary(
                S=element.S, P=element.P, Pg=element.Pg, A=element.A, K=Array(list(held)[9:])
            )
        )
        element.K = Array(list(held)[:9])
        element.P.K = Array([element, second])
        parents = opened.Root.StructTreeRoot.ParentTree.Nums[1]
        for number in second.K:
            parents[number] = second

    verdict = paper.check(
        paper.edit_pdf(paper.pdf(paper.producer()), split), paper.known(paper.producer())
    )
    findings = paper.axis(verdict, AxisName.VISIBILITY).findings
    assert [(one.code, one.message) for one in findings] == [
        (
            "STRUCTURE_ORDER",
            "第 1 页：文件的结构把连在一起的文字分成两段，朗读或导出会得到别的内容",
        )
    ]
