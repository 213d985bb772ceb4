"""Fetching a file: by a link that is good for one person and a while, or with the key of a program."""

from datetime import datetime, timedelta
from typing import BinaryIO

from django.core import signing
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import ApiKey, User
from config.accounts.roles import can
from config.errors import Forbidden, NotAllowedNow
from stats.exports.asking import note
from stats.exports.kinds import kind_of
from stats.models import Export

LINK_LIFE = timedelta(minutes=15)
SALT = "stats.exports"


class LinkInvalid(Forbidden):
    code = "export_link_invalid"
    default_message = _("This link has expired or is not yours: take a new one from the exports page.")


class ExportNotReady(NotAllowedNow):
    code = "export_not_ready"
    default_message = _("There is no file: it is still being written, could not be, or its time is over.")


def may_fetch(export: Export, user: User) -> bool:
    """One's own; and what a schedule asked for, if one may see such rows. Rights are those of today."""
    if export.schedule_id is None and export.requested_by_id != user.pk:
        return False
    if export.has_content and not can(user, export.account, "content.view"):
        return False
    return can(user, export.account, kind_of(export.kind).ability)


def link_token(export: Export, user: User, *, now: datetime) -> str:
    """Good for one export, one person and a while."""
    return signing.dumps([export.pk, user.pk, int((now + LINK_LIFE).timestamp())], salt=SALT)


@transaction.atomic
def open_export(*, export: Export, actor: User, token: str, now: datetime) -> BinaryIO:
    """The file, by a link that is still good. Who took it is recorded."""
    try:
        export_id, user_id, good_until = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise LinkInvalid() from error
    if (export_id, user_id) != (export.pk, actor.pk) or good_until <= now.timestamp():
        raise LinkInvalid()
    if not may_fetch(export, actor) or not is_there(export, now):
        raise LinkInvalid()
    return taken(export, actor=actor, now=now)


@transaction.atomic
def fetch_export(*, export: Export, key: ApiKey, now: datetime) -> BinaryIO:
    if not is_there(export, now):
        raise ExportNotReady(state=export.state)
    return taken(export, actor=key, now=now)


def is_there(export: Export, now: datetime) -> bool:
    return export.state == Export.State.READY and export.expires_at > now


def taken(export: Export, *, actor, now: datetime) -> BinaryIO:
    file = default_storage.open(export.file)
    note(export, actor=actor, action="downloaded", now=now)
    return file
