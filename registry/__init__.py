"""Subjects, grades, credentials, their status and the issuers' keys: what the office knows.

Append-only where it matters: history is never updated, and what holds now is kept beside it in the
same transaction. SQLite by default, PostgreSQL by URL. Every function is one transaction.
"""
