"""What rows are known by: an author, the client's own id, a request, a recording.

Each app says which of its models bear which marks, and how: by the name of a column or by a function of the
values. A model that is not named here belongs to nobody in particular.
"""

from collections.abc import Callable, Collection, Mapping
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Model, Q

from config.accounts.models import Account

MARKS = ("author_id", "data_id", "request_id", "media_id")
Path = str | Callable[[Account, list[str]], Q]

bearers: dict[type[Model], dict[str, Path]] = {}


def bear(model: type[Model], **paths: Path) -> None:
    if unknown := set(paths) - set(MARKS):
        raise ValueError(f"There are no marks called {sorted(unknown)}.")
    bearers[model] = paths


def bears(model: type[Model], account: Account, marks: Mapping[str, Collection[str]]) -> Q | None:
    """What of the model bears one of these; None: nothing of it can."""
    paths = bearers.get(model, {})
    found = [
        path(account, sorted(values)) if callable(path) else Q(**{f"{path}__in": sorted(values)})
        for mark, values in marks.items()
        if values and (path := paths.get(mark))
    ]
    return reduce(or_, found) if found else None


def cleaned(mark: str, value: str) -> str:
    """As it is stored; blank where nothing can bear it."""
    value = value.strip()
    if mark != "request_id":
        return value
    try:
        return str(UUID(value))
    except ValueError:
        return ""
