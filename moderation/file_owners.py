"""Whose the files in our folders are, for whoever looks for those that are nobody's."""

import re
from collections.abc import Iterable
from uuid import UUID

from config.retention.orphans import Folder, folders
from libraries.models import LibraryImage
from moderation.media.storage import SIDES
from moderation.models import MediaAsset, MediaJob, MediaUpload, ModerationTask, UploadedObject
from moderation.operations.purge import named_by_results

KEPT_UNDER_KEYS = ("pictures", "recordings", "media", "covers", "objects")
COPY = re.compile(rf"\.({'|'.join(str(side) for side in SIDES)})\.jpg\Z")


def join_orphans() -> None:
    folders.extend(Folder(name, named_by_rows) for name in KEPT_UNDER_KEYS)
    folders.append(Folder("jobs", of_jobs))
    folders.append(Folder("uploads", of_uploads))


def named_by_rows(keys: list[str]) -> Iterable[str]:
    """A copy of a picture is whoever's the picture is."""
    originals = {key: COPY.sub("", key) for key in keys}
    asked = list(set(originals.values()))
    named = named_by_results(asked)
    for rows, column in columns():
        found = rows.filter(**{f"{column}__in": asked})
        named.update(found.values_list(column, flat=True))
    return [key for key, original in originals.items() if original in named]


def columns() -> Iterable[tuple]:
    yield MediaAsset.objects.all(), "key"
    yield MediaAsset.objects.all(), "cover_key"
    yield ModerationTask.objects.all(), "key"
    yield MediaJob.objects.all(), "key"
    yield MediaUpload.objects.all(), "key"
    yield UploadedObject.objects.all(), "key"
    yield LibraryImage.objects.present(), "original"


def of_jobs(keys: list[str]) -> Iterable[str]:
    """A folder of a job is the job's as long as there is one."""
    ids = {key: uuid_in(key.split("/")[-2]) for key in keys}
    there = MediaJob.objects.filter(job_id__in=set(ids.values()) - {None})
    there = set(there.values_list("job_id", flat=True))
    return [key for key, job_id in ids.items() if job_id in there]


def of_uploads(keys: list[str]) -> Iterable[str]:
    ids = {key: uuid_in(key.split("/")[1]) for key in keys}
    there = MediaUpload.objects.filter(upload_id__in=set(ids.values()) - {None})
    there = set(there.values_list("upload_id", flat=True))
    return [key for key, upload_id in ids.items() if upload_id in there]


def uuid_in(name: str) -> UUID | None:
    try:
        return UUID(name.split(".")[0])
    except ValueError:
        return None
