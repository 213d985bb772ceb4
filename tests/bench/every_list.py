"""How long the database takes for every list of the product, per filter and pair of filters.

python tests/bench/every_list.py [--results 10000000] [--rounds 20] [--only deliveries,keywords] [--explain]

The database stays in var/pg-load and is filled by `seed_load` where it holds nothing. Each list is asked for
once through its page or its address of the API; the statements that this ran are then repeated alone. `total`
is what all statements of an answer take together; what counts is its 99th percentile. First pages and pages
half way down, common values (the first named) and rare ones (the last). Of a page and an address that ask the
same the address is asked for pairs, the page for filters alone.

Beside the time that passed stands the time for which the server's process ran (`cpu`): on a machine that
others use as well, it is the one that says something of the product.
"""

import argparse
import base64
import logging
import os
import statistics
import sys
import time
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import combinations, product
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from config import embedded  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
# Of all that was seeded, not of the last month alone.
os.environ.setdefault("ASSAY_RESULTS_KEPT_DAYS", "0")
os.environ.setdefault("ASSAY_AUDIT_KEEP_DAYS", "0")
os.environ.setdefault("ASSAY_LOG_LEVEL", "ERROR")
if __name__ == "__main__":
    os.environ["DATABASE_URL"] = embedded.use(
        ROOT / "var" / "pg-load", durable=False, database=os.environ.get("LOAD_DATABASE", "load_big")
    )

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Sum  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.utils import timezone  # noqa: E402

from config.accounts.models import Account, User  # noqa: E402
from config.accounts.operations.keys import issue_key  # noqa: E402
from config.accounts.scopes import SCOPES  # noqa: E402
from config.audit.models import AuditRecord  # noqa: E402
from libraries.models import ImageLibrary, Keyword, LibraryImage, TextSample, Vocabulary  # noqa: E402
from moderation.models import (  # noqa: E402
    Callback,
    CallbackEndpoint,
    MediaAsset,
    MediaJob,
    ModerationResult,
    Service,
)
from moderation.results_query import Place  # noqa: E402
from review.models import Decision, ReviewItem  # noqa: E402
from stats.models import LabelCounter, UsageCounter  # noqa: E402

ALLOWED_MS, ALLOWED_PAGE_MS = 25, 100
ANSWERED_BEFORE = ("SAVEPOINT", "RELEASE", "INSERT", "UPDATE", "DELETE")


@dataclass
class Wanted:
    """A list: where it is, what it is narrowed by, and how its middle is asked for."""

    name: str
    path: str
    params: dict[str, list[str]] = field(default_factory=dict)
    middle: dict[str, str] = field(default_factory=dict)
    always: dict[str, str] = field(default_factory=dict)
    in_pairs: bool = True

    def asked(self):
        yield "-", {}
        for name, values in self.params.items():
            for value in values:
                yield f"{name}={value}", {name: value}
        ends = {name: list(dict.fromkeys((values[0], values[-1]))) for name, values in self.params.items()}
        for one, other in combinations(self.params, 2) if self.in_pairs else ():
            for value, second in product(ends[one], ends[other]):
                yield f"{one}={value} {other}={second}", {one: value, other: second}


class Statements:
    """What an answer asked the database."""

    def __init__(self):
        self.found = []

    def __call__(self, execute, sql, params, many, context):
        if not sql.lstrip().upper().startswith(ANSWERED_BEFORE):
            self.found.append((sql, params))
        return execute(sql, params, many, context)


def at_99(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.99))]


def spelled(totals: list[float], ran: list[float]) -> str:
    figures = (statistics.median(totals), at_99(totals), statistics.median(ran), at_99(ran))
    return " ".join(f"{one:8.1f}" for one in figures)


@dataclass
class Timed:
    totals: list[float]
    ran: list[float]
    slowest: tuple[float, str, object]

    def __str__(self):
        return spelled(self.totals, self.ran)

    @property
    def cpu(self) -> float:
        return statistics.median(self.ran)


