"""What the records are used for, in figures (记录用途统计): one honest table for each of the six uses, counted from
what the record itself gives; nothing is typed in. 洛政办〔2019〕37号 三(二)4."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.db import connections
from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Func, Q, Sum, TextField
from django.db.models.functions import TruncDate
from django.urls import reverse

from sanxiang.casework.models import AccessNote, DutyRow, Refusal
from sanxiang.casework.refusals import READERS
from sanxiang.casework.registers import registers_for
from sanxiang.casework.terms import NOT_OURS
from sanxiang.casework.uses import USES, by_use
from sanxiang.core.values import CHINA, category_name
from sanxiang.three_systems.legal_review.models import PrecedentRow
from sanxiang.three_systems.recording.file_models import FileRow, RegisterRow
from sanxiang.three_systems.recording.keeping import LOOKS
from sanxiang.three_systems.recording.models import LookRow, RecordingRow

from .access import FRESH_S
from .models import Counted
from .ranges import Range
from .tables import Figure, use_tables

MOST = 10
ONCE, EACH = "一案计一次，按发生的日期", "发生几次计几次，按发生的日期"
LATE, WHOLE, DUE = "事后录入并写明理由", "文书、录音录像、附件都在案卷里", "机关应办的期限在统计期间届满"
PURPOSES: Mapping[str, str] = {
    "evaluation": "抽查案卷以前，先看哪些环节缺证明、缺的是什么。",
    "supervision": "看补录、时间线索、超期、没有说明的中断和被拒绝的办理。",
    "assessment": "按承办机构比较：证明是否齐全、期限是否按时、补录多少。",
    "opinion": "有反映时，看它来自哪里、公示内容是否更正、谁为此调阅了案卷。",
    "decision": "看执法集中在哪些类别和依据、用多少天，供安排力量和完善制度参考。",
    "credit": "看公示的决定、失信分类和向信用平台的报送。",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of a use: `value` in `unit` (元 in fen), out of `of` where it is a part; `part` what it is told for (a
    department, a category), `how` how it is counted, `link` where it leads to."""

    label: str
    value: int
    unit: str = "件"
    of: int | None = None
    part: str = ""
    how: str = ""
    link: str = ""

    @property
    def shown(self) -> str:
        return f"{self.value // 100:,}.{self.value % 100:02d}" if self.unit == "元" else f"{self.value:,}"

    @property
    def number(self) -> int | float:
        """As a spreadsheet takes it."""
        if self.unit != "元":
            return self.value
        return self.value / 100 if self.value % 100 else self.value // 100

    @property
    def share(self) -> str:
        """Cut, not rounded: one that is missing is never a hundred percent, and what is there is never nothing."""
        if not self.of:
            return ""
        percent = self.value * 100 // self.of
        return f"{percent}%" if percent or not self.value else "不到1%"


@dataclass(frozen=True, slots=True)
class Use:
    """One of the six uses with its figures."""

    id: str
    title: str
    purpose: str
    lines: tuple[Line, ...]

    @property
    def empty(self) -> bool:
        return not any(one.value or one.of for one in self.lines)

    @property
    def parts(self) -> list[tuple[str, list[Line], str]]:
        """The lines as a page groups them: what they are told for, the lines, how they are counted where that was not
        just said."""
        found, before = [], ""
        for part, group in groupby(self.lines, key=lambda one: one.part):
            lines = list(group)
            how = "；".join(dict.fromkeys(f"{one.label}：{one.how}" for one in lines)) if part else ""
            found.append((part, lines, how if how != before else ""))
            before = how
        return found


Source = Callable[[Range], Iterator[Line]]
SOURCES: dict[str, list[Source]] = {use: [] for use in USES}


def register(use: str, source: Source) -> None:
    """Let a room above tell figures of its own for a use; once is enough."""
    if source not in SOURCES[use]:
        SOURCES[use].append(source)


def told(range_: Range, today: date, only: str = "") -> list[Use]:
    """The six uses, or one of them. A fixed number of queries, however much there is."""
    wanted = [only] if only else list(USES)
    acts, terms = _acts(range_), _terms(range_, today)
    own: Mapping[str, Callable[[], Iterator[Line]]] = {
        "evaluation": lambda: _evaluation(range_, acts, terms, today),
        "supervision": lambda: _supervision(range_, acts, terms),
        "assessment": lambda: _assessment(range_, acts, terms),
        "opinion": lambda: iter(()),
        "decision": lambda: _decision(range_),
        "credit": lambda: iter(()),
    }
    events, notes, looks = _events(range_), _looked(range_, AccessNote, "stream"), _looked(range_, LookRow, "owner")
    found = []
    for use in wanted:
        lines = [*own[use](), *events[use]]
        for source in SOURCES[use]:
            lines += source(range_)
        lines.append(Line("为此调阅案件", notes.get(use, 0), "次", how="写明这种事由的调阅；一人一案一天计一次"))
        lines.append(Line("为此查看录音录像和材料", looks.get(use, 0), "次", how="同一天同一份同样方式的计一次"))
        found.append(Use(use, USES[use], PURPOSES[use], tuple(lines)))
    return found


