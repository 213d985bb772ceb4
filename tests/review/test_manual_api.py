"""Human-only review by API: what people alone decide on, from the call to the answer."""

import hashlib
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from moderation.models import Callback, ModerationResult
from review.models import ReviewItem
from review.operations.claims import claim
from review.operations.reconcile import reconcile
from stats.models import UsageDelta
from tests.factories import NOW, make_account, make_endpoint, make_user, switch_manual_review
from tests.pictures import base64_of
from tests.purges import purge_results
from tests.receivers import Reply, receiving
from tests.review.manual_sent import FILES, KINDS, PICTURE, decided, files, item_of, read, submitted

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", KINDS)
class TestTheHumanOnlyReviewServiceReviewsAllSubmittedContent:
    def test_it_answers_with_a_task_that_waits_for_people(self, caller, kind):
        task = submitted(caller, kind, data_id="post-81", account={"id": "member-7", "ip": "203.0.113.9"})

        assert (task["state"], task["mode"], task["content_type"]) == ("waiting", "human_only", kind)
        assert task["service"] == KINDS[kind][2]
        assert task["result"] is None and task["recheck"] is None
        assert read(caller, task) == task
        item = item_of(task)
        assert (item.mode, item.queue.is_default, item.author_id) == ("human_only", True, "member-7")
        assert item.due_at > item.created_at
        assert item.result.context == {"ip": "203.0.113.9"}

    def test_it_returns_only_manual_review_results(self, caller, manual_account, kind):
        """No machine has looked: nothing is called clean, and nothing is counted as usage."""
        task = submitted(caller, kind)
        result = caller.get(f"/api/v1/results/{task['request_id']}").json()

        assert (result["level"], result["labels"], result["human"]) == (None, [], None)
        assert result["manual_task_id"] == task["task_id"]
        assert not UsageDelta.objects.exists()
        decided(task, manual_account)
        assert caller.get(f"/api/v1/results/{task['request_id']}").json()["human"]["outcome"] == "pass"
        assert read(caller, task)["state"] == "decided"
        assert read(caller, task)["result"]["outcome"] == "pass"

    def test_it_is_tried_again_without_being_sent_twice(self, caller, kind):
        url, body, _service = KINDS[kind]
        first = caller.post(url, body, **{"Idempotency-Key": "once"})
        again = caller.post(url, body, **{"Idempotency-Key": "once"})
        other = caller.post(url, body | {"data_id": "other"}, **{"Idempotency-Key": "once"})

        assert (first.status_code, again.status_code) == (202, 202)
        assert again.json() == first.json() and again.headers["Idempotency-Replayed"] == "true"
        assert other.json()["error"]["code"] == "idempotency_key_reused"
        assert ReviewItem.objects.count() == 1


@pytest.mark.parametrize("kind", FILES)
class TestAFileForPeople:
    def test_is_kept_as_it_came(self, caller, kind):
        media = item_of(submitted(caller, kind)).result.media

        assert default_storage.open(media["key"]).read() == FILES[kind]
        assert media["sha256"] == hashlib.sha256(FILES[kind]).hexdigest()
        assert media["bytes"] == len(FILES[kind])

    def test_comes_from_its_address(self, caller, kind):
        url = KINDS[kind][0]
        with receiving(Reply(200, {}, FILES[kind])) as server:
            task = caller.post(url, {"url": server.url}).json()

        result = item_of(task).result
        assert default_storage.open(result.media["key"]).read() == FILES[kind]
        assert result.content == server.url

    def test_comes_in_a_form_with_what_is_said_beside_it(self, caller, kind):
        upload = SimpleUploadedFile("holiday.bin", FILES[kind], "application/octet-stream")
        form = {"file": upload, "data_id": "p-2", "account.id": "member-7", "context.title": "Summer"}
        task = caller.send_form(KINDS[kind][0], form).json()

        result = item_of(task).result
        assert default_storage.open(result.media["key"]).read() == FILES[kind]
        assert (result.content, result.data_id, result.author_id) == ("holiday.bin", "p-2", "member-7")
        assert result.context == {"title": "Summer"}

    def test_in_a_form_is_part_of_what_may_be_repeated(self, caller, kind):
        url, headers = KINDS[kind][0], {"Idempotency-Key": "form"}
        sent = [
            caller.send_form(url, {"file": SimpleUploadedFile("a", content)}, **headers).json()
            for content in (FILES[kind], FILES[kind], FILES[kind] + b"\0")
        ]

        assert sent[0] == sent[1]
        assert sent[2]["error"]["code"] == "idempotency_key_reused"

    def test_is_kept_even_where_moderated_pictures_are_not(self, caller, settings, kind):
        settings.ASSAY_KEEP_PICTURES = False

        assert default_storage.exists(item_of(submitted(caller, kind)).result.media["key"])

    def test_that_is_none_is_refused_and_leaves_nothing(self, caller, kind):
        field = next(iter(KINDS[kind][1]))
        for content, status in ((b"<html><script>alert(1)</script></html>", 422), (b"", 400)):
            answer = caller.post(KINDS[kind][0], {field: base64_of(content)})
            assert answer.status_code == status
        assert caller.post(KINDS[kind][0], {}).json()["error"]["code"].endswith("_missing")
        twice = caller.post(KINDS[kind][0], {**KINDS[kind][1], "url": "https://a.example/1"})
        assert twice.json()["error"]["code"].endswith("_twice")
        assert not ModerationResult.objects.exists()
        assert files() == []

    def test_goes_with_its_result_and_not_before_people_have_decided(self, caller, manual_account, kind):
        task = submitted(caller, kind)
        key, later = item_of(task).result.media["key"], item_of(task).created_at + timedelta(days=31)

        assert purge_results(now=later) == 0
        assert default_storage.exists(key)
        decided(task, manual_account)
        assert purge_results(now=later) == 1
        assert files() == []
        assert read(caller, task)["result"]["outcome"] == "pass"


