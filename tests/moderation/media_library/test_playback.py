"""Addresses under which recordings are played: what they say, and what they are good for."""

from datetime import timedelta
from itertools import count

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from config.accounts.models import Account
from config.accounts.operations.keys import AddressInvalid
from config.audit.models import AuditRecord
from moderation.media import playing
from moderation.media.playing import Pieces, Watch
from moderation.models import MediaAsset, SecurityIpGroup
from moderation.operations import playback
from moderation.operations.playback import (
    MediaNotPlayable,
    PlaybackExpired,
    PlaybackInvalid,
    PlaybackSecondsInvalid,
    admit,
    playback_address,
    read_ticket,
    review_address,
)
from moderation.operations.security_ips import (
    SecurityAddressesMissing,
    SecurityAddressLimit,
    SecurityGroupInvalid,
    SecurityGroupLimit,
    SecurityModeUnknown,
    is_security_address,
    set_security_ips,
)
from tests.assets import make_asset, reviewed
from tests.factories import NOW, make_account
from tests.films import small_film

pytestmark = pytest.mark.django_db
WHOLE = small_film()


def token_of(url: str) -> str:
    return url.rpartition("/")[2]


@pytest.fixture
def asset(account):
    return make_asset(account)


@pytest.fixture
def address(asset):
    """Good now, whatever the tests' clock says."""
    return "/media/" + token_of(playback_address(asset=asset, seconds=60, now=timezone.now()))


def body_of(answer) -> bytes:
    return b"".join(answer.streaming_content)


class TestAnAddress:
    def test_names_the_recording_and_its_end_and_nothing_else(self, asset, settings):
        url = playback_address(asset=asset, seconds=60, now=NOW)

        assert url.startswith(f"{settings.ASSAY_PUBLIC_URL}/media/")
        ticket = read_ticket(token_of(url))
        assert (ticket.m, ticket.a, ticket.k) == (asset.media_id, asset.account_id, "play")
        assert ticket.e == int((NOW + timedelta(seconds=60)).timestamp())

    @pytest.mark.parametrize("seconds", [0, -1, 12 * 3600 + 1])
    def test_is_good_for_at_most_twelve_hours(self, asset, seconds):
        with pytest.raises(PlaybackSecondsInvalid):
            playback_address(asset=asset, seconds=seconds, now=NOW)

    def test_is_signed_by_a_key_of_the_installation(self, asset, settings):
        token = token_of(playback_address(asset=asset, seconds=60, now=NOW))
        settings.SECRET_KEY = "another " * 8

        with pytest.raises(PlaybackInvalid):
            read_ticket(token)

    @pytest.mark.parametrize("token", ["", "x", "a.b", "e30.x", "é", "." * 300])
    def test_that_is_made_up_is_refused(self, token):
        with pytest.raises(PlaybackInvalid):
            read_ticket(token)

    def test_ends(self, asset):
        ticket = read_ticket(token_of(playback_address(asset=asset, seconds=60, now=NOW)))
        admit(ticket=ticket, address="", now=NOW + timedelta(seconds=59))

        with pytest.raises(PlaybackExpired):
            admit(ticket=ticket, address="", now=NOW + timedelta(seconds=60))

    @pytest.mark.parametrize(
        "automated, why, state",
        [("violation", "violation", "flagged"), ("suspected", "in_review", "reviewing")],
    )
    def test_is_not_given_for_what_is_not_cleared(self, asset, automated, why, state):
        with pytest.raises(MediaNotPlayable) as refused:
            playback_address(asset=reviewed(asset, automated), seconds=60, now=NOW)
        assert refused.value.details == {"why": why, "state": state}

    def test_may_be_for_one_client_of_either_kind_of_address(self, asset):
        for written, good, bad in (
            ("203.0.113.7", "::ffff:203.0.113.7", "203.0.113.8"),
            ("2001:db8::1", "2001:db8:0::1", "2001:db8::2"),
        ):
            url = playback_address(asset=asset, seconds=60, address=written, now=NOW)
            ticket = read_ticket(token_of(url))
            assert admit(ticket=ticket, address=good, now=NOW) == asset
            for wrong in (bad, "", "unknown"):
                with pytest.raises(playback.PlaybackAddressRefused):
                    admit(ticket=ticket, address=wrong, now=NOW)
        with pytest.raises(AddressInvalid):
            playback_address(asset=asset, seconds=60, address="203.0.113.0/24", now=NOW)

    def test_for_review_is_good_in_every_state_from_a_security_address(self, account, asset):
        asset = reviewed(asset, "violation")
        ticket = read_ticket(token_of(review_address(asset=asset, now=NOW)))
        set_security_ips(account=make_account(), addresses=["10.0.0.0/8"], actor=None, now=NOW)
        with pytest.raises(playback.PlaybackAddressRefused):
            admit(ticket=ticket, address="10.1.2.3", now=NOW)

        set_security_ips(account=account, addresses=["10.0.0.0/8"], actor=None, now=NOW)

        assert admit(ticket=ticket, address="10.1.2.3", now=NOW) == asset


