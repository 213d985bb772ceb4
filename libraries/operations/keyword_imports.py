"""Bringing a file of words into a vocabulary: checked and shown, then imported, in the background if long.

A job holds a lease and works in batches. Each batch is one transaction that moves the count of lines done
from where the job believes it is: so a batch is done once, by whomever, whatever is killed or run twice.
"""

import json
import uuid
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _

from config.accounts.models import ApiKey
from config.accounts.revisions import bump
from config.audit.records import record
from config.errors import Invalid, NotAllowedNow, PlatformError, ServerFault
from libraries.imports import Line, kind_of, read_words
from libraries.limits import MOST_KEYWORDS, KeywordLimitReached, clean_keyword, clean_owner
from libraries.models import ImportedLines, KeywordImport, Vocabulary
from libraries.operations.keywords import insert, keywords_of, lock_vocabulary

State = KeywordImport.State
ADDED, REPEATED = "added", "repeated"
HELD = "SELECT folded FROM libraries_keyword WHERE vocabulary_id = %s AND folded = ANY(%s::text[])"
READ = b"\0lines\0"  # what no file begins with that can be read

BATCH = 5_000
LEASE = timedelta(seconds=90)
MOST_ATTEMPTS = 5
# What is checked while somebody waits for the page; more is checked in the background.
CHECKED_AT_ONCE = {"txt": 20_000, "csv": 20_000, "xlsx": 1_000}
IMPORTED_AT_ONCE = 1_000
PREVIEWED = 1_000
SHOWN_ROWS, SHOWN_FAULTS, SHOWN_SHORT = 20, 200, 12
LONGEST_SHOWN = 60
UNDER_WAY_AT_ONCE = 5
KEPT_UNCONFIRMED, KEPT_REPORTS = timedelta(days=1), timedelta(days=30)


class KeywordExpiryUnreadable(Invalid):
    code = "keyword_expiry_unreadable"
    default_message = _("Write when a keyword expires as 2027-01-31 or 2027-01-31 18:00.")


class ImportNotReady(NotAllowedNow):
    code = "import_not_ready"
    default_message = _("This file is still being checked, or somebody imported or cancelled it meanwhile.")


class TooManyImports(NotAllowedNow):
    code = "too_many_imports"
    default_message = _("Five imports are under way: wait until one of them is done.")


class ImportGivenUp(ServerFault):
    code = "import_given_up"
    default_message = _("The import broke off several times and was given up. What it had brought in stays.")


class LeaseLost(Exception):
    """Somebody else took over: what this batch did is undone."""


class Word(NamedTuple):
    line: int
    form: str
    columns: tuple[str, str, datetime | None]  # text, owner, expiry


class Verdict(NamedTuple):
    """What became of a line, or would become.

    `detail`, in no language: the strange characters, how many there are if too many, the line in which the
    word stands already.
    """

    line: int
    text: str
    outcome: str
    detail: str = ""


@transaction.atomic
def start_import(
    *, vocabulary: Vocabulary, file_name: str, data: bytes, confirm: bool = False, actor, now: datetime
) -> KeywordImport:
    """Keep the file and check it: at once if it is short, else its beginning now and all of it by a job.

    Confirmed from the start, its words are brought in without anybody being asked.
    """
    kind = kind_of(file_name, data)
    most = CHECKED_AT_ONCE[kind]
    lines = read_words(kind, data, most=most + 1, is_part=True)
    if KeywordImport.objects.filter(account=vocabulary.account_id).under_way().count() >= UNDER_WAY_AT_ONCE:
        raise TooManyImports()
    by_key = isinstance(actor, ApiKey)
    made = KeywordImport(
        account_id=vocabulary.account_id,
        vocabulary=vocabulary,
        file_name=shown_name(file_name),
        format=kind,
        file=data,
        size=len(data),
        state=State.CHECKING,
        by_user=None if by_key else actor,
        by_key=actor if by_key else None,
        created_at=now,
    )
    is_whole = len(lines) <= most
    shown = lines if is_whole else lines[:PREVIEWED]
    verdicts = checked(made, shown)
    made.preview = preview_of(shown, verdicts)
    made.save()
    if is_whole:
        keep_check(made, verdicts)
    elif confirm:
        KeywordImport.objects.filter(pk=made.pk).update(state=State.CHECKED)
    return confirm_import(keyword_import=made, now=now) if confirm else made


def confirm_import(*, keyword_import: KeywordImport, now: datetime) -> KeywordImport:
    """Begin to bring the words in. Of two who confirm, one is told that it has been done."""
    begun = KeywordImport.objects.filter(pk=keyword_import.pk, state=State.CHECKED).update(
        state=State.RUNNING, done=0, counts={}, attempts=0, started_at=now, lease=None, leased_until=None
    )
    if not begun:
        raise ImportNotReady()
    keyword_import.refresh_from_db()
    return keyword_import


