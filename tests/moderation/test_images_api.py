"""Pictures by the REST API: sent in three ways, to several services, at once or for later."""

import json
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from config.accounts import authentication, rates
from config.retention.purging import purge
from moderation.models import Callback, ModerationResult, ModerationTask
from moderation.models.content import ContentType
from moderation.operations.services import create_service
from moderation.task_process import TaskProcess
from moderation.values import LabelRule, Level, Rules
from stats.models import UsageDelta
from tests.factories import NOW, make_account, make_endpoint, make_key, make_vocabulary
from tests.pictures import base64_of, encode, saying, scene
from tests.receivers import Reply, receiving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fake_engines")]
URL = "/api/v1/images/moderations"
TASKS = "/api/v1/images/tasks"


@pytest.fixture(autouse=True)
def fresh_process(settings, tmp_path):
    authentication._known.clear()
    rates._lots.clear()
    settings.MEDIA_ROOT = tmp_path
    settings.ASSAY_OUTBOUND_HTTP = True
    settings.ASSAY_OUTBOUND_ALLOW = ["127.0.0.0/8"]


@pytest.fixture
def account():
    account = make_account()
    vocabulary = make_vocabulary(account, words=["contraband"])
    rules = Rules(
        labels={
            "pornographic_adultContent": LabelRule(medium=50, high=85),
            "contraband_drug_tii": LabelRule(vocabularies=(vocabulary.pk,)),
            "contraband_gamble_tii": LabelRule(),
        },
        review_levels=frozenset({Level.HIGH}),
    )
    for code in ("albums", "avatars"):
        create_service(
            account=account,
            code=code,
            name=code,
            description="",
            content_type=ContentType.IMAGE,
            rules=rules,
            actor=None,
            now=NOW,
        )
    return account


@pytest.fixture
def send(client, account):
    token = make_key(account).token

    def post(body=None, url=URL, *, form=None, **headers):
        headers = {"Authorization": f"Bearer {token}", **headers}
        if form is not None:
            return client.post(url, form, headers=headers)
        return client.post(url, json.dumps(body), content_type="application/json", headers=headers)

    def get(url):
        return client.get(url, headers={"Authorization": f"Bearer {token}"})

    post.get = get
    return post


RISKY = saying("[[fake:porn=91.5]]")
MIDDLING = saying("[[fake:porn=60]]")


def asked(data=RISKY, **changes):
    return {"service": "albums", "image": base64_of(data)} | changes


class TestModeratingAPicture:
    def test_sent_as_base64(self, send):
        body = send(asked(data_id="p-1")).json()

        [result] = body["results"]
        assert (body["level"], result["level"], result["service"]) == ("high", "high", "albums")
        assert result["labels"][0]["label"] == "pornographic_adultContent"
        assert result["labels"][0]["confidence"] == 91.5
        assert body["image"]["format"] == "png"
        assert (body["image"]["width"], body["image"]["height"]) == (320, 240)
        assert body["data_id"] == "p-1"

    def test_sent_as_a_file_of_a_form(self, send):
        upload = SimpleUploadedFile("holiday.png", RISKY, "image/png")
        answer = send(form={"service": "albums", "file": upload, "data_id": "p-2"})

        assert answer.json()["level"] == "high"
        assert ModerationResult.objects.get().content == "holiday.png"

    def test_sent_by_its_address(self, send):
        with receiving(Reply(200, {"Content-Type": "image/png"}, RISKY)) as server:
            answer = send({"service": "albums", "url": server.url})

        assert answer.json()["level"] == "high"
        assert ModerationResult.objects.get().content == server.url

    def test_sent_as_a_data_address_of_a_browser(self, send):
        answer = send(asked(image="data:image/png;base64," + base64_of(MIDDLING)))

        assert answer.json()["level"] == "medium"

    def test_to_several_services_is_one_request_with_a_result_each(self, send, account):
        body = send(asked(service="", services=["albums", "avatars", "albums"])).json()

        assert [result["service"] for result in body["results"]] == ["albums", "avatars"]
        assert {result["request_id"] for result in body["results"]} == {body["request_id"]}
        assert ModerationResult.objects.owned_by(account).count() == 2
        assert UsageDelta.objects.owned_by(account).count() == 2

    def test_is_kept_once_for_all_its_results(self, send):
        send(asked(service="", services=["albums", "avatars"]))

        [key] = {result.media["key"] for result in ModerationResult.objects.all()}
        assert default_storage.open(key).read() == RISKY

    def test_is_not_kept_where_the_installation_keeps_none(self, send, settings, tmp_path):
        settings.ASSAY_KEEP_PICTURES = False
        send(asked())

        assert "key" not in ModerationResult.objects.get().media
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []

    def test_without_risk_says_so(self, send):
        body = send(asked(encode(scene(3)))).json()

        assert body["level"] == "none"
        assert [label["label"] for label in body["results"][0]["labels"]] == ["nonLabel"]

    def test_repeats_its_answer_for_the_same_key(self, send):
        first = send(asked(), **{"Idempotency-Key": "k1"})
        again = send(asked(), **{"Idempotency-Key": "k1"})
        other = send(asked(MIDDLING), **{"Idempotency-Key": "k1"})

        assert first.json() == again.json()
        assert other.status_code == 409
        assert ModerationResult.objects.count() == 1


