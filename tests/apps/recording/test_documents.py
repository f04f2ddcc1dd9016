"""The papers themselves: what a reader gets from them, their measures, their claim to PDF/A, bad text."""

from __future__ import annotations

import io
import shutil
import subprocess
import threading
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
import segno
import typst
from PIL import Image
from pypdf import PdfReader

from sanxiang.three_systems.recording.documents import Attachment, DocumentError, catalogue, render
from sanxiang.three_systems.recording.documents import rendering as engine
from tests.apps.recording.papers import FONTS, golden, joined, made, sample, text_of
from tests.apps.recording.pdfa import faults

IDS = [form.id for form in catalogue()]
MM = 72 / 25.4


@pytest.mark.parametrize("template", IDS)
def test_golden(template: str) -> None:
    paper, kept = made(template), golden(template)
    assert paper.missing_glyphs == ()
    assert paper.pages == kept["pages"]
    assert text_of(paper.pdf) == kept["text"]


@pytest.mark.parametrize("template", IDS)
def test_claims_pdfa_2b_tagged_and_other_readers_open_it(template: str) -> None:
    paper = made(template)
    assert faults(paper.pdf) == []
    with pikepdf.open(io.BytesIO(paper.pdf)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        assert [round(float(x), 1) for x in pdf.pages[0].mediabox] == [0, 0, 595.3, 841.9]
        with pdf.open_metadata() as about:
            assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("2", "B")
    if tool := shutil.which("pdfinfo"):
        told = subprocess.run([tool, "-"], input=paper.pdf, capture_output=True, check=True).stdout.decode()
        assert f"Pages:           {paper.pages}" in told


def spots(pdf: bytes, page: int) -> dict[float, list[tuple[float, str]]]:
    """Baseline from the top in points → (x, text) of each run of text on a page."""
    found: dict[float, list[tuple[float, str]]] = defaultdict(list)

    def note(text: str, cm: list[float], tm: list[float], font: object, size: float) -> None:
        if text.strip():
            found[round(841.89 - (tm[5] * cm[3] + cm[5]), 1)].append((tm[4] * cm[0] + cm[4], text.strip("\n")))

    PdfReader(io.BytesIO(pdf)).pages[page].extract_text(visitor_text=note)
    return found


def test_a_full_page_has_22_lines_of_28_characters_in_the_text_area_of_gbt_9704() -> None:
    data = sample("investigation_report", facts={"violation_facts": "测" * 28 * 70}, demo=False)
    paper = render("investigation_report", data, fonts=FONTS)
    for page, left in ((1, 26), (2, 28)):  # an even page has its bound edge on the right
        lines = {y: runs for y, runs in spots(paper.pdf, page).items() if "测" in runs[0][1]}
        assert [sum(len(text) for _, text in runs) for runs in lines.values()] == [28] * 22
        tops = sorted(lines)
        steps = [later - earlier for earlier, later in pairwise(tops)]
        assert all(step == pytest.approx(225 / 22 * MM, abs=0.15) for step in steps)
        assert all(min(x for x, _ in runs) == pytest.approx(left * MM, abs=0.3) for runs in lines.values())
        # 0.88 of the type stands above its baseline: so the first line begins 37 mm from the edge.
        assert tops[0] - 0.88 * 16 == pytest.approx(37 * MM, abs=0.3)
        assert tops[-1] + 0.12 * 16 <= (37 + 225) * MM


def test_characters_stand_a_28th_of_the_line_apart() -> None:
    data = sample("investigation_report", facts={"violation_facts": "测" * 28 * 30}, demo=False)
    pdf = pikepdf.open(io.BytesIO(render("investigation_report", data, fonts=FONTS).pdf))
    step = advance(pdf.pages[1])
    assert step == pytest.approx(156 * MM / 28, abs=0.02)


def advance(page: pikepdf.Page) -> float:
    """How far apart the characters of the longest run of text on a page stand, in points."""
    size, best, width = 0.0, 0, 0.0
    for step in pikepdf.parse_content_stream(page):
        if str(step.operator) == "Tf":
            size = float(step.operands[1])
        if str(step.operator) == "TJ":
            codes = sum(len(bytes(part)) // 2 for part in step.operands[0] if isinstance(part, pikepdf.String))
            kern = sum(float(part) for part in step.operands[0] if not isinstance(part, pikepdf.String))
            # Every Chinese character of the font is one em wide; the numbers between are moved back.
            if codes > best:
                gaps = sum(1 for part in step.operands[0] if not isinstance(part, pikepdf.String))
                best, width = codes, size * (1 - kern / max(gaps, 1) / 1000)
    return width


def test_page_numbers_stand_outside_odd_right_even_left() -> None:
    paper = made("penalty_decision")
    for page, side in ((0, "right"), (1, "left")):
        runs = spots(paper.pdf, page)
        ((y, (x, _)),) = ((y, found[0]) for y, found in runs.items() if found[0][1].startswith("— "))
        assert (x > 210 * MM / 2) == (side == "right")
        assert (37 + 225 + 7) * MM < y < (37 + 225 + 7 + 6) * MM


def test_the_same_data_give_the_same_bytes_in_every_thread() -> None:
    data, found = sample("penalty_decision"), []
    threads = [
        threading.Thread(target=lambda: found.append(render("penalty_decision", data, fonts=FONTS).pdf))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) == {made("penalty_decision").pdf}
    assert len(found) == 4


def test_the_day_of_the_paper_is_the_time_in_the_file() -> None:
    assert (
        PdfReader(io.BytesIO(made("penalty_decision").pdf)).metadata.creation_date.isoformat()
        == "2024-09-26T16:00:00+00:00"
    )
    with pytest.raises(DocumentError, match="文书日期“昨天”不是日期"):
        render("penalty_decision", sample("penalty_decision", document={"date": "昨天"}), fonts=FONTS)


HOSTILE = {
    "markup": '#import "_style.typ": * *粗* _斜_ $x^2$ = 标题 <标签> @引用 // 注释 /* 块 */',
    "code": '#read("/etc/passwd") #eval("1+1") #{while true {}} #panic("x")',
    "escapes": "\\u{41} \\n \\\\ \" ' ` ``` ${x} {{x}} %s",
    "paths": "../../../etc/passwd; <script>alert(1)</script>; '; DROP TABLE x; --",
    "json": '"},"facts":{"x":"',
    "quotes": "他说\"好\"，她说'不'",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_text_of_a_case_is_shown_as_it_stands(kind: str) -> None:
    text = HOSTILE[kind]
    data = sample("penalty_decision", facts={"violation_facts": text}, party={"name": text}, document={"title": text})
    paper = render("penalty_decision", data, fonts=FONTS)
    assert paper.missing_glyphs == ()
    assert joined(paper.pdf).replace("\u200b", "").count("".join(text.split())) == 3
    assert faults(paper.pdf) == []


def test_characters_without_a_picture_are_boxed_and_named() -> None:
    text = "甲𪚥乙😀丙👩\u200d👧丁\u202e戊\x07己\ud800庚\x00"
    paper = render("penalty_decision", sample("penalty_decision", facts={"violation_facts": text}), fonts=FONTS)
    assert "甲〓乙〓丙〓〓〓丁〓戊〓己〓庚〓" in joined(paper.pdf)
    assert paper.missing_glyphs == (
        "U+0000", "U+0007", "U+200D", "U+202E", "U+D800", "U+1F467 👧", "U+1F469 👩", "U+1F600 😀", "U+2A6A5 𪚥",
    )  # fmt: skip
    assert faults(paper.pdf) == []


def test_a_joining_character_does_not_take_its_neighbour_along() -> None:
    paper = render("source_register", sample("source_register", facts={"source_summary": "好🏻人好事é̈"}), fonts=FONTS)
    assert "好〓人好事é〓" in joined(paper.pdf)
    assert paper.missing_glyphs == ("U+0308 \u0308", "U+1F3FB 🏻")


def test_four_thousand_kinds_of_missing_characters_do_not_block() -> None:
    text = "".join(chr(code) for code in range(0x1F300, 0x1F300 + 2000)) + "".join(
        map(chr, range(0x10400, 0x10400 + 2000))
    )
    paper = render("source_register", sample("source_register", facts={"source_summary": text}), fonts=FONTS)
    assert len(paper.missing_glyphs) == 4000


def test_what_is_pasted_along_does_not_show() -> None:
    text = "\ufeff　　第一段\r\n\r\n\u200b第二\u00ad段\t完"
    paper = render("penalty_decision", sample("penalty_decision", facts={"violation_facts": text}), fonts=FONTS)
    assert paper.missing_glyphs == ()
    assert "第一段第二段完" in joined(paper.pdf)


@pytest.mark.parametrize("template", ["penalty_decision", "filing_approval", "inquiry_record"])
def test_fifty_thousand_characters(template: str) -> None:
    long = "测" * 50_000
    facts = {"violation_facts": long, "suspected_violation": long, "questions": [{"question": "问", "answer": long}]}
    paper = render(template, sample(template, facts=facts), fonts=FONTS)
    assert joined(paper.pdf).count("测") >= 50_000
    assert paper.pages > 40


def test_a_long_run_of_latin_signs_stays_on_the_sheet() -> None:
    data = sample("penalty_decision", facts={"violation_facts": "a" * 3000}, demo=False)
    paper = render("penalty_decision", data, fonts=FONTS)
    assert joined(paper.pdf).replace("\u200b", "").count("a" * 3000) == 0  # pages part it
    widest = max(
        sum(text.count("a") for _, text in runs) for page in (0, 1) for runs in spots(paper.pdf, page).values()
    )
    assert 40 < widest * 8.2 / MM < 160


@pytest.mark.parametrize(("facts", "shown"), [
    ({"carried_out_amount": 1230050}, "12300.50元（大写：壹万贰仟叁佰元伍角整）"),
    ({"carried_out_on": "2024-01-05"}, "2024年1月5日"),
    ({"carried_out_how": None}, "执行情况"),
])  # fmt: skip
def test_amounts_and_days_are_written_in_chinese(facts: dict, shown: str) -> None:
    assert shown in joined(render("closing_approval", sample("closing_approval", facts=facts), fonts=FONTS).pdf)


def test_remedies_of_the_two_procedures_differ() -> None:
    ordinary, summary = joined(made("penalty_decision").pdf), joined(made("on_spot_decision").pdf)
    assert "自收到本决定书之日起六十日内向洛阳市人民政府申请行政复议" in ordinary
    assert "也可以自收到本决定书之日起六个月内依法向洛阳市洛龙区人民法院提起行政诉讼" in ordinary
    assert "应当先自收到本决定书之日起六十日内向洛阳市人民政府申请行政复议" in summary
    assert "自收到行政复议决定书之日起十五日内依法向洛阳市洛龙区人民法院提起行政诉讼" in summary
    assert "六个月" not in summary
    assert "每日按罚款数额的百分之三加处罚款，加处罚款的数额不超出罚款的数额" in ordinary


def test_demonstration_papers_say_so_and_others_do_not() -> None:
    assert "演示数据，不具有法律效力" in joined(made("penalty_decision").pdf)
    real = render("penalty_decision", sample("penalty_decision", demo=False), fonts=FONTS)
    assert "不具有法律效力" not in joined(real.pdf)


def test_a_paper_of_what_was_entered_afterwards_says_so_on_every_page() -> None:
    data = sample("inquiry_record")
    assert "补录" not in joined(render("inquiry_record", data, fonts=FONTS).pdf)
    late = data | {"document": data["document"] | {"entered_at": "2026-08-06T09:05:00+08:00"}}
    pages = PdfReader(io.BytesIO(render("inquiry_record", late, fonts=FONTS).pdf)).pages
    for page in pages:
        assert "补录2026年8月6日9时5分录入" in page.extract_text().replace("\n", "").replace(" ", "").replace(
            "\u3000", ""
        )


def test_without_code_and_digest_nothing_claims_to_be_verifiable() -> None:
    paper = render("penalty_decision", sample("penalty_decision", qr="", digest=""), fonts=FONTS)
    assert "核验" not in joined(paper.pdf)
    with pytest.raises(DocumentError, match="二维码的内容太长"):
        render("penalty_decision", sample("penalty_decision", qr="长" * 4000), fonts=FONTS)


def test_the_code_on_the_paper_is_the_code_of_its_content(tmp_path: Path) -> None:
    address = "https://example.invalid/p/8f3a5c0e9b1d"
    svg = engine.qr_drawing(address)
    (tmp_path / "code.typ").write_text(
        "#set page(width: 116pt, height: 116pt, margin: 0pt)\n#image(bytes(sys.inputs.svg), width: 116pt)"
    )
    png = typst.compile(str(tmp_path / "code.typ"), format="png", ppi=144, sys_inputs={"svg": svg})
    picture = Image.open(io.BytesIO(png)).convert("L")
    matrix = segno.make(address, error="m", micro=False, mask=2).matrix
    step = picture.width / len(matrix)
    drawn = [
        [int(picture.getpixel((int((x + 0.5) * step), int((y + 0.5) * step))) < 128) for x in range(len(matrix))]
        for y in range(len(matrix))
    ]
    assert drawn == [list(row) for row in matrix]


def test_an_attachment_makes_it_3b_and_comes_out_whole() -> None:
    text = '{"违法事实": "#panic()"}\n'
    paper = render(
        "penalty_decision",
        sample("penalty_decision"),
        fonts=FONTS,
        attachments=[Attachment("data.json", text, description="本文书的数据")],
    )
    with pikepdf.open(io.BytesIO(paper.pdf)) as pdf:
        with pdf.open_metadata() as about:
            assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("3", "B")
        (name,) = pdf.attachments
        assert name == "data.json"
        assert pdf.attachments[name].get_file().read_bytes().decode() == text
    with pytest.raises(DocumentError, match="只能用字母"):
        Attachment("../data.json", text)


def test_fonts_of_the_agency_come_first(tmp_path: Path) -> None:
    from sanxiang.three_systems.recording.documents import FontSet
    from tests.apps.recording.fonts import renamed

    (tmp_path / "fang.otf").write_bytes(renamed("仿宋_GB2312"))
    own = FontSet(tmp_path)
    assert own.families["fang"] == ["仿宋_GB2312", "Noto Serif SC"]
    assert own.lacking == ("小标宋", "楷体")
    paper = render("acceptance_notice", sample("acceptance_notice"), fonts=own)
    assert joined(paper.pdf) == joined(made("acceptance_notice").pdf)
    assert paper.pdf != made("acceptance_notice").pdf
    with pytest.raises(FileNotFoundError, match="字体文件夹不存在"):
        FontSet(tmp_path / "none")


def test_fandol_is_trusted_within_gb2312_only(tmp_path: Path) -> None:
    from sanxiang.three_systems.recording.documents import FontSet
    from tests.apps.recording.fonts import renamed

    (tmp_path / "fandol.otf").write_bytes(renamed("FandolFang R"))
    data = sample("acceptance_notice", party={"name": "余餘准準"})
    paper = render("acceptance_notice", data, fonts=FontSet(tmp_path))
    assert "余餘准準" in joined(paper.pdf)
    assert {sign: font_of(paper.pdf, sign) for sign in "余餘准準"} == {
        "余": "NotoSansSC-Regular",  # the font that plays Fandol here
        "餘": "NotoSerifSC-Regular",
        "准": "NotoSansSC-Regular",
        "準": "NotoSerifSC-Regular",
    }


def font_of(pdf: bytes, sign: str) -> str:
    """The font in which the first page shows this character."""
    found: list[str] = []

    def note(text: str, cm: object, tm: object, font: dict[str, str] | None, size: float) -> None:
        if sign in text and font:
            found.append(font["/BaseFont"].split("+")[1].removesuffix("-Identity-H"))

    PdfReader(io.BytesIO(pdf)).pages[0].extract_text(visitor_text=note)
    return found[0]
