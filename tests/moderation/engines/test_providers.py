"""Outside providers, against a real server on this machine."""

import json
import threading

import numpy
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from config.accounts import revisions
from config.audit.models import AuditRecord
from config.outbound.failures import UrlForbidden
from moderation.detectors import dynamic
from moderation.detectors.dynamic import dynamic_detectors
from moderation.detectors.guard import FAILURES_TO_OPEN
from moderation.detectors.http_provider.answers import AnswerForm, AnswerUnreadable
from moderation.detectors.http_provider.presets import PRESETS
from moderation.detectors.http_provider.templates import filled
from moderation.models import LabelMapping, Provider, ProviderConsent
from moderation.operations.providers import (
    EDITABLE,
    ProviderInvalid,
    ProviderOff,
    ProviderSlugTaken,
    ProviderUnconfirmed,
    change_provider,
    consent,
    create_provider,
    delete_provider,
    headers_of,
    switch_provider,
)
from tests.factories import NOW, make_account, make_platform_admin, make_user, service_of
from tests.receivers import Reply, receiving, talking
from tests.receivers import silent as never_answering

OPENAI = {
    "id": "modr-1",
    "results": [{"flagged": True, "category_scores": {"harassment": 0.914, "hate/threatening": 0.02}}],
}
ADDRESS = "https://provider.example/v1/moderations"


@pytest.fixture(autouse=True)
def _reachable(settings):
    settings.ASSAY_OUTBOUND_HTTP = True
    settings.ASSAY_OUTBOUND_ALLOW = ["127.0.0.0/8", "provider.example"]
    dynamic.forget()
    yield
    dynamic.forget()


@pytest.fixture
def admin_user(db):
    return make_platform_admin()


@pytest.fixture
def make_provider(account, admin_user):
    def make(preset="openai", *, url=ADDRESS, headers=None, mapping=None, is_on=False, **changes) -> Provider:
        found = PRESETS[preset]
        values = {
            "name": str(found.name),
            "url": url,
            "method": "POST",
            "template": found.template,
            "answer": found.answer,
            "content_types": list(found.content_types),
            "seconds": 2.0,
        } | changes
        provider = create_provider(
            slug=preset, values=values, headers=headers or {}, account=account, actor=admin_user, now=NOW,
            mapping=found.mapping if mapping is None else mapping,
        )  # fmt: skip
        return switch(provider, account, admin_user) if is_on else provider

    return make


def switch(provider, account, user, *, is_on=True, confirmed=True) -> Provider:
    return switch_provider(
        provider=provider, is_on=is_on, confirmed=confirmed, account=account, actor=user, now=NOW
    )


def consented(provider, account, code="comment_detection"):
    service = service_of(account, code)
    consent(provider=provider, service=service, is_given=True, actor=None, now=NOW)
    [engine] = engines(service)
    return engine


def engines(service):
    revision = revisions.read(service.account_id).engines
    return dynamic_detectors(revision, service_id=service.pk, content_type=service.content_type)


def values_of(provider) -> dict:
    return {name: getattr(provider, name) for name in EDITABLE}


def answering(document, **reply):
    return Reply(body=json.dumps(document).encode(), **reply)


