"""The vendor's clients for Node, whose core sends bodies in chunks: every kind of signature and of call."""

import base64
import hashlib
import json
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from config.accounts.operations.keys import issue_key
from libraries.models import ImageLibrary
from libraries.operations.image_libraries import create_image_library
from moderation.models import ModerationResult, UploadedObject
from moderation.wire.objects import opened
from tests.factories import NOW
from tests.pictures import encode, poster

NODE = Path(__file__).parent / "node"
GREEN, CONSOLE, CLASSIC = "2022-03-02", "2022-09-26", "2018-05-09"
ADVERT = "加微信 abc_12345 领取优惠"
POSTER = encode(poster(["Fine contraband for all", ADVERT]))
CURRENT, OLDER = "current", "older"


def node(script: str, **asked) -> list:
    assert (NODE / "node_modules").is_dir(), "Run `npm ci` in tests/wire/node."
    done = subprocess.run(
        ["node", NODE / script], input=json.dumps(asked), capture_output=True, text=True, timeout=400
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def called(served, key):
    def called(client: str, *calls: dict, issued=key, **facts) -> list:
        facts = {"key": issued.key.prefix, "secret": issued.signing_secret} | facts
        return node("calls.mjs", client=client, endpoint=urlsplit(served.url).netloc, calls=calls, **facts)

    return called


def text_call(content: str, **more) -> dict:
    asked = {"Service": "comment_detection", "ServiceParameters": json.dumps({"content": content})}
    return {"action": "TextModerationPlus", "version": GREEN, "form": asked} | more


class TestNodeClients:
    @pytest.mark.parametrize(
        ("client", "more"),
        [(CURRENT, {}), (OLDER, {"method": "POST"}), (OLDER, {"method": "GET"})],
        ids=["acs3", "v1 by POST", "v1 by GET"],
    )
    def test_have_texts_judged(self, served, account, called, client, more):
        risky, clean = called(client, text_call(ADVERT, **more), text_call("A quiet day.", **more))

        assert "error" not in risky and "error" not in clean, (risky, clean)
        assert risky["Code"] == clean["Code"] == 200 and risky["Data"]["RiskLevel"] == "high"
        stored = ModerationResult.objects.owned_by(account).get(content=ADVERT)
        assert {one["Label"] for one in risky["Data"]["Result"]} == {one["label"] for one in stored.labels}
        assert clean["Data"]["Result"][0]["Label"] == "nonLabel"
        assert risky["RequestId"] == str(stored.request_id).upper()

    def test_send_long_texts_in_chunks(self, served, account, called):
        words = "".join(f"第{number}句话，平安无事。" for number in range(700))
        (answer,) = called(CURRENT, text_call(words))
        assert answer["Code"] == 200
        assert ModerationResult.objects.get().content == words

    @pytest.mark.parametrize("client", [CURRENT, OLDER])
    def test_call_by_path(self, served, account, called, client):
        body = {"scenes": ["antispam"], "tasks": [{"dataId": "one", "content": ADVERT}]}
        call = {"action": "TextScan", "version": CLASSIC, "path": "/green/text/scan", "body": body}

        answer, again = called(client, call, call)

        assert (answer["code"], again["code"]) == (200, 200)
        assert answer["data"][0]["dataId"] == "one" and answer["data"][0]["code"] == 200
        assert ModerationResult.objects.owned_by(account).count() == 2

    @pytest.mark.parametrize("client", [CURRENT, OLDER])
    def test_call_the_console(self, served, account, called, client):
        made = {"action": "AddImageLib", "version": CONSOLE, "form": {"LibName": "From Node"}}
        asked = {"action": "GetUploadInfo", "version": CONSOLE, "query": {"Name": "a.png"}}
        create_image_library(account=account, name="Known", description="", actor=None, now=NOW)

        answer, place = called(client, made, asked)

        assert answer["Code"] == 200 and libraries_of(account) == {"Known", "From Node"}
        assert place["Key"].endswith("/a.png")

    @pytest.mark.parametrize("client", [CURRENT, OLDER])
    def test_are_refused_as_the_original_refuses(self, served, account, called, client):
        reader = issue_key(account=account, name="reads", actor=None, now=NOW, scopes=["stats:read"])
        refused = {
            "secret": called(client, text_call("x"), secret="wrong"),  # noqa: S106
            "key": called(client, text_call("x"), key="AKNOBODY"),
            "scope": called(client, text_call("x"), issued=reader),
            "action": called(client, text_call("x") | {"action": "Nothing"}),
            "token": called(client, text_call("x"), token="wrong"),  # noqa: S106
        }
        assert {name: told["error"]["code"].removeprefix("Error.") for name, (told,) in refused.items()} == {
            "secret": "SignatureDoesNotMatch",
            "key": "InvalidAccessKeyId.NotFound",
            "scope": "Forbidden",
            "action": "InvalidAction.NotFound",
            "token": "InvalidAccessKeyId.NotFound",
        }
        assert not ModerationResult.objects.exists()


def libraries_of(account) -> set[str]:
    return set(ImageLibrary.objects.owned_by(account).custom().values_list("name", flat=True))


class TestNodeUploads:
    @pytest.mark.parametrize("fourth", [False, True], ids=["v1", "v4"])
    def test_are_put_and_judged(self, served, account, called, fourth):
        (answer,) = called(CURRENT, {"action": "DescribeUploadToken", "version": GREEN})
        token = answer["Data"]
        whole, streamed = f"{token['FileNamePrefix']}海报 1.png", f"{token['FileNamePrefix']}streamed.bin"
        data = hashlib.shake_256(b"seed").digest(400_000)
        text = base64.b64encode(data).decode()

        told = node(
            "store.mjs",
            key=token["AccessKeyId"], secret=token["AccessKeySecret"], token=token["SecurityToken"],
            endpoint=token["OssInternetEndPoint"], bucket=token["BucketName"], fourth=fourth,
            steps=[
                {"step": "put", "name": whole, "data": base64.b64encode(POSTER).decode()},
                {"step": "stream", "name": streamed, "data": text},
                {"step": "parts", "name": streamed, "data": text},
                {"step": "get", "name": streamed},
                {"step": "head", "name": streamed},
                {"step": "remove", "name": streamed},
                {"step": "head", "name": streamed},
                {"step": "put", "name": "upload/elsewhere.png", "data": text},
            ],
        )  # fmt: skip

        assert told[:6] == [200, 200, 200, hashlib.sha256(data).hexdigest(), len(data), 204]
        assert [one["error"]["code"] for one in told[6:]] == ["NoSuchKey", "AccessDenied"]
        assert UploadedObject.objects.owned_by(account).get().name == whole
        with opened(account, bucket=token["BucketName"], name=whole) as file:
            assert file.read() == POSTER
        named = {"ossBucketName": token["BucketName"], "ossObjectName": whole}
        form = {"Service": "baselineCheck", "ServiceParameters": json.dumps(named)}
        (judged,) = called(CURRENT, {"action": "ImageModeration", "version": GREEN, "form": form})
        stored = ModerationResult.objects.owned_by(account).get()
        assert judged["Code"] == 200
        assert {one["Label"] for one in judged["Data"]["Result"]} == {one["label"] for one in stored.labels}
