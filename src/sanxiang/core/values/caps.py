"""Caps that a place sets once for all, or class by class (频次上限)."""

from __future__ import annotations

import re

LINE = re.compile(r"(?P<named>[^：:]{1,50})[：:](?P<cap>\d{1,6})")
OTHERS = "其他"
CAP = "inspection_yearly_cap"
"""The setting of the yearly cap of inspections of one enterprise."""
OWN = "agency_inspection_caps"
"""What an agency published itself (公布的年度检查频次上限), one class a line; it stands before the setting."""
Told = str | int | bool | tuple[str, ...]


def caps_in(told: Told) -> dict[str, int]:
    """The caps of a setting by class; `其他` for whatever no line names. Raises ValueError for a line that is not of
    the form 高风险：4, and for a class that stands twice.

    >>> caps_in(2), caps_in(("高风险：4", "其他：1"))
    ({'其他': 2}, {'高风险': 4, '其他': 1})
    """
    if isinstance(told, bool) or (isinstance(told, str) and not told.isdecimal()):
        raise ValueError(f"上限“{told}”应是一个数，或者逐级写成“高风险：4”")
    if not isinstance(told, tuple):
        return {OTHERS: int(told)}
    found: dict[str, int] = {}
    for text in told:
        line = LINE.fullmatch(text.strip())
        if line is None:
            raise ValueError(f"上限“{text}”应写成“高风险：4”；没有等级的写“其他：2”")
        if line["named"].strip() in found:
            raise ValueError(f"“{line['named'].strip()}”的上限写了两次")
        found[line["named"].strip()] = int(line["cap"])
    return found


def cap_of(told: Told, named: str = "") -> int:
    """The cap of a class; 0 where none is set.

    >>> cap_of(("高风险：4", "其他：1"), "高风险"), cap_of(("高风险：4", "其他：1"), ""), cap_of(("高风险：4",), "")
    (4, 1, 0)
    """
    caps = caps_in(told)
    return caps.get(named, caps.get(OTHERS, 0))


def published(own: object, told: Told) -> Told:
    """The lines that an agency published, where it did; else what the place has set.

    >>> published("高风险：4\\n其他：1", 0), published(None, 2)
    (('高风险：4', '其他：1'), 2)
    """
    lines = tuple(line.strip() for line in str(own or "").splitlines() if line.strip())
    return lines or told
