"""Our own letters moved by hand so that the eye reads another document: each once passed."""

import copy
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import pikepdf
import pytest
from docx.document import Document as Docx
from docx.text.paragraph import Paragraph

from credential.fields import fields_digest
from credential.verdict import AxisName, Indication, SubIndication
from tests import samples
from tests.verifier import paper

Move = tuple[str, Sequence[tuple[int, int, float, float]]]
"""The text of a run, and its parts: first and last character, points right of and below it."""
_RUN: Final = re.compile(
    rb"q 1 0 0 -1 ([\d.]+) ([\d.]+) cm/c0 cs 0 scn\n"
    rb"BT 0 Tr/(f\d+) ([\d.]+) Tf 1 0 0 -1 0 0 Tm(.*?)(TJ|Tj)\nET\nQ",
    re.DOTALL,
)


def moved(*moves: Move) -> Callable[[pikepdf.Pdf], None]:
    def change(opened: pikepdf.Pdf) -> None:
        page = opened.pages[0]
        content = page.Contents.read_bytes()
        for text, parts in moves:
            run, codes = _run(opened, content, text)
            x, y, size = (float(run[group]) for group in (1, 2, 4))
            font = run[3].decode()
            set_again = "\n".join(
                f"q 1 0 0 -1 {x + right} {y - down} cm/c0 cs 0 scn\nBT 0 Tr/{font} {size} Tf "
                f"1 0 0 -1 0 0 Tm <{''.join(codes[start:end])}> Tj\nET\nQ"
                for start, end, right, down in parts
            )
            content = content.replace(run[0], set_again.encode(), 1)
        page.Contents = opened.make_stream(content)

    return change


def _run(opened: pikepdf.Pdf, content: bytes, text: str) -> tuple[re.Match[bytes], list[str]]:
    for run in _RUN.finditer(content):
        (shown,) = pikepdf.parse_content_stream(opened.make_stream(run[5] + run[6]))
        held = shown.operands[0]
        strings = list(held) if isinstance(held, pikepdf.Array) else [held]
        data = b"".join(bytes(part) for part in strings if isinstance(part, pikepdf.String))
        codes = [data[at : at + 2].hex() for at in range(0, len(data), 2)]
        known = _unicode(opened, run[3].decode())
        if "".join(known.get(code, "?") for code in codes) == text:
            return run, codes
    raise AssertionError(f"{text} is not on the page")


def _unicode(opened: pikepdf.Pdf, font: str) -> dict[str, str]:
    table = opened.pages[0].Resources.Font[f"/{font}"].ToUnicode.read_bytes().decode()
    pairs = re.findall(r"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]{4})>", table)
    return {code.lower(): chr(int(text, 16)) for code, text in pairs}


CERTIFICATE: Final[dict[str, tuple[tuple[Move, ...], str]]] = {
    "the first digit in the margin, as a row's number": (
        (
            ("1200公斤", ((0, 1, -118, -0.3), (1, 6, 0, 4.2))),
            ("产品数量：", ((0, 5, 0, -4.6),)),
        ),
        "产品数量",
    ),
    "a value far to the right": ((("1200公斤", ((0, 6, 60, 0),)),), "产品数量"),
    "the tick behind the words of another basis": (
        (
            ("■质量安全控制符合要求", ((0, 1, -50.6, 0), (1, 11, 0, 4.26))),
            ("■自行检测合格", ((0, 1, 115, -11), (1, 7, 0, 2.7))),
            ("□委托检测合格", ((0, 1, 69, -12.6), (1, 7, 0, 1))),
        ),
        "承诺依据",
    ),
    "a line that breaks where the next word would fit": (
        (("建德市某某果蔬专业合作社", ((0, 3, 0, 0), (3, 12, 0, 15))),),
        "承诺主体",
    ),
}


@pytest.mark.parametrize("trick", CERTIFICATE)
def test_a_certificate_whose_lines_lie(trick):
    moves, label = CERTIFICATE[trick]
    issued = paper.producer()
    data = paper.edit_pdf(paper.pdf(issued), moved(*moves))
    assert label in layout_of(paper.check(data, paper.known(issued)))


