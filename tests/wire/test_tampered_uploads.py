"""Whatever is changed of an upload on its way: nothing is kept of it, and nothing breaks."""

import base64
import hashlib
import random
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import oss2
import pytest
from django.utils import timezone

from config.wire.objects.addresses import BUCKET
from config.wire.temporary_keys import issue_temporary_key
from config.wsgi import application
from moderation.models import UploadedObject
from tests.ground import proofs
from tests.wire.sent import Sent, answered, catch
from tests.wire.test_tampering import another, key  # noqa: F401 - a fixture

EACH = proofs.of(3000, part=500) // 2
DATA = b"a file of forty bytes, more or less, 1234"
VERSIONS = [oss2.AUTH_VERSION_1, oss2.AUTH_VERSION_4]


@pytest.fixture
def put(monkeypatch, key, settings, tmp_path):  # noqa: F811
    settings.MEDIA_ROOT = settings.ASSAY_VAR_DIR = tmp_path
    issued = issue_temporary_key(
        key=key.key, upload_prefix="upload/mine/", life=timedelta(hours=1), now=timezone.now()
    )

    def put(version: str) -> Sent:
        auth = oss2.StsAuth(issued.key.access_key_id, issued.secret, issued.token, version)
        bucket = oss2.Bucket(auth, "http://192.0.2.1", BUCKET, region="cn-shanghai")
        sum_ = base64.b64encode(hashlib.md5(DATA, usedforsecurity=False).digest()).decode()
        headers = {"Content-MD5": sum_, "x-oss-forbid-overwrite": "false"}
        sent = catch(monkeypatch, lambda: bucket.put_object("upload/mine/图 1.jpg", DATA, headers=headers))
        return replace(sent, body=DATA)

    return put


@pytest.mark.parametrize("version", VERSIONS)
class TestTamperedUploads:
    def test_are_never_kept_and_never_break(self, put, version):
        sent = put(version)
        chance = random.Random(version)  # noqa: S311
        tried = 0
        for number in range(EACH):
            kind = chance.choice(KINDS)
            tampered = kind(sent, chance)
            if tampered is None or tampered == sent:
                continue
            tried += 1
            status, content = answered(application, tampered)
            assert 400 <= status < 500, (number, kind.__name__, tampered, content[:300])
            assert b"<Code>" in content or tampered.method == "HEAD"
        assert tried > EACH // 2
        assert not UploadedObject.objects.exists()

    def test_are_kept_as_they_were(self, put, version):
        status, content = answered(application, put(version))
        assert (status, content) == (200, b"")
        assert UploadedObject.objects.get().sha256 == hashlib.sha256(DATA).hexdigest()


def body(sent, chance):
    changed = bytearray(sent.body)
    changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return replace(sent, body=bytes(changed))


def shorter(sent, chance):
    return replace(sent, body=sent.body[: chance.randrange(len(sent.body))])


def path(sent, chance):
    before, _slash, name = sent.target.rpartition("%2F")
    changed = quote(another("图 1.jpg", chance))
    return None if changed == name else replace(sent, target=f"{before}%2F{changed}")


def query(sent, chance):
    name = chance.choice(["objectMeta", "uploads", "uploadId=x", "acl", "append&position=0"])
    return replace(sent, target=f"{sent.target}?{name}")


def header(sent, chance):
    name = chance.choice([one for one in sent.headers if one in SIGNED or one.startswith("x-oss-")])
    value = another(sent.headers[name], chance).encode("ascii", "ignore").decode()
    same = value.replace(" ", "") == sent.headers[name].replace(" ", "")
    return None if same else replace(sent, headers=sent.headers | {name: value})


def added_header(sent, chance):
    name = chance.choice(["x-oss-added", "x-oss-object-acl", "x-oss-meta-a"])
    return replace(sent, headers=sent.headers | {name: another("value", chance)})


def lost_header(sent, chance):
    name = chance.choice([one for one in sent.headers if one in SIGNED or one.startswith("x-oss-")])
    return replace(sent, headers={one: value for one, value in sent.headers.items() if one != name})


def method(sent, chance):
    return replace(sent, method=chance.choice(["GET", "HEAD", "DELETE", "POST", "PATCH"]))


SIGNED = ("authorization", "content-md5", "content-type", "date")
KINDS = [body, shorter, path, query, header, added_header, lost_header, method]
