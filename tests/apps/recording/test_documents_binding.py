"""The bound volume: order, page numbers, catalogue, bookmarks, its claim to PDF/A, bad parts."""

from __future__ import annotations

import io
import re

import pikepdf
import pypdfium2
import pytest
from pypdf import PdfReader

from sanxiang.three_systems.recording.documents import (
    DocumentError,
    MissingFields,
    Part,
    Volume,
    arrange,
    bind,
    catalogue,
    render,
    split,
)
from tests.apps.recording.papers import FONTS, case, made, sample, text_of
from tests.apps.recording.pdfa import faults
from tests.apps.recording.test_documents import MM, spots

TEMPLATES = [form.id for form in catalogue() if form.volume != "frame" and not form.id.startswith("benefit")]


def part(template: str, **extra: str) -> Part:
    form = catalogue()[template]
    number = sample(template)["document"]["number"]
    return Part(title=form.title, pdf=made(template).pdf, template=template, number=number, on="2024-09-27", **extra)


def bound(parts: list[Part] | tuple[Part, ...], title: str = "正卷") -> Volume:
    return bind(parts, case(document={"volume_title": title}), fonts=FONTS)


@pytest.fixture(scope="module")
def main() -> tuple[tuple[Part, ...], Volume]:
    parts = arrange([part(template) for template in reversed(TEMPLATES)], "main")
    return parts, bound(parts)


def test_order_of_the_two_volumes() -> None:
    parts = [part(template) for template in reversed(TEMPLATES)]
    receipt = part("service_receipt", of="penalty_notice", note="事先告知书的回证")
    own = Part(title="鉴定意见", pdf=made("evidence_list").pdf, volume="main", place=65)
    main = [p.title for p in arrange([receipt, *parts, own], "main")]
    order = [
        "立案审批表",
        "行政处罚决定书",
        "送达回证",
        "查封（扣押）决定书",
        "听证笔录",
        "询问笔录",
        "鉴定意见",
        "音像资料存储说明",
    ]
    assert [title for title in main if title in order] == [*order[:4], "送达回证", *order[4:]]
    assert main.index("行政处罚事先告知书") + 1 in [i for i, title in enumerate(main) if title == "送达回证"]
    supplementary = [p.title for p in arrange(parts, "supplementary")]
    order = [
        "案件来源登记表",
        "案件调查终结报告",
        "行政处罚决定审批表",
        "法制审核意见书",
        "集体讨论记录",
        "听证报告书",
        "结案审批表",
    ]
    assert [title for title in supplementary if title in order] == order
    assert len(main) + len(supplementary) == len(TEMPLATES) + 2
    with pytest.raises(DocumentError, match="没有写明归入正卷还是副卷"):
        arrange([Part(title="来历不明", pdf=b"")], "main")


def test_each_page_of_a_part_carries_its_number_at_the_outer_upper_corner(
    main: tuple[tuple[Part, ...], Volume],
) -> None:
    _, volume = main
    sheets = len(PdfReader(io.BytesIO(volume.pdf)).pages)
    front = sheets - volume.pages - 1
    assert front >= 2
    for page in (front, front + 1, sheets - 2):
        number = page - front + 1
        top = {text: x for y, runs in spots(volume.pdf, page).items() if y < 18 * MM for x, text in runs}
        assert (top[str(number)] > 105 * MM) == (number % 2 == 1)
    for page in (0, 1, sheets - 1):
        top = [text for y, runs in spots(volume.pdf, page).items() if y < 18 * MM for _, text in runs]
        assert not any(text.isdigit() for text in top)


def test_the_catalogue_tells_the_page_on_which_each_part_begins(main: tuple[tuple[Part, ...], Volume]) -> None:
    parts, volume = main
    pages = text_of(volume.pdf)
    front = len(pages) - volume.pages - 1
    for entry, first in zip(parts, volume.first_pages, strict=True):
        assert any(entry.title in line for line in pages[front + first - 1]), entry.title
    listed = "".join("".join(line.split()) for page in pages[1:front] for line in page)
    for number, (entry, first) in enumerate(zip(parts, volume.first_pages, strict=True), 1):
        assert re.search(rf"{re.escape(entry.title)}20240927{first}(?=\D|{number + 1})", listed), entry.title
    cover, note = "".join(pages[0]), "".join(pages[-1])
    assert f"本卷件数 {len(parts)} 本卷页数 {volume.pages}" in cover
    assert f"正卷共{len(parts)}件{volume.pages}页。" in note


def test_bookmarks_lead_to_the_parts(main: tuple[tuple[Part, ...], Volume]) -> None:
    parts, volume = main
    reader = PdfReader(io.BytesIO(volume.pdf))
    found = [(entry.title, reader.get_destination_page_number(entry)) for entry in reader.outline]
    front = len(reader.pages) - volume.pages - 1
    wanted = [
        (f"{p.title} {p.number}".strip(), front + first - 1) for p, first in zip(parts, volume.first_pages, strict=True)
    ]
    assert found == [("卷宗封面", 0), ("卷内文件目录", 1), *wanted, ("卷内备考表", len(reader.pages) - 1)]


