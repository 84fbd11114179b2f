"""What the words of the `hibiki` command share: which workspace, one JSON document or lines, and the exit code."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from flows.screen import Screen
from tasks import workspace as workspaces
from tasks.workspace import Workspace

WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", "-w", metavar="DIR", help="The workspace; else HIBIKI_WORKSPACE, else this folder."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, for machines.")]


@contextmanager
def told(*, as_json: bool) -> Generator[Screen]:
    """The screen on which a word of the command tells what it does."""
    with Screen(as_json=as_json) as screen:
        yield screen


def found(option: Path | None) -> Workspace:
    """The workspace meant. Errors: ConfigurationError."""
    return workspaces.find(option, os.environ, Path.cwd())


def leave(code: int) -> NoReturn:
    """End the command with an exit code."""
    raise typer.Exit(code)
