"""Run inside a served installation: an account whose comments are judged for contacts only."""

import json

import django
from django.utils import timezone

django.setup()

from config.accounts.operations.accounts import open_account  # noqa: E402
from config.accounts.operations.keys import issue_key  # noqa: E402
from tests.live.publish_rules import FIRST, publish_looking_for  # noqa: E402


def main() -> dict:
    now = timezone.now()
    account = open_account(name="Rules", actor=None, now=now)
    issued = issue_key(account=account, name="rules", actor=None, now=now, calls_per_minute=1_000_000)
    version = publish_looking_for(account, FIRST)
    return {
        "token": issued.token,
        "account": account.uid,
        "looks_for": {str(version.pk): [FIRST]},
    }


if __name__ == "__main__":
    print(json.dumps(main()))