HEAD = f"{'p50':>8} {'p99':>8} {'cpu p50':>8} {'cpu p99':>8}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--results", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", default="")
    parser.add_argument("--explain", action="store_true")
    parser.add_argument("--singles", action="store_true", help="no pairs of filters")
    parser.add_argument("--worst", type=int, default=25)
    asked = parser.parse_args()
    setup_test_environment()
    logging.disable(logging.WARNING)
    call_command("migrate", verbosity=0)
    if not ModerationResult.objects.exists():
        call_command("seed_load", results=asked.results)
    account = Account.objects.get(name="Load Forum")
    client = Walker(account)
    print(f"{HEAD}  of all questions of a list")
    measured = []
    for wanted in lists_of(account):
        wanted.in_pairs = wanted.in_pairs and not asked.singles
        if any(one in wanted.name for one in asked.only.split(",")):
            measured += walk(client, wanted, asked.rounds, is_told=bool(asked.only))
    report(measured, asked.worst, asked.explain)
    if not asked.only:
        usage_pages(client)


class Walker:
    """A lead in the console and a key with every scope, in one."""

    def __init__(self, account: Account):
        self.console, self.api = Client(), Client()
        lead = User.objects.get(username=f"load-{account.pk}-lead")
        self.console.force_login(lead)
        self.console.get("/console/", {"account": account.uid})
        key = issue_key(
            account=account,
            name=f"every list {time.time_ns()}",
            scopes=list(SCOPES),
            actor=lead,
            now=timezone.now(),
        )
        self.headers = {"Authorization": f"Bearer {key.token}"}

    def get(self, path: str, params: dict):
        if path.startswith("/api/"):
            return self.api.get(path, params, headers=self.headers)
        return self.console.get(path, params)


def walk(client: Walker, wanted: Wanted, rounds: int, *, is_told: bool) -> list[tuple[str, Timed]]:
    found = []
    for name, params in wanted.asked():
        for place, more in (("first", {}), ("middle", wanted.middle)):
            if place == "middle" and not more:
                continue
            label = f"{wanted.name:<18} {place:<6} {name}"
            statements = Statements()
            with connection.execute_wrapper(statements):
                answer = client.get(wanted.path, wanted.always | params | more)
            if answer.status_code != 200:
                raise SystemExit(f"{label}: {answer.status_code} {answer.content[:300]}")
            timed = repeat(statements.found, rounds)
            found.append((label, timed))
            if is_told:
                print(f"{timed}  {label}", flush=True)
    totals = [one for _label, timed in found for one in timed.totals]
    ran = [one for _label, timed in found for one in timed.ran]
    worst = max(found, key=lambda one: one[1].cpu)
    print(
        f"{spelled(totals, ran)}"
        f"  {wanted.name:<18} {len(found):>4} questions; worst: {worst[0][19:]} (cpu {worst[1].cpu:.1f})",
        flush=True,
    )
    return found


def repeat(statements: list, rounds: int) -> Timed:
    totals, ran, alone = [], [], [[] for _statement in statements]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        clock = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
        for _round in range(rounds):
            total, started = 0.0, ran_for(clock)
            for place, (sql, params) in enumerate(statements):
                began = time.perf_counter()
                cursor.execute(sql, params)
                cursor.fetchall()
                took = (time.perf_counter() - began) * 1000
                alone[place].append(took)
                total += took
            totals.append(total)
            ran.append(ran_for(clock) - started)
            if sum(ran) > 1000 and len(totals) > 2:
                break
    place = max(range(len(alone)), key=lambda one: statistics.median(alone[one]))
    return Timed(totals, ran, (statistics.median(alone[place]), *statements[place]))


def ran_for(clock: Path) -> float:
    """Milliseconds for which a process has had a processor."""
    return int(clock.read_text().split()[0]) / 1_000_000


