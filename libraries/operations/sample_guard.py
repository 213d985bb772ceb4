"""The flood guard: a sample that does too much in too short a time is quarantined until a person releases it.

What counts is a verdict that differs from the machine's because of the sample, and a person who decides the
other way on what the sample stands for. A quarantined sample stays in its library and decides nothing.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Q

from config.accounts.revisions import bump
from config.audit.records import record
from config.errors import NotFound
from libraries.models import LibraryImage, SampleFlip, TextSample
from libraries.operations.keywords import lock_libraries

VERDICTS_WITHIN = timedelta(hours=1)
MINDS_WITHIN = timedelta(days=1)

# Every moderation that a sample decides runs this.
APPEND = """
INSERT INTO libraries_sampleflip (account_id, kind, sample_id, why, at) VALUES (%s, %s, %s, 'verdict', %s)
"""
MODELS = {SampleFlip.Kind.TEXT: TextSample, SampleFlip.Kind.IMAGE: LibraryImage}
REVISIONS = {SampleFlip.Kind.TEXT: "samples", SampleFlip.Kind.IMAGE: "images"}


def note_flip(*, account_id: int, content_type: str, sample_id: int, now: datetime) -> None:
    """A sample had its way against the machine. Runs in the result's transaction."""
    if settings.ASSAY_SAMPLE_VERDICTS_MOST:
        with connection.cursor() as cursor:
            cursor.execute(APPEND, [account_id, SampleFlip.Kind(content_type).value, sample_id, now])


def note_change_of_mind(*, sample, now: datetime) -> None:
    """A person decided the other way. Runs in the decision's transaction, with the sample's row locked."""
    most = settings.ASSAY_SAMPLE_CHANGES_MOST
    if not most:
        return
    SampleFlip.objects.create(
        account_id=sample.account_id,
        kind=SampleFlip.Kind.of(sample),
        sample_id=sample.pk,
        why=SampleFlip.Why.MIND,
        at=now,
    )
    since = max(filter(None, (now - MINDS_WITHIN, sample.vouched_at)))
    changes = SampleFlip.objects.of(sample).filter(why=SampleFlip.Why.MIND, at__gt=since).count()
    if changes >= most and not sample.rests:
        put_in_quarantine(sample, why=SampleFlip.Why.MIND, count=changes, now=now)


def watch_samples(*, now: datetime) -> int:
    """Quarantine what changed too many verdicts within the hour, and forget what is counted no more."""
    SampleFlip.objects.filter(
        Q(at__lt=now - VERDICTS_WITHIN, why=SampleFlip.Why.VERDICT) | Q(at__lt=now - MINDS_WITHIN)
    ).delete()
    most = settings.ASSAY_SAMPLE_VERDICTS_MOST
    if not most:
        return 0
    counted = (
        SampleFlip.objects.filter(why=SampleFlip.Why.VERDICT, at__gt=now - VERDICTS_WITHIN)
        .values_list("kind", "sample_id")
        .annotate(count=Count("pk"))
        .filter(count__gte=most)
        .order_by("kind", "sample_id")
    )
    return sum(quarantine(kind=kind, sample_id=pk, count=count, now=now) for kind, pk, count in counted)


@transaction.atomic
def quarantine(*, kind: str, sample_id: int, count: int, now: datetime) -> bool:
    model = MODELS[SampleFlip.Kind(kind)]
    account_id = model.objects.filter(pk=sample_id).values_list("account_id", flat=True).first()
    if account_id is None:
        return False
    lock_libraries(account_id)
    sample = model.objects.present().select_related("account").filter(pk=sample_id).first()
    if sample is None or sample.rests or sample.vouched_at:
        return False
    put_in_quarantine(sample, why=SampleFlip.Why.VERDICT, count=count, now=now)
    return True


def put_in_quarantine(sample, *, why: str, count: int, now: datetime) -> None:
    kind = SampleFlip.Kind.of(sample)
    sample.quarantined_at, sample.vouched_at = now, None
    sample.revision = bump(account_id=sample.account_id, kind=REVISIONS[kind])
    sample.save(update_fields=["quarantined_at", "vouched_at", "revision"])
    record(
        account=sample.account,
        actor=None,
        action="sample.quarantined",
        subject=subject_of(sample),
        after={"why": why, "count": count, "label": sample.label, "origin": sample.origin},
        now=now,
    )


@transaction.atomic
def release_sample(*, sample, actor, now: datetime) -> None:
    """Let it decide again. A person stands for it: how many verdicts it changes is counted no more."""
    kind = SampleFlip.Kind.of(sample)
    lock_libraries(sample.account_id)
    held = MODELS[kind].objects.present().select_related("account").filter(pk=sample.pk).first()
    if held is None:
        raise NotFound()
    if not held.rests:
        return
    before = {"quarantined_at": held.quarantined_at}
    held.quarantined_at, held.vouched_at = None, now
    held.revision = bump(account_id=held.account_id, kind=REVISIONS[kind])
    held.save(update_fields=["quarantined_at", "vouched_at", "revision"])
    record(
        account=held.account,
        actor=actor,
        action="sample.released",
        subject=subject_of(held),
        before=before,
        now=now,
    )


def subject_of(sample) -> str:
    is_image = SampleFlip.Kind.of(sample) == SampleFlip.Kind.IMAGE
    return f"image:{sample.pk}" if is_image else f"sample:{sample.pk}"
