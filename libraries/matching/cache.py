"""What each process keeps of the libraries, beside the revision it was loaded at."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from django.utils import timezone

from libraries.matching.keyword_index import KeywordIndex
from libraries.matching.known_images import KnownImages, load_images
from libraries.matching.sample_index import SampleIndex, SampleMatch
from libraries.models import Keyword, TextSample, Vocabulary

# About 300 bytes a keyword, 250 a sample and 160 a fingerprint: what a process may spend on all accounts.
KEYWORDS_KEPT = 500_000
SAMPLES_KEPT = 1_000_000
FINGERPRINTS_KEPT = 3_000_000
CHUNK = 10_000


class Sized(Protocol):
    revision: int
    size: int


class Shelf:
    """Indexes by account. Threads wait for the one that loads; what was used longest ago goes first."""

    def __init__(self, load: Callable, most: int):
        self.load = load
        self.most = most
        self.held: OrderedDict[int, Sized] = OrderedDict()
        self.lock = threading.Lock()
        self.loading: dict[int, threading.Lock] = {}

    def get(self, account_id: int, revision: int):
        """The account's index as of this revision or a later one."""
        index = self.current(account_id, revision)
        if index is not None:
            return index
        with self.lock:
            turn = self.loading.setdefault(account_id, threading.Lock())
        with turn:
            index = self.current(account_id, revision)
            if index is None:
                index = self.load(account_id, revision, self.held.get(account_id))
                self.keep(account_id, index)
            return index

    def current(self, account_id: int, revision: int):
        with self.lock:
            index = self.held.get(account_id)
            if index is None or index.revision < revision:
                return None
            self.held.move_to_end(account_id)
            return index

    def keep(self, account_id: int, index: Sized) -> None:
        with self.lock:
            self.held[account_id] = index
            self.held.move_to_end(account_id)
            total = sum(one.size for one in self.held.values())
            while total > self.most and len(self.held) > 1:
                forgotten, old = self.held.popitem(last=False)
                self.loading.pop(forgotten, None)
                total -= old.size

    def clear(self) -> None:
        with self.lock:
            self.held.clear()


def load_keywords(account_id: int, revision: int, held: KeywordIndex | None) -> KeywordIndex:
    variants = {
        vocabulary_id: frozenset(ways)
        for vocabulary_id, ways in Vocabulary.objects.filter(account_id=account_id)
        .with_variants()
        .values_list("id", "variants")
    }
    expiry: dict[int, datetime] = {}
    rows = Keyword.objects.filter(account_id=account_id).in_force(timezone.now())
    rows = rows.values_list("text", "vocabulary_id", "id", "expires_at")

    def entries():
        for text, vocabulary_id, keyword_id, expires_at in rows.iterator(chunk_size=CHUNK):
            if expires_at is not None:
                expiry[keyword_id] = expires_at
            yield text, vocabulary_id, keyword_id

    return KeywordIndex.build(entries(), revision=revision, variants=variants, expiry=expiry)


def load_samples(account_id: int, revision: int, held: SampleIndex | None) -> SampleIndex:
    """Only what changed since the index that is held; a new one takes in all that is present."""
    index = held or SampleIndex()
    rows = TextSample.objects.filter(account_id=account_id)
    rows = rows.filter(revision__gt=held.revision) if held else rows.present()
    changes = rows.order_by("revision").values_list(
        "digest",
        "simhash",
        "id",
        "outcome",
        "label",
        "overrules",
        "quarantined_at",
        "vouched_at",
        "removed_at",
    )
    index.follow(map(change_of, changes.iterator(chunk_size=CHUNK)), revision)
    return index


def change_of(row) -> tuple[bytes, SampleMatch, bytes | None, bool]:
    digest, near, pk, outcome, label, overrules, quarantined_at, vouched_at, removed_at = row
    rests, is_vouched = quarantined_at is not None, vouched_at is not None
    match = SampleMatch(pk, outcome, label, 0, overrules, rests, is_vouched)
    return bytes(digest), match, near and bytes(near), removed_at is not None


_keywords = Shelf(load_keywords, KEYWORDS_KEPT)
_samples = Shelf(load_samples, SAMPLES_KEPT)
_images = Shelf(load_images, FINGERPRINTS_KEPT)


def keyword_index(account_id: int, revision: int) -> KeywordIndex:
    return _keywords.get(account_id, revision)


def sample_index(account_id: int, revision: int) -> SampleIndex:
    return _samples.get(account_id, revision)


def image_index(account_id: int, revision: int) -> KnownImages:
    return _images.get(account_id, revision)


def look_up(account_id: int, revision: int, content: str) -> SampleMatch | None:
    """What a person decided on this text, if anybody did, or on one that says nearly the same."""
    return sample_index(account_id, revision).look_up(content)


def forget() -> None:
    """Start empty, as a new process does."""
    _keywords.clear()
    _samples.clear()
    _images.clear()
