"""axe-core on every page that people review with: light and dark, with work on it and without.

What axe calls serious or critical fails. The pages are those that the sidebar offers under GROUPS, what their
lists and buttons lead to, and WORKBENCH: a new page is looked at without being named here.
"""

import re
from datetime import timedelta
from hashlib import sha256
from random import Random

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from config.accounts.models import User
from config.accounts.roles import Role
from config.console import navigation
from moderation.media import storage
from moderation.operations.security_ips import set_security_ips
from review.intake import open_item
from review.models import ReviewItem
from review.operations.care import note_exposure
from review.operations.care_policy import set_care_policy
from review.operations.decisions import decide
from review.operations.media_audits import Audit, create_audits
from review.operations.waivers import waive
from review.states import Mode
from tests.console.test_browser import Visit
from tests.factories import make_account, make_endpoint, make_item, make_user, switch_manual_review
from tests.ground.media import make_asset, make_job, make_media_result, peaks_of, speech
from tests.libraries.pictures import png
from tests.moderation.results_made import PORN, image_service, store

GROUPS = ("review", "media", "integration")
WORKBENCH = [
    f"/console/review-queue/?tab={tab}&view={view}"
    for tab in ("text", "image", "video", "audio")
    for view in ("focus", "grid", "case")
]
LINKS = "links => links.map(link => link.href)"
ONWARD = ["#result_list tbody a, .as-page tbody a, .as-page li a", ".as-page a.as-button"]
# Files, what leaves the page, and pages of other parts of the console.
NOT_HERE = re.compile(
    r"/(file|export|download|media|picture|thumbnail)[/.]|/results/|/api/|/service|\?before="
)
# The frame around every page is looked at with the first one.
RUN = "(known) => axe.run({exclude: known}, {resultTypes: ['violations']})"
# Light and dark differ in nothing else.
COLOURS = "(known) => axe.run({exclude: known}, {runOnly: ['color-contrast'], resultTypes: ['violations']})"
FRAME = [".as-side-nav"]
# What these pages show comes after them.
SCRIPTED = re.compile(r"/(review-queue|video-review|audit|recheck)/")
GRAVE = ("serious", "critical")


