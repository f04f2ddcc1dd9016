"""Sharing in: lists of another system over real HTTP, taken whole with source and time, or not at all and reported."""

from __future__ import annotations

import gzip
import html
import json
import socket
import time
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from sanxiang.casework.projections import library
from sanxiang.interchange.sharing import taking
from sanxiang.interchange.sharing.fetching import Bounds, NotFetched, fetch
from sanxiang.interchange.sharing.reading import NotRead, read
from sanxiang.store import reading
from sanxiang.three_systems.disclosure.models import FeedReport, PublicAgency, SharedList
from tests.support.feeds import Other, packed
from tests.support.pages import client

QUICK = Bounds(seconds=2.0, silence=1.0, size=64 * 1024)


@pytest.fixture
def other() -> Iterator[Other]:
    made = Other()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def agency(theatre: Any) -> Iterator[PublicAgency]:
    """The agency of this world, under a name that no other body has: a feed is set by the full name, and other tests
    enter the same demonstration a second time."""
    theatre.everywhere()
    body = PublicAgency.objects.get(stream=theatre.people["changning"][""])
    name, body.name = body.name, f"{body.name}共享演示"
    body.save()
    yield body
    PublicAgency.objects.filter(pk=body.pk).update(name=name)


def source(other: Other, agency: PublicAgency) -> taking.Source:
    return taking.Source(agency=agency.name, address=other.address)


def take(theatre: Any, other: Other, agency: PublicAgency, bounds: Bounds = QUICK) -> bool:
    return taking.take(theatre.connection, source(other, agency), at=timezone.now(), bounds=bounds)


def public(agency: PublicAgency) -> str:
    return html.unescape(Client().get(f"/agencies/{agency.stream}/").content.decode())


@pytest.mark.clauses("CN-02")
@pytest.mark.journeys("disclosure.sharing-in")
def test_lists_of_another_system_stand_with_their_source_and_time(
    theatre: Any, other: Other, agency: PublicAgency, settings: Any
) -> None:
    other.sends(packed())
    settings.SANXIANG_FEEDS = json.dumps([{"agency": agency.name, "address": other.address}])
    assert taking.take_all(theatre.connection, at=timezone.now(), bounds=QUICK) == 1
    assert taking.take_all(theatre.connection, at=timezone.now(), bounds=QUICK) == 0, "the same bytes are nothing new"
    shown = public(agency)
    for name in ("执法事项", "服务指南", "权责清单", "随机抽查事项", "执法证件"):
        assert f"{name}（1 项）" in shown
    row = SharedList.objects.get(stream=source(other, agency).stream, fact="shared_certificates")
    page = Client().get(f"/agencies/{agency.stream}/shared/{row.stream}/shared_certificates/").content.decode()
    assert "来源：长宁区权责清单系统（演示）" in page
    assert "沪演示9001" in page
    local = timezone.localtime(row.generated_at)
    assert f"数据时间 {local.year}年{local.month}月{local.day}日 {local:%H:%M}" in page
    (event,) = reading.load(theatre.connection, source(other, agency).stream)
    assert event.kind == "feed.received"
    raw = reading.raw(theatre.connection, source(other, agency).stream)
    assert "共演示".encode() not in raw[0].body, "names of people are sealed in the record"
    other.sends(packed(hours=0, guides=[], source="长宁区权责清单系统（演示）"))
    assert take(theatre, other, agency)
    assert "服务指南（1 项）" not in public(agency), "a list that is left out is taken down"


HOSTILE: dict[str, tuple[bytes, dict[str, str], str]] = {
    "no json": (b"<html>login</html>", {}, "不是完好的 JSON"),
    "half": (packed()[:200], {}, "不是完好的 JSON"),
    "deep": (b"[" * 60_000, {}, "不是完好的 JSON"),
    "not a number": (b'{"format": NaN}', {}, "不是完好的 JSON"),
    "said twice": (b'{"format": "sanxiang-feed/1", "format": "x"}', {}, "不是完好的 JSON"),
    "utf-16": (packed().decode().encode("utf-16"), {}, "不是完好的 JSON"),
    "a list": (b"[]", {}, "最外层应是一个对象"),
    "another format": (packed(format="other/9"), {}, "format 应是"),
    "unknown list": (packed(officers=[]), {}, "不认识的栏目“officers”"),
    "nothing": (b'{"format": "sanxiang-feed/1", "source": "x", "generated": "2026-01-01T00:00:00+08:00"}', {}, "一张清单也没有"),
    "no name": (packed(items=[{"code": "1", "category": "行政处罚"}]), {}, "第 1 行缺“事项名称”"),
    "wrong column": (packed(items=[{"code": "1", "category": "x", "name": "y", "evil": "z"}]), {}, "不认识的列“evil”"),
    "control signs": (packed(items=[{"code": "1", "category": "x", "name": "a\u202eb"}]), {}, "控制字符"),
    "a number": (packed(items=[{"code": 1, "category": "x", "name": "y"}]), {}, "应当填写文字"),
    "too many rows": (packed(spot_checks=[{"name": "x", "subject": "y", "basis": "z"}] * 501), {}, "最多 500 行"),
    "a bad day": (packed(certificates=[{"name": "x", "number": "1", "body": "y", "valid_from": "never",
                                        "valid_until": "2029-01-01"}]), {}, "不是日期"),
    "no zone": (packed(generated="2026-01-01T00:00:00"), {}, "带时区的时间"),
    "the future": (packed(generated="2199-01-01T00:00:00+08:00"), {}, "将来的时间"),
    "older": (packed(generated="2020-01-01T00:00:00+08:00"), {}, "还早"),
    "no source": (packed(source=" "), {}, "source 应写明"),
    "huge": (b" " * 70_000, {}, "内容超过 64 KB"),
    "huge, said small": (b" " * 70_000, {"Content_Length": "10"}, "不是完好的 JSON"),
    "zip bomb": (gzip.compress(b" " * 50_000_000), {"Content_Encoding": "gzip"}, "内容超过 64 KB"),
    "broken gzip": (gzip.compress(packed())[:-9] + b"x", {"Content_Encoding": "gzip"}, ""),
    "other packing": (packed(), {"Content_Encoding": "br"}, "不认识的压缩方式"),
    "said longer": (packed(), {"Content_Length": "60000"}, ""),
}  # fmt: skip


