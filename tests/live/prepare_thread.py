"""Run inside a served installation: makes an account with a key, a reviewer and an endpoint."""

import json
import sys

import django
from django.utils import timezone

django.setup()

from config.accounts.models import User  # noqa: E402
from config.accounts.operations.accounts import open_account, set_member  # noqa: E402
from config.accounts.operations.keys import issue_key  # noqa: E402
from config.accounts.roles import Role  # noqa: E402
from moderation.callbacks.endpoints import create_endpoint  # noqa: E402

PASSWORD = "a-long-password-of-a-test"


def main(*, receiver_url: str) -> dict:
    now = timezone.now()
    account = open_account(name="Thread", actor=None, now=now)
    reviewer = User.objects.create_user(f"reviewer-{account.pk}", password=PASSWORD)
    set_member(account=account, user=reviewer, role=Role.REVIEWER, actor=None, now=now)
    issued = issue_key(account=account, name="thread", actor=None, now=now)
    endpoint = create_endpoint(account=account, name="receiver", url=receiver_url, actor=None, now=now)
    return {
        "token": issued.token,
        "reviewer": reviewer.get_username(),
        "password": PASSWORD,
        "secret": endpoint.secret,
        "account": account.uid,
    }


if __name__ == "__main__":
    print(json.dumps(main(**json.loads(sys.argv[1]))))
