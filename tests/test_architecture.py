"""A package imports only packages under it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ["config", "libraries", "moderation", "review", "stats"]
WIRING = {"config.urls", "config.settings", "config.settings_test", "config.wsgi"}
KERNEL_MAY_NOT = set(LAYERS[1:])
EXCEPTIONS = {
    # Wiring and commands that start the whole product.
    "config/urls.py",
    "config/settings.py",
    "config/settings_test.py",
}


def python_files():
    for layer in LAYERS:
        yield from sorted((ROOT / layer).rglob("*.py"))


def imports_of(path: Path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)


def is_allowed(importer: str, imported: str) -> bool:
    layer = imported.split(".")[0]
    if layer not in LAYERS:
        return True
    if any(imported == name or imported.startswith(name + ".") for name in WIRING):
        return False
    return LAYERS.index(layer) <= LAYERS.index(importer)


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_downward(path):
    relative = path.relative_to(ROOT)
    if str(relative) in EXCEPTIONS:
        return
    upward = [name for name, _node in imports_of(path) if not is_allowed(relative.parts[0], name)]

    assert upward == []


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_stand_at_the_top(path):
    """A function-level import hides a cycle; only an app's ready() needs one."""
    if path.name == "apps.py":
        return
    functions = [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    hidden = [
        ast.unparse(inner)
        for function in functions
        for inner in ast.walk(function)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]

    assert hidden == []


def test_a_planted_upward_import_is_caught():
    assert not is_allowed("libraries", "review.models")
    assert not is_allowed("config", "moderation.models")
    assert is_allowed("review", "moderation.models")
    assert not is_allowed("stats", "config.settings")


def test_files_say_what_they_are_about():
    banned = {"utils.py", "helpers.py", "common.py", "services_layer.py", "managers.py", "misc.py"}

    assert [str(path) for path in python_files() if path.name in banned] == []


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_files_stay_short(path):
    if "migrations" in path.parts:
        return

    assert len(path.read_text().splitlines()) <= 400
