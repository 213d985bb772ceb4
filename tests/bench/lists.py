"""Every list of the product, with what it is narrowed by."""

import base64
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import combinations, product

from django.db.models import Sum
from django.utils import timezone

from config.accounts.models import Account
from config.audit.models import AuditRecord
from libraries.models import ImageLibrary, Keyword, LibraryImage, TextSample, Vocabulary
from moderation.models import (
    Callback,
    CallbackEndpoint,
    MediaAsset,
    MediaJob,
    ModerationResult,
    Service,
)
from moderation.results_query import Place
from review.models import Decision, ReviewItem
from stats.models import LabelCounter, UsageCounter


@dataclass
class Wanted:
    """A list: where it is, what it is narrowed by, and how its middle is asked for."""

    name: str
    path: str
    params: dict[str, list[str]] = field(default_factory=dict)
    middle: dict[str, str] = field(default_factory=dict)
    always: dict[str, str] = field(default_factory=dict)
    in_pairs: bool = True

    def asked(self):
        yield "-", {}
        for name, values in self.params.items():
            for value in values:
                yield f"{name}={value}", {name: value}
        ends = {name: list(dict.fromkeys((values[0], values[-1]))) for name, values in self.params.items()}
        for one, other in combinations(self.params, 2) if self.in_pairs else ():
            for value, second in product(ends[one], ends[other]):
                yield f"{one}={value} {other}={second}", {one: value, other: second}


def cursor_of(pk: int) -> str:
    return base64.urlsafe_b64encode(str(pk).encode()).decode().rstrip("=")


def middle_id(model, account: Account, **narrowed) -> int:
    """Half way by time: ids are given out in the order of it."""
    rows = model.objects.owned_by(account).filter(**narrowed).order_by("id")
    first, last = rows.values_list("pk", flat=True).first(), rows.values_list("pk", flat=True).last()
    return ((first or 0) + (last or 0)) // 2