class TestPlaying:
    def test_asks_for_the_state_each_time(self, client, asset, address):
        assert body_of(client.get(address)) == WHOLE
        MediaAsset.objects.update(state="flagged")
        assert client.get(address).status_code == 403
        MediaAsset.objects.update(state="normal")
        Account.objects.filter(pk=asset.account_id).update(is_active=False)
        assert client.get(address).status_code == 404

    def test_is_not_possible_once_the_file_or_the_recording_is_gone(self, client, asset, address):
        default_storage.delete(asset.key)
        assert client.get(address).status_code == 404
        MediaAsset.objects.update(removed_at=NOW)
        assert client.get(address).status_code == 404

    def test_answers_as_players_and_caches_need_it(self, client, asset, address):
        first = client.get(address)
        headers = first.headers
        assert headers["Content-Type"] == "video/mp4"
        assert headers["Accept-Ranges"] == "bytes"
        assert headers["Cache-Control"] == "private, no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "default-src 'none'; media-src 'self'; sandbox"
        assert "Access-Control-Allow-Origin" not in headers
        since = headers["Last-Modified"]
        assert client.get(address, headers={"If-Modified-Since": since}).status_code == 304
        assert client.get(address, headers={"If-None-Match": 'W/"x", ' + headers["ETag"]}).status_code == 304
        assert client.get(address, headers={"If-None-Match": '"x"'}).status_code == 200
        assert client.get(address, headers={"Range": "bytes=0-9", "If-Range": since}).status_code == 206
        assert client.head(address).headers["Content-Length"] == str(len(WHOLE))
        assert client.post(address).status_code == 405

    def test_is_shared_with_the_sites_that_are_named(self, client, settings, address):
        settings.ASSAY_MEDIA_ORIGINS = ["https://films.example"]
        named = client.get(address, headers={"Origin": "https://films.example", "Range": "bytes=0-9"})
        other = client.get(address, headers={"Origin": "https://other.example"})
        asked = client.options(address, headers={"Origin": "https://films.example"})

        assert named.headers["Access-Control-Allow-Origin"] == "https://films.example"
        assert "Content-Range" in named.headers["Access-Control-Expose-Headers"]
        assert "Origin" in named.headers["Vary"]
        assert "Access-Control-Allow-Origin" not in other.headers
        assert (asked.status_code, asked.headers["Access-Control-Allow-Headers"]) == (204, "Range, If-Range")

    def test_of_a_part_is_left_to_the_proxy_where_there_is_one(self, client, settings, asset, address):
        settings.ASSAY_ACCEL_PREFIX = "/kept/"
        part = client.get(address, headers={"Range": "bytes=5-"})
        assert part.headers["X-Accel-Redirect"] == f"/kept/{asset.key}"
        assert part.headers["X-Assay-Range"] == f"bytes=5-{len(WHOLE) - 1}"
        assert part.content == b""
        # What nobody could cut we send ourselves.
        assert body_of(client.get(address)) == WHOLE
        MediaAsset.objects.update(state="flagged")
        assert client.get(address, headers={"Range": "bytes=5-"}).status_code == 403

    def test_leaves_a_thread_to_those_who_do_not_play(self, client, settings, address):
        playing.PLAYERS.add(settings.ASSAY_WEB_THREADS - 1)
        try:
            busy = client.get(address)
        finally:
            playing.PLAYERS.add(1 - settings.ASSAY_WEB_THREADS)

        assert (busy.status_code, busy.headers["Retry-After"]) == (503, "1")
        assert client.get(address).status_code == 200


