"""By which rules a recording is judged: those in force when it was opened, to its end."""

from dataclasses import dataclass, replace

from config.accounts.models import Account
from config.accounts.revisions import Revisions
from moderation.models import MediaJob, ServiceVersion
from moderation.models.content import ContentType
from moderation.operations.moderate import ServiceUnknown, scope_for
from moderation.scope import Scope, compile_scope, scopes_of


@dataclass(frozen=True, slots=True)
class Judges:
    """The recording's own service, and those that judge what is seen and what is said in it."""

    service: Scope
    images: tuple[Scope, ...] = ()
    audio: Scope | None = None

    @property
    def services(self) -> list[dict]:
        """Which versions judged, for the result."""
        return [
            {
                "service": scope.service.code,
                "content_type": scope.service.content_type,
                "version_id": scope.version_id,
                "version": scope.version_number,
            }
            for scope in (*self.images, *([self.audio] if self.audio else []))
        ]


def chosen(job: MediaJob, revisions: Revisions) -> Judges:
    """By the rules that are in force now."""
    account = job.account

    def scope(code: str, kind: str) -> Scope:
        return scope_for(account=account, revisions=revisions, service_code=code, content_type=kind)

    service = scope(job.service.code, job.content_type)
    if job.content_type == ContentType.AUDIO:
        return Judges(service, audio=service)
    rules = service.rules
    return Judges(
        service,
        images=tuple(scope(code, ContentType.IMAGE) for code in rules.image_services),
        audio=scope(rules.audio_service, ContentType.AUDIO) if rules.audio_service else None,
    )


def pinned(judges: Judges) -> dict:
    """What is kept of the choice until the end."""
    return {
        "service": judges.service.version_id,
        "images": {scope.service.code: scope.version_id for scope in judges.images},
        "audio": {judges.audio.service.code: judges.audio.version_id} if judges.audio else {},
    }


def judges_of(job: MediaJob, revisions: Revisions) -> Judges:
    """By the versions that were pinned, with lists and engines as they are now."""
    held = job.progress["judges"]

    def scope(code: str, version_id: int) -> Scope:
        return scope_at(job.account, revisions, code, version_id)

    return Judges(
        scope(job.service.code, held["service"]),
        images=tuple(scope(code, version) for code, version in held["images"].items()),
        audio=next((scope(code, version) for code, version in held["audio"].items()), None),
    )


def scope_at(account: Account, revisions: Revisions, code: str, version_id: int) -> Scope:
    current = scopes_of(account_id=account.pk, revision=revisions.services).get(code)
    if current is None:
        raise ServiceUnknown(field="service", service=code)
    if current.version_id == version_id:
        return current
    version = ServiceVersion.objects.get(pk=version_id, service=current.service)
    compiled = compile_scope(current.service, rules=version.rules)
    return replace(compiled, version_id=version.pk, version_number=version.number)
