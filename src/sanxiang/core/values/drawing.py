"""Drawing a random sample that anybody can draw again (随机抽取): a seed and the urn decide, nothing else does."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

SEED = re.compile(r"[0-9a-f]{8,64}")


def rank(seed: str, urn: Iterable[str]) -> list[tuple[str, str]]:
    """Digest and name of everything in the urn, in the order in which it is drawn: the least SHA-256 of seed and name
    first. The order of the urn and what stands in it twice do not matter. Raises ValueError for a seed that is not 8 to
    64 digits of lower-case hex.

    >>> [name for _, name in rank("00000000", ["c", "a", "b"])]
    ['b', 'c', 'a']
    """
    if not SEED.fullmatch(seed):
        raise ValueError("随机种子应为 8 至 64 位小写十六进制数字")
    return sorted((hashlib.sha256(f"{seed}\n{name}".encode()).hexdigest(), name) for name in set(urn))


def draw(seed: str, urn: Iterable[str], count: int) -> tuple[str, ...]:
    """`count` of the urn, sorted: those that rank first. Raises ValueError as `rank` does.

    >>> draw("00000000", ["c", "a", "b"], 5)
    ('a', 'b', 'c')
    """
    return tuple(sorted(name for _, name in rank(seed, urn)[: max(count, 0)]))


def sample_size(total: int, percent: int, cap: int) -> int:
    """So many of `total` as the share asks for, rounded up, at most `cap` (0: no cap).

    >>> [sample_size(total, 10, 3) for total in (0, 1, 11, 500)]
    [0, 1, 2, 3]
    """
    wanted = -(-total * percent // 100)
    return min(wanted, cap) if cap else wanted


def pool_digest(objects: Iterable[str], officers: Iterable[str], objects_wanted: int, officers_wanted: int) -> str:
    """SHA-256 in hex of what is fixed before there is a seed: how many are drawn, and both lists in order.

    >>> pool_digest(["b", "a"], ["2", "1"], 1, 2) == pool_digest(["a", "b"], ["1", "2"], 1, 2)
    True
    """
    lines = ("sanxiang-draw-v1", str(objects_wanted), str(officers_wanted), "", *sorted(set(objects)), "",
             *sorted(set(officers)))  # fmt: skip
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def seed_of(digest: str, root: str) -> str:
    """The seed of a draw: SHA-256 in hex of the digest of its pool and the root (base64) of a ledger checkpoint signed
    after the pool was fixed, so that whoever fixed the pool could not know it.

    >>> len(seed_of("00", "AA=="))
    64
    """
    return hashlib.sha256(f"{digest}\n{root}".encode()).hexdigest()
