"""Exported files may hold anybody's rows; counters hold sums, which nobody can be found in."""

from collections import Counter

from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from config.erasure import registry
from config.erasure.marks import Trace
from config.erasure.registry import Batch, Eraser, holds_nobody
from config.erasure.spellings import candidates_in
from stats.models import Export, ExportSchedule

PART = 100
# Sums, and words that the account's people wrote.
OF_NOBODY = (Export.Kind.USAGE, Export.Kind.VOCABULARY)
State = Export.State


class Exports(Eraser):
    """Files are thrown away whole. Who asked for one asks again, and gets it without the subject."""

    code, models, order = "exports", (Export,), 70

    def take(self, trace: Trace, after: int) -> Batch | None:
        rows = Export.objects.owned_by(trace.account).filter(pk__gt=after).order_by("pk")
        held = list(rows[:PART])
        if not held:
            return None
        about = [row for row in held if self.may_tell_of(row) or self.asks_for(trace, row)]
        return Batch(held[-1].pk, about, [row.file for row in about if row.file])

    def may_tell_of(self, row: Export) -> bool:
        return bool(row.file or row.is_under_way) and row.kind not in OF_NOBODY

    def asks_for(self, trace: Trace, row: Export) -> bool:
        return bool(trace.known(candidates_in(row.query)))

    def count(self, trace: Trace, batch: Batch) -> Counter:
        touched = [row for row in batch.rows if row.file or self.asks_for(trace, row)]
        return Counter({Export._meta.label: len(touched)}) if touched else Counter()

    def forget(self, trace: Trace, batch: Batch) -> Counter:
        touched = 0
        for row in Export.objects.filter(pk__in=[one.pk for one in batch.rows]).select_for_update():
            names_subject = self.asks_for(trace, row)
            touched += bool(row.file or names_subject)
            if names_subject:
                row.query = ""
            if row.file or names_subject:
                row.state, row.file, row.finished_at = State.EXPIRED, "", row.finished_at or timezone.now()
            elif row.state == State.RUNNING:
                # Whoever writes it has read rows that are gone by now: it is written anew.
                row.state, row.rows = State.WAITING, 0
            row.lease_token = row.lease_until = None
            row.save()
        return Counter({Export._meta.label: touched}) if touched else Counter()

    def tell(self, trace: Trace, batch: Batch):
        """They are other people's lists, made of what is told anyway."""
        return iter(())


class Schedules(Eraser):
    """A list of the subject alone, made again and again. It ends: without its filter it would be of all."""

    code, models, order = "export_schedules", (ExportSchedule,), 69

    def take(self, trace: Trace, after: int) -> Batch | None:
        rows = ExportSchedule.objects.owned_by(trace.account).filter(pk__gt=after).exclude(query="")
        held = list(rows.order_by("pk")[:PART])
        if not held:
            return None
        return Batch(held[-1].pk, [row for row in held if trace.known(candidates_in(row.query))])

    def forget(self, trace: Trace, batch: Batch) -> Counter:
        rows = ExportSchedule.objects.filter(pk__in=[row.pk for row in batch.rows])
        ended = rows.update(query="", is_enabled=False, removed_at=Coalesce("removed_at", Now()))
        return Counter({ExportSchedule._meta.label: ended})

    def tell(self, trace: Trace, batch: Batch):
        return iter(())


def register() -> None:
    registry.register(Exports(), Schedules())
    holds_nobody("sums", *SUMS)
    holds_nobody("addresses of people to whom the account sends exports", "stats.ExportDelivery")


SUMS = (
    "stats.UsageDelta",
    "stats.UsageCounter",
    "stats.UsageFact",
    "stats.LabelCounter",
    "stats.LabelFact",
    "stats.LatencyCounter",
    "stats.LatencyFact",
    "stats.SummedUntil",
    "stats.UsageDay",
    "stats.UsageMonth",
    "stats.UsageSpan",
    "stats.LabelMonth",
    "stats.LabelSpan",
    "stats.LatencyMonth",
    "stats.LatencySpan",
    "stats.RefusalDelta",
    "stats.RefusalCounter",
    "stats.RefusalFact",
    "stats.ForgottenDelta",
    "stats.ForgottenCounter",
    "stats.UsageCheck",
    "stats.UsageDrift",
    "stats.WorkDelta",
    "stats.WorkCounter",
    "stats.WorkFact",
    "stats.HandlingCounter",
    "stats.HandlingFact",
    "stats.MachineDelta",
    "stats.MachineCounter",
    "stats.MachineFact",
)
