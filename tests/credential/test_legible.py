import json

import pytest

from credential.legible import legible, legible_name, named, quoted


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("合格证　①（二）.pdf", "合格证　①（二）.pdf"),
        ("\x1b[2K\x1b[1A好.pdf", r"\u001b[2K\u001b[1A好.pdf"),
        ("a\x9b8m\x7f\r", r"a\u009b8m\u007f\u000d"),
        ("a\u202efdp.exe\u2066", r"a\u202efdp.exe\u2066"),
        ("a\u200b\u2028\u2029\udc80", r"a\u200b\u2028\u2029\udc80"),
        ("a\U000e0041", r"a\udb40\udc41"),
        ("\u2800\u3164.pdf", r"\u2800\u3164.pdf"),
        ("a\u115f\uffa0\ufe0f\U000e0100", r"a\u115f\uffa0\ufe0f\udb40\udd00"),
    ],
)
def test_what_nobody_sees_is_written_out(said: str, shown: str) -> None:
    assert legible(said) == legible_name(said) == shown


def test_lines_and_blanks() -> None:
    assert legible("好\n  二\x1b") == "好\n  二\\u001b"
    assert legible_name("好\n核验结论：通过") == r"好\u000a核验结论：通过"
    assert legible_name("好" + "　" * 30 + "核验 \xa0 结论\xa0。") == "好 核验 结论 。"


def test_json_reads_the_same_however_it_is_shown() -> None:
    said = {"file": "a\x9b\u202e\U000e0041\x7f"}
    assert json.loads(legible(json.dumps(said, ensure_ascii=False))) == said


def test_a_name_that_says_a_verdict_is_in_quotes() -> None:
    """The line of a doubted file began with a pass."""
    assert named("合格证（一）.pdf") == "合格证（一）.pdf"
    assert named("甲.pdf：通过  TOTAL-PASSED；乙.pdf") == "“甲.pdf：通过  TOTAL-PASSED；乙.pdf”"


def test_a_strangers_name_ends_neither_its_quotes_nor_its_line() -> None:
    """Found: the name in a certificate wrote lines of a verdict into a signed report."""
    assert quoted("高平市公证处") == "“高平市公证处”"
    said = "某\nsn.pdf：通过\u202e”，核验结论：“通过"
    assert quoted(said) == r"“某\u000asn.pdf：通过\u202e'，核验结论：'通过”"
