"""What the desk shows (办案台): every list bounded, every page a handful of queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from sanxiang.core.calendar import Calendar, Due, working_days_left
from sanxiang.core.casefile import PUBLICATION_STATES, CaseFile
from sanxiang.core.gates import Reason
from sanxiang.core.rulebook import Act, RuleSet
from sanxiang.core.values.searching import sought, words

from . import stops, telling
from .access import Reader, scopes, visible
from .judging import Waiting, who_mends
from .models import LISTED, MARKED, NEWEST, WORST, CaseRow, CaseText, DutyRow, HandlerRow, WaitRow
from .terms import NEVER, NOT_OURS

Row = TypeVar("Row", bound=Model)

PAGE = 30
SOON = 3
SUMMARY = 90
UNUSUAL = ("从重", "减轻", "不予处罚")
STATES = {"open": "办理中", "decided": "已决定", "closed": "已结案", "archived": "已归档"}
PUBLIC = {**PUBLICATION_STATES, "": ""}
REVIEW = {"": "", "documents": "过程文书送审", "reviewing": "审核中", "passed": "审核通过", "adverse": "审核未通过"}
MARKS = {"breach": "有违规记录", "entered": "有补录", "late": "逾期后才办", "revoked": "决定被撤销"}
DUTIES = {
    "publish": "公示", "withdraw": "撤下公示", "review": "法制审核", "serve": "送达", "decide": "作出决定",
    "archive": "归档", "seal": "查封扣押期限", "preserve": "登记保存处理", "defence": "陈述申辩期",
    "hearing_request": "听证申请期", "pay": "缴纳", "court": "申请法院强制执行", "report_on_spot": "当场处罚备案",
    "accept": "受理", "hold_hearing": "组织听证", "correct_violation": "整改复查",
    "inspection_approval": "补办检查的批准", "file": "立案", "correct": "更正公示",
    "reconsideration": "申请复议期", "suit": "起诉期", "seal_approval": "补办措施批准", "transfer_decision": "移送决定",
    "document_review": "文书补送审核", "lift": "决定是否解除措施",
    "access": "答复调阅申请", "transfer": "移送", "expire": "公示期满", "urge": "催告",
    "serve_correction": "送达补正通知书", "freeze": "冻结期限",
    "answer_remedy": "答复（答辩）", "revoke": "登记撤销、变更", "tell_record": "告知监控记录",
    "police_answer": "公安机关答复", "police_refusal": "不予立案的处理", "hand_over_goods": "移交涉案物品",
    "hand_in_fine": "当场收缴的罚款交机关", "bank_fine": "罚款缴付银行",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clock:
    """A duty with the working days left, in words and as a sign."""

    row: DutyRow
    name: str
    left: int
    sign: str
    text: str

    @property
    def stops(self) -> list[str]:
        """What the clock does not count, in words."""
        return [stops.said(one) for one in self.row.stops]

    @property
    def beside(self) -> list[str]:
        """What the other clauses of the same duty say, in words: only one with a later day is the milder one; of a
        party's right the latest day binds."""
        return [compared(self.row.due_on, other["law"], date.fromisoformat(other["due"])) for other in self.row.beside]


def compared(due: date, law: str, other: date) -> str:
    if other == due:
        return f"与 {law} 同日"
    return f"比 {law} {'严' if other > due else '长'}（那里是 {other:%Y年%-m月%-d日}）"


def clock(row: DutyRow, today: date, calendar: Calendar) -> Clock:
    """How a duty stands today; what the agency does not owe does not become overdue, it ends. A day that may still
    move is told while the duty runs."""
    left = working_days_left(today, Due(row.due_on), calendar)
    provisional = row.provisional and not (row.met_at or row.excused)
    if row.met_at and row.late and row.duty in NOT_OURS:
        sign, text = "plain", "届满以后才有"
    elif row.met_at:
        sign, text = ("bad", "已逾期办理") if row.late else ("ok", "已按期办理")
    elif row.excused:
        sign, text = "plain", "依法不适用"
    elif row.due_on == NEVER:
        return Clock(row, DUTIES.get(row.duty, row.duty), left, "plain", "停止计算")
    elif row.due_on < today and row.duty in NOT_OURS:
        sign, text = "plain", f"{row.due_on:%-m月%-d日}已届满"
    else:
        sign, text = remaining(row.due_on, left, today)
    return Clock(row, DUTIES.get(row.duty, row.duty), left, sign, text + ("，暂定" if provisional else ""))


