from datetime import UTC, datetime, timedelta

import pytest
from django_q.models import OrmQ

from config import backlog
from tests.ground.live import LiveAssay

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
PROBE = """
from django.test import Client
answer = Client().get("/readyz", headers={"host": "localhost"})
print(answer.status_code, answer.content.decode())
"""


def test_healthz_needs_no_database(client):
    assert client.get("/healthz").content == b"ok\n"


class TestReadyz:
    @pytest.mark.django_db
    def test_says_ready_and_how_much_waits(self, client):
        answer = client.get("/readyz")

        assert answer.status_code == 200
        assert answer.json()["status"] == "ready"
        assert answer.json()["waiting"]["jobs"] == {"count": 0, "oldest_seconds": 0}

    @pytest.mark.django_db
    def test_names_a_late_backlog_and_still_serves(self, client):
        OrmQ.objects.create(key="assay", payload="", lock=datetime.now(UTC) - timedelta(hours=1))

        answer = client.get("/readyz")

        assert answer.status_code == 200
        assert answer.json()["status"] == "late"
        assert answer.json()["reasons"] == ["The oldest of jobs waits for too long."]

    @pytest.mark.parametrize(
        "ending, reason",
        [
            ("", "Migrations are not applied: run `manage.py migrate`."),
            ("_that_is_gone", "The database does not answer."),
        ],
        ids=["not migrated", "no database"],
    )
    def test_is_503_with_the_reason(self, make_database, tmp_path, ending, reason):
        place, question, options = make_database().partition("?")
        installation = LiveAssay(f"{place}{ending}{question}{options}", tmp_path)

        done = installation.manage("shell", "-v", "0", "-c", PROBE)

        assert done.stdout.startswith("503"), done.stdout + done.stderr
        assert reason in done.stdout


@pytest.mark.django_db
class TestJobsBacklog:
    def test_counts_what_nobody_has_taken(self):
        OrmQ.objects.create(key="assay", payload="", lock=NOW - timedelta(seconds=90))
        OrmQ.objects.create(key="assay", payload="", lock=NOW - timedelta(seconds=30))
        OrmQ.objects.create(key="assay", payload="", lock=NOW + timedelta(seconds=180))

        assert backlog.jobs(now=NOW) == (2, NOW - timedelta(seconds=90))

    def test_may_be_empty(self):
        assert backlog.jobs(now=NOW) == (0, None)


@pytest.mark.django_db
class TestMetrics:
    def test_tell_the_backlog(self, client):
        OrmQ.objects.create(key="assay", payload="", lock=datetime.now(UTC) - timedelta(seconds=5))

        text = client.get("/metrics").content.decode()

        assert "assay_database_up 1.0" in text
        assert 'assay_waiting{kind="jobs"} 1.0' in text

    def test_are_refused_to_other_networks(self, client):
        assert client.get("/metrics", REMOTE_ADDR="203.0.113.5").status_code == 403


def test_metrics_add_up_the_requests_of_all_processes(live_assay):
    def counted() -> float:
        lines = live_assay.get("/metrics").text.splitlines()
        found = [line for line in lines if line.startswith("assay_requests_total") and "services" in line]
        return sum(float(line.rpartition(" ")[2]) for line in found)

    before = counted()
    for _number in range(20):
        live_assay.get("/api/v1/services")

    assert counted() == before + 20
