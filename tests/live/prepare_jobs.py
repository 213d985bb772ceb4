"""Run inside a served installation: an account that judges videos, those that are sent, what came of them."""

import json
import sys
from datetime import timedelta
from pathlib import Path

import django
from django.db.models import Count
from django.utils import timezone

django.setup()

from config.accounts import revisions  # noqa: E402
from config.accounts.models import Account  # noqa: E402
from config.accounts.operations.accounts import open_account  # noqa: E402
from moderation.callbacks.endpoints import create_endpoint  # noqa: E402
from moderation.models import Callback, MediaJob, MediaShot, ModerationResult  # noqa: E402
from moderation.models.content import ContentType  # noqa: E402
from moderation.operations.for_people import RecordingSource  # noqa: E402
from moderation.operations.media_jobs import accept_media  # noqa: E402
from moderation.operations.services import create_service  # noqa: E402
from moderation.values import LabelRule, Rules  # noqa: E402


def main(*, action: str, **arguments) -> dict:
    return {"begin": begin, "send": send, "count": count}[action](**arguments)


def begin(*, url: str) -> dict:
    now = timezone.now()
    account = open_account(name="Videos", actor=None, now=now)
    codes = Rules(labels={"pt_qrCode": LabelRule()})
    clips = Rules(image_services=("codes",), reads="none")
    for code, kind, rules in (("codes", ContentType.IMAGE, codes), ("clips", ContentType.VIDEO, clips)):
        create_service(
            account=account, code=code, name=code, description="", content_type=kind, rules=rules,
            actor=None, now=now,
        )  # fmt: skip
    create_endpoint(
        account=account, name="hook", url=url, events=["result.created", "task.failed"], actor=None, now=now
    )
    return {"account": account.pk}


def send(*, account: int, video: str, jobs: int, service: str = "clips", is_held: bool = True) -> dict:
    """`video` is a file's path. Those that are held wait until somebody lets them go."""
    owner, data = Account.objects.get(pk=account), Path(video).read_bytes()
    for number in range(jobs):
        accept_media(
            account=owner,
            revisions=revisions.read(account),
            content_type="video",
            service_code=service,
            source=RecordingSource(pieces=lambda: [data], name=f"{number}.mp4"),
            data_id=f"clip-{number}",
            now=timezone.now(),
        )
    if is_held:
        MediaJob.objects.filter(account=account).update(due_at=timezone.now() + timedelta(days=1))
    return {"sent": jobs}


def count(*, account: int) -> dict:
    jobs, results = (model.objects.filter(account=account) for model in (MediaJob, ModerationResult))
    shots = MediaShot.objects.filter(account=account).values("job").annotate(number=Count("pk"))
    return {
        "states": numbers(jobs, "state"),
        "results": [str(one.request_id) for one in results],
        "jobs": [str(one.job_id) for one in jobs],
        "levels": numbers(results, "level"),
        "callbacks": Callback.objects.filter(account=account).count(),
        "shots": sorted(shots.values_list("number", flat=True)),
        "errors": [job.error for job in jobs if job.error],
    }


def numbers(rows, name: str) -> dict:
    return dict(rows.values_list(name).annotate(Count("pk")))


if __name__ == "__main__":
    print(json.dumps(main(**json.loads(sys.argv[1]))))
