"""The verifier in the hands of its user: how it is called, what it says, published logs, old Pythons."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from sanxiang.core.ledger import leaf_hash
from tests.support.bags import ORIGIN, OTHERS, VKEY, Bag, checkpoint, digest, write_log
from verify import verify

DECISION = "data/documents/02-行政处罚决定书.pdf"


def run(*arguments: object) -> int:
    return verify.main([str(one) for one in arguments])


def check(bag: Bag, folder: Path) -> int:
    return run("package", bag.write(folder), "--vkey", VKEY)


@pytest.mark.parametrize("sm3", [False, True])
def test_a_package_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str], sm3: bool) -> None:
    bag = Bag(sm3=sm3)
    assert check(bag, tmp_path) == 0
    said = capsys.readouterr().out
    assert "6 events" in said
    assert "not in the package" not in said
    assert run("package", tmp_path) == 0
    assert "The key came with the package" in capsys.readouterr().out


def test_evidence_may_stand_under_its_name_and_its_absence_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bag = Bag()
    (photo, video) = bag.evidence
    del bag.files[f"data/evidence/{digest(bag.evidence[photo])}/{photo}"]
    bag.files[f"data/evidence/{photo}"] = bag.evidence[photo]
    del bag.files[f"data/evidence/{digest(bag.evidence[video])}/{video}"]
    assert check(bag, tmp_path) == 0
    assert "1 evidence files" in capsys.readouterr().out


def test_a_destroyed_key_leaves_a_package_that_holds(tmp_path: Path) -> None:
    """The sealed facts are gone, lawfully; everything else still verifies."""
    bag = Bag()
    for event in bag.events:
        event["sealed"] = {}
    bag.store()
    assert check(bag, tmp_path) == 0


def test_a_python_without_sm3_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "sm3_is_here", lambda: False)
    assert check(Bag(sm3=True), tmp_path / "a") == 0
    assert "SM3 commitments were not checked" in capsys.readouterr().out
    assert check(Bag(), tmp_path / "b") == 0
    assert "SM3" not in capsys.readouterr().out


def test_a_receipt_by_event_or_by_its_parts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bag = Bag()
    event = bag.events[1]
    parts = {"event": event, "entry": event["entry"], "body": event["body"]}
    for name, value in parts.items():
        (tmp_path / name).write_text(json.dumps(value, ensure_ascii=False, indent=2), encoding="utf-8")
    (tmp_path / "one.tlog-proof").write_text(bag.receipt(OTHERS + 1), encoding="utf-8")
    (tmp_path / "vkey").write_text(VKEY + "\n", encoding="utf-8")
    call = ["receipt", tmp_path / "one.tlog-proof", "--vkey", tmp_path / "vkey"]
    assert run(*call, "--event", tmp_path / "event") == 0
    assert run(*call, "--entry", tmp_path / "entry", "--body", tmp_path / "body", "--salt", event["salt"]) == 0
    assert f"event {event['body']['id']} is entry 301 of 306" in capsys.readouterr().out
    assert run(*call, "--entry", tmp_path / "entry") == 0
    assert "content was not given" in capsys.readouterr().out
    assert run(*call, "--entry", tmp_path / "entry", "--body", tmp_path / "body", "--salt", "00" * 32) == 1
    assert run(*call, "--entry", tmp_path / "body") == 1
    for wrong in (
        ["--entry", tmp_path / "entry", "--salt", "00"],
        ["--event", tmp_path / "event", "--body", "x", "--salt", "x"],
        [],
    ):
        with pytest.raises(SystemExit) as stopped:
            run(*call, *wrong)
        assert stopped.value.code == 2


def test_what_cannot_be_opened_has_its_own_exit_code(tmp_path: Path) -> None:
    assert run("package", tmp_path / "none") == 2
    assert run("tiles", tmp_path / "none", "--vkey", VKEY) == 2
    assert run("receipt", tmp_path / "none", "--event", tmp_path / "none", "--vkey", VKEY) == 2
    assert run("package", tmp_path) == 1


def test_several_processes_find_what_one_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "SHARED", 1000)
    monkeypatch.setattr(verify, "SHARE", 2)
    write_log(tmp_path, [b"entry %d" % at for at in range(3000)])
    for processes in (1, 2, 3, 20):
        assert verify.check_tiles(str(tmp_path), VKEY, processes=processes) == (ORIGIN, 3000)
    path = tmp_path / "tile" / "entries" / "010"
    path.write_bytes(path.read_bytes().replace(b"entry 2600", b"entry 2O00"))
    for processes in (1, 2, 3, 20):
        with pytest.raises(verify.Broken, match="bundle 10 does not fit"):
            verify.check_tiles(str(tmp_path), VKEY, processes=processes)


def test_every_earlier_checkpoint_is_checked_at_every_size(tmp_path: Path) -> None:
    entries = [b"entry %d" % at for at in range(1100)]
    leaves = [leaf_hash(entry) for entry in entries]
    write_log(tmp_path, entries)
    lowest = verify.check_bottom(str(tmp_path), 1100, 1)
    for size in range(1101):
        assert verify.root_over(str(tmp_path), 1100, lowest, size) == verify.merkle_root(b"".join(leaves[:size]))
    kept = [checkpoint(leaves[:size]) for size in (1, 255, 256, 257, 1024, 1100)]
    assert verify.check_tiles(str(tmp_path), VKEY, kept) == (ORIGIN, 1100)
    with pytest.raises(verify.Broken, match="rewritten"):
        verify.check_tiles(str(tmp_path), VKEY, [*kept, checkpoint([*leaves[1:300], leaves[0]])])


def test_a_partial_tile_may_have_given_way_to_the_full_one(tmp_path: Path) -> None:
    entries = [b"entry %d" % at for at in range(700)]
    write_log(tmp_path, entries)
    (tmp_path / "checkpoint").write_bytes(b"")
    write_log(tmp_path / "old", entries[:600])
    (tmp_path / "checkpoint").write_bytes((tmp_path / "old" / "checkpoint").read_bytes())
    with pytest.raises(verify.Broken, match="missing"):
        verify.check_tiles(str(tmp_path), VKEY)
    write_log(tmp_path / "new", [*entries, *(b"entry %d" % at for at in range(700, 768))])
    (tmp_path / "new" / "checkpoint").write_bytes((tmp_path / "old" / "checkpoint").read_bytes())
    (tmp_path / "new" / "tile" / "1" / "000.p").joinpath("2").write_bytes(
        (tmp_path / "old" / "tile" / "1" / "000.p" / "2").read_bytes()
    )
    assert verify.check_tiles(str(tmp_path / "new"), VKEY) == (ORIGIN, 600)


def test_the_verifier_needs_nothing_but_an_old_python() -> None:
    source = Path(verify.__file__).read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 8))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names
    assert "ssl" not in imported


def test_the_verifier_runs_alone(tmp_path: Path) -> None:
    """Copied elsewhere, without our environment, on a console that knows no Chinese."""
    alone = tmp_path / "verify.py"
    alone.write_bytes(Path(verify.__file__).read_bytes())
    folder = Bag().write(tmp_path / "bag")
    environment = {"PATH": "", "PYTHONIOENCODING": "ascii"}
    call = [sys.executable, "-S", str(alone), "package", str(folder), "--vkey", VKEY]
    done = subprocess.run(call, capture_output=True, cwd="/", env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    (folder / DECISION).write_bytes(b"other")
    assert subprocess.run(call, capture_output=True, cwd="/", env=environment).returncode == 1
    told = subprocess.run([sys.executable, str(alone), "--help"], capture_output=True, text=True)
    assert "Exit codes: 0" in told.stdout
