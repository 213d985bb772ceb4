"""What is said in a slice, judged by the rules of an audio service. The hearers are fakes here."""

import pytest

from config.accounts import revisions
from moderation.detectors import registry
from moderation.explanations import explain
from moderation.hearing.speech import can_hear, hear
from moderation.inspection import Heard
from moderation.models import Label, LabelMapping
from moderation.operations.moderate import describe
from moderation.operations.services import publish_version
from moderation.result_reasons import reasons_of
from moderation.scope import compile_scope
from moderation.values import LabelRule, Level, Rules, Source
from moderation.verdict import reach_verdict
from tests.factories import NOW, make_account, make_vocabulary, service_of
from tests.speech import spelling

FAKE = "moderation.detectors.fake."
GAMBLING, DRUGS, WEAPONS, SOUNDS = (
    "contraband_gambling",
    "contraband_drug",
    "violent_weapons",
    "sexual_sounds",
)


@pytest.fixture
def install(settings, db):
    """Engines by name, in the place of the real ones."""

    def install(*names):
        settings.ASSAY_DETECTORS = [FAKE + name for name in ("FakeEngine", *names)]
        registry.forget()

    LabelMapping.objects.create(engine="fake", raw="gambling", label=Label.objects.get(code=GAMBLING))
    yield install
    registry.forget()


@pytest.fixture
def account(db):
    return make_account()


@pytest.fixture
def words(account):
    return make_vocabulary(account, words=["casino", "冰毒"])


@pytest.fixture
def scope(account, words, install):
    """Of the audio service: an engine is behind one label, a list behind another, nothing behind two."""

    def scope(*hearers, **changes):
        install(*hearers)
        rules = Rules(
            labels={
                GAMBLING: LabelRule(),
                DRUGS: LabelRule(vocabularies=(words.pk,)),
                WEAPONS: LabelRule(),
                SOUNDS: LabelRule(),
            }
            | changes
        )
        service = service_of(account, "audio_media_detection")
        publish_version(service=service, rules=rules, note="", actor=None, now=NOW, based_on=1)
        return compile_scope(service_of(account, "audio_media_detection"))

    return scope


@pytest.fixture
def heard(account):
    def heard(message: str, scope, **given):
        return hear(spelling(message), scope=scope, revisions=revisions.read(account.pk), **given)

    return heard


class TestASlice:
    def test_is_judged_as_a_text_is(self, scope, heard):
        here = scope("FakeHearer")
        found = heard("good evening [[fake:gambling=75]] friends", here)

        assert found.text == "good evening [[fake:gambling=75]] friends"
        assert [(one.label, one.score, one.source) for one in found.findings] == [
            (GAMBLING, 75, Source.ENGINE)
        ]
        assert reach_verdict(found.findings, here.rules).level is Level.MEDIUM
        assert (found.heard, found.heard_by) == (Heard.WORDS, ("fake_hearer",))

    def test_says_when_in_the_recording_it_was_said(self, scope, heard):
        found = heard("come to the casino now", scope("FakeHearer"), start_ms=90_000)
        [finding] = found.findings

        assert (finding.evidence["start_ms"], finding.evidence["end_ms"]) == (90_300, 90_400)
        assert finding.evidence["text"] == "casino"
        start, end = finding.evidence["start"], finding.evidence["end"]
        assert found.text[start:end] == "casino"

    def test_spans_the_words_of_a_hit(self, scope, heard, account, words):
        long = make_vocabulary(account, words=["free money"])
        here = scope("FakeHearer", **{WEAPONS: LabelRule(vocabularies=(long.pk,))})
        [finding] = heard("get free money here", here).findings

        assert (finding.evidence["start_ms"], finding.evidence["end_ms"]) == (100, 300)

    def test_finds_words_of_scripts_without_spaces(self, scope, heard):
        found = heard("我 有 冰 毒 呢", scope("FakeHearer"))
        [finding] = found.findings

        assert found.text == "我有冰毒呢"
        assert (finding.evidence["start_ms"], finding.evidence["end_ms"]) == (200, 400)

    def test_with_a_listed_word_is_high_risk(self, scope, heard):
        here = scope("FakeHearer")
        verdict = reach_verdict(heard("casino", here).findings, here.rules)

        assert (verdict.level, verdict.labels[0].label) == (Level.HIGH, f"{DRUGS}_lib")

    def test_leaves_out_what_nobody_looked_for_only(self, scope, heard):
        here = scope("FakeHearer")

        assert heard("good evening", here).uncovered(here) == [SOUNDS, WEAPONS]

    def test_of_which_the_text_engine_fails_says_so(self, scope, heard):
        here = scope("FakeHearer")

        assert heard("good [[fake:break]] evening", here).uncovered(here) == [GAMBLING, SOUNDS, WEAPONS]


