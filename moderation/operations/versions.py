"""Writing versions: what publishing, rolling back and copying have in common."""

from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from config.accounts.revisions import bump
from config.audit.records import name_of
from config.errors import Invalid
from moderation.models import Service, ServiceVersion
from moderation.values import Rules

LONGEST_NOTE = 300


class NoteTooLong(Invalid):
    code = "note_too_long"
    default_message = _("A note has at most 300 characters.")


def lock(service: Service) -> Service:
    """The service as it is once nobody else writes to it, with its version.

    In two steps: a row that is joined while waiting for the lock would be the one from before.
    """
    rows = Service.objects.owned_by(service.account).filter(pk=service.pk)
    rows.select_for_update().only("pk").get()
    return rows.select_related("account", "current_version").get()


def add_version(*, service, rules: Rules, note, actor, now, restored_from=None) -> ServiceVersion:
    newest = service.versions.newest_first().values_list("number", flat=True).first() or 0
    version = version_of(
        service=service,
        number=newest + 1,
        rules=rules,
        note=clean_note(note),
        restored_from=restored_from,
        actor=actor,
        now=now,
    )
    version.save(force_insert=True)
    service.current_version = version
    service.save(update_fields=["current_version"])
    bump(account_id=service.account_id, kind="services")
    return version


def version_of(*, service, number, rules: Rules, actor, now, note="", restored_from=None) -> ServiceVersion:
    return ServiceVersion(
        account=service.account,
        service=service,
        number=number,
        document=rules.to_json(),
        note=note,
        restored_from=restored_from,
        published_by=actor if isinstance(actor, User) else None,
        author=name_of(actor),
        published_at=now,
    )


def clean_note(note: str) -> str:
    note = note.replace("\0", "").strip()
    if len(note) > LONGEST_NOTE:
        raise NoteTooLong(field="note", characters=len(note))
    return note
