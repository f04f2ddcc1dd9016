"""Every template is made by some act, every paper of the usual lists has a template or a written reason, what acts make
can be set from what was entered, and what leaves the agency holds nothing of what stays inside."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import cache
from typing import Any
from uuid import UUID

import pytest

from sanxiang.casework.play import Performance, Stage, take
from sanxiang.config.gallery import compared, listed
from sanxiang.config.paths import ROOT
from sanxiang.core.casefile import fold
from sanxiang.core.registers import Registers
from sanxiang.store.rulebooks.library import default_folder
from sanxiang.three_systems.recording.documents import FontSet, catalogue, render
from sanxiang.three_systems.recording.documents.rendering import TEMPLATES
from sanxiang.three_systems.recording.papers import Paper, paper_data, papers_of
from tests.apps.recording.papers import joined
from tests.support.rules import LIBRARY, scenario

FORMS = {form.id: form for form in catalogue()}
LEAST = {
    "行政检查": 7, "行政处罚：立案和调查": 30, "行政处罚：审核、告知、听证和决定": 20, "行政处罚：送达、执行、公示和结案": 20,
    "行政强制措施": 12, "行政强制执行": 13, "行政许可": 18, "行政征收、征用和收费": 10, "行政给付": 11, "行政奖励": 6,
    "行政确认、行政裁决和其他": 8,
}  # fmt: skip
"""How many papers the usual lists have in each category, at least: no paper is lost from `lists.yaml` unseen."""


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
    papers = tuple(listed())
    found = Counter(category for category, *_ in papers)
    assert {category: found[category] for category in LEAST if found[category] < LEAST[category]} == {}
    assert set(found) == set(LEAST)
    assert [one for *_, templates, _ in papers for one in templates if one not in FORMS] == []
    assert [name for _, name, templates, instead in papers if not templates and len(instead) < 10] == []
    without = [name for _, name, templates, _ in papers if not templates]
    assert len(without) <= 9, without


def test_every_template_is_a_paper_of_the_lists_and_the_gallery_shows_them_all() -> None:
    assert set(FORMS) == {one for *_, templates, _ in listed() for one in templates}
    page = (ROOT / "docs" / "reference" / "papers.md").read_text("utf-8")
    assert [line for line in compared() if line not in page] == []


BY_HAND = {"evidence_list", "goods_record", "payment_record", "risk_report"}
"""Papers inside the file that say no approval: whoever handed out, received, watched or assessed signs them by hand."""


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
    return data_in(*first_made()[template])


def data_in(stage: Stage, events: list[Any], paper: Paper) -> dict[str, Any]:
    """The data of a paper that a played record holds."""
    case = fold(events)
    case.agency = str(UUID(int=7))
    agency = replace(next(iter(stage.registers.agencies.values())))
    registers = Registers(stage.registers.officers, {case.agency: agency})
    rules = stage.rules(events[-1].occurred_at.date())
    return paper_data(paper, events, rules, registers, demo=False, case=case)


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("inquiry_notice", "请你（单位）于2024年8月5日9时0分到机关二楼接受询问调查"),
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
        ("transfer_letter", "不属于本机关管辖：该事项由县级机关管辖。"),
        ("deferral_request", "申请分期缴纳罚款。理由：经营困难。"),
        ("deferral_approval", "2024年11月10日以前缴纳"),
        ("extension_approval", "延长至2025年5月2日"),
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
        ("benefit_stop", "决定自2024年12月1日起停发"),
        ("benefit_recovery", "决定追回600元（大写：陆佰元整）"),
        ("risk_report", "三、评估的结论"),
        ("levy_announcement", "被征收人对征收决定不服的"),
        ("compensation_decision", "属于“签约期限内达不成补偿协议”的情形"),
        ("compensation_announcement", "在演示片区社区公告栏公告"),
        ("payment_notice", "缴款码：演示-0001"),
        ("licence_hearing_public_notice", "的行政许可公开举行听证"),
        ("correction_approval", "更正的内容和原因"),
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
