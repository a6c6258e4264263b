"""Which texts of a workbook have letters that look otherwise than the rest."""

import pytest

from certgen.rich_text import FAINT_LETTERS, STRUCK_LETTERS, RichText, TextReader
from certgen.sheet_xml import WorkbookError

_NAMES = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _odd(texts: str, size: int = 1 << 16) -> dict[int, int]:
    reader = TextReader()
    data = f'<sst xmlns="{_NAMES}">{texts}</sst>'.encode()
    for start in range(0, len(data), size):
        reader.feed(data[start : start + size])
    reader.close()
    return reader.odd


@pytest.mark.parametrize(
    ("name", "attributes", "mark"),
    [
        ("strike", {}, STRUCK_LETTERS),
        ("strike", {"val": "0"}, 0),
        ("color", {"rgb": "FFFFFFFF"}, FAINT_LETTERS),
        ("color", {"theme": "0"}, FAINT_LETTERS),
        ("color", {"theme": "4"}, FAINT_LETTERS),
        ("color", {"rgb": "FFC00000"}, 0),
        ("sz", {"val": "1"}, FAINT_LETTERS),
        ("sz", {"val": "9"}, 0),
    ],
)
def test_letters_within_a_text(name: str, attributes: dict[str, str], mark: int) -> None:
    text = RichText({"0", "4"})
    for element, said in (("r", {}), ("rPr", {}), (name, attributes)):
        text.start(element, said)
    assert text.mark == mark
    for _ in range(3):
        assert not text.is_whole
        text.end()
    assert text.is_whole


@pytest.mark.parametrize("size", [7, 40, 1 << 16])
def test_shared_texts_with_odd_letters_are_counted(size: int) -> None:
    plain = '<si><t>草莓</t></si><si><t xml:space="preserve"> 杨梅 </t></si>'
    struck = "<si><r><t>5</t></r><r><rPr><strike/></rPr><t>00</t></r></si>"
    faint = '<si><r><t>5</t></r><r><rPr><color theme="0"/></rPr><t>00</t></r></si>'
    bold = "<si><r><rPr><b/></rPr><t>5</t></r></si><si><t/></si><si/>"
    assert _odd(plain + struck + bold + plain + plain + faint + plain, size) == {
        2: STRUCK_LETTERS,
        10: FAINT_LETTERS,
    }
    assert _odd(plain * 3, size) == {}


@pytest.mark.parametrize(
    "text",
    [
        "<si><t>草<!-- x -->莓</t></si>",
        "<si><t>草<![CDATA[莓]]></t></si>",
        "<si><t>草</t><t>莓</t></si>",
        "<si><t>草</t><r><t>莓</t></r></si>",
    ],
)
def test_a_shared_text_that_programs_read_in_different_ways_is_refused(text: str) -> None:
    with pytest.raises(WorkbookError, match="内部有误"):
        _odd(text)
