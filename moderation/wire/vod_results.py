"""What a review by machine found in a recording of the media library: as a whole, and by time."""

from collections.abc import Collection

from config.wire.envelopes import Envelope
from config.wire.registry import VOD, Call, operation
from moderation.callbacks.media import heard_in, risky_of, seen_in
from moderation.callbacks.results import machine_part
from moderation.callbacks.vod import MODULES, audit_result, by_module, heard_as, score
from moderation.catalogue.scenes import NORMAL
from moderation.models import MediaJob, MediaShot, MediaSlice, ModerationResult
from moderation.models.content import ContentType, RiskLevel
from moderation.operations.frame_links import frame_address
from moderation.values import Level
from moderation.wire.classic_parts import rules_within
from moderation.wire.classic_results import blindness
from moderation.wire.results import tell_of_uncovered
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
    tell_of_uncovered(call, [result])
    shots = job.shots.order_by("at_ms")
    page = page_of(call, shots)
    modules = seeing(result)
    return {
        "MediaAuditResultDetail": {
            "Total": shots.count(),
            "List": [frame_told(call, shot, modules) for shot in page],
        }
    }


@operation(VOD, "GetMediaAuditResultTimeline", scope="media:read", envelope=Envelope.BARE)
def timeline(call: Call) -> dict:
    job, result = reviewed(call)
    tell_of_uncovered(call, [result])
    modules = by_module(list(seen_in(job)))
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
    tell_of_uncovered(call, [result])
    slices = job.slices.exclude(level=RiskLevel.NONE).order_by("start_ms")
    total = slices.count()
    page = page_of(call, slices) if "PageNo" in call.parameters else list(slices)
    return {
        "MediaAuditAudioResultDetail": {
            "Total": total,
            "PageTotal": -(-total // PAGE),
            "List": [slice_told(part) for part in page],
        }
    }


def page_of(call: Call, rows) -> list:
    number = call.parameters.number("PageNo", 1, least=1, most=MOST_PAGES)
    return list(rows[(number - 1) * PAGE : number * PAGE])


def tree_of(call: Call, job: MediaJob, result: ModerationResult) -> dict:
    tell_of_uncovered(call, [result])
    moments = [*seen_in(job), *heard_in(job)]
    addresses = {shot.at_ms: frame_address(shot=shot, now=call.now) for shot in hits_of(job)}
    for one in moments:
        if "at_ms" in one:
            one["url"] = addresses.get(one["at_ms"], "")
    tree = audit_result({"machine": machine_part(result), "moments": moments})
    for name in set(MODULES) - seeing(result):
        if not tree["VideoResult"][f"{name}Result"]["TopList"]:
            del tree["VideoResult"][f"{name}Result"]
    return {name: part for name, part in tree.items() if name not in UNTOLD}


def seeing(result: ModerationResult) -> set[str]:
    """Modules for which anything looked at the frames."""
    rules = rules_within([result])
    judges = [
        rules[one["version_id"]]
        for one in result.media.get("services", ())
        if one["content_type"] == ContentType.IMAGE
    ]

    def is_blind(name: str) -> bool:
        return all(blindness(name.lower(), one, result.uncovered, ContentType.IMAGE)[0] for one in judges)

    return {name for name in MODULES if not is_blind(name)}


def hits_of(job: MediaJob):
    return job.shots.exclude(level=RiskLevel.NONE).defer("verdicts")


def frame_told(call: Call, shot: MediaShot, modules: Collection[str]) -> dict:
    """Only a module that looks for something calls a frame normal."""
    told = {"Timestamp": str(shot.at_ms), "Url": frame_address(shot=shot, now=call.now)}
    found = by_module([label for one in shot.verdicts for label in risky_of(one["labels"])])
    for name in MODULES:
        best = max(found[name], key=lambda one: one.get("confidence") or 0.0, default=None)
        if best:
            told |= {f"{name}Label": best["label"], f"{name}Score": score(best)}
        elif name in modules:
            told[f"{name}Label"] = NORMAL
    return told


def slice_told(part: MediaSlice) -> dict:
    first = max(risky_of(part.labels), key=lambda label: Level(label["level"]).rank)
    return {
        "StartTime": part.start_ms // 1000,
        "EndTime": -(-part.end_ms // 1000),
        "Label": heard_as(first["label"]),
        "Text": part.text,
    }
