"""The public search over many published decisions against `LIKE '%…%'` on the same table: the first page of results,
newest first, and the count up to a thousand, for words of two to four characters, from rare to common."""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from typing import Any

from benchmarks import _ground, lists

FULL = {"count": 1_000_000}
RARE, MIDDLING = 100, 0.02
"""A word in fewer rows than this is rare; in a smaller part of all rows than that, middling; else common."""
EACH = 12
GOAL = 100
LETTERS = 3_000
COLUMNS = (
    "stream", "jurisdiction", "agency", "agency_name", "category", "number", "decided_on", "published_on",
    "withdrawn_cause", "place", '"full"', "corrections", "public", "text", "pairs",
)  # fmt: skip


def measure(count: int = 100_000, rounds: int = 3) -> list[dict[str, Any]]:
    """Seconds of the product's query and of LIKE in turn, each word `rounds` times; what they find is compared."""
    with _ground.server() as environment:
        place = lists._database(environment, "many")
        found = _ground.said(place, "benchmarks.search", "run", count, rounds)
    words = [word for word in found["words"] if word["kind"] != "common"]
    common = [word for word in found["words"] if word["kind"] == "common"]
    wrong = [word["word"] for word in found["words"] if not word["same"]]
    if wrong:
        raise AssertionError(f"the search and LIKE differ for {wrong}")
    ratio = round(statistics.median(word["like"] / word["ours"] for word in words), 1)
    ours, like = (statistics.median(word[side] for word in words) * 1000 for side in ("ours", "like"))
    note = (
        f"{count:,} 件、{len(words)} 个少见和中等的词：{ours:.1f} 对 {like:.0f} 毫秒（LIKE 取头 20 件、"
        f"数出总数）；头 20 件相同，计数到一千都准确；装入 {found['load']:.0f} 秒"
    )
    usual = [statistics.median(word[side] for word in common) * 1000 for side in ("ours", "like")] if common else [0, 0]
    told = (
        f"{len(common)} 个常见的词，中位 {usual[0]:.0f} 对 {usual[1]:.0f} 毫秒，"
        f"最慢 {max((word['ours'] for word in common), default=0) * 1000:.0f} 毫秒"
    )
    return [
        {
            "name": "对外检索（少见和中等的词）", "against": "同一张表的 LIKE '%…%'", "ratio": ratio, "goal": GOAL,
            "met": ratio >= GOAL, "note": note,
        },
        {
            "name": "对外检索（常见的词）", "against": "同一张表的 LIKE '%…%'",
            "ratio": round(usual[1] / usual[0], 1) if usual[0] else None, "goal": None, "met": True, "note": told,
        },
    ]  # fmt: skip


# ── the published decisions ──────────────────────────────────────────────────────────────────────────────────────────