ALL = sorted([DRUGS, GAMBLING, SOUNDS, WEAPONS])


class TestSpeechThatNobodyUnderstands:
    @pytest.mark.parametrize("message", ["[[hearer:break]]", "[[hearer:foreign]]", ""])
    def test_is_never_called_clean(self, scope, heard, message):
        here = scope("FakeHearer")
        found = heard(message, here)

        assert (found.heard, found.findings, found.text) == (Heard.NOTHING, [], "")
        assert found.uncovered(here) == ALL

    def test_is_all_speech_where_no_hearer_is_installed(self, scope, heard):
        here = scope()
        found = heard("casino", here)

        assert not can_hear(here) and list(here.uncovered) == ALL
        assert (found.heard, found.uncovered(here)) == (Heard.NOTHING, ALL)

    def test_names_who_failed(self, scope, heard):
        found = heard("[[hearer:break]]", scope("FakeHearer"))

        assert (found.failed_engines, found.heard_by) == (("fake_hearer",), ())

    def test_is_no_gap_where_there_was_hardly_a_sound(self, scope, account):
        here = scope("FakeHearer")
        found = hear(spelling("", seconds=0.5), scope=here, revisions=revisions.read(account.pk))

        assert found.uncovered(here) == [SOUNDS, WEAPONS]

    @pytest.mark.parametrize("pcm", [b"", bytes(64_000)])
    def test_is_told_from_silence(self, scope, account, pcm):
        here = scope("FakeHearer")
        found = hear(pcm, scope=here, revisions=revisions.read(account.pk))

        assert (found.heard, found.uncovered(here)) == (Heard.SILENCE, [SOUNDS])


class TestAnExperiment:
    def test_finds_and_vouches_for_nothing(self, scope, heard):
        here = scope("FakeBeginner")
        found = heard("come to the casino", here)

        assert not can_hear(here)
        assert [one.label for one in found.findings] == [DRUGS]
        assert (found.heard, found.uncovered(here)) == (Heard.NOTHING, ALL)

    @pytest.mark.parametrize("message", ["casino", "[[fake:gambling=99]]"])
    def test_raises_medium_risk_at_most(self, scope, heard, message):
        here = scope("FakeBeginner")

        assert reach_verdict(heard(message, here).findings, here.rules).level is Level.MEDIUM

    def test_says_so_in_what_is_kept(self, scope, heard):
        here = scope("FakeBeginner")
        found = heard("casino [[fake:gambling=99]]", here)
        result = describe(scope=here, inspection=found, verdict=reach_verdict(found.findings, here.rules))

        assert {evidence["most"] for label in result.labels for evidence in label["evidence"]} == {"medium"}
        assert result.scores == {}

    def test_is_not_asked_where_somebody_can_be_relied_on(self, scope, heard):
        here = scope("FakeBeginner", "FakeHearer")
        found = heard("casino", here)

        assert can_hear(here)
        assert found.heard_by == ("fake_hearer",)
        assert reach_verdict(found.findings, here.rules).level is Level.HIGH

    def test_is_named_as_the_reason(self, scope, heard):
        here = scope("FakeBeginner")
        found = heard("casino", here)
        result = describe(scope=here, inspection=found, verdict=reach_verdict(found.findings, here.rules))

        [told] = explain(result.labels, here.rules)
        assert "experimental" in told.rule and told.level == "medium"
        assert [one.match for reason in reasons_of(result, here.rules) for one in reason.evidence] == [None]