@pytest.mark.clauses("CN-02")
@pytest.mark.parametrize("case", HOSTILE)
def test_a_bad_feed_changes_nothing_and_is_reported(
    theatre: Any, other: Other, agency: PublicAgency, case: str
) -> None:
    other.sends(packed())
    assert take(theatre, other, agency)
    before = (rows(other, agency), len(reading.load(theatre.connection, source(other, agency).stream)), public(agency))
    body, headers, said = HOSTILE[case]
    other.sends(body, **headers)
    assert not take(theatre, other, agency)
    after = (rows(other, agency), len(reading.load(theatre.connection, source(other, agency).stream)), public(agency))
    assert after == before, "the last good state stays"
    report = FeedReport.objects.get(stream=source(other, agency).stream)
    assert report.problem
    assert said in report.problem
    desk = html.unescape(client(theatre, "publisher", "changning").get("/disclosure/pages/").content.decode())
    assert report.problem in desk
    other.sends(packed(hours=0))
    assert take(theatre, other, agency), "and it comes again when it is mended"
    report.refresh_from_db()
    assert report.problem == ""


@pytest.mark.clauses("CN-02")
def test_a_name_that_two_agencies_have_takes_nothing_in(theatre: Any, other: Other, agency: PublicAgency) -> None:
    other.sends(packed())
    twin = PublicAgency.objects.create(stream=uuid4(), jurisdiction=agency.jurisdiction, name=agency.name)
    try:
        assert not take(theatre, other, agency)
    finally:
        twin.delete()
    assert other.asked == [], "it is not even fetched"
    assert rows(other, agency) == []
    report = FeedReport.objects.get(stream=source(other, agency).stream)
    assert report.problem == f"叫“{agency.name}”的机关不止一个，无法确定是哪一个"
    assert take(theatre, other, agency)


def rows(other: Other, agency: PublicAgency) -> list[Any]:
    return list(SharedList.objects.filter(stream=source(other, agency).stream).order_by("id").values())


@pytest.mark.clauses("CN-02")
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_never_followed(theatre: Any, other: Other, agency: PublicAgency, status: int) -> None:
    inside = Other()
    inside.sends(packed())
    other.sends(b"", status=status, Location=inside.address)
    assert not take(theatre, other, agency)
    assert inside.asked == []
    assert "转到别的地址" in FeedReport.objects.get(stream=source(other, agency).stream).problem
    inside.server.shutdown()


@pytest.mark.clauses("CN-02")
@pytest.mark.parametrize("manner", ["headers", "body", "silent", "endless", "cut"])
def test_a_slow_or_endless_feed_ends_by_itself(manner: str, other: Other) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        wire = handler.wfile
        if manner == "silent":
            time.sleep(6)
            return
        if manner == "headers":
            wire.write(b"HTTP/1.0 200 OK\r\n")
            for number in range(100):
                wire.write(b"X-%d: y\r\n" % number)
                time.sleep(0.3)
        wire.write(b"HTTP/1.0 200 OK\r\n\r\n")
        if manner == "cut":
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            handler.connection.close()
            return
        for _ in range(10_000):
            wire.write(b" " * (1 if manner == "body" else 8192))
            wire.flush()
            time.sleep(0.3 if manner == "body" else 0)

    other.answer = answer
    begun = time.monotonic()
    with pytest.raises(NotFetched):
        fetch(other.address, QUICK)
    assert time.monotonic() - begun < 20, "it would have lasted longer than any test"


@pytest.mark.parametrize(
    "address", ["ftp://127.0.0.1/x", "file:///etc/passwd", "http://", "http://u:p@127.0.0.1/", "nonsense",
                "http://127.0.0.1:1/x", "http://[::1/", "http://127.0.0.1:99999/"],
)  # fmt: skip
def test_an_impossible_address_is_told(address: str) -> None:
    with pytest.raises(NotFetched):
        fetch(address, QUICK)


def test_a_million_rows_are_refused_before_they_are_kept() -> None:
    many = b'{"format":"sanxiang-feed/1","source":"x","generated":"2026-01-01T00:00:00+08:00","items":['
    body = many + b",".join([b"{}"] * 1_000_000) + b"]}"
    with pytest.raises(NotRead, match="最多 3000 行"):
        read(body, library().dictionary, now=timezone.now())


def test_a_wrong_setting_and_an_unknown_agency_are_told(theatre: Any, other: Other, settings: Any) -> None:
    for text in ("{", "[1]", '{"agency": 1}', '[{"agency": "x"}]'):
        settings.SANXIANG_FEEDS = text
        with pytest.raises(taking.BadSetting):
            list(taking.sources())
    settings.SANXIANG_FEEDS = ""
    assert list(taking.sources()) == []
    stranger = taking.Source(agency="没有的机关", address=other.address)
    assert not taking.take(theatre.connection, stranger, at=datetime.now(timezone.get_default_timezone()), bounds=QUICK)
    assert "没有登记" in FeedReport.objects.get(stream=stranger.stream).problem
    assert other.asked == []
