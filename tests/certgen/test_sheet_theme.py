"""Letters and paper by the colours that programs draw, however a workbook names them."""

import pytest

from certgen.sheet_theme import ThemeReader, is_white
from certgen.sheet_xml import WorkbookError
from certgen.workbook_styles import StyleReader

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


def _is_faint(color: str, fill: str = "", theme: tuple[str, ...] = ("0",)) -> bool:
    reader = StyleReader(theme)
    parts = f"<fonts><font><color {color}/></font></fonts><fills><fill>{fill}</fill></fills>"
    cells = '<cellXfs><xf fontId="0" fillId="0"/></cellXfs>'
    reader.feed(f'<styleSheet xmlns="{_MAIN}">{parts}{cells}</styleSheet>'.encode())
    reader.close()
    return reader.styles[0].faint


def _white(*colors: str) -> set[str]:
    reader = ThemeReader()
    scheme = f"<a:themeElements><a:clrScheme>{''.join(colors)}</a:clrScheme></a:themeElements>"
    reader.feed(f'<a:theme xmlns:a="{_DRAWING}">{scheme}</a:theme>'.encode())
    reader.close()
    return reader.white


@pytest.mark.parametrize(
    ("color", "faint"),
    [
        ('theme="1" tint="1"', True),
        ('theme="4" tint="0.99"', True),
        ('rgb="FF000000" tint="1"', True),
        ('indexed="8" tint="0.9"', True),
        ('theme="0" tint="0.5"', True),
        ('theme="0" tint="-0.05"', True),
        ('theme="0" tint="-0.5"', False),
        ('theme="1" tint="0.35"', False),
        ('theme="4" tint="-0.25"', False),
        ('theme="4"', False),
    ],
)
def test_letters_are_white_by_what_their_tint_makes_of_them(color: str, faint: bool) -> None:
    assert _is_faint(color) is faint


@pytest.mark.parametrize(
    ("fill", "faint"),
    [
        ('<patternFill patternType="none"><fgColor rgb="FF000000"/></patternFill>', True),
        ('<patternFill><fgColor rgb="FF000000"/></patternFill>', True),
        ('<patternFill patternType="solid"><fgColor theme="1" tint="1"/></patternFill>', True),
        ('<patternFill patternType="solid"><fgColor rgb="FF000000"/></patternFill>', False),
        ('<gradientFill><stop><color rgb="FFFFFFFF"/></stop></gradientFill>', True),
        (
            '<gradientFill><stop><color rgb="FFFFFFFF"/></stop><stop><color theme="4"/></stop>'
            "</gradientFill>",
            False,
        ),
    ],
)
def test_white_letters_show_only_where_a_fill_is_drawn(fill: str, faint: bool) -> None:
    assert _is_faint('rgb="FFFFFFFF"', fill) is faint


def test_a_themes_colours_are_its_own() -> None:
    white = '<a:lt1><a:sysClr val="window" lastClr="FFFFFF"/></a:lt1>'
    assert _white('<a:dk1><a:sysClr val="windowText"/></a:dk1>', white) == {"0"}
    accent = '<a:accent1><a:srgbClr val="FFFFFF"/></a:accent1>'
    blue = '<a:accent2><a:srgbClr val="4F81BD"/></a:accent2>'
    assert _white(white, accent, blue, "<a:extLst/>") == {"0", "4"}
    assert _white('<a:dk1><a:srgbClr val="FEFEFE"/></a:dk1>') == {"0", "1"}
    assert is_white({"theme": "4"}, {"0", "4"})
    assert _is_faint('theme="4"', theme=("0", "4"))


@pytest.mark.parametrize(
    "color",
    [
        '<a:accent1><a:prstClr val="white"/></a:accent1>',
        '<a:accent1><a:srgbClr val="000000"><a:lumOff val="100000"/></a:srgbClr></a:accent1>',
        "<a:accent1/><a:accent1/>",
        "<a:accent7/>",
    ],
)
def test_a_themes_colour_that_has_to_be_reckoned_is_refused(color: str) -> None:
    with pytest.raises(WorkbookError, match="内部有误"):
        _white(color)
