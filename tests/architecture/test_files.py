"""Small files, and nothing in them of the machine they were written on."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORE, OTHERS, FUNCTION = 250, 400, 50
COLUMNS, PAGE_COLUMNS = 120, 160
WIDE = Path(__file__).with_name("wide_templates.txt")
"""How many lines of which template are still wider than that. It only gets shorter."""
ONE_FILE_BY_DESIGN = {"verify/verify.py"}
"""What is handed out alone and therefore must be one file."""

HOSTS = "|".join(
    [
        "py" + "pi\\.org",
        "python" + "hosted",
        "npm" + "js\\.(org|com)",
        "npm" + "mirror",
        "deb\\." + "debian",
        "/simple" + "/",
    ]
)
MACHINE = "/wo" + r"rk/(main|shared|\.)|/tmp" + r"/[\w.]|/ro" + r"ot/\."


def _tracked(*endings: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = [ROOT / name for name in listed.split("\0") if name]
    return [file for file in files if file.is_file() and (not endings or file.suffix in endings)]


def _name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def test_no_file_asks_to_be_split() -> None:
    long = {}
    for file in _tracked(".py", ".js", ".css", ".html"):
        lines = len(file.read_text(encoding="utf-8").splitlines())
        limit = CORE if _name(file).startswith("src/sanxiang/core/") else OTHERS
        if lines > limit and _name(file) not in ONE_FILE_BY_DESIGN:
            long[_name(file)] = lines
    assert long == {}


def test_no_function_asks_to_be_split() -> None:
    long = {}
    for file in _tracked(".py"):
        if not _name(file).startswith("src/"):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION:
                    long[f"{_name(file)}:{node.name}"] = lines
    assert long == {}


def test_scripts_and_styles_can_be_read() -> None:
    """One statement a line, as prettier lays them out (docs/decisions/0061): what is longer was put together by hand."""
    long = []
    for file in _tracked(".js", ".css"):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if len(line) > COLUMNS:
                long.append(f"{_name(file)}:{number} has {len(line)} columns")
    assert long == []


def test_templates_get_no_wider() -> None:
    kept = (line.split(" ", 1) for line in WIDE.read_text(encoding="utf-8").splitlines())
    allowed = {name: int(count) for count, name in kept}
    wide = {}
    for file in _tracked(".html"):
        lines = file.read_text(encoding="utf-8").splitlines()
        if count := sum(len(line) > PAGE_COLUMNS for line in lines):
            wide[_name(file)] = count
    assert {name: count for name, count in wide.items() if count > allowed.get(name, 0)} == {}
    assert sorted(allowed.keys() - wide.keys()) == [], "take them out of the list"


def test_no_file_names_a_package_registry_or_a_path_of_one_machine() -> None:
    wrong = []
    for file in _tracked():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        wrong += [f"{_name(file)}: {found[0]}" for found in re.finditer(f"{HOSTS}|{MACHINE}", text)]
    assert wrong == []


def test_locks_pin_by_hash_and_hold_no_address() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        pins = re.findall(r"^[\w.\[\]-]+==\S+", lock.read_text(), re.MULTILINE)
        entries = re.split(r"^(?=[\w.-]+==)", lock.read_text(), flags=re.MULTILINE)[1:]
        assert len(pins) == len(entries) > 0
        assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
        assert "://" not in lock.read_text()
    npm = (ROOT / "package-lock.json").read_text()
    assert '"integrity"' in npm
    assert '"resolved"' not in npm


def test_no_page_carries_a_script_or_a_style_inside() -> None:
    """The content security policy refuses them, so they would silently not work."""
    wrong = []
    for file in _tracked(".html"):
        text = file.read_text(encoding="utf-8")
        inside = r"<script(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)[^>]*>|<style\b|\son\w+=[\"']|\sstyle=[\"']"
        wrong += [f"{_name(file)}: {found[0]}" for found in re.finditer(inside, text, re.IGNORECASE)]
    assert wrong == []
