"""Where the rows arrive: a schema of the demo's own in a PostgreSQL database."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Self

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from types import TracebackType


class Warehouse:
    """A new schema in a database, dropped after the `with` block.

    Args:
        url: The database, in libpq's words or in SQLAlchemy's.
    """

    def __init__(self, url: str) -> None:
        self._url = re.sub(r"^postgres(ql)?(\+\w+)?:", "postgresql:", url)
        self.schema = f"tap_analytics_demo_{secrets.token_hex(4)}"

    @property
    def settings(self) -> dict[str, str]:
        """The settings that lead target-postgres here."""
        return {
            "TARGET_POSTGRES_SQLALCHEMY_URL": self._url.replace("postgresql:", "postgresql+psycopg:", 1),
            "TARGET_POSTGRES_DEFAULT_TARGET_SCHEMA": self.schema,
        }

    @property
    def place(self) -> str:
        """Server and version, for people."""
        with self._connect() as connection:
            version = connection.info.parameter_status("server_version") or ""
            return f"PostgreSQL {version.split()[0]} on {connection.info.host}, port {connection.info.port}"

    def __enter__(self) -> Self:
        self._execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(self.schema)))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(self.schema)))

    def count(self, stream: str, **values: str) -> int:
        """Return the number of rows of a stream, or of those that have these values."""
        table = sql.Identifier(self.schema, stream)
        conditions = [sql.SQL("{} = {}").format(sql.Identifier(name), value) for name, value in values.items()]
        where = sql.SQL(" AND ").join([sql.SQL("true"), *conditions])
        with self._connect() as connection:
            row = connection.execute(sql.SQL("SELECT count(*) FROM {} WHERE {}").format(table, where)).fetchone()
        return int(row[0]) if row else 0

    def _execute(self, statement: sql.Composed) -> None:
        with self._connect() as connection:
            connection.execute(statement)

    def _connect(self) -> psycopg.Connection[tuple[int]]:
        return psycopg.connect(self._url, connect_timeout=10)
