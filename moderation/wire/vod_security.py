"""Addresses from which recordings are played that are not cleared."""

from config.wire.envelopes import Envelope
from config.wire.refusals import missing
from config.wire.registry import VOD, Call, operation
from moderation.callbacks.vod import second
from moderation.models import SecurityIpGroup
from moderation.operations.security_ips import APPEND, DEFAULT_GROUP, MODES, groups_of, set_security_ips

ALONE = ("/32", "/128")


@operation(VOD, "SetAuditSecurityIp", scope="media:write", envelope=Envelope.BARE)
def change(call: Call) -> dict:
    """What is none of the modes means to append."""
    read = call.parameters
    if "Ips" not in read and not read.several("Ips"):
        raise missing("Ips")
    mode = read.text("OperateMode").lower()
    set_security_ips(
        account=call.account,
        addresses=read.several("Ips"),
        mode=mode if mode in MODES else APPEND,
        group=read.text("SecurityGroupName", DEFAULT_GROUP),
        actor=call.caller.key,
        now=call.now,
    )
    return {}


@operation(VOD, "ListAuditSecurityIp", scope="media:read", envelope=Envelope.BARE)
def listed(call: Call) -> dict:
    groups = groups_of(call.account)
    if name := call.parameters.text("SecurityGroupName"):
        groups = groups.filter(name=name)
    return {"SecurityIpList": [told(group) for group in groups]}


def told(group: SecurityIpGroup) -> dict:
    return {
        "SecurityGroupName": group.name,
        "Ips": ",".join(written(network) for network in group.addresses),
        "ModificationTime": second(group.updated_at),
    }


def written(network: str) -> str:
    """The network of one address alone is that address, as clients wrote it."""
    address, _slash, bits = network.partition("/")
    return address if f"/{bits}" in ALONE and (bits == "128") == (":" in address) else network
