"""Who may read and who may write which register (登记权限), deny by default.

Everyone with a post in an agency reads its registers; supervisors read those of their jurisdiction. The registrar
(登记管理员) writes his own agency's; the registrar of an agency that leads (司法行政部门) those of the jurisdiction.
The write path asks again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connections
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils import timezone

from sanxiang.casework.access import Reader
from sanxiang.casework.registers import registers_for
from sanxiang.casework.registration import LEADING
from sanxiang.casework.views.common import staff
from sanxiang.core.values import legal_day

from .models import AgencyRow


@dataclass(frozen=True, slots=True)
class Visitor:
    """A reader, and whether his agency keeps the registers of the jurisdiction."""

    reader: Reader
    leads: bool

    @property
    def registrar(self) -> bool:
        return "registrar" in self.reader.posts

    @property
    def wide(self) -> bool:
        """Whether he sees the whole jurisdiction."""
        return "supervisor" in self.reader.posts or (self.leads and self.registrar)

    def agencies(self) -> QuerySet[AgencyRow]:
        """The agencies whose registers he may read."""
        if not self.reader.officer or not self.reader.posts:
            return AgencyRow.objects.none()
        if self.wide:
            return AgencyRow.objects.filter(jurisdiction=self.reader.jurisdiction)
        return AgencyRow.objects.filter(stream=self.reader.agency)

    def agency(self, stream: UUID | str) -> AgencyRow:
        """One of these. Raises Http404."""
        row = self.agencies().filter(stream=stream).first()
        if row is None:
            raise Http404
        return row

    def may_write(self, agency: AgencyRow) -> bool:
        if not self.registrar:
            return False
        own = str(agency.stream) == self.reader.agency
        return own or (self.leads and agency.jurisdiction == self.reader.jurisdiction)

    def require_write(self, agency: AgencyRow) -> None:
        if not self.may_write(agency):
            raise PermissionDenied("登记由本机关的登记管理员办理")


def visitor_of(reader: Reader) -> Visitor:
    leads = False
    if reader.agency and "registrar" in reader.posts:
        agency = registers_for(connections["default"], reader.agency, ()).agency(reader.agency)
        leads = agency is not None and bool(agency.with_function(LEADING, legal_day(timezone.now())))
    return Visitor(reader, leads)


Page = Callable[..., HttpResponse]


def for_staff(view: Page) -> Page:
    """A page for those who hold a post: `view(request, visitor, …)`."""

    @staff
    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, visitor_of(request.reader), *args, **kwargs)

    return guarded
