"""The list of results: what it finds is what somebody would find who read every row."""

import random
from datetime import timedelta
from itertools import pairwise

import pytest
from django.http import QueryDict

from moderation.models import ModerationResult, Service
from moderation.results_asked import read_asked
from moderation.results_query import Place, newest
from tests.factories import NOW, make_account
from tests.moderation.results_made import image_service, minutes_ago, store

pytestmark = pytest.mark.django_db
LABELS = ["pt_to_contact", "pt_to_contact_lib", "contraband_gambling", "nonLabel_lib"]
AT = NOW + timedelta(minutes=1)


@pytest.fixture
def account():
    return make_account()


def ask(account, **filters):
    params = QueryDict(mutable=True)
    params.update({name.rstrip("_"): value for name, value in filters.items()})
    return read_asked(params, account=account, now=AT)


def find(account, *, after=None, limit=50, **filters):
    asked, faults = ask(account, **filters)
    assert faults == []
    return newest(asked, account=account, after=after, limit=limit)


class TestEveryCombination:
    """Random results, random filters: the index-made list against a walk over all rows."""

    @pytest.fixture
    def crowd(self, account):
        dice = random.Random(5)
        services = [*Service.objects.owned_by(account).order_by("id")[:3], image_service(account)]
        for number in range(160):
            labels = dice.sample(LABELS[:3], dice.choice([0, 1, 1, 2]))
            exempt = not labels and dice.random() < 0.2
            store(
                account,
                *(["nonLabel_lib"] if exempt else labels),
                level="none" if exempt or not labels else dice.choice(["low", "medium", "high"]),
                service=dice.choice(services),
                source=dice.choice(["api", "api", "console", "test"]),
                human=dice.choice(["", "", "pass", "block"]),
                # Several at one moment, and not in the order of their ids.
                at=minutes_ago(dice.randrange(0, 60)),
                data_id=f"post-{number % 7}" if number % 2 else "",
            )
        for _number in range(20):
            store(make_account(), *LABELS[:2], at=NOW)
        return services

    def test_is_what_a_walk_over_all_rows_finds(self, account, crowd):
        dice = random.Random(11)
        every = list(ModerationResult.objects.owned_by(account).select_related("service"))
        found_any = 0
        for _round in range(250):
            filters = some_filters(dice, crowd)
            expected = sorted(
                (result for result in every if passes(result, filters)),
                key=lambda result: (result.created_at, result.pk),
                reverse=True,
            )
            limit = dice.choice([3, 10, 200])
            after = dice.choice([None, *(place_of(result) for result in expected[:30])])
            if after:
                expected = [
                    result
                    for result in expected
                    if (result.created_at, result.pk) < (after.created_at, after.id)
                ]

            found = find(account, after=after, limit=limit, **filters)

            assert [result.pk for result in found] == [result.pk for result in expected[:limit]], filters
            found_any += bool(found)
        assert found_any > 80


def place_of(result):
    return Place(result.created_at, result.pk)


def some_filters(dice, services) -> dict:
    offered = {
        "content_type": ["text", "image"],
        "service": [*(service.code for service in services), ",".join(one.code for one in services[1:])],
        "label": [
            "pt_to_contact", "pt_to_contact , contraband_gambling", "pt_to_contact_lib，nonLabel_lib",
            "!=nonLabel", "nonLabel", "nonLabel,contraband_gambling", "contraband_drug",
        ],
        "level": ["high", "low,medium", "none"],
        "source": ["api", "test", "console,test"],
        "human": ["none", "pass", "block", "pass,block"],
        "data_id": ["post-3"],
        "from": [minutes_ago(40).isoformat()],
        "to": [minutes_ago(10).isoformat()],
    }  # fmt: skip
    names = dice.sample(sorted(offered), dice.choice([0, 1, 1, 2, 2, 3, 4]))
    return {name: dice.choice(offered[name]) for name in names}


