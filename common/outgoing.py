"""Requests to addresses that people typed: only to the public internet, never further than asked.

The host is resolved once, every address found must be public, and the connection goes to exactly that
address, so that a name can't point elsewhere between the check and the request. Redirects are not
followed, the answer is read up to a limit, and one deadline holds for all of it.
"""

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import IPv4Address, IPv6Network, ip_address, ip_network
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

SECONDS = 10.0
MOST_BYTES = 65_536
LONGEST_URL = 500
# Where the internet's own IPv6 addresses are: what maps, embeds or translates others lies elsewhere,
GLOBAL_UNICAST = IPv6Network("2000::/3")
# or is one of these ranges for protocols, tunnels and examples, which older Pythons count as public.
SPECIAL = [ip_network(name) for name in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16", "3fff::/20")]


class AddressError(Exception):
    """Nothing may be sent to this address; trying again does not help. The text says why, and what to do."""


class UnreachableError(Exception):
    """There was no whole answer in time. The text says why."""


@dataclass(frozen=True)
class Answer:
    """What the receiver said: `status`, the first MOST_BYTES of the body, and the seconds to wait where it asked."""

    status: int
    body: bytes
    retry_after: float | None

    @property
    def taken(self) -> bool:
        return 200 <= self.status < 300

    @property
    def worth_another_try(self) -> bool:
        """Whether the receiver may take the same later: busy, slow or broken."""
        return self.status in (408, 425, 429) or self.status >= 500


def post(url: str, body: bytes, headers: Mapping[str, str], *, seconds: float = SECONDS) -> Answer:
    """Send `body` to `url`. Raises AddressError or UnreachableError; every status is an answer."""
    return _asked("POST", url, body, headers, seconds)


def get(url: str, headers: Mapping[str, str], *, seconds: float = SECONDS) -> Answer:
    """Ask `url`. Raises AddressError or UnreachableError; every status is an answer."""
    return _asked("GET", url, None, headers, seconds)


def _asked(method: str, url: str, body: bytes | None, headers: Mapping[str, str], seconds: float) -> Answer:
    connection = _Pinned(check_url(url), seconds)
    deadline = Timer(seconds, connection.cut)
    deadline.daemon = True
    deadline.start()
    try:
        return connection.ask(method, body, headers)
    except (OSError, HTTPException, ValueError) as error:
        late = connection.was_cut or isinstance(error, TimeoutError)
        raise UnreachableError(
            _("It gave no whole answer within %(n)d seconds.") % {"n": seconds} if late else _said(error)
        ) from error
    finally:
        deadline.cancel()
        connection.end()


def check_url(url: str) -> SplitResult:
    """The parts of an address that may be typed. Raises AddressError; nothing is resolved yet."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressError(_("Write an address such as https://hooks.example.com/abc.")) from None
    schemes = ("https", "http") if settings.WEBHOOK_ALLOW_PRIVATE else ("https",)
    if parts.scheme not in schemes or not parts.hostname or port == 0 or len(url) > LONGEST_URL:
        raise AddressError(_("Write an address that begins with https://."))
    if parts.username is not None or parts.password is not None or not _plain(url):
        raise AddressError(_("Write the address without a name, a password or blanks in it."))
    return parts


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, and stands for no other."""
    found = ip_address(address.partition("%")[0])
    inside = isinstance(found, IPv4Address) or found in GLOBAL_UNICAST
    special = found.is_multicast or found.is_reserved or any(found in network for network in SPECIAL)
    return inside and found.is_global and not special


class _Pinned(HTTPConnection):
    """A connection to an address that was checked, under the name that was typed."""

    def __init__(self, parts: SplitResult, seconds: float) -> None:
        self.tls = parts.scheme == "https"
        self.default_port = 443 if self.tls else 80
        super().__init__(parts.hostname or "", parts.port or self.default_port, timeout=seconds)
        self.target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self.pinned: socket.socket | None = None
        self.was_cut = False

    def ask(self, method: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        self.request(method, self.target, body=body, headers={"User-Agent": "Alignment", **headers})
        response = self.getresponse()
        try:
            said = response.read(MOST_BYTES)
        except (OSError, HTTPException):
            said = b""  # the status is the answer, however its text ends
        return Answer(response.status, said, _retry_after(response))

    def connect(self) -> None:
        """Connect to the first address that answers; all of them are public."""
        self._take(_connected(_public_addresses(self.host, self.port), self.timeout or SECONDS))
        if self.tls:
            # The certificate is held against the name; the handshake can be cut like all the rest.
            context = ssl.create_default_context()
            tls = context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self._take(tls)
            tls.do_handshake()

    def cut(self) -> None:
        """The time is up: whoever waits on the socket wakes."""
        self.was_cut = True
        if self.pinned is not None:
            try:
                socket.socket.shutdown(self.pinned, socket.SHUT_RDWR)
            except OSError:
                return  # it has ended by itself

    def end(self) -> None:
        self.close()
        if self.pinned is not None:
            self.pinned.close()

    def _take(self, found: socket.socket) -> None:
        self.sock = self.pinned = found
        if self.was_cut:
            raise TimeoutError


def _public_addresses(host: str, port: int) -> list[tuple[int, tuple]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise UnreachableError(_("The name %(host)s is not known.") % {"host": host}) from error
    if not settings.WEBHOOK_ALLOW_PRIVATE and not all(is_public(str(address[0])) for *_rest, address in found):
        raise AddressError(_("%(host)s is not an address of the public internet.") % {"host": host})
    return [(family, address) for family, _type, _protocol, _name, address in found]


def _connected(addresses: list[tuple[int, tuple]], seconds: float) -> socket.socket:
    """A connection to the first that takes one; each gets its share of the time."""
    failed: OSError = OSError()
    for family, address in addresses:
        one = socket.socket(family, socket.SOCK_STREAM)
        one.settimeout(seconds / len(addresses))
        try:
            one.connect(address)
        except OSError as error:
            one.close()
            failed = error
        else:
            one.settimeout(seconds)
            return one
    raise failed


def _retry_after(response: HTTPResponse) -> float | None:
    asked = (response.getheader("Retry-After") or "").strip()
    return float(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else None


def _plain(url: str) -> bool:
    return url.isprintable() and " " not in url and url.strip() == url


def _said(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _("Its certificate does not hold: %(why)s.") % {"why": error.verify_message}
    if isinstance(error, ConnectionRefusedError):
        return _("It refused the connection.")
    return _("The connection broke off.")
