"""Canonical bytes, notes, receipts and tiles, against frozen vectors, other implementations and each other."""

from __future__ import annotations

import json

import orjson
import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from sanxiang.core.ledger import (
    MalformedNote,
    NotCanonical,
    bundle,
    bundle_path,
    canonical_bytes,
    commitment,
    entries_of,
    inclusion_proof,
    leaf_hash,
    open_note,
    parse_checkpoint,
    parse_receipt,
    public_entry,
    receipt,
    signature_line,
    sm3_available,
    subtree_of,
    tile_path,
    vkey,
)
from tests.support.bags import KEY, ORIGIN, PUBLIC, checkpoint, write_log
from verify import verify as outside

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
keys = st.text(st.characters(max_codepoint=0xDFFF, exclude_categories=("Cs",)), max_size=8)
documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)


def verifies(public_key: bytes, message: bytes, signature: bytes) -> bool:
    return outside.verify_ed25519(public_key, message, signature)


@given(documents)
def test_canonical_bytes_are_those_of_rfc_8785(document):
    assert (
        canonical_bytes(document) == rfc8785.dumps(document) == outside.canonical(orjson.loads(orjson.dumps(document)))
    )


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        2**53,
        -(2**53),
        "\ud800",
        {"\ue000": 1},
        {"\U0001f600": 1},
        {"\ud800": 1},
        {1: 2},
        b"x",
        {"a": {1, 2}},
        object(),
    ],
)
def test_what_has_no_one_form_is_refused(value):
    with pytest.raises(NotCanonical):
        canonical_bytes(value)


def test_depth_is_bounded():
    value: list = []
    for _ in range(70):
        value = [value]
    with pytest.raises(NotCanonical, match="deep"):
        canonical_bytes(value)


def test_an_entry_holds_commitments_and_nothing_else():
    body = canonical_bytes({"kind": "decision.made", "agency": "某局"})
    entry = json.loads(public_entry(bytes(32), body))
    assert entry == {"v": 1, "commitment": commitment(bytes(32), body).hex()}
    assert commitment(bytes(32), body) != commitment(b"\1" * 32, body)
    with pytest.raises(ValueError, match="32 bytes"):
        commitment(b"short", body)


def test_sm3_stands_beside_sha_256():
    assert sm3_available()
    entry = json.loads(public_entry(bytes(32), b"abc", sm3=True))
    import hashlib

    assert entry["sm3"] == hashlib.new("sm3", bytes(32) + b"abc").hexdigest()
    vector = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert hashlib.new("sm3", b"abc").hexdigest() == vector  # GB/T 32905-2016, A.1


# RFC 8032, 7.1: tests 1 to 3
ED25519 = [
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
]  # fmt: skip


@pytest.mark.parametrize(("public", "message", "signature"), ED25519)
def test_ed25519_of_the_verifier_follows_rfc_8032(public, message, signature):
    key, text, sign = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
    assert outside.verify_ed25519(key, text, sign)
    assert not outside.verify_ed25519(key, text + b"x", sign)
    for at in (0, 31, 32, 63):
        bad = bytearray(sign)
        bad[at] ^= 1
        assert not outside.verify_ed25519(key, text, bytes(bad))
    larger = int.from_bytes(sign[32:], "little") + outside.Q
    assert not outside.verify_ed25519(key, text, sign[:32] + larger.to_bytes(32, "little"))
    assert not outside.verify_ed25519(b"\xff" * 32, text, sign)


@given(st.binary(max_size=100))
def test_ed25519_of_the_verifier_agrees_with_another_implementation(message):
    assert outside.verify_ed25519(PUBLIC, message, KEY.sign(message))


def test_a_note_opens_only_with_its_key_and_unchanged():
    note, key = checkpoint([leaf_hash(b"x")]), vkey(ORIGIN, PUBLIC)
    assert parse_checkpoint(open_note(note, key, verifies)).size == 1
    assert outside.open_checkpoint(note, key)[1] == 1
    other = vkey(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw())
    for wrong, with_key in [(note.replace("\n1\n", "\n2\n"), key), (note, other), (note[:-10] + "\n", key), ("", key)]:
        with pytest.raises(MalformedNote):
            open_note(wrong, with_key, verifies)
        with pytest.raises(outside.Broken):
            outside.open_checkpoint(wrong, with_key)


