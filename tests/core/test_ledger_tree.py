"""The tree of the ledger and the verifier that was written apart from it agree, for every size up to 1,100."""

from __future__ import annotations

import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanxiang.core.ledger import (
    EMPTY,
    Edge,
    consistency_proof,
    edge_of,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    subtree_in,
    subtree_of,
    verify_consistency,
    verify_inclusion,
)
from verify import verify as outside

SIZES = 1_100
LEAVES = [leaf_hash(b"entry %d" % at) for at in range(SIZES)]


def naive(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + naive(leaves[:k]) + naive(leaves[k:])).digest()


@pytest.fixture(scope="module")
def grown():
    """Roots of every size, grown leaf by leaf through tiles, and the tiles at the end."""
    edge, tiles, roots = Edge(), {}, [EMPTY]
    for leaf in LEAVES:
        edge, changed = edge.extended([leaf])
        tiles.update(changed)
        roots.append(edge.root())
    return roots, tiles


def test_every_size_has_the_root_that_the_definition_gives(grown):
    roots, _ = grown
    wanted = {size: naive(LEAVES[:size]) for size in (*range(66), 127, 128, 129, 255, 256, 257, 511, 1000, SIZES)}
    assert {size: roots[size] for size in wanted} == wanted
    assert all(outside.merkle_root(b"".join(LEAVES[:size])) == roots[size] for size in range(SIZES + 1))


def test_both_verifiers_agree_on_inclusion_for_every_size(grown):
    roots, _ = grown
    draw = random.Random(6962)
    for size in range(1, SIZES + 1):
        index = draw.randrange(size)
        proof = inclusion_proof(index, size, subtree_of(LEAVES[:size]))
        for check in (verify_inclusion, outside.verify_inclusion):
            assert check(index, size, LEAVES[index], proof, roots[size])
            assert not check(index, size, LEAVES[index - 1], proof, roots[size]) or size == 1
            assert not check(index, size, LEAVES[index], proof, roots[size - 1])
            assert not check(index, size, LEAVES[index], [*proof, EMPTY], roots[size])
            assert not check(size, size, LEAVES[index], proof, roots[size])


def test_both_verifiers_agree_on_consistency_for_every_size(grown):
    roots, _ = grown
    draw = random.Random(9162)
    for new in range(SIZES + 1):
        for old in {0, new, draw.randrange(new + 1)}:
            proof = consistency_proof(old, new, subtree_of(LEAVES[:new]))
            for check in (verify_consistency, outside.verify_consistency):
                assert check(old, new, roots[old], roots[new], proof), (old, new)
                # an empty tree says nothing about the one that it grew into
                assert old == 0 < new or not check(old, new, roots[old], b"x" * 32, proof)
                assert not check(old, new, LEAVES[0], roots[new], proof) or roots[old] == LEAVES[0]
                assert not check(old, new, roots[old], roots[new], [*proof, EMPTY])
                assert not check(new + 1, new, roots[old], roots[new], proof)


def test_proofs_from_tiles_are_those_from_leaves(grown):
    roots, tiles = grown
    from_tiles = subtree_in(lambda level, n: tiles[(level, n)])
    draw = random.Random(1)
    for _ in range(300):
        index, old = draw.randrange(SIZES), draw.randrange(1, SIZES)
        assert inclusion_proof(index, SIZES, from_tiles) == inclusion_proof(index, SIZES, subtree_of(LEAVES))
        assert consistency_proof(old, SIZES, from_tiles) == consistency_proof(old, SIZES, subtree_of(LEAVES))
    assert edge_of(SIZES, lambda level, n: tiles[(level, n)]).root() == roots[SIZES]


@given(st.lists(st.integers(0, 700), max_size=6))
def test_growing_in_batches_gives_the_same_tree(batches):
    edge, at = Edge(), 0
    for batch in batches:
        edge, _ = edge.extended(LEAVES[at : at + batch])
        at = min(at + batch, SIZES)
    assert edge.root() == root_of(LEAVES[:at])
    assert edge.size == at


@given(
    st.integers(-3, 2000), st.integers(-3, 2000), st.lists(st.binary(max_size=40), max_size=14), st.binary(max_size=40)
)
def test_garbage_is_false_and_never_raises(one, two, proof, root):
    for module in (outside,):
        assert module.verify_inclusion(one, two, root, proof, EMPTY) is False
        assert module.verify_consistency(one, two, root, EMPTY, proof) in (True, False)
    assert verify_inclusion(one, two, root, proof, EMPTY) is False


def test_a_tree_of_one_and_two():
    assert root_of(LEAVES[:1]) == LEAVES[0]
    assert root_of(LEAVES[:2]) == node_hash(LEAVES[0], LEAVES[1])


def test_impossible_proofs_are_refused():
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(3, 3, subtree_of(LEAVES))
    with pytest.raises(ValueError, match="does not hold"):
        consistency_proof(4, 3, subtree_of(LEAVES))
