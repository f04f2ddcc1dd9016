"""Whoever holds a sealed paper gets its receipt behind the code on it and finds one changed byte without a network."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from sanxiang.counter import proofs
from sanxiang.store.blobs import shelf
from sanxiang.store.ledger.receipts import NotYet
from sanxiang.three_systems.recording import issued, issuing
from sanxiang.three_systems.recording.documents import catalogue
from sanxiang.three_systems.recording.models import PaperProof
from sanxiang.three_systems.recording.packages import VERIFIER
from sanxiang.three_systems.recording.papers import papers_of
from tests.apps.archive.packed import number_all
from tests.apps.legal_review_people.people import client
from tests.apps.legal_review_people.volumes import files_of
from tests.apps.sealing.sealed import Installation, body

pytestmark = [pytest.mark.clauses("CN-08"), pytest.mark.journeys("documents.check")]


def checked(folder: Path, *more: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), "paper", "paper.pdf", *more],
        capture_output=True, text=True, check=False, cwd=folder,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def held(installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any, Path, str]:
    """A case with a sealed opinion, its event, a folder with the paper and its receipt as the desk hands them out, and
    the key of the ledger."""
    from django.conf import settings

    monkeypatch.setattr(settings, "SANXIANG_LEDGER", tmp_path / "published")
    told = installation.theatre.played(before="give_notice")
    installation.work(told)
    made = installation.made(told, "review.concluded")
    vkey = number_all(tmp_path, settings)
    answer = client(installation.theatre, "head", told.agency).get(
        f"/recording/{told.stream}/proof/{made.id}/0.paper-proof"
    )
    assert answer.status_code == 200
    (tmp_path / "paper.pdf").write_bytes(body(installation.paper(told, made)))
    (tmp_path / "proof").write_bytes(answer.content)
    return told, made, tmp_path, vkey


def test_the_paper_and_its_receipt_verify_and_say_what_is_not_shown(held: tuple[Any, Any, Path, str]) -> None:
    _, _, folder, vkey = held
    code, said = checked(folder, "--receipt", "proof", "--vkey", vkey)
    assert code == 0, said
    assert "In the ledger" in said
    assert "没有核验：决定是否仍然有效" in said
    assert "compare it with one from elsewhere" not in said
    assert "compare it with one from elsewhere" in checked(folder, "--receipt", "proof")[1]


def test_one_changed_byte_of_the_paper_is_found_wherever_it_is(held: tuple[Any, Any, Path, str]) -> None:
    _, _, folder, vkey = held
    whole = (folder / "paper.pdf").read_bytes()
    for at in (7, len(whole) // 3, len(whole) // 2, whole.index(b"/Contents <") + 40, len(whole) - 1):
        data = bytearray(whole)
        data[at] ^= 1
        (folder / "paper.pdf").write_bytes(bytes(data))
        code, said = checked(folder, "--receipt", "proof", "--vkey", vkey)
        assert (code, "NOT VERIFIED" in said) == (1, True), (at, said)


@pytest.mark.parametrize("how", ["body", "salt", "entry", "receipt", "format", "key", "other"])
def test_a_receipt_that_was_tampered_with_is_found(
    installation: Installation, held: tuple[Any, Any, Path, str], how: str
) -> None:
    told, _, folder, vkey = held
    proof = json.loads((folder / "proof").read_text())
    if how == "body":
        proof["body"]["payload"]["files"][0]["sha256"] = "0" * 64
    elif how == "salt":
        proof["salt"] = "0" * 64
    elif how == "entry":
        proof["entry"]["commitment"] = "0" * 64
    elif how == "receipt":
        proof["receipt"] = re.sub("index [0-9]+", "index 0", proof["receipt"])
    elif how == "format":
        proof["format"] = "other"
    elif how == "key":
        vkey = "demo.test.invalid+00000000+" + vkey.split("+", 2)[2]
    else:
        other = next(one for one in installation.theatre.events(told) if one.kind == "paper.sealed" and one.event.files)
        name = other.event.files[0]["sha256"]
        (folder / "paper.pdf").write_bytes(shelf().read(name)[:-1])
    (folder / "proof").write_text(json.dumps(proof))
    assert checked(folder, "--receipt", "proof", "--vkey", vkey)[0] == 1


def test_the_page_behind_the_code_hands_out_the_receipt_to_whoever_holds_the_paper(
    installation: Installation, held: tuple[Any, Any, Path, str]
) -> None:
    told, made, folder, vkey = held
    connection = installation.theatre.connection
    assert proofs.keep(connection, told.stream) >= 1
    assert proofs.keep(connection, told.stream) == 0
    events = installation.theatre.events(told)
    (paper,) = (one for one in papers_of(events) if (one.event, one.index) == (made.id, 0))
    code = issued.codes(connection, events, [paper])[0]
    page = Client().get(f"/counter/paper/{code}/").content.decode()
    assert f"/counter/paper/{code}.paper-proof" in page
    assert "/counter/verify.py" in page
    (folder / "proof").write_bytes(Client().get(f"/counter/paper/{code}.paper-proof").content)
    assert checked(folder, "--receipt", "proof", "--vkey", vkey)[0] == 0
    assert Client().get("/counter/verify.py").content == VERIFIER.read_bytes()
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    assert Client().get(f"/counter/paper/{wrong}.paper-proof").status_code == 404
    row = PaperProof.objects.get(pk=proofs.key_of(proofs.secret_of(code)))
    assert b"sanxiang-paper" not in bytes(row.sealed), "the table tells nothing to whoever has no paper"


@pytest.fixture
def unsealed(installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any, Path, str]:
    """The record of an inquiry, which bears no seal, and its receipt as the desk hands them out; the key of the
    ledger."""
    from django.conf import settings

    monkeypatch.setattr(settings, "SANXIANG_LEDGER", tmp_path / "published")
    told = installation.theatre.played(before="take_evidence")
    made = next(one for one in installation.theatre.events(told) if one.event.act == "inquire")
    assert made.id in installation.asked(told, "recording.issue_papers")
    connection = installation.theatre.connection
    assert issuing.issue(connection, told.stream, made.id, at=made.recorded_at) == 1
    assert issuing.issue(connection, told.stream, made.id, at=made.recorded_at) == 0, "once"
    place = f"/recording/{told.stream}/proof/{made.id}/0.paper-proof"
    desk = client(installation.theatre, "zhang", told.agency)
    assert desk.get(place).status_code == 409, "the ledger has not signed it"
    vkey = number_all(tmp_path, settings)
    page = desk.get(f"/work/cases/{told.stream}/").content.decode()
    assert place in page
    assert place in desk.get(f"/recording/{told.stream}/seal/{made.id}/0/").content.decode()
    (tmp_path / "paper.pdf").write_bytes(body(installation.paper(told, made, role="zhang")))
    (tmp_path / "proof").write_bytes(desk.get(place).content)
    return told, made, tmp_path, vkey


def test_a_paper_without_a_seal_verifies_before_its_case_is_archived(unsealed: tuple[Any, Any, Path, str]) -> None:
    _, _, folder, vkey = unsealed
    code, said = checked(folder, "--receipt", "proof", "--vkey", vkey)
    assert code == 0, said
    assert "The file bears no electronic signature" in said
    whole = (folder / "paper.pdf").read_bytes()
    for at in (7, len(whole) // 2, len(whole) - 1):
        data = bytearray(whole)
        data[at] ^= 1
        (folder / "paper.pdf").write_bytes(bytes(data))
        assert checked(folder, "--receipt", "proof", "--vkey", vkey)[0] == 1, at


def test_what_went_out_stays_what_it_was_and_is_what_the_volume_lists(
    installation: Installation, unsealed: tuple[Any, Any, Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form that is changed later changes no paper that went out; without its file nothing takes its place."""
    told, made, folder, _ = unsealed
    sent = (folder / "paper.pdf").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(issued, "render", lambda *args, **more: pytest.fail("made anew"))
        assert body(installation.paper(told, made, role="zhang")) == sent
    installation.theatre.go_on(told)
    archived = installation.made(told, "case.archived")
    assert sent in files_of(archived).values()
    note = installation.made(told, "paper.issued")
    path = shelf().path(note.event.files[0]["sha256"])
    aside = path.rename(folder / "aside")
    answer = installation.paper(told, made, role="zhang")
    aside.rename(path)
    assert answer.status_code == 409
    assert "制发时登记的文件缺失" in answer.content.decode()


