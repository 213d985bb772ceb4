import sys

import pytest
from django.core.checks import run_checks

from config import checks, environment
from moderation.checks import check_engines, check_plugins, check_speech_model
from tests.ground.live import LiveAssay

PRODUCTION = {
    "DATABASE_URL": "postgresql://assay@db.example.com/assay?sslmode=verify-full",
    "ASSAY_PUBLIC_URL": "https://assay.example.com",
    "ASSAY_PROXY_HOPS": "1",
    "ASSAY_SECRET_KEY": "9wR2mX7vKq4TzYb8HnJc5LdF3sGp6AeUoVt1iBkQ0yNxM2aZ7rT4",
}


def ids_of(found) -> list[str]:
    return [one.id for one in found]


def test_the_settings_of_the_tests_are_without_fault():
    assert [found for found in run_checks() if found.id.startswith("assay.")] == []


def test_e001_names_a_value_that_cannot_be_read(monkeypatch):
    monkeypatch.setattr(environment, "faults", [("ASSAY_JOB_WORKERS", "is 'many', and must be ...")])

    (found,) = checks.check_values(None)

    assert found.id == "assay.E001"
    assert "ASSAY_JOB_WORKERS is 'many'" in found.msg


@pytest.mark.parametrize(
    "name, value, expected",
    [
        ("ASSAY_SECRET_KEY", "", "assay.E002"),
        ("ASSAY_SECRET_KEY", "short", "assay.E002"),
        ("ASSAY_KEY_PEPPER", "short", "assay.E003"),
        ("ASSAY_ENCRYPTION_KEYS", [], "assay.E004"),
        ("ASSAY_ENCRYPTION_KEYS", ["no key"], "assay.E004"),
    ],
)
def test_e002_to_e004_name_secrets_that_are_missing_or_weak(settings, name, value, expected):
    setattr(settings, name, value)

    assert ids_of(checks.check_secrets(None)) == [expected]


@pytest.mark.parametrize("url", ["", "assay.example.com", "ftp://assay.example.com", "https://a.example/b"])
def test_e005_names_a_public_url_that_is_none(settings, url):
    settings.ASSAY_PUBLIC_URL = url

    assert ids_of(checks.check_public_url(None)) == ["assay.E005"]


def test_e006_names_each_entry_that_is_no_network(settings):
    settings.ASSAY_METRICS_ALLOW = ["10.0.0.0/8", "10.0.0.1/8", "office"]

    assert ids_of(checks.check_networks(None)) == ["assay.E006", "assay.E006"]


def test_e007_names_jobs_that_would_run_twice(settings):
    settings.Q_CLUSTER = settings.Q_CLUSTER | {"queue_limit": 50}

    assert ids_of(checks.check_jobs(None)) == ["assay.E007"]


@pytest.mark.parametrize(
    "entry",
    [
        {"minutes": 5},
        {"func": "config.backlog.read"},
        {"func": "config.backlog.read", "minutes": 0},
        {"func": "config.backlog.nothing", "minutes": 5},
    ],
)
def test_e008_names_an_incomplete_schedule(settings, entry):
    settings.ASSAY_SCHEDULES = {"nightly": entry}

    assert ids_of(checks.check_jobs(None)) == ["assay.E008"]


def test_e009_names_what_cannot_be_imported(settings):
    settings.ASSAY_DETECTORS = ["moderation.detectors.nothing.Engine"]
    settings.ASSAY_BACKLOGS = settings.ASSAY_BACKLOGS | {"dreams": "config.backlog.dreams"}

    assert ids_of(checks.check_paths(None)) == ["assay.E009"]
    assert ids_of(check_engines(None)) == ["assay.E009"]


def test_w004_names_an_engine_that_is_allowed_and_not_offered(settings):
    settings.ASSAY_ENGINE_PLUGINS = ["smoke"]

    assert ids_of(check_plugins(None)) == ["assay.W004"]


def test_w005_names_a_speech_model_that_cannot_be_used(settings, tmp_path):
    assert check_speech_model(None) == []

    settings.ASSAY_SPEECH_MODEL = str(tmp_path)

    [warning] = check_speech_model(None)
    assert warning.id == "assay.W005" and "speech.json" in warning.msg


def test_w001_to_w003_name_what_only_fits_ones_own_machine(settings):
    settings.ASSAY_SECRETS_FILE = "/srv/assay/var/secrets.env"
    settings.ASSAY_PUBLIC_URL = "http://localhost:8000"
    settings.DATABASE_URL = f"postgresql:///assay?host={settings.ASSAY_VAR_DIR}/pg"

    assert ids_of(checks.check_installation(None)) == ["assay.W001", "assay.W002", "assay.W003"]


def test_production_settings_pass_the_deployment_checks(tmp_path):
    installation = LiveAssay(PRODUCTION["DATABASE_URL"], tmp_path)

    done = installation.manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_a_wrong_value_stops_every_command(tmp_path):
    installation = LiveAssay(PRODUCTION["DATABASE_URL"], tmp_path)

    done = installation.manage("check", **PRODUCTION | {"ASSAY_WEB_THREADS": "lots"})

    assert done.returncode == 1
    assert "(assay.E001) ASSAY_WEB_THREADS is 'lots'" in done.stderr


@pytest.mark.parametrize(
    "name, value, expected",
    [
        ("ASSAY_ACCEL_PREFIX", "kept", ["assay.E011"]),
        ("ASSAY_ACCEL_PREFIX", "/kept/", []),
        ("ASSAY_MEDIA_ORIGINS", ["https://films.example"], []),
        ("ASSAY_MEDIA_ORIGINS", ["films.example", "https://films.example/path", "*"], ["assay.E012"] * 3),
        ("ASSAY_S3_BUCKET", "kept", []),
    ],
)
def test_places_of_files_are_looked_at(settings, name, value, expected):
    setattr(settings, name, value)

    assert ids_of(checks.check_places_of_files(None)) == expected


def test_e010_names_what_is_missing_for_a_bucket(settings, monkeypatch):
    settings.ASSAY_S3_BUCKET = "kept"
    monkeypatch.setitem(sys.modules, "config.remote_storage", None)

    assert ids_of(checks.check_places_of_files(None)) == ["assay.E010"]
