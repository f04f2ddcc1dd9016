"""The text of a decision on the spot as the party reads it on the screen (当场行政处罚决定书的全文), line by line what
spot_paper.js shows: composed here anew from what is recorded, to compare. Administrative Penalty Law, art. 52."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sanxiang.core.gates.fulltext import AGENCY, named
from sanxiang.core.registers import Agency
from sanxiang.core.values import chinese_date
from sanxiang.three_systems.recording.documents import catalogue
from sanxiang.three_systems.recording.documents.preparing import clean

GAP = "＿" * 6
LINE = "＿" * 4
CODE = "报回机关以后，扫码核对"
MARKS = str.maketrans("", "", "《》")
NOT_ON_SPOT = "不当场收缴"


def composed(
    facts: Mapping[str, Any], *, number: str, day: date, officers: Sequence[tuple[str, str]], agency: Agency | None
) -> str:  # fmt: skip
    """The whole text; `officers` name and number of the certificate of each."""
    told = named(agency.facts if agency else {}, AGENCY)
    terms = {one.id: one.text for one in catalogue().terms}
    return text_of(plain(facts), number=number, day=chinese_date(day), officers=officers, agency=told, terms=terms)


def without_code(text: str) -> str:
    """The text without the line under the code, which phones of an older version read along."""
    return text.removesuffix(f"\n{CODE}")


def text_of(
    f: Mapping[str, Any], *, number: str, day: str, officers: Sequence[tuple[str, str]],
    agency: Mapping[str, str], terms: Mapping[str, str],
) -> str:  # fmt: skip
    """The text from facts in plain form, amounts in fen."""
    name = agency.get("name", "")
    people = "、".join(f"{who}（执法证号 {card}）" for who, card in officers)
    laws = "、".join(
        f"《{str(row.get('law') or '').translate(MARKS)}》{row.get('article') or ''}"
        for row in f.get("legal_basis") or ()
    )
    review, court = agency.get("review_body") or LINE, agency.get("court") or LINE
    lines = [
        name, "当场行政处罚决定书", f"编号：{number}", *_party(f),
        f"{day}，执法人员{people}在{f.get('place', '')}检查时，出示执法证件，当场查明下列违法事实：",
        stopped(f.get("violation_facts", "")), *_told(f),
        f"依据{laws}和《行政处罚法》第五十一条、第五十二条，决定给予下列处罚：",
        *(sanction(row) for row in f.get("sanctions") or () if row.get("kind")),
        *([stopped(f["correction_order"])] if f.get("correction_order") else []), *_payment(f, terms),
        f"如不服本决定，应当先自收到本决定书之日起{terms['reconsideration']}内向{review}申请行政复议；对行政复议决定不服的，"
        f"可以自收到行政复议决定书之日起{terms['suit_after_review']}内依法向{court}提起行政诉讼。",
        f"执法人员（签名）：{GAP * len(officers)}", f"当事人（签收）：{GAP}", f"{name}{day}",
        "一份当场交付当事人，一份报所属行政机关备案。决定的文号在报备时编排，凭本编号查询。",
    ]  # fmt: skip
    return "\n".join(line for line in lines if line)


def _party(f: Mapping[str, Any]) -> Iterator[str]:
    head = f"　法定代表人（负责人）：{f['legal_representative']}" if f.get("legal_representative") else ""
    yield f"当事人：{f.get('party_name', '')}{head}"
    if paper := f.get("party_credit_code") or f.get("party_id_number"):
        yield f"证件号码（统一社会信用代码）：{paper}"
    if f.get("party_address"):
        yield f"住所（住址）：{f['party_address']}"


def _told(f: Mapping[str, Any]) -> Iterator[str]:
    if rows := f.get("evidence_list"):
        yield f"上述事实有下列证据证明：{'、'.join(row['name'] for row in rows if row.get('name'))}。"
    said = f.get("defence_statement")
    yield "执法人员当场告知了拟作出的处罚内容、事实、理由、依据和依法享有的权利。" + (
        f"当事人陈述、申辩：{stopped(said)}" if said else "当事人当场未提出陈述、申辩。"
    )
    for fact in ("decision_reasons", "discretion_reasons"):
        if f.get(fact):
            yield stopped(f[fact])


def _payment(f: Mapping[str, Any], terms: Mapping[str, str]) -> Iterator[str]:
    if not any(row.get("kind") == "罚款" for row in f.get("sanctions") or ()):
        return
    how = f.get("collected_on_spot") or ""
    if how != NOT_ON_SPOT:
        yield (f"罚款由执法人员当场收缴（{how}），出具财政部门统一制发的专用票据；不出具的，当事人有权拒绝缴纳。")
        return
    yield (
        f"当事人应当自收到本决定书之日起{terms['payment']}内将罚款缴至{f.get('payment_bank') or ''}。"
        f"到期不缴纳的，每日按罚款数额的{terms['late_fee']}加处罚款，加处罚款的数额不超出罚款的数额。确有经济困难的，可以申请延期或者分期缴纳。"
    )


def sanction(row: Mapping[str, Any]) -> str:
    fen = int(row.get("amount") or 0)
    amount = f"人民币 {fen // 100}.{fen % 100:02d} 元" if fen else ""
    return "，".join(filter(None, (row["kind"], amount, row.get("text"))))


def stopped(text: str) -> str:
    return text if text.endswith(("。", "；")) else f"{text}。"


def plain(value: Any) -> Any:
    """The value with its texts as a paper prints them."""
    if isinstance(value, Mapping):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return clean(value) if isinstance(value, str) else value
