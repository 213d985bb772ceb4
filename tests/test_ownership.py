"""Everything an account owns goes through one scoped path, by construction."""

import pytest
from django.apps import apps
from django.contrib import admin

from config.accounts.models import AccountOwned, AccountOwnedQuerySet
from config.console.owned import OwnedAdmin

OURS = {"accounts", "audit", "erasure", "libraries", "moderation", "retention", "review", "stats"}
NOT_CONTENT = {"Membership", "Revision"}


def our_models():
    return [model for model in apps.get_models() if model._meta.app_label in OURS]


def points_at_an_account(model) -> bool:
    return any(
        field.is_relation and field.related_model and field.related_model.__name__ == "Account"
        for field in model._meta.get_fields()
        if field.concrete
    )


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model.__name__)
def test_what_has_an_account_is_owned(model):
    if points_at_an_account(model) and model.__name__ not in NOT_CONTENT:
        assert issubclass(model, AccountOwned)


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model.__name__)
def test_owned_models_have_the_verb(model):
    if issubclass(model, AccountOwned):
        assert isinstance(model.objects.all(), AccountOwnedQuerySet)


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model.__name__)
def test_console_pages_of_owned_models_are_scoped(model):
    page = admin.site._registry.get(model)
    if page is not None and issubclass(model, AccountOwned):
        assert isinstance(page, OwnedAdmin)
