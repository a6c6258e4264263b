"""Numbers and names of persons in what a clerk wrote."""

import pytest

from credential.public_text import public_reason, public_text


@pytest.mark.parametrize(
    "number",
    [
        *("13800001234", "11010519491231002X", "110105194912310021", "0571-64712345", "64712345"),
        *("+8613987654321", "8613987654321", "+86 139 8765 4321", "138-1234-5678", "138 1234 5678"),
        *(
            "１３８１２３４５６７８",
            "１３８－１２３４－５６７８",
            "138—1234—5678",
            "138\u200b12345678",
        ),
        *("110105 19491231 002X", "11010519491231002x", "110105491231002", "0571 12345678"),
        *("0571)12345678", "138.1234.5678", "一三八一二三四五六七八", "٠١٢٣٤٥٦٧"),
    ],
)
def test_numbers_of_persons_are_left_out(number: str) -> None:
    assert public_text(f"联系{number}后作废") == "联系（号码不公开）后作废"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("tel13812345678", "tel（号码不公开）"),
        ("ID11010519491231002X，已核", "ID（号码不公开），已核"),
        ("13812345678wx", "（号码不公开）wx"),
        ("2026-03-09 13812345678", "2026-03-09 （号码不公开）"),
        ("13812345678、13912345678", "（号码不公开）、（号码不公开）"),
        ("ＡＢ１３８１２３４５６７８ｃ", "ＡＢ（号码不公开）ｃ"),
    ],
)
def test_what_stands_beside_a_number_stays(text: str, shown: str) -> None:
    assert public_text(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        *("扣 5 分", "2026年3月9日", "数量 120000 枚", "93330182MA0TEXT040", "20260309"),
        *(
            "2026-03-09 10:00:00",
            "2026.11.09",
            "新编号 1234-5678-9012-3456-7",
            "二〇二六年三月九日",
        ),
        *("DC12-4H01-VEFD-3DD7-P", "ＡＢ　全角"),
    ],
)
def test_other_text_stays(text: str) -> None:
    assert public_text(text) == text


def test_names_are_masked_of_persons_alone() -> None:
    fields = {"subject": "田大根", "alias": "田大", "promisor": "王五", "decedent": "田老根"}
    reason = "田大根（曾用名田大）与王五称田老根已故，tel13812345678"
    assert public_reason(reason, fields, natural=True) == (
        "田某根（曾用名田某）与王某称田某根已故，tel（号码不公开）"
    )
    firm = {"subject": "建德红颜草莓合作社", "decedent": "田老根"}
    assert public_reason("建德红颜草莓合作社：田老根", firm, natural=False) == (
        "建德红颜草莓合作社：田某根"
    )
