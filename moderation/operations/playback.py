"""Addresses under which recordings are played: signed, for a while, and looked at again on every request."""

import ipaddress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext_lazy as _

from config.accounts.addresses import is_within
from config.accounts.operations.keys import AddressInvalid
from config.errors import Forbidden, Invalid, NotFound, PlatformError
from moderation.models import MediaAsset
from moderation.operations.security_ips import is_security_address

LONGEST, USUAL = 12 * 3600, 30 * 60
PLAY, REVIEW = "play", "review"
SALT = "moderation.playback"
WHY = {
    "blocked": _("People blocked this recording: it is not played any more."),
    "violation": _("The automated review found a violation: this recording is not played."),
    "in_review": _("This recording is being reviewed: it can be played once it is found to be in order."),
}


class PlaybackSecondsInvalid(Invalid):
    code = "playback_seconds_invalid"
    default_message = _("An address is good for 1 second to 12 hours.")


class MediaNotPlayable(Forbidden):
    code = "media_not_playable"
    default_message = WHY["in_review"]


class PlaybackInvalid(Forbidden):
    code = "playback_invalid"
    default_message = _("This address was not given out by us, or was changed: ask for a new one.")


class PlaybackExpired(Forbidden):
    code = "playback_expired"
    default_message = _("This address has expired: ask for a new one.")


class PlaybackAddressRefused(Forbidden):
    code = "playback_address_refused"
    default_message = _("This recording may not be played from your address.")


@dataclass(frozen=True, slots=True)
class Ticket:
    """What an address says. Its fields are short because all of them stand in it."""

    a: int  # account
    m: str  # media id
    e: int  # expires, in seconds since 1970
    k: str = PLAY  # kind
    i: str = ""  # the network of the one address it is good for

    @property
    def is_for_review(self) -> bool:
        return self.k == REVIEW


def signer() -> Signer:
    """Its key is made of the installation's secret key and the salt."""
    return Signer(salt=SALT, sep=".")


def playback_address(*, asset: MediaAsset, seconds: int = USUAL, address: str = "", now: datetime) -> str:
    """Where a recording is played by whoever has the address, or by one client only.

    It stops to work when the recording is not playable any more: it is good for no longer, but for less.
    """
    require_playable(asset)
    return address_for(asset, seconds, address, PLAY, now)


def review_address(*, asset: MediaAsset, seconds: int = USUAL, address: str = "", now: datetime) -> str:
    """Where a recording in any state is played, from the account's security addresses alone."""
    return address_for(asset, seconds, address, REVIEW, now)


def address_for(asset: MediaAsset, seconds: int, address: str, kind: str, now: datetime) -> str:
    if not 1 <= seconds <= LONGEST:
        raise PlaybackSecondsInvalid(field="seconds", most=LONGEST)
    if asset.removed_at is not None:
        raise NotFound()
    ticket = Ticket(
        a=asset.account_id,
        m=asset.media_id,
        e=int((now + timedelta(seconds=seconds)).timestamp()),
        k=kind,
        i=network_of(address) if address else "",
    )
    said = {name: value for name, value in asdict(ticket).items() if value}
    return f"{settings.ASSAY_PUBLIC_URL}/media/{signer().sign_object(said)}"


def network_of(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address.strip())
    except ValueError as error:
        raise AddressInvalid(field="address", entry=address[:64]) from error
    return str(ipaddress.ip_network(getattr(parsed, "ipv4_mapped", None) or parsed))


def read_ticket(token: str) -> Ticket:
    try:
        return Ticket(**signer().unsign_object(token))
    except (BadSignature, TypeError, ValueError) as error:
        raise PlaybackInvalid() from error


def admit(*, ticket: Ticket, address: str, now: datetime) -> MediaAsset:
    """The recording, if whoever asks may play it at this moment."""
    if ticket.e <= now.timestamp():
        raise PlaybackExpired()
    if ticket.i and not is_within(address, [ticket.i]):
        raise PlaybackAddressRefused(address=address)
    assets = MediaAsset.objects.there().filter(account_id=ticket.a, account__is_active=True)
    asset = assets.filter(media_id=ticket.m).first()
    if asset is None:
        raise NotFound()
    if not ticket.is_for_review:
        require_playable(asset)
    elif not is_security_address(account_id=ticket.a, address=address):
        raise PlaybackAddressRefused(address=address)
    return asset


def is_admitted(*, ticket: Ticket, address: str, now: datetime) -> bool:
    """Asked while it is being played, with the moment at which that began."""
    try:
        admit(ticket=ticket, address=address, now=now)
    except PlatformError:
        return False
    return True


def require_playable(asset: MediaAsset) -> None:
    if asset.state != MediaAsset.State.NORMAL:
        why = hindrance(asset)
        raise MediaNotPlayable(WHY[why], state=asset.state, why=why)


def hindrance(asset: MediaAsset) -> str:
    if asset.final == MediaAsset.Final.BLOCK:
        return "blocked"
    return "violation" if asset.automated == MediaAsset.Automated.VIOLATION else "in_review"