def remaining(due: date, left: int, today: date) -> tuple[str, str]:
    """What remains until a day, as a sign and in words; `left` in working days."""
    day = f"{due:%-m月%-d日}" if due.year == today.year else f"{due:%Y年%-m月%-d日}"
    if due < today:
        return "bad", f"已逾期 {-left} 个工作日（{day}到期）" if left < 0 else f"已逾期（{day}到期）"
    if due == today:
        return "bad", "今天到期"
    return "ok" if left > SOON else "warn", f"还剩 {left} 个工作日（至 {day}）"


@dataclass(frozen=True, slots=True)
class Strip:
    """Duties in three heaps: past their day, due today, due within three working days; then the next one after."""

    late: list[tuple[Clock, CaseRow]]
    today: list[tuple[Clock, CaseRow]]
    soon: list[tuple[Clock, CaseRow]]
    later: list[tuple[Clock, CaseRow]]

    @property
    def heaps(self) -> list[tuple[str, str, list[tuple[Clock, CaseRow]]]]:
        return [("已逾期", "bad", self.late), ("今天到期", "bad", self.today), ("三个工作日内", "warn", self.soon)]


def strip(clocks: Iterable[tuple[Clock, CaseRow]], today: date) -> Strip:
    heaps = Strip([], [], [], [])
    for clock, row in clocks:
        due = clock.row.due_on
        heap = heaps.late if due < today else heaps.today if due == today else heaps.soon
        (heaps.later if clock.left > SOON and due > today else heap).append((clock, row))
    return heaps


def with_clocks(rows: Sequence[CaseRow], today: date, calendar: Calendar) -> list[tuple[CaseRow, Clock | None]]:
    """Each case with the earliest duty of the agency that is still open in it."""
    open_ones = DutyRow.objects.filter(LISTED, stream__in=[row.stream for row in rows])
    found: dict[UUID, Clock] = {}
    for duty in open_ones.order_by("due_on", "id"):
        found.setdefault(duty.stream, clock(duty, today, calendar))
    return [(row, found.get(row.stream)) for row in rows]


def first(rows: QuerySet[Row], alternatives: Iterable[Q], order: Sequence[str], limit: int) -> QuerySet[Row]:
    """The first rows that one of the alternatives lets through. Each is asked for its own first rows, which an index
    gives in order; one condition with OR would read and sort all."""
    parts = [rows.filter(one).order_by(*order)[:limit] for one in alternatives]
    if len(parts) < 2:
        return parts[0] if parts else rows.none()
    return parts[0].union(*parts[1:]).order_by(*order)[:limit]


def waits_for(reader: Reader, post: str = "", limit: int = PAGE) -> list[tuple[WaitRow, CaseRow]]:
    """What waits for the posts of this reader, or for the one that he has put on; the earliest due first."""
    posts = reader.posts & {post} if post else reader.posts
    mine = [one & Q(post=post) for one in ranges(reader) for post in sorted(posts)]
    chosen = list(first(WaitRow.objects.filter(agency=reader.agency or None), mine, ("due_on", "id"), limit))
    cases = visible(reader).in_bulk([row.stream for row in chosen])
    return [(row, cases[row.stream]) for row in chosen if row.stream in cases]


def ranges(reader: Reader) -> list[Q]:
    """Whose waiting and whose duties a reader looks at: of his departments, or of the whole agency."""
    if reader.posts <= {"officer", "unit_head", "archivist"}:
        return [Q(agency=reader.agency or None, department=department) for department in sorted(reader.departments)]
    return [Q(agency=reader.agency or None)]


