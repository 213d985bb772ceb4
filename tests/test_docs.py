"""The documents name everything there is, and nothing that is not."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.dispatch import Signal

import config
import libraries
import moderation
import review
import stats
from config.errors import PlatformError

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
APPS = (config, libraries, moderation, review, stats)
CODE = re.compile(r"^\| `([a-z0-9_]+)` \| (\d{3}) \|", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]+)(#[^)]*)?\)")


def modules():
    for package in APPS:
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if "migrations" not in found.name and "settings" not in found.name:
                yield importlib.import_module(found.name)


def errors(kind=PlatformError):
    yield kind
    for one in kind.__subclasses__():
        yield from errors(one)


def our_commands():
    names = {package.__name__ for package in APPS}
    return sorted(name for name, app in get_commands().items() if app.split(".")[0] in names)


def pages():
    return [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "CHANGELOG.md",
        *sorted(DOCS.rglob("*.md")),
    ]


def test_every_error_code_is_in_the_table_with_its_status():
    list(modules())
    raised = {(kind.code, kind.status) for kind in errors() if kind.__module__.split(".")[0] != "tests"}
    written = {(code, int(status)) for code, status in CODE.findall((DOCS / "errors.md").read_text())}

    assert written == raised


def test_a_code_stands_for_one_error():
    list(modules())
    by_code = {}
    for kind in errors():
        by_code.setdefault(kind.code, set()).add(kind.status)

    assert {code: found for code, found in by_code.items() if len(found) > 1} == {}


def test_every_command_is_described():
    text = (DOCS / "commands.md").read_text()

    assert our_commands()
    assert [name for name in our_commands() if f"| `{name}` |" not in text] == []


def test_every_setting_is_described():
    source = (ROOT / "config" / "settings.py").read_text()
    read = set(re.findall(r'environment\.\w+\(\s*"([A-Z_]+)"', source))
    described = (DOCS / "settings.md").read_text()

    assert len(read) > 20
    assert sorted(name for name in read if f"`{name}`" not in described) == []


def test_every_signal_is_described_and_there_is_one():
    signals = [
        f"{module.__name__}.{name}"
        for module in modules()
        for name, value in vars(module).items()
        if type(value) is Signal and module.__name__.endswith(".signals")
    ]

    assert signals == ["moderation.signals.verdict_reached"]
    assert signals[0] in (DOCS / "signals.md").read_text()


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    text = page.read_text()
    broken = [
        target
        for target, _anchor in LINK.findall(text)
        if "://" not in target and not (page.parent / target).exists()
    ]

    assert broken == []
