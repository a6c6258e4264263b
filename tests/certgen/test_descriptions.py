"""Words that become public: goods and places only."""

import pytest

from certgen.cells import CellError
from certgen.descriptions import batch_number, place_name, product_name


@pytest.mark.parametrize(
    "name",
    [
        "红颜草莓",
        "草莓（红颜、盒装）",
        "水果玉米",
        "土鸡蛋",
        "茶鲜叶(龙井43)",
        "高级番茄",
        "䶮𬭎㐂草莓",
    ],
)
def test_ordinary_products(name: str) -> None:
    assert product_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "浙江省杭州市建德市杨村桥镇",
        "大洋镇三河村 3#大棚",
        "A-2 地块",
        "有机茶园",
        "十一都村一组12号",
    ],
)
def test_ordinary_places(name: str) -> None:
    assert place_name(name) == name


@pytest.mark.parametrize(
    ("name", "claim"),
    [
        ("草莓（信用等级：A级）", "信用"),
        ("草莓（等级：A）", "等级"),
        ("Ａ级草莓", "A级"),
        ("特级草莓", "特级"),
        ("aaa草莓", "aaa"),
        ("检-测 合格草莓", "检测"),
        ("绿色食品草莓", "绿色食品"),
        ("有·机草莓", "有机"),
        ("无农残草莓", "农残"),
        ("ISO认证草莓", "认证"),
    ],
)
def test_a_claim_of_quality_is_no_product(name: str, claim: str) -> None:
    message = f"^产品名称（只写名称，不写等级、检测、认证等说法：“{claim}”）$"
    with pytest.raises(CellError, match=message):
        product_name(name)


def test_a_claim_of_quality_is_no_place() -> None:
    with pytest.raises(CellError, match=r"^产地（只写名称，不写等级、检测、认证等说法：“检测”）$"):
        place_name("建德市（检测合格）")


@pytest.mark.parametrize(
    "number",
    [
        "13800001234",
        "138-0000-1234",
        "138 0000 1234",
        "一三八〇〇〇〇一二三四",
        "0571-00001234",
        "400-000-1234",
        "11010519491231002X",
        "110105194912310021",
        "110105491231002",
    ],
)
def test_a_personal_number_never_becomes_public(number: str) -> None:
    for parse, what in ((product_name, "产品名称"), (place_name, "产地")):
        with pytest.raises(CellError, match=f"^{what}（不含身份证号或电话号码，会被公开）$"):
            parse(f"建德{number}草莓")


@pytest.mark.parametrize("sign", ["<", ">", "=", "+", "@", '"', "{", "\\", "★", "®"])
def test_signs_are_no_part_of_a_name(sign: str) -> None:
    with pytest.raises(CellError, match="普通的文字，不含符号"):
        product_name(f"草莓{sign}")
    with pytest.raises(CellError, match="普通的文字，不含符号"):
        place_name(f"{sign}建德")


@pytest.mark.parametrize(
    "number",
    ["2026-0001", "1", "第3批", "A1/2", "330182202603050001", "20261120001", "3#（东）", "A__1_东"],
)
def test_batch_numbers(number: str) -> None:
    assert batch_number(number) == number


@pytest.mark.parametrize("number", ["=cmd", "-1", "@x", "+1", "1|2", "<b>1"])
def test_what_a_table_program_would_calculate_is_no_batch_number(number: str) -> None:
    with pytest.raises(CellError, match="以字母、数字或汉字开头"):
        batch_number(number)


@pytest.mark.parametrize(
    "number", ["13800001234", "11010519491231002X", "批110105194912310021", "0571-00001234"]
)
def test_a_personal_number_is_no_batch_number(number: str) -> None:
    with pytest.raises(CellError, match="不含身份证号或电话号码的批次号"):
        batch_number(number)