# ── counted from the events of cases ─────────────────────────────────────────────────────────────────────────────────


def rows_of(range_: Range) -> Any:
    return Counted.objects.filter(range_.whose, range_.days("day"))


def figure(name: str) -> Figure | None:
    """One of the figures that lead to their cases."""
    return use_tables().figure(name)


def _events(range_: Range) -> dict[str, list[Line]]:
    known = [one.id for table in use_tables() for one in table.figures]
    found = rows_of(range_).filter(figure__in=known).values_list("figure").annotate(Count("id"), Sum("fen")).order_by()
    values = {name: (times, fen or 0) for name, times, fen in found}

    def line(one: Figure) -> Line:
        value = values.get(one.id, (0, 0))[1 if one.unit == "元" else 0]
        link = f"{reverse('statistics:use', args=[one.id])}?{range_.query}"
        return Line(one.label, value, one.unit, how=EACH if one.each else ONCE, link=link)

    return {table.id: [line(one) for one in table.figures] for table in use_tables()}


def _looked(range_: Range, model: Any, column: str) -> dict[str, int]:
    return by_use(model.objects.filter(range_.owned(column), range_.days("day")))


# ── counted from the registers of acts, files, terms and recordings ──────────────────────────────────────────────────


def _acts(range_: Range) -> dict[tuple[str, str], dict[str, int]]:
    """Acts by (agency, department): how many, without their proof, entered late, with a doubtful time."""
    rows = RegisterRow.objects.filter(range_.whose, range_.moments("occurred_at")).values("agency", "department")
    rows = rows.annotate(
        acts=Count("id"), gaps=Count("id", filter=Q(gap=True)), late=Count("id", filter=Q(late=True)),
        doubted=Count("id", filter=Q(doubted=True)),
    ).order_by()  # fmt: skip
    return {(str(row.pop("agency")), row.pop("department")): row for row in rows}


def _terms(range_: Range, today: date) -> dict[tuple[str, str], dict[str, int]]:
    """Terms of the agencies that fell due by (agency, department), and those of archiving: how many, how many kept."""
    rows = DutyRow.objects.filter(range_.whose, range_.days("due_on"), excused=False).exclude(duty__in=NOT_OURS)
    rows = rows.filter(due_on__lte=today).exclude(met_at=None, due_on=today)
    kept, filed = Q(met_at__isnull=False, late=False), Q(duty="archive")
    counted = (
        rows.values("agency", "department")
        .annotate(
            due=Count("id"), kept=Count("id", filter=kept), filing=Count("id", filter=filed),
            filed=Count("id", filter=kept & filed),
        )
        .order_by()
    )  # fmt: skip
    return {(str(row.pop("agency")), row.pop("department")): row for row in counted}


def _sum(counted: Mapping[Any, Mapping[str, int]], name: str) -> int:
    return sum(row[name] for row in counted.values())


def _open(range_: Range, place: str, posts: frozenset[str]) -> str:
    """A list that shows what was counted, for those who may open it and where they count all that they see."""
    return reverse(place) if range_.whole and range_.posts & posts else ""


def _register(range_: Range, mark: str) -> str:
    """The register narrowed to what was counted, where the reader's own view of it is the same."""
    if not range_.whole:
        return ""
    return f"{reverse('recording:register')}?mark={mark}&since={range_.since}&until={range_.until}"


def _evaluation(range_: Range, acts: Any, terms: Any, today: date) -> Iterator[Line]:
    waiting = FileRow.objects.filter(range_.whose, range_.days("ended_on"), state="due").aggregate(
        files=Count("stream"), lacking=Count("stream", filter=~Q(lacking=[])),
        over=Count("stream", filter=Q(due_on__lt=today)),
    )  # fmt: skip
    of, archive = _sum(acts, "acts"), _open(range_, "recording:archive", LOOKS)
    gaps = _register(range_, "gap")
    yield Line("缺证明的环节", _sum(acts, "gaps"), "个", of, how="应有的文书、录音录像或者附件不在案卷里", link=gaps)
    yield Line("按期归档", _sum(terms, "filed"), "件", _sum(terms, "filing"), how="归档期限在统计期间届满的案卷")
    yield Line("待归档的案卷", waiting["files"], how="在统计期间办结、还没有归档", link=archive)
    yield Line("待归档、材料不齐", waiting["lacking"], of=waiting["files"], how="按立卷规范检查还缺材料", link=archive)
    yield Line("待归档、已超期", waiting["over"], of=waiting["files"], how="超过归档的最后一天", link=archive)
    rows = RegisterRow.objects.filter(range_.whose, range_.moments("occurred_at"), gap=True)
    each = Func(F("lacking"), function="jsonb_array_elements_text", output_field=TextField())
    kinds = rows.annotate(what=each).values_list("what").annotate(n=Count("pk")).order_by("-n", "what")[:MOST]
    for what, times in kinds:
        yield Line("缺的是", times, "次", part=str(what), how=f"最多的前 {MOST} 种")


