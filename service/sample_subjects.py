"""2,706 made-up subjects with the published distribution of Jiande's grades (end of 2022).

Towns and villages are real, everything else is not: names are drawn by lot, codes are in a series
that no register gives out (MA0T, MF0T) with valid check characters, telephone numbers begin with a
zero after the area code, and nobody has an identity number.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from certgen.household import household_code
from credential.identifiers import organisation_check_character, uscc_check_character
from credential.subjects import SubjectType

DIVISION: Final = "330182"
_SEED: Final = 2706

_TYPES: Final = SubjectType
GRADES: Final = {
    _TYPES.ENTERPRISE: {"A": 8, "B": 150, "C": 14, "c": 28},
    _TYPES.COOPERATIVE: {"A": 7, "B": 230, "C": 22, "c": 61},
    _TYPES.SELF_EMPLOYED: {"A": 3, "B": 262, "C": 25, "c": 210},
    _TYPES.VILLAGE: {"B": 40, "C": 2, "c": 18},
    _TYPES.HOUSEHOLD: {"B": 160, "C": 18, "c": 1448},
}
"""Together A 18, B 842, C 81, c 1765."""

_VILLAGES: Final = {
    "梅城镇": "伊村 顾家村 千鹤村 洋溪村",
    "三都镇": "松口村 春江源村 镇头村 乌祥村",
    "杨村桥镇": "绪塘村 长宁村 岭源村 黄盛村",
    "大洋镇": "里黄村 徐店村 鲁塘村 三河村",
    "寿昌镇": "桂花村 大塘边村 西华村 绿荷塘村",
    "大同镇": "劳村村 镇源村 潘村村 盘山村",
    "下涯镇": "之江村 施家村 丰和村 春秋村",
    "乾潭镇": "安仁村 胥江村 大畈村 梅塘村",
    "航头镇": "航川村 大店口村 乌龙村 曙光村",
    "大慈岩镇": "里叶村 双泉村 檀村村 新叶村",
    "莲花镇": "戴家村 齐平村 郭村村 林茂村",
    "李家镇": "长林口村 新桥村 沙墩头村 石鼓村",
}
_PRODUCTS: Final = {
    "梅城镇": ("番茄", "鸡蛋"),
    "三都镇": ("柑橘", "草鱼"),
    "杨村桥镇": ("草莓", "番茄"),
    "大洋镇": ("小青菜", "草鱼"),
    "寿昌镇": ("草莓", "黄瓜"),
    "大同镇": ("草莓", "土鸡"),
    "下涯镇": ("草莓", "鸡蛋"),
    "乾潭镇": ("茶鲜叶", "香菇"),
    "航头镇": ("鸡蛋", "枇杷"),
    "大慈岩镇": ("杨梅", "小青菜"),
    "莲花镇": ("茶鲜叶", "土鸡"),
    "李家镇": ("茶鲜叶", "香菇"),
}
_SURNAMES: Final = "叶吴邵方徐胡童许翁洪汪程郑蒋唐余章潘何黄严诸"
_GIVEN: Final = "根法生林水土金木富贵荣华兰英珍凤娟琴芬仙云海江山春秋树茂良才顺福寿康明亮建国志"
_RARE: Final = "䶮𬭎㐂"
"""Met in real names; sliced fonts lack them."""
_MARKS: Final = "绿源 禾丰 青山 富春 新安 丰泽 金穗 田园 云谷 江南 清溪 兴农 瑞禾 沃野 春晖 绿野"
_BUSINESS: Final = "农业开发有限公司 生态农业有限公司 果蔬有限公司 农业科技有限公司"


@dataclass(frozen=True, slots=True)
class SampleSubject:
    """``consent``: to a public grade, asked of households only."""

    type: SubjectType
    name: str
    uscc: str | None
    household: str | None
    town: str
    village: str
    products: tuple[str, ...]
    contact: str
    grade: str
    consent: bool | None

    @property
    def origin(self) -> str:
        return f"建德市{self.town}{self.village}"


def sample_subjects() -> tuple[SampleSubject, ...]:
    """Always the same ones, best grades not in front: a list as it grew."""
    random = Random(_SEED)
    kinds = [
        (type_, grade)
        for type_, grades in GRADES.items()
        for grade, count in grades.items()
        for _ in range(count)
    ]
    random.shuffle(kinds)
    taken: set[str] = set()
    return tuple(
        _subject(random, taken, serial, type_, grade)
        for serial, (type_, grade) in enumerate(kinds, start=1)
    )


def sample_uscc(prefix: str, series: str, serial: int) -> str:
    """A code with both check characters valid, in a series that is nobody's."""
    organisation = f"{series}{serial:04d}"
    first17 = prefix + DIVISION + organisation + organisation_check_character(organisation)
    return first17 + uscc_check_character(first17)


def _subject(
    random: Random, taken: set[str], serial: int, type_: SubjectType, grade: str
) -> SampleSubject:
    town = random.choice(list(_VILLAGES))
    village = random.choice(_VILLAGES[town].split())
    is_household = type_ is SubjectType.HOUSEHOLD
    names = _names(random, type_, town, village, _PRODUCTS[town][0].replace("茶鲜叶", "茶叶"))
    # two households may share a name, two organisations of a county may not
    name = next(name for name in names if is_household or name not in taken)
    taken.add(name)
    if is_household and serial % 300 == 7:
        name = name[0] + _RARE[serial // 300 % len(_RARE)]
    return SampleSubject(
        type=type_,
        name=name,
        uscc=None if is_household else _code(type_, name, serial),
        household=household_code(DIVISION, serial) if is_household else None,
        town=town,
        village=village,
        products=_PRODUCTS[town],
        contact=f"0571-0000{serial:04d}",
        grade=grade,
        consent=random.randrange(10) == 0 if is_household else None,
    )


def _code(type_: SubjectType, name: str, serial: int) -> str:
    if type_ is SubjectType.VILLAGE:
        # 集体经济组织 of a town, a village, a group of households
        level = "N1" if "联合社" in name else "N3" if "第" in name else "N2"
        return sample_uscc(level, "MF0T", serial)
    prefixes = {_TYPES.ENTERPRISE: "91", _TYPES.SELF_EMPLOYED: "92", _TYPES.COOPERATIVE: "93"}
    return sample_uscc(prefixes[type_], "MA0T", serial)


def _names(
    random: Random, type_: SubjectType, town: str, village: str, product: str
) -> Iterator[str]:
    while True:
        person = random.choice(_SURNAMES) + "".join(
            random.choice(_GIVEN) for _ in range(1 + (random.randrange(4) > 0))
        )
        mark = random.choice(_MARKS.split())
        place = town.removesuffix("镇")
        match type_:
            case SubjectType.ENTERPRISE:
                yield f"建德市{place}{mark}{random.choice(_BUSINESS.split())}"
            case SubjectType.COOPERATIVE:
                yield f"建德市{place}{mark}{product}专业合作社"
                yield f"建德市{village.removesuffix('村')}{mark}{product}专业合作社"
            case SubjectType.SELF_EMPLOYED:
                yield f"建德市{town}{person}家庭农场"
            case SubjectType.VILLAGE:
                if random.randrange(8) == 0:
                    yield f"建德市{town}股份经济联合社"
                yield f"建德市{town}{village}股份经济合作社"
                yield f"建德市{town}{village}第{random.randrange(1, 20)}经济合作社"
            case _:
                yield person