@pytest.mark.django_db(transaction=True)
class TestAProvider:
    def test_is_asked_as_described_and_read_as_described(self, account, make_provider):
        with receiving(answering(OPENAI)) as server:
            provider = make_provider(url=server.url, headers={"Authorization": "Bearer s3cret"}, is_on=True)
            engine = consented(provider, account)
            look = engine.look_at('say "{text}" and {service}\n\u202e微信')

        assert {hit.raw: hit.score for hit in look.hits} == {"harassment": 91.4, "hate/threatening": 2.0}
        [asked] = server.received
        assert json.loads(asked.body) == {
            "model": "omni-moderation-latest",
            "input": 'say "{text}" and {service}\n\u202e微信',
        }
        assert asked.headers["authorization"] == "Bearer s3cret"
        assert engine.spec.leaves_host
        assert LabelMapping.objects.filter(engine="http:openai", raw="hate").get().label.code == (
            "inappropriate_discrimination"
        )

    def test_gets_pictures_made_anew_and_the_service(self, account, make_provider):
        answer = {"labels": [{"label": "gore", "score": 0.5}, {"label": "gore", "score": 0.75}]}
        with receiving(answering(answer)) as server:
            provider = make_provider("generic", url=server.url, is_on=True)
            service = service_of(account, "baselineCheck_global")
            consent(provider=provider, service=service, is_given=True, actor=None, now=NOW)
            [engine] = engines(service)
            look = engine.look_at(numpy.zeros((30, 2000, 3), numpy.uint8))

        assert [(hit.raw, hit.score) for hit in look.hits] == [("gore", 75.0)]
        sent = json.loads(server.received[0].body)
        assert sent["service"] == "baselineCheck_global"
        assert sent["image"].startswith("/9j/")  # a JPEG
        assert sent["text"] == ""

    def test_of_the_kserve_form_answers_in_values(self, account, make_provider):
        answer = {"outputs": [{"name": "p", "data": [0.2, 0.8]}]}
        with receiving(answering(answer)) as server:
            engine = consented(make_provider("kserve", url=server.url, is_on=True), account)
            look = engine.look_at("x")

        assert {hit.raw: hit.score for hit in look.hits} == {"safe": 20.0, "abuse": 80.0}

    @pytest.mark.parametrize(
        "reply",
        [
            Reply(status=500, body=b"{}"),
            Reply(status=302, headers={"Location": "http://127.0.0.1:1/"}),
            Reply(body=b"<html>"),
            answering({"results": []}),
            answering({"results": [{"category_scores": {"harassment": "high"}}]}),
            Reply(body=b'"' + b"x" * (1 << 21) + b'"'),
        ],
        ids=["500", "redirect", "html", "other form", "no number", "too large"],
    )
    def test_that_does_not_answer_well_has_failed_which_is_not_the_same_as_nothing(
        self, account, make_provider, reply
    ):
        with receiving(reply) as server:
            look = consented(make_provider(url=server.url, is_on=True), account).look_at("x")

        assert look.failed
        assert look.hits == []

    def test_that_is_silent_fails_in_time_and_rests_after_some_failures(self, account, make_provider):
        with talking(never_answering) as (url, connections):
            engine = consented(make_provider(url=url, is_on=True, seconds=0.3), account)
            for _number in range(FAILURES_TO_OPEN + 3):
                assert engine.look_at("x").failed

        assert len(connections) == FAILURES_TO_OPEN
        assert engine.is_resting

    def test_is_never_asked_inside_a_transaction(self, account, make_provider):
        with receiving(answering(OPENAI)) as server:
            engine = consented(make_provider(url=server.url, is_on=True), account)
            with transaction.atomic():
                assert engine.look_at("x").failed

        assert server.received == []


class TestWithAProviderOff:
    def test_no_connection_is_made(self, account, make_provider, transactional_db):
        """Not when it is described, not unconfirmed, not without consent, not after switching off."""
        asked = threading.Event()

        def note(connection):
            asked.set()

        with talking(note) as (url, connections):
            user = make_platform_admin()
            service = service_of(account)
            provider = make_provider(url=url)
            assert engines(service) == ()
            with pytest.raises(ProviderOff):
                consent(provider=provider, service=service, is_given=True, actor=None, now=NOW)
            with pytest.raises(ProviderUnconfirmed):
                switch(provider, account, user, confirmed=False)
            assert engines(service) == ()

            provider = switch(provider, account, user)
            assert engines(service) == ()  # nobody consented
            consent(provider=provider, service=service, is_given=True, actor=None, now=NOW)
            assert len(engines(service)) == 1
            assert engines(service_of(account, "chat_detection")) == ()
            assert engines(service_of(make_account())) == ()

            switch(provider, account, user, is_on=False)
            assert engines(service) == ()
            assert connections == []
            assert not asked.is_set()

    def test_the_database_itself_refuses_one_that_is_on_unconfirmed(self, make_provider):
        provider = make_provider()

        with pytest.raises(Exception, match="a_provider_that_is_on_was_confirmed"), transaction.atomic():
            Provider.objects.filter(pk=provider.pk).update(is_on=True)