def test_two_values_exchanged():
    """The label of each stands beside the value of the other."""
    issued = paper.pledge()
    change = moved(
        ("承诺人：", ((0, 4, 262, -10.4),)),
        ("田大根", ((0, 3, -55.8, -5.8),)),
        ("证件号码：", ((0, 5, 0, -24),)),
        ("140581********0014", ((0, 18, 141.2, -18.5),)),
    )
    data = paper.edit_pdf(paper.pdf(issued, paper.LETTER), change)
    assert "承诺人" in layout_of(paper.check(data, paper.known(issued)))


def test_a_letter_with_the_end_of_a_sentence_as_a_heading():
    issued = paper.pledge()

    def split(made: Docx) -> None:
        heading, promise = (
            next(item for item in made.paragraphs if item.text.startswith(words))
            for words in ("承诺内容", "本人无")
        )
        promise.runs[0].text = "本人无"
        copied = copy.deepcopy(heading._p)
        promise._p.addnext(copied)
        Paragraph(copied, promise._parent).runs[0].text = "遗漏继承人。"

    verdict = paper.check(paper.docx_of(issued, split), paper.known(issued))
    assert verdict.indication is Indication.INDETERMINATE
    messages = {f.message for f in paper.axis(verdict, AxisName.VISIBILITY).findings}
    assert messages >= {
        "DOCX 中“遗漏继承人。”的前后次序与出证系统生成的不同，可能被读成别的内容",
        "“承诺内容”的分段与签发时不同，可能被读成别的内容，请人工核对",
    }


def test_a_letter_with_a_sentence_in_two_paragraphs():
    issued = paper.pledge()

    def split(made: Docx) -> None:
        first = next(item for item in made.paragraphs if item.text.startswith("本人提交"))
        copied = copy.deepcopy(first._p)
        first._p.addnext(copied)
        first.runs[0].text, Paragraph(copied, first._parent).runs[0].text = (
            "本人提交的",
            "材料真实。",
        )

    verdict = paper.check(paper.docx_of(issued, split), paper.known(issued))
    assert verdict.indication is Indication.INDETERMINATE
    (found,) = paper.axis(verdict, AxisName.VISIBILITY).findings
    assert found.code == "UNEVEN_LAYOUT"
    assert found.message == "“承诺内容”的分段与签发时不同，可能被读成别的内容，请人工核对"


def test_paragraphs_tell_no_guess_without_the_check_code():
    """Else a page made around a symbol would learn the pledge's words one guess at a time."""
    fields = samples.PLEDGE_FIELDS | {"check_code": "1234 5678 9012"}
    claims = samples.PLEDGE
    claims = replace(claims, digest=fields_digest(fields, claims.id, len(claims.digest)))
    issued = paper.document(claims, fields)
    known = paper.registry(paper.record_of(issued, fields=fields))
    right = fields["pledge"].replace("。\n", "。", 1)
    assert right != fields["pledge"]
    seen = []
    for pledge in (right, right.replace("真实", "属实")):
        made = paper.document(claims, fields, pledge=pledge, check_code=None)
        axis = paper.axis(paper.check(paper.docx_of(made), known), AxisName.VISIBILITY)
        seen.append([(finding.code, finding.message) for finding in axis.findings])
    assert seen[0] == seen[1]
    whole = paper.document(claims, fields, pledge=right)
    axis = paper.axis(paper.check(paper.docx_of(whole), known), AxisName.VISIBILITY)
    assert "UNEVEN_LAYOUT" in {finding.code for finding in axis.findings}


def test_runs_set_again_where_they_were_pass():
    """So that the tricks above are caught for what they are."""
    issued = paper.producer()
    change = moved(("产品数量：", ((0, 5, 0, 0),)), ("1200公斤", ((0, 6, 0, 0),)))
    verdict = paper.check(paper.edit_pdf(paper.pdf(issued), change), paper.known(issued))
    assert verdict.indication is Indication.PASSED, verdict.axes


def layout_of(verdict) -> set[str]:
    """The labels of the fields that are not laid out as ours."""
    assert verdict.indication is Indication.INDETERMINATE
    seen = paper.axis(verdict, AxisName.VISIBILITY)
    assert seen.sub_indication is SubIndication.HIDDEN_CONTENT
    found = [finding.message for finding in seen.findings if finding.code == "UNEVEN_LAYOUT"]
    ending = "”的位置或换行与出证系统的版面不同，可能被读成别的内容，请人工核对"
    return {message[1 : -len(ending)] for message in found if message.endswith(ending)}


