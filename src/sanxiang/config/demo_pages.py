"""The public pages of the demonstration's agencies (事前公示的演示): items listed, sections taken through their four
moves by whoever makes them, a law marked as amended. Everything is invented and says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any

from django.core.files.base import ContentFile

from sanxiang.casework.registers import registers_for
from sanxiang.casework.registration import Entry, RegisterCommand
from sanxiang.config import demo
from sanxiang.config.demo_files import portrait
from sanxiang.core.events import Event, page
from sanxiang.core.events.inspectee import InspecteeListed
from sanxiang.core.events.registry import AgencyChanged, ItemListed
from sanxiang.core.registers import SECTIONS
from sanxiang.core.rulebook import Library
from sanxiang.core.values import CHINA
from sanxiang.core.values.caps import OWN
from sanxiang.three_systems.disclosure.photographs import drawn_anew
from sanxiang.three_systems.disclosure.standing import Desk

DAYS_BEFORE = 60
"""So long before today the pages were published; a later version comes ten days after the one before."""


def enter_pages(connection: Any, book: Library, people: Mapping[str, Mapping[str, str]], until: datetime) -> None:
    """Fill the pages of every agency that `people` knows."""
    told = demo.read("pages.yaml")
    for agency in told["agencies"]:
        if agency["id"] in people:
            cast = people[agency["id"]]
            hands = told["hands"].get(agency["id"], told["hands"]["other"])
            _Filler(connection, book, cast, hands, until).fill(agency)


class _Filler:
    def __init__(
        self, connection: Any, book: Library, cast: Mapping[str, str], hands: Mapping[str, str], until: datetime
    ) -> None:
        self.connection, self.book, self.cast, self.hands = connection, book, cast, hands
        self.begun = datetime.combine(until.date() - timedelta(days=DAYS_BEFORE), time(9), CHINA)

    def fill(self, agency: Mapping[str, Any]) -> None:
        for item in agency.get("items", ()):
            facts = {name: value for name, value in item.items() if name.startswith("item_")}
            listed = ItemListed(item=item["code"], agency=self.cast[""], category=item["category"], facts=facts)
            self.enter("item", "registrar", listed, self.begun)
        if caps := agency.get("caps"):
            self.enter("agency", "registrar", AgencyChanged(facts={OWN: "\n".join(caps)}), self.begun)
        for told in agency.get("inspectees", ()):
            self.enter("inspectee", "registrar", InspecteeListed(agency=self.cast[""], facts=told), self.begun)
        for minutes, (section, contents) in enumerate(agency["sections"].items()):
            for at, content in enumerate(contents):
                self.publish(section, content, self.begun + timedelta(days=1 + 10 * at, minutes=7 * minutes))
        for law in agency.get("laws", ()):
            day = self.begun + timedelta(days=DAYS_BEFORE - 20)
            facts = {**law, "law_effective": day.date().isoformat()}
            self.enter("agency", "reviewer", page.LawChanged(facts=facts), day)

    def publish(self, section: str, content: Any, at: datetime) -> None:
        """Collect a content, pass it on, check it, publish it."""
        kind = SECTIONS[section]
        if content == "derived":
            body = registers_for(self.connection, self.cast[""], ()).agencies[self.cast[""]]
            content = Desk(self.connection, body, at).derived(kind)
        elif isinstance(content, list):
            content = list(_with_photos(content))
        officer = registers_for(self.connection, "", (self.cast[self.hands["collect"]],))
        department = officer.officers[self.cast[self.hands["collect"]]].posts[0].department
        place = self.book.on(self._jurisdiction, at.date()).jurisdiction.platform
        for minute, (move, event) in enumerate(
            (
                ("collect", page.PageCollected(section=section, department=department, facts={kind.fact: content})),
                ("forward", page.PageForwarded(section=section)),
                ("approve", page.PageApproved(section=section)),
                ("issue", page.PageIssued(section=section, place=place)),
            )
        ):
            self.enter("agency", self.hands[move], event, at + timedelta(minutes=minute))

    @property
    def _jurisdiction(self) -> str:
        return registers_for(self.connection, self.cast[""], ()).agencies[self.cast[""]].jurisdiction

    def enter(self, kind: str, role: str, event: Event, at: datetime) -> None:
        command = RegisterCommand(
            kind=kind, stream=self.cast[""] if kind == "agency" else "", agency=self.cast[""],
            officer=self.cast[role], entries=(Entry(event=event, occurred_at=at),),
        )  # fmt: skip
        demo.enter(self.connection, self.book, command, at)


def _with_photos(rows: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    for row in rows:
        yield {**row, "photo": _photo()} if row.get("photo") else row


@cache
def _photo() -> str:
    """The placeholder that stands for every portrait, taken in as an upload would be."""
    return drawn_anew(ContentFile(portrait(), name="演示照片.png"))
