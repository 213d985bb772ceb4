import shutil

import pytest
import requests
from aliyunsdkcore.vendored import requests as older_requests
from django.db import connection

from config import embedded
from config.accounts.operations.keys import issue_key
from tests.factories import NOW, make_account
from tests.ground.live import LiveAssay
from tests.wire.recording import Recorder


def database_url() -> str:
    """Of the database of this test: what a test makes, the served platform sees, and the other way round."""
    facts = connection.settings_dict
    place = f"{facts['HOST']}:{facts['PORT']}" if facts["PORT"] else ""
    host = "" if place else f"?host={facts['HOST']}&user={facts['USER']}"
    who = f"{facts['USER']}:{facts['PASSWORD']}@" if place else ""
    return f"postgresql://{who}{place}/{facts['NAME']}{host}"


@pytest.fixture(autouse=True)
def _answers_hold_what_the_sdks_know(monkeypatch):
    recorder = Recorder()
    for sessions in (requests.Session, older_requests.Session):
        monkeypatch.setattr(sessions, "send", recorder.watch(sessions))
    yield
    assert recorder.faults == []


@pytest.fixture(scope="session")
def platform(django_db_setup, django_db_blocker):
    """The platform as it is served, on the database of the tests."""
    var = embedded.BASE / "var" / f"wire-{connection.settings_dict['NAME']}"
    var.mkdir(parents=True, exist_ok=True)
    live = LiveAssay(database_url(), var)
    live.var = var
    try:
        live.start_web()
        yield live
    finally:
        live.stop_all()
        shutil.rmtree(var, ignore_errors=True)


@pytest.fixture
def served(platform, transactional_db, settings):
    """`served.url` is its address. Files that tests keep are where it looks for them."""
    settings.MEDIA_ROOT = platform.var / "media"
    return platform


@pytest.fixture
def account(served):
    return make_account()


@pytest.fixture
def key(account):
    return issue_key(account=account, name="sdk", actor=None, now=NOW)
