"""The events of a paper that goes out: the electronic seal put on it, and its bytes where it bears none."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Event, kind


@kind("paper.sealed")
@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSealed(Event):
    """Electronic seal put on a paper (加盖电子印章). Electronic Signature Law (电子签名法), arts. 13 and 14.

    `paper` is the event that made the paper and `index` its place there; `files` holds the signed PDF; `certificate`
    SHA-256 in hex of the seal's certificate, `subject` whom it names; `stamped` whether an RFC 3161 time stamp stands
    in it. The system notes it after the act: it is no act of the procedure and changes nothing of the case."""

    paper: str
    index: int
    certificate: str
    subject: str = ""
    stamped: bool = False


@kind("paper.issued")
@dataclass(frozen=True, slots=True, kw_only=True)
class PaperIssued(Event):
    """Bytes of a paper without an electronic seal, as it goes out (制发登记). 国办发〔2018〕118号 三(一).

    `paper` is the event that made the paper and `index` its place there; `files` holds the PDF, so that one changed
    byte is found by whoever has the receipt of this event. The system notes it after the act."""

    paper: str
    index: int
