"""Exports that come by themselves: once for each finished period, by mail and callback, also after kills."""

import json
from datetime import date, timedelta

import msgspec
import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.accounts import rates
from config.accounts.roles import Role
from config.audit.models import AuditRecord
from moderation.callbacks.endpoints import EndpointInvalid
from moderation.models import Callback, Event
from stats.exports.jobs import make_export
from stats.exports.kinds import KINDS
from stats.exports.mailing import deliver_exports
from stats.exports.schedules import (
    MailNotSetUp,
    RecipientInvalid,
    RecipientRefused,
    ScheduleInvalid,
    ScheduleNameTaken,
    change_schedule,
    remove_schedule,
    start_due_exports,
)
from stats.models import Export, ExportDelivery, ExportSchedule
from stats.periods import RangeInvalid
from tests.factories import NOW, make_account, make_endpoint, make_key, make_user
from tests.stats.exported import rows_of, table_of
from tests.stats.results import clean, hit
from tests.stats.schedules.running import DAY, run

pytestmark = pytest.mark.django_db
PAST = timedelta(days=5)


class TestPeriods:
    def test_each_is_made_once_when_it_is_over(self, schedule):
        schedule(hour=6)

        assert run(NOW.replace(hour=23)) == []
        assert run((NOW + DAY).replace(hour=5, minute=59)) == []
        [export] = run((NOW + DAY).replace(hour=6))
        assert (export.period_first, export.period_last) == (date(2026, 11, 21), date(2026, 11, 21))
        assert run((NOW + DAY).replace(hour=7)) == [export]

    def test_that_were_missed_are_made_up_for(self, schedule):
        schedule()

        made = run(NOW + 4 * DAY)

        assert [export.period_first.day for export in made] == [21, 22, 23, 24]

    @pytest.mark.parametrize(
        "every, first, last",
        [("week", (2026, 11, 16), (2026, 11, 22)), ("month", (2026, 11, 1), (2026, 11, 30))],
    )
    def test_are_whole_weeks_and_months(self, schedule, every, first, last):
        schedule(every=every)

        [export] = run(NOW + 12 * DAY)[:1]

        assert (export.period_first, export.period_last) == (date(*first), date(*last))

    def test_hold_what_happened_in_them_on_the_accounts_clock(self, account, schedule):
        account.time_zone = "Asia/Shanghai"
        account.save()
        clean(account, at=NOW.replace(hour=15, minute=59))
        hit(account, at=NOW.replace(hour=16))
        schedule(columns=["hits"])

        first, second = run(NOW + 2 * DAY)

        [row], [after] = table_of(first), table_of(second)
        assert (row["Date"], row["Usage"], row["Hits"]) == ("2026-11-21", "1", "0")
        assert (after["Date"], after["Usage"], after["Hits"]) == ("2026-11-22", "1", "1")

    def test_begin_anew_after_it_was_switched_off_and_none_comes_twice(self, schedule, lead):
        kept = schedule(hour=0)
        run(NOW + DAY)
        change_schedule(schedule=kept, changes={"is_enabled": False}, actor=lead, now=NOW + DAY)
        assert len(run(NOW + 3 * DAY)) == 1
        kept = change_schedule(schedule=kept, changes={"is_enabled": True}, actor=lead, now=NOW + 3 * DAY)

        days = [export.period_first.day for export in run(NOW + 4 * DAY)]

        assert days == [21, 24]
        change_schedule(schedule=kept, changes={"hour": 1}, actor=lead, now=NOW + 4 * DAY)
        assert [export.period_first.day for export in run(NOW + 5 * DAY)] == [21, 24, 25]

    def test_come_although_another_schedule_cannot_be_started(self, schedule):
        broken = schedule(name="Broken")
        schedule(name="Fine")
        ExportSchedule.objects.filter(pk=broken.pk).update(kind="gone")

        assert start_due_exports(now=NOW + DAY) == 1

        assert Export.objects.get().schedule.name == "Fine"

    def test_end_when_it_is_removed_or_its_account_is_closed(self, account, schedule, lead):
        remove_schedule(schedule=schedule(name="One"), actor=lead, now=NOW)
        schedule(name="Two")
        account.is_active = False
        account.save()

        assert run(NOW + 3 * DAY) == []


