"""The JSON of services, their rules, versions and drafts."""

from moderation.backing import Backings
from moderation.catalogue.groups import group_name
from moderation.catalogue.names import BY_CODE, label_name
from moderation.models import Service, ServiceDraft, ServiceVersion
from moderation.operations.publishable import settings_of_recordings
from moderation.replay import Replay
from moderation.rules_diff import Change, rules_diff
from moderation.values import LIBRARY_SUFFIX, Rules


def service_body(service: Service) -> dict:
    version = service.current_version
    return {
        "code": service.code,
        "name": service.name,
        "description": service.description,
        "content_type": service.content_type,
        "copied_from": service.copied_from and service.copied_from.code,
        "version": version.number,
        "published_at": version.published_at.isoformat(),
        "labels_on": service.labels_on,
        "has_draft": hasattr(service, "draft"),
        "is_human_only": service.is_human_only,
    }


def rules_body(rules: Rules, service: Service) -> dict:
    """The rules as they are sent back to be published, and beside each label what it is."""
    backings = Backings(service)
    settings = rules.settings_json()
    body = rules.to_json() | {name: settings[name] for name in settings_of_recordings(service)}
    for code, label in body["labels"].items():
        behind = backings.of(code)
        group = BY_CODE[code].group if code in BY_CODE else ""
        label |= {
            "name": label_name(code),
            "group": group,
            "group_name": group_name(group),
            "library_label": code + LIBRARY_SUFFIX,
            "backing": behind.backing(rules.labels[code]),
            "engines": list(behind.engines),
            "missing_engines": list(behind.missing),
        }
    return body


def version_body(version: ServiceVersion, before: ServiceVersion | None) -> dict:
    return {
        "number": version.number,
        "note": version.note,
        "author": version.by,
        "published_at": version.published_at.isoformat(),
        "restored_from": version.restored_from and version.restored_from.number,
        "changes": changes_body(rules_diff(before.rules, version.rules)) if before else [],
    }


def draft_body(draft: ServiceDraft, service: Service) -> dict:
    return {
        "based_on": draft.based_on,
        "revision": draft.revision,
        "author": draft.author,
        "updated_at": draft.updated_at.isoformat(),
        "changes": changes_body(rules_diff(service.current_version.rules, draft.rules)),
        "rules": rules_body(draft.rules, service),
    }


def preview_body(before: Rules, after: Rules, replay: Replay) -> dict:
    return {
        "changes": changes_body(rules_diff(before, after)),
        "results": replay.count,
        "rises": replay.rises,
        "falls": replay.falls,
        "levels": [{"level": level, "before": had, "after": has} for level, had, has in replay.levels()],
    }


def changes_body(changes: list[Change]) -> list[dict]:
    return [change.as_dict() for change in changes]
