import psycopg
import pytest
from django.db import connection


@pytest.fixture
def fresh_request():
    """As Django does when a request begins: the connection's health is to be asked for once."""

    def begin():
        connection.health_check_done = False

    return begin


@pytest.mark.django_db(transaction=True)
class TestHealthCheck:
    def query(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return cursor.fetchone()[0]

    def test_asks_the_server_nothing_while_all_is_well(self, fresh_request, django_assert_num_queries):
        before = self.query()
        fresh_request()

        with django_assert_num_queries(1):
            assert self.query() == before

    def test_connects_anew_when_the_server_has_gone_away_meanwhile(self, fresh_request):
        before = self.query()
        settings = connection.settings_dict
        with psycopg.connect(
            host=settings["HOST"], user=settings["USER"], dbname=settings["NAME"], autocommit=True
        ) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [before])
        fresh_request()

        assert self.query() != before
