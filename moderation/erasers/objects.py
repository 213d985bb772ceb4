"""Files that programs uploaded: they name nobody, and are known by what they contain."""

from collections.abc import Iterable

from django.db.models import QuerySet

from config.erasure.marks import Mark, Trace
from config.erasure.registry import MarkedRows
from moderation.media import storage
from moderation.models import UploadedObject


class UploadedObjects(MarkedRows):
    """The very file that a result or a recording of the subject came from, for as long as it is here."""

    code, order, mark = "uploaded_objects", 34, Mark.SHA256
    models = (UploadedObject,)

    def rows(self, trace: Trace, values: list[str]) -> QuerySet:
        return UploadedObject.objects.owned_by(trace.account).filter(sha256__in=values)

    def files(self, trace: Trace, rows: list[UploadedObject]) -> list[str]:
        return sorted(row.key for row in rows if row.key)

    def drop(self, files: Iterable[str]) -> None:
        storage.remove(files)
