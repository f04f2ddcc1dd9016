"""What the documents say is so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
VARIABLE = re.compile(r"\b(?:SANXIANG_[A-Z_]*[A-Z]|DATABASE_URL)\b")


def _commands() -> list[str]:
    from sanxiang.config import commands

    return list(commands.modules())


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    used = set()
    for file in (ROOT / "src").rglob("*.py"):
        used |= set(VARIABLE.findall(file.read_text(encoding="utf-8")))
    told = set(re.findall(r"^\| `([A-Z_]+)`", (REFERENCE / "settings.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert told == used


MADE = ("cli.md", "events.md", "papers.md", "review-in-five-places.md", "vocabulary.md")


@pytest.mark.parametrize("name", MADE)
def test_a_page_that_is_made_is_what_the_code_says(name: str) -> None:
    """`make docs` writes it anew."""
    from sanxiang.config import reference

    assert set(reference.PAGES) == set(MADE)
    assert (REFERENCE / name).read_text(encoding="utf-8") == reference.PAGES[name]()


def test_the_gallery_has_a_small_picture_of_every_paper_and_no_other() -> None:
    from sanxiang.config.gallery import PICTURES
    from sanxiang.three_systems.recording.documents import catalogue

    sizes = {file.stem: file.stat().st_size for file in PICTURES.glob("*")}
    assert set(sizes) == {form.id for form in catalogue()}
    assert min(sizes.values()) > 2_000, "an empty page"
    assert sum(sizes.values()) < 3_000_000


def test_the_page_of_events_names_every_kind_and_its_chinese_term() -> None:
    from sanxiang.core.events import KINDS

    page = (REFERENCE / "events.md").read_text(encoding="utf-8")
    assert {name for name in KINDS if f"### `{name}`" not in page} == set()
    assert {
        name for name, cls in KINDS.items() if not re.search(r"[（(][^）)]*[\u4e00-\u9fff]", cls.__doc__ or "")
    } == set()


@pytest.mark.parametrize("name", _commands())
def test_every_command_helps_and_tells_its_exit_codes(name: str) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "sanxiang", name, "--help"], capture_output=True, text=True, check=True
    )
    assert "退出码" in said.stdout


def test_a_start_of_the_command_line_imports_no_framework() -> None:
    code = "import sys; from sanxiang.config.cli import parser; parser(['play']); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"django", "psycopg", "pydantic", "yaml"}.isdisjoint(loaded)


def _outline(text: str) -> list[int]:
    """The levels of the headings in order, code blocks left out."""
    plain = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return [len(marks) for marks in re.findall(r"^(#+) ", plain, re.MULTILINE)]


def test_the_two_readmes_keep_step() -> None:
    pages = [ROOT / name for name in ("README.md", "README.zh-CN.md")]
    outlines = [_outline(page.read_text(encoding="utf-8")) if page.exists() else None for page in pages]
    assert outlines[0] == outlines[1]


def test_no_link_between_documents_leads_nowhere() -> None:
    broken = []
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)} → {target}")
    assert broken == []


def test_every_decision_record_has_its_parts() -> None:
    for record in sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md")):
        text = record.read_text(encoding="utf-8")
        for part in ("Status:", "Implementation:", "## Context", "## Decision", "## Alternatives rejected"):
            assert part in text, f"{record.name} lacks {part}"
