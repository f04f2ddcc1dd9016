"""The Merkle tree of RFC 6962, section 2.1 (默克尔树): hashes, roots, proofs and their verification (RFC 9162)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

EMPTY = sha256(b"").digest()
Subtree = Callable[[int, int], bytes]
"""The root of the leaves from `start` to `stop` (exclusive)."""


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two below a size of two or more."""
    return 1 << (size - 1).bit_length() - 1


def paired(hashes: bytes) -> bytes:
    """One level up: the nodes over neighbouring hashes. The length is a multiple of 64."""
    return b"".join([sha256(b"\1" + hashes[at : at + 64]).digest() for at in range(0, len(hashes), 64)])


def perfect_root(hashes: bytes) -> bytes:
    """The root over a power of two of hashes, given one after another."""
    while len(hashes) > 32:
        hashes = paired(hashes)
    return hashes


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, from scratch."""
    return subtree_of(leaves)(0, len(leaves)) if leaves else EMPTY


def subtree_of(leaves: Sequence[bytes]) -> Subtree:
    """Roots of parts of a list of leaf hashes."""

    def subtree(start: int, stop: int) -> bytes:
        size = stop - start
        if size == 1:
            return leaves[start]
        if size & (size - 1) == 0:
            return perfect_root(b"".join(leaves[start:stop]))
        middle = start + split(size)
        return node_hash(subtree(start, middle), subtree(middle, stop))

    return subtree


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """The audit path of a leaf, from the leaf to the root (RFC 6962, 2.1.1). ValueError for an index outside."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    path: list[bytes] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + split(stop - start)
        if index < middle:
            path.append(subtree(middle, stop))
            stop = middle
        else:
            path.append(subtree(start, middle))
            start = middle
    return path[::-1]


def consistency_proof(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """The proof that the tree of the first `old` leaves is a part of that of `new` (RFC 6962, 2.1.2). Empty where
    one of them is empty or both are the same. ValueError for a new size below the old."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} does not hold one of {old}")
    if old in (0, new):
        return []
    path: list[bytes] = []
    start, stop, whole = 0, new, True
    while old != stop:
        middle = start + split(stop - start)
        if old <= middle:
            path.append(subtree(middle, stop))
            stop = middle
        else:
            path.append(subtree(start, middle))
            start, whole = middle, False
    return ([] if whole else [subtree(start, stop)]) + path[::-1]


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a leaf hash stands at an index of the tree of this size and root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or any(len(part) != 32 for part in (leaf, *proof)):
        return False
    here, last, found = index, size - 1, leaf
    for part in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            found = node_hash(part, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, part)
        here, last = here >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of `old` leaves is a part of that of `new` (RFC 9162, 2.1.4.2). An empty tree is a part of
    every tree, by an empty proof."""
    if not 0 <= old <= new or any(len(part) != 32 for part in proof):
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    first = second = path[0]
    for part in path[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            first, second = node_hash(part, first), node_hash(part, second)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            second = node_hash(second, part)
        here, last = here >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
