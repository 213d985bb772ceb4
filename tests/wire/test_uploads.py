"""Local files, put with the vendor's clients of its store, and taken by the calls that name them."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from pathlib import Path

import alibabacloud_oss_v2 as oss_v2
import oss2
import pytest
import requests
from alibabacloud_green20220302 import client as green
from alibabacloud_green20220926 import client as console
from alibabacloud_green20220926 import models as console_models
from aliyunsdkgreenextension.request.extension import ClientUploader
from django.conf import settings
from django.utils import timezone

from config.accounts.operations.keys import issue_key, revoke_key
from config.wire.models import TemporaryKey
from config.wire.objects.addresses import BUCKET
from moderation.models import UploadedObject
from moderation.operations.objects import ObjectNotFound
from moderation.wire.object_sources import recording_at
from moderation.wire.objects import opened
from tests.factories import NOW, make_account
from tests.wire.clients import classic, client, to


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


def in_pieces(data: bytes, size: int = 50_000):
    for start in range(0, len(data), size):
        yield data[start : start + size]


class TestFiles:
    @pytest.mark.parametrize("version", [oss2.AUTH_VERSION_1, oss2.AUTH_VERSION_4])
    def test_come_and_go_through_oss2(self, served, account, token, version):
        bucket, data = bucket_of(token, version=version), some_bytes()
        name = f"{token.file_name_prefix}图 片+1~(2).jpg"

        answer = bucket.put_object(name, data)

        assert answer.status == 200 and answer.etag == md5_of(data).upper()
        assert answer.request_id
        kept = UploadedObject.objects.owned_by(account).get()
        assert (kept.name, kept.bytes, kept.sha256) == (name, len(data), hashlib.sha256(data).hexdigest())
        with opened(account, bucket=token.bucket_name, name=name) as file:
            assert file.read() == data
        assert b"".join(recording_at(account, f"oss://{token.bucket_name}/{name}").pieces()) == data
        assert bucket.get_object(name).read() == data
        assert bucket.get_object(name, byte_range=(10, 19)).read() == data[10:20]
        assert bucket.head_object(name).content_length == len(data)
        assert bucket.object_exists(name)
        for account_, place in ((make_account("other"), token.bucket_name), (account, "elsewhere")):
            with pytest.raises(ObjectNotFound):
                opened(account_, bucket=place, name=name)

        bucket.put_object(
            name,
            b"second",
            headers={"Content-MD5": base64.b64encode(bytes.fromhex(md5_of(b"second"))).decode()},
        )
        assert bucket.get_object(name).read() == b"second"
        assert files_of(account) == [UploadedObject.objects.get().key.split("/")[-1]]
        with pytest.raises(oss2.exceptions.ServerError) as refused:
            bucket.put_object(name, b"third", headers={"x-oss-forbid-overwrite": "true"})
        assert (refused.value.status, refused.value.code) == (409, "FileAlreadyExists")
        bucket.delete_object(name)

        assert not UploadedObject.objects.exists() and not files_of(account)
        assert not bucket.object_exists(name)
        with pytest.raises(oss2.exceptions.NoSuchKey):
            bucket.get_object(name)

    def test_come_in_chunks_and_through_the_newer_client(self, served, account, token):
        data, name = some_bytes(3_000_000), f"{token.file_name_prefix}chunks.bin"
        assert bucket_of(token).put_object(name, in_pieces(data)).status == 200
        provider = oss_v2.credentials.StaticCredentialsProvider(
            token.access_key_id, token.access_key_secret, token.security_token
        )
        config = oss_v2.config.load_default()
        config.credentials_provider, config.region = provider, "cn-shanghai"
        config.endpoint = token.oss_internet_end_point
        newer = oss_v2.Client(config)
        other = f"{token.file_name_prefix}newer.bin"

        put = newer.put_object(oss_v2.PutObjectRequest(bucket=token.bucket_name, key=other, body=data))

        assert put.status_code == 200
        read = newer.get_object(oss_v2.GetObjectRequest(bucket=token.bucket_name, key=name))
        assert read.body.read() == data
        with opened(account, name=other) as file:
            assert file.read() == data
        with pytest.raises(oss_v2.exceptions.OperationError) as refused:
            newer.head_object(oss_v2.HeadObjectRequest(bucket=token.bucket_name, key=f"{name}x"))
        assert "NoSuchKey" in str(refused.value)

    @pytest.mark.parametrize("version", [oss2.AUTH_VERSION_1, oss2.AUTH_VERSION_4])
    def test_come_in_parts(self, served, account, token, version, tmp_path):
        bucket, data = bucket_of(token, version=version), some_bytes(1_300_000)
        name, path = f"{token.file_name_prefix}视频 1.mp4", tmp_path / "film"
        path.write_bytes(data)
        store = oss2.ResumableStore(root=str(tmp_path))
        bucket.put_object(name, b"before")

        oss2.resumable_upload(
            bucket, name, str(path), store=store, multipart_threshold=1, part_size=500_000, num_threads=2
        )

        kept = UploadedObject.objects.owned_by(account).get()
        assert (kept.name, kept.sha256) == (name, hashlib.sha256(data).hexdigest())
        assert files_of(account) == [kept.key.split("/")[-1]]

        upload_id = bucket.init_multipart_upload(name).upload_id
        tags = [bucket.upload_part(name, upload_id, number, data[: number * 10]).etag for number in (1, 2, 3)]
        assert [
            (one.part_number, one.size, one.etag) for one in bucket.list_parts(name, upload_id).parts
        ] == [(number, number * 10, tags[number - 1]) for number in (1, 2, 3)]
        wrong = [oss2.models.PartInfo(1, tags[1])], [oss2.models.PartInfo(4, tags[0])], []
        for parts in wrong:
            with pytest.raises(oss2.exceptions.ServerError, match="InvalidPart"):
                bucket.complete_multipart_upload(name, upload_id, parts)
        for other in (f"{name}x", f"{token.file_name_prefix}other"):
            with pytest.raises(oss2.exceptions.NoSuchUpload):
                bucket.abort_multipart_upload(other, upload_id)
        bucket.abort_multipart_upload(name, upload_id)
        with pytest.raises(oss2.exceptions.NoSuchUpload):
            bucket.list_parts(name, upload_id)
        assert UploadedObject.objects.get() == kept

    def test_come_through_the_uploader_of_version_1(self, served, account, key):
        data = some_bytes(1000)

        address = ClientUploader.getImageClientUploader(Here(served, key)).uploadBytes(data)

        assert address.startswith(f"oss://{BUCKET}/upload/{account.uid}/") and "/images/" in address
        assert b"".join(recording_at(account, address).pieces()) == data

    def test_come_to_a_host_with_the_bucket_before_it(self, served, account, token):
        """As clients do that are given a host's name: asked here of the same server by that name."""
        name, data = f"{token.file_name_prefix}host.jpg", b"of a host"
        auth = oss2.StsAuth(token.access_key_id, token.access_key_secret, token.security_token)
        asked = oss2.http.Request("PUT", f"{served.url}/{name}", headers={"Content-Type": "image/jpeg"})
        auth._sign_request(asked, token.bucket_name, name)
        headers = dict(asked.headers) | {"Host": f"{token.bucket_name}.oss-cn-shanghai.aliyuncs.com"}

        answer = requests.put(f"{served.url}/{name}", data, headers=headers, timeout=10)

        assert answer.status_code == 200, answer.text
        with opened(account, name=name) as file:
            assert file.read() == data
        assert requests.get(f"{served.url}/console/", timeout=10, allow_redirects=False).status_code == 302