@pytest.mark.parametrize(
    "mark", ["“红颜”", "《红颜》", "（红颜）", "【红颜】", "「红颜」", "［红颜］", "｛红颜｝"]
)
def test_a_value_that_begins_with_an_opening_mark_stands_in_its_column(mark: str) -> None:
    """The mark is closed up: its ink begins where the other values begin, half an em of blank before it."""
    long = f"{mark}示范区建德市杨村桥镇草莓小镇核心区第二大棚东侧一号至三十六号及其周边"
    honest = paper.producer(product=f"{mark}草莓", origin=long)
    verdict = paper.check(paper.pdf(honest, paper.A5), None)
    assert paper.axis(verdict, AxisName.VISIBILITY).indication is Indication.PASSED


def test_a_value_half_an_em_beside_its_column_without_such_a_mark() -> None:
    honest = paper.producer()
    value = honest.fields["product"]
    data = paper.edit_pdf(paper.pdf(honest, paper.A5), moved((value, [(0, len(value), -5.0, 0.0)])))
    verdict = paper.check(data, None)
    found = paper.axis(verdict, AxisName.VISIBILITY).findings
    assert [(one.code, one.found) for one in found] == [("UNEVEN_LAYOUT", value)]


@pytest.mark.parametrize("value", ["GB/T 1.1—2020//A区", "Red Star 草莓/，二级", "A//B/.C"])
def test_latin_words_as_their_font_spaces_them(value: str) -> None:
    honest = paper.producer(product=value)
    verdict = paper.check(paper.pdf(honest, paper.A5), None)
    assert "UNEVEN_SPACING" not in {one.code for axis in verdict.axes for one in axis.findings}


def test_a_line_that_is_stretched_between_latin_words() -> None:
    """Set to the full width, with little else to stretch."""
    words = "Red Star下莲草大都范；甲(2)屋社11823-建种东人承示甲1号都号作"
    honest = paper.pledge(pledge=f"{words}有‘大’「昌街桥声专」家侧QS-2026/11市。")
    verdict = paper.check(paper.pdf(honest, paper.LETTER), None)
    assert "UNEVEN_SPACING" not in {one.code for axis in verdict.axes for one in axis.findings}


def test_a_line_that_is_closed_up_at_its_marks() -> None:
    words = "有三公蔬号市范号号茶区KGGB/T 1.1-2020（一）-二《涯镇莓市》‘大屋基证’公涯委乡果镇、（一）第大涯"
    honest = paper.pledge(
        pledge=f"{words}作二“更房合德”涯第范花下楼德承建业花继蔬号蔬【基北证南】本侧昌户。"
    )
    verdict = paper.check(paper.pdf(honest, paper.LETTER), None)
    assert "UNEVEN_SPACING" not in {one.code for axis in verdict.axes for one in axis.findings}


@pytest.mark.parametrize(("right", "odd"), [(6.4, False), (5.2, True)])
def test_a_stroke_on_a_digit(right: float, odd: bool) -> None:
    """Between letters the font itself closes up so far; beside a digit it does not."""
    honest = paper.producer(product="8/5草莓")
    run = honest.fields["product"]
    parts = [(0, 1, 0.0, 0.0), (1, len(run), right, 0.0)]
    data = paper.edit_pdf(paper.pdf(honest, paper.A5), moved((run, parts)))
    codes = {one.code for axis in paper.check(data, None).axes for one in axis.findings}
    assert ("UNEVEN_SPACING" in codes) is odd


@pytest.mark.parametrize("gap", [1.1, 2.5, 12.0])
def test_a_code_torn_apart(gap: float) -> None:
    """The blank that is seen is copied too: a search for the code finds nothing."""
    issued = paper.producer()
    code = issued.fields["subject_code"]
    trick = moved((code, [(0, 8, 0.0, 0.0), (8, len(code), 8 * 6.394 + gap, 0.0)]))
    verdict = paper.check(paper.edit_pdf(paper.pdf(issued), trick), paper.known(issued))
    assert verdict.indication is Indication.INDETERMINATE
    findings = [one for axis in verdict.axes for one in axis.findings]
    assert any("“统一社会信用代码”" in one.message for one in findings)
