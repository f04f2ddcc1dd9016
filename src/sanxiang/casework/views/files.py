"""Files in the form of an act: those just chosen are put aside at once, those chosen before are still there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from sanxiang.casework import uploads
from sanxiang.casework.models import StagedFile
from sanxiang.core.rulebook import Act
from sanxiang.core.values.media import KINDS, MEDIA

HALF = "内容没有传完（网络中断？），没有办理；请再办理一次，没有列出来的文件要重新选择"


@dataclass(slots=True)
class Brought:
    """The files of a form: what waits for the act, what is wrong, and what the form has to say about it."""

    act: Act
    rows: list[StagedFile] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    status: int = 422

    @property
    def files(self) -> tuple[Mapping[str, Any], ...]:
        return uploads.described_of(self.rows)

    @property
    def taken(self) -> str:
        """What may be chosen, in words."""
        assert self.act.files is not None
        kinds = "、".join(KINDS[kind] for kind in self.act.files.kinds)
        return f"{kinds}；每份不超过 {filesizeformat(self.largest)}，最多 {self.act.files.most} 份；断网后会接着传"

    @property
    def accept(self) -> str:
        """For the browser's own choice of files; what is really taken is decided by content."""
        assert self.act.files is not None
        kinds = self.act.files.kinds
        wide = [f"{kind}/*" for kind in kinds if kind in ("image", "audio", "video")]
        named = {name: {one.ending, *uploads.OTHER.get(name, ())} for name, one in MEDIA.items() if one.kind in kinds}
        return ",".join(wide + [f".{ending}" for endings in named.values() for ending in sorted(endings)])

    @property
    def largest(self) -> int:
        return uploads.largest_sent(self.act)

    def forget(self) -> None:
        """The act has taken them."""
        for row in self.rows:
            uploads.forget([row.pk], officer=str(row.officer))


def bring(request: Any, act: Act, stream: str) -> Brought:
    """The files that came with a form and those that were put aside before."""
    found = Brought(act)
    if request.method != "POST":
        kept = request.GET.getlist("kept")
        found.rows = uploads.waiting(kept, officer=request.reader.officer, stream=stream, act=act.id)
        return found
    officer = request.reader.officer
    if "files-begin" in request.POST and "files-end" not in request.POST:
        found.problems.append(HALF)
    for file in request.FILES.getlist("files"):
        try:
            uploads.require_post(request.reader, act)
            staged = uploads.stage(
                act, str(file.name), file.chunks(), officer=officer, stream=stream, at=timezone.now()
            )
        except uploads.NotTaken as refused:
            found.problems.append(str(refused))
            found.status = refused.status
            continue
        found.rows.append(staged)
    kept = uploads.waiting(request.POST.getlist("kept"), officer=officer, stream=stream, act=act.id)
    found.rows[:0] = kept
    return found