class TestAPictureForPeople:
    def test_is_decoded_as_always(self, caller):
        item = item_of(submitted(caller, "image"))

        assert (item.result.media["width"], item.result.media["format"]) == (320, "png")
        assert bytes(item.digest) == hashlib.sha256(PICTURE).digest()
        assert len(bytes(item.likeness)) == 32

    def test_teaches_the_account_what_people_decided(self, caller, manual_account):
        decided(submitted(caller, "image"), manual_account, "block", label="contraband_drug")
        body = {"service": "baselineCheck", "image": base64_of(PICTURE)}
        [result] = caller.post("/api/v1/images/moderations", body).json()["results"]

        assert (result["level"], result["labels"][0]["label"]) == ("high", "contraband_drug_lib")

    def test_that_is_damaged_is_refused_at_once(self, caller):
        answer = caller.post("/api/v1/images/manual", {"image": base64_of(PICTURE[:200])})

        assert answer.status_code == 422
        assert answer.json()["error"]["code"].startswith("image_")
        assert files() == []


class TestASubmission:
    def test_may_name_any_service_of_its_kind(self, caller):
        assert submitted(caller, service="comment_detection")["service"] == "comment_detection"

    @pytest.mark.parametrize("code", ["nobody", "imageManualCheck"])
    def test_to_another_service_is_refused(self, caller, code):
        answer = caller.post("/api/v1/texts/manual", {"content": "a", "service": code})

        assert answer.json()["error"]["code"] == "service_unknown"

    @pytest.mark.parametrize(
        "changes, code",
        [
            ({"content": " "}, "content_missing"),
            ({"content": "a" * 10_001}, "content_too_long"),
            ({"data_id": "a" * 129}, "id_invalid"),
            ({"account": {"id": "a\nb"}}, "id_invalid"),
            ({"context": {"a": "b" * 1001}}, "context_invalid"),
            ({"context": {str(number): "b" for number in range(21)}}, "context_invalid"),
            ({"context": {"a": 1}}, "invalid"),
            ({"callback": "http://169.254.169.254/", "seed": "a"}, "url_forbidden_address"),
            ({"callback": "client", "seed": "a"}, "url_invalid"),
            ({"seed": "one_of_ours"}, "url_invalid"),
            ({"callback": "https://client.example/"}, "seed_invalid"),
            ({"callback": "https://client.example/", "seed": "a b"}, "seed_invalid"),
            ({"callback": "https://client.example/", "seed": "a", "crypt_type": "MD5"}, "crypt_type_unknown"),
        ],
    )
    def test_is_refused_by_what_is_wrong_with_it(self, caller, changes, code):
        answer = caller.post("/api/v1/texts/manual", {"content": "a", **changes})

        assert answer.json()["error"]["code"] == code
        assert not ModerationResult.objects.exists()

    def test_leaves_no_file_where_it_cannot_be_stored(self, caller):
        answer = caller.post(*KINDS["audio"][:1], {**KINDS["audio"][1], "callback": "http://10.0.0.1/"})

        assert answer.status_code == 400
        assert files() == []

    def test_needs_its_scope(self, make_caller, manual_account):
        reader = make_caller(manual_account, scopes=["results:read"])

        assert (
            reader.post("/api/v1/texts/manual", {"content": "a"}).json()["error"]["code"] == "scope_missing"
        )

    def test_is_bounded_by_the_rate_of_its_key(self, make_caller, manual_account):
        slow = make_caller(manual_account, calls_per_minute=1)

        answers = [slow.post("/api/v1/texts/manual", {"content": "a"}).status_code for _number in range(2)]
        assert answers == [202, 429]

    def test_is_not_opened_a_second_time_by_the_sweep(self, caller):
        submitted(caller)

        assert reconcile(now=NOW) == 0
        assert ReviewItem.objects.count() == 1

    def test_is_judged_by_no_machine(self, caller):
        answer = caller.post("/api/v1/texts/moderations", {"service": "textManualCheck", "content": "a"})

        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "service_for_people")

    def test_tells_the_callback_of_the_call_beside_those_that_are_set_up(self, caller, manual_account):
        make_endpoint(manual_account)
        task = submitted(caller, callback="https://client.example/this-call", seed="seed_1")
        untold = submitted(caller)
        decided(task, manual_account)
        decided(untold, manual_account)

        told = Callback.objects.filter(subject__contains=task["request_id"])
        assert {one.endpoint.url for one in told} == {
            "https://client.example/hook",
            "https://client.example/this-call",
        }
        assert len({one.event_id for one in told}) == 1
        assert Callback.objects.filter(subject__contains=untold["request_id"]).count() == 1


