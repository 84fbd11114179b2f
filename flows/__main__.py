"""The `hibiki` command: words in, exit codes out; the work is in flows and tasks."""

# ruff: noqa: FBT002  # a flag of the command line is a boolean argument with a default

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from flows import checking, commands, engine, sheets, worklist
from flows.options import JsonOption, WorkspaceOption, found, leave, told
from tasks.errors import DONE, USAGE, HibikiError, Mistakes
from tasks.importing.guide import GUIDE

app = typer.Typer(
    name="hibiki",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="hibiki 響き: what a brand's micro-influencer campaigns really did. 施策の結果を、確かな数字で。",
    epilog="Exit codes: 0 done · 1 a fault of ours · 2 wrong usage or configuration · 3 done with gaps ·"
    " 4 refused by an audit · 5 another run holds the workspace.",
)
mail = typer.Typer(no_args_is_help=True, help="Messages, and what waits.")
app.add_typer(mail, name="mail")
checking.register(app)
app.add_typer(worklist.app, name="findings")

DayOption = Annotated[
    datetime | None, typer.Option("--day", formats=["%Y-%m-%d"], metavar="D", help="Business day; default: today's.")
]


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where to; made anew.")] = Path("demo"),
    seed: Annotated[int, typer.Option(help="Another world.")] = 20260728,
    as_json: JsonOption = False,
) -> None:
    """Everything, on a simulated world."""
    with told(as_json=as_json) as screen:
        leave(commands.demo(screen, out, seed))


@app.command()
def init(directory: Annotated[Path, typer.Argument(metavar="DIR")]) -> None:
    """A workspace with a commented example."""
    with told(as_json=False) as screen:
        leave(commands.init(screen, directory))


@app.command()
def check(
    workspace: WorkspaceOption = None,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no platform.")] = False,
    as_json: JsonOption = False,
) -> None:
    """All mistakes at once, before the first night.

    Settings, briefs, secrets, disk; and, unless --offline, tokens, reachability and clock.
    """
    with told(as_json=as_json) as screen:
        leave(commands.check(screen, found(workspace), offline=offline))


@app.command()
def nightly(workspace: WorkspaceOption = None, day: DayOption = None, as_json: JsonOption = False) -> None:
    """One night, from questions to mail.

    Ingest → audit → warehouse → KPIs → serving copy → reports due → mail.
    """
    with told(as_json=as_json) as screen:
        leave(commands.nightly(screen, found(workspace), _day(day)))


@app.command(name="import", epilog="A file nobody here has seen: `hibiki import-guide`.")
def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…")],
    kind: Annotated[
        str, typer.Option("--as", metavar="KIND", help="A known profile, or a mapping (name or .toml file).")
    ],
    *,
    workspace: WorkspaceOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show how the first rows would be read; land nothing.")
    ] = False,
    manual: Annotated[
        bool, typer.Option("--manual", help="A person typed these figures: they are marked wherever they count.")
    ] = False,
    evidence: Annotated[
        Path | None,
        typer.Option("--evidence", metavar="FILE", help="What they were typed from (a screenshot): kept beside them."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Bring exported files into landing.

    CSV, TSV, Parquet, JSON, JSONL or XLSX.
    """
    with told(as_json=as_json) as screen:
        where = found(workspace)
        done = commands.import_files(screen, where, files, kind, dry_run=dry_run, is_manual=manual, evidence=evidence)
        leave(done)


@app.command(name="import-guide")
def import_guide() -> None:
    """How any export can be read."""
    typer.echo(GUIDE)


@app.command()
def rebuild(
    workspace: WorkspaceOption = None,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], metavar="D", help="First day to read again.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], metavar="D", help="Last day to read again.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make all again from landing.

    Core, marts and the serving copy; no API is called. With --from or --to, what was landed for those days.
    """
    with told(as_json=as_json) as screen:
        leave(commands.rebuild(screen, found(workspace), _day(first), _day(last)))


@app.command()
def report(
    campaign: Annotated[str, typer.Argument(metavar="CAMPAIGN", help="Name of its folder in campaigns/.")],
    workspace: WorkspaceOption = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="T", help="As known at this day or instant (ISO 8601).")
    ] = None,
    send: Annotated[bool, typer.Option("--send", help="Put it into the outbox and deliver; else a preview.")] = False,
    as_json: JsonOption = False,
) -> None:
    """A campaign's report, now.

    A preview unless --send.
    """
    with told(as_json=as_json) as screen:
        leave(commands.report(screen, found(workspace), campaign, as_of, send=send))


