"""The public record as a whole: files by month, their description, what was withdrawn; and how a reader sees it."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from django.test import Client
from pyarrow import parquet

from sanxiang.portal import bulk
from sanxiang.three_systems.disclosure import published
from sanxiang.three_systems.disclosure.models import Published
from tests.support.theatre import Theatre

from .conftest import CANARIES


@pytest.fixture
def fetch(site: dict[str, str], theatre: Theatre) -> Any:
    """The whole of a file, streamed or not."""

    def get(address: str, status: int = 200) -> bytes:
        response = Client().get(address)
        assert response.status_code == status, address
        body = b"".join(response.streaming_content) if response.streaming else response.content
        response.close()
        return bytes(body)

    return get


def month_of(site: dict[str, str], name: str) -> str:
    return f"{Published.objects.using('portal').get(pk=site[name]).published_on:%Y-%m}"


def test_every_form_of_a_month_holds_the_same_rows(fetch: Any, site: dict[str, str]) -> None:
    month = month_of(site, "red")
    lines = [json.loads(line) for line in fetch(f"/data/{month}.jsonl").decode().splitlines()]
    table = list(csv.DictReader(io.StringIO(fetch(f"/data/{month}.csv").decode("utf-8-sig"))))
    columns = parquet.read_table(io.BytesIO(fetch(f"/data/{month}.parquet")))
    expected = {
        str(row.stream) for row in published.open_rows() if f"{row.published_on:%Y-%m}" == month
    }  # fmt: skip
    assert site["red"] in expected
    assert [row["id"] for row in lines] == [row["id"] for row in table] == columns.column("id").to_pylist()
    assert {row["id"] for row in lines} == expected
    assert list(table[0]) == list(lines[0]) == columns.column_names == list(bulk.COLUMNS)
    red = next(row for row in columns.to_pylist() if row["id"] == site["red"])
    assert red["执法对象"] == "门户演示红商行"
    assert red["decided_on"].isoformat() == next(row["decided_on"] for row in lines if row["id"] == site["red"])
    described = {field.name: field.metadata[b"description"].decode() for field in columns.schema}
    assert described == {name: means for name, (_, means) in bulk.COLUMNS.items()}


def test_a_month_counts_what_its_file_holds(fetch: Any, site: dict[str, str]) -> None:
    page = fetch("/data/").decode()
    for month, count in published.months_counted():
        assert len(fetch(f"/data/{month:%Y-%m}.jsonl").splitlines()) == count
        assert f"/data/{month:%Y-%m}.csv" in page


def test_what_was_withdrawn_is_in_no_file_but_in_the_list_of_the_withdrawn(fetch: Any, site: dict[str, str]) -> None:
    listed = list(csv.DictReader(io.StringIO(fetch("/data/withdrawn.csv").decode("utf-8-sig"))))
    gone = next(row for row in listed if row["id"] == site["withdrawn"])
    assert gone["withdrawn_cause"] == "撤销"
    for month, _ in published.months_counted():
        for form in bulk.FORMS:
            assert site["withdrawn"].encode() not in fetch(f"/data/{month:%Y-%m}.{form}")
    assert not [one for one in CANARIES if one in json.dumps(listed, ensure_ascii=False)]


def test_no_file_holds_what_is_masked(fetch: Any, site: dict[str, str]) -> None:
    month = month_of(site, "person")
    rows = parquet.read_table(io.BytesIO(fetch(f"/data/{month}.parquet"))).to_pylist()
    person = next(row for row in rows if row["id"] == site["person"])
    assert person["执法对象"].startswith("司徒某")
    for form in ("csv", "jsonl"):
        text = fetch(f"/data/{month}.{form}").decode()
        assert not [one for one in CANARIES if one in text]
    assert not [one for one in CANARIES if one in json.dumps(person, ensure_ascii=False, default=str)]


def test_the_description_names_every_file_and_column(fetch: Any, site: dict[str, str]) -> None:
    package = json.loads(fetch("/data/datapackage.json"))
    assert len(package["resources"]) == len(published.months()) * len(bulk.FORMS)
    for resource in package["resources"]:
        assert [field["name"] for field in resource["schema"]["fields"]] == list(bulk.COLUMNS)
        assert fetch(resource["path"].removeprefix("http://testserver"))


def test_the_interface_is_described_as_it_answers(fetch: Any, site: dict[str, str]) -> None:
    told = json.loads(fetch("/data/openapi.json"))
    schemas = told["components"]["schemas"]
    found = json.loads(fetch("/search.json?q=门户演示红商行"))
    assert set(found) == set(schemas["found"]["properties"]) == set(schemas["found"]["required"])
    assert set(found["decisions"][0]) == set(schemas["decision"]["properties"])
    assert {one["name"] for one in told["paths"]["/search.json"]["get"]["parameters"]} == {
        "q", "category", "agency", "since", "until", "after",
    }  # fmt: skip
    assert json.loads(fetch(f"/d/{site['withdrawn']}.json", 410))["withdrawn_cause"] == "撤销"


@pytest.mark.parametrize("month", ["1900-01", "2024-13", "0000-00", "99999-01", "x", "2024-1-1", "9999-12"])
def test_a_month_without_anything_is_not_found(fetch: Any, month: str) -> None:
    for form in bulk.FORMS:
        fetch(f"/data/{month}.{form}", 404)


def test_no_cell_of_a_table_is_a_formula() -> None:
    row = {"a": "=1+1", "b": "+cmd", "c": "-1", "d": "@x", "e": "普通", "f": None}
    text = b"".join(bulk.as_csv(iter([row]), row).streaming_content).decode("utf-8-sig")
    assert text.splitlines()[1] == "'=1+1,'+cmd,'-1,'@x,普通,"


# ── how it looks ─────────────────────────────────────────────────────────────────────────────────────────────────────


def html_class(client: Client, address: str = "/") -> str:
    page = client.get(address)
    assert "Cookie" in page["Vary"]
    found = re.search(r'<html lang="zh-Hans"(?: class="([^"]*)")?>', page.content.decode())
    assert found
    return found[1] or ""


def test_large_letters_and_contrast_are_kept_and_taken_back(theatre: Theatre) -> None:
    client = Client()
    assert html_class(client) == ""
    back = client.get("/look/large/?next=/search/%3Fq%3D%E6%BC%94%E7%A4%BA")
    assert (back.status_code, back["Location"]) == (302, "/search/?q=%E6%BC%94%E7%A4%BA")
    assert html_class(client, "/search/") == "sx-large"
    client.get("/look/contrast/?next=/")
    assert html_class(client) == "sx-large sx-contrast"
    client.get("/look/large/?next=/")
    assert html_class(client) == "sx-contrast"
    client.get("/look/contrast/?next=/")
    assert html_class(client) == ""
    assert html_class(Client()) == "", "what one reader chose is not another's"


@pytest.mark.parametrize(
    "target",
    ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", "javascript:alert(1)", "", "x"],
)
def test_the_way_back_leads_nowhere_else(theatre: Theatre, target: str) -> None:
    assert Client().get("/look/large/", {"next": target})["Location"] == "/"


@pytest.mark.parametrize("cookie", ["large.evil", '"><script>', "x" * 5000, "large.large"])
def test_a_strange_cookie_is_no_look(theatre: Theatre, cookie: str) -> None:
    client = Client()
    client.cookies["sx-look"] = cookie
    assert html_class(client) in ("", "sx-large")


def test_the_footer_says_whose_site_it_is(theatre: Theatre, settings: Any) -> None:
    assert "网站标识码" not in Client().get("/about/").content.decode()
    settings.SITE = {
        "host": "演示市人民政府",
        "phone": "",
        "code": "4103000001",
        "icp": "豫ICP备演示号",
        "police": "",
    }
    page = Client().get("/about/").content.decode()
    assert "主办单位：演示市人民政府" in page
    assert "网站标识码：4103000001" in page
    assert "豫ICP备演示号" in page
