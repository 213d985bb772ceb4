"""Putting words into a vocabulary and taking them out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.accounts.revisions import bump
from config.audit.records import record
from config.errors import Invalid, NotFound, PlatformError
from libraries.limits import MOST_KEYWORDS, KeywordLimitReached, clean_keyword
from libraries.models import Vocabulary

SHOWN = 50
INSERT = """
    INSERT INTO libraries_keyword (account_id, vocabulary_id, created_at, text, folded)
    SELECT %s, %s, %s, word.text, word.folded FROM unnest(%s::text[], %s::text[]) AS word(text, folded)
    ON CONFLICT (vocabulary_id, folded) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class RefusedKeyword:
    line: int
    text: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class AddReport:
    """What became of each keyword that was to be added."""

    added: int
    repeated: int
    refused: tuple[RefusedKeyword, ...] = ()


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
def add_keywords(*, vocabulary: Vocabulary, texts: Iterable[str], actor, now: datetime) -> AddReport:
    """Add words; those held already are counted as repeated, those that cannot be words are told."""
    words, repeated, refused = sort_out(texts)
    if not words:
        return AddReport(0, repeated, refused)
    held = lock_vocabulary(vocabulary)
    added = insert(held, words, now)
    repeated += len(words) - added
    if not added:
        return AddReport(0, repeated, refused)
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
    return AddReport(added, repeated, refused)


def sort_out(texts: Iterable[str]) -> tuple[dict[str, str], int, tuple[RefusedKeyword, ...]]:
    """Words by their folded form, how many were given twice, and what cannot be a word. Empty lines pass."""
    words: dict[str, str] = {}
    refused: list[RefusedKeyword] = []
    repeated = 0
    for line, text in enumerate(texts, start=1):
        if not text or text.isspace():
            continue
        try:
            word, compared = clean_keyword(text)
        except PlatformError as error:
            refused.append(RefusedKeyword(line, text.strip()[:40], error.code, str(error.message)))
            continue
        repeated += compared in words
        words.setdefault(compared, word)
    return words, repeated, tuple(refused)


def insert(vocabulary: Vocabulary, words: dict[str, str], now: datetime) -> int:
    """Returns how many were not there. One statement: rows made in Python take several times as long."""
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [vocabulary.account_id, vocabulary.pk, now, list(words.values()), list(words)])
        return cursor.rowcount


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