@app.command()
def feedback(
    campaign: Annotated[str, typer.Argument(metavar="CAMPAIGN", help="Name of its folder in campaigns/.")],
    influencer: Annotated[
        str | None, typer.Argument(metavar="[INFLUENCER]", help="One creator's id; else all.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """A sheet for each creator: thanks, what worked, ideas, requests.

    About their own posts alone, with the figures of the newest edition. Nothing is sent.
    """
    with told(as_json=as_json) as screen:
        leave(sheets.feedback(screen, found(workspace), campaign, influencer))


@app.command()
def portfolio(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """All campaigns on one page.

    nightly writes it, too, where there are two campaigns or more.
    """
    with told(as_json=as_json) as screen:
        leave(sheets.portfolio(screen, found(workspace)))


@app.command()
def trace(  # noqa: PLR0917  # each argument is a word of the command line
    campaign: Annotated[str, typer.Argument(metavar="CAMPAIGN", help="Name of its folder in campaigns/.")],
    kpi: Annotated[str, typer.Argument(metavar="KPI", help="Name of a KPI (ref.kpis), or all.")],
    workspace: WorkspaceOption = None,
    influencer: Annotated[str | None, typer.Option("--influencer", metavar="ID", help="Of one influencer.")] = None,
    platform: Annotated[str | None, typer.Option("--platform", metavar="P", help="On one platform.")] = None,
    post: Annotated[str | None, typer.Option("--post", metavar="ID", help="Of one post.")] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="T", help="As known at this day or instant (ISO 8601).")
    ] = None,
    verify: Annotated[bool, typer.Option("--verify", help="Only whether it holds.")] = False,
    show_all: Annotated[
        bool, typer.Option("--all", help="Show every part; else the largest few of each input.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Where a figure came from.

    Back to posts, orders and costs, to the landed answers (file, line, SHA-256, place in it), and added up again. Exit
    code 4 where a landed file is not what was landed, or the sum is not the stored figure.
    """
    with told(as_json=as_json) as screen:
        place = (campaign, influencer, platform, post)
        leave(commands.trace(screen, found(workspace), place, kpi, as_of, verify=verify, show_all=show_all))


@app.command()
def marts(
    as_of: Annotated[str, typer.Option("--as-of", metavar="T", help="As known at this day or instant (ISO 8601).")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where to; must not exist or be empty.")],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Every mart as it was known at an instant, as Parquet.

    What was learnt later is left out; what the warehouse holds stays as it is.
    """
    with told(as_json=as_json) as screen:
        leave(commands.marts(screen, found(workspace), as_of, out))


@app.command()
def status(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """How it goes, and what waits for you.

    Last runs, coverage, freshness, what waits for a person.
    """
    with told(as_json=as_json) as screen:
        leave(commands.status(screen, found(workspace)))


@app.command()
def stop(workspace: WorkspaceOption = None) -> None:
    """End the workspace's own Prefect server."""
    with told(as_json=False) as screen:
        leave(commands.stop(screen, found(workspace)))


@app.command()
def serve(
    workspace: WorkspaceOption = None,
    cron: Annotated[
        str, typer.Option("--cron", help="When to run nightly, in the workspace's timezone.")
    ] = "30 23 * * *",
) -> None:
    """Run nightly on a schedule.

    With Prefect, until stopped.
    """
    with told(as_json=False) as screen:
        leave(commands.serve(screen, found(workspace), cron))


@mail.command(name="list")
def mail_list(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Every message and where it stands."""
    with told(as_json=as_json) as screen:
        leave(commands.mail_list(screen, found(workspace)))


@mail.command(name="resolve")
def mail_resolve(
    mail_id: str,
    sent: Annotated[bool, typer.Option("--sent/--resend", help="It did arrive, or send it again.")],
    workspace: WorkspaceOption = None,
) -> None:
    """Say what became of a message in doubt, or release one that is held."""
    with told(as_json=False) as screen:
        leave(commands.mail_resolve(screen, found(workspace), mail_id, sent=sent))


@mail.command(name="resend")
def mail_resend(mail_id: str, workspace: WorkspaceOption = None) -> None:
    """Send a message once more that was sent or failed."""
    with told(as_json=False) as screen:
        leave(commands.mail_resend(screen, found(workspace), mail_id))


def main() -> None:
    """Entry point."""
    engine.leave(run())


def run(arguments: Sequence[str] | None = None) -> int:
    """The exit code of the words given (the command line's). A fault that the user can mend is told in words."""
    try:
        app(arguments)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else USAGE
    except HibikiError as error:
        _tell(error)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    return DONE


def _tell(error: HibikiError) -> None:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    lines = [str(m) for m in error.mistakes] if isinstance(error, Mistakes) else str(error).splitlines()
    for line in lines:
        console.print(Text("✗ ", style="red").append(line, style="default"))


def _day(said: datetime | None) -> date | None:
    return said.date() if said else None


if __name__ == "__main__":
    main()
