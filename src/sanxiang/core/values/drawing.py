"""Drawing a random sample that anybody can draw again (随机抽取): a seed and the urn decide, nothing else does."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

SEED = re.compile(r"[0-9a-f]{8,64}")


def draw(seed: str, urn: Iterable[str], count: int) -> tuple[str, ...]:
    """`count` of the urn, sorted: those whose SHA-256 of seed and name is least. The order of the urn and what stands
    in it twice do not matter. Raises ValueError for a seed that is not 8 to 64 digits of lower-case hex.

    >>> draw("00000000", ["c", "a", "b"], 5)
    ('a', 'b', 'c')
    """
    if not SEED.fullmatch(seed):
        raise ValueError("随机种子应为 8 至 64 位小写十六进制数字")
    ranked = sorted((hashlib.sha256(f"{seed}\n{name}".encode()).digest(), name) for name in set(urn))
    return tuple(sorted(name for _, name in ranked[: max(count, 0)]))


def sample_size(total: int, percent: int, cap: int) -> int:
    """So many of `total` as the share asks for, rounded up, at most `cap` (0: no cap).

    >>> [sample_size(total, 10, 3) for total in (0, 1, 11, 500)]
    [0, 1, 2, 3]
    """
    wanted = -(-total * percent // 100)
    return min(wanted, cap) if cap else wanted
