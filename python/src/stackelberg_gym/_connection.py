"""Frames to and from an engine, and the connections of a process.

``docs/bridge.md`` describes them.
"""

from __future__ import annotations

import atexit
import os
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from typing import Any

from . import _json
from ._engine_process import PATIENCE, open_stream
from .errors import EngineError, from_engine

PROTOCOL = 1
HEADER = struct.Struct("<IBBHII")
REQUEST, STEP, COMMIT, RETURN, RAISE = 1, 2, 3, 4, 5
REPLY, DATA, ERROR, CALL = 129, 130, 131, 132

Handler = Callable[[Mapping[str, Any]], Any]


class _Foreign(Exception):
    """What came is nothing that an engine says."""


class Connection:
    """One session with an engine. Requests of several threads wait for each other.

    Raises:
        EngineError: if the engine cannot be started, does not answer or speaks another protocol.
    """

    def __init__(self) -> None:
        self.process = os.getpid()
        self._lock = threading.RLock()
        self._busy = False
        self._number = 0
        self._lost: str | None = None
        self._buffer = memoryview(bytearray(2**16))
        self._callables: dict[int, Handler] = {}
        self._raised: BaseException | None = None
        self._forgotten: list[int] = []
        self._stream = open_stream()
        greeting: dict[str, Any] = {"protocol": PROTOCOL, "client": "stackelberg_gym (Python)"}
        token = os.environ.get("STACKELBERG_GYM_TOKEN")
        if token:
            greeting["token"] = token
        try:
            answer = self.request("hello", **greeting)
            if answer.get("protocol") != PROTOCOL:
                raise EngineError(
                    f"Expected an engine that speaks protocol {PROTOCOL}, got {answer}: "
                    "install package and server of the same release."
                )
            self._stream.wait_forever()
        except BaseException:
            self.close()
            raise

    def request(self, verb: str, env: int = 0, **fields: Any) -> Any:
        """Sends a control message and returns the JSON, or for numbers and pictures the bytes, that
        come back.

        Raises:
            Exception: what the engine's error stands for (see ``errors``), or a callable's own.
        """
        payload = _json.encode({"verb": verb, **fields})
        frame = bytearray(HEADER.size) + payload
        self._check_process()
        # The next request, of another thread maybe, overwrites the answer.
        with self._lock:
            kind, _, answer = self.exchange(REQUEST, env, frame, self._buffer)
            return _json.decode(answer) if kind == REPLY else bytes(answer)

    def exchange(
        self, kind: int, env: int, frame: bytearray, into: memoryview
    ) -> tuple[int, int, memoryview]:
        """Sends a frame, answers the engine's calls, and returns kind, flags and payload of the reply.

        Args:
            kind: of the frame that is sent.
            env: handle of the environment, 0 for none.
            frame: room for the header, then the payload.
            into: where the reply is put, header and payload; one that is larger gets memory of its
                own.
        """
        self._check_process()
        with self._lock:
            self._check_usable()
            self._busy = True
            try:
                self._forget()
                kind, flags, payload = self._converse(kind, env, frame, into)
            finally:
                self._busy = False
            if kind == ERROR:
                raise self._failure(payload)
            return kind, flags, payload

    def _converse(
        self, kind: int, env: int, frame: bytearray, into: memoryview
    ) -> tuple[int, int, memoryview]:
        complete = False
        try:
            number = self._send(kind, env, frame)
            while True:
                kind, flags, request, payload = self._receive(into)
                if kind != CALL:
                    break
                self._answer(env, payload)
            if request != number and not (kind == ERROR and request == 0):
                raise _Foreign(f"expected the reply to request {number}, got {request}")
            complete = True
        except _Foreign as failure:
            raise self._lose(env, str(failure)) from None
        except socket.timeout as failure:
            why = f"expected its first answer within {PATIENCE} seconds, got none"
            raise self._lose(env, why) from failure
        except OSError as failure:
            raise self._lose(env) from failure
        finally:
            # After Ctrl-C in the middle the next bytes would be the rest of this reply.
            if not complete:
                self._drop("it was interrupted in the middle of a request", kill=True)
        return kind, flags, payload

    def _failure(self, payload: memoryview) -> BaseException:
        """What an error frame stands for: a callable's own exception where one was raised."""
        failure = _json.decode(payload)
        raised, self._raised = self._raised, None
        if failure["name"] == "CallableError" and raised is not None:
            return raised
        return from_engine(failure["name"], failure["message"])

    def _send(self, kind: int, env: int, frame: bytearray) -> int:
        self._number = (self._number + 1) & 0xFFFFFFFF
        HEADER.pack_into(frame, 0, len(frame) - HEADER.size, kind, 0, 0, env, self._number)
        self._stream.send(frame)
        return self._number

    def _receive(self, into: memoryview) -> tuple[int, int, int, memoryview]:
        receive = self._stream.receive_into
        got = receive(into)
        while 0 < got < HEADER.size:
            got += receive(into[got:]) or self._ended()
        if got == 0:
            self._ended()
        length, kind, flags, _, _, request = HEADER.unpack_from(into)
        if not REPLY <= kind <= CALL:
            raise _Foreign(f"expected a frame of an engine, got {bytes(into[: HEADER.size])!r}")
        total = HEADER.size + length
        if total > len(into):
            larger = memoryview(bytearray(total))
            larger[:got] = into[:got]
            into = larger
        while got < total:
            got += receive(into[got:total]) or self._ended()
        return kind, flags, request, into[HEADER.size : total]

    def _ended(self) -> int:
        raise ConnectionError("the stream ended")

    def _answer(self, env: int, payload: memoryview) -> None:
        call = _json.decode(payload)
        try:
            answer = _json.encode(self._callables[call["callable"]](call))
            kind = RETURN
        # Also Ctrl-C: the engine can go on, so this is raised where it is told.
        except BaseException as failure:  # noqa: BLE001
            self._raised = failure
            answer = _json.encode({"type": type(failure).__name__, "message": str(failure)})
            kind = RAISE
        frame = bytearray(HEADER.size) + answer
        HEADER.pack_into(frame, 0, len(answer), kind, 0, 0, env, self._number)
        self._stream.send(frame)

    def register(self, handler: Handler) -> int:
        """Makes a function known to the engine, and returns the number that it is called by."""
        number = len(self._callables) + 1
        self._callables[number] = handler
        return number

    def forget(self, env: int) -> None:
        """Closes an environment before the next request; safe in finalizers."""
        self._forgotten.append(env)

    def _forget(self) -> None:
        while self._forgotten:
            env = self._forgotten.pop()
            frame = bytearray(HEADER.size) + b'{"verb":"close"}'
            self._converse(REQUEST, env, frame, self._buffer)

    def _check_process(self) -> None:
        # Before the lock, which another thread may have held at the fork.
        if self.process != os.getpid():
            raise EngineError(
                f"This environment was started in process {self.process} and cannot be used in "
                f"process {os.getpid()}. Call reset."
            )

    def _check_usable(self) -> None:
        if self._lost is not None:
            raise EngineError(f"The connection to the engine was lost: {self._lost}. Call reset.")
        if self._busy:
            raise EngineError(
                "The engine is waiting for a callable of yours and cannot serve its own environment "
                "meanwhile: use another environment inside the callable."
            )

    def _drop(self, why: str, kill: bool = False) -> None:
        if self._lost is None:
            self._lost = why
            self._stream.close(kill)

    def _lose(self, env: int, why: str | None = None) -> EngineError:
        """Ends the session for a reason, or for what the child's end tells."""
        if self._lost is None:
            self._stream.close(kill=why is not None)
            self._lost = why or self._stream.explain()
        advice = " Call reset." if env else ""
        return EngineError(f"The connection to the engine was lost: {self._lost}.{advice}")

    @property
    def lost(self) -> bool:
        """Whether it can no longer be used, here or at all."""
        return self.process != os.getpid() or self._lost is not None or self._stream.ended()

    def close(self) -> None:
        """Ends the session; a child is reaped."""
        if self.process == os.getpid():
            self._drop("it was closed")

    def end(self) -> None:
        """Ends the session with the program.

        Threads that are still running wait for the lock, which is kept, instead of failing.
        """
        free = self._lock.acquire(timeout=1)
        self._drop("the program ends", kill=not free)


class _Connections:
    """Of this process: the one that its environments share, and those with callables."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.shared: Connection | None = None
        self.private: set[Connection] = set()


_connections = _Connections()


def _start_anew() -> None:
    global _connections
    _connections = _Connections()


if hasattr(os, "register_at_fork"):
    # Another thread may have held the lock; the parent's connections are of no use in the child.
    os.register_at_fork(after_in_child=_start_anew)


def acquire(private: bool = False) -> Connection:
    """The shared connection, which lasts until the process ends, or one of the caller's own, which
    ``release`` closes."""
    with _connections.lock:
        if private:
            connection = Connection()
            _connections.private.add(connection)
            return connection
        if _connections.shared is not None and _connections.shared.lost:
            _connections.shared.close()
            _connections.shared = None
        if _connections.shared is None:
            _connections.shared = Connection()
        return _connections.shared


def release(connection: Connection) -> None:
    """Closes a connection unless it is the shared one."""
    with _connections.lock:
        if connection is _connections.shared:
            return
        _connections.private.discard(connection)
    connection.close()


@atexit.register
def _end() -> None:
    for connection in (*_connections.private, _connections.shared):
        if connection is not None:
            connection.end()
