"""What libraries learned of a subject's content: texts and pictures that people decided on, or put in.

The rows stay, emptied, so that processes that follow the revisions learn that they are gone.
"""

from collections import Counter
from collections.abc import Callable, Iterable

from django.db.models import CharField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone

from config.accounts.models import Account
from config.accounts.revisions import bump
from config.erasure import registry
from config.erasure.marks import Mark, Trace
from config.erasure.registry import Batch, MarkedRows, holds_nobody
from libraries.matching.sample_index import emptied_digest
from libraries.models import ImageFingerprint, ImageHit, ImageLibrary, LibraryImage, SampleFlip, TextSample
from libraries.operations.image_samples import count_images
from libraries.operations.keywords import lock_libraries
from libraries.storage import ROOT, drop_files

SAMPLE, IMAGE = "sample:", "image:"


# Called with the trace and samples: for those on whose content somebody else's decision stands as well, a
# function that lets the sample say what was decided there.
others_decided: list[Callable[[Trace, list], dict[int, Callable[[], object]]]] = []


def others_of(trace: Trace, samples: list) -> dict[int, Callable[[], object]]:
    return {pk: restore for ask in others_decided for pk, restore in ask(trace, samples).items()}


def ids_in(values: Iterable[str], prefix: str) -> list[int]:
    return [int(value.removeprefix(prefix)) for value in values if value.startswith(prefix)]


def without(batch: Batch, ids: Iterable[int]) -> Batch:
    return Batch(batch.after, [row for row in batch.rows if row.pk not in ids], batch.files)


class TextSamples(MarkedRows):
    """A sample is the subject's where its last word came of their content."""

    code, order, mark = "text_samples", 20, Mark.REF
    models = (TextSample, SampleFlip)

    def find(self, trace: Trace) -> None:
        rows = TextSample.objects.owned_by(trace.account)
        mine = rows.filter(origin__in=trace.marks(Mark.REQUEST))
        trace.note_rows(Mark.REF, mine.values_list("pk", flat=True), prefix=SAMPLE)

    def count(self, trace: Trace, batch: Batch) -> Counter:
        return super().count(trace, without(batch, others_of(trace, batch.rows)))

    def rows(self, trace: Trace, values: list[str]) -> QuerySet:
        rows = TextSample.objects.owned_by(trace.account).filter(pk__in=ids_in(values, SAMPLE))
        return rows.exclude(origin="", content="")

    def forget(self, trace: Trace, batch: Batch) -> Counter:
        lock_libraries(trace.account.pk)
        ids = [row.pk for row in batch.rows]
        held = TextSample.objects.filter(pk__in=ids).exclude(origin="", content="").order_by("pk")
        others = others_of(trace, list(held))
        for restore in others.values():
            restore()
        return empty_texts(trace.account, [row for row in held if row.pk not in others])


def empty_texts(account: Account, samples: list[TextSample]) -> Counter:
    if not samples:
        return Counter()
    now, revision = timezone.now(), bump(account_id=account.pk, kind="samples")
    for sample in samples:
        TextSample.objects.filter(pk=sample.pk).update(
            digest=emptied_digest(sample.pk),
            simhash=None,
            content="",
            origin="",
            revision=revision,
            removed_at=sample.removed_at or now,
        )
    ids = [sample.pk for sample in samples]
    flips = SampleFlip.objects.filter(kind=SampleFlip.Kind.TEXT, sample_id__in=ids).delete()[1]
    return Counter({TextSample._meta.label: len(ids)}) + Counter(flips)


class LibraryImages(MarkedRows):
    """Pictures that people decided on, and the very same file wherever somebody put it into a library."""

    code, order, mark = "library_images", 21, Mark.REF
    models = (LibraryImage,)
    along = ((ImageFingerprint, "image"), (ImageHit, "image"))

    def find(self, trace: Trace) -> None:
        rows = LibraryImage.objects.owned_by(trace.account)
        file = Func(F("sha256"), Value("hex"), function="encode", output_field=CharField())
        rows = rows.annotate(file=Cast(file, CharField()))
        mine = rows.filter(
            Q(origin__in=trace.marks(Mark.REQUEST)) | Q(origin="", file__in=trace.marks(Mark.SHA256))
        )
        trace.note_rows(Mark.REF, mine.values_list("pk", flat=True), prefix=IMAGE)

    def count(self, trace: Trace, batch: Batch) -> Counter:
        return super().count(trace, without(batch, others_of(trace, batch.rows)))

    def rows(self, trace: Trace, values: list[str]) -> QuerySet:
        rows = LibraryImage.objects.owned_by(trace.account).filter(pk__in=ids_in(values, IMAGE))
        return rows.exclude(format="")

    def files(self, trace: Trace, rows: list[LibraryImage]) -> list[str]:
        """A reviewed one may name the result's own picture yet, which goes with the result."""
        others = others_of(trace, rows)
        keys = [key for row in rows if row.pk not in others for key in (row.original, row.thumbnail)]
        return [key for key in keys if key.startswith(f"{ROOT}/")]

    def drop(self, files: Iterable[str]) -> None:
        drop_files(files)

    def forget(self, trace: Trace, batch: Batch) -> Counter:
        lock_libraries(trace.account.pk)
        ids = [row.pk for row in batch.rows]
        rows = LibraryImage.objects.filter(pk__in=ids).exclude(format="").order_by("pk")
        held = list(rows.select_for_update(of=("self",), no_key=True))
        others = others_of(trace, held)
        for restore in others.values():
            restore()
        return empty_images(trace.account, [row for row in held if row.pk not in others])


def empty_images(account: Account, images: list[LibraryImage]) -> Counter:
    if not images:
        return Counter()
    now, revision = timezone.now(), bump(account_id=account.pk, kind="images")
    for image in images:
        LibraryImage.objects.filter(pk=image.pk).update(
            sha256=emptied_digest(image.pk),
            format="",
            original="",
            thumbnail="",
            note="",
            owner="",
            origin="",
            revision=revision,
            removed_at=image.removed_at or now,
            withdrawn_hash=None,
        )
        if image.removed_at is None:
            count_images(image.library_id, -1, now)
    ids = [image.pk for image in images]
    counted = Counter({LibraryImage._meta.label: len(ids)})
    counted += Counter(ImageFingerprint.objects.filter(image__in=ids).delete()[1])
    counted += Counter(ImageHit.objects.filter(image__in=ids).delete()[1])
    return counted + Counter(
        SampleFlip.objects.filter(kind=SampleFlip.Kind.IMAGE, sample_id__in=ids).delete()[1]
    )


def register() -> None:
    registry.register(TextSamples(), LibraryImages())
    holds_nobody("words and names that the account's people wrote", *WORDS)
    holds_nobody("numbers of rows and times", "libraries.KeywordHits")


WORDS = (
    "libraries.Vocabulary",
    "libraries.Keyword",
    "libraries.KeywordImport",
    "libraries.ImportedLines",
    ImageLibrary._meta.label,
)
