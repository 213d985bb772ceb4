"""Fetching a file: by a link that is good for one person and a while, with the key of a program, or by an
address that such a program was given, which whoever has it may fetch for a while.
"""

from datetime import datetime, timedelta
from typing import BinaryIO
from urllib.parse import quote

from django.conf import settings
from django.core import signing
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.addresses import is_within
from config.accounts.authentication import AddressRefused
from config.accounts.models import ApiKey, User
from config.accounts.roles import can
from config.errors import Forbidden, NotAllowedNow
from stats.exports.asking import note
from stats.exports.kinds import kind_of
from stats.models import Export

LINK_LIFE = timedelta(minutes=15)
SHARED_LIFE = timedelta(hours=1)
SALT, SHARED_SALT = "stats.exports", "stats.exports.shared"


class LinkInvalid(Forbidden):
    code = "export_link_invalid"
    default_message = _("This link has expired or is not yours: take a new one from the exports page.")


class SharedLinkInvalid(Forbidden):
    code = "export_address_invalid"
    default_message = _("This address has expired, or was not given out by us: ask for the export again.")


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


def shared_address(export: Export, *, now: datetime) -> str:
    """For a program whose other half fetches without a key: good for this one file and a while."""
    said = [export.pk, int((now + SHARED_LIFE).timestamp())]
    token = signer().sign_object(said)
    return f"{settings.ASSAY_PUBLIC_URL}/exports/{token}/{quote(export.file_name)}.{export.format}"


def signer() -> signing.Signer:
    return signing.Signer(salt=SHARED_SALT, sep=".")


def shared_export(*, token: str, address: str, now: datetime) -> Export:
    """What an address leads to, as long as the key that asked for it could still fetch it from there."""
    try:
        export_id, good_until = signer().unsign_object(token)
    except (signing.BadSignature, TypeError, ValueError) as error:
        raise SharedLinkInvalid() from error
    rows = Export.objects.select_related("account").filter(account__is_active=True)
    export = rows.filter(pk=export_id).first() if good_until > now.timestamp() else None
    key = export and ApiKey.objects.live(now).filter(pk=export.requested_by_key_id).first()
    if key is None or kind_of(export.kind).scope not in key.scopes:
        raise SharedLinkInvalid()
    if key.ip_allow_list and not is_within(address, key.ip_allow_list):
        raise AddressRefused(address=address)
    export.requested_by_key = key
    return export


def is_there(export: Export, now: datetime) -> bool:
    return export.state == Export.State.READY and export.expires_at > now


def taken(export: Export, *, actor, now: datetime) -> BinaryIO:
    file = default_storage.open(export.file)
    note(export, actor=actor, action="downloaded", now=now)
    return file
