"""The gallery of papers (文书样张): every template with its contract and a picture of its first page.

The papers are those of the invented sample case of `tests/golden/documents`, which the golden tests hold to their text
and their number of pages. The page carries a digest of that text: when a paper reads differently the page is out of
date, and `make docs` writes page and pictures together.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from sanxiang.config.paths import ROOT
from sanxiang.core.rulebook import Dictionary, Library
from sanxiang.store.rulebooks.library import load_library
from sanxiang.three_systems.recording.documents import FontSet, catalogue
from sanxiang.three_systems.recording.documents.registry import HERE, SECTIONS, Requirement, Template
from sanxiang.three_systems.recording.documents.rendering import content_of, pictured

SAMPLES = ROOT / "tests" / "golden" / "documents"
PICTURES = ROOT / "docs" / "reference" / "papers"
WIDE, GREYS = 360, 8
USES = {"internal": "内部", "served": "送达", "external": "外送", "public": "公开"}
VOLUMES = {"main": "正卷", "supplementary": "副卷", "frame": "卷宗"}
TYPES = {
    "text": "文本", "long_text": "长文本", "day": "日期", "instant": "时间", "number": "整数", "money": "金额（分）",
    "flag": "是否", "choice": "单选", "choices": "多选", "name": "名称", "id_number": "身份证件号码",
    "credit_code": "统一社会信用代码", "phone": "电话", "address": "地址", "account": "账号", "plate": "车牌号",
    "officer": "执法人员", "photo": "照片", "caps": "分级的上限", "table": "表",
}  # fmt: skip
"""What a type of the fact dictionary is called."""
COUNTED, ROWS = ("pages", "papers"), ("officers", "signatures")

HEAD = """# 执法文书样张 · Gallery of papers

由 `make docs` 从模板、规则文件和虚构的样本案件（演示）生成，请勿手改。共 {count} 种，全部**须按本地正式文本核定**。
数据的写法见 [documents.md](documents.md)；图是首页，由制作文书的同一程序画出，缩小并减色。
“核对”是样本文字的摘要：文书的文字变了而本页没有重新生成，测试会指出。

| 去向 | 含义 |
| --- | --- |
| 内部 | 只在机关内部流转、存卷 |
| 送达 | 送达当事人，或者由当事人签名 |
| 外送 | 送其他机关、单位 |
| 公开 | 全文或者摘要向社会公开 |

"""

LISTS = HERE / "lists.yaml"
LISTED = """
## 对照通行的文书目录 · The usual lists

目录里的每一种文书用哪一种模板；没有模板的，写明现在怎样办。

