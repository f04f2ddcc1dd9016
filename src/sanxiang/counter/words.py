"""Rights and duties in plain words (权利义务的白话): short sentences, the law after them.

They tell what stands in national law; what a place adds, it tells in its rulebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Right:
    """One right or duty."""

    title: str
    text: str
    law: str


RIGHTS = (
    Right("看证件", "执法人员要先出示证件。不出示，您可以拒绝。", "《行政处罚法》第五十五条"),
    Right(
        "陈述、申辩",
        "您可以说明情况，也可以为自己辩解。他们必须听。不能因为您辩解就罚得更重。",
        "《行政处罚法》第七条、第四十五条",
    ),
    Right("听证", "要作较重的处罚时，您可以要求开听证会。听证不收钱。", "《行政处罚法》第六十三条、第六十四条"),
    Right("申请回避", "您认为执法人员和这件事有利害关系，可以要求换人。", "《行政处罚法》第四十三条"),
    Right(
        "不服怎么办",
        "对决定不服，六十日内可以申请行政复议，六个月内可以到法院起诉。当场处罚的，要先申请行政复议。法律另有规定的，按那个规定。",
        "《行政复议法》第二十条、第二十三条，《行政诉讼法》第四十六条",
    ),
    Right("您的义务", "请如实回答询问，配合检查。不要拒绝，也不要阻挠。", "《行政处罚法》第五十五条"),
)


REMEDY = "不服的，六十日内可以申请行政复议，六个月内可以到法院起诉。"
REMEDY_FIRST = "不服的，要先在六十日内申请行政复议；对复议决定还不服的，十五日内可以到法院起诉。"
"""Where review comes before the court: a penalty on the spot (行政复议法第二十三条；行政诉讼法第四十五条)."""
SUMMARIES = {
    "penalty_notice": (
        "机关打算处罚您，还没有决定。",
        "打算这样处理：{sanctions}。",
        "作出决定以前，您可以说明情况、为自己辩解。",
    ),
    "penalty_decision": ("机关决定处罚您。", "处理是：{sanctions}。", REMEDY),
    "on_spot_decision": ("执法人员当场决定处罚您。", "处理是：{sanctions}。", REMEDY_FIRST),
    "no_penalty_decision": ("机关决定不处罚您。", "要求改正的，仍然要改正。", REMEDY),
    "hearing_notice": (
        "机关打算作较重的处罚，还没有决定。",
        "打算这样处理：{sanctions}。",
        "您可以要求开听证会，收到以后五个工作日内提出。听证不收钱。",
    ),
    "hearing_announcement": ("您要求的听证会定了。", "时间和地点写在通知书里。", "请按时参加，也可以请一至二人代理。"),
    "licence_hearing_notice": (
        "一项许可和您有重大的利益关系，机关还没有决定。",
        "您可以要求开听证会，听证不收钱。",
        "收到以后五个工作日内提出。",
    ),
    "licence_hearing_announcement": ("听证会定了。", "时间和地点写在文书里。", "请按时参加，也可以请人代理。"),
    "licence_decision": ("您的许可申请批准了。", "许可什么、到哪一天，写在决定书里。", REMEDY),
    "licence_refusal": ("您的许可申请没有批准。", "理由写在决定书里。", REMEDY),
    "freeze_decision": ("机关冻结了存款或者汇款。", "冻结多少、到哪一天，写在决定书里。", REMEDY),
    "enforcement_demand": (
        "机关催您履行以前的决定。",
        "要做什么、到哪一天，写在催告书里。",
        "您可以说明情况、为自己辩解。过期不做又没有正当理由的，会依法强制执行。",
    ),
    "enforcement_decision": ("机关决定强制执行。", "怎样执行、什么时候，写在决定书里。", REMEDY),
    "seal_decision": ("机关查封或者扣押了一些财物。", "请对照清单看清楚是哪些。", REMEDY),
    "deferral_notice": (
        "罚款可以晚些缴，或者分几次缴。",
        "缴到哪一天、每次多少，写在文书里。",
        "过期不缴的，每天加百分之三。",
    ),
    "term_notice": (
        "检测、检验、鉴定等需要时间，这段时间不算在办理的期限里。",
        "到哪一天，写在文书里；提前结束的，接着往下算。",
        "",
    ),
    "extension_notice": (
        "您的申请还要多办一些时间。",
        "为什么、延长多少天，写在告知书里。",
        "过了延长的日子还没有结果的，可以打电话问。",
    ),
    "correction_letter": (
        "机关要求您改正。",
        "改正什么、到哪一天，写在通知书里；改好以后，请书面告诉机关。",
        REMEDY,
    ),
    "sample_record": ("机关抽取了一些样品去检测。", "抽了哪些、多少，写在凭证里。", "数目不对的，当场提出来。"),
    "test_result": ("检测、检验、鉴定的结果出来了。", "结果写在告知书里。", "不同意的，在写明的期限里提出来。"),
    "suspension_decision": (
        "案件现在查不下去，机关决定先停下来。",
        "为什么停，写在文书里；停下来的时间不算在办理的期限里。",
        "",
    ),
    "resumption_decision": ("停下来的案件接着查了。", "办理的期限接着往下算。", ""),
    "seal_extension": ("查封、扣押的时间延长了。", "延长到哪一天，写在文书里。", REMEDY),
    "measure_release": ("查封、扣押解除了。", "请对照清单取回财物，有缺少、损坏的当场提出来。", REMEDY),
    "preservation_notice": ("机关先登记保存了一些东西。", "请不要动它们。", "七日内会告诉您怎样处理。"),
    "preservation_decision": ("登记保存的东西有了处理。", "怎样处理，写在决定书里；退还的，请当场清点。", REMEDY),
    "materials_notice": ("机关请您提供材料。", "哪些材料、到哪一天，写在通知书里。", "要求您配合调查，请不要拒绝。"),
    "product_notice": ("机关请您确认一种产品是不是您生产的。", "请在写明的日期以前书面回答。", ""),
    "transfer_told": ("您的案件移送给另一个机关办理了。", "移送给谁，写在告知书里。", ""),
    "survey_record": ("这是现场勘验的记录。", "请看看写的和当时是不是一样。", "不一样的，可以提出来更正。"),
    "acceptance_notice": ("您的申请已经受理。", "机关会在规定的时间里办完。", "要补材料时，会通知您。"),
    "non_acceptance_notice": ("您的申请没有受理。", "理由写在通知书里。", REMEDY),
    "correction_notice": (
        "以前送给您的一份文书有字写错了。",
        "哪里写错、应当怎样写，写在通知书里。",
        "别的内容不变，请和原来的文书放在一起。",
    ),
    "supplement_notice": ("您的申请还缺材料。", "缺什么，写在通知书里。", "补齐以后交到窗口。"),
    "benefit_decision": ("您的申请批准了。", "给多少、怎样发，写在决定书里。", REMEDY),
    "benefit_refusal": ("您的申请没有批准。", "理由写在决定书里。", REMEDY),
    "onsite_record": ("这是现场检查的记录。", "请看看写的和当时是不是一样。", "不一样的，可以提出来更正。"),
}
"""What a paper says, in three sentences, by its template."""
OTHER = ("这份文书是《{title}》。", "它在{on}送达。", "看不明白的，可以问办案机关。")


def summary(template: str, title: str, on: str, facts: Mapping[str, Any]) -> list[str]:
    """Three sentences about a paper; amounts as the case holds them now."""
    year, month, day = on.split("-")
    known = {"title": title, "on": f"{year}年{int(month)}月{int(day)}日", "sanctions": sanctions(facts)}
    return [line.format(**known) for line in SUMMARIES.get(template, OTHER)]


def sanctions(facts: Mapping[str, Any]) -> str:
    """What a penalty comes to, in words."""
    rows = [row for row in facts.get("sanctions") or () if isinstance(row, Mapping)]
    said = []
    for row in rows:
        fen = row.get("amount")
        amount = (
            f"{fen // 100:,}元" + (f"{fen % 100:02d}分" if fen % 100 else "") if isinstance(fen, int) and fen else ""
        )
        said.append(f"{row.get('kind', '')}{amount}")
    return "，".join(one for one in said if one) or "见文书"
