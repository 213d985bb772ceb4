"""What this app keeps for a time, what it is known by, and which files are whose."""

from collections.abc import Iterable
from functools import partial

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.retention import classes, files, marks
from config.retention.classes import RetentionClass
from libraries.models import LibraryImage, TextSample
from moderation.media.storage import SIDES, copy_key
from moderation.models import Callback, Event, MediaAsset, MediaJob, ModerationResult, ModerationTask
from moderation.operations import media_purge, objects, purge

ASSETS_AT_ONCE = 20


def join_retention() -> None:
    classes.register(
        RetentionClass(
            name="results",
            order=10,
            title=_("Detection results"),
            about=_("With their labels, pictures and fingerprints. What waits for a reviewer stays."),
            setting="ASSAY_RESULTS_KEPT_DAYS",
            ident="request_id",
            due=purge.old_results,
            stays=purge.results_that_stay,
            forget=purge.forget_results,
        ),
        RetentionClass(
            name="tasks",
            title=_("Tasks"),
            follows="results",
            ident="task_id",
            due=purge.old_tasks,
            forget=purge.forget_tasks,
        ),
        RetentionClass(
            name="media_tasks",
            title=_("Tasks of recordings"),
            follows="results",
            ident="job_id",
            due=media_purge.old_jobs,
            forget=media_purge.forget_jobs,
            batch=media_purge.BATCH,
        ),
        RetentionClass(
            name="media",
            order=50,
            title=_("Recordings of the media library"),
            about=_("Taken out of the library with their files; what was decided on them stays."),
            setting="ASSAY_MEDIA_KEPT_DAYS",
            ident="media_id",
            due=media_purge.old_assets,
            forget=media_purge.forget_assets,
            is_locked=False,
            batch=ASSETS_AT_ONCE,
        ),
        RetentionClass(
            name="objects",
            order=55,
            title=_("Uploaded files"),
            about=_("That programs put here to name them in a call. What was judged has its own copy."),
            setting="ASSAY_OBJECTS_KEPT_DAYS",
            due=objects.old_objects,
            forget=objects.forget_objects,
        ),
        RetentionClass(
            name="callbacks",
            order=60,
            title=_("Callbacks"),
            about=_("That came to an end, with their attempts."),
            setting="ASSAY_CALLBACKS_KEPT_DAYS",
            ident="event_id",
            due=purge.old_callbacks,
            forget=purge.forget_callbacks,
        ),
        RetentionClass(
            name="events",
            order=70,
            title=_("Events"),
            about=_("The feed that clients read back."),
            setting="ASSAY_EVENTS_KEPT_DAYS",
            ident="event_id",
            due=purge.old_events,
            forget=purge.forget_events,
        ),
    )
    files.copiers.append(copies_of)
    bear_marks()


def copies_of(key: str) -> list[str]:
    return [copy_key(key, side) for side in SIDES]


def bear_marks() -> None:
    mine = {"author_id": "author_id", "data_id": "data_id"}
    marks.bear(ModerationResult, **mine, request_id="request_id", media_id=results_of_media)
    marks.bear(ModerationTask, **mine, request_id="task_id")
    marks.bear(MediaJob, **mine, request_id="job_id", media_id="asset__media_id")
    marks.bear(MediaAsset, **mine, request_id=assets_of_requests, media_id="media_id")
    marks.bear(TextSample, **of_requests())
    marks.bear(LibraryImage, **of_requests())
    marks.bear(
        Callback,
        author_id=told_of_authors,
        data_id="data_id",
        request_id=told_of_requests,
        media_id=told_of_media,
    )
    marks.bear(
        Event,
        author_id=told_of_authors,
        data_id="payload__data_id",
        request_id=told_of_requests,
        media_id=told_of_media,
    )


def of_requests() -> dict:
    """What was learned names the request that it was learned from."""
    return {
        "author_id": partial(learned_from, "author_id"),
        "data_id": partial(learned_from, "data_id"),
        "request_id": "origin",
    }


def learned_from(mark: str, account: Account, values: list[str]) -> Q:
    results = ModerationResult.objects.owned_by(account).filter(**{f"{mark}__in": values})
    return Q(origin__in=subjects(results, "request_id", ""))


def results_of_media(account: Account, values: list[str]) -> Q:
    jobs = MediaJob.objects.owned_by(account).filter(asset__media_id__in=values)
    return Q(request_id__in=jobs.values("job_id"))


def assets_of_requests(account: Account, values: list[str]) -> Q:
    jobs = MediaJob.objects.owned_by(account).filter(job_id__in=values, asset__isnull=False)
    return Q(pk__in=jobs.values("asset"))


def told_of_requests(account: Account, values: list[str]) -> Q:
    return Q(subject__in=[f"{kind}:{value}" for kind in ("result", "task", "media_job") for value in values])


def told_of_media(account: Account, values: list[str]) -> Q:
    jobs = MediaJob.objects.owned_by(account).filter(asset__media_id__in=values)
    return Q(subject__in=[f"media:{value}" for value in values]) | Q(subject__in=subjects(jobs, "job_id"))


def told_of_authors(account: Account, values: list[str]) -> Q:
    results = ModerationResult.objects.owned_by(account).filter(author_id__in=values)
    tasks = ModerationTask.objects.owned_by(account).filter(author_id__in=values)
    assets = MediaAsset.objects.owned_by(account).filter(author_id__in=values)
    return (
        Q(subject__in=subjects(results, "request_id"))
        | Q(subject__in=subjects(tasks, "task_id", "task:"))
        | Q(subject__in=subjects(assets, "media_id", "media:"))
    )


def subjects(rows, column: str, kind: str = "result:") -> Iterable:
    named = Concat(Value(kind), Cast(column, CharField()), output_field=CharField())
    return rows.order_by().annotate(subject=named).values("subject")
