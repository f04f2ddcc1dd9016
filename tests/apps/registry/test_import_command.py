"""`sanxiang import`: the same check and the same door from the command line, with its exit codes."""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sanxiang.config import cli
from sanxiang.one_platform.registry.models import AgencyRow, OfficerRow
from tests.apps.registry.test_import_others import HEAD, agency_line
from tests.apps.registry.world import Body, account, body, identity, officer_line, xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau(db: None, monkeypatch: pytest.MonkeyPatch) -> Body:
    @contextlib.contextmanager
    def here() -> Iterator[None]:
        yield

    monkeypatch.setattr("sanxiang.config.operating.database", here)
    return body()


def written(folder: Path, rows: list[Any], head: Any = None, name: str = "a.xlsx") -> str:
    file = folder / name
    file.write_bytes(xlsx(rows, head) if head else xlsx(rows))
    return str(file)


def test_a_check_writes_nothing_and_a_confirmation_enters_once(
    bureau: Body, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    login = account(bureau.people["登记员"]).username
    words = ["import", written(tmp_path, [officer_line("甲")]), "--kind", "officers", "--officer", login]
    assert cli.main(words) == 0
    assert "新登记 1 行" in capsys.readouterr().out
    assert OfficerRow.objects.filter(agency=bureau.id).count() == 1
    assert cli.main([*words, "--confirm", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["entered"] is True
    assert OfficerRow.objects.filter(agency=bureau.id).count() == 2
    assert cli.main([*words, "--confirm", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == [{"row": 2, "name": "甲", "state": "same", "enters": [], "entered": False, "faults": []}]
    assert OfficerRow.objects.filter(agency=bureau.id).count() == 2


def test_bad_rows_end_with_one_and_good_ones_are_entered(
    bureau: Body, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    login = account(bureau.people["登记员"]).username
    file = written(tmp_path, [officer_line("甲"), officer_line("乙", id=identity()[:-2] + "!!")])
    assert (
        cli.main(["import", file, "--kind", "officers", "--officer", login, "--agency", bureau.name, "--confirm"]) == 1
    )
    assert "第 3 行 身份证号码：" in capsys.readouterr().out
    assert OfficerRow.objects.filter(agency=bureau.id).count() == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--kind", "officers", "--officer", "无此人"], "没有登录名"),
        (["--kind", "officers", "--installer", "某人"], "--agency"),
        (["--kind", "officers", "--installer", "某人", "--agency", "无此机关"], "没有登记“无此机关”"),
        (["--kind", "agencies", "--installer", "某人", "--jurisdiction", "x"], "没有“x”这个法域"),
    ],
)
def test_wrong_words_end_with_two(
    bureau: Body, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    assert cli.main(["import", written(tmp_path, [officer_line()]), *words]) == 2
    assert says in capsys.readouterr().err


def test_a_file_that_cannot_be_read_ends_with_two(
    bureau: Body, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--kind", "agencies", "--installer", "某人"]
    assert cli.main(["import", str(tmp_path / "none.xlsx"), *words]) == 2
    assert "打不开文件" in capsys.readouterr().err
    (tmp_path / "half.xlsx").write_bytes(xlsx([officer_line()])[:500])
    assert cli.main(["import", str(tmp_path / "half.xlsx"), *words]) == 2
    assert "不完整" in capsys.readouterr().err
    assert cli.main(["import", written(tmp_path, [["x"]], ["列"]), *words]) == 2
    assert "表头缺少" in capsys.readouterr().err


def test_who_is_no_registrar_enters_nothing(bureau: Body, tmp_path: Path) -> None:
    clerk = account(bureau.add("文员", "publisher")).username
    file = written(tmp_path, [officer_line("甲")])
    assert cli.main(["import", file, "--kind", "officers", "--officer", clerk, "--confirm"]) == 1
    assert not OfficerRow.objects.filter(agency=bureau.id, name="甲").exists()


def test_a_registrar_enters_nothing_into_another_agency(bureau: Body, tmp_path: Path) -> None:
    other, login = body(), account(bureau.people["登记员"]).username
    file = written(tmp_path, [officer_line("甲")])
    words = ["--kind", "officers", "--officer", login, "--agency", other.name, "--confirm"]
    assert cli.main(["import", file, *words]) == 1
    assert OfficerRow.objects.filter(agency=other.id).count() == 1


def test_an_installation_begins_with_its_agency_and_its_registrar(bureau: Body, tmp_path: Path) -> None:
    name = f"新装局{uuid.uuid4().hex[:6]}"
    file = written(tmp_path, [agency_line(name)], HEAD)
    words = ["--installer", "安装人", "--confirm"]
    assert cli.main(["import", file, "--kind", "agencies", "--jurisdiction", "luoyang", *words]) == 0
    first = officer_line(
        "首任登记员", posts="登记管理员", department="法规科", number="", issuer="", until="", **{"from": ""}
    )
    assert cli.main(["import", written(tmp_path, [first]), "--kind", "officers", "--agency", name, *words]) == 0
    made = AgencyRow.objects.get(name=name)
    assert OfficerRow.objects.get(agency=made.stream).posts == ["registrar"]
