"""The feed of events: each once, in an order in which a reader that goes on from a place misses none."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from config.retention.purging import purge
from moderation.callbacks.corrections import take_back
from moderation.callbacks.endpoints import change_endpoint
from moderation.callbacks.events import Place, read_events, rebase_after_restore
from moderation.models import Callback, Event
from tests.factories import make_account, make_result
from tests.moderation.callbacks.conftest import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def read(account, after=None, *, limit=50, now=NOW):
    return read_events(account=account, after=after, limit=limit, now=now)


def subjects(account, after=None, **kwargs):
    return [event.subject for event in read(account, after, **kwargs)[0]]


class TestWriting:
    def test_happens_where_no_endpoint_is_set_up(self, account, enqueue):
        assert enqueue("result:1") == []

        assert subjects(account) == ["result:1"]

    def test_bears_the_id_of_the_callbacks(self, make_endpoint, enqueue):
        make_endpoint()
        [callback] = enqueue()

        assert Event.objects.get().event_id == callback.event_id

    def test_goes_with_its_transaction(self, account, enqueue):
        with pytest.raises(RuntimeError), transaction.atomic():
            enqueue()
            raise RuntimeError

        assert subjects(account) == []

    def test_tells_of_results_as_they_are_made_where_an_endpoint_asks_for_them(self, account, make_endpoint):
        make_result(account, data_id="comment-80")
        endpoint = make_endpoint(events=["result.created"]).endpoint
        result = make_result(account, data_id="comment-81")
        change_endpoint(endpoint=endpoint, changes={"events": ["task.failed"]}, actor=None, now=NOW)
        make_result(account, data_id="comment-82")

        [event], _place, _more = read(account)
        assert event.type == "result.created"
        assert event.payload["data_id"] == "comment-81"
        assert event.payload["machine"]["level"] == result.level

    def test_does_not_tell_of_online_tests(self, account):
        make_result(account, source="test")

        assert subjects(account) == []


class TestReading:
    def test_goes_on_from_a_place(self, account, enqueue):
        for number in range(5):
            enqueue(f"result:{number}")

        first, place, more = read(account, limit=3)
        assert ([event.subject for event in first], more) == (["result:0", "result:1", "result:2"], True)
        rest, place, more = read(account, place, limit=3)
        assert ([event.subject for event in rest], more) == (["result:3", "result:4"], False)
        assert read(account, place)[:2] == ([], place)

    def test_is_of_one_account(self, account, enqueue):
        enqueue("result:1")

        assert subjects(make_account("Another")) == []

    def test_stops_before_a_transaction_that_may_still_write(self, account, enqueue):
        """The late one took the smaller id: read by ids it would be passed over for good."""
        wrote, may_commit = threading.Event(), threading.Event()

        def late():
            try:
                with transaction.atomic():
                    enqueue("late")
                    wrote.set()
                    may_commit.wait(10)
            finally:
                connection.close()

        thread = threading.Thread(target=late)
        thread.start()
        assert wrote.wait(10)
        enqueue("early")
        try:
            assert Event.objects.filter(subject="early").exists()
            assert subjects(account) == []
        finally:
            may_commit.set()
            thread.join()
        assert subjects(account) == ["late", "early"]

    def test_misses_none_while_many_write(self, account, enqueue):
        writers, each = 6, 30

        def write(number):
            try:
                for count in range(each):
                    with transaction.atomic():
                        enqueue(f"{number}:{count}:a")
                        enqueue(f"{number}:{count}:b")
            finally:
                connection.close()

        threads = [threading.Thread(target=write, args=[number]) for number in range(writers)]
        for thread in threads:
            thread.start()
        seen, place = [], None
        while any(thread.is_alive() for thread in threads):
            events, place, _more = read(account, place, limit=7)
            seen += [event.subject for event in events]
        while True:
            events, place, _more = read(account, place, limit=50)
            if not events:
                break
            seen += [event.subject for event in events]
        wanted = {f"{n}:{count}:{part}" for n in range(writers) for count in range(each) for part in "ab"}
        assert len(seen) == len(set(seen))
        assert set(seen) == wanted
        for number in range(writers):
            own = [subject for subject in seen if subject.startswith(f"{number}:")]
            assert own == [f"{number}:{count}:{part}" for count in range(each) for part in "ab"]

    def test_survives_a_restore_into_another_server(self, account, enqueue):
        enqueue("result:1"), enqueue("result:2")
        [first], place, _more = read(account, limit=1)
        Event.objects.update(transaction=first.transaction + 10**9)
        place = Place(place.transaction + 10**9, place.id)
        assert subjects(account) == []

        rebase_after_restore()
        enqueue("result:3")

        assert subjects(account) == ["result:1", "result:2", "result:3"]
        assert subjects(account, place) == ["result:2", "result:3"]

    def test_is_left_as_it_is_by_a_migration(self, account, enqueue):
        enqueue("result:1")
        before = Event.objects.get().transaction
        rebase_after_restore()

        assert Event.objects.get().transaction == before


class TestHoldingBack:
    LATER = NOW + timedelta(seconds=8)

    def test_shows_a_held_event_once_its_time_has_come(self, account, enqueue):
        enqueue("result:1", not_before=self.LATER)
        enqueue("result:2")

        assert subjects(account) == ["result:2"]
        assert subjects(account, now=self.LATER) == ["result:2", "result:1"]

    def test_keeps_later_events_of_its_subject_back(self, account, enqueue):
        enqueue("result:1", not_before=self.LATER, event="review.decided")
        enqueue("result:1", event="review.rechecked")

        assert subjects(account) == []
        events, _place, _more = read(account, now=self.LATER)
        assert [event.type for event in events] == ["review.decided", "review.rechecked"]


class TestTakingBack:
    LATER = NOW + timedelta(seconds=8)

    @transaction.atomic
    def undone(self, account, event_id="evt_1", told_before=()):
        return take_back(
            account=account,
            subject="result:1",
            event_id=event_id,
            told_before=told_before,
            payload={"data_id": "comment-81", "review": {"outcome": "review"}},
            now=NOW,
        )

    def told(self, account, now=LATER):
        return [event.type for event in read(account, now=now)[0]]

    def test_is_as_if_it_had_never_been_where_nobody_saw_it(self, account, make_endpoint, enqueue):
        make_endpoint(), make_endpoint()
        enqueue("result:1", not_before=self.LATER, event_id="evt_1")

        assert self.undone(account) == []
        assert {one.state for one in Callback.objects.all()} == {"cancelled"}
        assert self.told(account) == []

    def test_needs_no_endpoint(self, account, enqueue):
        enqueue("result:1", not_before=self.LATER, event_id="evt_1")
        self.undone(account)

        assert not Event.objects.exists()

    def test_is_superseded_where_the_feed_has_shown_it(self, account, enqueue):
        enqueue("result:1", not_before=self.LATER, event_id="evt_1")
        subjects(account, now=self.LATER)

        assert self.undone(account) == []
        assert self.told(account) == ["review.decided", "review.corrected"]
        assert Event.objects.latest("id").payload["supersedes"] == "evt_1"

    def test_is_superseded_where_one_endpoint_was_told(self, account, make_endpoint, enqueue):
        make_endpoint(), make_endpoint()
        _callback, begun = enqueue("result:1", not_before=self.LATER, event_id="evt_1")
        Callback.objects.filter(pk=begun.pk).update(attempts=1)

        [correction] = self.undone(account)
        assert correction.endpoint == begun.endpoint
        assert self.told(account) == ["review.decided", "review.corrected"]
        assert Event.objects.latest("id").event_id == correction.event_id

    def test_leaves_what_another_account_owns(self, account, enqueue):
        enqueue("result:1", not_before=self.LATER, event_id="evt_1")
        self.undone(make_account("Another"))

        assert self.told(account) == ["review.decided"]


class TestPurging:
    def test_forgets_what_is_older_than_it_is_kept(self, account, enqueue, settings):
        settings.ASSAY_EVENTS_KEPT_DAYS = 30
        enqueue("result:1", now=NOW - timedelta(days=31))
        enqueue("result:2", now=NOW - timedelta(days=29))

        assert purge(now=NOW, names=["events"], batch=1) == {"events": 1}
        assert subjects(account) == ["result:2"]

    def test_keeps_all_where_it_is_told_to(self, account, enqueue, settings):
        settings.ASSAY_EVENTS_KEPT_DAYS = 0
        enqueue("result:1", now=NOW - timedelta(days=400))

        assert purge(now=NOW, names=["events"]) == {"events": 0}
        assert subjects(account) == ["result:1"]
