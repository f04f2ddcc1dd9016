"""Evidence in a real S3 server: it arrives whole, comes back only as it was, and a store that is away loses nothing."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sanxiang.store.blobs import Blobs
from sanxiang.store.objects import S3, Afar, Away, key_of
from tests.support.serving import free_port

DATA = random.Random(9).randbytes(40 << 20)
LATER = datetime.now(UTC) + timedelta(days=1)


class Weed:
    """SeaweedFS with its S3 door, in a process of its own; can be stopped and started on the same data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = dict(zip(("s3.port", "master.port", "volume.port", "filer.port"), ports(), strict=True))
        self.endpoint = f"http://127.0.0.1:{self.ports['s3.port']}"
        self.told = {
            "bucket": "evidence",
            "endpoint": self.endpoint,
            "key": "demo",
            "secret": "demo-secret",
            "region": "",
        }
        actions = ["Admin", "Read", "Write", "List", "Tagging"]
        keys = [{"accessKey": "demo", "secretKey": "demo-secret"}]
        (folder / "keys.json").write_text(
            json.dumps({"identities": [{"name": "d", "credentials": keys, "actions": actions}]})
        )
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = [f"-{name}={port}" for name, port in self.ports.items()]
        command = [str(Path(sys.executable).with_name("weed")), "server", f"-dir={self.folder}", "-ip=127.0.0.1", "-s3",
                   f"-s3.config={self.folder / 'keys.json'}", "-filer", "-master.volumeSizeLimitMB=64", "-volume.max=30",
                   "-s3.port.iceberg=0", "-s3.port.lance=0", *words]  # fmt: skip
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)
        until = time.monotonic() + 90
        while not self.ready():
            assert self.process.poll() is None, (self.folder / "log").read_text()[-2000:]
            assert time.monotonic() < until, (self.folder / "log").read_text()[-2000:]
            time.sleep(0.3)

    def ready(self) -> bool:
        probe = self.folder / "probe"
        probe.write_bytes(b"x")
        try:
            urllib.request.urlopen(self.endpoint, timeout=2)
        except urllib.error.HTTPError:
            pass
        except OSError:
            return False
        try:
            S3(self.told).put("probe", probe)
        except Away:
            return False
        return True

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def ports() -> list[int]:
    """Four free ones; each has a sister 10,000 above, for its own talk."""
    found: list[int] = []
    while len(found) < 4:
        port = free_port()
        with socket.socket() as sister:
            if port < 55_000 and sister.connect_ex(("127.0.0.1", port + 10_000)) and port not in found:
                found.append(port)
    return found


@pytest.fixture(scope="module")
def weed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Weed]:
    server = Weed(tmp_path_factory.mktemp("weed"))
    server.start()
    yield server
    server.kill()


def test_a_large_file_goes_and_comes_back_as_it_was(weed: Weed, tmp_path: Path) -> None:
    plain = Blobs(tmp_path)
    afar = Afar(plain, S3(weed.told))
    blobs = Blobs(tmp_path, afar=afar.bring)
    sha256 = blobs.add(DATA)
    assert afar.send(sha256)
    assert not afar.send(sha256), "once"
    assert afar.objects.size(key_of(sha256)) == len(DATA)
    assert afar.spare(datetime.now(UTC) - timedelta(days=1)) == 0, "used of late"
    assert afar.spare(LATER) == 1
    assert not blobs.path(sha256).exists()
    assert (blobs.known(sha256), list(blobs.every())) == (True, [sha256])
    assert blobs.here(sha256).read_bytes() == DATA
    assert blobs.fault(sha256) == ""
    blobs.keep(sha256)


def test_what_the_store_changed_is_not_believed_and_the_disk_keeps_its_own(weed: Weed, tmp_path: Path) -> None:
    afar = Afar(Blobs(tmp_path), S3(weed.told))
    blobs = Blobs(tmp_path, afar=afar.bring)
    sha256, other = blobs.add(b"as it was" * 1000), tmp_path / "other"
    other.write_bytes(b"another!!" * 1000)
    afar.send(sha256)
    afar.objects.put(key_of(sha256), other)
    with pytest.raises(Away, match="not what it was"):
        afar.spare(LATER)
    assert blobs.fault(sha256) == ""
    assert afar.send(sha256) in (True, False)
    blobs.path(sha256).unlink()
    assert blobs.fault(sha256) == "missing"


def test_a_store_that_is_away_loses_nothing_that_was_acknowledged(weed: Weed, tmp_path: Path) -> None:
    afar = Afar(Blobs(tmp_path), S3(weed.told))
    first = afar.blobs.add(b"before")
    afar.send_all()
    weed.kill()
    second = afar.blobs.add(b"meanwhile" * 100_000)
    with pytest.raises(Away):
        afar.send_all()
    with pytest.raises(Away):
        afar.spare(LATER)
    assert [afar.blobs.fault(one) for one in (first, second)] == ["", ""]
    weed.start()
    assert afar.send_all() == 1
    assert afar.spare(LATER) == 2
    assert afar.bring(second).read_bytes() == b"meanwhile" * 100_000
    afar.forget(second)
    assert afar.objects.size(key_of(second)) is None


def test_what_is_damaged_on_the_disk_never_goes(weed: Weed, tmp_path: Path) -> None:
    afar = Afar(Blobs(tmp_path), S3(weed.told))
    sha256 = afar.blobs.add(b"whole")
    path = afar.blobs.path(sha256)
    path.chmod(0o600)
    path.write_bytes(b"holed")
    os.utime(path)
    assert afar.send_all() == 0
    assert afar.objects.size(key_of(sha256)) is None
