"""The columns of each spreadsheet: what they are called, what else they are called, what they are for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["officers", "agencies", "items", "devices", "inspectees", "objects"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`id` a fact of the dictionary or a field of our own; `type` one of cells.READERS; `also` other headings."""

    id: str
    label: str
    type: str = "text"
    required: bool = False
    also: tuple[str, ...] = ()
    help: str = ""
    example: str = ""
    choices: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One kind of spreadsheet; `stream` the kind of register it writes, `keeper` the post that brings it in."""

    kind: Kind
    title: str
    stream: str
    columns: tuple[Column, ...]
    keeper: str = "registrar"

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.id == name)

    @property
    def facts(self) -> tuple[str, ...]:
        """The columns that are facts of the dictionary."""
        return tuple(column.id for column in self.columns if column.id.startswith(FACTS))


FACTS = ("officer_", "agency_", "item_", "device_", "inspectee_", "party_", "legal_representative")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


OFFICERS = Sheet(
    "officers",
    "执法人员",
    "officer",
    (
        Column(
            id="officer_name", label="姓名", required=True, also=_words("执法人员姓名 人员姓名 名字"), example="张三"
        ),
        Column(
            id="officer_id_number",
            label="身份证号码",
            type="code",
            required=True,
            also=_words("身份证号 身份证 公民身份号码 居民身份证号码 居民身份证号"),
            help="18 位；整列设为文本",
        ),
        Column(
            id="department",
            label="所属内设机构",
            required=True,
            also=_words("内设机构 科室 部门 所属科室 所在科室 所属部门 所在部门 所属机构"),
            help="与登记的内设机构名称一致",
            choices="departments",
            example="综合执法一科",
        ),
        Column(
            id="posts",
            label="岗位",
            type="list",
            required=True,
            also=_words("执法岗位 岗位类别 岗位名称 任职岗位"),
            help="兼任几个岗位的，用顿号隔开",
            choices="posts",
            example="执法人员",
        ),
        Column(
            id="appointed_on",
            label="任职日期",
            type="day",
            also=_words("任职时间 到岗日期 上岗日期"),
            help="不填的，按导入当天",
            example="2024-09-27",
        ),
        Column(id="officer_post", label="职务", also=_words("行政职务 职位"), example="科员"),
        Column(
            id="officer_phone",
            label="联系电话",
            type="code",
            also=_words("电话 手机 手机号 手机号码 联系方式 人员电话"),
        ),
        Column(id="officer_enforcement_scope", label="执法范围", also=_words("执法领域 执法区域")),
        Column(
            id="exam_on",
            label="执法资格考试合格日期",
            type="day",
            also=_words("资格考试合格日期 考试合格日期 考试通过日期 考试合格时间 执法资格考试日期 考试日期"),
            help="执法人员和持证人员必填",
            example="2024-05-18",
        ),
        Column(
            id="judicial_on",
            label="法律职业资格取得日期",
            type="day",
            also=_words("法律职业资格日期 国家统一法律职业资格日期 法考通过日期 司法考试通过日期"),
        ),
        Column(
            id="certificate",
            label="执法证号",
            type="code",
            also=_words("行政执法证号 执法证编号 执法证件号 执法证件号码 执法证件编号 证件编号 证号"),
        ),
        Column(id="issuer", label="发证机关", also=_words("颁发机关 制发机关 发证单位 颁证机关")),
        Column(
            id="valid_from",
            label="发证日期",
            type="day",
            also=_words("有效期起 有效期自 发证时间 颁证日期 证件有效期起 有效期开始日期"),
            example="2024-06-01",
        ),
        Column(
            id="valid_until",
            label="有效期至",
            type="day",
            also=_words("有效期止 到期日期 到期日 证件有效期至 证件有效期止 有效期截止日期 有效期"),
            example="2029-05-31",
        ),
        Column(
            id="first_time",
            label="初次从事法制审核",
            type="flag",
            also=_words("首次从事法制审核 初次审核"),
            help="法制审核人员填“是”或“否”",
            choices="flag",
        ),
    ),
)
AGENCIES = Sheet(
    "agencies",
    "执法主体",
    "agency",
    (
        Column(
            id="agency_name",
            label="机关名称",
            required=True,
            also=_words("主体名称 执法主体 执法主体名称 单位名称 机构名称 名称"),
        ),
        Column(
            id="agency_credit_code",
            label="统一社会信用代码",
            type="code",
            required=True,
            also=_words("信用代码 社会信用代码 机关统一社会信用代码"),
            help="18 位；整列设为文本",
        ),
        Column(
            id="agency_kind",
            label="主体性质",
            required=True,
            also=_words("主体类型 主体类别 性质"),
            choices="agency_kind",
            example="行政机关",
        ),
        Column(id="agency_short_name", label="机关简称", also=_words("简称")),
        Column(
            id="agency_mark",
            label="机关代字",
            also=_words("代字 发文代字 文号代字"),
            help="用于文号，各机关不能相同",
            example="洛市监",
        ),
        Column(id="agency_address", label="机关地址", also=_words("地址 办公地址 单位地址")),
        Column(id="agency_phone", label="机关电话", type="code", also=_words("电话 联系电话 办公电话 单位电话")),
        Column(id="agency_duties", label="职责", also=_words("主要职责 机关职责")),
        Column(id="agency_powers", label="权限", also=_words("执法权限")),
        Column(id="agency_basis", label="执法依据", also=_words("依据 主体依据 法律依据")),
        Column(id="agency_complaint_phone", label="投诉举报电话", type="code", also=_words("举报电话 投诉电话")),
        Column(id="agency_remedies", label="救济渠道", also=_words("救济途径")),
        Column(id="agency_supervision", label="监督方式"),
        Column(id="agency_review_body", label="行政复议机关", also=_words("复议机关")),
        Column(id="agency_court", label="管辖的人民法院", also=_words("人民法院 管辖法院")),
        Column(id="agency_bank", label="代收罚款机构", also=_words("罚款代收机构 代收银行")),
        Column(
            id="departments",
            label="内设机构",
            also=_words("科室 内设科室 部门"),
            choices="functions",
            help="名称后用括号写职能，用分号隔开",
            example="综合执法一科（承办）；政策法规科（法制审核）",
        ),
        Column(
            id="jurisdiction",
            label="适用规则",
            also=_words("法域 所属地区"),
            help="不填的，与导入人所在机关相同",
            choices="jurisdictions",
        ),
    ),
)
ITEMS = Sheet(
    "items",
    "执法事项",
    "item",
    (
        Column(
            id="code", label="事项编码", type="code", required=True, also=_words("编码 事项代码 权力编码 事项编号 编号")
        ),
        Column(id="item_name", label="事项名称", required=True, also=_words("名称 执法事项 权力名称 执法事项名称")),
        Column(
            id="category",
            label="类别",
            required=True,
            also=_words("事项类别 执法类别 权力类型 权力类别 事项类型"),
            choices="categories",
            example="处罚",
        ),
        Column(id="item_basis", label="事项依据", required=True, also=_words("依据 实施依据 法律依据 设定依据")),
        Column(id="item_accepting", label="受理机构"),
        Column(id="item_approving", label="审批机构"),
        Column(id="item_conditions", label="受理条件", also=_words("办理条件")),
        Column(id="item_term", label="办理时限", also=_words("时限 办理期限")),
        Column(id="item_fee", label="收费标准", also=_words("收费")),
        Column(id="item_materials", label="申请材料", also=_words("材料")),
        Column(id="item_flow", label="办理流程", also=_words("流程")),
        Column(id="listed_on", label="列入日期", type="day", also=_words("列入清单日期"), help="不填的，按导入当天"),
    ),
)
DEVICES = Sheet(
    "devices",
    "音像记录设备",
    "device",
    (
        Column(id="code", label="设备编号", required=True, also=_words("编号 设备号 编码"), example="J-01"),
        Column(
            id="kind",
            label="设备类型",
            required=True,
            also=_words("类型 设备种类 设备名称"),
            choices="device_kind",
            example="执法记录仪",
        ),
        Column(
            id="department",
            label="配发单位",
            also=_words("配发科室 使用科室 所属科室 科室 部门"),
            choices="departments",
        ),
        Column(id="device_model", label="型号", also=_words("设备型号 规格型号")),
        Column(id="device_serial", label="序列号", also=_words("SN 出厂编号 机身号")),
        Column(id="device_asset_number", label="资产编号", also=_words("资产号 固定资产编号")),
        Column(id="device_capacity_gb", label="容量（GB）", also=_words("存储容量")),
        Column(id="device_bought_on", label="购置日期", type="day", also=_words("采购日期 购买日期")),
        Column(id="device_price", label="购置金额", also=_words("单价 价格 金额")),
        Column(id="device_fund", label="经费来源", also=_words("经费 资金来源")),
        Column(id="device_place", label="放置地点", also=_words("存放地点 地点")),
        Column(id="registered_on", label="登记日期", type="day", help="不填的，按导入当天"),
    ),
    keeper="device_keeper",
)
INSPECTEES = Sheet(
    "inspectees",
    "检查对象名录库",
    "inspectee",
    (
        Column(id="party_name", label="名称", required=True, example="演示食品有限公司",
               also=_words("企业名称 对象名称 单位名称 检查对象 主体名称")),
        Column(id="party_credit_code", label="统一社会信用代码", type="code", required=True,
               also=_words("信用代码 社会信用代码 代码"), help="18 位；整列设为文本", example="91350100M000100Y43"),
        Column(id="party_kind", label="类型", also=_words("主体类型 对象类型 类别"), choices="enterprises",
               help="不填的，按法人及非法人组织"),
        Column(id="legal_representative", label="法定代表人",
               also=_words("法定代表人或者经营者 负责人 经营者")),
        Column(id="party_address", label="地址", also=_words("住所 住址 经营场所 住所地址 经营地址 所在地")),
        Column(id="party_phone", label="联系电话", type="code", also=_words("电话 联系方式")),
        Column(id="inspectee_level", label="等级", also=_words("风险等级 信用等级 风险或者信用等级 分级"),
               choices="inspectee_level", help="没有评定的空着", example="一般风险"),
        Column(id="inspectee_items", label="检查事项", also=_words("适用的检查事项 抽查事项 事项"),
               help="事项清单里的名称，几项用分号隔开；空着的，适用全部检查事项"),
        Column(id="listed_on", label="列入日期", type="day", help="不填的，按导入当天"),
    ),
)  # fmt: skip
SHEETS: dict[str, Sheet] = {sheet.kind: sheet for sheet in (OFFICERS, AGENCIES, ITEMS, DEVICES, INSPECTEES)}

FUNCTIONS = {
    "handling": "承办",
    "review": "法制审核",
    "disclosure": "公示",
    "archive": "档案",
    "supervision": "监督",
    "lead": "领导",
    "equipment": "装备",
}
"""What a department is for, by id (内设机构的职能)."""
