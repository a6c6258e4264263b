"""How a content stream is spelt, byte for byte, before anyone takes it apart (ISO 32000-1 §7.2, §7.3).

A parser mends what it meets: a carriage return in a string is a line feed to one reader and itself
to another; ``--5``, ``1e3``, a hexadecimal string of odd length, a comment, a name with ``#`` are
read in as many ways as there are readers. Our writers, and programs that save our pages anew, use
none of them.
"""

import re
from typing import Final

_WHITE: Final = rb"[ \t\r\n]"
_END: Final = rb"(?=[ \t\r\n/\[\]()<>]|\Z)"
_NUMBER: Final = rb"[-+]?+(?:[0-9]{1,12}+(?:\.[0-9]{0,12}+)?+|\.[0-9]{1,12}+)" + _END
_NAME: Final = rb"/[A-Za-z0-9_.+\-]{1,100}+" + _END
_OPERATOR: Final = rb"(?:[A-Za-z]{1,3}+\*?+|true|false|['\"])" + _END
_CHARACTERS: Final = rb"[^()\\\r\n]|\\(?:[nrtbf()\\]|[0-3][0-7]{2})"
"""Line ends are written as \\r and \\n; each octal number has three digits."""
_NESTED: Final = rb"\((?:" + _CHARACTERS + rb"|\((?:" + _CHARACTERS + rb")*+\))*+\)"
_STRING: Final = rb"\((?:" + _CHARACTERS + rb"|" + _NESTED + rb")*+\)"
_DIGIT: Final = rb"[0-9A-Fa-f][ \t\r\n]*+"
_HEXADECIMAL: Final = rb"<" + _WHITE + rb"*+(?:" + _DIGIT + _DIGIT + rb")*+>"
_SYMBOL: Final = (
    rb"(?<= cm[ \t\r\n])"
    rb"BI\s++/W [0-9]{1,3}+\s++/H [0-9]{1,3}+\s++/IM true\s++/BPC 1\s++/D \[1 0\]\s++"
    rb"/F /AHx\s++ID\s[0-9a-f]++>\s*+EI" + _END
)
"""The inline image of a label, behind its matrix: it has no operands, and the parser does not say
whether any stand there. drawing.py looks at its size."""
_TOKENS: Final = (
    _WHITE + rb"++", _NUMBER, _NAME, _SYMBOL, _OPERATOR, _STRING, rb"<<", rb">>", _HEXADECIMAL,
    rb"[\[\]]",
)  # fmt: skip
_PLAIN: Final = re.compile(rb"(?:" + rb"|".join(_TOKENS) + rb")*+")


def is_plainly_spelt(content: bytes) -> bool:
    """Whether every reader takes it apart into the same numbers, names, strings and operators."""
    return _PLAIN.fullmatch(content) is not None