class TestATask:
    def test_is_in_review_while_somebody_has_it(self, caller, manual_account):
        task = submitted(caller)
        item = item_of(task)
        claim(
            account=manual_account, reviewer=make_user(account=manual_account), count=1, now=item.created_at
        )

        assert read(caller, task)["state"] == "in_review"

    def test_is_read_by_whoever_sends_decides_or_reads_results(self, caller, make_caller, manual_account):
        task = submitted(caller)
        for scope, status in (
            ("manual:submit", 200),
            ("manual:decide", 200),
            ("results:read", 200),
            ("stats:read", 403),
        ):
            reader = make_caller(manual_account, scopes=[scope])
            assert reader.get(f"/api/v1/manual/{task['task_id']}").status_code == status, scope
            assert reader.get("/api/v1/manual").status_code == status, scope

    def test_of_another_account_is_not_there(self, caller, make_caller):
        task = submitted(caller)
        stranger = make_caller(switch_manual_review(make_account()))

        for path in ("", "/cancel", "/result"):
            call = stranger.post if path else stranger.get
            assert call(f"/api/v1/manual/{task['task_id']}{path}").status_code in (400, 404), path
        assert stranger.get(f"/api/v1/manual/{task['task_id']}").status_code == 404
        assert stranger.get("/api/v1/manual").json() == {"tasks": [], "next": None}
        assert read(caller, task)["state"] == "waiting"

    def test_that_never_was_is_not_there(self, caller):
        assert caller.get(f"/api/v1/manual/{uuid4()}").status_code == 404


class TestTheListOfTasks:
    def test_is_paged_newest_first(self, caller):
        made = [submitted(caller, data_id=str(number))["task_id"] for number in range(5)]
        seen, cursor = [], ""
        while cursor is not None:
            body = caller.get(f"/api/v1/manual?limit=2{f'&cursor={cursor}' if cursor else ''}").json()
            seen += [task["task_id"] for task in body["tasks"]]
            cursor = body["next"]

        assert seen == made[::-1]

    def test_is_narrowed_by_each_filter(self, caller, manual_account):
        text = submitted(caller, data_id="t-1")["task_id"]
        sound = submitted(caller, "audio", data_id="a-1")
        decided(sound, manual_account)
        cancelled = submitted(caller, data_id="c-1")["task_id"]
        caller.post(f"/api/v1/manual/{cancelled}/cancel")

        def found(query):
            body = caller.get(f"/api/v1/manual?{query}").json()
            return {task["task_id"] for task in body["tasks"]}

        every = {text, sound["task_id"], cancelled}
        assert found("") == found("mode=human_only") == found("from=2026-01-01") == every
        assert found("state=waiting") == {text}
        assert found("state=waiting,cancelled") == {text, cancelled}
        assert (
            found("state=decided")
            == found("outcome=pass")
            == found("content_type=audio")
            == {sound["task_id"]}
        )
        assert found("service=audioManualCheck") == found("data_id=a-1") == {sound["task_id"]}
        assert found("mode=human_machine") == found("outcome=block") == found("to=2026-01-01") == set()

    @pytest.mark.parametrize("query", ["state=open", "mode=audit", "outcome=maybe", "from=soon", "cursor=*"])
    def test_refuses_what_it_cannot_read(self, caller, query):
        assert caller.get(f"/api/v1/manual?{query}").status_code == 400