def test_the_code_on_a_paper_without_a_seal_leads_to_its_receipt(
    installation: Installation, unsealed: tuple[Any, Any, Path, str]
) -> None:
    told, made, folder, vkey = unsealed
    connection, events = installation.theatre.connection, installation.theatre.events(told)
    assert proofs.keep(connection, told.stream) >= 1
    (paper,) = (one for one in papers_of(events) if (one.event, one.index) == (made.id, 0))
    code = issued.codes(connection, events, [paper])[0]
    assert f"/counter/paper/{code}.paper-proof" in Client().get(f"/counter/paper/{code}/").content.decode()
    (folder / "proof").write_bytes(Client().get(f"/counter/paper/{code}.paper-proof").content)
    assert checked(folder, "--receipt", "proof", "--vkey", vkey)[0] == 0


def test_what_stays_inside_and_what_was_entered_later_gets_none(installation: Installation) -> None:
    told = installation.theatre.played(before="conclude_investigation")
    events = installation.theatre.events(told)
    for one in events:
        forms = [str(paper["template"]) for paper in one.event.documents]
        due = issuing.due(one, sealed=True)
        assert all(catalogue()[forms[index]].use != ("internal",) for index in due)
        assert all(not one.event.documents[index].get("number") for index in due), "the seal's"
    inquiry = next(one for one in events if one.event.act == "inquire")
    late = replace(inquiry, occurred_at=inquiry.recorded_at - timedelta(days=30))
    assert late.late
    assert issuing.due(inquiry, sealed=True)
    assert issuing.due(late, sealed=True) == []