def test_the_claim_to_pdfa_stands_on_what_the_parts_claim(main: tuple[tuple[Part, ...], Volume]) -> None:
    _, volume = main
    assert volume.pictured == ()
    assert faults(volume.pdf) == []
    with pikepdf.open(io.BytesIO(volume.pdf)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert "/StructTreeRoot" not in pdf.Root
        assert not any("/StructParents" in page.obj for page in pdf.pages)
        with pdf.open_metadata() as about:
            assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("2", "B")
            assert about["dc:title"] == "洛阳示例食品有限公司（演示）经营超过保质期的食品案 正卷"


def test_a_scan_stands_in_the_volume_as_a_picture_and_the_claim_stays_true() -> None:
    volume = bound(
        [part("filing_approval"), Part(title="外来扫描件", pdf=scan("0 0 1 rg 0 0 300 500 re f"), volume="main")]
    )
    assert volume.pictured == ("外来扫描件",)
    assert faults(volume.pdf) == []
    assert volume.pages == 2
    assert "影印" in "".join(text_of(volume.pdf)[1])


def scan(content: str, **page: object) -> bytes:
    """A foreign page of another size."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(300, 500))
        pdf.pages[0].Contents = pdf.make_stream(content.encode())
        for key, value in page.items():
            pdf.pages[0].obj[f"/{key}"] = value
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def test_an_empty_page_gets_no_number_and_a_turned_one_gets_it_upright() -> None:
    turned = scan("1 0 0 rg 10 10 50 50 re f", Rotate=90)
    parts = [Part(title=str(i), pdf=pdf, volume="main") for i, pdf in enumerate((scan(""), turned, scan("q Q")))]
    volume = bound(parts)
    assert (volume.pages, volume.first_pages) == (1, (1, 1, 1))
    texts = ["".join(page) for page in text_of(volume.pdf)[2:-1]]
    assert texts == ["", "1", ""]


def test_the_same_parts_give_the_same_bytes() -> None:
    parts = [part("filing_approval"), part("penalty_decision")]
    assert bound(parts).pdf == bound(parts).pdf


def test_a_volume_may_itself_be_bound() -> None:
    inner = bound([part("filing_approval")])
    outer = bound([Part(title="旧卷", pdf=inner.pdf, volume="main"), part("penalty_decision")])
    assert outer.pages == 4 + 4
    assert faults(outer.pdf) == []


@pytest.mark.parametrize("bad", [b"", b"%PDF-1.7\nnothing", b"PK\x03\x04 a zip"])
def test_what_is_not_a_pdf_is_named(bad: bytes) -> None:
    with pytest.raises(DocumentError, match="“坏文件”不是完好的 PDF 文件"):
        bound([part("filing_approval"), Part(title="坏文件", pdf=bad, volume="main")])


@pytest.mark.parametrize("password", ["", "secret"])
def test_what_is_encrypted_is_refused(password: str) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(made("filing_approval").pdf)) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(user=password, owner="owner"))
    with pytest.raises(DocumentError, match="“密件”加了密"):
        bound([Part(title="密件", pdf=out.getvalue(), volume="main")])


def test_a_volume_needs_parts_and_what_the_cover_must_hold() -> None:
    with pytest.raises(DocumentError, match="没有可以立卷的文件"):
        bound([])
    with pytest.raises(MissingFields, match="保管期限（档案法第三十七条）"):
        bind([part("filing_approval")], case(facts={"archive_retention": ""}), fonts=FONTS)


def test_a_glyph_missing_on_the_cover_is_named() -> None:
    volume = bind([part("filing_approval")], case(case={"name": "某𪚥案"}), fonts=FONTS)
    assert volume.missing_glyphs == ("U+2A6A5 𪚥",)


@pytest.mark.parametrize("count", [1, 40])
def test_cover_catalogue_and_closing_note_look_in_the_volume_as_each_does_alone(count: int) -> None:
    entry = part("evidence_list")
    volume = bound([entry] * count)
    sheets = drawn(volume.pdf)
    line = {"number": entry.number, "title": entry.title, "on": "20240927", "responsible": "", "note": ""}
    lists = {"catalogue": [{**line, "page": page} for page in volume.first_pages]}
    data = case(document={"volume_title": "正卷", "pages": volume.pages, "papers": count}, lists=lists)
    alone = [drawn(render(name, data, fonts=FONTS).pdf) for name in ("volume_cover", "catalogue", "closing_note")]
    cover, inside, note = alone
    assert (len(inside) > 1) == (count > 1)
    assert sheets[: len(cover) + len(inside)] + sheets[-len(note) :] == cover + inside + note
    assert len(sheets) == volume.pages + sum(map(len, alone))


def drawn(pdf: bytes) -> list[bytes]:
    """Each page as its pixels."""
    with pypdfium2.PdfDocument(pdf) as opened:
        return [page.render(scale=0.8).to_pil().tobytes() for page in opened]


def test_too_many_pages_make_several_volumes() -> None:
    parts = [part("penalty_decision") for _ in range(5)]  # four pages each
    assert [len(volume) for volume in split(parts, 9)] == [2, 2, 1]
    assert [len(volume) for volume in split(parts, 3)] == [1, 1, 1, 1, 1]
    assert split(parts) == (tuple(parts),)
    assert split([]) == ()
