"""How soon the bot answers after it was started, and how much memory it holds."""

from __future__ import annotations

import contextlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.figure import Figure
from config.settings import NAMES

TIMES = 7
LIBRARIES = "import sqlalchemy, jinja2, starlette.applications, uvicorn, cryptography.hazmat.primitives.ciphers.aead, yaml"
PATIENCE = 60.0


def measure() -> Iterator[Figure]:
    """`nvg run` in an empty folder until /health answers, beside a Python that does nothing and one that only imports."""
    with tempfile.TemporaryDirectory(prefix="nvg-bench-") as compiled:
        environment = clean(os.environ) | {"PYTHONPYCACHEPREFIX": compiled}
        started(environment, furnished=True)  # also compiles: only the very first start does that
        runs = [started(environment) for _ in range(TIMES)]
        cold, memory = (statistics.median(each) for each in zip(*runs, strict=True))
        furnished = started(environment, furnished=True)[1]
        nothing, libraries = timed("pass", environment), timed(LIBRARIES, environment)
    yield Figure("cold start until /health answers, median", cold, "s", nothing, most=0.8)
    yield Figure("the same, beside importing its libraries alone", cold, "s", libraries)
    yield Figure("memory at its first answer", memory, "MB", bare_memory(), most=90)
    yield Figure("memory when the example groups have lived two weeks", furnished, "MB", bare_memory(), most=90)


def started(environment: Mapping[str, str], furnished: bool = False) -> tuple[float, float]:
    """Seconds to the first answer, and the memory in MB then; with `furnished` when the example groups are loaded."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="nvg-bench-") as folder:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "handlers.run", "run"], cwd=folder, stderr=subprocess.DEVNULL,
            env={**environment, "NVG_PORT": str(port), "PYTHONPATH": str(Path(__file__).parent.parent)},
        )  # fmt: skip
        try:
            health(port, process)
            seconds = time.perf_counter() - began
            while furnished and b"starting" in health(port, process):
                time.sleep(0.2)
            return seconds, resident(process.pid)
        finally:
            process.terminate()
            process.wait(20)


def health(port: int, process: subprocess.Popen[bytes]) -> bytes:
    """The answer of /health, asked for until there is one."""
    until = time.perf_counter() + PATIENCE
    while time.perf_counter() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=PATIENCE) as answer:
                return bytes(answer.read())
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.005)
    raise RuntimeError("the bot did not start")


def timed(code: str, environment: Mapping[str, str]) -> float:
    """Median seconds of a Python that runs only this."""
    took: list[float] = []
    for _ in range(TIMES):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, env=environment)
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def bare_memory() -> float:
    """MB of a Python that has only imported the libraries."""
    code = f"{LIBRARIES}; print(open('/proc/self/status').read())"
    return _resident(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)


def resident(pid: int) -> float:
    return _resident(Path(f"/proc/{pid}/status").read_text(encoding="ascii"))


def _resident(status: str) -> float:
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def clean(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without settings of ours, and with compiled code kept: what is measured is the same everywhere."""
    return {
        name: value for name, value in environment.items()
        if name not in NAMES and not name.startswith("NVG_") and name != "PYTHONDONTWRITEBYTECODE"
    }  # fmt: skip


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def own_core(pid: int) -> None:
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.sched_setaffinity(pid, {cores[0]})


@contextlib.contextmanager
def on_own_core() -> Iterator[None]:
    """What this thread does meanwhile, and the threads that it starts, is done on the one core that a bot has."""
    before = os.sched_getaffinity(0)
    own_core(0)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def other_cores() -> None:
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.sched_setaffinity(0, set(cores[1:]))
