"""How often a code may be tried (查询码的尝试次数): by address, by network and code, by code; and by whom apart.

Whoever guesses is slowed down by code and by network, across all processes. What tells the party from a stranger who
knows its code is counted apart, so that no stranger uses it up: a browser that was let in with the code, or on which
the certificates of the officers were confirmed on the spot; and the pass that the agency told the party."""

from __future__ import annotations

import ipaddress
import secrets
from datetime import datetime, timedelta

from django.http import HttpRequest

from sanxiang.casework.codes import PASS, entry_pass, respelled
from sanxiang.core.values import legal_day

from .known import known_here
from .sending import allowed, tried
from .views import address_of

MINUTES, HOUR, DAY = timedelta(minutes=5), timedelta(hours=1), timedelta(days=1)
OF_ADDRESS = ((30, 3 * MINUTES),)
OF_BOTH = ((5, MINUTES), (8, HOUR), (12, DAY))
OF_CODE = ((100, DAY),)
FIRST, OF_NETWORKS = 3, ((100, DAY),)
"""How many tries within how long: from one address; at one code from one network, from one known browser, with one pass
(each stretch longer than the last); at one code from all networks together, where the FIRST of each in a day are not
counted; networks at one code. Whoever has a hundred networks tries four hundredths of the ten thousand signs in a day,
and no more."""


def may_try(request: HttpRequest, code: str, at: datetime, typed: str = "") -> bool:
    """Whether one more try is within every measure; it is counted in each. `typed` is the pass, where one was typed."""
    address = address_of(request)
    if not allowed("address", address, *OF_ADDRESS, at=at):
        return False
    apart = known_here(request, code) or pass_here(typed, code, at)
    if apart:
        return allowed("apart", f"{apart} {code}", *OF_BOTH, at=at)
    ours = f"{network_of(address)} {code}"
    before = tried("both", ours, DAY, at=at)
    asked: list[tuple[str, str, tuple[tuple[int, timedelta], ...]]] = [("both", ours, OF_BOTH)]
    if before == 0:
        asked.insert(0, ("networks", code, OF_NETWORKS))
    if before >= FIRST:
        asked.append(("code", code, OF_CODE))
    return all(allowed(what, name, *measures, at=at) for what, name, measures in asked)


def network_of(address: str) -> str:
    """What one customer of a provider easily has of addresses: an IPv4 network of 256, an IPv6 network of 48 bits."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return str(ipaddress.ip_network((found, 24 if found.version == 4 else 48), strict=False))


def pass_here(typed: str, code: str, at: datetime) -> str:
    """The pass that was typed, where an agency told it for this code today or yesterday; else empty."""
    signs = respelled(typed, PASS).encode()
    today = legal_day(at)
    passes = (entry_pass(code, today), entry_pass(code, today - timedelta(days=1)))
    return next((one for one in passes if secrets.compare_digest(one.encode(), signs)), "")
