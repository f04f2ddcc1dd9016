"""A busy counterpart: opens cases and asks for their filing over HTTP, and notes what was acknowledged.

`python -m tests.support.busy URL KEY FILE ACTS OFFICER OFFICER`: goes on until so many acts were acknowledged. Whatever
breaks on the way (no connection, no answer, an error of the server) is not repeated: nobody knows whether it was done.
"""

from __future__ import annotations

import http.client
import itertools
import json
import sys
import time
from typing import Any
from urllib.parse import urlsplit


def main(url: str, key: str, file: str, acts: int, officers: list[str]) -> None:
    place = urlsplit(url).netloc
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    asked = acknowledged = 0
    stream = ""
    with open(file, "a", encoding="utf-8") as notes:
        for nth in itertools.count(1):
            if acknowledged >= acts:
                break
            address, body = (
                (f"/api/v1/cases/{stream}/acts/request_filing", filing(officers))
                if stream
                else ("/api/v1/cases", opening(officers, f"{key[-6:]}-{nth}"))
            )
            asked += 1
            told = ask(place, address, headers, body)
            if told is None:
                stream = ""
                time.sleep(0.05)
                continue
            acknowledged += 1
            notes.write(json.dumps({"stream": told["stream"], "seq": told["version"], "event": told["events"][0]}))
            notes.write("\n")
            notes.flush()
            stream = "" if stream else told["stream"]
        notes.write(json.dumps({"asked": asked}) + "\n")


def ask(place: str, address: str, headers: dict[str, str], body: dict[str, Any]) -> dict[str, Any] | None:
    """The answer of an act that was done; None where nobody knows. A refusal is a fault of the test."""
    connection = http.client.HTTPConnection(place, timeout=30)
    try:
        connection.request("POST", address, json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    if answer.status in (200, 201):
        return dict(json.loads(text))
    if answer.status < 500:
        sys.exit(f"{answer.status} {text.decode()}")
    return None


def opening(officers: list[str], name: str) -> dict[str, Any]:
    facts = {
        "source_kind": "监督检查",
        "source_on": time.strftime("%Y-%m-%d"),
        "source_summary": f"巡查中发现（演示 {name}）。",
        "party_kind": "法人及非法人组织",
        "party_name": f"演示{name}有限公司",
        "party_credit_code": "91410300MA7JH4BX0U",
    }
    return {
        "act": "register_source", "category": "处罚", "procedure": "penalty.ordinary", "department": "enforcement",
        "facts": facts, "officers": officers,
    }  # fmt: skip


def filing(officers: list[str]) -> dict[str, Any]:
    facts = {
        "suspected_violation": "现场有在售商品和进货单据（演示）。",
        "suspected_basis": [{"law": "食品安全法（演示引用，须核定）", "article": "第六十七条"}],
        "violation_ended_on": time.strftime("%Y-%m-%d"),
    }
    return {"facts": facts, "officers": officers, "expected": 1}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5:])
