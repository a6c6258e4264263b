"""The first tables, and the triggers that keep history append-only."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")
_HISTORY = (
    "subject_changes",
    "consents",
    "grade_changes",
    "disputes",
    "issuer_keys",
    "key_events",
    "trust_lists",
    "credentials",
    "acknowledgements",
    "status_changes",
    "audit",
)


def upgrade() -> None:
    _create_tables()
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _guard_postgresql() -> None:
    # a sequence takes no lock, so that issuers on several machines sign side by side
    op.execute("CREATE SEQUENCE status_numbers MINVALUE 0 START 0")
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME"
        " USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for table in _HISTORY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _guard_sqlite() -> None:
    op.execute("CREATE TABLE status_numbers (next INTEGER NOT NULL)")
    op.execute("INSERT INTO status_numbers VALUES (0)")
    for table in _HISTORY:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
            )


def _create_tables() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", _SEQ, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.String(length=80)),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_object_seq", "audit", ["object", "seq"])
    op.create_table(
        "issuer_keys",
        sa.Column("kid", sa.LargeBinary(), nullable=False),
        sa.Column("algorithm", sa.Integer(), nullable=False),
        sa.Column("x", sa.LargeBinary(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.BigInteger(), nullable=False),
        sa.Column("uses", _JSON, nullable=False),
        sa.Column("schemes", _JSON, nullable=False),
        sa.CheckConstraint("valid_from < valid_until", name=op.f("ck_issuer_keys_validity")),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_issuer_keys")),
    )
    op.create_table(
        "subjects",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("uscc", sa.String(length=18)),
        sa.Column("division", sa.String(length=6), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("consented", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(length(key) = 12) = (uscc IS NOT NULL)", name=op.f("ck_subjects_code_or_digest")
        ),
        sa.CheckConstraint("length(key) IN (12, 16)", name=op.f("ck_subjects_key_size")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_subjects")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_subjects_name_key", "subjects", ["name_key"])
    op.create_table(
        "trust_lists",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("message", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_trust_lists")),
    )
    op.create_table(
        "consents",
        sa.Column("seq", _SEQ, autoincrement=True, nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["subject"], ["subjects.key"], name=op.f("fk_consents_subject")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_consents")),
    )
    op.create_index("ix_consents_subject_seq", "consents", ["subject", "seq"])
    op.create_table(
        "credentials",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("profile", sa.SmallInteger(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("issue_key", sa.LargeBinary(), nullable=False),
        sa.Column("message", sa.LargeBinary(), nullable=False),
        sa.Column("message_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("fields", _JSON, nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("status_list", sa.BigInteger(), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("kid", sa.LargeBinary(), nullable=False),
        sa.Column("scheme", sa.String(length=32), nullable=False),
        sa.Column("pack_version", sa.String(length=16), nullable=False),
        sa.Column("pack_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.BigInteger()),
        sa.Column("retain_until", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(id) = 10", name=op.f("ck_credentials_id_size")),
        sa.ForeignKeyConstraint(["kid"], ["issuer_keys.kid"], name=op.f("fk_credentials_kid")),
        sa.ForeignKeyConstraint(["subject"], ["subjects.key"], name=op.f("fk_credentials_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credentials")),
        sa.UniqueConstraint("issue_key", name=op.f("uq_credentials_issue_key")),
        sa.UniqueConstraint(
            "status_list", "status_index", name=op.f("uq_credentials_status_list_status_index")
        ),
    )
    op.create_index("ix_credentials_subject_id", "credentials", ["subject", "id"])
    op.create_table(
        "disputes",
        sa.Column("seq", _SEQ, autoincrement=True, nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("scheme", sa.String(length=32), nullable=False),
        sa.Column("opened", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["subject"], ["subjects.key"], name=op.f("fk_disputes_subject")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_disputes")),
    )
    op.create_index("ix_disputes_subject_scheme_seq", "disputes", ["subject", "scheme", "seq"])
    op.create_table(
        "grade_changes",
        sa.Column("seq", _SEQ, autoincrement=True, nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("scheme", sa.String(length=32), nullable=False),
        sa.Column("grade_id", sa.String(length=32), nullable=False),
        sa.Column("grade_code", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.String(length=80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject"], ["subjects.key"], name=op.f("fk_grade_changes_subject")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_grade_changes")),
    )
    op.create_index(
        "ix_grade_changes_subject_scheme_seq", "grade_changes", ["subject", "scheme", "seq"]
    )
    op.create_table(
        "grade_states",
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("scheme", sa.String(length=32), nullable=False),
        sa.Column("grade_id", sa.String(length=32), nullable=False),
        sa.Column("grade_code", sa.String(length=8), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject"], ["subjects.key"], name=op.f("fk_grade_states_subject")
        ),
        sa.PrimaryKeyConstraint("subject", "scheme", name=op.f("pk_grade_states")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "key_events",
        sa.Column("seq", _SEQ, autoincrement=True, nullable=False),
        sa.Column("kid", sa.LargeBinary(), nullable=False),
        sa.Column("event", sa.String(length=16), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "event IN ('added', 'retired', 'compromised')", name=op.f("ck_key_events_event")
        ),
        sa.ForeignKeyConstraint(["kid"], ["issuer_keys.kid"], name=op.f("fk_key_events_kid")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_key_events")),
    )
    op.create_index("ix_key_events_kid_seq", "key_events", ["kid", "seq"])
    op.create_table(
        "subject_changes",
        sa.Column("seq", _SEQ, autoincrement=True, nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("changed", _JSON, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject"], ["subjects.key"], name=op.f("fk_subject_changes_subject")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_subject_changes")),
    )
    op.create_index("ix_subject_changes_subject_seq", "subject_changes", ["subject", "seq"])
    op.create_table(
        "acknowledgements",
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("notice_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("acknowledged_at", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "length(notice_sha256) = 32", name=op.f("ck_acknowledgements_notice_size")
        ),
        sa.ForeignKeyConstraint(
            ["credential"], ["credentials.id"], name=op.f("fk_acknowledgements_credential")
        ),
        sa.PrimaryKeyConstraint("credential", name=op.f("pk_acknowledgements")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "status_changes",
        sa.Column("seq", _SEQ, autoincrement=True, nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("status_list", sa.BigInteger(), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("replaced_by", sa.LargeBinary()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(status = 3) = (replaced_by IS NOT NULL)", name=op.f("ck_status_changes_replaced_by")
        ),
        sa.CheckConstraint("status BETWEEN 0 AND 3", name=op.f("ck_status_changes_status")),
        sa.ForeignKeyConstraint(
            ["credential"], ["credentials.id"], name=op.f("fk_status_changes_credential")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by"], ["credentials.id"], name=op.f("fk_status_changes_replaced_by")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_status_changes")),
    )
    op.create_index("ix_status_changes_credential_seq", "status_changes", ["credential", "seq"])
    op.create_index("ix_status_changes_status_list_seq", "status_changes", ["status_list", "seq"])
