"""The archive package of a case that was played to its end: strangers' tools read it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import bagit
import pikepdf
import pytest
from pypdf import PdfReader

from sanxiang.three_systems.recording.packages import VERIFIER

from .packed import Packed, verify

pytestmark = [pytest.mark.clauses("LY-27", "CN-14"), pytest.mark.journeys("ledger.verification")]


# ── what strangers' tools say ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.journeys("archive.package")
def test_bagit_of_others_accepts_it(bag: Path) -> None:
    bagit.Bag(str(bag)).validate(processes=1)


@pytest.mark.journeys("archive.package")
def test_the_verifier_accepts_it_with_the_key_from_elsewhere(bag: Path, packed: Packed) -> None:
    done = verify(bag, "--vkey", packed.vkey)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{len(list((bag / 'data' / 'events').iterdir()))} events" in done.stdout
    assert verify(bag).returncode == 0


def test_the_verifier_that_comes_along_is_the_same(bag: Path) -> None:
    assert (bag / "verify.py").read_bytes() == VERIFIER.read_bytes()


def texts_of(path: Path) -> list[str]:
    """The text of each page without white space."""
    return ["".join((page.extract_text() or "").split()) for page in PdfReader(path).pages]


@pytest.mark.clauses("LY-19")
@pytest.mark.journeys("archive.volume")
def test_the_volumes_have_catalogue_page_numbers_and_closing_note(bag: Path) -> None:
    bound = 0
    for name, title, named in (
        ("volume.pdf", "正卷", ("立案审批表", "行政处罚决定书", "送达回证", "询问笔录", "现场检查笔录")),
        ("volume-supplementary.pdf", "副卷", ("法制审核意见书",)),
    ):
        cover, *leaves, closing = texts_of(bag / "data" / name)
        last = int(re.search("件([0-9]+)页", closing)[1])  # type: ignore[index]
        catalogue, pages = "".join(leaves[:-last]), leaves[-last:]
        assert len(leaves) - last in (1, 2), "the catalogue"
        assert title in cover
        assert "卷内文件目录" in catalogue
        assert all(paper in catalogue for paper in named)
        assert f"{title}共" in closing
        assert f"件{len(pages)}页" in closing
        assert "备考表" in closing
        assert [page.endswith(str(nth)) for nth, page in enumerate(pages, 1)] == [True] * len(pages)
        bound += len(pages)
    uploaded = [path for path in (bag / "data" / "evidence").rglob("*.*") if path.suffix in (".png", ".pdf")]
    papers = sum(len(PdfReader(path).pages) for path in (bag / "data" / "documents").iterdir())
    assert uploaded
    assert bound == papers + len(uploaded), "a photograph, and a receipt of one page"


def test_every_paper_and_volume_says_that_it_is_pdf_a(bag: Path) -> None:
    papers = sorted([*(bag / "data").glob("*.pdf"), *(bag / "data" / "documents").iterdir()])
    assert len(papers) > 10
    for path in papers:
        with pikepdf.open(path) as pdf:
            assert pdf.open_metadata().get("pdfaid:part") in ("2", "3"), path.name
            assert pdf.Root.get("/OutputIntents") is not None, path.name
            assert not pdf.is_encrypted, path.name
            assert len(pdf.pages) == len(PdfReader(path).pages)


@pytest.mark.clauses("LY-17", "WD-10")
@pytest.mark.journeys("cases.penalty.ordinary", "cases.documents", "archive.package")
def test_the_data_can_be_read_without_the_program(bag: Path, packed: Packed) -> None:
    case = json.loads((bag / "data" / "case.json").read_text(encoding="utf-8"))
    assert (case["stream"], case["category"], case["procedure"]) == (packed.stream, "处罚", "penalty.ordinary")
    kinds = [step["kind"] for step in case["steps"]]
    stages = ("case.filed", "activity.done", "evidence.taken", "review.concluded", "decision.made", "document.served")
    assert set(kinds) >= {*stages, "decision.carried_out", "case.closed", "case.archived"}
    assert [step["seq"] for step in case["steps"]] == list(range(1, case["events"] + 1))
    assert case["facts"]["party_name"] == "洛阳演示商贸有限公司"
    assert case["decision_number"].startswith("洛市监演罚决字〔2026〕")
    assert all(step["actor"]["name"] and step["occurred_at"] for step in case["steps"])
    named = [paper["title"] for step in case["steps"][:-1] for paper in step["documents"]]
    files = sorted(path.stem.split("-")[-1] for path in (bag / "data" / "documents").iterdir())
    assert files == sorted([*named, "音像资料存储说明"])
