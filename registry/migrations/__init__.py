"""How the tables came to be, step by step (Alembic). A published step is never edited."""
