"""The end of a file's content reaches its recordings, each a stream of its own: film, copies made of it, the copy in
the object store, what was said of it; and stays away from those that another case still rests on."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from sanxiang.casework import bringing
from sanxiang.casework.commands import Command, handle
from sanxiang.casework.models import CaseRecording
from sanxiang.casework.noting import stream_of
from sanxiang.casework.recordings import RecordingCommand, Said, enter
from sanxiang.config.demo import Told
from sanxiang.core.casefile import Recording, fold, fold_recording
from sanxiang.core.events import recording as told_of
from sanxiang.counter.models import IntakeFile, Outcome
from sanxiang.interchange.models import CreditRecord
from sanxiang.store import backup, reading
from sanxiang.store.blobs import Blobs, shelf
from sanxiang.store.derived import Derived
from sanxiang.store.ledger.verification import Verifier
from sanxiang.store.named import every_named
from sanxiang.store.objects import Afar, key_of
from sanxiang.store.rebuilding import compare
from sanxiang.three_systems.disclosure.expiring import expire
from sanxiang.three_systems.recording import destroying, examining, masking
from sanxiang.three_systems.recording.models import Found, LookRow, RecordingRow
from tests.support import filmed
from tests.support.theatre import Theatre

from .packed import number_all
from .test_retention import approved, does, everywhere

pytestmark = [pytest.mark.clauses("CN-13"), pytest.mark.journeys("archive.retention")]
PARTY = "410305197811275881"
OWN = "接到物业来电，尾号五七二"
"""Said of this recording alone: others of the same database may say what `filmed` says."""


class Bucket:
    """An object store that keeps what it is given in memory."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    def put(self, key: str, path: Path) -> None:
        self.held[key] = path.read_bytes()

    def size(self, key: str) -> int | None:
        return len(self.held[key]) if key in self.held else None

    def chunks(self, key: str) -> Any:
        yield self.held[key]

    def delete(self, key: str) -> None:
        self.held.pop(key, None)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Afar:
    """The object store of this installation, beside its disk."""
    made = Afar(Blobs(shelf().folder), Bucket())
    for place in ("sanxiang.three_systems.recording.examining.afar", "sanxiang.casework.tasks.afar"):
        monkeypatch.setattr(place, lambda: made)
    return made


def ended(theatre: Theatre, folder: Path, **more: Any) -> tuple[Told, str, str]:
    """A penalty on the spot that rests on a recording of a phone and on one of a station, its publicity over."""
    who = {"party_name": "终演示", "party_id_number": PARTY, "party_phone": "13800009999"}
    told = theatre.played("summary", before="find_on_spot", start="2024-09-02", fill=who, **more)
    phone = filmed.phone(theatre, told, "find_on_spot", folder)
    theatre.go_on(told, "serve")
    station = filmed.station(theatre, told, "serve", folder)
    theatre.go_on(told)
    expire(theatre.connection, at=told.at + timedelta(days=120))
    assert fold(theatre.events(told)).recordings.keys() == {phone, station}
    return told, phone, station


def films(theatre: Theatre, *streams: str) -> list[str]:
    return [sha256 for one in streams for sha256 in destroying.files_of(theatre.connection, one, shelf())]


def destroyed(theatre: Theatre, told: Told) -> list[str]:
    """Appraised, approved, destroyed; the jobs of the worker that it left."""
    at = approved(theatre, told)
    done = does(theatre, told, "destroy_archive", "archivist", at, destruction_witnesses="甲演示、乙演示")
    assert done.done, done.verdict.reasons
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT args->'beside' FROM procrastinate_jobs WHERE task_name = 'recording.destroy_files'"
            " AND args->>'stream' = %s",
            [told.stream],
        )
        (row,) = cursor.fetchall()
    return row[0] if isinstance(row[0], list) else list(json.loads(row[0]))


def said_of(one: Recording) -> Any:
    """What was written of its interruption, which is sealed."""
    assert one.gaps[0].explained is not None
    return one.gaps[0].explained.get("gap_text")


def looked(theatre: Theatre, told: Told, stream: str) -> None:
    client = Client()
    client.force_login(theatre.account("zhang"))
    assert client.post(f"/recording/{told.stream}/why/", {"purpose": "办理本案"}).status_code == 302
    place = client.get(f"/recording/{stream}/play/0/")["Location"]
    assert client.get(place).status_code == 200
    assert client.post(f"{place}level/", {"level": "个人隐私", "reason": "拍到住户家中"}).status_code == 302


