"""The page of expectations says what was expected of the data, why, and what broke it: one file that opens offline.

It stands in for Great Expectations' own Data Docs, which load their looks from CDNs, are empty without a network, leave
severity out, and have no page for the rows that were held back, which is what people come for.
"""

import base64
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from html import escape
from pathlib import Path

import polars as pl

from transforms import tables

PAGE = Path("expectations") / "index.html"
SHOWN = 200
"""Causes on the page; all rows are in ops.rejected_rows."""

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2b2f; --soft: #55656a; --line: #d5dee0; --paper: #fbfcfc; --sheet: #fff;
  --teal: #0f6b6b; --red: #b23a24; --amber: #8a5a00 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eeee; --soft: #9fb0b3; --line: #33474b; --paper: #10191b;
  --sheet: #172326; --teal: #6cc7c1; --red: #ff9a85; --amber: #f0c36a } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.6 "BIZ UDPGothic", "Hiragino Sans", "Noto Sans JP", system-ui, sans-serif }
main { max-width: 72rem; margin: 0 auto; padding: 2rem 1rem 4rem }
h1 { font-size: 1.6rem; margin: 0 }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem }
p { max-width: 46rem }
.soft { color: var(--soft) }
dl { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; margin: 1.5rem 0 }
dt { color: var(--soft); font-size: .85rem }
dd { margin: 0; font-size: 1.5rem; font-variant-numeric: tabular-nums }
.scroll { overflow-x: auto; background: var(--sheet); border: 1px solid var(--line); border-radius: .5rem }
table { border-collapse: collapse; width: 100%; font-size: .9rem }
th, td { text-align: left; vertical-align: top; padding: .45rem .75rem; border-top: 1px solid var(--line);
  overflow-wrap: break-word; word-break: normal }
