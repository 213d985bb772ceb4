from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from config.accounts import rates
from config.accounts.models import RateWindow
from config.accounts.rates import RateLimited, spend
from tests.factories import NOW, make_account, make_key


@pytest.fixture
def key():
    rates._lots.clear()
    return make_key(make_account()).key


def spent(key, limit, tries, now=NOW):
    done = 0
    for _number in range(tries):
        try:
            spend(key_id=key.pk, limit=limit, now=now)
            done += 1
        except RateLimited:
            pass
    return done


@pytest.mark.django_db
class TestALimit:
    @pytest.mark.parametrize("limit", [1, 7, 49, 50, 51, 120, 333, 6000])
    def test_is_exact_for_one_process(self, key, limit):
        assert spent(key, limit, limit + 20) == limit

    def test_begins_anew_with_the_minute(self, key):
        assert spent(key, 5, 9) == 5
        assert spent(key, 5, 9, NOW + timedelta(minutes=1)) == 5

    def test_says_how_long_to_wait(self, key):
        spent(key, 1, 1)

        with pytest.raises(RateLimited) as refusal:
            spend(key_id=key.pk, limit=1, now=NOW + timedelta(seconds=20))
        assert refusal.value.retry_after == 40

    def test_costs_a_query_per_lot_only(self, key, django_assert_max_num_queries):
        with django_assert_max_num_queries(3):
            assert spent(key, 6000, 240) == 240

    def test_forgets_old_windows(self, key):
        spent(key, 5, 1)

        assert rates.forget_old_windows(now=NOW + timedelta(hours=2)) == 1
        assert not RateWindow.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_limit_holds_over_threads(key):
    def work(_number):
        try:
            return spent(key, 300, 100)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(work, range(6))) == 300
