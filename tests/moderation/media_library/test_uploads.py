"""Uploads that go on where they stopped: what they keep, what they refuse, and when they are over."""

import base64
import hashlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from config.errors import NotFound
from moderation.media.taking_in import MediaFormatUnsupported, MediaTooLarge
from moderation.models import MediaUpload
from moderation.operations.assets import create_asset
from moderation.operations.uploads import (
    Checksum,
    UploadChecksumWrong,
    UploadExpired,
    UploadInvalid,
    UploadOffsetWrong,
    UploadsTooMany,
    UploadStorageFull,
    UploadTooLong,
    UploadUnfinished,
    UploadUsed,
    key_of,
    name_of,
    open_upload,
    purge_uploads,
    receive,
    take_back,
    upload_of,
)
from tests.factories import NOW, make_account
from tests.films import film_of

pytestmark = pytest.mark.django_db
DATA = film_of(bytes(range(256)) * 100)
BYTES = "application/offset+octet-stream"


@pytest.fixture
def upload(account):
    return open_upload(account=account, content_type="video", length=len(DATA), name="a.mp4", now=NOW)


def send(upload, data: bytes, offset: int = 0, **facts) -> MediaUpload:
    return receive(
        account=upload.account, upload_id=upload.upload_id, offset=offset,
        read=facts.pop("read", BytesIO(data).read), now=NOW, **facts,
    )  # fmt: skip


def part_of(upload) -> Path:
    return Path(default_storage.path(f"uploads/{name_of(upload)}"))


def here(upload) -> int:
    return upload_of(account=upload.account, upload_id=upload.upload_id, now=NOW).offset


class TestAnUpload:
    @pytest.mark.parametrize("cuts", [[], [1], [1, 2, 4095, 4096, 4097, 20_000]])
    def test_is_the_same_file_in_whatever_pieces_it_comes(self, upload, cuts):
        places = [0, *cuts, len(DATA)]
        for start, end in zip(places, places[1:], strict=False):
            send(upload, DATA[start:end], start)
        found = MediaUpload.objects.get()

        assert found.facts == {
            "sha256": hashlib.sha256(DATA).hexdigest(),
            "format": "mp4",
            "bytes": len(DATA),
        }
        with default_storage.open(found.key) as kept:
            assert kept.read() == DATA
        assert not part_of(upload).exists()

    def test_keeps_what_came_before_it_broke_off(self, upload):
        def cut(most):
            if not given:
                raise ConnectionResetError
            return given.pop()

        given = [DATA[:5000]]
        with pytest.raises(ConnectionResetError):
            send(upload, b"", read=cut)

        assert here(upload) == 5000
        send(upload, DATA[5000:], 5000)
        assert MediaUpload.objects.get().facts["sha256"] == hashlib.sha256(DATA).hexdigest()

    def test_writes_over_what_a_process_that_died_had_not_noted(self, upload):
        send(upload, DATA[:5000])
        with part_of(upload).open("ab") as file:
            file.write(b"not noted")
        send(upload, DATA[5000:], 5000)

        assert MediaUpload.objects.get().facts["sha256"] == hashlib.sha256(DATA).hexdigest()

    def test_is_finished_later_if_the_process_dies_just_before(self, upload):
        send(upload, DATA[:-1])
        Path(default_storage.path(key_of(upload))).parent.mkdir(parents=True)
        Path(default_storage.path(key_of(upload))).write_bytes(DATA)
        part_of(upload).unlink()
        MediaUpload.objects.update(offset=len(DATA))

        found = upload_of(account=upload.account, upload_id=upload.upload_id, now=NOW)

        assert (found.key, found.facts["bytes"]) == (key_of(upload), len(DATA))

    def test_goes_on_at_its_offset_only_and_is_no_longer_than_it_said(self, upload):
        send(upload, DATA[:100])
        for offset in (0, 99, 101):
            with pytest.raises(UploadOffsetWrong):
                send(upload, DATA[offset:], offset)
        with pytest.raises(UploadTooLong):
            send(upload, DATA[100:] + b"x", 100)
        with pytest.raises(UploadTooLong):
            send(upload, b"", 100, length=len(DATA))
        assert here(upload) <= len(DATA)

    def test_that_is_no_recording_is_over_with_its_first_bytes(self, upload):
        send(upload, b"<html>"[:3])
        with pytest.raises(MediaFormatUnsupported):
            send(upload, bytes(5000), 3)

        assert not MediaUpload.objects.exists()
        assert not part_of(upload).exists()

    def test_is_told_when_the_disk_is_full_and_goes_on_later(self, upload):
        part_of(upload).parent.mkdir(parents=True, exist_ok=True)
        part_of(upload).symlink_to("/dev/full")
        with pytest.raises(UploadStorageFull):
            send(upload, DATA)
        assert here(upload) == 0

        part_of(upload).unlink()
        send(upload, DATA)
        assert MediaUpload.objects.get().key

    @pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
    def test_keeps_only_bytes_whose_checksum_fits(self, upload, algorithm):
        good = Checksum(algorithm, hashlib.new(algorithm, DATA[:9000]).digest())
        with pytest.raises(UploadChecksumWrong):
            send(upload, DATA[:8999], checksum=good)
        assert here(upload) == 0
        assert send(upload, DATA[:9000], checksum=good).offset == 9000

    def test_is_of_a_kind_and_a_length_that_are_taken(self, account, settings):
        settings.ASSAY_MEDIA_MAX_BYTES = 1000
        for kind, length, refusal in (
            ("image", 10, UploadInvalid),
            ("video", 0, UploadInvalid),
            ("video", 1001, MediaTooLarge),
        ):
            with pytest.raises(refusal):
                open_upload(account=account, content_type=kind, length=length, now=NOW)

    def test_is_one_of_a_few_at_a_time(self, account, settings):
        settings.ASSAY_UPLOADS_OPEN_MOST = 2
        first, _second = (
            open_upload(account=account, content_type="video", length=10, now=NOW) for _number in range(2)
        )
        with pytest.raises(UploadsTooMany):
            open_upload(account=account, content_type="video", length=10, now=NOW)
        open_upload(account=make_account(), content_type="video", length=10, now=NOW)
        take_back(account=account, upload_id=first.upload_id, now=NOW)
        open_upload(account=account, content_type="video", length=10, now=NOW)

    def test_is_used_once(self, account, upload):
        asked = {"account": account, "title": "", "source": upload, "content_type": "video"}
        with pytest.raises(UploadUnfinished):
            create_asset(**asked, actor=None, now=NOW)
        send(upload, DATA)
        asked["source"] = again = MediaUpload.objects.get()
        asset = create_asset(**asked, actor=None, now=NOW)

        assert (asset.title, asset.key, asset.bytes) == ("a.mp4", again.key, len(DATA))
        with pytest.raises(UploadUsed):
            create_asset(**asked, actor=None, now=NOW)
        with pytest.raises(UploadUsed):
            take_back(account=account, upload_id=upload.upload_id, now=NOW)
        assert default_storage.exists(asset.key)

    def test_expires_with_all_that_came(self, account, upload):
        send(upload, DATA[:100])
        done = open_upload(account=account, content_type="video", length=len(DATA), now=NOW)
        used = open_upload(account=account, content_type="video", length=len(DATA), now=NOW)
        for one in (done, used):
            send(one, DATA)
        used.refresh_from_db()
        create_asset(account=account, title="", source=used, content_type="video", actor=None, now=NOW)
        late = NOW + timedelta(days=1)
        with pytest.raises(UploadExpired):
            upload_of(account=account, upload_id=upload.upload_id, now=late)

        assert purge_uploads(now=late - timedelta(seconds=1)) == 0
        assert purge_uploads(now=late) == 3
        assert not part_of(upload).exists()
        assert not default_storage.exists(key_of(done))
        assert default_storage.exists(used.key)

    def test_is_not_there_for_another_account(self, upload):
        with pytest.raises(NotFound):
            upload_of(account=make_account(), upload_id=upload.upload_id, now=NOW)


