"""The life of the engine: copies and threads of environments, forks, interruptions, and its end."""

from __future__ import annotations

import copy
import os
import pickle
import threading
from collections.abc import Callable
from typing import Any

import cloudpickle
import pytest

from stackelberg_gym.aec import aec_env
from stackelberg_gym.parallel import parallel_env

pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")

DILEMMA = {"game": "prisoners_dilemma", "horizon": 4}
# What the scripts below share: an environment, and the engines that run.
START = """
import gc, os, signal, subprocess, sys, threading, time
from stackelberg_gym.aec import aec_env
from stackelberg_gym.errors import EngineError
from stackelberg_gym.parallel import parallel_env
children = []
class Popen(subprocess.Popen):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        children.append(self)
subprocess.Popen = Popen
def running():
    return sum(child.poll() is None for child in children)
actions = {"leader_0": 0, "follower_0": 1}
env = parallel_env("IteratedMatrixGame-v0")
"""


@pytest.mark.parametrize("make", [aec_env, parallel_env])
@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))])
@pytest.mark.parametrize("started", [False, True])
def test_copies_are_environments_of_their_own(make: Any, duplicate: Any, started: bool) -> None:
    env = make("IteratedMatrixGame-v0", params=DILEMMA, render_mode="ansi", max_cycles=2)
    if started:
        env.reset(seed=0)
    other = duplicate(env)
    assert type(other) is type(env)
    assert (other.params, other.render_mode, other.max_cycles) == (DILEMMA, "ansi", 2)
    other.reset(seed=1)
    assert other.metadata == env.metadata
    env.close()
    assert other.render()
    other.close()


def test_cloudpickle() -> None:
    env = parallel_env("IteratedMatrixGame-v0", params=DILEMMA)
    env.reset(seed=0)
    maker = cloudpickle.loads(cloudpickle.dumps(lambda: env))
    assert maker().reset(seed=0) == env.reset(seed=0)
    maker().close()
    env.close()


def test_close_at_any_time_and_use_again() -> None:
    for make in (aec_env, parallel_env):
        env: Any = make("IteratedMatrixGame-v0", params=DILEMMA)
        env.close()
        env.reset(seed=0)
        space = env.action_space("leader_0")
        env.close()
        env.close()
        assert env.agents == []
        env.reset(seed=0)
        assert env.num_agents == 2
        assert env.action_space("leader_0") is space
        env.close()


