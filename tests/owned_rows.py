"""A row of every kind that an account can own, for those who look for it from outside."""

from datetime import timedelta
from uuid import uuid4

from config.erasure.models import ErasureReceipt, SubjectMark
from config.erasure.operations import ask_erasure
from config.erasure.subjects import Subject
from config.retention.models import DoomedFile, LegalHold, PurgeReceipt, RetentionPeriod
from config.wire.models import TemporaryKey
from libraries.models import SampleFlip, TextSample
from libraries.operations.image_adding import NewImage, add_images
from libraries.operations.image_hits import count_hits as count_image_hits
from libraries.operations.image_libraries import create_image_library
from moderation.models import (
    Head,
    LearningSwitch,
    MediaAsset,
    MediaAudit,
    MediaJob,
    MediaShot,
    MediaSlice,
    MediaUpload,
    ModerationResult,
    Provider,
    ProviderConsent,
    ResultEmbedding,
    ResultFingerprint,
    SampleEmbedding,
    SecurityIpGroup,
    Service,
    Training,
    UploadedObject,
)
from review.models import (
    BlockCategory,
    CarePolicy,
    Exposure,
    ItemNote,
    Reviewer,
    ReviewItem,
    ReviewQueue,
    RoutingRule,
    Skip,
    Waiver,
)
from stats.exports.asking import request_export
from stats.exports.schedules import create_schedule, start_run
from stats.models import ExportDelivery, RefusalDelta, UsageCheck, UsageDrift
from tests.factories import (
    NOW,
    make_key,
    make_result,
    make_user,
    service_of,
)
from tests.libraries.pictures import png

MARK = "FOREIGNMARK"


def make_statistics(account):
    """A figure that differs, on a day that was counted anew; deletions and refusals."""
    delete_and_refuse(account)
    UsageCheck.objects.create(account=account, day=NOW.date(), state="drift", checked_at=NOW)
    UsageDrift.objects.create(
        account=account, day=NOW.date(), service=service_of(account), source="api", figure="label", name=MARK,
        counted=2, recounted=1, found_at=NOW,
    )  # fmt: skip


def delete_and_refuse(account):
    result = make_result(account, "The library opens at nine.")
    ModerationResult.objects.get(pk=result.pk).delete()
    RefusalDelta.objects.create(account=account, status=400, code=MARK, calls=1, at=NOW)


def make_exports(account, admin):
    """One that a person asked for, and one that comes by itself and is sent."""
    asked = {"kind": "results", "format": "csv", "query": f"data_id={MARK}", "has_content": True}
    request_export(account=account, actor=admin, now=NOW, **asked)
    schedule = create_schedule(
        account=account, name=MARK, every="day", tells_endpoints=True, actor=admin, now=NOW, **asked
    )
    start_run(schedule_id=schedule.pk, now=schedule.due_at)
    ExportDelivery.objects.create(
        account=account, export=schedule.exports.get(), recipient=f"{MARK}@example.com", due_at=NOW
    )


def make_images(account, admin):
    library = create_image_library(
        account=account, name=f"{MARK} pictures", description=MARK, actor=admin, now=NOW
    )
    image = NewImage(f"{MARK}.png", png(), note=MARK, owner=MARK)
    (outcome,) = add_images(library=library, images=[image], actor=admin, now=NOW)
    count_image_hits(account_id=account.pk, image_ids=[outcome.image.pk], now=NOW)


def make_review(account, admin):
    """What reviewers work with, and what is kept of their work."""
    queue = ReviewQueue.objects.create(account=account, name=f"{MARK} queue", created_at=NOW)
    RoutingRule.objects.create(account=account, queue=queue, position=1, languages=["zh"])
    BlockCategory.objects.create(account=account, code=MARK.lower(), name=MARK, groups=["advertising"])
    Reviewer.objects.create(account=account, user=admin, skills=[MARK])
    CarePolicy.objects.create(account=account, blurred=[MARK])
    Exposure.objects.create(account=account, user=admin, day=NOW.date(), group=MARK, seconds=1)
    Waiver.objects.create(
        account=account, user=admin, kind="cap", group=MARK, reason=MARK,
        given_by=make_user(account=account), given_at=NOW, until=NOW + timedelta(days=1),
    )  # fmt: skip
    item = ReviewItem.objects.owned_by(account).first()
    ItemNote.objects.create(account=account, item=item, author=admin, text=MARK, created_at=NOW)
    Skip.objects.create(account=account, item=item, user=admin, reason=MARK, skipped_at=NOW)


