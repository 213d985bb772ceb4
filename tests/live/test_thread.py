"""The thread through the whole product, with nothing replaced: served application, browser, receiver."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from playwright.sync_api import expect
from standardwebhooks import Webhook

PATIENCE = 20


@pytest.fixture
def receiver():
    """A client's server: keeps what is sent to it and answers 200."""
    received = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((dict(self.headers), body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.received = received
    yield server
    server.shutdown()


def wait_for(look, what):
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    pytest.fail(f"{what} did not come within {PATIENCE} s")


def test_from_the_call_to_the_usage_figure(live_assay, browser, receiver):
    seeded = live_assay.prepare_thread(receiver_url=f"http://127.0.0.1:{receiver.server_port}/hook")
    live_assay.start_delivery()
    api = requests.Session()
    api.headers["Authorization"] = f"Bearer {seeded['token']}"
    before = usage_of(api, live_assay)

    answer = api.post(
        f"{live_assay.url}/api/v1/texts/moderations",
        json={
            "service": "comment_detection",
            "content": "Add me on WeChat: abc_12345, free gifts",
            "data_id": "comment-81",
        },
        timeout=10,
    )
    assert answer.status_code == 200, answer.text
    result = answer.json()
    assert result["level"] in ("medium", "high")
    assert result["human"] is None

    page = browser.new_page()
    page.goto(f"{live_assay.url}/console/")
    page.fill("[name=username]", seeded["reviewer"])
    page.fill("[name=password]", seeded["password"])
    page.keyboard.press("Enter")
    page.wait_for_selector(".as-side-nav")
    page.goto(f"{live_assay.url}/console/review-queue/?tab=text&view=focus")
    expect(page.locator(".wb-left")).to_contain_text("abc_12345")
    page.keyboard.press("b")
    page.keyboard.press("1")
    expect(page.locator(".wb-empty")).to_be_visible(timeout=30_000)
    page.close()

    headers, body = wait_for(lambda: receiver.received and receiver.received[0], "the callback")
    names = {name.lower(): value for name, value in headers.items()}
    event = Webhook(seeded["secret"]).verify(body, names)
    assert event["type"] == "review.decided"
    assert event["data"]["request_id"] == result["request_id"]
    assert event["data"]["data_id"] == "comment-81"
    assert event["data"]["review"]["outcome"] == "block"
    tampered = json.dumps(event | {"type": "other"}).encode()
    with pytest.raises(Exception, match="signature"):
        Webhook(seeded["secret"]).verify(tampered, names)

    read = api.get(f"{live_assay.url}/api/v1/results/{result['request_id']}", timeout=10).json()
    assert read["human"]["outcome"] == "block"
    assert read["human"]["label"] == event["data"]["review"]["label"]
    assert usage_of(api, live_assay) == before + 1


def usage_of(api, live_assay) -> int:
    answer = api.get(f"{live_assay.url}/api/v1/usage", timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.json()["total"]["calls"]
