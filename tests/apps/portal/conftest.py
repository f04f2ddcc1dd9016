"""The public site as the world of these tests sees it, and how it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

if TYPE_CHECKING:
    from tests.support.theatre import Theatre

QUERIES_MAX = 25
NAME, IDENTITY, PHONE, STREET = "司徒演示", "11010519491231002X", "13900007777", "演示胡同77号"
PLATE, MAIL, LANDLINE, CARD = "豫C12345", "canary@example.org", "0379-61234567", "6222021234567890128"
CANARIES = (NAME, IDENTITY, PHONE, STREET, PLATE, MAIL, LANDLINE, CARD)
LOUD = f"{NAME}住{STREET}，证号{IDENTITY}，手机{PHONE}，座机{LANDLINE}，车{PLATE}，信箱{MAIL}，账号{CARD}。"
PERSON = {
    "party_kind": "自然人", "party_name": NAME, "party_credit_code": None, "legal_representative": None,
    "party_id_number": IDENTITY, "party_phone": PHONE, "party_address": f"洛阳市西工区{STREET}",
    "asked_person": NAME, "asked_id_number": IDENTITY, "asked_phone": PHONE,
}  # fmt: skip
FREE_TEXT = {
    "register_source": {"source_summary": LOUD},
    "request_filing": {"suspected_violation": LOUD},
    "inspect": {"inspection_findings": LOUD},
    "conclude_investigation": {
        "case_name": f"{NAME}经营案", "violation_facts": LOUD, "discretion_reasons": LOUD,
        "sanctions": [{"kind": "罚款", "amount": 500000, "text": f"处罚款五千元，{LOUD}"}],
    },
    "decide": {"decision_reasons": LOUD},
    "withdraw_publication": {"withdrawal_cause": "撤销", "withdrawal_ground": f"复议决定撤销。{LOUD}"},
}  # fmt: skip

OTHER = "门户演示红商行"
SUPPLIER = {
    "conclude_investigation": {"violation_facts": f"经查，当事人销售的面包购自{OTHER}，属实。"},
    "decide": {"decision_reasons": f"当事人能够说明进货来源（{OTHER}）。"},
    "prepare_publication": {
        "mask_choices": [
            {"text": OTHER, "choice": "遮蔽", "sort": "商业秘密", "reason": "供货商的名称是当事人的商业秘密"}
        ]
    },
}
"""A company that is public in its own case and must not be named in this one."""


@pytest.fixture(scope="session")
def site(opened_theatre: Theatre, django_db_blocker: Any) -> dict[str, str]:
    """Published: four companies, one of them with the name of another hidden, and one person; withdrawn: one person; one case decided and not yet published."""
    theatre = opened_theatre
    with django_db_blocker.unblock():
        companies = [
            theatre.played(start=day, fill={"party_name": f"门户演示{name}商行", "act_of": f"{name}食品案", **code})
            for name, day, code in (
                ("红", "2024-03-04", {"party_credit_code": "91410300MA7JH4BX0U"}),
                ("黄", "2024-06-03", {}),
                ("蓝", "2025-02-10", {}),
            )
        ]
        person = theatre.played(start="2025-02-17", fill=PERSON, facts=FREE_TEXT)
        withdrawn = theatre.played("revoked", start="2025-03-03", fill=PERSON, facts=FREE_TEXT)
        unseen = theatre.played(before="publish", start="2025-03-10", fill={"party_name": "门户演示未公示商行"})
        shop = theatre.played(start="2025-05-12", fill={"party_name": "供货演示青商行"}, facts=SUPPLIER)
        connections.close_all()
    return {
        "shop": shop.stream,
        "red": companies[0].stream, "yellow": companies[1].stream, "blue": companies[2].stream,
        "person": person.stream, "withdrawn": withdrawn.stream, "unseen": unseen.stream,
    }  # fmt: skip


@pytest.fixture
def ask(site: dict[str, str], theatre: Theatre) -> Any:
    """Asks for a page as anybody may; the case database is not asked at all, the portal's within its budget."""

    def asked(address: str, status: int = 200) -> str:
        with (
            CaptureQueriesContext(connections["default"]) as staff,
            CaptureQueriesContext(connections["portal"]) as public,
        ):
            answer = Client().get(address)
        assert answer.status_code == status, address
        assert len(staff) == 0, "a public page asks the portal's own connection only"
        assert len(public) <= QUERIES_MAX
        assert not answer.cookies, "nobody is followed"
        headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        assert status == 400 or "default-src 'none'" in headers
        return f"{headers}\n{answer.content.decode()}"

    return asked
