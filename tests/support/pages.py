"""Sections of an agency's public page, taken through their moves by whoever makes them."""

from __future__ import annotations

from typing import Any

from django.test import Client

TEXTS = {
    "duties": "负责本地市场监督管理领域的行政执法。", "powers": "行政处罚、行政强制、行政检查。",
    "basis": "《中华人民共和国行政处罚法》《中华人民共和国食品安全法》", "remedies": "六十日内申请行政复议，六个月内提起行政诉讼。",
    "supervision": "接受人大、监察机关和社会监督。", "complaints": "电话 12315，政务服务大厅一楼。",
}  # fmt: skip
ROWS = {
    "spot_checks": [{"name": "食品经营检查", "subject": "食品经营者", "basis": "《食品安全法》第一百一十条"}],
    "plan": [{"name": "法律援助机构检查", "subject": "法律服务所", "time": "每季度一次"}],
    "discretion": [
        {"name": "未按规定建立查验制度", "basis": "《食品安全法》第一百二十六条", "circumstances": "初次违法", "range": "警告"}
    ],
}  # fmt: skip
FACT = {
    "duties": "agency_duties", "powers": "agency_powers", "basis": "agency_basis", "remedies": "agency_remedies",
    "supervision": "agency_supervision", "complaints": "page_complaints", "spot_checks": "page_spot_checks",
    "plan": "page_plan", "discretion": "page_discretion", "boards": "page_boards",
}  # fmt: skip
HANDS = {
    "luoyang": {"collect": "zhang", "forward": "unit", "approve": "checker", "issue": "publisher", "return": "checker"},
    "elsewhere": {
        "collect": "officer", "forward": "unit", "approve": "checker", "issue": "checker", "return": "checker",
    },
}  # fmt: skip


def place(theatre: Any, agency: str, section: str, move: str = "") -> str:
    base = f"/disclosure/pages/{theatre.people[agency]['']}/{section}/"
    return f"{base}{move}/" if move else base


def hand(theatre: Any, agency: str, move: str) -> Client:
    return client(theatre, HANDS.get(agency, HANDS["elsewhere"])[move], agency)


def client(theatre: Any, role: str, agency: str) -> Client:
    found = Client()
    found.force_login(theatre.account(role, agency))
    return found


def typed(section: str, content: Any = None, **more: Any) -> dict[str, Any]:
    """What a browser sends for the content of a section; nothing for one that the registers hold."""
    content = content if content is not None else TEXTS.get(section) or ROWS.get(section)
    if content is None:
        return more
    if isinstance(content, str):
        return {FACT[section]: content, **more}
    cells = {f"{FACT[section]}.{at}.{key}": value for at, row in enumerate(content) for key, value in row.items()}
    return {**cells, **more}


def make(theatre: Any, agency: str, section: str, move: str, data: dict[str, Any] | None = None) -> Any:
    return hand(theatre, agency, move).post(place(theatre, agency, section, move), data or {})


def walk(theatre: Any, agency: str, section: str, content: Any = None, **more: Any) -> None:
    """All four moves."""
    answer = make(theatre, agency, section, "collect", typed(section, content, **more))
    assert answer.status_code == 302, answer.content.decode()
    for move in ("forward", "approve", "issue"):
        answer = make(theatre, agency, section, move)
        assert answer.status_code == 302, (move, answer.content.decode())
