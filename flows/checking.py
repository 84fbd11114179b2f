"""`hibiki check-post`: what the rules say of a draft, in words that a person can act on."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

import typer

from flows.options import JsonOption, WorkspaceOption, found, leave, told
from flows.screen import Screen, plain
from flows.underlining import Mark, underlined
from tasks import drafts
from tasks.drafts import Judged
from tasks.errors import DONE, GAPS, REFUSED, ConfigurationError
from transforms.compliance import MARKETS, VERDICTS, Said, Verdict
from transforms.compliance.letters import one_line
from transforms.compliance.said import LOWERED, STATEMENT, WORDS
from transforms.tables.fields import FIELDS, PLATFORMS

EXIT_CODES: Mapping[Verdict, int] = {"pass": DONE, "unknown": GAPS, "warn": GAPS, "fail": REFUSED}
CATEGORIES = ("cosmetics", "quasi_drug", "food", "supplement", "alcohol", "other")
FORMATS = next(f.among or () for f in FIELDS if f.name == "format")
LABELS = ("on", "off", "unknown")
Lang = Literal["ja", "en"]

_SAID: Mapping[str, Said] = {
    "heading": Said(en="Draft", ja="下書きの確認"),
    "because": Said(en="why", ja="理由"),
    "advice": Said(en="better", ja="改善案"),
    "wanted": Said(en="missing", ja="不足"),
    "rule": Said(en="rule", ja="根拠"),
    "version": Said(en="version {}", ja="第{}版"),
    "unjudged": Said(en="Could not be judged", ja="判定できなかったもの"),
    "result": Said(en="In all", ja="結果"),
    "checked": Said(en="rules checked", ja="件のルールを確認"),
    "no_category": Said(
        en="no product category was given, so the rules of kinds of products were not applied (--category)",
        ja="商品カテゴリーの指定がないため、商品の種類ごとの表現ルールは確認していません(--category)",
    ),
    "no_platform": Said(
        en="no platform was given, so where a caption is cut by “more” is not known (--platform)",
        ja="媒体の指定がないため、「続きを読む」で隠れる位置は確認していません(--platform)",
    ),
    "no_brief": Said(
        en="no campaign was given, so nothing that a brief asks for was checked (--campaign)",
        ja="キャンペーンの指定がないため、ガイドラインの指定事項は確認していません(--campaign)",
    ),
    "no_author": Said(
        en="no author was given, so code, link and what ties them to the brand were not checked (--influencer)",
        ja="投稿者の指定がないため、コード・リンク・関係性は確認していません(--influencer)",
    ),
    "dropped": Said(en="invisible characters were left out", ja="個の見えない文字を除いて確認しました"),
}


def check_post(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="A text file with one draft; - reads standard input.")],
    workspace: WorkspaceOption = None,
    *,
    campaign: Annotated[
        str | None, typer.Option("--campaign", metavar="ID", help="Of whose brief: folder in campaigns/.")
    ] = None,
    influencer: Annotated[
        str | None, typer.Option("--influencer", metavar="ID", help="Whose draft, as in the campaign's roster.")
    ] = None,
    platform: Annotated[str | None, typer.Option("--platform", help=" | ".join(PLATFORMS))] = None,
    category: Annotated[str | None, typer.Option("--category", help=" | ".join(CATEGORIES))] = None,
    market: Annotated[str | None, typer.Option("--market", help=" | ".join(MARKETS) + "; default JP.")] = None,
    post_format: Annotated[str | None, typer.Option("--format", help=" | ".join(FORMATS))] = None,
    label: Annotated[
        str, typer.Option("--label", help="The platform's paid partnership label: on | off | unknown.")
    ] = "unknown",
    on: Annotated[str | None, typer.Option("--on", metavar="D", help="The day on which it is to go up.")] = None,
    lang: Annotated[str | None, typer.Option("--lang", help="ja | en; default: the brief's, else the draft's.")] = None,
    as_json: JsonOption = False,
) -> None:
    """A draft before it is posted: disclosure, wording, and what the brief asks.

    An aid, not legal advice. Exit code 0: nothing found; 3: please check, or something could not be judged; 4: possible
    breach. Without --campaign no workspace is needed.
    """
    _among("--platform", platform, PLATFORMS)
    _among("--category", category, CATEGORIES)
    _among("--format", post_format, FORMATS)
    _among("--label", label, LABELS)
    _among("--lang", lang, ("ja", "en"))
    day = _day(on)
    draft = drafts.read(file)
    if campaign is None:
        if influencer is not None:
            raise ConfigurationError("--influencer names somebody of a roster: give --campaign, too")
        terms, locale = drafts.of_market(market or "JP", category), None
    else:
        for option, value in (("--category", category), ("--market", market)):
            if value is not None:
                raise ConfigurationError(f"{option} is what the brief of {campaign} says: leave it out")
        terms, locale = drafts.of_campaign(found(workspace), campaign, influencer, platform)
    told_of = {"paid_label": label, "format": post_format} | ({"platform": platform} if platform else {})
    judged = drafts.judged(draft, {**terms, **told_of}, on=day)
    with told(as_json=as_json) as screen:
        language: Lang = "ja" if (lang or locale or drafts.language_of(draft.text)) == "ja" else "en"
        _show(screen, judged, language, has_brief=campaign is not None, has_author=influencer is not None)
        screen.document(_as_json(judged))
    leave(EXIT_CODES[judged.verdict])


def _among(option: str, given: str | None, allowed: tuple[str, ...]) -> None:
    if given is not None and given not in allowed:
        raise ConfigurationError(f"{option} {given!r} is not known: give {', '.join(allowed)}")


def _day(said: str | None) -> date | None:
    try:
        return date.fromisoformat(said) if said is not None else None
    except ValueError as error:
        raise ConfigurationError(f"--on {said!r} is no day: write 2026-07-28") from error


def _show(screen: Screen, judged: Judged, lang: Lang, *, has_brief: bool, has_author: bool) -> None:
    def said(key: str) -> str:
        return _in(_SAID[key], lang)

    rows = [r for r in judged.findings.iter_rows(named=True) if r["verdict"] in {"fail", "warn"}]
    marks = [Mark(r["span_start"], r["span_end"], n) for n, r in enumerate(rows, start=1) if r["span_end"]]
    screen.heading(f"{said('heading')} · {plain(judged.draft.name)}")
    screen.say("", *(f"  {line}" for line in underlined(judged.draft.text, marks, min(screen.width, 100) - 4)), "")
    for number, row in enumerate(rows, start=1):
        _finding(screen, judged, row, number, lang)
    unknown = [r for r in judged.findings.iter_rows(named=True) if r["verdict"] == "unknown"]
    missing = _not_given(judged, has_brief=has_brief, has_author=has_author)
    if unknown or missing:
        screen.heading(said("unjudged"))
        for row in unknown:
            rule = judged.rules[row["rule"]]
            screen.say(f"  {row['rule']} {_in(rule.title, lang)}: {row[f'reason_{lang}']}")
        screen.say(*(f"  {said(key)}" for key in missing), "")
    screen.say(f"{said('result')}: {_counted(judged, lang)}")
    if judged.draft.encoding not in {"utf-8", "utf-8-sig"}:
        screen.warnings([f"{plain(judged.draft.name)}: {judged.draft.encoding} → UTF-8"])
    if judged.draft.dropped:
        n = judged.draft.dropped
        screen.warnings([f"{n} {said('dropped')}" if lang == "en" else f"{n}{said('dropped')}"])
    screen.say("", _in(STATEMENT, lang))


def _finding(screen: Screen, judged: Judged, row: Mapping[str, Any], number: int, lang: Lang) -> None:
    rule = judged.rules[row["rule"]]
    softened = LOWERED.get(row["lowered_by"] or "")
    why = f"{row[f'reason_{lang}']}{f' ({_in(softened, lang)})' if softened else ''}"
    quote = plain(one_line(row["quote"])) if row["quote"] else ""
    quoted = (f" 「{quote}」" if lang == "ja" else f" “{quote}”") if quote else ""
    screen.heading(f"{number}. {_in(WORDS[row['verdict']], lang)} · {_in(rule.title, lang)}{quoted}")
    pairs = {_in(_SAID["because"], lang): why}
    if row["wanted"]:
        pairs[_in(_SAID["wanted"], lang)] = plain(row["wanted"])
    if row[f"advice_{lang}"]:
        pairs[_in(_SAID["advice"], lang)] = row[f"advice_{lang}"]
    version = f"{row['rule']} {_in(_SAID['version'], lang).format(row['rule_version'])}"
    pairs[_in(_SAID["rule"], lang)] = f"{_in(rule.law, lang)} · {version} · {rule.source}"
    screen.pairs(pairs, indent=3)
    screen.say("")


def _not_given(judged: Judged, *, has_brief: bool, has_author: bool) -> list[str]:
    """What the command was not told, and so could not be asked."""
    return [
        *(["no_category"] if judged.terms.get("category") is None else []),
        *(["no_platform"] if judged.terms.get("platform") is None else []),
        *([] if has_brief else ["no_brief"]),
        *(["no_author"] if has_brief and not has_author else []),
    ]


def _counted(judged: Judged, lang: Lang) -> str:
    """How many findings there are of each verdict, and of how many rules."""
    counts = dict(judged.findings.group_by("verdict").len().iter_rows())
    checked = judged.findings["rule"].n_unique()
    parts = [f"{_in(WORDS[v], lang)} {counts[v]}" for v in reversed(VERDICTS) if v != "pass" and v in counts]
    all_told = f"{checked} {_in(_SAID['checked'], lang)}" if lang == "en" else f"{checked}{_in(_SAID['checked'], lang)}"
    return " · ".join([*(parts or [_in(WORDS["pass"], lang)]), all_told])


def _in(said: Said, lang: Lang) -> str:
    return said.ja if lang == "ja" else said.en


def _as_json(judged: Judged) -> dict[str, Any]:
    rows = judged.findings.to_dicts()
    words = WORDS[judged.verdict]
    return {
        "draft": judged.draft.name,
        "encoding": judged.draft.encoding,
        "invisible_characters_left_out": judged.draft.dropped,
        "text": judged.draft.text,
        "verdict": judged.verdict,
        "words": {"en": words.en, "ja": words.ja},
        "exit_code": EXIT_CODES[judged.verdict],
        "terms": {k: v for k, v in judged.terms.items() if v is not None},
        "findings": [_row_as_json(judged, r) for r in rows if r["verdict"] in {"fail", "warn"}],
        "unjudged": [_row_as_json(judged, r) for r in rows if r["verdict"] == "unknown"],
        "passed": sorted({f"{r['rule']}@{r['rule_version']}" for r in rows if r["verdict"] == "pass"}),
        "statement": {"en": STATEMENT.en, "ja": STATEMENT.ja},
    }


def _row_as_json(judged: Judged, row: Mapping[str, Any]) -> dict[str, Any]:
    rule = judged.rules[row["rule"]]
    about = {"title_en": rule.title.en, "title_ja": rule.title.ja, "law_en": rule.law.en, "law_ja": rule.law.ja}
    left_out = {"campaign_id", "thing"}
    return {**{k: v for k, v in row.items() if k not in left_out}, **about, "source": rule.source}


def register(app: typer.Typer) -> None:
    """Make the command one of the application's."""
    app.command(name="check-post")(check_post)
