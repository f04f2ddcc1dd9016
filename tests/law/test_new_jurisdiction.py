"""A sixth jurisdiction, begun by one command and made of one rule file, plays a case from its source to its archive."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from sanxiang.casework.play import play
from sanxiang.casework.scenario import load_scenario
from sanxiang.config.cli import main
from sanxiang.store.rulebooks.beginning import Beginning, CannotBegin, begin
from sanxiang.store.rulebooks.library import default_folder, load_library
from tests.law.small import faults
from tests.support.rules import LIBRARY

OWN = Path(__file__).parent / "sixth"
SYSTEMS = "yanshan-eco/three-systems"
WORDS = {
    "--name": "演示省生态环境厅: “演示”", "--title": '演示省“三项制度”办法 #1: "演示"', "--authority": "演示省（演示）",
    "--effective": "2024-01-01", "--prefix": "YS",
}  # fmt: skip


def command(folder: Path, **changes: str) -> int:
    words = WORDS | {f"--{key}": value for key, value in changes.items()}
    return main(["rulebooks", "new", "yanshan-eco", str(folder), *(part for pair in words.items() for part in pair)])


def differences(file: Path, library: object) -> list[str]:
    performance = play(library, load_scenario(file))  # type: ignore[arg-type]
    return [*(text for step in performance.steps for text in step.differences), *performance.differences]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The product's rulebooks in a place where a test may write."""
    return Path(shutil.copytree(default_folder(), tmp_path / "rulebooks"))


def test_what_was_begun_loads_at_once_and_is_bound_by_national_law(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(folder) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3
    assert main(["rulebooks", "check", str(folder)]) == 0
    library = load_library(folder)
    assert library.jurisdictions["yanshan-eco"].name == WORDS["--name"]
    assert library.versions["yanshan-eco-three-systems"][0].title == WORDS["--title"]
    assert differences(folder / SYSTEMS / "scenarios/ordinary-penalty.yaml", library) == []


def test_its_own_file_alone_makes_its_periods_and_its_scope_bind(folder: Path) -> None:
    assert command(folder) == 0
    shutil.copytree(OWN, folder / SYSTEMS, dirs_exist_ok=True)
    assert main(["rulebooks", "check", str(folder)]) == 0
    library = load_library(folder)
    for file in sorted((folder / SYSTEMS / "scenarios").iterdir()):
        assert differences(file, library) == [], file.name


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "luoyang"},
        {"id": "national"},
        {"id": "../outside"},
        {"id": "Luoyang"},
        {"id": "x" * 41},
        {"prefix": "LY"},
        {"prefix": "ys"},
        {"name": "两\n行"},
        {"title": " "},
        {"authority": "长" * 101},
        {"calendar": "mars"},
    ],
    ids=str,
)
def test_what_cannot_be_begun_is_said_and_nothing_is_written(tmp_path: Path, changes: dict[str, str]) -> None:
    (tmp_path / "luoyang").mkdir()
    fine = Beginning(
        id="yanshan-eco", name="演示省", title="办法", authority="演示省", effective=date(2024, 1, 1), prefix="YS"
    )
    with pytest.raises(CannotBegin):
        begin(tmp_path, LIBRARY, replace(fine, **changes))  # type: ignore[arg-type]
    assert [path.name for path in tmp_path.rglob("*")] == ["luoyang"]
    assert len(begin(tmp_path, LIBRARY, fine)) == 3


def test_a_date_that_is_none_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(shutil.copytree(default_folder(), tmp_path / "rulebooks"))
    assert command(folder, effective="2024-02-30") == 2
    assert "2024-02-30" in capsys.readouterr().err
    assert not (folder / "yanshan-eco").exists()


def test_nothing_is_begun_beside_rules_that_do_not_load(folder: Path) -> None:
    (folder / "luoyang" / "jurisdiction.yaml").write_text("id: luoyang\n", encoding="utf-8")
    assert command(folder) == 1
    assert not (folder / "yanshan-eco").exists()


def test_what_a_place_does_at_the_end_of_a_period_is_one_of_the_opinions(tmp_path: Path) -> None:
    """The setting that an appraisal proposes (CN-13) is named with its line where no form offers it."""
    folder = Path(shutil.copytree(default_folder(), tmp_path / "rulebooks"))
    place = folder / "wuding" / "jurisdiction.yaml"
    place.write_text(place.read_text("utf-8").replace("archive_at_end: 销毁", "archive_at_end: 焚毁"), "utf-8")
    assert [(file, text) for file, _, text in faults(folder)] == [
        ("wuding/jurisdiction.yaml", "没有“焚毁”这种鉴定意见：销毁、延长保管、永久保管")
    ]


CAPS = {
    "[很高：4]": "没有“很高”这种等级：低风险、一般风险、较高风险、高风险",
    "[高风险 4]": "上限“高风险 4”应写成“高风险：4”；没有等级的写“其他：2”", "[高风险：4, 高风险：3]": "“高风险”的上限写了两次",
    "两次": "上限“两次”应是一个数，或者逐级写成“高风险：4”",
}  # fmt: skip


def test_caps_by_class_are_read_whole(tmp_path: Path) -> None:
    """A cap that nobody could compare with is named with its line (IO-3)."""
    folder = Path(shutil.copytree(default_folder(), tmp_path / "rulebooks"))
    place = folder / "wuding" / "jurisdiction.yaml"
    text = place.read_text("utf-8")
    for told, wrong in CAPS.items():
        place.write_text(text.replace("inspection_yearly_cap: 0", f"inspection_yearly_cap: {told}"), "utf-8")
        assert [fault[2] for fault in faults(folder)] == [wrong], told
    place.write_text(text.replace("inspection_yearly_cap: 0", "inspection_yearly_cap: [高风险：4, 其他：2]"), "utf-8")
    assert load_library(folder).jurisdictions["wuding"].settings["inspection_yearly_cap"] == ("高风险：4", "其他：2")
