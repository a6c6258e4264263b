import pytest

from scheme.products import ProductGroup, classify_product

GROUPS = (
    ProductGroup("fungi", "食用菌", ("菇", "香菇")),
    ProductGroup("poultry", "禽", ("鸡",)),
    ProductGroup("other-eggs", "其他蛋", ("蛋",)),
    ProductGroup("eggs", "蛋", ("鸡蛋",)),
    ProductGroup("wild", "野生菌", ("松茸",), ("野生", "野采"), ("fungi",)),
    ProductGroup("unclear", "待核实", (), ("野生",), ("fungi", "poultry")),
)


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("香菇", "fungi"),
        ("鸡腿菇", "fungi"),
        ("土 鸡 蛋", "eggs"),
        ("鸭蛋", "other-eggs"),
        ("土鸡（散养）", "poultry"),
        ("土鸡(散养)", "poultry"),
        ("野生香菇", "wild"),
        ("香菇（野生）", "wild"),
        ("松茸", "wild"),
        ("野生鸡", "unclear"),
        ("野采土鸡", "poultry"),
        ("香菇酱", None),
        ("", None),
        ("（）", None),
    ],
)
def test_the_longest_word_at_the_end_decides(name: str, id: str | None) -> None:
    group = classify_product(GROUPS, name)
    assert (group.id if group else None) == id
