"""The trail of who did what, when and why, written in the same transaction as the thing itself."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from sqlalchemy import Connection, select, text

from credential.certificate_id import format_certificate_id
from credential.identifiers import unpack_uscc
from registry import tables
from registry.database import RegistryError, read
from registry.registry import Registry


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """``at``: Unix seconds; ``object``: what was acted on, as the functions below name it."""

    at: int
    who: str
    action: str
    object: str
    why: str
    rule_version: str | None = None


# as text: see registry/jobs.py
_WRITE: Final = text(
    "INSERT INTO audit (at, who, action, object, why, rule_version) "
    "VALUES (:at, :who, :action, :object, :why, :rule_version)"
)


def write_audit(connection: Connection, entries: Sequence[AuditEntry]) -> None:
    """Raises RegistryError where nobody stands for a change."""
    if not all(entry.who for entry in entries):
        raise RegistryError("登记库的每次改动都应写明经办人")
    if entries:
        connection.execute(_WRITE, [asdict(entry) for entry in entries])


def audit_trail(registry: Registry, object: str) -> tuple[AuditEntry, ...]:
    """Everything done to one object, oldest first."""
    table = tables.audit
    statement = (
        select(table.c.at, table.c.who, table.c.action, table.c.object, table.c.why)
        .add_columns(table.c.rule_version)
        .where(table.c.object == object)
        .order_by(table.c.seq)
    )
    rows = read(registry.main, lambda connection: connection.execute(statement).all())
    return tuple(AuditEntry(*row) for row in rows)


def subject_object(key: bytes) -> str:
    """``subject:`` and the code, or the digest of a natural person's number (never the number)."""
    return f"subject:{unpack_uscc(key) if len(key) == 12 else key.hex()}"


def credential_object(identifier: bytes) -> str:
    return f"credential:{format_certificate_id(identifier)}"


def key_object(kid: bytes) -> str:
    return f"key:{kid.hex()}"
