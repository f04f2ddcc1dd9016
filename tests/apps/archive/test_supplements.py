"""What comes in after a file was archived: taken in by its archivist, bound apart, what was archived left as it was."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sanxiang.casework.commands import Command, handle
from sanxiang.config.demo import Told
from sanxiang.core.casefile import fold, fold_recording
from sanxiang.core.events import recording as told_of
from sanxiang.core.values.origin import GRADES
from sanxiang.store import reading
from sanxiang.store.blobs import shelf
from sanxiang.store.named import named_in
from sanxiang.three_systems.recording import keeping
from sanxiang.three_systems.recording.file_models import FileRow
from sanxiang.three_systems.recording.packages import package
from tests.support import filmed
from tests.support.films import film
from tests.support.theatre import Theatre

from .packed import Packed, manifests, number_all, verify

pytestmark = [pytest.mark.clauses("CN-13", "CN-14", "LY-27"), pytest.mark.journeys("archive.package")]
SAID = {"supplement_source": "执法记录仪采集站", "supplement_reason": "归档以后才从记录仪导出，拍到告知的全过程"}
LETTER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n"


@dataclass(frozen=True)
class Late:
    """An archived case, the film that came after it, its package before and after the film was taken in."""

    told: Told
    stream: str
    before: Packed
    after: Packed


def arrives(theatre: Theatre, told: Told, folder: Path, *, gap: bool = False) -> str:
    """A film of a body-worn camera that a station takes in after the case is archived; its stream."""
    stream, maker = str(uuid.uuid4()), theatre.who(told, "a")
    at = next(one for one in theatre.events(told) if one.event.act == "find_on_spot").occurred_at
    data = filmed.unlike(film(folder / f"{stream}.mp4", seconds=4))
    name = f"JL0002_{stream[:8]}.mp4"
    received = told_of.RecordingReceived(
        jurisdiction="luoyang", agency=theatre.people["luoyang"][""], department="enforcement", source="station",
        maker=maker, officers=(maker,), device="JL-0002", began=at.isoformat(),
        ended=(at + timedelta(seconds=4)).isoformat(), grade="C", notice=True,
        files=({"name": name, "sha256": shelf().add(data), "size": len(data), "type": "video/mp4"},),
    )  # fmt: skip
    filmed.says(theatre, stream, told.at, received, officer=maker)
    if gap:
        one = {"id": "g1", "from": at.isoformat(), "to": (at + timedelta(seconds=2)).isoformat(), "cause": "黑屏"}
        gaps = told_of.RecordingInterrupted(gaps=({**one, "found_by": "inspection"},))
        filmed.says(theatre, stream, told.at, gaps, agency=theatre.people["luoyang"][""])
    return stream


def client(theatre: Theatre, role: str) -> Client:
    found = Client()
    found.force_login(theatre.account(role))
    return found


def spot(theatre: Theatre, told: Told) -> str:
    return next(one.id for one in theatre.events(told) if one.event.act == "find_on_spot")


def claimed(theatre: Theatre, told: Told, stream: str) -> Any:
    """What the officer answers to the question where the film belongs."""
    to = f"{told.stream}/find_on_spot/{spot(theatre, told)}"
    return client(theatre, "zhang").post(f"/devices/inbox/{stream}/", {"do": "link", "to": to})


def takes_in(theatre: Theatre, told: Told, by: str = "archivist", **more: Any) -> Any:
    command = Command(act="supplement_archive", officer=theatre.people["luoyang"][by], stream=told.stream,
                      **{"link": spot(theatre, told), "facts": SAID, **more})  # fmt: skip
    return handle(theatre.connection, theatre.book, command, at=timezone.now())


@pytest.fixture(scope="session")
def late(opened_theatre: Theatre, django_db_blocker: Any, tmp_path_factory: Any) -> Any:
    from django.conf import settings

    home, theatre = tmp_path_factory.mktemp("ledger"), opened_theatre
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "SANXIANG_LEDGER", home / "published")
        told = theatre.played("summary", start="2026-06-08")

        def packed() -> Packed:
            vkey = number_all(home, settings)
            with package(connections["default"], told.stream) as made:
                return Packed(made.read(), vkey, told.stream, home / "published")

        before = packed()
        stream = arrives(theatre, told, home)
        assert claimed(theatre, told, stream).status_code == 302
        letter = {"name": "情况说明.pdf", "sha256": shelf().add(LETTER), "size": len(LETTER), "type": "application/pdf"}
        done = takes_in(theatre, told, files=(letter,))
        assert done.done, done.verdict.reasons
        after = packed()
        connections.close_all()
    return Late(told, stream, before, after)


def test_the_officer_links_it_and_the_archivist_alone_takes_it_in(theatre: Theatre, tmp_path: Path) -> None:
    told = theatre.played("summary", start="2026-06-15")
    sealed, line = theatre.events(told), FileRow.objects.get(pk=told.stream)
    nothing = takes_in(theatre, told)
    assert [one.missing for one in nothing.verdict.reasons] == [("附上补充的文件，或者先把录音录像关联到本案",)]
    stream = arrives(theatre, told, tmp_path, gap=True)
    assert claimed(theatre, told, stream).status_code == 302
    waits = fold_recording(reading.load(theatre.connection, stream))
    told_by = (waits.case, waits.activity, waits.about, waits.event)
    assert told_by == (told.stream, "supplement_archive", spot(theatre, told), "")
    assert theatre.events(told) == sealed, "it is in no file before the archivist took it in"
    place, mine = f"/recording/{told.stream}/", client(theatre, "archivist")
    assert "中断未说明 1 处" in mine.get(place).content.decode()
    assert f"{place}#late" in mine.get("/recording/archive/").content.decode()
    unexplained = takes_in(theatre, told)
    assert "录音录像中断的原因" in str([one.missing for one in unexplained.verdict.reasons])
    explained = told_of.RecordingExplained(gap="g1", facts=filmed.EXPLAINED)
    filmed.says(theatre, stream, told.at, explained, officer=theatre.who(told, "a"))
    for who in ("zhang", "unit", "head"):
        assert not takes_in(theatre, told, who).done, who
    form = mine.get(
        reverse("casework:act", args=[told.stream, "supplement_archive"]), {"link": spot(theatre, told)}
    ).content.decode()
    assert f'<option value="{spot(theatre, told)}" selected>' in form
    untold = takes_in(theatre, told, facts={"supplement_source": "采集站"})
    assert "补充的理由" in str([one.missing for one in untold.verdict.reasons])
    done = takes_in(theatre, told)
    assert done.done, done.verdict.reasons
    (event,) = [one for one in done.events if one.kind == "archive.supplemented"]
    assert (event.event.about, event.event.recordings) == (spot(theatre, told), (stream,))
    case = fold(theatre.events(told))
    assert (case.archived.seq, case.recordings[stream]) == (sealed[-1].seq, event.id)
    after = FileRow.objects.get(pk=told.stream)
    kept = [(one.state, one.archived_on, one.kept_until, one.due_on, one.lacking) for one in (line, after)]
    assert kept[0] == kept[1], "no period begins anew"
    shown = mine.get(place).content.decode()
    assert all(said in shown for said in ("补充卷1", SAID["supplement_reason"]))
    assert "等待补充入卷" not in shown
    again = takes_in(theatre, told)
    assert not again.done, "it is taken in once"
    gone = client(theatre, "zhang").post(f"/recording/{told.stream}/recordings/", {"do": "unlink", "recording": stream})
    assert gone.status_code == 422


@pytest.mark.clauses("DXH-14")
def test_a_film_of_an_act_that_nobody_entered_is_missing_at_the_archiving(
    theatre: Theatre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be in no file, and the archivist's list says so. Entering the act or undoing the link mends it."""
    monkeypatch.setattr(keeping, "PAGE", 1000)
    told = theatre.played("summary", start="2026-06-29", before="archive")
    stream, place = arrives(theatre, told, tmp_path), f"/recording/{told.stream}/"
    mine, officer = client(theatre, "archivist"), client(theatre, "zhang")

    def line() -> str:
        lines = mine.get("/recording/archive/").content.decode().split("<article")
        return next(one for one in lines if f'href="{place}"' in one).split("</article>")[0]

    ready = f'href="/work/cases/{told.stream}/do/archive/"'
    assert "不缺件" in mine.get(place).content.decode()
    assert ("不缺件" in line(), ready in line(), "没有录入" in line()) == (True, True, False)
    sent = {"do": "link", "to": f"{told.stream}/take_evidence"}
    assert officer.post(f"/devices/inbox/{stream}/", sent).status_code == 302
    refused = theatre.tries(told, "archive")
    missing = [text for one in refused.verdict.reasons for text in one.missing]
    assert any("关联到本案的录音录像还没有附入办过的环节" in text for text in missing), missing
    shown = mine.get(place).content.decode()
    assert "还没有附入办过的环节" in shown
    assert "不缺件" not in shown
    assert "1 段录音录像已经收到，没有附入办过的环节" in line()
    assert ("不缺件" in line(), ready in line()) == (False, False)
    assert officer.post(f"{place}recordings/", {"do": "unlink", "recording": stream}).status_code == 302
    assert "不缺件" in mine.get(place).content.decode()
    theatre.go_on(told)
    assert theatre.events(told)[-1].kind == "case.archived"


