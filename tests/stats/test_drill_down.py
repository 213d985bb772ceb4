"""What a figure leads to: exactly as many results as it says, or no address at all."""

import html
import random
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from config.accounts.roles import Role
from moderation.models import ModerationResult
from moderation.results_asked import read_asked
from moderation.results_query import newest_ids
from moderation.signals import verdict_reached
from moderation.values import Rules
from stats.asked import read_asked as read_usage_asked
from stats.links import Links
from stats.operations import fold
from tests.factories import make_account, make_user, service_of
from tests.moderation.results_made import PORN, image_service, store

pytestmark = pytest.mark.django_db
PAGE, RESULTS = "/console/usage/", "/console/results/"
LABELS = ["pt_to_contact", "pt_to_sites", "contraband_gambling", "customized", "pt_to_contact_lib"]
FIGURE = re.compile(rf'<a href="({RESULTS}[^"]*)">([\d,]+)</a>')
COLUMN = re.compile(r'<g class="usage-column" data-tip="([^"]*)">(.*?)</g>', re.DOTALL)
PART = re.compile(rf'<a href="({RESULTS}[^"]*)" tabindex="-1"><rect class="([^"]*)"')
TILE = re.compile(rf'<a href="({RESULTS}[^"]*)" tabindex="-1"><g class="usage-tile [^"]*" data-tip="([^"]*)"')
MOST = 100_000


@pytest.fixture(params=["Asia/Kathmandu"])
def account(request):
    account = make_account()
    account.time_zone = request.param
    account.save()
    return account


@pytest.fixture
def signed_in(client, account):
    client.force_login(make_user(account=account, role=Role.VIEWER))
    return client


@transaction.atomic
def judge(account, *labels, **terms):
    result = store(account, *labels, **terms)
    verdict_reached.send(sender=ModerationResult, result=result, rules=Rules())


def fill(account, dice, now, *, results=150):
    """Results of forty days, the newest ten not folded; also such as no figure counts."""
    services = [service_of(account), service_of(account, "chat_detection"), image_service(account)]
    for number in range(results):
        service = dice.choice(services)
        labels = [PORN] if service.content_type == "image" else dice.sample(LABELS, dice.choice([1, 1, 2, 3]))
        is_hit = dice.random() < 0.4
        judge(
            account,
            *(labels if is_hit else ()),
            level=dice.choice(["high", "medium", "low"]) if is_hit else "none",
            service=service,
            source=dice.choice(["api", "api", "api", "console", "test"]),
            human=dice.choice(["", "", "pass", "block"]),
            at=now - timedelta(hours=dice.choice([dice.uniform(0, 30), dice.uniform(0, 40 * 24)])),
        )
        if number == results - 10:
            fold(now=now)
    store(account, "pt_to_contact", source="manual", at=now)
    return services


def rows_behind(address, account):
    """How many results the list at the address has on all its pages."""
    asked, faults = read_asked(
        QueryDict(urlsplit(html.unescape(address)).query), account=account, now=timezone.now()
    )
    assert faults == []
    return 0 if asked.nothing else len(newest_ids(asked, account=account, after=None, limit=MOST))


def told(tip):
    """The lines of what is shown on hovering, as numbers where they are."""
    lines = dict(line.split("\t") for line in html.unescape(tip).split("\n")[1:])
    return {name: int(found[0]) for name, value in lines.items() if (found := re.match(r"\d+", value))}


def asked_at_random(dice, services):
    asked = {"by": dice.choice(["hour", "day", "day", "month"])}
    if asked["by"] == "day" and dice.random() < 0.5:
        asked["from"] = f"{timezone.now() - timedelta(days=50):%Y-%m-%d}"
    if asked["by"] == "hour":
        asked["from"] = f"{timezone.now() - timedelta(days=2):%Y-%m-%d}"
    if dice.random() < 0.5:
        asked["service"] = [one.code for one in dice.sample(services, dice.choice([1, 2]))]
    if dice.random() < 0.3:
        asked["content_type"] = dice.choice(["text", "image", ["text", "image"]])
    if dice.random() < 0.4:
        asked["source"] = dice.choice(["api", "console", "test", ["api", "test"]])
    return asked


class TestDrillDown:
    @pytest.mark.parametrize(
        "account, seed", [("UTC", 1), ("Asia/Kathmandu", 2), ("America/New_York", 3)], indirect=["account"]
    )
    def test_every_number_has_as_many_results_behind_it(self, signed_in, account, seed):
        dice, now, led = random.Random(seed), timezone.now(), set()
        services = fill(account, dice, now)

        for _round in range(6):
            asked = asked_at_random(dice, services)
            page = signed_in.get(PAGE, asked).content.decode()
            for address, number in FIGURE.findall(page):
                assert rows_behind(address, account) == int(number.replace(",", "")), (asked, address)
                led.add(address)
        assert len(led) > 40

    @pytest.mark.parametrize("by", ["hour", "day"])
    def test_every_column_and_part_of_it_too(self, signed_in, account, by):
        dice, now, parts = random.Random(by), timezone.now(), {}
        services = fill(account, dice, now)

        for service in (None, services[0].code):
            asked = {
                "by": by,
                "service": service or "",
                "from": f"{now - timedelta(days=2 if by == 'hour' else 13):%Y-%m-%d}",
            }
            page = signed_in.get(PAGE, asked).content.decode()
            for tip, column in COLUMN.findall(page):
                figures = told(tip)
                for address, part in PART.findall(column):
                    name = {"usage-area": "Calls", "usage-part usage-hits": "Hit"}.get(part, "Did not hit")
                    assert rows_behind(address, account) == figures[name] > 0
                    parts[name] = parts.get(name, 0) + 1
        assert len(parts) == 3 and min(parts.values()) > 5

    def test_every_tile_too(self, signed_in, account):
        fill(account, random.Random(7), timezone.now())

        tiles = TILE.findall(signed_in.get(PAGE).content.decode())

        assert len(tiles) == len(LABELS) + 1
        for address, tip in tiles:
            assert rows_behind(address, account) == told(tip)["Hits"]

    def test_whose_results_are_gone_leads_to_finer_figures(self, signed_in, account):
        now = timezone.now()
        for days in (1, 45):
            judge(account, "pt_to_contact", at=now - timedelta(days=days))
        since = {"from": f"{now - timedelta(days=50):%Y-%m-%d}"}

        page = signed_in.get(PAGE, since).content.decode()

        steps = re.findall(r'<a href="([^"]*)" tabindex="-1"><rect class="usage-part usage-hits"', page)
        assert [address.partition("?")[0] for address in steps] == [PAGE, RESULTS]
        assert "by=hour" in steps[0]
        (tile,) = re.findall(r'<a href="([^"]*)" tabindex="-1"><g class="usage-tile', page)
        assert tile.startswith(PAGE) and "by=day" in tile
        days = signed_in.get(html.unescape(tile)).content.decode()
        ((address, tip),) = TILE.findall(days)
        assert rows_behind(address, account) == told(tip)["Hits"] == 1

    def test_who_may_not_see_results_is_not_led_to_them(self, account):
        now = timezone.now()
        asked = read_usage_asked(QueryDict(), account=account, now=now)
        able, unable = (Links(asked=asked, account=account, may_open=may, now=now) for may in (True, False))

        assert able.of_period().startswith(RESULTS) and able.of_step(asked.period.last).startswith(RESULTS)
        assert unable.of_period() == unable.of_step(asked.period.last) == ""
