"""Recordings that live in streams of their own, in the package and in the storage statement of an archived case."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from sanxiang.core.casefile import fold_recording
from sanxiang.core.values.origin import GRADES
from sanxiang.store import reading
from sanxiang.store.blobs import shelf
from sanxiang.three_systems.recording.gathering import registers_of
from sanxiang.three_systems.recording.packages import package
from sanxiang.three_systems.recording.recordings import recordings
from tests.support import filmed
from tests.support.theatre import Theatre

from .packed import Packed, manifests, number_all, verify

pytestmark = [pytest.mark.clauses("LY-27", "CN-14"), pytest.mark.journeys("archive.package", "ledger.verification")]


@pytest.fixture(scope="session")
def filmed_case(opened_theatre: Theatre, django_db_blocker: Any, tmp_path_factory: Any) -> Any:
    """A penalty on the spot that rests on a recording of a phone and on one of a station, archived: the case, both
    recordings, its package as the settings have it and with the films."""
    from django.conf import settings

    home = tmp_path_factory.mktemp("ledger")
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "SANXIANG_LEDGER", home / "published")
        told = opened_theatre.played("summary", before="find_on_spot", start="2026-06-01")
        phone = filmed.phone(opened_theatre, told, "find_on_spot", home)
        opened_theatre.go_on(told, "serve")
        station = filmed.station(opened_theatre, told, "serve", home)
        opened_theatre.go_on(told)
        vkey, made = number_all(home, settings), {}
        for films in (False, True):
            patch.setattr(settings, "SANXIANG_PACKAGE_FILMS", films)
            with package(connections["default"], told.stream) as data:
                made[films] = Packed(data.read(), vkey, told.stream, home / "published")
        connections.close_all()
    return told, phone, station, made


@pytest.fixture
def bag(filmed_case: Any, tmp_path: Path) -> Path:
    unpacked: Path = filmed_case[3][False].unpack(tmp_path / "bag")
    return unpacked


def listing_in(bag: Path) -> Path:
    return next((bag / "data" / "evidence").rglob("片段链*.jsonl"))


@pytest.mark.parametrize("films", [False, True])
def test_records_receipts_and_chains_are_in_it_and_hold(
    filmed_case: Any, theatre: Theatre, tmp_path: Path, films: bool
) -> None:
    _, phone, station, made = filmed_case
    bag = made[films].unpack(tmp_path / "bag")
    for stream in (phone, station):
        events = reading.load(theatre.connection, stream)
        place = bag / "data" / "recordings" / stream
        assert len(list((place / "events").iterdir())) == len(list((place / "receipts").iterdir())) == len(events)
    held = {path.parent.name for path in (bag / "data" / "evidence").rglob("*") if path.is_file()}
    names = {file["sha256"]: file["name"] for stream in (phone, station)
             for file in fold_recording(reading.load(theatre.connection, stream)).files}  # fmt: skip
    inside = {name.rpartition(".")[2] for sha256, name in names.items() if sha256 in held}
    assert inside == ({"jsonl", "webm", "mp4"} if films else {"jsonl"})
    readme = (bag / "README.txt").read_text(encoding="utf-8")
    assert all((sha256 in readme) is not films for sha256, name in names.items() if not name.endswith(".jsonl"))
    done = verify(bag, "--vkey", made[films].vkey)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert ("3 files of recordings are in the package by digest only" in done.stdout) is not films
    plain = json.loads((bag / "data" / "case.json").read_text(encoding="utf-8"))
    assert [one["stream"] for one in plain["recordings"]] == [phone, station]
    assert plain["recordings"][0]["gaps"][0]["explained"]["gap_text"] == filmed.WHY


def change_chain(bag: Path, phone: str) -> None:
    path = listing_in(bag)
    path.write_bytes(path.read_bytes().replace(b'"run": 1', b'"run": 0', 1))


def change_chain_and_its_name(bag: Path, phone: str) -> None:
    import hashlib

    change_chain(bag, phone)
    path = listing_in(bag)
    place = path.parent.with_name(hashlib.sha256(path.read_bytes()).hexdigest())
    place.mkdir()
    path.rename(place / path.name)


def change_record(bag: Path, phone: str) -> None:
    path = sorted((bag / "data" / "recordings" / phone / "events").iterdir())[-1]
    path.write_text(path.read_text(encoding="utf-8").replace("find_on_spot", "serve"), encoding="utf-8")


def change_explanation(bag: Path, phone: str) -> None:
    for path in (bag / "data" / "recordings" / phone / "events").iterdir():
        path.write_text(path.read_text(encoding="utf-8").replace(filmed.WHY, "没有接电话"), encoding="utf-8")


def drop_the_last(bag: Path, phone: str) -> None:
    path = sorted((bag / "data" / "recordings" / phone / "events").iterdir())[2]
    path.unlink()


def rename_it(bag: Path, phone: str) -> None:
    place = bag / "data" / "recordings" / phone
    place.rename(place.with_name(phone[:-4] + "0000"))


def add_a_file(bag: Path, phone: str) -> None:
    (bag / "data" / "recordings" / phone / "另一份.txt").write_text("x", encoding="utf-8")


@pytest.mark.parametrize("change", [
    change_chain, change_chain_and_its_name, change_record, change_explanation, drop_the_last, rename_it, add_a_file,
])  # fmt: skip
def test_every_change_to_a_recording_is_found(filmed_case: Any, bag: Path, change: Callable[[Path, str], None]) -> None:
    change(bag, filmed_case[1])
    manifests(bag)
    done = verify(bag, "--vkey", filmed_case[3][False].vkey)
    assert (done.returncode, "NOT VERIFIED" in done.stdout) == (1, True), done.stdout


def test_a_film_that_was_changed_inside_the_package_is_found(filmed_case: Any, tmp_path: Path) -> None:
    """Even where its folder bears the name of what it is now: the chain of its pieces tells."""
    bag = filmed_case[3][True].unpack(tmp_path / "bag")
    path = next((bag / "data" / "evidence").rglob("录像*-2.webm"))
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    manifests(bag)
    done = verify(bag, "--vkey", filmed_case[3][True].vkey)
    assert done.returncode == 1, done.stdout


@pytest.mark.clauses("LY-26", "CN-11")
def test_the_storage_statement_tells_length_origin_and_digest_of_each_film(filmed_case: Any, theatre: Theatre) -> None:
    told, phone, station, _ = filmed_case
    events = theatre.events(told)
    from sanxiang.three_systems.recording import examining

    first, second, *_ = fold_recording(reading.load(theatre.connection, phone)).files
    for file in (first, second):
        examining.examine(file["sha256"], file["type"])
    rules = theatre.book.on("luoyang", events[-1].occurred_at.date())
    rows = recordings(events, rules, "penalty.summary", registers_of(theatre.connection, events))
    mine = {row["sha256"]: row for row in rows if row["sha256"]}
    (film,) = fold_recording(reading.load(theatre.connection, station)).files
    phones = fold_recording(reading.load(theatre.connection, phone)).grade
    for file, maker, grade in (
        (first, "手机录制", phones),
        (second, "手机录制", phones),
        (film, "执法记录仪，采集站导入", "C"),
    ):
        row = mine[file["sha256"]]
        assert (row["grade"], row["origin"]) == (grade, GRADES[grade])
        assert row["length"] == "时长 0 分 4 秒", row
        assert (row["method"], row["place"], row["name"].endswith(file["name"])) == (
            maker,
            "证据库，随案卷包归档",
            True,
        )
    assert not any("片段链" in row["name"] for row in rows)
    hidden = recordings(events, rules, "penalty.summary", registers_of(theatre.connection, events), {film["sha256"]})
    assert film["sha256"] not in {row["sha256"] for row in hidden}
    assert shelf().fault(film["sha256"]) == ""
