"""The places where a decision is public (公示的各处), and the question by which each shows that it dropped one.

A question is answered only by what a public site of ours says: a page that has nothing to do with us holds no decision
either, and proves nothing.
"""

from __future__ import annotations

import html
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode, urlsplit

from .site import Answer, Site, Unanswered

NOTICE = ("执法主体", "决定文号", "执法类别", "撤下理由")
"""What a notice may still say, by the names of the fields."""
LOOKS = ("", "large", "contrast", "large.contrast")
"""As which readers see the pages; each is kept on its own."""
PAGES_MAX = 50


class Still(Exception):
    """It is still there; the text says where, for people."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The decision that should be gone. `party` is asked for and never kept; `hidden` what the public read before and
    may read no more."""

    stream: str
    number: str
    party: str
    decided_on: date | None
    published_on: date
    hidden: tuple[str, ...]

    @property
    def month(self) -> str:
        return f"{self.published_on:%Y-%m}"

    def questions(self) -> Iterator[tuple[str, str]]:
        """Every search that found it: the address's query, and how it may be told."""
        day = {"since": str(self.decided_on), "until": str(self.decided_on)} if self.decided_on else {}
        for name, word in (("文号", self.number), ("当事人", self.party)):
            if len(word) >= 2:
                asked = {"q": word[:100], **day}
                yield urlencode(asked), "&".join(f"{key}={name if key == 'q' else text}" for key, text in asked.items())


def page(site: Site, it: Wanted) -> None:
    """The decision's page shows the notice and nothing else."""
    notice(site.ask(f"/d/{it.stream}/"), it)


def notice(answer: Answer, it: Wanted) -> None:
    """Raises Still unless this is the notice alone."""
    text = html.unescape(answer.text)
    if answer.status != 410 or "撤下日期" not in text or it.number not in text:
        raise Still(f"决定页面还没有换成撤下说明（{answer.status}）")
    if any(word in text for word in it.hidden):
        raise Still("决定页面上还有原来的内容")


def search(site: Site, it: Wanted) -> None:
    """Searching for its number and its party finds it no more."""
    for query, told in it.questions():
        answer = site.ask(f"/search/?{query}", told=f"/search/?{told}")
        lacking(answer, it, 'name="q"', "检索页面")


def feed(site: Site, it: Wanted) -> None:
    """The feed of everything and that of each search."""
    lacking(site.ask("/search.atom"), it, "<feed", "订阅")
    for query, told in it.questions():
        lacking(site.ask(f"/search.atom?{query}", told=f"/search.atom?{told}"), it, "<feed", "订阅")


def interface(site: Site, it: Wanted) -> None:
    """The interface: all pages of each search, and the decision itself, of which the notice is left."""
    for query, told in it.questions():
        following = f"/search.json?{query}"
        for _ in range(PAGES_MAX):
            answer = site.ask(following, told=f"/search.json?{told}")
            lacking(answer, it, '"decisions"', "接口")
            onward = urlsplit(str(_object(answer).get("next", "")))
            if not onward.query:
                break
            following = f"{onward.path}?{onward.query}"
        else:
            raise Still("接口查到的太多，没有翻完")
    answer = site.ask(f"/d/{it.stream}.json")
    told_of = _object(answer)
    fields = told_of.get("fields")
    if answer.status != 410 or not told_of.get("withdrawn_on") or not isinstance(fields, dict):
        raise Still(f"接口还在提供这一条（{answer.status}）")
    if set(fields) - set(NOTICE):
        raise Still("接口里还有原来的内容")


def bulk(site: Site, it: Wanted) -> None:
    """The month's file in each form lacks it, and the list of what was withdrawn names it."""
    for form in ("csv", "jsonl"):
        with site.opened(f"/data/{it.month}.{form}") as (status, pieces):
            if _read(status) and _holds(pieces, it.stream.encode()):
                raise Still(f"批量下载的 {form} 里还有")
    with site.opened(f"/data/{it.month}.parquet") as (status, pieces):
        if _read(status) and it.stream in _ids(pieces):
            raise Still("批量下载的 parquet 里还有")
    with site.opened("/data/withdrawn.csv") as (status, pieces):
        if status != 200 or not _holds(pieces, it.stream.encode()):
            raise Still("批量下载的撤下清单里还没有写上")


def sitemap(site: Site, it: Wanted) -> None:
    """The list of addresses for search engines."""
    if "<sitemapindex" not in site.ask("/sitemap.xml").text:
        raise Still("网站地图读不出来")
    answer = site.ask(f"/sitemap-{it.month}.xml")
    if _read(answer.status):
        lacking(answer, it, "<urlset", "网站地图")


def kept(site: Site, it: Wanted) -> None:
    """The pages that are kept for readers of each look: the front page, the decision's, the search."""
    for look in LOOKS:
        lacking(site.ask("/", look=look), it, 'name="q"', "首页")
        notice(site.ask(f"/d/{it.stream}/", look=look), it)
        for query, told in it.questions():
            answer = site.ask(f"/search/?{query}", told=f"/search/?{told}", look=look)
            lacking(answer, it, 'name="q"', "检索页面")


SURFACES: Mapping[str, tuple[str, Callable[[Site, Wanted], None]]] = {
    "page": ("决定页面只剩撤下说明", page),
    "search": ("检索", search),
    "feed": ("订阅", feed),
    "interface": ("接口（JSON）", interface),
    "bulk": ("批量下载", bulk),
    "sitemap": ("网站地图", sitemap),
    "kept": ("页面缓存", kept),
}
"""Every place of the public site: its name, and the question; it raises Still or Unanswered where the place has not
dropped the decision."""


def lacking(answer: Answer, it: Wanted, sign: str, name: str) -> None:
    """Raises Still unless this is such a page (`sign` stands on it) and does not hold the decision."""
    if answer.status != 200 or sign not in answer.text:
        raise Still(f"{name}没有正常应答（{answer.status}）")
    if it.stream in answer.text:
        raise Still(f"{name}里还有")


def _object(answer: Answer) -> dict[str, Any]:
    try:
        found = json.loads(answer.text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Still("接口没有正常应答")
    return found


def _read(status: int) -> bool:
    """Whether there is such a file; a month of which nothing is public any more has none."""
    if status not in (200, 404):
        raise Unanswered(f"答 {status}")
    return status == 200


def _holds(pieces: Iterator[bytes], word: bytes) -> bool:
    """Whether a word stands anywhere in what comes piece by piece; everything is read, so that a half is no answer."""
    end, found = b"", False
    for piece in pieces:
        found = found or word in end + piece
        end = (end + piece)[-len(word) :]
    return found


def _ids(pieces: Iterator[bytes]) -> set[str]:
    from pyarrow import ArrowException, parquet

    with tempfile.TemporaryFile() as file:
        for piece in pieces:
            file.write(piece)
        file.seek(0)
        try:
            return set(parquet.read_table(file, columns=["id"])["id"].to_pylist())
        except (ArrowException, OSError):
            raise Still("批量下载的 parquet 读不出来") from None
