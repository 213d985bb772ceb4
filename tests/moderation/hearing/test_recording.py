"""From a recording to findings, nothing faked: speech is found, cut, understood in workers, judged."""

import pytest

from config.accounts import revisions
from moderation.hearing.slices import cut
from moderation.hearing.spans import length_ms, part_of
from moderation.hearing.speech import can_hear, hear
from moderation.hearing.vad import speech_in
from moderation.inspection import Heard
from moderation.operations.services import publish_version
from moderation.scope import compile_scope
from moderation.values import LabelRule, Level, Rules
from moderation.verdict import reach_verdict
from tests.factories import NOW, make_account, make_vocabulary, service_of
from tests.speech import noise, said, silence, tone

pytestmark = pytest.mark.django_db
CHINESE = "加我微信免费领取优惠券，今天晚上八点钟开始"
ENGLISH_AT, CHINESE_AT = 5000, 12_000
ON = ["contraband_gambling", "contraband_drug", "violent_weapons"]


def recording() -> bytes:
    """Noise, a tone, a sentence in English, and one in Chinese, at their times."""
    start = noise(3, loud=0.02) + tone(1)
    start += silence(ENGLISH_AT / 1000 - length_ms(start) / 1000)
    start += said("the casino is open")
    start += silence(CHINESE_AT / 1000 - length_ms(start) / 1000)
    return start + said(CHINESE, voice="cmn") + silence(2)


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def scope(account):
    words = make_vocabulary(account, words=["casino"])
    labels = {code: LabelRule() for code in ON}
    labels["contraband_gambling"] = LabelRule(vocabularies=(words.pk,))
    service = service_of(account, "audio_media_detection")
    publish_version(service=service, rules=Rules(labels=labels), note="", actor=None, now=NOW, based_on=1)
    return compile_scope(service_of(account, "audio_media_detection"))


def test_what_is_said_is_found_at_its_time_and_what_nobody_understands_is_not_called_clean(scope, account):
    pcm = recording()
    slices = cut(speech_in(pcm), total_ms=length_ms(pcm))
    english, chinese = (
        hear(part_of(pcm, one), scope=scope, revisions=revisions.read(account.pk), start_ms=one.start_ms)
        for one in slices
    )

    assert [abs(one.start_ms - at) < 400 for one, at in zip(slices, (ENGLISH_AT, CHINESE_AT), strict=True)]
    assert "casino" in english.text
    [finding] = english.findings
    assert finding.label == "contraband_gambling" and finding.evidence["text"] == "casino"
    assert ENGLISH_AT < finding.evidence["start_ms"] < finding.evidence["end_ms"] < ENGLISH_AT + 1500
    # The only engine here is an experiment: it finds, and vouches for nothing, least of all for Chinese.
    assert reach_verdict(english.findings, scope.rules).level is Level.MEDIUM
    assert not can_hear(scope)
    assert {english.heard, chinese.heard} == {Heard.NOTHING}
    assert english.heard_by == chinese.heard_by == ("speech_sphinx",)
    assert english.uncovered(scope) == chinese.uncovered(scope) == sorted(ON)