def test_a_paper_without_a_seal_has_no_receipt_and_one_that_waits_says_so(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = installation.theatre.played(before="give_notice")
    inquiry = next(one for one in installation.theatre.events(told) if one.event.act == "inquire")
    place = f"/recording/{told.stream}/proof/{inquiry.id}/0.paper-proof"
    assert client(installation.theatre, "head", told.agency).get(place).status_code == 404
    assert client(installation.theatre, "zhang", "luoyang").get(place.replace("/0.", "/9.")).status_code == 404
    installation.work(told)
    made = installation.made(told, "review.concluded")
    waits = client(installation.theatre, "head", told.agency).get(
        f"/recording/{told.stream}/proof/{made.id}/0.paper-proof"
    )
    assert waits.status_code == 409
    with pytest.raises(NotYet):
        proofs.keep(installation.theatre.connection, told.stream)
    assert Client().get(f"/recording/{told.stream}/proof/{made.id}/0.paper-proof").status_code == 302


def test_a_receipt_shows_nothing_of_what_the_paper_says(
    installation: Installation, held: tuple[Any, Any, Path, str]
) -> None:
    """So nobody is asked why he takes one (decision 51): of all that was stated in the case it holds not a word."""
    told, made, folder, _ = held
    shown = json.loads((folder / "proof").read_text())
    assert set(shown) == {"format", "entry", "body", "salt", "receipt", "vkey"}
    assert not shown["body"]["payload"].get("facts")
    text = json.dumps(shown, ensure_ascii=False)
    stated = {
        value
        for one in installation.theatre.events(told)
        for value in one.event.facts.values()
        if isinstance(value, str) and len(value) >= 4
    }
    assert len(stated) > 20
    assert [value for value in stated if value in text] == []
    head = client(installation.theatre, "head", told.agency)
    plain = head.get(f"/recording/{told.stream}/receipt/{made.id}.tlog-proof")
    assert (plain.status_code, [value for value in stated if value in plain.content.decode()]) == (200, [])
