"""Every template is made by some act, every paper of the usual lists has a template or a written reason, what acts make
can be set from what was entered, and what leaves the agency holds nothing of what stays inside."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Any
from uuid import UUID

import pytest

from sanxiang.casework.play import Performance, Stage, take
from sanxiang.config.gallery import WITHOUT
from sanxiang.core.casefile import fold
from sanxiang.core.registers import Registers
from sanxiang.store.rulebooks.library import default_folder
from sanxiang.three_systems.recording.documents import FontSet, catalogue, render
from sanxiang.three_systems.recording.documents.rendering import TEMPLATES
from sanxiang.three_systems.recording.papers import Paper, paper_data, papers_of
from tests.apps.recording.papers import joined
from tests.support.rules import LIBRARY, scenario

FORMS = {form.id: form for form in catalogue()}
CHECK = {
    "行政检查审批表": "inspection_approval", "行政检查通知书": "inspection_notice", "现场检查笔录": "onsite_record",
    "行政检查结果告知书": "inspection_result", "勘验笔录": "survey_record",
}  # fmt: skip
PENALTY = {
    "案件来源登记表": "source_register", "立案审批表": "filing_approval", "不予立案审批表": "filing_refusal",
    "涉嫌犯罪案件移送书": "crime_transfer", "行政处罚案件有关事项审批表": "termination_approval",
    "中止调查决定书": "suspension_decision", "恢复调查决定书": "resumption_decision", "询问通知书": "inquiry_notice", "询问笔录": "inquiry_record", "证据提取单": "evidence_record", "证据清单": "evidence_list",
    "先行登记保存通知书": "preservation_notice", "清单": "item_list", "案件调查终结报告": "investigation_report",
    "法制审核送审表": "review_submission", "法制审核意见书": "review_opinion", "事先告知书": "penalty_notice",
    "听证告知书": "hearing_notice", "陈述申辩笔录": "defence_record", "复核意见书": "defence_review",
    "听证通知书": "hearing_announcement", "听证笔录": "hearing_record", "听证报告书": "hearing_report",
    "集体讨论记录": "discussion_record", "行政处罚决定审批表": "decision_approval", "行政处罚决定书": "penalty_decision",
    "不予行政处罚决定书": "no_penalty_decision", "当场行政处罚决定书": "on_spot_decision", "简易案件备案表": "on_spot_filing",
    "信用修复告知书": "credit_repair_notice", "送达回证": "service_receipt", "催告书": "enforcement_demand",
    "强制执行申请书": "court_application", "结案审批表": "closing_approval", "结案报告": "closing_report",
    "公示审核表": "publication_review", "公示撤回审批表": "withdrawal_approval", "卷宗封面": "volume_cover",
    "卷内文件目录": "catalogue", "卷内备考表": "closing_note", "抽样取证凭证": "sample_record",
    "鉴定委托书": "test_commission", "结果告知书": "test_result", "期间告知书": "term_notice", "案件移送函": "transfer_letter",
    "责令（限期）改正通知书": "correction_letter", "电子数据证据提取笔录": "electronic_record", "协助调查函": "assist_letter",
    "听证公告": "hearing_public_notice", "延期（分期）缴纳罚款申请": "deferral_request",
    "延期（分期）缴纳罚款审批": "deferral_approval", "延期（分期）缴纳罚款通知书": "deferral_notice",
    "撤销立案审批表": "filing_withdrawal", "指定管辖、案件交办通知书": "jurisdiction_notice",
    "先行登记保存处理通知书": "preservation_decision", "限期提供材料通知书": "materials_notice",
    "产品确认通知书": "product_notice", "听证申请书": "hearing_request", "送达地址、电子送达确认书": "address_confirmation",
    "公告送达的公告": "service_announcement", "罚没物品处理审批": "goods_approval", "罚没物品处理记录": "goods_record",
}  # fmt: skip
OTHERS = {
    "强制措施审批表": "measure_approval", "查封（扣押）决定书": "seal_decision", "冻结决定书": "freeze_decision",
    "延长通知": "seal_extension", "解除决定书": "measure_release", "冻结通知": "freeze_notice",
    "解冻通知": "freeze_release_notice", "强制执行决定书": "enforcement_decision", "代履行决定书": "enforcement_decision",
    "中止通知": "enforcement_notice", "恢复执行通知书": "enforcement_resumption", "终结执行通知书": "enforcement_end_notice",
    "执行协议": "enforcement_agreement", "执行回转": "enforcement_restoration", "强制拆除公告": "demolition_announcement",
    "拍卖委托书": "auction_entrustment", "划拨通知": "transfer_notice", "许可申请书": "licence_application",
    "补正通知": "supplement_notice", "受理通知书": "acceptance_notice", "不予受理通知书": "non_acceptance_notice",
    "审查表": "matter_approval", "利害关系人告知": "licence_hearing_notice", "许可听证通知": "licence_hearing_announcement",
    "准予许可决定书": "licence_decision", "不予许可决定书": "licence_refusal", "撤回、撤销、注销": "licence_ended",
    "特别程序期间告知": "term_notice", "延长期限告知书": "extension_notice",
    "撤销事先告知": "licence_ending_notice", "不予撤销": "licence_kept",
    "征收决定书": "levy_decision", "免予征收": "levy_exemption", "给付申请表": "benefit_application",
    "入户核查记录": "benefit_report", "给付审批表": "benefit_approval", "给付决定书": "benefit_decision",
    "不予给付决定书": "benefit_refusal", "奖励公示": "award_announcement", "确认等申请": "matter_application",
    "确认等决定": "matter_decision", "裁决调解": "mediation_record", "裁决书": "ruling_decision", "封条": "seal_strip",
    "委托保管书": "custody_letter", "移送告知书": "transfer_told", "征求意见公告": "levy_plan_notice",
    "给付公示": "benefit_announcement", "发放台账、奖金发放单": "payment_record", "奖励证书": "award_certificate",
}  # fmt: skip
"""The papers of the usual lists (inspection, penalty, other categories) and the templates that are used for them."""
LEFT = (
    "缴款书", "检测期间告知书", "许可证件", "风险评估", "补偿", "停发、追回决定",
)  # fmt: skip
"""Those without a template: the gallery says of each what is done instead, or that there is none yet."""


def test_every_template_is_made_by_some_act() -> None:
    made = {
        paper.template
        for versions in LIBRARY.versions.values()
        for clause in versions[-1].clauses
        for whole in (*clause.procedures, *clause.chapters)
        for act in whole.acts
        for paper in act.papers
    }
    assert sorted(set(FORMS) - made) == []
    assert sorted(made - set(FORMS)) == []


def test_every_paper_of_the_usual_lists_has_a_template_or_a_reason() -> None:
    listed = CHECK | PENALTY | OTHERS
    assert [name for name, template in listed.items() if template not in FORMS] == []
    reasons = "；".join(WITHOUT.values())
    assert [name for name in LEFT if name not in reasons] == []
    assert len(listed) + len(LEFT) > 100


BY_HAND = {"evidence_list", "goods_record", "payment_record"}
"""Papers inside the file that say no approval: whoever handed out, received or watched signs them by hand."""


@cache
def first_made() -> dict[str, tuple[Stage, list[Any], Paper]]:
    """Of all scenarios the first record in which each paper is made."""
    found: dict[str, tuple[Stage, list[Any], Paper]] = {}
    for file in sorted(default_folder().glob("*/*/scenarios/*.yaml")):
        told = scenario(file)
        stage, performance = Stage(LIBRARY, told), Performance(told)
        for step in told.steps:
            before = len(performance.events)
            take(stage, performance, step)
            for paper in papers_of(performance.events[before:]):
                found.setdefault(paper.template, (stage, list(performance.events), paper))
        if len(found) == len(FORMS):
            break
    return found


def data_of(template: str) -> dict[str, Any]:
    """The data of a paper from the record of a scenario, as the product assembles it."""
    stage, events, paper = first_made()[template]
    case = fold(events)
    case.agency = str(UUID(int=7))
    agency = replace(next(iter(stage.registers.agencies.values())))
    registers = Registers(stage.registers.officers, {case.agency: agency})
    rules = stage.rules(events[-1].occurred_at.date())
    return paper_data(paper, events, rules, registers, demo=False, case=case)


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("inquiry_notice", "请你（单位）于2026年7月8日9时0分到武定县演示路2号203室接受询问调查"),
        ("suspension_decision", "中止的期间不计入办理期限"),
        ("resumption_decision", "决定恢复调查"),
        ("evidence_list", "证据名称"),
        ("defence_review", "是否采纳"),
        ("publication_review", "执法结论"),
        ("withdrawal_approval", "公开说明的理由"),
        ("closing_approval", "结案方式"),
        ("correction_letter", "责令你（单位）于2024年8月20日以前改正：立即停止销售"),
        ("sample_record", "1饼干20240105三盒一盒无"),
        ("electronic_record", "提取的方法和过程从收银系统导出"),
        ("test_commission", "进行检验：序号名称规格（批号）数量1饼干20240105一盒"),
        ("test_result", "委托演示检验所进行检验。现将结果告知如下：经检验，判定为不合格。"),
        ("assist_letter", "请你单位协助调查下列事项：核实生产者是否取得生产许可。"),
        ("transfer_letter", "不属于本机关管辖：违法行为发生在演示县。"),
        ("deferral_request", "申请分期缴纳罚款。理由：经营困难。"),
        ("deferral_approval", "2024年11月10日以前缴纳"),
        ("hearing_public_notice", "公开举行听证"),
        ("survey_record", "三、勘验的情况货架距收银台3.2米，摆放饼干三盒。"),
        ("filing_withdrawal", "撤销立案的理由经查，违法事实不能成立。"),
        ("jurisdiction_notice", "现指定由你机关管辖"),
        ("materials_notice", "请你（单位）在2024年8月12日以前向本机关提供下列材料：七月的进货单据。"),
        ("product_notice", "演示县食品厂：本机关在查处"),
        ("address_confirmation", "是否同意电子送达同意"),
        ("preservation_decision", "于2024年8月7日对你（单位）的有关物品先行登记保存"),
        ("seal_strip", "封条"),
        ("custody_letter", "武定演示仓储有限公司：本机关对"),
        ("transfer_told", "本机关已将本案移送"),
        ("hearing_request", "现依法要求举行听证"),
        ("service_announcement", "《行政处罚决定书》"),
        ("goods_approval", "处理方式公开拍卖"),
        ("goods_record", "已经上缴国库或者划入财政专户"),
        ("levy_plan_notice", "货币补偿或者产权调换，由被征收人选择。"),
        ("benefit_announcement", "经核实，拟予给付"),
        ("payment_record", "发放方式发放到账"),
        ("award_certificate", "特发此证"),
    ],
)
def test_a_paper_is_made_from_what_was_entered_once(template: str, said: str) -> None:
    data = data_of(template)
    text = joined(render(template, data, fonts=FontSet()).pdf)
    assert said in text
    if FORMS[template].use == ("internal",) and template not in BY_HAND:
        assert data["signatures"][0]["name"] in text


INSIDE = re.compile(
    r"signatures|lists\.(answering|advice|review_grounds|public_record|masks)|(review|adviser|discussion)_\w+"
    r"|draft_change_reason|not_filed_reason|secrecy_checked|source_summary|inspection_over_reason|archive_\w+"
)
"""What only papers inside the agency hold: approvals, review, discussion, advice, clues, the reasons behind a draft."""


@pytest.mark.parametrize("template", sorted(FORMS))
def test_every_paper_is_marked_and_what_leaves_the_agency_holds_nothing_from_inside(template: str) -> None:
    form = FORMS[template]
    assert form.use
    assert ("internal" in form.use) == (form.use == ("internal",)), "inside or not, never both"
    if form.use == ("internal",):
        return
    # 强制执行申请书 is signed by the head: 《行政强制法》第五十五条.
    inside = re.compile(INSIDE.pattern.replace("signatures|", "")) if template == "court_application" else INSIDE
    held = [path for part in form.fields for entry in (*part.needs, *part.may) for path in entry.split("|")]
    assert [path for path in held if inside.fullmatch(path)] == []
    source = (TEMPLATES / f"{template}.typ").read_text("utf-8")
    read = re.findall(r'(?:fact|has|rows)\("(\w+)"', source) + [
        f"lists.{name}" for name in re.findall(r'listed\("(\w+)"', source)
    ]
    assert [path for path in read if inside.fullmatch(path)] == []
    assert template == "court_application" or not re.search(r"\b(opinion|signature-of)\(", source)


def test_what_an_act_keeps_inside_is_not_served_on_the_party() -> None:
    """It stays in the file, or goes to another body (a bank)."""
    wrong = []
    for versions in LIBRARY.versions.values():
        for clause in versions[-1].clauses:
            for whole in (*clause.procedures, *clause.chapters):
                for act in whole.acts:
                    wrong += [(act.id, paper.template) for paper in act.papers
                              if paper.inside and {"served", "public"} & set(FORMS[paper.template].use)]  # fmt: skip
    assert wrong == []
