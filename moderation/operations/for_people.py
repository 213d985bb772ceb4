"""Content that no machine judges: kept as it came, with a result that waits for a person."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.errors import Invalid
from libraries.matching.fingerprints import Fingerprint, plain
from moderation.catalogue.people_services import SERVICE_FOR
from moderation.media import storage
from moderation.media.decoding import decode
from moderation.media.result_fingerprints import keep_fingerprints
from moderation.media.taking_in import Recording, fetched, taken
from moderation.models import ModerationResult, Service
from moderation.models.content import ContentType, RiskLevel
from moderation.operations.moderate import ServiceUnknown, require_id, require_text
from moderation.operations.moderate_images import ImageSource, facts_of, named

MOST_FACTS, LONGEST_FACT, LONGEST_FACT_NAME = 20, 1000, 40


class ContextInvalid(Invalid):
    code = "context_invalid"
    default_message = _("A context has at most 20 texts of 1,000 characters, under names of 40.")


@dataclass(frozen=True, slots=True)
class RecordingSource:
    """Audio or video as the client gives it: an address, or its bytes in pieces and what it is called."""

    url: str = ""
    pieces: Callable[[], Iterable[bytes]] | None = None
    name: str = ""

    def read(self, content_type: str, *, played: bool = False) -> Recording:
        """`played`: only what browsers play is taken."""
        if self.pieces is None:
            return fetched(self.url, content_type=content_type, played=played)
        return taken(self.pieces(), content_type=content_type, played=played)


Source = str | ImageSource | RecordingSource


@dataclass(frozen=True, slots=True)
class Kept:
    """A result that only needs to be stored, in the caller's transaction; its file is on the disk already."""

    result: ModerationResult
    fingerprints: tuple[Fingerprint, ...] = ()

    @property
    def key(self) -> str:
        return self.result.media.get("key", "")

    def store(self) -> ModerationResult:
        self.result.save(force_insert=True)
        if self.fingerprints:
            keep_fingerprints(result=self.result, fingerprints=self.fingerprints)
        return self.result

    def discard(self) -> None:
        storage.remove([self.key] if self.key else [])


def keep_for_people(
    *,
    account: Account,
    content_type: str,
    source: Source,
    service_code: str = "",
    data_id: str = "",
    author_id: str = "",
    context: dict[str, str] | None = None,
    request_id: UUID,
    now: datetime,
) -> Kept:
    """Take content in. Fetches and decodes, so never call this inside a transaction.

    Pictures are decoded as always, so that one that nobody could look at is refused at once; they are kept
    whatever ASSAY_KEEP_PICTURES says, since without them there is nothing to review.
    """
    service = service_for(account, content_type, service_code)
    require_id(data_id, field="data_id")
    require_id(author_id, field="account.id")
    context = require_context(context or {})
    content, media, fingerprints = taken_in(account, content_type, source, now)
    result = ModerationResult(
        account=account,
        request_id=request_id,
        service=service,
        version=service.current_version,
        content_type=content_type,
        data_id=data_id,
        author_id=author_id,
        context=context,
        content=content,
        media=media,
        level=RiskLevel.NONE,
        labels=[],
        source=ModerationResult.Source.MANUAL,
        took_us=0,
        created_at=now,
    )
    return Kept(result, fingerprints)


def service_for(account: Account, content_type: str, code: str) -> Service:
    """The service named, or the one for people alone."""
    code = code or SERVICE_FOR[content_type]
    services = Service.objects.owned_by(account).of_content(content_type).exclude(current_version=None)
    service = services.select_related("account", "current_version").filter(code=code).first()
    if service is None:
        raise ServiceUnknown(field="service", service=code)
    return service


def require_context(context: dict[str, str]) -> dict[str, str]:
    fits = len(context) <= MOST_FACTS and all(
        len(text) <= LONGEST_FACT and 0 < len(name) <= LONGEST_FACT_NAME and name.isprintable()
        for name, text in context.items()
    )
    if not fits:
        raise ContextInvalid(field="context")
    return {name: text.replace("\0", "\ufffd") for name, text in context.items()}


def taken_in(account: Account, content_type: str, source: Source, now: datetime):
    """What stands for the content in lists, the facts of its file with the key that it is kept under, and
    the fingerprints of a picture, by which the same and similar ones are found once people have decided.
    """
    if content_type == ContentType.TEXT:
        return require_text(source), {}, ()
    fingerprints = ()
    if content_type == ContentType.IMAGE:
        data = source.read()
        with decode(data) as picture:
            facts, fingerprints = facts_of(picture), tuple(picture.fingerprints)
        facts["pdq"] = plain(fingerprints).value.hex()
        key = storage.new_key(account_uid=account.uid, now=now)
        storage.keep(key, data, durably=True)
    else:
        with source.read(content_type, played=True) as recording:
            facts = recording.facts
            key = storage.new_key(account_uid=account.uid, now=now, folder="recordings")
            storage.keep(key, recording.file, durably=True)
    return named(source), {**facts, "key": key}, fingerprints
