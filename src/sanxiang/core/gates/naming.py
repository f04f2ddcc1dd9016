"""Own officers named in a form (本机关人员的姓名): who chairs a hearing, who approved a measure. The name is that of
one officer of the register who served on that day and, where the law asks for it, held a post or kept out of the case.
Administrative Penalty Law, art. 64; Administrative Compulsion Law, art. 18."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sanxiang.core.registers import Officer
from sanxiang.core.rulebook import Dictionary

from .predicates import word
from .situation import Situation
from .truth import YES, Truth, no

TYPE = "officer"
WRITTEN = re.compile(r"(.+?)（(.+)）")


def written(name: str, number: str, *, alone: bool) -> str:
    """How an officer is written: by name, with the number of the certificate where two bear the same."""
    return name if alone or not number else f"{name}（{number}）"


def parts_of(text: str) -> tuple[str, str]:
    """The name and the number of the certificate, empty where none is written."""
    found = WRITTEN.fullmatch(text.strip())
    return (found[1].strip(), found[2].strip()) if found else (text.strip(), "")


def names_in(dictionary: Dictionary, facts: Mapping[str, Any]) -> list[str]:
    """The names of own officers among facts."""
    told = (value for key, value in facts.items() if (fact := dictionary.get(key)) and fact.type == TYPE and value)
    return [parts_of(str(value))[0] for value in told]


def bearers(s: Situation, text: str) -> list[Officer]:
    """The officers of the agency who bear a name and serve on the day of the act."""
    name, number = parts_of(text)
    return [
        one
        for one in s.registers.officers.values()
        if one.agency == s.case.agency and one.name == name and one.serving(s.day)
        and (not number or any(card.number == number for card in one.certificates))
    ]  # fmt: skip


@word("own_officer")
def own_officer(value: Mapping[str, Any], s: Situation) -> Truth:
    """Exactly one officer bears the name that a fact states; he holds one of the `posts`, and with `handles: false`
    does not handle the case."""
    said = str(s.value(value["fact"]) or "")
    problems = list(_problems(value, s, said))
    return no(*problems) if problems else YES


def _problems(value: Mapping[str, Any], s: Situation, said: str) -> Iterator[str]:
    label, found = s.label(value["fact"]), bearers(s, said)
    if len(found) != 1:
        who = said[:20] or "没有写明的人"
        several = f"本机关有 {len(found)} 位{who}，写成“姓名（证号）”"
        yield f"“{label}”：{several if found else f'{who}不是本机关登记在册的在职人员'}"
        return
    posts = value.get("posts", ())
    if posts and not any(found[0].holds(post, s.day) for post in posts):
        asked = "、".join(s.rules.posts.get(post, post) for post in posts)
        yield f"“{label}”：{found[0].name}当时不是{asked}"
    if value.get("handles") is False and found[0].id in s.case.handlers:
        yield f"“{label}”：{found[0].name}承办本案，应由其他人担任"


@word("rows")
def rows(value: Mapping[str, Any], s: Situation) -> Truth:
    """A table has at most so many rows."""
    stated, most = len(s.value(value["table"]) or ()), value["most"]
    return YES if stated <= most else no(f"“{s.label(value['table'])}”最多 {most} 人，现有 {stated} 人")
