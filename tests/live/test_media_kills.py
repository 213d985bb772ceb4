"""Processes that judge videos are killed again and again: nothing is lost, done twice, or told twice."""

import json
import random
import time
from collections import Counter
from io import BytesIO

import av
import psycopg
import pytest
import zxingcpp
from PIL import Image

from config import embedded
from config.runtime import programs
from tests.ground import proofs
from tests.ground.live import LiveAssay, wait_until
from tests.receivers import receiving

JOBS, KILLS, PROCESSES = proofs.of(100, part=25), proofs.of(20, part=5), 3
SECONDS = 240
LET_GO = """
    UPDATE moderation_mediajob SET due_at = now() WHERE id IN (
        SELECT id FROM moderation_mediajob WHERE due_at > now() + interval '1 hour' ORDER BY id LIMIT %s
    )
"""
LEASED = "SELECT count(*) FROM moderation_mediajob WHERE state = 'waiting' AND lease_until > now()"


@pytest.fixture
def installation(make_database):
    var = embedded.BASE / "var" / "live"
    var.mkdir(parents=True, exist_ok=True)
    live = LiveAssay(make_database(), var)
    live.env |= {
        "ASSAY_DETECTORS": "moderation.detectors.barcodes.BarcodeEngine",
        "ASSAY_MEDIA_LEASE_SECONDS": "2",
        "ASSAY_MEDIA_PER_ACCOUNT": "6",
        "ASSAY_OWN_WORKERS": "0",
    }
    try:
        live.prepare()
        yield live
    finally:
        live.stop_all()


def tiny_video() -> bytes:
    """Three seconds, and a code in the last of them."""
    code = zxingcpp.create_barcode("https://buy.example.com/now", zxingcpp.BarcodeFormat.QRCode)
    drawn = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=4)).convert("RGB").resize((160, 160))
    plain = Image.new("RGB", (160, 160), "#264")
    file = BytesIO()
    with av.open(file, "w", format="mp4") as out:
        pictures = out.add_stream("libx264", rate=5)
        pictures.width = pictures.height = 160
        pictures.pix_fmt = "yuv420p"
        for number in range(15):
            out.mux(pictures.encode(av.VideoFrame.from_image(drawn if number >= 10 else plain)))
        out.mux(pictures.encode())
    return file.getvalue()


class Killer:
    """Keeps some processes at work. Lets some videos go, and kills a process that has begun with them."""

    def __init__(self, installation):
        self.installation, self.dice = installation, random.Random(20)
        self.running = [self.begun() for _number in range(PROCESSES)]
        self.interrupted = 0

    def begun(self):
        return self.installation.start(programs.media())

    def started(self) -> int:
        return self.installation.log().count('"event":"media_started"')

    def kill_them(self) -> None:
        with psycopg.connect(self.installation.database_url, autocommit=True) as database:
            for kill in range(KILLS):
                wait_until(lambda kill=kill: self.started() > kill, "one has begun", seconds=SECONDS)
                database.execute(LET_GO, [JOBS // KILLS])
                database.execute("NOTIFY assay_media")
                time.sleep(self.dice.uniform(0.1, 0.6))
                self.installation.kill(self.running.pop(0))
                self.interrupted += database.execute(LEASED).fetchone()[0] > 0
                self.running.append(self.begun())


def steps_ended(installation) -> Counter:
    lines = (json.loads(line) for line in installation.log().splitlines() if '"media_step_ended"' in line)
    return Counter((line["job"], line["step"]) for line in lines)


def test_no_video_is_lost_or_judged_twice(installation, tmp_path):
    with receiving() as receiver:
        account = prepare(installation, action="begin", url=receiver.url)["account"]
        video = tmp_path / "video.mp4"
        video.write_bytes(tiny_video())
        prepare(installation, action="send", account=account, video=str(video), jobs=JOBS)
        installation.start(programs.look())
        installation.start_delivery()
        began, killer = time.monotonic(), Killer(installation)
        killer.kill_them()
        wait_until(lambda: len(receiver.received) >= JOBS, "every result is told", seconds=SECONDS)
        took = time.monotonic() - began
        found = prepare(installation, action="count", account=account)

    steps = steps_ended(installation)
    print(
        f"\n{JOBS} videos, {KILLS} kills, {killer.interrupted} of them in the midst of a step, {took:.0f} s: "
        f"{found['states']}, {len(found['results'])} results, {len(steps)} steps ended, none twice"
    )
    assert found["errors"] == []
    assert found["states"] == {"done": JOBS}
    assert sorted(found["results"]) == sorted(found["jobs"])
    assert found["levels"] == {"high": JOBS}
    assert found["shots"] == [2] * JOBS
    assert max(steps.values()) == 1
    assert killer.interrupted
    assert found["callbacks"] == JOBS
    told = [json.loads(one.body)["data"]["request_id"] for one in receiver.received]
    assert sorted(told) == sorted(found["jobs"])


def prepare(installation, **asked):
    return installation.script("tests.live.prepare_jobs", **asked)
