"""What a deadline says of the other clauses, and tables of a form that arrive with gaps."""

from __future__ import annotations

import re
from datetime import date

from django.contrib.auth import get_user_model
from django.http import QueryDict
from django.test import Client

from sanxiang.casework.desk import clock
from sanxiang.casework.forms import typed_rows
from sanxiang.casework.models import DutyRow
from sanxiang.casework.projections import library

from .conftest import World


def test_a_clause_is_called_stricter_only_where_it_is() -> None:
    days = {"甲法第一条": "2026-03-20", "乙法第二条": "2026-03-10", "丙法第三条": "2026-03-01"}
    row = DutyRow(
        duty="publish",
        due_on=date(2026, 3, 10),
        beside=[{"clause": "x", "law": law, "due": due} for law, due in days.items()],
    )
    calendar = library().on("luoyang", date(2026, 3, 2)).calendar
    assert clock(row, date(2026, 3, 2), calendar).beside == [
        "比 甲法第一条 严（那里是 2026年3月20日）",
        "与 乙法第二条 同日",
        "比 丙法第三条 长（那里是 2026年3月1日）",
    ]


def test_a_row_is_read_where_cells_or_whole_rows_before_it_were_not_sent() -> None:
    table = library().dictionary["sanctions"]
    first, second, *_ = (column.id for column in table.columns)
    post = QueryDict(mutable=True)
    post.update({f"sanctions.0.{second}": "1", f"sanctions.2.{first}": "罚款", f"sanctions.3.{first}": "  "})
    assert typed_rows(post, table) == [{second: "1"}, {first: "罚款"}]


def test_who_may_not_see_a_page_is_told_so_between_his_own_head_lines(world: World) -> None:
    officer = Client()
    officer.force_login(get_user_model().objects.get(username="ly-officer"))
    answer = officer.get("/work/refusals/")
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "拒绝记录由法制机构负责人、机关负责人和监督人员查看" in page
    assert "退出" in page
    assert "办案登录" not in page


def test_the_paper_that_is_served_is_chosen_by_somebody_not_by_its_place(world: World) -> None:
    officer = Client()
    officer.force_login(get_user_model().objects.get(username="ly-officer"))
    place = f"/work/cases/{world.cases['reviewing']}/do/serve/"
    shown = officer.get(place).content.decode()
    assert re.search(
        r'<select\s+class="form-select"\s+id="link" name="link">\s*<option value="">请选择</option>', shown
    )
    answer = officer.post(place, {"link": ""}).content.decode()
    assert "请选明送达的是哪一份文书" in answer
    assert '<a href="#link">选明送达的文书：' in answer, "the box leads to the field"
    assert 'id="link" name="link" aria-invalid="true"' in answer
