"""What is held of a person, as a file for them: JSON lines by table, with the files that go with the rows."""

import json
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import IO
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.erasure.marks import Trace
from config.erasure.models import SubjectRequest
from config.erasure.operations import note
from config.erasure.registry import erasers
from config.errors import Forbidden, NotAllowedNow

FOLDER = "subject-exports"
LINK_LIFE = timedelta(minutes=15)
SALT = "erasure.archive"
PIECE = 2**20


class SubjectExportUnready(NotAllowedNow):
    code = "subject_export_unready"
    default_message = _("There is no file: it is not written yet, or its time is over.")


class SubjectLinkInvalid(Forbidden):
    code = "subject_link_invalid"
    default_message = _("This link has expired or is not yours: take a new one from the page of the request.")


@dataclass(slots=True)
class Made:
    file: IO[bytes]
    counts: Counter = field(default_factory=Counter)
    files: int = 0
    bytes: int = 0
    left_out: list[str] = field(default_factory=list)


@contextmanager
def spooled(trace: Trace, batches: Callable, beat: Callable[[], None]) -> Iterator[Made]:
    """The archive on the disk, at constant memory. Files beyond the limit are named and left out.

    `beat` is called now and then, and may raise to end it.
    """
    with tempfile.TemporaryFile() as file:
        made = Made(file)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            files: list[str] = []
            for eraser in erasers():
                files += write_rows(packed, eraser, trace, batches, made)
            for key in dict.fromkeys(files):
                write_file(packed, key, made, beat)
            packed.writestr("about.json", as_json(about(trace, made), indent=1))
        yield made


def write_rows(packed, eraser, trace: Trace, batches: Callable, made: Made) -> list[str]:
    files: list[str] = []
    with packed.open(f"{eraser.code}.jsonl", "w", force_zip64=True) as lines:
        for batch in batches(eraser):
            for row in eraser.tell(trace, batch):
                made.counts[row["table"]] += 1
                lines.write(as_json(row).encode() + b"\n")
            files += batch.files
    return files


def write_file(packed, key: str, made: Made, beat: Callable[[], None]) -> None:
    try:
        size = default_storage.size(key)
        if made.bytes + size > settings.ASSAY_SUBJECT_EXPORT_BYTES:
            made.left_out.append(key)
            return
        with default_storage.open(key) as kept, packed.open(f"files/{key}", "w", force_zip64=True) as out:
            while piece := kept.read(PIECE):
                out.write(piece)
                beat()
    except FileNotFoundError:
        return
    made.bytes += size
    made.files += 1


def about(trace: Trace, made: Made) -> dict:
    return {
        "subject": {trace.subject.kind: trace.subject.value},
        "account": trace.account.uid,
        "asked_at": trace.request.created_at,
        "rows": dict(made.counts),
        "files": made.files,
        "files_left_out": made.left_out,
    }


def as_json(told: dict, **how) -> str:
    return json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, **how)


def keep(request: SubjectRequest, token: UUID, file: IO[bytes]) -> str:
    file.seek(0)
    return default_storage.save(f"{FOLDER}/{request.account.uid}/{token.hex}.zip", File(file))


def facts(name: str, made: Made, now: datetime) -> dict:
    return {
        "file": name,
        "size": default_storage.size(name),
        "counts": dict(made.counts),
        "files": made.files,
        "expires_at": now + timedelta(hours=settings.ASSAY_EXPORT_HOURS_KEPT),
    }


def drop(name: str) -> None:
    default_storage.delete(name)


def link_token(request: SubjectRequest, user, *, now: datetime) -> str:
    """Good for one file, one person and a while."""
    return signing.dumps([request.pk, user.pk, int((now + LINK_LIFE).timestamp())], salt=SALT)


def require_link(request: SubjectRequest, *, actor, token: str, now: datetime) -> None:
    try:
        request_id, user_id, good_until = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise SubjectLinkInvalid() from error
    if (request_id, user_id) != (request.pk, actor.pk) or good_until <= now.timestamp():
        raise SubjectLinkInvalid()


def open_archive(*, request: SubjectRequest, actor, now: datetime) -> IO[bytes]:
    """Who took it is recorded."""
    if not request.file or request.expires_at <= now:
        raise SubjectExportUnready()
    try:
        file = default_storage.open(request.file)
    except FileNotFoundError as error:
        raise SubjectExportUnready() from error
    with transaction.atomic():
        note(request, actor=actor, action="subject.export_fetched", now=now)
    return file


def forget_archives(*, now: datetime) -> int:
    """Files whose time is over."""
    over = SubjectRequest.objects.exclude(file="").filter(expires_at__lte=now)
    return sum(forget_archive(request) for request in over.iterator())


def forget_archive(request: SubjectRequest) -> int:
    default_storage.delete(request.file)
    return SubjectRequest.objects.filter(pk=request.pk, file=request.file).update(file="", size=0)
