"""What a clerk wrote freely, before it stands on a public page."""

import re
from typing import Final

_NUMBERS: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}|[0-9]{17}[0-9Xx])(?![0-9A-Za-z])"
)


def public_text(text: str) -> str:
    """Without phone and identity numbers (PIPL Art. 28), which a reason for voiding may hold."""
    return _NUMBERS.sub("（号码不公开）", text)
