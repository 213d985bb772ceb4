"""The one function that writes the audit trail, and the one that proves it whole."""

import hashlib
import json
import secrets
from collections.abc import Collection, Iterator
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
# What stands in a record that was emptied, and the action that tells which records were.
EMPTY_BODY = '{"after": null, "before": null}'
EMPTIED = "audit.emptied"


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
        salt=secrets.token_hex(16),
        previous_hash=previous,
    )
    entry.seal = seal_of(entry)
    entry.hash = hash_of(entry)
    entry.save(force_insert=True)
    return entry


def name_of(actor) -> str:
    if actor is None:
        return SYSTEM
    return f"key:{actor.prefix}" if isinstance(actor, ApiKey) else actor.get_username()


def seal_of(entry: AuditRecord) -> str:
    """Of all that may be personal. The salt goes with it, so that nothing can be guessed from the seal."""
    return digest_of([entry.salt, entry.subject, entry.body, entry.request_id])


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
    ]
    # Records from before there were seals have the values themselves in the chain.
    told = [entry.seal] if entry.seal else [entry.subject, entry.body, entry.request_id]
    return digest_of(parts + told)


def digest_of(parts: list) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


@transaction.atomic
def empty_records(*, account: Account, ids: Collection[int], why: str, now: datetime) -> list[int]:
    """Take out of records what they say, for ever. Who did what when stays, and so does the chain.

    Which ones were emptied is told in the chain: a record that is empty without that is a fault.
    Answers their numbers.
    """
    entries = AuditRecord.objects.owned_by(account).whole().filter(pk__in=list(ids))
    numbers = sorted(entries.values_list("number", flat=True))
    if not numbers:
        return []
    emptied = {"subject": "", "body": EMPTY_BODY, "request_id": "", "salt": "", "emptied_at": now}
    entries.update(**emptied)
    record(account=account, actor=None, action=EMPTIED, subject=why, after={"numbers": numbers}, now=now)
    return numbers


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
    emptied: dict[int, int] = {}
    for entry in entries.iterator(chunk_size=5000):
        if entry.account_id != chain:
            yield from without_a_word(chain, emptied)
            chain, number, previous, emptied = entry.account_id, 0, GENESIS, {}
        if entry.number != number + 1:
            yield Fault(chain, number + 1, None, f"records {number + 1} to {entry.number - 1} are missing")
        elif entry.previous_hash != previous:
            yield Fault(chain, entry.number, entry.pk, "does not follow the record before it")
        if is_changed(entry):
            yield Fault(chain, entry.number, entry.pk, "was changed after it was written")
        if entry.emptied_at is not None:
            emptied[entry.number] = entry.pk
        elif entry.action == EMPTIED:
            for one in numbers_in(entry):
                emptied.pop(one, None)
        number, previous = entry.number, entry.hash
    yield from without_a_word(chain, emptied)


def is_changed(entry: AuditRecord) -> bool:
    if entry.emptied_at is None:
        return hash_of(entry) != entry.hash or bool(entry.seal) and seal_of(entry) != entry.seal
    is_empty = (entry.subject, entry.body, entry.request_id, entry.salt) == ("", EMPTY_BODY, "", "")
    # Of a record from before there were seals, its place in the chain is all that can be proved.
    return not is_empty or bool(entry.seal) and hash_of(entry) != entry.hash


def numbers_in(entry: AuditRecord) -> list[int]:
    try:
        return json.loads(entry.body)["after"]["numbers"]
    except (ValueError, KeyError, TypeError):
        return []  # it was changed, which is named above


def without_a_word(chain: int | None, emptied: dict[int, int]) -> Iterator[Fault]:
    for number, pk in emptied.items():
        yield Fault(chain, number, pk, "was emptied, and no later record tells of it")
