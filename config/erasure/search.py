"""Where does a mark still stand? Every column of every table that can hold text, and every file that is kept.

It knows nothing of models and erasers, so it finds what they may have forgotten.
"""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.core.files.storage import default_storage
from django.db import connection
from psycopg import sql

TEXTS = {"text", "character varying", "character", "json", "jsonb", "uuid", "ARRAY", "USER-DEFINED", "name"}
COLUMNS = """
    SELECT c.table_schema, c.table_name, c.column_name, c.data_type
    FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE t.table_type = 'BASE TABLE' AND c.table_schema NOT IN ('pg_catalog', 'information_schema')
    ORDER BY 1, 2, 3
"""
# Each of the marks with the number of rows that it stands in.
IN_TEXT = """
    SELECT mark, count(*) FROM {table}, unnest(%s::text[]) AS mark
    WHERE position(mark IN {column}::text) > 0 GROUP BY mark
"""
IN_BYTES = """
    SELECT mark, count(*) FROM {table}, unnest(%s::bytea[]) AS mark
    WHERE position(mark IN {column}) > 0 GROUP BY mark
"""
PIECE = 2**20


@dataclass(frozen=True, slots=True)
class Place:
    """A table's column with so many rows, or a file."""

    where: str
    count: int
    mark: bytes


def search(marks: Iterable[str | bytes]) -> Iterator[Place]:
    """Marks are looked for as they are, as JSON spells them, and bytes also in hex."""
    wanted = sorted({form for mark in marks for form in forms_of(mark)})
    yield from in_tables(wanted)
    yield from in_files(wanted)


def forms_of(mark: str | bytes) -> set[bytes]:
    if isinstance(mark, bytes):
        return {mark, mark.hex().encode()}
    return {
        mark.encode(),
        json.dumps(mark)[1:-1].encode(),
        json.dumps(mark, ensure_ascii=False)[1:-1].encode(),
    }


def in_tables(marks: list[bytes]) -> Iterator[Place]:
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        for schema, table, column, kind in cursor.fetchall():
            if kind != "bytea" and kind not in TEXTS:
                continue
            asked = marks if kind == "bytea" else [mark.decode() for mark in marks if is_text(mark)]
            names = {"table": sql.Identifier(schema, table), "column": sql.Identifier(column)}
            cursor.execute(sql.SQL(IN_BYTES if kind == "bytea" else IN_TEXT).format(**names), [asked])
            for mark, count in cursor.fetchall():
                yield Place(
                    f"{table}.{column}", count, mark.encode() if isinstance(mark, str) else bytes(mark)
                )


def is_text(mark: bytes) -> bool:
    try:
        return "\0" not in mark.decode()
    except UnicodeDecodeError:
        return False


def in_files(marks: list[bytes], folder: str = "") -> Iterator[Place]:
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return  # nothing was ever kept, or it went meanwhile
    for name in sorted(names):
        path = str(PurePosixPath(folder, name))
        found = {mark for mark in marks if mark in path.encode()} | marks_in_file(path, marks)
        yield from (Place(path, 1, mark) for mark in sorted(found))
    for name in sorted(folders):
        yield from in_files(marks, str(PurePosixPath(folder, name)))


def marks_in_file(path: str, marks: list[bytes]) -> set[bytes]:
    with default_storage.open(path) as kept:
        found = marks_in_stream(kept, marks)
        kept.seek(0)
        return found | (marks_in_archive(kept, marks) if zipfile.is_zipfile(kept) else set())


def marks_in_archive(kept, marks: list[bytes]) -> set[bytes]:
    """A workbook is an archive, too."""
    kept.seek(0)
    found: set[bytes] = set()
    with zipfile.ZipFile(kept) as packed:
        for name in packed.namelist():
            found.update(mark for mark in marks if mark in name.encode())
            with packed.open(name) as member:
                found |= marks_in_stream(member, marks)
    return found


def marks_in_stream(stream: io.IOBase, marks: list[bytes]) -> set[bytes]:
    """Pieces overlap by the longest mark, so that none is cut in two."""
    overlap = max(map(len, marks), default=1)
    found: set[bytes] = set()
    tail = b""
    while piece := stream.read(PIECE):
        window = tail + piece
        found.update(mark for mark in marks if mark not in found and mark in window)
        tail = window[-overlap:]
    return found
