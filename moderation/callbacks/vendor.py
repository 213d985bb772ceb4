"""Our payloads in the words of the vendor's callbacks. Pure, and total: any payload has some translation.

`scanResult` is what the machine said. `auditResult` is what the client's own people decided or fed back,
`humanAuditResult` what a review team decided, and every recheck. Only the parts that apply are sent.
"""

from moderation.catalogue.scenes import labels_in, scene_result, suggestion_of

OK, BROKEN = 200, 500
# Codes of the vendor's for what hindered a task; whatever is not here is BROKEN.
FAULTS = {
    "image_unreachable": 404,
    "url_unresolvable": 404,
    "url_refused": 404,
    "url_unreachable": 404,
    "url_forbidden_address": 404,
    "url_timeout": 405,
    "image_decode_timeout": 405,
    "image_too_large": 406,
    "image_too_many_pixels": 406,
    "image_too_many_frames": 406,
    "image_format_unsupported": 407,
    "image_decode_failed": 407,
    "image_truncated": 407,
}
AUDITED = {"normal": "pass", "blocked": "block"}
OPEN = "review"  # a decision that was taken back: people look at it again


def translate(payload: dict) -> dict:
    content = {}
    review = payload.get("review", {})
    if "error" in payload:
        content["scanResult"] = fault(payload)
    elif "machine" in payload and review.get("mode") != "human_only":
        content["scanResult"] = scan_result(payload)
    if "feedback" in payload:
        content["auditResult"] = judgement(payload["feedback"])
    if "review" in payload and is_own(review):
        content["auditResult"] = judgement(review)
    elif "review" in payload:
        content["humanAuditResult"] = names_of(payload) | judgement(review)
    if "audit" in payload:
        names = {"taskId": payload.get("media_id", ""), "dataId": payload.get("data_id", "")}
        content["humanAuditResult"] = names | judgement(verdict_on(payload["audit"]))
    return content


def verdict_on(audit: dict | None) -> dict:
    """What a person said of a recording of the media library."""
    return {"outcome": AUDITED.get(audit["status"], "")} if audit else {}


def is_own(review: dict) -> bool:
    """Was it the client's own people, who look at what the machine said?"""
    return review.get("mode") == "audit" and review.get("stage") != "recheck"


def names_of(payload: dict) -> dict:
    """Content that people alone look at is known by its manual task, all other by its request."""
    is_manual = payload.get("review", {}).get("mode") == "human_only" and payload.get("task_id")
    task = payload["task_id"] if is_manual else payload.get("request_id", "")
    return {"taskId": task, "dataId": payload.get("data_id", "")}


def place_of(payload: dict) -> dict:
    return names_of(payload) | ({"url": payload["url"]} if payload.get("url") else {})


def scan_result(payload: dict) -> dict:
    machine = payload["machine"]
    return {
        "code": OK,
        "msg": "OK",
        **place_of(payload),
        "suggestion": suggestion_of(machine.get("level", "")),
        "results": by_scene(payload)
        if "scenes" in payload
        else [one_result(label, payload) for label in machine.get("labels", [])],
    }


def by_scene(payload: dict) -> list[dict]:
    """Of a call that asked for scenes: an entry for each of them that something looked for."""
    kind, labels = payload.get("content_type", ""), payload["machine"].get("labels", [])
    return [
        scene_result(scene, [one for one in labels if labels_in(scene, [one["label"]], kind)], kind)
        for scene in payload["scenes"]
    ]


def fault(payload: dict) -> dict:
    error = payload["error"] or {}
    return {
        "code": FAULTS.get(error.get("code", ""), BROKEN),
        "msg": str(error.get("message", "")),
        **place_of(payload),
        "results": [],
    }


def one_result(label: dict, payload: dict) -> dict:
    rate = label.get("confidence")
    return {
        "scene": payload.get("service", ""),
        "label": label.get("label", ""),
        "suggestion": suggestion_of(label.get("level", "")),
        **({"rate": rate} if rate is not None else {}),
    }


def judgement(part: dict) -> dict:
    label = part.get("label", "")
    return {"suggestion": part.get("outcome") or OPEN, "labels": [label] if label else []}