@pytest.mark.django_db
class TestAChange:
    def test_of_the_address_switches_it_off(self, account, admin_user, make_provider):
        provider = make_provider(is_on=True)
        moved = values_of(provider) | {"url": "https://provider.example/other"}

        provider = change_provider(
            provider=provider, values=moved, headers=None, mapping={}, account=account, actor=None, now=NOW
        )

        assert not provider.is_on
        assert provider.confirmed_at is None
        switch(provider, account, admin_user)

    def test_keeps_the_secrets_unless_new_ones_are_given(self, account, make_provider):
        provider = make_provider(headers={"X-Key": "one"})
        change = {"provider": provider, "values": values_of(provider), "mapping": {}}
        by = {"account": account, "actor": None, "now": NOW}

        assert headers_of(change_provider(headers=None, **change, **by)) == {"X-Key": "one"}
        assert headers_of(change_provider(headers={"X-Key": "two"}, **change, **by)) == {"X-Key": "two"}
        assert b"two" not in bytes(Provider.objects.get().headers)

    def test_never_writes_a_secret_to_the_audit_trail(self, account, admin_user, make_provider):
        provider = make_provider(headers={"Authorization": "Bearer s3cret"}, is_on=True)
        consented(provider, account)
        delete_provider(provider=provider, account=account, actor=admin_user, now=NOW)

        records = AuditRecord.objects.owned_by(account).filter(action__startswith="provider.")
        assert list(records.order_by("number").values_list("action", flat=True)) == [
            "provider.created",
            "provider.switched_on",
            "provider.consent_given",
            "provider.deleted",
        ]
        assert not [one for one in records if "s3cret" in one.body]
        assert "Authorization" in records.first().body
        assert not LabelMapping.objects.filter(engine="http:openai").exists()

    def test_of_its_state_is_told_to_every_account_that_consents(self, account, admin_user, make_provider):
        other = make_account()
        provider = make_provider(is_on=True)
        consented(provider, other)
        switch(provider, account, admin_user, is_on=False)

        assert AuditRecord.objects.owned_by(other).filter(action="provider.switched_off").exists()

    @pytest.mark.parametrize(
        ("change", "error"),
        [
            ({"url": "https://10.0.0.7/x"}, UrlForbidden),
            ({"url": "https://169.254.169.254/latest"}, UrlForbidden),
            ({"template": {"input": "no content"}}, ProviderInvalid),
            ({"template": {"input": "{image_url}"}}, ProviderInvalid),
            ({"answer": {"form": "tree"}}, ProviderInvalid),
            ({"answer": {"form": "values"}}, ProviderInvalid),
            ({"answer": {"at": "results"}}, ProviderInvalid),
            ({"answer": {"where": "/results"}}, ProviderInvalid),
            ({"answer": {"least": 1, "most": 1}}, ProviderInvalid),
            ({"seconds": 0.01}, ProviderInvalid),
            ({"seconds": float("inf")}, ProviderInvalid),
            ({"content_types": []}, ProviderInvalid),
            ({"name": " "}, ProviderInvalid),
        ],
        ids=str,
    )
    def test_that_makes_no_sense_is_refused(self, make_provider, change, error):
        with pytest.raises(error):
            make_provider(**change)
        assert not Provider.objects.exists()

    @pytest.mark.parametrize(
        "headers", [{"Host": "x"}, {"A\r\nB": "x"}, {"A": "x\r\nB: y"}, {"A": "ü"}, {"": "x"}], ids=str
    )
    def test_of_headers_that_would_break_the_request_is_refused(self, make_provider, headers):
        with pytest.raises(ProviderInvalid):
            make_provider(headers=headers)

    def test_to_a_code_that_is_taken_is_refused(self, make_provider):
        make_provider()

        with pytest.raises(ProviderSlugTaken):
            make_provider()


