"""The papers that an agency issues bear its electronic seal: once, kept to the byte, found out where they are changed."""

from __future__ import annotations

import io
import threading
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from cryptography import x509
from django.db import connections
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pypdf import PdfReader

from sanxiang.casework import auditing
from sanxiang.store.errors import VersionConflict
from tests.apps.legal_review_people.people import client
from tests.apps.recording.pdfa import faults
from tests.apps.sealing.sealed import Installation, body, by_hand, poppler

OPINION = "review.concluded"


@pytest.fixture(scope="module")
def reviewed(opened_theatre: Any, folder: Any, django_db_blocker: Any) -> Any:
    """A case whose opinion was concluded and sealed."""
    from django.conf import settings
    from django.db import connections

    from sanxiang.store.seals import Seals

    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "SANXIANG_SEALS", folder)
        told = opened_theatre.played(before="give_notice")
        Installation(opened_theatre, Seals(folder)).work(told)
        connections.close_all()
    return told


def root_of(installation: Installation) -> x509.Certificate:
    return x509.load_pem_x509_certificate((installation.seals.folder / "roots" / "demonstration.pem").read_bytes())


@pytest.mark.clauses("LY-36", "LY-37")
@pytest.mark.journeys("review.opinion-paper")
def test_the_opinion_is_numbered_and_signed_and_two_other_hands_find_it_valid(
    installation: Installation, reviewed: Any
) -> None:
    made = installation.made(reviewed, OPINION)
    pdf = body(installation.paper(reviewed, made))
    found = installation.seals.examine(pdf)
    assert found is not None
    assert (found.valid, found.trusted) == (True, True)
    assert found.subject == "洛阳市市场监督管理局（演示）电子印章"
    assert found.name == "周演示"
    number = made.event.documents[0]["number"]
    assert found.reason == f"《法制审核意见书》{number}，法制审核人员周演示"
    assert by_hand(pdf, root_of(installation)) == ""
    told = poppler(installation.kept(reviewed, made))
    assert not told or ("Signature is Valid" in told and "Total document signed" in told)
    assert faults(pdf) == [], "PDF/A stays"


@pytest.mark.clauses("LY-37")
@pytest.mark.journeys("review.opinion-paper")
def test_the_page_of_the_review_says_who_signed_with_which_certificate_and_gives_the_file(
    installation: Installation, reviewed: Any
) -> None:
    made = installation.made(reviewed, OPINION)
    page = client(installation.theatre, "reviewer").get(f"/review/{reviewed.stream}/").content.decode()
    for words in (
        "签名有效",
        "证书可信",
        "洛阳市市场监督管理局（演示）电子印章",
        "演示印章签发机构",
        "周演示",
        "下载签名文件",
    ):
        assert words in page, words
    assert f"/recording/{reviewed.stream}/paper/{made.id}/0.pdf?download" in page
    assert (
        "已盖电子印章" in client(installation.theatre, "zhang").get(f"/work/cases/{reviewed.stream}/").content.decode()
    )
    assert "签名有效" in installation.page(reviewed, made)


def test_a_paper_is_signed_once_and_is_the_same_bytes_for_ever(installation: Installation, reviewed: Any) -> None:
    made = installation.made(reviewed, OPINION)
    first = body(installation.paper(reviewed, made))
    version = len(installation.theatre.events(reviewed))
    installation.work(reviewed)
    from sanxiang.three_systems.recording import sealing

    assert sealing.seal(installation.theatre.connection, reviewed.stream, at=reviewed.at) == 0
    assert len(installation.theatre.events(reviewed)) == version
    assert body(installation.paper(reviewed, made)) == first
    assert installation.kept(reviewed, made).read_bytes() == first


def test_every_numbered_paper_of_the_agency_is_sealed_and_no_other(installation: Installation) -> None:
    told = installation.theatre.played(before="archive")
    installation.work(told)
    events = installation.theatre.events(told)
    sealed = {(one.event.paper, one.event.index) for one in events if one.kind == "paper.sealed"}  # type: ignore[attr-defined]
    papers = [(one.id, index, paper) for one in events for index, paper in enumerate(one.event.documents)]
    assert {(event, index) for event, index, paper in papers if paper["number"]} == sealed
    titles = {paper["title"] for event, index, paper in papers if (event, index) in sealed}
    assert {"法制审核意见书", "行政处罚事先告知书", "行政处罚决定书"} <= titles
    record = next(one for one in papers if one[2]["template"] == "inquiry_record")
    inside = next(one for one in events if one.id == record[0])
    assert "不编文号" in installation.page(told, inside, record[1])


@pytest.mark.parametrize("place", [5000, -300])
def test_one_changed_byte_is_found(installation: Installation, reviewed: Any, place: int) -> None:
    pdf = bytearray(body(installation.paper(reviewed, installation.made(reviewed, OPINION))))
    pdf[place] ^= 1
    found = installation.seals.examine(bytes(pdf))
    assert found is None or not found.valid


def test_a_page_that_is_changed_after_signing_is_found(installation: Installation, reviewed: Any) -> None:
    pdf = body(installation.paper(reviewed, installation.made(reviewed, OPINION)))
    later = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = later.root["/Pages"]["/Kids"][0]
    page["/MediaBox"] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 300, 300)))
    later.update_container(page)
    out = io.BytesIO()
    later.write(out)
    assert out.getvalue().startswith(pdf), "nothing of what was signed is touched"
    found = installation.seals.examine(out.getvalue())
    assert found is not None
    assert (found.intact, found.whole, found.valid) == (True, False, False)


