"""A masked copy of a photo for a request: drawn by one, passed by another, handed out until its term ends; the original
is not touched."""

from __future__ import annotations

import hashlib
import html
import io
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone
from PIL import Image

from sanxiang.casework import consulted
from sanxiang.casework.models import StagedFile
from sanxiang.casework.noting import stream_of
from sanxiang.casework.uploads import described_of
from sanxiang.config.demo import Told
from sanxiang.core.casefile import fold
from sanxiang.core.values import legal_day
from sanxiang.store import reading
from sanxiang.store.blobs import shelf
from sanxiang.store.named import every_named
from sanxiang.three_systems.recording import masking
from sanxiang.three_systems.recording.models import LookRow, MaskedCopy
from tests.apps.evidence.brought import Sender
from tests.support.theatre import Theatre

pytestmark = [pytest.mark.clauses("DXH-18"), pytest.mark.journeys("archive.access")]
WHITE, RED, GREEN = (250, 250, 250), (200, 20, 20), (20, 180, 60)


def photo() -> bytes:
    """White, with a red face on the left and a green plate on the right; it tells where it was taken."""
    made, exif = Image.new("RGB", (800, 600), WHITE), Image.Exif()
    made.paste(RED, (100, 100, 300, 300))
    made.paste(GREEN, (500, 400, 700, 500))
    exif[0x010F] = "演示相机"
    out = io.BytesIO()
    made.save(out, "JPEG", quality=95, exif=exif, comment=os_random())
    return out.getvalue()


def os_random() -> bytes:
    """So that no two tests bring the same photo."""
    return uuid.uuid4().hex.encode()


class Asked:
    """A case with a photo or other files, and a request for a masked copy that was granted and given out."""

    def __init__(
        self, theatre: Theatre, files: dict[str, bytes] | None = None, extent: list[dict[str, Any]] | None = None
    ) -> None:
        self.theatre, self.data = theatre, photo()
        self.told: Told = theatre.played(before="take_evidence", start="2026-03-09")
        files = files or {"店内.jpg": self.data}
        rows = [self.sent(name, data) for name, data in files.items()]
        assert theatre.tries(self.told, "take_evidence", files=described_of(rows)).done
        theatre.go_on(self.told)
        extent = extent or [{"what": name} for name in files]
        self.until = (legal_day(timezone.now()) + timedelta(days=10)).isoformat()
        facts = {
            "access_applicant": "舆情宣传培训", "access_name": "演示申请人", "access_identity": "工作证（演示）",
            "access_purpose": "普法宣传", "access_extent": extent, "access_form": "脱敏副本",
        }  # fmt: skip
        self.name = self.does("request_access", "archivist", **facts)
        granted = {"access_extent": extent, "access_form": "脱敏副本", "access_until": self.until}
        self.does("approve_access", "head", access_reason="同意提供脱敏副本", **granted)
        self.does("give_access", "archivist", access_identity_checked=True, access_receipt="本人签收")

    def sent(self, name: str, data: bytes) -> StagedFile:
        sender = Sender(self.theatre.account("zhang"))
        place = sender.begin(self.told, len(data), name)["Location"]
        assert sender.piece(place, 0, data).status_code == 204
        return StagedFile.objects.get(pk=sender.told(place)["taken"]["id"])

    def does(self, act: str, by: str, **facts: Any) -> str:
        from sanxiang.casework.commands import Command, handle

        self.told.at += timedelta(hours=1)
        officer = self.theatre.people["luoyang"][by]
        command = Command(
            act=act, officer=officer, stream=self.told.stream, link=getattr(self, "name", ""), facts=facts
        )
        answer = handle(self.theatre.connection, self.theatre.book, command, at=self.told.at)
        assert answer.done, [reason.text for reason in answer.verdict.reasons]
        return answer.events[-1].id

    @property
    def place(self) -> str:
        return f"/recording/{self.told.stream}/consult/{self.name}/masks/0/"

    @property
    def bytes(self) -> str:
        return f"/files/masked/{self.told.stream}/{self.name}/0/"

    @property
    def piece(self) -> str:
        return f"/files/consult/{self.told.stream}/{self.name}/0/"

    def client(self, role: str, agency: str = "luoyang") -> Client:
        client = Client()
        client.force_login(self.theatre.account(role, agency))
        client.post(f"/recording/{self.told.stream}/why/", {"purpose": "当事人申请查阅"})
        return client

    def draws(self, role: str, shapes: str, why: str = "") -> Any:
        return self.client(role).post(self.place, {"do": "make", "shapes": shapes, "why": why})

    def copies(self) -> list[MaskedCopy]:
        return list(MaskedCopy.objects.filter(request=self.name).order_by("-at"))


