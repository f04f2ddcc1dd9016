"""Whether what is served bears the electronic seal: each numbered paper of the act as last done, nothing that stays."""

from __future__ import annotations

from dataclasses import replace

from sanxiang.core.events.sealing import PaperSealed
from sanxiang.core.gates import Truth, evaluate
from sanxiang.core.rulebook import Condition
from tests.core.test_gates_words import RULES
from tests.core.world import case_of, opened, proposing

PAPERS = (
    {"template": "letter", "title": "通知书", "number": ""},
    {"template": "decision", "title": "决定书", "number": "演示〔2024〕1号"},
    {"template": "notice", "title": "告知书", "number": "演示〔2024〕2号"},
)
MADE = replace(opened(), documents=PAPERS)


def sealed(index: int, event: str = "case-1") -> PaperSealed:
    return PaperSealed(paper=event, index=index, certificate="0" * 64)


def found(*events, value: bool = True, link: str = "open") -> Truth:
    return evaluate(Condition("paper_sealed", value), proposing(RULES, case_of(*events), "inspect", link=link))


def test_every_numbered_paper_that_is_served_bears_a_seal() -> None:
    assert found(MADE, sealed(1)).missing == ("《告知书》演示〔2024〕2号的电子印章",)
    assert found(MADE, sealed(1), sealed(2)).state is True
    assert found(MADE, sealed(1), value=False).state is True
    assert found(MADE, sealed(1), sealed(2), value=False).state is False


def test_what_was_made_anew_is_sealed_anew() -> None:
    again = found(MADE, sealed(1), sealed(2), MADE)
    assert again.state is False
    assert len(again.missing) == 2


def test_a_paper_without_a_number_or_of_no_act_bears_no_seal() -> None:
    assert found(replace(MADE, documents=PAPERS[:1])).state is False
    assert found(MADE, sealed(1), sealed(2), link="decide").state is False
