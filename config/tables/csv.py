"""Tables as CSV that Excel opens in the right encoding and without computing."""

import csv
from collections.abc import Iterable, Iterator

from config.tables.safe_cells import safe_cell

BOM = "\ufeff"
CONTENT_TYPE = "text/csv; charset=utf-8"
ROWS_PER_CHUNK = 500


class Chunk(list):
    """What a csv.writer writes to."""

    write = list.append

    def take(self) -> bytes:
        text = "".join(self)
        self.clear()
        return text.encode()


def csv_bytes(headers: Iterable[object], rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    """The file piece by piece, so that its length costs no memory."""
    chunk = Chunk()
    writer = csv.writer(chunk, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    chunk.write(BOM)
    writer.writerow([safe_cell(header) for header in headers])
    for number, row in enumerate(rows, start=1):
        writer.writerow([safe_cell(value) for value in row])
        if number % ROWS_PER_CHUNK == 0:
            yield chunk.take()
    yield chunk.take()