class TestTextInAPicture:
    def test_a_word_of_the_vocabulary_returns_the_labels_lib(self, send):
        body = send(asked(saying("buy\nour contraband now\ntoday"))).json()

        [label] = body["results"][0]["labels"]
        assert (label["label"], label["level"]) == ("contraband_drug_tii_lib", "high")
        [found] = label["evidence"]
        assert found["line"] == "our contraband now"
        assert found["box"] == [0, 1, len("our contraband now"), 1]

    def test_what_engines_say_of_the_text_returns_the_tii_label(self, send):
        body = send(asked(saying("[[fake:gambling=95]]"))).json()

        assert [label["label"] for label in body["results"][0]["labels"]] == ["contraband_gamble_tii"]

    def test_a_reader_that_fails_leaves_the_text_labels_uncovered(self, send):
        body = send(asked(saying("[[reader:break]]"))).json()

        assert body["results"][0]["uncovered"] == ["contraband_drug_tii", "contraband_gamble_tii"]

    def test_is_kept_with_the_result(self, send):
        send(asked(saying("first\nsecond")))

        assert ModerationResult.objects.get().media["text"] == "first\nsecond"


class TestRefusals:
    @pytest.mark.parametrize(
        "body, status, code",
        [
            ({"service": "albums"}, 400, "image_missing"),
            ({"service": "albums", "url": "https://a.example/1", "image": "aGk="}, 400, "image_twice"),
            ({"service": "albums", "image": "%%%"}, 400, "image_not_base64"),
            ({"image": base64_of(RISKY)}, 400, "services_missing"),
            ({"services": [f"s{n}" for n in range(11)], "image": "aGk="}, 400, "services_too_many"),
            ({"service": "nothing", "image": "aGk="}, 400, "service_unknown"),
            ({"service": "comment_detection", "image": "aGk="}, 400, "service_unknown"),
            ({"service": "albums", "url": "http://10.0.0.1/a.png"}, 400, "url_forbidden_address"),
            ({"service": "albums", "url": "http://169.254.169.254/"}, 400, "url_forbidden_address"),
            ({"service": "albums", "url": "file:///etc/passwd"}, 400, "url_invalid"),
            ({"service": "albums", "image": base64_of(RISKY), "data_id": "x" * 129}, 400, "id_invalid"),
        ],
    )
    def test_are_coded(self, send, body, status, code):
        answer = send(body)

        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
        assert not ModerationResult.objects.exists()

    @pytest.mark.parametrize(
        "data", [b"", b"hello", b"<svg/>", b"%PDF-1.7", RISKY[:200], b"\x89PNG\r\n\x1a\n"]
    )
    def test_of_what_is_no_picture(self, send, data, tmp_path):
        answer = send(form={"service": "albums", "file": SimpleUploadedFile("a.png", data or b"\0")})

        assert 400 <= answer.status_code < 500
        assert answer.json()["error"]["code"].startswith("image_")
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []

    def test_a_key_needs_the_scope(self, client, account):
        token = make_key(account, scopes=["texts:moderate"]).token
        answer = client.post(
            URL,
            json.dumps(asked()),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )

        assert answer.json()["error"]["code"] == "scope_missing"