def test_signatures_of_keys_we_do_not_know_are_passed_over():
    note = checkpoint([leaf_hash(b"x")]) + signature_line("witness.example/w", bytes(32), bytes(64))
    assert parse_checkpoint(open_note(note, vkey(ORIGIN, PUBLIC), verifies)).size == 1
    assert outside.open_checkpoint(note, vkey(ORIGIN, PUBLIC))[1] == 1


def test_a_receipt_proves_its_entry_and_no_other():
    entries = [b"entry %d" % at for at in range(300)]
    leaves = [leaf_hash(entry) for entry in entries]
    text = receipt(271, inclusion_proof(271, 300, subtree_of(leaves)), checkpoint(leaves))
    assert parse_receipt(text)[0] == 271
    assert outside.check_receipt(text, entries[271], vkey(ORIGIN, PUBLIC)) == (ORIGIN, 271, 300)
    with pytest.raises(outside.Broken, match="not in the ledger"):
        outside.check_receipt(text, entries[270], vkey(ORIGIN, PUBLIC))
    with pytest.raises(outside.Broken, match="not in the ledger"):
        outside.check_receipt(text.replace("index 271", "index 270"), entries[271], vkey(ORIGIN, PUBLIC))


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_gives_its_entries_back(entries):
    assert entries_of(bundle(entries)) == entries == outside.split_bundle(bundle(entries))


def test_a_bundle_that_is_cut_off_or_too_large_is_refused():
    with pytest.raises(ValueError, match="ends inside"):
        entries_of(bundle([b"abc"])[:-1])
    with pytest.raises(ValueError, match="ends inside"):
        entries_of(b"\0")
    with pytest.raises(ValueError, match="at most"):
        bundle([bytes(65_536)])


@pytest.mark.parametrize("size", [1, 255, 256, 257, 700])
def test_the_verifier_checks_a_published_log_and_finds_any_changed_byte(tmp_path, size):
    names = write_log(tmp_path, [b"entry %d" % at for at in range(size)])
    key = vkey(ORIGIN, PUBLIC)
    assert outside.check_tiles(str(tmp_path), key) == (ORIGIN, size)
    for name in names:
        whole = (tmp_path / name).read_bytes()
        changed = bytearray(whole)
        changed[len(changed) // 2] ^= 1
        (tmp_path / name).write_bytes(changed)
        with pytest.raises(outside.Broken):
            outside.check_tiles(str(tmp_path), key)
        (tmp_path / name).write_bytes(whole)
    assert outside.main(["tiles", str(tmp_path), "--vkey", key]) == 0


def test_a_log_rewritten_with_its_own_key_is_found_only_by_an_outside_checkpoint(tmp_path, capsys):
    entries = [b"entry %d" % at for at in range(400)]
    kept = tmp_path / "kept"
    kept.write_text(checkpoint([leaf_hash(entry) for entry in entries[:300]]))
    entries[10] = b"another story"
    write_log(tmp_path, entries)
    key = vkey(ORIGIN, PUBLIC)
    assert outside.main(["tiles", str(tmp_path), "--vkey", key]) == 0
    assert "No outside checkpoint" in capsys.readouterr().out
    assert outside.main(["tiles", str(tmp_path), "--vkey", key, "--since", str(kept)]) == 1
    assert "rewritten" in capsys.readouterr().out
    write_log(tmp_path, entries[:299])
    assert outside.main(["tiles", str(tmp_path), "--vkey", key, "--since", str(kept)]) == 1


def test_paths_of_tiles():
    assert tile_path(1, 1234067) == "tile/1/x001/x234/067"
    assert bundle_path(273, 112) == "tile/entries/273.p/112"
