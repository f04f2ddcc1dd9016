"""The table of what is recorded (全过程记录对照表), made from the rules: stage by stage what, how, on which carrier,
how it is collected, stored, archived and used; and the five rules of archiving per kind of file (归档五项规则)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sanxiang.core.gates.archiving import FRAME
from sanxiang.core.gates.retaining import OWN_END, at_end
from sanxiang.core.gates.supposing import known
from sanxiang.core.registers import Agency
from sanxiang.core.rulebook import Act, Procedure, RuleSet

HEAD = ("程序", "环节", "记录内容", "记录方式", "载体", "采集", "存储", "归档", "使用")
MANNER = {
    "full": "文字记录；全程音像记录",
    "some": "文字记录；规定的情形全程音像记录，其他根据实际情况",
    "as_needed": "文字记录；根据实际情况音像记录，不录的写明理由",
    "": "文字记录",
}
REQUIRED = "一案一卷，分正卷、副卷，按立卷规范排列、编目、编页；电子文件为 PDF/A，音像资料附存储说明；缺件的不算归档"
USED = "当事人、利害关系人申请查阅；案卷评查、执法监督、行政复议和诉讼；公开的按政府信息公开的规定"


@dataclass(frozen=True, slots=True)
class Line:
    """One act of a procedure as the regulation on recording wants it told; `laws` the clauses it rests on."""

    procedure: str
    stage: str
    act: str
    content: str
    manner: str
    carrier: str
    collected: str
    stored: str
    archived: str
    used: str
    laws: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        return (
            self.procedure, f"{self.stage}·{self.act}", self.content, self.manner, self.carrier, self.collected,
            self.stored, self.archived, self.used,
        )  # fmt: skip


def table(rules: RuleSet) -> Iterator[Line]:
    """Every act of every procedure that leaves a record, in their order."""
    for bound in rules.procedures.values():
        procedure = bound.rule
        if procedure.id == "common":
            continue
        stages = {stage.id: stage.name for stage in procedure.stages}
        for act in procedure.acts:
            yield _line(rules, procedure, act, stages.get(act.stage, ""))


def _line(rules: RuleSet, procedure: Procedure, act: Act, stage: str) -> Line:
    duties, laws = duty_of(rules, act)
    papers = [paper.title for paper in act.papers if paper.template not in FRAME]
    facts = [rules.dictionary[ask.fact].label for ask in act.asks if ask.fact in rules.dictionary]
    recorded = bool(duties)
    carrier = "、".join((*(["电子文书（PDF/A）"] if papers else ["数据记录"]), *(["音像文件"] if recorded else [])))
    by = "、".join(rules.posts.get(post, post) for post in act.by)
    content = "；".join(part for part in ("、".join(f"《{title}》" for title in papers), "、".join(facts[:8])) if part)
    return Line(
        procedure.name, stage, act.name, content or "办理人、办理时间",
        MANNER[duties], carrier, f"{by}在办理时录入" + ("，录音录像当场封存" if recorded else ""),
        "记录库（只能追加，逐项入账）" + ("；证据库（按摘要保存，不能修改）" if recorded or act.files else ""),
        f"案件终结后随案归档（{_volume(act)}）", USED, laws,
    )  # fmt: skip


def _volume(act: Act) -> str:
    inside = [paper for paper in act.papers if paper.inside]
    return "副卷或者正卷，按立卷规范" if inside else "正卷"


def duty_of(rules: RuleSet, act: Act) -> tuple[str, tuple[str, ...]]:
    """What the rules ask of the recording of an act: full, in `some` cases full, as_needed, or nothing; and which
    clauses say so."""
    found = [
        bound
        for bound in rules.records
        if bound.rule.duty in ("full", "as_needed")
        and (act.id in bound.rule.acts or (act.activity is not None and act.activity in bound.rule.activities))
    ]
    whole = [bound.rule.when for bound in found if bound.rule.duty == "full"]
    duty = ("full" if None in whole else "some") if whole else "as_needed" if found else ""
    return duty, tuple(dict.fromkeys(str(bound.citation) for bound in found))


@dataclass(frozen=True, slots=True)
class Five:
    """The five rules of archiving for one kind of file (CN-13), and what happens at the end of the period."""

    kind: str
    scope: str
    period: tuple[str, ...]
    requirement: str
    time: str
    use: str
    ending: str


def archive_rules(rules: RuleSet, agency: Agency | None = None) -> list[Five]:
    """The five rules, one line for each procedure; what is proposed at the end as the agency settled it."""
    terms = [
        bound
        for bound in rules.deadlines.get("case.closed", ())
        if bound.rule.duty == "archive" and bound.rule.period is not None
    ]
    time = (
        "；".join(f"案件终结后{bound.rule.period}内（{bound.citation}）" for bound in terms)
        or "案件终结后及时归档，期限由本机关定（须核定）"
    )
    proposed = at_end(rules, agency)
    whose = "本机关设定" if agency is not None and agency.facts.get(OWN_END) else "本地的默认"
    ending = "到期鉴定" + (f"，先提{proposed}的意见（{whose}）" if proposed else "") + "，经机关负责人批准（须核定）"
    return [
        Five(
            kind=bound.rule.name,
            scope="本程序各环节的文书、证据、音像资料和送达回证，应归未归的逐项点名",
            period=periods(rules, bound.rule),
            requirement=REQUIRED,
            time=time,
            use=USED + "；调阅经审批，每次留痕",
            ending=ending,
        )
        for bound in rules.procedures.values()
        if bound.rule.id != "common"
    ]


def periods(rules: RuleSet, procedure: Procedure) -> tuple[str, ...]:
    """The periods that may apply to a kind of file, and where they stand."""
    found = [
        bound
        for bound in rules.retentions
        if bound.rule.when is None or known(bound.rule.when, procedure.category, procedure.id).state is not False
    ]
    laws = dict.fromkeys(str(bound.citation) for bound in found)
    status = dict.fromkeys(bound.rule.status for bound in found if bound.rule.status)
    told = (f"{bound.rule.name}：{bound.rule.say}" for bound in found)
    return (*told, f"几项都适用的取最长的（{'；'.join((*laws, *status))}）") if found else ()
