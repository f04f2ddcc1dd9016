"""Where this installation keeps its files."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
"""The checkout."""

VAR = Path(os.environ.get("SANXIANG_VAR") or ROOT / "var").resolve()
"""What this installation must not lose: the database, the evidence, the secrets. Back it up."""

SECRETS = VAR / "secrets"
LEDGER = Path(os.environ.get("SANXIANG_LEDGER") or VAR / "ledger").resolve()
"""The published ledger: tiles, bundles, checkpoint. Hand it to a web server, and to whoever wants a copy."""

BLOBS = Path(os.environ.get("SANXIANG_BLOBS") or VAR / "blobs").resolve()
"""Evidence files and archived volumes, each under its digest. Part of every backup."""

SEALS = Path(os.environ.get("SANXIANG_SEALS") or SECRETS / "seals").resolve()
"""Electronic seals of agencies with their passwords, and the certificates that signatures are trusted by."""

TLS = VAR / "tls"
"""The authority and the certificate of a local network (`sanxiang certificate`). The authority's key stays here."""

SIGNED = VAR / "signed" / "head.json"
"""The last head that was signed. Never bring it back from a backup: it is what notices an old one."""

VENDOR = ROOT / "var" / "vendor"
"""Front-end files of others, put there by `make setup`."""

STATIC = ROOT / "var" / "static"
"""All static files under the names that carry their digest, put there by `make setup` and by `run`."""

LIBRARY = ROOT / "var" / "library"
"""The rulebooks as they were last read, for the next process. Made anew when it is gone."""
