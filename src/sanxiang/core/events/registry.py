"""Events of the registers: agencies, departments, officers, certificates, items (主体、人员、事项).

Who was competent on a day is answered from these, never from a table that somebody may edit."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Event, kind


@kind("agency.registered")
@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyRegistered(Event):
    """Enforcement body registered (行政执法主体登记). Administrative Penalty Law, arts. 17 to 21."""

    jurisdiction: str


@kind("agency.changed")
@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyChanged(Event):
    """Data of an enforcement body changed (主体信息变更)."""


@kind("agency.ended")
@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyEnded(Event):
    """Enforcement body ended (主体撤销)."""


@kind("agency.settled")
@dataclass(frozen=True, slots=True, kw_only=True)
class AgencySettled(Event):
    """What a regulation leaves to the agency, settled by it (机关自定事项). `setting` is a word of the rulebooks'
    conditions, `value` whether it is so from the ISO day `effective` on; a later decision replaces the earlier from its
    own day."""

    setting: str
    effective: str
    value: bool = False


@kind("department.registered")
@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentRegistered(Event):
    """Department of an agency registered (内设机构). Stands in the agency's stream; `department` is its id there,
    `functions` what it is for: handling, review, disclosure, archive, supervision, equipment."""

    department: str
    functions: tuple[str, ...] = ()


@kind("department.ended")
@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentEnded(Event):
    """Department ended (内设机构撤销)."""

    department: str


@kind("officer.registered")
@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerRegistered(Event):
    """Officer registered (行政执法人员登记). Administrative Penalty Law, art. 42."""

    agency: str


@kind("officer.changed")
@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerChanged(Event):
    """Data of an officer changed (人员信息变更)."""


@kind("officer.left")
@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerLeft(Event):
    """Officer left the agency (调离、退休)."""


@kind("post.appointed")
@dataclass(frozen=True, slots=True, kw_only=True)
class PostAppointed(Event):
    """Appointed to a post in a department (任职). `post` is an id of the list of posts, `department` one of the
    agency's."""

    post: str
    department: str
    first_time: bool = False


@kind("post.ended")
@dataclass(frozen=True, slots=True, kw_only=True)
class PostEnded(Event):
    """Post ended (免职)."""

    post: str
    department: str


@kind("post.delegated")
@dataclass(frozen=True, slots=True, kw_only=True)
class PostDelegated(Event):
    """Approvals of a post given to somebody else for a time (授权代行审批). Stands in the stream of whoever acts then;
    whoever holds the post himself enters it. `until` the last ISO day, inclusive; `scope` the categories of cases. No
    statute of procedure speaks of it (须核定)."""

    post: str
    department: str
    until: str
    scope: tuple[str, ...] = ()


@kind("post.delegation_ended")
@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationEnded(Event):
    """Delegation of a post ended before its last day (提前终止授权代行). From this day on it holds no more."""

    post: str
    department: str


@kind("exam.passed")
@dataclass(frozen=True, slots=True, kw_only=True)
class ExamPassed(Event):
    """Qualification exam passed (执法资格考试合格). 国办发〔2018〕118号; `exam` is its id: enforcement or judicial."""

    exam: str


@kind("training.completed")
@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingCompleted(Event):
    """Training completed (培训). `hours` whole hours."""

    training: str
    hours: int = 0


@kind("certificate.issued")
@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateIssued(Event):
    """Enforcement certificate issued (行政执法证件制发). Days are ISO dates, both inclusive."""

    number: str
    valid_from: str
    valid_until: str
    issuer: str = ""


@kind("certificate.suspended")
@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateSuspended(Event):
    """Certificate suspended or revoked (暂扣、吊销、注销执法证件)."""

    number: str


@kind("item.listed")
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemListed(Event):
    """Enforcement item put on the list (执法事项列入清单). 国办发〔2018〕118号 二(一). `item` is its code."""

    item: str
    agency: str
    category: str


@kind("item.changed")
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChanged(Event):
    """Data of an enforcement item changed (事项信息变更)."""


@kind("item.removed")
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRemoved(Event):
    """Enforcement item taken off the list (事项取消)."""

    item: str


@kind("catalogue.compiled")
@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueCompiled(Event):
    """A department's list of major decisions compiled or adjusted (重大执法决定法制审核目录的编制、调整). Stands in the
    agency's stream. 国办发〔2018〕118号 四(二)."""

    department: str


@kind("catalogue.returned")
@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueReturned(Event):
    """List of major decisions returned for changes (目录退回修改)."""

    department: str


@kind("catalogue.filed")
@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueFiled(Event):
    """List of major decisions reviewed and filed, with its receipt (目录审核备案)."""

    department: str


@kind("catalogue.published")
@dataclass(frozen=True, slots=True, kw_only=True)
class CataloguePublished(Event):
    """List of major decisions published (目录公布). From this day on its entries bring decisions under review."""

    department: str


@kind("rulebook.enacted")
@dataclass(frozen=True, slots=True, kw_only=True)
class RulebookEnacted(Event):
    """A version of a rulebook taken into use (规则启用). `digest` is the SHA-256 of its canonical form, `effective` the
    ISO day from which it applies."""

    rulebook: str
    digest: str
    effective: str


@kind("holidays.arranged")
@dataclass(frozen=True, slots=True, kw_only=True)
class HolidaysArranged(Event):
    """Holiday arrangement of a year announced (节假日安排). `calendar` is the id of the place's calendar, `digest` the
    SHA-256 of the dated table. From here on open duties are counted with it. 民法典, art. 203."""

    calendar: str
    year: int
    digest: str
