"""Files kept by a service that speaks S3, a real one: taken in, played by ranges, copied, forgotten."""

import hashlib
import os
import random
import shutil
import socket
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import timezone

from moderation.admin.pictures import copy_of
from moderation.media import storage
from moderation.models import MediaUpload
from moderation.operations.assets import create_asset, remove_asset
from moderation.operations.playback import playback_address
from moderation.operations.uploads import open_upload, receive
from tests.assets import make_asset
from tests.factories import NOW
from tests.films import film_of
from tests.pictures import encode, scene

RCLONE = shutil.which("rclone") or str(Path(sys.executable).with_name("rclone"))
KEY, SECRET, BUCKET = "access-key", "secret-of-the-tests", "kept"


@pytest.fixture(scope="module")
def bucket(tmp_path_factory):
    """The bucket's folder and the address of the server before it."""
    root = tmp_path_factory.mktemp("s3")
    (root / BUCKET).mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [RCLONE, "serve", "s3", "--addr", f"127.0.0.1:{port}", "--auth-key", f"{KEY},{SECRET}", str(root)],
        env=os.environ | {"RCLONE_CONFIG": str(root / "none.conf")},
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 30
        while socket.socket().connect_ex(("127.0.0.1", port)):
            assert server.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        yield root / BUCKET, f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(autouse=True)
def kept_there(bucket, settings):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "config.remote_storage.RemoteStorage",
            "OPTIONS": {
                "bucket_name": BUCKET,
                "endpoint_url": bucket[1],
                "region_name": "us-east-1",
                "access_key": KEY,
                "secret_key": SECRET,
                "location": "assay",
                "addressing_style": "path",
            },
        }
    }


def there(bucket) -> set[str]:
    folder = bucket[0] / "assay"
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


class TestTheStorage:
    def test_reads_a_part_without_the_rest(self, bucket):
        whole = random.Random(1).randbytes(3 * 2**20)
        storage.keep("parts/one", whole, durably=True)

        assert storage.size_of("parts/one") == len(whole)
        for part in (range(10), range(2**20, 2**20 + 5000), range(len(whole) - 7, len(whole))):
            opened = storage.open_part("parts/one", part)
            assert opened.read(len(part)) == whole[part.start : part.stop]
            assert opened.read(1) == b""
            opened.close()
        assert storage.local_path("parts/one") == ""
        storage.remove(["parts/one"])
        assert there(bucket) == set()

    def test_says_what_is_not_there(self):
        assert storage.size_of("no/such") is None
        assert storage.open_part("no/such", range(5)) is None
        assert storage.open_kept("no/such") is None
        assert storage.read("no/such") is None
        storage.remove(["no/such"])


@pytest.mark.django_db
class TestTheLibrary:
    def test_keeps_plays_and_forgets_recordings(self, client, account, bucket):
        data = film_of(random.Random(2).randbytes(2 * 2**20))
        asset = make_asset(account, data=data)
        assert there(bucket) == {asset.key, asset.cover_key}
        address = playback_address(asset=asset, seconds=60, now=timezone.now())
        path = "/media/" + address.rpartition("/")[2]

        assert b"".join(client.get(path).streaming_content) == data
        part = client.get(path, headers={"Range": "bytes=1000000-1000099"})
        assert (part.status_code, b"".join(part.streaming_content)) == (206, data[1000000:1000100])
        assert client.head(path).headers["Content-Length"] == str(len(data))

        remove_asset(asset=asset, actor=None, now=NOW)
        assert client.get(path).status_code == 404
        assert there(bucket) == set()

    def test_puts_the_parts_of_an_upload_together(self, account, bucket, settings, tmp_path):
        settings.ASSAY_VAR_DIR = tmp_path
        data = film_of(random.Random(3).randbytes(9 * 2**20))
        upload = open_upload(account=account, content_type="video", length=len(data), now=NOW)
        cut = 3_000_001
        for start, end in ((0, 100), (100, cut), (cut, len(data))):
            upload = receive(
                account=account, upload_id=upload.upload_id, offset=start,
                read=BytesIO(data[start:end]).read, now=NOW,
            )  # fmt: skip
        upload = MediaUpload.objects.get()

        assert upload.facts == {
            "sha256": hashlib.sha256(data).hexdigest(),
            "format": "mp4",
            "bytes": len(data),
        }
        assert there(bucket) == {upload.key}
        asset = create_asset(
            account=account, title="Put together", source=upload, content_type="video", actor=None, now=NOW
        )
        remove_asset(asset=asset, actor=None, now=NOW)
        assert there(bucket) == set()

    def test_keeps_pictures_and_their_copies(self, account, bucket, settings):
        picture = encode(scene(1))
        key = storage.new_key(account_uid=account.uid, now=NOW)
        storage.keep(key, picture, durably=True)
        copies = [copy_of(key, side) for side in storage.SIDES]

        assert all(copy.startswith(b"\xff\xd8") for copy in copies)
        assert [copy_of(key, side) for side in storage.SIDES] == copies
        assert len(there(bucket)) == 3
        storage.remove([key])
        assert there(bucket) == set()
