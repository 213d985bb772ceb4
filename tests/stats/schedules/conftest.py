"""An account with a schedule, and a mail server."""

import pytest

from config.accounts.roles import Role
from stats.exports.schedules import create_schedule
from stats.models import ExportSchedule
from tests.factories import NOW, make_account, make_user
from tests.stats.mail_server import mail_server


@pytest.fixture(autouse=True)
def installation(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = settings.ASSAY_EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.DEFAULT_FROM_EMAIL = "Assay <assay@moderation.example>"


@pytest.fixture
def mail(settings):
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        yield server


@pytest.fixture
def account():
    return make_account("Harbour Forum")


@pytest.fixture
def lead(account):
    return make_user("lead", account=account, role=Role.ACCOUNT_ADMIN)


@pytest.fixture
def schedule(account, lead):
    def schedule(now=NOW, **asked) -> ExportSchedule:
        values = {"name": "Usage", "kind": "usage", "format": "csv", "every": "day", "tells_endpoints": True}
        return create_schedule(account=account, actor=lead, now=now, **values | asked)

    return schedule
