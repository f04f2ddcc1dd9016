"""An activity that must not be recorded, asked from the phone: ground, reason, approver; without a net too."""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sanxiang.core.casefile import fold_recording
from sanxiang.store import reading
from sanxiang.three_systems.recording.models import ArrivedAct, RecordingRow

from .browsing import shot, until
from .conftest import BASE

NOW = timezone.now
FACTS = {"exempt_ground": "易燃易爆", "exempt_reason": "加油站卸油区，禁用电子设备"}


@pytest.fixture
def scene(theatre: Any) -> Any:
    theatre.everywhere()
    return theatre.played("ordinary", agency="changning", before="inspect")


@pytest.fixture
def officer(theatre: Any, scene: Any) -> Client:
    client = Client()
    client.force_login(theatre.account("officer", "changning"))
    return client


def packed(client: Client) -> Any:
    return client.get(f"{BASE}package").json()["body"]


def put(client: Client, path: str, told: dict[str, Any]) -> Any:
    return client.put(f"{BASE}{path}", json.dumps(told), content_type="application/json", headers={"X-Capture": "1"})


def asked(scene: Any, rule: Any, **other: Any) -> dict[str, Any]:
    """What the phone sends; `rule` the package that it holds."""
    approver = rule["exempt"]["approvers"][0]["id"]
    return {"pass": rule["pass"], "case": scene.stream, "act": "inspect", "facts": FACTS, "approver": approver,
            "asked_at": (NOW() - timedelta(minutes=5)).isoformat(), "contact": None, **other}  # fmt: skip


@pytest.mark.clauses("CN-09")
def test_what_is_asked_comes_in_once_as_of_its_time_and_only_whole(theatre: Any, scene: Any, officer: Client) -> None:
    pack = packed(officer)
    rule = pack["exempt"]
    assert "易燃易爆" in rule["grounds"]
    assert rule["law"]
    approver, key = rule["approvers"][0]["id"], uuid.uuid4()
    told = asked(scene, pack)
    assert [put(officer, f"exempt/{key}", told).status_code for _ in range(2)] == [200, 200]
    one = fold_recording(reading.load(theatre.connection, str(key)))
    assert (one.sort, one.state, one.version, one.approver) == ("exemption", "asked", 1, approver)
    assert one.began == datetime.fromisoformat(told["asked_at"])
    assert one.facts == FACTS
    task = next(one for one in packed(officer)["tasks"] if one["case"] == scene.stream)
    assert task["exempt"] == {"inspect": "asked"}
    for wrong, text in (
        ({"facts": {"exempt_ground": "易燃易爆"}}, "免予录音录像的理由"),
        ({"facts": FACTS | {"exempt_ground": "太远"}}, "易燃易爆、无菌"),
        ({"approver": str(theatre.account("officer", "changning").officer)}, "批准"),
    ):
        refused = put(officer, f"exempt/{uuid.uuid4()}", asked(scene, pack) | wrong)
        assert refused.status_code == 422
        assert text in refused.json()["text"]


@pytest.mark.clauses("CN-09")
def test_nobody_asks_for_a_case_of_another_agency_or_under_the_number_of_another(
    theatre: Any, scene: Any, officer: Client
) -> None:
    pack, key = packed(officer), uuid.uuid4()
    other = Client()
    other.force_login(theatre.account("zhang"))
    assert put(other, f"exempt/{key}", asked(scene, pack)).status_code == 403
    assert put(officer, f"exempt/{key}", asked(scene, pack)).status_code == 200
    assert put(other, f"exempt/{key}", asked(scene, packed(other) | {"exempt": pack["exempt"]})).status_code == 409
    assert put(Client(), f"exempt/{key}", asked(scene, pack)).status_code == 401
    for broken in ({}, asked(scene, pack, approver="nobody"), asked(scene, pack, asked_at="gestern")):
        assert put(officer, f"exempt/{uuid.uuid4()}", broken).status_code == 422
    assert RecordingRow.objects.filter(case=scene.stream, sort="exemption").count() == 1


def test_where_no_rule_exempts_the_phone_offers_nothing(theatre: Any, officer: Client) -> None:
    luoyang = Client()
    luoyang.force_login(theatre.account("zhang"))
    assert packed(luoyang)["exempt"] == {}


@pytest.mark.browser
@pytest.mark.clauses("CN-09")
@pytest.mark.journeys("recording.third-party")
def test_an_exemption_is_asked_without_a_net_shown_and_the_act_goes_on_once_it_is_approved(
    app: Any, served: Any, theatre: Any, scene: Any
) -> None:
    page = app(login=False)
    page.context.add_cookies([served.cookie(theatre.account("officer", "changning"))])
    page.reload()
    page.wait_for_selector("body[data-ready]")
    page.goto(f"{served.url}/recording/capture/#act/{scene.stream}/inspect")
    page.wait_for_selector("text=这里不能录音录像")
    served.down = True
    page.context.set_offline(True)
    page.get_by_role("link", name="申请免予录音录像").tap()
    page.get_by_role("button", name="申请", exact=True).tap()
    page.wait_for_selector("text=还缺：情形、理由")
    page.get_by_label("易燃易爆").check()
    page.fill("#x-reason", FACTS["exempt_reason"])
    approver = page.evaluate(
        "(id) => sanxiang.pack.exempt.approvers.find((one) => one.id === id)", theatre.people["changning"]["unit"]
    )
    page.select_option("#x-approver", value=approver["id"])
    shot(page, "exempt")
    page.get_by_role("button", name="申请", exact=True).tap()
    page.wait_for_selector("text=免予录音录像：等待送达")
    assert FACTS["exempt_reason"] in page.inner_text("main")
    assert approver["name"] in page.inner_text("main")
    served.down = False
    page.context.set_offline(False)
    page.evaluate("sanxiang.ask('upload')")
    row = until(lambda: RecordingRow.objects.filter(case=scene.stream, sort="exemption").first())
    page.wait_for_selector("text=免予录音录像：等待批准")
    shot(page, "exempt-asked")
    facts = {name: value for name, value in theatre.command(scene, "inspect").facts.items() if "recording_" not in name}
    page.evaluate(
        """([id, sent]) => sanxiang.ask("save", {place: "acts", name: `${id}.json`,
        data: {id, title: "", name: "现场检查", sent: {...sent, pass: sanxiang.pack.pass}, answer: null}})""",
        [str(uuid.uuid4()), {
            "case": scene.stream, "act": "inspect", "facts": facts, "recordings": [], "done_at": NOW().isoformat(),
            "officers": list(theatre.command(scene, "inspect").officers), "contact": None,
        }],
    )  # fmt: skip
    waits = until(lambda: ArrivedAct.objects.filter(case=scene.stream).exclude(state="received").first())
    assert waits.state == "refused"
    head = Client()
    head.force_login(theatre.account("unit", "changning"))
    page_of_case = f"/recording/{scene.stream}/recordings/"
    assert head.post(page_of_case, {"do": "approve", "recording": str(row.stream)}).status_code == 302
    waits.refresh_from_db()
    assert (waits.state, waits.reasons) == ("done", [])
    done = theatre.events(scene)[-1].event
    assert done.facts["recording_mode"] == "不录音录像"
    assert FACTS["exempt_reason"] in done.facts["recording_reason"]
