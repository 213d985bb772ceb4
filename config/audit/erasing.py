"""Records of what was done with a subject's content are emptied; that somebody did it stays in the chain."""

from collections import Counter

from django.utils import timezone

from config.audit.models import AuditRecord
from config.audit.records import EMPTIED, empty_records
from config.erasure import registry
from config.erasure.marks import Trace
from config.erasure.registry import Batch, Eraser
from config.erasure.spellings import candidates_in

PART = 2000
COLUMNS = ("subject", "body", "request_id")


class AuditTrail(Eraser):
    """Walks the whole chain of the account once: no index knows what a record's text tells of."""

    code, models, order = "audit_trail", (AuditRecord,), 90

    def take(self, trace: Trace, after: int) -> Batch | None:
        rows = AuditRecord.objects.owned_by(trace.account).filter(pk__gt=after).order_by("pk")
        held = list(rows[:PART])
        if not held:
            return None
        whole = [row for row in held if row.emptied_at is None and row.action != EMPTIED]
        found = {row.pk: candidates_in(*(getattr(row, name) for name in COLUMNS)) for row in whole}
        known = trace.known(set().union(*found.values()))
        about = [row for row in whole if found[row.pk] & known]
        return Batch(held[-1].pk, about)

    def forget(self, trace: Trace, batch: Batch) -> Counter:
        why = f"subject_request:{trace.request.uid}"
        ids = [row.pk for row in batch.rows]
        numbers = empty_records(account=trace.account, ids=ids, why=why, now=timezone.now())
        return Counter({AuditRecord._meta.label: len(numbers)}) if numbers else Counter()

    def tell(self, trace: Trace, batch: Batch):
        for row in batch.rows:
            said = {"action": row.action, "at": row.at, "subject": row.subject, "body": row.body}
            yield {"table": AuditRecord._meta.label} | said


def register() -> None:
    registry.register(AuditTrail())
