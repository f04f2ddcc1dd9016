"""Free texts with invented numbers of invented people and with numbers that only look like them, the truth beside each.

Made by code from a seed: the same texts everywhere, nobody's number in the repository."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

IDENTITY, CARD, CREDIT = "身份证号", "银行账号", "统一社会信用代码"
CHECKED = (IDENTITY, CARD, CREDIT)
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True)
class Text:
    """A text; the truth: (class, start, end) of each number with a check digit, in order."""

    text: str
    truth: tuple[tuple[str, int, int], ...]


def identity(draw: random.Random, *, wrong: bool = False) -> str:
    born = date(1930, 1, 1) + timedelta(days=draw.randrange(33_000))
    region = draw.choice(("110105", "410302", "530129", "650102", "420112", "310105", "630104", "810000"))
    body = f"{region}{born:%Y%m%d}{draw.randrange(1000):03d}"
    total = sum(int(sign) * (2 ** (17 - place) % 11) for place, sign in enumerate(body))
    return body + "10X98765432"[(total + wrong * draw.randrange(1, 11)) % 11]


def card(draw: random.Random, *, wrong: bool = False) -> str:
    prefix, length = draw.choice((("622202", 19), ("621700", 19), ("625900", 16), ("622848", 19), ("436742", 16),
                                  ("955880", 19), ("520108", 16), ("370246", 15), ("356895", 16)))  # fmt: skip
    body = prefix + "".join(draw.choices("0123456789", k=length - 1 - len(prefix)))
    total = 0
    for place, sign in enumerate(reversed(body)):
        doubled = int(sign) * (2 if place % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return body + str((-total + wrong * draw.randrange(1, 10)) % 10)


def credit(draw: random.Random, *, wrong: bool = False) -> str:
    body = draw.choice(("9141", "9242", "1253", "5165", "9311"))
    body += "0" + draw.choice("123") + "00" + "MA" + "".join(draw.choices(SIGNS, k=7))
    total = sum(SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + SIGNS[(-total + wrong * draw.randrange(1, 31)) % 31]


MAKERS: dict[str, Callable[..., str]] = {IDENTITY: identity, CARD: card, CREDIT: credit}


def written(draw: random.Random, number: str) -> str:
    """The number as people write it: plain, full width, in groups by space, hyphen or quote, sign by sign."""
    way = draw.randrange(8)
    if way < 3:
        return number
    if way == 3:
        return "".join(chr(ord(sign) + 0xFEE0) for sign in number)
    if way == 4:
        return " ".join(number)
    cuts = (6, 14) if len(number) == 18 else (4, 8, 12)
    gap = {5: " ", 6: "-", 7: "”“"}[way]
    return gap.join(number[a:b] for a, b in zip((0, *cuts), (*cuts, len(number)), strict=True))


def decoy(draw: random.Random) -> str:
    """No number of a person: its check digit is wrong, or it is a sum, a time, a batch, a document, an order."""
    day = date(2019, 1, 1) + timedelta(days=draw.randrange(2500))
    digits = "".join(draw.choices("0123456789", k=20))
    return draw.choice((
        identity(draw, wrong=True), card(draw, wrong=True), credit(draw, wrong=True),
        f"{draw.randrange(10**11):,}.{digits[:2]}元", f"{digits[:12]}元",
        f"订单号{digits[:draw.randrange(14, 20)]}", f"{day:%Y%m%d}{digits[:10]}", f"{day:%Y%m%d%H%M%S}{digits[:3]}",
        f"批号{day:%Y%m%d}{digits[:4]}", f"SN{digits[:16]}", f"69{digits[:11]}", f"洛市监罚〔2024〕{digits[:3]}号",
        f"{day.isoformat()} 14:30:00", f"第{digits[:3]}条", f"17{digits[:11]}", f"{digits[:20]}",
    ))  # fmt: skip


OPENINGS = ("经查，", "当事人陈述：", "现场检查发现", "证据显示，", "另查明，", "依法调取")
BETWEEN = ("，与", "；另有", "，记录为", "。后经核对，", "（见附件），", "，载明")


def texts(count: int = 2_000, seed: int = 20_260_101) -> Iterator[Text]:
    """Texts of four passages each, numbers and decoys in equal parts."""
    draw = random.Random(seed)
    for _ in range(count):
        text, truth = draw.choice(OPENINGS), []
        for _ in range(4):
            if draw.random() < 0.5:
                sort = draw.choice(CHECKED)
                number = written(draw, MAKERS[sort](draw))
                truth.append((sort, len(text), len(text) + len(number)))
                text += number
            else:
                text += decoy(draw)
            text += draw.choice(BETWEEN)
        yield Text(text, tuple(truth))
