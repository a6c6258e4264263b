import pytest

from service.web.public_text import public_text


@pytest.mark.parametrize(
    "number", ["13800001234", "11010519491231002X", "110105194912310021", "0571-64712345"]
)
def test_numbers_of_persons_are_left_out(number: str) -> None:
    assert public_text(f"联系{number}后作废") == "联系（号码不公开）后作废"


@pytest.mark.parametrize(
    "text", ["扣 5 分", "2026年3月9日", "数量 12000000000 枚", "93330182MA0TEXT040", "20260309"]
)
def test_other_text_stays(text: str) -> None:
    assert public_text(text) == text
