"""Connections to listeners: addresses, tokens, versions, and servers that are lost or are none."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from stackelberg_gym import _connection, _engine_process
from stackelberg_gym._connection import Connection
from stackelberg_gym._remote import Remote
from stackelberg_gym.errors import EngineError

pytestmark = pytest.mark.skipif(os.name != "posix", reason="listeners need Unix processes")

CLI = Path(
    os.environ.get("STACKELBERG_GYM_DIST", Path(__file__).parents[2] / "dist"), "cli", "main.js"
)
TOKEN = "a token of the tests, long enough"
GAME: dict[str, Any] = {
    "game": "IteratedMatrixGame-v0",
    "params": {"game": "prisoners_dilemma", "horizon": 9},
}
Serve = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder whose path is short enough for sockets."""
    with tempfile.TemporaryDirectory() as path:
        yield Path(path)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Starts a listener, and makes it the one that is connected to."""
    if not CLI.is_file():
        pytest.skip(f"no build of the repository at {CLI}")
    servers = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        command = ["node", str(CLI), "serve", *arguments]
        server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        servers.append(server)
        assert server.stderr is not None
        told = server.stderr.readline()
        assert told.startswith("listening on "), told
        monkeypatch.setenv("STACKELBERG_GYM_SERVER", told.split()[-1])
        return server

    yield start
    for server in servers:
        server.terminate()
        server.communicate(timeout=30)


@pytest.fixture
def fake(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Any], None]]:
    """A server that answers the first frames as it is told, each by some bytes, and then hangs up."""
    threads = []

    def start(*answers: bytes) -> None:
        path = str(folder / "fake")
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen(1)
        monkeypatch.setenv("STACKELBERG_GYM_SERVER", f"unix:{path}")

        def run() -> None:
            peer, _ = listener.accept()
            with listener, peer:
                for answer in answers:
                    peer.recv(2**16)
                    peer.sendall(answer)

        threads.append(threading.Thread(target=run))
        threads[-1].start()

    yield start
    for thread in threads:
        thread.join(timeout=30)
        assert not thread.is_alive()


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> float:
    """A shorter time limit on an engine's first answer, in seconds."""
    limit = 1.5
    for module in (_connection, _engine_process):
        monkeypatch.setattr(module, "PATIENCE", limit)
    return limit


def frame(kind: int, value: Any, request: int = 1) -> bytes:
    payload = json.dumps(value).encode()
    return struct.pack("<IBBHII", len(payload), kind, 0, 0, 0, request) + payload


HELLO = frame(129, {"protocol": 1, "server": "fake", "maxPayload": 2**28})


def dilemma(connection: Connection) -> Remote:
    env = Remote({"view": "parallel", **GAME}, connection)
    env.reset(0)
    env.actions["present"][...] = 1
    return env


def test_two_sessions_at_once_over_a_unix_socket(serve: Serve, folder: Path) -> None:
    serve("--socket", str(folder / "s"), "--max-sessions", "2")
    one, other = Connection(), Connection()
    first, second = dilemma(one), dilemma(other)
    # Handles are a session's own.
    assert first.handle == second.handle == 1
    first.actions["actions/leader_0"][...] = 1
    for _ in range(3):
        first.step()
        second.step()
        assert first.results["rewards"].tolist() == [4, 1]
        assert second.results["rewards"].tolist() == [3, 3]
    with pytest.raises(EngineError, match="expected at most 2 sessions"):
        Connection()
    one.close()
    second.step()
    other.close()


def test_a_port_with_a_token(serve: Serve, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "token").write_text(f"{TOKEN}\n")
    serve("--port", "0", "--token-file", str(folder / "token"))
    for token in ("", "another token of the tests"):
        monkeypatch.setenv("STACKELBERG_GYM_TOKEN", token)
        with pytest.raises(
            EngineError, match="expected the token that the server was started with"
        ):
            Connection()
    monkeypatch.setenv("STACKELBERG_GYM_TOKEN", TOKEN)
    connection = Connection()
    env = dilemma(connection)
    env.step()
    assert env.results["rewards"].tolist() == [3, 3]
    connection.close()


