import json
import subprocess
import sys

from moderation.detectors import golden_sound
from moderation.detectors.speech_sphinx import SphinxEngine
from tests.moderation.detectors.contract import SoundContract, samples, set_up
from tests.speech import said

CHINESE = "今天天气很好，我们一起去公园散步"


class TestSphinx(SoundContract):
    detector = SphinxEngine

    def test_says_when_each_word_was_said(self, engine):
        hits = engine.inspect(self.sound())
        times = {hit.text: hit.at for hit in hits}

        assert 100 <= times["casino"][0] <= 400 and 400 <= times["casino"][1] <= 900
        assert times["open"][0] >= times["casino"][1]

    def test_makes_english_words_of_chinese(self, engine):
        """Why nobody relies on it: nothing in its answer tells that it understood nothing."""
        hits = engine.inspect(samples(said(CHINESE, voice="cmn")))

        assert len(hits) > 3 and all(hit.text.isascii() for hit in hits)
        assert engine.spec.is_experimental


def test_the_golden_sentence_is_speech_at_the_right_rate():
    engine, sentence = set_up(SphinxEngine), golden_sound.sentence()

    assert not sentence.flags.writeable and 1.5 < sentence.size / 16_000 < 2.5
    assert " ".join(hit.text for hit in engine.inspect(sentence)) == golden_sound.SAYS
    assert " ".join(hit.text for hit in engine.inspect(sentence[::2].copy())) != golden_sound.SAYS
    assert " ".join(hit.text for hit in engine.inspect(sentence.byteswap())) != golden_sound.SAYS


SEALED = """
import json, sys
import django
django.setup()
calls = []
def watch(event, args):
    if event.startswith("socket.") and event not in ("socket.__new__",):
        calls.append(event)
    if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        calls.append(f"open {args[0]} {args[1]}")
    if event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"):
        calls.append(event)
sys.addaudithook(watch)
from moderation.detectors.speech_sphinx import SphinxEngine
engine = SphinxEngine()
engine.setup()
print(json.dumps({"healthy": engine.health().is_ok, "calls": calls}))
"""


def test_it_reaches_for_nothing_outside():
    done = subprocess.run([sys.executable, "-B", "-c", SEALED], capture_output=True, text=True, timeout=120)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {"healthy": True, "calls": []}
