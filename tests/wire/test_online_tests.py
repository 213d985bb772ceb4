"""Online tests through the unmodified SDK: pictures and recordings that are really fetched and judged."""

import uuid
from collections import Counter

import pytest
from alibabacloud_green20220926 import client as console
from alibabacloud_green20220926 import models
from darabonba.exceptions import DaraException

from moderation.media_process import MediaProcess
from moderation.models import MediaJob, MediaShot, ModerationResult, Service
from tests.factories import make_account, make_key
from tests.films import small_film
from tests.pictures import saying
from tests.receivers import Reply, receiving
from tests.wire.clients import client


@pytest.fixture
def sdk(served, key):
    return client(console, served, key)


@pytest.fixture
def shop():
    film, picture = small_film(2), saying("The library opens at nine")

    def answer(asked):
        return Reply(body=film if "film" in asked.path else picture)

    with receiving(answer) as server:
        yield server.url.removesuffix("/hook")


def create(sdk, code, url, **asked):
    return sdk.create_online_test(models.CreateOnlineTestRequest(service_code=code, url=url, **asked)).body


def describe(sdk, task_id, **asked):
    return sdk.describe_online_test_result(models.DescribeOnlineTestResultRequest(task_id=task_id, **asked))


class TestOnlineTests:
    def test_of_pictures_are_done_at_once(self, sdk, account, shop):
        made = create(sdk, "baselineCheck", f"{shop}/picture", resource_type="image", data_id="mine")
        result = ModerationResult.objects.owned_by(account).get()
        assert (made.task_id, made.task_status) == (str(result.request_id), "SUCCESS")
        assert (result.source, result.data_id) == ("test", "mine")
        answer = describe(sdk, made.task_id, resource_type="image", service_code="baselineCheck")
        told = answer.body
        assert (told.risk_level, told.url, told.service_code) == (result.level, made.url, "baselineCheck")
        assert told.moderation_time == str(int(result.created_at.timestamp() * 1000))
        assert answer.headers.get("x-assay-uncovered", "") == ",".join(result.uncovered)
        (summary,) = told.summary_list
        assert (summary.resource_type, summary.risk_level, summary.slice_count) == ("image", result.level, 1)
        assert summary.risk_level_summary[result.level] == 1
        with pytest.raises(DaraException) as refused:
            sdk.stop_online_test(models.StopOnlineTestRequest(task_id=made.task_id))
        assert refused.value.code == "InvalidStatus"

    def test_of_recordings_are_done_later(self, sdk, account, shop, settings):
        settings.ASSAY_OUTBOUND_HTTP, settings.ASSAY_OUTBOUND_ALLOW = True, ["127.0.0.0/8"]
        code = Service.objects.owned_by(account).of_content("video").for_machine().by_code()[0].code
        made = create(sdk, code, f"{shop}/film.mp4", resource_type="video")
        assert made.task_status == "RUNNING"
        assert describe(sdk, made.task_id).body.task_status == "RUNNING"
        MediaProcess(threads=1).run(until_empty=True)
        job = MediaJob.objects.get(job_id=made.task_id)
        result = ModerationResult.objects.owned_by(account).get(request_id=made.task_id)
        told = describe(sdk, made.task_id).body
        assert (told.task_status, told.risk_level, result.source) == ("SUCCESS", result.level, "test")
        levels = Counter(MediaShot.objects.filter(job=job).values_list("level", flat=True))
        frames = told.summary_list[0]
        assert (frames.resource_type, frames.slice_count) == ("video", sum(levels.values()))
        assert {level: n for level, n in frames.risk_level_summary.items() if n} == levels

        other = create(sdk, code, f"{shop}/film.mp4")
        stop = models.StopOnlineTestRequest(task_id=other.task_id, service_code=code)
        assert sdk.stop_online_test(stop).body.task_status == "STOPPED"
        assert MediaJob.objects.get(job_id=other.task_id).state == "cancelled"
        assert describe(sdk, other.task_id).body.risk_level is None

    def test_refuse_what_they_cannot_test(self, served, sdk, account, shop):
        made = create(sdk, "baselineCheck", f"{shop}/picture")
        stranger = client(console, served, make_key(make_account()))
        reader = client(console, served, make_key(account, scopes=["results:read"]))
        for code, call in (
            ("InvalidParameter", lambda: create(sdk, "comment_detection", f"{shop}/picture")),
            ("InvalidResource.NotFound", lambda: create(sdk, "nobodys", f"{shop}/picture")),
            ("MissingUrl", lambda: create(sdk, "baselineCheck", "")),
            ("InvalidResource.NotFound", lambda: describe(sdk, str(uuid.uuid4()))),
            ("InvalidResource.NotFound", lambda: describe(sdk, "x")),
            ("InvalidResource.NotFound", lambda: describe(sdk, made.task_id, resource_type="video")),
            ("InvalidResource.NotFound", lambda: describe(stranger, made.task_id)),
            ("Forbidden", lambda: create(reader, "baselineCheck", f"{shop}/picture")),
        ):
            with pytest.raises(DaraException) as refused:
                call()
            assert refused.value.code == code
        with pytest.raises(DaraException):
            create(sdk, "baselineCheck", "http://10.0.0.1/picture")