def make_retention(account):
    """What is kept how long, what is held, and what went."""
    RetentionPeriod.objects.create(
        account=account, name="results", days=30, changed_by=f"{MARK}-admin", changed_at=NOW
    )
    LegalHold.objects.create(
        account=account, scope="author_id", value=MARK, reason=MARK, placed_by=MARK, placed_at=NOW
    )
    receipt = PurgeReceipt.objects.create(
        account=account, name=MARK.lower(), older_than=NOW, first_at=NOW, last_at=NOW, rows=1,
        ids_sha256="0" * 64, began_at=NOW, touched_at=NOW,
    )  # fmt: skip
    DoomedFile.objects.create(
        account=account, key=f"pictures/{MARK}", receipt=receipt, doomed_at=NOW, due_at=NOW
    )


def make_erasure(account, admin):
    """A request about personal data under way, and the receipt of another."""
    subject = Subject.named("author_id", MARK)
    asked = ask_erasure(account=account, subject=subject, actor=admin, now=NOW)
    SubjectMark.objects.create(account=account, request=asked, kind="name", value=MARK)
    ErasureReceipt.objects.create(
        account=account, request=asked, kind="author_id", digest=MARK, rows=0, files=0,
        asked_name=MARK, asked_at=NOW, began_at=NOW, ended_at=NOW, sha256="0" * 64,
    )  # fmt: skip


def make_recordings(account):
    """A recording of the media library, on its way to a result, and decided on."""
    asset = MediaAsset.objects.create(
        account=account, media_id=uuid4().hex, content_type="video", title=MARK, data_id=MARK, author_id=MARK,
        key=f"recordings/{MARK}", sha256="0" * 64, format="mp4", bytes=1, created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    MediaAudit.objects.create(
        account=account, asset=asset, status="normal", reason=MARK, auditor=MARK, created_at=NOW
    )
    SecurityIpGroup.objects.create(account=account, name=MARK, addresses=["192.0.2.1"], updated_at=NOW)
    MediaUpload.objects.create(
        account=account, upload_id=uuid4(), content_type="video", name=MARK, length=10,
        created_at=NOW, expires_at=NOW,
    )  # fmt: skip
    TemporaryKey.objects.create(
        account=account, lasting_key=make_key(account).key, access_key_id=f"STS.{MARK}", secret=b"",
        token_hash=b"", upload_prefix=f"upload/{MARK}", created_at=NOW, expires_at=NOW,
    )  # fmt: skip
    UploadedObject.objects.create(
        account=account, name=f"upload/{MARK}", key=f"objects/{MARK}", bytes=1, md5="0" * 32,
        sha256="0" * 64, created_at=NOW,
    )  # fmt: skip
    job = MediaJob.objects.create(
        account=account, job_id=uuid4(), content_type="video", service=service_of(account, "videoDetection"),
        asset=asset, key=asset.key, name=MARK, data_id=MARK, due_at=NOW, created_at=NOW,
    )  # fmt: skip
    MediaShot.objects.create(
        account=account, job=job, at_ms=0, kind="key", key=f"shots/{MARK}", width=1, height=1, level="none"
    )
    MediaSlice.objects.create(account=account, job=job, start_ms=0, end_ms=9, text=MARK, level="none")


def make_learning(account):
    """A head with everything that led to it."""
    head = Head.objects.create(
        account=account, label=f"{MARK}_label", version=1, embedder=MARK, embedder_sha256="0" * 64,
        coefficients=b"", intercept=0, slope=1, offset=0, n_positive=20, n_negative=100, trained_at=NOW,
        metrics={"holdout": {}, "thresholds": [], "advice": {}},
    )  # fmt: skip
    Training.objects.create(
        account=account, label=head.label, requested_at=NOW, head=head, finished_at=NOW, error=MARK
    )
    LearningSwitch.objects.create(account=account, switched_on_at=NOW)
    provider = Provider.objects.create(
        slug="provider", name="Provider", url="https://provider.example/", template={},
        answer={}, content_types=["text"], created_at=NOW,
    )  # fmt: skip
    service = Service.objects.owned_by(account).first()
    ProviderConsent.objects.create(account=account, provider=provider, service=service, given_at=NOW)
    result = ModerationResult.objects.owned_by(account).first()
    ResultEmbedding.objects.create(account=account, result=result, embedder=MARK, vector=b"")
    ResultFingerprint.objects.create(account=account, result=result, kinds="", hashes=b"", qualities=b"")
    sample = TextSample.objects.owned_by(account).first()
    SampleFlip.objects.create(account=account, kind="text", sample_id=sample.pk, why="verdict", at=NOW)
    SampleEmbedding.objects.create(account=account, sample=sample, embedder=MARK, vector=b"")
