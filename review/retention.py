"""What this app keeps for a time: what people decided, what they said, and how long they may audit."""

from datetime import datetime
from functools import partial

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django_q.tasks import async_task

from config.accounts.models import Account
from config.retention import classes, marks
from config.retention.classes import Gone, RetentionClass
from moderation.models import MediaJob, ModerationResult
from review.models import Decision, Feedback, ItemNote, ReviewItem, Skip
from review.models.items import OPEN


def join_retention() -> None:
    classes.register(
        RetentionClass(
            name="audit_items",
            order=20,
            title=_("Items to be audited"),
            about=_("For how long a result waits to be audited; then the machine's verdict stands."),
            setting="ASSAY_AUDIT_KEEP_DAYS",
            changed=date_anew,
        ),
        RetentionClass(
            name="decisions",
            order=30,
            title=_("Review items and decisions"),
            about=_("Since the last decision, with notes; never before their result. Statistics stay."),
            setting="ASSAY_DECISIONS_KEPT_DAYS",
            ident="task_id",
            due=old_items,
            forget=forget_items,
        ),
        RetentionClass(
            name="feedback",
            order=40,
            title=_("Feedback"),
            about=_("What people and clients said against results."),
            setting="ASSAY_FEEDBACK_KEPT_DAYS",
            clock="given_at",
            due=old_feedback,
            forget=forget_feedback,
        ),
    )
    marks.bear(
        ReviewItem, author_id="author_id", data_id="data_id", request_id="request_id", media_id=of_media
    )
    marks.bear(
        Feedback,
        author_id=partial(of_results, "author_id"),
        data_id=partial(of_results, "data_id"),
        request_id="request_id",
        media_id=of_media,
    )


def date_anew(account: Account) -> None:
    async_task("review.tasks.date_audits_anew", account.pk)


def old_items(account: Account, before: datetime):
    """Finished, without their result by now, and nobody has decided on them since."""
    late = Decision.objects.filter(item=OuterRef("pk"), decided_at__gte=before)
    finished = ReviewItem.objects.owned_by(account).exclude(state__in=OPEN)
    old = finished.filter(~Exists(late), result=None, created_at__lt=before)
    return old.only("id", "created_at", "task_id")


def forget_items(account: Account, rows: list[ReviewItem], now: datetime) -> Gone:
    ids = [row.pk for row in rows]
    for model in (Decision, ItemNote, Skip):
        model.objects.filter(item__in=ids).delete()
    ReviewItem.objects.filter(pk__in=ids).delete()
    return Gone(rows)


def old_feedback(account: Account, before: datetime):
    return Feedback.objects.owned_by(account).filter(given_at__lt=before).only("id", "given_at")


def forget_feedback(account: Account, rows: list[Feedback], now: datetime) -> Gone:
    Feedback.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return Gone(rows)


def of_media(account: Account, values: list[str]) -> Q:
    jobs = MediaJob.objects.owned_by(account).filter(asset__media_id__in=values)
    return Q(request_id__in=jobs.values("job_id"))


def of_results(mark: str, account: Account, values: list[str]) -> Q:
    """By their result, or by the item that outlives it."""
    asked = {f"{mark}__in": values}
    results = ModerationResult.objects.owned_by(account).filter(**asked)
    items = ReviewItem.objects.owned_by(account).filter(**asked)
    return Q(request_id__in=results.values("request_id")) | Q(request_id__in=items.values("request_id"))
