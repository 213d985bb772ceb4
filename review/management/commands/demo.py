"""Fill an account with a month of invented content, so that every page of the console shows something."""

import random
from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.accounts import revisions
from config.accounts.models import Account, User
from config.accounts.operations.accounts import set_member
from config.accounts.roles import Role
from libraries.models import Vocabulary
from libraries.operations.vocabularies import create_vocabulary
from moderation.models import MediaAsset, Service
from moderation.operations.asset_reviews import start_review
from moderation.operations.assets import create_asset
from moderation.operations.for_people import RecordingSource
from moderation.operations.moderate import moderate_text
from moderation.operations.services import copy_service, publish_version
from review.demo_media import film, melody
from review.demo_texts import CLEAN, RISKY, VOCABULARIES
from review.models import ReviewItem
from review.operations.decisions import decide

DAYS = 30
SERVICES = ("comment_detection", "comment_detection", "chat_detection", "nickname_detection")
REVIEWERS = ("demo-mei", "demo-sam")
RECORDINGS = (
    ("video", "Harbour film", "demo-harbour.mp4", film),
    ("audio", "Harbour tune", "demo-harbour.wav", melody),
)


class Command(BaseCommand):
    help = "Add sample vocabularies, a month of results, decisions and two recordings to an account."

    def add_arguments(self, parser):
        parser.add_argument("--account", help="UID; the first account when left out")
        parser.add_argument("--results", type=int, default=900)

    def handle(self, *args, account, results, **options):
        accounts = Account.objects.order_by("id")
        chosen = (accounts.filter(uid=account) if account else accounts).first()
        if chosen is None:
            raise CommandError("There is no such account: run `manage.py seed` first.")
        dice, now = random.Random(20), timezone.now()  # noqa: S311
        reviewers = [self.reviewer(name, chosen, now) for name in REVIEWERS]
        self.install_vocabularies(chosen, now)
        self.moderate(chosen, results, dice, now)
        decided = self.decide(chosen, reviewers, dice, now)
        self.fill_media_library(chosen, now)
        self.stdout.write(f"Added {results} results over {DAYS} days and {decided} decisions to {chosen}.")

    def reviewer(self, name, account, now) -> User:
        user, _is_new = User.objects.get_or_create(username=name)
        set_member(account=account, user=user, role=Role.REVIEWER, actor=None, now=now)
        return user

    def install_vocabularies(self, account, now) -> None:
        held = set(Vocabulary.objects.owned_by(account).values_list("name", flat=True))
        service = (
            Service.objects.owned_by(account).select_related("current_version").get(code="comment_detection")
        )
        rules = service.current_version.rules
        for name, description, label, words in VOCABULARIES:
            if name in held:
                continue
            made = create_vocabulary(
                account=account, name=name, description=description, keywords=words, actor=None, now=now
            )
            if label:
                rules = rules.with_label(label, on=True, vocabularies=(made.pk,))
        if rules == service.current_version.rules:
            return
        publish_version(
            service=service,
            rules=rules,
            note="Words of our own",
            actor=None,
            now=now,
            based_on=service.current_version.number,
        )
        copy_service(
            service=service, name="Marketplace", description="Offers between users", actor=None, now=now
        )

    def moderate(self, account, count, dice, now) -> None:
        numbers = revisions.read(account.pk)
        for number in sorted((dice.triangular(0, DAYS, 4) for _ in range(count)), reverse=True):
            moment = now - timedelta(days=number)
            pool = RISKY if dice.random() < 0.28 else CLEAN
            serial = dice.randrange(10_000, 99_999)
            moderate_text(
                account=account,
                revisions=numbers,
                service_code=dice.choice(SERVICES),
                content=dice.choice(pool).format(n=serial, word=dice.choice("ABCDEFGH")),
                data_id=f"post-{serial}",
                author_id=f"member-{dice.randrange(1, 120)}",
                now=moment,
            )

    def fill_media_library(self, account, now) -> None:
        """A video with an advertisement in one scene, and a tune; each only once."""
        held = set(MediaAsset.objects.owned_by(account).there().values_list("data_id", flat=True))
        for kind, title, name, make in RECORDINGS:
            if name in held:
                continue
            asset = create_asset(
                account=account,
                title=title,
                source=RecordingSource(pieces=lambda make=make: [make()], name=name),
                content_type=kind,
                data_id=name,
                actor=None,
                now=now,
            )
            start_review(account=account, media_ids=[asset.media_id], actor=None, now=now)

    def decide(self, account, reviewers, dice, now) -> int:
        """Everything but the newest items is decided, mostly as the machine thought."""
        waiting = ReviewItem.objects.owned_by(account).open().select_related("result").order_by("id")
        old = list(waiting.filter(created_at__lt=now - timedelta(days=2)))
        for item in old:
            labels = [label["label"].removesuffix("_lib") for label in item.result.labels]
            blocks = dice.random() < 0.8
            decide(
                account=account,
                item_id=item.pk,
                reviewer=dice.choice(reviewers),
                outcome="block" if blocks else "pass",
                label=labels[0] if blocks else "",
                now=min(now, item.created_at + timedelta(minutes=dice.randrange(2, 300))),
            )
        return len(old)
