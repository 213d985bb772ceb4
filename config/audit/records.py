"""The one function that writes the audit trail, and the one that proves it whole."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from config import request_id
from config.accounts.models import Account, ApiKey
from config.audit.models import AuditRecord

CHAIN_LOCK = 0x41534159
GENESIS = "0" * 64
SYSTEM = "system"


@transaction.atomic
def record(
    *,
    account: Account,
    actor,
    action: str,
    subject: str,
    before: dict | None = None,
    after: dict | None = None,
    now: datetime,
) -> AuditRecord:
    """Append to the account's chain, in the transaction of the change that it tells of.

    Writers of one account queue behind an advisory lock until the caller commits.
    `actor` is a User, an ApiKey, or None for the system itself.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [CHAIN_LOCK, account.pk])
    last = (
        AuditRecord.objects.filter(account=account).order_by("-number").values_list("number", "hash").first()
    )
    number, previous = last or (0, GENESIS)
    is_key = isinstance(actor, ApiKey)
    entry = AuditRecord(
        account=account,
        number=number + 1,
        at=now,
        actor_user=None if is_key else actor,
        actor_key=actor if is_key else None,
        actor_name=name_of(actor),
        action=action,
        subject=subject,
        body=json.dumps(
            {"before": before, "after": after}, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True
        ),
        request_id=request_id.current(),
        previous_hash=previous,
    )
    entry.hash = hash_of(entry)
    entry.save(force_insert=True)
    return entry


def name_of(actor) -> str:
    if actor is None:
        return SYSTEM
    return f"key:{actor.prefix}" if isinstance(actor, ApiKey) else actor.get_username()


def hash_of(entry: AuditRecord) -> str:
    """Hash of the stored values themselves: nothing is parsed or written anew before it is hashed."""
    parts = [
        entry.previous_hash,
        entry.account_id,
        entry.number,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor_user_id,
        entry.actor_key_id,
        entry.actor_name,
        entry.action,
        entry.subject,
        entry.body,
        entry.request_id,
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Fault:
    account_id: int
    number: int
    record_id: int | None
    what: str


def faults(*, account: Account | None = None) -> Iterator[Fault]:
    """Walk the chains and name every record that was changed, removed or put in."""
    entries = AuditRecord.objects.in_chain_order()
    if account is not None:
        entries = entries.owned_by(account)
    chain, number, previous = None, 0, GENESIS
    for entry in entries.iterator(chunk_size=5000):
        if entry.account_id != chain:
            chain, number, previous = entry.account_id, 0, GENESIS
        if entry.number != number + 1:
            yield Fault(chain, number + 1, None, f"records {number + 1} to {entry.number - 1} are missing")
        elif entry.previous_hash != previous:
            yield Fault(chain, entry.number, entry.pk, "does not follow the record before it")
        if hash_of(entry) != entry.hash:
            yield Fault(chain, entry.number, entry.pk, "was changed after it was written")
        number, previous = entry.number, entry.hash
