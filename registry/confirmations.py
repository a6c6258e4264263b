"""Who confirmed which places of which file: kept in the audit trail, which is never changed."""

from collections.abc import Sequence
from typing import Final

from credential.confirmation import Confirmation
from registry.audit import AuditEntry, write_audit
from registry.database import write
from registry.registry import Registry

ACTION: Final = "verify.confirm"


def file_object(sha256: str) -> str:
    return f"file:{sha256}"


def record_confirmation(
    registry: Registry, sha256: str, confirmation: Confirmation, pictures: Sequence[str] = ()
) -> None:
    """``sha256``: of the file, in hexadecimal; ``pictures``: of the pages of a scan in a PDF, in words.

    Raises RegistryError where nobody stands for it.
    """
    why = "；".join(("对照画面确认：" + "、".join(sorted(confirmation.places)), *pictures))
    entry = AuditEntry(confirmation.at, confirmation.who, ACTION, file_object(sha256), why)
    write(registry.main, lambda connection: write_audit(connection, [entry]))
