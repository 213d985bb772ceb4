import json

import pytest

from config.accounts import authentication, rates, revisions
from moderation.media_process import MediaProcess
from moderation.media_steps.port import port
from moderation.models.content import ContentType
from moderation.operations.for_people import RecordingSource
from moderation.operations.media_jobs import accept_media
from moderation.operations.services import create_service
from moderation.values import LabelRule, Level, Rules
from tests.factories import NOW, make_account, make_key, make_vocabulary
from tests.moderation.media_jobs.films import Decoder


@pytest.fixture(autouse=True)
def fresh_process(settings, tmp_path, fake_engines):
    authentication._known.clear()
    rates._lots.clear()
    settings.MEDIA_ROOT = tmp_path
    settings.ASSAY_OUTBOUND_HTTP = True
    settings.ASSAY_OUTBOUND_ALLOW = ["127.0.0.0/8"]


@pytest.fixture
def decoder(monkeypatch):
    made = Decoder()
    for name in ("as_local", "probe", "shots"):
        monkeypatch.setattr(port, name, getattr(made, name))
    return made


def video_rules(**changes) -> Rules:
    return Rules(**{"image_services": ("albums",), "review_levels": frozenset({Level.HIGH})} | changes)


@pytest.fixture
def account():
    account = make_account()
    vocabulary = make_vocabulary(account, words=["contraband"])
    albums = Rules(
        labels={
            "pornographic_adultContent": LabelRule(medium=50, high=85),
            "contraband_drug_tii": LabelRule(vocabularies=(vocabulary.pk,)),
        },
    )
    for code, kind, rules in (
        ("albums", ContentType.IMAGE, albums),
        ("clips", ContentType.VIDEO, video_rules()),
    ):
        create_service(
            account=account, code=code, name=code, description="", content_type=kind, rules=rules,
            actor=None, now=NOW,
        )  # fmt: skip
    return account


@pytest.fixture
def accept(account):
    def take(data: bytes, **changes):
        asked = {
            "account": account,
            "revisions": revisions.read(account.pk),
            "content_type": "video",
            "service_code": "clips",
            "source": RecordingSource(pieces=lambda: [data], name="clip.mp4"),
            "now": NOW,
        }
        return accept_media(**asked | changes)

    return take


@pytest.fixture
def work():
    def run(threads: int = 1):
        MediaProcess(threads=threads).run(until_empty=True)

    return run


@pytest.fixture
def send(client, account):
    token = make_key(account).token

    def post(url, body=None, *, form=None, **headers):
        headers = {"Authorization": f"Bearer {token}", **headers}
        if form is not None:
            return client.post(url, form, headers=headers)
        return client.post(url, json.dumps(body or {}), content_type="application/json", headers=headers)

    def get(url):
        return client.get(url, headers={"Authorization": f"Bearer {token}"})

    post.get = get
    return post
