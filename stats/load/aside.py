"""What lies beside results: words, samples, pictures, recordings, exports, and who did what."""

import heapq
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from operator import attrgetter
from uuid import UUID

from django.db.models import F

from config.accounts.models import Account, User
from config.accounts.revisions import bump
from config.audit.models import AuditRecord
from config.audit.records import GENESIS, hash_of
from libraries.matching.normalise import folded
from libraries.models import ImageLibrary, Keyword, LibraryImage, TextSample, Vocabulary
from moderation.models import MediaAsset, MediaAudit, MediaJob, Service
from stats.load import words
from stats.load.furniture import labels_for, libraries_of, vocabularies_of, zipf
from stats.models import Export

CHUNK = 5000
# What there is, how much of it to a thousand results, and which time it bears.
WHAT = (
    ("keywords", 20, "created_at"), ("samples", 5, "created_at"), ("pictures", 10, "added_at"),
    ("recordings", 5, "created_at"), ("records", 20, "at"), ("exports", 0.03, "created_at"),
)  # fmt: skip
MOST_KEYWORDS = 10_000
# A picture that is not there: whoever opens it finds nothing.
NO_FILE = "load/none.jpg"
ACTIONS = (
    ("review.decided", "item"), ("review.rechecked", "item"), ("keywords.added", "vocabulary"),
    ("policy.published", "service"), ("key.issued", "key"), ("member.set", "user"),
    ("export.asked", "export"), ("callback.replayed", "callback"), ("account.changed", "account"),
)  # fmt: skip
STATUSES = ("succeeded", "succeeded", "succeeded", "succeeded", "failed", "not_started", "reviewing")


def furnish(
    shares: dict[Account, float], *, results: int, days: int, seed: int, now: datetime, tell: Callable
) -> None:
    """As much as accounts with these shares of so many results have, side by side in the order of time."""
    asides = {
        account: Aside(account, random.Random(seed * 7919 + account.pk), days, now)  # noqa: S311
        for account in shares
    }
    for name, count, time in WHAT:
        rows = [
            getattr(asides[account], name)(max(3, round(results / 1000 * share * count)))
            for account, share in shares.items()
        ]
        kept = sum(kept_in(heapq.merge(*rows, key=attrgetter(time))))
        tell(f"{kept:,} {name}")
    for aside in asides.values():
        aside.review_recordings()


def kept_in(rows: Iterator) -> Iterator[int]:
    while chunk := list(islice(rows, CHUNK)):
        yield len(type(chunk[0]).objects.bulk_create(chunk))


