"""Files that come in parts, each an object under a name that no client can say, until they are put together.

So parts are counted, kept for a while, and forgotten as objects are; an upload is its parts and no more.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.errors import Invalid, NotFound
from config.uuid7 import uuid7
from moderation.media import storage
from moderation.models import UploadedObject
from moderation.operations.objects import (
    PIECE,
    Announced,
    ObjectIncomplete,
    keep_bytes,
    keep_object,
    remove_all,
    require_name,
)

# Not printable: no name that comes from outside begins so.
FOLDER = "\x01parts/"
MOST_PARTS = 10_000


class ObjectUploadNotFound(NotFound):
    code = "object_upload_not_found"
    default_message = _("There is no upload in parts under this id and name.")


class ObjectPartInvalid(Invalid):
    code = "object_part_invalid"
    default_message = _("Name the parts in their order, by their numbers and tags, each as it was sent.")


@dataclass(frozen=True, slots=True)
class PartNamed:
    number: int
    md5: str


def begin_parts(*, account: Account, name: str, now: datetime) -> str:
    """An id for the parts of this name; a part without a file says that it was given out."""
    require_name(name)
    upload_id = uuid7().hex.upper()
    begun = f"{place_of(name, upload_id)}{0:05d}"
    UploadedObject.objects.create(account=account, name=begun, bytes=0, created_at=now)
    return upload_id


def keep_part(
    *,
    account: Account,
    name: str,
    upload_id: str,
    number: int,
    read: Callable[[int], bytes],
    announced: Announced,
    now: datetime,
) -> UploadedObject:
    """One that is sent again takes the place of the one before."""
    require_name(name)
    if not 1 <= number <= MOST_PARTS:
        raise ObjectPartInvalid(field="partNumber")
    place = place_of(name, upload_id)
    if not UploadedObject.objects.owned_by(account).filter(name=f"{place}{0:05d}").exists():
        raise ObjectUploadNotFound()
    part = f"{place}{number:05d}"
    return keep_bytes(account=account, name=part, read=read, announced=announced, now=now)


def parts_of(account: Account, *, name: str, upload_id: str) -> list[UploadedObject]:
    """In their order."""
    return [row for row in rows_of(account, name, upload_id) if row.key]


def rows_of(account: Account, name: str, upload_id: str) -> list[UploadedObject]:
    rows = UploadedObject.objects.owned_by(account)
    found = sorted(rows.filter(name__startswith=place_of(name, upload_id)), key=number_of)
    if not found:
        raise ObjectUploadNotFound()
    return found


def number_of(part: UploadedObject) -> int:
    return int(part.name[-5:])


def join_parts(
    *,
    account: Account,
    name: str,
    upload_id: str,
    named: Iterable[PartNamed],
    content_type: str = "",
    now: datetime,
) -> UploadedObject:
    """One object of the parts that are named. Parts that are not named go with the others."""
    rows = rows_of(account, name, upload_id)
    there = {number_of(part): part for part in rows if part.key}
    wanted = list(named)
    numbers = [one.number for one in wanted]
    is_good = numbers and numbers == sorted(set(numbers)) and set(numbers) <= set(there)
    if not is_good or any(there[one.number].md5 != one.md5.lower() for one in wanted):
        raise ObjectPartInvalid()
    parts = [there[number] for number in numbers]
    pieces = pieces_of(parts)
    return keep_object(
        account=account,
        name=name,
        read=lambda _most: next(pieces, b""),
        announced=Announced(sum(part.bytes for part in parts), content_type),
        in_the_place_of=rows,
        now=now,
    )


def drop_parts(*, account: Account, name: str, upload_id: str, now: datetime) -> None:
    remove_all(account=account, rows=rows_of(account, name, upload_id), now=now)


def pieces_of(parts: list[UploadedObject]) -> Iterator[bytes]:
    for part in parts:
        file = storage.open_kept(part.key)
        if file is None:
            raise ObjectIncomplete()
        with file:
            yield from file.chunks(PIECE)


def tag_of(named: Iterable[PartNamed]) -> str:
    """As clients expect it of what came in parts: of the parts' tags, and how many they were."""
    sums = [bytes.fromhex(one.md5) for one in named]
    return f"{hashlib.md5(b''.join(sums), usedforsecurity=False).hexdigest().upper()}-{len(sums)}"


def place_of(name: str, upload_id: str) -> str:
    if not (upload_id.isascii() and upload_id.isalnum() and len(upload_id) <= 64):
        raise ObjectUploadNotFound()
    digest = hashlib.sha256(name.encode()).hexdigest()[:32]
    return f"{FOLDER}{upload_id}/{digest}/"