def _supervision(range_: Range, acts: Any, terms: Any) -> Iterator[Line]:
    made = RecordingRow.objects.filter(range_.whose, range_.moments("began"), sort="recording").aggregate(
        of=Count("stream"), gaps=Count("stream", filter=Q(open_gaps__gt=0)),
        doubted=Count("stream", filter=Q(doubted=True)),
    )  # fmt: skip
    of, due = _sum(acts, "acts"), _sum(terms, "due")
    late, doubted = _register(range_, "late"), _register(range_, "doubt")
    yield Line("补录的环节", _sum(acts, "late"), "个", of, how=LATE, link=late)
    yield Line("时间可疑的环节", _sum(acts, "doubted"), "个", of, how="日期对不上；是线索，不是结论", link=doubted)
    yield Line("没有按时完成的期限", due - _sum(terms, "kept"), "项", due, how=f"{DUE}，逾期完成或者仍未完成")
    yield Line("中断没有说明的录音录像", made["gaps"], "段", made["of"], how="录音录像有中断，原因还没有说明")
    yield Line("设备时钟对不上的录音录像", made["doubted"], "段", made["of"], how="设备时间与系统看到的时间不符")
    if range_.posts & READERS and not any(one.department for one in range_.units):
        refused = Refusal.objects.filter(range_.moments("at"), agency__in=[one.agency for one in range_.units])
        link = _open(range_, "casework:refusals", READERS)
        yield Line("被拒绝的办理", refused.count(), "次", how="规则或者案卷不允许、系统没有办的", link=link)


def _assessment(range_: Range, acts: Any, terms: Any) -> Iterator[Line]:
    names = _parts(range_)
    for key in sorted({*acts, *terms}, key=lambda one: names.get(one, "")):
        name, done, due = names.get(key, key[1]), acts.get(key), terms.get(key)
        if done:
            yield Line(
                "证明齐全的环节", done["acts"] - done["gaps"], "个", done["acts"], name, "文书、录音录像、附件都在"
            )
            yield Line("补录的环节", done["late"], "个", done["acts"], name, LATE)
        if due:
            yield Line("按时完成的期限", due["kept"], "项", due["due"], name, DUE)


def _parts(range_: Range) -> dict[tuple[str, str], str]:
    """The names of departments, with their agency where there are several."""
    streams = list(dict.fromkeys(one.agency for one in range_.units))
    bodies = registers_for(connections["default"], "", streams, age_s=FRESH_S).agencies.values()
    several = len(streams) > 1
    return {
        (body.id, part.id): f"{body.name}·{part.name}" if several else part.name
        for body in bodies
        for part in body.departments.values()
    }


def _decision(range_: Range) -> Iterator[Line]:
    decided = range_.cases().filter(range_.days("decided_on"))
    took = ExpressionWrapper(F("decided_on") - TruncDate("opened_at", tzinfo=CHINA), DurationField())
    rows = decided.values_list("category").annotate(
        n=Count("stream"), took=Avg(took), gone=Count("stream", filter=Q(revoked=True))
    )  # fmt: skip
    for category, times, days, gone in rows.order_by("-n", "category"):
        name = category_name(category)
        yield Line("作出决定", times, part=name, how="按作出决定的日期")
        yield Line("从登记到决定，平均", round(days / timedelta(days=1)), "天", part=name, how="自然日，四舍五入")
        yield Line("后来被撤销的", gone, of=times, part=name, how="至今已被撤销、确认违法或者责令重作")
    bases = PrecedentRow.objects.filter(range_.days("decided_on"), stream__in=range_.cases().values("stream"))
    for basis, times in bases.values_list("basis").annotate(n=Count("pk")).order_by("-n", "basis")[:MOST]:
        yield Line("用得最多的依据", times, "次", part=str(basis), how=f"决定所依据的条款，前 {MOST} 条")