def test_threads_play_what_they_would_alone() -> None:
    def episode(seed: int) -> list[Any]:
        env = parallel_env("GreenSecurity-v0")
        shown = []
        for k in range(20):
            env.reset(seed=1000 * seed + k)
            env.action_space("follower_0").seed(k)
            while env.agents:
                actions = {"leader_0": 1, "follower_0": env.action_space("follower_0").sample()}
                shown.append(sorted(env.step(actions)[1].items()))
            shown.append(env.state().tolist())
        env.close()
        return shown

    together: dict[int, list[Any]] = {}
    threads = [
        threading.Thread(target=lambda s=s: together.update({s: episode(s)})) for s in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == {seed: episode(seed) for seed in range(4)}


def test_no_child_before_use_and_one_for_all(run_python: Callable[..., str]) -> None:
    script = """
from stackelberg_gym import StackelbergEnv
other = aec_env("NormalForm-v0")
counts = [running()]
env.reset(); other.reset(); counts.append(running())
env.close(); other.close(); counts.append(running())
env.reset()
del env; gc.collect(); counts.append(running())
own = StackelbergEnv("NormalForm-v0", oracle=lambda observation: 0)
own.reset(); counts.append(running())
own.close(); counts.append(running())
print(counts, [child.returncode for child in children])
"""
    assert run_python(START + script) == "[0, 1, 1, 1, 2, 1] [None, 0]"


def test_one_child_for_all_values_and_none_after_the_process(
    run_python: Callable[..., str],
) -> None:
    script = """
from stackelberg_gym import evaluate_commitment, solve
for _ in range(2):
    solve("NormalForm-v0")
    evaluate_commitment("NormalForm-v0", [0])
print(*[child.pid for child in children])
"""
    # Also a socket or a child that is left to the garbage collector would be told on stderr.
    script = "import sys; sys.stderr = sys.stdout" + START + script
    (child,) = run_python(script, "-W", "error").split()
    with pytest.raises(ProcessLookupError):
        os.kill(int(child), 0)


def test_garbage_is_collected_in_the_middle_of_a_start(run_python: Callable[..., str]) -> None:
    script = """
from stackelberg_gym._engine_process import _SocketStream
ended = _SocketStream.ended
def collect(stream):
    answer = ended(stream)
    gc.collect()
    return answer
env.reset()
loop = [env]; loop.append(loop)
del env, loop
_SocketStream.ended = collect
other = parallel_env("NormalForm-v0")
other.reset()
print(len(other.step(actions)[0]), running())
"""
    assert run_python(START + "gc.disable()" + script) == "2 1"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_fork(run_python: Callable[..., str]) -> None:
    script = """
env.reset(seed=0)
pid = os.fork()
if pid == 0:
    try:
        env.step(actions)
    except EngineError as error:
        print("was started in process" in str(error), "Call reset." in str(error), flush=True)
    env.reset(seed=0)
    print(len(env.step(actions)[0]), flush=True)
    env.close()
    os._exit(0)
os.waitpid(pid, 0)
print(len(env.step(actions)[0]))
env.close()
print(running())
"""
    assert run_python(START + script).split() == ["True", "True", "2", "2", "1"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_fork_while_another_thread_waits_for_the_engine(run_python: Callable[..., str]) -> None:
    script = """
from stackelberg_gym import _connection
env.reset(seed=0)
held, done = threading.Event(), threading.Event()
def hold():
    with env._remote.connection._lock, _connection._connections.lock:
        held.set(); done.wait()
threading.Thread(target=hold).start()
held.wait()
pid = os.fork()
if pid == 0:
    signal.alarm(20)
    try:
        env.step(actions)
    except EngineError:
        print(len(parallel_env("NormalForm-v0").reset()[0]), flush=True)
    os._exit(0)
status = os.waitpid(pid, 0)[1]
done.set()
print(status)
"""
    assert run_python(START + script).split() == ["2", "0"]


def test_a_killed_engine(run_python: Callable[..., str]) -> None:
    script = """
env.reset(seed=0)
children[0].kill()
for _ in range(2):
    try:
        env.step(actions)
    except EngineError as error:
        print(error)
"""
    first, second = run_python(START + script).splitlines()
    assert first == second
    assert first == (
        "The connection to the engine was lost: Node.js ended with status -9; "
        "what it wrote to standard error says more. Call reset."
    )


# Every kind of environment, one with a child of its own among them.
KINDS = (
    START
    + """
from stackelberg_gym import FollowerEnv, GameVectorEnv, StackelbergEnv, StackelbergVectorEnv
import numpy as np
GAME = "IteratedMatrixGame-v0"
lead = [1, 0, 0, 1, 1]
envs = [
    (parallel_env(GAME), actions),
    (aec_env(GAME, max_cycles=3), 1),
    (StackelbergEnv(GAME, render_mode="ansi"), 1),
    (StackelbergEnv(GAME, oracle=lambda observation: 1), 1),
    (FollowerEnv(GAME, lead), 1),
    (StackelbergVectorEnv(GAME, 2), np.zeros(2, int)),
    (GameVectorEnv(GAME, 2), {agent: np.zeros(2, int) for agent in actions}),
]
def first():
    return [repr((env.reset(seed=5), env.step(action))) for env, action in envs]
def spaces():
    games = [env.action_space("leader_0") for env, _ in (*envs[:2], envs[-1])]
    return [*games, *(env.action_space for env, _ in envs[2:-1])]
before, owned = first(), spaces()
"""
)


@pytest.mark.parametrize(
    "lose",
    [
        "[(child.kill(), child.wait()) for child in children]",
        "[each._drop('it was interrupted', kill=True) for each in (known.shared, *known.private)]",
    ],
)
def test_reset_starts_a_lost_environment_anew(run_python: Callable[..., str], lose: str) -> None:
    script = f"""
from stackelberg_gym._connection import _connections as known
{lose}
said = []
for env, action in envs:
    try:
        env.step(action)
    except EngineError as error:
        said.append(str(error).endswith("Call reset."))
print(said)
print(first() == before, all(a is b for a, b in zip(spaces(), owned)), running())
for env, _ in envs:
    env.close()
print(running())
"""
    said, again, left = run_python(KINDS + script).splitlines()
    assert said == str([True] * 7)
    assert again == "True True 2"
    assert left == "1"


def test_reset_notices_a_killed_engine_itself(run_python: Callable[..., str]) -> None:
    script = """
[(child.kill(), child.wait()) for child in children]
print(first() == before, running())
"""
    assert run_python(KINDS + script) == "True 2"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_reset_starts_inherited_environments_anew(run_python: Callable[..., str]) -> None:
    script = """
pid = os.fork()
if pid == 0:
    print(first() == before, flush=True)
    sys.exit()
os.waitpid(pid, 0)
print([repr(env.step(action)) != "" for env, action in envs].count(True))
"""
    assert run_python(KINDS + script).split() == ["True", "7"]


def test_close_never_fails(run_python: Callable[..., str]) -> None:
    script = """
[(child.kill(), child.wait()) for child in children]
for env, _ in envs:
    env.close()
    env.close()
print(running())
def follower(observation):
    busy.close()
    return 1
busy = StackelbergEnv(GAME, oracle=follower)
try:
    busy.reset()
    busy.step(1)
    while True:
        busy.step(1)
except EngineError as error:
    print(error)
print(running())
"""
    none, said, left = run_python(KINDS + script).splitlines()
    assert (none, left) == ("0", "0")
    assert said == "The connection to the engine was lost: it was closed. Call reset."


def test_a_thread_at_the_end_of_the_program_is_not_told(
    run_python: Callable[..., str],
) -> None:
    script = """
sys.stderr = sys.stdout
def play():
    while True:
        env.reset(seed=0)
        env.step(actions)
threading.Thread(target=play, daemon=True).start()
time.sleep(0.3)
"""
    assert run_python(START + script) == ""


def test_ctrl_c_in_the_middle_of_a_step(run_python: Callable[..., str]) -> None:
    script = """
env.reset(seed=0)
children[0].send_signal(signal.SIGSTOP)
threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
threading.Timer(0.6, lambda: children[0].send_signal(signal.SIGCONT)).start()
try:
    env.step(actions)
except KeyboardInterrupt:
    print("interrupted")
try:
    env.step(actions)
except EngineError as error:
    print(error)
env.reset(seed=0)
print(len(env.step(actions)[0]))
env.close()
print(running())
"""
    interrupted, said, steps, left = run_python(START + script).splitlines()
    assert interrupted == "interrupted"
    assert "interrupted in the middle of a request. Call reset." in said
    assert (steps, left) == ("2", "1")


def test_ctrl_c_ends_a_busy_engine_at_once(run_python: Callable[..., str]) -> None:
    script = """
from stackelberg_gym import evaluate_commitment
def interrupt(times):
    for _ in range(times):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.05)
for times in (1, 3):
    began = time.monotonic()
    timer = threading.Timer(1.5, interrupt, [times])
    timer.start()
    try:
        evaluate_commitment(
            "IteratedMatrixGame-v0", [1, 0, 0, 1, 1], oracle="tabular-q", episodes=3_000_000
        )
    except KeyboardInterrupt:
        pass
    while timer.is_alive():
        try:
            timer.join()
        except KeyboardInterrupt:
            pass
    print(1.5 < time.monotonic() - began < 3.3, running())
"""
    assert run_python(START + script).split() == ["True", "0", "True", "0"]


def test_ctrl_c_while_an_engine_is_closed_leaves_none(run_python: Callable[..., str]) -> None:
    script = """
from stackelberg_gym import StackelbergEnv
env = StackelbergEnv("NormalForm-v0", oracle=lambda observation: 0)
env.reset(seed=0)
children[0].send_signal(signal.SIGSTOP)
threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
try:
    env.close()
except KeyboardInterrupt:
    print(running())
"""
    assert run_python(START + script) == "0"


def test_a_terminal_s_ctrl_c_does_not_reach_the_engine(run_python: Callable[..., str]) -> None:
    script = "env.reset(); print(os.getpgid(children[0].pid) != os.getpgid(0))"
    assert run_python(START + script) == "True"


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"STACKELBERG_GYM_NODE": "no-such-node"}, "'no-such-node' was not found. Install it"),
        (
            {"STACKELBERG_GYM_ENGINE": "/no/such/engine.js"},
            "expected a file, got '/no/such/engine.js'",
        ),
        (
            {"STACKELBERG_GYM_ENGINE": __file__},
            "lost: Node.js ended with status 1; what it wrote to standard error says more.",
        ),
        (
            {"STACKELBERG_GYM_NODE": "true"},
            "Node.js ended with status 0; expected Node.js 20.19 or newer, got true",
        ),
        (
            {"STACKELBERG_GYM_NODE": "/dev/null/node"},
            "'/dev/null/node' was not found",
        ),
    ],
)
def test_an_engine_that_does_not_start(
    run_python: Callable[..., str], variables: dict[str, str], said: str
) -> None:
    script = (
        f"os.environ.update({variables!r})"
        + """
try:
    env.reset()
except EngineError as error:
    print(error)
print(running())
"""
    )
    *lines, left = run_python(START + script).splitlines()
    assert said in lines[-1]
    assert "Errno" not in lines[-1]
    assert left == "0"
