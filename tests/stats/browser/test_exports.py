"""Exports in a real browser: asked for, watched, fetched; and set up to come by themselves."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import expect

from config.accounts.models import User
from config.accounts.operations.accounts import set_member
from stats.exports.jobs import make_export
from stats.exports.schedules import start_due_exports
from stats.models import Export, ExportSchedule
from tests.factories import NOW, make_account
from tests.stats.results import clean, hit

PASSWORD = "correct horse"
PICTURES = os.environ.get("ASSAY_SHOTS", "")


@pytest.fixture
def account(transactional_db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.ASSAY_EMAIL_HOST = "mail.example.com"
    account = make_account("Harbour Forum")
    user = User.objects.create_user("ada", password=PASSWORD)
    set_member(account=account, user=user, role="account_admin", actor=None, now=NOW)
    now = timezone.now()
    for number in range(40):
        clean(account, at=now - timedelta(days=number * 3))
        if number % 4 == 0:
            hit(account, at=now - timedelta(days=number * 3))
    return account


@pytest.fixture(params=["light", "dark"])
def page(request, account, live_server, browser):
    context = browser.new_context(viewport={"width": 1366, "height": 900}, color_scheme=request.param)
    page = context.new_page()
    page.set_default_timeout(20_000)
    faults = []
    page.on("console", lambda message: message.type == "error" and faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{live_server.url}/console/")
    page.fill("[name=username]", "ada")
    page.fill("[name=password]", PASSWORD)
    page.click(".as-form button")
    page.wait_for_selector(".as-side-nav")
    page.get_by_role("link", name="Exports", exact=True).click()
    yield page
    context.close()
    assert [fault for fault in faults if "400" not in fault] == []


def shoot(page, name: str) -> None:
    if PICTURES:
        theme = "dark" if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
        page.screenshot(path=f"{PICTURES}/{name}-{theme}.png", full_page=True)


def test_a_year_of_usage_is_asked_for_watched_and_opened(page, account):
    expect(page.get_by_role("heading", name="No export yet")).to_be_visible()
    shoot(page, "exports-none")
    page.get_by_role("link", name="New export").click()
    today = timezone.now().date()
    page.get_by_label("From").fill((today - timedelta(days=364)).isoformat())
    page.get_by_label("To", exact=True).fill(today.isoformat())
    page.get_by_label("Hits", exact=True).check()
    shoot(page, "export-ask")
    page.get_by_role("button", name="Export", exact=True).click()
    expect(page.locator("#exports progress")).to_be_visible()
    shoot(page, "exports-waiting")

    assert make_export(export_id=Export.objects.get().pk, now=timezone.now())

    link = page.get_by_role("link", name="Download")
    expect(link).to_be_visible()
    shoot(page, "exports-ready")
    with page.expect_download() as download:
        link.click()
    with open(download.value.path(), "rb") as file:
        headers, *rows = load_workbook(file).active.values
    assert headers == ("Account UID", "Service", "Usage", "Date", "Hits")
    assert (len(rows), sum(row[2] for row in rows), sum(row[4] for row in rows)) == (40, 50, 10)
    page.locator("#exports tbody a").first.click()
    expect(page.get_by_text("by: day, from: ")).to_be_visible()
    shoot(page, "export-one")


def test_a_scheduled_one_is_set_up_and_shows_what_it_made(page, account):
    page.get_by_role("link", name="Scheduled exports").click()
    shoot(page, "schedules-none")
    page.get_by_role("link", name="Schedule an export").click()
    page.get_by_label("Name", exact=True).fill("Usage for finance")
    page.get_by_label("Hour", exact=True).fill("7")
    page.get_by_label("How often").select_option("day")
    page.get_by_label("Mail addresses").fill("nobody")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".as-error")).to_have_text("Write mail addresses, at most 20 of them.")
    page.get_by_label("Mail addresses").fill("finance@example.com\nboss@example.com")
    shoot(page, "schedule-new")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("cell", name="finance@example.com")).to_be_visible()
    shoot(page, "schedules")
    tomorrow = timezone.now() + timedelta(days=1, hours=8)
    assert start_due_exports(now=tomorrow) == 1
    made = Export.objects.get()
    assert make_export(export_id=made.pk, now=tomorrow)

    page.get_by_role("link", name="Usage for finance").click()

    expect(page.get_by_role("heading", name="What it made")).to_be_visible()
    expect(page.get_by_role("link", name=made.period_first.isoformat())).to_be_visible()
    shoot(page, "schedule-runs")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("heading", name="Nothing is scheduled")).to_be_visible()
    assert ExportSchedule.objects.get().removed_at
