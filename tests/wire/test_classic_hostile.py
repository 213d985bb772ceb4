"""Version 1.0: whatever is sent, the answer is JSON and no fault of the platform."""

import inspect
import json
from itertools import product

import pytest
import requests
from alibabacloud_green20170823 import models

from config.wire.registry import CLASSIC, CLASSIC_CONSOLE, by_action, by_path
from tests.factories import make_item, make_vocabulary, switch_manual_review

OF_THIS = ("moderation.wire.classic", "review.wire.classic")
PATHS = sorted(path for path, one in by_path.items() if one.version == CLASSIC)
ACTIONS = sorted(
    action for (version, action), one in by_action.items()
    if version == CLASSIC_CONSOLE and one.answer.__module__.startswith(OF_THIS)
)  # fmt: skip
STRANGE = ["\0", "a\0b", "\ud83d", "-1", "1" * 30, "[", '["\\u0000"]', "{}", "null", "%", "'\"--", "x" * 5000]
STRANGE_TEXTS = STRANGE[:1] + STRANGE[3:7] + STRANGE[-2:-1]
BODIES = [
    b"", b"null", b"[]", b"{}", b"1", b'"x"', b"[null]", b"[[]]", b"\xff\x00", b"[" * 5000,
    b'{"tasks":null}', b'{"tasks":[null]}', b'{"tasks":[{}],"scenes":[null]}', b'{"taskId":{}}',
    b'["\\u0000"]', b'{"tasks":{"a":1}}', b'{"suggestion":"block","taskId":"\\u0000","scenes":["porn"]}',
]  # fmt: skip
FIELDS = ("dataId", "url", "content", "clientInfo")


@pytest.fixture
def send(served, key):
    session, faults = requests.Session(), []

    def post(path: str, data=None, **headers):
        told = {"x-acs-bearer-token": key.token} | headers
        answer = session.post(served.url + path, data=data, headers=told, timeout=60)
        assert isinstance(answer.json(), dict)
        if answer.status_code >= 500:
            faults.append((path, data, headers))
        return answer.json()

    yield post
    assert faults == []


def bodies():
    yield from BODIES
    for text in STRANGE:
        task = dict.fromkeys(FIELDS[:3], text) | {"clientInfo": {"ip": text, "userId": 5, "imei": [text]}}
        for scenes, kind in product((["porn"], ["antispam"]), ("", text)):
            sent = {"tasks": [task], "scenes": scenes, "audioScenes": ["antispam"], "bizType": kind}
            yield json.dumps(sent).encode()
        told = {"tasks": [task], "scenes": [text], "callback": text, "seed": text, "cryptType": text}
        yield json.dumps(told).encode()
        said = {"taskId": text, "suggestion": "block", "label": text, "scenes": ["porn"], "note": text}
        yield json.dumps(said).encode()
        yield json.dumps([text]).encode()


def test_bodies_by_path(served, account, send):
    switch_manual_review(account)
    assert len(PATHS) > 20
    for path, body in product(PATHS, bodies()):
        answer = send(path, body)
        for task in answer.get("data", ()) if isinstance(answer.get("data"), list) else ():
            assert task["code"] != 500, (path, body, task)


def names_of(action: str) -> list[str]:
    """The parameters that the SDK's own model of the request sends."""
    source = inspect.getsource(getattr(models, f"{action}Request").to_map)
    return [name for name in source.split("'")[1::2] if name.isidentifier() and name[0].isupper()]


def test_parameters_of_the_console(served, account, send):
    switch_manual_review(account)
    item, words = make_item(account), make_vocabulary(account, words=["alpha"])
    good = {
        "Ids": str(item.pk), "AuditResult": "block", "KeywordLibId": str(words.pk), "Id": str(words.pk),
        "BizTypeName": "default", "ImageLibId": "1", "Name": "x", "TaskId": str(item.task_id),
        "Data": '[{"Id": 1, "CustomResult": "block"}]', "Keywords": "y", "Scene": "", "ResourceType": "",
    }  # fmt: skip
    assert len(ACTIONS) > 30
    text = "\\u0000"
    send(
        "/",
        {"Data": f'[{{"Id": {item.pk}, "CustomResult": "block", "CustomRiskType": "{text}"}}]'},
        **{"x-acs-version": CLASSIC_CONSOLE, "x-acs-action": "AuditItemSubmit"},
    )
    for action in ACTIONS:
        names = names_of(action)
        sane = {name: good[name] for name in names if good.get(name)}
        for name, text in product(names, STRANGE_TEXTS):
            sent = sane | {name: text.encode("utf-8", "surrogatepass")}
            send("/", sent, **{"x-acs-version": CLASSIC_CONSOLE, "x-acs-action": action})