FOCUS = {
    "publisher": {"publish", "withdraw", "correct"}, "disclosure_checker": {"publish", "withdraw", "correct"},
    "reviewer": {"review"}, "legal_head": {"review"}, "archivist": {"archive"},
}  # fmt: skip
"""The duties that certain posts are there for; every other post looks at all."""


def focus(posts: Iterable[str]) -> frozenset[str]:
    """The duties that these posts look at; empty for all."""
    found = [FOCUS.get(post, set()) for post in posts]
    return frozenset(set().union(*found)) if all(found) else frozenset()


def duties_of(reader: Reader, *, limit: int = PAGE, after: str = "", only: Collection[str] = ()) -> list[DutyRow]:
    """The open duties of the agency (an officer's: of his departments), the earliest first. Rights of the party and
    terms that merely run are left out; `only` some duties."""
    rows = DutyRow.objects.filter(LISTED)
    mine = [Q(jurisdiction=reader.jurisdiction)] if reader.everywhere else ranges(reader)
    if only:
        mine = [one & Q(duty=duty) for one in mine for duty in sorted(only)]
    day, _, last = after.partition("_")
    with suppress(ValueError):
        on = date.fromisoformat(day)
        mine = [one & Q(due_on=on, id__gt=last) for one in mine] + [one & Q(due_on__gt=on) for one in mine]
    return list(first(rows, mine, ("due_on", "id"), limit + 1))


def court_soon(reader: Reader, rules: RuleSet, today: date) -> list[DutyRow]:
    """The last days for asking the court that come within the days of the setting, the earliest first: a right of the
    agency that is lost with its day (《行政强制法》第五十三条)."""
    days = rules.setting("court_warn_days", 0)
    if type(days) is not int or days <= 0:
        return []
    rows = DutyRow.objects.filter(LISTED, duty="court", due_on__gte=today, due_on__lte=today + timedelta(days=days))
    mine = [Q(jurisdiction=reader.jurisdiction)] if reader.everywhere else ranges(reader)
    return list(first(rows, mine, ("due_on", "id"), PAGE))


@dataclass(frozen=True, slots=True)
class Choice:
    """What a list of cases is narrowed to; every choice stands in the address."""

    query: str = ""
    state: str = ""
    category: str = ""
    stage: str = ""
    review: str = ""
    public: str = ""
    mine: bool = False
    overdue: bool = False
    mark: str = ""
    after: str = ""


