"""Postgres: the pool, transactions and migrations."""

from shared.db.pool import Connection, Database, DatabaseUnavailableError, open_database

__all__ = ["Connection", "Database", "DatabaseUnavailableError", "open_database"]
