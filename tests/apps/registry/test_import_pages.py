"""Uploading, checking, confirming and cancelling in the pages."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from sanxiang.one_platform.registry import import_views, tasks
from sanxiang.one_platform.registry.models import OfficerRow, Progress, Staging
from tests.apps.registry.test_pages import client
from tests.apps.registry.world import Body, account, body, csv_of, now, officer_line, xlsx

pytestmark = pytest.mark.django_db
PLACE = "/registry/import/"


@pytest.fixture
def bureau(db: None) -> Body:
    return body()


@pytest.fixture
def desk(bureau: Body) -> Client:
    return client(bureau.people["登记员"])


def upload(desk: Client, content: bytes, name: str = "人员.xlsx", kind: str = "officers") -> Any:
    return desk.post(PLACE, {"kind": kind, "file": SimpleUploadedFile(name, content)})


def staged(desk: Client, content: bytes, name: str = "人员.xlsx") -> str:
    answer = upload(desk, content, name)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def confirm(desk: Client, place: str) -> Any:
    checked = desk.get(place).context["checked"]
    return desk.post(f"{place}confirm/", {"seen": checked.digest, "good": len(checked.good)}, follow=True)


@pytest.mark.clauses("LY-42")
@pytest.mark.journeys("registry.import")
def test_a_file_is_checked_shown_confirmed_and_forgotten(bureau: Body, desk: Client) -> None:
    content = csv_of([officer_line("甲"), officer_line("乙", id="123"), officer_line("丙")], "gbk")
    place = staged(desk, content, "人员.csv")
    assert OfficerRow.objects.filter(agency=bureau.id).count() == 1
    text = desk.get(place).content.decode()
    for word in (
        "确认登记 2 条（不含要更正的）",
        "要更正 1",
        "<td>3</td><td>身份证号码</td>",
        "公民身份号码应为18位",
        "登记人员；执法资格考试合格",
    ):
        assert word in text
    faults = b"".join(desk.get(f"{place}faults/").streaming_content).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(faults)))[1][:2] == ["3", "身份证号码"]
    done = confirm(desk, place)
    assert "已登记 2 条" in done.content.decode()
    assert "1 行有错误没有登记" in done.content.decode()
    assert OfficerRow.objects.filter(agency=bureau.id).count() == 3
    assert Staging.objects.get().content is None
    assert desk.get(f"{place}faults/").status_code == 404
    again = desk.get(staged(desk, content, "人员.csv"))
    assert "没有可以登记的行" in again.content.decode()
    assert again.context["counts"] == {"new": 0, "changed": 0, "same": 2, "bad": 1}


def test_a_file_that_was_entered_already_has_nothing_to_confirm(desk: Client) -> None:
    content = xlsx([officer_line("甲")])
    confirm(desk, staged(desk, content))
    assert "登记簿里已经都有" in desk.get(staged(desk, content)).content.decode()


def test_a_cancelled_file_is_deleted(bureau: Body, desk: Client) -> None:
    place = staged(desk, xlsx([officer_line("甲")]))
    assert "已取消" in desk.post(f"{place}cancel/", follow=True).content.decode()
    assert not Staging.objects.exists()
    assert desk.get(place).status_code == 404


def test_what_was_not_seen_is_not_entered(bureau: Body, desk: Client) -> None:
    place = staged(desk, xlsx([officer_line("甲")]))
    answer = desk.post(f"{place}confirm/", {"seen": "0" * 64}, follow=True)
    assert "没有写入任何内容" in answer.content.decode()
    assert OfficerRow.objects.filter(agency=bureau.id).count() == 1


def test_a_file_is_for_whoever_brought_it(bureau: Body, desk: Client) -> None:
    place = staged(desk, xlsx([officer_line("甲")]))
    bureau.add("另一登记员", "registrar")
    others = [
        client(bureau.people["另一登记员"]),
        client(body().people["登记员"]),
        client(bureau.add("文员", "publisher")),
    ]
    for other in others:
        assert other.get(place).status_code == 404
        assert other.post(f"{place}confirm/", {"seen": ""}).status_code == 404
        assert other.post(f"{place}cancel/").status_code == 404
    Staging.objects.update(expires_at=now() - timedelta(seconds=1))
    assert desk.get(place).status_code == 404


BAD_FILES = [
    (b"", "a.xlsx", "文件"),
    (b"junk", "a.xlsx", "不完整"),
    (xlsx([officer_line()])[:2000], "a.xlsx", "不完整"),
    (xlsx([officer_line()]), "a.xlsm", "宏"),
    (xlsx([["x"]], ["列"]), "a.xlsx", "表头缺少"),
    (xlsx([]), "a.xlsx", "表头下面没有内容"),
    ("姓名,身份号\n".encode("utf-16"), "a.csv", "UTF-16"),
    (b"x" * (9 << 20), "a.csv", "最大 8 MB"),
]


@pytest.mark.parametrize(("content", "name", "says"), BAD_FILES)
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(
    desk: Client, content: bytes, name: str, says: str
) -> None:
    answer = upload(desk, content, name)
    if answer.status_code == 302:
        answer = desk.get(answer["Location"])
    assert answer.status_code in (413, 422)
    assert says in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()


class Unread:
    """A body that nobody may read."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("the body was read")

    readline = read


