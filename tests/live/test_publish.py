"""Rules published in one process are used by another at once, and no result mixes two versions."""

import threading
import time

import requests

from tests.ground import proofs

REQUESTS = proofs.of(2000, part=600)
THREADS = 4
TEXT = "Add me on WeChat: abc_12345"


def test_a_publish_is_used_within_a_second_and_never_by_halves(live_assay):
    """The text carries a contact and a casino: version A looks for the one, version B for the other."""
    seeded = live_assay.script("tests.live.prepare_rules")
    answers, stop = [], threading.Event()

    def call():
        api = requests.Session()
        api.headers["Authorization"] = f"Bearer {seeded['token']}"
        while not stop.is_set():
            sent = time.time()
            answer = api.post(
                f"{live_assay.url}/api/v1/texts/moderations",
                json={"service": "comment_detection", "content": f"{TEXT}, casino bonus"},
                timeout=10,
            )
            assert answer.status_code == 200, answer.text
            body = answer.json()
            answers.append((sent, body["version_id"], frozenset(label["label"] for label in body["labels"])))

    threads = [threading.Thread(target=call) for _number in range(THREADS)]
    for thread in threads:
        thread.start()
    published = []
    while len(answers) < REQUESTS:
        time.sleep(0.5)
        published.append(live_assay.script("tests.live.publish_rules", account=seeded["account"]))
    stop.set()
    for thread in threads:
        thread.join()

    looks_for = seeded["looks_for"] | {
        key: value for one in published for key, value in one["looks_for"].items()
    }
    mixed = [found for found in answers if sorted(found[2]) != looks_for[str(found[1])]]
    assert mixed == []
    delays = []
    for before, after in zip(published, published[1:] + [None], strict=True):
        late = [
            sent - before["committed_at"]
            for sent, version, _labels in answers
            if sent > before["committed_at"]
            and (after is None or sent < after["began_at"])
            and version < before["version_id"]
        ]
        delays += late
    assert max(delays, default=0) < 1
    print(
        f"\n{len(answers)} answers during {len(published)} publishes: {len(mixed)} mixed, "
        f"{len(delays)} by an older version, the latest {max(delays, default=0) * 1000:.0f} ms after a commit"
    )
