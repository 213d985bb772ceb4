"""What was seen and heard in recordings, as version 1.0 tells it: by scene, with frames and stretches."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from config.wire.registry import Call
from moderation.catalogue.scenes import (
    ANTISPAM,
    blindness,
    labels_in,
    place_of,
    scene_result,
    worst_of,
)
from moderation.models import MediaJob, MediaShot, MediaSlice, ModerationResult, ServiceVersion
from moderation.models.content import ContentType
from moderation.operations.frame_links import frame_address
from moderation.values import Rules
from moderation.wire.classic_results import extras, manual_of, scenes_of

# Of one recording in an answer; all of them are there to be asked for by the REST API.
MOST_FRAMES, MOST_SLICES = 200, 1000
IMAGE, AUDIO = ContentType.IMAGE.value, ContentType.AUDIO.value
UNHEARD = "speech"


def recordings_told(call: Call, jobs: list[MediaJob]) -> dict[int, dict]:
    """By the id of the job."""
    found = ModerationResult.objects.owned_by(call.account).select_related("service", "version")
    by_request = {one.request_id: one for one in found.filter(request_id__in=[job.job_id for job in jobs])}
    rules = rules_within(by_request.values())
    return {
        job.pk: recording_told(call, job, by_request[job.job_id], rules)
        for job in jobs
        if job.job_id in by_request
    }


def rules_within(results: Iterable[ModerationResult]) -> dict[int, Rules]:
    """By the id of the version: the rules that judged the recordings, and their frames and speech."""
    results = list(results)
    named = {result.version_id for result in results}
    named |= {one["version_id"] for result in results for one in result.media.get("services", ())}
    return {one.pk: one.rules for one in ServiceVersion.objects.filter(pk__in=named)}


def recording_told(call: Call, job: MediaJob, result: ModerationResult, rules: dict[int, Rules]) -> dict:
    judges = defaultdict(list)
    for one in result.media.get("services", ()):
        judges[one["content_type"]].append(rules[one["version_id"]])
    unseen: list[str] = []
    told = {}
    if job.content_type == ContentType.VIDEO:
        told["results"] = seen(job, result, judges[IMAGE], unseen, call.now)
        if judges[AUDIO]:
            told["audioScanResults"] = heard(job, result, judges[AUDIO], unseen)
    else:
        told["results"] = heard(job, result, [rules[result.version_id]], unseen)
    more = extras(call, unseen) | manual_of(result)
    return told | ({"extras": more} if more else {})


def seen(
    job: MediaJob, result: ModerationResult, judges: list[Rules], unseen: list[str], now: datetime
) -> list[dict]:
    shots = MediaShot.objects.filter(job=job).exclude(level="none").order_by("at_ms")[:MOST_FRAMES]
    labels = [
        (shot, label)
        for shot in shots
        for verdict in shot.verdicts
        for label in verdict.get("labels", ())
        if label["level"] != "none"
    ]
    entries = []
    for scene in scenes_of(result):
        found = [(shot, one) for shot, one in labels if labels_in(scene, [one["label"]], IMAGE)]
        entry = scene_result(scene, [label for _shot, label in found], IMAGE)
        is_blind = note_blindness(scene, judges, result, IMAGE, unseen)
        if is_blind and not found:
            continue
        frames = [frame_told(shot, label, now) for shot, label in found]
        entries.append(entry | ({"frames": frames} if frames else {}))
    return entries


def frame_told(shot: MediaShot, label: dict, now: datetime) -> dict:
    rate = {} if label.get("confidence") is None else {"rate": float(label["confidence"])}
    return {
        "offset": shot.at_ms // 1000,
        "url": frame_address(shot=shot, now=now),
        "label": place_of(label["label"], IMAGE)[1],
        **rate,
    }


def heard(job: MediaJob, result: ModerationResult, judges: list[Rules], unseen: list[str]) -> list[dict]:
    """Speech that no engine could hear is no silence: it is told of, and nothing is called normal then."""
    slices = list(MediaSlice.objects.filter(job=job).order_by("start_ms")[:MOST_SLICES])
    labels = [label for one in slices for label in one.labels if label["level"] != "none"]
    is_blind = note_blindness(ANTISPAM, judges, result, AUDIO, unseen)
    if result.media.get("unheard_ms"):
        unseen.append(UNHEARD)
        is_blind = True
    if is_blind and not labels:
        return []
    # Of speech that is not heard as a whole single words may be: those are told.
    details = [slice_told(one) for one in slices if not one.is_unheard or worst_of(one.labels)]
    return [scene_result(ANTISPAM, labels, AUDIO) | ({"details": details} if details else {})]


def slice_told(one: MediaSlice) -> dict:
    entry = scene_result(ANTISPAM, one.labels, AUDIO)
    return {
        "startTime": one.start_ms // 1000,
        "endTime": -(-one.end_ms // 1000),
        "text": one.text,
        "label": entry["label"],
    }


def note_blindness(
    scene: str, judges: list[Rules], result: ModerationResult, content_type: str, unseen: list[str]
) -> bool:
    """Whether none of the services looks for anything of a scene; `unseen` is told what is missing."""
    looked = [blindness(scene, rules, result.uncovered, content_type) for rules in judges]
    is_blind = all(blind for blind, _missing in looked)
    for blind, missing in looked:
        unseen += missing if is_blind or not blind else []
    return is_blind
