"""What a flag says stays on its line."""

from credential.verdict import SubIndication
from verifier.evidence import Flag


def test_a_strangers_words_make_no_line_of_their_own() -> None:
    """Once a part of a DOCX, by its name, wrote 通过：3 个文件 into the report of a pile."""
    flag = Flag(
        SubIndication.HIDDEN_CONTENT, "PARTS", "DOCX 含有别的内容（x）\n核验结论：通过\u2028\x1b[2J"
    )
    assert flag.message == "DOCX 含有别的内容（x）\\u000a核验结论：通过\\u2028\\u001b[2J"