def cancel_import(*, keyword_import: KeywordImport, now: datetime) -> None:
    """Before it is confirmed; what was brought in is taken out in the vocabulary."""
    waiting = KeywordImport.objects.filter(pk=keyword_import.pk, state__in=[State.CHECKING, State.CHECKED])
    if not waiting.update(state=State.CANCELLED, file=b"", finished_at=now, lease=None, leased_until=None):
        raise ImportNotReady()


def is_quick(keyword_import: KeywordImport) -> bool:
    """Is it done so soon that whoever confirms it may wait?"""
    return keyword_import.lines is not None and keyword_import.lines <= IMPORTED_AT_ONCE


def carry_on(import_id: int, *, clock: Callable[[], datetime] = timezone.now) -> bool:
    """Do what remains of a check or an import, unless somebody else is at it. Says whether it was us."""
    lease, now = uuid.uuid4(), clock()
    free = KeywordImport.objects.filter(pk=import_id).free(now)
    if not free.update(lease=lease, leased_until=now + LEASE, attempts=F("attempts") + 1):
        return False
    held = KeywordImport.objects.select_related("account", "by_user", "by_key").get(pk=import_id)
    try:
        if held.attempts > MOST_ATTEMPTS:
            raise ImportGivenUp()
        lines = lines_of(held)
        if held.state == State.CHECKING:
            check_whole(held, lines)
        while held.state == State.RUNNING:
            bring_in(held, lines, clock())
    except LeaseLost:
        return False
    except PlatformError as error:
        fail(held, error, clock())
    return True


@transaction.atomic
def check_whole(held: KeywordImport, lines: list[Line]) -> None:
    verdicts = checked(held, lines)
    if not of_lease(held).update(lease=None, leased_until=None):
        raise LeaseLost()
    held.lease = held.leased_until = None
    if held.format == "xlsx":
        # Excel takes long to read: the import need not do it again.
        held.file = READ + zlib.compress(json.dumps(lines, ensure_ascii=False).encode())
        held.save(update_fields=["file"])
    keep_check(held, verdicts)


def lines_of(held: KeywordImport) -> list[Line]:
    data = bytes(held.file)
    if data.startswith(READ):
        return [Line(*line) for line in json.loads(zlib.decompress(data.removeprefix(READ)))]
    return read_words(held.format, data)


def keep_check(held: KeywordImport, verdicts: list[Verdict]) -> None:
    held.state, held.lines, held.done = State.CHECKED, len(verdicts), len(verdicts)
    held.counts = dict(Counter(verdict.outcome for verdict in verdicts))
    held.attempts = 0
    held.save(update_fields=["state", "lines", "done", "counts", "attempts", "lease", "leased_until"])
    keep_report(held, "check", 0, verdicts)


@transaction.atomic
def bring_in(held: KeywordImport, lines: list[Line], now: datetime) -> None:
    """One batch. The last one tells all processes and the audit trail."""
    batch = lines[held.done : held.done + BATCH]
    judged = [judge(line, held.account.time_zone) for line in batch]
    vocabulary = lock_vocabulary(Vocabulary(pk=held.vocabulary_id, account_id=held.account_id))
    first = firsts(judged)
    have = held_of(vocabulary.pk, first)
    room = max(0, MOST_KEYWORDS - keywords_of(vocabulary.account))
    chosen = [form for form in first if form not in have][:room]
    if chosen:
        insert(vocabulary, {form: judged[first[form]].columns for form in chosen}, now)
        Vocabulary.objects.filter(pk=vocabulary.pk).update(
            keyword_count=F("keyword_count") + len(chosen), updated_at=now
        )
    verdicts = verdicts_of(judged, first, have, set(chosen))
    before, held.done = held.done, held.done + len(batch)
    held.counts = dict(Counter(held.counts) + Counter(verdict.outcome for verdict in verdicts))
    is_last = held.done >= len(lines)
    moved = (
        of_lease(held)
        .filter(done=before)
        .update(
            lines=len(lines),
            done=held.done,
            counts=held.counts,
            leased_until=None if is_last else now + LEASE,
            **({"state": State.DONE, "file": b"", "finished_at": now, "lease": None} if is_last else {}),
        )
    )
    if not moved:
        raise LeaseLost()
    keep_report(held, "run", before, verdicts)
    if is_last:
        held.state = State.DONE
        tell(held, now)


def tell(held: KeywordImport, now: datetime) -> None:
    """The index is loaded once for the whole import, not once for each batch."""
    if held.counts.get(ADDED):
        bump(account_id=held.account_id, kind="vocabularies")
    record(
        account=held.account,
        actor=held.actor,
        action="keywords.imported",
        subject=f"vocabulary:{held.vocabulary_id}",
        after={"file": held.file_name, "import": held.pk, **held.counts},
        now=now,
    )


@transaction.atomic
def fail(held: KeywordImport, error: PlatformError, now: datetime) -> None:
    """What was brought in until then stays, and is told of."""
    was_running = held.state == State.RUNNING
    failed = of_lease(held).update(
        state=State.FAILED,
        error=error.code,
        file=b"",
        finished_at=now,
        lease=None,
        leased_until=None,
    )
    if failed and was_running:
        tell(held, now)


