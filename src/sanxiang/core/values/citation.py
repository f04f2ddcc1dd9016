"""Naming a provision the way Chinese papers name it (引用条款)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .numerals import chinese_numeral

ARTICLE = re.compile(r"(\d{1,4})(?:之(\d{1,2}))?")


@dataclass(frozen=True, slots=True)
class Citation:
    """One provision of one instrument.

    `instrument` its title, with or without 《》; `number` the number of the document where it has one; `article` the
    article as figures (58), numerals (五十八) or full text (第五十八条); `clause` what stands below the article, or the
    place in a document that has no articles.

    >>> str(Citation("行政处罚法", None, "58", None))
    '《行政处罚法》第五十八条'
    >>> str(Citation("行政处罚法", article=64, clause="第一项"))
    '《行政处罚法》第六十四条第一项'
    >>> str(Citation("洛阳市重大行政执法决定法制审核办法", "洛政办〔2019〕37号", None, "三(三)1"))
    '洛政办〔2019〕37号 三(三)1'
    """

    instrument: str
    number: str | None = None
    article: int | str | None = None
    clause: str | None = None

    def __str__(self) -> str:
        title = f"《{self.instrument.strip('《》')}》"
        if self.article:
            number = f"（{self.number}）" if self.number else ""
            return f"{title}{number}{article_text(self.article)}{self.clause or ''}"
        return f"{self.number or title} {self.clause or ''}".rstrip()


def article_text(article: int | str) -> str:
    """The article in words; text of another form is kept as it is written.

    >>> [article_text(a) for a in (58, "58", "四十八", "第四十八条", "120之1", "附件一")]
    ['第五十八条', '第五十八条', '第四十八条', '第四十八条', '第一百二十条之一', '附件一']
    """
    text = str(article).strip()
    if match := ARTICLE.fullmatch(text):
        inserted = f"之{chinese_numeral(int(match[2]))}" if match[2] else ""
        return f"第{chinese_numeral(int(match[1]))}条{inserted}"
    if text and all(sign in "零一二三四五六七八九十百千" for sign in text):
        return f"第{text}条"
    return text
