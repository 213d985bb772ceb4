"""How well and how fast recordings are heard: `python -m tests.bench.hearing`.

Needs espeak-ng, and the sample recordings of ../shared/data/audio. Times are of the processor, on one thread.
"""

import os
import re
import time
from collections.abc import Callable, Iterator

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")

import django  # noqa: E402

django.setup()

from moderation.detectors.patterns.engine import PatternEngine  # noqa: E402
from moderation.detectors.profanity import ProfanityEngine  # noqa: E402
from moderation.detectors.speech_sphinx import SphinxEngine  # noqa: E402
from moderation.hearing.slices import cut  # noqa: E402
from moderation.hearing.spans import length_ms, part_of, samples_of  # noqa: E402
from moderation.hearing.vad import speech_in  # noqa: E402
from moderation.hearing.waveform import peaks  # noqa: E402
from tests.speech import READINGS, RECORDINGS, noise, read, said, silence, tone  # noqa: E402

CARDS = RECORDINGS / "pocketsphinx" / "cards"
ENGLISH = (
    "The library opens at nine on Saturdays, and closes at five.",
    "Add me on telegram, I will send you the details tonight.",
    "Come to the casino and play poker with all of us.",
    "You can buy guns and ammunition here for little money.",
    "Call this number, five five five, one two three four.",
)
CHINESE = (
    "图书馆星期六九点开门，五点关门。",
    "加我微信免费领取优惠券，今天晚上八点钟开始。",
    "老师带你炒股，稳赚不赔，请联系客服。",
    "今天天气很好，我们一起去公园散步。",
    "请拨打电话，一三八零零一三八零零零。",
)
NOTHING = {
    "silence": silence(60),
    "white noise": noise(60),
    "loud noise": noise(60, loud=0.4),
    "tone 440 Hz": tone(60),
    "tone 120 Hz": tone(60, hertz=120),
}


def main() -> None:
    print("voice activity: milliseconds called speech")
    for name, sounds in spoken().items():
        found = sum(span.length_ms for one in sounds for span in speech_in(one))
        tell(name, found, sum(map(length_ms, sounds)))
    for name, sound in NOTHING.items():
        tell(name, sum(span.length_ms for span in speech_in(sound)), length_ms(sound))

    sphinx = SphinxEngine()
    sphinx.setup()
    print("\nwords of pocketsphinx: errors against what is said, of each recording whole and as it is cut")
    for name, pairs in transcribed().items():
        for how, hear in (("whole", words_of), ("cut", words_of_slices)):
            heard = [(truth, hear(sphinx, pcm)) for truth, pcm in pairs]
            errors = sum(distance(truth, found) for truth, found in heard)
            total = sum(len(truth) for truth, _found in heard)
            print(f"  {name:<24}{how:<7}{errors:>5} of {total:>5}  {errors / total:6.1%}")
        truth, found = heard[0]
        print(f"      said  {' '.join(truth)}\n      heard {' '.join(found)}")
    words = [len(words_of(sphinx, said(text, voice="cmn"))) for text in CHINESE]
    print(f"  of {len(CHINESE)} Chinese sentences it makes {sum(words)} English words")

    print("\nseconds of work for a second of sound")
    minute = b"".join(pcm for _truth, pcm in transcribed()["readings"])
    seconds = length_ms(minute) / 1000
    rate("voice activity", seconds, lambda: speech_in(minute))
    rate("drawing", seconds, lambda: peaks(minute, 1000))
    rate("pocketsphinx, readings", seconds, lambda: words_of_slices(sphinx, minute))
    chinese = b"".join(said(text, voice="cmn") for text in CHINESE)
    rate("pocketsphinx, Chinese", length_ms(chinese) / 1000, lambda: words_of_slices(sphinx, chinese))
    text = " ".join(word for truth, _pcm in transcribed()["readings"] for word in truth)
    for engine in (PatternEngine(), ProfanityEngine()):
        engine.setup()
        rate(f"text rules: {engine.spec.name}", seconds, lambda engine=engine: engine.inspect(text))


def spoken() -> dict[str, list[bytes]]:
    return {
        "readings, English": [read(path) for path in sorted(READINGS.glob("*.wav"))],
        "cards, English": [read(path) for path in sorted(CARDS.glob("*.wav"))],
        "espeak-ng, English": [said(text) for text in ENGLISH],
        "espeak-ng, Chinese": [said(text, voice="cmn") for text in CHINESE],
    }


def transcribed() -> dict[str, list[tuple[list[str], bytes]]]:
    readings = [
        (plain(path.with_suffix(".txt").read_text()), read(path)) for path in sorted(READINGS.glob("*.wav"))
    ]
    return {
        "readings": readings,
        "cards": [(plain(said_), read(CARDS / f"{name}.wav")) for name, said_ in cards()],
        "espeak-ng, English": [(plain(text), said(text)) for text in ENGLISH],
    }


def cards() -> Iterator[tuple[str, str]]:
    for line in (CARDS / "cards.transcription").read_text().splitlines():
        match = re.fullmatch(r"<s>(.*)</s>\s*\((\w+)\)", line.strip())
        if match:
            yield match[2], match[1]


def plain(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower().replace("mister", "mr"))


def words_of(engine, pcm: bytes) -> list[str]:
    return [hit.text for hit in engine.inspect(samples_of(pcm))]


def words_of_slices(engine, pcm: bytes) -> list[str]:
    slices = cut(speech_in(pcm), total_ms=length_ms(pcm))
    return [word for one in slices for word in words_of(engine, part_of(pcm, one))]


def distance(truth: list[str], found: list[str]) -> int:
    """Words that must be put in, taken out or changed."""
    row = list(range(len(found) + 1))
    for number, word in enumerate(truth, 1):
        before, row[0] = row[0], number
        for place, other in enumerate(found, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (word != other))
    return row[-1]


def tell(name: str, found: int, total: int) -> None:
    print(f"  {name:<24}{found:>8} of {total:>8}  {found / total:6.1%}", flush=True)


def rate(name: str, seconds: float, work: Callable[[], object]) -> None:
    began, real = time.process_time(), time.perf_counter()
    work()
    took, real = time.process_time() - began, time.perf_counter() - real
    print(f"  {name:<24}{took / seconds:9.5f}   ({real / seconds:.5f} by the clock)", flush=True)


if __name__ == "__main__":
    main()