| 类别 | 文书 | 模板或者做法 |
| --- | --- | --- |
"""


def merged(base: Any, change: Any) -> Any:
    """`change` laid over `base`, mappings into one another."""
    if isinstance(base, Mapping) and isinstance(change, Mapping):
        return {key: merged(base.get(key), change[key]) if key in change else base[key] for key in {**base, **change}}
    return change


def case(**change: Any) -> dict[str, Any]:
    """The data of the sample case, with changes merged in."""
    found: dict[str, Any] = merged(json.loads((SAMPLES / "_case.json").read_text("utf-8")), change)
    return found


def golden(template: str) -> dict[str, Any]:
    """What is kept of a sample paper: how it differs from the case, its pages and its text; empty for a new one."""
    path = SAMPLES / f"{template}.json"
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}


def sample(template: str, **change: Any) -> dict[str, Any]:
    """The data of the sample paper: the case, the number of this kind of paper, what the golden file changes."""
    form = catalogue()[template]
    number = {"document": {"number": form.number("洛市监演", 2024, 3) if form.mark else ""}}
    found: dict[str, Any] = merged(merged(case(**number), golden(template).get("change", {})), change)
    return found


def page() -> str:
    """The whole page in Markdown."""
    library, forms = load_library(), tuple(catalogue())
    made = made_by(library)
    parts = [HEAD.format(count=len(forms)), *index(forms)]
    for form in forms:
        parts += _section(form, library.dictionary, made.get(form.id, []))
    return "\n".join(parts).rstrip() + "\n" + LISTED + "".join(compared())


def listed() -> Iterator[tuple[str, str, tuple[str, ...], str]]:
    """Every paper of the usual lists: category, name, the templates that are it, what is done where there is none."""
    for category, papers in yaml.safe_load(LISTS.read_text("utf-8")).items():
        for name, said in papers.items():
            templates = tuple(said) if isinstance(said, list) else ()
            yield category, name, templates, "" if templates else str(said)


def compared() -> Iterator[str]:
    forms = catalogue()
    for category, name, templates, instead in listed():
        shown = instead or "、".join(f"[{forms[one].title}](#{one})" for one in templates)
        yield f"| {category} | {name} | {shown} |\n"


def index(forms: tuple[Template, ...]) -> Iterator[str]:
    yield "| 文书 | 去向 | 卷 | 文种字 |\n| --- | --- | --- | --- |"
    for form in forms:
        yield f"| [{form.title}](#{form.id}) | {_uses(form)} | {_volume(form)} | {form.mark or '—'} |"
    yield ""


def _uses(form: Template) -> str:
    return "、".join(USES[use] for use in form.use)


def _volume(form: Template) -> str:
    return f"{VOLUMES[form.volume]} {form.place}"


def made_by(library: Library) -> dict[str, list[str]]:
    """Which acts of which procedures make a paper, over all places: template → 程序：环节."""
    found: dict[str, dict[str, None]] = {}
    for versions in library.versions.values():
        for clause in versions[-1].clauses:
            chapters = [(chapter.note.split("。")[0] or chapter.id, chapter.acts) for chapter in clause.chapters]
            for name, acts in [*((one.name, one.acts) for one in clause.procedures), *chapters]:
                for act in acts:
                    for paper in act.papers:
                        found.setdefault(paper.template, {})[f"{name}：{act.name}"] = None
    return {template: list(names) for template, names in found.items()}


def _section(form: Template, dictionary: Dictionary, made: list[str]) -> Iterator[str]:
    kept = golden(form.id)
    yield f'<a id="{form.id}"></a>\n\n## {form.title}\n'
    yield f"![{form.title}首页（演示）](papers/{form.id}.png)\n"
    yield f"- 模板 `{form.id}`，{_uses(form)}，{_volume(form)}；文种字：{form.mark or '不编号'}"
    yield f"- 产生于：{'；'.join(made) or '还没有环节制作它'}"
    yield f"- 样本 {kept.get('pages', 0)} 页，核对 `{digest(kept)}`\n"
    yield "| 必须载明 | 数据 | 类型 | 依据 |\n| --- | --- | --- | --- |"
    for part in (*catalogue().always, *form.fields):
        for path in part.needs:
            yield f"| {catalogue().label(path)} | {_paths(path)} | {_types(path, dictionary)} | {_law(part)} |"
    may = dict.fromkeys(path for part in form.fields for path in part.may)
    if may:
        yield "\n有则载明：" + "、".join(f"{catalogue().label(path)}（{_types(path, dictionary)}）" for path in may)
    yield ""


def _law(part: Requirement) -> str:
    when = "，".join(f"{catalogue().label(path)}为“{value}”时" for path, value in part.when.items())
    return part.law + (f"（{when}）" if when else "")


def _paths(path: str) -> str:
    return " 或 ".join(f"`{one if one.split('.')[0] in SECTIONS else f'facts.{one}'}`" for one in path.split("|"))


def _types(path: str, dictionary: Dictionary) -> str:
    return "、".join(dict.fromkeys(_type(one, dictionary) for one in path.split("|")))


def _type(path: str, dictionary: Dictionary) -> str:
    first, _, rest = path.partition(".")
    if first in SECTIONS:
        last = path.rpartition(".")[2]
        table = "表的一列：" if (first == "lists" and "." in rest) or first in ROWS else ""
        if (first == "lists" and "." not in rest) or not rest:
            return "表"
        day, time = last == "date" or last.endswith("_on") or last == "on", last.endswith("_at")
        return table + ("整数" if last in COUNTED else "日期" if day else "时间" if time else "文本")
    fact = dictionary.get(first)
    if fact is None:
        return "文本"
    column = next((one for one in fact.columns if one.id == rest), None)
    return f"表的一列：{TYPES[column.type]}" if column else TYPES[fact.type]


def digest(kept: Mapping[str, Any]) -> str:
    """A short digest of the text of a sample paper."""
    return hashlib.sha256(json.dumps(kept.get("text", []), ensure_ascii=False).encode()).hexdigest()[:12]


def picture(template: str, fonts: FontSet) -> bytes:
    """The first page of the sample paper as a small PNG in greys."""
    from PIL import Image

    whole = Image.open(io.BytesIO(pictured(template, content_of(template, sample(template)), fonts, ppi=144)))
    paper = Image.new("L", whole.size, 255)
    paper.paste(whole.convert("L"), mask=whole.getchannel("A") if "A" in whole.getbands() else None)
    small = paper.resize((WIDE, round(WIDE * whole.height / whole.width)), Image.Resampling.LANCZOS)
    made = io.BytesIO()
    small.quantize(GREYS).save(made, "PNG", optimize=True)
    return made.getvalue()


def draw() -> None:
    """Write the pictures, and take away those of templates that are gone."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    fonts, wanted = FontSet(), {f"{form.id}.png" for form in catalogue()}
    for form in catalogue():
        (PICTURES / f"{form.id}.png").write_bytes(picture(form.id, fonts))
    for file in PICTURES.glob("*.png"):
        if file.name not in wanted:
            file.unlink()
