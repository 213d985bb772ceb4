"""The media library: recordings come in, are found again, get other titles, and go."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from config.audit.models import AuditRecord
from config.errors import NotFound
from moderation import titles as titles_of
from moderation.assets_query import newest_assets, read_asked
from moderation.media.film.refusals import MediaRefused
from moderation.models import MediaAsset, ModerationResult
from moderation.operations.assets import (
    MediaKindUnknown,
    TitleInvalid,
    create_asset,
    remove_asset,
    rename_asset,
    sweep_removed,
)
from moderation.operations.for_people import RecordingSource
from moderation.operations.media_assets import review_failed, review_taken_back
from moderation.results_query import Place
from moderation.values import Level
from review.models import ReviewItem
from review.operations.media_audits import Audit, create_audits
from tests.assets import ended_job, fresh, make_asset, reviewed
from tests.factories import NOW, make_account, make_user, service_of
from tests.films import small_film
from tests.purges import purge_results
from tests.recordings import FILM

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=40)


def titles(account, **asked) -> list[str]:
    found, faults = read_asked(asked, account=account)
    assert faults == []
    return [asset.title for asset in newest_assets(found, account=account, limit=50)]


class TestARecordingThatComesIn:
    def test_is_kept_as_it_came_under_a_key_of_ours(self, account):
        asset = make_asset(account, title=" Holiday ", data_id="v-1")

        assert (asset.title, asset.format, asset.bytes) == ("Holiday", "mp4", len(small_film()))
        with default_storage.open(asset.key) as kept:
            assert kept.read() == small_film()
        assert (asset.duration_ms, asset.width, asset.height) == (1000, 160, 120)
        with default_storage.open(asset.cover_key) as cover:
            assert cover.read(2) == b"\xff\xd8"
        assert account.uid in asset.key
        assert "Holiday" not in asset.key
        assert AuditRecord.objects.filter(action="media.created", subject=f"media:{asset.media_id}").exists()

    @pytest.mark.parametrize("first, state", [(True, "normal"), (False, "reviewing")])
    def test_is_played_before_its_review_or_not(self, account, settings, first, state):
        settings.ASSAY_MEDIA_PUBLISH_FIRST = first

        assert make_asset(account).state == state

    @pytest.mark.parametrize("title", ["x" * 129, "a\nb"])
    def test_has_a_title_that_fits(self, account, title):
        with pytest.raises(TitleInvalid):
            make_asset(account, title=title)
        assert not list(Path(default_storage.path("")).rglob("*.*"))

    def test_without_a_title_is_called_as_its_file_or_by_its_id(self, account):
        names = ["x" * 200, "a\nb.mp4", " \n "]
        found = [
            create_asset(
                account=account, title="", source=RecordingSource(pieces=lambda: [small_film()], name=name),
                content_type="video", actor=None, now=NOW,
            )
            for name in names
        ]  # fmt: skip

        assert [one.title for one in found] == ["x" * 128, "ab.mp4", found[2].media_id]

    @pytest.mark.parametrize(
        "data", [small_film()[:1500], FILM + bytes(5000), small_film().replace(b"moov", b"mov_")]
    )
    def test_that_nobody_could_play_is_refused_and_leaves_nothing(self, account, data):
        with pytest.raises(MediaRefused) as refused:
            make_asset(account, data=data)
        assert refused.value.code.startswith("media_")
        assert not MediaAsset.objects.exists()
        assert [path for path in Path(default_storage.path("")).rglob("*") if path.is_file()] == []

    def test_is_audio_or_video(self, account):
        with pytest.raises(MediaKindUnknown):
            make_asset(account, kind="text")


class TestTheList:
    def test_is_narrowed_by_all_that_is_shown(self, account):
        make_asset(make_account(), title="Foreign film")
        make_asset(account, title="First Film", kind="audio")
        flagged = reviewed(make_asset(account, title="Second film"), "violation", labels=["pt_qrCode"])
        failed = reviewed(make_asset(account, title="Third"), "violation")
        review_failed(ended_job(failed, state="failed"), NOW)
        later = make_asset(account, title="Fourth", now=LATER)
        ann = make_user(account=account)
        create_audits(account=account, audits=[Audit(later.media_id, "normal")], actor=ann, now=NOW)

        assert titles(account) == ["Fourth", "Third", "Second film", "First Film"]
        assert titles(account, title="film") == ["Second film", "First Film"]
        assert titles(account, media_id=flagged.media_id) == ["Second film"]
        assert titles(account, content_type="audio") == ["First Film"]
        assert titles(account, state="flagged") == ["Third", "Second film"]
        assert titles(account, review_status="failed,not_started") == ["Fourth", "Third", "First Film"]
        assert titles(account, automated="violation") == ["Second film"]
        assert titles(account, automated="none") == ["Fourth", "Third", "First Film"]
        assert titles(account, final="pass") == ["Fourth"]
        assert titles(account, final="none") == ["Third", "Second film", "First Film"]
        assert titles(account, **{"from": "2026-11-22"}) == ["Fourth"]
        assert titles(account, to="2026-11-21") == ["Third", "Second film", "First Film"]

    def test_says_which_filter_it_cannot_read(self, account):
        asked, faults = read_asked({"state": "gone", "from": "soon"}, account=account)

        assert [fault.field for fault in faults] == ["state", "from"]
        assert newest_assets(asked, account=account, limit=10) == []

    def test_goes_on_where_a_page_ended(self, account):
        made = [make_asset(account) for _number in range(5)]
        asked, _faults = read_asked({}, account=account)
        seen, place = [], None
        while page := newest_assets(asked, account=account, after=place, limit=2):
            seen += page
            place = Place(page[-1].created_at, page[-1].pk)

        assert seen == made[::-1]


class TestATitleThatIsLookedFor:
    @pytest.fixture
    def films(self, account, monkeypatch):
        monkeypatch.setattr(titles_of, "LOOKED_THROUGH", 3)
        return [make_asset(account, title=name) for name in ("Film 1%", "Film 2", "Song", "Film 3", "Song")]

    def test_is_looked_for_among_the_newest_that_pass_the_rest(self, account, films):
        assert titles(account, title="film") == ["Film 3"]
        asked, _faults = read_asked({"title": "film"}, account=account)
        place = Place(films[2].created_at, films[2].pk)
        assert newest_assets(asked, account=account, after=place, limit=9) == [films[1], films[0]]

    def test_stands_for_itself(self, account, films, monkeypatch):
        monkeypatch.setattr(titles_of, "LOOKED_THROUGH", 10)
        assert titles(account, title="1%") == ["Film 1%"]
        assert titles(account, title="F%") == []

    def test_the_page_says_how_far_and_goes_on_from_there(self, account, films):
        client = Client()
        client.force_login(make_user("Lee", account=account))

        page = client.get("/console/video-review/", {"title": "film"})

        assert [row.asset.title for row in page.context["rows"]] == ["Film 3"]
        assert "looked through" in page.content.decode()
        page = client.get(f"/console/video-review/?{page.context['further']}")
        assert [row.asset.title for row in page.context["rows"]] == ["Film 2", "Film 1%"]
        assert not page.context["further"]
        assert not client.get("/console/video-review/", {"title": "song"}).context["older"]


class TestARename:
    def test_is_written_into_the_books_once(self, account):
        asset = make_asset(account, title="Old")
        for _number in range(2):
            rename_asset(asset=asset, title="New", actor=None, now=NOW)

        assert fresh(asset).title == "New"
        assert AuditRecord.objects.filter(action="media.renamed").count() == 1


class TestARemoval:
    def test_takes_the_files_and_the_questions_and_leaves_the_books(self, account):
        rules = service_of(account, "videoDetection").current_version.rules
        asset = reviewed(make_asset(account), "suspected", rules=with_review(rules))
        assert ReviewItem.objects.open().count() == 1
        key = asset.key
        remove_asset(asset=asset, actor=None, now=NOW)

        assert not default_storage.exists(key)
        assert not default_storage.exists(asset.cover_key)
        assert titles(account) == []
        assert ReviewItem.objects.get().state == "cancelled"
        assert MediaAsset.objects.get().removed_at == NOW
        with pytest.raises(NotFound):
            rename_asset(asset=asset, title="Again", actor=None, now=NOW)

    def test_that_broke_off_is_made_good(self, account):
        asset = make_asset(account)
        MediaAsset.objects.update(removed_at=NOW)
        assert default_storage.exists(asset.key)

        assert sweep_removed() == 1
        assert sweep_removed() == 0
        assert not default_storage.exists(asset.key)

    def test_of_results_leaves_the_recording(self, account, settings):
        """Results are forgotten sooner than what they were about."""
        settings.ASSAY_RESULTS_KEPT_DAYS = 30
        asset = reviewed(make_asset(account), "normal")

        assert purge_results(now=LATER) == 1
        assert not ModerationResult.objects.exists()
        assert default_storage.exists(asset.key)
        assert (fresh(asset).state, fresh(asset).automated) == ("normal", "normal")


def with_review(rules):
    return replace(rules, review_levels=frozenset([Level.MEDIUM]))


class TestTheEndOfAReview:
    def test_says_what_was_found(self, account):
        asset = reviewed(make_asset(account), "violation", labels=["pt_qrCode", "object_landmark"])

        assert (asset.review_status, asset.automated, asset.state) == ("succeeded", "violation", "flagged")
        assert asset.violations == ["pt_qrCode", "object_landmark"]
        assert asset.result is not None

    def test_that_failed_frees_nothing(self, account):
        found = reviewed(make_asset(account), "violation")
        review_failed(ended_job(found, state="failed"), NOW)
        unseen = make_asset(account)
        review_failed(ended_job(unseen, state="failed"), NOW)

        assert (fresh(found).review_status, fresh(found).state) == ("failed", "flagged")
        assert (fresh(unseen).review_status, fresh(unseen).state) == ("failed", "reviewing")

    def test_that_was_cancelled_changes_nothing(self, account):
        asset = make_asset(account)
        MediaAsset.objects.update(review_status="reviewing")
        review_taken_back(ended_job(asset, state="cancelled"), NOW)

        assert (fresh(asset).review_status, fresh(asset).state) == ("not_started", "normal")

    def test_of_a_recording_that_was_removed_meanwhile_is_nobodys_business(self, account):
        asset = make_asset(account)
        job = ended_job(asset)
        default_storage.save("other", ContentFile(b""))
        remove_asset(asset=asset, actor=None, now=NOW)

        assert review_failed(job, NOW) is None
