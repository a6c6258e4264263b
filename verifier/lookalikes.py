"""Characters that look alike: a difference that the eye passes over is named as such.

Unicode's own table (UTS 39) has none of the Chinese ones.
"""

from typing import Final

_GROUPS: Final = (
    "己已巳",
    "未末",
    "日曰",
    "大太犬",
    "人入八",
    "千干于",
    "万方",
    "壹壱",
    "土士",
    "天夭",
    "王玉主",
    "田由甲申",
    "刀力",
    "广厂",
    "风凤",
    "戊戌戍",
    "折拆",
    "拔拨",
    "一―—-–丨ー",
    "口囗",
    "O0oОΟоο〇○",
    "l1I|丨ІӀΙі",
    "AАΑ",
    "BВΒ8",
    "CСϹ",
    "EЕΕ",
    "HНΗ",
    "KКΚ",
    "MМΜ",
    "NΝ",
    "PРΡ",
    "SЅ5",
    "TТΤ",
    "XХΧ",
    "YУΥ",
    "ZΖ2",
    "aа",
    "cс",
    "eе",
    "pр",
    "xх",
    "yу",
    "■□▪▫☐☑",
    "，,、",
    "。.．",
    "：:∶",
)
_GROUP_OF: Final = {
    character: number for number, group in enumerate(_GROUPS) for character in group
}


def lookalikes(expected: str, found: str) -> list[tuple[str, str]]:
    """The pairs (expected, found) in which two texts differ, if each pair looks alike; else none."""
    if len(expected) != len(found):
        return []
    pairs = [(a, b) for a, b in zip(expected, found, strict=True) if a != b]
    alike = all(_GROUP_OF.get(a, -1) == _GROUP_OF.get(b, -2) for a, b in pairs)
    return pairs if alike else []
