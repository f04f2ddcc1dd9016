"""Evidence files in the form of an act: chosen once, kept where the act is refused, shown with the case."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from sanxiang.config import demo
from tests.support.theatre import Theatre

from .brought import PHOTO, SCAN, Sender, digest, facts, files_of

pytestmark = [pytest.mark.clauses("LY-17", "LY-27"), pytest.mark.journeys("evidence.files")]


def page_of(theatre: Theatre) -> Client:
    client = Client(enforce_csrf_checks=False)
    client.force_login(theatre.account("zhang"))
    return client


def form(theatre: Theatre, told: demo.Told, **more: Any) -> dict[str, Any]:
    body = facts(theatre, told)
    typed = {key: "true" if value is True else value for key, value in body["facts"].items()}
    return {"files-begin": "1", **typed, "officers": body["officers"], **more, "files-end": "1"}


def test_files_chosen_in_a_refused_form_need_not_be_chosen_again(theatre: Theatre, told: demo.Told) -> None:
    client, address = page_of(theatre), f"/work/cases/{told.stream}/do/take_evidence/"
    typed = form(theatre, told, files=[SimpleUploadedFile("现场.png", PHOTO), SimpleUploadedFile("单据.pdf", SCAN)])
    refused = client.post(address, typed | {"evidence_name": ""})
    assert refused.status_code == 422
    rows = refused.context["files"].rows
    assert [row.name for row in rows] == ["现场.png", "单据.pdf"]
    text = refused.content.decode()
    assert all(f'name="kept" value="{row.id}" checked' in text for row in rows)
    done = client.post(address, form(theatre, told, kept=[str(rows[0].id)]))
    assert done.status_code == 302, done.content.decode()[-3000:]
    assert [file["name"] for file in files_of(theatre, told)] == ["现场.png"]
    assert client.post(f"/recording/{told.stream}/why/", {"purpose": "办理本案"}).status_code == 302
    shown = client.get(f"/work/cases/{told.stream}/").content.decode()
    assert digest(PHOTO)[:16] in shown
    assert "<img" in shown
    assert digest(SCAN)[:16] not in shown


def test_a_wrong_file_keeps_the_act_from_being_done_and_the_good_ones_waiting(
    theatre: Theatre, told: demo.Told
) -> None:
    client, address = page_of(theatre), f"/work/cases/{told.stream}/do/take_evidence/"
    before = len(theatre.events(told))
    files = [SimpleUploadedFile("好.png", PHOTO), SimpleUploadedFile("病毒.png", b"MZ" + bytes(99))]
    refused = client.post(address, form(theatre, told, files=files))
    assert refused.status_code == 415
    assert "“病毒.png”没有接收" in refused.content.decode()
    assert [row.name for row in refused.context["files"].rows] == ["好.png"]
    assert len(theatre.events(told)) == before


def test_a_form_of_which_the_end_is_missing_does_nothing(theatre: Theatre, told: demo.Told) -> None:
    typed = form(theatre, told)
    del typed["files-end"]
    before = len(theatre.events(told))
    refused = page_of(theatre).post(f"/work/cases/{told.stream}/do/take_evidence/", typed)
    assert (refused.status_code, "没有传完" in refused.content.decode()) == (422, True)
    assert len(theatre.events(told)) == before


def test_the_guard_against_forged_requests_stands(theatre: Theatre, told: demo.Told) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(theatre.account("zhang"))
    before = len(theatre.events(told))
    assert client.post(f"/work/cases/{told.stream}/do/take_evidence/", form(theatre, told)).status_code == 403
    elsewhere = {"HTTP_TUS_RESUMABLE": "1.0.0", "HTTP_UPLOAD_LENGTH": "5", "HTTP_ORIGIN": "https://elsewhere.example"}
    assert client.post("/files/uploads/", **elsewhere).status_code == 403
    assert client.post("/work/cases/new/?procedure=penalty.ordinary", {}).status_code == 403
    assert len(theatre.events(told)) == before


def test_a_file_can_come_with_the_act_that_opens_a_case(theatre: Theatre) -> None:
    told, client = theatre.begin(start="2026-11-02"), page_of(theatre)
    sender = Sender(theatre.account("zhang"))
    asked = {"filename": "举报信.pdf", "act": "register_source", "procedure": "penalty.ordinary"}
    place = sender.begin_for(len(SCAN), **asked)["Location"]
    assert sender.piece(place, 0, SCAN).status_code == 204
    command = theatre.command(told, "register_source")
    typed = {**demo._dated(dict(command.facts), timezone.now()), "department": told.opening["department"]}
    done = client.post(
        "/work/cases/new/",
        {
            **typed,
            "procedure": "penalty.ordinary",
            "officers": list(command.officers),
            "kept": sender.told(place)["taken"]["id"],
        },
    )
    assert done.status_code == 302, done.content.decode()[-2000:]
    told.stream = done["Location"].split("/")[-2]
    (opened,) = theatre.events(told)
    assert [file["name"] for file in opened.event.files] == ["举报信.pdf"]
