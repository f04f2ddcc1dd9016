"""The test of the four properties is computed: what is changed, lost, unreadable or unsealed is found."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from sanxiang.store.blobs import shelf
from tests.support.theatre import Theatre

from .packed import Packed

pytestmark = [pytest.mark.clauses("CN-13")]


def client_of(theatre: Theatre) -> Client:
    client = Client()
    client.force_login(theatre.account("archivist"))
    return client


def test_a_whole_file_passes_on_the_page_and_as_a_report(packed: Packed, theatre: Theatre) -> None:
    place = f"/recording/{packed.stream}/quality/"
    page = client_of(theatre).get(place).content.decode()
    for name in ("真实性", "完整性", "可用性", "安全性"):
        assert f"<h2>{name}</h2>" in page
    assert ">不符<" not in page
    assert ">合格<" in page
    report = client_of(theatre).get(f"{place}?as=pdf")
    assert report["Content-Type"] == "application/pdf"
    said = "".join(one.extract_text() for one in PdfReader(io.BytesIO(report.content)).pages)
    assert "四性检测报告" in said.replace("\n", "")
    assert "合格" in said


@pytest.mark.parametrize("change", ["lost", "altered"])
def test_a_volume_that_is_lost_or_changed_fails(packed: Packed, theatre: Theatre, tmp_path: Path, change: str) -> None:
    from sanxiang.store import reading

    archived: Any = next(
        one.event for one in reading.load(theatre.connection, packed.stream) if one.kind == "case.archived"
    )
    path = shelf().path(archived.volume)
    path.rename(tmp_path / "aside")
    try:
        if change == "altered":
            path.write_bytes((tmp_path / "aside").read_bytes()[:-900] + b"%" * 900)
        page = client_of(theatre).get(f"/recording/{packed.stream}/quality/").content.decode()
    finally:
        path.unlink(missing_ok=True)
        (tmp_path / "aside").rename(path)
    assert ">不合格<" in page
    assert "volume.pdf”" + ("缺失" if change == "lost" else "已被改动") in page


def test_a_case_that_is_not_archived_is_not_tested(theatre: Theatre) -> None:
    told = theatre.played(before="archive", start="2026-07-06")
    assert client_of(theatre).get(f"/recording/{told.stream}/quality/").status_code == 404
