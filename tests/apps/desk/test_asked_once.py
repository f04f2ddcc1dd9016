"""A field asked twice is a defect: through whole stories, no page asks for what the case already holds."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from sanxiang.core.casefile import fold
from tests.support.theatre import Theatre, name_of

STORIES = ("ordinary", "heard", "sealed", "corrected", "disputed", "lenient", "summary", "revoked")


class Inputs(HTMLParser):
    """The fields of a page by name, each with what stands in it: text, selected option, `true` for a tick."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._area = self._select = self._option = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        name = told.get("name") or ""
        if tag == "textarea":
            self._area = name
            self.found[name] = ""
        elif tag == "select":
            self._select = name
            self.found[name] = ""
        elif tag == "option":
            self._option = "selected" if "selected" in told else ""
        elif tag == "input" and name:
            ticked = told.get("type") not in ("checkbox", "radio") or "checked" in told
            self.found[name] = (self.found.get(name) or told.get("value") or "") if ticked else self.found.get(name, "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        if tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[self._area] += data
        elif self._select and self._option:
            self.found[self._select] += data


def inputs(theatre: Theatre, told: Any) -> dict[str, str]:
    """The fields of the page of the next step, as the one who does it sees them."""
    step, client = told.steps[told.done], Client()
    client.force_login(theatre.account(told.cast.get(step["by"], step["by"])))
    page = client.get(f"/work/cases/{told.stream}/do/{step['act']}/")
    assert page.status_code == 200, step["act"]
    return Inputs(page.content.decode()).found


@pytest.mark.parametrize("story", STORIES)
def test_what_the_case_holds_is_never_asked_with_an_empty_field(theatre: Theatre, story: str) -> None:
    told = theatre.begin(story, start="2025-03-03")
    theatre.step(told)
    twice: list[tuple[str, str]] = []
    seen = 0
    while told.done < len(told.steps):
        step, case = told.steps[told.done], fold(theatre.events(told))
        rules, found = theatre.book.on("luoyang", told.at.date()), inputs(theatre, told)
        for name, fact in rules.dictionary.items():
            if not fact.carried or case.facts.get(name) in (None, "", [], False):
                continue
            fields = {key: value for key, value in found.items() if key == name or key.startswith(f"{name}.")}
            seen += len(fields)
            if fields and not any(fields.values()):
                twice.append((name_of(step), name))
        theatre.step(told)
    assert twice == []
    changed = story in ("corrected", "disputed")
    assert bool(seen) == changed, "only the act that changes the draft asks again, with what stands in it"


@pytest.mark.parametrize(
    ("story", "fill", "person"),
    [("sealed", {}, "田演示"), ("sealed", {"party_kind": "自然人", "party_name": "司徒演示", "party_credit_code": None,
                                      "legal_representative": None}, "司徒演示")],
)  # fmt: skip
def test_where_and_whom_an_act_meets_is_brought_along(
    theatre: Theatre, story: str, fill: dict[str, Any], person: str
) -> None:
    told = theatre.played(story, before="inspect", start="2025-03-03", fill=fill)
    found = inputs(theatre, told)
    assert (found["place"], found["present_person"]) == ("洛阳市涧西区演示街8号", person)
    theatre.go_on(told, "inquire")
    assert inputs(theatre, told)["place"] == "", "an inquiry is held elsewhere"
    theatre.go_on(told, "serve_notice")
    found = inputs(theatre, told)
    assert all(found[name] for name in ("served_to", "service_place"))
    theatre.go_on(told, "carry_out")
    assert inputs(theatre, told)["carried_out_amount"] == "5000.00"


def test_evidence_and_review_points_are_not_typed_again(theatre: Theatre) -> None:
    told = theatre.played(before="conclude_investigation", start="2025-03-03")
    assert inputs(theatre, told)["evidence_list.0.name"] == "进货单据复印件"
    theatre.go_on(told, "conclude_review")
    found = inputs(theatre, told)
    points = [found[f"review_points.{at}.point"] for at in range(9)]
    assert points[0] == "执法主体"
    assert all(points)