class TestPieces:
    def test_end_where_they_may_not_go_on(self, asset):
        asked = count()
        with default_storage.open(asset.key) as opened:
            pieces = Pieces(opened, 1000, lambda: next(asked) < 1)
            assert len(b"".join(pieces)) == 1000
        with default_storage.open(asset.key) as opened:
            assert list(Pieces(opened, 1000, lambda: False)) == []
        assert playing.PLAYERS.count == 0


class TestAWatch:
    def test_asks_once_a_while_and_never_again_after_a_no(self, monkeypatch):
        moments, answers = iter([0.0, 0.5, 1.2, 1.9, 2.5, 9.0]), iter([True, False])
        monkeypatch.setattr(playing.time, "monotonic", lambda: next(moments))
        watch = Watch(lambda: next(answers))

        assert [watch() for _number in range(5)] == [True, True, True, False, False]


class TestSecurityAddresses:
    def put(self, account, *addresses, **asked):
        return set_security_ips(account=account, addresses=addresses, actor=None, now=NOW, **asked)

    def test_are_appended_covered_and_deleted(self, account):
        self.put(account, "192.0.2.1", "10.1.2.3/8")
        self.put(account, "192.0.2.1/32", "2001:db8::/32")
        group = SecurityIpGroup.objects.get()
        assert (group.name, group.addresses) == ("Default", ["192.0.2.1/32", "10.0.0.0/8", "2001:db8::/32"])

        self.put(account, "10.0.0.0/8", mode="delete")
        self.put(account, "192.0.2.9", mode="cover", group="Desk")
        assert {one.name: one.addresses for one in SecurityIpGroup.objects.all()} == {
            "Default": ["192.0.2.1/32", "2001:db8::/32"],
            "Desk": ["192.0.2.9/32"],
        }
        self.put(account, mode="cover", group="Desk")
        assert SecurityIpGroup.objects.count() == 1
        assert AuditRecord.objects.filter(action="security_ips.changed").count() == 5

    def test_are_those_of_any_group_of_the_account(self, account):
        self.put(account, "192.0.2.0/24", group="A")
        self.put(account, "2001:db8::/32", group="B")
        for address, is_one in (
            ("192.0.2.77", 1),
            ("::ffff:192.0.2.7", 1),
            ("2001:db8::9", 1),
            ("192.0.3.1", 0),
        ):
            assert is_security_address(account_id=account.pk, address=address) is bool(is_one)
        assert not is_security_address(account_id=make_account().pk, address="192.0.2.77")

    def test_are_a_hundred_in_ten_groups_at_most(self, account):
        self.put(account, *(f"192.0.2.{number}" for number in range(100)))
        with pytest.raises(SecurityAddressLimit):
            self.put(account, "192.0.3.1")
        for number in range(9):
            self.put(account, "192.0.2.1", group=f"Group {number}")
        with pytest.raises(SecurityGroupLimit):
            self.put(account, "192.0.2.1", group="One more")

    @pytest.mark.parametrize(
        "asked, refusal",
        [
            ({"addresses": ["192.0.2.256"]}, AddressInvalid),
            ({"addresses": []}, SecurityAddressesMissing),
            ({"addresses": ["192.0.2.1"], "mode": "replace"}, SecurityModeUnknown),
            ({"addresses": ["192.0.2.1"], "group": " "}, SecurityGroupInvalid),
        ],
    )
    def test_are_refused_where_they_make_no_sense(self, account, asked, refusal):
        with pytest.raises(refusal):
            set_security_ips(account=account, actor=None, now=NOW, **asked)
        assert not SecurityIpGroup.objects.exists()
