"""Frozen vectors of ours, which always run; beside them those of others, where their folder stands by the checkout."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from sanxiang.core.ledger import (
    Edge,
    MalformedNote,
    NotCanonical,
    bundle,
    bundle_path,
    canonical_bytes,
    commitment,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    open_note,
    parse_checkpoint,
    parse_receipt,
    parse_vkey,
    public_entry,
    receipt,
    root_of,
    split_note,
    subtree_of,
    tile_path,
    verify_consistency,
    verify_inclusion,
)
from tests.support.bags import KEY, PUBLIC, VKEY, checkpoint
from verify import verify as outside

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "ledger"
SHARED = ROOT.parent / "shared" / "vectors"
JCS_IN_PROFILE = {"arrays", "french", "unicode"}
"""The documents of RFC 8785 without fractions and without keys above U+DFFF."""


def golden(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def shared(name: str) -> list[Any]:
    """The vectors of others in one file, as a list of one; empty where they are not here."""
    path = SHARED / name
    return [json.loads(path.read_text(encoding="utf-8"))] if path.is_file() else []


# ── canonical bytes ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_canonical_bytes_have_not_moved() -> None:
    for case in golden("canonical")["accepted"]:
        wanted = bytes.fromhex(case["canonical_hex"])
        assert canonical_bytes(case["document"]) == wanted == outside.canonical(case["document"])


@pytest.mark.parametrize("text", golden("canonical")["refused_json"])
def test_what_was_refused_is_refused(text: str) -> None:
    with pytest.raises(NotCanonical):
        canonical_bytes(json.loads(text))


def test_the_documents_of_rfc_8785_have_its_bytes_or_are_refused() -> None:
    seen = set()
    for path in sorted((SHARED / "jcs" / "input").glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        if path.stem in JCS_IN_PROFILE:
            assert canonical_bytes(document) == (SHARED / "jcs" / "output" / path.name).read_bytes()
        else:
            with pytest.raises(NotCanonical):
                canonical_bytes(document)
        seen.add(path.stem)
    assert not seen or seen > JCS_IN_PROFILE


# ── tree and tiles ───────────────────────────────────────────────────────────────────────────────────────────────────

ENTRIES = [b"entry %d" % at for at in range(600)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


def trees() -> Iterator[tuple[list[bytes], dict[int, bytes]]]:
    """Leaf hashes and the roots over the first so many of them: ours, and the reference tree of CT."""
    yield LEAVES, {int(size): bytes.fromhex(root) for size, root in golden("tree")["roots"].items()}
    for tree in shared("rfc6962/ct-reference-tree.json"):
        leaves = [leaf_hash(bytes.fromhex(one)) for one in tree["leaf_inputs_hex"]]
        yield leaves, dict(enumerate(bytes.fromhex(root) for root in tree["root_hashes_hex_by_size"]))


def test_roots_and_proofs_are_those_of_the_reference_trees() -> None:
    for leaves, roots in trees():
        for size, root in roots.items():
            assert root_of(leaves[:size]) == Edge().extended(leaves[:size])[0].root() == root
            assert outside.merkle_root(b"".join(leaves[:size])) == root
            for index in {0, size // 2, size - 1} if size else ():
                proof = inclusion_proof(index, size, subtree_of(leaves[:size]))
                assert verify_inclusion(index, size, leaves[index], proof, root)
                assert outside.verify_inclusion(index, size, leaves[index], proof, root)
            for old in (one for one in roots if one <= size):
                proof = consistency_proof(old, size, subtree_of(leaves[:size]))
                assert verify_consistency(old, size, roots[old], root, proof)
                assert outside.verify_consistency(old, size, roots[old], root, proof)


def test_proofs_and_files_have_not_moved() -> None:
    tree = golden("tree")
    for case in tree["inclusion"]:
        proof = inclusion_proof(case["index"], case["size"], subtree_of(LEAVES[: case["size"]]))
        assert [part.hex() for part in proof] == case["proof"]
    for case in tree["consistency"]:
        proof = consistency_proof(case["old"], case["new"], subtree_of(LEAVES[: case["new"]]))
        assert [part.hex() for part in proof] == case["proof"]
    _, tiles = Edge().extended(LEAVES)
    files = {tile_path(level, n, len(data) // 32): data for (level, n), data in tiles.items()}
    files |= {bundle_path(n, min(256, 600 - n * 256)): bundle(ENTRIES[n * 256 : n * 256 + 256]) for n in range(3)}
    assert {name: hashlib.sha256(data).hexdigest() for name, data in files.items()} == tree["files_sha256"]


# ── from an event to its receipt ─────────────────────────────────────────────────────────────────────────────────────


def verifies(public_key: bytes, message: bytes, signature: bytes) -> bool:
    return outside.verify_ed25519(public_key, message, signature)


def test_an_event_its_entry_and_its_receipt_have_not_moved() -> None:
    frozen = golden("receipt")
    event, body = frozen["event"], bytes.fromhex(frozen["body_hex"])
    assert canonical_bytes(event["body"]) == body
    entry = public_entry(bytes.fromhex(event["salt"]), body, sm3=True)
    assert entry == frozen["entry"].encode()
    for fact, opened in event["sealed"].items():
        made = commitment(bytes.fromhex(opened["salt"]), canonical_bytes(opened["value"]))
        assert made.hex() == event["body"]["sealed"][fact]
    assert leaf_hash(entry).hex() == frozen["leaf_hash"]
    index, proof, note = parse_receipt(frozen["receipt"])
    head = parse_checkpoint(open_note(note, frozen["vkey"], verifies))
    assert note == frozen["checkpoint"]
    assert receipt(index, proof, note) == frozen["receipt"]
    assert verify_inclusion(index, head.size, leaf_hash(entry), proof, head.root)
    assert outside.check_event(event) == (entry, event["body"])
    assert outside.check_receipt(frozen["receipt"], entry, frozen["vkey"]) == (head.origin, 301, 306)
    assert frozen["vkey"] == VKEY


# ── notes, keys and receipts of others ───────────────────────────────────────────────────────────────────────────────


def test_signed_notes_of_others_open_and_their_bad_keys_do_not() -> None:
    cases = [
        {"vkey": VKEY, "note": checkpoint(LEAVES)},
        {"bad_vkeys": ["", "a+b", "a+00000000+AQ==", VKEY[:-4] + "AAA="]},
    ]
    for notes in shared("note/signed-notes.json"):
        cases += notes["cases"]
    for case in cases:
        if "vkey" in case:
            text = open_note(case["note"], case["vkey"], verifies)
            assert case["note"].startswith(text + "\n")
            with pytest.raises(MalformedNote):
                open_note(case["note"].replace(text, "x" + text, 1), case["vkey"], verifies)
        for bad in case.get("bad_vkeys", ()):
            with pytest.raises(MalformedNote):
                parse_vkey(bad)
            with pytest.raises(outside.Broken):
                outside.read_vkey(bad)


def test_cosignatures_of_witnesses_are_right_by_our_ed25519() -> None:
    """C2SP tlog-cosignature: over `cosignature/v1`, the time, and the text of the checkpoint."""
    ours = b"cosignature/v1\ntime 1700000000\n" + split_note(checkpoint(LEAVES))[0].encode()
    cases = [(PUBLIC, ours, KEY.sign(ours))]
    for cosignatures in shared("cosignature/cosignatures.json"):
        for case in (one for one in cosignatures if one.get("vkey") and "checkpoint" in one):
            name, _, packed = case["vkey"].split("+", 2)
            text, lines = split_note(case["checkpoint"])
            (raw,) = [raw for signer, raw in lines if signer == name]
            at = int.from_bytes(raw[4:12], "big")
            message = f"cosignature/v1\ntime {at}\n{text}".encode()
            cases.append((base64.b64decode(packed)[1:], message, raw[12:]))
    for key, message, signature in cases:
        assert outside.verify_ed25519(key, message, signature)
        assert not outside.verify_ed25519(key, message + b" ", signature)


MALFORMED = [
    "c2sp.org/tlog-proof@v1\nindex 1\u0663\n\nx\n",
    "c2sp.org/tlog-proof@v1\nindex 01\n\nx\n",
    "c2sp.org/tlog-proof@v1\nindex 1\n" + "A" * 42 + "B=\n\nx\n",
    "c2sp.org/tlog-proof@v1\nindex 1\n" + ("A" * 43 + "=\n") * 64 + "\nx\n",
    "c2sp.org/tlog-proof@v1\nindex 1\nx\n",
    "c2sp.org/tlog-proof@v1\nindex " + "9" * 5000 + "\n\nx\n",
    "",
]


def test_receipts_are_read_as_specified() -> None:
    malformed = list(MALFORMED)
    for vectors in shared("tlog-proof/tlog-proof.json"):
        malformed += vectors["unmarshal_errors"]
        for case in vectors["marshal"]:
            proof = [hashlib.sha256(text.encode()).digest() for text in case["hashes_of"]]
            wanted = (case["index"], proof, case["checkpoint"])
            assert parse_receipt(case["want"]) == outside.read_receipt(case["want"]) == wanted
            assert "extra" in case or receipt(*wanted) == case["want"]
    for text in malformed:
        with pytest.raises(MalformedNote):
            parse_receipt(text)
        with pytest.raises(outside.Broken):
            outside.read_receipt(text)


def test_a_checkpoint_has_one_form() -> None:
    note = checkpoint(LEAVES)
    text, _, lines = note.rpartition("\n\n")
    signed = [
        note[:-1], note + "\n", note.replace("\u2014 ", "- "), note.replace("\n\n", "\n"), note.replace("\n\u2014", "\r\n\u2014"),
        note.replace("600", "0600"), note.replace("600", "6\u06600"), note.replace("600", "-1"), text + "\n\n" + lines.replace("=", ""),
    ]  # fmt: skip
    body, signature = lines[:-3], lines[-3]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    signed.append(f"{text}\n\n{body}{alphabet[alphabet.index(signature) + 1]}=\n")  # the same bytes, other spelling
    for bad in signed:
        with pytest.raises(MalformedNote):
            parse_checkpoint(open_note(bad, VKEY, verifies))
        with pytest.raises(outside.Broken):
            outside.open_checkpoint(bad, VKEY)


# ── Ed25519 of the verifier against another implementation ───────────────────────────────────────────────────────────


@given(st.binary(max_size=64), st.integers(0, 95), st.integers(0, 7))
def test_both_implementations_say_the_same_of_a_spoilt_signature(message: bytes, byte: int, bit: int) -> None:
    secret = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(message).digest())
    both = bytearray(secret.public_key().public_bytes_raw() + secret.sign(message))
    both[byte] ^= 1 << bit
    key, signature = bytes(both[:32]), bytes(both[32:])
    assert outside.verify_ed25519(key, message, signature) is accepted_elsewhere(key, message, signature) is False


def accepted_elsewhere(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


sized = st.sampled_from([0, 31, 32, 33, 63, 64, 65])


@given(
    sized.flatmap(lambda n: st.binary(min_size=n, max_size=n)),
    sized.flatmap(lambda n: st.binary(min_size=n, max_size=n)),
)
def test_nothing_is_accepted_that_the_other_implementation_refuses(key: bytes, signature: bytes) -> None:
    """Points of small order included, which garbage of zeros soon finds."""
    for message in (b"", b"a", b"b", b"c"):
        assert not outside.verify_ed25519(key, message, signature) or accepted_elsewhere(key, message, signature)
