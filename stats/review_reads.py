"""What people did in review and how the machine stood before them: each read is over counters and tail."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum

from config.accounts.models import Account
from moderation.models import Service
from review.models import ReviewQueue
from stats.facts import zone_of
from stats.models import HandlingFact, MachineFact, WorkFact
from stats.models.review_work import MACHINE, WORK
from stats.periods import Period
from stats.review_measures import Share, Times, times_of


class Summed:
    """Figures that add up: a dataclass of whole numbers that begin at 0."""

    names: tuple[str, ...] = ()

    def __add__(self, other):
        return type(self)(*(getattr(self, name) + getattr(other, name) for name in self.names))

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.names)


@dataclass(frozen=True)
class Work(Summed):
    """What became of items, and when: came in, were decided, rechecked, or ended without a decision."""

    opened: int = 0
    passed: int = 0
    blocked: int = 0
    late: int = 0
    waited_ms: int = 0
    handled: int = 0
    handling_ms: int = 0
    rechecked: int = 0
    overturned: int = 0
    relabelled: int = 0
    expired: int = 0
    cancelled: int = 0

    names = WORK

    @property
    def decided(self) -> int:
        return self.passed + self.blocked

    @property
    def undecided(self) -> int:
        """What ended without anybody's word: its time was over, or it was taken back."""
        return self.expired + self.cancelled

    @property
    def on_time(self) -> Share:
        return Share(self.decided - self.late, self.decided)

    @property
    def overturn(self) -> Share:
        """Rechecks that decided otherwise than the first person did."""
        return Share(self.overturned, self.rechecked)

    @property
    def mean_wait_ms(self) -> float | None:
        """From when an item came in to when it was decided."""
        return self.waited_ms / self.decided if self.decided else None

    @property
    def mean_handling_ms(self) -> float | None:
        return self.handling_ms / self.handled if self.handled else None


@dataclass(frozen=True)
class Machine(Summed):
    """Of what people looked at, by the day on which the machine judged; feedback by when it was given."""

    flagged: int = 0
    confirmed: int = 0
    renamed: int = 0
    clean: int = 0
    missed: int = 0
    called_wrong: int = 0
    called_missed: int = 0

    names = MACHINE

    @property
    def right(self) -> int:
        """What people blocked, be it under another label."""
        return self.confirmed + self.renamed

    @property
    def overruled(self) -> int:
        return self.flagged - self.right

    @property
    def precision(self) -> Share:
        return Share(self.right, self.flagged)

    @property
    def miss(self) -> Share:
        """Of what the machine passed and people looked at, what they blocked."""
        return Share(self.missed, self.clean)


@dataclass(frozen=True, slots=True)
class WorkRow:
    on: date
    queue_id: int | None
    figures: Work


@dataclass(frozen=True, slots=True)
class MachineRow:
    service_id: int
    label: str
    figures: Machine


Services = Iterable[Service] | None


def facts_of(
    model,
    account: Account,
    period: Period,
    services: Services,
    queue: ReviewQueue | None = None,
    until: datetime | None = None,
):
    starts_at, ends_at = period.moments(zone_of(account))
    facts = model.objects.owned_by(account).between(starts_at, min(ends_at, until or ends_at))
    facts = facts.of_services(services).order_by()
    return facts.filter(queue=queue) if queue else facts


def work(
    *, account: Account, period: Period, services: Services = None, queue: ReviewQueue | None = None
) -> list[WorkRow]:
    """By day or month and queue, the earliest first; nothing where nothing happened."""
    facts = facts_of(WorkFact, account, period, services, queue).per(period.by, zone_of(account))
    rows = facts.values("on", "queue_id").added_up(WORK).order_by("on", "queue_id")
    found = (
        WorkRow(on, queue_id, Work(*sums))
        for on, queue_id, *sums in rows.values_list("on", "queue_id", *all_of(WORK))
    )
    return [row for row in found if row.figures]


def work_in_all(
    *,
    account: Account,
    period: Period,
    services: Services = None,
    queue: ReviewQueue | None = None,
    until: datetime | None = None,
) -> Work:
    """The whole period in one; `until` leaves out the days that began later."""
    return aggregated(facts_of(WorkFact, account, period, services, queue, until), Work)


def handling(
    *, account: Account, period: Period, services: Services = None, queue: ReviewQueue | None = None
) -> dict[int | str | None, Times]:
    """By queue how long decisions took; under "all" those of every queue together."""
    rows = (
        facts_of(HandlingFact, account, period, services, queue)
        .values("queue_id", "bucket")
        .added_up(("handled",))
        .values_list("queue_id", "bucket", "all_handled")
    )
    queues: dict[int | None, dict[int, int]] = {}
    whole: dict[int, int] = {}
    for queue_id, bucket, count in rows:
        # What was undone since leaves a 0 behind.
        if count > 0:
            queues.setdefault(queue_id, {})[bucket] = count
            whole[bucket] = whole.get(bucket, 0) + count
    times = {queue_id: times_of(buckets) for queue_id, buckets in queues.items()}
    return times | {"all": times_of(whole)}


def machine(*, account: Account, period: Period, services: Services = None) -> list[MachineRow]:
    """By service and label, in no order; nothing where nobody looked."""
    rows = facts_of(MachineFact, account, period, services).values("service_id", "label").added_up(MACHINE)
    found = (
        MachineRow(service_id, label, Machine(*sums))
        for service_id, label, *sums in rows.values_list("service_id", "label", *all_of(MACHINE))
    )
    return [row for row in found if row.figures]


def machine_by_step(*, account: Account, period: Period, services: Services = None) -> dict[date, Machine]:
    """By day or month, all services and labels together."""
    facts = facts_of(MachineFact, account, period, services).per(period.by, zone_of(account))
    rows = facts.values("on").added_up(MACHINE).values_list("on", *all_of(MACHINE))
    return {on: Machine(*sums) for on, *sums in rows}


def machine_in_all(
    *, account: Account, period: Period, services: Services = None, until: datetime | None = None
) -> Machine:
    return aggregated(facts_of(MachineFact, account, period, services, until=until), Machine)


def aggregated(facts, kind):
    sums = facts.aggregate(**{f"all_{name}": Sum(name, default=0) for name in kind.names})
    return kind(*(sums[f"all_{name}"] for name in kind.names))


def all_of(names) -> list[str]:
    return [f"all_{name}" for name in names]


def in_all(rows: Iterable, kind: type):
    return sum((row.figures for row in rows), kind())


def grouped(rows: Iterable, name: str, kind: type) -> dict:
    """Rows added up by one of their attributes."""
    found: dict = {}
    for row in rows:
        key = getattr(row, name)
        found[key] = found.get(key, kind()) + row.figures
    return found
