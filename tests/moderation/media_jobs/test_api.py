"""Recordings by the REST API: sent in every way, asked for while they are judged, and cancelled."""

import base64
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from moderation.media import storage
from moderation.models import MediaAsset, MediaJob, MediaShot, MediaSlice, MediaUpload, ModerationResult
from tests.factories import NOW, make_account, make_key
from tests.moderation.media_jobs.films import Scene, film
from tests.receivers import Reply, receiving

pytestmark = pytest.mark.django_db(transaction=True)

URL = "/api/v1/videos/moderations"
AUDIO = "/api/v1/audios/moderations"
RISKY = film(Scene(0, "", 1), Scene(7300, "[[fake:porn=91]]", 2), Scene(12_000, "", 3))


def encoded(data: bytes = RISKY) -> str:
    return base64.b64encode(data).decode()


def asked(**changes):
    return {"service": "clips", "video": encoded(), "name": "clip.mp4"} | changes


class TestSending:
    def test_base64(self, send, decoder, work):
        answer = send(URL, asked(data_id="v-1", account={"id": "u-1"}, context={"title": "Trip"}))
        task = answer.json()

        assert answer.status_code == 202
        assert (task["state"], task["step"], task["percent"], task["data_id"]) == (
            "waiting",
            "probe",
            0,
            "v-1",
        )
        work()
        result = ModerationResult.objects.get()
        assert (str(result.request_id), result.content, result.author_id) == (
            task["task_id"],
            "clip.mp4",
            "u-1",
        )
        assert result.context == {"title": "Trip"}

    def test_a_file_of_a_form(self, send):
        upload = SimpleUploadedFile("trip.mp4", RISKY, "video/mp4")
        answer = send(
            URL, form={"service": "clips", "file": upload, "priority": "3", "context.title": "Trip"}
        )
        job = MediaJob.objects.get()

        assert (answer.status_code, job.name, job.priority, job.context) == (
            202,
            "trip.mp4",
            3,
            {"title": "Trip"},
        )

    def test_an_address(self, send, decoder, work):
        with receiving(Reply(200, {"Content-Type": "video/mp4"}, RISKY)) as server:
            task = send(URL, {"service": "clips", "url": server.url}).json()
            assert task["step"] == "fetch"
            work()

        assert ModerationResult.objects.get().content == server.url

    def test_an_upload_that_is_whole(self, send, account):
        key = storage.new_key(account_uid=account.uid, now=NOW, folder="recordings")
        storage.keep(key, RISKY)
        upload = MediaUpload.objects.create(
            account=account, upload_id=uuid4(), content_type="video", name="big.mp4", length=9, offset=9,
            key=key, facts={"sha256": "0" * 64, "format": "mp4", "bytes": 9}, created_at=NOW,
            expires_at=timezone.now(),
        )  # fmt: skip
        first = send(URL, {"service": "clips", "upload_id": str(upload.upload_id)})
        second = send(URL, {"service": "clips", "upload_id": str(upload.upload_id)})

        assert first.status_code == 202
        assert (second.status_code, second.json()["error"]["code"]) == (409, "upload_used")

    def test_an_asset_of_the_library(self, send, account):
        asset = MediaAsset.objects.create(
            account=account, media_id=uuid4().hex, content_type="video", title="Trip", key="media/1",
            sha256="0" * 64, format="mp4", bytes=9, created_at=NOW, updated_at=NOW,
        )  # fmt: skip
        task = send(URL, {"service": "clips", "media_id": asset.media_id}).json()

        assert task["media_id"] == asset.media_id
        assert send(URL, {"service": "clips", "media_id": asset.media_id}).json()["error"]["code"] == (
            "media_in_review"
        )

    @pytest.mark.parametrize(
        ("changes", "status", "code"),
        [
            ({"video": ""}, 400, "media_missing"),
            ({"url": "https://media.example.com/1.mp4"}, 400, "media_twice"),
            ({"video": "***"}, 400, "media_not_base64"),
            ({"video": encoded(b"no recording")}, 422, "media_format_unsupported"),
            ({"service": "nothing"}, 400, "service_unknown"),
            ({"service": "albums"}, 400, "service_unknown"),
            ({"service": "videoManualCheck"}, 409, "service_for_people"),
            ({"data_id": "x" * 129}, 400, "id_invalid"),
            ({"priority": 10}, 400, "invalid"),
            ({"seed": "?", "callback": "https://client.example.com/"}, 400, "seed_invalid"),
            ({"video": "", "media_id": "foreign"}, 404, "not_found"),
        ],
    )
    def test_is_refused_with_what_is_wrong(self, send, tmp_path, changes, status, code):
        answer = send(URL, asked(**changes))

        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
        assert not MediaJob.objects.exists()
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []

    def test_too_much_at_once_says_when_to_come_again(self, send, settings):
        settings.ASSAY_MEDIA_MOST_WAITING = 1
        send(URL, asked())
        answer = send(URL, asked())

        assert (answer.status_code, answer.json()["error"]["code"]) == (429, "media_quota_reached")
        assert int(answer.headers["Retry-After"]) > 0

    def test_again_with_the_same_key_is_the_same_task(self, send):
        headers = {"Idempotency-Key": "one"}
        first, second = send(URL, asked(), **headers), send(URL, asked(), **headers)
        other = send(URL, asked(video=encoded(film(Scene(0)))), **headers)

        assert first.json() == second.json()
        assert (first.status_code, second.headers["Idempotency-Replayed"]) == (202, "true")
        assert other.json()["error"]["code"] == "idempotency_key_reused"
        assert MediaJob.objects.count() == 1

    def test_needs_the_scope(self, client, account):
        token = make_key(account, scopes=["media:read"]).token
        answer = client.post(URL, headers={"Authorization": f"Bearer {token}"})

        assert answer.status_code == 403