def report(measured: list[tuple[str, Timed]], worst: int, explain: bool) -> None:
    for name, told in (
        ("p99 of the time", lambda one: at_99(one.totals)),
        ("p99 of cpu", lambda one: at_99(one.ran)),
    ):
        over = sum(told(timed) > ALLOWED_MS for _label, timed in measured)
        print(f"{len(measured)} questions, {over} with a {name} above {ALLOWED_MS} ms")
    print(f"The slowest:\n{HEAD}  list, page and filters")
    for label, timed in sorted(measured, key=lambda one: -one[1].cpu)[:worst]:
        print(f"{timed}  {label}")
        if explain:
            took, sql, params = timed.slowest
            print(f"      {took:.1f} ms: {sql[:600]}")
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", params)
                print("\n".join(f"      {line[:180]}" for (line,) in cursor.fetchall()))


def usage_pages(client: Walker) -> None:
    today = timezone.now().date()
    for name, params in {
        "usage, 60 days": {"by": "day", "from": f"{today - timedelta(days=59)}", "to": f"{today}"},
        "usage, 12 months": {
            "by": "month",
            "from": f"{today - timedelta(days=334):%Y-%m}",
            "to": f"{today:%Y-%m}",
        },
    }.items():
        statements, took = Statements(), []
        with connection.execute_wrapper(statements):
            answer = client.get("/console/usage/", params)
        assert answer.status_code == 200, answer.content[:300]
        for _round in range(15):
            began = time.perf_counter()
            client.get("/console/usage/", params)
            took.append((time.perf_counter() - began) * 1000)
        timed = repeat(statements.found, 15)
        print(
            f"{name}: page {statistics.median(took):.0f} ms (allowed: {ALLOWED_PAGE_MS}),"
            f" in the database {statistics.median(timed.totals):.1f} ms (cpu {timed.cpu:.1f}),"
            f" slowest statement {timed.slowest[0]:.1f} ms"
        )


def cursor_of(pk: int) -> str:
    return base64.urlsafe_b64encode(str(pk).encode()).decode().rstrip("=")


def middle_id(model, account: Account, **narrowed) -> int:
    """Half way by time: ids are given out in the order of it."""
    rows = model.objects.owned_by(account).filter(**narrowed).order_by("id")
    first, last = rows.values_list("pk", flat=True).first(), rows.values_list("pk", flat=True).last()
    return ((first or 0) + (last or 0)) // 2


