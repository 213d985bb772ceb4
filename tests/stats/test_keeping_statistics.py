"""Figures are kept for as long as the settings say, whatever becomes of results."""

from datetime import timedelta

import pytest

from config.retention.models import PurgeReceipt
from config.retention.purging import purge
from moderation.models import ModerationResult
from stats.exactness.checks import check_day
from stats.models import (
    ForgottenCounter,
    LabelCounter,
    LatencyCounter,
    RefusalCounter,
    RefusalDelta,
    UsageCheck,
    UsageCounter,
    UsageDrift,
)
from stats.operations import fold_tail
from stats.retention import kept_since
from tests.factories import NOW, make_account
from tests.stats.results import hit

KEPT = (UsageCounter, LabelCounter, LatencyCounter, RefusalCounter, ForgottenCounter, UsageCheck, UsageDrift)
DAYS = (0, 9, 10, 11, 30)


@pytest.fixture
def account(db, settings):
    settings.ASSAY_STATISTICS_KEPT_DAYS = 0
    return fill(make_account())


def fill(account):
    """Of each day a row in everything that is kept."""
    for days in DAYS:
        at = NOW - timedelta(days=days)
        hit(account, "customized", at=at)
        RefusalDelta.objects.create(account=account, status=400, code="invalid", calls=1, at=at)
    ModerationResult.objects.owned_by(account).delete()
    fold_tail(now=NOW)
    UsageCounter.objects.owned_by(account).update(calls=2)
    for days in DAYS:
        check_day(account=account, day=NOW.date() - timedelta(days=days), now=NOW)
    return account


def rows(account):
    return {model.__name__: model.objects.owned_by(account).count() for model in KEPT}


def test_what_is_older_is_forgotten_by_whole_days(account, settings):
    settings.ASSAY_STATISTICS_KEPT_DAYS = 10
    before = rows(account)
    assert min(before.values()) >= len(DAYS)

    purged = purge(now=NOW, batch=2)

    assert sum(purged.values()) == sum(before.values()) * 2 // 5
    assert {name: count * 3 // 5 for name, count in before.items()} == rows(account)
    receipts = PurgeReceipt.objects.owned_by(account)
    assert sum(receipts.values_list("rows", flat=True)) == sum(purged.values())
    assert sum(purge(now=NOW).values()) == 0


def test_without_days_everything_stays(account, settings):
    settings.ASSAY_STATISTICS_KEPT_DAYS = 0
    before = rows(account)

    assert sum(purge(now=NOW).values()) == 0
    assert rows(account) == before


def test_days_are_those_of_the_account_s_clock(account, settings):
    settings.ASSAY_STATISTICS_KEPT_DAYS = 10
    account.time_zone = "Asia/Kathmandu"
    account.save()

    assert kept_since(account, NOW).isoformat() == "2026-11-11T00:00:00+05:45"


def test_days_that_are_forgotten_are_not_counted_anew(account, settings):
    settings.ASSAY_STATISTICS_KEPT_DAYS = 10
    purge(now=NOW)
    hit(account, at=NOW - timedelta(days=11))
    UsageCounter.objects.owned_by(account).filter(starts_at__lt=NOW - timedelta(days=10.5)).delete()

    assert check_day(account=account, day=NOW.date() - timedelta(days=11), now=NOW).state == "unclear"


def test_where_counting_anew_began_stays_known(account, settings):
    settings.ASSAY_STATISTICS_KEPT_DAYS = 1
    UsageCheck.objects.create(
        account=account, day=NOW.date() - timedelta(days=99), state="begun", checked_at=NOW
    )

    purge(now=NOW)

    assert UsageCheck.objects.owned_by(account).filter(state="begun").exists()
