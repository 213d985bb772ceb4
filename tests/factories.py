"""Plain functions that make what a test needs, through the operations the product uses."""

from datetime import UTC, datetime
from itertools import count

from config.accounts import revisions
from config.accounts.models import Account, User
from config.accounts.operations.accounts import change_account, open_account, set_member
from config.accounts.operations.keys import IssuedKey, issue_key
from config.accounts.roles import Role
from libraries.models import Vocabulary
from libraries.operations.vocabularies import create_vocabulary
from moderation.callbacks.endpoints import create_endpoint
from moderation.models import CallbackEndpoint, ModerationResult, Service
from moderation.operations.moderate import moderate_text
from moderation.operations.moderate_images import ImageSource, moderate_image
from moderation.operations.services import publish_version
from moderation.values import Level, Rules
from review.models import ReviewItem

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
RISKY = "Add me on WeChat: abc_12345, free gifts"
CLEAN = "The library opens at nine on Saturdays."

_numbers = count(1)


def make_account(name: str = "") -> Account:
    number = next(_numbers)
    return open_account(name=name or f"Account {number}", actor=None, now=NOW, uid=f"UID{number:08d}")


def make_user(username: str = "", *, account: Account | None = None, role: str = Role.REVIEWER) -> User:
    user = User.objects.create_user(username or f"user{next(_numbers)}", password="correct horse")
    if account is not None:
        set_member(account=account, user=user, role=role, actor=None, now=NOW)
    return user


def make_platform_admin(username: str = "") -> User:
    return User.objects.create_superuser(username or f"admin{next(_numbers)}", password="correct horse")


def make_key(account: Account, **kwargs) -> IssuedKey:
    return issue_key(account=account, name=f"key {next(_numbers)}", actor=None, now=NOW, **kwargs)


def service_of(account: Account, code: str = "comment_detection") -> Service:
    return Service.objects.owned_by(account).select_related("current_version", "account").get(code=code)


def make_result(
    account: Account, content: str = RISKY, *, service: str = "comment_detection", **kwargs
) -> ModerationResult:
    return moderate_text(
        account=account,
        revisions=revisions.read(account.pk),
        service_code=service,
        content=content,
        now=kwargs.pop("now", NOW),
        **kwargs,
    )


def make_item(account: Account, content: str = "") -> ReviewItem:
    """An open review item, for a text no reviewer has decided on before."""
    result = make_result(account, content or f"{RISKY} ({next(_numbers)})")
    return ReviewItem.objects.get(result=result)


def publish(service: Service, rules: Rules) -> None:
    service = service_of(service.account, service.code)
    publish_version(
        service=service, rules=rules, note="", actor=None, now=NOW, based_on=service.current_version.number
    )


def make_vocabulary(account: Account, *, words=(), name: str = "") -> Vocabulary:
    return create_vocabulary(
        account=account,
        name=name or f"Words {next(_numbers)}",
        description="",
        keywords=words,
        actor=None,
        now=NOW,
    )


def make_endpoint(
    account: Account, *, url: str = "https://client.example/hook", **kwargs
) -> CallbackEndpoint:
    asked = {"account": account, "name": f"endpoint {next(_numbers)}", "actor": None, "now": NOW}
    return create_endpoint(url=url, **asked | kwargs)


def switch_manual_review(account: Account, on: bool = True) -> Account:
    return change_account(account=account, changes={"manual_review_on": on}, actor=None, now=NOW)


EVERY_LEVEL = frozenset(Level)


def make_image_result(
    account: Account, data: bytes, *, service: str = "baselineCheck", **kwargs
) -> ModerationResult:
    (result,) = moderate_image(
        account=account,
        revisions=revisions.read(account.pk),
        service_codes=[service],
        source=ImageSource(data=data),
        now=kwargs.pop("now", NOW),
        **kwargs,
    )
    return result


def make_image_item(account: Account, data: bytes, **kwargs) -> ReviewItem:
    return ReviewItem.objects.get(result=make_image_result(account, data, **kwargs))
