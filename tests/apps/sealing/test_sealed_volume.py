"""A volume gets page numbers and carries no signature; the signed originals lie beside it, in the package too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography import x509

from sanxiang.store.blobs import shelf
from sanxiang.three_systems.recording import sealing
from sanxiang.three_systems.recording.packages import package
from sanxiang.three_systems.recording.volumes import SIGNED
from tests.apps.archive.packed import Packed, number_all, verify
from tests.apps.legal_review_people.volumes import text_of
from tests.apps.recording.pdfa import faults
from tests.apps.sealing.sealed import Installation, body, by_hand

pytestmark = [pytest.mark.clauses("LY-27"), pytest.mark.journeys("archive.package", "archive.volume")]


@pytest.fixture
def bag(installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Path, Packed]:
    """An archived case whose opinion was sealed before the archiving and the rest after it, packed."""
    from django.conf import settings

    monkeypatch.setattr(settings, "SANXIANG_LEDGER", tmp_path / "published")
    told = installation.theatre.played(before="give_notice")
    installation.work(told)
    installation.theatre.go_on(told)
    installation.work(told)
    vkey = number_all(tmp_path, settings)
    with package(installation.theatre.connection, told.stream) as made:
        packed = Packed(made.read(), vkey, told.stream, tmp_path / "published")
    return told, packed.unpack(tmp_path / "bag"), packed


def test_the_package_holds_every_signed_original_and_a_stranger_verifies_it(
    installation: Installation, bag: tuple[Any, Path, Packed]
) -> None:
    told, folder, packed = bag
    done = verify(folder, "--vkey", packed.vkey)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    root = x509.load_pem_x509_certificate((installation.seals.folder / "roots" / "demonstration.pem").read_bytes())
    sealed = [one for one in installation.theatre.events(told) if one.kind == "paper.sealed"]
    assert len(sealed) >= 3
    for one in sealed:
        (path,) = (folder / "data" / "evidence" / one.event.files[0]["sha256"]).iterdir()
        assert by_hand(path.read_bytes(), root) == ""
        assert faults(path.read_bytes()) == []
    opinion = installation.made(told, "review.concluded")
    (document,) = (folder / "data" / "documents").glob(f"{opinion.seq:04d}-0-*.pdf")
    assert document.read_bytes() == body(installation.paper(told, opinion))
    listed = json.loads((folder / "data" / "files.json").read_text(encoding="utf-8"))
    assert listed[f"documents/{document.name}"]["sha256"] == sealed[0].event.files[0]["sha256"]
    assert "pdfsig" in (folder / "README.txt").read_text(encoding="utf-8")


def test_a_signed_file_that_is_exchanged_in_the_package_is_found(bag: tuple[Any, Path, Packed]) -> None:
    _, folder, packed = bag
    path = next((folder / "data" / "evidence").rglob("*（电子印章）.pdf"))
    path.write_bytes(path.read_bytes()[:-1] + b" ")
    assert verify(folder, "--vkey", packed.vkey).returncode == 1


def test_the_volume_shows_the_paper_without_its_signature_and_says_where_that_is(bag: tuple[Any, Path, Packed]) -> None:
    _, folder, _ = bag
    inner = folder / "data" / "volume-supplementary.pdf"
    assert faults(inner.read_bytes()) == []
    with pikepdf.open(inner) as pdf:
        assert "/AcroForm" not in pdf.Root
        assert not any(note.get("/FT") == "/Sig" for page in pdf.pages for note in page.get("/Annots", []))
    text = text_of(inner.read_bytes())
    assert SIGNED in text.split("卷内文件目录")[1]
    assert text.count("已加盖电子印章") >= 1


def test_a_case_whose_signed_original_is_gone_is_not_archived(installation: Installation) -> None:
    told = installation.theatre.played(before="archive")
    installation.work(told)
    kept = installation.kept(told, installation.made(told, "review.concluded"))
    held = kept.read_bytes()
    kept.unlink()
    refused = installation.theatre.tries(told, "archive")
    assert not refused.done
    assert any("原件缺失" in reason.text for reason in refused.verdict.reasons)
    shelf().add(held)
    assert installation.theatre.tries(told, "archive").done


def test_two_workers_at_once_seal_one_paper_once(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    told = installation.theatre.played(before="give_notice")
    connection, sign = installation.theatre.connection, type(installation.seals).sign

    def meanwhile(self: Any, *given: Any, **named: Any) -> Any:
        """Another worker comes first while this one signs."""
        monkeypatch.setattr(type(self), "sign", sign)
        assert sealing.seal(connection, told.stream, at=told.at) == 1
        return sign(self, *given, **named)

    monkeypatch.setattr(type(installation.seals), "sign", meanwhile)
    assert sealing.seal(connection, told.stream, at=told.at) == 0
    assert sum(one.kind == "paper.sealed" for one in installation.theatre.events(told)) == 1