td { min-width: 4.5rem } td.wide { min-width: 16rem } td.where { overflow-wrap: anywhere; min-width: 14rem }
td.when, td.name, td.critical, td.warning, td.info { white-space: nowrap }
thead th { border-top: 0; color: var(--soft); font-weight: 600; white-space: nowrap }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.critical { color: var(--red); font-weight: 600 }
.warning { color: var(--amber); font-weight: 600 }
.info { color: var(--teal) }
summary { cursor: pointer; color: var(--teal) }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .3rem 0; font-size: .8rem }
"""

_INTRODUCTION = (
    '<p class="soft">Every row is judged before it reaches the warehouse. A <b class="critical">critical</b> rule keeps'
    ' a row out; a <b class="warning">warning</b> only counts it; <b class="info">info</b> marks harmless repeats. A'
    " file that breaks a critical rule as a whole is held back alone. A file without a single row to judge (an empty"
    " answer, a refusal) is landed and loaded, but nothing in it was judged, so it is not among the files judged. All"
    " times are UTC.</p>"
)


def write_page(docs: Path, results: pl.DataFrame, rejected: pl.DataFrame, decisions: pl.DataFrame) -> Path:
    """Write ``expectations/index.html`` below ``docs``, whole or not at all; its path."""
    target = docs / PAGE
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.part")
    aside.write_text(page(results, rejected, decisions), encoding="utf-8")
    aside.replace(target)
    return target


def page(results: pl.DataFrame, rejected: pl.DataFrame, decisions: pl.DataFrame) -> str:
    """The page, from ops.expectation_results, ops.rejected_rows and the decisions that held files back."""
    style = base64.b64encode(sha256(_STYLE.encode()).digest()).decode()
    rules = (
        results.group_by("table_name", "rule", "severity")
        .agg(
            pl.col("reason").last(),
            pl.len().alias("files"),
            (~pl.col("success")).sum().alias("broken_in"),
            pl.col("unexpected").sum(),
        )
        .sort("table_name", "rule")
    )
    causes = _causes(rejected)
    faults, repeats = (causes.filter(pl.col("severity") == kind) for kind in ("critical", "info"))
    broken = rules.filter(pl.col("broken_in") > 0).sort("severity", "unexpected", descending=[False, True])
    numbers = {
        "files judged": results["batch"].n_unique(),
        "rules": rules.height,
        "rules broken somewhere": broken.height,
        "rows held back": rejected.filter(pl.col("severity") == "critical").height,
        "harmless repeats": rejected.filter(pl.col("severity") == "info").height,
        "files held back": decisions.height,
    }
    figures = "".join(f"<div><dt>{label}</dt><dd>{number:,}</dd></div>" for label, number in numbers.items())
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{style}'\">"
        f"<title>What was expected of the data</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>What was expected of the data</h1>{_INTRODUCTION}<dl>{figures}</dl>"
        + _section("Files held back", _held(decisions), "No file is held back.")
        + _section("What was broken", _rule_rows(broken), "Nothing was broken.")
        + _section("Rows held back", _rejected(faults), "No row was held back.", _more(faults))
        + _harmless(repeats)
        + "".join(_all_rules(rules))
        + "</main></body></html>\n"
    )


def _more(causes: pl.DataFrame) -> str:
    if causes.height <= SHOWN:
        return ""
    return f'<p class="soft">The first {SHOWN} of {causes.height:,} causes; all rows are in ops.rejected_rows.</p>'


def _causes(rejected: pl.DataFrame) -> pl.DataFrame:
    """One row per table, rule and pattern of reason, with the number of rows and the first of them; most rows first.

    The pattern is the reason without what differs from row to row: its numbers and its quoted values.
    """
    pattern = pl.col("reason").str.replace_all(r"'[^']*'|\"[^\"]*\"", "…").str.replace_all(r"-?\d[\d.,:T+-]*", "…")
    return (
        rejected.sort("known_at", "landed_id", "pointer", "rule")
        .group_by("severity", "table_name", "rule", pattern.alias("pattern"), maintain_order=True)
        .agg(
            pl.len().alias("rows"),
            pl.col("known_at").first(),
            pl.col("known_at").last().alias("last_at"),
            pl.col("reason", "raw", "landed_id", "pointer").first(),
        )
        .sort("severity", "rows", descending=[False, True], maintain_order=True)
    )


def _harmless(repeats: pl.DataFrame) -> str:
    """What came twice, folded away: nothing is lost with it."""
    if repeats.is_empty():
        return ""
    rows = int(repeats["rows"].sum())
    return (
        f"<details><summary>Harmless repeats ({rows:,})</summary>"
        '<p class="soft">Rows that came before in the same words; the first was kept.</p>'
        f"{_rejected(repeats)}{_more(repeats)}</details>"
    )


def _held(decisions: pl.DataFrame) -> str:
    rows = decisions.sort("decided_at", "subject", descending=True).select("decided_at", "subject", "message").rows()
    body = ([_cell(f"{at:%Y-%m-%d %H:%M} UTC"), _cell(what), _cell(why)] for at, what, why in rows)
    return _table(["Landed", "File", "Why, and what to do"], body)


def _rule_rows(rules: pl.DataFrame) -> str:
    head = ["Table", "Rule", "Severity", "Rows that broke it", "Files", "Why the rule exists"]
    columns = ("table_name", "rule", "severity", "unexpected", "broken_in", "files", "reason")
    return _table(
        head,
        (
            [
                _cell(name.removeprefix("staging."), "name"),
                _cell(rule, "name"),
                _cell(severity, severity),
                _cell(f"{unexpected:,}", "n"),
                _cell(f"{broken_in:,} of {files:,}", "n"),
                _cell(reason or ""),
            ]
            for name, rule, severity, unexpected, broken_in, files, reason in rules.select(columns).rows()
        ),
        numeric=(3, 4),
    )


def _rejected(causes: pl.DataFrame) -> str:
    columns = ("table_name", "rule", "severity", "rows", "reason", "raw", "known_at", "last_at", "landed_id", "pointer")
    return _table(
        ["Table", "Rule", "Rows", "What is wrong (the first row)", "Known (UTC)", "Where (the first row)"],
        (
            [
                _cell((name or "").removeprefix("staging."), "name"),
                _cell(rule, severity),
                _cell(f"{rows:,}", "n"),
                _cell(reason, "wide", details=raw),
                _cell(_span(first, last), "when"),
                _cell(f"{landed_id} {pointer}", "where"),
            ]
            for name, rule, severity, rows, reason, raw, first, last, landed_id, pointer in causes.head(SHOWN)
            .select(columns)
            .rows()
        ),
        numeric=(2,),
    )


def _span(first: datetime, last: datetime) -> str:
    begin, end = (f"{at:%Y-%m-%d %H:%M}" for at in (first, last))
    return begin if begin == end else f"{begin}\nto {end}"


def _all_rules(rules: pl.DataFrame) -> Iterable[str]:
    known = tables.load()
    yield "<h2>Every rule</h2>"
    for (name,), of_table in rules.group_by("table_name", maintain_order=True):
        about = escape(f"{known[str(name)].description} One row per {known[str(name)].grain}.") if name in known else ""
        yield f"<details><summary>{escape(str(name).removeprefix('staging.'))} ({of_table.height})</summary>"
        yield f'<p class="soft">{about}</p>{_rule_rows(of_table)}</details>'


def _section(title: str, body: str, otherwise: str, after: str = "") -> str:
    said = body or f'<p class="soft">{escape(otherwise)}</p>'
    return f"<h2>{escape(title)}</h2>{said}{after}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], numeric: Sequence[int] = ()) -> str:
    body = "".join(f"<tr>{''.join(cells)}</tr>" for cells in rows)
    if not body:
        return ""
    kinds = [' class="n"' if i in numeric else "" for i in range(len(head))]
    titles = "".join(f'<th scope="col"{k}>{escape(title)}</th>' for k, title in zip(kinds, head, strict=True))
    return f'<div class="scroll"><table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(text: object, kind: str = "", *, details: str | None = None) -> str:
    """A table cell; all text is escaped, and control characters, which HTML forbids, are shown as symbols."""
    more = f"<details><summary>raw</summary><pre>{_safe(details)}</pre></details>" if details else ""
    named = f' class="{escape(kind)}"' if kind else ""
    return f"<td{named}>{_breakable(text)}{more}</td>"


def _breakable(text: object) -> str:
    """As :func:`_safe`; names may break after a joint, never inside a word."""
    return _safe(text).replace("_", "_<wbr>").replace("\n", "<br>")


def _safe(text: object) -> str:
    shown = "".join(c if c.isprintable() or c in "\n\t" else f"\\u{ord(c):04x}" for c in str(text))
    return escape(shown)
