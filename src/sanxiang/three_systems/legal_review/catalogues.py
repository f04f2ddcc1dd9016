"""What may happen to a list of major decisions (目录的环节)."""

from __future__ import annotations

from dataclasses import dataclass

from sanxiang.core.events import Event, registry

STATES = {"compiled": "等待审核备案", "returned": "已退回修改", "filed": "已备案，等待公布", "published": "已公布"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a list: its name, the facts it asks, who does it, in which state of the working edition."""

    id: str
    name: str
    event: type[Event]
    facts: tuple[str, ...]
    by: tuple[str, ...]
    states: tuple[str, ...]
    help: str

    def fits(self, state: str) -> bool:
        return not self.states or state in self.states


FILERS = ("reviewer", "legal_head", "supervisor")
STEPS = {
    step.id: step
    for step in (
        Step("compile", "编制、调整目录", registry.CatalogueCompiled, ("catalogue_entries", "catalogue_note"),
             ("officer", "unit_head"), (), "每一事项写明依据和标准、内容、程序、期限。公布以前，原来的版本仍然有效。"),
        Step("return", "退回修改", registry.CatalogueReturned, ("catalogue_return_reason",), FILERS, ("compiled",),
             "写明要修改的内容，承办机构修改后重新提交。"),
        Step("file", "审核备案", registry.CatalogueFiled, ("catalogue_receipt",), FILERS, ("compiled",),
             "核对事项、依据和标准，给出备案号；备案号就是回执。"),
        Step("publish", "公布", registry.CataloguePublished, (), ("publisher", "disclosure_checker"), ("filed",),
             "公布之日起，目录所列的事项都要经过法制审核。"),
    )
}  # fmt: skip
