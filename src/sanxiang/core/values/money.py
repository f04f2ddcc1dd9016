"""Amounts of money in whole fen (金额)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from .numerals import FORMAL_DIGITS, formal_numeral

YUAN = re.compile(r"(-?)(\d{1,15})(?:\.(\d{1,2})0*)?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in whole fen (分). TypeError for anything but an int: a float never becomes money.

    >>> fine = Money.from_yuan("12300")
    >>> str(fine), fine.plain(), fine.in_words(), str(fine.in_wan())
    ('¥12,300.00', '12300', '壹万贰仟叁佰元整', '1.230000')
    """

    fen: int

    def __post_init__(self) -> None:
        if type(self.fen) is not int:
            raise TypeError(f"money is counted in whole fen, not {type(self.fen).__name__}")

    @classmethod
    def from_yuan(cls, yuan: Decimal | str | int) -> Money:
        """The amount of yuan (元) with at most two decimals. ValueError otherwise, TypeError for a float.

        >>> Money.from_yuan("1200.5")
        Money(fen=120050)
        >>> Money.from_yuan("0.001")
        Traceback (most recent call last):
        ValueError: “0.001”不是金额，应以元为单位，最多两位小数
        """
        if isinstance(yuan, bool) or not isinstance(yuan, Decimal | str | int):
            raise TypeError(f"an amount of yuan is text, Decimal or int, not {type(yuan).__name__}")
        if isinstance(yuan, Decimal) and yuan.is_finite() and yuan.adjusted() < 15:
            yuan = f"{yuan:f}"
        if match := YUAN.fullmatch(str(yuan)):
            fen = int(match[2]) * 100 + int((match[3] or "").ljust(2, "0"))
            return cls(-fen if match[1] else fen)
        raise ValueError(f"“{yuan}”不是金额，应以元为单位，最多两位小数")

    def __add__(self, other: Money) -> Money:
        return Money(self.fen + other.fen)

    def __sub__(self, other: Money) -> Money:
        return Money(self.fen - other.fen)

    def __str__(self) -> str:
        return f"{'-' * (self.fen < 0)}¥{abs(self.fen) // 100:,}.{abs(self.fen) % 100:02}"

    def plain(self) -> str:
        """The figure for running text, in yuan without a sign of currency: 2000, 1200.50."""
        yuan, rest = divmod(abs(self.fen), 100)
        return f"{'-' * (self.fen < 0)}{yuan}{f'.{rest:02}' if rest else ''}"

    def in_wan(self) -> Decimal:
        """The amount in 万元 with six decimals, as the credit exchange wants it (双公示, 发改办财金〔2018〕424号)."""
        return Decimal(self.fen).scaleb(-6)

    def in_words(self) -> str:
        """The amount in capitals (大写金额), by the rules for bills and settlement vouchers (支付结算办法, annex 1).

        >>> for yuan in ("0", "0.05", "0.5", "1409.5", "6007.14", "325.04", "107000.53", "100000001"):
        ...     print(Money.from_yuan(yuan).in_words())
        零元整
        伍分
        伍角整
        壹仟肆佰零玖元伍角整
        陆仟零柒元壹角肆分
        叁佰贰拾伍元零肆分
        壹拾万柒仟元伍角叁分
        壹亿零壹元整
        """
        yuan, rest = divmod(abs(self.fen), 100)
        jiao, fen = divmod(rest, 10)
        text = f"{formal_numeral(yuan)}元" if yuan or not rest else ""
        if jiao:
            text += f"{FORMAL_DIGITS[jiao]}角"
        elif fen and yuan:
            text += FORMAL_DIGITS[0]
        text += f"{FORMAL_DIGITS[fen]}分" if fen else "整"
        return "负" * (self.fen < 0) + text
