"""Files that come with an act (附件): checked, put aside under their digest, and taken when the act is done.

What was chosen need not be chosen again where the act is refused: it waits for the same officer and the same act, for a
day. Only he can name it, by a number of its own: whoever knows a digest must not come by the file.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Sum
from django.utils import timezone

from sanxiang.core.gates.attachments import MEGABYTE, described
from sanxiang.core.rulebook import Act
from sanxiang.core.values import legal_day
from sanxiang.core.values.media import KINDS, MEDIA, kind_of
from sanxiang.core.values.origin import FROM_ELSEWHERE
from sanxiang.store.blobs import CHUNK, Blob, NoRoom, NotThere, TooLarge, shelf
from sanxiang.store.media import BadFile, told

from .access import Reader, find_case
from .models import StagedFile
from .preparing import CannotPrepare
from .projections import library

PLAIN_ID = re.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
KEPT = timedelta(days=1)
OVERHEAD = 3 << 20
"""What a form holds beside its files."""
WAITING_MAX = 200
NAME_BYTES = 200
FORBIDDEN = set('\\/:*?"<>|%')
RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))}


class NotTaken(ValueError):
    """A file is not taken; the Chinese text says why. `status` as HTTP has it: 413 too large, 415 wrong, 422 else."""

    def __init__(self, text: str, status: int = 422) -> None:
        super().__init__(text)
        self.status = status


def largest(act: Act) -> int:
    """How many bytes one file of this act may have; 0 where it takes none."""
    if act.files is None:
        return 0
    return min(act.files.mb or settings.SANXIANG_FILE_MB, settings.SANXIANG_FILE_MB) * MEGABYTE


def largest_sent(act: Act) -> int:
    """The same where the file comes in pieces, by itself (tus)."""
    if act.files is None:
        return 0
    return min(act.files.mb or settings.SANXIANG_LARGE_MB, settings.SANXIANG_LARGE_MB) * MEGABYTE


def require_post(reader: Reader, act: Act) -> None:
    """Only who may do an act brings files for it. Raises NotTaken."""
    if not reader.posts & set(act.by):
        raise NotTaken(f"“{act.name}”不由您的岗位办理，文件没有接收", 403)


def act_of(account: Any, reader: Reader, query: Mapping[str, str]) -> tuple[Act, str]:
    """The act that a query names by `act` and by `stream` or, for the act that opens a case, by `procedure`; and the
    stream. Raises LookupError where there is none or the account may not see the case, NotTaken without its post."""
    procedure, stream, jurisdiction = query.get("procedure", ""), query.get("stream", ""), reader.jurisdiction
    if stream:
        row = find_case(account, uuid.UUID(stream)) if PLAIN_ID.fullmatch(stream) else None
        if row is None:
            raise LookupError("没有这件案件，或者您不能查看")
        jurisdiction, procedure = row.jurisdiction, row.procedure
    if not jurisdiction:
        raise LookupError("您没有办案的岗位")
    rules = library().on(jurisdiction, legal_day(timezone.now()))
    bound, act = rules.procedures.get(procedure), rules.act(procedure, query.get("act", ""))
    if bound is None or act is None or bool(stream) == (act.id == bound.rule.opening.id):
        raise LookupError("没有这个环节")
    require_post(reader, act)
    return act, stream


def too_large(length: int, act: Act) -> str:
    """Why a form of this length is refused before it is read; empty where it is read."""
    if act.files is None:
        return f"“{act.name}”不收文件，送来的内容太大，没有接收" if length > OVERHEAD else ""
    return beyond_every_act(length)


def beyond_every_act(length: int) -> str:
    """The same for a form that does not tell its act before it is read."""
    if length > settings.SANXIANG_ACT_MB * MEGABYTE + OVERHEAD:
        return f"这次选的文件合计超过 {settings.SANXIANG_ACT_MB} MB，没有接收；请分几次办理，或者把录像压缩、分段"
    return ""


def clean_name(raw: str) -> str:
    """The name as it is recorded: the last part of a path, composed, without signs that hide, turn or break a text, or
    that some system cannot write (control and format characters, bidi, \\ / : * ? " < > | %)."""
    last = unicodedata.normalize("NFC", raw).replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    kept = (sign for sign in last if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
    name = "".join("_" if sign in FORBIDDEN else sign for sign in kept)
    stem, dot, ending = " ".join(name.split()).strip(" .").rpartition(".")
    stem, ending = (stem, ending) if dot and stem and len(ending) <= 8 else (f"{stem}{dot}{ending}", "")
    stem = stem.encode()[:NAME_BYTES].decode(errors="ignore").strip(" .")
    if not stem or stem.upper() in RESERVED:
        stem = f"文件{stem}"
    return f"{stem}.{ending}" if ending else stem


def named_for(raw: str, media_type: str) -> str:
    """The clean name with the ending of what the file really is, where it has none or that of another kind."""
    name, medium = clean_name(raw), MEDIA[media_type]
    endings = {one.ending for one in MEDIA.values() if one.kind == medium.kind} | OTHER.get(media_type, set())
    return name if name.rpartition(".")[2].lower() in endings else f"{name}.{medium.ending}"


OTHER = {
    "image/jpeg": {"jpeg", "jpe", "jfif"},
    "image/tiff": {"tiff"},
    "image/heic": {"heif", "hif"},
    "video/mp4": {"m4v"},
    "video/mpeg": {"mpeg", "vob"},
    "application/msword": {"wps", "dot", "wpt"},
    "application/vnd.ms-excel": {"et", "xlt", "ett"},
    "application/vnd.ms-powerpoint": {"dps", "pps", "pot", "dpt"},
}


def stage(act: Act, raw_name: str, chunks: Iterable[bytes], *, officer: str, stream: str, at: datetime) -> StagedFile:
    """Put one file aside for an act of a case (`stream` empty: for the act that opens one). Raises NotTaken."""
    if act.files is None:
        raise NotTaken(f"“{act.name}”不收文件")
    require_room(officer, 4 * settings.SANXIANG_ACT_MB)
    blobs, limit, label = shelf(), largest(act), clean_name(raw_name)
    try:
        blob = blobs.stage(chunks, limit=limit)
    except TooLarge:
        raise NotTaken(f"“{label}”超过 {limit // MEGABYTE} MB，没有接收", 413) from None
    except NoRoom as full:
        raise NotTaken(f"“{label}”没有存好：{full}", 507) from full
    except OSError as problem:
        raise NotTaken(f"“{label}”没有存好（{type(problem).__name__}），请再传一次") from problem
    name = uuid.uuid4()  # noqa: TID251  identifiers are made here, at the edge
    return stage_arrived(act, raw_name, blob, name, officer=officer, stream=stream, at=at)


def require_room(officer: str, megabytes: int, many: int = 0, much: int = 0) -> None:
    """That an officer does not fill the disk with what no act takes; `many` and `much` are on their way beside. Raises
    NotTaken."""
    before = StagedFile.objects.filter(officer=officer).aggregate(many=Count("pk"), much=Sum("size"))
    if before["many"] + many >= WAITING_MAX or (before["much"] or 0) + much > megabytes * MEGABYTE:
        raise NotTaken(f"您有 {before['many'] + many} 份传好的文件还没有办理，请先办理；没有用到的一天后自动删除")


def stage_arrived(
    act: Act, raw_name: str, blob: Blob, name: uuid.UUID, *, officer: str, stream: str, at: datetime,
    grade: str = FROM_ELSEWHERE,
) -> StagedFile:  # fmt: skip
    """Let a file that stands among the staged blobs wait for an act, under a name of its own; `grade` how far its
    origin can be shown. Raises NotTaken where it is none that the act takes."""
    label = clean_name(raw_name)
    try:
        media_type = told(shelf().waiting(blob.sha256))
    except BadFile as bad:
        raise NotTaken(f"“{label}”没有接收：{bad}", 415) from bad
    except (NotThere, OSError) as problem:
        raise NotTaken(f"“{label}”没有存好（{type(problem).__name__}），请再传一次") from problem
    assert act.files is not None
    if kind_of(media_type) not in act.files.kinds:
        wanted = "、".join(KINDS[kind] for kind in act.files.kinds)
        raise NotTaken(f"“{label}”是{KINDS[kind_of(media_type)]}；“{act.name}”只收{wanted}", 415)
    return StagedFile.objects.create(
        id=name, officer=officer, stream=stream or None, act=act.id, name=named_for(raw_name, media_type),
        sha256=blob.sha256, size=blob.size, sm3=blob.sm3, media_type=media_type, at=at, grade=grade,
    )  # fmt: skip


def streamed(request: Any) -> Iterable[bytes]:
    """The body of a request as it comes in. Raises NotTaken where it ends before the length that it told."""
    told, came = int(request.META.get("CONTENT_LENGTH") or 0), 0
    while came < told and (piece := request.read(min(CHUNK, told - came))):
        came += len(piece)
        yield piece
    if came < told:
        raise NotTaken("文件没有传完，请再传一次")


def stage_body(request: Any, act: Act, *, officer: str, stream: str, at: datetime) -> StagedFile:
    """Put the body of a request aside as one file, its name in the query. Raises NotTaken, before a byte is read where
    the length told is too much or none."""
    told = str(request.META.get("CONTENT_LENGTH") or "")
    if not told.isdecimal() or int(told) == 0:
        raise NotTaken("文件是空的，或者没有写明长度（Content-Length）", 411)
    if act.files is not None and int(told) > largest(act):
        raise NotTaken(f"文件超过 {largest(act) // MEGABYTE} MB，没有接收", 413)
    return stage(act, request.GET.get("name", ""), streamed(request), officer=officer, stream=stream, at=at)


def waiting(ids: Iterable[Any], *, officer: str, stream: str, act: str) -> list[StagedFile]:
    """Those of the files that wait for this officer and this act, in the order of their names' coming."""
    wanted = []
    for one in list(ids)[:WAITING_MAX]:
        try:
            wanted.append(uuid.UUID(str(one)))
        except ValueError:
            continue
    rows = StagedFile.objects.filter(pk__in=wanted, officer=officer, stream=stream or None, act=act)
    return list(rows.order_by("at", "id"))


def forget(ids: Iterable[Any], *, officer: str) -> None:
    """An act has taken these files."""
    StagedFile.objects.filter(pk__in=list(ids), officer=officer).delete()


def described_of(rows: Sequence[StagedFile]) -> tuple[Mapping[str, Any], ...]:
    """The files as an event names them; the same content under the same name once."""
    found = {(row.name, row.sha256): row for row in rows}
    return tuple(
        {"name": row.name, **Blob(row.sha256, row.size, row.sm3).told, "type": row.media_type, **graded(row.grade)}
        for row in found.values()
    )


def graded(grade: str) -> dict[str, str]:
    """The grade of a file as an event tells it: none of what came from elsewhere, as of everything before grades."""
    return {} if grade == FROM_ELSEWHERE else {"grade": grade}


def problem_of(files: Sequence[Mapping[str, Any]]) -> str:
    """What is wrong with the files of a command beside what the act says of them; empty where nothing is."""
    if not all(described(file) for file in files):
        return "文件的写法不对"
    if sum(file["size"] for file in files) > 4 * settings.SANXIANG_LARGE_MB * MEGABYTE:
        return f"这次的文件合计超过 {4 * settings.SANXIANG_LARGE_MB} MB，请分几次办理"
    blobs = shelf()
    gone = [str(file["name"]) for file in files if not blobs.known(file["sha256"])]
    return f"“{'、'.join(gone)}”已经不在，请重新选择" if gone else ""


def keep(files: Sequence[Mapping[str, Any]]) -> None:
    """Make the files ready to be named by an event. Raises CannotPrepare."""
    blobs = shelf()
    for file in files:
        try:
            blobs.keep(file["sha256"])
        except NotThere:
            raise CannotPrepare(f"“{file['name']}”已经不在，请重新选择") from None


def purge(at: datetime) -> int:
    """Forget files that nobody took within a day; returns how many."""
    return StagedFile.objects.filter(at__lte=at - KEPT).delete()[0]
