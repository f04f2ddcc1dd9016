"""Nothing that any case of the filled demonstration hides can be read on the public site that was started for it."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.leaks import Answer, about, crawl, leaks

from .conftest import Moved

STARTS = (
    "/", "/sitemap.xml", "/robots.txt", "/search.json", "/search.atom", "/numbers/", "/catalogues/", "/officers/",
    "/procedures/", "/about/", "/data/", "/reports/", "/spot-checks/", "/counter/",
)  # fmt: skip


@pytest.mark.clauses("DXH-05", "LY-03", "UR-02")
@pytest.mark.journeys("disclosure.masking")
def test_nothing_that_a_case_hides_is_public(product: Moved) -> None:
    product.now()
    product.wait_until_filled()
    told = subprocess.run(
        [sys.executable, "-m", "tests.support.hidden"], env=product.env, cwd=Path(__file__).parents[2],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    hidden = json.loads(told.stdout)
    assert len(hidden["everywhere"]) > 50
    assert len(hidden["cases"]) > 30
    site = http.client.HTTPConnection("127.0.0.1", product.public_port, timeout=60)

    def fetch(address: str) -> Answer:
        site.request("GET", address)
        answer = site.getresponse()
        return Answer(answer.status, dict(answer.getheaders()), answer.read())

    seen = list(crawl(fetch, STARTS))
    addresses = {one.address for one in seen}
    assert {one.rpartition(".")[2] for one in addresses} >= {"csv", "json", "jsonl", "parquet", "pdf", "svg", "xml"}
    assert leaks(seen, hidden["everywhere"]) == []
    for stream, values in hidden["cases"].items():
        mine = [part for one in seen for part in about(one, stream)]
        assert any(one.address.startswith(f"/d/{stream}") for one in mine) or not mine
        assert leaks(mine, values) == [], stream
