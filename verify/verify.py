#!/usr/bin/env python3
"""Check what Sanxiang gave you, without Sanxiang: a receipt, a published ledger, an archived case, one paper.

One file, standard library only, Python 3.8 or later. Written from docs/reference/ledger-format.md, not from the
program's code. 不依赖系统本身，核验回执、账本、案卷包和文书。

Exit codes: 0 everything holds; 1 something does not; 2 the call is wrong or a file cannot be opened.
"""

import argparse
import base64
import binascii
import concurrent.futures
import datetime
import hashlib
import json
import os
import re
import struct
import sys

WIDTH = 256
SALT = 32


class Broken(Exception):
    """Something does not hold. 核验不通过。"""


def need(holds, english, chinese):
    if not holds:
        raise Broken("%s / %s" % (english, chinese))


# ── Merkle tree: RFC 6962 section 2.1, RFC 9162 section 2.1 ──────────────────────────────────────────────────────────


def leaf_hash(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def verify_inclusion(index, size, leaf_hash, proof, root):
    """True when the leaf hash stands at `index` in the tree of `size` leaves with this root; never raises."""
    if not 0 <= index < size or len(leaf_hash) != 32:
        return False
    fn, sn, r = index, size - 1, leaf_hash
    for p in proof:
        if sn == 0 or len(p) != 32:
            return False
        if fn % 2 == 1 or fn == sn:
            r = node_hash(p, r)
            while fn % 2 == 0 and fn != 0:
                fn, sn = fn // 2, sn // 2
        else:
            r = node_hash(r, p)
        fn, sn = fn // 2, sn // 2
    return sn == 0 and r == root


def verify_consistency(size1, size2, root1, root2, proof):
    """True when the tree (size1, root1) is a beginning of the tree (size2, root2); never raises.

    An empty tree is a beginning of every tree, by an empty proof and with the root of no leaves."""
    if not 0 <= size1 <= size2 or any(len(p) != 32 for p in proof):
        return False
    if size1 == size2:
        return not proof and root1 == root2
    if size1 == 0:
        return not proof and root1 == hashlib.sha256(b"").digest()
    path = list(proof)
    if size1 & (size1 - 1) == 0:
        path.insert(0, root1)
    if not path:
        return False
    fn, sn = size1 - 1, size2 - 1
    while fn % 2 == 1:
        fn, sn = fn // 2, sn // 2
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn % 2 == 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while fn % 2 == 0 and fn != 0:
                fn, sn = fn // 2, sn // 2
        else:
            sr = node_hash(sr, c)
        fn, sn = fn // 2, sn // 2
    return sn == 0 and fr == root1 and sr == root2


def halved(hashes):
    """One level up over hashes that stand one after another; an odd last one stays as it is."""
    pairs, rest = divmod(len(hashes), 64)
    parts = struct.unpack("64s" * pairs, hashes[: pairs * 64])
    return b"".join(prefixed(b"\x01", parts)) + hashes[len(hashes) - rest :]


def prefixed(prefix, parts):
    """SHA-256 of each part after a prefix. Copying a hash that was begun is cheaper than beginning each, and cutting
    a whole tile at once cheaper than cutting piece by piece: nearly all the time of a check is spent here."""
    copy, found = hashlib.sha256(prefix).copy, []
    for part in parts:
        sha = copy()
        sha.update(part)
        found.append(sha.digest())
    return found


def merkle_root(hashes):
    """The root over leaf hashes that stand one after another in one bytes object."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    while len(hashes) > 32:
        hashes = halved(hashes)
    return hashes


# ── Ed25519: RFC 8032 section 5.1 ────────────────────────────────────────────────────────────────────────────────────

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def _add(a, b):
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    m = (y1 - x1) * (y2 - x2) % P
    n = (y1 + x1) * (y2 + x2) % P
    o = 2 * t1 * t2 * D % P
    p = 2 * z1 * z2 % P
    e, f, g, h = n - m, p - o, p + o, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point = _add(point, point)
        scalar >>= 1
    return result


def _same(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def _x_of(y, sign):
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


def _point(data):
    number = int.from_bytes(data, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    x = _x_of(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


_BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (_x_of(_BASE_Y, 0), _BASE_Y, 1, _x_of(_BASE_Y, 0) * _BASE_Y % P)


def verify_ed25519(public_key, message, signature):
    """True when the signature is right; a non-canonical S is refused."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    a, r = _point(public_key), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= Q:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % Q
    return _same(_times(s, BASE), _add(r, _times(h, a)))


# ── notes, checkpoints, receipts: C2SP signed-note, tlog-checkpoint, tlog-proof ───────────────────────────────────────

NUMBER = "(0|[1-9][0-9]{0,18})"


def decode64(text, what):
    """Bytes of base64 that has one form only, so that no character can be changed unseen."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    need(raw and base64.b64encode(raw).decode() == text, "%s is not base64" % what, "%s不是 base64" % what)
    return raw


def read_vkey(text):
    """(name, four-byte id, 32-byte key) of an Ed25519 verifier key."""
    parts = text.strip().split("+", 2)
    need(len(parts) == 3, "not a verifier key", "不是核验公钥")
    raw = decode64(parts[2], "verifier key")
    need(len(raw) == 33 and raw[0] == 1, "not an Ed25519 verifier key", "不是 Ed25519 核验公钥")
    tag = hashlib.sha256(parts[0].encode() + b"\n" + raw).digest()[:4]
    need(tag.hex() == parts[1], "the verifier key does not fit its name", "核验公钥与名称不符")
    return parts[0], tag, raw[1:]


def open_checkpoint(note, vkey):
    """(origin, size, root) of a checkpoint that this key signed."""
    name, tag, key = read_vkey(vkey)
    text, gap, rest = note.rpartition("\n\n")
    need(gap and rest.endswith("\n"), "the checkpoint has no signature", "检查点没有签名")
    need(not re.search("[\x00-\x09\x0b-\x1f]", note), "the checkpoint holds control characters", "检查点含控制字符")
    text, good = text + "\n", False
    for line in rest[:-1].split("\n"):
        match = re.fullmatch("\u2014 ([^\\s+]+) (\\S+)", line)
        need(match, "a signature line is malformed", "签名行格式不对")
        raw = decode64(match.group(2), "signature")
        if match.group(1) == name and raw[:4] == tag:
            right = verify_ed25519(key, text.encode(), raw[4:])
            need(right, "the checkpoint's signature is wrong: it may be forged", "检查点签名不对，可能是伪造的")
            good = True
    need(good, "the checkpoint is not signed by this key", "检查点不是这把公钥签的")
    rows = text.split("\n")
    fits = len(rows) >= 4 and rows[0] == name and re.fullmatch(NUMBER, rows[1])
    need(fits, "not a checkpoint of this log", "不是这个账本的检查点")
    root = decode64(rows[2], "root")
    need(len(root) == 32, "not a checkpoint", "不是检查点")
    return rows[0], int(rows[1]), root


def read_receipt(text):
    """(index, proof, checkpoint note)."""
    head, gap, note = text.partition("\n\n")
    rows = head.split("\n")
    need(gap and rows[0] == "c2sp.org/tlog-proof@v1", "not a receipt", "不是回执")
    if len(rows) > 1 and rows[1].startswith("extra "):
        decode64(rows.pop(1)[6:], "extra data")
    match = re.fullmatch("index " + NUMBER, rows[1]) if len(rows) > 1 else None
    need(match, "the receipt names no index", "回执没有写明位置")
    proof = [decode64(row, "proof") for row in rows[2:]]
    need(len(proof) < 64 and all(len(p) == 32 for p in proof), "a hash has 32 bytes", "回执里的摘要长度不对")
    return int(match.group(1)), proof, note


def check_receipt(text, entry, vkey):
    """Check that the bytes of an entry stand in the log; returns (origin, index, size)."""
    return opened_receipt(text, entry, vkey)[:3]


def opened_receipt(text, entry, vkey):
    index, proof, note = read_receipt(text)
    origin, size, root = open_checkpoint(note, vkey)
    stands = verify_inclusion(index, size, leaf_hash(entry), proof, root)
    need(stands, "the entry is not in the ledger of this receipt", "记录不在回执所指的账本里，内容被改动")
    return origin, index, size, root


# ── canonical bytes and commitments ──────────────────────────────────────────────────────────────────────────────────


def canonical(value):
    """RFC 8785 for the profile of the format: text, true, false, null, whole numbers, lists, keys below U+E000."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def parsed(text):
    """The value of a JSON text within that profile: no key twice (readers differ in which counts), no fractions."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_float=_no_fraction, parse_constant=_no_fraction)
    except (ValueError, RecursionError):
        raise Broken("not JSON / 不是 JSON")


def _once(pairs):
    found = dict(pairs)
    need(len(found) == len(pairs), "a key stands twice in one object", "同一对象内有重复的键")
    return found


def _no_fraction(text):
    raise Broken("%s is no whole number / %s 不是整数" % (text, text))


def salt_of(text):
    """A salt has one length: were it free, a digit could move from a value into its salt."""
    need(isinstance(text, str) and re.fullmatch("[0-9a-f]{64}", text), "a salt has 32 bytes in hex", "盐值不是 32 字节")
    return bytes.fromhex(text)


def check_event(item):
    """Check one event file against its own entry; returns the entry's bytes and the body."""
    known = isinstance(item, dict) and {"entry", "body", "salt"} <= set(item) <= {"entry", "body", "salt", "sealed"}
    need(known, "not an event file", "不是记录文件")
    told, body, sealed = item["entry"], item["body"], item.get("sealed") or {}
    shaped = isinstance(told, dict) and isinstance(body, dict) and isinstance(sealed, dict)
    need(shaped, "not an event file", "不是记录文件")
    entry, content = canonical(told), salt_of(item["salt"]) + canonical(body)
    of, seq = body.get("id"), body.get("seq")
    holds = {"v", "commitment"} <= set(told) <= {"v", "commitment", "sm3"} and told["v"] == 1
    need(holds, "the entry holds more than commitments", "账本条目含有多余内容")
    fits = hashlib.sha256(content).hexdigest() == told["commitment"]
    need(fits, "event %s does not fit its commitment: it was changed" % of, "第 %s 项记录被改动" % seq)
    if "sm3" in told and sm3_is_here():
        fits = hashlib.new("sm3", content).hexdigest() == told["sm3"]
        need(fits, "event %s does not fit its SM3 commitment" % of, "第 %s 项记录的 SM3 承诺值不符" % seq)
    committed = body.get("sealed")
    for fact, opened in sealed.items():
        fits = isinstance(opened, dict) and "value" in opened and isinstance(committed, dict) and fact in committed
        value = salt_of(opened.get("salt")) + canonical(opened["value"]) if fits else b""
        fits = fits and hashlib.sha256(value).hexdigest() == committed[fact]
        need(fits, "fact %s of event %s was changed" % (fact, of), "封存的“%s”被改动" % fact)
    return entry, body


def sm3_is_here():
    return "sm3" in hashlib.algorithms_available


# ── tiles: C2SP tlog-tiles ───────────────────────────────────────────────────────────────────────────────────────────

SHARED = 1 << 16
SHARE = 64
"""A log of at least this many entries is checked by several processes."""


def numbered(n):
    parts = ["%03d" % (n % 1000)]
    while n >= 1000:
        n //= 1000
        parts.append("x%03d" % (n % 1000))
    return "/".join(reversed(parts))


def read_tile(folder, kind, n, width):
    """The bytes of a tile or a bundle; a partial one may have given way to the full one, which begins with it."""
    path = os.path.join(folder, "tile", kind, *numbered(n).split("/"))
    for place in [path] if width == WIDTH else ["%s.p/%d" % (path, width), path]:
        try:
            with open(place, "rb") as file:
                return file.read()
        except OSError:
            continue
    raise Broken("tile %s/%s is missing / 缺少账本文件 %s" % (kind, numbered(n), os.path.relpath(path, folder)))


def check_tiles(folder, vkey, since=(), processes=None):
    """Check every tile and bundle against the checkpoint, and earlier checkpoints against the tree; (origin, size).

    A large log is shared among `processes`; by default as many as the machine has, at most 8."""
    origin, size, root = open_checkpoint(file_text(os.path.join(folder, "checkpoint")), vkey)
    lowest = check_bottom(folder, size, processes or min(os.cpu_count() or 1, 8))
    hashes, counted, level = lowest, size // WIDTH, 1
    while counted:
        check_level(folder, level, counted, hashes)
        step = WIDTH * 32
        hashes = b"".join([merkle_root(hashes[i : i + step]) for i in range(0, counted // WIDTH * step, step)])
        counted, level = counted // WIDTH, level + 1
    fits = root_over(folder, size, lowest, size) == root
    need(fits, "the tiles do not give the root of the checkpoint", "账本文件与检查点的根不符")
    for note in since:
        older, old_size, old_root = open_checkpoint(note, vkey)
        whole = older == origin and old_size <= size
        need(whole, "an earlier checkpoint is larger than the log: it was cut", "账本比以前短，被截断")
        fits = root_over(folder, size, lowest, old_size) == old_root
        need(fits, "an earlier checkpoint does not fit: history was rewritten", "与以前的检查点不符，历史被改写")
    return origin, size


def root_over(folder, size, lowest, count):
    """The root over the first `count` leaves of a log of `size`; `lowest` holds the roots over each 256 of them."""
    full, rest = divmod(count, WIDTH)
    nodes = lowest[: full * 32]
    if rest:
        nodes += merkle_root(read_tile(folder, "0", full, min(WIDTH, size - full * WIDTH))[: rest * 32])
    return merkle_root(nodes)


def check_bottom(folder, size, processes):
    """Every bundle against its tile of leaf hashes; returns the roots over each 256, one after another."""
    count = (size + WIDTH - 1) // WIDTH
    if processes < 2 or size < SHARED:
        return check_bundles(folder, size, 0, count)
    # Small shares, taken as they come, so that a processor that is busy with something else holds nobody up.
    firsts = range(0, count, SHARE)
    with concurrent.futures.ProcessPoolExecutor(processes) as pool:
        told = [pool.submit(check_bundles, folder, size, n, min(n + SHARE, count)) for n in firsts]
        try:
            return b"".join([one.result() for one in told])
        finally:
            for one in told:
                one.cancel()


def check_bundles(folder, size, first, stop):
    """Bundles `first` to `stop` (exclusive) against their tiles; returns the root over each."""
    found = []
    for n in range(first, stop):
        width = min(WIDTH, size - n * WIDTH)
        tile = read_tile(folder, "0", n, width)[: width * 32]
        entries = split_bundle(read_tile(folder, "entries", n, width))[:width]
        fits = len(entries) == width and b"".join(prefixed(b"\x00", entries)) == tile
        need(fits, "bundle %d does not fit its tile" % n, "第 %d 组条目与账本文件不符" % n)
        found.append(merkle_root(tile))
    return b"".join(found)


def split_bundle(data):
    """The entries of a bundle. Where all are of one length, as ours are, they are cut at once."""
    found, at, end = [], 0, len(data)
    step = 2 + int.from_bytes(data[:2], "big")
    count = end // step
    if count * step == end > 1 and data[::step] == data[:1] * count and data[1::step] == data[1:2] * count:
        return list(struct.unpack("2x%ds" % (step - 2) * count, data))
    while at < end:
        start = at + 2
        if start > end:
            raise Broken("a bundle is cut off / 条目文件不完整")
        at = start + (data[at] << 8 | data[at + 1])
        if at > end:
            raise Broken("a bundle is cut off / 条目文件不完整")
        found.append(data[start:at])
    return found


def check_level(folder, level, count, hashes):
    for n in range((count + WIDTH - 1) // WIDTH):
        width = min(WIDTH, count - n * WIDTH)
        wanted = hashes[n * WIDTH * 32 : (n * WIDTH + width) * 32]
        fits = read_tile(folder, str(level), n, width)[: width * 32] == wanted
        need(fits, "tile %d/%d does not fit the tiles below it" % (level, n), "账本文件 %d/%d 与下层不符" % (level, n))


# ── archive packages: BagIt (RFC 8493) with events, receipts, documents ───────────────────────────────────────────────

TAGGED = {"bagit.txt", "bag-info.txt", "manifest-sha256.txt"}
BACKWARDS = datetime.timedelta(minutes=1)
"""How far the clocks of two machines that record may lie apart."""


def file_text(path):
    with open(path, encoding="utf-8") as file:
        try:
            return file.read()
        except UnicodeDecodeError:
            raise Broken("%s is not UTF-8 text / %s 不是 UTF-8 文本" % (path, path))


def inside(folder, name):
    """The text of a file of the package, which must be there."""
    path = os.path.join(folder, *name.split("/"))
    need(os.path.isfile(path), "file %s is missing" % name, "缺少文件 %s" % name)
    return file_text(path)


def read_manifest(folder, name):
    found = {}
    for line in inside(folder, name).rstrip("\n").split("\n"):
        match = re.fullmatch(r"([0-9a-f]{64}) [ *](\S.*)", line)
        parts = match.group(2).split("/") if match else [".."]
        sound = not {"", ".", ".."} & set(parts) and "\\" not in line and parts[0][-1] != ":"
        need(sound and match.group(2) not in found, "%s is malformed" % name, "%s 格式不对" % name)
        found[match.group(2)] = match.group(1)
    return found


def digest_of(path, algorithm="sha256"):
    sha = hashlib.new(algorithm)
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            sha.update(block)
    return sha.hexdigest()


def check_bag(folder):
    """Every file is there, is what the manifest says, and no other file is; returns the manifest."""
    manifest = read_manifest(folder, "manifest-sha256.txt")
    tags = read_manifest(folder, "tagmanifest-sha256.txt")
    need(TAGGED <= set(tags), "tagmanifest-sha256.txt leaves files out", "tagmanifest-sha256.txt 不完整")
    for name, digest in list(manifest.items()) + list(tags.items()):
        path = os.path.join(folder, *name.split("/"))
        need(os.path.isfile(path), "file %s is missing" % name, "缺少文件 %s" % name)
        need(digest_of(path) == digest, "file %s was changed" % name, "文件 %s 被改动" % name)
    for base, folders, files in os.walk(os.path.join(folder, "data")):
        for one in folders + files:
            path = os.path.join(base, one)
            name = os.path.relpath(path, folder).replace(os.sep, "/")
            known = not os.path.islink(path) and (one in folders or name in manifest)
            need(known, "file %s is not in the manifest" % name, "多出文件 %s" % name)
    return manifest


RECORDINGS = "data/recordings/"
SM3_LIST = "digests-sm3.txt"


def check_package(folder, vkey=None):
    """Check a whole archive package; returns its event files in order, the origin of the ledger, and how many films are
    in it by digest alone."""
    manifest = check_bag(folder)
    own = inside(folder, "data/keys/log.vkey")
    same = vkey is None or vkey.strip() == own.strip()
    need(same, "the package brings another key than yours", "包内公钥与您手里的不同")
    events, origin = check_stream(folder, manifest, vkey or own)
    recorded = check_recordings(folder, manifest, vkey or own, events, origin)
    check_files(folder, manifest, events, recorded)
    check_sm3(folder, manifest, [*events, *recorded])
    check_case(parsed(inside(folder, "data/case.json")), events)
    return events, origin, films_away(folder, manifest, recorded)


def check_stream(folder, manifest, vkey, place="data/"):
    """Every event, its place in the chain, its receipt; returns the event files in order and the origin."""
    names = sorted(name for name in manifest if name.startswith(place + "events/"))
    need(names, "the package holds no event", "包内没有记录")
    events, origin, previous, roots, last, heard, receipts = [], "", None, {}, -1, None, set()
    for seq, name in enumerate(names, 1):
        need(name == "%sevents/%06d.json" % (place, seq), "event %d is missing" % seq, "缺少第 %d 项记录" % seq)
        item = parsed(inside(folder, name))
        entry, body = check_event(item)
        whole = {"id", "stream", "seq", "prev", "kind", "occurred_at", "recorded_at", "actor", "payload"} <= set(body)
        stream = events[0]["body"]["stream"] if events else body.get("stream")
        placed = whole and body["seq"] == seq and body["stream"] == stream
        need(placed, "an event is missing, added or out of order at %d" % seq, "第 %d 项缺失、多出或者顺序不对" % seq)
        follows = body["prev"] == previous
        need(follows, "event %d does not follow the one before it" % seq, "第 %d 项与前一项接不上" % seq)
        now = moment(body["recorded_at"])
        late = heard is None or now >= heard - BACKWARDS
        need(late, "event %d was recorded before the one before it" % seq, "第 %d 项记录时间倒置，疑为倒填" % seq)
        receipt = "%sreceipts/%s.tlog-proof" % (place, body["id"])
        need(receipt in manifest, "event %d has no receipt" % seq, "第 %d 项没有回执" % seq)
        origin, index, size, root = opened_receipt(inside(folder, receipt), entry, vkey)
        ordered = index > last and roots.setdefault(size, root) == root
        need(ordered, "the ledger shows event %d in another place" % seq, "第 %d 项在账本中的位置不对" % seq)
        previous, last, heard = item["entry"]["commitment"], index, now
        receipts.add(receipt)
        events.append(item)
    for name in manifest:
        known = name in receipts or not name.startswith(place + "receipts/")
        need(known, "receipt %s belongs to no event" % name, "回执 %s 没有对应的记录" % name)
    return events, origin


def check_recordings(folder, manifest, vkey, events, origin):
    """The record of every recording that is in the package, and the chain of its pieces; returns their event files. A
    recording is named by an event of the case."""
    named = {one for item in events for one in item["body"]["payload"].get("recordings", [])}
    inner = [name for name in manifest if name.startswith(RECORDINGS)]
    found = []
    for one in sorted({name[len(RECORDINGS) :].split("/")[0] for name in inner}):
        need(one in named, "recording %s belongs to no event" % one, "录音录像 %s 不属于任何一项记录" % one)
        place = "%s%s/" % (RECORDINGS, one)
        own, where = check_stream(folder, manifest, vkey, place)
        same = own[0]["body"]["stream"] == one and where == origin
        need(same, "recording %s holds the record of another" % one, "录音录像 %s 的记录属于另一份" % one)
        for item in own:
            if item["body"]["kind"] == "recording.sealed":
                check_sealed(folder, manifest, item["body"]["payload"])
        found += own
    for name in inner:
        known = name.split("/")[3:4] in (["events"], ["receipts"])
        need(known, "file %s belongs to no recording" % name, "文件 %s 不属于任何一份录音录像" % name)
    return found


def check_sealed(folder, manifest, sealed):
    """The chain of a recording ends as its record says and tells as many bytes as its films have; where the films are in
    the package, every piece is counted anew."""
    held = {digest: name for name, digest in manifest.items() if name.startswith("data/evidence/")}
    listing = [file for file in sealed.get("files", []) if file["name"].endswith(".jsonl")]
    if not listing or listing[0]["sha256"] not in held:
        return
    with open(os.path.join(folder, held[listing[0]["sha256"]]), "rb") as file:
        lines = file.read()
    films = films_of(sealed)
    paths = [os.path.join(folder, held[file["sha256"]]) for file in films if file["sha256"] in held]
    check_recording(lines, pieces_of(paths) if len(paths) == len(films) else None, sealed.get("head"))
    told = sum(header_of(line)["bytes"] for line in lines.split(b"\n")[1:])
    same = told == sum(file["size"] for file in films)
    need(same, "the films have another length than their chain", "录音录像的长度与片段链不符")


def films_of(sealed):
    """The files of the runs of a recording: neither the list of its chain nor pieces that came twice."""
    return [file for file in sealed.get("files", []) if not file["name"].endswith((".jsonl", ".bin"))]


def films_away(folder, manifest, recorded):
    """How many films that the records of recordings name are in the package by their digest alone."""
    held = set(manifest.values())
    files = [file for item in recorded for file in item["body"]["payload"].get("files", [])]
    return len({file["sha256"] for file in files} - held)


def check_files(folder, manifest, events, recorded=()):
    """Every other file is what was archived, or evidence that an event names; nothing that was archived is missing."""
    archived = [item["body"]["payload"] for item in events if item["body"]["kind"] == "case.archived"]
    need(archived, "the event of archiving is missing: the case was cut off", "缺少归档记录，案卷被截短")
    if destroyed_by(events) and "data/files.json" not in manifest:
        left = [name for name in manifest if not name.startswith(("data/events/", "data/receipts/", RECORDINGS))]
        known = set(left) <= {"data/case.json", "data/keys/log.vkey"}
        need(known, "the content was destroyed, and yet there are files", "内容已经销毁，包内却另有文件")
        return
    later = [item["body"]["payload"] for item in events if item["body"]["kind"] == "archive.supplemented"]
    places = [("data/", archived[-1]), *(("data/supplements/%d/" % n, one) for n, one in enumerate(later, 1))]
    listed, own = {}, {"data/case.json", "data/keys/log.vkey"}
    for place, told in places:
        fits = manifest.get(place + "files.json") == told.get("package_sha256")
        need(fits, "the list of files is not the one that was archived", "文件清单与归档时的不符")
        own.add(place + "files.json")
        listed.update(
            {place + name: one["sha256"] for name, one in parsed(inside(folder, place + "files.json")).items()}
        )
    for name, digest in listed.items():
        need(name in manifest, "file %s is missing" % name, "缺少文件 %s" % name)
        same = manifest[name] == digest
        need(same, "file %s is not the one that was archived" % name, "文件 %s 不是归档的那一份" % name)
    named = evidence_of([*events, *recorded])
    for name, digest in manifest.items():
        if name in listed or name in own or name.startswith(("data/events/", "data/receipts/", RECORDINGS)):
            continue
        title = name.rsplit("/", 1)[1]
        place = "data/evidence/%s/%s" % (digest, title) if len(named.get(title, ())) > 1 else "data/evidence/" + title
        fits = digest in named.get(title, ()) and name in (place, "data/evidence/%s/%s" % (digest, title))
        need(fits, "file %s belongs to no event" % name, "文件 %s 不属于任何一项记录" % name)


def sm3_claims(folder, manifest, events):
    """SHA-256 → SM3 of the files that events, the list of the volume and the list at the top name with both."""
    found = {}

    def take(value):
        if isinstance(value, dict):
            if isinstance(value.get("sha256"), str) and isinstance(value.get("sm3"), str):
                found.setdefault(value["sha256"], set()).add(value["sm3"])
            value = list(value.values())
        if isinstance(value, list):
            for one in value:
                take(one)

    for item in events:
        payload = item["body"]["payload"]
        take([payload, [one["value"] for one in (item.get("sealed") or {}).values()]])
        if payload.get("package_sm3"):
            take({"sha256": payload.get("package_sha256"), "sm3": payload["package_sm3"]})
    for name in manifest:
        if name == "data/files.json" or (name.startswith("data/supplements/") and name.endswith("/files.json")):
            take(parsed(inside(folder, name)))
    if SM3_LIST in read_manifest(folder, "tagmanifest-sha256.txt"):
        told = read_manifest(folder, SM3_LIST)
        need(set(told) == set(manifest), "%s leaves files out" % SM3_LIST, "%s 不完整" % SM3_LIST)
        for name, digest in told.items():
            take({"sha256": manifest[name], "sm3": digest})
    return found


def check_sm3(folder, manifest, events):
    """Every file whose SM3 is told beside its SHA-256 has both, and only one SM3 is told of it."""
    claims = sm3_claims(folder, manifest, events)
    for name, digest in manifest.items():
        told = claims.get(digest, set())
        need(len(told) < 2, "file %s has two SM3 digests" % name, "文件 %s 有两个 SM3 摘要" % name)
        if told and sm3_is_here():
            fits = digest_of(os.path.join(folder, *name.split("/")), "sm3") in told
            need(fits, "file %s does not fit its SM3 digest" % name, "文件 %s 的 SM3 摘要不符" % name)


def destroyed_by(events):
    """Who approved the lawful destruction of the content, and on which day; None where it was not destroyed."""
    for item in events:
        if item["body"]["kind"] == "archive.destroyed":
            approved = [one["body"] for one in events if one["body"]["id"] == item["body"]["payload"].get("approval")]
            done = approved and approved[0]["kind"] == "archive.destruction_approved"
            need(done, "the content was destroyed without approval", "内容的销毁没有批准记录")
            return approved[0]["actor"].get("name", ""), item["body"]["occurred_at"][:10]
    return None


def evidence_of(events):
    """Name → digests of all files that events name: in their payload or in a fact that was opened."""
    found = {}
    for item in events:
        files_named([item["body"]["payload"], [one["value"] for one in (item.get("sealed") or {}).values()]], found)
    return found


def evidence_missing(folder, events):
    """How many files that events name are not among the files of the package."""
    held = set(read_manifest(folder, "manifest-sha256.txt").values())
    return len({digest for digests in evidence_of(events).values() for digest in digests} - held)


def files_named(value, found):
    """Every {"name", "sha256"} at any depth."""
    if isinstance(value, dict):
        if isinstance(value.get("sha256"), str) and isinstance(value.get("name"), str):
            found.setdefault(value["name"], set()).add(value["sha256"])
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            files_named(one, found)


def check_case(case, events):
    """The plain data of the case say what the events say."""
    counted = case.get("stream") == events[0]["body"]["stream"] and case.get("events") == len(events)
    steps = case.get("steps")
    counted = counted and isinstance(steps, list) and len(steps) == len(events)
    need(counted, "case.json is of another case or counts other events", "case.json 与记录的项数不符")
    facts = {}
    for at, item in enumerate(events):
        step, body, payload = steps[at], item["body"], item["body"]["payload"]
        own = dict(payload.get("facts", {}))
        own.update({fact: opened["value"] for fact, opened in (item.get("sealed") or {}).items()})
        facts.update(own)
        same = all(step.get(key) == body[key] for key in ("seq", "kind", "actor"))
        same = same and all(moment(step.get(key)) == moment(body[key]) for key in ("occurred_at", "recorded_at"))
        for key, value in (("act", ""), ("officers", []), ("documents", []), ("files", [])):
            same = same and step.get(key) == payload.get(key, value)
        same = same and step.get("facts") == own
        need(same, "case.json tells event %d differently" % body["seq"], "case.json 第 %d 步与记录不符" % body["seq"])
    need(case.get("facts") == facts, "the facts of case.json are not those of the events", "case.json 的事实与记录不符")


def moment(text):
    try:
        found = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except (ValueError, AttributeError):
        found = None
    need(found and found.tzinfo, "%s is no time" % text, "%s 不是时间" % text)
    return found


# ── command line ─────────────────────────────────────────────────────────────────────────────────────────────────────


def key_of(value):
    return file_text(value) if os.path.isfile(value) else value


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n\n")[0],
        epilog="Exit codes: 0 it holds; 1 it does not (the reason is printed); 2 the call is wrong or a file cannot be "
        "opened. 退出码：0 通过；1 不通过（写明原因）；2 用法不对或文件打不开。",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("receipt", help="a receipt for one event / 一项记录的回执")
    one.add_argument("receipt")
    what = one.add_mutually_exclusive_group(required=True)
    what.add_argument("--event", help="the event's JSON file: entry, body, salt / 记录文件")
    what.add_argument("--entry", help="the public entry alone / 只有账本条目")
    one.add_argument("--body", help="with --entry: the body that it commits to / 记录正文")
    one.add_argument("--salt", help="with --body: its salt, 64 hex digits / 盐值")
    one.add_argument("--vkey", required=True, help="the ledger's key, or a file that holds it / 账本公钥")
    two = commands.add_parser("tiles", help="a published ledger / 公开的账本")
    two.add_argument("folder")
    two.add_argument("--vkey", required=True, help="the ledger's key, or a file that holds it / 账本公钥")
    two.add_argument(
        "--since", action="append", default=[], help="an earlier checkpoint that you kept / 您保存的检查点"
    )
    two.add_argument("--processes", type=int, help="how many share a large log (all cores) / 进程数")
    three = commands.add_parser("package", help="an archived case / 案卷包")
    three.add_argument("folder")
    three.add_argument("--vkey", help="the ledger's key as you got it elsewhere / 从别处取得的账本公钥")
    four = commands.add_parser("recording", help="a recording and the list of its chain / 录音录像和片段链")
    four.add_argument("chain", help="the list of the chain (.jsonl) / 片段链文件")
    four.add_argument("files", nargs="+", help="the files of its runs, in their order / 各段录像文件，按先后")
    four.add_argument("--head", help="the end of the chain as the record has it, 64 hex digits / 记录所载的链末")
    five = commands.add_parser("paper", help="one paper, a PDF / 一份文书")
    five.add_argument("file")
    five.add_argument("--receipt", help="the receipt of the paper, from the page behind its code / 文书的回执")
    five.add_argument("--vkey", help="the ledger's key as you got it elsewhere / 从别处取得的账本公钥")
    return parser


def main(argv=None):
    parser = arguments()
    args = parser.parse_args(argv)
    if args.command == "receipt" and (bool(args.body) != bool(args.salt) or (args.event and args.body)):
        parser.error("--body and --salt go together, beside --entry")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        print(run(args))
    except Broken as problem:
        print("NOT VERIFIED 核验不通过: %s" % problem)
        return 1
    except OSError as problem:
        print("cannot be opened 无法打开: %s" % problem, file=sys.stderr)
        return 2
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as problem:
        print("NOT VERIFIED 核验不通过: the content is malformed / 内容残缺: %r" % problem)
        return 1
    return 0


def run(args):
    if args.command == "receipt":
        return run_receipt(args)
    if args.command == "tiles":
        notes = [file_text(path) for path in args.since]
        origin, size = check_tiles(args.folder, key_of(args.vkey), notes, args.processes)
        told = "OK 核验通过: %d entries in %s" % (size, origin)
        if not args.since:
            told += (
                "\nNo outside checkpoint was given: a rewrite by whoever holds the key cannot be seen. "
                "没有提供外部保存的检查点，无法发现持有密钥者的整体改写。"
            )
        return told
    if args.command == "recording":
        return run_recording(args)
    if args.command == "paper":
        return run_paper(args)
    os.listdir(args.folder)
    events, origin, films = check_package(args.folder, key_of(args.vkey) if args.vkey else None)
    told = "OK 核验通过: %d events, all in the ledger %s" % (len(events), origin) + sm3_note(events)
    gone = destroyed_by(events)
    if gone:
        told += "\nThe content was destroyed on %s by approval of %s. 内容已于 %s 经%s批准销毁。" % (
            gone[1],
            gone[0],
            gone[1],
            gone[0],
        )
    away = evidence_missing(args.folder, events)
    if away and not gone:
        told += "\n%d evidence files that events name are not in the package. 有 %d 份证据文件不在包内。" % (away, away)
    if films and not gone:
        told += "\n%d files of recordings are in the package by digest only. 有 %d 份录音录像文件只以摘要列入。" % (
            films,
            films,
        )
    if not args.vkey:
        told += (
            "\nThe key came with the package; compare it with one from elsewhere. 公钥来自包内，请与别处公布的核对。"
        )
    return told


# ── recordings: docs/reference/recordings.md ─────────────────────────────────────────────────────────────────────────


def header_of(line):
    """A header as the device sent it: chained as bytes, so fractions (its steady clock) change nothing."""
    return json.loads(line.decode("utf-8"), object_pairs_hook=_once)


def check_recording(listing, parts, head=None):
    """Recount the chain of a recording from its list and the bytes of its files, in order; how many pieces, and the
    moments on the device's clock at which it began and ended. `parts` yields bytes; None where the files are elsewhere:
    then the list alone is recounted."""
    opening, lines = listing.split(b"\n")[0], listing.split(b"\n")[1:]
    need(lines and lines[-1], "the list of the chain is empty or cut off", "片段链是空的，或者不完整")
    prev, rest, told = hashlib.sha256(opening).hexdigest(), b"", []
    stream = iter(parts or ())
    for number, line in enumerate(lines):
        header = header_of(line)
        need(header["prev"] == prev, "piece %d does not follow" % number, "第 %d 段和前一段接不上" % number)
        need(header["i"] == number, "piece %d is out of place" % number, "第 %d 段不在它的位置上" % number)
        while parts is not None and len(rest) < header["bytes"]:
            more = next(stream, None)
            need(more is not None, "piece %d is missing" % number, "缺第 %d 段" % number)
            rest += more
        data, rest = rest[: header["bytes"]], rest[header["bytes"] :]
        same = parts is None or hashlib.sha256(data).hexdigest() == header["sha256"]
        need(same, "piece %d differs" % number, "第 %d 段不符" % number)
        prev = hashlib.sha256(line).hexdigest()
        told.append(header)
    need(not rest and next(stream, b"") == b"", "there is more than the chain says", "多出了链上没有的内容")
    need(head in (None, prev), "the chain ends otherwise than the record says", "链末和记录所载的不一致")
    return len(told), told[0]["from"], told[-1]["to"], prev


def pieces_of(paths):
    for path in paths:
        with open(path, "rb") as file:
            while True:
                data = file.read(1 << 20)
                if not data:
                    break
                yield data


def run_recording(args):
    with open(args.chain, "rb") as file:
        listing = file.read()
    count, since, until, head = check_recording(listing, pieces_of(args.files), args.head)
    told = "OK 核验通过: %d pieces, %s to %s on the device's clock, chain ends with %s" % (count, since, until, head)
    if not args.head:
        told += "\nCompare the end of the chain with the record. 请把链末和记录所载的核对。"
    return told


# ── one paper: docs/reference/paper-proof.md; ISO 32000-1 12.8, RFC 5652, RFC 5280, RFC 8017 8.2, FIPS 186-4 6.4 ──────

RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")
HASHES = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
SIGNS = {
    "1.2.840.113549.1.1.1": ("rsa", None),
    "1.2.840.113549.1.1.11": ("rsa", "sha256"),
    "1.2.840.113549.1.1.12": ("rsa", "sha384"),
    "1.2.840.113549.1.1.13": ("rsa", "sha512"),
    "1.2.840.10045.4.3.2": ("ec", "sha256"),
    "1.2.840.10045.4.3.3": ("ec", "sha384"),
    "1.2.840.10045.4.3.4": ("ec", "sha512"),
}
# How a digest is dressed for RSA (RFC 8017 9.2): the DER before it.
DRESSED = {
    "sha256": "3031300d060960864801650304020105000420",
    "sha384": "3041300d060960864801650304020205000430",
    "sha512": "3051300d060960864801650304020305000440",
}
# p, b, n and the base point; a is p - 3 in both.
CURVES = {
    "1.2.840.10045.3.1.7": (
        0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
        0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
        0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
    "1.3.132.0.34": (
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF0000000000000000FFFFFFFF,
        0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
        0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
    ),
}


class Der:
    """One element of DER: its tag, its content, and all of it as it stands."""

    def __init__(self, data, at=0, end=None):
        end = len(data) if end is None else end
        need(at + 2 <= end, "the signature is cut off", "签名不完整")
        self.tag, length, begin = data[at], data[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            need(0 < size <= 4 and begin + size <= end, "the signature is malformed", "签名格式不对")
            length, begin = int.from_bytes(data[begin : begin + size], "big"), begin + size
        need(begin + length <= end, "the signature is cut off", "签名不完整")
        self.body, self.whole, self.end = data[begin : begin + length], data[at : begin + length], begin + length

    def parts(self):
        found, at = [], 0
        while at < len(self.body):
            found.append(Der(self.body, at))
            at = found[-1].end
        return found

    def oid(self):
        need(self.tag == 6 and self.body, "the signature is malformed", "签名格式不对")
        numbers, value = [min(self.body[0] // 40, 2)], 0
        numbers.append(self.body[0] - 40 * numbers[0])
        for byte in self.body[1:]:
            value = value << 7 | byte & 0x7F
            if not byte & 0x80:
                numbers.append(value)
                value = 0
        return ".".join(map(str, numbers))

    def number(self):
        need(self.tag == 2, "the signature is malformed", "签名格式不对")
        return int.from_bytes(self.body, "big", signed=True)


def verify_rsa(modulus, exponent, name, digest, signature):
    """True when the signature is right: RSASSA-PKCS1-v1_5."""
    size = (modulus.bit_length() + 7) // 8
    if len(signature) != size or modulus < 1 << 1023:
        return False
    dressed = bytes.fromhex(DRESSED[name]) + digest
    block = b"\x00\x01" + b"\xff" * (size - len(dressed) - 3) + b"\x00" + dressed
    return pow(int.from_bytes(signature, "big"), exponent, modulus) == int.from_bytes(block, "big")


def verify_ecdsa(curve, key, digest, signature):
    """True when the signature, DER of (r, s), is right on this curve for the uncompressed point `key`."""
    p, b, n, gx, gy = CURVES[curve]
    size = (p.bit_length() + 7) // 8
    if len(key) != 1 + 2 * size or key[0] != 4:
        return False
    x, y = int.from_bytes(key[1 : 1 + size], "big"), int.from_bytes(key[1 + size :], "big")
    both = [one.number() for one in Der(signature).parts()]
    if x >= p or y >= p or (y * y - x * x * x + 3 * x - b) % p or len(both) != 2 or not all(0 < v < n for v in both):
        return False
    r, s = both
    z = int.from_bytes(digest, "big") >> max(0, 8 * len(digest) - n.bit_length())
    w = pow(s, n - 2, n)
    one, other = _ec_times(z * w % n, (gx, gy), p), _ec_times(r * w % n, (x, y), p)
    found = _ec_add(one, other, p)
    return found is not None and found[0] % n == r


def _ec_add(a, b, p):
    if a is None or b is None:
        return a or b
    if a[0] == b[0]:
        if (a[1] + b[1]) % p == 0:
            return None
        slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], p - 2, p) % p
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], p - 2, p) % p
    x = (slope * slope - a[0] - b[0]) % p
    return x, (slope * (a[0] - x) - a[1]) % p


def _ec_times(scalar, point, p):
    result = None
    while scalar:
        if scalar & 1:
            result = _ec_add(result, point, p)
        point = _ec_add(point, point, p)
        scalar >>= 1
    return result


def check_key(spki, kind, name, digest, signature):
    """Whether the signature is right under this public key; None for a key that is not checked here."""
    method, key = spki.parts()
    what = [one for one in method.parts() if one.tag == 6]
    bits = key.body[1:]
    if kind == "rsa" and what[0].oid() == "1.2.840.113549.1.1.1":
        modulus, exponent = [one.number() for one in Der(bits).parts()]
        return verify_rsa(modulus, exponent, name, digest, signature)
    if kind == "ec" and len(what) == 2 and what[1].oid() in CURVES:
        return verify_ecdsa(what[1].oid(), bits, digest, signature)
    return None


def check_cms(raw, covered):
    """Check one signature (CMS) over the bytes that it covers: (certificate, whom it names, whether its own key was
    checked: None where the method is not known here)."""
    whole = Der(raw)
    right = raw[whole.end :].strip(b"\x00") == b""
    need(right, "there is something behind the signature", "签名后面有多余的内容")
    kind, content = whole.parts()
    need(kind.oid() == "1.2.840.113549.1.7.2", "not a signature", "不是数字签名")
    parts = content.parts()[0].parts()
    certificates = [one for part in parts if part.tag == 0xA0 for one in part.parts()]
    signers = parts[-1].parts()
    need(len(signers) == 1 and parts[-1].tag == 0x31, "not one signer", "签名人不是一个")
    told = signers[0].parts()
    need(len(told) >= 6 and told[3].tag == 0xA0, "the signature has no signed attributes", "签名缺少签名属性")
    name = HASHES.get(told[2].parts()[0].oid())
    need(name, "the digest of the signature is not known here", "不认识签名用的摘要算法")
    said = {one.parts()[0].oid(): one.parts()[1].parts()[0] for one in told[3].parts()}
    stated = said.get("1.2.840.113549.1.9.4")
    fits = stated is not None and stated.body == hashlib.new(name, covered).digest()
    need(fits, "the paper was changed after it was signed", "文书在签名以后被改动")
    held = next((one for one in certificates if certificate_of(one)[0] == told[1].whole), None)
    need(held is not None, "the certificate of the signer is missing", "签名里没有签名人的证书")
    named = said.get("1.2.840.113549.1.9.16.2.47")
    if named is not None:
        about = named.parts()[0].parts()[0].parts()
        other = HASHES.get(about[0].parts()[0].oid()) if about[0].tag == 0x30 else "sha256"
        digest = next((one.body for one in about if one.tag == 4), b"")
        fits = other and hashlib.new(other, held.whole).digest() == digest
        need(fits, "the certificate is not the one that was signed with", "证书不是签名时的那一张")
    kind, dressed = SIGNS.get(told[4].parts()[0].oid(), ("", None))
    signed = hashlib.new(dressed or name, b"\x31" + told[3].whole[1:]).digest()
    key = check_key(certificate_of(held)[2], kind, dressed or name, signed, told[5].body)
    need(key is not False, "the signature is wrong: it may be forged", "数字签名不对，可能是伪造的")
    return held.whole, certificate_of(held)[1], key


def certificate_of(held):
    """(issuer and serial number as a signer is named by, whom it names, its public key)."""
    fields = [one for one in held.parts()[0].parts() if one.tag != 0xA0]
    serial, issuer, subject, key = fields[0], fields[2], fields[4], fields[5]
    inner = issuer.whole + serial.whole
    size = len(inner)
    length = (
        bytes([size])
        if size < 128
        else bytes([0x80 | (size.bit_length() + 7) // 8]) + size.to_bytes((size.bit_length() + 7) // 8, "big")
    )
    names = [pair.parts() for part in subject.parts() for pair in part.parts()]
    common = next((value for oid, value in names if oid.oid() == "2.5.4.3"), None)
    text = ""
    if common is not None:
        text = common.body.decode("utf-16-be" if common.tag == 0x1E else "utf-8", "replace")
    return b"\x30" + length + inner, text, key


def check_signatures(data):
    """Every signature of a PDF over the bytes that it covers: [(certificate, whom it names, whether its key was checked)].
    The last one covers the file to its end; empty for a file without one."""
    found, last = [], 0
    for match in RANGE.finditer(data):
        begin, first, second, rest = map(int, match.groups())
        whole = begin == 0 and first <= second and second + rest <= len(data)
        need(whole, "the signature covers something that is not there", "签名的范围不对")
        held = data[first:second]
        framed = held[:1] == b"<" and held[-1:] == b">" and len(held) % 2 == 0
        raw = bytes.fromhex(held[1:-1].decode("ascii")) if framed else b""
        # One form only, so that no letter of it can be changed unseen.
        framed = raw and held[1:-1] in (raw.hex().encode(), raw.hex().upper().encode())
        need(framed, "the signature leaves out more than itself", "签名没有盖住它以外的全部内容")
        found.append(check_cms(raw, data[:first] + data[second : second + rest]))
        last = max(last, second + rest)
    added = not found or last == len(data)
    need(added, "something was added after the signature", "签名以后又加了内容")
    return found


def check_proof(proof, digest, certificate, vkey):
    """Check the proof that came beside a paper against the digest of its file: (origin, index, size, body)."""
    need(
        isinstance(proof, dict) and proof.get("format") == "sanxiang-paper/1",
        "not a proof of a paper",
        "不是文书的回执",
    )
    entry, body = check_event({name: proof[name] for name in ("entry", "body", "salt", "sealed") if name in proof})
    origin, index, size = check_receipt(proof["receipt"], entry, vkey)
    named = body["payload"].get("files", []) if body.get("kind") in ("paper.sealed", "paper.issued") else []
    fits = any(one["sha256"] == digest for one in named)
    need(fits, "the file is not the one that the ledger names", "文件不是账本里记的那一份，内容被改动")
    held = body["payload"].get("certificate")
    fits = certificate is None or held == hashlib.sha256(certificate).hexdigest()
    need(fits, "the seal is not the one that the ledger names", "电子印章不是账本里记的那一枚")
    return origin, index, size, body


def run_paper(args):
    with open(args.file, "rb") as file:
        data = file.read()
    need(data[:5] == b"%PDF-", "not a PDF", "不是 PDF 文件")
    proof = parsed(file_text(args.receipt)) if args.receipt else None
    signed, digest = check_signatures(data), hashlib.sha256(data).hexdigest()
    nothing = signed or proof
    need(
        nothing,
        "no signature in it and no receipt given: nothing can be checked",
        "文件没有签名，也没有给回执，无从核验",
    )
    told = ["OK 核验通过: SHA-256 %s" % digest]
    if proof is not None:
        vkey = key_of(args.vkey) if args.vkey else proof.get("vkey", "")
        origin, index, size, body = check_proof(proof, digest, signed[-1][0] if signed else None, vkey)
        when = (body["recorded_at"][:19].replace("T", " "), index, size, origin)
        told.append("In the ledger: noted %s UTC, entry %d of %d in %s. 账本里有这份文件，一个字节都没有变。" % when)
        if not args.vkey:
            told.append(
                "The key came with the receipt; compare it with one from elsewhere: %s 公钥来自回执，请与别处公布的核对。"
                % vkey.strip()
            )
    else:
        told.append(
            "No receipt was given: not compared with the ledger; the chain of certificates and the time stamp are not "
            "covered. 没有给回执：没有和账本核对，证书链和时间戳不在核验之内。"
        )
    for certificate, name, key in signed:
        print_ = hashlib.sha256(certificate).hexdigest()
        if key is None:
            told.append(
                "Signed by “%s” (certificate SHA-256 %s): the file is unchanged since, the signature itself uses a method "
                "that is not checked here. 内容签名后没有变，签名算法本机未核验。" % (name, print_)
            )
        else:
            told.append(
                "Signed with the key of “%s” (certificate SHA-256 %s), unchanged since. 由这张证书的密钥签名，签名后没有变。"
                % (name, print_)
            )
        told.append(
            "NOT shown: whether the certificate is really the agency's and was in force; see a PDF reader or the agency. "
            "没有核验：证书是否真属于该机关、是否有效、是否吊销，请用 PDF 阅读器核对或者向机关查问。"
        )
    if not signed:
        told.append("The file bears no electronic signature. 文件没有数字签名。")
    told.append(
        "NOT shown: whether the decision still stands (revoked, corrected, withdrawn). "
        "没有核验：决定是否仍然有效（撤销、补正、停止公示），请看核验网页。"
    )
    return "\n".join(told)


def sm3_note(items):
    """Says so where a second commitment could not be checked, because this Python has no SM3."""
    if sm3_is_here() or not any("sm3" in item["entry"] for item in items):
        return ""
    return "\nThe SM3 commitments were not checked: this Python lacks SM3. 本机 Python 不支持 SM3，SM3 承诺值未核验。"


def run_receipt(args):
    item = parsed(file_text(args.event or args.entry))
    told = ""
    if args.entry and not args.body:
        entry, what = canonical(item), "the entry (its content was not given)"
    else:
        if args.entry:
            item = {"entry": item, "body": parsed(file_text(args.body)), "salt": args.salt}
        entry, body = check_event(item)
        what, told = "event %s" % body.get("id"), sm3_note([item])
    origin, index, size = check_receipt(file_text(args.receipt), entry, key_of(args.vkey))
    return "OK 核验通过: %s is entry %d of %d in %s" % (what, index, size, origin) + told


if __name__ == "__main__":
    sys.exit(main())
