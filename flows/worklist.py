"""`hibiki findings`: what was found in posts, who mends it by when, what to write to them, and what was decided."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from flows.options import JsonOption, WorkspaceOption, found, leave, told
from flows.screen import Screen, plain
from tasks.clock import system_clock
from tasks.errors import DONE, ConfigurationError
from transforms.compliance.letters import one_line
from transforms.compliance.said import STATEMENT, WORDS

_AS = {"fixed": "fixed", "accepted": "accepted", "false-alarm": "false_alarm"}
_REOPENED = "reopened"
Lang = Literal["ja", "en"]


class _ListedByDefault(TyperGroup):
    """`hibiki findings` and `hibiki findings CAMPAIGN` are `hibiki findings list …`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the word in where none is said."""
        is_said = bool(args) and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if is_said else ["list", *args])


app = typer.Typer(
    cls=_ListedByDefault,
    help="What was found in posts, and what is done about it: [list] [CAMPAIGN] · show · resolve · reopen.",
    epilog="An aid, not legal advice.",
)
IdArgument = Annotated[str, typer.Argument(metavar="ID", help="As listed, or as much of it as is unique.")]
ReasonOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept for good.")]
ByOption = Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so; kept for good.")]


@app.command(name="list")
def list_(
    campaign: Annotated[str | None, typer.Argument(metavar="[CAMPAIGN]", help="Of one campaign.")] = None,
    workspace: WorkspaceOption = None,
    *,
    only_open: Annotated[bool, typer.Option("--open", help="Without what is resolved.")] = False,
    show_all: Annotated[bool, typer.Option("--all", help="Also what cannot be told.")] = False,
    as_json: JsonOption = False,
) -> None:
    """What was found, gravest first."""
    from tasks import worklist  # noqa: PLC0415  # `hibiki --help` should not wait for a database

    with told(as_json=as_json) as screen:
        rows = worklist.findings(found(workspace), campaign).to_dicts()
        listed = [r for r in rows if show_all or r["verdict"] != "unknown"]
        shown = [r for r in listed if r["state"] == "open" or not only_open]
        screen.table(
            ["id", "state", "verdict", "campaign", "what", "who", "due", "rule", "words"],
            [_line(r) for r in shown],
        )
        unknown = sum(r["verdict"] == "unknown" for r in rows)
        if unknown and not show_all:
            screen.say("", f"{unknown:,} more cannot be judged by machine (--all)")
        screen.say("", STATEMENT.en)
        screen.document({"findings": shown, "statement": {"en": STATEMENT.en, "ja": STATEMENT.ja}})
    leave(DONE)


def _line(row: Mapping[str, Any]) -> list[str]:
    state = row["state"] if row["state"] == "open" else f"{row['state']} ({row['resolution']})"
    words = row["quote"] or row["wanted"]
    what = row["address"] if row["subject"] == "reuse" else row["subject_id"]
    return [
        row["finding_id"],
        state,
        WORDS[row["verdict"]].en,
        plain(row["campaign_id"]),
        plain(one_line(what or row["subject_id"])),
        row["who"] or "–",
        str(row["due_on"] or "–"),
        row["rule"],
        plain(one_line(words)) if words else "–",
    ]


@app.command()
def show(
    finding: IdArgument,
    workspace: WorkspaceOption = None,
    *,
    lang: Annotated[str, typer.Option("--lang", help="ja | en.")] = "ja",
    as_json: JsonOption = False,
) -> None:
    """One finding in full, with the text to send."""
    from tasks import worklist  # noqa: PLC0415  # the reason is said above

    if lang not in {"ja", "en"}:
        raise ConfigurationError(f"--lang {lang!r} is not known: give ja or en")
    with told(as_json=as_json) as screen:
        rows = worklist.finding(found(workspace), finding).to_dicts()
        _show(screen, rows[0], "ja" if lang == "ja" else "en")
        screen.document({"finding": rows[0], "statement": {"en": STATEMENT.en, "ja": STATEMENT.ja}})
    leave(DONE)


def _show(screen: Screen, row: Mapping[str, Any], lang: Lang) -> None:
    words = WORDS[row["verdict"]]
    said = words.ja if lang == "ja" else words.en
    screen.heading(f"{row['finding_id']} · {said} · {row[f'title_{lang}']}")
    about = {
        "campaign": row["campaign_id"],
        "post": row["permalink"] or row["subject_id"],
        "place": row["address"],
        "posted": row["published_on"],
        "by": row["influencer_id"],
        "words": row["quote"],
        "missing": row["wanted"],
        "why": row[f"reason_{lang}"],
        "better": row[f"advice_{lang}"],
        "rule": f"{row['rule']} version {row['rule_version']} · {row[f'law_{lang}']} · {row['source']}",
        "text": f"sha256 {row['caption_sha256']}" if row["caption_sha256"] else None,
        "said so before": f"sha256 {row['earlier_caption_sha256']}" if row["earlier_caption_sha256"] else None,
        "known since": f"{row['first_known_at']:%Y-%m-%d %H:%M} UTC" if row["first_known_at"] else None,
        "who": row["who"],
        "until": row["due_on"],
        "state": row["state"],
        "decided": _decided(row),
    }
    screen.pairs({k: plain(" ".join(str(v).split())) for k, v in about.items() if v is not None})
    if row[f"text_{lang}"]:
        screen.say("")
        screen.heading("送る文面" if lang == "ja" else "Text to send")
        screen.say("", *(f"  {plain(line)}" for line in row[f"text_{lang}"].split("\n")))
    screen.say("", STATEMENT.ja if lang == "ja" else STATEMENT.en)


def _decided(row: Mapping[str, Any]) -> str | None:
    if row["resolution"] is None:
        return None
    at = f"{row['resolved_at']:%Y-%m-%d %H:%M} UTC"
    return f"{row['resolution']} by {row['resolved_by']}, {at}: {row['resolved_reason']}"


@app.command()
def resolve(
    finding: IdArgument,
    reason: ReasonOption,
    by: ByOption,
    workspace: WorkspaceOption = None,
    *,
    outcome: Annotated[str, typer.Option("--as", help="fixed | accepted | false-alarm.")] = "fixed",
    as_json: JsonOption = False,
) -> None:
    """Say that a finding is settled, and why. A changed caption or rule opens it again."""
    if outcome not in _AS:
        raise ConfigurationError(f"--as {outcome!r} is not known: give {', '.join(_AS)}")
    _decide(finding, workspace, _AS[outcome], reason, by, as_json=as_json)


@app.command()
def reopen(
    finding: IdArgument,
    reason: ReasonOption,
    by: ByOption,
    workspace: WorkspaceOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Take back what was decided about a finding."""
    _decide(finding, workspace, _REOPENED, reason, by, as_json=as_json)


def _decide(finding: str, workspace: Any, resolution: str, reason: str, by: str, *, as_json: bool) -> None:
    from tasks import worklist  # noqa: PLC0415  # the reason is said above

    with told(as_json=as_json) as screen:
        where = found(workspace)
        with where.lock("findings", system_clock):
            after = worklist.decide(where, finding, resolution, reason=reason, by=by, clock=system_clock)
        row = after.row(0, named=True)
        screen.say(
            f"✓ {row['finding_id']} is {row['state']}",
            "",
            "Written to resolutions.csv; reports know it from the next `hibiki nightly` or `hibiki rebuild`.",
        )
        screen.document({"finding": row})
    leave(DONE)
