"""What decisions teach: the texts and pictures of an account that get a person's verdict from now on.

Both functions run in the transaction of the decision, or of its undoing, and after its rows are written.
Videos and audio feed no library.
"""

from datetime import datetime

from config.accounts.models import Account
from libraries.matching.sample_index import digest_of
from libraries.models import LibraryImage, TextSample
from libraries.operations.image_samples import SeenPicture, add_image_sample, remove_image_sample
from libraries.operations.keywords import lock_libraries
from libraries.operations.samples import add_text_sample, forget_text_sample
from moderation.media.result_fingerprints import fingerprints_of, for_library
from moderation.models import ModerationResult
from moderation.models.content import ContentType, RiskLevel
from review.models import Decision, ReviewItem
from review.states import Mode

Outcome = ModerationResult.Outcome
# Who put a picture into the library, where uploads name a person.
REVIEWERS = "review"


def remember(
    *, item: ReviewItem, result: ModerationResult, outcome: str, label: str = "", now: datetime
) -> None:
    """The same content, and content like it, is answered with this verdict from now on."""
    put(item=item, result=result, outcome=outcome, label=label, now=now)


def forget(*, item: ReviewItem, result: ModerationResult, now: datetime) -> None:
    """A decision on the item stands no more: of those on the same content the newest holds, if one does.

    A sample that somebody took out of its library by hand is not brought back.
    """
    # Whoever remembers the same content at this moment has committed, or waits until this is done.
    lock_libraries(item.account_id)
    if not is_held(item.account, result):
        return
    standing = newest_standing(item)
    if standing is None:
        remove(item.account, result, now)
    else:
        put(
            item=standing.item,
            result=standing.item.result or result,
            outcome=standing.outcome,
            label=standing.label,
            is_new_mind=False,
            now=standing.decided_at,
        )


def put(*, item, result, outcome: str, label: str, is_new_mind: bool = True, now: datetime) -> None:
    told = {
        "account": item.account,
        "outcome": outcome,
        "label": label,
        "origin": str(item.request_id),
        "overrules": overrules(item, outcome),
        "is_new_mind": is_new_mind,
        "now": now,
    }
    if result.content_type == ContentType.TEXT:
        add_text_sample(content=result.content, **told)
    elif picture := picture_of(result):
        add_image_sample(picture=picture, added_by=REVIEWERS, **told)


def overrules(item: ReviewItem, outcome: str) -> bool:
    """Whether the machine said otherwise, or was not asked."""
    if item.mode == Mode.HUMAN_ONLY:
        return True
    return item.level != (RiskLevel.NONE if outcome == Outcome.PASS else RiskLevel.HIGH)


def is_held(account: Account, result: ModerationResult) -> bool:
    if result.content_type == ContentType.TEXT:
        held = TextSample.objects.owned_by(account).present().filter(digest=digest_of(result.content))
    elif sha256 := sha256_of(result):
        held = LibraryImage.objects.owned_by(account).present().reviewed().filter(sha256=sha256)
    else:
        return False
    return held.exists()


def remove(account: Account, result: ModerationResult, now: datetime) -> None:
    if result.content_type == ContentType.TEXT:
        forget_text_sample(account=account, digest=digest_of(result.content), now=now)
    else:
        remove_image_sample(account=account, sha256=sha256_of(result), now=now)


def newest_standing(item: ReviewItem) -> Decision | None:
    """Of all decisions on this content, whoever sent it in."""
    decisions = Decision.objects.owned_by(item.account).standing()
    decisions = decisions.filter(item__account=item.account_id, item__content_type=item.content_type)
    same = decisions.filter(item__digest=item.digest) if item.digest else decisions.filter(item=item)
    return same.select_related("item__result", "item__account").order_by("-decided_at", "-id").first()


def picture_of(result: ModerationResult) -> SeenPicture | None:
    """What the result tells of its picture; None for content that is none."""
    sha256 = sha256_of(result)
    if sha256 is None:
        return None
    media = result.media
    return SeenPicture(
        sha256=sha256,
        format=media.get("format", ""),
        width=media.get("width", 0),
        height=media.get("height", 0),
        bytes=media.get("bytes", 0),
        fingerprints=for_library(fingerprints_of(result)),
        key=media.get("key", ""),
    )


def sha256_of(result: ModerationResult) -> bytes | None:
    if result.content_type != ContentType.IMAGE or not result.media.get("sha256"):
        return None
    return bytes.fromhex(result.media["sha256"])
