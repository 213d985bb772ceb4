"""Calls of version 1.0 by path: JSON with several tasks, each answered on its own."""

from collections.abc import Callable, Iterable
from uuid import UUID

import msgspec
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.accounts.rates import spend
from config.errors import Invalid, PlatformError
from config.wire.envelopes import CODES, OK, code_of
from config.wire.parameters import Parameters
from config.wire.refusals import invalid
from config.wire.registry import Call
from moderation.biz_types import DEFAULT, SOURCES, services_named
from moderation.callbacks.vendor import FAULTS
from moderation.catalogue.scenes import ASKED, SCENES
from moderation.operations.moderate import ServiceUnknown

PROCESSING = 280
MOST_TASKS, LONGEST_FACT = 100, 128

for code, number in FAULTS.items():
    CODES.setdefault(code, number)


class TasksMissing(Invalid):
    code = "scan_tasks_missing"
    default_message = _("Name at least one task.")


class TasksTooMany(Invalid):
    code = "scan_tasks_too_many"
    default_message = _("This call has more tasks than one call takes.")


class ScenesMissing(Invalid):
    code = "scenes_missing"
    default_message = _("Name at least one scene.")


class SceneUnknown(Invalid):
    code = "scene_unknown"
    default_message = _("There is no such scene for this kind of content.")


Text = str | int | None


class Task(msgspec.Struct, rename="camel"):
    data_id: Text = None
    url: Text = None
    content: str | None = None
    frames: list | None = None
    client_info: dict | None = None

    @property
    def names(self) -> dict:
        """What an answer repeats of it."""
        told = {"dataId": self.data_id, "url": self.url, "content": self.content}
        return {name: str(value) for name, value in told.items() if value is not None}


class Scan(msgspec.Struct, rename="camel"):
    tasks: list[Task] = []
    scenes: list[str] = []
    audio_scenes: list[str] = []
    biz_type: str | None = None
    callback: str | None = None
    seed: str | None = None
    crypt_type: str | None = None
    live: bool | None = None

    @property
    def told_at(self) -> dict:
        return {"callback": self.callback or "", "seed": self.seed or "", "crypt": self.crypt_type or ""}


def read(call: Call, shape):
    try:
        return msgspec.convert(call.json, shape, strict=False)
    except msgspec.ValidationError as error:
        raise invalid("body", f"JSON of another form is expected ({error}).") from error


def read_scan(call: Call, content_type: str, *, most: int = MOST_TASKS) -> Scan:
    scan = read(call, Scan)
    require_few(scan.tasks, most)
    scan.scenes = list(dict.fromkeys(scan.scenes))
    if not scan.scenes and content_type != "video":
        raise ScenesMissing(field="scenes")
    require_scenes(scan.scenes, content_type)
    return scan


def require_few(tasks: list, most: int = MOST_TASKS) -> None:
    if not tasks:
        raise TasksMissing(field="tasks")
    if len(tasks) > most:
        raise TasksTooMany(field="tasks", most=most)


def require_scenes(scenes: Iterable[str], content_type: str) -> None:
    known = SCENES[content_type]
    for scene in scenes:
        if scene not in known:
            message = _("There is no scene %(scene)s for this kind of content: there are %(known)s.")
            told = {"scene": scene[:40], "known": ", ".join(known)}
            raise SceneUnknown(message % told, field="scenes", scenes=list(known))


def service_for(account: Account, biz_type: str | None, content_type: str) -> str:
    """The code of the service that a BizType is for this kind of content; blank for the default."""
    if not biz_type or biz_type == DEFAULT:
        return ""
    found = services_named(account, biz_type).get(content_type)
    if found is None:
        raise ServiceUnknown(field="bizType", service=biz_type)
    return found.code


def judge_for(account: Account, scan: Scan, content_type: str) -> str:
    """The code of the service that judges what this call sends."""
    return service_for(account, scan.biz_type, content_type) or SOURCES[content_type]


def each(call: Call, tasks: list[Task], act: Callable[[Task], dict]) -> dict:
    """Answer each task or say why not. Of the key's calls each task is one."""
    told = []
    for place, task in enumerate(tasks):
        try:
            if place:
                spend(key_id=call.caller.key.pk, limit=call.caller.key.calls_per_minute, now=call.now)
            told.append({"code": OK, "msg": "OK"} | task.names | act(task))
        except PlatformError as error:
            told.append(refused(error) | task.names)
    return {"data": told}


def refused(error: PlatformError) -> dict:
    return {"code": code_of(error), "msg": str(error.message)}


def failed(error: dict | None) -> dict:
    """A task that was accepted and came to nothing, for the reason that was written down."""
    error = error or {}
    return {"code": CODES.get(error.get("code", ""), 500), "msg": str(error.get("message", ""))}


def ids_of(call: Call) -> dict[str, UUID | None]:
    """The body is a list of task ids; those that cannot be one are answered as unknown."""
    asked = call.json
    if isinstance(asked, dict):
        asked = asked.get("taskIds") or asked.get("tasks")
    if not isinstance(asked, list) or not all(isinstance(one, str) for one in asked):
        raise invalid("body", "a JSON list of task ids is expected.")
    require_few(asked)
    return {one: as_uuid(one) for one in asked}


def as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def client_of(call: Call, task: Task) -> tuple[str, dict[str, str]]:
    """Who wrote it and from where, as the call or the task says."""
    told = Parameters(dict(call.request.query)).json("ClientInfo", dict, {}) | (task.client_info or {})
    device = {"ip": told.get("ip"), "device_id": told.get("deviceId") or told.get("imei") or told.get("idfa")}
    return str(told.get("userId") or ""), {name: plain(value) for name, value in device.items() if value}


def plain(value) -> str:
    return str(value).replace("\0", "\ufffd")[:LONGEST_FACT]


def keep_scenes(scan: Scan) -> dict[str, str]:
    return {ASKED: ",".join([*scan.scenes, *scan.audio_scenes])} if scan.scenes or scan.audio_scenes else {}