def test_film_copies_keys_and_what_was_said_of_it_go_and_the_proof_stays(
    theatre: Theatre, store: Afar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    monkeypatch.setattr(settings, "SANXIANG_LEDGER", tmp_path / "published")
    monkeypatch.setitem(filmed.EXPLAINED, "gap_text", OWN)
    told, phone, station = ended(theatre, tmp_path)
    mine = films(theatre, phone, station)
    assert len(mine) == 4, "two runs, the list of their chain, the film of the station"
    for sha256, kind in ((mine[0], "video/webm"), (mine[3], "video/mp4")):
        examining.examine(sha256, kind)
    for sha256 in mine:
        store.send(sha256)
    looked(theatre, told, phone)
    derived = Derived(shelf())
    assert derived.place(mine[0], examining.SMALL).exists()
    assert LookRow.objects.get(owner=phone).name.endswith("-1.webm")
    Outcome.objects.create(receipt=f"R{told.stream}", kind="x", sent_at=told.at, at=told.at, state="taken",
                           stream=told.stream, body=PARTY.encode())  # fmt: skip
    IntakeFile.objects.create(id=f"F{told.stream}", receipt=f"R{told.stream}", n=1, name="a", media_type="x",
                              content=PARTY.encode())  # fmt: skip
    before = {one: reading.raw(theatre.connection, one) for one in (phone, station)}

    beside = destroyed(theatre, told)
    assert sorted(beside) == sorted([phone, station, stream_of(masking.KIND, told.stream)])
    assert not IntakeFile.objects.filter(pk=f"F{told.stream}").exists()
    assert bytes(Outcome.objects.get(receipt=f"R{told.stream}").body) == b""
    assert not CreditRecord.objects.filter(stream=told.stream).exists()
    gone = destroying.destroy(theatre.connection, told.stream, shelf(), also=examining.forget, beside=beside)
    assert gone >= 4

    for sha256 in mine:
        assert shelf().fault(sha256) == "missing"
        assert list((derived.folder / sha256[:2]).glob(f"{sha256}*")) == []
        assert store.objects.size(key_of(sha256)) is None
        assert not Found.objects.filter(pk=sha256).exists()
    with connections["owner"].cursor() as cursor:
        beside_too = [stream_of(kind, phone) for kind in ("look", "level")]
        cursor.execute("SELECT count(*) FROM keyring.subject_key WHERE subject = ANY(%s::uuid[])",
                       [[phone, station, *beside_too]])  # fmt: skip
        assert cursor.fetchone()[0] == 0
    one = fold_recording(reading.load(theatre.connection, phone))
    assert (one.state, said_of(one)) == ("destroyed", None)
    assert RecordingRow.objects.get(pk=phone).state == CaseRecording.objects.get(pk=phone).state == "destroyed"
    assert [(row.name, row.purpose) for row in LookRow.objects.filter(owner=phone)] == [("", "")]
    assert everywhere(OWN) == everywhere("拍到住户家中") == everywhere(PARTY) == []
    tables = ("recordings", "case_recordings", "looks", "file_levels")
    assert compare(connections["owner"], tables).differences == ()

    for stream, rows in before.items():
        after = reading.raw(theatre.connection, stream)
        assert [row.body for row in after[: len(rows)]] == [row.body for row in rows], "the events stay"
    checked = Verifier(connections["default"], blobs=shelf(), key=number_all(tmp_path, settings)).run("full")
    assert {phone, station, told.stream} <= {one.stream for one in checked.destroyed}
    assert not [one for one in checked.findings if one.where in mine or phone in one.where]


def test_nobody_looks_at_or_adds_to_what_was_destroyed(theatre: Theatre, tmp_path: Path) -> None:
    told, phone, _ = ended(theatre, tmp_path)
    client = Client()
    client.force_login(theatre.account("zhang"))
    assert client.post(f"/recording/{told.stream}/why/", {"purpose": "办理本案"}).status_code == 302
    place = client.get(f"/recording/{phone}/play/0/")["Location"]
    assert client.get(place).status_code == 200
    destroyed(theatre, told)
    assert client.get(place).status_code == 404
    assert client.get(f"/recording/{told.stream}/looks/").status_code == 200
    assert "已随案卷销毁" in client.get(f"/recording/{told.stream}/recordings/").content.decode()
    said = Said(event=told_of.RecordingExplained(gap="g1", facts=filmed.EXPLAINED), occurred_at=timezone.now())
    command = RecordingCommand(stream=phone, said=(said,), officer=theatre.who(told, "a"))
    answer = enter(theatre.connection, theatre.book, command, at=timezone.now())
    assert not answer.done
    assert "依法销毁" in answer.reasons[0].text


def item_of(theatre: Theatre, origin: Told, stream: str) -> str:
    found = bringing.items(theatre.connection, theatre.book, theatre.events(origin), fold(theatre.events(origin)))
    (item,) = [one for one in found if one.recordings]
    assert item.recordings == (stream,)
    return str(item.about)


@pytest.mark.parametrize("first", ["origin", "user"])
def test_a_recording_stays_as_long_as_any_case_that_rests_on_it(theatre: Theatre, tmp_path: Path, first: str) -> None:
    """Whichever of the two ends first: the longest period wins, and the last takes the film along."""
    origin = theatre.played("ordinary", before="inspect", start="2024-07-01")
    phone = filmed.phone(theatre, origin, "inspect", tmp_path)
    theatre.go_on(origin)
    about = item_of(theatre, origin, phone)
    user = theatre.played("ordinary", before="request_filing", start="2024-07-08")
    officer = theatre.people["luoyang"]["zhang"]
    command = Command(act="bring_evidence", officer=officer, stream=user.stream, link=about, officers=(officer,),
                      facts={"evidence_verified": True})  # fmt: skip
    assert handle(theatre.connection, theatre.book, command, at=user.at + timedelta(minutes=2)).done
    theatre.go_on(user)
    expire(theatre.connection, at=user.at + timedelta(days=400))
    one, other = (origin, user) if first == "origin" else (user, origin)
    beside = destroyed(theatre, one)
    assert phone not in beside
    destroying.destroy(theatre.connection, one.stream, shelf(), beside=beside)
    (film, *_) = films(theatre, phone)
    assert shelf().fault(film) == ""
    assert said_of(fold_recording(reading.load(theatre.connection, phone))) == filmed.WHY
    beside = destroyed(theatre, other)
    assert phone in beside
    destroying.destroy(theatre.connection, other.stream, shelf(), beside=beside)
    assert shelf().fault(film) == "missing"
    assert said_of(fold_recording(reading.load(theatre.connection, phone))) is None


def test_a_file_that_is_held_for_a_dispute_keeps_its_recordings(theatre: Theatre, tmp_path: Path) -> None:
    told, phone, _ = ended(theatre, tmp_path)
    at = approved(theatre, told)
    assert does(theatre, told, "hold_archive", "archivist", at, hold_ground="行政诉讼").done
    refused = does(theatre, told, "destroy_archive", "archivist", at + timedelta(days=1),
                   destruction_witnesses="甲演示、乙演示")  # fmt: skip
    assert not refused.done
    assert shelf().fault(films(theatre, phone)[0]) == ""
    assert CaseRecording.objects.get(pk=phone).state == "sealed"


def test_a_backup_that_is_brought_back_loses_films_and_keys_again(
    theatre: Theatre, store: Afar, tmp_path: Path
) -> None:
    """Evidence and keys as an older backup holds them, brought back by what a restoring calls."""
    told, phone, station = ended(theatre, tmp_path)
    mine, saved = films(theatre, phone, station), Blobs(tmp_path / "backup")
    assert backup.copied(shelf(), mine, saved) == ()
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT wrapped FROM keyring.subject_key WHERE subject = %s", [phone])
        (wrapped,) = cursor.fetchone()
    beside = destroyed(theatre, told)
    destroying.destroy(theatre.connection, told.stream, shelf(), also=examining.forget, beside=beside)
    assert backup.copied(saved, mine, shelf()) == ()
    for sha256 in mine:
        assert store.send(sha256), "the minute's work finds it and sends it"
    with connections["owner"].cursor() as cursor:
        cursor.execute("INSERT INTO keyring.subject_key VALUES (%s, %s)", [phone, wrapped])
        assert said_of(fold_recording(_fresh(theatre, phone))) == filmed.WHY
        cursor.execute("SELECT keyring.destroy_again()")
        assert cursor.fetchone()[0] == 1
    assert said_of(fold_recording(_fresh(theatre, phone))) is None
    others = set(shelf().every()) - set(mine)  # of tests that run beside this one, on records of their own
    named = {sha256 for _, sha256 in every_named(theatre.connection, shelf())} | others
    assert not named & set(mine)
    later = timezone.now() + timedelta(days=1)
    assert shelf().sweep_kept(later, named) == len(mine)
    assert store.sweep(later, named) == len(mine)
    assert [store.objects.size(key_of(sha256)) for sha256 in mine] == [None] * len(mine)
    assert [shelf().fault(sha256) for sha256 in mine] == ["missing"] * len(mine)


def _fresh(theatre: Theatre, stream: str) -> Any:
    from sanxiang.store.known import forget

    forget(stream)
    return reading.load(theatre.connection, stream)