@pytest.fixture
def asked(theatre: Theatre) -> Asked:
    return Asked(theatre)


FACE, PLATE = "100,150,300,400", "600,650,300,200"


def picture_in(pdf: bytes) -> Image.Image:
    import pypdfium2

    return pypdfium2.PdfDocument(pdf)[0].render(scale=1).to_pil().convert("RGB")


def near(picture: Image.Image, x: float, y: float, colour: tuple[int, int, int]) -> bool:
    found = picture.getpixel((int(picture.width * x), int(picture.height * y)))
    return all(abs(a - b) <= 70 for a, b in zip(found, colour, strict=True))  # type: ignore[arg-type]


def test_it_is_drawn_reviewed_by_another_and_handed_out(asked: Asked) -> None:
    archivist, head = asked.client("archivist"), asked.client("head")
    assert archivist.get(asked.piece).status_code == 404, "no copy, nothing to hand out"
    listed = html.unescape(archivist.get(f"/recording/{asked.told.stream}/consult/{asked.name}/").content.decode())
    assert "还没有做好并复核" in listed
    assert f"/consult/{asked.name}/masks/" in archivist.get(f"/recording/{asked.told.stream}/").content.decode()
    assert asked.draws("archivist", f"{FACE}\n{PLATE}").status_code == 302
    (copy,) = asked.copies()
    assert (copy.state, len(copy.shapes)) == ("made", 2)
    assert archivist.get(asked.piece).status_code == 404, "not before it was reviewed"
    made = Image.open(shelf().path(copy.made))
    assert not made.getexif()
    assert near(made, 0.25, 0.33, (0, 0, 0))
    assert near(made, 0.75, 0.75, (0, 0, 0))
    assert near(made, 0.5, 0.05, WHITE)
    own = archivist.post(asked.place, {"do": "pass", "copy": str(copy.pk)})
    assert (own.status_code, "不能复核自己" in own.content.decode()) == (422, True)
    shown = head.get(f"{asked.bytes}{copy.pk}.jpg")
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert head.post(asked.place, {"do": "pass", "copy": str(copy.pk)}).status_code == 302
    assert head.post(asked.place, {"do": "pass", "copy": str(copy.pk)}).status_code == 422, "once"
    answer = archivist.get(asked.piece)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    seen = picture_in(answer.content)
    assert not near(seen, 0.25, 0.33, RED)
    assert not near(seen, 0.75, 0.75, GREEN)
    assert fold(asked.theatre.events(asked.told)).keeping.request(asked.name).used == 1  # type: ignore[union-attr]


def test_who_did_what_is_on_the_record_and_the_original_is_untouched(asked: Asked) -> None:
    sha256 = hashlib.sha256(asked.data).hexdigest()
    assert asked.draws("archivist", FACE).status_code == 302
    (copy,) = asked.copies()
    back = asked.client("head").post(asked.place, {"do": "return", "copy": str(copy.pk), "why": "右下角车牌没有遮住"})
    assert back.status_code == 302
    assert asked.draws("archivist", f"{FACE}\n{PLATE}").status_code == 302
    assert [one.state for one in asked.copies()] == ["made", "returned"]
    made, returned, again = reading.load(connections["default"], stream_of(masking.KIND, asked.told.stream))
    assert (made.kind, made.event.sha256, made.event.request) == ("copy.masked", sha256, asked.name)  # type: ignore[attr-defined]
    assert [dict(one) for one in made.event.shapes] == [{"x": 100, "y": 150, "w": 300, "h": 400}]  # type: ignore[attr-defined]
    assert (returned.kind, returned.event.facts["mask_note"]) == ("copy.reviewed", "右下角车牌没有遮住")
    assert (returned.event.about, again.kind) == (made.id, "copy.masked")  # type: ignore[attr-defined]
    assert shelf().read(sha256) == asked.data
    named = {digest for _, digest in every_named(connections["default"], shelf())}
    assert {one.made for one in asked.copies()} <= named, "kept, backed up and verified like every file of the record"
    assert LookRow.objects.filter(owner=asked.told.stream, sha256=sha256, manner="view").exists(), "drawing is looking"


