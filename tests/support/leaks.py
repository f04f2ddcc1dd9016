"""What can be read in public, to its last byte: every address that leads to another, with its headers, its text, the
text layer and the metadata of documents, the members and names of archives; and where in it a value stands."""

from __future__ import annotations

import contextlib
import html
import io
import json
import re
import shutil
import subprocess
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote, urljoin, urlsplit

import pikepdf
import pypdf
from pyarrow import parquet

LINKS = re.compile(r"""(?:href|src|action)=["']([^"'#]+)""")
ADDRESSES = re.compile(r"https?://[^\s\"'<>\\]+")
STRANGE = re.compile("[\\s\u200b-\u200d\u2060\ufeff·•\"'“”‘’‐‑‒–—―−_()-]+")
MOST = 4_000
NOT_OURS = ("/work/", "/review/", "/registry/", "/recording/", "/disclosure/", "/static/", "/logout/", "/login/")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address gave: status, headers, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that somebody can read: where, through which channel, the text."""

    address: str
    channel: str
    text: str


Fetch = Callable[[str], Answer]


def crawl(fetch: Fetch, starts: Iterable[str], *, most: int = MOST) -> Iterator[Seen]:
    """Everything that can be reached from these addresses on the same site, each address once. What people and programs
    read is followed: links of pages, addresses in feeds, in JSON and in sitemaps."""
    waiting = list(dict.fromkeys(starts))
    known = set(waiting)
    for count, address in enumerate(iter(lambda: waiting.pop(0) if waiting else "", ""), 1):
        assert count <= most, "the site has more addresses than this test reads"
        answer = fetch(address)
        yield from readable(address, answer)
        if b"\0" in answer.body[:200]:
            continue
        for link in links(address, answer.body.decode("utf-8", "replace")):
            if link not in known and not link.startswith(NOT_OURS):
                known.add(link)
                waiting.append(link)


def links(address: str, text: str) -> Iterator[str]:
    """The addresses on the same site that a text leads to, as path and query, each once."""
    for found in dict.fromkeys((*LINKS.findall(text), *ADDRESSES.findall(text))):
        link = target("" if found.startswith(("/", "http://", "https://")) else address, found)
        if link:
            yield link


@cache
def target(address: str, found: str) -> str:
    """Where on the same site a link on a page leads; empty where it leads elsewhere."""
    whole = urlsplit(urljoin("http://testserver" + address, html.unescape(found)))
    ours = whole.scheme in ("http", "https") and whole.netloc in ("testserver", "")
    if not ours and not whole.netloc.startswith("127."):
        return ""
    return whole.path + (f"?{whole.query}" if whole.query else "")


def readable(address: str, answer: Answer) -> Iterator[Seen]:
    """What stands in an answer, channel by channel."""
    yield Seen(address, "address", unquote(address))
    yield Seen(address, "headers", unquote("\n".join(f"{name}: {value}" for name, value in answer.headers.items())))
    yield from contents(address, "body", answer.body)


def contents(address: str, channel: str, body: bytes, depth: int = 0) -> Iterator[Seen]:
    """The texts of a file: of a PDF its layers and its metadata, of an archive the names and what they hold."""
    if body.startswith((b"%PDF", b"PAR1", b"PK\3\4")):
        for part, text in unpacked(body, depth):
            yield Seen(address, f"{channel}/{part}", text)
    yield Seen(address, channel, html.unescape(body.decode("utf-8", "replace")))


@cache
def unpacked(body: bytes, depth: int) -> tuple[tuple[str, str], ...]:
    """What a file holds inside, as channel and text; the same file is read once."""
    read = {b"%PDF": of_pdf, b"PAR1": of_table}.get(body[:4], of_archive)
    return tuple((one.channel, one.text) for one in read(body, depth))


def of_pdf(body: bytes, depth: int) -> Iterator[Seen]:
    pdf = pypdf.PdfReader(io.BytesIO(body))
    yield Seen("", "pdf text", "\n".join(page.extract_text() for page in pdf.pages))
    yield Seen("", "pdf metadata", f"{dict(pdf.metadata or {})}\n{xmp(pdf)}")
    yield Seen("", "pdf objects", objects(body))
    if shutil.which("pdftotext"):
        told = subprocess.run(["pdftotext", "-", "-"], input=body, capture_output=True, check=True)
        yield Seen("", "pdf text by poppler", told.stdout.decode())
    for name, files in pdf.attachments.items():
        yield Seen("", "pdf attachment", name)
        for one in files:
            yield from contents("", "pdf attachment", one, depth + 1)


def of_table(body: bytes, depth: int) -> Iterator[Seen]:
    table = parquet.read_table(io.BytesIO(body))
    yield Seen("", "parquet", f"{table.to_pylist()}\n{table.schema}")


def of_archive(body: bytes, depth: int) -> Iterator[Seen]:
    if depth < 3:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for name in archive.namelist():
                yield Seen("", "name", name)
                yield from contents("", name, archive.read(name), depth + 1)


def objects(body: bytes) -> str:
    """Every text string of every object of a PDF as another reader finds them: properties, outlines, tags, names,
    annotations; and what its streams hold once they are unpacked."""
    found: list[str] = []
    with pikepdf.open(io.BytesIO(body)) as pdf:
        for one in pdf.objects:
            found += strings(one)
            if isinstance(one, pikepdf.Stream):
                with contextlib.suppress(pikepdf.PdfError):
                    found.append(one.read_bytes().decode("utf-8", "replace"))
    return "\n".join(found)


def strings(one: object, depth: int = 0) -> Iterator[str]:
    if isinstance(one, pikepdf.String):
        yield str(one)
    elif isinstance(one, pikepdf.Array) and depth < 20:
        for part in one:
            yield from strings(part, depth + 1)
    elif isinstance(one, pikepdf.Dictionary | pikepdf.Stream) and depth < 20:
        for key, part in one.items():
            if key not in ("/Parent", "/P"):
                yield from strings(part, depth + 1) if not is_object(part) else ()


def is_object(part: object) -> bool:
    """Whether it is an object of its own, which is read as such."""
    return isinstance(part, pikepdf.Object) and part.is_indirect


def xmp(pdf: pypdf.PdfReader) -> str:
    found = pdf.trailer["/Root"].get("/Metadata")  # type: ignore[union-attr]
    return found.get_object().get_data().decode("utf-8", "replace") if found is not None else ""


def bare(text: str) -> str:
    """A text without what somebody may put between its signs: width, gaps, hyphens, dots, quotes, escapes."""
    unescaped = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    return STRANGE.sub("", unicodedata.normalize("NFKC", unescaped)).upper()


AFTER = re.compile(r"after=[0-9-]+_[0-9a-f-]{36}")


def about(seen: Seen, stream: str) -> Iterator[Seen]:
    """The part of what was seen that is about one decision: all of its own pages, its row in files of many. A page that
    goes on after it is about those that follow."""
    if stream in AFTER.sub("", seen.address):
        yield seen
    elif stream in seen.text and seen.channel not in ("address", "headers"):
        for part in rows(seen.text):
            if stream in AFTER.sub("", part):
                yield Seen(seen.address, seen.channel, part)


def rows(text: str) -> list[str]:
    """The rows of a list: decisions of an answer in JSON, entries of a feed, items of a page, lines of a file."""
    with contextlib.suppress(ValueError):
        held = json.loads(text)
        found = held.get("decisions", []) if isinstance(held, dict) else []
        return [json.dumps(one, ensure_ascii=False) for one in found] or [text]
    return re.split(r"</entry>|</li>|</tr>|</article>|\}, \{'id'|\r?\n(?=[0-9a-f]{8}-)|\n(?=\{)", text)


def leaks(seen: Iterable[Seen], values: Iterable[str]) -> list[str]:
    """Where a value stands, in whatever width and with whatever gaps it is written."""
    wanted = {value: bare(value) for value in values}
    assert all(len(one) >= 2 for one in wanted.values()), "one sign is found everywhere"
    found = []
    for one in seen:
        text = bare(one.text)
        found += [f"{one.address} {one.channel}: {value}" for value, short in wanted.items() if short in text]
    return found
