"""Nothing of one account reaches another: every URL name, called by B with everything that A owns."""

import re
from datetime import timedelta
from itertools import islice

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from config.accounts import authentication, rates, revisions
from config.accounts.idempotency import answer_once
from config.accounts.models import AccountOwned, RateWindow
from config.accounts.roles import Role
from libraries.operations.hits import count_hits
from libraries.operations.keyword_imports import start_import
from libraries.operations.vocabularies import create_vocabulary
from moderation.callbacks.endpoints import create_endpoint
from moderation.models import (
    Callback,
    CallbackAttempt,
)
from moderation.operations.drafts import save_draft
from moderation.operations.moderate_images import ImageSource
from moderation.operations.services import copy_service
from moderation.operations.tasks import accept_image
from review.operations.decisions import decide
from review.operations.feedback import give_feedback
from stats.operations import fold_tail
from stats.review_folding import fold_review
from stats.summing import sum_up
from tests.factories import (
    NOW,
    make_account,
    make_item,
    make_key,
    make_platform_admin,
    make_user,
    service_of,
)
from tests.ground import proofs
from tests.owned_rows import (
    MARK,
    delete_and_refuse,
    make_erasure,
    make_exports,
    make_images,
    make_learning,
    make_recordings,
    make_retention,
    make_review,
    make_statistics,
)

UNSCOPED = {"jsi18n", "schema"}
ROLES = [*Role.values, "platform"]
# They may write most, so they try to write as well.
MIGHTY = ("platform", Role.ACCOUNT_ADMIN)


@pytest.fixture
def owner(db, settings, tmp_path):
    """Account A, with at least one row in every model that an account can own, all bearing the mark."""
    settings.MEDIA_ROOT = tmp_path
    account = make_account(f"{MARK} account")
    admin = make_user(f"{MARK}-admin", account=account, role=Role.ACCOUNT_ADMIN)
    vocabulary = create_vocabulary(
        account=account,
        name=f"{MARK} words",
        description=MARK,
        keywords=[f"{MARK}word".lower()],
        actor=admin,
        now=NOW,
    )
    start_import(
        vocabulary=vocabulary, file_name=f"{MARK}.txt", data=f"{MARK}x".encode(), actor=admin, now=NOW
    )
    count_hits(account.pk, {vocabulary.keywords.get().pk: 2}, NOW)
    make_images(account, admin)
    accept_image(
        account=account,
        revisions=revisions.read(account.pk),
        service_codes=["baselineCheck"],
        source=ImageSource(url=f"https://img.example.com/{MARK}.jpg"),
        data_id=MARK,
        now=NOW,
    )
    create_endpoint(
        account=account, name=f"{MARK} hook", url=f"https://{MARK}.example/", actor=admin, now=NOW
    )
    service = service_of(account)
    save_draft(
        service=copy_service(service=service, name=f"{MARK} copy", description="", actor=admin, now=NOW),
        rules=service.current_version.rules.with_label("pt_to_contact", on=False),
        based_on=1,
        actor=admin,
        now=NOW,
    )
    item = make_item(account, f"Add me on WeChat: abc_12345 {MARK}")
    make_item(account, f"Add me on WeChat: xyz_12345 {MARK}")
    block = {"account": account, "reviewer": admin, "outcome": "block", "label": "pt_to_contact", "now": NOW}
    decide(item_id=item.pk, handling_ms=4_000, **block)
    give_feedback(result=item.result, kind="false_positive", note=f"{MARK} is quoted", actor=admin, now=NOW)
    make_exports(account, admin)
    callback = Callback.objects.owned_by(account).first()
    CallbackAttempt.objects.create(
        account=account, callback=callback, number=1, started_at=NOW, took_ms=1, error_code=MARK
    )
    make_learning(account)
    make_recordings(account)
    make_review(account, admin)
    make_statistics(account)
    make_key(account)
    make_erasure(account, admin)
    make_retention(account)
    answer_once(account=account, key=MARK, request=b"", now=NOW, act=lambda: (200, MARK.encode()))
    fold_tail(now=NOW)
    sum_up(now=NOW + timedelta(days=2))
    fold_review(now=NOW)
    decide(item_id=make_item(account, f"Add me on WeChat: tail_12345 {MARK}").pk, **block)
    delete_and_refuse(account)
    return account


@pytest.fixture
def stranger(db):
    authentication._known.clear()
    rates._lots.clear()
    return make_account("Stranger")


def owned_models():
    return [
        model for model in apps.get_models() if issubclass(model, AccountOwned) and not model._meta.abstract
    ]


def patterns(resolver=None, prefix="", namespaces=()):
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route, (*namespaces, entry.namespace))
        elif isinstance(entry, URLPattern):
            yield route, entry


def ids_of(owner):
    """Every id of A's rows in every form that a URL may take, with the model it belongs to."""
    found = {}
    for model in owned_models():
        for row in model.objects.owned_by(owner)[:1]:
            values = {str(row.pk)}
            for name in ("request_id", "uid", "event_id", "prefix", "code", "name", "media_id", "upload_id"):
                if getattr(row, name, None):
                    values.add(str(getattr(row, name)))
            found.setdefault(model, set()).update(values)
    return found


