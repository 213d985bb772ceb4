"""Addresses under which one frame of a recording is shown for a while: signed, and good for nothing else."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer

from config.errors import NotFound
from moderation.models import MediaShot
from moderation.operations.playback import USUAL, PlaybackExpired, PlaybackInvalid

SALT = "moderation.frames"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What an address says, in short names because all of them stand in it."""

    a: int  # account
    s: int  # shot
    e: int  # expires, in seconds since 1970


def signer() -> Signer:
    return Signer(salt=SALT, sep=".")


def frame_address(*, shot: MediaShot, seconds: int = USUAL, now: datetime) -> str:
    """Whoever has it sees this frame; in a recording that nobody may play any more it stays evidence."""
    ends = int((now + timedelta(seconds=seconds)).timestamp())
    ticket = Ticket(a=shot.account_id, s=shot.pk, e=ends)
    return f"{settings.ASSAY_PUBLIC_URL}/frames/{signer().sign_object(asdict(ticket))}"


def frame_behind(*, token: str, now: datetime) -> MediaShot:
    try:
        ticket = Ticket(**signer().unsign_object(token))
    except (BadSignature, TypeError, ValueError) as error:
        raise PlaybackInvalid() from error
    if ticket.e <= now.timestamp():
        raise PlaybackExpired()
    shots = MediaShot.objects.filter(account_id=ticket.a, account__is_active=True)
    shot = shots.filter(pk=ticket.s).first()
    if shot is None:
        raise NotFound()
    return shot
