"""Product, origin and batch number as typed: words that are printed, signed and shown to everyone.

They name goods and a place. A grade, a test or a mark of quality typed among them would read as if
the office had signed it, and an identity or telephone number would be public for good (PIPL Art. 28).
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from certgen.cells import CellError, one_line, plain, text
from certgen.table import Cell

LONGEST_BATCH: Final = 40
_CLAIM: Final = re.compile(
    "等级|级别|评级|合格|达标|检测|检验|检疫|抽检|质检|免检|认证|信用|农残|未检出"
    "|绿色食品|无公害|地理标志|[A-Z]级|[特优一二三四五甲乙丙丁]级|(?<![A-Z])A{2,}(?![A-Z])",
    re.IGNORECASE,
)
_ORGANIC: Final = "有机"
"""In a product's name a claim of certification; a garden may be called so."""
_DIGITS: Final = str.maketrans("〇零一二三四五六七八九", "00123456789")
_NUMBERS: Final = re.compile("[0-9]{11,}|[0-9]{10,}X|0[0-9]{9,}|400[0-9]{7}", re.IGNORECASE)
"""Telephone and identity numbers, whole or with slips: no product or place has so many digits."""
_BATCH_NUMBERS: Final = re.compile(
    # mobile; landline; GB 11643 with a birth up to 2019, since 330182 2026 0305 0001 is a batch
    "(?<![0-9])1[3-9][0-9]{9}(?![0-9])"
    "|(?<![0-9])0[0-9]{2,3}-[0-9]{7,8}(?![0-9])"
    "|[1-8][0-9]{5}(?:19[0-9]{2}|20[01][0-9])(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])[0-9]{3}[0-9X]",
    re.IGNORECASE,
)
_BATCH: Final = re.compile(r"[^\W_][\w./#()、:\- ]*")
"""Letters first: a table program would calculate what starts with = + - or @."""
_SIGNS: Final = frozenset("()[]【】《》“”‘’、,.。·:;/&#-—–_ ")


def product_name(cell: Cell) -> str:
    """Raises CellError: signs, a claim about quality, or a personal number."""
    words = _described(cell, "产品名称")
    if _ORGANIC in _letters(words):
        raise CellError(_no_claim("产品名称", _ORGANIC))
    return words


def place_name(cell: Cell) -> str:
    """产地. Raises CellError as :func:`product_name`."""
    return _described(cell, "产地")


def batch_number(cell: Cell) -> str:
    """Raises CellError: too long, signs, or a personal number."""
    words = one_line(cell)  # it is printed nowhere
    if len(words) > LONGEST_BATCH:
        raise CellError(f"不超过 {LONGEST_BATCH} 字的批次号")
    written = plain(cell)
    if _BATCH.fullmatch(written) is None:
        raise CellError("以字母、数字或汉字开头、不含其他符号的批次号（如 2026-0001）")
    if _BATCH_NUMBERS.search(written.replace(" ", "")):
        raise CellError("不含身份证号或电话号码的批次号（如 2026-0001）")
    return words


def _described(cell: Cell, what: str) -> str:
    words = text(cell)
    _check_described(plain(cell), what)
    return words


@lru_cache(maxsize=4096)
def _check_described(written: str, what: str) -> None:
    """Kept: a table's rows name a few products and places."""
    for character in written:
        if unicodedata.category(character)[0] not in "LMN" and character not in _SIGNS:
            raise CellError(f"{what}（普通的文字，不含符号“{character}”）")
    letters = _letters(written)
    if _NUMBERS.search(letters.translate(_DIGITS)):
        raise CellError(f"{what}（不含身份证号或电话号码，会被公开）")
    if (claim := _CLAIM.search(letters)) is not None:
        raise CellError(_no_claim(what, claim[0]))


@lru_cache(maxsize=4096)
def _letters(written: str) -> str:
    """Neither signs nor spaces between its letters make 检-测 another word."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", written))


def _no_claim(what: str, claim: str) -> str:
    return f"{what}（只写名称，不写等级、检测、认证等说法：“{claim}”）"
