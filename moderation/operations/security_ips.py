"""Addresses from which recordings are played that are not cleared: groups of them, as a list that changes."""

import ipaddress
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.addresses import is_within
from config.accounts.models import Account
from config.accounts.operations.keys import AddressInvalid
from config.audit.records import record
from config.errors import Invalid, NotAllowedNow
from moderation.models import SecurityIpGroup

APPEND, COVER, DELETE = MODES = ("append", "cover", "delete")
DEFAULT_GROUP = "Default"
MOST_ADDRESSES, MOST_GROUPS, LONGEST_NAME = 100, 10, 64


class SecurityGroupInvalid(Invalid):
    code = "security_group_invalid"
    default_message = _("A group has a name of 1 to 64 printable characters.")


class SecurityModeUnknown(Invalid):
    code = "security_mode_unknown"
    default_message = _("Addresses are appended, put in the place of the others, or deleted.")


class SecurityAddressesMissing(Invalid):
    code = "security_addresses_missing"
    default_message = _("Name at least one address.")


class SecurityAddressLimit(NotAllowedNow):
    code = "security_address_limit_reached"
    default_message = _("A group has at most 100 addresses: delete some, or use networks.")


class SecurityGroupLimit(NotAllowedNow):
    code = "security_group_limit_reached"
    default_message = _("An account has at most 10 groups: delete the addresses of one first.")


@transaction.atomic
def set_security_ips(
    *,
    account: Account,
    addresses: Iterable[str],
    mode: str = APPEND,
    group: str = DEFAULT_GROUP,
    actor,
    now: datetime,
) -> SecurityIpGroup | None:
    """Change a group, which is made when it is first named; None: no address is left, and it is gone."""
    if mode not in MODES:
        raise SecurityModeUnknown(field="mode")
    group = require_name(group)
    asked = list(dict.fromkeys(map(network_text, addresses)))
    if not asked and mode != COVER:
        raise SecurityAddressesMissing(field="addresses")
    groups = list(SecurityIpGroup.objects.owned_by(lock(account)))
    found = next((one for one in groups if one.name == group), None)
    before = list(found.addresses) if found else []
    after = changed(before, asked, mode)
    if len(after) > MOST_ADDRESSES:
        raise SecurityAddressLimit(field="addresses", most=MOST_ADDRESSES)
    if found is None and after and len(groups) >= MOST_GROUPS:
        raise SecurityGroupLimit(field="group", most=MOST_GROUPS)
    if before == after:
        return found
    if not after:
        found.delete()
        found = None
    else:
        found = found or SecurityIpGroup(account=account, name=group)
        found.addresses, found.updated_at = after, now
        found.save()
    record(
        account=account,
        actor=actor,
        action="security_ips.changed",
        subject=f"security_ips:{group}",
        before={"addresses": before},
        after={"addresses": after},
        now=now,
    )
    return found


def changed(before: list[str], asked: list[str], mode: str) -> list[str]:
    if mode == COVER:
        return asked
    if mode == DELETE:
        return [one for one in before if one not in asked]
    return list(dict.fromkeys([*before, *asked]))


def lock(account: Account) -> Account:
    """Who changes the groups of an account waits for whoever is at it."""
    return Account.objects.select_for_update(no_key=True).get(pk=account.pk)


def require_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise SecurityGroupInvalid(field="group")
    return name


def network_text(entry: str) -> str:
    """An address alone is the network of it alone; bits behind the mask are a mistake that is mended."""
    try:
        return str(ipaddress.ip_network(entry.strip(), strict=False))
    except ValueError as error:
        raise AddressInvalid(field="addresses", entry=entry[:64]) from error


def groups_of(account: Account):
    return SecurityIpGroup.objects.owned_by(account).order_by("name")


def is_security_address(*, account_id: int, address: str) -> bool:
    groups = SecurityIpGroup.objects.filter(account_id=account_id)
    return any(is_within(address, listed) for listed in groups.values_list("addresses", flat=True))