class TestAsking:
    @pytest.fixture
    def address(self, send):
        return f"{URL}/{send(URL, asked(data_id='v-1')).json()['task_id']}"

    def test_while_it_is_judged_tells_how_far_it_has_come(self, send, decoder, work, address):
        seen = []
        decoder.before = lambda kind: kind == "shots" and seen.append(send.get(address).json())
        work()

        assert [one["state"] for one in seen] == ["waiting", "waiting"]
        assert (seen[0]["step"], seen[0]["percent"], seen[0]["frames"]) == ("frames", 10, [])
        assert seen[1]["percent"] > 50
        assert [frame["at_ms"] for frame in seen[1]["frames"]] == [7300]
        assert seen[1]["media"]["duration_ms"] == 20_000

    def test_when_it_is_done_tells_the_result(self, send, decoder, work, address):
        work()
        body = send.get(address).json()

        assert (body["state"], body["step"], body["percent"]) == ("done", None, 100)
        assert body["result"]["level"] == "high"
        assert body["result"]["media"]["services"][0]["service"] == "albums"
        [label] = body["result"]["labels"]
        assert (label["label"], label["frames"], label["evidence"][0]["at_ms"]) == (
            "pornographic_adultContent", 1, 7300,
        )  # fmt: skip

    def test_frames_of_all_kinds_page_by_page(self, send, decoder, work, address):
        work()
        first = send.get(f"{address}?frames=all&limit=2").json()
        second = send.get(f"{address}?frames=all&limit=2&frames_after={first['next_frames_after']}").json()
        hits = send.get(address).json()
        none = send.get(f"{address}?frames=none").json()

        assert [frame["at_ms"] for frame in first["frames"]] == [0, 7300]
        assert [frame["at_ms"] for frame in second["frames"]] == [12_000, 16_000]
        assert second["next_frames_after"] is None
        assert [frame["at_ms"] for frame in hits["frames"]] == [7300]
        assert none["frames"] == []
        assert first["frames"][1]["verdicts"][0]["labels"][0]["name"]
        assert first["frames"][1]["until_ms"] == 11_000

    def test_snapshots_are_pictures(self, send, decoder, work, address, client):
        work()
        snapshot = send.get(address).json()["frames"][0]["snapshot"]
        answer = send.get(snapshot)
        stranger = make_key(make_account()).token
        foreign = client.get(snapshot, headers={"Authorization": f"Bearer {stranger}"})

        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
        assert b"".join(answer.streaming_content) == storage.read(MediaShot.objects.get(at_ms=7300).key)
        assert foreign.status_code == 404

    def test_slices_tell_what_was_said_and_what_nobody_heard(self, send, account, address):
        job = MediaJob.objects.get()
        MediaSlice.objects.create(
            account=account, job=job, start_ms=100, end_ms=900, text="Hello", level="none",
            labels=[{"label": "nonLabel", "level": "none", "confidence": None, "evidence": [], "flipped": 3}],
        )  # fmt: skip
        MediaSlice.objects.create(
            account=account,
            job=job,
            start_ms=2000,
            end_ms=2900,
            is_unheard=True,
            level="none",
            uncovered=["a"],
        )
        heard, unheard = send.get(address).json()["slices"]

        assert (heard["text"], heard["is_unheard"], "flipped" in heard["labels"][0]) == (
            "Hello",
            False,
            False,
        )
        assert (unheard["is_unheard"], unheard["uncovered"]) == (True, ["a"])

    @pytest.mark.parametrize(
        "query", ["frames=some", "frames_after=x", "slices_after=99999999999", "limit=0"]
    )
    def test_what_cannot_be_read_is_refused(self, send, address, query):
        assert send.get(f"{address}?{query}").status_code == 400

    def test_by_data_id_and_state(self, send, decoder, work, address):
        work()
        waiting = send(URL, asked(data_id="v-2")).json()["task_id"]
        by_id = send.get(f"{URL}?data_id=v-1").json()["tasks"]
        by_state = send.get(f"{URL}?state=waiting").json()["tasks"]

        assert [task["state"] for task in by_id] == ["done"]
        assert [task["task_id"] for task in by_state] == [waiting]
        assert send.get(f"{URL}?state=odd").status_code == 400
        assert send.get(AUDIO).json()["tasks"] == []

    def test_a_foreign_task_is_not_there(self, client, address):
        headers = {"Authorization": f"Bearer {make_key(make_account()).token}"}

        assert client.get(address, headers=headers).status_code == 404
        assert client.post(f"{address}/cancel", headers=headers).status_code == 404
        assert MediaJob.objects.get().state == "waiting"


class TestCancelling:
    def test_ends_it(self, send, decoder, work):
        address = f"{URL}/{send(URL, asked()).json()['task_id']}"
        first, second = send(f"{address}/cancel"), send(f"{address}/cancel")
        work()

        assert (first.status_code, first.json()["state"], second.json()["state"]) == (
            200,
            "cancelled",
            "cancelled",
        )
        assert send.get(address).json()["result"] is None

    def test_is_too_late_where_nothing_waits(self, send, decoder, work):
        address = f"{URL}/{send(URL, asked(video=encoded(film(Scene(0))))).json()['task_id']}"
        work()
        answer = send(f"{address}/cancel")

        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "media_job_ended")
