"""Tiles (C2SP tlog-tiles): 256 hashes of one level of the tree in one file, and bundles of 256 entries."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from .merkle import EMPTY, Subtree, node_hash, perfect_root, split

WIDTH = 256
FULL = WIDTH * 32
ENTRY_MAX = 65_535


def tile_number(n: int) -> str:
    """The number of a tile in groups of three digits.

    >>> tile_number(1234067), tile_number(5)
    ('x001/x234/067', '005')
    """
    groups = [f"{n % 1000:03d}"]
    while n >= 1000:
        n //= 1000
        groups.append(f"x{n % 1000:03d}")
    return "/".join(reversed(groups))


def tile_path(level: int, n: int, width: int = WIDTH) -> str:
    """The path of a tile below the prefix of the log; `width` hashes, 256 where it is full.

    >>> tile_path(0, 273, 112)
    'tile/0/273.p/112'
    """
    return f"tile/{level}/{tile_number(n)}" + (f".p/{width}" if width < WIDTH else "")


def bundle_path(n: int, width: int = WIDTH) -> str:
    """The path of a bundle of entries."""
    return f"tile/entries/{tile_number(n)}" + (f".p/{width}" if width < WIDTH else "")


def bundle(entries: Iterable[bytes]) -> bytes:
    """Entries one after another, each after its length in two bytes. ValueError for an entry over 65,535 bytes."""
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > ENTRY_MAX:
            raise ValueError(f"an entry has at most {ENTRY_MAX} bytes, not {len(entry)}")
        parts += (struct.pack(">H", len(entry)), entry)
    return b"".join(parts)


def entries_of(data: bytes) -> list[bytes]:
    """The entries of a bundle. ValueError for bytes that are no bundle."""
    found, at = [], 0
    while at < len(data):
        if at + 2 > len(data):
            raise ValueError("the bundle ends inside a length")
        (size,) = struct.unpack_from(">H", data, at)
        if at + 2 + size > len(data):
            raise ValueError("the bundle ends inside an entry")
        found.append(data[at + 2 : at + 2 + size])
        at += 2 + size
    return found


@dataclass(slots=True)
class Edge:
    """The right edge of a tree: of each level the hashes of its unfinished tile. All that growing needs."""

    size: int = 0
    levels: list[bytes] = field(default_factory=list)

    def extended(self, leaves: Sequence[bytes]) -> tuple[Edge, dict[tuple[int, int], bytes]]:
        """The edge after more leaf hashes, and every tile that changed: (level, n) → its hashes."""
        levels, changed = list(self.levels), dict[tuple[int, int], bytes]()
        carried, level, size = b"".join(leaves), 0, self.size + len(leaves)
        while carried:
            if level == len(levels):
                levels.append(b"")
            first = (self.size >> 8 * level) // WIDTH
            data = levels[level] + carried
            whole = len(data) - len(data) % FULL
            full = [data[at : at + FULL] for at in range(0, whole, FULL)]
            changed.update({(level, first + at): tile for at, tile in enumerate(full)})
            levels[level] = data[whole:]
            if levels[level]:
                changed[(level, first + len(full))] = levels[level]
            carried = b"".join([perfect_root(tile) for tile in full])
            level += 1
        return Edge(size, levels), changed

    def root(self) -> bytes:
        """The root of the tree that ends at this edge."""
        found: bytes | None = None
        for hashes in self.levels:
            stop = len(hashes) // 32
            while stop:
                width = stop & -stop
                part = perfect_root(hashes[(stop - width) * 32 : stop * 32])
                found = part if found is None else node_hash(part, found)
                stop -= width
        return found if found is not None else EMPTY


def edge_of(size: int, tile: Callable[[int, int], bytes]) -> Edge:
    """The edge of a tree of a size, from its stored tiles (level, n) → hashes. ValueError where one is too short."""
    levels = []
    for level in range(8):
        count = size >> 8 * level
        if not count:
            break
        width = count % WIDTH
        data = tile(level, count // WIDTH)[: width * 32] if width else b""
        if len(data) != width * 32:
            raise ValueError(f"tile {level}/{count // WIDTH} holds {len(data) // 32} hashes, not {width}")
        levels.append(data)
    return Edge(size, levels)


def subtree_in(tile: Callable[[int, int], bytes]) -> Subtree:
    """Roots of parts of a tree whose tiles can be read, for proofs; each tile read is at most once in memory."""

    def subtree(start: int, stop: int) -> bytes:
        size = stop - start
        if size & (size - 1):
            middle = start + split(size)
            return node_hash(subtree(start, middle), subtree(middle, stop))
        level, rest = divmod(size.bit_length() - 1, 8)
        place = start >> 8 * level
        data = tile(level, place // WIDTH)
        at = place % WIDTH * 32
        return perfect_root(data[at : at + (32 << rest)])

    return subtree
