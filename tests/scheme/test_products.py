import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheme import products
from scheme.admission import decide
from scheme.products import ProductGroup, classify_product
from service.packs import load_packs

GROUPS = (
    ProductGroup("fungi", "食用菌", ("菇", "香菇")),
    ProductGroup("poultry", "禽", ("鸡",), notes=("散养", "活", "阳光")),
    ProductGroup("other-eggs", "其他蛋", ("蛋",)),
    ProductGroup("eggs", "蛋", ("鸡蛋",)),
    ProductGroup("wild", "野生菌", ("松茸",), ("野生", "野采"), ("fungi",)),
    ProductGroup("dead", "屠宰后的", (), ("光", "宰"), ("poultry",)),
    ProductGroup("unclear", "待核实", (), ("野生", "烤"), ("fungi", "poultry")),
    ProductGroup("grain", "粮食", ("稻谷", "大米", "玉米"), anywhere=True),
    ProductGroup("vegetables", "蔬菜", ("水果玉米", "青菜")),
    ProductGroup("fish", "鱼", ("加州鲈",)),
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
        ("土鸡（散养、活）", "poultry"),
        ("香菇酱", None),
        ("香菇、平菇", "fungi"),
        ("香菇和青菜", None),
        ("稻谷、香菇", None),
        ("香菇加稻谷", None),
        ("香菇／稻谷", None),
        ("香菇·", None),
        ("加州鲈", "fish"),
        ("加州鲈和香菇", None),
        ("香菇（含大米）", None),
        ("香菇（优质）", None),
        ("土鸡（散养，优质）", None),
        ("香菇（散养）", None),
        ("香菇（", None),
        ("香菇（）", None),
        ("香菇。", None),
        ("<b>香菇", None),
        ("大米香菇", None),
        ("水果玉米", "vegetables"),
        ("玉米", "grain"),
        ("野·生香菇", "wild"),
        ("野-生-香菇", None),
        ("光土鸡", "dead"),
        ("阳光土鸡", "poultry"),
        ("阳光光鸡", "dead"),
        ("烤鸡", "unclear"),
        ("", None),
        ("（）", None),
    ],
)
def test_the_longest_word_at_the_end_decides(name: str, id: str | None) -> None:
    group = classify_product(GROUPS, name)
    assert (group.id if group else None) == id


JIANDE = load_packs(Path(__file__).resolve().parents[2] / "templates")["jiande"]
WORDS = [word for group in JIANDE.products for word in group.words]
JOINTS = ["、", ",", "+", "和", "以及", "加", "干", "野生", "(", "3"]


def _outcome(product: str) -> tuple[str, str]:
    facts = {"subject_type": "cooperative", "role": "producer", "product": product}
    decision = decide(JIANDE, "certificate", facts)
    return decision.outcome, decision.reason


@pytest.mark.parametrize(
    "name",
    [
        "红颜草莓",
        "草莓（红颜）",
        "草莓(章姬、盒装)",
        "奶油草莓",
        "水果玉米",
        "鲜食玉米",
        "糯玉米",
        "小青菜",
        "土鸡蛋",
        "土鸡（散养）",
        "鸡腿菇",
        "姬松茸",
        "鲜香菇",
        "黄豆芽",
        "早熟蜜橘",
        "特早熟柑橘",
        "阳光玫瑰葡萄",
        "樱桃番茄",
        "葡萄柚",
        "加州鲈",
        "建德苞茶鲜叶",
        "茶鲜叶（龙井43）",
        "番茄、黄瓜",
        "阳光土鸡",
    ],
)
def test_ordinary_names_are_admitted_in_jiande(name: str) -> None:
    assert _outcome(name)[0] == "admit"


@pytest.mark.parametrize(
    "name",
    [
        "稻谷、草莓",
        "生牛乳和草莓",
        "草莓（含生牛乳、大米）",
        "草莓（信用等级：A级）",
        "草莓（红颜，特级）",
        "草莓（干）",
        "大米草莓",
        "烤鸡",
        "野香菇",
        "熟鸡蛋",
        "熟毛豆",
        "炒制茶鲜叶",
        "死草鱼",
        "假草莓",
        "干香菇",
        "草莓、番茄",
        "<b>草莓",
    ],
)
def test_a_name_that_says_something_else_too_waits_for_a_person(name: str) -> None:
    outcome, reason = _outcome(name)
    assert outcome == "defer"
    assert "品名只写一种产品，括号内只写品种或种养方式" in reason


@pytest.mark.parametrize(
    "name", ["光鸡", "光土鸡", "冻土鸡", "杀好的土鸡", "宰后土鸡", "野·生香菇"]
)
def test_slaughtered_or_wild_however_written(name: str) -> None:
    assert _outcome(name)[0] == "refuse"


def test_every_word_of_the_pack_stays_in_its_own_group() -> None:
    for group in JIANDE.products:
        assert [w for w in group.words if classify_product(JIANDE.products, w) != group] == []


@given(st.lists(st.sampled_from(WORDS) | st.sampled_from(JOINTS), min_size=1, max_size=6))
def test_a_name_is_cut_and_ends_as_one_by_one_the_words_say(pieces: list[str]) -> None:
    plain, words = "".join(pieces), products._words_of(JIANDE.products)
    joined = sorted((w for w in WORDS if re.search(products._JOINTS, w)), key=len, reverse=True)
    parts, part, rest = [], "", plain
    while rest:
        whole = next((word for word in joined if rest.startswith(word)), "")
        joint = None if whole else re.match(products._JOINTS, rest)
        taken = joint[0] if joint else whole or rest[0]
        part, rest = part + taken, rest[len(taken) :]
        if joint:
            parts.append(part.removesuffix(taken))
            part = ""
    assert products._parts(words, plain) == [*parts, part]
    for one in (*parts, part):
        found = [(w, g) for g in JIANDE.products for w in g.words if one.endswith(w)]
        longest = max(found, key=lambda ending: len(ending[0]), default=None)
        assert products._ending(words, one) == (longest if one.isalnum() else None)
