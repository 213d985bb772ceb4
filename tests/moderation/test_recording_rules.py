"""The rules of videos and audio: kept, told, merged, refused, published by the pages."""

import json
from dataclasses import replace

import pytest

from config.accounts.roles import Role
from moderation.models import Service
from moderation.models.content import ContentType
from moderation.operations.drafts import draft_of
from moderation.operations.publishable import RulesInvalid, require_publishable
from moderation.operations.services import create_service, services_judged_by
from moderation.rules_diff import Change, rules_diff
from moderation.rules_document import read_rules
from moderation.rules_merge import merge
from moderation.rules_words import told
from moderation.values import MEDIA_SETTINGS, LabelRule, Level, Rules
from tests.factories import NOW, make_account, make_user, make_vocabulary, publish, service_of
from tests.moderation.recording_services import BASELINE, IMAGE, SPEECH, VIDEO, make_speech_service
from tests.moderation.test_rules_page import editor, fields, page_of, saving, signed_in

OLD = {
    "labels", "ignored_vocabularies", "exempt_image_libraries", "use_reviewed_samples", "review_levels",
    "manual_levels", "send_delay",
}  # fmt: skip
OTHERS = Rules(
    image_services=(BASELINE, IMAGE),
    audio_service=SPEECH,
    every_ms=2500,
    most_frames=50,
    sees_cuts=False,
    reads="all",
    unheard_to_people=True,
)


@pytest.fixture
def account(db):
    account = make_account()
    make_speech_service(account)
    return account


@pytest.fixture
def video(account) -> Service:
    return service_of(account, VIDEO)


@pytest.fixture
def admin(account):
    return signed_in(make_user("ada", account=account, role=Role.POLICY_ADMIN))


class TestTheDocument:
    def test_comes_back_as_it_was_written(self):
        assert Rules.from_json(OTHERS.to_json()) == OTHERS
        assert read_rules(json.dumps(OTHERS.to_json())) == OTHERS

    def test_of_other_services_is_what_it_was(self):
        assert Rules().to_json().keys() == OLD
        assert Rules.from_json({"labels": {}}) == Rules()

    def test_tells_what_was_set_and_nothing_else(self):
        assert Rules(every_ms=500).to_json().keys() - OLD == {"every_ms"}
        assert Rules.from_json(Rules(image_services=(IMAGE,)).to_json()).every_ms == 1000

    @pytest.mark.parametrize(
        "setting, value",
        [
            ("every_ms", 199),
            ("every_ms", 60_001),
            ("most_frames", 0),
            ("most_frames", 2001),
            ("reads", "some"),
            ("image_services", [""]),
            ("sees_cuts", 1),
        ],
    )
    def test_is_read_strictly(self, setting, value):
        with pytest.raises(RulesInvalid):
            read_rules(json.dumps(Rules().to_json() | {setting: value}))


class TestChanges:
    def test_are_told_in_words(self):
        words = {
            one.setting: (one.before, one.after)
            for one in told(rules_diff(Rules(), OTHERS), {})
            if not one.code
        }

        assert words == {
            "Services that judge the frames": ("none", "baselineCheck, postImageCheck"),
            "Service that judges the speech": ("none", "podcasts"),
            "Seconds between the frames looked at": ("1", "2.5"),
            "Frames looked at, at most": ("200", "50"),
            "Frames after scene cuts": ("on", "off"),
            "Frames whose text is read": ("after scene cuts", "all"),
            "Speech that nothing can hear goes to people": ("off", "on"),
        }

    def test_of_two_people_come_together(self):
        base = Rules(image_services=(IMAGE,))
        ours = replace(base, image_services=(BASELINE, IMAGE), every_ms=500)
        theirs = replace(base, most_frames=50, every_ms=2000, review_levels=frozenset({Level.HIGH}))

        merged = merge(base=base, ours=ours, theirs=theirs)

        assert merged.rules == replace(theirs, image_services=(BASELINE, IMAGE), every_ms=500)
        assert merged.disputed == (Change("", "every_ms", 2000, 500),)


