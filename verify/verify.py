#!/usr/bin/env python3
"""Check what Sanxiang gave you, without Sanxiang: a receipt, a published ledger, an archived case.

One file, standard library only, Python 3.8 or later. Written from docs/reference/ledger-format.md, not from the
program's code. 不依赖系统本身，核验回执、账本和案卷包。

Exit codes: 0 everything holds; 1 something does not; 2 the call or the files cannot be read.
"""

import argparse
import base64
import binascii
import hashlib
import json
import os
import re
import sys

WIDTH = 256


class Broken(Exception):
    """Something does not hold. 核验不通过。"""


# ── Merkle tree: RFC 6962 section 2.1, RFC 9162 section 2.1 ──────────────────────────────────────────────────────────


def leaf_hash(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def verify_inclusion(index, size, leaf_hash, proof, root):
    """True when the leaf hash stands at `index` in the tree of `size` leaves with this root; never raises."""
    if not 0 <= index < size:
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
    even = len(hashes) // 64 * 64
    return b"".join(prefixed(b"\x01", [hashes[i : i + 64] for i in range(0, even, 64)])) + hashes[even:]


def prefixed(prefix, parts):
    """SHA-256 of each part after a prefix; copying a hash that was begun is cheaper than beginning each."""
    begun, found = hashlib.sha256(prefix), []
    for part in parts:
        sha = begun.copy()
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


def decode64(text, what):
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Broken("%s is not base64 / %s不是 base64" % (what, what))


def read_vkey(text):
    """(name, four-byte id, 32-byte key) of an Ed25519 verifier key."""
    parts = text.strip().split("+", 2)
    if len(parts) != 3:
        raise Broken("not a verifier key / 不是核验公钥")
    raw = decode64(parts[2], "verifier key")
    if len(raw) != 33 or raw[0] != 1:
        raise Broken("not an Ed25519 verifier key / 不是 Ed25519 核验公钥")
    tag = hashlib.sha256(parts[0].encode() + b"\n" + raw).digest()[:4]
    if tag.hex() != parts[1]:
        raise Broken("the verifier key does not fit its name / 核验公钥与名称不符")
    return parts[0], tag, raw[1:]


def open_checkpoint(note, vkey):
    """(origin, size, root) of a checkpoint that this key signed."""
    name, tag, key = read_vkey(vkey)
    cut = note.rfind("\n\n")
    if cut < 0:
        raise Broken("the checkpoint has no signature / 检查点没有签名")
    text, lines = note[: cut + 1], note[cut + 2 :].splitlines()
    good = False
    for line in lines:
        match = re.match(r"^\u2014 (\S+) (\S+)$", line)
        if not match:
            raise Broken("a signature line is malformed / 签名行格式不对")
        raw = decode64(match.group(2), "signature")
        if match.group(1) == name and raw[:4] == tag:
            if not verify_ed25519(key, text.encode(), raw[4:]):
                raise Broken("the checkpoint's signature is wrong / 检查点签名不对，可能是伪造的")
            good = True
    if not good:
        raise Broken("the checkpoint is not signed by this key / 检查点不是这把公钥签的")
    rows = text.split("\n")
    if len(rows) < 4 or rows[0] != name or not re.match(r"^(0|[1-9][0-9]*)$", rows[1]):
        raise Broken("not a checkpoint of this log / 不是这个账本的检查点")
    root = decode64(rows[2], "root")
    if len(root) != 32:
        raise Broken("not a checkpoint / 不是检查点")
    return rows[0], int(rows[1]), root


def read_receipt(text):
    """(index, proof, checkpoint note)."""
    head, gap, note = text.partition("\n\n")
    rows = head.split("\n")
    if not gap or rows[0] != "c2sp.org/tlog-proof@v1":
        raise Broken("not a receipt / 不是回执")
    rows = rows[2:] if len(rows) > 1 and rows[1].startswith("extra ") else rows[1:]
    if not rows or not re.match(r"^index (0|[1-9][0-9]*)$", rows[0]):
        raise Broken("the receipt names no index / 回执没有写明位置")
    return int(rows[0][6:]), [decode64(row, "proof") for row in rows[1:]], note


def check_receipt(text, entry, vkey):
    """Check that the bytes of an entry stand in the log; returns (origin, index, size)."""
    index, proof, note = read_receipt(text)
    origin, size, root = open_checkpoint(note, vkey)
    if not verify_inclusion(index, size, leaf_hash(entry), proof, root):
        raise Broken("the entry is not in the ledger of this receipt / 记录不在回执所指的账本里，内容被改动")
    return origin, index, size


# ── canonical bytes and commitments ──────────────────────────────────────────────────────────────────────────────────


def canonical(value):
    """RFC 8785 for the profile of the format: text, true, false, null, whole numbers, lists, keys below U+E000."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def check_event(item):
    """Check one event file against its own entry; returns the entry's bytes and the body."""
    body, salt = item["body"], bytes.fromhex(item["salt"])
    entry = canonical(item["entry"])
    if set(item["entry"]) - {"v", "commitment", "sm3"}:
        raise Broken("the entry holds more than commitments / 账本条目含有多余内容")
    if hashlib.sha256(salt + canonical(body)).hexdigest() != item["entry"].get("commitment"):
        raise Broken("event %s does not fit its commitment / 第 %s 项记录被改动" % (body.get("id"), body.get("seq")))
    if "sm3" in item["entry"] and "sm3" in hashlib.algorithms_available:
        if hashlib.new("sm3", salt + canonical(body)).hexdigest() != item["entry"]["sm3"]:
            raise Broken("event %s does not fit its SM3 commitment / SM3 承诺值不符" % body.get("id"))
    for fact, opened in (item.get("sealed") or {}).items():
        value = bytes.fromhex(opened["salt"]) + canonical(opened["value"])
        if hashlib.sha256(value).hexdigest() != body.get("sealed", {}).get(fact):
            raise Broken("fact %s of event %s was changed / 封存的“%s”被改动" % (fact, body.get("id"), fact))
    return entry, body


# ── tiles: C2SP tlog-tiles ───────────────────────────────────────────────────────────────────────────────────────────


def numbered(n):
    parts = ["%03d" % (n % 1000)]
    while n >= 1000:
        n //= 1000
        parts.append("x%03d" % (n % 1000))
    return "/".join(reversed(parts))


def read_tile(folder, kind, n, width):
    path = os.path.join(folder, "tile", kind, *numbered(n).split("/"))
    if width < WIDTH:
        path += ".p/%d" % width
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        raise Broken("tile %s/%s is missing / 缺少账本文件 %s" % (kind, numbered(n), os.path.relpath(path, folder)))


def check_tiles(folder, vkey, since=()):
    """Check every tile and bundle against the checkpoint, and earlier checkpoints against the tree."""
    with open(os.path.join(folder, "checkpoint"), encoding="utf-8") as file:
        origin, size, root = open_checkpoint(file.read(), vkey)
    hashes, counted = check_bottom(folder, size), size
    leaves, level, lowest = hashes, 0, []
    while counted:
        if level:
            check_level(folder, level, counted, hashes)
        above = [merkle_root(hashes[i : i + WIDTH * 32]) for i in range(0, counted // WIDTH * WIDTH * 32, WIDTH * 32)]
        lowest = above if level == 0 else lowest
        hashes, counted, level = b"".join(above), counted // WIDTH, level + 1
    if root_over(leaves, lowest, size) != root:
        raise Broken("the tiles do not give the root of the checkpoint / 账本文件与检查点的根不符")
    for note in since:
        older, old_size, old_root = open_checkpoint(note, vkey)
        if older != origin or old_size > size:
            raise Broken("an earlier checkpoint is larger than the log: it was cut / 账本比以前短，被截断")
        if root_over(leaves, lowest, old_size) != old_root:
            raise Broken("an earlier checkpoint does not fit: history was rewritten / 与以前的检查点不符，历史被改写")
    return origin, size


def root_over(leaves, full, size):
    """The root over the first `size` leaves; `full` holds the roots over each 256 of them."""
    count = size // WIDTH
    rest = leaves[count * WIDTH * 32 : size * 32]
    return merkle_root(b"".join(full[:count]) + (merkle_root(rest) if rest else b""))


def check_bottom(folder, size):
    """Every bundle against its tile of leaf hashes; returns all leaf hashes one after another."""
    found = []
    for n in range((size + WIDTH - 1) // WIDTH):
        width = min(WIDTH, size - n * WIDTH)
        tile = read_tile(folder, "0", n, width)
        entries = split_bundle(read_tile(folder, "entries", n, width))
        if len(entries) != width or b"".join(prefixed(b"\x00", entries)) != tile:
            raise Broken("bundle %d does not fit its tile / 第 %d 组条目与账本文件不符" % (n, n))
        found.append(tile)
    return b"".join(found)


def split_bundle(data):
    found, at, end = [], 0, len(data)
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
        if read_tile(folder, str(level), n, width) != hashes[n * WIDTH * 32 : (n * WIDTH + width) * 32]:
            raise Broken("tile %d/%d does not fit the tiles below it / 账本文件 %d/%d 与下层不符" % (level, n, level, n))


# ── archive packages: BagIt (RFC 8493) with events, receipts, documents ───────────────────────────────────────────────


def read_manifest(folder, name):
    found = {}
    try:
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            for line in file:
                match = re.match(r"^([0-9a-f]{64}) [ *](\S.*)$", line.rstrip("\n"))
                if not match or ".." in match.group(2).split("/") or match.group(2).startswith("/"):
                    raise Broken("%s is malformed / %s 格式不对" % (name, name))
                found[match.group(2)] = match.group(1)
    except OSError:
        raise Broken("%s is missing / 缺少 %s" % (name, name))
    return found


def digest_of(path):
    sha = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            sha.update(block)
    return sha.hexdigest()


def check_bag(folder):
    """Every file is there, is what the manifest says, and no other file is."""
    manifest = read_manifest(folder, "manifest-sha256.txt")
    tags = read_manifest(folder, "tagmanifest-sha256.txt")
    for name, digest in list(manifest.items()) + list(tags.items()):
        path = os.path.join(folder, *name.split("/"))
        if not os.path.isfile(path):
            raise Broken("file %s is missing / 缺少文件 %s" % (name, name))
        if digest_of(path) != digest:
            raise Broken("file %s was changed / 文件 %s 被改动" % (name, name))
    for base, _, files in os.walk(os.path.join(folder, "data")):
        for file in files:
            name = os.path.relpath(os.path.join(base, file), folder).replace(os.sep, "/")
            if name not in manifest:
                raise Broken("file %s is not in the manifest / 多出文件 %s" % (name, name))
    return manifest


def load(folder, *names):
    with open(os.path.join(folder, *names), encoding="utf-8") as file:
        return json.load(file)


def files_named(value, found):
    """Every {"name", "sha256"} anywhere in a body."""
    if isinstance(value, dict):
        if isinstance(value.get("sha256"), str) and "name" in value:
            found.add(value["sha256"])
        for part in value.values():
            files_named(part, found)
    elif isinstance(value, list):
        for part in value:
            files_named(part, found)
    return found


def check_package(folder, vkey=None):
    """Check a whole archive package; returns (number of events, origin of the ledger)."""
    manifest = check_bag(folder)
    data = os.path.join(folder, "data")
    own = open(os.path.join(data, "keys", "log.vkey"), encoding="utf-8").read()
    if vkey is not None and vkey.strip() != own.strip():
        raise Broken("the package brings another key than yours / 包内公钥与您手里的不同")
    names = sorted(name for name in os.listdir(os.path.join(data, "events")) if name.endswith(".json"))
    previous, stream, origin, named = None, None, "", set()
    for seq, name in enumerate(names, 1):
        item = load(data, "events", name)
        entry, body = check_event(item)
        if body["seq"] != seq or (stream or body["stream"]) != body["stream"]:
            raise Broken("an event is missing, added or out of order at %d / 第 %d 项缺失、多出或者顺序不对" % (seq, seq))
        if body["prev"] != previous:
            raise Broken("event %d does not follow the one before it / 第 %d 项与前一项接不上" % (seq, seq))
        previous, stream = item["entry"]["commitment"], body["stream"]
        with open(os.path.join(data, "receipts", body["id"] + ".tlog-proof"), encoding="utf-8") as file:
            origin, _, _ = check_receipt(file.read(), entry, vkey or own)
        files_named(body.get("payload"), named)
        for opened in (item.get("sealed") or {}).values():
            files_named(opened["value"], named)
    if not names:
        raise Broken("the package holds no event / 包内没有记录")
    if load(data, "case.json").get("events") != len(names):
        raise Broken("case.json counts other events / case.json 的项数与记录不符")
    archived = archived_digest(data, names)
    if archived is not None and digest_of(os.path.join(data, "files.json")) != archived:
        raise Broken("the list of files is not the one that was archived / 文件清单与归档时的不符")
    listed = load(data, "files.json")
    for name, digest in manifest.items():
        if name.startswith(("data/documents/", "data/evidence/", "data/volume")) and digest not in named:
            if listed.get(name[5:], {}).get("sha256") != digest:
                raise Broken("file %s belongs to no event / 文件 %s 不属于任何一项记录" % (name, name))
    return len(names), origin


def archived_digest(data, names):
    """The digest of files.json that the last archiving event names; None where the case was never archived."""
    found = None
    for name in names:
        body = load(data, "events", name)["body"]
        if body.get("kind") == "case.archived":
            found = body["payload"].get("package_sha256")
    return found


# ── command line ─────────────────────────────────────────────────────────────────────────────────────────────────────


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def key_of(value):
    return text_of(value) if os.path.isfile(value) else value


def main(argv=None):
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n\n")[0], epilog="Exit codes: 0 it holds, 1 it does not, 2 it cannot be read."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("receipt", help="a receipt for one event / 一项记录的回执")
    one.add_argument("receipt")
    one.add_argument("--event", required=True, help="the event's JSON file: entry, body, salt / 记录文件")
    one.add_argument("--vkey", required=True, help="the ledger's key, or a file that holds it / 账本公钥")
    two = commands.add_parser("tiles", help="a published ledger / 公开的账本")
    two.add_argument("folder")
    two.add_argument("--vkey", required=True)
    two.add_argument("--since", action="append", default=[], help="an earlier checkpoint that you kept / 您保存的检查点")
    three = commands.add_parser("package", help="an archived case / 案卷包")
    three.add_argument("folder")
    three.add_argument("--vkey", help="the ledger's key as you got it elsewhere / 从别处取得的账本公钥")
    args = parser.parse_args(argv)
    try:
        print(run(args))
    except Broken as problem:
        print("NOT VERIFIED 核验不通过: %s" % problem)
        return 1
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        print("cannot be read 无法读取: %s" % problem, file=sys.stderr)
        return 2
    return 0


def run(args):
    if args.command == "receipt":
        item = json.loads(text_of(args.event))
        entry, body = check_event(item)
        origin, index, size = check_receipt(text_of(args.receipt), entry, key_of(args.vkey))
        return "OK 核验通过: event %s is entry %d of %d in %s" % (body["id"], index, size, origin)
    if args.command == "tiles":
        origin, size = check_tiles(args.folder, key_of(args.vkey), [text_of(path) for path in args.since])
        told = "OK 核验通过: %d entries in %s" % (size, origin)
        if not args.since:
            told += (
                "\nNo outside checkpoint was given: a rewrite by whoever holds the key cannot be seen. "
                "没有提供外部保存的检查点，无法发现持有密钥者的整体改写。"
            )
        return told
    count, origin = check_package(args.folder, key_of(args.vkey) if args.vkey else None)
    told = "OK 核验通过: %d events, all in the ledger %s" % (count, origin)
    if not args.vkey:
        told += "\nThe key came with the package; compare it with one from elsewhere. 公钥来自包内，请与别处公布的核对。"
    return told


if __name__ == "__main__":
    sys.exit(main())
