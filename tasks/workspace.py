"""The workspace is the one folder that holds a company's settings and data; nothing is written outside it."""

import fcntl
import json
import os
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from tasks.clock import Clock, system_clock
from tasks.credentials import ENV_FILE, SECRETS_FILE
from tasks.errors import ConfigurationError, WorkspaceBusy
from tasks.settings import SETTINGS_FILE

VARIABLE = "HIBIKI_WORKSPACE"


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where everything of one company is."""

    root: Path

    @property
    def settings_file(self) -> Path:
        """hibiki.toml."""
        return self.root / SETTINGS_FILE

    @property
    def secrets_file(self) -> Path:
        """Tokens, readable by their owner only."""
        return self.root / SECRETS_FILE

    @property
    def env_file(self) -> Path:
        """Tokens as environment variables."""
        return self.root / ENV_FILE

    @property
    def campaigns(self) -> Path:
        """Briefs: one folder per campaign."""
        return self.root / "campaigns"

    @property
    def imports(self) -> Path:
        """Drop folder for exports, and the mappings that read them."""
        return self.root / "imports"

    @property
    def landing(self) -> Path:
        """Raw answers: the one folder that cannot be made again."""
        return self.root / "landing"

    @property
    def warehouse(self) -> Path:
        """The writer's database."""
        return self.root / "warehouse.duckdb"

    @property
    def serving(self) -> Path:
        """Finished read-only copies."""
        return self.root / "serving"

    @property
    def reports(self) -> Path:
        """Editions of reports."""
        return self.root / "reports"

    @property
    def outbox(self) -> Path:
        """Messages and the mail ledger."""
        return self.root / "outbox"

    @property
    def docs(self) -> Path:
        """Data docs."""
        return self.root / "docs"

    @property
    def prefect_home(self) -> Path:
        """The workspace's own Prefect, apart from the user's."""
        return self.root / ".prefect"

    @property
    def lock_file(self) -> Path:
        """Held by the run that may write."""
        return self.root / ".lock"

    def prove_writable(self) -> None:
        """Write and remove a file. Errors: ConfigurationError."""
        try:
            with tempfile.TemporaryFile(dir=self.root) as file:
                file.write(b"hibiki")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise _unwritable(self.root, error) from error

    @contextmanager
    def lock(self, flow: str, clock: Clock = system_clock) -> Generator[None]:
        """Hold the workspace for one run. The system frees it when the process ends, however it ends.

        Errors: WorkspaceBusy names who holds it; ConfigurationError where the folder cannot be written.
        """
        try:
            handle = os.open(self.lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise _unwritable(self.root, error) from error
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise WorkspaceBusy(_holder(self.lock_file)) from error
            said = {"pid": os.getpid(), "flow": flow, "started_at": clock().isoformat(timespec="seconds")}
            try:
                os.ftruncate(handle, 0)
                os.pwrite(handle, json.dumps(said).encode() + b"\n", 0)
            except OSError as error:
                raise _unwritable(self.root, error) from error
            try:
                yield
            finally:
                # The file stays: were it removed, a waiting run could lock the old one while another locks a new one.
                os.ftruncate(handle, 0)
        finally:
            os.close(handle)


def find(option: Path | None, environ: Mapping[str, str], cwd: Path) -> Workspace:
    """The workspace: ``--workspace``, else HIBIKI_WORKSPACE, else the working folder if it holds hibiki.toml.

    Errors: ConfigurationError.
    """
    named = option or (Path(environ[VARIABLE]) if environ.get(VARIABLE) else None)
    root = (cwd / named.expanduser()).resolve() if named else cwd.resolve()
    if (root / SETTINGS_FILE).is_file():
        return Workspace(root)
    if named is None:
        raise ConfigurationError(
            f"{root} holds no {SETTINGS_FILE}: go to a workspace, give it with --workspace DIR or {VARIABLE},"
            " or make one with `hibiki init DIR`"
        )
    said_by = "--workspace" if option else VARIABLE
    raise ConfigurationError(f"{said_by} says {named}, which holds no {SETTINGS_FILE}: run `hibiki init {named}`")


def init(directory: Path) -> list[Path]:
    """A workspace with a commented example; the files written. Nothing that exists is overwritten.

    Errors: ConfigurationError.
    """
    wanted = _example(directory)
    if taken := sorted(p for p in wanted if p.exists() or p.is_symlink()):
        raise ConfigurationError(
            f"{taken[0]} exists already: choose an empty folder; nothing was written, and nothing is overwritten"
        )
    try:
        for path, source in wanted.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.write(source.read_bytes())
    except OSError as error:
        raise _unwritable(directory, error) from error
    return sorted(wanted)


def untouched(directory: Path) -> list[Path]:
    """Files of the example that stand in a workspace as :func:`init` wrote them."""
    found: list[Path] = []
    for path, source in _example(directory).items():
        with suppress(OSError):  # a file that is not there, or cannot be read, is not the example
            if path.read_bytes() == source.read_bytes():
                found.append(path)
    return sorted(found)


def _example(directory: Path) -> dict[Path, Traversable]:
    """What the example says, by where it is to stand."""
    return {directory / _real_name(name): source for name, source in _walk(files("tasks") / "example", "")}


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir():
            found += _walk(entry, f"{prefix}{entry.name}/")
        else:
            found.append((f"{prefix}{entry.name}", entry))
    return found


def _real_name(name: str) -> str:
    """``gitignore`` is kept without its dot in the package, so that git does not obey it there."""
    return ".gitignore" if name == "gitignore" else name


def _unwritable(folder: Path, error: OSError) -> ConfigurationError:
    return ConfigurationError(
        f"{folder} cannot be written: {error.strerror or error}. Make room, or make the folder writable for this user"
    )


def _holder(lock_file: Path) -> str:
    try:
        said = json.loads(lock_file.read_bytes())
        who = f"`hibiki {said['flow']}` (process {said['pid']}) has held it since {said['started_at']}"
    except (OSError, ValueError, KeyError, TypeError):  # it was taken a moment ago and nothing is written yet
        who = "another run has just taken it"
    return f"{lock_file.parent} is in use: {who}. Wait until it is done, or stop it"
