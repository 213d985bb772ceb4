"""What rules may be put in force, how they are told, merged, kept as drafts, and who wins a race."""

import threading
from dataclasses import replace

import pytest
from django.db import connection

from config.audit.models import AuditRecord
from config.errors import NotFound, PlatformError
from libraries.operations.image_libraries import create_image_library, delete_image_library
from libraries.usage import used_by, users_of_images
from moderation.models import Service, ServiceDraft, ServiceVersion
from moderation.operations.drafts import (
    DraftOutdated,
    VersionUnknown,
    discard_draft,
    draft_of,
    held_draft,
    save_draft,
)
from moderation.operations.publishable import RulesInvalid
from moderation.operations.publishing import NothingChanged, VersionOutdated, publish_version, roll_back
from moderation.operations.services import (
    ServiceCodeTooLong,
    ServiceDescriptionTooLong,
    ServiceNameTooLong,
    copy_service,
    rename_service,
)
from moderation.operations.versions import NoteTooLong
from moderation.rules_diff import Change, rules_diff
from moderation.rules_merge import merge
from moderation.rules_words import told
from moderation.values import LabelRule, Level, Rules
from tests.factories import NOW, make_account, make_key, make_user, make_vocabulary, service_of

BASELINE = "baselineCheck_global"


@pytest.fixture
def account(db):
    return make_account()


@pytest.fixture
def service(account):
    return service_of(account, BASELINE)


def make_library(account, name="Drug pictures"):
    return create_image_library(account=account, name=name, description="", actor=None, now=NOW)


def publish(service, rules, **kwargs):
    asked = {"note": "", "actor": None, "now": NOW, "based_on": service.current_version.number}
    version = publish_version(service=service, rules=rules, **asked | kwargs)
    service.current_version = version
    return version


class TestLists:
    def test_of_pictures_set_labels_of_what_a_picture_shows(self, account, service):
        library = make_library(account)
        rules = service.current_version.rules.with_label(
            "contraband_drug", on=True, image_libraries=(library.pk,)
        )

        assert publish(service, rules).rules.image_libraries() == {library.pk}
        assert users_of_images(library) == [BASELINE]

    def test_of_words_set_labels_of_text_in_pictures(self, account, service):
        words = make_vocabulary(account, words=["blue lotus"])
        rules = service.current_version.rules.with_label("contraband_drug_tii", vocabularies=(words.pk,))

        publish(service, rules)
        assert used_by(words) == [BASELINE]

    @pytest.mark.parametrize(
        "label, kind, field",
        [
            ("contraband_drug", "vocabularies", "labels.contraband_drug.vocabularies"),
            ("contraband_drug_tii", "image_libraries", "labels.contraband_drug_tii.image_libraries"),
        ],
    )
    def test_that_do_not_fit_their_label_are_refused(self, account, service, label, kind, field):
        number = make_library(account).pk if kind == "image_libraries" else make_vocabulary(account).pk
        rules = service.current_version.rules.with_label(label, **{kind: (number,)})

        with pytest.raises(RulesInvalid) as refused:
            publish(service, rules)
        assert refused.value.field == field

    def test_of_pictures_do_not_belong_to_a_text_service(self, account):
        service, library = service_of(account), make_library(account)
        rules = service.current_version.rules

        with pytest.raises(RulesInvalid):
            publish(service, rules.with_label("contraband_drug", image_libraries=(library.pk,)))
        with pytest.raises(RulesInvalid) as refused:
            publish(service, replace(rules, exempt_image_libraries=(library.pk,)))
        assert refused.value.field == "exempt_image_libraries"

    def test_of_another_account_do_not_exist(self, service):
        stranger = make_account()
        library, words = make_library(stranger), make_vocabulary(stranger)
        rules = service.current_version.rules

        for asked in (
            rules.with_label("contraband_drug", image_libraries=(library.pk,)),
            replace(rules, exempt_image_libraries=(library.pk,)),
            rules.with_label("contraband_drug_tii", vocabularies=(words.pk,)),
            replace(rules, ignored_vocabularies=(words.pk,)),
        ):
            with pytest.raises(RulesInvalid) as refused:
                publish(service, asked)
            assert refused.value.details["missing"]

    def test_in_use_are_not_deleted(self, account, service):
        library = make_library(account)
        publish(service, replace(service.current_version.rules, exempt_image_libraries=(library.pk,)))

        with pytest.raises(PlatformError) as refused:
            delete_image_library(library=library, used_by=users_of_images(library), actor=None, now=NOW)
        assert refused.value.details["services"] == [BASELINE]


