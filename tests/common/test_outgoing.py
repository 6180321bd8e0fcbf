"""Requests to typed addresses reach the public internet only, end in time, and go no further than asked."""

import datetime as dt
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from common import outgoing
from common.outgoing import AddressError, UnreachableError, check_url, is_public, post
from tests.notices.receivers import Receiver, free_port


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.end()


@pytest.fixture
def private(settings: Any) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = True


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001::8a"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1",  # private, loopback
        "169.254.169.254", "100.64.0.1", "100.127.255.254", "192.0.0.8", "192.88.99.1", "198.18.0.1",  # link-local
        "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",  # many, reserved
        "::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1",
        "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1",  # mapped, compatible
        "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "2002:7f00:1::", "2002:808:808::", "2001::1", "3fff::1",
    ],
)  # fmt: skip
def test_all_others_are_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/", "ftp://hooks.example.com/", "//hooks.example.com/", "hooks.example.com", "https://",
        "https://me:pw@hooks.example.com/", "https://me@hooks.example.com/", "https://hooks.example.com:0/",
        "https://hooks.example.com:99999/", "https://hooks.example.com/a b", "https://hooks.example.com/\r\nX: 1",
        "https://[::1", "https://hooks.example.com/" + "x" * 500, "javascript:alert(1)", "",
    ],
)  # fmt: skip
def test_what_is_no_plain_https_address_is_refused(url: str) -> None:
    with pytest.raises(AddressError):
        check_url(url)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "[::1]", "0x7f.1", "2130706433", "127.1", "[::ffff:127.0.0.1]", "0", "0177.0.0.1",
        "100.64.0.1", "[64:ff9b::7f00:1]", "[fec0::1]", "[fe80::1%25lo]",
    ],
)  # fmt: skip
def test_nobody_on_this_machine_or_network_is_asked(host: str, receiver: Receiver) -> None:
    with pytest.raises((AddressError, UnreachableError)) as refused:
        post(f"https://{host}:{receiver.port}/", b"{}", {})
    assert "public internet" in str(refused.value) or "not known" in str(refused.value)
    assert receiver.requests == []


def test_one_private_address_among_several_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [("8.8.8.8", 443), ("10.0.0.1", 443)]
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in answers]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_names, **_more: found)
    with pytest.raises(AddressError, match="public internet"):
        post("https://rebinding.example.com/", b"{}", {})


def test_the_name_is_resolved_once_and_the_connection_goes_there(
    private: None, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that changes its address after the check finds nobody who asks again."""
    asked: list[str] = []

    def resolve(host: str, port: int, **_more: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert post(f"http://hooks.example.com:{receiver.port}/a?b=c", b"{}", {"X-Key": "1"}).taken
    assert asked == ["hooks.example.com"]
    head = receiver.requests[0].decode()
    assert head.startswith("POST /a?b=c HTTP/1.1\r\n")
    assert f"Host: hooks.example.com:{receiver.port}\r\n" in head
    assert "X-Key: 1\r\n" in head


def test_a_redirect_is_an_answer_and_is_not_followed(private: None, receiver: Receiver) -> None:
    receiver.answer("302 Found", f"Location: {receiver.url}")
    answer = post(receiver.url, b"{}", {})
    assert (answer.status, answer.taken, answer.worth_another_try) == (302, False, False)
    assert len(receiver.requests) == 1


@pytest.mark.parametrize(
    ("status", "taken", "again"),
    [(200, True, False), (204, True, False), (400, False, False), (404, False, False), (410, False, False),
     (408, False, True), (429, False, True), (500, False, True), (503, False, True)],
)  # fmt: skip
def test_each_status_says_whether_to_try_again(
    private: None, receiver: Receiver, status: int, taken: bool, again: bool
) -> None:
    receiver.answer(f"{status} Said", "Retry-After: 30")
    answer = post(receiver.url, b"{}", {})
    assert (answer.status, answer.taken, answer.worth_another_try) == (status, taken, again)
    assert answer.retry_after == 30


@pytest.mark.parametrize("asked", ["soon", "-1", "1e9", "9999999", "٣", ""])
def test_a_wait_that_is_no_number_of_seconds_is_none(private: None, receiver: Receiver, asked: str) -> None:
    receiver.says = f"HTTP/1.1 429 Slow\r\nRetry-After: {asked}\r\nContent-Length: 0\r\n\r\n".encode()
    assert post(receiver.url, b"{}", {}).retry_after is None


def test_who_drips_or_hangs_is_left_in_time(private: None, receiver: Receiver) -> None:
    receiver.pause = 0.2
    began = time.monotonic()
    with pytest.raises(UnreachableError, match="no whole answer within 1 seconds"):
        post(receiver.url, b"{}", {}, seconds=1)
    assert time.monotonic() - began < 2


def test_a_long_answer_is_read_to_the_limit(private: None, receiver: Receiver) -> None:
    receiver.says = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * 5_000_000
    assert len(post(receiver.url, b"{}", {}).body) == outgoing.MOST_BYTES


@pytest.mark.parametrize("said", [b"", b"SSH-2.0\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 5000 + b"\r\n"])
def test_what_is_no_answer_is_a_broken_connection(private: None, receiver: Receiver, said: bytes) -> None:
    receiver.says = said
    with pytest.raises(UnreachableError, match="broke off"):
        post(receiver.url, b"{}", {})


def test_nobody_there_and_no_such_name_are_said(private: None) -> None:
    with pytest.raises(UnreachableError, match="refused the connection"):
        post(f"http://127.0.0.1:{free_port()}/", b"{}", {})
    with pytest.raises(UnreachableError, match=r"nowhere\.invalid is not known"):
        post("https://nowhere.invalid/", b"{}", {})


# --- TLS ------------------------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of localhost that nobody vouches for, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding, private = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file = tmp_path / "localhost.pem"
    file.write_bytes(made.public_bytes(encoding) + key.private_bytes(encoding, private, serialization.NoEncryption()))
    return file


@pytest.fixture
def tls_port(certificate: Path) -> Iterator[int]:
    """Somebody who takes one request after the other over TLS."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                plain, _address = listening.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(plain, server_side=True) as one:
                    heard = b""
                    # Whoever closes with something unheard breaks the connection off.
                    while not heard.endswith(b"\r\n\r\n{}") and (more := one.recv(65536)):
                        heard += more
                    one.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            except OSError:
                continue

    threading.Thread(target=serve, daemon=True).start()
    yield listening.getsockname()[1]
    listening.close()


def test_a_certificate_is_held_against_the_name_that_was_typed(
    private: None, tls_port: int, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UnreachableError, match="certificate does not hold"):
        post(f"https://localhost:{tls_port}/", b"{}", {})
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert post(f"https://localhost:{tls_port}/", b"{}", {}).taken
    with pytest.raises(UnreachableError, match="certificate does not hold"):
        post(f"https://127.0.0.1:{tls_port}/", b"{}", {})


def test_a_handshake_that_never_ends_is_left_in_time(private: None, receiver: Receiver) -> None:
    receiver.pause = 30
    began = time.monotonic()
    with pytest.raises(UnreachableError):
        post(receiver.url.replace("http:", "https:"), b"{}", {}, seconds=1)
    assert time.monotonic() - began < 2
