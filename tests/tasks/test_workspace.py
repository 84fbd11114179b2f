"""The workspace: found where it was named, made without overwriting, held by one run at a time."""

import os
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.__main__ import app
from tasks import briefs, settings, workspace
from tasks.clock import stopped_clock
from tasks.errors import ConfigurationError, WorkspaceBusy
from tasks.workspace import Workspace
from transforms import kpis

CLOCK = stopped_clock(datetime(2026, 7, 28, 3, 0, tzinfo=UTC))


@pytest.fixture
def made(tmp_path: Path) -> Workspace:
    workspace.init(tmp_path / "w")
    return Workspace(tmp_path / "w")


def test_the_option_wins_over_the_environment_and_that_over_the_folder(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        workspace.init(tmp_path / name)
    a, b, c = (tmp_path / n for n in ("a", "b", "c"))
    assert workspace.find(a, {"HIBIKI_WORKSPACE": str(b)}, c).root == a
    assert workspace.find(None, {"HIBIKI_WORKSPACE": "b"}, tmp_path).root == b
    assert workspace.find(None, {}, c).root == c


def test_a_folder_without_settings_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="hibiki init"):
        workspace.find(None, {}, tmp_path)
    with pytest.raises(ConfigurationError, match="HIBIKI_WORKSPACE says"):
        workspace.find(None, {"HIBIKI_WORKSPACE": str(tmp_path)}, tmp_path)


def test_the_example_has_no_mistake_in_it(made: Workspace) -> None:
    found, mistakes = settings.inspect(made.root)
    assert found is not None
    assert mistakes == []
    read = briefs.read(made, found)
    assert read.mistakes == ()
    assert [b.campaign_id for b in read.campaigns] == ["example"]
    assert len(read.campaigns[0].roster) == 3


def test_every_goal_that_the_example_names_is_a_kpi_of_a_campaign_by_its_own_label(made: Workspace) -> None:
    file = made.campaigns / "example" / "campaign.toml"
    brief, goals = file.read_text("utf-8").split("[goals]\n")
    lines = [line.removeprefix("# ") for line in goals.splitlines()]
    assert len(lines) > len([line for line in goals.splitlines() if not line.startswith("#")]) > 0
    file.write_text("\n".join((brief, "[goals]", *lines)), "utf-8")
    read = briefs.read(made)
    assert read.mistakes == ()
    known = kpis.load()
    told = [re.fullmatch(r"(\w+) = [\d.]+ +# (.+)", line) for line in lines]
    assert [m and m[2] for m in told] == [f"{k.label.en} / {k.label.ja}" for k in (known[m[1]] for m in told if m)]
    assert set(read.campaigns[0].campaign.goals) == {m[1] for m in told if m}


def test_every_command_that_the_example_names_explains_what_it_is_said_to(made: Workspace) -> None:
    words = re.findall(r"hibiki ([a-z-]+)", (made.imports / "README.md").read_text("utf-8"))
    assert words == ["import", "import-guide"]
    assert {c.name for c in app.registered_commands} >= set(words)


def test_what_is_still_the_example_is_known(made: Workspace) -> None:
    assert len(workspace.untouched(made.root)) == 6
    roster = made.campaigns / "example" / "roster.csv"
    roster.write_bytes(roster.read_bytes() + b"\r\n")
    made.settings_file.unlink()
    assert {made.settings_file, roster}.isdisjoint(workspace.untouched(made.root))
    assert len(workspace.untouched(made.root)) == 4


def test_the_example_keeps_secrets_and_data_out_of_git(made: Workspace) -> None:
    ignored = (made.root / ".gitignore").read_text().splitlines()
    assert {"secrets.toml", ".env", "landing/", "warehouse.duckdb*"} <= set(ignored)
    assert not (made.root / "gitignore").exists()


def test_init_overwrites_nothing(made: Workspace) -> None:
    made.settings_file.write_text("timezone = 'Europe/Berlin'")
    with pytest.raises(ConfigurationError, match="nothing is overwritten"):
        workspace.init(made.root)
    assert "Berlin" in made.settings_file.read_text()


def test_a_place_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="cannot be written"):
        workspace.init(tmp_path / "file" / "w")
    with pytest.raises(ConfigurationError, match="cannot be written"), Workspace(tmp_path / "none").lock("nightly"):
        pass
    with pytest.raises(ConfigurationError, match="cannot be written"):
        Workspace(tmp_path / "none").prove_writable()


def test_a_second_run_is_told_who_holds_the_workspace(made: Workspace) -> None:
    with made.lock("nightly", CLOCK):
        held = rf"hibiki nightly.*process {os.getpid()}.*2026-07-28T03:00"
        with pytest.raises(WorkspaceBusy, match=held) as caught, made.lock("report", CLOCK):
            pass
        assert caught.value.exit_code == 5
    with made.lock("report", CLOCK):
        assert "report" in made.lock_file.read_text()
    assert made.lock_file.read_text() == ""


def test_a_failed_run_frees_the_workspace(made: Workspace) -> None:
    with pytest.raises(RuntimeError), made.lock("nightly", CLOCK):
        raise RuntimeError
    with made.lock("nightly", CLOCK):
        pass


def test_a_killed_run_frees_the_workspace(made: Workspace) -> None:
    code = (
        "import sys, time; from pathlib import Path; from tasks.workspace import Workspace\n"
        f"with Workspace(Path({str(made.root)!r})).lock('nightly'):\n print('held', flush=True); time.sleep(60)"
    )
    root = Path(__file__).parents[2]
    run = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=root)
    assert run.stdout is not None
    try:
        assert run.stdout.readline() == "held\n"
        with pytest.raises(WorkspaceBusy, match=f"process {run.pid}"), made.lock("report", CLOCK):
            pass
        run.send_signal(signal.SIGKILL)
        run.wait(10)
    finally:
        run.kill()
        run.stdout.close()
    deadline = time.monotonic() + 5
    with made.lock("report", CLOCK):
        assert time.monotonic() < deadline


@pytest.mark.skipif(os.geteuid() == 0, reason="the root user may write everywhere")
def test_a_read_only_workspace_is_said_so(made: Workspace) -> None:
    made.root.chmod(0o500)
    try:
        with pytest.raises(ConfigurationError, match="make the folder writable"):
            made.prove_writable()
    finally:
        made.root.chmod(0o700)
