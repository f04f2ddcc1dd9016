"""A one-page decision to PDF/A, warm, against WeasyPrint on the same page (same words, fonts, code and page number)."""

from __future__ import annotations

import io
import statistics
import time
from collections import Counter
from pathlib import Path
from typing import Any

AGENCY = {
    "name": "洛阳市市场监督管理局（演示）",
    "review_body": "洛阳市人民政府",
    "court": "洛阳市洛龙区人民法院",
}
FACTS = "当事人未将许可证件悬挂在经营场所的显著位置。"
BASIS = ("示例经营管理办法（演示）", "第五条")
PLACE = "洛阳市涧西区示例路18号"
CODE = "https://example.invalid/p/8f3a5c0e9b1d"

CSS = """
@font-face {{ font-family: Song; src: url(file://{song}) }}
@font-face {{ font-family: Hei; src: url(file://{hei}) }}
@page {{ size: A4; margin: 24mm 26mm 27mm 28mm;
  @bottom-right {{ content: "— " counter(page) " —"; font: 14pt Song }} }}
body {{ font: 12pt/19pt Song; text-align: justify; margin: 0 }}
p {{ margin: 0; text-indent: 2em }}
.agency {{ font-size: 28pt; line-height: 40pt; color: #c00000; text-align: center; text-indent: 0 }}
.number {{ font-size: 16pt; text-align: center; text-indent: 0; border-bottom: 1.6pt solid #c00000 }}
h1 {{ font-size: 22pt; font-weight: normal; text-align: center; margin: 29pt 0 }}
.end {{ text-align: right; margin-right: 4em }}
.foot {{ position: absolute; bottom: -20mm; left: 0; font: 7pt Hei }}
.foot svg {{ width: 15mm; height: 15mm }}
"""


def measure(rounds: int = 30) -> list[dict[str, Any]]:
    """Medians of `rounds` papers each, all different, made in turn; both give one page with the same words."""
    import pylopdf_fonts_zh_cn as fonts
    from weasyprint import CSS as Style
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration

    from sanxiang.three_systems.recording.documents import FontSet, render

    shipped, known = FontSet(), FontConfiguration()
    text = CSS.format(song=Path(fonts.serif_path()), hei=Path(fonts.sans_path()))
    style = Style(string=text, font_config=known)

    def ours(number: int) -> bytes:
        return render("on_spot_decision", data(number), fonts=shipped).pdf

    def theirs(number: int) -> bytes:
        page = HTML(string=html(number))
        made: bytes = page.write_pdf(stylesheets=[style], font_config=known, pdf_variant="pdf/a-2b")
        return made

    agree(ours(1), theirs(1))
    times: dict[Any, list[float]] = {ours: [], theirs: []}
    for number in range(2, rounds + 2):
        for make, taken in times.items():
            begun = time.perf_counter()
            make(number)
            taken.append(time.perf_counter() - begun)
    mine, other = statistics.median(times[ours]), statistics.median(times[theirs])
    ratio = round(other / mine, 1)
    return [
        {
            "name": "一页决定书生成 PDF/A",
            "against": "WeasyPrint 同一页",
            "ratio": ratio,
            "goal": 10,
            "met": ratio >= 10,
            "note": f"{mine * 1000:.1f} 毫秒，对方 {other * 1000:.1f} 毫秒，{rounds} 份的中位数",
        }
    ]


def data(number: int) -> dict[str, Any]:
    return {
        "agency": AGENCY,
        "party": {"kind": "个体工商户", "name": f"示例便利店{number}（演示）", "address": PLACE},
        "officers": [
            {"name": "张演示", "certificate": "豫C演示0001"},
            {"name": "赵演示", "certificate": "豫C演示0004"},
        ],
        "document": {"number": f"洛市监演当罚〔2024〕{number}号", "date": "2024-09-27"},
        "facts": {
            "place": PLACE,
            "violation_facts": FACTS,
            "legal_basis": [{"law": BASIS[0], "article": BASIS[1]}],
            "sanctions": [{"kind": "警告"}],
            "correction_order": "责令立即改正。",
        },
        "qr": CODE,
        "digest": f"{number:012x}",
    }


def html(number: int) -> str:
    """The same page written out for WeasyPrint."""
    from sanxiang.three_systems.recording.documents.rendering import qr_drawing

    agency, body, court = AGENCY["name"], AGENCY["review_body"], AGENCY["court"]
    lines = [
        f"当事人：示例便利店{number}（演示）",
        f"住所（经营场所）：{PLACE}",
        "2024年9月27日，执法人员张演示（执法证号：豫C演示0001）、赵演示（执法证号：豫C演示0004）"
        f"在{PLACE}检查时，出示执法证件，当场查明下列违法事实：",
        FACTS,
        "执法人员当场告知了拟作出的处罚内容、事实、理由、依据和依法享有的权利。当事人当场未提出陈述、申辩。",
        f"依据《{BASIS[0]}》{BASIS[1]}和《行政处罚法》第五十一条、第五十二条，决定给予下列处罚：",
        "责令立即改正。",
        "给予警告。",
        "当事人应当自收到本决定书之日起履行本决定。",
        f"如不服本决定，应当先自收到本决定书之日起六十日内向{body}申请行政复议；对行政复议决定不服的，可以自收到"
        f"行政复议决定书之日起十五日内依法向{court}提起行政诉讼。申请行政复议期间，本决定不停止执行，法律另有规定的除外。",
        "执法人员（签名）：当事人（签收）：年月日",
    ]
    paragraphs = "".join(f"<p>{line}</p>" for line in lines)
    return (
        f'<html lang="zh-CN"><title>当场行政处罚决定书</title><p class="agency">{agency}</p>'
        f'<p class="number">洛市监演当罚〔2024〕{number}号</p><h1>当场行政处罚决定书</h1>{paragraphs}'
        f'<p class="end">{agency}<br>2024年9月27日<br>（印章）</p>'
        "<p>本文书一式二份，一份当场交付当事人，一份报所属行政机关备案。</p>"
        f'<div class="foot">{qr_drawing(CODE)}系统生成 · 扫码核验<br>核验码 {number:012x}</div></html>'
    )


def agree(mine: bytes, other: bytes) -> None:
    """Both are one page and hold the same characters as often. AssertionError otherwise."""
    from pypdf import PdfReader

    readers = [PdfReader(io.BytesIO(pdf)) for pdf in (mine, other)]
    if [len(reader.pages) for reader in readers] != [1, 1]:
        raise AssertionError("not one page each")
    first, second = (Counter("".join(reader.pages[0].extract_text().split())) for reader in readers)
    if first != second:
        raise AssertionError(f"the pages differ: {first - second} {second - first}")


if __name__ == "__main__":
    print(measure())