def of_lease(held: KeywordImport):
    return KeywordImport.objects.filter(pk=held.pk, lease=held.lease)


def checked(held: KeywordImport, lines: list[Line]) -> list[Verdict]:
    """What would become of these lines now."""
    judged = [judge(line, held.account.time_zone) for line in lines]
    first = firsts(judged)
    have = held_of(held.vocabulary_id, first)
    room = max(0, MOST_KEYWORDS - keywords_of(held.account))
    chosen = [form for form in first if form not in have][:room]
    return verdicts_of(judged, first, have, set(chosen))


def judge(line: Line, zone: str) -> "Word | Verdict":
    try:
        text, form = clean_keyword(line.keyword)
        return Word(line.number, form, (text, clean_owner(line.owner), expiry_of(line.expires, zone)))
    except PlatformError as error:
        told = error.details.get(
            "characters", line.expires if error.code == KeywordExpiryUnreadable.code else ""
        )
        detail = " ".join(told) if isinstance(told, list) else str(told)
        return Verdict(line.number, line.keyword.strip()[:LONGEST_SHOWN], error.code, detail[:LONGEST_SHOWN])


def expiry_of(text: str, zone: str) -> datetime | None:
    """A day alone means its end, where the account is."""
    text = text.strip().replace("/", "-")
    if not text:
        return None
    try:
        day = parse_date(text)
        moment = datetime.combine(day + timedelta(days=1), time()) if day else parse_datetime(text)
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        raise KeywordExpiryUnreadable()
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def firsts(judged: list) -> dict[str, int]:
    """Where each word stands first."""
    first: dict[str, int] = {}
    for place, one in enumerate(judged):
        if isinstance(one, Word):
            first.setdefault(one.form, place)
    return first


def held_of(vocabulary_id: int, forms: Iterable[str]) -> set[str]:
    """Which of these the vocabulary holds: one array, for thousands of parameters take seconds."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, [vocabulary_id, list(forms)])
        return {form for (form,) in cursor.fetchall()}


def verdicts_of(judged: list, first: dict[str, int], have: set[str], chosen: set[str]) -> list[Verdict]:
    verdicts = []
    for place, one in enumerate(judged):
        if isinstance(one, Verdict):
            verdicts.append(one)
            continue
        detail = ""
        if one.form not in chosen:
            outcome = REPEATED if one.form in have else KeywordLimitReached.code
        elif first[one.form] == place:
            outcome = ADDED
        else:
            outcome, detail = REPEATED, str(judged[first[one.form]].line)
        verdicts.append(Verdict(one.line, one.columns[0], outcome, detail))
    return verdicts


def preview_of(lines: list[Line], verdicts: list[Verdict]) -> dict:
    """What the page shows before anything is imported."""
    faults = [verdict for verdict in verdicts if verdict.outcome not in {ADDED, REPEATED}]
    return {
        "checked": len(lines),
        "counts": dict(Counter(verdict.outcome for verdict in verdicts)),
        "rows": [(*line, verdict.outcome) for line, verdict in zip(lines, verdicts, strict=True)][
            :SHOWN_ROWS
        ],
        "faults": faults[:SHOWN_FAULTS],
        "short": short_of(verdicts)[:SHOWN_SHORT],
    }


def short_of(verdicts: list[Verdict]) -> list[str]:
    """Words that stand in very many ordinary texts: lists from elsewhere are full of them."""
    return [
        verdict.text
        for verdict in verdicts
        if verdict.outcome == ADDED and len(verdict.text) < (3 if verdict.text.isascii() else 2)
    ]


def keep_report(held: KeywordImport, stage: str, first: int, verdicts: list[Verdict]) -> None:
    rows = zlib.compress(json.dumps(verdicts, ensure_ascii=False).encode())
    ImportedLines.objects.create(
        account_id=held.account_id, keyword_import=held, stage=stage, first=first, rows=rows
    )


def report_of(held: KeywordImport) -> Iterator[Verdict]:
    """Every line of the file in order: what became of it, or, before the import, what would."""
    for part in held.reports.filter(stage=held.stage).order_by("first").iterator():
        for verdict in json.loads(zlib.decompress(bytes(part.rows))):
            yield Verdict(*verdict)


def shown_name(name: str) -> str:
    name = "".join(letter for letter in name.replace("\\", "/").rpartition("/")[2] if letter.isprintable())
    return name[-120:] or "words"


def forget_old_imports(*, now: datetime) -> int:
    """Files nobody confirmed, and reports nobody needs any more."""
    old = Q(created_at__lt=now - KEPT_REPORTS) | Q(
        state__in=[State.CHECKED, State.CANCELLED], created_at__lt=now - KEPT_UNCONFIRMED
    )
    rows = KeywordImport.objects.filter(old).exclude(state=State.RUNNING)
    return rows.delete()[1].get("libraries.KeywordImport", 0)
