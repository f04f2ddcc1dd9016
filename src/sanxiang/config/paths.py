"""Where this installation keeps its files."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
"""The checkout."""

VAR = Path(os.environ.get("SANXIANG_VAR") or ROOT / "var").resolve()
"""What this installation must not lose: the database, the evidence, the secrets. Back it up."""

SECRETS = VAR / "secrets"
VENDOR = ROOT / "var" / "vendor"
"""Front-end files of others, put there by `make setup`."""

STATIC = ROOT / "var" / "static"
"""All static files under the names that carry their digest, put there by `make setup` and by `run`."""
