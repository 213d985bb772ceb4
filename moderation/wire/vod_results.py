"""What a review by machine found in a recording of the media library: as a whole, and by time."""

from config.wire.envelopes import Envelope
from config.wire.registry import VOD, Call, operation
from moderation.callbacks.media import grouped, heard_in, moment, risky_of, seen_in
from moderation.callbacks.results import machine_part
from moderation.callbacks.vod import audit_result, by_module, score
from moderation.callbacks.vod_words import MODULES, NORMAL, heard_as
from moderation.models import MediaJob, MediaShot, MediaSlice, ModerationResult
from moderation.models.content import RiskLevel
from moderation.operations.frame_links import frame_address
from moderation.values import Level, worst
from moderation.wire.recordings import UNCOVERED
from moderation.wire.vod_assets import reviewed

PAGE, MOST_PAGES = 20, 500
# What it has no separate review of is not told as reviewed.
UNTOLD = ("ImageResult", "TextResult")


@operation(VOD, "GetMediaAuditResult", scope="media:read", envelope=Envelope.BARE)
def whole(call: Call) -> dict:
    job, result = reviewed(call)
    return {"MediaAuditResult": tree_of(call, job, result)}


@operation(VOD, "GetMediaAuditResultDetail", scope="media:read", envelope=Envelope.BARE)
def frames(call: Call) -> dict:
    """All frames that were looked at, in the order of time."""
    job, result = reviewed(call)
    note_uncovered(call, result)
    shots = job.shots.order_by("at_ms")
    page = page_of(call, shots)
    found = moments_of(page)
    return {
        "MediaAuditResultDetail": {
            "Total": shots.count(),
            "List": [frame_told(call, shot, found.get(shot.pk, [])) for shot in page],
        }
    }


@operation(VOD, "GetMediaAuditResultTimeline", scope="media:read", envelope=Envelope.BARE)
def timeline(call: Call) -> dict:
    job, result = reviewed(call)
    note_uncovered(call, result)
    modules = by_module(grouped(list(seen_in(job))))
    return {
        "MediaAuditResultTimeline": {
            name: [
                {"Label": one["label"], "Score": score(one), "Timestamp": str(one["at_ms"])} for one in found
            ]
            for name, found in modules.items()
        }
    }


@operation(VOD, "GetMediaAuditAudioResultDetail", scope="media:read", envelope=Envelope.BARE)
def speech(call: Call) -> dict:
    """Stretches of speech in which something was found; without a page all of them."""
    job, result = reviewed(call)
    note_uncovered(call, result)
    slices = job.slices.exclude(level=RiskLevel.NONE).order_by("start_ms")
    total = slices.count()
    page = page_of(call, slices) if "PageNo" in call.parameters else list(slices)
    groups = {
        one["label"]: one["group"]
        for one in grouped([moment(label, start_ms=0) for part in page for label in risky_of(part.labels)])
    }
    return {
        "MediaAuditAudioResultDetail": {
            "Total": total,
            "PageTotal": -(-total // PAGE),
            "List": [slice_told(part, groups) for part in page],
        }
    }


def page_of(call: Call, rows) -> list:
    number = call.parameters.number("PageNo", 1, least=1, most=MOST_PAGES)
    return list(rows[(number - 1) * PAGE : number * PAGE])


def result_tree(call: Call, job: MediaJob) -> dict:
    """Nothing where the result is not kept any more."""
    results = ModerationResult.objects.owned_by(call.account)
    result = results.filter(request_id=job.job_id, service=job.service_id).first()
    return tree_of(call, job, result) if result else {}


def tree_of(call: Call, job: MediaJob, result: ModerationResult) -> dict:
    note_uncovered(call, result)
    moments = grouped([*seen_in(job), *heard_in(job)])
    addresses = {shot.at_ms: frame_address(shot=shot, now=call.now) for shot in hits_of(job)}
    for one in moments:
        if "at_ms" in one:
            one["url"] = addresses.get(one["at_ms"], "")
    tree = audit_result({"machine": machine_part(result), "moments": moments})
    return {name: part for name, part in tree.items() if name not in UNTOLD}


def hits_of(job: MediaJob):
    return job.shots.exclude(level=RiskLevel.NONE).defer("verdicts")


def moments_of(shots: list[MediaShot]) -> dict[int, list[dict]]:
    """By the frame, what was seen in it."""
    seen = [
        moment(label, at_ms=shot.at_ms) | {"shot": shot.pk}
        for shot in shots
        for verdict in shot.verdicts
        for label in risky_of(verdict.get("labels", ()))
    ]
    found: dict[int, list[dict]] = {}
    for one in grouped(seen):
        found.setdefault(one["shot"], []).append(one)
    return found


def frame_told(call: Call, shot: MediaShot, found: list[dict]) -> dict:
    told = {"Timestamp": str(shot.at_ms), "Url": frame_address(shot=shot, now=call.now)}
    modules = by_module(found)
    for name in MODULES:
        best = max(modules[name], key=lambda one: one.get("confidence") or 0.0, default=None)
        told[f"{name}Label"] = best["label"] if best else NORMAL
        if best:
            told[f"{name}Score"] = score(best)
    return told


def slice_told(part: MediaSlice, groups: dict[str, str]) -> dict:
    found = list(risky_of(part.labels))
    level = worst(Level(label["level"]) for label in found)
    label = next(one["label"] for one in found if one["level"] == level)
    return {
        "StartTime": part.start_ms // 1000,
        "EndTime": -(-part.end_ms // 1000),
        "Label": heard_as(label, groups.get(label, "")),
        "Text": part.text,
    }


def note_uncovered(call: Call, result: ModerationResult) -> None:
    if result.uncovered:
        call.headers[UNCOVERED] = ",".join(result.uncovered)
