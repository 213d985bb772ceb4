"""Legal holds against erasures: what is held is not erased; whom an ended hold named is."""

from collections import Counter

from django.utils import timezone

from config.accounts.models import Account
from config.erasure import registry
from config.erasure.marks import Trace
from config.erasure.registry import Batch, Eraser, holders, holds_nobody
from config.retention.holds import held, steady_holds
from config.retention.models import LegalHold

PART = 500


def stands_against(account: Account, **named: str) -> bool:
    """Until the caller's transaction ends nobody places another one."""
    return bool(steady_holds(account)) and held(account, **named)


class EndedHolds(Eraser):
    """What was held bears an id, and a reason may name a person. The log tells that there was a hold."""

    code, models, order = "ended_holds", (LegalHold,), 80

    def take(self, trace: Trace, after: int) -> Batch | None:
        rows = LegalHold.objects.owned_by(trace.account).exclude(value="").filter(pk__gt=after)
        found = list(rows.order_by("pk")[:PART])
        if not found:
            return None
        known = trace.known({row.value for row in found})
        now = timezone.now()
        return Batch(found[-1].pk, [row for row in found if row.value in known and not row.stands(now)])

    def forget(self, trace: Trace, batch: Batch) -> Counter:
        return Counter(LegalHold.objects.filter(pk__in=[row.pk for row in batch.rows]).delete()[1])

    def tell(self, trace: Trace, batch: Batch):
        """Why somebody's data was held is not for them to read here."""
        return iter(())


def register() -> None:
    registry.register(EndedHolds())
    holders.append(stands_against)
    holds_nobody("how long an account keeps what", "retention.RetentionPeriod")
    holds_nobody("sums and a hash over ids of rows that are gone", "retention.PurgeReceipt")
    holds_nobody("names of files that are about to go, whose rows are gone", "retention.DoomedFile")
