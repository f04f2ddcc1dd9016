"""Where the publication of a decision stands (公示的阶段)."""

from __future__ import annotations

from collections.abc import Mapping

STATES: Mapping[str, str] = {
    "": "还没有决定",
    "draft": "待脱敏",
    "masking": "退回脱敏",
    "check": "待审核",
    "ready": "待发布",
    "published": "已公示",
    "corrected": "已更正",
    "withdrawn": "已撤下",
    "expired": "期满撤下",
    "withheld": "依法不公开",
}
"""Every state in the order in which a publication goes through them; a case is in exactly one."""

EXPIRED = "期满"
OPEN = ("draft", "masking", "check", "ready")
"""Still on its way to the public."""
PUBLIC = ("published", "corrected")
