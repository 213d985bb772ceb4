"""How much one account may have judged: recordings that wait, and hours of them in a day."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import BigIntegerField, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.errors import TooMany
from moderation.models import MediaJob

DAY = timedelta(days=1)
HOUR_MS = 3_600_000
WAIT_FOR_OTHERS = 60


class MediaQuotaReached(TooMany):
    """`details.quota` names which: `waiting` or `hours`; `details.most` how many are allowed."""

    code = "media_quota_reached"
    default_message = _(
        "This account has as many recordings in work as it may: wait as long as Retry-After says, cancel"
        " some, or ask the platform's administrator for more."
    )


def require_room_to_wait(*, account: Account, now: datetime) -> None:
    """For another recording, whose length nobody knows yet."""
    most = settings.ASSAY_MEDIA_MOST_WAITING
    if MediaJob.objects.owned_by(account).waiting().count() >= most:
        raise MediaQuotaReached(quota="waiting", most=most, retry_after=WAIT_FOR_OTHERS)
    if hours_allowed() and judged_ms(account=account, now=now) >= hours_allowed() * HOUR_MS:
        raise too_long(account=account, now=now)


def require_hours(job: MediaJob, *, duration_ms: int, now: datetime) -> None:
    """Once its length is known."""
    if not hours_allowed():
        return
    used = judged_ms(account=job.account, now=now, but=job)
    if used + duration_ms > hours_allowed() * HOUR_MS:
        raise too_long(account=job.account, now=now)


def fits_ever(duration_ms: int) -> bool:
    return duration_ms <= hours_allowed() * HOUR_MS


def hours_allowed() -> int:
    return settings.ASSAY_MEDIA_HOURS_A_DAY


def judged_ms(*, account: Account, now: datetime, but: MediaJob | None = None) -> int:
    """The length of all recordings that the account sent in a day and that were opened."""
    day = jobs_of_the_day(account, now)
    if but is not None:
        day = day.exclude(pk=but.pk)
    length = Cast(KT("facts__duration_ms"), BigIntegerField())
    return day.aggregate(total=Sum(length))["total"] or 0


def too_long(*, account: Account, now: datetime) -> MediaQuotaReached:
    """There is room again when the oldest of the day is a day old, at the earliest."""
    first = jobs_of_the_day(account, now).order_by("created_at").values_list("created_at", flat=True).first()
    wait = int((first + DAY - now).total_seconds()) + 1 if first else WAIT_FOR_OTHERS
    return MediaQuotaReached(quota="hours", most=hours_allowed(), retry_after=max(1, wait))


def jobs_of_the_day(account: Account, now: datetime):
    return MediaJob.objects.owned_by(account).filter(created_at__gt=now - DAY, facts__has_key="duration_ms")
