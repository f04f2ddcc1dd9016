"""Names as people read them."""

from __future__ import annotations

OTHER = "其他"


def category_name(category: str) -> str:
    """The full name of a category of enforcement (执法类别); empty where there is none.

    >>> category_name("处罚"), category_name("其他")
    ('行政处罚', '其他行政权力')
    """
    if category == OTHER:
        return "其他行政权力"
    return f"行政{category}" if category else ""