def addresses(owner):
    """Every address of the product: those with parameters once for each id of A that may fit."""
    every = sorted({value for values in ids_of(owner).values() for value in values})
    for route, entry in patterns():
        if entry.name in UNSCOPED or "static" in route:
            continue
        params = entry.pattern.converters
        named = entry.pattern.regex.groupindex if hasattr(entry.pattern, "regex") else {}
        if not params and not named:
            yield entry.name, as_path(route)
            continue
        for value in every:
            path = fill(route, value, params)
            if path is not None:
                yield entry.name, path


def fill(route, value, converters):
    path = route
    for name, converter in converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        for spelled in (f"<{kind}:{name}>", f"<{name}>"):
            path = path.replace(spelled, value)
        if not re.fullmatch(converter.regex, value) or (kind == "path" and not value.isdecimal()):
            return None
    return None if "<" in path or "(" in path else as_path(path)


def as_path(route):
    return "/" + route.replace("^", "").replace("$", "").replace("\\Z", "").lstrip("/")


def test_every_owned_model_has_a_row_to_look_for(owner):
    without = [model.__name__ for model in owned_models() if not model.objects.owned_by(owner).exists()]

    assert without == []


def test_the_owner_does_see_the_marks(owner, client):
    """The enumeration means something: what it looks for is there for those who may see it."""
    client.force_login(make_user("insider", account=owner, role=Role.ACCOUNT_ADMIN))
    seen = (path for _name, path in sorted(set(addresses(owner)), key=str) if shows_mark(client.get(path)))

    assert len(list(islice(seen, 12))) == 12


def shows_mark(response) -> bool:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return MARK.lower().encode() in body.lower()


@pytest.mark.parametrize("role", ROLES)
def test_the_console_shows_a_stranger_nothing(owner, stranger, role):
    client = Client(raise_request_exception=True)
    user = make_platform_admin() if role == "platform" else make_user(account=stranger, role=role)
    client.force_login(user)
    if role == "platform":
        session = client.session
        session["account_id"] = stranger.pk
        session.save()
    before = counts(owner)
    leaks, visited = [], 0
    for name, path in tried_by(role, sorted(set(addresses(owner)), key=str)):
        if not path.startswith("/console/") or "logout" in path:
            continue
        if role == "platform" and ("accounts_account" in (name or "") or "user" in (name or "")):
            continue  # a platform admin's own pages over all accounts
        answers = [client.get(path)]
        if role in MIGHTY:
            answers.append(client.post(path, {"post": "yes", "action": "delete_selected"}))
        for response in answers:
            visited += 1
            if shows_mark(response) and not (role == "platform" and is_switcher_only(response)):
                leaks.append((name, path, response.status_code))

    assert leaks == []
    assert visited > 100
    assert counts(owner) == before


def tried_by(role, found: list) -> list:
    """The mighty try everything, the others what nobody else of them does, and all together everything."""
    if role in MIGHTY or proofs.IS_WHOLE:
        return found
    others = [one for one in ROLES if one not in MIGHTY]
    return found[others.index(role) :: len(others)]


def counts(owner) -> dict:
    return {model: model.objects.owned_by(owner).count() for model in owned_models()}


def is_switcher_only(response) -> bool:
    """A platform admin is offered every account by name: that name may stand on a page once or twice."""
    body = response.content.decode(errors="replace")
    return body.replace(f"{MARK} account", "").lower().count(MARK.lower()) == 0


def test_the_api_gives_a_stranger_nothing(owner, stranger):
    token = make_key(stranger).token
    headers = {"Authorization": f"Bearer {token}"}
    client = Client()
    leaks, visited = [], 0
    for name, path in sorted(set(addresses(owner)), key=str):
        if not path.startswith("/api/"):
            continue
        for method in ("get", "post", "put", "patch", "delete"):
            rates._lots.clear()
            RateWindow.objects.all().delete()
            kwargs = {} if method == "get" else {"data": "{}", "content_type": "application/json"}
            response = getattr(client, method)(path, headers=headers, **kwargs)
            visited += 1
            if shows_mark(response) or response.status_code >= 500:
                leaks.append((name, path, method, response.status_code))

    assert leaks == []
    assert visited > 20


def test_a_stranger_cannot_switch_to_the_account(owner, stranger):
    client = Client()
    client.force_login(make_user(account=stranger, role=Role.ACCOUNT_ADMIN))
    session = client.session
    session["account_id"] = owner.pk
    session.save()

    assert not shows_mark(client.get("/console/"))


def test_a_foreign_id_is_a_404_in_the_console(owner, stranger):
    client = Client()
    client.force_login(make_user(account=stranger, role=Role.ACCOUNT_ADMIN))
    answers = {}
    for model in owned_models():
        stem = f"/console/{model._meta.app_label}/{model._meta.model_name}"
        row = model.objects.owned_by(owner).first()
        if client.get(f"{stem}/").status_code == 404:
            continue  # the model has no page of its own
        for page in ("change", "delete", "history"):
            answers[model.__name__, page] = client.get(f"{stem}/{row.pk}/{page}/").status_code

    assert len(answers) >= 21
    allowed = {"change": {404}, "delete": {403, 404}, "history": {403, 404}}
    assert {one: status for one, status in answers.items() if status not in allowed[one[1]]} == {}