class TestTheProtocol:
    def open(self, caller, **headers) -> str:
        name = base64.b64encode(b"a.mp4").decode()
        kind = base64.b64encode(b"video/mp4").decode()
        asked = {"Upload-Length": str(len(DATA)), "Upload-Metadata": f"filename {name},filetype {kind}"}
        answer = caller.call("post", "uploads", headers=asked | headers)
        assert answer.status_code == 201, answer.content
        return answer.headers["Location"].partition("/api/v1/")[2]

    def send(self, caller, place, data, offset, **headers):
        return caller.call(
            "patch", place, headers={"Upload-Offset": str(offset)} | headers, data=data, content_type=BYTES
        )

    def test_is_spoken_from_the_beginning_to_the_end(self, caller):
        place = self.open(caller)
        first = self.send(caller, place, DATA[:9000], 0)
        assert (first.status_code, first.headers["Upload-Offset"]) == (204, "9000")
        asked = caller.call("head", place)
        assert asked.headers["Upload-Offset"] == "9000"
        assert asked.headers["Upload-Length"] == str(len(DATA))
        assert asked.headers["Cache-Control"] == "no-store"
        assert asked.headers["Tus-Resumable"] == "1.0.0"
        assert "GMT" in asked.headers["Upload-Expires"]
        self.send(caller, place, DATA[9000:], 9000)
        found = caller.call("get", place).json()
        assert (found["complete"], found["name"], found["offset"]) == (True, "a.mp4", len(DATA))
        assert caller.call("delete", place).status_code == 204
        assert caller.call("head", place).status_code == 404

    def test_says_what_it_can(self, client):
        answer = client.options("/api/v1/uploads")

        assert answer.status_code == 204
        assert answer.headers["Tus-Version"] == "1.0.0"
        assert set(answer.headers["Tus-Extension"].split(",")) == {
            "creation",
            "expiration",
            "termination",
            "checksum",
        }
        assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"

    def test_is_refused_where_it_is_not_kept_to(self, caller, stranger):
        place = self.open(caller)
        wrong = {"Upload-Checksum": "sha1 " + base64.b64encode(bytes(20)).decode()}
        for answer, status in (
            (self.send(caller, place, DATA, 5), 409),
            (self.send(caller, place, DATA, "x"), 400),
            (self.send(caller, place, DATA, 0, **wrong), 460),
            (self.send(caller, place, DATA, 0, **{"Upload-Checksum": "crc32 x"}), 400),
            (self.send(caller, place, DATA + b"x", 0), 413),
            (caller.call("patch", place, body={}), 415),
            (caller.call("head", place, headers={"Tus-Resumable": "0.2.2"}), 412),
            (caller.call("post", "uploads", headers={"Upload-Length": "9", "Upload-Metadata": "a !"}), 400),
            (caller.call("post", "uploads", body={"content_type": "video", "length": 10**15}), 413),
            (stranger.call("head", place), 404),
            (self.send(stranger, place, DATA, 0), 404),
            (stranger.call("delete", place), 404),
        ):
            assert answer.status_code == status, (status, answer.content)
        assert caller.call("head", place).headers["Upload-Offset"] == "0"

    def test_may_begin_in_json(self, caller):
        answer = caller.call("post", "uploads", body={"content_type": "audio", "length": 5, "name": "b.wav"})

        assert answer.status_code == 201
        assert answer.json()["offset"] == 0
        assert answer.json()["expires_at"] > timezone.now().isoformat()
