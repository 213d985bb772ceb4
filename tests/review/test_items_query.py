"""Lists of review items: what they find is what somebody would find who read every row."""

import random
import re
from itertools import pairwise

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from config.uuid7 import uuid7
from moderation.models import Service
from moderation.results_query import Place
from review.categories import categories_of, labels_of
from review.items_asked import read_items_asked
from review.items_query import newest_items
from review.models import ReviewItem
from tests.factories import NOW, make_account, make_user
from tests.ground import proofs
from tests.moderation.results_made import image_service, minutes_ago
from tests.review.items_made import keep_item, keep_many

pytestmark = pytest.mark.django_db
LABELS = ["pt_to_contact", "contraband_gambling", "contraband_drug"]


@pytest.fixture
def account():
    return make_account()


def find(account, *, after=None, limit=50, **filters):
    params = QueryDict(mutable=True)
    params.update({name.rstrip("_"): value for name, value in filters.items()})
    asked, faults = read_items_asked(params, account=account)
    assert faults == []
    return newest_items(asked, account=account, after=after, limit=limit)


def place_of(item):
    return Place(item.created_at, item.pk)


class TestEveryCombination:
    """Random items, random filters: the index-made list against a walk over all rows."""

    @pytest.fixture
    def services(self, account):
        return [
            *Service.objects.owned_by(account).of_content("text").order_by("id")[:3],
            image_service(account),
        ]

    @pytest.fixture
    def crowd(self, account, services):
        dice, ann = random.Random(5), make_user(account=account)
        for number in range(220):
            keep_item(
                account,
                service=dice.choice(services),
                mode=dice.choice(["audit", "human_machine", "human_only"]),
                standing=dice.choice(["waiting", "claimed", "expired", "pass", "block", "block"]),
                recheck=dice.choice(["", "", "pass", "block"]),
                level=dice.choice(["none", "low", "medium", "high"]),
                label=dice.choice(["", *LABELS]),
                decided_label=dice.choice(LABELS),
                recheck_label=dice.choice(LABELS),
                data_id=f"post-{number % 7}" if number % 2 else "",
                by=ann,
                # Several at one moment, and not in the order of their ids.
                at=minutes_ago(dice.randrange(0, 60)),
            )
        stranger = make_account()
        for _number in range(20):
            keep_item(stranger, standing="waiting", label=LABELS[0], at=NOW)

    def test_is_what_a_walk_over_all_rows_finds(self, account, crowd, services):
        dice = random.Random(11)
        every = list(ReviewItem.objects.owned_by(account).select_related("service"))
        found_any = 0
        for _round in range(proofs.of(300, part=100)):
            filters = some_filters(dice, services, every)
            expected = sorted(
                (item for item in every if passes(item, filters, account)),
                key=lambda item: (item.created_at, item.pk),
                reverse=True,
            )
            limit = dice.choice([3, 10, 300])
            after = dice.choice([None, *(place_of(item) for item in expected[:30])])
            if after:
                expected = [i for i in expected if (i.created_at, i.pk) < (after.created_at, after.id)]

            found = find(account, after=after, limit=limit, **filters)

            assert [item.pk for item in found] == [item.pk for item in expected[:limit]], filters
            found_any += bool(found)
        assert found_any > proofs.of(100, part=30)


def some_filters(dice, services, every) -> dict:
    offered = {
        "content_type": ["text", "image"],
        "mode": ["audit", "human_machine,human_only", "human_only"],
        "result": ["review", "pass", "block", "pass,block", "expired"],
        "recheck": ["none", "pass", "block", "pass,block"],
        "level": ["high", "low,medium", "none"],
        "service": [service.code for service in services],
        "label": [LABELS[0], ",".join(LABELS[1:])],
        "violation": [LABELS[0], ",".join(LABELS[:2]), "category:ad", "category:porn"],
        "recheck_violation": [LABELS[1], "category:ad"],
        "stands_as": [LABELS[0], "category:ad"],
        "machine": ["confirmed", "confirmed,renamed", "overruled", "missed", "passed", "renamed,missed"],
        "task_id": [str(every[3].task_id), str(uuid7())],
        "request_id": [str(every[5].request_id)],
        "data_id": ["post-3"],
        "from": [minutes_ago(40).isoformat()],
        "to": [minutes_ago(10).isoformat()],
    }
    rare = {"task_id", "request_id"}
    names = [name for name in offered if name not in rare or dice.random() < 0.1]
    return {name: dice.choice(offered[name]) for name in dice.sample(names, dice.choice([0, 1, 1, 2, 2, 3]))}


