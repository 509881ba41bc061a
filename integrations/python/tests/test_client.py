"""Calls against servers that close connections, hang, or refuse early."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from langgraph.checkpoint.base import empty_checkpoint

from agent_memory import AgentMemoryError
from agent_memory.client import Client
from agent_memory.langgraph import AgentMemorySaver

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class _Server:
    """Hands each request to a function, which says what to send back; None closes the connection instead."""

    def __init__(self, answer: Callable[[int], bytes | None]) -> None:
        self._answer = answer
        self._lock = threading.Lock()
        self.requests = 0
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._sockets: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._sockets.append(connection)
                self.connections += 1
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection.makefile("rb") as lines:
            while line := lines.readline():
                length = 0
                while (line := lines.readline()).strip():
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                lines.read(length)
                with self._lock:
                    self.requests += 1
                    number = self.requests
                answer = self._answer(number)
                if answer is None:
                    connection.shutdown(socket.SHUT_RDWR)
                    return
                connection.sendall(answer)

    def close_connections(self) -> None:
        """Closes every connection, as a server does with idle ones."""
        sockets, self._sockets = self._sockets, []
        for connection in sockets:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listener.close()
        self.close_connections()


@contextlib.contextmanager
def _serving(answer: Callable[[int], bytes | None]) -> Iterator[_Server]:
    server = _Server(answer)
    try:
        yield server
    finally:
        server.close()


def _fill(client: Client, count: int) -> None:
    """Leaves so many idle connections."""
    taken = [client._connection() for _ in range(count)]
    for connection in taken:
        connection.request("POST", "/", body=b"{}")
        connection.getresponse().read()
        client._give(connection)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that calls would make, and do not."""
    pauses: list[float] = []
    monkeypatch.setattr("agent_memory.client.time.sleep", pauses.append)
    return pauses


def test_a_timeout_is_repeated_twice_whatever_is_idle(pauses: list[float]) -> None:
    hangs = threading.Event()
    ends = threading.Event()

    def answer(number: int) -> bytes | None:
        if hangs.is_set():
            ends.wait(60)
        return _ANSWER

    with _serving(answer) as server, contextlib.closing(Client(server.url, timeout=0.2)) as client:
        _fill(client, 8)
        before = server.requests
        hangs.set()
        with pytest.raises(AgentMemoryError) as raised:
            client.call("/", {})
        ends.set()
        assert (raised.value.status, raised.value.code) == (0, "unavailable")
        assert "timed out" in str(raised.value)
        assert server.requests - before == 3 and pauses == [0.1, 0.4]


@pytest.mark.parametrize("size", [0, 8 << 20])
def test_an_idle_connection_that_was_closed_is_replaced_at_once(
    pauses: list[float], size: int
) -> None:
    with _serving(lambda _: _ANSWER) as server:
        with contextlib.closing(Client(server.url)) as client:
            _fill(client, 8)
            server.close_connections()
            assert client.call("/", {"text": "x" * size}) == {}
            assert pauses == [] and server.connections == 9 and server.requests == 9


def test_a_fresh_connection_that_is_closed_is_repeated_after_pauses(pauses: list[float]) -> None:
    with _serving(lambda number: None if number < 3 else _ANSWER) as server:
        with contextlib.closing(Client(server.url)) as client:
            assert client.call("/", {}) == {}
            assert server.requests == 3 and pauses == [0.1, 0.4]


def test_a_refusal_before_all_was_sent_is_told(saver: AgentMemorySaver) -> None:
    config: Any = {"configurable": {"thread_id": "t", "checkpoint_ns": ""}}
    version = saver.get_next_version(None, None)
    large = {
        **empty_checkpoint(),
        "channel_values": {"log": b"x" * (70 << 20)},
        "channel_versions": {"log": version},
    }
    arguments: Any = (config, large, {"source": "loop", "step": 0}, {"log": version})
    # On a fresh connection, and on one that was used.
    for put in (saver.put, lambda *given: asyncio.run(saver.aput(*given))):
        with pytest.raises(AgentMemoryError) as raised:
            put(*arguments)
        assert (raised.value.status, raised.value.code) == (413, "too_large")
        assert "limit of 67108864 bytes" in str(raised.value)
        assert saver.get_tuple(config) is None
