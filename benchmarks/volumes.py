"""Archiving a case and checking its package: what a volume of 100 documents takes, and whether a document costs more
among 100 than among 25.

Building is the whole act of archiving: every paper made, bound into volumes with catalogue and page numbers, kept under
their digests, committed to the record. Verifying is `verify/verify.py` as a stranger runs it on the unpacked package.
There is no peer that does the same; the goal is that the time of one document does not grow with the volume.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

from benchmarks import _ground

COUNTS, LINEAR = (25, 50, 100), 1.2
OTHERS = 18
"""Documents of the case beside those that are made again."""
STEPS = (("build", "立卷归档"), ("pack", "打包"), ("verify", "核验"))


def measure(rounds: int = 3) -> list[dict[str, Any]]:
    """Medians of `rounds`: cases of 25, 50 and 100 documents in turn."""
    with _ground.server() as environment:
        times = _ground.said(environment, "benchmarks.volumes", rounds)
    rows = []
    for step, words in STEPS:
        taken = {count: statistics.median(times[step][str(count)]) for count in COUNTS}
        each = [1000 * taken[count] / count for count in COUNTS]
        ratio = round(each[-1] / each[0], 2)
        told = "、".join(f"{count} 份 {taken[count]:.2f} 秒" for count in COUNTS)
        note = f"{told}；每份 {each[0]:.0f}、{each[1]:.0f}、{each[2]:.0f} 毫秒，{rounds} 轮中位数"
        rows.append({
            "name": f"案卷{words}：{COUNTS[-1]} 份文书时每份的用时", "against": f"{COUNTS[0]} 份文书时", "ratio": ratio,
            "goal": f"至多 {LINEAR}", "met": ratio <= LINEAR, "note": note,
        })  # fmt: skip
    return rows


def run(rounds: int) -> dict[str, dict[str, list[float]]]:
    """Seconds of each step by the number of documents, in each round; one round before is not counted."""
    from tests.apps.archive.packed import number_all, verify
    from tests.support.theatre import Theatre

    theatre = Theatre({"luoyang": _ground.world()})
    times: dict[str, dict[str, list[float]]] = {step: {str(count): [] for count in COUNTS} for step, _ in STEPS}
    with tempfile.TemporaryDirectory(prefix="sanxiang-volumes-") as place:
        from django.conf import settings

        settings.SANXIANG_LEDGER = Path(place) / "published"
        for at in range(rounds + 1):
            for count in COUNTS:
                told = about(theatre, count)
                begun = time.perf_counter()
                theatre.step(told)
                built = time.perf_counter() - begun
                vkey = number_all(Path(place), settings)
                begun = time.perf_counter()
                bag, papers = unpacked(told.stream, Path(place) / f"{at}-{count}")
                packed = time.perf_counter() - begun
                if papers != count:
                    raise AssertionError(f"{papers} documents, not {count}")
                begun = time.perf_counter()
                done = verify(bag, "--vkey", vkey)
                if done.returncode != 0:
                    raise AssertionError(done.stdout + done.stderr)
                taken = {"build": built, "pack": packed, "verify": time.perf_counter() - begun}
                for step, seconds in taken.items() if at else ():
                    times[step][str(count)].append(seconds)
    return times


def about(theatre: Any, count: int) -> Any:
    """A case about to be archived whose volume will hold so many documents: the parties are asked again and again."""
    told = theatre.begin()
    asked = next(at for at, step in enumerate(told.steps) if step["act"] == "inquire")
    again = {**told.steps[asked], "days": 0, "minutes": 1, "any": True}
    told.steps = [*told.steps[: asked + 1], *[again] * (count - OTHERS), *told.steps[asked + 1 :]]
    theatre.go_on(told, before="archive")
    return told


def unpacked(stream: str, folder: Path) -> tuple[Path, int]:
    """The package of a case, made and unpacked; and how many documents it holds."""
    from django.db import connections

    from sanxiang.three_systems.recording.packages import package

    with package(connections["default"], stream) as made, zipfile.ZipFile(made) as archive:
        archive.extractall(folder)
    return folder, sum(1 for _ in folder.rglob("documents/*.pdf"))


if __name__ == "__main__":
    with _ground.house(fresh=True):
        found = run(int(sys.argv[1]))
    print(json.dumps(found))
