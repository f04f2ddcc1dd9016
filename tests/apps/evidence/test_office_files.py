"""Office files as evidence, those of before 2007 too: taken in, unchanged, handed out as a download, their macros told."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from sanxiang.config import demo
from tests.store.test_media import packed
from tests.support.compound import EXCEL, WORD, compound
from tests.support.theatre import Theatre

from .brought import digest, facts, files_of

pytestmark = [pytest.mark.clauses("LY-17", "LY-27"), pytest.mark.journeys("evidence.files")]

LEDGER = compound(EXCEL | {"_VBA_PROJECT_CUR/VBA/dir": b"x"})
LETTER = compound(WORD)
TALK = packed("[Content_Types].xml", "ppt/presentation.xml")


def test_old_and_new_office_files_are_taken_in_and_handed_out_as_they_are(
    theatre: Theatre, told: demo.Told, caller: Any
) -> None:
    zhang, brought = caller("zhang"), {"进货台账.et": LEDGER, "来函.doc": LETTER, "汇报.pptx": TALK}
    ids = []
    for name, data in brought.items():
        answered = zhang.bring(data, name, act="take_evidence", stream=told.stream)
        assert answered.status_code == 201, answered.content
        ids.append(answered.json()["id"])
    assert zhang.act(told.stream, "take_evidence", files=ids, **facts(theatre, told)).status_code == 200
    types = ("application/vnd.ms-excel", "application/msword", "application/vnd.openxmlformats-officedocument"
             ".presentationml.presentation")  # fmt: skip
    assert [(one["name"], one["type"], one["sha256"]) for one in files_of(theatre, told)] == [
        (name, kind, digest(data)) for (name, data), kind in zip(brought.items(), types, strict=True)
    ]
    client = Client()
    client.force_login(theatre.account("zhang"))
    assert client.post(f"/recording/{told.stream}/why/", {"purpose": "办理本案"}).status_code == 302
    event = next(one.id for one in theatre.events(told) if one.event.act == "take_evidence")
    pages = [client.get(f"/recording/{told.stream}/look/{event}/{at}/").content.decode() for at in range(3)]
    assert ["含有宏" in page for page in pages] == [True, False, False]
    assert ["没有发现宏" in page for page in pages] == [False, True, True]
    assert all("请下载后查看" in page for page in pages)
    got = client.get(f"/files/of/{told.stream}/{event}/0/original?download")
    assert b"".join(got.streaming_content) == LEDGER
    assert got["Content-Disposition"].startswith("attachment;")
    assert (got["Content-Type"], got["X-Content-Type-Options"]) == ("application/vnd.ms-excel", "nosniff")
    assert "sandbox" in got["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (LETTER[:3000], "没有传完"),
        (compound({"EncryptedPackage": b"x"}), "打开密码"),
        (compound({"Setup": b"x"}), "认不出是哪一种办公文档"),
    ],
    ids=["cut", "locked", "something else"],
)
def test_what_cannot_be_told_is_refused_with_a_way_out(told: demo.Told, caller: Any, data: bytes, said: str) -> None:
    answered = caller("zhang").bring(data, "来函.doc", act="take_evidence", stream=told.stream)
    assert (answered.status_code, said in answered.json()["text"], "ZIP" in answered.json()["text"]) == (
        415, True, True,
    )  # fmt: skip


def test_the_form_offers_the_endings_of_wps_too(theatre: Theatre, told: demo.Told) -> None:
    client = Client()
    client.force_login(theatre.account("zhang"))
    page = client.get(f"/work/cases/{told.stream}/do/take_evidence/").content.decode()
    assert all(f".{ending}" in page for ending in ("doc,", "wps", "et,", "ppt,", "pptx"))
