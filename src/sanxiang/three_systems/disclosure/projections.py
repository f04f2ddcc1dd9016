"""From the events of a case to what the public may read of it: a pure function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sanxiang.casework.projections import library, reckoned
from sanxiang.core.casefile import CaseFile, fold
from sanxiang.core.events import Recorded
from sanxiang.core.gates.fulltext import texts_of
from sanxiang.core.registers import fold_agency, fold_officer
from sanxiang.core.values import legal_day
from sanxiang.core.values.searching import keys, plain
from sanxiang.store.projecting import Projection, Rows
from sanxiang.store.projecting import register as register_projection

from .counting import DECIDED, gone_of, number_row
from .models import LICENCE

SEARCHED = ("执法主体", "执法对象", "统一社会信用代码", "决定文号", "违法事实", "处罚依据", "执法依据", "执法结论")
NOTICE = ("执法主体", "决定文号", "执法类别")


def register() -> None:
    register_projection(Projection(name="published", stream_kinds=("case",), tables=("published",), rows=rows))
    register_projection(
        Projection(name="published_numbers", stream_kinds=("case",), tables=("numbered_decision",), rows=number_rows)
    )
    register_projection(
        Projection(name="corrected_papers", stream_kinds=("case",), tables=("corrected_paper",), rows=corrected_rows)
    )
    register_projection(
        Projection(
            name="public_certificates",
            stream_kinds=("officer",),
            tables=("public_certificate",),
            rows=certificate_rows,
        )
    )
    register_projection(
        Projection(name="public_agencies", stream_kinds=("agency",), tables=("public_agency",), rows=agency_rows)
    )
    register_projection(
        Projection(
            name="published_catalogues",
            stream_kinds=("agency",),
            tables=("published_catalogue",),
            rows=catalogue_rows,
        )
    )


def agency_rows(stream: str, events: Sequence[Recorded]) -> Rows:
    """The name under which the public knows an agency."""
    agency = fold_agency(events)
    return {"public_agency": [{"stream": stream, "jurisdiction": agency.jurisdiction, "name": agency.name}]}


def certificate_rows(stream: str, events: Sequence[Recorded]) -> Rows:
    """The certificates that an officer ever held; without a name there is nothing to show."""
    officer = fold_officer(events)
    return {
        "public_certificate": [
            {
                "id": f"{stream}/{card.number}",
                "stream": stream,
                "agency": officer.agency,
                "name": officer.name,
                "name_key": plain(officer.name),
                "number": card.number,
                "number_key": plain(card.number),
                "valid_from": card.valid_from,
                "valid_until": card.valid_until,
                "suspended_on": card.suspended_on,
                "left_on": officer.left_on,
            }
            for card in (officer.certificates if officer.name else ())
        ]
    }


def rows(stream: str, events: Sequence[Recorded]) -> Rows:
    """The public row of a case; none where nothing was published."""
    last = {recorded.kind: recorded for recorded in events}
    if "publication.published" not in last:
        return {"published": []}
    case = fold(events)
    withdrawn = gone_of(last) if case.withdrawn else None
    return {"published": [notice(case, last, withdrawn) if withdrawn else page(case, last, events)]}


def corrected_rows(stream: str, events: Sequence[Recorded]) -> Rows:
    """Every correction of a numbered paper of the case."""
    named, case = {one.id: one for one in events}, fold(events)
    found = []
    for one in case.corrections:
        paper, notice = named[one.paper].event.documents[one.index], named[one.event]
        found.append({
            "id": one.event, "stream": stream, "agency": case.agency, "template": str(paper["template"]),
            "number": str(paper["number"]), "notice": one.number, "corrected_on": legal_day(notice.occurred_at),
            "lines": list(dict.fromkeys(str(row["line"]) for row in one.rows)),
        })  # fmt: skip
    return {"corrected_paper": found}


def corrections(events: Sequence[Recorded]) -> list[dict[str, Any]]:
    """What was corrected since the decision was last published, and what was looked into and left as it is, the latest
    first."""
    since = max(one.seq for one in events if one.kind == "publication.published")
    kinds = ("publication.corrected", "publication.upheld")
    found = [one for one in events if one.kind in kinds and one.seq > since]
    return [
        {
            "on": legal_day(one.occurred_at).isoformat(),
            "note": getattr(one.event, "note", "") or getattr(one.event, "answer", ""),
            "changes": [dict(change) for change in getattr(one.event, "changes", ())],
        }
        for one in reversed(found)
    ]


def number_rows(stream: str, events: Sequence[Recorded]) -> Rows:
    """The number of a case that was decided, and where its publication stands."""
    if not any(recorded.kind in DECIDED for recorded in events):
        return {"numbered_decision": []}
    reckoning = reckoned(events)
    row = number_row(reckoning.case, events, reckoning.duties, library().posts)
    return {"numbered_decision": [row] if row else []}


def catalogue_rows(stream: str, events: Sequence[Recorded]) -> Rows:
    """Every edition of every list of major decisions that was published; those before stay, with the day they ended."""
    agency = fold_agency(events)
    found = []
    for department, catalogue in agency.catalogues.items():
        published = [one for one in catalogue.editions if one.published_on]
        later = [*(one.published_on for one in published[1:]), None]
        part = agency.departments.get(department)
        for edition, replaced_on in zip(published, later, strict=False):
            found.append(
                {
                    "id": f"{stream}/{department}/{edition.number}",
                    "stream": stream,
                    "jurisdiction": agency.jurisdiction,
                    "agency_name": agency.name,
                    "department": department,
                    "department_name": part.name if part else department,
                    "number": edition.number,
                    "receipt": edition.receipt,
                    "filed_on": edition.filed_on,
                    "published_on": edition.published_on,
                    "replaced_on": replaced_on,
                    "entries": [dict(entry) for entry in edition.entries],
                }
            )
    return {"published_catalogue": found}


def page(case: CaseFile, last: Mapping[str, Recorded], events: Sequence[Recorded]) -> dict[str, Any]:
    public = dict(case.public or {})
    full = dict(case.public_full)
    said = [str(public[name]) for name in SEARCHED if public.get(name)]
    said += [text for text in texts_of(library().dictionary, full).values() if text not in said]
    text = "\n".join(map(plain, said))
    published, corrected = last["publication.published"], last.get("publication.corrected")
    return {
        **common(case, last, public),
        **about_earlier(case),
        "until": getattr(published.event, "until", "") or None,
        "corrected_on": legal_day(corrected.occurred_at) if corrected and corrected.seq > published.seq else None,
        "withdrawn_on": None,
        "withdrawn_cause": "",
        "public": public,
        "full": full,
        "corrections": corrections(events),
        "text": text,
        "pairs": keys(text),
    }


def notice(case: CaseFile, last: Mapping[str, Recorded], withdrawn: Recorded) -> dict[str, Any]:
    """What stands after withdrawal: that it was withdrawn, when and why; nothing of its content."""
    public = {name: value for name, value in (case.public or {}).items() if name in NOTICE}
    if ground := getattr(withdrawn.event, "ground", ""):
        public["撤下理由"] = ground
    return {
        **common(case, last, public),
        "earlier": "",
        "became": "",
        "until": None,
        "corrected_on": None,
        "withdrawn_on": legal_day(withdrawn.occurred_at),
        "withdrawn_cause": case.withdrawn,
        "public": public,
        "full": {},
        "corrections": [],
        "text": "",
        "pairs": [],
    }


def about_earlier(case: CaseFile) -> dict[str, str]:
    """The licence that a decision changes, renews or ends, and what becomes of it; nothing where it was refused."""
    number, became = str(case.facts.get("licence_decision") or ""), str(case.facts.get("licence_action") or "")
    made = case.category == LICENCE and case.decision is not None and case.decision.kind == "decision.made"
    return {"earlier": number, "became": became} if made and number else {"earlier": "", "became": ""}


def common(case: CaseFile, last: Mapping[str, Recorded], public: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "stream": case.id,
        "jurisdiction": case.jurisdiction,
        "agency": case.agency,
        "agency_name": str(public.get("执法主体", "")),
        "category": case.category,
        "number": case.decision_number,
        "decided_on": legal_day(case.decision.occurred_at) if case.decision else None,
        "published_on": legal_day(last["publication.published"].occurred_at),
        "place": getattr(last["publication.published"].event, "place", ""),
    }
