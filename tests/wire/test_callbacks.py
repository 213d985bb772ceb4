"""Callback schemes of both versions, with a receiver that checks who tells."""

import hashlib
import json
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from alibabacloud_green20170823 import client as classic_console
from alibabacloud_green20170823 import models as classic_models
from alibabacloud_green20220926 import client as console
from alibabacloud_green20220926 import models
from darabonba.exceptions import DaraException
from django.core.management import call_command
from django.utils import timezone
from Tea.exceptions import TeaException

from moderation.callbacks.endpoints import rotate_secret
from moderation.models import Callback, CallbackEndpoint, ServiceVersion
from moderation.operations.audit_range import audited_levels
from review.operations.decisions import decide
from tests.factories import RISKY, make_account, make_endpoint, make_item, make_key, make_result, make_user
from tests.receivers import receiving
from tests.wire.clients import client


@pytest.fixture(autouse=True)
def loopback(settings):
    """Receivers of the tests live on this machine, and may be called."""
    settings.ASSAY_OUTBOUND_HTTP = True
    settings.ASSAY_OUTBOUND_ALLOW = ["127.0.0.0/8"]


@pytest.fixture
def sdk(served, key):
    return client(console, served, key)


@pytest.fixture
def classic(served, key):
    return client(classic_console, served, key)


def create(sdk, **asked) -> int:
    return sdk.create_callback(models.CreateCallbackRequest(**asked)).body.data


def schemes(sdk) -> dict:
    return {one.id: one for one in sdk.list_callback(models.ListCallbackRequest()).body.data}


def verified(received, scheme, uid: str) -> dict:
    """The content, if the checksum of the received form proves that it is ours."""
    form = {name: value[0] for name, value in parse_qs(received.body.decode()).items()}
    text = (uid + scheme.seed + form["content"]).encode()
    assert form["checksum"] == hashlib.new(scheme.crypt_type.lower(), text).hexdigest()
    return json.loads(form["content"])


class TestSchemes:
    def test_are_made_changed_listed_and_deleted(self, sdk, account):
        make_endpoint(make_account(), dialect="vendor")
        make_endpoint(account)
        url = "https://client.example/hook"

        first = create(sdk, name="all", url=url, crypt_type="SHA256", scope="all")
        second = create(sdk, name="bad ones", url=url, crypt_type="sm3", scope="high,medium")

        found = schemes(sdk)
        row = CallbackEndpoint.objects.get(pk=first)
        assert list(found) == [second, first]
        assert (found[first].name, found[first].url, found[first].uid) == ("all", url, account.uid)
        assert (found[first].crypt_type, found[second].crypt_type) == ("SHA256", "SM3")
        assert (found[first].scope, found[second].scope) == ("all", "high,medium")
        assert found[first].gmt_create == f"{row.created_at:%Y-%m-%d %H:%M:%S}"
        assert found[first].seed.startswith("whsec_")

        changed = models.ModifyCallbackRequest(id=second, name="the worst", scope="block")
        assert sdk.modify_callback(changed).body.data is True
        row = CallbackEndpoint.objects.get(pk=second)
        assert (row.name, row.levels, row.crypt, row.url) == ("the worst", ["high"], "sm3", url)
        one = sdk.query_callback(models.QueryCallbackRequest(id=second)).body
        assert (one.id, one.name, one.scope, one.seed) == (second, "the worst", "high", found[second].seed)

        page = sdk.query_callback_by_page(models.QueryCallbackByPageRequest(current_page=2, page_size=1)).body
        assert (page.total_count, page.current_page, page.page_size) == (2, 2, 1)
        assert [item.id for item in page.items] == [first]

        assert sdk.delete_callback(models.DeleteCallbackRequest(id=first)).body.data is True
        assert list(schemes(sdk)) == [second]
        assert not CallbackEndpoint.objects.filter(pk=first).exists()

    def test_show_no_seed_to_keys_that_only_read(self, served, sdk, account):
        number = create(sdk, name="all", url="https://client.example/hook")
        reading = client(console, served, make_key(account, scopes=["callbacks:read"]))
        assert schemes(reading)[number].seed is None
        with pytest.raises(DaraException) as refused:
            reading.delete_callback(models.DeleteCallbackRequest(id=number))
        assert refused.value.code == "Forbidden"

    def test_say_what_is_wrong(self, sdk, account):
        foreign = make_endpoint(make_account(), dialect="vendor").endpoint.pk
        other_dialect = make_endpoint(account).endpoint.pk
        url = "https://client.example/hook"
        for asked in (
            {"url": url},
            {"name": "x"},
            {"name": "x", "url": "https://10.0.0.1/hook"},
            {"name": "x", "url": "file:///etc/passwd"},
            {"name": "x", "url": url, "crypt_type": "MD5"},
            {"name": "x", "url": url, "scope": "sometimes"},
        ):
            with pytest.raises(DaraException) as refused:
                create(sdk, **asked)
            assert refused.value.status_code in (400, 403)
        for number in (foreign, other_dialect, 10**9):
            with pytest.raises(DaraException) as refused:
                sdk.delete_callback(models.DeleteCallbackRequest(id=number))
            assert refused.value.status_code == 404
        assert CallbackEndpoint.objects.count() == 2


