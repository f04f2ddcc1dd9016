"""The arithmetic of the ledger (账本): canonical bytes, commitments, Merkle tree, tiles, checkpoints, receipts."""

from .canonical import NotCanonical, canonical_bytes
from .commitments import commitment, public_entry, sm3_available
from .merkle import (
    EMPTY,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    subtree_of,
    verify_consistency,
    verify_inclusion,
)
from .notes import (
    Checkpoint,
    MalformedNote,
    open_note,
    parse_checkpoint,
    parse_receipt,
    parse_vkey,
    receipt,
    signature_line,
    signed_note,
    split_note,
    vkey,
)
from .tiles import Edge, bundle, bundle_path, edge_of, entries_of, subtree_in, tile_path

__all__ = [
    "EMPTY",
    "Checkpoint",
    "Edge",
    "MalformedNote",
    "NotCanonical",
    "bundle",
    "bundle_path",
    "canonical_bytes",
    "commitment",
    "consistency_proof",
    "edge_of",
    "entries_of",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "open_note",
    "parse_checkpoint",
    "parse_receipt",
    "parse_vkey",
    "public_entry",
    "receipt",
    "root_of",
    "signature_line",
    "signed_note",
    "sm3_available",
    "split_note",
    "subtree_in",
    "subtree_of",
    "tile_path",
    "verify_consistency",
    "verify_inclusion",
    "vkey",
]