def test_a_kept_file_that_was_exchanged_is_told_on_the_page_and_not_given_out(installation: Installation) -> None:
    told = installation.theatre.played(before="give_notice")
    installation.work(told)
    made = installation.made(told, OPINION)
    kept = installation.kept(told, made)
    kept.chmod(0o600)
    kept.write_bytes(b"%PDF-1.7 another")
    assert "缺失或者已被改动" in installation.page(told, made)
    assert "签名有效" not in installation.page(told, made)
    assert installation.paper(told, made).status_code == 409


def test_a_file_signed_by_a_stranger_is_valid_and_not_trusted(
    installation: Installation, reviewed: Any, tmp_path: Any
) -> None:
    from sanxiang.config import demo_seals
    from sanxiang.store.seals import Seals

    agency = installation.theatre.people["luoyang"][""]
    demo_seals.make(tmp_path, {agency: "洛阳市市场监督管理局（演示）"})
    bare = body(installation.paper(reviewed, installation.made(reviewed, "investigation.concluded")))
    signed = Seals(tmp_path).sign(bare, agency, name="某人", reason="", at=reviewed.at).pdf
    found = installation.seals.examine(signed)
    assert found is not None
    assert (found.valid, found.trusted) == (True, False)
    assert installation.seals.examine(bare) is None


def test_the_note_of_a_seal_is_no_act_of_anybody(installation: Installation) -> None:
    theatre = installation.theatre
    told = theatre.played(before="give_notice")
    seen = len(theatre.events(told))
    installation.work(told)
    events = theatre.events(told)
    assert len(events) == seen + 1
    history = auditing.RegisterHistory(theatre.connection)
    assert not any(auditing.replay_case(told.stream, events, theatre.book, history))
    assert theatre.tries(told, "give_notice", expected=seen).done, "who saw the case before the seal saw all of it"
    with pytest.raises(VersionConflict):
        theatre.tries(told, "give_notice", expected=seen)


def test_a_seal_is_asked_for_in_the_transaction_of_the_act(installation: Installation) -> None:
    from sanxiang.three_systems.recording import tasks

    told = installation.theatre.played(before="conclude_review")
    assert installation.asked(told) == []
    refused = installation.theatre.tries(told, "conclude_review", facts={})
    assert not refused.done
    assert installation.asked(told) == []
    installation.theatre.step(told)
    made = installation.made(told, OPINION)
    assert installation.asked(told) == [made.id]
    tasks.seal_papers(told.stream, made.id)
    assert "签名有效" in installation.page(told, made)


def test_what_was_entered_only_afterwards_is_not_sealed(installation: Installation) -> None:
    told = installation.theatre.played(before="give_notice")
    told.at += timedelta(days=2)
    done = installation.theatre.tries(told, "give_notice", report=True, occurred_at=told.at)
    (made,) = done.events
    assert made.event.documents[0]["number"]
    installation.work(told)
    assert made.id not in installation.asked(told)
    assert "以当时盖章的原件为准" in installation.page(told, made)
    with pikepdf.open(io.BytesIO(body(installation.paper(told, made)))) as pdf:
        assert "/AcroForm" not in pdf.Root


def test_a_seal_that_comes_in_the_midst_of_an_act_does_not_refuse_it(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sanxiang.casework import commands

    theatre = installation.theatre
    told = theatre.played(before="give_notice")
    seen, prepared = len(theatre.events(told)), commands.prepared

    def meanwhile(*given: Any) -> Any:
        """A worker seals the opinion after the case was read for the act and before the act is written."""
        monkeypatch.setattr(commands, "prepared", prepared)
        worker = threading.Thread(target=work)
        worker.start()
        worker.join()
        return prepared(*given)

    def work() -> None:
        installation.work(told)
        connections.close_all()

    monkeypatch.setattr(commands, "prepared", meanwhile)
    assert theatre.tries(told, "give_notice", expected=seen).done
    assert [one.kind for one in theatre.events(told)[seen:]] == ["paper.sealed", "notice.given"]


def test_a_copy_to_look_at_claims_no_signature(installation: Installation, reviewed: Any) -> None:
    """Who reads a sealed paper that is not his work reads a copy with his name; the signed file is a download."""
    made = installation.made(reviewed, OPINION)
    signed = body(installation.paper(reviewed, made, role="archivist"))
    assert installation.seals.examine(signed) is not None
    asks = client(installation.theatre, "archivist", reviewed.agency)
    copy = asks.get(f"/recording/{reviewed.stream}/paper/{made.id}/0.pdf").content
    with pikepdf.open(io.BytesIO(signed)) as original, pikepdf.open(io.BytesIO(copy)) as shown:
        assert ("/AcroForm" in original.Root, "/AcroForm" in shown.Root) == (True, False)
        assert len(shown.pages) == len(original.pages)
    text = "".join(PdfReader(io.BytesIO(copy)).pages[0].extract_text().split())
    assert "查看副本" in text
    assert "法制审核意见书" in text
    assert installation.seals.examine(copy) is None