class TestModeratingLater:
    def test_is_the_same_task_for_the_same_key(self, send):
        first = send(asked(), TASKS, **{"Idempotency-Key": "k1"})
        again = send(asked(), TASKS, **{"Idempotency-Key": "k1"})
        other = send(asked(MIDDLING), TASKS, **{"Idempotency-Key": "k1"})

        assert first.json() == again.json() and first.status_code == again.status_code == 202
        assert other.status_code == 409
        assert ModerationTask.objects.count() == 1

    def test_answers_at_once_and_works_when_a_worker_comes(self, send, account):
        make_endpoint(account, events=["result.created"])
        accepted = send(asked(data_id="p-9"), TASKS)
        task = accepted.json()
        assert (accepted.status_code, task["state"], task["result"]) == (202, "waiting", None)

        TaskProcess(threads=1).run(until_empty=True)

        done = send.get(f"{TASKS}/{task['task_id']}").json()
        assert (done["state"], done["result"]["level"], done["data_id"]) == ("done", "high", "p-9")
        [callback] = Callback.objects.owned_by(account)
        told = json.loads(bytes(callback.body))
        assert told["type"] == "result.created"
        assert told["data"]["machine"]["level"] == "high"
        assert told["data"]["request_id"] == task["task_id"]

    def test_tells_of_a_picture_that_cannot_be_read(self, send, account):
        make_endpoint(account, events=["task.failed"])
        task = send(asked(b"no picture"), TASKS).json()

        TaskProcess(threads=1).run(until_empty=True)

        done = send.get(f"{TASKS}/{task['task_id']}").json()
        assert (done["state"], done["error"]["code"]) == ("failed", "image_format_unsupported")
        assert json.loads(bytes(Callback.objects.get().body))["type"] == "task.failed"

    def test_leaves_no_file_of_a_picture_that_failed(self, send, tmp_path):
        send(asked(b"no picture"), TASKS)
        TaskProcess(threads=1).run(until_empty=True)

        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []

    def test_is_forgotten_as_long_after_its_end_as_results_are_kept(self, send, settings):
        send(asked(), TASKS)
        send(asked(b"no picture"), TASKS)
        TaskProcess(threads=1).run(until_empty=True)
        send(asked(), TASKS)
        month = timezone.now() + timedelta(days=settings.ASSAY_RESULTS_KEPT_DAYS, hours=1)

        assert purge(now=timezone.now(), names=["tasks"]) == {"tasks": 0}
        assert purge(now=month, names=["tasks"]) == {"tasks": 2}
        assert ModerationTask.objects.get().state == "waiting"

    def test_tries_again_where_the_picture_may_come_back(self, send):
        with receiving(Reply(503)) as server:
            task = send({"service": "albums", "url": server.url}, TASKS).json()
            TaskProcess(threads=1).run(until_empty=True)

        held = ModerationTask.objects.get(task_id=task["task_id"])
        assert (held.state, held.attempts) == ("waiting", 1)
        assert held.due_at > held.created_at

    def test_gives_up_where_it_is_gone(self, send):
        with receiving(Reply(404)) as server:
            task = send({"service": "albums", "url": server.url}, TASKS).json()
            TaskProcess(threads=1).run(until_empty=True)

        assert send.get(f"{TASKS}/{task['task_id']}").json()["error"]["code"] == "image_unreachable"

    def test_refuses_at_once_what_is_wrong_at_sight(self, send):
        assert send(asked(service="nothing"), TASKS).json()["error"]["code"] == "service_unknown"
        assert not ModerationTask.objects.exists()

    def test_a_foreign_task_is_not_there(self, send, client):
        task = send(asked(), TASKS).json()
        token = make_key(make_account()).token
        answer = client.get(f"{TASKS}/{task['task_id']}", headers={"Authorization": f"Bearer {token}"})

        assert answer.status_code == 404