class TestAVersion:
    def test_names_its_author_person_or_key(self, account, service):
        rules = service.current_version.rules
        person, key = make_user("ada", account=account), make_key(account).key

        by_person = publish(service, rules.with_label("contraband_drug", on=True), actor=person)
        by_key = publish(service, rules, actor=key)

        assert (by_person.by, by_person.published_by) == ("ada", person)
        assert (by_key.by, by_key.published_by) == (f"key:{key.prefix}", None)

    def test_has_a_note_of_at_most_300_characters(self, service):
        rules = service.current_version.rules.with_label("contraband_drug", on=True)

        with pytest.raises(NoteTooLong):
            publish(service, rules, note="x" * 301)
        assert publish(service, rules, note=" calmer\0 ").note == "calmer"

    def test_is_not_rolled_back_to_over_one_that_was_not_seen(self, service):
        first = service.current_version
        publish(service, first.rules.with_label("contraband_drug", on=True))

        with pytest.raises(VersionOutdated):
            roll_back(service=service, to=first, actor=None, now=NOW, based_on=1)


class TestADraft:
    def rules(self, service):
        return service.current_version.rules.with_label("contraband_drug", on=True, medium=40.0)

    def save(self, service, **kwargs):
        asked = {"rules": self.rules(service), "based_on": 1, "actor": None, "now": NOW}
        return save_draft(service=service, **asked | kwargs)

    def test_is_kept_beside_what_is_in_force(self, service):
        assert draft_of(service) is None
        self.save(service)

        assert draft_of(service) == self.rules(service)
        assert service_of(service.account, BASELINE).current_version.number == 1

    def test_is_the_only_one_and_is_replaced(self, service):
        first = self.save(service)
        second = self.save(service, rules=self.rules(service).with_label("contraband_gamble", on=True))

        assert (first.revision, second.revision) == (1, 2)
        assert ServiceDraft.objects.count() == 1

    def test_is_not_written_over_by_who_saw_another(self, service):
        self.save(service, seen=0)

        with pytest.raises(DraftOutdated):
            self.save(service, seen=0)
        assert self.save(service, seen=1).revision == 2

    def test_goes_once_it_is_published(self, service):
        publish(service, self.save(service).rules)

        assert draft_of(service) is None

    def test_stays_when_other_rules_are_published(self, service):
        self.save(service)
        publish(service, service.current_version.rules.with_label("contraband_gamble", on=True))

        assert held_draft(service).based_on == 1

    def test_could_be_published_or_is_refused(self, service):
        with pytest.raises(RulesInvalid):
            self.save(service, rules=self.rules(service).with_label("contraband_drug", medium=95.0))
        with pytest.raises(NothingChanged):
            self.save(service, rules=service.current_version.rules)
        with pytest.raises(VersionUnknown):
            self.save(service, based_on=7)

    def test_is_discarded_with_a_trace(self, service):
        self.save(service)
        discard_draft(service=service, actor=None, now=NOW)

        assert draft_of(service) is None
        trail = AuditRecord.objects.owned_by(service.account).order_by("number")
        assert [record.action for record in trail][-2:] == ["service.draft_saved", "service.draft_discarded"]
        with pytest.raises(NotFound):
            discard_draft(service=service, actor=None, now=NOW)


class TestNames:
    def test_are_kept_within_bounds(self, service):
        for refused, facts in (
            (ServiceNameTooLong, {"name": "x" * 101, "description": ""}),
            (ServiceDescriptionTooLong, {"name": "x", "description": "x" * 501}),
        ):
            with pytest.raises(refused):
                rename_service(service=service, **facts, actor=None, now=NOW)
            with pytest.raises(refused):
                copy_service(service=service, **facts, actor=None, now=NOW)

    def test_of_copies_of_copies_end(self, service):
        with pytest.raises(ServiceCodeTooLong):
            for _depth in range(20):
                service = copy_service(service=service, name="Copy", description="", actor=None, now=NOW)
        assert service.code.startswith(f"{BASELINE}_01_01") and len(service.code) <= 60


