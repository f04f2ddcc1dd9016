"""The closed vocabulary of conditions (条件词汇): all that a rulebook may ask of a situation.

A condition is one word with its argument; `when` and `needs` use the same words. Growing this list is a design
decision: a word is added only when a concrete regulation needs it, with a predicate in `core/gates/predicates`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Condition:
    """One word of the vocabulary and its argument; for `all`, `any`, `not` the argument holds conditions."""

    op: str
    value: Any

    def leaves(self) -> tuple[Condition, ...]:
        """Every condition inside that is not a connective."""
        if self.op in ("all", "any"):
            return tuple(leaf for part in self.value for leaf in part.leaves())
        if self.op in ("not", "named"):
            found: tuple[Condition, ...] = self.value.leaves()
            return found
        return (self,)


@dataclass(frozen=True, slots=True)
class Word:
    """A word: the shape of its argument ("text", "texts", "flag", or a mapping of key to shape, `?` for optional),
    and what it means in Chinese."""

    shape: str | Mapping[str, str]
    means: str


WORDS: dict[str, Word] = {
    "all": Word("conditions", "全部成立"),
    "any": Word("conditions", "至少一项成立"),
    "not": Word("condition", "不成立"),
    "category": Word("texts", "执法类别是其中之一"),
    "procedure": Word("texts", "适用的程序是其中之一"),
    "act": Word("texts", "正在办理的是其中一个环节"),
    "fact": Word(
        {
            "id": "text",
            "is": "any?",
            "in": "texts?",
            "has": "texts?",
            "at_least": "number?",
            "less_than": "number?",
            "present": "flag?",
        },
        "某项事实符合要求",
    ),
    "row": Word({"table": "text", "where": "mapping", "column": "text?", "at_least": "number?"}, "表中有一行符合要求"),
    "reaches": Word(
        {"fact": "text", "setting": "text", "by": "text?", "own": "text?"},
        "某个数达到上限：机关自己公布的（own：登记在机关的哪一项），没有的看法域设置；by：上限分等级的，写明等级的那一项；都没有的不比较",
    ),
    "stated": Word("texts", "这些事项已经填写或者确认"),
    "on_paper": Word("texts", "要制作的文书载明了这些事项：案件里的，或者机关登记的（a|b 有其一即可）"),
    "done": Word("texts", "其中一个环节已经办理"),
    "event": Word("texts", "案件中已有其中一种记录"),
    "done_since": Word(
        {"act": "text", "since": "text", "stated": "text?"},
        "另一环节之后已经办理过这个环节（stated：办理时确认了这一项）",
    ),
    "duty": Word("texts", "所办理的是其中一项义务"),
    "judgement": Word("text", "由人判断：该项成立"),
    "raised": Word("text", "已经有人作出肯定判断；没有判断的不追问"),
    "takes_back": Word("flag", "把使案件属于审核范围的肯定判断改为否定"),
    "threshold": Word("text", "达到“较大数额”等标准"),
    "listed": Word("flag", "办案机关公布的重大执法决定目录列有本案的事项"),
    "review_due": Word("flag", "属于法制审核范围"),
    "review": Word("text", "法制审核的状态"),
    "review_online": Word("flag", "网上审核的记录代替书面审核意见"),
    "opinion": Word("texts", "最近的审核意见以此为结论，或者指出这一要点存在问题"),
    "document": Word("text", "过程文书审核的状态"),
    "document_reviewed": Word("flag", "要制作的过程文书已经审核通过"),
    "officers": Word({"at_least": "number", "certified": "flag?"}, "执法人员人数和资格"),
    "actor": Word("texts", "由符合条件的人办理"),
    "named": Word("condition", "所选的人符合条件，如同由他办理"),
    "actor_not": Word("texts", "不由这些人办理"),
    "own_officer": Word(
        {"fact": "text", "posts": "texts?", "handles": "flag?"},
        "所写的是本机关登记在册、当时在职的一位人员，担任其中一个岗位，handles: false 不承办本案",
    ),
    "rows": Word({"table": "text", "most": "number"}, "表里最多有这么多行"),
    "hands_over": Word("flag", "写明了由哪一位现承办人移交，接手的人还不是承办人"),
    "stands_in": Word("flag", "代理的最后一天在移交之后"),
    "may_handle": Word("flag", "没有回避本案，也没有审核过本案"),
    "reviewer": Word(
        {"new_since": "text?", "exam": "flag?", "training": "flag?", "certified": "flag?"},
        "新进的审核人员（首次任职，或者该日以后任职）符合条件",
    ),
    "agency_fact": Word("text", "办案机关登记的某项属实"),
    "subject": Word("texts", "所登记的人员符合条件"),
    "elapsed": Word(
        {
            "since": "text?",
            "served": "text?",
            "fact": "text?",
            "period": "period",
            "told": "text?",
            "by": "text?",
            "unless": "texts?",
        },
        "某一期限已经届满",
    ),
    "within": Word(
        {"since": "text?", "served": "text?", "fact": "text?", "period": "period", "told": "text?", "by": "text?"},
        "仍在某一期限之内",
    ),
    "takes_effect": Word(
        {"fact": "text", "period": "period?"}, "自某日（或者自某日起期限届满之日）生效，期限从这一天起算"
    ),
    "ahead": Word({"fact": "text", "period": "period"}, "某日之前留足期限"),
    "reached": Word("text", "到了某日才办理"),
    "not_before": Word({"fact": "text", "than": "text"}, "某日不早于另一日"),
    "daytime": Word({"from": "text", "until": "text"}, "在白天的这段时间里办理，也不是法定节假日"),
    "fact_within_duty": Word({"fact": "text", "duty": "text"}, "某日不晚于另一项义务的到期日"),
    "in_duty": Word("text", "某项义务的最后一日还没有过"),
    "extension": Word("text", "要延长的期限：known 依法可以延长并且正在计算，running 还没有届满，left 还可以再延长"),
    "extendable": Word("text", "规定里有这项义务的延长"),
    "clock": Word(
        "text",
        "期限的中止和扣除：excludes 依法可以停，open 有没有结束的，stopped 选明了其中一项，suspended 选明的是中止，"
        "going 没有中止办理",
    ),
    "remedy": Word(
        "text", "复议、诉讼：open 有没有结束的，named 选明一件，accepted 已受理，revoked 改变原决定还没有登记"
    ),
    "avoidance": Word(
        "text",
        "回避的申请：open 有没有决定的，named 选明一件，settled 都已决定，carried_out 同意回避的已经更换承办人",
    ),
    "instalments": Word("text", "分期的日期依次在后，合计等于尚未缴纳的数额"),
    "package": Word("flag", "送审材料齐全"),
    "points": Word("flag", "每个审核要点都有结论"),
    "same_as_draft": Word("flag", "与审核的拟处理意见一致"),
    "not_heavier": Word("text", "没有因陈述、申辩加重；改了处罚内容的，在这一项里写明为什么不加重"),
    "reworded": Word("flag", "金额以外的处罚内容和告知的不同"),
    "heavier_founded": Word("flag", "申辩以后加重的，有告知以后新的证据或者调查"),
    "recording": Word("text", "音像记录的要求"),
    "link": Word("texts", "所送达的是其中一个环节的文书"),
    "same": Word({"fact": "text", "than": "text"}, "两项填写的相同"),
    "not_over": Word({"fact": "text", "than": "text"}, "一项数额不超过另一项"),
    "measure": Word("text", "所涉强制措施的状态"),
    "taken_by": Word("texts", "所涉强制措施是由其中一个环节采取的"),
    "measures_ended": Word("flag", "强制措施都已处理"),
    "served": Word("texts", "这些文书已经送达"),
    "unserved": Word("flag", "有编了文号、还没有送达的文书"),
    "paper_sealed": Word("flag", "所送达的编有文号的文书已经加盖电子印章"),
    "served_on": Word({"acts": "texts", "whom": "texts"}, "这些文书已经送达每一方"),
    "public_fields": Word("flag", "公示内容齐全"),
    "publication": Word("texts", "公示走到了其中一个阶段"),
    "questioned": Word("flag", "有还没有答复的更正线索"),
    "masks": Word("text", "对脱敏的要求"),
    "published": Word("flag", "已经公示且没有撤下"),
    "credit_class": Word("text", "失信行为分类：due 要确定分类，proposed 与建议的一致"),
    "duty_done": Word("text", "某项义务已经履行"),
    "archive": Word("text", "案卷的状态：complete 齐全，lacking 缺件，urged 有催办，free 没有暂停处置等"),
    "recorded": Word("flag", "案件有音像资料"),
    "supplies": Word("flag", "补交了案卷所缺的一项"),
    "supplements": Word("flag", "向已经归档的案卷补充了一个环节的材料，录音录像收全、中断已说明"),
    "corrects_paper": Word("flag", "选明了一份已经签发的文书来补正"),
    "clerical": Word("texts", "补正的每一处都在文书的这些栏目里，文字确有改变"),
    "touches": Word("texts", "补正涉及其中一项事实，或者事实 facts、证据 evidence、依据 basis、处理 sanction 之一"),
    "weighed": Word("flag", "对应表每一行写的都是本案的证据，出处写明页码或者时刻，矛盾和反证有说明"),
    "evidence": Word(
        "texts", "证据：named 查证、排除的都是本案的证据，verified 每一份都已查证属实或者排除，kept 没有用已经排除的"
    ),
    "monitor": Word(
        "texts",
        "电子技术监控：standing 设备记录时登记在用，reviewed 审核通过，published 地点已公布；waiting 有记录等待审核，"
        "settled 都已审核，fit 有符合要求的，untold 有没告知的，told 都已告知，other_hand 由登记记录的人以外的人",
    ),
    "old_rule": Word("text", "从旧兼从轻：differs 行为以后规定或者裁量基准有变动，chosen 变动以后已经选定适用哪一个"),
    "fined_before": Word(
        {"period": "period"}, "同一当事人先前因日期相距在这一期间之内的行为被罚过款，或者有人判断为同一个行为"
    ),
    "another_act": Word("text", "对照先前的罚款作出过判断：不是同一个违法行为"),
    "several": Word({"table": "text", "column": "text", "but": "texts?"}, "表中这一栏有两个以上不同的内容（but 除外）"),
    "entrusted": Word(
        "text", "受委托组织：body 本机关就是，letter 登记了公布的委托书，term 在委托期限内，item 事项在委托书里"
    ),
    "brought": Word("text", "移入的证据：known 选明，ours 可用，kept 未销毁，new 未移入，cleared 都可以看"),
    "retention": Word("text", "保管期限：enough 所定的不短于规定，ended 已经届满"),
    "request": Word("text", "所办理的调阅申请走到了这一步"),
    "requested_by": Word("texts", "调阅申请人属于其中一类"),
}
