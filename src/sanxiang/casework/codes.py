"""Numbers and codes that people read from paper (编号、查询码): keyed hashes that only this installation can make,
spelled in signs that are not mistaken for each other."""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters of Crockford's base 32, five bits each."""
MISREAD = str.maketrans("OIL", "011")
RECEIPT, CASE, PASS = 12, 16, 8
"""How many signs the number of something sent, the code of a case and the pass to its page have."""


def token(purpose: str, *parts: str) -> bytes:
    """A keyed hash (HMAC-SHA-256, RFC 2104), 32 bytes. Its key is the counter's own: the process that serves the public
    needs it, and none of the keys of the record."""
    return hmac.digest(settings.COUNTER_KEY.encode(), "\n".join((purpose, *parts)).encode(), "sha256")


def spelled(digest: bytes, signs: int = RECEIPT) -> str:
    """The beginning of a digest as people read it out, in groups of four signs."""
    number = int.from_bytes(digest, "big") >> (len(digest) * 8 - signs * 5)
    text = "".join(SIGNS[number >> 5 * at & 31] for at in reversed(range(signs)))
    return "-".join(text[at : at + 4] for at in range(0, signs, 4))


def respelled(text: str, *lengths: int) -> str:
    """A number as it was printed, from what somebody typed: width, case, spaces and signs easily misread do not
    count. Empty for what cannot be one: of a receipt or a case, or so long as `lengths` say."""
    plain = unicodedata.normalize("NFKC", text[:100]).upper().translate(MISREAD)
    signs = "".join(sign for sign in plain if sign in SIGNS)
    known = len(signs) in (lengths or (RECEIPT, CASE))
    return "-".join(signs[at : at + 4] for at in range(0, len(signs), 4)) if known else ""


def case_code(stream: str) -> str:
    """The code of a case that stands on the papers for its party (查询码)."""
    return spelled(token("case", stream), CASE)


def factor_of(facts: Mapping[str, Any]) -> str:
    """What the party must know beside the code: the last four signs of its own number; empty where none is known."""
    number = facts.get("party_credit_code") or facts.get("party_id_number") or ""
    return factor(str(number)[-4:]) if len(str(number)) >= 4 else ""


def factor(text: str) -> str:
    """Four signs as somebody typed them."""
    return "".join(unicodedata.normalize("NFKC", text[:40]).upper().split())[:8]


def secret(code: str, known: str) -> bytes:
    """What opens the page of a code for somebody who knows the factor. Neither alone helps, nor both without the key of
    this installation."""
    return token("page", code, known)


def entry_pass(code: str, day: date) -> str:
    """What an agency tells the party of a code on a day, when strangers who know the code hold its page up (进入码). It
    opens nothing: it lets the party's tries count apart."""
    return spelled(token("entry", code, day.isoformat()), PASS)


def mark_of(code: str) -> str:
    """What says of a browser that it knows a code, and nothing of the code."""
    return token("known", code).hex()