class TestEveryKind:
    @pytest.mark.parametrize("kind", list(KINDS))
    @pytest.mark.parametrize("format", ["csv", "xlsx"])
    def test_can_be_scheduled(self, account, schedule, kind, format):
        hit(account, at=NOW)
        schedule(kind=kind, format=format)

        [export] = run(NOW + DAY)

        assert export.state == "ready"
        with default_storage.open(export.file) as file:
            assert rows_of(file.read(), format)[0]
        assert ("from=2026-11-21" in export.query) == KINDS[kind].covers_period


class TestMail:
    def test_brings_the_file_to_each_address_once(self, account, schedule, mail):
        hit(account, at=NOW)
        schedule(recipients=["fin@example.com", " Boss@Example.com ", "fin@example.com"], format="xlsx")

        [export] = run(NOW + DAY)
        run(NOW + DAY)

        assert sorted(message["To"] for message in mail.messages) == ["boss@example.com", "fin@example.com"]
        assert len(set(mail.ids)) == 2
        [message] = mail.to("fin@example.com")
        assert message["Subject"] == "Usage: 2026-11-21"
        [attached] = message.iter_attachments()
        assert attached.get_filename() == f"usage-{account.uid}-2026-11-21-to-2026-11-21.xlsx"
        headers, row = rows_of(attached.get_content(), "xlsx")
        assert row == [account.uid, "comment_detection", 1, "2026-11-21"]
        text = message.get_body().get_content()
        assert reverse("admin:stats_export", args=[export.pk]) in text and "1 rows" in text

    def test_links_to_what_is_large_or_has_content(self, account, schedule, settings, mail):
        clean(account, at=NOW)
        schedule(kind="results", has_content=True, recipients=["a@example.com"], name="Results")
        settings.ASSAY_EXPORT_ATTACH_BYTES = 10
        schedule(recipients=["b@example.com"])

        exports = run(NOW + DAY)

        assert len(mail.messages) == 2
        for message, export in zip(sorted(mail.messages, key=lambda one: one["To"]), exports, strict=True):
            assert not list(message.iter_attachments())
            assert f"/console/exports/{export.pk}/" in message.get_body().get_content()

    def test_goes_on_trying_and_gives_up_what_is_refused_for_good(self, schedule, mail):
        mail.answers = {"gone@example.com": "550 no such user", "busy@example.com": "451 later"}
        schedule(recipients=["gone@example.com", "busy@example.com", "ok@example.com"])
        run(NOW + DAY)

        states = dict(ExportDelivery.objects.values_list("recipient", "state"))
        assert states == {"gone@example.com": "dead", "busy@example.com": "due", "ok@example.com": "sent"}
        busy = ExportDelivery.objects.get(recipient="busy@example.com")
        assert "451" in busy.error and busy.due_at > timezone.now()
        mail.answers.clear()
        assert deliver_exports(now=busy.due_at) == 1
        assert len(mail.messages) == len(set(mail.ids)) == 2

    def test_gives_up_after_the_last_try(self, schedule, settings):
        settings.EMAIL_PORT = 9  # nobody listens there
        schedule(recipients=["fin@example.com"])
        run(NOW + DAY)

        for _try in range(8):
            due = ExportDelivery.objects.filter(state="due").first()
            if due:
                deliver_exports(now=due.due_at)
        assert (ExportDelivery.objects.get().state, ExportDelivery.objects.get().attempts) == ("dead", 6)

    def test_is_not_sent_of_a_file_that_is_gone(self, schedule, mail):
        schedule(recipients=["fin@example.com"])
        while start_due_exports(now=NOW + DAY):
            pass
        export = Export.objects.get()
        make_export(export_id=export.pk, now=NOW)
        Export.objects.update(state="expired", file="")

        deliver_exports(now=timezone.now())

        assert (ExportDelivery.objects.get().state, mail.messages) == ("dead", [])


