"""Where a webhook may lead: one list of hosts, public addresses, and nothing that turns it to another place."""

from __future__ import annotations

import ssl

import pytest

from dissemination.subscriptions import sending
from dissemination.subscriptions.errors import NotReachable
from dissemination.subscriptions.sending import INTERNET, MOST_BYTES, checked, is_public, post

from .conftest import HOST, Server

HOSTS = [HOST]
URL = f"https://{HOST}/adme"


@pytest.fixture
def not_sent(monkeypatch):
    """Every name that is resolved and every connection that is tried would be written here."""
    tried: list[object] = []
    monkeypatch.setattr(sending.socket, "create_connection", lambda *a, **k: tried.append(a))
    monkeypatch.setattr(sending.socket, "getaddrinfo", lambda *a, **k: tried.append(a))
    yield tried
    assert tried == [], "nothing is asked of the network"


@pytest.mark.parametrize("url", [
    URL, f"https://{HOST}", f"https://{HOST}:443/adme?key=1", f"HTTPS://{HOST.upper()}/adme",
])  # fmt: skip
def test_an_address_of_a_listed_host_is_taken(url):
    assert checked(url, hosts=HOSTS).host == HOST


@pytest.mark.parametrize("url", [
    f"http://{HOST}/", f"ftp://{HOST}/", f"gopher://{HOST}/", "file:///etc/passwd", f"//{HOST}/", HOST, "",
    f"https://user@{HOST}/", f"https://user:word@{HOST}/", f"https://@{HOST}/", f"https://other.example@{HOST}/",
    f"https://{HOST}@other.example/", f"https://{HOST}:22/", f"https://{HOST}:80/", f"https://{HOST}:8443/",
    f"https://{HOST}:99999/", f"https://{HOST}:x/", f"https://{HOST}/#part", f"https://{HOST}./",
    f"https://{HOST}\\@other.example/", f"https://{HOST}/a b", f"https://{HOST}/\r\nHost: other.example",
    f"https://{HOST}/\x00", f"https://{HOST}/é", "https://hööks.example.org/", f"https://sub.{HOST}/",
    f"https://{HOST}.other.example/", "https://example.org/", "https://localhost/", "https://127.0.0.1/",
    "https://2130706433/", "https://0x7f000001/", "https://0x7f.1/", "https://017700000001/", "https://127.1/",
    "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[fe80::1%25eth0]/", "https://0/", "https://0.0.0.0/",
    "https://169.254.169.254/latest/meta-data/", f"https://{HOST}/{'a' * 500}", "https:///adme", "https://[",
])  # fmt: skip
def test_any_other_address_is_refused_before_anything_is_asked_of_the_network(url, not_sent):
    # Even where the operator lists the host itself: numbers are never names.
    listed = [*HOSTS, "127.0.0.1", "2130706433", "0x7f000001", "0x7f.1", "localhost", "[::1]", "::1", "0", ""]
    with pytest.raises(NotReachable):
        post(url, b"{}", {}, hosts=listed)


def test_without_a_list_no_host_is_taken(not_sent):
    with pytest.raises(NotReachable, match="WEBHOOK_HOSTS"):
        post(URL, b"{}", {}, hosts=[])


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "1.1.1.1"])
def test_public_addresses_may_be_reached(address):
    assert is_public(address)


@pytest.mark.parametrize("address", [
    "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",  # noqa: S104
    "0.1.2.3", "224.0.0.1", "239.1.1.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1", "192.0.0.8",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:1.1.1.1",
    "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2001:0:4136:e378::", "2001:db8::1",
    "100::1", "2130706433", "0x7f000001", "localhost", "",
])  # fmt: skip
def test_addresses_that_are_not_public_may_not(address):
    assert not is_public(address)


@pytest.mark.parametrize("addresses", [
    ["10.0.0.1"], ["1.1.1.1", "127.0.0.1"], ["::ffff:169.254.169.254"], ["fe80::1%eth0"], [],
])  # fmt: skip
def test_a_name_that_leads_inside_is_refused_and_nothing_connected(addresses, monkeypatch):
    tried: list[object] = []
    monkeypatch.setattr(sending.socket, "create_connection", lambda *a, **k: tried.append(a))
    with pytest.raises(NotReachable):
        post(URL, b"{}", {}, hosts=HOSTS, network=sending.Network(resolve=lambda host: addresses))
    assert tried == []


