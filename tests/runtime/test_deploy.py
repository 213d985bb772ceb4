"""The examples under deploy/ name things that exist."""

import re

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from config import embedded

DEPLOY = embedded.BASE / "deploy"
FILES = sorted(path for path in DEPLOY.iterdir() if path.is_file())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_names_only_settings_that_exist(path):
    named = set(re.findall(r"\bASSAY_[A-Z_]+", path.read_text()))

    assert [name for name in sorted(named) if not hasattr(settings, name)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_names_only_commands_that_exist(path):
    named = set(re.findall(r"manage\.py (\w+)", path.read_text()))

    assert sorted(named - set(get_commands())) == []


def test_compose_runs_all_programs_on_one_configuration():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    ours = {name: service for name, service in services.items() if service["image"] == "assay"}

    assert ours.keys() == {"prepare", "web", "worker", "delivery", "tasks", "media"}
    assert all(service["environment"] == ours["web"]["environment"] for service in ours.values())
    assert "DATABASE_URL" in ours["web"]["environment"]


def test_every_own_setting_is_documented():
    table = (embedded.BASE / "docs" / "settings.md").read_text()
    own = [name for name in dir(settings) if name.startswith("ASSAY_")]

    assert [name for name in own if f"| `{name}` |" not in table] == []


def test_every_check_is_documented():
    table = (embedded.BASE / "docs" / "settings.md").read_text()
    ids = set()
    for path in [embedded.BASE / "config" / "checks.py", *embedded.BASE.glob("*/checks.py")]:
        ids |= set(re.findall(r'"(assay\.[EW]\d{3})"', path.read_text()))

    assert sorted(one for one in ids if f"| {one} |" not in table) == []