def test_a_hundred_megabytes_are_refused_before_a_byte_is_read(bureau: Body) -> None:
    there = Client(enforce_csrf_checks=True)
    there.force_login(account(bureau.people["登记员"]))
    answer = there.generic(
        "POST", PLACE, b"", "multipart/form-data; boundary=x", CONTENT_LENGTH=str(100 << 20), **{"wsgi.input": Unread()}
    )
    assert answer.status_code == 413
    assert "最大 8 MB" in answer.content.decode()
    stranger = Client().generic("POST", PLACE, b"", "multipart/form-data; boundary=x", CONTENT_LENGTH=str(100 << 20))
    assert stranger.status_code == 413


def test_a_request_from_elsewhere_is_refused(bureau: Body) -> None:
    there = Client(enforce_csrf_checks=True)
    there.force_login(account(bureau.people["登记员"]))
    assert there.post(PLACE, {"kind": "officers", "file": SimpleUploadedFile("a.csv", b"x")}).status_code == 403
    assert not Staging.objects.exists()


@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_a_half_sent_request_keeps_nothing(desk: Client, kept: float) -> None:
    whole = (
        b'--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\nofficers\r\n--x\r\n'
        b'Content-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
        + xlsx([officer_line()])
        + b"\r\n--x--\r\n"
    )
    answer = desk.generic("POST", PLACE, whole[: int(len(whole) * kept)], "multipart/form-data; boundary=x")
    assert answer.status_code in (400, 422)
    assert not Staging.objects.exists()


def test_a_long_file_is_left_to_the_worker_and_its_progress_is_shown(
    bureau: Body, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []
    monkeypatch.setattr(import_views.enter_staged, "defer", lambda staging: given.append(staging))
    monkeypatch.setattr(import_views, "AT_ONCE", 2)
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)
    place = staged(desk, xlsx([officer_line(f"新{n}") for n in range(3)]))
    assert "已交给后台" in confirm(desk, place).content.decode()
    one = Staging.objects.get()
    assert (given, one.state) == ([str(one.id)], "waiting")
    Progress.objects.create(staging=one.id, done=2, total=3)
    text = desk.get(place).content.decode()
    assert "已登记 2 / 3 条" in text
    assert 'http-equiv="refresh"' in text
    import_views.enter_staged(str(one.id))
    assert "登记完成" in desk.get(place).content.decode()
    assert OfficerRow.objects.filter(agency=bureau.id).count() == 4


@pytest.mark.parametrize("kind", ["officers", "agencies", "items"])
def test_a_template_offers_the_words_of_this_agency(desk: Client, kind: str) -> None:
    answer = desk.get(f"{PLACE}template/{kind}/")
    assert answer["Content-Type"].startswith("application/vnd.openxmlformats")
    notes = load_workbook(io.BytesIO(answer.content))["填写说明"]
    allowed = {row[0].value: row[3].value for row in notes.iter_rows(min_row=2)}
    if kind == "officers":
        assert set(allowed["所属内设机构"].split("、")) == {"综合执法一科", "政策法规科"}
        assert "法制审核人员" in allowed["岗位"]


def test_strange_text_stays_text_on_every_page(bureau: Body, desk: Client) -> None:
    names = ["<script>alert(1)</script>", "{{ 7*7 }}", "😀👮‍♀️", "'; DROP TABLE officer_row; --"]
    place = staged(desk, csv_of([officer_line(name) for name in names]), "<img src=x onerror=alert(1)>.csv")
    for text in (
        desk.get(place).content.decode(),
        confirm(desk, place).content.decode(),
        desk.get("/registry/officers/").content.decode(),
    ):
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert not re.search(r">\s*49\s*<", text), "no name is worked out as a template"
    assert OfficerRow.objects.filter(agency=bureau.id, name__in=names).count() == 4
