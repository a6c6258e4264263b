"""The tables. Times are Unix seconds; keys are bytes; ``seq`` is the order within a history.

A credential is wide (about 1 KB), so on SQLite it stays an ordinary table with a unique index on
its time-ordered id: WITHOUT ROWID keeps whole rows in the inner nodes of the tree, and at 400,000
rows of this width inserts were 3 times slower and lookups took 31 µs instead of 10. The narrow
tables looked up by key alone are WITHOUT ROWID.
"""

from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_JSON: Final = JSON().with_variant(JSONB(), "postgresql")


def _seq() -> Column[int]:
    kind = BigInteger().with_variant(Integer(), "sqlite")  # SQLite's rowid
    return Column("seq", kind, primary_key=True, autoincrement=True)


def _by() -> tuple[Column[int], Column[str]]:
    return Column("at", BigInteger, nullable=False), Column("who", Text, nullable=False)


def _subject(*, primary_key: bool = False) -> Column[bytes]:
    reference = ForeignKey("subjects.key")
    return Column("subject", LargeBinary, reference, primary_key=primary_key, nullable=False)


subjects: Final = Table(
    "subjects",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("type", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),  # canonical form, for looking up
    Column("uscc", String(18)),
    Column("division", String(6), nullable=False),
    Column("origin", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("consented", Boolean, nullable=False),  # the last of consents
    CheckConstraint("length(key) IN (12, 16)", name="key_size"),
    CheckConstraint("(length(key) = 12) = (uscc IS NOT NULL)", name="code_or_digest"),
    Index(None, "name_key"),
    sqlite_with_rowid=False,
)
subject_changes: Final = Table(
    "subject_changes",
    metadata,
    _seq(),
    _subject(),
    # new value of each changed field; a contact's is left out, so that it can be erased (PIPL Art. 47)
    Column("changed", _JSON, nullable=False),
    *_by(),
    Column("why", Text, nullable=False),
    Index(None, "subject", "seq"),
)
consents: Final = Table(
    "consents",
    metadata,
    _seq(),
    _subject(),
    Column("granted", Boolean, nullable=False),
    Column("evidence", Text, nullable=False),
    *_by(),
    Index(None, "subject", "seq"),
)
grade_changes: Final = Table(
    "grade_changes",
    metadata,
    _seq(),
    _subject(),
    Column("scheme", String(32), nullable=False),
    Column("grade_id", String(32), nullable=False),
    Column("grade_code", String(8), nullable=False),
    Column("reason", Text, nullable=False),
    Column("rule_version", String(80), nullable=False),
    *_by(),
    Index(None, "subject", "scheme", "seq"),
)
disputes: Final = Table(
    "disputes",
    metadata,
    _seq(),
    _subject(),
    Column("scheme", String(32), nullable=False),
    Column("opened", Boolean, nullable=False),  # else closed
    Column("reason", Text, nullable=False),
    *_by(),
    Index(None, "subject", "scheme", "seq"),
)
grade_states: Final = Table(
    # the grade shown: the last of grade_changes, or the one in force when an open dispute began
    "grade_states",
    metadata,
    _subject(primary_key=True),
    Column("scheme", String(32), primary_key=True),
    Column("grade_id", String(32), nullable=False),
    Column("grade_code", String(8), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("disputed", Boolean, nullable=False),
    sqlite_with_rowid=False,
)
issuer_keys: Final = Table(
    # as added; retirement and compromise are key_events
    "issuer_keys",
    metadata,
    Column("kid", LargeBinary, primary_key=True),
    Column("algorithm", Integer, nullable=False),
    Column("x", LargeBinary, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("valid_from", BigInteger, nullable=False),
    Column("valid_until", BigInteger, nullable=False),
    Column("uses", _JSON, nullable=False),
    Column("schemes", _JSON, nullable=False),
    CheckConstraint("valid_from < valid_until", name="validity"),
)
key_events: Final = Table(
    "key_events",
    metadata,
    _seq(),
    Column("kid", LargeBinary, ForeignKey("issuer_keys.kid"), nullable=False),
    Column("event", String(16), nullable=False),
    Column("effective_at", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    *_by(),
    CheckConstraint("event IN ('added', 'retired', 'compromised')", name="event"),
    Index(None, "kid", "seq"),
)
trust_lists: Final = Table(
    "trust_lists",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("message", LargeBinary, nullable=False),
    *_by(),
)
credentials: Final = Table(
    "credentials",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("profile", SmallInteger, nullable=False),
    _subject(),
    Column("issue_key", LargeBinary, nullable=False),
    Column("message", LargeBinary, nullable=False),
    Column("message_sha256", LargeBinary, nullable=False),
    Column("fields", _JSON, nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("status_list", BigInteger, nullable=False),
    Column("status_index", Integer, nullable=False),
    Column("kid", LargeBinary, ForeignKey("issuer_keys.kid"), nullable=False),
    Column("scheme", String(32), nullable=False),
    Column("pack_version", String(16), nullable=False),
    Column("pack_sha256", LargeBinary, nullable=False),
    Column("expires_at", BigInteger),
    Column("retain_until", BigInteger, nullable=False),
    CheckConstraint("length(id) = 10", name="id_size"),
    UniqueConstraint("issue_key"),
    UniqueConstraint("status_list", "status_index"),
    Index(None, "subject", "id"),
)
acknowledgements: Final = Table(
    # a pledge's 告知, acknowledged before it was signed
    "acknowledgements",
    metadata,
    Column("credential", LargeBinary, ForeignKey("credentials.id"), primary_key=True),
    Column("notice_sha256", LargeBinary, nullable=False),
    Column("acknowledged_at", BigInteger, nullable=False),
    *_by(),
    CheckConstraint("length(notice_sha256) = 32", name="notice_size"),
    sqlite_with_rowid=False,
)
status_changes: Final = Table(
    "status_changes",
    metadata,
    _seq(),
    Column("credential", LargeBinary, ForeignKey("credentials.id"), nullable=False),
    # the credential's own place, again, so that a whole list is read without touching credentials
    Column("status_list", BigInteger, nullable=False),
    Column("status_index", Integer, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("replaced_by", LargeBinary, ForeignKey("credentials.id")),
    *_by(),
    CheckConstraint("status BETWEEN 0 AND 3", name="status"),
    CheckConstraint("(status = 3) = (replaced_by IS NOT NULL)", name="replaced_by"),
    Index(None, "credential", "seq"),
    Index(None, "status_list", "seq"),
)
audit: Final = Table(
    "audit",
    metadata,
    _seq(),
    *_by(),
    Column("action", String(40), nullable=False),
    Column("object", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("rule_version", String(80)),
    Index(None, "object", "seq"),
)
label_styles: Final = Table(
    # what a label style prints, so that a label's fields are known from its certificate's
    "label_styles",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("sha256", LargeBinary, nullable=False, unique=True),  # of all that follows
    Column("scheme", String(32), nullable=False),
    Column("style", String(32), nullable=False),
    # [name, text] in the order of the label; text null: the certificate's own value
    Column("fields", _JSON, nullable=False),
)
labels: Final = Table(
    # one row a label, 2.9 million a year: as narrow as it can be
    "labels",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("credential", LargeBinary, ForeignKey("credentials.id"), nullable=False),
    Column("style", Integer, ForeignKey("label_styles.id"), nullable=False),
    Column("serial", Integer, nullable=False),  # of its certificate in this style, from 1
    Column("message_sha256", LargeBinary, nullable=False),
    Column("job", Integer, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
jobs: Final = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("scheme", String(32), nullable=False),
    Column("style", String(32), nullable=False),
    Column("kid", LargeBinary, nullable=False),  # who goes on signs with the key that began
    Column("input_sha256", LargeBinary, nullable=False),
    Column("options", _JSON, nullable=False),  # how and where it is printed
    Column("who", Text, nullable=False),
    Column("total", Integer, nullable=False),  # labels to make
    Column("done", Integer, nullable=False),
    Column("refused", Integer, nullable=False),  # rows
    Column("state", String(10), nullable=False),
    Column("reason", Text, nullable=False),  # why it failed, for the clerk
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    CheckConstraint("state IN ('queued', 'running', 'cancelled', 'failed', 'done')", name="state"),
    Index(None, "input_sha256"),
)
job_chunks: Final = Table(
    # the unit of work: its labels, and that it is done, are committed together
    "job_chunks",
    metadata,
    Column("job", Integer, ForeignKey("jobs.id"), primary_key=True),
    Column("chunk", Integer, primary_key=True, autoincrement=False),
    Column("labels", Integer, nullable=False),
    # the checked rows, deflated; emptied when the job is done: they hold telephone numbers
    Column("rows", LargeBinary),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("worker", Text, nullable=False),
    Column("taken_at", BigInteger),
    CheckConstraint("state IN ('waiting', 'running', 'done')", name="state"),
)
job_refusals: Final = Table(
    "job_refusals",
    metadata,
    _seq(),
    Column("job", Integer, ForeignKey("jobs.id"), nullable=False),
    Column("row", Integer, nullable=False),
    Column("column_name", Text),
    Column("message", Text, nullable=False),
    Index(None, "job", "row"),
)
job_parts: Final = Table(
    # pages of a chunk, where workers on other machines make them; gone when the file is whole
    "job_parts",
    metadata,
    Column("job", Integer, primary_key=True, autoincrement=False),
    Column("chunk", Integer, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
    ForeignKeyConstraint(["job", "chunk"], ["job_chunks.job", "job_chunks.chunk"]),
)
HISTORY: Final = (
    subject_changes,
    consents,
    grade_changes,
    disputes,
    issuer_keys,
    key_events,
    trust_lists,
    credentials,
    acknowledgements,
    status_changes,
    label_styles,
    labels,
    audit,
)
"""Refused by triggers: UPDATE and DELETE on any of these."""

scans_metadata: Final = MetaData()
scan_counts: Final = Table(
    "scan_counts",
    scans_metadata,
    Column("credential", LargeBinary, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("first_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
