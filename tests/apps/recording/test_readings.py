"""What a party reads on the screen is what stands on the paper, line by line; and its signature stands there too."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pytest
from PIL import Image

from sanxiang.three_systems.recording.documents import publishing, readings, render
from tests.apps.recording.papers import FONTS, joined, sample
from tests.apps.recording.pdfa import faults

IDS = sorted(readings.readings())
BARE = str.maketrans("", "", "☑☐")


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGBA", (700, 260), (255, 255, 255, 255)).save(made, "PNG")
    return made.getvalue()


def signed(template: str, **facts: Any) -> dict[str, Any]:
    data = sample(template)
    told = {"at": "2024-09-27T10:05:00+08:00", "digest": "ab" * 32, "picture": list(picture())}
    return {**data, "facts": {**data["facts"], **facts}, "signed": told}


@pytest.mark.clauses("LY-24")
@pytest.mark.parametrize("template", IDS)
def test_every_line_that_is_read_stands_on_the_paper(template: str) -> None:
    data = sample(template)
    facts = {**data["facts"], "record_objection": "在场人说：仓库东侧的两箱不是本店的。"}
    officers = [(one["name"], one.get("certificate", "")) for one in data["officers"]]
    names = {"agency.name": data["agency"]["name"], "party.name": data["party"]["name"],
             "case.name": facts.get("case_name") or data["case"]["name"]}  # fmt: skip
    text = readings.composed([readings.told(template, "笔录")], names, officers, facts)
    printed = joined(render(template, {**data, "facts": facts}, fonts=FONTS).pdf)
    lines = text.split("\n")[2:]
    assert len(lines) >= 5
    for line in lines:
        label, _, value = "".join(line.split(". ", 1)[-1].split()).translate(BARE).partition("：")
        assert label in printed, line
        assert value in printed, line
    objects = any("record_objection" in part.of for part in readings.readings()[template])
    assert ("仓库东侧的两箱不是本店的" in printed) == objects


@pytest.mark.clauses("LY-24")
@pytest.mark.parametrize("template", [*IDS, "on_spot_decision", "defence_record"])
def test_the_signature_stands_at_the_line_of_the_party_with_its_time(template: str) -> None:
    pdf = render(template, signed(template), fonts=FONTS).pdf
    assert faults(pdf) == []
    with pikepdf.open(io.BytesIO(pdf)) as made:
        sizes = {(int(image.Width), int(image.Height)) for page in made.pages for image in page.get_images().values()}
    assert (700, 260) in sizes
    assert "2024年9月27日10时5分" in joined(pdf)


def test_a_refusal_tells_that_the_text_was_read_and_bears_no_picture() -> None:
    data = signed("onsite_record", signature="拒绝签名", refusal_reason="不认可检查结果", witness="李见证")
    data["signed"]["picture"] = []
    pdf = render("onsite_record", data, fonts=FONTS).pdf
    printed = joined(pdf)
    assert "拒绝签名，原因：不认可检查结果" in printed
    assert "见证人：李见证" in printed
    assert "看完全文，没有签名" in printed
    assert "abababababababab" in printed


def test_the_public_full_text_bears_no_signature() -> None:
    full = {**signed("on_spot_decision"), "template": "on_spot_decision"}
    pdf = publishing.public_pdf(full, address="", fonts=FONTS)
    assert "SHA-256" not in joined(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as made:
        assert not [image for page in made.pages for image in page.get_images().values() if int(image.Width) == 700]
