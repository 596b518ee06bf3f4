"""The shared fixtures keep their promises."""

import socket

import pytest


def test_a_test_cannot_reach_another_machine():
    with socket.socket() as sock, pytest.raises(RuntimeError, match="do not use the network"):
        sock.connect(("192.0.2.1", 80))


def test_a_test_can_reach_this_machine():
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())
