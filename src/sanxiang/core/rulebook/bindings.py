"""The closed set of bindings: all that a clause can make the system do (规则的作用)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sanxiang.core.values import Period

from .dictionary import STRICT
from .procedure import Activity
from .vocabulary import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What must be before an act may be done (关口).

    It stands before the acts named in `acts`, the kinds of event in `emits` or the sorts of activity in `activities`
    (empty: every act), where `when` holds. `say` is the refusal in plain words, `fix` the act that mends it, or what is
    said about a recording (`recording.explained`)."""

    __pydantic_config__ = STRICT

    needs: tuple[Condition, ...]
    say: str
    acts: tuple[str, ...] = ()
    emits: tuple[str, ...] = ()
    activities: tuple[Activity, ...] = ()
    when: Condition | None = None
    fix: str = ""
    helper: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publicity:
    """A class of penalty information by how long it is public (失信信息分类与公示期限): proposed `when` that holds, the
    first in the order of the clauses; a person confirms it. `least` none where there is no least period; `shown`
    whether it is published where nobody says that it is needed; `say` why it is this class."""

    __pydantic_config__ = STRICT

    name: str
    most: Period
    say: str
    when: Condition
    least: Period | None = None
    shown: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Duty to record an activity in sound and picture (音像记录要求): full length, as needed, or text is enough;
    `exempt`
    frees it on one of the `grounds`, which one of the posts in `by` approves (免予音像记录)."""

    __pydantic_config__ = STRICT

    duty: Literal["full", "as_needed", "text", "exempt"]
    activities: tuple[Activity, ...] = ()
    acts: tuple[str, ...] = ()
    when: Condition | None = None
    grounds: tuple[str, ...] = ()
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What brings a decision under legal review (法制审核范围). Each entry alone does; `except_when` takes it out."""

    __pydantic_config__ = STRICT

    when: Condition
    say: str
    except_when: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """An outcome of the review as the regulation names it, and whether the decision may go on."""

    __pydantic_config__ = STRICT

    id: str
    name: str
    passes: bool
    leads_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """How a review is done here (审核要点与结论): its points, its outcomes, who reviews, whether the online record
    may stand in place of a paper, and whether the internal form of approval may carry the review."""

    __pydantic_config__ = STRICT

    points: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    departments: tuple[str, ...] = ()
    online_instead_of_paper: bool = False
    in_approval_form: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A question only a person may answer (须由人判断). `by` posts, `record` what must be written down."""

    __pydantic_config__ = STRICT

    id: str
    question: str
    by: tuple[str, ...]
    record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A dated table of amounts (数额标准). A row names the kind of penalty (`kind`), the least amount in fen
    (`at_least_fen`), and may name the kind of party (`party`), the sector (`sector`, 领域), the agency whose own
    amount it is (`agency`, its registered name or unified social credit code) and the law (`law`).

    Among rows for the same penalty that of the agency binds, then the most local, then that of the sector, then that of
    the party. `status` is 须核定 where the amounts await confirmation by the agency."""

    __pydantic_config__ = STRICT

    id: str
    label: str
    rows: tuple[Mapping[str, str | int], ...]
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A ratio from the records (指标): numerator over denominator of named counts, with its least value in percent."""

    __pydantic_config__ = STRICT

    id: str
    label: str
    numerator: str
    denominator: str
    least_percent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A statement due each year on `due` ("01-31"), empty: when asked for (报告); of whose figures `scope` tells."""

    __pydantic_config__ = STRICT

    id: str
    label: str
    due: str
    receivers: tuple[str, ...]
    owner: str = ""
    scope: Literal["agency", "department", "jurisdiction"] = "agency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may see what, for which purpose (调阅权限)."""

    __pydantic_config__ = STRICT

    levels: tuple[str, ...]
    say: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyTask:
    """A dated organisational task with its proof (组织任务). `due` an ISO date, a yearly "09-30" or empty."""

    __pydantic_config__ = STRICT

    id: str
    label: str
    owner: str
    due: str = ""
    receivers: tuple[str, ...] = ()
    proof: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """Names the journey that shows a clause (能力). A journey that is not there yet makes the clause pending."""

    __pydantic_config__ = STRICT

    journey: str
    note: str = ""