def chosen(reader: Reader, choice: Choice, today: date, limit: int) -> QuerySet[CaseRow]:
    """The first cases of a choice: the newest activity first, of those with something overdue the worst first."""
    rows = CaseRow.objects.all()
    exact = {
        "state": choice.state,
        "category": choice.category,
        "stage": choice.stage,
        "review_state": choice.review,
        "public_state": choice.public,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if choice.mark in MARKED:
        rows = rows.filter(MARKED[choice.mark])
    if choice.mine:
        rows = rows.filter(handlers__contains=[reader.officer])
    if choice.overdue:
        rows = rows.filter(next_due__lt=today)
    if wanted := words(choice.query)[:4]:
        found = CaseText.objects.filter(pairs__contains=sought(wanted))
        for word in wanted:
            found = found.filter(text__contains=word)
        rows = rows.filter(stream__in=found.values("stream"))
    parts = beyond(choice) if choice.after else [Q()]
    if not choice.overdue:
        return first(rows, [one & part for one in scopes(reader) for part in parts], NEWEST, limit)
    narrowed = bool(choice.query or choice.mark or choice.mine or any(exact.values()))
    mine = []
    for part in parts:
        own = HandlerRow.objects.filter(part, officer=reader.officer, next_due__lt=today).order_by(*WORST)
        own_of = Q(stream__in=(own if narrowed else own[:limit]).values("stream"))
        mine += [one & part for one in scopes(reader, own_of)]
    return first(rows, mine, WORST, limit)


def beyond(choice: Choice) -> list[Q]:
    """The rows after the place that the address states, as two ranges of an index."""
    mark, _, stream = choice.after.partition("_")
    with suppress(ValueError):
        last = UUID(stream)
        if choice.overdue:
            on = date.fromisoformat(mark)
            return [Q(next_due=on, stream__gt=last), Q(next_due__gt=on)]
        at = datetime.fromisoformat(mark)
        return [Q(last_at=at, stream__gt=last), Q(last_at__lt=at)]
    return [Q()]


def cursor(choice: Choice, row: CaseRow) -> str:
    """The place in a list after this row, as the address states it in `after`."""
    return f"{(row.next_due if choice.overdue and row.next_due else row.last_at).isoformat()}_{row.stream}"


def latest(reader: Reader, limit: int, *, mine: bool, state: str = "") -> list[CaseRow]:
    """The latest cases that the reader handles himself, in a state or else not archived, or the latest that he may
    see."""
    if mine:
        own = CaseRow.objects.filter(agency=reader.agency, handlers__contains=[reader.officer])
        own = own.filter(state=state) if state else own.exclude(state="archived")
        return list(own.order_by(*NEWEST)[:limit])
    return list(first(CaseRow.objects.all(), scopes(reader), NEWEST, limit))


@dataclass(frozen=True, slots=True)
class Card:
    """Something that waits, in a few lines: what it is about, until when, what blocks it and who mends that."""

    waiting: Waiting
    sign: str
    due: str
    summary: str
    grounds: list[str]
    returned: int
    blocked: list[tuple[Reason, str]]
    instead: tuple[Act, ...]
    flags: list[str]


def card(waiting: Waiting, rules: RuleSet, today: date) -> Card:
    """A case that waits as whoever signs or reviews sees it."""
    wait, case = waiting.wait, waiting.case
    sign, due = "plain", "没有法定期限"
    if wait.due_on:
        left = working_days_left(today, Due(wait.due_on), rules.calendar)
        sign, due = remaining(wait.due_on, left, today)
    return Card(
        waiting, sign, due, summary(rules, case), grounds(rules, case),
        sum(done.kind == "review.returned" for done in case.done),
        [(reason, who_mends(rules, case.procedure, reason)) for reason in waiting.option.blocked],
        waiting.instead, flags(case),
    )  # fmt: skip


def flags(case: CaseFile) -> list[str]:
    """What whoever signs should look at twice: a disagreement about the review, an unusual use of discretion, a draft
    that he returned himself, an enterprise that was inspected about as often as may be."""
    found = ["退回后重新呈批"] if "draft.presented" in case.kinds else []
    if case.disputed_seq:
        found.append("审核有分歧" if case.disputed_seq > case.coordinated_seq else "分歧已协调")
    grade = case.facts.get("discretion_grade")
    if grade in UNUSUAL:
        found.append(f"裁量：{grade}")
    count, cap = case.facts.get("inspection_count"), case.facts.get("inspection_cap")
    if isinstance(count, int) and isinstance(cap, int) and count >= cap - 1 and count:
        found.append(f"本年度已检查 {count} 次，上限 {cap} 次")
    return found


def summary(rules: RuleSet, case: CaseFile) -> str:
    """Two lines of a case: what happened, and what is to be done about it."""
    parts = [str(case.facts.get(name) or "") for name in ("violation_facts", "suspected_violation", "benefit_ground")]
    what = next((part for part in parts if part), str(case.facts.get("source_summary") or ""))
    sanctions = telling.plain(rules, "sanctions", case.facts.get("sanctions") or []).replace("\n", "；")
    return "　".join(part for part in (what[:SUMMARY] + ("…" if len(what) > SUMMARY else ""), sanctions) if part)


def grounds(rules: RuleSet, case: CaseFile) -> list[str]:
    """Why a decision falls under legal review: the clauses of its draft that say so."""
    if case.draft is None or not case.draft.review_due:
        return []
    wanted = set(case.draft.grounds)
    return [str(instrument.cite(clause)) for instrument, clause in rules.clauses() if clause.id in wanted]
