"""Decision texts as agencies write them, with a few invented personal data in each: paragraphs of invented prose, put
together from a seed. Other carriers, other ways of writing and another seed than the dense texts of `_persons`."""

from __future__ import annotations

import random
from collections.abc import Iterator

from benchmarks._persons import CARD, CREDIT, IDENTITY, MAKERS, Text

PARAGRAPHS = (
    "{day}，本机关执法人员在{place}进行日常监督检查时，发现当事人经营的货架上摆放有超过保质期的预包装食品{count}袋，货值金额{sum}元。"
    "执法人员当场制作了现场笔录，对上述食品依法采取先行登记保存措施，并通知当事人到本机关接受询问调查。",
    "当事人{name}，男，公民身份号码{identity}，汉族，个体工商户经营者，住{place}。经向公安机关核实，其身份信息属实。",
    "当事人{name}营业执照载明的统一社会信用代码为{credit}，经营范围为食品销售、日用百货零售；{day}领取营业执照，登记状态为存续。",
    "经查明，当事人自{day}起从事上述经营活动，至案发时共销售{count}件，销售收入{sum}元，获利{less}元。购货款由当事人通过开户银行"
    "卡号{card}的账户支付，有转账凭证、进货票据和销售台账为证，当事人对上述事实没有异议。",
    "上述事实，有现场检查笔录、询问笔录、营业执照复印件、照片{few}张和销售台账等证据证明。证据材料均经当事人签名确认，来源合法，"
    "内容真实，与本案具有关联性，足以认定违法事实。",
    "{day}，本机关向当事人送达了《行政处罚事先告知书》（{mark}罚告〔2024〕{few}号），告知拟作出行政处罚的事实、理由、依据和内容，以及"
    "当事人依法享有的陈述、申辩和要求听证的权利。当事人在法定期限内未提出陈述、申辩意见，也未要求听证。",
    "本机关认为，当事人的行为违反了《中华人民共和国食品安全法》第三十四条第（十）项的规定，依据该法第一百二十四条第一款第（五）项，"
    "应当责令改正，没收违法所得和违法生产经营的食品，并处五千元以上五万元以下罚款。鉴于当事人积极配合调查，主动提供证据材料，违法"
    "行为轻微，社会危害性较小，符合《中华人民共和国行政处罚法》第三十二条规定的从轻情形，决定从轻处罚。",
    "证人{name}（公民身份号码{identity}，联系电话{mobile}）陈述称，其于{day}在该店购买饮料{few}瓶，付款{less}元，饮用后感到不适，"
    "遂拨打12345热线投诉。执法人员随即进行了核实，并依法调取了店内监控录像。",
    "综上，现决定：一、没收违法所得{less}元；二、没收超过保质期的食品{count}袋；三、罚款{sum}元。当事人应当自收到本决定书之日起十五日"
    "内到指定银行缴纳罚款；到期不缴纳的，每日按罚款数额的百分之三加处罚款，加处罚款的数额不超过罚款的数额。",
    "如不服本决定，可以自收到本决定书之日起六十日内向{city}人民政府申请行政复议，也可以在六个月内依法向人民法院提起行政诉讼。行政"
    "复议或者行政诉讼期间，本决定不停止执行，法律另有规定的除外。",
    "另查，涉案产品外包装标注生产批号{batch}、生产许可证编号SC{license}、执行标准GB 7718-2011，净含量{few}00ml，"
    "生产企业为外省某食品有限公司。本机关已将线索移送该企业所在地市场监督管理部门处理，移送函编号为{mark}移〔2024〕{few}号。",
)  # fmt: skip
PLACES = (
    "涧西区演示街{few}号院{two}号楼{one}单元{room}室",
    "老城区演示大街{few}号",
    "洛龙区演示小区{two}-{one}-{room}",
)
CITIES, MARKS = ("洛阳市", "郑州市", "昆明市", "武汉市"), ("洛市监", "郑城管", "昆应急", "武交")
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈", ("演示", "示例", "某演", "样例")


def decisions(count: int = 400, seed: int = 20_260_707) -> Iterator[Text]:
    """Texts of 300 to 1,500 signs; the truth: (class, start, end) of each number with a check digit, in order."""
    draw = random.Random(seed)
    for _ in range(count):
        least, text = draw.randrange(300, 1_200), ""
        truth: list[tuple[str, int, int]] = []
        while len(text) < least:
            paragraph = draw.choice(PARAGRAPHS)
            for piece in paragraph.replace("{", "\0").replace("}", "\0").split("\0"):
                made = _value(draw, piece)
                sort = {"identity": IDENTITY, "card": CARD, "credit": CREDIT}.get(piece)
                if sort:
                    truth.append((sort, len(text), len(text) + len(made)))
                text += made
            text += draw.choice(("", "\n"))
        yield Text(text, tuple(truth))


def _value(draw: random.Random, name: str) -> str:
    """What stands in a gap of a paragraph; what is no gap stands for itself."""
    makers = {"identity": MAKERS[IDENTITY], "card": MAKERS[CARD], "credit": MAKERS[CREDIT]}
    if name in makers:
        return makers[name](draw)
    few = draw.randrange(3, 90)
    values = {
        "day": f"2024年{draw.randrange(1, 13)}月{draw.randrange(1, 29)}日", "count": str(draw.randrange(2, 900)),
        "sum": f"{draw.randrange(5_000, 50_000):,}.{draw.randrange(100):02d}", "less": str(draw.randrange(20, 3_000)),
        "few": str(few), "name": draw.choice(SURNAMES) + draw.choice(GIVEN), "mark": draw.choice(MARKS),
        "city": draw.choice(CITIES), "mobile": f"139{draw.randrange(10**8):08d}",
        "batch": f"2024{draw.randrange(1, 13):02d}{draw.randrange(1, 29):02d}{few:03d}",
        "license": f"1{draw.randrange(10**12):012d}",
    }  # fmt: skip
    if name == "place":
        numbers = {
            "few": few,
            "two": draw.randrange(1, 30),
            "one": draw.randrange(1, 6),
            "room": draw.randrange(101, 2600),
        }
        return draw.choice(CITIES) + draw.choice(PLACES).format(**numbers)
    return values.get(name, name)
