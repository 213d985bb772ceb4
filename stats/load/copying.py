"""Rows as COPY reads them, and tables that are filled without their indexes.

In an empty table what only finds or checks rows is taken down, and put up again when the rows are there: the
server then sorts and checks once, and not row by row. All of it is one transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection

NULL = r"\N"
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})

# What is left stays: keys, constraints that other tables lean on, and indexes of a list of states, which are
# read back written otherwise.
INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = %s::regclass AND NOT indisunique AND pg_get_indexdef(indexrelid) NOT LIKE '%%ANY (%%'
ORDER BY indexrelid
"""
KEYS = """
SELECT quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %s::regclass AND contype = 'f' ORDER BY oid
"""


def columns(names: str) -> tuple[str, ...]:
    return tuple(names.split())


def escaped(text: str) -> str:
    return text.translate(ESCAPES)


@dataclass(slots=True)
class Rows:
    """Lines by table, as they are made."""

    of: dict[str, list[str]] = field(default_factory=dict)

    def table(self, name: str) -> list[str]:
        return self.of.setdefault(name, [])

    def packed(self) -> dict[str, tuple[int, bytes]]:
        return {
            name: (len(lines), ("\n".join(lines) + "\n").encode()) for name, lines in self.of.items() if lines
        }


def copy(table: str, columns: Iterable[str], data: bytes) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as sink:
        sink.write(data)


@dataclass(slots=True)
class Bare:
    """Tables without what is put up at the end."""

    down: list[tuple[str, list[str]]] = field(default_factory=list)

    def strip(self, table: str) -> None:
        if not is_empty(table):
            return
        with connection.cursor() as cursor:
            cursor.execute(KEYS, [table])
            keys = cursor.fetchall()
            cursor.execute(INDEXES, [table])
            indexes = cursor.fetchall()
            for name, _definition in keys:
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            for name, _definition in indexes:
                cursor.execute(f"DROP INDEX {name}")
        again = [definition for _name, definition in indexes]
        again += [f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}" for name, definition in keys]
        self.down.append((table, again))

    def restore(self, tell=lambda table: None) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
            # The planner has not seen these rows yet, and checks keys by a plan.
            for table, statements in self.down:
                cursor.execute(f"ANALYZE {table}")
                tell(table)
                for statement in statements:
                    cursor.execute(statement)


def is_empty(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT NOT EXISTS (SELECT 1 FROM {table})")  # noqa: S608 (a name of ours)
        return cursor.fetchone()[0]


def last_id(table: str) -> int:
    """The highest id that was ever given out."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT greatest((SELECT max(id) FROM {table}), (SELECT last_value FROM {table}_id_seq))"  # noqa: S608
        )
        return cursor.fetchone()[0]


def set_last_ids(tables: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(
                f"SELECT setval(%s, greatest((SELECT max(id) FROM {table}), 1))",  # noqa: S608
                [f"{table}_id_seq"],
            )