def lists_of(account: Account) -> list[Wanted]:
    now = timezone.now()
    day = f"{now - timedelta(days=100):%Y-%m-%d}"
    week = f"{now - timedelta(days=7):%Y-%m-%d}"
    time_ago = {"from": [week, day], "to": [day]}
    called = UsageCounter.objects.owned_by(account).values_list("service__code", "service__content_type")
    codes = [code for code, _kind, _n in called.annotate(n=Sum("calls")).order_by("-n")]
    carried = LabelCounter.objects.owned_by(account).values_list("label").annotate(n=Sum("hits"))
    labels = [label for label, _n in carried.order_by("-n")]
    some = ModerationResult.objects.owned_by(account).exclude(data_id="").order_by("id")[:1][0]
    item = ReviewItem.objects.owned_by(account).exclude(data_id="").order_by("id")[:1][0]
    for_people = Service.objects.owned_by(account).filter(is_human_only=True).order_by("id").first().code
    services, labelled = [codes[0], codes[-1], for_people], [labels[0], ",".join(labels[:5]), labels[-1]]
    place = str(Place(now - timedelta(days=120), 2**40))
    endpoints = CallbackEndpoint.objects.owned_by(account).order_by("id").values_list("pk", flat=True)
    results = {
        "content_type": ["text", "image", "video"],
        "service": services,
        "label": [*labelled[:2], ",".join(labels[:20]), "!=nonLabel", "nonLabel", labels[-1]],
        "level": ["none", "low,medium", "high"],
        "source": ["api", "console", "manual", "test"],
        "human": ["none", "pass", "block"],
        "data_id": [some.data_id, "never seen"],
        "request_id": [str(some.request_id)],
        **time_ago,
    }
    items = {
        "service": services,
        "level": ["low", "none", "high"],
        "label": labelled,
        "data_id": [item.data_id, "never seen"],
        "request_id": [str(item.request_id)],
        **time_ago,
    }
    decided = {
        "violation": [labels[0], ",".join(labels[:20]), labels[-1]],
        "recheck": ["none", "pass", "block"],
        "recheck_violation": [labels[0], labels[-1]],
    }
    every = {"content_type": ["text", "image", "audio"], "mode": ["audit", "human_machine", "human_only"]}
    outcomes = ["pass", "block", "review", "expired", "cancelled"]
    assets = {
        "title": ["a", "pillow", "pillow 77", "nothing like it"],
        "media_id": [MediaAsset.objects.owned_by(account).first().media_id, "never seen"],
        "content_type": ["video", "audio"],
        "state": ["normal", "reviewing", "flagged"],
        "review_status": ["succeeded", "failed", "re_reviewing"],
        "automated": ["normal", "none", "violation"],
        "final": ["none", "pass", "block"],
        **time_ago,
    }
    log = {
        "endpoint": [str(endpoints[0]), str(endpoints[3])],
        "event": ["result.created", "review.rechecked", "media.audited"],
        "state": ["delivered", "dead", "due"],
        "event_id": [Callback.objects.owned_by(account).first().event_id, "never"],
        "request_id": [str(some.request_id)],
        "data_id": [some.data_id, "never seen"],
        **time_ago,
    }
    record = AuditRecord.objects.owned_by(account).order_by("id")[10]
    vocabulary = Vocabulary.objects.owned_by(account).order_by("id").first().pk
    library = ImageLibrary.objects.owned_by(account).custom().order_by("id").first().pk
    words = ["a", "pillow", "pillow 7", "骗", "nothing like it"]
    jobs = {"data_id": ["media-7", "never seen"], "state": ["done", "failed", "waiting"]}
    of_results, of_items = {"before": place}, {"before": place}
    audited = middle_id(AuditRecord, account)
    return [
        Wanted("results", "/console/results/", results, of_results, in_pairs=False),
        Wanted("api results", "/api/v1/results", results, {"cursor": place}),
        Wanted("audit", "/console/audit-results/",
               {"result": ["pass", "block", "review", "review,pass,block"]} | items, of_items,
               {"content_type": "text"}, in_pairs=False),
        Wanted("audit pictures", "/console/audit-results/", {"result": ["pass", "review"]} | items, of_items,
               {"content_type": "image"}, in_pairs=False),
        Wanted("recheck", "/console/recheck/",
               {"result": outcomes, "mode": every["mode"]} | decided | items, of_items,
               {"content_type": "text"}, in_pairs=False),
        Wanted("api review items", "/api/v1/review/items",
               every | {"result": outcomes} | decided | items, {"cursor": place}),
        Wanted("api manual tasks", "/api/v1/manual",
               {"content_type": every["content_type"], "mode": ["human_machine", "human_only"],
                "state": ["decided", "waiting", "cancelled"], "outcome": ["pass", "block"],
                "service": services, "data_id": items["data_id"], **time_ago},
               {"cursor": place}),
        Wanted("decisions", "/console/review/decision/",
               {"outcome__exact": ["pass", "block"], "stage__exact": ["decision", "recheck"]},
               {"before": str(middle_id(Decision, account))}),
        Wanted("video review", "/console/video-review/", assets, {"before": place}, in_pairs=False),
        Wanted("api assets", "/api/v1/assets", assets, {"cursor": place}),
        Wanted("api video tasks", "/api/v1/videos/moderations", jobs,
               {"cursor": cursor_of(middle_id(MediaJob, account))}),
        Wanted("api audio tasks", "/api/v1/audios/moderations", jobs,
               {"cursor": cursor_of(middle_id(MediaJob, account))}),
        Wanted("deliveries", "/console/deliveries/", log,
               {"before": place}, in_pairs=False),
        Wanted("replay range", "/console/deliveries/send-range-again/", log, in_pairs=False),
        Wanted("api deliveries", "/api/v1/deliveries", log,
               {"cursor": place}),
        Wanted("api events", "/api/v1/events", {"limit": ["50", "200"]}),
        Wanted("audit log", "/console/audit/auditrecord/",
               {"action__icontains": ["review.decided", "account", "never"],
                "actor_name__icontains": ["lead", "reviewer7", "never"],
                "q": [record.subject, record.request_id, "never"], "at_from": [week, day], "at_to": [day]},
               {"before": str(audited)}),
        Wanted("keywords", "/console/libraries/keyword/",
               {"q": [*words, "^pillow 77"], "vocabulary__id__exact": [str(vocabulary)],
                "expiry": ["none", "later", "expired"]},
               {"before": str(middle_id(Keyword, account))}),
        Wanted("api keywords", f"/api/v1/vocabularies/{vocabulary}/keywords",
               {"contains": words, "prefix": ["p", "pillow 7", "never"]},
               {"cursor": cursor_of(middle_id(Keyword, account, vocabulary=vocabulary))}),
        Wanted("vocabularies", "/console/libraries/vocabulary/", {"q": ["Words", "never"]}),
        Wanted("api vocabularies", "/api/v1/vocabularies"),
        Wanted("imports", f"/console/vocabulary-import/{vocabulary}/"),
        Wanted("text samples", "/console/libraries/textsample/",
               {"outcome__exact": ["block", "pass"], "quarantine": ["1"],
                "q": [labels[0], TextSample.objects.owned_by(account).first().origin, "never"]},
               {"before": str(middle_id(TextSample, account))}),
        Wanted("api text samples", "/api/v1/text-samples", {"outcome": ["block", "pass"]},
               {"cursor": cursor_of(middle_id(TextSample, account))}),
        Wanted("image libraries", "/console/image-libraries/"),
        Wanted("api image libraries", "/api/v1/image-libraries"),
        Wanted("images", f"/console/image-libraries/{library}/",
               {"id": ["1"], "quarantine": ["1"], **time_ago},
               {"before": str(middle_id(LibraryImage, account, library=library))}),
        Wanted("api images", f"/api/v1/image-libraries/{library}/images",
               {"id": ["1"], "added_from": [week, day], "added_to": [day]},
               {"cursor": cursor_of(middle_id(LibraryImage, account, library=library))}),
        Wanted("exports", "/console/exports/"),
        Wanted("export schedules", "/console/export-schedules/"),
        Wanted("api exports", "/api/v1/exports"),
        Wanted("receipts", "/console/retention/receipts/all/", {"class": ["results", "callbacks"]}),
        Wanted("api receipts", "/api/v1/retention/receipts", {"class": ["results"]}),
        Wanted("retention", "/console/retention/"),
        Wanted("holds", "/console/holds/", {"show": ["all"]}),
        Wanted("exactness", "/console/usage/exactness/"),
        Wanted("api latency", "/api/v1/usage/latency"),
        Wanted("api errors", "/api/v1/usage/errors"),
        Wanted("review statistics", "/console/review-statistics/"),
        Wanted("api statistics", "/api/v1/review/statistics"),
        Wanted("endpoints", "/console/moderation/callbackendpoint/", {"from_calls": ["1"]}),
        Wanted("api endpoints", "/api/v1/callback-endpoints"),
        Wanted("services", "/console/services/", {"type": ["text", "image"]}),
        Wanted("api services", "/api/v1/services"),
        Wanted("api usage", "/api/v1/usage"),
        Wanted("review queues", "/console/review-queues/"),
        Wanted("reviewers", "/console/reviewers/"),
        Wanted("review health", "/console/review-health/"),
        Wanted("handling time", "/console/handling-time/"),
        Wanted("care", "/console/care/"),
        Wanted("review queue", "/console/review-queue/"),
        Wanted("learning", "/console/learning/"),
        Wanted("dashboard", "/console/"),
    ]  # fmt: skip


if __name__ == "__main__":
    main()
