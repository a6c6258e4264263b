"""Which cells look otherwise than what is in them."""

import pytest

from certgen.number_format import NumberFormat
from certgen.sheet_xml import WorkbookError
from certgen.shown import CellStyle
from certgen.workbook_styles import StyleReader

_NAMES = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _styles(*parts: str) -> list[CellStyle]:
    reader = StyleReader()
    reader.feed(f"<styleSheet xmlns='{_NAMES}'>{''.join(parts)}</styleSheet>".encode())
    reader.close()
    return reader.styles


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


@pytest.mark.parametrize(
    ("alignment", "crowded"),
    [
        ('horizontal="fill"', True),
        ('textRotation="255"', True),
        ('textRotation="45"', True),
        ('horizontal="left" indent="40"', True),
        ('horizontal="left" indent="2"', False),
        ('horizontal="center" vertical="center" wrapText="1" textRotation="0"', False),
    ],
)
def test_a_style_that_repeats_or_turns_or_moves_what_it_shows_is_odd(
    alignment: str, *, crowded: bool
) -> None:
    cells = f"<cellXfs><xf/><xf><alignment {alignment}/></xf><xf/></cellXfs>"
    named = '<cellStyleXfs><xf><alignment horizontal="fill"/></xf></cellStyleXfs>'
    assert [style.crowded for style in _styles(named, cells)] == [False, crowded, False]


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
