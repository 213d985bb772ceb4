"""Local files, put with the vendor's clients of its store, and taken by the calls that name them."""

import hashlib
from pathlib import Path

import oss2
import pytest
from alibabacloud_green20220302 import client as green

from moderation.models import UploadedObject
from moderation.operations.objects import ObjectNotFound
from moderation.wire.objects import opened
from tests.factories import make_account
from tests.wire.clients import client

PICTURE = Path(__file__).parents[2].parent / "shared" / "data" / "media_ocr"


def some_bytes(length: int = 300_000) -> bytes:
    return hashlib.shake_256(b"seed").digest(length)


def md5_of(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


@pytest.fixture
def token(served, key):
    """As a program asks for it."""
    return client(green, served, key).describe_upload_token().body.data


def bucket_of(token, *, version=oss2.AUTH_VERSION_1, **more) -> oss2.Bucket:
    auth = oss2.StsAuth(token.access_key_id, token.access_key_secret, token.security_token, version)
    if version == oss2.AUTH_VERSION_4:
        more["region"] = "cn-shanghai"
    return oss2.Bucket(auth, token.oss_internet_end_point, token.bucket_name, **more)


class TestUploads:
    @pytest.mark.parametrize("version", [oss2.AUTH_VERSION_1, oss2.AUTH_VERSION_4])
    def test_come_from_oss2(self, served, account, token, version):
        bucket, data = bucket_of(token, version=version), some_bytes()
        name = f"{token.file_name_prefix}图 片+1~(2).jpg"

        answer = bucket.put_object(name, data)

        assert answer.status == 200 and answer.etag == md5_of(data).upper()
        assert answer.request_id
        kept = UploadedObject.objects.owned_by(account).get()
        assert (kept.name, kept.bytes, kept.sha256) == (name, len(data), hashlib.sha256(data).hexdigest())
        with opened(account, bucket=token.bucket_name, name=name) as file:
            assert file.read() == data
        assert bucket.get_object(name).read() == data
        assert bucket.head_object(name).content_length == len(data)
        assert bucket.object_exists(name)
        with pytest.raises(ObjectNotFound):
            opened(make_account("other"), bucket=token.bucket_name, name=name)

        bucket.delete_object(name)

        assert not UploadedObject.objects.exists()
        assert not bucket.object_exists(name)
        with pytest.raises(oss2.exceptions.NoSuchKey):
            bucket.get_object(name)