class Aside:
    def __init__(self, account: Account, dice: random.Random, days: int, now: datetime):
        self.account, self.dice, self.days, self.now = account, dice, days, now
        members = User.objects.filter(memberships__account=account).order_by("id")
        self.people = list(members)
        self.labels = labels_for("text")
        self.shares = zipf(len(self.labels))

    def moment(self, place: int, count: int) -> datetime:
        """The oldest first."""
        age = (1 - (place + self.dice.random()) / count) * self.days
        return self.now - timedelta(days=age)

    def keywords(self, count: int) -> Iterator[Keyword]:
        held = vocabularies_of(self.account)
        most = min(count // len(held) + 1, MOST_KEYWORDS)
        for vocabulary in Vocabulary.objects.filter(pk__in=held).exclude(keyword_count__gt=0):
            Vocabulary.objects.filter(pk=vocabulary.pk).update(keyword_count=most)
            for place in range(most):
                word = (
                    self.dice.choice(words.WORDS) if place % 3 else "骗局彩金兼职"[place % 4 : place % 4 + 2]
                )
                text = f"{word} {place}"
                at = self.moment(place, most)
                met = int(self.dice.paretovariate(0.9)) - 1
                yield Keyword(
                    account=self.account,
                    vocabulary=vocabulary,
                    text=text,
                    folded=folded(text),
                    owner=self.dice.choice(("", "", "Trust and safety", "Legal")),
                    expires_at=self.now + timedelta(days=self.dice.randint(-30, 300))
                    if place % 9 == 0
                    else None,
                    hit_count=met,
                    last_hit_at=self.now - timedelta(days=self.dice.random() * 30) if met else None,
                    created_at=at,
                )
        bump(account_id=self.account.pk, kind="vocabularies")

    def samples(self, count: int) -> Iterator[TextSample]:
        revision = bump(account_id=self.account.pk, kind="samples")
        for place in range(count):
            is_block = self.dice.random() < 0.7
            spoken = words.language(self.dice)
            at = self.moment(place, count)
            yield TextSample(
                account=self.account,
                digest=self.dice.randbytes(32),
                content=words.text(self.dice, spoken=spoken, is_risky=is_block),
                outcome="block" if is_block else "pass",
                label=self.label() if is_block else "",
                origin=str(self.uuid()),
                revision=revision,
                overrules=self.dice.random() < 0.2,
                quarantined_at=at if self.dice.random() < 0.002 else None,
                created_at=at,
                removed_at=self.now if self.dice.random() < 0.05 else None,
            )

    def pictures(self, count: int) -> Iterator[LibraryImage]:
        revision = bump(account_id=self.account.pk, kind="images")
        held = libraries_of(self.account)
        for library_id, share in zip(held, zipf(len(held)), strict=True):
            part = round(count * share / sum(zipf(len(held))))
            ImageLibrary.objects.filter(pk=library_id).update(image_count=F("image_count") + part)
            for place in range(part):
                is_gone = self.dice.random() < 0.05
                yield LibraryImage(
                    account=self.account,
                    library_id=library_id,
                    sha256=self.dice.randbytes(32),
                    format="jpeg",
                    width=640,
                    height=480,
                    bytes=int(self.dice.lognormvariate(11, 1)),
                    quality=90,
                    original="" if is_gone else NO_FILE,
                    thumbnail="" if is_gone else NO_FILE,
                    added_by="load",
                    added_at=self.moment(place, part),
                    hit_count=int(self.dice.paretovariate(1)) - 1,
                    quarantined_at=self.now if self.dice.random() < 0.001 else None,
                    revision=revision,
                    removed_at=self.now if is_gone else None,
                )

    def recordings(self, count: int) -> Iterator[MediaAsset]:
        template = Service.objects.owned_by(self.account).filter(content_type="video").order_by("id").first()
        for place in range(count):
            at, dice = self.moment(place, count), self.dice
            status = dice.choice(STATUSES)
            automated = dice.choices(("violation", "suspected", "normal"), (8, 12, 80))[0]
            final = dice.choices(("", "pass", "block"), (55, 38, 7))[0]
            is_video, state = dice.random() < 0.8, dice.choice(("normal", "reviewing"))
            yield MediaAsset(
                account=self.account,
                media_id=f"{dice.getrandbits(128):032x}",
                content_type="video" if is_video else "audio",
                title=words.title(dice),
                data_id=f"media-{place}" if place % 2 else "",
                author_id=f"user-{int(2000 ** dice.random())}",
                key=NO_FILE,
                sha256=f"{dice.getrandbits(256):064x}",
                format="mp4" if is_video else "mp3",
                bytes=int(dice.lognormvariate(16, 1)),
                duration_ms=int(dice.lognormvariate(10.5, 1)),
                width=1280 if is_video else 0,
                height=720 if is_video else 0,
                state={"block": "flagged", "pass": "normal"}.get(final, state),
                review_status=status,
                template=template if is_video and status != "not_started" else None,
                automated=automated if status == "succeeded" else "",
                violations=[self.label()] if status == "succeeded" and automated != "normal" else [],
                final=final,
                created_at=at,
                updated_at=at,
                removed_at=self.now if dice.random() < 0.03 else None,
            )

    def review_recordings(self) -> None:
        """The tasks of machines and the decisions of people on the recordings."""
        assets = MediaAsset.objects.owned_by(self.account).filter(jobs=None, key=NO_FILE).order_by("id")
        assets = list(
            assets.only("id", "account", "content_type", "review_status", "final", "created_at", "template")
        )
        for _kept in kept_in(self.job_of(asset) for asset in assets if asset.template_id):
            pass
        for _kept in kept_in(self.audit_of(asset) for asset in assets if asset.final):
            pass

    def job_of(self, asset: MediaAsset) -> MediaJob:
        is_failed = asset.review_status == "failed"
        return MediaJob(
            account=self.account,
            job_id=self.uuid(),
            content_type=asset.content_type,
            service_id=asset.template_id,
            asset=asset,
            data_id=f"media-{asset.pk}",
            key=NO_FILE,
            state="failed" if is_failed else "done",
            step="verdict",
            percent=100,
            error={"code": "media_unreadable"} if is_failed else None,
            attempts=1,
            due_at=asset.created_at,
            created_at=asset.created_at,
            finished_at=asset.created_at + timedelta(minutes=1),
        )

    def audit_of(self, asset: MediaAsset) -> MediaAudit:
        return MediaAudit(
            account=self.account,
            asset=asset,
            status="blocked" if asset.final == "block" else "normal",
            auditor=self.people[0].get_username(),
            user=self.people[0],
            created_at=min(asset.created_at + timedelta(hours=3), self.now),
        )

    def exports(self, count: int) -> Iterator[Export]:
        for place in range(count):
            at = self.moment(place, count)
            yield Export(
                account=self.account,
                requested_by=self.dice.choice(self.people),
                format=self.dice.choice(Export.Format.values),
                has_content=False,
                state=Export.State.EXPIRED,
                tries=1,
                rows=self.dice.randint(1, 100_000),
                total=100_000,
                created_at=at,
                finished_at=at + timedelta(seconds=20),
            )

    def records(self, count: int) -> Iterator[AuditRecord]:
        """The account's chain goes on, each link from the one before."""
        last = AuditRecord.objects.owned_by(self.account).order_by("-number")
        number, previous = last.values_list("number", "hash").first() or (0, GENESIS)
        weights = zipf(len(ACTIONS))
        for place in range(count):
            action, noun = self.dice.choices(ACTIONS, weights)[0]
            actor = self.dice.choice(self.people)
            number += 1
            entry = AuditRecord(
                account=self.account,
                number=number,
                at=self.moment(place, count),
                actor_user=actor,
                actor_name=actor.get_username(),
                action=action,
                subject=f"{noun}:{self.dice.randint(1, 100_000)}",
                body='{"after": {"is_on": true}, "before": {"is_on": false}}',
                request_id=str(self.uuid()),
                previous_hash=previous,
            )
            previous = entry.hash = hash_of(entry)
            yield entry

    def label(self) -> str:
        return self.dice.choices(self.labels, self.shares)[0]

    def uuid(self) -> UUID:
        return UUID(bytes=self.dice.randbytes(16), version=4)
