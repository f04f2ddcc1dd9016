"""The many finished cases of past years (往年案件): worked out from `crowd.yaml`, the same ones every time.

A list, a chart or a year's report shows what it is for only where there is much to show. What is told in `cases.yaml`
stays as it is; these come after it and are played through the same write path.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from string import digits
from typing import Any

from sanxiang.core.values.identifiers import (
    CREDIT_SIGNS,
    problems_of_credit_code,
    problems_of_identity_number,
    problems_of_organisation_code,
)

DAYS = 28
FIRM = "法人及非法人组织"


def worked_out(plan: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The cases of all agencies as `cases.yaml` would tell them, the earliest first; `start` in days before today."""
    return sorted(
        (case for agency, told in plan["agencies"].items() for case in _of(plan, agency, told)),
        key=lambda case: (case["start"], case["agency"]),
    )


def _of(plan: Mapping[str, Any], agency: str, told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The cases of one agency: its kinds mixed, spread evenly over the years and shaken a little. Those under `more`
    have a draw of their own, so that what is put there moves none of the others."""
    cases = _drawn(plan, agency, told, told["cases"], agency, 0)
    return cases + _drawn(plan, agency, told, told.get("more", {}), f"{agency} more", len(cases))


def _drawn(
    plan: Mapping[str, Any], agency: str, told: Mapping[str, Any], kinds: Mapping[str, Any], seed: str, begin: int
) -> list[dict[str, Any]]:
    chance = Random(seed)  # noqa: S311  a story, not a secret
    stories = [story for story, many in kinds.items() for _ in range(_count(many))]
    chance.shuffle(stories)
    first, last = plan["span"]["from"], plan["span"]["to"]
    step = (first - last) / max(len(stories), 1)
    cases = []
    for at, story in enumerate(stories):
        more = kinds[story]
        start = -round(first - step * (at + chance.random()))
        case = {
            "story": story, "agency": agency, "start": start, "cast": told["casts"][at % len(told["casts"])],
            "later": _later(plan, story, chance), "patience": plan["patience"],
            "fill": _fill(plan, told, story, begin + at, chance),
        }  # fmt: skip
        if isinstance(more, Mapping):
            case["fill"] |= more.get("fill", {})
            case["later"] |= more.get("later", {})
            case.update({name: more[name] for name in ("without", "changes") if name in more})
        cases.append(case)
    return cases


def _count(many: Any) -> int:
    return int(many["count"] if isinstance(many, Mapping) else many)


def _later(plan: Mapping[str, Any], story: str, chance: Random) -> dict[str, int]:
    """How much later some of its steps are: a bit often, beyond the term now and then."""
    later: dict[str, int] = {}
    for one in plan["late"]:
        if chance.randrange(one["one_in"]) == 0 and story not in one.get("but", ()):
            later.setdefault(one["step"], chance.choice(one["days"]))
    return later


def _fill(plan: Mapping[str, Any], told: Mapping[str, Any], story: str, at: int, chance: Random) -> dict[str, Any]:
    """Who it is about, what was done, and what it costs."""
    who = _person if story in plan["persons"] else _business
    fill = {**who(plan, told, at, chance), **chance.choice(told["offences"])}
    if story in plan["fined"]:
        size = "firm" if fill["party_kind"] == FIRM else "shop"
        fill |= _fine(plan, chance.choice(told.get("fines", plan["fines"])[size]))
    elif story == "summary":
        fill |= _fine(plan, chance.choice(plan["petty"]))
    elif story in plan["amounts"]:
        # a draw of its own: what is paid out moves neither the days nor the parties of the others
        own = Random(f"{told['place']} {story} {at}")  # noqa: S311  a story, not a secret
        fill["amount"] = own.choice(plan["amounts"][story])
    return fill


def _person(plan: Mapping[str, Any], told: Mapping[str, Any], at: int, chance: Random) -> dict[str, Any]:
    name = f"{chance.choice(plan['surnames'])}演示{'甲乙丙丁戊己庚辛'[at % 8]}"
    number = identity_number(told["area"], 1960 + chance.randrange(45), at)
    return {
        "party_kind": "自然人", "party_credit_code": None, "legal_representative": None, "party_name": name,
        "party_id_number": number, **_reached(told, at, chance), "asked_person": name, "asked_id_number": number,
    }  # fmt: skip


def _business(plan: Mapping[str, Any], told: Mapping[str, Any], at: int, chance: Random) -> dict[str, Any]:
    """A firm or a shop; some come again, as they do."""
    firm, nth = chance.randrange(5) > 1, chance.randrange(90)
    its = Random(f"{told['place']}{firm}{nth}")  # noqa: S311  a story, not a secret
    one = _person(plan, told, nth, its)
    style, trade = plan["styles"][nth % len(plan["styles"])], plan["firms" if firm else "shops"][nth // 8]
    return one | {
        "party_kind": FIRM if firm else "个体工商户", "party_id_number": None,
        "party_name": f"{told['place']}演示{style}{trade}", "legal_representative": one["party_name"],
        "party_credit_code": credit_code("91" if firm else "92", told["area"], nth),
    }  # fmt: skip


def _reached(told: Mapping[str, Any], at: int, chance: Random) -> dict[str, str]:
    phone = f"1380001{at:04d}"
    return {
        "party_address": f"{chance.choice(told['streets'])}{200 + at}号", "party_phone": phone, "asked_phone": phone,
    }  # fmt: skip


def _fine(plan: Mapping[str, Any], amount: int) -> dict[str, Any]:
    """A fine of so many fen (分), in figures and in words."""
    text = f"处罚款人民币{plan['words'][amount]}"
    return {"fine": amount, "sanctions": [{"kind": "罚款", "amount": amount, "text": text}]}


def identity_number(area: str, year: int, nth: int) -> str:
    """An invented identity number of the form of GB 11643, its check digit right."""
    front = f"{area}{year}{1 + nth % 12:02d}{1 + nth % DAYS:02d}{nth % 1000:03d}"
    return next(front + sign for sign in digits + "X" if not problems_of_identity_number(front + sign))


def credit_code(kind: str, area: str, nth: int) -> str:
    """An invented unified social credit code (统一社会信用代码, GB 32100), both of its check digits right."""
    body = f"MA{nth:03d}YY{nth % 10}"
    front = kind + area + next(body + sign for sign in digits + "X" if not problems_of_organisation_code(body + sign))
    return next(front + sign for sign in CREDIT_SIGNS if not problems_of_credit_code(front + sign))
