"""How the engine is reached: a Node.js child that this process starts, or a server that already
runs."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Protocol

from .errors import EngineError

BUNDLE = Path(__file__).parent / "_engine" / "engine.mjs"
OLDEST_NODE = (20, 19)
#: Seconds within which an engine must say its first word.
PATIENCE = 30


class Stream(Protocol):
    """A byte stream to an engine, which raises ``socket.timeout`` after ``PATIENCE``."""

    def wait_forever(self) -> None:
        """Lifts that limit."""

    def send(self, data: bytearray | bytes | memoryview) -> None: ...

    def receive_into(self, buffer: memoryview) -> int:
        """Waits for bytes and returns how many came; 0 at the end of the stream."""

    def close(self, kill: bool = False) -> None:
        """Ends the stream and the child, if there is one: by force if it does not heed the end.

        Args:
            kill: by force at once.
        """

    def ended(self) -> bool:
        """Whether there is a child and it has ended."""

    def explain(self) -> str:
        """Why the stream, which is closed by now, may have ended, for an error message."""


def open_stream() -> Stream:
    """Connects as ``STACKELBERG_GYM_SERVER`` says (``unix:PATH`` or ``tcp:PORT``), else starts a
    child.

    Raises:
        EngineError: if there is no Node.js, no engine, or no server at that address.
    """
    address = os.environ.get("STACKELBERG_GYM_SERVER", "")
    return _connect(address) if address else _start()


def _connect(address: str) -> Stream:
    scheme, _, place = address.partition(":")
    try:
        if scheme == "unix" and place:
            peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            peer.settimeout(PATIENCE)
            peer.connect(place)
        elif scheme == "tcp" and place.isdigit():
            peer = socket.create_connection(("127.0.0.1", int(place)), PATIENCE)
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        else:
            raise EngineError(
                f"STACKELBERG_GYM_SERVER: expected unix:PATH or tcp:PORT, got {address!r}."
            )
    except OSError as failure:
        raise EngineError(
            f"STACKELBERG_GYM_SERVER: no server at {address!r}: {_told(failure)}."
        ) from failure
    return _SocketStream(peer, None)


def _start() -> Stream:
    command = [_node(), *_entry()]
    try:
        if sys.platform == "win32":
            pipe = subprocess.PIPE
            return _PipeStream(subprocess.Popen(command, stdin=pipe, stdout=pipe, bufsize=0))
        mine, its = socket.socketpair()
        try:
            # Ctrl-C is meant for this process alone: the child ends when the stream does.
            child = subprocess.Popen(
                command, stdin=its.fileno(), stdout=its.fileno(), start_new_session=True
            )
        except OSError:
            mine.close()
            raise
        finally:
            its.close()
    except OSError as failure:
        raise EngineError(f"Expected to start {command[0]!r}, got: {_told(failure)}.") from failure
    mine.settimeout(PATIENCE)
    return _SocketStream(mine, child)


def _told(failure: OSError) -> str:
    """What went wrong, without the number that Python puts before it."""
    return failure.strerror or str(failure)


def _node() -> str:
    named = os.environ.get("STACKELBERG_GYM_NODE", "node")
    found = shutil.which(named)
    if found is None:
        raise EngineError(
            f"Expected Node.js {OLDEST_NODE[0]}.{OLDEST_NODE[1]} or newer, but {named!r} was not "
            "found. Install it, or set STACKELBERG_GYM_NODE to its path."
        )
    return found


def _entry() -> list[str]:
    named = os.environ.get("STACKELBERG_GYM_ENGINE")
    path = Path(named) if named else BUNDLE
    if path.is_file():
        return [str(path)]
    if named:
        raise EngineError(f"STACKELBERG_GYM_ENGINE: expected a file, got {named!r}.")
    raise EngineError(
        f"Expected the engine at {path}, which is not there. In a clone run "
        "`npm ci && npm run build:python`, then `pip install ./python` again."
    )


def _why(child: subprocess.Popen[bytes] | None, killed: bool) -> str:
    if child is None:
        return "the server closed the connection"
    if killed:
        return "the engine closed the stream"
    text = f"Node.js ended with status {child.returncode}"
    try:
        shown = subprocess.run(
            [str(child.args[0]), "--version"],  # type: ignore[index]
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return text
    shown = next(iter(shown.splitlines()), "").strip()
    found = tuple(int(number) for number in re.findall(r"\d+", shown)[:2])
    if found < OLDEST_NODE:
        oldest = ".".join(map(str, OLDEST_NODE))
        return f"{text}; expected Node.js {oldest} or newer, got {shown or 'no version'}"
    return f"{text}; what it wrote to standard error says more"


def _reap(child: subprocess.Popen[bytes] | None, kill: bool) -> bool:
    """Waits for a child's end; returns whether it took force."""
    if child is None:
        return False
    try:
        child.wait(timeout=0 if kill else 2)
        return False
    except BaseException as failure:
        # Also when Ctrl-C interrupts the waiting.
        child.kill()
        child.wait()
        if not isinstance(failure, subprocess.TimeoutExpired):
            raise
        return True


def _has_ended(child: subprocess.Popen[bytes] | None) -> bool:
    return child is not None and child.poll() is not None


class _SocketStream:
    def __init__(self, peer: socket.socket, child: subprocess.Popen[bytes] | None) -> None:
        self._peer = peer
        self._child = child
        self._killed = False
        self.send = peer.sendall
        self.receive_into = peer.recv_into

    def wait_forever(self) -> None:
        self._peer.settimeout(None)

    def ended(self) -> bool:
        return _has_ended(self._child)

    def explain(self) -> str:
        return _why(self._child, self._killed)

    def close(self, kill: bool = False) -> None:
        try:
            # Also where a forked process still holds the descriptor.
            self._peer.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        finally:
            self._peer.close()
            self._killed = _reap(self._child, kill)


class _PipeStream:
    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        self._child = child
        self._killed = False

    def wait_forever(self) -> None:
        """Nothing: pipes of Windows have no limit."""

    def send(self, data: bytearray | bytes | memoryview) -> None:
        assert self._child.stdin is not None
        rest = memoryview(data)
        while rest:
            rest = rest[self._child.stdin.write(rest) :]

    def receive_into(self, buffer: memoryview) -> int:
        assert self._child.stdout is not None
        return self._child.stdout.readinto(buffer) or 0  # type: ignore[attr-defined]

    def ended(self) -> bool:
        return _has_ended(self._child)

    def explain(self) -> str:
        return _why(self._child, self._killed)

    def close(self, kill: bool = False) -> None:
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                pipe.close()
        self._killed = _reap(self._child, kill)
