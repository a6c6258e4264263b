"""How objects of a PDF are written (ISO 32000-2 §7.2, §7.3), as far as references are looked for."""

import re
from typing import Final

WHITE: Final = rb"[\t\n\f\r ]"
OBJECT: Final = re.compile(rb"(\d{1,10}) 0 obj(?=[\t\n\f\r \[(/<])")
_IN_STRING: Final = rb"[^()\\]++|\\."
_STRING: Final = rb"\((?:%s|\((?:%s|\((?:%s)*+\))*+\))*+\)|<[\t\n\f\r 0-9A-Fa-f]*+>|%%[^\r\n]*+" % (
    (_IN_STRING,) * 3
)
_BODY: Final = (
    rb"(?:[^\x00-\x08\x0b\x0e-\x1f(){}<>%%es]++|<<|>>|%s"
    rb"|(?<![\t\n\f\r \])>])[es]|e(?!ndobj)|s(?!tream[\r\n]|tartxref))*+" % _STRING
)
"""What an object is written in but the bytes of a stream; a string holds others two deep."""
TEXT: Final = re.compile(
    rb"(%s)(endobj(?![^\t\n\f\r %%])|stream\r?\n|startxref)" % _BODY, re.DOTALL
)
WHOLE: Final = re.compile(_BODY, re.DOTALL)
_OPAQUE: Final = re.compile(rb"<<|%s" % _STRING, re.DOTALL)
REFERENCE: Final = re.compile(
    rb"(?<=[\t\n\f\r \[\]>)])(\d{1,10})%s++(\d{1,5})%s++R(?![^\t\n\f\r \[\]<>()/])" % (WHITE, WHITE)
)
_END: Final = rb"(?=[\t\n\f\r \[\]<>()/]|\Z)"
PLAIN_TOKENS: Final = re.compile(
    rb"(?:%s++|<<|>>|[\[\]]|\(\)|/(?:[A-Za-z0-9_.+\-]|#2[Ff]){1,100}+%s|(?:true|false|null|R)%s"
    rb"|[-+]?+(?:[0-9]{1,10}+(?:\.[0-9]{0,12}+)?+|\.[0-9]{1,12}+)%s)*+" % (WHITE, _END, _END, _END)
)
"""Of an opened text: no name or number is so long that a reader's buffer ends within it (Ghostscript's
at 255 bytes, and with the number it loses the object); of escapes the one of a media type."""
NAME: Final = re.compile(rb"/([^\t\n\f\r \[\]<>()/%]*)")


def opened_text(text: bytes) -> bytes:
    """Without what is in strings and comments."""
    return _OPAQUE.sub(_opened, text)


def _opened(found: re.Match[bytes]) -> bytes:
    if found[0] == b"<<":
        return found[0]
    return b" " if found[0].startswith(b"%") else b"()"
