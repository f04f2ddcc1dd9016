"""The other systems that received a decision (接收方), and whether each said that it took the withdrawal.

What they hold cannot be looked at from here: a receipt that names the withdrawal counts, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from sanxiang.interchange.exchange.pushing import given_up
from sanxiang.interchange.models import CreditRecord, Delivery, Partner, Withdrawal
from sanxiang.three_systems.disclosure.models import Published

Told = tuple[datetime | None, str, str]
"""When it confirmed (None: not yet), in which words, or why it is open."""
STOPPING = {
    "stop": "等待报送停止公示", "stopping": "停止公示已经报送，等待平台的回执",
}  # fmt: skip


def of(row: Withdrawal, shown: Published) -> Iterator[tuple[str, str, Told]]:
    """Every receiver that may hold the decision: its key and name, and how far it is."""
    known = Partner.objects.filter(created_at__lte=row.at, expires_at__gt=row.at)
    known = known.filter(Q(revoked_at=None) | Q(revoked_at__gt=row.at))
    deliveries = {one.partner: one for one in Delivery.objects.filter(stream=row.stream, event=row.event)}
    for partner in known.order_by("name"):
        fits = not partner.categories or shown.category in partner.categories
        if partner.jurisdiction in ("", shown.jurisdiction) and fits:
            told = pushed(partner, deliveries.get(partner.pk)) if partner.address else pulled(partner, row)
            yield f"partner/{partner.pk}", f"共享对象：{partner.name}", told
    record = CreditRecord.objects.filter(stream=row.stream).first()
    if record is not None:
        yield "credit", "信用平台（双公示）", credit(record)


def pushed(partner: Partner, delivery: Delivery | None) -> Told:
    """A partner that is pushed to."""
    if delivery is not None and delivery.state == "delivered":
        return delivery.ended_at, f"回执 {delivery.receipt}", ""
    if ended := over(partner):
        return None, "", ended
    if given_up(partner):
        return None, "", f"连续失败 {partner.failures} 次，已停止推送，要人处理：{partner.problem}"
    if delivery is None:
        return None, "", "等待推送"
    if delivery.state == "refused":
        return None, "", f"{delivery.problem}，要人处理：在“信息共享”里重新推送"
    if not delivery.tries and partner.problem:
        return None, "", f"排在没有送到的后面：{partner.problem}；{again(partner)}"
    if not delivery.tries:
        return None, "", "等待推送"
    return None, "", f"没有回执，已经送过 {delivery.tries} 次：{delivery.problem}；{again(partner)}"


def again(partner: Partner) -> str:
    when = timezone.localtime(partner.next_at) if partner.next_at else None
    return f"{when.month}月{when.day}日 {when:%H:%M} 再试" if when else "马上再试"


def pulled(partner: Partner, row: Withdrawal) -> Told:
    """A partner that comes by itself: what it said it took up to."""
    if partner.taken >= row.position:
        return partner.taken_at, f"对方确认已经收到（第 {partner.taken} 位）", ""
    if ended := over(partner):
        return None, "", ended
    if partner.asked_at is not None and partner.asked_at > row.at:
        return None, "", "对方来取过，还没有确认收到"
    return None, "", "对方还没有来取"


def over(partner: Partner) -> str:
    """Why a partner will say nothing any more; empty where it may."""
    if partner.revoked_at is not None or partner.expires_at <= timezone.now():
        return "共享已经作废或者过期，送不到；请另行通知对方删去"
    return ""


def credit(record: CreditRecord) -> Told:
    """The credit platform, which takes files."""
    if record.state == "gone":
        return record.changed_at, "没有报送过，不再报送", ""
    if record.state == "stopped":
        return record.changed_at, f"平台已停止公示：{record.said}", ""
    return None, "", STOPPING.get(record.state, "还没有转为停止公示，等待核对")
