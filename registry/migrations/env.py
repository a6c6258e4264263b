"""Run by Alembic. The connection and its transaction are the caller's: see registry/migrate.py."""

from alembic import context

from registry.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,  # all steps in the caller's one transaction
)
context.run_migrations()
