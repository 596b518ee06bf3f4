"""Runs that change figures, and a system that is told of events: a TLS server on this machine."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.cache import cache
from django.utils import timezone

from adme.observations.services import bump_data_version
from adme.reference.models import Area
from databases_a.rfmd.models import AggregationRun, KpiLeaf, KpiValue, Recipe
from dissemination.subscriptions.sending import Network

HOST = "hooks.example.org"


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def run(reference_data: None) -> Callable[..., AggregationRun]:
    """`run({("31c", "IDN", 2024): 21.4, ...})`: one run that puts these figures in the place of those before it, as
    `aggregate` does; None takes a figure away, a text withholds it."""

    def make(figures: dict[tuple[str, str, int], float | str | None], **fields: Any) -> AggregationRun:
        run = AggregationRun.objects.create(trigger="test", leaves=sorted({leaf for leaf, _, _ in figures}))
        counts = {"new": 0, "changed": 0, "unchanged": 0, "withdrawn": 0, "withheld": 0}
        for (code, area, year), value in figures.items():
            leaf = KpiLeaf.objects.get(code=code)
            held = KpiValue.objects.filter(
                leaf=leaf, area__code=area, period=year * 1000, closed_by__isnull=True
            ).update(closed_by=run)
            counts["withdrawn" if value is None else "changed" if held else "new"] += 1
            if value is None:
                continue
            withheld = value if isinstance(value, str) else ""
            shown = None if isinstance(value, str) else value
            KpiValue.objects.create(
                leaf=leaf, area=Area.objects.get(code=area), period=year * 1000, value=shown, withheld=withheld,
                obs_status="O" if withheld else "A", recipe=recipe_of(leaf), run=run, inputs_hash="0" * 64,
                **{"inputs": [["value", area, f"B:{run.pk}", year * 1000, shown, None]], **fields},
            )  # fmt: skip
        bump_data_version()
        run.counts, run.finished_at = counts, timezone.now()
        run.save(update_fields=["counts", "finished_at"])
        return run

    return make


def recipe_of(leaf: KpiLeaf) -> Recipe:
    found = Recipe.objects.filter(leaf=leaf, state=Recipe.State.ADOPTED).first()
    return found or Recipe.objects.create(
        leaf=leaf, version=1, state=Recipe.State.ADOPTED, method="identity", unit=leaf.unit, inputs=[]
    )


# --- a system that is told --------------------------------------------------------------------------------------------


@dataclass
class Server:
    """Answers each connection with `answer`; keeps what was asked. `hangs`: takes the request and says nothing."""

    port: int
    certificate: Path
    answer: bytes = b"HTTP/1.1 204 No Content\r\n\r\n"
    hangs: bool = False
    asked: list[bytes] = field(default_factory=list)
    connections: int = 0
    names: list[str | None] = field(default_factory=list)  # what TLS was asked for (SNI)
    released: threading.Event = field(default_factory=threading.Event)

    def network(self, **changed: Any) -> Network:
        """The way to this server and to nothing else; only a test can hand it in."""
        usual: dict[str, Any] = {
            "resolve": lambda host: ["127.0.0.1"],
            "may_reach": lambda address: address == "127.0.0.1",
            "port": self.port,
            "context": lambda: ssl.create_default_context(cafile=str(self.certificate)),
            "seconds": 5.0,
        }
        return Network(**{**usual, **changed})


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for HOST and its key, valid for a day around today."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=12))
        .not_valid_after(now + timedelta(hours=12))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "certificate.pem", folder / "key.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return public, private


@pytest.fixture
def server(certificate: tuple[Path, Path]) -> Iterator[Server]:
    listening = socket.create_server(("127.0.0.1", 0))
    found = Server(listening.getsockname()[1], certificate[0])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*map(str, certificate))
    context.sni_callback = lambda sock, name, _: found.names.append(name)  # type: ignore[assignment]

    def serve() -> None:
        while True:
            try:
                plain, _ = listening.accept()
            except OSError:
                return  # the test is over
            found.connections += 1
            plain.settimeout(5)
            try:
                with plain, context.wrap_socket(plain, server_side=True) as secured:
                    found.asked.append(_read(secured))
                    if found.hangs:
                        found.released.wait(10)
                    else:
                        secured.sendall(found.answer)
            except OSError:
                continue  # the client went away, which some tests are about

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield found
    found.released.set()
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join(timeout=6)


def _read(sock: ssl.SSLSocket) -> bytes:
    read = b""
    while b"\r\n\r\n" not in read:
        more = sock.recv(65536)
        if not more:
            return read
        read += more
    head, _, body = read.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        body += sock.recv(65536)
    return head + b"\r\n\r\n" + body
