"""Labels, as narrow as they can be, and the jobs that make them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")
_HISTORY = ("label_styles", "labels")


def upgrade() -> None:
    _create_labels()
    _create_jobs()
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in _HISTORY:
        if postgresql:
            op.execute(
                f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
            continue
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
            )


def _create_labels() -> None:
    op.create_table(
        "label_styles",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("scheme", sa.String(length=32), nullable=False),
        sa.Column("style", sa.String(length=32), nullable=False),
        sa.Column("fields", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_styles")),
        sa.UniqueConstraint("sha256", name=op.f("uq_label_styles_sha256")),
    )
    op.create_table(
        "labels",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("style", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("message_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("job", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["credential"], ["credentials.id"], name=op.f("fk_labels_credential")
        ),
        sa.ForeignKeyConstraint(["style"], ["label_styles.id"], name=op.f("fk_labels_style")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labels")),
        sqlite_with_rowid=False,
    )


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("scheme", sa.String(length=32), nullable=False),
        sa.Column("style", sa.String(length=32), nullable=False),
        sa.Column("kid", sa.LargeBinary(), nullable=False),
        sa.Column("input_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("options", _JSON, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'cancelled', 'failed', 'done')",
            name=op.f("ck_jobs_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    op.create_index("ix_jobs_input_sha256", "jobs", ["input_sha256"])
    op.create_table(
        "job_chunks",
        sa.Column("job", sa.Integer(), nullable=False),
        sa.Column("chunk", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("labels", sa.Integer(), nullable=False),
        sa.Column("rows", sa.LargeBinary()),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.BigInteger()),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done')", name=op.f("ck_job_chunks_state")
        ),
        sa.ForeignKeyConstraint(["job"], ["jobs.id"], name=op.f("fk_job_chunks_job")),
        sa.PrimaryKeyConstraint("job", "chunk", name=op.f("pk_job_chunks")),
    )
    op.create_table(
        "job_refusals",
        sa.Column("seq", _SEQ, autoincrement=True, nullable=False),
        sa.Column("job", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("column_name", sa.Text()),
        sa.Column("message", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["job"], ["jobs.id"], name=op.f("fk_job_refusals_job")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_job_refusals")),
    )
    op.create_index("ix_job_refusals_job_row", "job_refusals", ["job", "row"])
    op.create_table(
        "job_parts",
        sa.Column("job", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("chunk", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job", "chunk"],
            ["job_chunks.job", "job_chunks.chunk"],
            name=op.f("fk_job_parts_job_chunk"),
        ),
        sa.PrimaryKeyConstraint("job", "chunk", name=op.f("pk_job_parts")),
    )
