"""The sidebar as data: each app registers its entries, the site shows those a person may use."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from config.accounts.roles import can

GROUPS = {
    "overview": _("Overview"),
    "review": _("Review"),
    "media": _("Media"),
    "machine": _("Machine moderation"),
    "libraries": _("Libraries"),
    "usage": _("Usage"),
    "integration": _("Integration"),
    "administration": _("Administration"),
}
CHANGELIST = "_changelist"
PAGES_OF_A_MODEL = ("add", "change", "delete", "history")

_items: dict[str, "NavItem"] = {}


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry. `ability` empty: everybody who may sign in; `platform`: platform admins only.

    `url_name` lives in the console's namespace, without "admin:". An entry of a changelist also stands
    for the model's other pages; `covers` names further pages under it. `needs_manual_review`: only where
    that service is on.
    """

    group: str
    title: str
    url_name: str
    icon: str
    ability: str = ""
    order: int = 50
    platform: bool = False
    covers: tuple[str, ...] = ()
    badge: Callable | None = None
    needs_manual_review: bool = False

    def is_for(self, request) -> bool:
        if self.needs_manual_review and not (request.account and request.account.manual_review_on):
            return False
        if self.platform:
            return request.user.is_superuser
        return not self.ability or can(request.user, request.account, self.ability)

    def is_at(self, url_name: str) -> bool:
        if url_name == self.url_name or url_name in self.covers:
            return True
        if not self.url_name.endswith(CHANGELIST):
            return False
        stem = self.url_name.removesuffix(CHANGELIST)
        return url_name in {f"{stem}_{page}" for page in PAGES_OF_A_MODEL}


def register(*items: NavItem) -> None:
    for item in items:
        if item.group not in GROUPS:
            raise ValueError(f"There is no group {item.group!r} in the sidebar.")
        if item.url_name in _items:
            raise ValueError(f"{item.url_name!r} is in the sidebar already.")
        _items[item.url_name] = item


def items_in(*groups: str) -> list[NavItem]:
    return [item for item in _items.values() if item.group in groups]


def items_for(request) -> list[NavItem]:
    places = {group: place for place, group in enumerate(GROUPS)}
    shown = [item for item in _items.values() if item.is_for(request)]
    return sorted(shown, key=lambda item: (places[item.group], item.order, item.url_name))


def sidebar_for(request) -> list[dict]:
    """What the sidebar's template reads: groups in order, each with its entries."""
    here = request.resolver_match.url_name if request.resolver_match else ""
    groups: dict[str, list[dict]] = {}
    for item in items_for(request):
        groups.setdefault(item.group, []).append(
            {
                "title": item.title,
                "icon": item.icon,
                "link": reverse(f"admin:{item.url_name}"),
                "active": item.is_at(here or ""),
                "badge": item.badge(request) if item.badge else "",
                "has_permission": True,
            }
        )
    return [{"title": GROUPS[group], "items": items} for group, items in groups.items()]
