"""Run inside a served installation: publish rules that look for the other one of two labels."""

import json
import sys
import time

import django
from django.utils import timezone

django.setup()

from config.accounts.models import Account  # noqa: E402
from moderation.models import Service  # noqa: E402
from moderation.operations.services import publish_version  # noqa: E402
from moderation.values import LabelRule, Rules  # noqa: E402

FIRST, SECOND = "pt_to_contact", "contraband_gambling"


def publish_looking_for(account, label):
    rows = Service.objects.owned_by(account).select_related("current_version", "account")
    service = rows.get(code="comment_detection")
    return publish_version(
        service=service,
        rules=Rules(labels={label: LabelRule()}, use_reviewed_samples=False),
        note="",
        actor=None,
        now=timezone.now(),
        based_on=service.current_version.number,
    )


def main(*, account: str) -> dict:
    owner = Account.objects.get(uid=account)
    service = Service.objects.owned_by(owner).select_related("current_version").get(code="comment_detection")
    label = SECOND if FIRST in service.current_version.rules.labels else FIRST
    began = time.time()
    version = publish_looking_for(owner, label)
    return {
        "began_at": began,
        "committed_at": time.time(),
        "version_id": version.pk,
        "looks_for": {str(version.pk): [label]},
    }


if __name__ == "__main__":
    print(json.dumps(main(**json.loads(sys.argv[1]))))
