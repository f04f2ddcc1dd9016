"""A head who sent a draft back sees, when it lies before him again, exactly what changed: why it went back, what was
answered, word by word what is different, the evidence and papers that came; his successor sees the same."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanxiang.casework import returned
from tests.support.theatre import Theatre

pytestmark = [pytest.mark.clauses("PL-57")]

REASON, ANSWER = "裁量理由写得不够，请补充。", "已经补充裁量的理由。"


def asks(theatre: Theatre, told: Any, act: str, role: str = "head") -> str:
    client = Client()
    client.force_login(theatre.account(role))
    return html.unescape(client.get(f"/work/cases/{told.stream}/do/{act}/").content.decode())


def later(theatre: Theatre, told: Any, name: str, **changes: Any) -> Any:
    answer = theatre.tries(told, name, after=timedelta(minutes=30), **changes)
    assert answer.done, answer
    told.at += timedelta(minutes=30)
    return answer


@pytest.fixture
def back(theatre: Theatre) -> Any:
    """A case whose decision waits for the head, who sent it back."""
    told = theatre.played(before="decide")
    assert 'id="since"' not in asks(theatre, told, "decide"), "nothing was sent back"
    later(theatre, told, "decide", act="return_draft", facts={"draft_return_reason": REASON}, officers=())
    return told


def test_the_head_sees_what_changed_word_by_word(theatre: Theatre, back: Any) -> None:
    facts = theatre.events(back)
    old = next(one.event.facts["violation_facts"] for one in reversed(facts) if "violation_facts" in one.event.facts)
    new = f"{old}当事人已经下架全部商品。"
    later(theatre, back, "conclude_investigation", act="change_draft",
          facts={"violation_facts": new, "draft_change_reason": REASON})  # fmt: skip
    case = theatre.events(back)
    rules = theatre.book.on("luoyang", back.at.date())
    since = returned.since_seen(case, folded(case), rules, rules.act("penalty.ordinary", "decide"))  # type: ignore[arg-type]
    assert since is not None
    changed = {name: [(one.old, one.new) for one in changes] for name, changes in since.parts}
    assert changed["事实"] == [(old, new)]
    assert (changed["依据"], changed["处理"]) == ([], [])
    assert not since.nothing
    page = asks(theatre, back, "decide")
    part = page[page.index('id="since"') :]
    assert REASON in part
    assert "<ins>当事人已经下架全部商品。</ins>" in part
    assert "依据：没有变化" in part
    assert "还没有重新呈批" in part
    assert page.index('id="since"') < page.index("拟处理意见"), "first what changed, then the whole draft"
    assert new in page[page.index("拟处理意见") :].replace("\n", "")


def test_what_was_presented_unchanged_is_said_to_be(theatre: Theatre, back: Any) -> None:
    """Whoever took over the post of the head sees the same."""
    later(theatre, back, "conclude_investigation", act="present_draft", facts={"draft_answer": ANSWER}, officers=())
    page = asks(theatre, back, "decide")
    part = page[page.index('id="since"') :]
    assert ANSWER in part
    assert "和退回时完全一样" in part
    assert not re.search("<ins>|<del>", part)


def test_the_difference_costs_no_query(theatre: Theatre, back: Any) -> None:
    client = Client()
    client.force_login(theatre.account("head"))
    address = f"/work/cases/{back.stream}/do/decide/"
    client.get(address)
    counts = []
    for before in (True, False):
        with CaptureQueriesContext(connection) as asked, pytest.MonkeyPatch.context() as patch:
            if before:
                patch.setattr(returned, "since_seen", lambda *args: None)
            client.get(address)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def folded(events: Any) -> Any:
    from sanxiang.core.casefile import fold

    return fold(events)
