"""Addresses that show one frame for a while."""

from datetime import timedelta

import pytest
from django.core.signing import Signer
from django.utils import timezone

from config.accounts.models import Account
from moderation.media import storage
from moderation.models import MediaShot
from moderation.operations.frame_links import SALT, frame_address
from tests.assets import make_asset
from tests.factories import make_account
from tests.ground.media import PORN, make_job, snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def shot(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    account = make_account()
    make_job(account, asset=make_asset(account), seen={0.5: ("high", PORN, 97.0)})
    return MediaShot.objects.get(at_ms=500)


def path_of(shot, *, now=None, seconds=60) -> str:
    address = frame_address(shot=shot, seconds=seconds, now=now or timezone.now())
    return "/frames/" + address.rpartition("/")[2]


class TestAFrame:
    def test_is_shown_to_whoever_has_its_address(self, client, shot):
        answer = client.get(path_of(shot))
        assert b"".join(answer.streaming_content) == snapshot(0.5)
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert (answer.headers["Cache-Control"], answer.headers["X-Content-Type-Options"]) == (
            "private, no-store",
            "nosniff",
        )

    def test_is_not_shown_later_nor_once_it_is_gone(self, client, shot):
        late = path_of(shot, now=timezone.now() - timedelta(minutes=2))
        assert (client.get(late).status_code, client.get(late).json()["error"]["code"]) == (
            403,
            "playback_expired",
        )
        path = path_of(shot)
        storage.remove([shot.key])
        assert client.get(path).status_code == 404
        shot.delete()
        assert client.get(path).status_code == 404

    def test_is_not_shown_for_an_address_that_was_not_given_out(self, client, shot):
        path = path_of(shot)
        other = Signer(salt="moderation.playback", sep=".").sign_object({"a": 1, "s": shot.pk, "e": 9**12})
        odd = Signer(salt=SALT, sep=".").sign_object({"s": shot.pk})
        for wrong in (
            path[:-1] + ("A" if path[-1] != "A" else "B"),
            f"/frames/{other}",
            f"/frames/{odd}",
            "/frames/x",
        ):
            assert client.get(wrong).json()["error"]["code"] == "playback_invalid"
        assert client.post(path).status_code == 405

    def test_of_an_account_that_is_closed_is_not_shown(self, client, shot):
        Account.objects.update(is_active=False)
        assert client.get(path_of(shot)).status_code == 404
