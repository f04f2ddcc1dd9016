"""What the public sees of a value and of free text (脱敏). 政府信息公开条例 arts. 14 and 15.

Known values are chips: the name, number or address that a fact holds is rendered masked wherever it stands in free
text. Detectors find what nobody declared, each with class and reason; a person looks at the rest.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sanxiang.core.rulebook import Dictionary, Fact
from sanxiang.core.values.personal_numbers import HIDDEN, Found, plain, reaches
from sanxiang.core.values.personal_text import merged, posts, telltales

KNOWN = "个人隐私或者商业秘密（政府信息公开条例第十五条）"
TRADE = "商业秘密（政府信息公开条例第十五条）"
ALWAYS = "未成年人、证人、举报人等的信息一律不公开（政府信息公开条例第十五条）"
SHORTEST = 4
"""No pattern finds anything shorter."""
GAPS = frozenset(' "')
FEW = 16
"""So many words are looked for one by one; more of them by their length, so that the time stays linear."""
TWO_CHARACTER_SURNAMES = frozenset({
    "欧阳", "太史", "端木", "上官", "司马", "东方", "独孤", "南宫", "万俟", "闻人", "夏侯", "诸葛",
    "尉迟", "公羊", "赫连", "澹台", "皇甫", "宗政", "濮阳", "公冶", "太叔", "申屠", "公孙", "慕容",
    "仲孙", "钟离", "长孙", "宇文", "司徒", "鲜于", "司空", "令狐",
})  # fmt: skip

REGION = re.compile(r"^(.*?(?:特别行政区|自治区|省|市)?.*?(?:自治州|地区|市|盟)?.*?[区县市旗])")
DETAIL = re.compile(r"[0-9０-９号室楼栋幢村组]")


class Chip(NamedTuple):
    """A value that must not stand in public text, what stands in its place, its class, why; `firm` for whom nobody may
    open it (未成年人、证人、举报人)."""

    value: str
    shown: str
    sort: str = "登记信息"
    reason: str = KNOWN
    firm: bool = False


Known = Iterable[Chip | tuple[str, str]]


class Masked(NamedTuple):
    """One mask put on: the class of what was hidden and why."""

    sort: str
    reason: str


def mask_name(name: str) -> str:
    """张三 → 张某, 张小三 → 张某某, 欧阳修 → 欧阳某; other scripts keep their first letter."""
    name = name.strip()
    if not name:
        return ""
    if name[:2] in TWO_CHARACTER_SURNAMES and len(name) > 2:
        return name[:2] + "某" * (len(name) - 2)
    return name[0] + "某" * min(max(len(name) - 1, 1), 2)


def mask_value(fact: Fact, value: Any) -> str:
    """One declared value as the public may see it."""
    text = str(value)
    if fact.mask == "none":
        return text
    if fact.mask == "name":
        return mask_name(text)
    if fact.mask == "tail":
        return text[:1] + "*" * max(len(text) - 2, 1) + text[-1:] if len(text) > 2 else HIDDEN
    if fact.mask == "region":
        match = REGION.match(text)
        return (match[1] if match else "") + HIDDEN
    return HIDDEN


def chips(
    dictionary: Dictionary, said: Iterable[tuple[str, Any]], *, open_names: Iterable[str] = (), whole: bool = False
) -> list[Chip]:
    """Every declared value that must not stand in public text, with what stands in its place; longest first. Of a fact
    in several lines each line is a value of its own. A value that is firm for one fact is firm. `whole`: names are not
    shown by their surname either."""
    keep = set(open_names)
    found: dict[str, Chip] = {}
    for key, stated in said:
        fact = dictionary.get(key)
        if fact is None or not isinstance(stated, str) or fact.mask == "none":
            continue
        for value in stated.splitlines() if fact.type == "long_text" else (stated,):
            value = value.strip()
            if len(value) < 2 or value in keep:
                continue
            parts = [(part, HIDDEN) for part in details(value)] if fact.mask == "region" else []
            hidden = fact.mask_always or (whole and fact.mask == "name")
            for text, shown in (*parts, (value, HIDDEN if hidden else mask_value(fact, value))):
                if text not in found or not found[text].firm:
                    found[text] = Chip(text, shown, *told(fact))
    return longest_first(found.values())


def told(fact: Fact) -> tuple[str, str, bool]:
    """Class, reason and firmness of what a fact declares."""
    if fact.mask_always:
        return fact.mask_class, ALWAYS, True
    return fact.mask_class or fact.label, TRADE if fact.mask_class == "商业秘密" else KNOWN, False


def longest_first(found: Iterable[Chip]) -> list[Chip]:
    return sorted(found, key=lambda one: -len(one.value))


def details(address: str) -> Iterable[str]:
    """The parts of an address in which people write it down: without its province, its city, its district."""
    parts = (address[at + 1 :] for at, sign in enumerate(address) if sign in "省市区县旗盟州镇乡")
    return (part for part in parts if len(part) >= 4 and DETAIL.search(part))


def findings(text: str, known: Known = ()) -> list[Found]:
    """What in a free text must not be public, and the open numbers that a publisher should see: by place, none over
    another. What was hidden before is left alone. `known` is what `chips` gives."""
    bare = plain(text.replace(HIDDEN, "\0" * len(HIDDEN)))
    found = sorted(_known(bare, known))
    view = _without(bare, found)
    opened: set[Found] = set()
    where = posts(view)
    marks = sorted(place for _, _, places in where for place in places)
    seen = telltales(view, where)
    while closed := merged(seen):
        opened.update([one for one in seen if one.open])
        view = _without(view, closed)
        words = {bare[one.start : one.end]: one for one in closed}
        if len(words) > FEW or any(word in view for word in words):
            again = _again(view, words)
            view = _without(view, again)
            closed += again
        found += closed
        seen = [one for place in _beside(view, closed, marks) for one in telltales(view, where, *place, again=True)]
    opened.update(seen)
    return sorted([*found, *[one for one in opened if "\0" not in view[one.start : one.end]]])


def mask_text(text: str, known: Known) -> tuple[str, tuple[Masked, ...]]:
    """Free text with chips and detections masked, and the masks that were put on."""
    return put_on(text, findings(text, known))


def put_on(text: str, found: Iterable[Found]) -> tuple[str, tuple[Masked, ...]]:
    """A text with what was found hidden, all but what is open."""
    parts, masks, at = [], [], 0
    for one in found:
        if not one.open:
            parts += [text[at : one.start], one.shown]
            masks.append(Masked(one.sort, one.reason))
            at = one.end
    return "".join([*parts, text[at:]]), tuple(masks)


def _known(view: str, known: Known) -> Iterator[Found]:
    """Where declared values stand, longest first, also with gaps between their signs; one never over another."""
    if not known:
        return
    places: Sequence[int] = range(len(view))
    close = view
    if not GAPS.isdisjoint(view):
        places = [at for at in places if view[at] not in GAPS]
        close = "".join([view[at] for at in places])
    taken = bytearray(len(close))
    for value, shown, sort, reason, firm in (Chip(*one) for one in known):
        wanted = "".join(sign for sign in plain(value) if sign not in GAPS)
        at = close.find(wanted) if wanted else -1
        while at >= 0:
            end = at + len(wanted)
            if any(taken[at:end]):
                at = close.find(wanted, at + 1)
                continue
            taken[at:end] = b"\1" * len(wanted)
            yield Found(places[at], places[end - 1] + 1, sort, reason, shown, firm=firm)
            at = close.find(wanted, end)


def _without(view: str, found: Iterable[Found]) -> str:
    """The view as it looks with the masks on, which come in order; every sign keeps its place."""
    parts: list[str] = []
    at = 0
    for one in found:
        length = one.end - one.start
        shown = "\0" * length if one.shown is HIDDEN else one.shown.replace(HIDDEN, "\0").ljust(length, "\0")[:length]
        parts += (view[at : one.start], shown)
        at = one.end
    return "".join([*parts, view[at:]])


def _beside(view: str, changed: Iterable[Found], marks: Sequence[int]) -> set[tuple[int, int]]:
    """What may read differently now: from the masks that were put on to the next ones, where a number stands near to
    either end or one of the marks in it."""
    places = set()
    for one in changed:
        following = view.find("\0", one.end)
        places.add((view.rfind("\0", 0, one.start) + 1, one.start))
        places.add((one.end, following if following >= 0 else len(view)))
    return {place for place in places if _changes(view, *place, marks)}


def _changes(view: str, begin: int, end: int, marks: Sequence[int]) -> bool:
    if end - begin < SHORTEST:
        return False
    at = bisect_left(marks, begin)
    return (at < len(marks) and marks[at] < end) or reaches(view, begin, end)


def _again(view: str, secrets: Mapping[str, Found]) -> list[Found]:
    """The same words elsewhere, where nothing around told what they are."""
    lengths: defaultdict[int, list[str]] = defaultdict(list)
    for secret in secrets:
        lengths[len(secret)].append(secret)
    places: list[tuple[int, str]] = []
    for length, ours in lengths.items():
        if len(ours) > FEW:
            every = (view[at : at + length] for at in range(len(view) - length + 1))
            places += ((at, part) for at, part in enumerate(every) if part in secrets)
            continue
        for secret in ours:
            at = view.find(secret)
            while at >= 0:
                places.append((at, secret))
                at = view.find(secret, at + 1)
    return merged(_same(secrets[secret], at) for at, secret in places)


def _same(one: Found, at: int) -> Found:
    return one._replace(start=at, end=at + one.end - one.start, reason=f"{one.reason}；与上文相同")