def test_two_films_of_two_acts_go_each_to_its_own(theatre: Theatre, tmp_path: Path) -> None:
    told = theatre.played("summary", start="2026-06-22")
    first, second = arrives(theatre, told, tmp_path), arrives(theatre, told, tmp_path)
    assert claimed(theatre, told, first).status_code == 302
    serve = next(one.id for one in theatre.events(told) if one.event.act == "serve")
    sent = {"do": "link", "to": f"{told.stream}/serve/{serve}"}
    assert client(theatre, "zhang").post(f"/devices/inbox/{second}/", sent).status_code == 302
    for link, stream in ((serve, second), (spot(theatre, told), first)):
        done = takes_in(theatre, told, link=link)
        assert [one.event.recordings for one in done.events] == [(stream,)], done.verdict.reasons


def test_what_was_archived_is_the_same_and_both_packages_verify(late: Late, tmp_path: Path) -> None:
    old, new = late.before.unpack(tmp_path / "old"), late.after.unpack(tmp_path / "new")
    for bag, packed in ((old, late.before), (new, late.after)):
        done = verify(bag, "--vkey", packed.vkey)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
    kept = [path.relative_to(old) for path in (old / "data").rglob("*.pdf")]
    kept += [path.relative_to(old) for path in (old / "data" / "events").iterdir()]
    assert Path("data/volume.pdf") in kept
    assert all((old / name).read_bytes() == (new / name).read_bytes() for name in (*kept, Path("data/files.json")))
    place = new / "data" / "supplements" / "1"
    listed = json.loads((place / "files.json").read_text(encoding="utf-8"))
    assert [name.rpartition("-")[2] for name in sorted(listed)] == ["音像资料存储说明.pdf", "volume.pdf"], listed
    assert (new / "data" / "recordings" / late.stream / "events").is_dir()
    assert not (old / "data" / "recordings" / late.stream).exists()


