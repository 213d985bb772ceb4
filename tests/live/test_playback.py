"""Playback as it is served: an address that was given out ends the moment a recording is blocked."""

import socket
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.films import film_of

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "video"
# Of a download under way this much may lie between us and a client that reads slowly.
ON_THE_WAY = 16 * 2**20


@pytest.fixture(scope="module")
def library(live_assay):
    return live_assay.script("tests.live.prepare_media", action="open")


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """A real one, where the data are there."""
    found = DATA / "bigbuckbunny.mp4"
    if found.exists():
        return found
    path = tmp_path_factory.mktemp("films") / "film.mp4"
    path.write_bytes(film_of(bytes(200_000)))
    return path


class Library:
    def __init__(self, live_assay, seeded, film):
        self.live, self.account, self.film = live_assay, seeded["account"], film
        self.api = requests.Session()
        self.api.headers["Authorization"] = f"Bearer {seeded['token']}"
        self.base = f"{live_assay.url}/api/v1"

    def keep(self, fill: int = 0) -> dict:
        return self.live.script(
            "tests.live.prepare_media", action="keep", account=self.account, path=str(self.film), fill=fill
        )

    def post(self, path, body):
        return self.api.post(f"{self.base}/{path}", json=body, timeout=20)

    def address(self, media_id, **asked) -> str:
        answer = self.post(f"assets/{media_id}/playback", asked)
        assert answer.status_code == 201, answer.text
        return answer.json()["url"]

    def remove(self, kept: dict):
        answer = self.api.delete(f"{self.base}/assets/{kept['media_id']}", timeout=20)
        assert answer.status_code == 204, answer.text

    def audit(self, media_id, status):
        answer = self.post("audits", {"audits": [{"media_id": media_id, "status": status}]})
        assert answer.json()["audits"][0]["error"] is None, answer.text


@pytest.fixture(scope="module")
def ours(live_assay, library, film):
    return Library(live_assay, library["ours"], film)


@pytest.fixture(scope="module")
def theirs(live_assay, library, film):
    return Library(live_assay, library["theirs"], film)


def play(url, **headers):
    return requests.get(url, headers=headers, timeout=20)


def code_of(answer) -> str:
    return answer.json()["error"]["code"]


class TestAnAddress:
    def test_plays_the_file_as_it_came_in_parts_and_whole(self, ours):
        whole, kept = ours.film.read_bytes(), ours.keep()
        url = ours.address(kept["media_id"])

        answer = play(url)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "video/mp4")
        assert answer.content == whole
        assert "Set-Cookie" not in answer.headers
        part = play(url, Range="bytes=1000-1999")
        assert (part.status_code, part.content) == (206, whole[1000:2000])
        assert part.headers["Content-Range"] == f"bytes 1000-1999/{len(whole)}"
        assert play(url, Range=f"bytes={len(whole)}-").status_code == 416
        tag = part.headers["ETag"]
        assert play(url, **{"If-None-Match": tag}).status_code == 304
        assert play(url, Range="bytes=0-9", **{"If-Range": tag}).status_code == 206
        assert play(url, Range="bytes=0-9", **{"If-Range": '"other"'}).status_code == 200
        head = requests.head(url, timeout=20)
        assert (head.status_code, head.headers["Content-Length"]) == (200, str(len(whole)))

    def test_is_not_written_into_the_log(self, ours, live_assay):
        url = ours.address(ours.keep()["media_id"])
        play(url, Range="bytes=0-9")

        assert "media/<str:token>" in live_assay.log()
        assert url.rpartition("/")[2] not in live_assay.log()

    def test_stops_to_work_within_two_seconds_of_a_block(self, ours):
        media_id = ours.keep()["media_id"]
        url = ours.address(media_id)
        assert play(url, Range="bytes=0-9").status_code == 206
        ours.audit(media_id, "blocked")

        blocked = play(url, Range="bytes=0-9")
        assert (blocked.status_code, code_of(blocked)) == (403, "media_not_playable")
        refused = ours.post(f"assets/{media_id}/playback", {})
        assert (refused.status_code, code_of(refused)) == (403, "media_not_playable")
        assert refused.json()["error"]["details"]["why"] == "blocked"

        ours.audit(media_id, "normal")
        assert play(url, Range="bytes=0-9").status_code == 206

    def test_has_an_end(self, ours, live_assay):
        media_id = ours.keep()["media_id"]
        asked = {"action": "address", "media_id": media_id, "seconds": 60}
        past = live_assay.script("tests.live.prepare_media", **asked, ago=61)["url"]
        here = live_assay.script("tests.live.prepare_media", **asked)["url"]

        assert code_of(play(past)) == "playback_expired"
        assert play(here).status_code == 200

    def test_is_no_other_accounts_and_cannot_be_made_up(self, ours, theirs):
        media_id = ours.keep()["media_id"]
        assert theirs.post(f"assets/{media_id}/playback", {}).status_code == 404
        url = ours.address(media_id)

        for spoilt in (url[:-1] + ("A" if url[-1] != "A" else "B"), url.replace("/media/", "/media/x")):
            assert code_of(play(spoilt)) == "playback_invalid"

    def test_may_be_good_for_one_client_only(self, ours):
        media_id = ours.keep()["media_id"]

        assert play(ours.address(media_id, address="127.0.0.1")).status_code == 200
        wrong = play(ours.address(media_id, address="192.0.2.7"))
        assert (wrong.status_code, code_of(wrong)) == (403, "playback_address_refused")

    def test_for_review_plays_from_a_security_address_alone(self, ours):
        media_id = ours.keep()["media_id"]
        ours.audit(media_id, "blocked")
        url = ours.address(media_id, review=True)
        refused = play(url)
        assert (refused.status_code, code_of(refused)) == (403, "playback_address_refused")

        ours.post("security-ips", {"addresses": ["127.0.0.0/8"]})
        assert play(url).status_code == 200
        ours.post("security-ips", {"addresses": ["127.0.0.0/8"], "mode": "delete"})
        assert play(url).status_code == 403


