from dataclasses import replace

import pytest

from config.accounts import revisions
from config.audit.models import AuditRecord
from moderation.models import Service, ServiceVersion
from moderation.operations.services import (
    NothingChanged,
    RulesInvalid,
    ServiceNameMissing,
    VersionOutdated,
    copy_service,
    install_default_services,
    publish_version,
    roll_back,
)
from moderation.values import LabelRule, Level, Rules
from tests.factories import CLEAN, NOW, RISKY, make_account, make_result, service_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def service(account):
    return service_of(account)


def publish(service, rules, based_on=None, note=""):
    based_on = service.current_version.number if based_on is None else based_on
    version = publish_version(service=service, rules=rules, note=note, actor=None, now=NOW, based_on=based_on)
    service.current_version = version
    return version


def without(service, *labels):
    rules = service.current_version.rules
    for label in labels:
        rules = rules.with_label(label, on=False)
    return rules


ADVERTISING = ("pt_to_contact", "pt_to_sites", "pt_by_recruitment")


class TestPublishing:
    def test_changes_the_next_result_and_no_earlier_one(self, account, service):
        before = make_result(account, RISKY)
        publish(service, without(service, *ADVERTISING))
        after = make_result(account, RISKY)

        assert before.level != "none" and after.level == "none"
        assert before.version_id != after.version_id == service.current_version.pk

    def test_refuses_an_editor_who_saw_an_older_version(self, service):
        publish(service, without(service, "pt_to_contact"))

        with pytest.raises(VersionOutdated):
            publish(service, without(service, "pt_to_sites"), based_on=1)

    def test_refuses_to_publish_nothing(self, service):
        with pytest.raises(NothingChanged):
            publish(service, service.current_version.rules)

    @pytest.mark.parametrize(
        "change",
        [
            {"medium": 80.0, "high": 70.0},
            {"medium": -1.0},
            {"high": 101.0},
            {"vocabularies": (987654,)},
        ],
    )
    def test_refuses_rules_that_cannot_be(self, service, change):
        with pytest.raises(RulesInvalid):
            publish(service, service.current_version.rules.with_label("pt_to_contact", **change))

    def test_refuses_labels_that_the_catalogue_lacks(self, service):
        with pytest.raises(RulesInvalid):
            publish(service, service.current_version.rules.with_label("made_up", on=True))

    def test_tells_the_audit_what_changed(self, account, service):
        publish(service, service.current_version.rules.with_label("pt_to_contact", high=95.0), note="calmer")

        body = AuditRecord.objects.owned_by(account).get(action="service.published").body
        assert "pt_to_contact" in body and "95.0" in body and "calmer" in body

    def test_raises_the_revision(self, account, service):
        before = revisions.read(account.pk).services
        publish(service, without(service, "pt_to_contact"))

        assert revisions.read(account.pk).services == before + 1


class TestRollingBack:
    def test_brings_the_old_rules_back_as_a_new_version(self, service):
        first = ServiceVersion.objects.get(service=service, number=1)
        publish(service, without(service, "pt_to_contact"))

        version = roll_back(service=service, to=first, actor=None, now=NOW)

        assert version.number == 3
        assert version.restored_from == first
        assert version.document == first.document

    def test_to_what_is_in_force_is_refused(self, service):
        with pytest.raises(NothingChanged):
            roll_back(service=service, to=service.current_version, actor=None, now=NOW)


class TestACopy:
    def test_gets_the_next_code_and_goes_its_own_way(self, account, service):
        one = copy_service(service=service, name="Shop", description="", actor=None, now=NOW)
        two = copy_service(service=service, name="Forum", description="", actor=None, now=NOW)
        publish(service_of(account, one.code), without(service, *ADVERTISING))

        assert [one.code, two.code] == ["comment_detection_01", "comment_detection_02"]
        assert one.copied_from == service
        assert make_result(account, RISKY, service=one.code).level == "none"
        assert make_result(account, RISKY, service=two.code).level != "none"

    def test_needs_a_name(self, service):
        with pytest.raises(ServiceNameMissing):
            copy_service(service=service, name=" ", description="", actor=None, now=NOW)


class TestDefaultServices:
    def test_are_installed_once(self, account):
        held = Service.objects.owned_by(account).count()

        assert install_default_services(account=account, actor=None, now=NOW) == []
        assert Service.objects.owned_by(account).count() == held > 0


class TestUncovered:
    def test_names_what_nothing_can_see(self, account):
        result = make_result(account, CLEAN)

        assert result.level == "none"
        assert "violent_extremists" in result.uncovered
        assert "pt_to_contact" not in result.uncovered


def test_rules_survive_their_json():
    rules = Rules(
        labels={"a": LabelRule(on=False, medium=1.5, high=2, vocabularies=(3, 1))},
        ignored_vocabularies=(9,),
        use_reviewed_samples=False,
        review_levels=frozenset({Level.HIGH, Level.NONE}),
    )

    assert Rules.from_json(rules.to_json()) == replace(
        rules, labels={"a": LabelRule(on=False, medium=1.5, high=2.0, vocabularies=(1, 3))}
    )
