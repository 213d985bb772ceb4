"""Seconds of work for a minute of 720p video, by stage, with one worker of each kind and with two.

    python -m tests.bench.media_jobs [--seconds 60] [--workers 1 2] [--file video.mp4]

The whole way: `moderate_media` with film, decoding, engine and hearing workers beside it, and the service
videoDetection as an account has it. With two workers two videos are judged at a time. The video is the sample
film, played again and again, with a reading of the sample recordings; or the file that is given.
"""

import argparse
import contextlib
import json
import os
import tempfile
import time
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import av
import numpy

from config import embedded
from config.runtime import programs
from tests.ground.live import LiveAssay, wait_until
from tests.moderation.media.film.films import AUDIO, VIDEO

# Of an installation that lives for minutes and knows nobody.
SECRETS = {
    "ASSAY_SECRET_KEY": "bench-only-" + "k7Qw2" * 10,
    "ASSAY_KEY_PEPPER": "bench-only-" + "p4Zx9" * 8,
    "ASSAY_ENCRYPTION_KEYS": "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
}
STAGES = ("probe", "frames", "audio", "verdict")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--file", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        video = asked.file or made(Path(folder) / "video.mp4", asked.seconds)
        with av.open(str(video)) as held:
            seconds = held.duration / 1e6
        print(f"{seconds:.0f} s of video; seconds of work for a minute of it")
        print(
            f"{'workers':>7} {'videos':>6} " + " ".join(f"{stage:>8}" for stage in STAGES) + f" {'in all':>8}"
        )
        for workers in asked.workers:
            measure(Path(folder) / str(workers), video, seconds, workers)


def measure(var: Path, video: Path, seconds: float, workers: int) -> None:
    var.mkdir()
    with contextlib.ExitStack() as after:
        url = os.environ.get("DATABASE_URL") or embedded.use(var / "pg", durable=False)
        live = LiveAssay(url, var)
        after.callback(live.stop_all)
        number = str(workers)
        live.env |= SECRETS | {
            "ASSAY_OWN_WORKERS": "0",
            "ASSAY_MEDIA_THREADS": number,
            "ASSAY_MEDIA_PER_ACCOUNT": number,
            **{f"ASSAY_{kind}_WORKERS": number for kind in ("DECODE", "FILM", "ENGINE", "SPEECH")},
        }
        live.prepare()
        account = live.script("tests.live.prepare_jobs", action="begin", url="http://127.0.0.1:9/")["account"]
        live.start(programs.look())
        begin(live, account, video, 1)
        live.start(programs.media())
        wait_until(lambda: ended(live, "verdict", 1), "the first video has warmed it up", seconds=3600)
        began, former = time.monotonic(), len(live.log())
        begin(live, account, video, workers)
        wait_until(lambda: ended(live, "verdict", 1 + workers), "all are judged", seconds=3600)
        took = time.monotonic() - began
        spent = defaultdict(float)
        for line in live.log()[former:].splitlines():
            if '"media_step_ended"' in line:
                told = json.loads(line)
                spent[told["step"]] += told["seconds"]
        minutes = workers * seconds / 60
        by_stage = " ".join(f"{spent[stage] / minutes:8.1f}" for stage in STAGES)
        print(f"{workers:>8} {workers:>8} {by_stage} {took / minutes:8.1f}", flush=True)


def begin(live: LiveAssay, account: int, video: Path, jobs: int) -> None:
    sent = {"account": account, "video": str(video), "jobs": jobs, "service": "videoDetection"}
    live.script("tests.live.prepare_jobs", action="send", is_held=False, **sent)


def ended(live: LiveAssay, step: str, number: int) -> bool:
    return live.log().count(f'"step":"{step}","seconds"') >= number


def made(path: Path, seconds: int, rate: int = 25) -> Path:
    """1280 x 720, with the sample film's pictures and a reading's voice over and over."""
    frames, speech = pictures(VIDEO / "bigbuckbunny.mp4"), voice(AUDIO / "vosk_test.wav")
    with av.open(str(path), "w") as out:
        seen = out.add_stream("libx264", rate=rate)
        seen.width, seen.height, seen.pix_fmt = 1280, 720, "yuv420p"
        seen.options = {"preset": "veryfast"}
        heard = out.add_stream("aac", rate=16_000)
        heard.layout = "mono"
        for number in range(seconds * rate):
            frame = frames[number % len(frames)]
            frame.pts, frame.time_base = number, Fraction(1, rate)
            frame.pict_type = 0
            out.mux(seen.encode(frame))
        out.mux(seen.encode())
        for place in range(seconds * 16_000 // 1024):
            begins = place * 1024 % (speech.shape[1] - 1024)
            frame = av.AudioFrame.from_ndarray(speech[:, begins : begins + 1024].copy(), "s16", "mono")
            frame.sample_rate, frame.pts = 16_000, place * 1024
            out.mux(heard.encode(frame))
        out.mux(heard.encode())
    return path


def pictures(path: Path) -> list:
    with av.open(str(path)) as held:
        return [frame.reformat(1280, 720, "yuv420p") for frame in held.decode(video=0)]


def voice(path: Path):
    shaper = av.AudioResampler("s16", "mono", 16_000)
    with av.open(str(path)) as held:
        pieces = [new.to_ndarray() for frame in held.decode(audio=0) for new in shaper.resample(frame)]
    return numpy.concatenate(pieces, axis=1)


if __name__ == "__main__":
    main()
