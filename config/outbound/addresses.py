"""Which addresses may never be reached from here, whatever a client asks for. Pure."""

import ipaddress

DENIED_V4 = tuple(
    ipaddress.ip_network(entry)
    for entry in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared space; cloud metadata at 100.100.100.200
        "127.0.0.0/8",
        "168.63.129.16/32",  # a cloud's host agent on a public address
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
GLOBAL_V6 = ipaddress.ip_network("2000::/3")
DENIED_V6 = tuple(
    ipaddress.ip_network(entry)
    for entry in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)


def is_denied(address: str) -> bool:
    """Deny what is not plainly a public unicast address. IPv4 inside IPv6 is denied with its wrapping:
    mapped, NAT64, 6to4 and Teredo addresses all lie outside the public range or inside its denied parts."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return True
    if parsed.version == 4:
        return any(parsed in network for network in DENIED_V4)
    return parsed not in GLOBAL_V6 or any(parsed in network for network in DENIED_V6)