def passes(item, filters, account) -> bool:
    result = item.outcome or {"expired": "expired"}.get(item.state, "review")
    recheck = item.recheck_outcome or ("none" if item.state == "decided" else "")
    wanted = filters.get
    return all([
        wanted("content_type") in (None, item.content_type),
        item.mode in wanted("mode", item.mode).split(","),
        result in wanted("result", result).split(","),
        recheck in wanted("recheck", recheck).split(","),
        item.level in wanted("level", item.level).split(","),
        wanted("service") in (None, item.service.code),
        item.label in wanted("label", item.label).split(","),
        "violation" not in filters or item.decided_label in spelled(filters["violation"], filters, account),
        "recheck_violation" not in filters
        or item.recheck_label in spelled(filters["recheck_violation"], filters, account),
        "stands_as" not in filters or item.effective_label in spelled(filters["stands_as"], filters, account),
        "machine" not in filters or made_of_machine(item) in filters["machine"].split(","),
        wanted("task_id") in (None, str(item.task_id)),
        wanted("request_id") in (None, str(item.request_id)),
        wanted("data_id") in (None, item.data_id),
        "from" not in filters or item.created_at >= minutes_ago(40),
        "to" not in filters or item.created_at <= minutes_ago(10),
    ])  # fmt: skip


def made_of_machine(item) -> str:
    if item.mode == "human_only" or item.state != "decided":
        return ""
    if item.effective_outcome == "pass":
        return "passed" if item.level == "none" else "overruled"
    if item.level == "none":
        return "missed"
    return "confirmed" if item.effective_label == item.label else "renamed"


def spelled(violation, filters, account) -> list[str]:
    if not violation.startswith("category:"):
        return violation.split(",")
    [category] = [one for one in categories_of(account) if f"category:{one.code}" == violation]
    kinds = [filters["content_type"]] if "content_type" in filters else ["text", "image"]
    return [label for kind in kinds for label in labels_of(category, kind)]


class TestWhatCannotBeRead:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("mode", "dream"),
            ("result", "maybe"),
            ("recheck", "later"),
            ("level", "extreme"),
            ("service", "no_such_service"),
            ("label", "no_such_label"),
            ("violation", "no_such_label"),
            ("recheck_violation", "category:no_such"),
            ("stands_as", "no_such_label"),
            ("machine", "perfect"),
            ("task_id", "42"),
            ("request_id", "42"),
            ("content_type", "smell"),
            ("from", "yesterday"),
        ],
    )
    def test_is_told_by_name_and_finds_nothing(self, account, name, value):
        keep_item(account, standing="block")
        params = QueryDict(mutable=True)
        params[name] = value

        asked, faults = read_items_asked(params, account=account)

        assert [fault.field for fault in faults] == [name]
        assert newest_items(asked, account=account, limit=9) == []


def test_pages_follow_each_other_without_gap_or_repeat(account):
    made = [keep_item(account, standing="waiting", at=minutes_ago(number // 3)) for number in range(25)]
    seen, after = [], None
    while page := find(account, after=after, limit=4):
        seen += page
        after = place_of(page[-1])

    assert len(seen) == len({item.pk for item in seen}) == len(made)
    assert all((a.created_at, a.pk) > (b.created_at, b.pk) for a, b in pairwise(seen))


QUESTIONS = [
    {},
    {"content_type": "image"},
    {"content_type": "text", "mode": "audit", "result": "review"},
    {"content_type": "text", "mode": "human_machine,human_only"},
    {"content_type": "text", "result": "block", "recheck": "pass"},
    {"content_type": "text", "level": "high"},
    {"service": "comment_detection", "result": "pass"},
    {"content_type": "text", "label": "pt_to_contact"},
    {"content_type": "text", "label": "contraband_drug", "result": "expired", "mode": "human_only"},
    {"content_type": "text", "violation": "contraband_gambling"},
    {"content_type": "text", "violation": "category:ad", "recheck": "none"},
    {"content_type": "text", "recheck_violation": "contraband_drug"},
    {"service": "comment_detection", "violation": "pt_to_contact", "from": "2026-11-20", "to": "2026-11-21"},
    {"data_id": "post-3"},
    {"request_id": str(uuid7())},
    {"task_id": str(uuid7())},
]


def test_no_list_reads_a_row_that_it_does_not_show(account):
    """Of thousands of items that nobody asked for an answer reads none, whatever it is narrowed by."""
    for standing, mode, label in [
        ("waiting", "audit", LABELS[0]),
        ("pass", "audit", LABELS[0]),
        ("block", "human_machine", LABELS[1]),
    ]:
        keep_many(account, 1200, standing=standing, mode=mode, label=label, decided_label=LABELS[1])
    keep_item(account, standing="block", recheck="pass", label=LABELS[2])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE review_reviewitem")
    for asked in QUESTIONS:
        with CaptureQueriesContext(connection) as queries:
            find(account, limit=11, **asked)
        [statement] = [one["sql"] for one in queries if finds_ids(one["sql"])]
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, TIMING OFF) " + statement.replace("%", "%%"))
            plan = "\n".join(line for (line,) in cursor.fetchall())

        assert "Seq Scan on review_reviewitem" not in plan, (asked, plan)
        removed = [int(count) for count in re.findall(r"Rows Removed by Filter: (\d+)", plan)]
        assert sum(removed) == 0, (asked, plan)


def finds_ids(statement: str) -> bool:
    return "LATERAL" in statement or statement.startswith('SELECT "review_reviewitem"."id" AS')
