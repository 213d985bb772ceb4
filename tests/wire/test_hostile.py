"""Whatever stands in the parameters of a call, the answer is JSON and no fault of the platform."""

import inspect
import json
from importlib import import_module
from itertools import product

import pytest
import requests

from config.wire.registry import CONSOLE, GREEN, VOD, by_action
from tests.wire.models_of_sdks import PACKAGES

STRANGE = ["\0", "a\0b", "-1", "1" * 30, "[", '["\\u0000"]', '{"a": {"\\u0000": "\\ud83d"}}', "x" * 5000]
FIELDS = (
    "content", "dataId", "accountId", "imageUrl", "url", "taskId", "TaskId", "ossBucketName", "ossObjectName",
    "callback", "seed", "cryptType", "infoType", "deviceId", "ip",
)  # fmt: skip
SERVICES = {"Image": "baselineCheck", "Text": "comment_detection", "Voice": "audio_media_detection"}
# Its answer waits for a file to be written, however it was asked.
SLOW = "Export"


def operations(*versions: str) -> list[tuple[str, str]]:
    return sorted(key for key in by_action if key[0] in versions and not key[1].startswith(SLOW))


def names_of(version: str, action: str) -> list[str]:
    """The parameters that the SDK's own model of the request sends, if it has one."""
    models = import_module(f"{PACKAGES[version]}.models")
    model = getattr(models, f"{action}Request", None)
    source = inspect.getsource(model.to_map) if model else ""
    return [name for name in source.split("'")[1::2] if name.isidentifier() and name[0].isupper()]


@pytest.fixture
def send(served, key):
    session, faults = requests.Session(), []

    def post(version: str, action: str, data: dict) -> None:
        told = {"x-acs-bearer-token": key.token, "x-acs-version": version, "x-acs-action": action}
        answer = session.post(served.url, data=data, headers=told, timeout=60)
        assert isinstance(answer.json(), dict)
        if answer.status_code >= 500 or answer.json().get("Code") == 500:
            faults.append((action, data, answer.text[:200]))

    yield post
    assert faults == []


def test_of_content(send):
    asked = [key for key in operations(GREEN) if "ServiceParameters" in names_of(*key)]
    assert len(asked) > 10
    for (version, action), text in product(asked, STRANGE):
        service = next((code for kind, code in SERVICES.items() if kind in action), "videoDetection")
        for given in (dict.fromkeys(FIELDS, text), {text: text}, [text], text):
            send(version, action, {"Service": service, "ServiceParameters": json.dumps(given)})
        for name in ("url", "imageUrl", "content"):
            given = {name: text, "dataId": "a"}
            send(version, action, {"Service": service, "ServiceParameters": json.dumps(given)})


@pytest.mark.parametrize("version", [GREEN, CONSOLE, VOD])
def test_of_every_name(send, version):
    asked = operations(version)
    assert len(asked) > 10
    for key in asked:
        names = names_of(*key)
        for name, text in product(names, STRANGE):
            send(*key, {name: text})
        for text in STRANGE:
            send(*key, dict.fromkeys(names, text))
