"""Which cells look otherwise than what is in them, and which shared texts are struck through."""

import pytest

from certgen.number_format import NumberFormat
from certgen.sheet_xml import WorkbookError
from certgen.shown import CellStyle
from certgen.workbook_styles import StyleReader, TextReader

_NAMES = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _styles(*parts: str) -> list[CellStyle]:
    reader = StyleReader()
    reader.feed(f"<styleSheet xmlns='{_NAMES}'>{''.join(parts)}</styleSheet>".encode())
    reader.close()
    return reader.styles


def _struck(texts: str, size: int = 1 << 16) -> set[int]:
    reader = TextReader()
    data = f'<sst xmlns="{_NAMES}">{texts}</sst>'.encode()
    for start in range(0, len(data), size):
        reader.feed(data[start : start + size])
    reader.close()
    return reader.struck


def _code(format: NumberFormat | None) -> str | None:
    return None if format is None else format.code


def test_a_style_is_struck_through_where_its_font_is() -> None:
    fonts = '<font/><font><strike/></font><font><strike val="0"/></font>'
    cells = '<xf fontId="0"/><xf fontId="1"/><xf fontId="2"/><xf fontId="9"/>'
    styles = _styles(
        f"<fonts>{fonts}</fonts><cellStyleXfs><xf fontId='1'/></cellStyleXfs>",
        f"<cellXfs>{cells}</cellXfs><dxfs><dxf><font><strike/></font></dxf></dxfs>",
    )
    assert [style.struck for style in styles] == [False, True, False, False]
    assert [style.is_plain for style in styles] == [True, False, True, True]


def test_formats_are_the_workbooks_own_or_built_in() -> None:
    numbers = (0, 1, 14, 31, 5, 164, 165, 43, 2)
    styles = _styles(
        '<numFmts><numFmt numFmtId="164" formatCode="0&quot;斤&quot;"/>',
        '<numFmt numFmtId="14" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="2" formatCode="0"/>',
        '<numFmt numFmtId="43" formatCode="#,##0.00"/></numFmts>',
        "<cellXfs>" + "".join(f'<xf numFmtId="{one}"/>' for one in numbers) + "</cellXfs>",
    )
    codes = [_code(style.format) for style in styles]
    assert codes == ["General", "0", "yyyy\\-mm\\-dd", "", "", '0"斤"', None, None, None]
    assert [style.is_plain for style in styles] == [True, False, True, *[False] * 6]


def test_styles_of_rules_that_strike_through_or_show_another_number_are_odd() -> None:
    reader = StyleReader()
    styles = (
        "<font><b/></font>",
        "<font><strike/></font>",
        '<numFmt numFmtId="9" formatCode=";;;"/>',
        '<numFmt numFmtId="14" formatCode="yyyy/m/d"/>',
    )
    said = "".join(f"<dxf>{style}</dxf>" for style in styles)
    reader.feed(f"<styleSheet xmlns='{_NAMES}'><dxfs>{said}</dxfs></styleSheet>".encode())
    assert reader.rules == [False, True, True, False]


def test_what_is_there_twice_or_no_number_is_refused() -> None:
    for parts in ("<fonts/><fonts/>", '<cellXfs><xf fontId="-1"/></cellXfs>'):
        with pytest.raises(WorkbookError, match="内部有误"):
            _styles(parts)
    reader = StyleReader()
    with pytest.raises(WorkbookError, match="文档类型声明"):
        reader.feed(b"<!DOCTYPE styleSheet []><styleSheet/>")


@pytest.mark.parametrize("size", [7, 40, 1 << 16])
def test_shared_texts_with_letters_struck_through_are_counted(size: int) -> None:
    plain = '<si><t>草莓</t></si><si><t xml:space="preserve"> 杨梅 </t></si>'
    struck = "<si><r><t>5</t></r><r><rPr><strike/></rPr><t>00</t></r></si>"
    bold = "<si><r><rPr><b/></rPr><t>5</t></r></si><si><t/></si><si/>"
    assert _struck(plain + struck + bold + plain + plain + struck + plain, size) == {2, 10}
    assert _struck(plain * 3, size) == set()


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
        _struck(text)