def test_the_name_is_resolved_once_and_the_checked_address_is_connected_to(server: Server):
    answers = [["127.0.0.1"], ["10.0.0.1"]]  # a name that changes between check and connection
    asked: list[str] = []

    def resolve(host: str) -> list[str]:
        asked.append(host)
        return answers[len(asked) - 1]

    assert post(URL, b"{}", {}, hosts=HOSTS, network=server.network(resolve=resolve)).code == 204
    assert asked == [HOST]


def test_host_and_tls_name_are_those_of_the_address(server: Server):
    answer = post(f"{URL}?key=1", b'{"a":1}', {"X-One": "1"}, hosts=HOSTS, network=server.network())
    head, _, body = server.asked[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert answer.code == 204
    assert lines[0] == "POST /adme?key=1 HTTP/1.1"
    assert {f"Host: {HOST}", "X-One: 1", "Content-Length: 7", "Connection: close"} <= set(lines)
    assert body == b'{"a":1}'
    assert server.names == [HOST]


def test_a_certificate_that_nobody_vouches_for_is_refused(server: Server):
    with pytest.raises(NotReachable, match="certificate"):
        post(URL, b"{}", {}, hosts=HOSTS, network=server.network(context=ssl.create_default_context))
    assert server.asked == []


def test_a_certificate_of_another_host_is_refused(server: Server):
    with pytest.raises(NotReachable, match="certificate"):
        post("https://other.example.org/", b"{}", {}, hosts=["other.example.org"], network=server.network())
    assert server.asked == []


@pytest.mark.parametrize("to", ["http://169.254.169.254/", "https://127.0.0.1/", "https://[::1]/", "//0.0.0.0/"])
def test_a_redirect_is_an_answer_and_is_not_followed(server: Server, to):
    server.answer = f"HTTP/1.1 302 Found\r\nLocation: {to}\r\n\r\n".encode()
    assert post(URL, b"{}", {}, hosts=HOSTS, network=server.network()).code == 302
    assert server.connections == 1


def test_an_interim_answer_is_passed_over(server: Server):
    server.answer = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"
    assert post(URL, b"{}", {}, hosts=HOSTS, network=server.network()).code == 200


@pytest.mark.parametrize("answer", [
    b"", b"SSH-2.0-OpenSSH_9\r\n\r\n", b"HTTP/1.1 2000 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\n", b"HTTP/2 200\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\r\n\r\n" * 10_000, b"HTTP/1.1 200 OK\r\nA: " + b"a" * (2 * MOST_BYTES) + b"\r\n\r\n",
])  # fmt: skip
def test_what_is_no_answer_is_a_failure_and_at_most_64_kb_are_read(server: Server, answer):
    server.answer = answer
    with pytest.raises(NotReachable):
        post(URL, b"{}", {}, hosts=HOSTS, network=server.network())


def test_a_large_body_of_an_answer_is_not_read(server: Server):
    server.answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + b"\0" * 1_000_000
    assert post(URL, b"{}", {}, hosts=HOSTS, network=server.network()).code == 200


def test_the_time_limit_is_for_the_whole(server: Server):
    server.hangs = True
    with pytest.raises(NotReachable, match="No answer within"):
        post(URL, b"{}", {}, hosts=HOSTS, network=server.network(seconds=0.3))


def test_each_byte_does_not_begin_the_time_anew(monkeypatch):
    """One byte at a time, each quick enough: the sum counts."""
    moments = iter(range(100))
    monkeypatch.setattr(sending.time, "monotonic", lambda: float(next(moments)))

    class Slow:
        def settimeout(self, seconds: float) -> None:
            assert seconds > 0

        def recv(self, count: int) -> bytes:
            return b"H"

    with pytest.raises(TimeoutError):
        sending._status(Slow(), sending._Clock(10.0))  # type: ignore[arg-type]


def test_a_resolver_that_hangs_is_not_waited_for(server: Server):
    def resolve(host: str) -> list[str]:
        server.released.wait(10)
        return ["127.0.0.1"]

    with pytest.raises(NotReachable, match="No answer within"):
        post(URL, b"{}", {}, hosts=HOSTS, network=server.network(resolve=resolve, seconds=0.2))
    assert server.connections == 0


def test_production_reaches_the_internet_on_the_port_of_https_within_ten_seconds():
    assert (INTERNET.port, INTERNET.seconds, INTERNET.may_reach) == (443, 10.0, is_public)
    context = INTERNET.context()
    assert context.check_hostname
    assert context.verify_mode == ssl.CERT_REQUIRED


def test_a_header_cannot_hold_a_line_break(server: Server):
    with pytest.raises(NotReachable):
        post(URL, b"{}", {"X-One": "1\r\nX-Two: 2"}, hosts=HOSTS, network=server.network())
    assert server.asked == []