class Drawn:
    """Invented decisions: characters and words as uneven as a language uses them."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        fixed = random.Random(20260101)
        letters = fixed.sample([chr(code) for code in range(0x4E00, 0x9FA5)], LETTERS)
        self.words = ["".join(fixed.choices(letters, k=fixed.choice((2, 2, 2, 3, 4)))) for _ in range(30_000)]
        self.weights = list(_summed(1 / (at + 3) for at in range(len(self.words))))
        self.agencies = [
            (uuid.UUID(int=fixed.getrandbits(128), version=4), f"{one}{kind}局（演示）")
            for one in fixed.sample(self.words, 40)
            for kind in ("市场监督管理", "城市管理", "交通运输", "生态环境", "卫生健康")
        ]
        self.basis = [f"《{one}条例》第{at % 90 + 1}条" for at, one in enumerate(fixed.sample(self.words, 300))]

    def some(self, count: int) -> str:
        return "".join(self.draw.choices(self.words, cum_weights=self.weights, k=count))

    def row(self, at: int) -> tuple[Any, ...]:
        from sanxiang.core.values.searching import keys, plain
        from sanxiang.three_systems.disclosure.projections import SEARCHED

        agency, name = self.draw.choice(self.agencies)
        day = date(2019, 1, 1) + timedelta(days=self.draw.randrange(2_500))
        public = {
            "执法主体": name, "执法对象": f"{self.some(2)}有限公司",
            "统一社会信用代码": f"9141{self.draw.getrandbits(46):014d}", "决定文号": f"演监罚〔{day.year}〕{at}号",
            "违法事实": f"当事人{self.some(14)}，{self.some(8)}。", "处罚依据": self.draw.choice(self.basis),
            "执法结论": f"罚款{self.draw.randrange(1, 500) * 100}元", "执法类别": "行政处罚",
        }  # fmt: skip
        text = "\n".join(plain(public[field]) for field in SEARCHED if field in public)
        stream = uuid.UUID(int=self.draw.getrandbits(128), version=4)
        return (
            stream, "luoyang", agency, name, "处罚", public["决定文号"], day, day + timedelta(days=5), "",
            "", "{}", "[]", json.dumps(public, ensure_ascii=False), text, keys(text),
        )  # fmt: skip


def _summed(parts: Iterator[float] | Any) -> Iterator[float]:
    total = 0.0
    for part in parts:
        total += part
        yield total


def _load(part: tuple[int, int, str]) -> None:
    import psycopg

    first, stop, url = part
    drawn = Drawn(first)
    with (
        psycopg.connect(url) as owner,
        owner.cursor() as cursor,
        cursor.copy(f"COPY published ({', '.join(COLUMNS)}) FROM STDIN".encode()) as copy,
    ):
        for at in range(first, stop):
            copy.write_row(drawn.row(at))


def load(count: int) -> float:
    """`count` rows by COPY from two processes, the index of pairs made afterwards; seconds."""
    from django.db import connections
    from psycopg.conninfo import make_conninfo

    owner = connections["owner"]
    owner.ensure_connection()
    url = make_conninfo(owner.connection.info.dsn, password=owner.connection.info.password)
    begun = time.perf_counter()
    with owner.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'published_pairs'")
        (definition,) = cursor.fetchone()
        cursor.execute("DROP INDEX published_pairs")
        step = 10_000
        with ProcessPoolExecutor(2) as pool:
            list(pool.map(_load, [(at, min(at + step, count), url) for at in range(0, count, step)]))
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(definition)
        cursor.execute("VACUUM ANALYZE published")
    return time.perf_counter() - begun


# ── the comparison ───────────────────────────────────────────────────────────────────────────────────────────────────


def chosen() -> list[tuple[str, str, int]]:
    """Words of two to four characters with their kind and in how many rows they stand, as LIKE counts."""
    from django.db import connections

    drawn, draw = Drawn(0), random.Random(5)
    found: dict[str, list[tuple[str, str, int]]] = {"rare": [], "middling": [], "common": []}
    with connections["portal"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM published")
        (total,) = cursor.fetchone()
        cursor.execute("SELECT text FROM published TABLESAMPLE SYSTEM (1) LIMIT 2000")
        texts = [text for (text,) in cursor]
        asked = ["有限公司", "监督", "管理局", "罚款", "条例", "当事人", "生态环境", "演监"]
        for text in draw.sample(texts, min(len(texts), 60)):
            line = draw.choice([line for line in text.splitlines() if len(line) > 6])
            start = draw.randrange(len(line) - 4)
            asked.append(line[start : start + draw.choice((2, 3, 4))])
        asked += [draw.choice(drawn.words[200:20_000])[:4] for _ in range(40)]
        for word in asked:
            cursor.execute("SELECT count(*) FROM published WHERE text LIKE %s", [f"%{word}%"])
            (rows,) = cursor.fetchone()
            kind = "rare" if rows < RARE else "middling" if rows < total * MIDDLING else "common"
            if len(found[kind]) < EACH and word not in [one for one, _, _ in found[kind]]:
                found[kind].append((word, kind, rows))
    return [one for kind in found.values() for one in kind]


def like(word: str) -> tuple[list[uuid.UUID], int]:
    """The newest twenty and how many there are by LIKE alone; the number up to a thousand and one."""
    from django.db import connections

    with connections["portal"].cursor() as cursor:
        cursor.execute(
            "SELECT stream FROM published WHERE withdrawn_on IS NULL AND text LIKE %s"
            " ORDER BY published_on DESC, stream LIMIT 21", [f"%{word}%"],
        )  # fmt: skip
        newest = [stream for (stream,) in cursor][:20]
        cursor.execute("SELECT count(*) FROM published WHERE withdrawn_on IS NULL AND text LIKE %s", [f"%{word}%"])
        (count,) = cursor.fetchone()
    return newest, min(count, 1001)


def ours(word: str) -> tuple[list[uuid.UUID], int]:
    from sanxiang.three_systems.disclosure import published

    found = published.search(word)
    return [row.stream for row in found.rows], found.count + found.more_than


def timed(what: Callable[[str], Any], word: str) -> tuple[float, Any]:
    begun = time.perf_counter()
    found = what(word)
    return time.perf_counter() - begun, found


def run(count: int, rounds: int) -> dict[str, Any]:
    with _ground.house(fresh=True):
        took = load(count)
        rows = []
        for word, kind, standing in chosen():
            sides: dict[str, list[float]] = {"ours": [], "like": []}
            same = True
            for _ in range(rounds):
                mine, found = timed(ours, word)
                theirs, expected = timed(like, word)
                sides["ours"].append(mine)
                sides["like"].append(theirs)
                same = same and found == expected
            medians = {side: statistics.median(times) for side, times in sides.items()}
            rows.append({"word": word, "kind": kind, "rows": standing, "same": same, **medians})
        return {"load": took, "words": rows}


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[2]), int(sys.argv[3])), ensure_ascii=False))
