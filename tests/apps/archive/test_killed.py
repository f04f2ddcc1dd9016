"""kill -9 while a volume is being built: the case is not archived, nothing of the half volume is shown; what was asked for
is kept, and a worker goes on with it by itself, once, to a package that verifies."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as installed
from django.db import connections
from django.test import Client
from django.utils import timezone

from sanxiang.casework import lasting
from sanxiang.casework.models import LastingAct
from sanxiang.config import cli
from sanxiang.core.casefile import NOTED
from sanxiang.three_systems.recording.packages import NotArchived, package
from tests.support.theatre import Theatre

from .packed import Packed, number_all, verify

PAPERS = 5
"""So many papers of the volume are on the disk when it is killed."""
ROOT = Path(__file__).parents[3]
PLACE = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS", "CONN_MAX_AGE", "CONN_HEALTH_CHECKS")


@pytest.mark.clauses("LY-19", "LY-27")
@pytest.mark.journeys("archive.package")
def test_a_volume_that_was_half_built_is_no_volume(
    theatre: Theatre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installed, "SANXIANG_LEDGER", tmp_path / "published")
    told = theatre.played(before="archive")
    before = len(theatre.events(told))
    databases = {alias: {name: one[name] for name in PLACE} for alias, one in installed.DATABASES.items()}
    given = {
        "databases": databases,
        "secrets": installed.SECRETS,
        "played": pickle.dumps((theatre, told)),
        "papers": PAPERS,
    }
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.apps.archive.half"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(pickle.dumps(given))
    child.stdin.close()
    half = child.stdout.readline().decode().strip()
    child.kill()
    child.wait()
    child.stdout.close()
    assert len(half) == 64 * PAPERS, "it was killed on its way"
    assert len(theatre.events(told)) == before
    with pytest.raises(NotArchived):
        package(connections["default"], told.stream)
    head = Client()
    head.force_login(theatre.account("head"))
    head.post(f"/recording/{told.stream}/why/", {"purpose": "办理本案"})
    assert head.get(f"/files/package/{told.stream}.zip").status_code == 404
    assert "还没有归档" in head.get(f"/recording/{told.stream}/quality/").content.decode()
    assert "正在组卷" in head.get(f"/work/cases/{told.stream}/").content.decode()
    LastingAct.objects.filter(stream=told.stream).update(again_at=timezone.now() + lasting.LATER)
    assert cli.main(["worker", "--once"]) == 0
    assert lasting.of_case(told.stream) is not None, "as long as it may still be alive nobody takes its place"
    LastingAct.objects.filter(stream=told.stream).update(again_at=timezone.now())
    assert cli.main(["worker", "--once"]) == 0
    done = [one.kind for one in theatre.events(told)[before:] if one.kind not in NOTED]
    assert done == ["case.archived"]
    assert lasting.of_case(told.stream) is None
    vkey = number_all(tmp_path, installed)
    with package(connections["default"], told.stream) as made:
        bag = Packed(made.read(), vkey, told.stream, tmp_path / "published").unpack(tmp_path / "bag")
    done = verify(bag, "--vkey", vkey)
    assert done.returncode == 0, done.stdout + done.stderr
