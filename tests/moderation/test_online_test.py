"""The Online Test page: what is tried out is marked, counted apart, and never sent to people."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from config.accounts.roles import Role
from moderation.models import ModerationResult
from moderation.models.content import ContentType
from moderation.operations.drafts import save_draft
from moderation.operations.services import create_service
from moderation.values import LabelRule, Level, Rules
from review.models import ReviewItem
from stats.models import UsageDelta
from tests.factories import NOW, RISKY, make_account, make_user, service_of
from tests.pictures import saying

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fake_engines")]
PAGE = reverse("admin:moderation_online_test")
ONE = reverse("admin:moderation_online_test_one")
PORN = "pornographic_adultContent"


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def account():
    account = make_account()
    rules = Rules(labels={PORN: LabelRule(medium=50, high=85)}, review_levels=frozenset(Level))
    create_service(
        account=account,
        code="albums",
        name="Albums",
        description="",
        content_type=ContentType.IMAGE,
        rules=rules,
        actor=None,
        now=NOW,
    )
    return account


@pytest.fixture
def tester(account):
    client = Client()
    client.force_login(make_user(account=account, role=Role.POLICY_ADMIN))
    return client


def upload(message="[[fake:porn=60]]", name="a.png"):
    return SimpleUploadedFile(name, saying(message), "image/png")


def try_one(client, **changes):
    return client.post(ONE, {"service": "albums", "files": upload()} | changes)


class TestOneImage:
    def test_is_answered_by_its_card(self, tester):
        text = try_one(tester).content.decode()

        assert PORN in text
        assert "Rule 2: the score 60 lies in the medium range, from 50 to below 85." in text
        assert "A high score of 60 or less would make it high" in text
        assert reverse("admin:moderation_picture", args=[ModerationResult.objects.get().pk]) in text

    def test_is_marked_counted_apart_and_sent_to_nobody(self, tester, account):
        try_one(tester, data_id="d-1", device_id="phone-7")

        result = ModerationResult.objects.get()
        assert (result.source, result.data_id, result.context) == ("test", "d-1", {"device_id": "phone-7"})
        assert UsageDelta.objects.get().source == "test"
        assert not ReviewItem.objects.exists()

    def test_beside_the_draft(self, tester, account):
        service = service_of(account, "albums")
        stricter = service.current_version.rules.with_label(PORN, high=55)
        save_draft(service=service, rules=stricter, actor=None, now=NOW, based_on=1)
        text = try_one(tester, draft="1").content.decode()

        assert "Published" in text and "Draft" in text
        assert "Rule 1: the score 60 lies in the high range, from 55." in text
        assert ModerationResult.objects.get().level == "medium"

    def test_what_is_wrong_is_a_card_as_well(self, tester):
        text = try_one(tester, files=SimpleUploadedFile("<b>x.png", b"no picture")).content.decode()

        assert "image_format_unsupported" in text
        assert "<b>" not in text
        assert not ModerationResult.objects.exists()

    def test_its_picture_is_shown_as_a_copy(self, tester):
        try_one(tester)
        result = ModerationResult.objects.get()
        answer = tester.get(reverse("admin:moderation_picture", args=[result.pk]), {"size": "large"})

        assert answer.content[:2] == b"\xff\xd8"
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert "sandbox" in answer.headers["Content-Security-Policy"]

    def test_a_foreign_picture_is_not_there(self, tester):
        try_one(tester)
        stranger = Client()
        stranger.force_login(make_user(account=make_account(), role=Role.ACCOUNT_ADMIN))
        address = reverse("admin:moderation_picture", args=[ModerationResult.objects.get().pk])

        assert stranger.get(address).status_code == 404

    def test_a_foreign_service_is_not_there(self, account):
        stranger = Client()
        stranger.force_login(make_user(account=make_account(), role=Role.POLICY_ADMIN))

        assert try_one(stranger).status_code == 404


class TestThePage:
    def test_offers_the_services_of_its_tab(self, tester):
        image, text = tester.get(PAGE), tester.get(PAGE, {"tab": "text"})

        assert "albums" in image.content.decode()
        assert "comment_detection" not in image.content.decode()
        assert "comment_detection" in text.content.decode()

    def test_works_without_a_script(self, tester):
        files = [upload(name="a.png"), upload("[[fake:porn=99]]", "b.png")]
        answer = tester.post(PAGE, {"service": "albums", "files": files})

        assert answer.content.decode().count("test-card-head") == 2
        assert ModerationResult.objects.count() == 2

    def test_says_so_when_nothing_was_given(self, tester):
        assert "Give at least one" in tester.post(PAGE, {"service": "albums"}).content.decode()

    def test_is_not_for_those_who_may_not_see_content(self, account):
        viewer = Client()
        viewer.force_login(make_user(account=account, role=Role.VIEWER))

        assert viewer.get(PAGE).status_code == 403

    def test_tries_a_text(self, tester):
        answer = tester.post(ONE, {"service": "comment_detection", "content": RISKY + " [[fake:x=1]]"})

        assert answer.status_code == 200
        assert ModerationResult.objects.get().source == "test"