class TestCallbacks:
    def test_tell_of_it_where_it_is_and_nothing_of_what_stands_in_it(self, account, schedule):
        asking = make_endpoint(account, events=["export.ready"]).endpoint
        make_endpoint(account, events=["review.decided"])
        clean(
            account,
            at=NOW,
        )
        schedule(name="Daily usage")

        [export] = run(NOW + DAY)

        [callback] = Callback.objects.owned_by(account)
        told = msgspec.json.decode(bytes(callback.body))
        assert (callback.endpoint, callback.event, told["type"]) == (asking, "export.ready", "export.ready")
        assert told["data"] | {"expires_at": ""} == {
            "export_id": export.pk, "schedule_id": export.schedule_id, "name": "Daily usage", "kind": "usage",
            "format": "csv", "from": "2026-11-21", "to": "2026-11-21", "rows": 1, "is_cut": False,
            "bytes": export.size, "file": f"/api/v1/exports/{export.pk}/file", "expires_at": "",
        }  # fmt: skip
        assert Event.objects.owned_by(account).filter(type="export.ready").count() == 1

    def test_are_refused_where_the_dialect_has_no_words_for_them(self, account):
        for dialect in ("vendor", "vod"):
            with pytest.raises(EndpointInvalid):
                make_endpoint(account, events=["export.ready"], dialect=dialect)

    def test_the_file_is_fetched_with_a_key_that_may_read_such_rows(self, account, schedule):
        clean(account, at=NOW)
        schedule()
        run(NOW + DAY)
        address = f"/api/v1/exports/{Export.objects.get().pk}/file"
        rates._lots.clear()

        for scopes, status in ((["stats:read"], 200), (["results:read"], 404)):
            token = make_key(account, scopes=scopes).token
            answer = Client().get(address, headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == status
        stranger = make_key(make_account()).token
        assert Client().get(address, headers={"Authorization": f"Bearer {stranger}"}).status_code == 404
        assert AuditRecord.objects.owned_by(account).filter(action="usage.downloaded").count() == 1


class TestContent:
    def test_is_left_out_once_whoever_set_it_up_may_not_see_it(self, account, schedule, lead):
        clean(account, at=NOW)
        clean(account, at=NOW + DAY)
        schedule(kind="results", has_content=True)
        [first] = run(NOW + DAY)
        lead.memberships.update(role=Role.VIEWER)

        _first, second = run(NOW + 2 * DAY)

        assert "Content" in table_of(first)[0] and first.has_content
        assert "Content" not in table_of(second)[0] and not second.has_content

    def test_is_fetched_only_by_those_who_may_see_it(self, account, schedule):
        schedule(kind="results", has_content=True)
        [export] = run(NOW + DAY)
        pages = {}
        for role in (Role.VIEWER, Role.POLICY_ADMIN):
            client = Client()
            client.force_login(make_user(account=account, role=role))
            pages[role] = client.get(reverse("admin:stats_export", args=[export.pk]))

        assert [page.status_code for page in pages.values()] == [404, 200]
        assert "/file/?token=" in pages[Role.POLICY_ADMIN].text


class TestSettingUp:
    @pytest.mark.parametrize(
        "values, error",
        [
            ({"name": " "}, ScheduleInvalid),
            ({"name": "a\nBcc: b@example.com"}, ScheduleInvalid),
            ({"every": "hour"}, ScheduleInvalid),
            ({"hour": 24}, ScheduleInvalid),
            ({"tells_endpoints": False}, ScheduleInvalid),
            ({"query": "by=month", "every": "week"}, ScheduleInvalid),
            ({"query": "by=hour", "every": "week"}, ScheduleInvalid),
            ({"query": "by=year"}, RangeInvalid),
            ({"recipients": ["nobody"]}, RecipientInvalid),
            ({"recipients": ["a@example.com\nBcc: b@example.com"]}, RecipientInvalid),
            ({"recipients": [f"a{n}@example.com" for n in range(21)]}, RecipientInvalid),
        ],
    )
    def test_refuses_what_makes_no_sense(self, schedule, values, error):
        with pytest.raises(error):
            schedule(**values)

    def test_refuses_a_second_one_of_its_name(self, schedule):
        schedule()
        with pytest.raises(ScheduleNameTaken):
            schedule()

    def test_sends_only_where_the_installation_lets_it(self, schedule, settings):
        settings.ASSAY_EXPORT_EMAIL_DOMAINS = ["example.com"]
        schedule(recipients=["a@example.com"])
        with pytest.raises(RecipientRefused):
            schedule(name="Other", recipients=["a@evil.example"])
        settings.ASSAY_EMAIL_HOST = ""
        with pytest.raises(MailNotSetUp):
            schedule(name="Third", recipients=["a@example.com"])

    def test_is_audited_with_what_changed(self, account, schedule, lead):
        kept = schedule()
        change_schedule(schedule=kept, changes={"name": "Other"}, actor=lead, now=NOW)
        run(NOW + DAY)
        remove_schedule(schedule=kept, actor=lead, now=NOW)

        told = (
            AuditRecord.objects.owned_by(account).filter(subject=f"export_schedule:{kept.pk}").order_by("id")
        )
        assert [entry.action.partition(".")[2] for entry in told] == ["created", "changed", "ran", "removed"]
        changed = json.loads(told[1].body)
        assert (changed["before"]["name"], changed["after"]["name"]) == ("Usage", "Other")

    def test_in_the_console(self, account, lead, mail):
        client = Client()
        client.force_login(lead)
        form = {
            "kind": "usage", "name": "Monthly", "every": "month", "hour": "7", "format": "xlsx",
            "by": "month", "columns": ["hits"], "recipients": "fin@example.com\nboss@example.com",
        }  # fmt: skip

        assert client.get(reverse("admin:stats_export_schedule_new")).status_code == 200
        refused = client.post(reverse("admin:stats_export_schedule_new"), form | {"recipients": "nobody"})
        answer = client.post(reverse("admin:stats_export_schedule_new"), form)

        assert refused.status_code == 400 and "Write mail addresses" in refused.text
        assert answer.headers["Location"] == reverse("admin:stats_export_schedules")
        kept = ExportSchedule.objects.get()
        assert (kept.query, kept.columns, kept.hour) == ("by=month", ["hits"], 7)
        assert kept.recipients == ["fin@example.com", "boss@example.com"]
        page = client.get(reverse("admin:stats_export_schedule", args=[kept.pk])).text
        assert "fin@example.com" in page and "checked" in page
        client.post(reverse("admin:stats_export_schedule_switch", args=[kept.pk]), {"on": "0"})
        assert not ExportSchedule.objects.get().is_enabled
        client.post(reverse("admin:stats_export_schedule_remove", args=[kept.pk]))
        assert "Monthly" not in client.get(reverse("admin:stats_export_schedules")).text

    def test_by_api_a_key_schedules_what_it_may_read(self, account):
        rates._lots.clear()
        token = make_key(account, scopes=["exports:write", "stats:read"]).token
        client = Client(headers={"Authorization": f"Bearer {token}"})
        asked = {
            "name": "Weekly", "kind": "usage", "every": "week", "tells_endpoints": True,
            "filters": {"service": ["comment_detection", "nickname_detection"]},
        }  # fmt: skip

        made = client.post("/api/v1/export-schedules", asked, content_type="application/json")
        refused = client.post(
            "/api/v1/export-schedules", asked | {"kind": "audit"}, content_type="application/json"
        )

        assert made.status_code == 201, made.json()
        assert made.json()["filters"]["service"] == asked["filters"]["service"]
        assert refused.status_code == 403
        address = f"/api/v1/export-schedules/{made.json()['id']}"
        changed = client.patch(address, {"every": "day"}, content_type="application/json").json()
        assert (changed["every"], changed["name"]) == ("day", "Weekly")
        assert len(client.get("/api/v1/export-schedules").json()) == 1
        assert client.delete(address).status_code == 204
        assert client.get(address).status_code == 404
