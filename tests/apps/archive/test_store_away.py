"""The object store is away while a case is archived, while its package is fetched, while a file is tested: nothing is
archived that lacks what is there, nothing is told to be missing, and it goes on by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as installed
from django.db import connections
from django.test import Client
from django.utils import timezone

from sanxiang.casework import lasting
from sanxiang.casework.models import LastingAct
from sanxiang.config import cli
from sanxiang.core.casefile import NOTED
from sanxiang.three_systems.recording.packages import package
from tests.support.away import Cupboard, cupboard, elsewhere, on_disk, spared
from tests.support.theatre import Theatre

from .packed import Packed, number_all, verify

FACTS = {"archive_place": "三号柜", "archive_retention": "三十年"}


@pytest.mark.clauses("LY-19", "LY-27")
@pytest.mark.journeys("archive.package")
def test_a_volume_waits_for_the_store(
    theatre: Theatre, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SANXIANG_LEDGER = tmp_path / "published"
    store = cupboard(settings, monkeypatch)
    with elsewhere(settings, tmp_path / "blobs", store):
        waits(theatre, store, tmp_path, monkeypatch)


def waits(theatre: Theatre, store: Cupboard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = theatre.played(before="archive")
    (photo,) = {
        file["sha256"] for one in theatre.events(told) for file in one.event.files if file["name"][-3:] == "png"
    }
    assert spared() > 1
    before = len(theatre.events(told))
    desk, case = Client(), f"/work/cases/{told.stream}/"
    desk.force_login(theatre.account("archivist"))
    desk.post(f"/recording/{told.stream}/why/", {"purpose": "案卷评查"})
    store.away = True
    refused = desk.post(f"{case}do/archive/", FACTS)
    assert (refused.status_code, "对象存储暂时连不上" in refused.content.decode()) == (503, True)
    assert "三号柜" in refused.content.decode(), "what was typed is there still"
    assert (lasting.of_case(told.stream), len(theatre.events(told))) == (None, before)

    monkeypatch.setattr(lasting, "AT_ONCE", 0)
    assert desk.post(f"{case}do/archive/", FACTS).status_code == 302
    assert cli.main(["worker", "--once"]) == 0
    assert [one.kind for one in theatre.events(told)[before:] if one.kind not in NOTED] == []
    row = lasting.of_case(told.stream)
    assert row is not None
    assert (row.state, row.tries) == ("waiting", 0)
    assert "对象存储暂时连不上" in desk.get(case).content.decode()
    assert desk.get(f"/files/package/{told.stream}.zip").status_code == 404
    store.away = False
    LastingAct.objects.filter(pk=row.pk).update(again_at=timezone.now())
    assert cli.main(["worker", "--once"]) == 0
    done = [one.kind for one in theatre.events(told)[before:] if one.kind not in NOTED]
    assert (done, lasting.of_case(told.stream)) == (["case.archived"], None)

    vkey = number_all(tmp_path, installed)
    spared()
    assert not on_disk(photo)
    store.away = True
    for place in (f"/files/package/{told.stream}.zip", f"/recording/{told.stream}/quality/"):
        answer = desk.get(place)
        said = answer.content.decode()
        assert (answer.status_code, "对象存储暂时连不上" in said) == (503, True), (place, said)
        assert "缺失" not in said
    store.away = False
    assert "合格" in desk.get(f"/recording/{told.stream}/quality/").content.decode()
    with package(connections["default"], told.stream) as made:
        bag = Packed(made.read(), vkey, told.stream, tmp_path / "published").unpack(tmp_path / "bag")
    assert (bag / "data" / "evidence" / photo).exists()
    done_by = verify(bag, "--vkey", vkey)
    assert (done_by.returncode, "not in the package" in done_by.stdout) == (0, False), done_by.stdout
