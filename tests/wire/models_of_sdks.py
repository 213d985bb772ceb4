"""What the SDKs' own models know of an answer: names and types, read from the installed packages."""

import importlib
import inspect
import re
import typing
from functools import lru_cache

PACKAGES = {
    "2022-03-02": "alibabacloud_green20220302",
    "2022-09-26": "alibabacloud_green20220926",
    "2017-08-23": "alibabacloud_green20170823",
    "2017-03-21": "alibabacloud_vod20170321",
}
READ = re.compile(r"if m\.get\('(\w+)'\) is not None:(.*?)(?=\n {8}(?:if|self\.|return)|\Z)", re.S)
PLAIN = {str: (str,), int: (int,), float: (int, float), bool: (bool,)}


@lru_cache
def fields_of(model) -> dict[str, typing.Any]:
    """The type of each name that the model reads."""
    names = names_beside(model)
    hints = typing.get_type_hints(model.__init__, names)
    found = {}
    for name, block in READ.findall(inspect.getsource(model.from_map)):
        attribute = re.search(r"self\.(\w+)", block)[1]
        found[name] = hints.get(attribute, typing.Any)
    return found


def names_beside(model) -> dict:
    return vars(importlib.import_module(model.__module__))


def body_model(version: str, action: str):
    package = PACKAGES.get(version)
    return (
        getattr(importlib.import_module(f"{package}.models"), f"{action}ResponseBody", None)
        if package
        else None
    )


def faults(answer: dict, model, path: str = "") -> list[str]:
    """Names that the model does not know, and values of another type than it says."""
    known, found = fields_of(model), []
    for name, value in answer.items():
        where = f"{path}.{name}".lstrip(".")
        if name not in known:
            found.append(f"{where} is not known")
        else:
            found += faults_of_value(value, known[name], where)
    return found


def faults_of_value(value, kind, where: str) -> list[str]:
    if value is None:
        return [f"{where} is null"]
    origin = typing.get_origin(kind)
    if origin is list:
        if not isinstance(value, list):
            return [f"{where} is no list"]
        [inner] = typing.get_args(kind)
        return [fault for one in value for fault in faults_of_value(one, inner, f"{where}[]")]
    if origin is dict:
        return [] if isinstance(value, dict) else [f"{where} is no object"]
    if kind in PLAIN:
        is_right = isinstance(value, PLAIN[kind]) and (kind is bool or not isinstance(value, bool))
        return [] if is_right else [f"{where} is {value!r}, not {kind.__name__}"]
    if inspect.isclass(kind) and hasattr(kind, "from_map"):
        return faults(value, kind, where) if isinstance(value, dict) else [f"{where} is no object"]
    return []


def all_names(model, path: str = "", seen: tuple = ()) -> set[str]:
    """Each leaf that the model can hold, by its path."""
    found = set()
    for name, kind in fields_of(model).items():
        where = f"{path}.{name}".lstrip(".")
        inner = typing.get_args(kind)[0] if typing.get_origin(kind) is list else kind
        if inspect.isclass(inner) and hasattr(inner, "from_map") and inner not in seen:
            found |= all_names(inner, where, (*seen, model))
        else:
            found.add(where)
    return found


def filled_names(answer, model, path: str = "") -> set[str]:
    found = set()
    for name, value in answer.items():
        kind, where = fields_of(model).get(name), f"{path}.{name}".lstrip(".")
        inner = typing.get_args(kind)[0] if typing.get_origin(kind) is list else kind
        parts = value if isinstance(value, list) else [value]
        if inspect.isclass(inner) and hasattr(inner, "from_map"):
            found |= set().union(*(filled_names(one, inner, where) for one in parts))
        elif value not in ("", [], {}):
            found.add(where)
    return found
