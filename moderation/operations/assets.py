"""Recordings of the media library: taken in, renamed, taken out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.errors import Invalid, NotFound
from config.retention.files import doom, sweep
from config.retention.holds import require_not_held
from moderation.media import storage
from moderation.media.probing import opened
from moderation.media_hooks import leave
from moderation.models import MediaAsset, MediaJob, MediaShot, MediaUpload
from moderation.models.media import RECORDING_KINDS
from moderation.operations.for_people import RecordingSource
from moderation.operations.media_assets import note, standing, state_now
from moderation.operations.media_jobs import cancel_job
from moderation.operations.moderate import require_id
from moderation.operations.uploads import require_finished, use_upload

FOLDER = "media"
LONGEST_TITLE = 128


class TitleInvalid(Invalid):
    code = "title_invalid"
    default_message = _("A title has 1 to 128 printable characters.")


class MediaKindUnknown(Invalid):
    code = "media_kind_unknown"
    default_message = _("The media library keeps audio and video.")


@dataclass(frozen=True, slots=True)
class Laid:
    """A file that lies in the storage already, and what it is."""

    key: str
    facts: dict
    measures: dict
    cover_key: str = ""


def create_asset(
    *,
    account: Account,
    title: str,
    source: RecordingSource | MediaUpload,
    content_type: str,
    data_id: str = "",
    author_id: str = "",
    actor,
    now: datetime,
) -> MediaAsset:
    """Take a recording into the library. Fetches and opens, so never call this inside a transaction.

    If the row does not commit, nothing is left of what was fetched; a finished upload can be used again.
    """
    if content_type not in RECORDING_KINDS:
        raise MediaKindUnknown(field="content_type")
    media_id = uuid4().hex
    title = require_title(title) if title else title_after(source.name) or media_id
    require_id(data_id, field="data_id")
    require_id(author_id, field="author_id")
    is_upload = isinstance(source, MediaUpload)
    laid = laid_by(source, content_type) if is_upload else laid_from(account, source, content_type, now)
    asset = MediaAsset(
        account=account,
        media_id=media_id,
        content_type=content_type,
        title=title,
        data_id=data_id,
        author_id=author_id,
        key=laid.key,
        cover_key=laid.cover_key,
        **{name: laid.facts[name] for name in ("sha256", "format", "bytes")},
        **laid.measures,
        created_at=now,
        updated_at=now,
    )
    asset.state = state_now(asset)
    try:
        with transaction.atomic():
            if is_upload:
                use_upload(upload=source, now=now)
            asset.save(force_insert=True)
            note(asset, actor, "media.created", now, after=named(asset))
    except BaseException:
        storage.remove([key for key in (laid.cover_key, "" if is_upload else laid.key) if key])
        raise
    return asset


def laid_from(account: Account, source: RecordingSource, content_type: str, now: datetime) -> Laid:
    with source.read(content_type) as recording:
        facts = recording.facts
        found = opened(recording.file, format=facts["format"], content_type=content_type)
        key = storage.new_key(account_uid=account.uid, now=now, folder=FOLDER)
        storage.keep(key, recording.file, durably=True)
    return Laid(key, facts, found.measures, lay_cover(found.cover, key))


def laid_by(upload: MediaUpload, content_type: str) -> Laid:
    require_finished(upload, content_type)
    file = storage.open_kept(upload.key)
    if file is None:
        raise NotFound()
    with file:
        found = opened(file, format=upload.facts["format"], content_type=content_type)
    return Laid(upload.key, upload.facts, found.measures, lay_cover(found.cover, upload.key))


def lay_cover(picture: bytes, key: str) -> str:
    """Beside the recording; blank where there is none."""
    if not picture:
        return ""
    cover_key = f"{key}.cover.jpg"
    storage.remove([cover_key])
    storage.keep(cover_key, picture)
    return cover_key


@transaction.atomic
def rename_asset(*, asset: MediaAsset, title: str, actor, now: datetime) -> MediaAsset:
    asset, title = locked(asset), require_title(title)
    if title == asset.title:
        return asset
    before, asset.title, asset.updated_at = asset.title, title, now
    asset.save(update_fields=["title", "updated_at"])
    note(asset, actor, "media.renamed", now, before={"title": before}, after={"title": title})
    return asset


def remove_asset(*, asset: MediaAsset, actor, now: datetime) -> None:
    """Take a recording out of the library: nobody plays it from now on, and its files go.

    What was decided on it, and that it was there, stays in the books. Files that could not be taken away
    now are by `sweep_removed`.
    """
    require_not_held(asset.account, media_id=asset.media_id, now=now)
    for job in MediaJob.objects.waiting().filter(asset=asset):
        cancel_job(account=asset.account, job_id=job.job_id, actor=actor, now=now)
    with transaction.atomic():
        require_not_held(asset.account, media_id=asset.media_id, now=now)
        keys = retire(asset, actor=actor, now=now)
        doomed = doom(account=asset.account, keys=keys, now=now)
    sweep(now=now, only=doomed)


def retire(asset: MediaAsset, *, actor, now: datetime) -> list[str]:
    """Out of the library, in the caller's transaction; the keys of the files that are to go after it."""
    # First what people have of it: whoever decides holds that before they take hold of the recording.
    leave(asset, actor=actor, now=now)
    asset = locked(asset)
    before, keys = named(asset), files_of(asset)
    asset.removed_at = asset.updated_at = now
    asset.key = asset.cover_key = ""
    asset.save(update_fields=["removed_at", "updated_at", "key", "cover_key"])
    note(asset, actor, "media.removed", now, before=before)
    return keys


def files_of(asset: MediaAsset) -> list[str]:
    shots = MediaShot.objects.filter(job__asset=asset).values_list("key", flat=True)
    return [key for key in (asset.key, asset.cover_key, *shots) if key]


def sweep_removed(*, most: int = 200) -> int:
    """Take away the files of removed recordings that are there still. Repeat-safe."""
    left = MediaAsset.objects.exclude(removed_at=None).exclude(key="").order_by("pk")
    return forget_files(left[:most])


def forget_files(assets: Iterable[MediaAsset]) -> int:
    count = 0
    for asset in assets:
        storage.remove(files_of(asset))
        MediaAsset.objects.filter(pk=asset.pk).update(key="", cover_key="")
        count += 1
    return count


def locked(asset: MediaAsset) -> MediaAsset:
    """The row as it is now, under its lock; one that was removed meanwhile is not there."""
    rows = MediaAsset.objects.there().select_for_update(of=("self",)).select_related("account")
    found = rows.filter(pk=asset.pk).first()
    if found is None:
        raise NotFound()
    return found


def title_after(name: str) -> str:
    """What the client calls the file, as far as that makes a title."""
    return "".join(sign for sign in name if sign.isprintable()).strip()[:LONGEST_TITLE].strip()


def require_title(title: str) -> str:
    title = title.strip()
    if not title or len(title) > LONGEST_TITLE or not title.isprintable():
        raise TitleInvalid(field="title")
    return title


def named(asset: MediaAsset) -> dict:
    names = ("title", "content_type", "data_id", "sha256", "bytes")
    return {name: getattr(asset, name) for name in names} | standing(asset)
