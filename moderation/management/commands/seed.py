"""Make a fresh installation usable: an account, a platform admin, an API key. Repeats do nothing."""

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from config.accounts.models import Account, User
from config.accounts.operations.accounts import open_account
from config.accounts.operations.keys import issue_key
from config.accounts.secrets import random_text
from moderation.operations.services import install_default_services

CREDENTIALS = """
{line}
  Assay is set up. These credentials are shown this one time: keep them.

  Console         {url}/console/
  User            {user}
  Password        {password}

  Account UID     {uid}
  API key         {token}
  Signing secret  {secret}

  Try it:

  curl -s {url}/api/v1/texts/moderations \\
    -H 'Authorization: Bearer {token}' \\
    -H 'Content-Type: application/json' \\
    -d '{{"service": "comment_detection", "content": "Add me on WeChat: abc_12345, free gifts"}}'
{line}
"""


class Command(BaseCommand):
    help = "Create the first account, platform admin and API key, and print their credentials once."

    def add_arguments(self, parser):
        parser.add_argument("--account", default="My company", help="name of the first account")
        parser.add_argument("--user", default="admin", help="name of the platform admin")

    def handle(self, *args, account, user, **options):
        now = timezone.now()
        if User.objects.exists():
            for held in Account.objects.all():
                install_default_services(account=held, actor=None, now=now)
            self.stdout.write("Already set up: nothing was created.")
            return
        password = random_text(16)
        with transaction.atomic():
            admin = User.objects.create_superuser(user, password=password)
            opened = open_account(name=account, actor=admin, now=now)
            issued = issue_key(account=opened, name="default", actor=admin, now=now)
        self.stdout.write(
            CREDENTIALS.format(
                line="=" * 78,
                url=settings.ASSAY_PUBLIC_URL,
                user=user,
                password=password,
                uid=opened.uid,
                token=issued.token,
                secret=issued.signing_secret,
            )
        )
