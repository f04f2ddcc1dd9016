"""What a PDF page shows (看得见的内容): its drawing is followed, and text that nobody sees is found.

Followed are positions, colours and coverings, not the shapes of letters: text that begins off the page, under an opaque
picture or surface, in white on white, or too small to read. Text that is not drawn at all is taken out where the rest
of the page keeps its place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name

Matrix = tuple[float, float, float, float, float, float]
UNIT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
Box = tuple[float, float, float, float]
DEPTH_MAX, OPERATORS_MAX = 12, 1_000_000
SMALL, EDGE, WHITE, THIN = 1.0, 3.0, 0.97, 2.0
TEXT = ("Tj", "TJ", "'", '"')
FILLS = ("f", "F", "f*", "B", "B*", "b", "b*")
INVISIBLE = (3, 7)
UNSEEN = "PDF 里有看不见的文字（隐藏的文字层），请重新导出为没有隐藏文字的 PDF 再传"
COVERED = "PDF 里有被图片或者色块盖住的文字，看不见却能复制出来；请把文字真正删去，再重新导出"
OUTSIDE = "PDF 里有落在页面以外的文字，请删去再重新导出"
PALE = "PDF 里有白色的或者小得看不见的文字，请删去再重新导出"


@dataclass
class Looked:
    """What was found: the content as it goes on, that of the forms it draws, what is refused."""

    content: bytes = b""
    forms: list[tuple[Any, bytes]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass
class _State:
    """The graphics state as far as it matters."""

    place: Matrix = UNIT
    white: bool = False
    mode: int = 0
    size: float = 0.0
    leading: float = 0.0
    opaque: bool = True

    def copy(self) -> _State:
        return _State(self.place, self.white, self.mode, self.size, self.leading, self.opaque)


@dataclass
class _Page:
    """What is on the page so far: where text begins, and what colour lies where."""

    box: Box
    looked: Looked
    texts: list[tuple[float, float]] = field(default_factory=list)
    grounds: list[Box] = field(default_factory=list)
    seen: set[Any] = field(default_factory=set)
    count: int = 0


def look(holder: Any, resources: Any, box: list[float]) -> Looked:
    """Follow the drawing of a page."""
    x0, y0, x1, y1 = box
    page = _Page((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), Looked())
    page.looked.content = _Walk(page, resources, _State(), 0).walk(pikepdf.parse_content_stream(holder))
    return page.looked


def _times(one: Matrix, two: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _at(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _bounds(matrix: Matrix, x: float, y: float, w: float, h: float) -> Box:
    corners = [_at(matrix, *point) for point in ((x, y), (x + w, y), (x, y + h), (x + w, y + h))]
    xs, ys = [one for one, _ in corners], [one for _, one in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _inside(box: Box, point: tuple[float, float], slack: float = 0.0) -> bool:
    return box[0] - slack <= point[0] <= box[2] + slack and box[1] - slack <= point[1] <= box[3] + slack


class _Walk:
    """One content stream: a page's, or that of a form it draws."""

    def __init__(self, page: _Page, resources: Any, state: _State, depth: int) -> None:
        self.page, self.resources, self.state, self.depth = page, resources, state, depth
        self.stack: list[_State] = []
        self.line: Matrix = UNIT
        self.text: Matrix = UNIT
        self.path: list[Box] = []
        self.unseen = False

    def walk(self, instructions: Any) -> bytes:
        kept: list[Any] = []
        for one in instructions:
            self.page.count += 1
            if self.page.count > OPERATORS_MAX:
                raise ValueError("more than anybody draws")
            if isinstance(one, pikepdf.ContentStreamInlineImage):
                self.cover(
                    _bounds(self.state.place, 0, 0, 1, 1), self.state.opaque and "/ImageMask" not in str(one.iimage)
                )
                kept.append(one)
                continue
            name, operands = str(one.operator), list(one.operands)
            if name in ("BDC", "DP"):
                kept.append(
                    pikepdf.ContentStreamInstruction(operands[:1], pikepdf.Operator("BMC" if name == "BDC" else "MP"))
                )
            elif self.follow(name, operands):
                kept.append(one)
        return pikepdf.unparse_content_stream(kept)

    def follow(self, name: str, said: list[Any]) -> bool:
        """Follow one operator; whether it stays in the content."""
        state = self.state
        if name in TEXT:
            return self.show(name)
        if name == "q":
            self.stack.append(state.copy())
        elif name == "Q" and self.stack:
            self.state = self.stack.pop()
        elif name == "cm":
            state.place = _times(tuple(float(x) for x in said), state.place)  # type: ignore[arg-type]
        elif name == "gs":
            self.look_up(said[0])
        elif name in ("g", "rg", "k", "sc", "scn"):
            numbers = [float(x) for x in said if not isinstance(x, Name)]
            state.white = all(x <= 1 - WHITE for x in numbers) if name == "k" or len(numbers) == 4 else (
                bool(numbers) and all(x >= WHITE for x in numbers))  # fmt: skip
        elif name == "cs":
            state.white = False
        elif name == "Do":
            self.draw(said[0])
        elif name in FILLS or name in ("S", "s", "n"):
            self.fill(name)
        elif name == "re":
            self.path.append(_bounds(state.place, *(float(x) for x in said)))
        elif name[0] == "T" or name in ("BT", "ET"):
            self.set_text(name, said)
        return True

    def set_text(self, name: str, said: list[Any]) -> None:
        state = self.state
        numbers = [float(x) for x in said if not isinstance(x, Name)]
        if name == "BT":
            self.line = self.text = UNIT
        if name in ("BT", "Td", "TD", "Tm", "T*"):
            self.unseen = False
        if name == "TD":
            state.leading = -numbers[1]
        if name in ("Td", "TD"):
            self.line = self.text = _times((1, 0, 0, 1, numbers[0], numbers[1]), self.line)
        elif name == "Tm":
            self.line = self.text = tuple(numbers)  # type: ignore[assignment]
        elif name == "T*":
            self.line = self.text = _times((1, 0, 0, 1, 0, -state.leading), self.line)
        elif name == "TL":
            state.leading = numbers[0]
        elif name == "Tr":
            state.mode = int(numbers[0])
        elif name == "Tf":
            state.size = numbers[-1]

    def show(self, name: str) -> bool:
        """Text is drawn; whether it stays. Text that is not drawn goes, unless visible text follows on its line."""
        state, faults = self.state, self.page.looked.faults
        if name in ("'", '"'):
            self.set_text("T*", [])
        if state.mode in INVISIBLE:
            self.unseen = True
            if name in ("'", '"'):
                faults.append(UNSEEN)
            return False
        if self.unseen:
            faults.append(UNSEEN)
        matrix = _times(self.text, state.place)
        point = (matrix[4], matrix[5])
        height = abs(state.size) * (matrix[2] ** 2 + matrix[3] ** 2) ** 0.5
        if not _inside(self.page.box, point, EDGE):
            faults.append(OUTSIDE)
        if height < SMALL or (state.white and not any(_inside(one, point, EDGE) for one in self.page.grounds)):
            faults.append(PALE)
        self.page.texts.append(point)
        return True

    def look_up(self, name: Any) -> None:
        """A named graphics state: whether what is drawn now lets through what lies under it."""
        found = self.resources.get("/ExtGState", Dictionary()).get(str(name), Dictionary())
        if "/ca" in found or "/BM" in found or "/SMask" in found:
            clear = float(found.get("/ca", 1)) < 0.95 or found.get("/BM", Name.Normal) not in (
                Name.Normal,
                Name.Compatible,
            )
            self.state.opaque = not clear and found.get("/SMask", Name("/None")) == Name("/None")
        if "/Font" in found:
            self.state.size = float(found["/Font"][1])

    def draw(self, name: Any) -> None:
        """A picture or a form."""
        one = self.resources.get("/XObject", Dictionary()).get(str(name))
        if one is None:
            return
        if one.get("/Subtype") == Name.Image:
            clear = "/SMask" in one or "/Mask" in one or bool(one.get("/ImageMask", False))
            self.cover(_bounds(self.state.place, 0, 0, 1, 1), self.state.opaque and not clear)
            return
        if one.get("/Subtype") != Name.Form or self.depth >= DEPTH_MAX:
            raise ValueError("drawn too deep")
        inner = self.state.copy()
        inner.place = _times(tuple(float(x) for x in one.get("/Matrix", UNIT)), inner.place)  # type: ignore[arg-type]
        resources = one.get("/Resources", self.resources)
        content = _Walk(self.page, resources, inner, self.depth + 1).walk(pikepdf.parse_content_stream(one))
        if one.objgen not in self.page.seen:
            self.page.seen.add(one.objgen)
            self.page.looked.forms.append((one, content))

    def fill(self, name: str) -> None:
        """The path is painted: rectangles of a colour lie under what follows, and over what came before."""
        if name in FILLS:
            for box in self.path:
                self.cover(box, self.state.opaque)
                if not self.state.white:
                    self.page.grounds.append(box)
        self.path = []

    def cover(self, box: Box, opaque: bool) -> None:
        if opaque and box[3] - box[1] > THIN and any(_inside(box, point) for point in self.page.texts):
            self.page.looked.faults.append(COVERED)
        if opaque:
            self.page.grounds.append(box)