def passes(result, filters) -> bool:
    carried = {label["label"] for label in result.labels}
    asked = {code.strip() for code in filters.get("label", "").replace("，", ",").split(",") if code.strip()}
    wanted = filters.get
    return all([
        wanted("content_type") in (None, result.content_type),
        result.service.code in wanted("service", result.service.code).split(","),
        wanted("data_id") in (None, result.data_id),
        not asked or (result.level != "none" if asked == {"!=nonLabel"} else bool(carried & asked)),
        result.level in wanted("level", result.level).split(","),
        result.source in wanted("source", result.source).split(","),
        (result.human_outcome or "none") in wanted("human", result.human_outcome or "none").split(","),
        "from" not in filters or result.created_at >= minutes_ago(40),
        "to" not in filters or result.created_at <= minutes_ago(10),
    ])  # fmt: skip


class TestTheTimeRange:
    def test_is_of_the_accounts_clock_and_includes_the_day_it_ends_with(self, account):
        account.time_zone = "Asia/Shanghai"
        account.save()
        late = store(account, at=NOW.replace(hour=15, minute=59, second=59))  # 23:59:59 in Shanghai
        early = store(account, at=NOW.replace(day=20, hour=16, minute=0))  # midnight there
        store(account, at=NOW.replace(day=20, hour=15, minute=59))

        asked, _faults = ask(account, from_="2026-11-21", to="2026-11-21")

        assert newest(asked, account=account, limit=9) == [late, early]

    def test_includes_the_minute_that_it_names(self, account):
        inside = store(account, at=NOW.replace(minute=30, second=59))
        store(account, at=NOW.replace(minute=31, second=0))

        assert find(account, from_="2026-11-21T09:30", to="2026-11-21T09:30") == [inside]

    def test_never_reaches_past_the_days_for_which_results_are_kept(self, account, settings):
        store(account, at=NOW - timedelta(days=31))
        kept = store(account, at=NOW - timedelta(days=29))

        assert find(account) == [kept]
        assert find(account, from_="2026-01-01") == [kept]
        settings.ASSAY_RESULTS_KEPT_DAYS = 0
        assert len(find(account)) == 2


class TestWhatCannotBeRead:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("request_id", "42"),
            ("service", "no_such_service"),
            ("level", "extreme"),
            ("source", "mars"),
            ("human", "maybe"),
            ("content_type", "smell"),
            ("from", "yesterday"),
            ("to", "9999-12-31"),
            ("to", "2026-13-01"),
            ("label", ",".join(["pt_to_contact"] + [f"x{n}" for n in range(30)])),
        ],
    )
    def test_is_told_by_name(self, account, name, value):
        store(account)

        _asked, faults = ask(account, **{name: value})

        assert [fault.field for fault in faults] == [name]

    def test_unknown_labels_are_told_and_known_ones_found(self, account):
        hit = store(account, "pt_to_contact")
        store(account, "contraband_gambling")

        asked, faults = ask(account, label="pt_to_contact, no_such_label,PT_To_Contact_LIB")

        assert [fault.details for fault in faults] == [{"labels": ["no_such_label"]}]
        assert newest(asked, account=account, limit=9) == [hit]

    def test_finds_nothing_rather_than_everything(self, account):
        store(account, "pt_to_contact")

        for name, value in [("label", "no_such_label"), ("service", "no_such_label"), ("request_id", "x")]:
            asked, _faults = ask(account, **{name: value})
            assert newest(asked, account=account, limit=9) == []

    @pytest.mark.parametrize(
        "text", ["", "1", "a-b-c", "1-2-3-4", "-1-2-3", "9" * 30 + "-1-1", "9" * 18 + "-1-1"]
    )
    def test_a_place_that_nobody_wrote_is_refused(self, text):
        with pytest.raises(ValueError):
            Place.read(text)

    def test_a_place_survives_its_way_through_an_address(self):
        place = Place(NOW.replace(microsecond=123456), 77, 150)

        assert Place.read(str(place)) == place


def test_pages_follow_each_other_without_gap_or_repeat(account):
    made = [store(account, at=minutes_ago(number // 3)) for number in range(25)]
    seen, after = [], None
    while page := find(account, after=after, limit=4):
        seen += page
        after = place_of(page[-1])

    assert len(seen) == len({result.pk for result in seen}) == len(made)
    assert all((a.created_at, a.pk) > (b.created_at, b.pk) for a, b in pairwise(seen))


def test_the_human_verdict_reaches_the_rows_of_labels(account):
    blocked = store(account, "pt_to_contact", human="block")
    store(account, "pt_to_contact")

    assert find(account, label="pt_to_contact", human="block") == [blocked]