RULES = Rules(labels={"drugs": LabelRule(medium=60, high=90), "spam": LabelRule(on=False)})


class TestMerging:
    def test_brings_both_editors_changes_together(self):
        theirs = RULES.with_label("drugs", medium=50.0)
        ours = replace(RULES.with_label("spam", on=True), review_levels=frozenset({Level.HIGH}))

        merged = merge(base=RULES, ours=ours, theirs=theirs)

        assert merged.rules == replace(
            RULES.with_label("drugs", medium=50.0).with_label("spam", on=True),
            review_levels=frozenset({Level.HIGH}),
        )
        assert merged.disputed == ()

    def test_lets_ours_win_and_names_what_both_changed(self):
        theirs = RULES.with_label("drugs", medium=50.0, vocabularies=(1,))
        ours = RULES.with_label("drugs", medium=70.0, vocabularies=(1,))

        merged = merge(base=RULES, ours=ours, theirs=theirs)

        assert merged.rules.labels["drugs"].medium == 70.0
        assert merged.disputed == (Change("drugs", "medium", 50.0, 70.0),)

    def test_of_the_same_rules_changes_nothing(self):
        assert merge(base=RULES, ours=RULES, theirs=RULES).rules == RULES


def test_changes_are_told_in_words():
    after = replace(
        RULES.with_label("drugs", on=False, high=95.5, image_libraries=(4, 9)),
        ignored_vocabularies=(7,),
        review_levels=frozenset({Level.HIGH, Level.MEDIUM}),
    )
    names = {("image_library", 4): "Drug pictures", ("vocabulary", 7): "Small words"}

    assert [(one.setting, one.before, one.after) for one in told(rules_diff(RULES, after), names)] == [
        ("Detection status", "on", "off"),
        ("High-risk score", "90", "95.5"),
        ("Image libraries", "none", "Drug pictures, #9 (deleted)"),
        ("Ignored vocabularies", "none", "Small words"),
        ("Levels for audit", "none", "High, Medium"),
    ]


@pytest.mark.django_db(transaction=True)
class TestTwoAdminsAtOnce:
    def at_once(self, *acts):
        start, outcomes = threading.Barrier(len(acts)), []

        def run(act):
            try:
                start.wait(10)
                act()
                outcomes.append("done")
            except PlatformError as error:
                outcomes.append(error.code)
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=[act]) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        return sorted(outcomes)

    def test_one_publishes_and_the_others_are_told(self):
        account = make_account()
        service = service_of(account, BASELINE)

        def publishing(number):
            rules = service.current_version.rules.with_label("contraband_drug", on=True, medium=float(number))
            mine = service_of(account, BASELINE)
            return lambda: publish_version(
                service=mine, rules=rules, note="", actor=None, now=NOW, based_on=1
            )

        outcomes = self.at_once(*[publishing(number) for number in range(6)])

        assert outcomes == ["done"] + ["version_outdated"] * 5
        assert list(service.versions.newest_first().values_list("number", flat=True)) == [2, 1]

    def test_copies_made_at_once_get_codes_of_their_own(self):
        account = make_account()
        service = service_of(account, BASELINE)

        def copying():
            copy_service(service=service, name="Shop", description="", actor=None, now=NOW)

        assert self.at_once(*[copying] * 4) == ["done"] * 4
        copies = Service.objects.filter(copied_from=service).by_code().values_list("code", flat=True)
        assert list(copies) == [f"{BASELINE}_{number:02d}" for number in range(1, 5)]

    def test_drafts_saved_at_once_leave_one(self):
        account = make_account()
        service = service_of(account, BASELINE)
        rules = service.current_version.rules.with_label("contraband_drug", on=True)

        def saving():
            save_draft(service=service, rules=rules, based_on=1, actor=None, now=NOW, seen=0)

        assert self.at_once(*[saving] * 4) == ["done"] + ["draft_outdated"] * 3
        assert ServiceVersion.objects.filter(service=service).count() == 1
