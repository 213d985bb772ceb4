"""Uploads as they are served: cut off in the middle by either side, they go on where they stopped."""

import base64
import hashlib
import random
import socket
import time
from urllib.parse import urlsplit

import pytest
import requests

from config.runtime.processes import kill_group
from tests.films import film_of
from tests.ground.live import wait_until

LENGTH = 60 * 2**20
BYTES = "application/offset+octet-stream"


@pytest.fixture(scope="module")
def seeded(live_assay):
    return live_assay.script("tests.live.prepare_media", action="open")


@pytest.fixture(scope="module")
def film() -> bytes:
    return film_of(random.Random(7).randbytes(LENGTH))


class Client:
    def __init__(self, live_assay, token: str):
        self.url = f"{live_assay.url}/api/v1/uploads"
        self.api = requests.Session()
        self.token = token
        self.api.headers.update({"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0"})

    def open(self, length: int) -> str:
        metadata = ",".join(
            f"{name} {base64.b64encode(value.encode()).decode()}"
            for name, value in {"filename": "holiday.mp4", "filetype": "video/mp4"}.items()
        )
        headers = {"Upload-Length": str(length), "Upload-Metadata": metadata}
        answer = self.api.post(self.url, headers=headers, timeout=20)
        assert answer.status_code == 201, answer.text
        return answer.headers["Location"]

    def offset(self, place: str) -> int:
        answer = self.api.head(place, timeout=20)
        assert answer.status_code == 200, answer.status_code
        assert answer.headers["Cache-Control"] == "no-store"
        return int(answer.headers["Upload-Offset"])

    def send(self, place: str, data: bytes, offset: int, **headers):
        headers |= {"Content-Type": BYTES, "Upload-Offset": str(offset)}
        return self.api.patch(place, data=data, headers=headers, timeout=60)

    def begin(self, place: str, data: bytes, offset: int, *, announced: int) -> socket.socket:
        """A call that announces more than it sends so far, and is still there."""
        url = urlsplit(place)
        there = socket.create_connection((url.hostname, url.port), timeout=20)
        there.sendall(
            (
                f"PATCH {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\nAuthorization: Bearer {self.token}\r\n"
                f"Content-Type: {BYTES}\r\nUpload-Offset: {offset}\r\nContent-Length: {announced}\r\n\r\n"
            ).encode()
            + data
        )
        return there


@pytest.fixture
def client(live_assay, seeded):
    return Client(live_assay, seeded["ours"]["token"])


def upload_id(place: str) -> str:
    return place.rpartition("/")[2]


def test_a_connection_that_is_killed_in_the_middle_goes_on_and_the_file_is_the_same(client, live_assay, film):
    place, half = client.open(len(film)), len(film) // 2
    there = client.begin(place, film[:half], 0, announced=len(film))
    wait_until(lambda: client.offset(place) > 0, "some of it is on the disk")
    there.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    there.close()
    here = wait_until(lambda: settled(client, place), "the call that was cut has ended")
    assert 0 < here <= half

    answer = client.send(place, film[here:], here)

    assert answer.status_code == 204, answer.text
    assert answer.headers["Upload-Offset"] == str(len(film))
    kept = live_assay.script("tests.live.prepare_media", action="hash", upload_id=upload_id(place))
    assert kept["facts"]["sha256"] == hashlib.sha256(film).hexdigest()
    assert kept["size"] == len(film)
    made = client.api.post(
        client.url.replace("uploads", "assets"),
        json={"content_type": "video", "upload_id": upload_id(place)}, timeout=30,
    )  # fmt: skip
    assert made.status_code == 201, made.text
    assert (made.json()["sha256"], made.json()["title"]) == (kept["facts"]["sha256"], "holiday.mp4")
    client.api.delete(f"{client.url.replace('uploads', 'assets')}/{made.json()['media_id']}", timeout=20)


def settled(client, place) -> int:
    before = client.offset(place)
    time.sleep(0.3)
    return before if client.offset(place) == before else 0


def test_a_server_that_is_killed_in_the_middle_keeps_what_it_said_it_had(live_assay, seeded, film):
    client = Client(live_assay, seeded["theirs"]["token"])
    place, half = client.open(len(film)), len(film) // 2
    there = client.begin(place, film[:half], 0, announced=len(film))
    wait_until(lambda: client.offset(place) > 0, "some of it is on the disk")
    kill_group(live_assay.processes.pop(0))
    there.close()
    live_assay.processes.insert(0, live_assay.start_web())
    live_assay.processes.pop()
    client = Client(live_assay, seeded["theirs"]["token"])
    here = client.offset(place)
    assert 0 < here <= half

    assert client.send(place, film[here:], here).status_code == 204
    kept = live_assay.script("tests.live.prepare_media", action="hash", upload_id=upload_id(place))
    assert kept["facts"]["sha256"] == hashlib.sha256(film).hexdigest()
    assert client.api.delete(place, timeout=20).status_code == 204


def test_of_two_calls_at_once_one_writes(client, film):
    place, some = client.open(len(film)), 2**20
    there = client.begin(place, film[:some], 0, announced=2 * some)
    wait_until(lambda: client.offset(place) > 0, "the first is writing")

    other = client.send(place, film[:some], 0)
    assert (other.status_code, other.json()["error"]["code"]) == (423, "upload_busy")
    there.sendall(film[some : 2 * some])
    assert b"204" in there.recv(4096).splitlines()[0]
    there.close()
    late = client.send(place, film[:some], 0)
    assert (late.status_code, late.json()["error"]["code"]) == (409, "upload_offset_wrong")
    assert client.offset(place) == 2 * some
    assert client.api.delete(place, timeout=20).status_code == 204


def test_what_is_no_recording_ends_with_its_first_bytes(client):
    place = client.open(LENGTH)
    answer = client.send(place, b"<html>" + bytes(2**20), 0)

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "media_format_unsupported")
    assert client.api.head(place, timeout=20).status_code == 404