class TestADownloadUnderWay:
    def test_is_cut_when_the_recording_is_blocked(self, ours):
        """A client that reads a bit at a time: what was on its way arrives, then nothing does any more."""
        kept = ours.keep(fill=120 * 2**20)
        url = ours.address(kept["media_id"])
        reader = Reader(url)
        reader.wait_for(2 * 2**20)
        ours.audit(kept["media_id"], "blocked")
        before = reader.length
        reader.join(30)

        assert not reader.is_alive()
        assert reader.length < kept["bytes"]
        assert reader.length - before < ON_THE_WAY
        ours.remove(kept)

    def test_is_cut_when_the_recording_is_removed(self, ours):
        kept = ours.keep(fill=120 * 2**20)
        reader = Reader(ours.address(kept["media_id"]))
        reader.wait_for(2 * 2**20)
        ours.remove(kept)
        reader.join(30)

        assert not reader.is_alive()
        assert reader.length < kept["bytes"]

    def test_takes_no_memory(self, ours, live_assay):
        """Of a client that does not read, nothing is gathered for it."""
        kept = ours.keep(fill=150 * 2**20)
        before = resident(live_assay)
        readers = [Reader(ours.address(kept["media_id"]), bites=0) for _number in range(3)]
        for reader in readers:
            reader.wait_for(1)
        time.sleep(3)
        grown = resident(live_assay) - before
        for reader in readers:
            reader.stop()
        ours.remove(kept)

        assert grown < 60 * 2**20, grown


class Reader(threading.Thread):
    """Reads an address piece by piece, some MB a second, and notes when it ended."""

    def __init__(self, url: str, bites: int = 256 * 1024):
        super().__init__(daemon=True)
        self.url, self.bites = urlsplit(url), bites
        self.length, self.ended, self.is_stopped = 0, 0.0, threading.Event()
        self.start()

    def run(self):
        with socket.create_connection((self.url.hostname, self.url.port), timeout=20) as there:
            there.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 256 * 1024)
            asked = f"GET {self.url.path} HTTP/1.1\r\nHost: {self.url.netloc}\r\nConnection: close\r\n\r\n"
            there.sendall(asked.encode())
            self.length += len(there.recv(1024))
            while self.bites and not self.is_stopped.is_set():
                try:
                    piece = there.recv(self.bites)
                except OSError:
                    break
                if not piece:
                    break
                self.length += len(piece)
                time.sleep(0.02)
            self.ended = time.monotonic()
            if not self.bites:
                self.is_stopped.wait(30)

    def wait_for(self, length: int) -> None:
        until = time.monotonic() + 30
        while self.length < length:
            assert self.is_alive() or self.length >= length, self.length
            assert time.monotonic() < until, self.length
            time.sleep(0.02)

    def stop(self):
        self.is_stopped.set()
        self.join(5)


def resident(live_assay) -> int:
    """Of the web's processes together."""
    total = 0
    for process in live_assay.processes:
        for pid in family(process.pid):
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("RssAnon:"):
                    total += int(line.split()[1]) * 1024
    return total


def family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]
