"""Putting words into a vocabulary and taking them out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.accounts.revisions import bump
from config.audit.records import record
from config.errors import Invalid, NotFound, PlatformError
from libraries.limits import MOST_KEYWORDS, KeywordLimitReached, clean_keyword, clean_owner
from libraries.models import Vocabulary

SHOWN = 50
INSERT = """
    INSERT INTO libraries_keyword (account_id, vocabulary_id, created_at, text, folded, owner, expires_at)
    SELECT %s, %s, %s, word.text, word.folded, word.owner, word.expires_at
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::timestamptz[])
        AS word(text, folded, owner, expires_at)
    ON CONFLICT (vocabulary_id, folded) DO NOTHING
    RETURNING folded
"""
UNCHANGED: Any = object()


@dataclass(frozen=True, slots=True)
class RefusedKeyword:
    line: int
    text: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class AddReport:
    """What became of each keyword that was to be added. `again` are the first of the repeated ones."""

    added: int
    repeated: int
    refused: tuple[RefusedKeyword, ...] = ()
    again: tuple[str, ...] = ()


class KeywordsRefused(Invalid):
    code = "keywords_refused"
    default_message = _("Some of these cannot be keywords.")

    @classmethod
    def of(cls, refused: tuple[RefusedKeyword, ...]) -> "KeywordsRefused":
        """Tells of the first in words and of more in details."""
        first = refused[0]
        message = _("Line %(line)s, “%(text)s”: %(reason)s")
        told = [{"line": one.line, "text": one.text, "code": one.code} for one in refused[:SHOWN]]
        return cls(
            message % {"line": first.line, "text": first.text, "reason": first.message},
            field="keywords",
            refused=len(refused),
            first=told,
        )


@transaction.atomic
def add_keywords(
    *,
    vocabulary: Vocabulary,
    texts: Iterable[str],
    owner: str = "",
    expires_at: datetime | None = None,
    actor,
    now: datetime,
) -> AddReport:
    """Add words; those held already are counted as repeated, those that cannot be words are told."""
    owner = clean_owner(owner)
    words, twice, refused = sort_out(texts)
    if not words:
        return AddReport(0, len(twice), refused, tuple(twice[:SHOWN]))
    held = lock_vocabulary(vocabulary)
    new = insert(held, {compared: (text, owner, expires_at) for compared, text in words.items()}, now)
    again = [*(text for compared, text in words.items() if compared not in new), *twice]
    added, repeated = len(new), len(again)
    if not added:
        return AddReport(0, repeated, refused, tuple(again[:SHOWN]))
    Vocabulary.objects.filter(pk=held.pk).update(keyword_count=F("keyword_count") + added, updated_at=now)
    total = keywords_of(held.account)
    if total > MOST_KEYWORDS:
        message = _("An account keeps at most 100,000 keywords: these are %(excess)s too many.")
        raise KeywordLimitReached(message % {"excess": total - MOST_KEYWORDS}, most=MOST_KEYWORDS)
    bump(account_id=held.account_id, kind="vocabularies")
    record(
        account=held.account,
        actor=actor,
        action="keywords.added",
        subject=f"vocabulary:{held.pk}",
        after={"count": added, "first": list(words.values())[:SHOWN]},
        now=now,
    )
    return AddReport(added, repeated, refused, tuple(again[:SHOWN]))


def sort_out(texts: Iterable[str]) -> tuple[dict[str, str], list[str], tuple[RefusedKeyword, ...]]:
    """Words by their folded form, those given twice, and what cannot be a word. Empty lines pass."""
    words: dict[str, str] = {}
    refused: list[RefusedKeyword] = []
    twice: list[str] = []
    for line, text in enumerate(texts, start=1):
        if not text or text.isspace():
            continue
        try:
            word, compared = clean_keyword(text)
        except PlatformError as error:
            refused.append(RefusedKeyword(line, text.strip()[:40], error.code, str(error.message)))
            continue
        if compared in words:
            twice.append(word)
        words.setdefault(compared, word)
    return words, twice, tuple(refused)


def insert(
    vocabulary: Vocabulary, words: dict[str, tuple[str, str, datetime | None]], now: datetime
) -> set[str]:
    """Text, owner and expiry by the folded form. Returns the folded forms that were not there.

    One statement: rows made in Python take several times as long.
    """
    columns = [list(column) for column in zip(*words.values(), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT, [vocabulary.account_id, vocabulary.pk, now, columns[0], list(words), *columns[1:]]
        )
        return {compared for (compared,) in cursor.fetchall()}


@transaction.atomic
def change_keywords(
    *,
    vocabulary: Vocabulary,
    ids: Iterable[int] = (),
    texts: Iterable[str] = (),
    owner: str = UNCHANGED,
    expires_at: datetime | None = UNCHANGED,
    actor,
    now: datetime,
) -> int:
    """Give words another owner, another expiry, or both. Returns how many were there."""
    after: dict = {}
    if owner is not UNCHANGED:
        after["owner"] = clean_owner(owner)
    if expires_at is not UNCHANGED:
        after["expires_at"] = expires_at
    held = lock_vocabulary(vocabulary)
    chosen = held.keywords.named(ids=ids, texts=texts)
    first = list(chosen.order_by("id").values_list("text", flat=True)[:SHOWN])
    if not after or not first:
        return 0
    changed = chosen.update(**after)
    Vocabulary.objects.filter(pk=held.pk).update(updated_at=now)
    if expires_at is not UNCHANGED:
        bump(account_id=held.account_id, kind="vocabularies")
    record(
        account=held.account,
        actor=actor,
        action="keywords.changed",
        subject=f"vocabulary:{held.pk}",
        after={"count": changed, "first": first, **after},
        now=now,
    )
    return changed


@transaction.atomic
def remove_keywords(
    *, vocabulary: Vocabulary, ids: Iterable[int] = (), texts: Iterable[str] = (), actor, now: datetime
) -> int:
    """Remove words by id, or by text in any spelling that folds to the same. Returns how many were there."""
    held = lock_vocabulary(vocabulary)
    chosen = held.keywords.named(ids=ids, texts=texts)
    first = list(chosen.order_by("id").values_list("text", flat=True)[:SHOWN])
    removed, _by_model = chosen.delete()
    if not removed:
        return 0
    Vocabulary.objects.filter(pk=held.pk).update(keyword_count=F("keyword_count") - removed, updated_at=now)
    bump(account_id=held.account_id, kind="vocabularies")
    record(
        account=held.account,
        actor=actor,
        action="keywords.removed",
        subject=f"vocabulary:{held.pk}",
        before={"count": removed, "first": first},
        now=now,
    )
    return removed


def lock_libraries(account_id: int) -> None:
    """Writers of one account's libraries queue here, so that two of them cannot pass a limit together."""
    Account.objects.select_for_update(no_key=True).get(pk=account_id)


def lock_vocabulary(vocabulary: Vocabulary) -> Vocabulary:
    """The vocabulary as it is once all writers before us are done. Raises NotFound if one deleted it."""
    lock_libraries(vocabulary.account_id)
    held = Vocabulary.objects.select_related("account").filter(pk=vocabulary.pk).first()
    if held is None:
        raise NotFound()
    return held


def keywords_of(account: Account) -> int:
    return Vocabulary.objects.owned_by(account).aggregate(total=Sum("keyword_count"))["total"] or 0
