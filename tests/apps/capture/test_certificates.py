"""Certificates for phones on a local network: a real handshake with the authority trusted, and what is refused."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sanxiang.config import certificates, cli, commands
from sanxiang.config.operating import Problem


def shaken(folder: Path, name: str, *, trusted: Path | None = None) -> str:
    """Connect to a server with the certificate of a folder, as a phone that trusts an authority: the protocol, or the
    error."""
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(folder / "server.crt", folder / "server.key")
    phone = ssl.create_default_context(cafile=str((trusted or folder) / "ca.crt"))
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            caller, _ = door.accept()
            try:
                served.wrap_socket(caller, server_side=True).close()
            except (ssl.SSLError, OSError):
                caller.close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            with (
                socket.create_connection(door.getsockname()) as line,
                phone.wrap_socket(line, server_hostname=name) as safe,
            ):
                return str(safe.version())
        except ssl.SSLCertVerificationError as refused:
            return refused.verify_message
        finally:
            thread.join(10)


def test_a_phone_that_trusts_the_authority_connects_under_each_name(tmp_path: Path) -> None:
    assert certificates.ensure(tmp_path, ["desk.example", "192.168.1.5"])
    assert [shaken(tmp_path, name) for name in ("desk.example", "192.168.1.5")] == ["TLSv1.3", "TLSv1.3"]
    assert "mismatch" in shaken(tmp_path, "other.example")
    assert (tmp_path / "ca.key").stat().st_mode & 0o077 == 0
    assert (tmp_path / "server.key").stat().st_mode & 0o077 == 0


def test_a_phone_that_trusts_another_authority_does_not(tmp_path: Path) -> None:
    here, there = tmp_path / "a", tmp_path / "b"
    certificates.ensure(here, ["desk.example"])
    certificates.ensure(there, ["desk.example"])
    assert shaken(here, "desk.example", trusted=there) != "TLSv1.3"


def test_the_authority_cannot_sign_for_anybody_else(tmp_path: Path) -> None:
    """Even whoever has its key cannot pretend to be another site to a phone that trusts it."""
    certificates.ensure(tmp_path, ["desk.example"])
    held = certificates._authority(tmp_path, certificates.names_of(["desk.example"]), datetime.now(UTC))
    assert held is not None
    certificates._new_server(tmp_path, *held, certificates.names_of(["bank.example"]), datetime.now(UTC))
    assert "permitted subtree violation" in shaken(tmp_path, "bank.example")


def test_the_authority_stays_and_a_certificate_that_ends_is_made_again(tmp_path: Path) -> None:
    names, first = ["desk.example"], datetime(2026, 1, 5, tzinfo=UTC)
    assert certificates.ensure(tmp_path, names, now=first)
    authority, card = certificates.fingerprint(tmp_path), (tmp_path / "server.crt").read_bytes()
    assert not certificates.ensure(tmp_path, names, now=first + timedelta(days=200))
    assert (tmp_path / "server.crt").read_bytes() == card
    assert not certificates.ensure(tmp_path, names, now=first + timedelta(days=380))
    assert (tmp_path / "server.crt").read_bytes() != card
    assert certificates.fingerprint(tmp_path) == authority
    assert certificates.ensure(tmp_path, [*names, "10.0.0.8"], now=first)
    assert certificates.fingerprint(tmp_path) != authority


@pytest.mark.parametrize("name", ["", "bad name", "-/-", "执法.example", "a..b"])
def test_what_is_no_name_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(certificates.BadName):
        certificates.ensure(tmp_path, [name])
    assert not (tmp_path / "ca.key").exists()


def test_the_command_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sanxiang.config.paths.TLS", tmp_path)
    run = cli.parser(commands.modules()).parse_args
    arguments = run(["certificate", "desk.example", "--json"])
    assert arguments.run(arguments) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["names"], told["new"]) == (["desk.example"], True)
    wrong = run(["certificate", "bad name"])
    with pytest.raises(Problem, match="不是主机名"):
        wrong.run(wrong)
