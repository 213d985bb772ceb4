"""What libraries hold, as tables: words of vocabularies, and texts and pictures that people decided on."""

from itertools import chain, islice
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _
from import_export.resources import Resource

from libraries.models import ImageLibrary, Keyword, LibraryImage, TextSample, Vocabulary
from libraries.resources import KeywordsOfAllResource
from moderation.models.content import ContentType
from stats.exports.kind import CHUNK, Columns, Kind, Table, Wish, column, local
from stats.exports.list_asked import ListReading
from stats.exports.result_rows import spelled
from stats.models import Export

IMAGE, TEXT = ContentType.IMAGE.value, ContentType.TEXT.value
REVIEWED = {
    TextSample.Outcome.PASS.value: ImageLibrary.Kind.REVIEWED_PASS.value,
    TextSample.Outcome.BLOCK.value: ImageLibrary.Kind.REVIEWED_BLOCK.value,
}


def read_vocabularies(params, *, account, now):
    reading = ListReading(params, account)
    mine = Vocabulary.objects.owned_by(account)
    reading.want("vocabulary", "vocabulary", reading.number_of("vocabulary", mine))
    return reading.asked()


def open_vocabularies(wish: Wish) -> Table:
    asked, _faults = read_vocabularies(wish.params, account=wish.account, now=wish.at)
    words = asked.narrow(Keyword.objects.owned_by(wish.account))
    count, resource = words[: wish.most + 1].count(), KeywordsOfAllResource()
    rows = islice(resource.rows(words), wish.most)
    return Table(resource.get_export_headers(), rows, min(count, wish.most), is_cut=count > wish.most)


class SampleResource(Resource):
    times = ("added", "rests_since")
    content_type = column(_("Content type"), lambda sample: spelled(ContentType, sample.content_type))
    outcome = column(_("Decision"), lambda sample: spelled(TextSample.Outcome, sample.decided))
    label = column(_("Label"), lambda sample: sample.label)
    origin = column(_("From result"), lambda sample: sample.origin)
    added = column(_("Added"), lambda sample: local(sample.at, sample.zone))
    rests_since = column(_("In quarantine since"), lambda sample: local(sample.quarantined_at, sample.zone))
    digest = column("SHA-256", lambda sample: sample.sum)
    text = column(_("Text"), lambda sample: getattr(sample, "content", ""))


CONTENT = {"text"}


def read_samples(params, *, account, now):
    reading = ListReading(params, account)
    kinds = reading.choices("content_type", (TEXT, IMAGE))
    reading.want("content_type", "content_type", kinds)
    reading.want("outcome", "outcome", reading.choices("outcome", TextSample.Outcome.values))
    return reading.asked()


def open_samples(wish: Wish) -> Table:
    """Texts before pictures, each the newest first."""
    asked, _faults = read_samples(wish.params, account=wish.account, now=wish.at)
    kinds = asked.wanted.get("content_type", (TEXT, IMAGE))
    outcomes = asked.wanted.get("outcome", TextSample.Outcome.values)
    texts = TextSample.objects.owned_by(wish.account).present().filter(outcome__in=outcomes)
    pictures = LibraryImage.objects.owned_by(wish.account).present()
    pictures = pictures.filter(library__kind__in=[REVIEWED[outcome] for outcome in outcomes])
    texts = texts if TEXT in kinds and not asked.nothing else texts.none()
    pictures = pictures if IMAGE in kinds and not asked.nothing else pictures.none()
    count = texts[: wish.most + 1].count() + pictures[: wish.most + 1].count()
    found = chain(as_samples(texts), as_samples(pictures.select_related("library")))
    columns = Columns(SampleResource(), wish.account, left_out=() if wish.has_content else CONTENT)
    rows = (columns.of(placed(sample, wish.zone)) for sample in islice(found, wish.most))
    return Table(columns.headers, rows, min(count, wish.most), is_cut=count > wish.most)


def as_samples(rows):
    return rows.order_by("-id").iterator(chunk_size=CHUNK)


def placed(sample: TextSample | LibraryImage, zone: ZoneInfo) -> TextSample | LibraryImage:
    """With what both are asked for under one name."""
    sample.zone = zone
    if isinstance(sample, TextSample):
        sample.content_type, sample.decided, sample.at = TEXT, sample.outcome, sample.created_at
        sample.sum = ""
    else:
        kinds = {kind: outcome for outcome, kind in REVIEWED.items()}
        sample.content_type, sample.decided, sample.at = IMAGE, kinds[sample.library.kind], sample.added_at
        sample.sum = bytes(sample.sha256).hex()
    return sample


SAMPLES = Kind(
    Export.Kind.SAMPLES,
    "libraries.view",
    "libraries:read",
    read_samples,
    open_samples,
    ("content_type", "outcome"),
    covers_period=False,
    has_content=True,
)
VOCABULARY = Kind(
    Export.Kind.VOCABULARY,
    "libraries.view",
    "libraries:read",
    read_vocabularies,
    open_vocabularies,
    ("vocabulary",),
    covers_period=False,
)
