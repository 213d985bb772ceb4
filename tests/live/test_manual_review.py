"""Human-only review with nothing replaced: submit with a callback, people decide, the caller is told once."""

import hashlib
import json
from urllib.parse import parse_qs

import requests

from tests.ground.live import wait_until
from tests.receivers import receiving
from tests.recordings import tone

SEED = "one_of_ours"
SERVICES = ("textManualCheck", "audioManualCheck")


def session(token) -> requests.Session:
    api = requests.Session()
    api.headers["Authorization"] = f"Bearer {token}"
    return api


def test_in_your_api_call_set_the_callback_url_to_receive_the_manual_review_results(live_assay):
    seeded = live_assay.script("tests.live.prepare_manual", action="open")
    client, team = session(seeded["client"]), session(seeded["team"])
    base = f"{live_assay.url}/api/v1"
    for service in SERVICES:
        rules = client.patch(f"{base}/services/{service}/rules", json={"send_delay": 0}, timeout=10)
        assert rules.status_code == 200, rules.text
    with receiving() as receiver:
        told = {"callback": receiver.url, "seed": SEED, "data_id": "post-81"}
        text = client.post(
            f"{base}/texts/manual", json={"content": "Meet me at the mill", **told}, timeout=20
        )
        sound = client.post(
            f"{base}/audios/manual", data=told, files={"file": ("call.wav", tone())}, timeout=20
        )
        kept = client.post(f"{base}/texts/manual", json={"content": "Never mind", **told}, timeout=20)
        tasks = [answer.json()["task_id"] for answer in (text, sound, kept)]
        assert client.post(f"{base}/manual/{tasks[2]}/cancel", timeout=10).json()["state"] == "cancelled"
        block = {"outcome": "block", "label": "contraband_drug", "reason": "A price list"}
        for task, said in ((tasks[0], {"outcome": "pass"}), (tasks[1], block), (tasks[2], block)):
            answer = team.post(f"{base}/manual/{task}/result", json=said, timeout=10)
            assert answer.status_code == (409 if task == tasks[2] else 200), answer.text

        live_assay.start_delivery()
        wait_until(lambda: len(receiver.received) >= 2, "both decisions are told")
        wait_until(lambda: nothing_is_due(live_assay, seeded["account"]), "nothing is left to tell")

        assert len(receiver.received) == len({one.event_id for one in receiver.received}) == 2
        forms = [parse_qs(one.body.decode()) for one in receiver.received]
        for form in forms:
            signed = (seeded["account"] + SEED + form["content"][0]).encode()
            assert form["checksum"] == [hashlib.sha256(signed).hexdigest()]
        contents = [json.loads(form["content"][0]) for form in forms]
        said = [content["humanAuditResult"] for content in contents]
        assert sorted(one["suggestion"] for one in said) == ["block", "pass"]
        assert {one["dataId"] for one in said} == {"post-81"}
        # Nothing but people: no machine is quoted.
        assert all("scanResult" not in content for content in contents)
    states = [client.get(f"{base}/manual/{task}", timeout=10).json()["state"] for task in tasks]
    assert states == ["decided", "decided", "cancelled"]


def nothing_is_due(live_assay, account) -> bool:
    return not live_assay.script("tests.live.prepare_manual", action="count", account=account)["due"]
