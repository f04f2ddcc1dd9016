"""What a registrar can do, as data: which fields it asks, which event it becomes, what would make no sense.

The law is not here: whether an act may be done at all is asked of the gates by the write path."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import Any

from sanxiang.casework.inspectee_models import InspecteeRow
from sanxiang.casework.inspecting import items_on
from sanxiang.core.events import Event, inspectee, registry
from sanxiang.core.gates import entrusting
from sanxiang.core.gates.inspectees import CODE, ENTERPRISES
from sanxiang.core.gates.retaining import OWN_END
from sanxiang.core.registers import Agency, Inspectee, Item, Officer
from sanxiang.core.registers.inspectees import items_in
from sanxiang.core.rulebook import Library
from sanxiang.core.values import caps, chinese_date
from sanxiang.store.runtime import current

from . import queries
from .fields import Field, Typed, fact_field
from .history import EXAMS
from .importing.agencies import free_id
from .importing.sheets import AGENCIES, FACTS, FUNCTIONS, INSPECTEES, ITEMS, OFFICERS
from .projections import EXAM

BASIC = {"agency_person_names": "姓加某", "agency_full_text": ["只公示基本要素"]}
"""What an agency settles about its disclosure, from a day on: so where it chooses nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a form is about: the agency whose register it is, and the officer, item or object of inspection where it is
    one's."""

    library: Library
    today: date
    agency: Agency
    officer: Officer | None = None
    item: Item | None = None
    inspectee: Inspectee | None = None
    code: str = ""

    @property
    def stream(self) -> str:
        return next((one.id for one in (self.officer, self.item, self.inspectee) if one), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """`kind` of the register; `opens` a new subject; `dated` where it asks on which day it happened."""

    id: str
    kind: str
    name: str
    fields: Callable[[Subject], Iterator[Field]]
    event: Callable[[Subject, Typed], Event]
    sense: Callable[[Subject, Mapping[str, Any]], Iterator[tuple[str, str]]] = lambda subject, values: iter(())
    opens: bool = False
    dated: str = ""

    def form(self, subject: Subject) -> list[Field]:
        fields = list(self.fields(subject))
        if self.dated:
            fields.append(Field(id="on", label=self.dated, type="day", required=True, value=subject.today.isoformat()))
        return fields

    def problems(self, subject: Subject, values: Mapping[str, Any]) -> dict[str, str]:
        """What makes no sense, by field."""
        found = dict(self.sense(subject, values))
        if values.get("on", "") > subject.today.isoformat():
            found.setdefault("on", "还没有到这一天")
        return found


def _facts(names: tuple[str, ...], required: tuple[str, ...] = ()) -> Callable[[Subject], Iterator[Field]]:
    def fields(s: Subject) -> Iterator[Field]:
        held: Mapping[str, Any] = s.officer.facts if s.officer else s.item.facts if s.item else {}
        for name in names:
            yield fact_field(s.library.dictionary, name, required=name in required, value=held.get(name, ""))

    return fields


ENTRUSTED = ("agency_entrusting", "agency_entrusting_kind", *entrusting.LETTER[1:])
"""What is asked of the letter of an entrusted body (委托书)."""

INSPECTING = (caps.OWN, "agency_door_scan")
"""What an agency published or settled for its inspections of enterprises."""
OWN = ("agency_county", OWN_END)
"""In which county it stands, and what it settled for the end of a file's period."""


def _agency_fields(s: Subject) -> Iterator[Field]:
    for name in (*AGENCIES.facts, *ENTRUSTED, *INSPECTING, *OWN):
        required = name in AGENCIES.facts and AGENCIES.column(name).required
        yield fact_field(s.library.dictionary, name, required=required, value=s.agency.facts.get(name, ""))


def _new_agency_fields(s: Subject) -> Iterator[Field]:
    for name in AGENCIES.facts:
        yield fact_field(s.library.dictionary, name, required=AGENCIES.column(name).required)


def _disclosure_fields(s: Subject) -> Iterator[Field]:
    for name in BASIC:
        yield fact_field(s.library.dictionary, name, value=s.agency.facts.get(name, ""))


def _only_changed(held: Mapping[str, Any], form: Typed) -> dict[str, Any]:
    return {name: value for name, value in form.facts().items() if held.get(name) != value}


def _something_changed(held: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    names = [name for name in values if (name != "on" and name in held) or name.startswith(FACTS)]
    if all(held.get(name) == values[name] for name in names):
        yield names[0] if names else "on", "没有改动"


def _mark_sense(values: Mapping[str, Any], own: str = "") -> Iterator[tuple[str, str]]:
    """Who has the mark already is told before the table of agencies refuses it."""
    if other := queries.marked(str(values.get("agency_mark", "")), own):
        yield "agency_mark", f"已由“{other}”使用，文号会重复"


def _departments(s: Subject) -> tuple[tuple[str, str], ...]:
    return tuple((part.id, part.name) for part in s.agency.departments.values() if part.exists(s.today))


def _department_fields(s: Subject) -> Iterator[Field]:
    yield fact_field(s.library.dictionary, "department_name", required=True)
    options = tuple(FUNCTIONS.items())
    yield Field(id="functions", label="职能", type="choices", options=options, help="可以选几项")
    yield fact_field(s.library.dictionary, "department_duties")


def _department_sense(s: Subject, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if values.get("department_name") in {name for _, name in _departments(s)}:
        yield "department_name", "已有同名的内设机构"


def _end_department_fields(s: Subject) -> Iterator[Field]:
    yield Field(id="department", label="内设机构", type="choice", required=True, options=_departments(s))


def _end_department_sense(s: Subject, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "department" in values and queries.posts_held(s.agency.id, "", values["department"], s.today):
        yield "department", "还有人员在这个机构任职，请先免职或者改任"


def _person_sense(s: Subject, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    number = values.get("officer_id_number")
    if number and queries.known_person(current().sealer.party_token(number), s.stream):
        yield "officer_id_number", "这个号码的人员已经在册"


def _change_person_sense(s: Subject, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from _person_sense(s, values)
    if s.officer:
        yield from _something_changed(s.officer.facts, values)


def _exam_fields(s: Subject) -> Iterator[Field]:
    yield Field(id="exam", label="考试", type="choice", required=True, options=tuple(EXAMS.items()), value=EXAM)


def _exam_sense(s: Subject, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    passed = s.officer.exams.get(values.get("exam", "")) if s.officer else None
    if passed:
        yield "exam", f"已登记{chinese_date(passed)}合格"


def _training_fields(s: Subject) -> Iterator[Field]:
    yield Field(id="training", label="培训名称", required=True, limit=100)
    yield Field(id="hours", label="学时", type="choice", options=tuple((str(n), str(n)) for n in range(1, 201)))


def _certificate_fields(s: Subject) -> Iterator[Field]:
    issuers = s.library.on(s.agency.jurisdiction, s.today).setting("certificate_issuers", ())
    named = issuers if isinstance(issuers, tuple) else (str(issuers),)
    yield Field(id="number", label="执法证号", required=True, limit=40)
    yield Field(id="issuer", label="发证机关", limit=100, help="、".join(named))
    yield Field(id="valid_from", label="发证日期", type="day", required=True, value=s.today.isoformat())
    yield Field(id="valid_until", label="有效期至", type="day", required=True)


def _certificate_sense(s: Subject, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    number, first, last = (values.get(name, "") for name in ("number", "valid_from", "valid_until"))
    if first > s.today.isoformat():
        yield "valid_from", "还没有到这一天"
    if last and last < first:
        yield "valid_until", "早于发证日期"
    if number and queries.holds_certificate(number.upper(), s.stream):
        yield "number", "已登记在另一名人员名下"
    passed = s.officer.exams.get(EXAM) if s.officer else None
    if passed and first and first < passed.isoformat():
        yield "valid_from", f"早于执法资格考试合格日期{chinese_date(passed)}"


def _suspend_fields(s: Subject) -> Iterator[Field]:
    cards = [card for card in (s.officer.certificates if s.officer else ()) if card.suspended_on is None]
    options = tuple((card.number, f"{card.number}（至{chinese_date(card.valid_until)}）") for card in cards)
    yield Field(id="number", label="执法证", type="choice", required=True, options=options)


def _appoint_fields(s: Subject) -> Iterator[Field]:
    yield Field(id="post", label="岗位", type="choice", required=True, options=tuple(s.library.posts.items()))
    yield Field(id="department", label="内设机构", type="choice", required=True, options=_departments(s))
    yield Field(id="first_time", label="初次从事法制审核", type="flag")


def _held(s: Subject) -> list[Any]:
    return [post for post in (s.officer.posts if s.officer else ()) if post.until is None]


def _appoint_sense(s: Subject, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if any((held.post, held.department) == (values.get("post"), values.get("department")) for held in _held(s)):
        yield "post", "已任这个岗位"
    if values.get("first_time") and values.get("post") != "reviewer":
        yield "first_time", "只有法制审核人员选这一项"


def _end_post_fields(s: Subject) -> Iterator[Field]:
    names = {part.id: part.name for part in s.agency.departments.values()}
    options = tuple(
        (f"{held.post}@{held.department}", names.get(held.department, held.department) + s.library.posts[held.post])
        for held in _held(s)
    )
    yield Field(id="held", label="岗位", type="choice", required=True, options=options)


def _end_post(s: Subject, form: Typed) -> Event:
    post, _, department = form.values["held"].partition("@")
    return registry.PostEnded(post=post, department=department)


def _item_fields(s: Subject) -> Iterator[Field]:
    yield Field(id="code", label="事项编码", required=True, limit=60)
    yield Field(id="category", label="类别", type="choice", required=True, options=tuple(s.library.categories.items()))
    for name in ITEMS.facts:
        yield fact_field(s.library.dictionary, name, required=ITEMS.column(name).required)


def _item_sense(s: Subject, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    code = values.get("code", "")
    if code and queries.items_among([s.agency.id]).filter(code=code.upper()).exists():
        yield "code", "这个编码的事项已经在清单上"


def _inspectee_fields(s: Subject) -> Iterator[Field]:
    """Its code is asked once: another code is another object."""
    for name in INSPECTEES.facts:
        if name == CODE and s.inspectee:
            continue
        column, held = INSPECTEES.column(name), s.inspectee.facts.get(name, "") if s.inspectee else ""
        one = fact_field(s.library.dictionary, name, required=column.required or name == "party_kind", value=held)
        options = tuple((kind, kind) for kind in ENTERPRISES) if name == "party_kind" else one.options
        yield replace(one, label=column.label, options=options)


def _inspectee_sense(s: Subject, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    known = items_on(s.agency, s.today)
    strange = [name for name in items_in(values.get("inspectee_items", "")) if name not in known]
    if strange:
        yield "inspectee_items", f"事项清单里没有“{'”“'.join(strange)}”；现有：{'、'.join(known) or '无'}"
    if s.inspectee:
        yield from _something_changed(s.inspectee.facts, values)
    elif InspecteeRow.objects.filter(agency=s.agency.id, code=values.get(CODE, ""), seq=1).exists():
        yield CODE, "这家已经列入过名录库，到“检查对象”里查找它"


def _without_left(held: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in held.items() if name != "inspectee_left"}


def _remove_inspectee_fields(s: Subject) -> Iterator[Field]:
    yield fact_field(s.library.dictionary, "inspectee_left", required=True)


ACTS: dict[str, Act] = {
    act.id: act
    for act in (
        Act(id="register_agency", kind="agency", name="登记机关", opens=True, fields=_new_agency_fields,
            event=lambda s, f: registry.AgencyRegistered(jurisdiction=s.agency.jurisdiction, facts=f.facts()),
            sense=lambda s, v: _mark_sense(v)),
        Act(id="change_agency", kind="agency", name="更改机关信息", fields=_agency_fields,
            event=lambda s, f: registry.AgencyChanged(facts=_only_changed(s.agency.facts, f)),
            sense=lambda s, v: chain(_something_changed(s.agency.facts, v), _mark_sense(v, s.agency.id))),
        Act(id="set_disclosure", kind="agency", name="设定公示方式", dated="从哪天起", fields=_disclosure_fields,
            event=lambda s, f: registry.AgencyChanged(facts={**BASIC, **f.facts()})),
        Act(id="add_department", kind="agency", name="登记内设机构", dated="设立日期",
            fields=_department_fields, sense=_department_sense,
            event=lambda s, f: registry.DepartmentRegistered(
                department=free_id(s.agency.departments), functions=tuple(f.values.get("functions", ())),
                facts=f.facts())),
        Act(id="end_department", kind="agency", name="撤销内设机构", dated="撤销日期",
            fields=_end_department_fields, sense=_end_department_sense,
            event=lambda s, f: registry.DepartmentEnded(department=f.values["department"])),
        Act(id="register_officer", kind="officer", name="登记人员", opens=True,
            fields=_facts(OFFICERS.facts, ("officer_name", "officer_id_number")), sense=_person_sense,
            event=lambda s, f: registry.OfficerRegistered(agency=s.agency.id, facts=f.facts())),
        Act(id="change_officer", kind="officer", name="更改人员信息",
            fields=_facts(OFFICERS.facts, ("officer_name",)), sense=_change_person_sense,
            event=lambda s, f: registry.OfficerChanged(facts=_only_changed(s.officer.facts if s.officer else {}, f))),
        Act(id="pass_exam", kind="officer", name="登记考试合格", dated="合格日期", fields=_exam_fields,
            sense=_exam_sense, event=lambda s, f: registry.ExamPassed(exam=f.values["exam"])),
        Act(id="complete_training", kind="officer", name="登记培训", dated="完成日期", fields=_training_fields,
            event=lambda s, f: registry.TrainingCompleted(
                training=f.values["training"], hours=int(f.values.get("hours", 0)))),
        Act(id="issue_certificate", kind="officer", name="颁发执法证", fields=_certificate_fields,
            sense=_certificate_sense,
            event=lambda s, f: registry.CertificateIssued(
                number=f.values["number"].upper(), valid_from=f.values["valid_from"],
                valid_until=f.values["valid_until"], issuer=f.values.get("issuer", ""))),
        Act(id="suspend_certificate", kind="officer", name="停用执法证", dated="停用日期", fields=_suspend_fields,
            event=lambda s, f: registry.CertificateSuspended(number=f.values["number"])),
        Act(id="appoint", kind="officer", name="任职", dated="任职日期", fields=_appoint_fields, sense=_appoint_sense,
            event=lambda s, f: registry.PostAppointed(
                post=f.values["post"], department=f.values["department"],
                first_time=bool(f.values.get("first_time")))),
        Act(id="end_post", kind="officer", name="免职", dated="免职日期", fields=_end_post_fields, event=_end_post),
        Act(id="leave", kind="officer", name="离任", dated="离任日期", fields=lambda s: iter(()),
            event=lambda s, f: registry.OfficerLeft()),
        Act(id="list_item", kind="item", name="列入事项", opens=True, dated="列入日期", fields=_item_fields,
            sense=_item_sense,
            event=lambda s, f: registry.ItemListed(
                item=f.values["code"].upper(), agency=s.agency.id, category=f.values["category"], facts=f.facts())),
        Act(id="change_item", kind="item", name="更改事项信息",
            fields=_facts(ITEMS.facts, ("item_name", "item_basis")),
            sense=lambda s, v: _something_changed(s.item.facts if s.item else {}, v),
            event=lambda s, f: registry.ItemChanged(facts=_only_changed(s.item.facts if s.item else {}, f))),
        Act(id="remove_item", kind="item", name="移出清单", dated="移出日期", fields=lambda s: iter(()),
            event=lambda s, f: registry.ItemRemoved(item=s.code)),
        Act(id="list_inspectee", kind="inspectee", name="列入检查对象", opens=True, dated="列入日期",
            fields=_inspectee_fields, sense=_inspectee_sense,
            event=lambda s, f: inspectee.InspecteeListed(agency=s.agency.id, facts=f.facts())),
        Act(id="change_inspectee", kind="inspectee", name="更改检查对象信息", fields=_inspectee_fields,
            sense=_inspectee_sense,
            event=lambda s, f: inspectee.InspecteeChanged(
                facts=_only_changed(s.inspectee.facts if s.inspectee else {}, f))),
        Act(id="remove_inspectee", kind="inspectee", name="移出名录库", dated="移出日期",
            fields=_remove_inspectee_fields, event=lambda s, f: inspectee.InspecteeRemoved(facts=f.facts())),
        Act(id="list_again", kind="inspectee", name="重新列入名录库", dated="列入日期", fields=lambda s: iter(()),
            event=lambda s, f: inspectee.InspecteeListed(
                agency=s.agency.id, facts=_without_left(s.inspectee.facts if s.inspectee else {}))),
    )
}  # fmt: skip
"""Every act by its id."""
