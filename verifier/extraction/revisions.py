"""Objects that stand in a PDF more than once, since it was updated (ISO 32000-2 §7.5.6).

Which revision a reader shows is the newest only where it reads every section as the others do: of a
linearised file, a subsection that begins oddly or a table that it mends, some read an older one. So
an older one may be no other document: whoever adds a seal adds entries, and alters none.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import pikepdf

from verifier.extraction.cross_reference import OddError
from verifier.extraction.object_text import REFERENCE

Revision = bytes | None
"""What an object says; None where it has a stream."""
_OF_A_SEAL: Final = frozenset(
    {"/Annots", "/AcroForm", "/Fields", "/SigFlags", "/DSS", "/Extensions", "/Perms", "/ModDate"}
)
"""§12.7.3, §12.8.4.3, §12.8.6: entries of the catalog, the page, the form and the information that
grow where a seal or its proof is added; each is looked at as it stands in the newest revision."""


def check_revisions(revisions: Mapping[int, Sequence[Revision]]) -> None:
    """``revisions``: of each number all that the file holds. Raises OddError where one is of another
    document."""
    for number, held in revisions.items():
        if len(held) == 1:
            continue
        said = [None if text is None else _entries(text) for text in held]
        if any(entries is None or entries != said[0] for entries in said):
            raise OddError(f"对象 {number} 有内容不同的几个版本")


def _entries(text: bytes) -> Mapping[str, bytes] | None:
    """But for a seal's; None where it is no dictionary."""
    try:
        # a reference by its numbers: there is no file here in which it leads anywhere
        said = pikepdf.Object.parse(REFERENCE.sub(rb"[/R \1 \2]", text).strip())
    except (pikepdf.PdfError, ValueError):
        return None
    if not isinstance(said, pikepdf.Dictionary):
        return None
    return {
        key: value.unparse() if isinstance(value, pikepdf.Object) else repr(value).encode()
        for key, value in said.items()
        if key not in _OF_A_SEAL
    }
