"""The words of a verdict on the terminal."""

from dataclasses import replace

from credential.verdict import Axis, AxisName, FieldText, Indication, Verdict
from tests.verifier import paper
from verifier.pile import Row
from verifier.report import AXIS_WORDS, INDICATION_WORDS, report_lines, report_words


def test_a_refusal_names_field_expected_found_and_place():
    altered = paper.producer(quantity="9200公斤")
    lines = report_lines(paper.check(paper.pdf(altered), paper.known(paper.producer())))
    assert lines[0] == "upload：不通过  TOTAL-FAILED / CONTENT_MISMATCH"
    words = "“产品数量”与签发时不符，应为“1200公斤”，实为“9200公斤”，第 1 页，距左 16 毫米、距上 38 毫米"
    assert f"    · {words}" in lines
    assert lines[-1] == "  信用等级：开具时 A，当前 未知"


def test_a_pass_lists_every_axis():
    issued = paper.producer()
    lines = report_lines(paper.check(paper.pdf(issued), paper.known(issued)))
    assert lines[0] == "upload：通过  TOTAL-PASSED"
    assert [line.strip() for line in lines[1:6]] == [
        "文件：通过",
        "凭证签名：通过",
        "登记状态：通过",
        "内容比对：通过",
        "画面与文字一致：通过",
    ]


def test_every_axis_and_indication_has_words():
    assert set(INDICATION_WORDS) == set(Indication)
    assert len(AXIS_WORDS) == 6


def test_a_report_that_passes_says_what_it_concluded():
    """Nobody may take its pass for that of the file that it is about."""
    texts = (
        FieldText("verdict", "不通过（TOTAL-FAILED / CONTENT_MISMATCH）", "通过"),
        FieldText("file_digest", "ab12", "ab12"),
    )
    axes = (Axis(AxisName.CREDENTIAL, Indication.PASSED),)
    passed = Verdict("altered.pdf", "", axes, {"kind": "report"}, texts=texts)
    words = (
        "这是一份核验报告，真实与否只指报告本身；报告的结论："
        "“不通过（TOTAL-FAILED / CONTENT_MISMATCH）”（被核验文件的指纹 ab12）"
    )
    assert report_lines(passed)[1:2] == [f"  {words}"]
    assert Row.of(passed).message == words
    unread = replace(passed, texts=())
    assert Row.of(unread).message.endswith("报告的结论：见报告")
    for other in (replace(passed, credential={"kind": "pledge"}), replace(passed, credential=None)):
        assert Row.of(other).message == report_words(other) == ""