class TestReceivers:
    @pytest.mark.parametrize("crypt", ["SHA256", "SM3"])
    def test_can_prove_what_they_are_told(self, sdk, account, crypt):
        with receiving() as receiver:
            number = create(sdk, name="hook", url=receiver.url, crypt_type=crypt)
            result = make_result(account, RISKY, data_id="d-1", now=timezone.now())
            call_command("deliver", "--until-empty")
            (received,) = receiver.received
            scheme = schemes(sdk)[number]
            scan = verified(received, scheme, account.uid)["scanResult"]
            assert (scan["taskId"], scan["dataId"]) == (str(result.request_id), "d-1")
            assert [one["label"] for one in scan["results"]] == [one["label"] for one in result.labels]

            # While two secrets live, the seed that is shown is the one that is used.
            rotate_secret(endpoint=CallbackEndpoint.objects.get(), actor=None, now=timezone.now())
            make_result(account, RISKY + "!", now=timezone.now())
            call_command("deliver", "--until-empty")
            verified(receiver.received[-1], schemes(sdk)[number], account.uid)

            assert sdk.delete_callback(models.DeleteCallbackRequest(id=number)).body.data is True
            assert schemes(sdk) == {}
            create(sdk, name="hook", url=receiver.url)
            make_result(account, RISKY + "?", now=timezone.now())
            call_command("deliver", "--until-empty")
            assert len(receiver.received) == 3
            assert Callback.objects.filter(state="delivered").count() == 3


class TestCallbacksOfTheOlderVersion:
    def test_tell_the_kinds_that_were_chosen(self, classic, account):
        asked = classic_models.CreateAuditCallbackRequest(
            name="people",
            url="https://client.example/hook",
            crypt_type="SM3",
            callback_types='["selfAudit","aliyunAudit"]',
            callback_suggestions='["block","review"]',
        )
        made = classic.create_audit_callback(asked).body
        row = CallbackEndpoint.objects.get()
        assert (made.id, made.name, made.crypt_type) == (row.pk, "people", "SM3")
        assert (made.callback_types, made.callback_suggestions) == (
            ["selfAudit", "aliyunAudit"],
            ["block", "review"],
        )
        assert "result.created" not in row.events and "review.decided" in row.events
        assert set(row.levels) == {"high", "medium", "low"}
        assert made.create_time == f"{row.created_at:%Y-%m-%d %H:%M:%S} +0000"

        machine = classic_models.CreateAuditCallbackRequest(
            name="machine", url="https://client.example/2", callback_types="machineScan"
        )
        classic.create_audit_callback(machine)
        listed = classic.describe_audit_callback_list().body
        assert listed.total_count == 2
        assert [one.callback_types for one in listed.callback_list] == [
            ["machineScan"],
            ["selfAudit", "aliyunAudit"],
        ]
        assert listed.callback_list[1].seed == made.seed
        for wrong in ("", "everything"):
            asked.callback_types, asked.name = wrong, f"x{wrong}"
            with pytest.raises(TeaException):
                classic.create_audit_callback(asked)

    def test_audit_results_are_proved_by_a_seed_of_the_clients(self, classic, account):
        reviewer = make_user(account=account)
        with receiving() as receiver:
            update = classic_models.UpdateAuditSettingRequest(callback=receiver.url, seed="our_seed_1")
            classic.update_audit_setting(update)
            setting = classic.describe_audit_setting(classic_models.DescribeAuditSettingRequest()).body
            assert (setting.callback, setting.seed) == (receiver.url, "our_seed_1")
            item = make_item(account)
            asked = {
                "outcome": "block",
                "label": "pt_to_contact",
                "now": timezone.now() - timedelta(minutes=1),
            }
            decide(account=account, item_id=item.pk, reviewer=reviewer, **asked)
            call_command("deliver", "--until-empty")

            form = {name: value[0] for name, value in parse_qs(receiver.received[0].body.decode()).items()}
            text = (account.uid + "our_seed_1" + form["content"]).encode()
            assert form["checksum"] == hashlib.sha256(text).hexdigest()
            assert json.loads(form["content"])["auditResult"] == {
                "suggestion": "block",
                "labels": ["pt_to_contact"],
            }
            classic.update_audit_setting(classic_models.UpdateAuditSettingRequest(seed="our_seed_2"))
            assert (
                classic.describe_audit_setting(classic_models.DescribeAuditSettingRequest()).body.seed
                == "our_seed_2"
            )
            assert CallbackEndpoint.objects.count() == 1

    def test_the_audit_range_is_that_of_all_services(self, classic, served, account):
        versions = ServiceVersion.objects.count()
        asked = classic_models.UpdateAuditRangeRequest(audit_range='{"block":true,"review":false}')

        classic.update_audit_range(asked)

        shown = classic.describe_audit_setting(classic_models.DescribeAuditSettingRequest()).body.audit_range
        assert (shown.block, shown.review, shown.pass_) == (True, False, False)
        assert audited_levels(account) == {"high"}
        made = ServiceVersion.objects.count()
        assert made > versions
        classic.update_audit_range(asked)
        assert ServiceVersion.objects.count() == made
        for wrong in ('{"block":"yes"}', '{"maybe":true}', "[]", "block"):
            with pytest.raises(TeaException):
                classic.update_audit_range(classic_models.UpdateAuditRangeRequest(audit_range=wrong))
        with pytest.raises(TeaException):
            classic.update_audit_setting(classic_models.UpdateAuditSettingRequest(seed="seed"))
        poor = client(classic_console, served, make_key(account, scopes=["callbacks:write", "services:read"]))
        with pytest.raises(TeaException):
            poor.update_audit_setting(classic_models.UpdateAuditSettingRequest(audit_range='{"block":false}'))
        assert poor.describe_audit_setting(classic_models.DescribeAuditSettingRequest()).body.seed is None


class TestTheStanding:
    def test_is_that_nothing_is_owed(self, sdk):
        body = sdk.get_user_buy_status(models.GetUserBuyStatusRequest(commodity_code="lvwang_cip")).body
        assert (body.code, body.data.buy, body.data.indebt) == (200, True, False)
