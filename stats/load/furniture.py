"""Accounts with all that results need: made by the operations of the product, and found again by name."""

import random
from datetime import datetime

from django.db import transaction

from config.accounts.models import Account, User
from config.accounts.operations.accounts import change_account, open_account, set_member
from config.accounts.roles import Role
from libraries.models import ImageLibrary, Vocabulary
from libraries.operations.image_libraries import create_image_library
from libraries.operations.vocabularies import create_vocabulary
from moderation.callbacks.endpoints import create_endpoint, pause_endpoint
from moderation.catalogue.labels import LABELS
from moderation.models import CallbackEndpoint, Service
from moderation.models.content import RULED_LIKE, ContentType
from moderation.values import EXEMPT, NO_RISK
from review.models import ReviewQueue
from review.operations.queues import create_queue
from stats.load.plan import Kind, Side, contents_of, times_of, verdicts_of, zipf

NAMES = ("Load Forum", "Load Market", "Load Stream", "Load School", "Load Travel", "Load News", "Load Games")
ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "Asia/Kolkata", "Europe/Berlin")
QUEUES = (("Everyday", 24 * 60), ("Urgent", 60), ("Pictures", 4 * 60), ("Appeals", 48 * 60))
REVIEWERS, ENDPOINTS, VOCABULARIES, LIBRARIES = 12, 4, 12, 6
# Of all content, and how steeply services differ within one kind.
TYPES = {"text": 80.0, "image": 17.0, "audio": 1.5, "video": 1.5}
FOR_PEOPLE, SLOPE, ACCOUNTS_SLOPE = 0.004, 1.3, 1.5


def accounts(*, count: int, now: datetime) -> list[Account]:
    return [account(number, now=now) for number in range(count)]


@transaction.atomic
def account(number: int, *, now: datetime) -> Account:
    name = NAMES[number % len(NAMES)] + (f" {number // len(NAMES) + 1}" if number >= len(NAMES) else "")
    held = Account.objects.filter(name=name).first()
    if held is not None:
        return held
    made = open_account(name=name, actor=None, now=now, time_zone=ZONES[number % len(ZONES)])
    lead = person(made, "lead", Role.ACCOUNT_ADMIN, now)
    change_account(account=made, changes={"manual_review_on": True}, actor=lead, now=now)
    for place in range(REVIEWERS):
        person(made, f"reviewer{place + 1}", Role.RECHECKER if place % 4 == 0 else Role.REVIEWER, now)
    for title, minutes in QUEUES:
        create_queue(account=made, name=f"{title} (load)", sla_minutes=minutes, actor=lead, now=now)
    for place in range(ENDPOINTS):
        url = f"https://callbacks.example.com/{made.uid}/{place + 1}"
        issued = create_endpoint(account=made, name=f"Receiver {place + 1}", url=url, actor=lead, now=now)
        # Nothing of what is invented is ever sent.
        pause_endpoint(endpoint=issued.endpoint, actor=lead, now=now)
    for place in range(VOCABULARIES):
        create_vocabulary(account=made, name=f"Words {place + 1}", description="", actor=lead, now=now)
    for place in range(LIBRARIES):
        create_image_library(account=made, name=f"Pictures {place + 1}", description="", actor=lead, now=now)
    return made


def person(account: Account, name: str, role: str, now: datetime) -> User:
    """Somebody who cannot sign in."""
    user = User.objects.create_user(f"load-{account.pk}-{name}")
    set_member(account=account, user=user, role=role, actor=None, now=now)
    return user


def side_of(account: Account, *, results: int) -> Side:
    reviewers = User.objects.filter(memberships__account=account, memberships__role__in=REVIEWING)
    return Side(
        reviewers=tuple(reviewers.order_by("id").values_list("pk", flat=True)),
        queues=tuple(
            ReviewQueue.objects.owned_by(account)
            .order_by("id")
            .values_list("pk", "sla_minutes")
            .exclude(sla_minutes=0)
        ),
        endpoints=tuple(
            CallbackEndpoint.objects.owned_by(account).order_by("id").values_list("pk", flat=True)
        ),
        authors=max(50, results // 20),
    )


REVIEWING = (Role.REVIEWER, Role.RECHECKER)


def vocabularies_of(account: Account) -> list[int]:
    return list(Vocabulary.objects.owned_by(account).order_by("id").values_list("pk", flat=True))


def libraries_of(account: Account) -> list[int]:
    return list(ImageLibrary.objects.owned_by(account).custom().order_by("id").values_list("pk", flat=True))


def groups() -> dict[str, str]:
    return {label.code: label.group for label in LABELS}


def shares_of(opened: list[Account]) -> dict[Account, float]:
    """The first has most."""
    shares = zipf(len(opened), ACCOUNTS_SLOPE)
    return {account: share / sum(shares) for account, share in zip(opened, shares, strict=True)}


def kinds_of(opened: list[Account], *, seed: int) -> list[Kind]:
    """The first account has most of the traffic, and its first service most of that."""
    dice = random.Random(seed)  # noqa: S311 (nothing is secret)
    contents = {
        (kind, is_risky): contents_of(dice, kind, is_risky=is_risky)
        for kind in TYPES
        for is_risky in (False, True)
    }
    verdicts = {kind: verdicts_of(dice, labels_for(kind), f"{kind}_engine") for kind in TYPES}
    times = {kind: times_of(dice, kind) for kind in TYPES}
    kinds = []
    for account, share in shares_of(opened).items():
        for content_type, of_type in TYPES.items():
            services = services_of(account, content_type)
            judged = [one for one in services if not one.is_human_only]
            shares = dict(zip((one.pk for one in judged), zipf(len(judged), SLOPE), strict=True))
            for service in services:
                weight = shares.get(service.pk, 0) / sum(shares.values()) or FOR_PEOPLE
                found, found_weights = verdicts[content_type]
                kinds.append(
                    Kind(
                        account_id=account.pk,
                        service_id=service.pk,
                        version_id=service.current_version_id,
                        service=service.code,
                        content_type=content_type,
                        weight=share * of_type * weight,
                        is_for_people=service.is_human_only,
                        clean=contents[content_type, False],
                        risky=contents[content_type, True],
                        verdicts=found,
                        verdict_weights=found_weights,
                        took_us=times[content_type],
                    )
                )
    return kinds


def services_of(account: Account, content_type: str) -> list[Service]:
    return list(
        Service.objects.owned_by(account)
        .of_content(content_type)
        .exclude(current_version=None)
        .order_by("id")
    )


def labels_for(content_type: str) -> list[str]:
    kinds = RULED_LIKE.get(content_type, [content_type])
    if content_type == ContentType.VIDEO:
        kinds = [ContentType.IMAGE, ContentType.AUDIO]
    return [
        label.code
        for label in LABELS
        if label.code not in (NO_RISK, EXEMPT) and set(kinds) & set(label.content_types)
    ]
