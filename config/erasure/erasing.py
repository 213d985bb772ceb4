"""What was handed out about anybody of the account: an export made before may hold what is erased now."""

from collections import Counter

from django.db.models import Q

from config.erasure import registry
from config.erasure.marks import Trace
from config.erasure.models import SubjectRequest
from config.erasure.registry import Batch, Eraser, holds_nobody


class SubjectExports(Eraser):
    code, models, order = "subject_exports", (SubjectRequest,), 71

    def take(self, trace: Trace, after: int) -> Batch | None:
        rows = SubjectRequest.objects.owned_by(trace.account).exclude(file="").filter(pk__gt=after)
        # Of two authors neither's export tells of the other; what an author's post is called may be in both.
        others = Q(kind=trace.request.kind) & ~Q(digest=trace.request.digest)
        held = list(rows.exclude(others).exclude(pk=trace.request.pk).order_by("pk")[:100])
        return Batch(held[-1].pk, held, [row.file for row in held]) if held else None

    def forget(self, trace: Trace, batch: Batch) -> Counter:
        rows = SubjectRequest.objects.filter(pk__in=[row.pk for row in batch.rows]).exclude(file="")
        return Counter({SubjectRequest._meta.label: rows.update(file="", size=0)})

    def tell(self, trace: Trace, batch: Batch):
        return iter(())


def register() -> None:
    registry.register(SubjectExports())
    holds_nobody("forgotten with the end of the request", "erasure.SubjectMark")
    holds_nobody("a keyed digest and sums", "erasure.ErasureReceipt")
