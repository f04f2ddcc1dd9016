"""How far the origin of a recording or file can be shown (来源等级)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

GRADES = {
    "A": "在本系统里录制，片段链完整：从录制起没有改动，都能证明",
    "B": "用手机自带的相机拍摄，或者在手机页面上手写，由本系统的页面当场接收",
    "C": "在别处制作以后传入：传入以后没有改动能证明，传入以前靠来源的说明",
    "D": "来源不能验证：片段链对不上，或者时间、内容不可信",
}
"""What each grade means, in plain words."""
FROM_ELSEWHERE = "C"


def grade_of(file: Mapping[str, Any]) -> str:
    """The grade of a file as an event names it. Of what was uploaded nothing is known from before, and nothing is said:
    only another grade stands with the file.

    >>> grade_of({"name": "合同.pdf"}), grade_of({"name": "签名.png", "grade": "B"})
    ('C', 'B')
    """
    return str(file.get("grade") or FROM_ELSEWHERE)
