"""The examples of docs/api.md, run: each ```http block and the ```json block after it."""

import json
import re
from pathlib import Path

import pytest

from config.accounts import authentication, rates
from tests.factories import make_account, make_key

TEXT = (Path(__file__).resolve().parent.parent / "docs" / "api.md").read_text()
EXAMPLES = re.findall(r"```http\n(\w+) (\S+)\n(.*?)```\s+```json\n(.*?)```", TEXT, re.DOTALL)
ANYTHING = "…"


def matches(written, answered) -> bool:
    if written == ANYTHING:
        return True
    if isinstance(written, dict):
        return (
            isinstance(answered, dict)
            and written.keys() == answered.keys()
            and all(matches(written[key], answered[key]) for key in written)
        )
    if isinstance(written, list):
        return (
            isinstance(answered, list)
            and len(written) == len(answered)
            and all(map(matches, written, answered))
        )
    return written == answered


def test_there_are_examples():
    assert len(EXAMPLES) >= 6


@pytest.mark.django_db
@pytest.mark.parametrize(
    "method, path, body, answer", EXAMPLES, ids=[f"{method} {path}" for method, path, *_rest in EXAMPLES]
)
def test_an_example_answers_as_written(client, method, path, body, answer):
    authentication._known.clear()
    rates._lots.clear()
    token = make_key(make_account()).token
    kwargs = {"data": body, "content_type": "application/json"} if body.strip() else {}

    answered = getattr(client, method.lower())(path, headers={"Authorization": f"Bearer {token}"}, **kwargs)

    assert matches(json.loads(answer), answered.json()), answered.json()