def test_a_server_that_ends_between_steps(serve: Serve, folder: Path) -> None:
    server = serve("--socket", str(folder / "s"))
    connection = Connection()
    env = dilemma(connection)
    server.terminate()
    assert server.wait(timeout=30) == 0
    with pytest.raises(EngineError, match="was lost: the server closed the connection"):
        env.step()
    assert connection.lost
    with pytest.raises(EngineError, match=r"closed the connection\. Call reset\.$"):
        env.step()
    env.close()


def test_a_server_that_ends_in_the_middle_of_a_request(serve: Serve, folder: Path) -> None:
    server = serve("--socket", str(folder / "s"))
    connection = Connection()
    calls = []

    def policy(call: Any) -> Any:
        calls.append(call)
        server.terminate()
        server.wait(timeout=30)
        return {"form": "action", "draws": False, "resets": False}

    with pytest.raises(EngineError, match="was lost: the server closed the connection"):
        connection.request("evaluate", **GAME, commitment={"callable": connection.register(policy)})
    assert len(calls) == 1


@pytest.mark.parametrize("part", [0, 7, 16, 30])
def test_a_server_that_ends_in_the_middle_of_a_frame(fake: Any, part: int) -> None:
    fake(HELLO, frame(129, {"env": 1, "description": "..."}, 2)[:part])
    connection = Connection()
    with pytest.raises(EngineError, match="was lost: the server closed the connection"):
        connection.request("make")


def test_another_version_refused_by_the_server(
    serve: Serve, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve("--socket", str(folder / "s"))
    monkeypatch.setattr(_connection, "PROTOCOL", 2)
    with pytest.raises(EngineError, match="expected protocol 1, got 2: .* of the same release"):
        Connection()


def test_another_version_refused_by_the_client(fake: Any) -> None:
    fake(frame(129, {"protocol": 2, "server": "stackelberg-gym 9.0.0"}))
    with pytest.raises(EngineError, match="protocol 1, got .*stackelberg-gym 9.0.0"):
        Connection()


def test_the_answer_to_another_request(fake: Any) -> None:
    fake(HELLO, frame(129, {}, 5))
    connection = Connection()
    with pytest.raises(EngineError, match="expected the reply to request 2, got 5"):
        connection.request("make")


def test_a_server_of_another_kind(fake: Any) -> None:
    fake(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
    with pytest.raises(EngineError, match="expected a frame of an engine, got b'HTTP/1.1"):
        Connection()


def test_a_server_that_says_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, patience: float
) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "silent"))
        listener.listen(1)
        monkeypatch.setenv("STACKELBERG_GYM_SERVER", f"unix:{folder / 'silent'}")
        said = f"expected its first answer within {patience} seconds, got none"
        with pytest.raises(EngineError, match=said):
            Connection()


def test_an_engine_that_says_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, patience: float
) -> None:
    (folder / "idle.mjs").write_text("setInterval(() => {}, 1000)")
    monkeypatch.setenv("STACKELBERG_GYM_ENGINE", str(folder / "idle.mjs"))
    with pytest.raises(EngineError, match="expected its first answer"):
        Connection()


def test_an_engine_that_closes_the_stream_and_stays(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = (
        "import fs from 'node:fs'; fs.closeSync(0); fs.closeSync(1); setInterval(() => {}, 999)"
    )
    (folder / "mute.mjs").write_text(script)
    monkeypatch.setenv("STACKELBERG_GYM_ENGINE", str(folder / "mute.mjs"))
    with pytest.raises(EngineError, match=r"was lost: the engine closed the stream\.$"):
        Connection()


def test_only_the_first_answer_is_limited(patience: float) -> None:
    connection = Connection()
    env = dilemma(connection)
    children = connection._stream._child  # type: ignore[attr-defined]
    children.send_signal(signal.SIGSTOP)
    threading.Timer(2 * patience, lambda: children.send_signal(signal.SIGCONT)).start()
    env.step()
    assert env.results["rewards"].tolist() == [3, 3]
    connection.close()


@pytest.mark.parametrize("address", ["nowhere", "unix:", "tcp:", "tcp:localhost", "udp:5", "unix"])
def test_addresses_that_are_none(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("STACKELBERG_GYM_SERVER", address)
    with pytest.raises(EngineError, match="expected unix:PATH or tcp:PORT"):
        Connection()


@pytest.mark.parametrize("address", ["unix:/nowhere/socket", "tcp:1"])
def test_addresses_without_a_server(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("STACKELBERG_GYM_SERVER", address)
    with pytest.raises(EngineError, match="no server at"):
        Connection()