@pytest.mark.parametrize(
    ("shapes", "why", "said"),
    [
        ("", "", "没有画遮盖范围"), ("10,10,10", "", "看不懂"), ("a,b,c,d", "", "看不懂"),
        ("900,900,200,50", "", "超出了照片"), ("-1,0,10,10", "", "超出了照片"), ("0,0,0,10", "", "超出了照片"),
        ("\n".join(["1,1,1,1"] * 61), "", "最多 60 处"),
    ],
)  # fmt: skip
def test_a_rectangle_that_is_none_is_told(asked_once: Asked, shapes: str, why: str, said: str) -> None:
    answer = asked_once.draws("archivist", shapes, why)
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert asked_once.copies() == []


@pytest.fixture(scope="module")
def asked_once(opened_theatre: Theatre, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        yield Asked(opened_theatre)
        connections.close_all()


def test_nothing_to_cover_needs_a_reason(theatre: Theatre, asked: Asked) -> None:
    assert asked.draws("archivist", "", "画面里没有人和证件").status_code == 302
    (copy,) = asked.copies()
    assert (copy.shapes, copy.note) == ([], "画面里没有人和证件")


def test_strangers_and_other_requests_come_by_nothing(theatre: Theatre, asked: Asked) -> None:
    theatre.everywhere()
    assert asked.draws("archivist", FACE).status_code == 302
    (copy,) = asked.copies()
    for role, agency in (("officer", "wuding"), ("registrar", "luoyang"), ("publisher", "luoyang")):
        client = asked.client(role, agency)
        for place in (
            asked.place,
            f"{asked.bytes}{copy.pk}.jpg",
            f"/recording/{asked.told.stream}/consult/{asked.name}/masks/",
        ):
            assert client.get(place).status_code == 404, (role, place)
        assert client.post(asked.place, {"do": "pass", "copy": str(copy.pk)}).status_code == 404
    head = asked.client("head")
    assert head.get(f"/recording/{asked.told.stream}/consult/{uuid.uuid4()}/masks/0/").status_code == 404
    assert head.get(asked.place.replace("/masks/0/", "/masks/7/")).status_code == 404
    assert head.post(asked.place, {"do": "pass", "copy": str(uuid.uuid4())}).status_code == 422


def test_it_ends_with_the_term_of_the_request(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    from sanxiang.three_systems.recording import consulting

    assert asked.draws("archivist", FACE).status_code == 302
    assert asked.client("head").post(asked.place, {"do": "pass", "copy": str(asked.copies()[0].pk)}).status_code == 302
    archivist = asked.client("archivist")
    assert archivist.get(asked.piece).status_code == 200
    later = timezone.now() + timedelta(days=12)
    monkeypatch.setattr(consulting, "legal_day", lambda at: legal_day(later))
    late = archivist.get(asked.piece)
    assert (late.status_code, "已经届满" in late.content.decode()) == (403, True)


def test_rows_are_those_of_the_record(asked: Asked) -> None:
    from sanxiang.store.rebuilding import compare

    assert asked.draws("archivist", FACE).status_code == 302
    assert compare(connections["owner"], ("masked",)).differences == ()


def test_pieces_of_an_extent_are_named_as_before(asked: Asked) -> None:
    assert "店内.jpg" in consulted.names_of(fold(asked.theatre.events(asked.told)))
