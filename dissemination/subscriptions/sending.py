"""One HTTPS POST to an address that an administrator typed, without becoming a way into our own network.

Only hosts of the allow-list, only https on its own port, no user name, no redirect. The name is resolved once; every
address it gives must be public, and the connection goes to an address that was checked, with the host's name in TLS
and in the Host header. Ten seconds in all, from resolving to the answer, and at most 64 kB of it are read: the status
is all that counts. Sockets instead of http.client, whose time limits are per reading and not for the whole.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass
from threading import Thread
from urllib.parse import SplitResult, urlsplit

from .errors import NotReachable

SECONDS = 10.0
MOST_BYTES = 64 * 1024
LONGEST = 500
PORT = 443
_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_PRINTED = re.compile(r"[!-~]+")
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: |$)")
# IPv6 that wraps an IPv4 address, which may be any: translation (RFC 6052, RFC 8215), 6to4 (RFC 3056), Teredo.
_WRAPPING = ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
# Special by the registries of IANA (RFC 6890), where a version of Python may not know it.
_SPECIAL = ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "3fff::/20", "5f00::/16", "fec0::/10")
_REFUSED = tuple(ipaddress.ip_network(net) for net in (*_WRAPPING, *_SPECIAL))


@dataclass(frozen=True, slots=True)
class Address:
    host: str
    target: str  # path and query, as they stand in the request line


@dataclass(frozen=True, slots=True)
class Answer:
    code: int
    milliseconds: int


def is_public(text: str) -> bool:
    """Whether an address of the Internet may be reached: not private, loopback, link-local, multicast, reserved,
    unspecified, and none that wraps another address."""
    try:
        found = ipaddress.ip_address(text)  # a zone ("fe80::1%eth0") stays part of it and is refused below
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and (found.ipv4_mapped is not None or found.scope_id):
        return False
    if any(found in net for net in _REFUSED):
        return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def resolve(host: str) -> list[str]:
    return list(dict.fromkeys(str(row[4][0]) for row in socket.getaddrinfo(host, PORT, type=socket.SOCK_STREAM)))


@dataclass(frozen=True)
class Network:
    """How the outside is reached. Everything but the tests takes the one below; no setting can replace it."""

    resolve: Callable[[str], Sequence[str]] = resolve
    may_reach: Callable[[str], bool] = is_public
    port: int = PORT
    context: Callable[[], ssl.SSLContext] = ssl.create_default_context
    seconds: float = SECONDS


INTERNET = Network()


def checked(url: str, *, hosts: Collection[str]) -> Address:
    """The parts of an address that may be told of events, or NotReachable with the reason."""
    if len(url) > LONGEST or not _PRINTED.fullmatch(url) or "\\" in url:
        raise NotReachable(f"The address is not one of the web: at most {LONGEST} printed characters without blanks.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotReachable("The address cannot be read. It looks like https://host.example/path.") from None
    _require_plain(parts, port)
    host = (parts.hostname or "").lower()
    if not _HOST.fullmatch(host):
        raise NotReachable(f"'{host}' is not the full name of a host; numbers, such as IP addresses, are not taken.")
    if host not in {one.strip().lower() for one in hosts}:
        raise NotReachable(f"The host '{host}' is not on the list that the operator allows (WEBHOOK_HOSTS).")
    return Address(host, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def _require_plain(parts: SplitResult, port: int | None) -> None:
    if parts.scheme != "https":
        raise NotReachable(f"The address must begin with https://, not with {parts.scheme or 'something else'}.")
    if "@" in parts.netloc:
        raise NotReachable("The address must not hold a user name or password.")
    if port not in (None, PORT):
        raise NotReachable(f"The address must use the port of https ({PORT}), not {port}.")
    if parts.fragment:
        raise NotReachable("The address must not hold a '#'.")


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, hosts: Collection[str], network: Network = INTERNET
) -> Answer:
    """Send it; the status of the answer, whatever it is. NotReachable where there is no answer in time."""
    address = checked(url, hosts=hosts)
    started = time.monotonic()
    clock = _Clock(started + network.seconds)
    request = _request(address, body, headers)
    try:
        with _connected(_resolved(address.host, network, clock), network, clock) as plain:
            clock.limit(plain)
            with network.context().wrap_socket(plain, server_hostname=address.host) as secured:
                clock.limit(secured)
                secured.sendall(request)
                code = _status(secured, clock)
    except TimeoutError:
        raise NotReachable(f"No answer within {network.seconds:g} seconds.") from None
    except ssl.SSLError as error:
        raise NotReachable(f"The host's certificate or TLS was refused: {error.reason or error}.") from None
    except OSError as error:
        raise NotReachable(f"The connection failed: {error.strerror or error}.") from None
    return Answer(code, round((time.monotonic() - started) * 1000))


class _Clock:
    """What is left of the time for the whole request."""

    def __init__(self, end: float) -> None:
        self.end = end

    def left(self) -> float:
        left = self.end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def limit(self, sock: socket.socket) -> None:
        sock.settimeout(self.left())


def _resolved(host: str, network: Network, clock: _Clock) -> list[str]:
    """All addresses of the host, resolved once. Resolving has no time limit of its own: a thread is waited for."""
    found: Future[Sequence[str]] = Future()

    def ask() -> None:
        try:
            found.set_result(network.resolve(host))
        except BaseException as error:  # handed to the thread that waits
            found.set_exception(error)

    Thread(target=ask, daemon=True, name="resolve").start()
    try:
        addresses = list(found.result(timeout=clock.left()))
    except Late:
        raise TimeoutError from None
    except (OSError, UnicodeError):
        raise NotReachable(f"The name '{host}' cannot be resolved.") from None
    if not addresses:
        raise NotReachable(f"The name '{host}' has no address.")
    if not all(network.may_reach(one) for one in addresses):
        raise NotReachable(f"'{host}' leads to an address that is not public; nothing was sent.")
    return addresses


def _connected(addresses: Sequence[str], network: Network, clock: _Clock) -> socket.socket:
    """A connection to the first of the checked addresses that takes one."""
    last: OSError = OSError("no address")
    for one in addresses[:4]:
        try:
            return socket.create_connection((one, network.port), timeout=clock.left())
        except TimeoutError:
            raise
        except OSError as error:
            last = error
    raise last


def _request(address: Address, body: bytes, headers: Mapping[str, str]) -> bytes:
    lines = [f"POST {address.target} HTTP/1.1", f"Host: {address.host}"]
    told = {**headers, "Content-Length": str(len(body)), "Connection": "close", "User-Agent": "ADME-webhooks/1"}
    lines += [f"{name}: {value}" for name, value in told.items()]
    if any("\r" in line or "\n" in line for line in lines):
        raise NotReachable("A header holds a line break.")
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _status(sock: socket.socket, clock: _Clock) -> int:
    """The status of the final answer; interim ones (1xx) are passed over."""
    read, total = b"", 0
    while total < MOST_BYTES:
        head, end, rest = read.partition(b"\r\n\r\n")
        if end:
            code = _code(head)
            if code >= 200:
                return code
            read = rest
            continue
        clock.limit(sock)
        more = sock.recv(min(4096, MOST_BYTES - total))
        if not more:
            raise NotReachable("The connection ended before an answer came.")
        read, total = read + more, total + len(more)
    raise NotReachable(f"The head of the answer is longer than {MOST_BYTES // 1024} kB.")


def _code(head: bytes) -> int:
    found = _STATUS.match(head.split(b"\r\n", 1)[0])
    if found is None:
        raise NotReachable("What came back is not an answer of HTTP/1.1.")
    return int(found[1])