class Here:
    """The client that the uploader is given, told where this server is."""

    def __init__(self, served, key):
        self.sdk, self.served = classic(served, key), served

    def do_action(self, request):
        return self.sdk.do_action_with_exception(to(request, self.served))


def files_of(account) -> list[str]:
    folder = Path(settings.MEDIA_ROOT) / "objects" / account.uid
    return [path.name for path in folder.rglob("*") if path.is_file()]


class TestForms:
    def test_put_a_file_where_the_policy_lets_them(self, served, account, key):
        asked = console_models.GetUploadInfoRequest(name="C:\\pics\\cat.jpg", resource_type="image")
        body = client(console, served, key).get_upload_info(asked).body
        assert (body.code, body.success, body.http_status_code) == (200, True, 200)
        assert body.expire == 900 and body.key == f"{body.folder}cat.jpg"
        fields = {"OSSAccessKeyId": body.access_id, "policy": body.policy, "Signature": body.signature}

        def post(key=body.key, data=b"picture", **more):
            return requests.post(
                body.host, fields | {"key": key} | more, files={"file": ("cat.jpg", data)}, timeout=10
            )

        assert post().status_code == 204
        with opened(account, name=body.key) as file:
            assert file.read() == b"picture"
        created = post(f"{body.folder}${{filename}}", some_bytes(), success_action_status="201")
        assert created.status_code == 201 and f"<Key>{body.folder}cat.jpg</Key>" in created.text
        with opened(account, name=body.key) as file:
            assert file.read() == some_bytes()
        refused = {
            "outside": post("upload/else.jpg"),
            "signature": post(Signature=body.signature[::-1]),
            "policy": post(policy=base64.b64encode(b'{"expiration":"2100-01-01T00:00:00Z","conditions":[]}')),
            "no policy": post(policy="nothing"),
            "key": post(OSSAccessKeyId="STS.nobody"),
            "no file": requests.post(body.host, fields | {"key": body.key}, timeout=10),
            "no form": requests.post(
                body.host, b"\xff", headers={"Content-Type": "multipart/form-data; boundary=x"}, timeout=10
            ),
        }
        assert {name: answer.status_code for name, answer in refused.items()} == {
            "outside": 403, "signature": 403, "policy": 403, "no policy": 400, "key": 403, "no file": 400,
            "no form": 400,
        }  # fmt: skip
        assert all(b"<Code>" in answer.content for answer in refused.values())
        assert UploadedObject.objects.count() == 1
        TemporaryKey.objects.update(expires_at=timezone.now())
        assert "SecurityTokenExpired" in post().text

    def test_are_made_by_clients_too(self, served, account, key, token):
        """With a policy of their own, under the secret that they were given."""
        until = (timezone.now() + timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
        conditions = [
            {"bucket": BUCKET},
            ["content-length-range", 2, 5],
            ["in", "$content-type", ["image/png"]],
        ]
        policy = base64.b64encode(json.dumps({"expiration": until, "conditions": conditions}).encode())
        fields = {"key": f"{token.file_name_prefix}a", "Content-Type": "image/png", "policy": policy}
        fields["OSSAccessKeyId"] = token.access_key_id
        signature = hmac.digest(token.access_key_secret.encode(), policy, "sha1")
        fields["Signature"] = base64.b64encode(signature)
        url = f"{served.url}/{BUCKET}/"

        def post(data: bytes, **more):
            return requests.post(url, fields | more, files={"file": ("a", data)}, timeout=10).text

        assert "InvalidSecurityToken" in post(b"abc")
        fields["x-oss-security-token"] = token.security_token
        assert post(b"abc") == ""
        assert "EntityTooLarge" in post(b"abcdef") and "EntityTooSmall" in post(b"a")
        assert "AccessDenied" in post(b"abc", **{"Content-Type": "text/html"})
        assert UploadedObject.objects.get().content_type == "image/png"


class TestWhoMayPut:
    def test_is_proven_and_bounded(self, served, account, key, token):
        name, bucket = f"{token.file_name_prefix}a.jpg", bucket_of(token)

        def refusal(changed=None, name=name, data=b"x", **facts) -> tuple:
            bucket = bucket_of(changed or token)
            with pytest.raises(oss2.exceptions.ServerError) as refused:
                bucket.put_object(name, data, **facts)
            assert refused.value.request_id
            return refused.value.status, refused.value.code

        def but(**facts):
            return type(token)(**vars(token) | facts)

        assert refusal(but(access_key_secret="wrong")) == (403, "SignatureDoesNotMatch")
        assert refusal(but(access_key_id="STS.nobody")) == (403, "InvalidAccessKeyId")
        assert refusal(but(security_token="wrong")) == (403, "InvalidSecurityToken")
        assert refusal(name="upload/somebody/else.jpg") == (403, "AccessDenied")
        assert refusal(name=f"{token.file_name_prefix}a\nb") == (400, "InvalidObjectName")
        assert refusal(headers={"Content-MD5": "bm90IGl0"}) == (400, "InvalidDigest")
        assert refusal(headers={"x-oss-copy-source": "/a/b"}) == (400, "NotImplemented")
        assert refusal(headers={"x-oss-date": "Sat, 01 Jan 2022 00:00:00 GMT"}) == (
            403,
            "RequestTimeTooSkewed",
        )
        with pytest.raises(oss2.exceptions.ServerError, match="NotImplemented"):
            bucket.put_object_acl(name, oss2.OBJECT_ACL_PUBLIC_READ)
        unsigned = requests.put(f"{served.url}/{BUCKET}/{name}", b"x", timeout=10)
        assert (unsigned.status_code, b"<Code>AccessDenied</Code>" in unsigned.content) == (403, True)
        assert requests.patch(f"{served.url}/{BUCKET}/{name}", b"x", timeout=10).status_code == 405
        assert not UploadedObject.objects.exists() and not files_of(account)

        assert bucket.put_object(name, b"x").status == 200
        TemporaryKey.objects.update(expires_at=timezone.now())
        assert refusal() == (403, "SecurityTokenExpired")
        TemporaryKey.objects.update(expires_at=timezone.now() + timedelta(minutes=5))
        revoke_key(key=key.key, actor=None, now=timezone.now())
        assert refusal() == (403, "AccessDenied")

    def test_is_the_owner_of_a_lasting_key_that_may_name_files(self, served, account, key):
        def bucket(issued):
            return oss2.Bucket(oss2.Auth(issued.key.prefix, issued.signing_secret), served.url, BUCKET)

        reader = issue_key(account=account, name="reads", actor=None, now=NOW, scopes=["stats:read"])

        assert bucket(key).put_object("my own/name.txt", b"words").status == 200
        with pytest.raises(oss2.exceptions.AccessDenied):
            bucket(reader).put_object("my own/name.txt", b"words")
        with pytest.raises(Exception, match="Forbidden|scope"):
            client(green, served, reader).describe_upload_token()
        stranger = issue_key(account=make_account("other"), name="sdk", actor=None, now=NOW)
        with pytest.raises(oss2.exceptions.NoSuchKey):
            bucket(stranger).get_object("my own/name.txt")
        bucket(stranger).put_object("my own/name.txt", b"others")
        assert bucket(key).get_object("my own/name.txt").read() == b"words"