class TestWhatMayBePublished:
    @pytest.mark.parametrize(
        "changes",
        [
            {},
            {"image_services": (BASELINE, IMAGE), "audio_service": SPEECH, "unheard_to_people": True},
            {"image_services": (), "audio_service": SPEECH},
            {"every_ms": 200, "most_frames": 2000, "sees_cuts": False, "reads": "none"},
        ],
    )
    def test_of_a_video(self, video, changes):
        require_publishable(service=video, rules=replace(video.current_version.rules, **changes))

    @pytest.mark.parametrize(
        "changes, field",
        [
            ({"image_services": (), "audio_service": ""}, "image_services"),
            ({"image_services": ("smell",)}, "image_services"),
            ({"image_services": (IMAGE, "nul\0")}, "image_services"),
            ({"image_services": ("comment_detection",)}, "image_services"),
            ({"image_services": (SPEECH,)}, "image_services"),
            ({"image_services": (VIDEO,)}, "image_services"),
            ({"image_services": ("imageManualCheck",)}, "image_services"),
            ({"image_services": tuple(f"copy_{n}" for n in range(11))}, "image_services"),
            ({"audio_service": IMAGE}, "audio_service"),
            ({"audio_service": "audioManualCheck"}, "audio_service"),
            ({"labels": {"pornographic_adultContent": LabelRule()}}, "labels"),
        ],
    )
    def test_of_a_video_is_judged_by_services_that_fit(self, video, changes, field):
        with pytest.raises(RulesInvalid) as refused:
            require_publishable(service=video, rules=replace(video.current_version.rules, **changes))
        assert refused.value.field == field

    def test_of_a_video_has_no_vocabularies(self, account, video):
        words = make_vocabulary(account)
        with pytest.raises(RulesInvalid) as refused:
            require_publishable(
                service=video, rules=replace(video.current_version.rules, ignored_vocabularies=(words.pk,))
            )
        assert refused.value.field == "ignored_vocabularies"

    def test_names_services_of_the_account_itself(self, video):
        create_service(
            account=make_account(),
            code="theirs",
            name="Theirs",
            description="",
            content_type=ContentType.IMAGE,
            rules=Rules(),
            actor=None,
            now=NOW,
        )
        with pytest.raises(RulesInvalid) as refused:
            require_publishable(service=video, rules=Rules(image_services=("theirs",)))
        assert refused.value.details["missing"] == ["theirs"]

    @pytest.mark.parametrize("setting", ["image_services", *MEDIA_SETTINGS])
    @pytest.mark.parametrize("code", [IMAGE, "comment_detection", "videoManualCheck", SPEECH])
    def test_of_other_services_has_none_of_this(self, account, code, setting):
        service = service_of(account, code)
        rules = replace(service.current_version.rules, **{setting: getattr(OTHERS, setting)})

        if (code, setting) == (SPEECH, "unheard_to_people"):
            require_publishable(service=service, rules=rules)
            return
        with pytest.raises(RulesInvalid) as refused:
            require_publishable(service=service, rules=rules)
        assert refused.value.field == setting

    def test_of_audio_has_the_labels_of_texts(self, account):
        service = service_of(account, SPEECH)
        publish(service, service.current_version.rules.with_label("contraband_drug", on=True))

        assert service_of(account, SPEECH).labels_on == 2
        with pytest.raises(RulesInvalid):
            require_publishable(
                service=service, rules=Rules(labels={"pornographic_adultContent_tii": LabelRule()})
            )


def test_a_service_knows_what_it_judges(account, video):
    publish(video, replace(video.current_version.rules, audio_service=SPEECH))
    stranger = make_account()

    assert services_judged_by(service=service_of(account, IMAGE)) == [VIDEO]
    assert services_judged_by(service=service_of(account, SPEECH)) == [VIDEO]
    assert services_judged_by(service=service_of(account, BASELINE)) == []
    assert services_judged_by(service=service_of(stranger, BASELINE)) == []


