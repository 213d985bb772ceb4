"""Run inside a served installation: an account with manual review on, and two keys; or what is due."""

import json
import sys

import django
from django.utils import timezone

django.setup()

from config.accounts.operations.accounts import change_account, open_account  # noqa: E402
from config.accounts.operations.keys import issue_key  # noqa: E402
from moderation.models import Callback  # noqa: E402


def main(*, action: str, **arguments) -> dict:
    return {"open": open_with_keys, "count": count_due}[action](**arguments)


def open_with_keys() -> dict:
    now = timezone.now()
    account = open_account(name="People", actor=None, now=now)
    change_account(account=account, changes={"manual_review_on": True}, actor=None, now=now)
    client = ["manual:submit", "services:write"]
    return {
        "account": account.uid,
        "client": issue_key(account=account, name="client", scopes=client, actor=None, now=now).token,
        "team": issue_key(account=account, name="team", scopes=["manual:decide"], actor=None, now=now).token,
    }


def count_due(*, account: str) -> dict:
    return {"due": Callback.objects.filter(account__uid=account, state=Callback.State.DUE).count()}


if __name__ == "__main__":
    print(json.dumps(main(**json.loads(sys.argv[1]))))