class TestForms:
    def test_are_filled_once(self):
        template = {"a": ["{text} {service}", 1, None], "{text}": "{other}"}

        assert filled(template, {"text": "{service}", "service": "chat"}) == {
            "a": ["{service} chat", 1, None],
            "{text}": "{other}",
        }

    def test_are_scaled(self):
        form = AnswerForm(at="/a~1b/1", least=0, most=6)

        assert form.read({"a/b": [None, {"hate": 3, "porn": 9, "none": -1}]}) == {
            "hate": 50.0,
            "porn": 100.0,
            "none": 0.0,
        }
        assert AnswerForm(least=1, most=0).read({"safe": 0.1}) == {"safe": 90.0}
        assert AnswerForm().read({"flagged": True}) == {"flagged": 100.0}

    @pytest.mark.parametrize("answer", [[], {"a": []}, {"a": {"b": "x"}}, None, {"a": {"b": float("nan")}}])
    def test_are_refused_when_they_are_not_as_described(self, answer):
        with pytest.raises(AnswerUnreadable):
            AnswerForm(at="/a").read(answer)


@pytest.mark.django_db
class TestThePages:
    @pytest.fixture
    def admin(self, account, admin_user):
        client = Client()
        client.force_login(admin_user)
        session = client.session
        session["account_id"] = account.pk
        session.save()
        return client

    def test_describe_switch_on_with_confirmation_and_consent(self, account, admin):
        new = reverse("admin:moderation_provider_new")
        page = admin.get(new, {"preset": "openai"}).context["form"]
        data = {name: field.initial for name, field in page.fields.items()} | page.initial
        data |= {"url": ADDRESS, "headers": "Authorization: Bearer s3cret", "method": "POST"}
        page = admin.post(new, data, follow=True).content.decode()
        assert "switched off, and nothing is sent" in page
        assert "s3cret" not in page

        switch_url = reverse("admin:moderation_provider_switch", args=["openai"])
        assert "Confirm that content may leave" in admin.post(
            switch_url, {"is_on": "on"}, follow=True
        ).content.decode()  # fmt: skip
        assert not Provider.objects.get().is_on
        admin.post(switch_url, {"is_on": "on", "confirmed": "yes"})
        assert Provider.objects.get().is_on

        policy = Client()
        policy.force_login(make_user(account=account, role="policy_admin"))
        outside = reverse("admin:moderation_outside")
        assert "leaves this host" in policy.get(outside).content.decode()
        policy.post(outside, {"provider": "openai", "services": [str(service_of(account).pk)]})
        assert ProviderConsent.objects.get().service == service_of(account)
        policy.post(outside, {"provider": "openai"})
        assert not ProviderConsent.objects.exists()

    def test_change_without_the_secrets(self, account, admin, make_provider):
        provider = make_provider(headers={"X-Key": "s3cret"})
        one = reverse("admin:moderation_provider", args=["openai"])
        form = admin.get(one).context["form"]
        assert "s3cret" not in admin.get(one).content.decode()
        admin.post(one, form.initial | {"name": "Other", "headers": ""})

        provider.refresh_from_db()
        assert provider.name == "Other"
        assert headers_of(provider) == {"X-Key": "s3cret"}

    def test_keep_others_out(self, account, client, make_provider):
        make_provider()
        client.force_login(make_user(account=account, role="account_admin"))
        for name, arguments in (
            ("moderation_providers", []),
            ("moderation_provider_new", []),
            ("moderation_provider", ["openai"]),
        ):
            assert client.get(reverse(f"admin:{name}", args=arguments)).status_code == 403
        assert client.post(reverse("admin:moderation_provider_switch", args=["openai"])).status_code == 403
        client.force_login(make_user(account=account, role="viewer"))
        assert client.post(reverse("admin:moderation_outside"), {"provider": "openai"}).status_code == 403