class TestThePage:
    def publish(self, admin, service, **changes):
        compared = admin.post(saving(service), editor(admin, service) | changes | {"go": ["compare"]})
        assert compared.status_code == 200
        published = fields(compared.content.decode()) | {"go": ["publish"], "note": ["tighter"]}
        assert admin.post(saving(service), published).status_code == 302
        return compared.content.decode()

    def test_names_those_who_judge_with_links_to_their_rules(self, admin, account, video):
        page = admin.get(page_of(video)).content.decode()

        assert (
            "What judges the frames" in page and "What judges the speech" in page and "Which frames" in page
        )
        assert page_of(service_of(account, IMAGE)) in page and page_of(service_of(account, SPEECH)) in page
        assert "imageManualCheck" not in page and "audioManualCheck" not in page
        assert (
            "Ignoring vocabulary" not in page
            and "Medium-risk score" not in page
            and "rules-filter" not in page
        )
        assert ">Test<" not in page

    def test_sent_back_as_it_came_changes_nothing(self, admin, video):
        answer = admin.post(saving(video), editor(admin, video) | {"go": ["compare"]})

        assert "These rules are in force already" in answer.content.decode()

    def test_publishes_every_setting(self, admin, account, video):
        compared = self.publish(
            admin,
            video,
            image_services=[IMAGE, BASELINE],
            audio_service=[SPEECH],
            every_seconds=["2.5"],
            most_frames=["50"],
            reads=["all"],
            unheard_to_people=["on"],
        )

        rules = service_of(account, VIDEO).current_version.rules
        assert rules == replace(OTHERS, sees_cuts=True, review_levels=rules.review_levels)
        assert rules.review_levels == video.current_version.rules.review_levels
        assert "7 change" not in compared and "6 changes" in compared
        assert "there is nothing here to judge anew" in compared

    def test_takes_the_speech_away_again(self, admin, account, video):
        publish(video, replace(video.current_version.rules, audio_service=SPEECH, sees_cuts=False))
        self.publish(admin, service_of(account, VIDEO), audio_service=[""], sees_cuts=["on"])

        rules = service_of(account, VIDEO).current_version.rules
        assert (rules.audio_service, rules.sees_cuts) == ("", True)

    @pytest.mark.parametrize(
        "changes, field, text",
        [
            ({"every_seconds": ["0.1"]}, "every_ms", "A frame is looked at every 0.2 to 60 seconds"),
            ({"every_seconds": ["nan"]}, "every_ms", "A frame is looked at"),
            ({"every_seconds": ["1e999999999"]}, "every_ms", "A frame is looked at"),
            ({"every_seconds": [""]}, "every_ms", "A frame is looked at"),
            ({"most_frames": ["2001"]}, "most_frames", "A frame is looked at"),
            ({"most_frames": ["0"]}, "most_frames", "A frame is looked at"),
            ({"send_delay": ["4000"]}, "send_delay", "Decisions are sent after"),
            ({"image_services": [], "audio_service": [""]}, "image_services", "else nothing looks"),
            ({"image_services": ["comment_detection"]}, "image_services", "There is no such service"),
            ({"image_services": ["\0"]}, "image_services", "There is no such service"),
            ({"audio_service": [IMAGE]}, "audio_service", "There is no such service"),
        ],
    )
    def test_says_at_the_field_what_is_wrong(self, admin, video, changes, field, text):
        answer = admin.post(saving(video), editor(admin, video) | changes | {"go": ["compare"]})

        page = answer.content.decode()
        assert answer.status_code == 400
        assert answer.context["view"].fault == field
        [fault] = page.split('class="as-error rules-fault" role="alert">')[1:]
        assert text in fault[: fault.index("</p>")]

    def test_keeps_a_draft_and_a_history(self, admin, account, video):
        admin.post(saving(video), editor(admin, video) | {"every_seconds": ["0.5"], "go": ["draft"]})
        assert draft_of(video).every_ms == 500
        assert "0.5" in editor(admin, video, draft="1")["every_seconds"]

        self.publish(admin, video, most_frames=["50"])
        history = admin.get(f"/console/service-history/{video.pk}/").content.decode()
        assert "Frames looked at, at most" in history and "tighter" in history
        compared = admin.get(f"/console/service-compare/{video.pk}/?from=2&to=draft").content.decode()
        assert "Seconds between the frames looked at" in compared
        first = video.versions.get(number=1)
        assert admin.post(f"/console/service-roll-back/{first.pk}/", {"based_on": "2"}).status_code == 302
        assert service_of(account, VIDEO).current_version.rules == first.rules

    def test_of_a_copy_begins_with_the_same_judges(self, admin, account, video):
        admin.post(f"/console/service-copy/{video.pk}/", {"name": "Short films", "description": ""})

        assert service_of(account, f"{VIDEO}_01").current_version.rules.image_services == (IMAGE,)

    def test_of_audio_sends_to_people_what_nothing_hears(self, admin, account):
        service = service_of(account, SPEECH)
        page = admin.get(page_of(service)).content.decode()
        assert "pt_to_contact" in page and "What judges the frames" not in page
        self.publish(admin, service, unheard_to_people=["on"])

        assert service_of(account, SPEECH).current_version.rules.unheard_to_people

    def test_of_pictures_and_texts_asks_nothing_of_recordings(self, admin, account):
        for code in (IMAGE, "comment_detection"):
            page = admin.get(page_of(service_of(account, code)), {"edit": "1"}).content.decode()
            assert "unheard_to_people" not in page and "every_seconds" not in page

    def test_of_a_judge_says_whom_it_judges(self, admin, account, video):
        told, untold = (
            admin.get(page_of(service_of(account, code))).content.decode() for code in (IMAGE, BASELINE)
        )
        assert f'Used by <code class="as-chip">{VIDEO}</code>' in told
        assert "Used by" not in untold

    def test_of_all_services_tells_who_judges_videos(self, admin, account):
        page = admin.get("/console/services/?type=video").content.decode()

        assert "Judged by" in page and "Labels on" not in page
        assert f"<code>{IMAGE}</code>" in page and "/console/online-test/" not in page[page.index("<table") :]
        assert "Labels on" in admin.get("/console/services/?type=audio").content.decode()
