"""What a number format shows of a number and of a text, as Excel and WPS show it, or that it can't be told."""

from decimal import Decimal

import pytest

from certgen.number_format import BUILT_IN, read_format


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ("General", "1234.5", "1234.5"),
        ("[$-804]General", "1234.5", "1234.5"),
        ('G/通用格式"斤"', "500", "500斤"),
        ("@", "500", "500"),
        ("0", "1234.5678", "1235"),
        ("0", "0.5", "1"),
        ("0_ ", "500", "500"),
        ("0.00_);[Red]\\(0.00\\)", "500", "500.00"),
        ("0.00_);[Red]\\(0.00\\)", "-500", "(500.00)"),
        ("#,##0.00", "1234567.5", "1,234,567.50"),
        ("#,##0,", "1234.5", "1"),
        ("0.0,", "12345", "12.3"),
        ("0.00%", "1234.5", "123450.00%"),
        ("000000", "123", "000123"),
        ("0.##", "1.5", "1.5"),
        ("#", "0", ""),
        (".00", "0.5", ".50"),
        ("0;-0;", "0", ""),
        (";;;", "500", ""),
        ('"隐藏"', "500", "隐藏"),
        ('0"斤"', "500", "500斤"),
        ("0斤", "500", "500斤"),
        ('0"0"', "500", "5000"),
        ('"9"0', "500", "9500"),
        ("[$¥-804]#,##0", "1234", "¥1,234"),
        ('_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', "1234", "1,234"),
        ("0;0", "-5", "5"),
    ],
)
def test_a_number_is_shown_as_its_format_says(code: str, number: str, shown: str) -> None:
    assert read_format(code).shown_number(Decimal(number)) == shown


@pytest.mark.parametrize(
    "code",
    [
        "# ?/?",
        "0.00E+00",
        "0000-00-00",
        "[DBNum2]0",
        "[>5]0;General",
        "[White]0",
        "0*0",
        "yyyy/m/d",
        "[h]:mm",
        "0;0;0;@;0",
        "0" * 300,
    ],
)
def test_what_a_format_shows_that_is_not_known_is_not_guessed(code: str) -> None:
    assert read_format(code).shown_number(Decimal(123)) is None
    assert not read_format("0").shown_number(Decimal("1e20"))


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("General", "草莓"),
        ("@", "草莓"),
        ("0.00", "草莓"),
        ("yyyy/m/d;@", "草莓"),
        ("_ * 0_ ;_ * -0_ ;_ @_ ", "草莓"),
        ('"非"@', "非草莓"),
        (";;;", ""),
        ('0;0;0;"蓝莓"', "蓝莓"),
        ("0;0;0;yyyy", None),
    ],
)
def test_a_text_is_shown_as_the_last_section_says(code: str, shown: str | None) -> None:
    assert read_format(code).shown_text("草莓") == shown


@pytest.mark.parametrize(
    "code",
    [
        "m/d",
        "yyyy/m/d;@",
        "yyyy\\-m\\-d",
        'yyyy"年"m"月"d"日"',
        'yyyy"年"m"月"d"日" aaaa',
        "yyyy年m月d日",
        '[DBNum1][$-804]yyyy"年"m"月"d"日";@',
        "[$-409]d-mmm-yy",
        "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy",
        "m/d/yyyy",
        "yyyy/m/d h:mm AM/PM",
        "yyyy-mm-dd hh:mm:ss",
        "[$-10804]yyyy/m/d",
    ],
)
def test_a_format_of_days_is_known(code: str) -> None:
    assert read_format(code).is_date
    assert read_format(code).is_plain


@pytest.mark.parametrize(
    "code",
    [
        "yyyy",
        'yyyy"年"m"月"',
        "mmm-yy",
        "d/m/yyyy",
        "yyyy/d/m",
        'yyyy"年"d"月"m"日"',
        'yyyy"年"h"月"d"日"',
        'm"日"d"月"',
        "yyyy/s/d",
        '上午/下午h"时"mm"分"',
        "mm:ss.0",
        "h:mm",
        "yyyy/m/d;m/d",
    ],
)
def test_a_format_that_another_day_is_read_off_or_none_shows_no_day(code: str) -> None:
    assert read_format(code).is_date
    assert not read_format(code).shows_day
    assert not read_format(code).is_plain


@pytest.mark.parametrize(
    "code",
    [
        '"2026-01-01"',
        '"1"yyyy/m/d',
        "aaaa",
        "b2yyyy/m/d",
        "ggge",
        "[$-130000]yyyy/m/d",
        "[>0]yyyy/m/d;General",
        "yyyy/m/d" + "y" * 100 + "!",
        "yyyy" + "a" * 240,
    ],
)
def test_a_format_that_may_show_another_day_is_none_of_days(code: str) -> None:
    assert not read_format(code).is_date


def test_the_built_in_formats_are_all_known() -> None:
    for code in BUILT_IN.values():
        format = read_format(code)
        assert format.is_date or format.shown_number(Decimal(1)) is not None
        assert format.shown_text("草莓") == "草莓"
