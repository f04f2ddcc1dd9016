"""Events of officers who must keep out of a case (回避). Administrative Penalty Law, art. 43."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Event, kind


@kind("avoidance.asked")
@dataclass(frozen=True, slots=True, kw_only=True)
class AvoidanceAsked(Event):
    """The party, or an officer himself, asks that an officer keep out of the case (申请回避)."""


@kind("avoidance.decided")
@dataclass(frozen=True, slots=True, kw_only=True)
class AvoidanceDecided(Event):
    """The head decided whether the officer keeps out (回避决定). `about` is the event of the application."""

    about: str = ""
