"""The legal day, dates in Chinese papers, and document numbers."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone

# China has kept one offset without summer time since 1992; a fixed offset needs no time zone files.
CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
MARK = re.compile(r"[^\s〔〕\[\]（）()【】]{1,30}")


def legal_day(moment: datetime) -> date:
    """The day in China (北京时间) of an aware time. ValueError for a time without a zone.

    >>> from datetime import UTC
    >>> legal_day(datetime(2024, 9, 27, 16, 30, tzinfo=UTC))
    datetime.date(2024, 9, 28)
    """
    if moment.tzinfo is None:
        raise ValueError("a time must know its zone before it has a legal day")
    return moment.astimezone(CHINA).date()


def opening_of(day: str, at: datetime) -> datetime:
    """The beginning of an ISO day in China; `at` itself where it lies on this day, or no day was stated.

    >>> opening_of("2024-09-27", datetime(2024, 9, 30, 9, tzinfo=CHINA)).isoformat()
    '2024-09-27T00:00:00+08:00'
    """
    if not day or day == legal_day(at).isoformat():
        return at
    return datetime.combine(date.fromisoformat(day), time(), CHINA)


def chinese_date(day: date) -> str:
    """The date as official documents print it, without leading zeros (GB/T 9704).

    >>> chinese_date(date(2024, 9, 27))
    '2024年9月27日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


def printed(iso: str) -> str:
    """A day or a moment that a fact holds, as a page prints it; other text unchanged. A moment stands in the zone in
    which it was stated.

    >>> printed("2024-09-27"), printed("2024-09-27T09:05:00+08:00"), printed("不详")
    ('2024年9月27日', '2024年9月27日 09:05', '不详')
    """
    try:
        if len(iso) == len("2024-09-27"):
            return chinese_date(date.fromisoformat(iso))
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{chinese_date(moment.date())} {moment:%H:%M}"


def document_number(mark: str, year: int, number: int) -> str:
    """A document number (发文字号): mark, year in six-corner brackets, number without leading zeros (GB/T 9704).

    `mark` is the mark of the agency with that of the kind of document (机关代字, 文种字). ValueError for a mark with
    brackets or spaces, a year that has not four digits, or a number below 1.

    >>> document_number("洛市监罚决字", 2024, 3)
    '洛市监罚决字〔2024〕3号'
    """
    if not MARK.fullmatch(mark):
        raise ValueError(f"“{mark}”不能作为发文机关代字")
    if not 1000 <= year <= 9999 or number < 1:
        raise ValueError(f"年份应为四位数，顺序号从 1 开始，不能是〔{year}〕{number}号")
    return f"{mark}〔{year}〕{number}号"