@pytest.fixture
def account(transactional_db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    account = switch_manual_review(make_account("Harbour Forum"))
    make_user("lea", account=account, role=Role.ACCOUNT_ADMIN)
    return account


@pytest.fixture
def at_work(account):
    """The middle of a day: items in every state, limits nearly used up, callbacks under way."""
    now, random = timezone.now(), Random(5)
    lead, rita = User.objects.get(username="lea"), make_user("rita", account=account)
    make_endpoint(account)
    set_care_policy(
        account=account, blurred=["terrorist"], caps={"": 20, "abusive": 5}, break_after_minutes=30,
        break_minutes=5, actor=lead, now=now,
    )  # fmt: skip
    for minute in range(40, 0, -1):
        for user in (lead, rita):
            seen = {"terrorist": random.uniform(0, 40), "abusive": random.uniform(0, 20)}
            note_exposure(account=account, user=user, seen=seen, items=2, now=now - timedelta(minutes=minute))
    waive(account=account, user=rita, kind="cap", group="abusive", reason="All hands", actor=lead, now=now)
    albums = image_service(account)
    for seed in range(1, 9):
        make_item(account, f"Add me on WeChat: abc_1234{seed}, {seed} free gifts \u202efor you\u200b")
        picture_item(account, albums, seed, now)
    recordings(account, rita, now)
    for item in ReviewItem.objects.owned_by(account).order_by("id")[:6]:
        label = "" if item.pk % 2 else item.label
        decide(
            account=account, item_id=item.pk, reviewer=rita, outcome="block" if label else "pass",
            label=label, handling_ms=2500, now=now,
        )  # fmt: skip


def recordings(account, rita, now) -> None:
    """Of the media library and of the queue: reviewed by machine and people, under review, failed."""
    seen = {2.0: ("high", PORN, 96.0), 5.0: ("medium", "pt_to_contact", 72.0)}
    said = (
        (0.5, 2.0, "Hello and welcome", ""),
        (4.0, 6.0, "add me on WeChat", "pt_to_contact"),
        (7, 7.5, "", ""),
    )
    reviewed = {
        "review_status": "succeeded",
        "automated": "violation",
        "violations": [PORN],
        "state": "flagged",
    }
    boat = make_asset(account, "Boat trip", created_at=now, **reviewed)
    job = make_job(account, asset=boat, seen=seen, said=said)
    memo = make_asset(account, "Memo", content_type="audio", created_at=now - timedelta(minutes=1))
    facts = {"duration_ms": memo.duration_ms, "peaks": peaks_of(speech())}
    heard = make_job(account, asset=memo, said=((0.2, 1.5, "add me", "pt_to_contact"),), facts=facts)
    running = make_asset(
        account, "Under review", created_at=now - timedelta(minutes=2), review_status="reviewing"
    )
    make_job(account, asset=running, state="waiting", step="frames", percent=42)
    for found in (job, heard):
        data = speech() if found is heard else b""
        open_item(result=make_media_result(found, data=data, at=now), mode=Mode.HUMAN_MACHINE, now=now)
    create_audits(
        account=account, audits=[Audit(boat.media_id, "blocked", reason="Nudity")], actor=rita, now=now
    )
    set_security_ips(account=account, addresses=["203.0.113.7"], actor=rita, now=now)


def picture_item(account, service, seed: int, now) -> ReviewItem:
    data = png(seed)
    key = storage.new_key(account_uid=account.uid, now=now)
    storage.keep(key, data)
    media = {
        "key": key, "format": "png", "width": 640, "height": 480, "bytes": len(data), "frames": 1,
        "sha256": sha256(data).hexdigest(),
    }  # fmt: skip
    result = store(account, PORN, service=service, media=media, at=now)
    return open_item(result=result, mode=Mode.HUMAN_MACHINE, now=now)


@pytest.fixture
def enter(account, live_server, browser):
    """The lead, who may open every page."""
    visits = []

    def enter() -> Visit:
        context = browser.new_context(viewport={"width": 1366, "height": 900}, color_scheme="light")
        visit = Visit(context.new_page(), live_server.url)
        visit.page.set_default_timeout(30_000)
        visits.append(visit)
        client = Client()
        client.force_login(User.objects.get(username="lea"))
        for cookie in client.cookies.values():
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        return visit

    yield enter
    for visit in visits:
        visit.page.context.close()


def offered(visit: Visit) -> list[str]:
    """Addresses of the pages of GROUPS in the sidebar."""
    visit.go("/console/")
    ours = {visit.url + reverse(f"admin:{item.url_name}") for item in navigation.items_in(*GROUPS)}
    starts = [link for link in visit.page.eval_on_selector_all(".as-side-nav a", LINKS) if link in ours]
    assert starts, "The sidebar offers none of these pages."
    return starts


def pages_of(visit: Visit) -> list[str]:
    """Each page with what it leads to; of rows and buttons alike, a few of each page."""
    page, starts = visit.page, offered(visit)
    found = list(starts)
    for start in starts:
        page.goto(start)
        for links in ONWARD:
            onward = page.eval_on_selector_all(links, LINKS)
            onward = [link for link in onward if link.startswith(visit.url) and not NOT_HERE.search(link)]
            found += list(dict.fromkeys(onward))[:3]
    return list(dict.fromkeys(link.partition("#")[0] for link in found))


def grave_faults(visit: Visit, address: str, known: list[str]) -> list[str]:
    answer = visit.page.goto(address)
    if "text/html" not in answer.headers.get("content-type", ""):
        return []
    visit.page.wait_for_load_state("networkidle" if SCRIPTED.search(address) else "load")
    return faults_here(visit, known)


def faults_here(visit: Visit, known: list[str]) -> list[str]:
    """Of the page in light, and of its colours in dark."""
    page = visit.page
    page.evaluate(AXE_SCRIPT)
    found = [("light", one) for one in page.evaluate(RUN, known)["violations"]]
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html.dark")).to_be_attached()
    page.evaluate("document.getAnimations().forEach(one => one.finish())")
    found += [("dark", one) for one in page.evaluate(COLOURS, known)["violations"]]
    page.emulate_media(color_scheme="light")
    where = page.url.removeprefix(visit.url)
    return [
        f"{where} ({theme}): {one['id']} ({one['impact']}) {node['target']} {node['html'][:160]}"
        for theme, one in found
        if one["impact"] in GRAVE
        for node in one["nodes"][:3]
    ]


def check(visit: Visit, addresses: list[str]) -> None:
    first, *others = addresses
    faults = grave_faults(visit, first, known=[])
    faults += [fault for address in others for fault in grave_faults(visit, address, FRAME)]
    # The desk gives back what it holds when it is left: that is to be over before the tables are emptied.
    visit.page.goto(f"{visit.url}/console/profile/")

    assert faults == [], "\n".join(faults)


def test_pages_with_work_on_them_have_no_grave_fault(at_work, enter):
    visit = enter()
    check(visit, pages_of(visit) + [visit.url + path for path in WORKBENCH])


def test_pages_of_an_account_that_begins_have_none_either(enter):
    visit = enter()
    check(visit, offered(visit) + [visit.url + path for path in WORKBENCH[:3]])


def test_a_planted_fault_is_found(enter):
    visit = enter()
    visit.go("/console/my-review-settings/")
    visit.page.evaluate("document.querySelector('.as-page').append(document.createElement('button'))")
    visit.page.evaluate("document.querySelector('.as-page label').style.color = '#333'")

    faults = faults_here(visit, known=FRAME)

    assert {re.search(r"\((\w+)\): (\S+)", fault).groups() for fault in faults} == {
        ("light", "button-name"),
        ("dark", "color-contrast"),
    }
