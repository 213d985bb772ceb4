"""The worker that opens recordings: one at a time, in a process that can do nothing else. No Django."""

from io import BytesIO

import av
import msgspec
import numpy

from moderation.media.film import covering, listening, looking, probing
from moderation.media.film.exchange import Answer, Limits, Wanted
from moderation.media.film.opening import Reader, why
from moderation.media.film.output import Output
from moderation.media.film.source import Clock
from moderation.workers import memory, sandbox
from moderation.workers.confined import Confined, prepare_encodings

SAMPLE = (64, 48)


def probed(reader: Reader, _out: Output) -> Answer:
    return Answer(facts=probing.probe(reader))


TASKS = {
    "probe": probed,
    "shots": looking.shots,
    "sound": listening.sound,
    "cover": covering.cover,
}


class Film(Confined):
    """The handler of the pool of kind `film`."""

    request = Wanted
    lifetime = 200
    largest_shared = 2**28

    @staticmethod
    def prepare() -> None:
        """Once in the host, so that its workers need nothing from disk."""
        av.logging.set_level(None)
        prepare_encodings()
        film, answer = sample(), memory.allocate(2**20)
        file = memory.allocate(len(film), content=film)
        for task in TASKS:
            wanted = Wanted(
                seconds=10, task=task, format="mkv", limits=Limits(), content_type="video",
                stop_ms=1000, every_ms=400, sees_cuts=True, rotation=90,
            )  # fmt: skip
            if (found := performed(wanted, file, answer)).code:
                raise RuntimeError(f"This machine cannot open films: {task}, {found}")

    def handle(self, wanted: Wanted, fds: list[int], emit) -> bytes:
        sandbox.limit_processor(wanted.seconds)
        file, out = fds
        return msgspec.json.encode(performed(wanted, file, out))


def performed(wanted: Wanted, file: int, out: int) -> Answer:
    reader = None
    try:
        reader = Reader(file, wanted, Clock(wanted.seconds))
        return TASKS[wanted.task](reader, Output(out))
    except Exception as error:  # noqa: BLE001 - a stranger's file may raise anything
        refused = why(error, file, wanted)
        return Answer(code=refused.code, details=refused.details)
    finally:
        if reader is not None:
            reader.close()


def sample() -> bytes:
    """A film with sound, so that all that is needed for one has been loaded once."""
    file = BytesIO()
    with av.open(file, "w", format="matroska") as out:
        pictures = out.add_stream("mpeg4", rate=5)
        pictures.width, pictures.height = SAMPLE
        pictures.pix_fmt = "yuv420p"
        tones = out.add_stream("pcm_s16le", rate=8000, layout="mono")
        for number in range(6):
            drawn = numpy.full((*SAMPLE[::-1], 3), 40 * number, numpy.uint8)
            out.mux(pictures.encode(av.VideoFrame.from_ndarray(drawn, "rgb24")))
            heard = av.AudioFrame.from_ndarray(numpy.ones((1, 1600), numpy.int16), "s16", "mono")
            heard.sample_rate, heard.pts = 8000, number * 1600
            out.mux(tones.encode(heard))
        out.mux(pictures.encode())
        out.mux(tones.encode())
    return file.getvalue()