def lists_of(account: Account) -> list[Wanted]:
    now = timezone.now()
    day = f"{now - timedelta(days=100):%Y-%m-%d}"
    week = f"{now - timedelta(days=7):%Y-%m-%d}"
    time_ago = {"from": [week, day], "to": [day]}
    called = UsageCounter.objects.owned_by(account).values_list("service__code", "service__content_type")
    codes = [code for code, _kind, _n in called.annotate(n=Sum("calls")).order_by("-n")]
    carried = LabelCounter.objects.owned_by(account).values_list("label").annotate(n=Sum("hits"))
    labels = [label for label, _n in carried.order_by("-n")]
    some = ModerationResult.objects.owned_by(account).exclude(data_id="").order_by("id")[:1][0]
    item = ReviewItem.objects.owned_by(account).exclude(data_id="").order_by("id")[:1][0]
    for_people = Service.objects.owned_by(account).filter(is_human_only=True).order_by("id").first().code
    services, labelled = [codes[0], codes[-1], for_people], [labels[0], ",".join(labels[:5]), labels[-1]]
    place = str(Place(now - timedelta(days=120), 2**40))
    endpoints = CallbackEndpoint.objects.owned_by(account).order_by("id").values_list("pk", flat=True)
    results = {
        "content_type": ["text", "image", "video"],
        "service": services,
        "label": [*labelled[:2], ",".join(labels[:20]), "!=nonLabel", "nonLabel", labels[-1]],
        "level": ["none", "low,medium", "high"],
        "source": ["api", "console", "manual", "test"],
        "human": ["none", "pass", "block"],
        "data_id": [some.data_id, "never seen"],
        "request_id": [str(some.request_id)],
        **time_ago,
    }
    items = {
        "service": services,
        "level": ["low", "none", "high"],
        "label": labelled,
        "data_id": [item.data_id, "never seen"],
        "request_id": [str(item.request_id)],
        **time_ago,
    }
    decided = {
        "violation": [labels[0], ",".join(labels[:20]), labels[-1]],
        "recheck": ["none", "pass", "block"],
        "recheck_violation": [labels[0], labels[-1]],
    }
    every = {"content_type": ["text", "image", "audio"], "mode": ["audit", "human_machine", "human_only"]}
    outcomes = ["pass", "block", "review", "expired", "cancelled"]
    assets = {
        "title": ["a", "pillow", "pillow 77", "nothing like it"],
        "media_id": [MediaAsset.objects.owned_by(account).first().media_id, "never seen"],
        "content_type": ["video", "audio"],
        "state": ["normal", "reviewing", "flagged"],
        "review_status": ["succeeded", "failed", "re_reviewing"],
        "automated": ["normal", "none", "violation"],
        "final": ["none", "pass", "block"],
        **time_ago,
    }
    log = {
        "endpoint": [str(endpoints[0]), str(endpoints[3])],
        "event": ["result.created", "review.rechecked", "media.audited"],
        "state": ["delivered", "dead", "due"],
        "event_id": [Callback.objects.owned_by(account).first().event_id, "never"],
        "request_id": [str(some.request_id)],
        "data_id": [some.data_id, "never seen"],
        **time_ago,
    }
    record = AuditRecord.objects.owned_by(account).order_by("id")[10]
    vocabulary = Vocabulary.objects.owned_by(account).order_by("id").first().pk
    library = ImageLibrary.objects.owned_by(account).custom().order_by("id").first().pk
    words = ["a", "pillow", "pillow 7", "骗", "nothing like it"]
    jobs = {"data_id": ["media-7", "never seen"], "state": ["done", "failed", "waiting"]}
    of_results, of_items = {"before": place}, {"before": place}
    audited = middle_id(AuditRecord, account)
    return [
        Wanted("results", "/console/results/", results, of_results, in_pairs=False),
        Wanted("api results", "/api/v1/results", results, {"cursor": place}),
        Wanted("audit", "/console/audit-results/",
               {"result": ["pass", "block", "review", "review,pass,block"]} | items, of_items,
               {"content_type": "text"}, in_pairs=False),
        Wanted("audit pictures", "/console/audit-results/", {"result": ["pass", "review"]} | items, of_items,
               {"content_type": "image"}, in_pairs=False),
        Wanted("recheck", "/console/recheck/",
               {"result": outcomes, "mode": every["mode"]} | decided | items, of_items,
               {"content_type": "text"}, in_pairs=False),
        Wanted("api review items", "/api/v1/review/items",
               every | {"result": outcomes} | decided | items, {"cursor": place}),
        Wanted("api manual tasks", "/api/v1/manual",
               {"content_type": every["content_type"], "mode": ["human_machine", "human_only"],
                "state": ["decided", "waiting", "cancelled"], "outcome": ["pass", "block"],
                "service": services, "data_id": items["data_id"], **time_ago},
               {"cursor": place}),
        Wanted("decisions", "/console/review/decision/",
               {"outcome__exact": ["pass", "block"], "stage__exact": ["decision", "recheck"]},
               {"before": str(middle_id(Decision, account))}),
        Wanted("video review", "/console/video-review/", assets, {"before": place}, in_pairs=False),
        Wanted("api assets", "/api/v1/assets", assets, {"cursor": place}),
        Wanted("api video tasks", "/api/v1/videos/moderations", jobs,
               {"cursor": cursor_of(middle_id(MediaJob, account))}),
        Wanted("api audio tasks", "/api/v1/audios/moderations", jobs,
               {"cursor": cursor_of(middle_id(MediaJob, account))}),
        Wanted("deliveries", "/console/deliveries/", log,
               {"before": place}, in_pairs=False),
        Wanted("replay range", "/console/deliveries/send-range-again/", log, in_pairs=False),
        Wanted("api deliveries", "/api/v1/deliveries", log,
               {"cursor": place}),
        Wanted("api events", "/api/v1/events", {"limit": ["50", "200"]}),
        Wanted("audit log", "/console/audit/auditrecord/",
               {"action__icontains": ["review.decided", "account", "never"],
                "actor_name__icontains": ["lead", "reviewer7", "never"],
                "q": [record.subject, record.request_id, "never"], "at_from": [week, day], "at_to": [day]},
               {"before": str(audited)}),
        Wanted("keywords", "/console/libraries/keyword/",
               {"q": [*words, "^pillow 77"], "vocabulary__id__exact": [str(vocabulary)],
                "expiry": ["none", "later", "expired"]},
               {"before": str(middle_id(Keyword, account))}),
        Wanted("api keywords", f"/api/v1/vocabularies/{vocabulary}/keywords",
               {"contains": words, "prefix": ["p", "pillow 7", "never"]},
               {"cursor": cursor_of(middle_id(Keyword, account, vocabulary=vocabulary))}),
        Wanted("vocabularies", "/console/libraries/vocabulary/", {"q": ["Words", "never"]}),
        Wanted("api vocabularies", "/api/v1/vocabularies"),
        Wanted("imports", f"/console/vocabulary-import/{vocabulary}/"),
        Wanted("text samples", "/console/libraries/textsample/",
               {"outcome__exact": ["block", "pass"], "quarantine": ["1"],
                "q": [labels[0], TextSample.objects.owned_by(account).first().origin, "never"]},
               {"before": str(middle_id(TextSample, account))}),
        Wanted("api text samples", "/api/v1/text-samples", {"outcome": ["block", "pass"]},
               {"cursor": cursor_of(middle_id(TextSample, account))}),
        Wanted("image libraries", "/console/image-libraries/"),
        Wanted("api image libraries", "/api/v1/image-libraries"),
        Wanted("images", f"/console/image-libraries/{library}/",
               {"id": ["1"], "quarantine": ["1"], **time_ago},
               {"before": str(middle_id(LibraryImage, account, library=library))}),
        Wanted("api images", f"/api/v1/image-libraries/{library}/images",
               {"id": ["1"], "added_from": [week, day], "added_to": [day]},
               {"cursor": cursor_of(middle_id(LibraryImage, account, library=library))}),
        Wanted("exports", "/console/exports/"),
        Wanted("export schedules", "/console/export-schedules/"),
        Wanted("api exports", "/api/v1/exports"),
        Wanted("receipts", "/console/retention/receipts/all/", {"class": ["results", "callbacks"]}),
        Wanted("api receipts", "/api/v1/retention/receipts", {"class": ["results"]}),
        Wanted("retention", "/console/retention/"),
        Wanted("holds", "/console/holds/", {"show": ["all"]}),
        Wanted("exactness", "/console/usage/exactness/"),
        Wanted("api latency", "/api/v1/usage/latency"),
        Wanted("api errors", "/api/v1/usage/errors"),
        Wanted("review statistics", "/console/review-statistics/"),
        Wanted("api statistics", "/api/v1/review/statistics"),
        Wanted("endpoints", "/console/moderation/callbackendpoint/", {"from_calls": ["1"]}),
        Wanted("api endpoints", "/api/v1/callback-endpoints"),
        Wanted("services", "/console/services/", {"type": ["text", "image"]}),
        Wanted("api services", "/api/v1/services"),
        Wanted("api usage", "/api/v1/usage"),
        Wanted("review queues", "/console/review-queues/"),
        Wanted("reviewers", "/console/reviewers/"),
        Wanted("review health", "/console/review-health/"),
        Wanted("handling time", "/console/handling-time/"),
        Wanted("care", "/console/care/"),
        Wanted("review queue", "/console/review-queue/"),
        Wanted("learning", "/console/learning/"),
        Wanted("dashboard", "/console/"),
    ]  # fmt: skip
