"""Where Prefect runs: the workspace's own local server, started and found again, or the one the user names.

Nothing here imports Prefect: it reads its settings from the environment once, at import, so they are set first.
"""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from tasks.errors import HibikiError

START_TIMEOUT = 120.0
_LOOPBACK = "127.0.0.1"


class EngineError(HibikiError):
    """Prefect's local server did not start; the message names its log."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running local server of one workspace. ``pid`` is None where the user runs it."""

    url: str
    pid: int | None

    def stop(self, *, within: float = 15.0) -> None:
        """End the server if it is ours; ask first, then insist."""
        if self.pid is None:
            return
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(self.pid, sign)
            deadline = time.monotonic() + within
            while time.monotonic() < deadline:
                if not _alive(self.pid):
                    return
                time.sleep(0.05)


def environment(home: Path) -> dict[str, str]:
    """Prefect's settings for an embedded run: its own home, no telemetry, a quiet console."""
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
        "PREFECT_LOGGING_LEVEL": "INFO",
        "PREFECT_LOGGING_EXTRA_LOGGERS": "flows,tasks,transforms,expectations,reports",
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_CONFIG_PATH": str(home / "logging.yml"),
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
        "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
        "GX_ANALYTICS_ENABLED": "false",
    }


def prepare(home: Path, environ: MutableMapping[str, str] = os.environ) -> Callable[[], Server]:
    """Start the workspace's server in the background, or find it; call what is returned to wait until it answers.

    A set ``PREFECT_API_URL`` is respected: then nothing is started, and Prefect keeps the user's own home.
    """
    if url := environ.get("PREFECT_API_URL"):
        environ.setdefault("DO_NOT_TRACK", "1")
        environ.setdefault("GX_ANALYTICS_ENABLED", "false")
        return lambda: Server(url, None)
    home.mkdir(parents=True, exist_ok=True)
    environ.update(environment(home))
    _write_logging_config(home / "logging.yml")
    note = home / "server.json"
    found = _find(note)
    server = found or _start(home, note, environ)
    environ["PREFECT_API_URL"] = server.url

    def ready() -> Server:
        if found is None:
            _await(server, home / "server.log")
        return server

    return ready


def running(home: Path) -> Server | None:
    """The workspace's server, if it answers."""
    return _find(home / "server.json")


def stop(home: Path) -> None:
    """End the workspace's own server, with its log records written, if there is one."""
    if (server := running(home)) is None:
        return
    _flush()
    server.stop()


def quiet_exit() -> None:
    """Say nothing at the very end of a process that Prefect started for one run: see :func:`leave`."""
    atexit.register(lambda: os.dup2(os.open(os.devnull, os.O_WRONLY), 2))


def leave(code: int) -> NoReturn:
    """End the process at once, with its records written.

    Prefect's threads keep what they ran with until the very end, and DuckDB's binding then prints lists of "leaks".
    """
    _flush()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _flush() -> None:
    if "prefect" in sys.modules:
        import_module("prefect.logging.handlers").APILogHandler().flush()


def _find(note: Path) -> Server | None:
    try:
        said = json.loads(note.read_text("utf-8"))
        server = Server(str(said["url"]), int(said["pid"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    return server if server.pid is not None and _alive(server.pid) and _healthy(server.url) else None


def _start(home: Path, note: Path, environ: Mapping[str, str]) -> Server:
    port = _port_for(home)
    url = f"http://{_LOOPBACK}:{port}/api"
    command = [
        sys.executable,
        "-m",
        "prefect",
        "server",
        "start",
        "--host",
        _LOOPBACK,
        "--port",
        str(port),
        "--no-ui",
        "--analytics-off",
        "--log-level",
        "WARNING",
    ]
    own = {k: v for k, v in environ.items() if k != "PREFECT_API_URL"}
    with (home / "server.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter with fixed arguments
            command, env=own, cwd=home, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    server = Server(url, process.pid)
    aside = note.with_suffix(".part")
    aside.write_text(json.dumps(asdict(server)), "utf-8")
    aside.replace(note)
    return server


def _await(server: Server, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if _healthy(server.url):
            return
        if server.pid is not None and not _alive(server.pid):
            break
        time.sleep(0.1)
    server.stop()
    raise EngineError(f"Prefect's local server did not start at {server.url}: its log is {log}")


def _healthy(url: str) -> bool:
    import httpx  # noqa: PLC0415  # most words of the command ask no server, and should not wait for it

    try:
        return httpx.get(f"{url}/health", timeout=2.0, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def _alive(pid: int) -> bool:
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)  # our own child must be collected, or it looks alive for ever
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _port_for(home: Path) -> int:
    """A port that a workspace keeps from run to run where it can; any free one where it cannot."""
    wanted = 20_000 + int.from_bytes(sha256(str(home.resolve()).encode()).digest()[:2], "big") % 10_000
    for port in (wanted, 0):
        with socket.socket() as probe:
            try:
                probe.bind((_LOOPBACK, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise EngineError(f"no free port on {_LOOPBACK} for Prefect's local server: close a program and run again")


def _write_logging_config(path: Path) -> None:
    """Prefect applies its logging again at each flow's start; this one sends records to its server and nowhere else."""
    path.write_text(_LOGGING, "utf-8")


_LOGGING = """\
version: 1
disable_existing_loggers: false
formatters:
  plain: {format: "%(levelname)s %(name)s: %(message)s"}
handlers:
  api: {class: prefect.logging.handlers.APILogHandler}
  silent: {class: logging.NullHandler}
loggers:
  prefect: {level: INFO, handlers: [silent], propagate: false}
  prefect.extra: {level: INFO, handlers: [api], propagate: false}
  prefect.flow_runs: {level: INFO, handlers: [api], propagate: false}
  prefect.task_runs: {level: INFO, handlers: [api], propagate: false}
  prefect.server: {level: WARNING, handlers: [silent], propagate: false}
root: {level: WARNING, handlers: [silent]}
"""
