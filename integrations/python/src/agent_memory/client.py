"""Calls of an AgentMemory server over HTTP, with the standard library only."""

from __future__ import annotations

import http.client
import json
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

__all__ = ["AgentMemoryError", "Client"]

#: Pauses, in seconds, before a call is repeated that found the server unavailable. Every call is idempotent.
_PAUSES = (0.1, 0.4)
#: A JSON object, a line feed, and then the bytes that values in the object name by place and count.
_ATTACHED = "application/vnd.agent-memory.values"
#: What a connection fails with that the server has closed; ``RemoteDisconnected`` is a ``ConnectionResetError``.
_CLOSED = (ConnectionResetError, BrokenPipeError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
#: Connections that are kept for the next call.
_IDLE_CONNECTIONS = 8


class AgentMemoryError(Exception):
    """The server refused a call, or could not be reached.

    Attributes:
        status: The HTTP status; 0 when there was no answer.
        code: The kind of failure, such as ``invalid`` or ``unavailable``.
    """

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.status = status
        self.code = code


class Client:
    """Connections to one server. Any number of threads may use it at once.

    Args:
        url: Where the server is, such as ``http://127.0.0.1:7077``.
        tenant: Whose data this is: tenants never see each other's.
        api_key: Sent as a bearer token.
        timeout: Seconds to wait for an answer.
    """

    def __init__(
        self,
        url: str,
        *,
        tenant: str | None = None,
        api_key: str | None = None,
        timeout: float = 60.0,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("url must begin with http:// or https:// and name a host")
        self._is_secure = parts.scheme == "https"
        self._host = parts.hostname
        self._port = parts.port or (443 if self._is_secure else 80)
        self._path = parts.path.rstrip("/")
        self._tenant = tenant
        self._timeout = timeout
        self._headers = {}
        if api_key is not None:
            self._headers["Authorization"] = f"Bearer {api_key}"
        self._lock = threading.Lock()
        self._idle: list[http.client.HTTPConnection] = []
        self._is_closed = False

    def call(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Posts a JSON object and answers the server's.

        Raises:
            AgentMemoryError: The server refused, or could not be reached after some attempts.
            TypeError, ValueError: The body is not JSON.
        """
        return self._call(path, _json(self._addressed(body)), "application/json")[0]

    def call_with_bytes(
        self, path: str, body: dict[str, Any], *, sends_bytes: bool = False
    ) -> tuple[dict[str, Any], memoryview]:
        """The same where bytes travel beside the JSON, unencoded.

        Args:
            path: As for :meth:`call`.
            body: As for :meth:`call`.
            sends_bytes: Whether the body may hold ``bytes``; otherwise they are refused.

        Returns:
            The server's object, and the bytes that its values name as ``[place, count]``.
        """
        attached: list[bytes] = []
        place = 0

        def attach(value: Any) -> list[int]:
            nonlocal place
            if not isinstance(value, (bytes, bytearray)):
                raise TypeError(f"{type(value).__name__} is not JSON")
            attached.append(bytes(value))
            place += len(value)
            return [place - len(value), len(value)]

        head = _json(self._addressed(body), attach if sends_bytes else None)
        return self._call(path, b"".join([head, b"\n", *attached]), _ATTACHED)

    def _addressed(self, body: dict[str, Any]) -> dict[str, Any]:
        return body if self._tenant is None else {**body, "tenant": self._tenant}

    def _call(self, path: str, data: bytes, media_type: str) -> tuple[dict[str, Any], memoryview]:
        headers = {**self._headers, "Content-Type": media_type, "Accept": media_type}
        for pause in (*_PAUSES, None):
            try:
                return self._answer(*self._send(path, data, headers))
            except AgentMemoryError as error:
                if pause is None or error.status not in (0, 503) or self._is_closed:
                    raise
            time.sleep(pause)
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Closes the connections; a second call does nothing."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _send(self, path: str, data: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        connection, is_used = self._take()
        try:
            try:
                return self._exchange(connection, path, data, headers)
            except _CLOSED:
                if not is_used:
                    raise
            # The server had closed the connection while it was idle, and the others maybe too: a fresh one tells.
            return self._exchange(self._connection(), path, data, headers)
        except (OSError, http.client.HTTPException) as error:
            raise AgentMemoryError(0, "unavailable", f"no answer from the server: {error}") from error

    def _exchange(
        self,
        connection: http.client.HTTPConnection,
        path: str,
        data: bytes,
        headers: dict[str, str],
    ) -> tuple[int, bytes]:
        """Sends a request once; keeps the connection for the next call where it may be used again."""
        is_sent = False
        try:
            try:
                connection.request("POST", self._path + path, body=data, headers=headers)
                is_sent = True
            except _CLOSED as error:
                # A server that refuses a request before it has read all of it says why, and closes the connection.
                try:
                    response = connection.getresponse()
                except (OSError, http.client.HTTPException):
                    raise error from None
            else:
                response = connection.getresponse()
            answer = response.status, response.read()
        except BaseException:
            connection.close()
            raise
        if is_sent:
            self._give(connection)
        else:
            connection.close()
        return answer

    @staticmethod
    def _answer(status: int, data: bytes) -> tuple[dict[str, Any], memoryview]:
        # JSON has no raw line feeds but between its tokens, and the server writes none there.
        end = data.find(b"\n") if status == 200 else len(data)
        try:
            answer = json.loads(data[: end if end >= 0 else len(data)])
        except ValueError:
            answer = None
        if status == 200 and isinstance(answer, dict):
            return answer, memoryview(data)[end + 1 :]
        problem = answer if isinstance(answer, dict) else {}
        code = problem.get("code") or ("unauthorized" if status in (401, 403) else "failed")
        raise AgentMemoryError(status, str(code), str(problem.get("detail") or f"HTTP status {status}"))

    def _take(self) -> tuple[http.client.HTTPConnection, bool]:
        with self._lock:
            if self._is_closed:
                raise AgentMemoryError(0, "closed", "the client was closed")
            if self._idle:
                return self._idle.pop(), True
        return self._connection(), False

    def _connection(self) -> http.client.HTTPConnection:
        if self._is_secure:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(
                self._host, self._port, timeout=self._timeout, context=context
            )
        return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)

    def _give(self, connection: http.client.HTTPConnection) -> None:
        with self._lock:
            if not self._is_closed and len(self._idle) < _IDLE_CONNECTIONS:
                self._idle.append(connection)
                return
        connection.close()


def _json(body: dict[str, Any], default: Callable[[Any], Any] | None = None) -> bytes:
    text = json.dumps(
        body, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=default
    )
    return text.encode()


def parse_int64(digits: str) -> int:
    """An integer that a server's JSON keeps exactly.

    Raises:
        ValueError: It has more than 64 bits.
    """
    number = int(digits)
    if not -(2**63) <= number < 2**63:
        raise ValueError("an integer has more than 64 bits")
    return number