def test_the_supplement_says_what_it_is_and_the_record_names_its_files(
    late: Late, theatre: Theatre, tmp_path: Path
) -> None:
    import pikepdf
    from pypdf import PdfReader

    bag = late.after.unpack(tmp_path / "bag")
    path = bag / "data" / "supplements" / "1" / "volume.pdf"
    text = "".join(page.extract_text() for page in PdfReader(path).pages).replace("\n", "")
    for said in (
        "补充卷1",
        "原卷不作改动",
        SAID["supplement_source"],
        SAID["supplement_reason"],
        "JL0002",
        "情况说明.pdf",
        "来源等级 C",
        f"C　{GRADES['C']}。",
    ):
        assert said in text, said
    with pikepdf.open(path) as pdf:
        assert pdf.open_metadata().get("pdfaid:part") == "2"
    row = reading.raw(theatre.connection, late.told.stream)[-1]
    digests = {sha256 for _, sha256 in named_in(row.body, shelf())}
    assert hashlib.sha256(path.read_bytes()).hexdigest() in digests, "backups and clearing know it"


def change_the_volume(place: Path) -> None:
    path = place / "volume.pdf"
    path.write_bytes(path.read_bytes() + b"\n")


def change_volume_and_list(place: Path) -> None:
    change_the_volume(place)
    listed = json.loads((place / "files.json").read_text(encoding="utf-8"))
    listed["volume.pdf"]["sha256"] = hashlib.sha256((place / "volume.pdf").read_bytes()).hexdigest()
    (place / "files.json").write_text(json.dumps(listed), encoding="utf-8")


def leave_a_file_out(place: Path) -> None:
    (place / "volume.pdf").unlink()


def leave_it_out(place: Path) -> None:
    for path in sorted(place.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    place.rmdir()


def add_another(place: Path) -> None:
    other = place.with_name("2")
    other.mkdir()
    (other / "volume.pdf").write_bytes((place / "volume.pdf").read_bytes())


@pytest.mark.parametrize(
    "change", [change_the_volume, change_volume_and_list, leave_a_file_out, leave_it_out, add_another]
)
def test_every_change_to_a_supplement_is_found(late: Late, tmp_path: Path, change: Callable[[Path], None]) -> None:
    bag = late.after.unpack(tmp_path / "bag")
    change(bag / "data" / "supplements" / "1")
    manifests(bag)
    done = verify(bag, "--vkey", late.after.vkey)
    assert (done.returncode, "NOT VERIFIED" in done.stdout) == (1, True), done.stdout
