"""The library as it was last read: the same as one that is read anew, and never of other rulebooks than these."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sanxiang.store.rulebooks import kept
from sanxiang.store.rulebooks.library import load_library
from sanxiang.store.rulebooks.yamlfile import RulebookError
from tests.law.small import FILE, changed


def fail(*_: object) -> object:
    raise AssertionError("read anew")


def test_the_second_reads_what_the_first_kept(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "kept" / "library"
    first = kept.kept_library(place, folder)
    monkeypatch.setattr(kept, "load_library", fail)
    second = kept.kept_library(place, folder)
    for one in (first, second):
        assert one.versions == load_library(folder).versions
        assert one.dictionary == load_library(folder).dictionary
        assert one.jurisdictions == load_library(folder).jurisdictions
    assert second.versions["town-rule"][0].digest == first.versions["town-rule"][0].digest
    assert {name: one.layers for name, one in second.calendars.items()} == {
        name: one.layers for name, one in first.calendars.items()
    }


def test_the_whole_library_is_kept_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = kept.kept_library(tmp_path / "library")
    monkeypatch.setattr(kept, "load_library", fail)
    again = kept.kept_library(tmp_path / "library")
    assert again is not whole
    assert (again.versions, again.dictionary, again.posts) == (whole.versions, whole.dictionary, whole.posts)


def test_a_changed_rulebook_is_read(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "kept" / "library"
    kept.kept_library(place, folder)
    changed(folder, "7 working_days", "5 working_days")
    assert kept.kept_library(place, folder).versions == load_library(folder).versions
    changed(folder, "5 working_days", "seven days")
    with pytest.raises(RulebookError):
        kept.kept_library(place, folder)
    (folder / FILE).unlink()
    with pytest.raises(RulebookError, match="town-rule"):
        kept.kept_library(place, folder)


def test_another_program_reads_anew(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, program = tmp_path / "library", tmp_path / "program"
    (program / "core").mkdir(parents=True)
    (program / "core" / "law.py").write_text("A = 1\n")
    monkeypatch.setattr(kept, "PROGRAM", program)
    kept.kept_library(place, folder)
    (program / "core" / "law.py").write_text("A = 2\n")
    monkeypatch.setattr(kept, "load_library", fail)
    with pytest.raises(AssertionError, match="read anew"):
        kept.kept_library(place, folder)


@pytest.mark.parametrize("data", [b"", b"x" * 31, b"x" * 4000])
def test_what_is_spoilt_is_not_believed(folder: Path, tmp_path: Path, data: bytes) -> None:
    place = tmp_path / "library"
    kept.kept_library(place, folder)
    whole = place.read_bytes()
    for spoilt in (data, whole[:-100], whole[: kept.KEY], whole[: kept.KEY] + data):
        place.write_bytes(spoilt)
        assert kept.kept_library(place, folder).versions == load_library(folder).versions
        assert place.read_bytes()[: kept.KEY] == whole[: kept.KEY]


def test_what_others_may_write_is_not_opened(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "library"
    kept.kept_library(place, folder)
    assert place.stat().st_mode & 0o077 == 0
    place.chmod(0o666)
    monkeypatch.setattr(kept, "load_library", fail)
    with pytest.raises(AssertionError, match="read anew"):
        kept.kept_library(place, folder)


def test_where_nothing_can_be_kept_it_is_read_all_the_same(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    place = tmp_path / "file" / "library"
    assert kept.kept_library(place, folder).versions == load_library(folder).versions
    place = tmp_path / "there"
    place.mkdir()
    assert kept.kept_library(place, folder).versions == load_library(folder).versions
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".there")]
