"""Whether the people who follow a campaign's creators are those whom the brand wants: bounds that hold, never a guess.

Published: an index of affinity is the share in an audience / the share in a baseline (Pinterest Business, audience
insights). Bounds of several dimensions at once: Fréchet 1935.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import polars as pl

from transforms.audiences import DIMENSIONS, ages, normal
from transforms.core import segment_of
from transforms.facts import followers_at, settled_at
from transforms.inputs import Inputs
from transforms.snapshots import known
from transforms.tables.audience_match import AUDIENCE_MATCH

ENOUGH = 8
"""Other accounts that a baseline needs."""
_FACTS = ("share", "lower", "upper", "share_told", "followers", "observed_on", "reason")


@dataclass(frozen=True, slots=True)
class Match:
    """How far an audience is within a target, or why that is not known. ``placed``: persons within, and of whom."""

    share: float | None = None
    lower: float | None = None
    upper: float | None = None
    share_told: float | None = None
    followers: int | None = None
    observed_on: date | None = None
    reason: str | None = None
    placed: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source said of one dimension of an audience at one instant: persons by bucket, as it names them."""

    observed_at: datetime
    observed_on: date
    followers: int | None
    persons: Mapping[str, int]


Answers = Mapping[tuple[int, str], Sequence[Answer]]
"""By account_key and dimension, in the order in which they were observed."""


def matched(dimension: str, persons: Mapping[str, int], target: Sequence[str], followers: int | None) -> Match:
    """How far an audience is within ``target`` (normal buckets) by one dimension.

    ``persons`` are those that the source placed in a bucket, as it names it. Whom it did not place may be anybody.
    """
    if dimension == "interest":
        return _interested(persons, target, followers)
    within, beside, unclear = (sum(n for b, n in persons.items() if _is_in(dimension, b, target) is x) for x in _PLACES)
    placed = within + beside
    everybody = None if followers is None else max(followers, placed + unclear)
    share = within / placed if placed and (within or beside == everybody) else None
    found = Match(share, placed=(within, placed) if placed else None)
    if not everybody:
        return replace(found, reason="no_followers")
    ends = within / everybody, (everybody - beside) / everybody
    return replace(found, lower=ends[0], upper=ends[1], share_told=placed / everybody, followers=everybody)


_PLACES = (True, False, None)


def _is_in(dimension: str, bucket: str, target: Sequence[str]) -> bool | None:
    """Whether a bucket is within the target; None where it may be partly, or nobody knows what it is."""
    if (plain := normal(dimension, bucket)) is None:
        return None
    if dimension != "age":
        return plain in target
    years, wanted = ages(plain), frozenset[int]().union(*map(ages, target))
    return True if years <= wanted else False if years.isdisjoint(wanted) else None


def _interested(persons: Mapping[str, int], target: Sequence[str], followers: int | None) -> Match:
    """A person has several interests, so that buckets overlap; one that is not told may be anybody's."""
    if not followers:
        return Match(reason="no_followers")
    told = {b: sum(n for name, n in persons.items() if normal("interest", name) == b) for b in target}
    of = {normal("interest", name) for name in persons}
    wanted = [n for b, n in told.items() if b in of]
    everybody = max(followers, *persons.values()) if persons else followers
    lower = max(wanted, default=0) / everybody
    upper = min(1.0, sum(wanted) / everybody) if len(wanted) == len(target) else 1.0
    is_sure = lower == upper
    return Match(
        lower if is_sure else None,
        lower,
        upper,
        followers=everybody,
        placed=(wanted[0], everybody) if len(target) == len(wanted) == 1 else None,
    )


def together(parts: Sequence[Match]) -> Match:
    """Within the target by every dimension at once: Fréchet's bounds, as no source tells how dimensions meet."""
    if len(parts) == 1:
        return parts[0]
    uppers = [p.upper for p in parts if p.upper is not None]
    lowers = [p.lower for p in parts if p.lower is not None]
    if not uppers:
        return Match(reason=parts[0].reason)
    found = Match(
        upper=min(uppers),
        followers=min(p.followers for p in parts if p.followers is not None),
        observed_on=min((p.observed_on for p in parts if p.observed_on is not None), default=None),
    )
    if len(lowers) < len(parts):
        return replace(found, reason="some_untold")
    told = [p.share_told for p in parts if p.share_told is not None]
    lower = min(*uppers, max(0.0, sum(lowers) - (len(parts) - 1)))
    return replace(found, lower=lower, share_told=min(told, default=None))


def over_accounts(parts: Sequence[Match]) -> Match:
    """A campaign's audiences together, over the accounts with bounds; ``share`` where each of them has one."""
    sure = [p for p in parts if p.lower is not None and p.upper is not None and p.followers]
    if not sure:
        return Match(reason=parts[0].reason if parts else "not_reported")
    everybody = sum(p.followers or 0 for p in sure)

    def weighted(values: Iterable[float | None]) -> float | None:
        told = [(v, p.followers or 0) for v, p in zip(values, sure, strict=True) if v is not None]
        return sum(v * n for v, n in told) / everybody if len(told) == len(sure) else None

    share, lower, upper, share_told = (
        weighted(getattr(p, name) for p in sure) for name in ("share", "lower", "upper", "share_told")
    )
    return Match(share, lower, upper, share_told, everybody)


def audience_match(inputs: Inputs, *, as_of: datetime, zone: str) -> dict[str, pl.DataFrame]:
    """marts.audience_match, by its name. Of ``inputs`` it reads briefs, contracts, accounts and their observations."""
    targets = _targets(inputs.campaigns)
    answers = _answers(inputs, as_of) if targets else {}
    platforms = dict(inputs.accounts.select("account_key", "platform").iter_rows())
    baselines = _Baselines(answers, platforms)
    settled = dict(settled_at(inputs.campaigns, zone).iter_rows())
    rows: list[dict[str, Any]] = []
    engaged: dict[str, list[dict[str, Any]]] = {}
    for row in inputs.contracts.select(*_ENGAGED).iter_rows(named=True):
        engaged.setdefault(row["campaign_id"], []).append(row)
    for campaign_id, target in targets.items():
        found: dict[str, list[Match]] = {}
        for row in engaged.get(campaign_id, []):
            parts: list[Match] = []
            for dimension, wanted in target.items():
                part = _of_account(answers, row["account_key"], dimension, wanted, settled[campaign_id])
                compared = baselines.of(row["account_key"], row["platform"], dimension, wanted, part)
                rows.append(row | _row(part, "account", dimension, wanted) | compared)
                parts.append(part)
            whole = together(parts)
            rows.append(row | _row(whole, "account", "all"))
            for dimension, part in zip([*target, "all"], [*parts, whole], strict=True):
                found.setdefault(dimension, []).append(part)
        for dimension in (*target, "all"):
            parts = found.get(dimension, [])
            known_of = sum(p.lower is not None and p.upper is not None for p in parts)
            told = {"campaign_id": campaign_id, "accounts_known": known_of, "accounts_all": len(parts)}
            rows.append(_row(over_accounts(parts), "campaign", dimension, target.get(dimension)) | told)
    frame = pl.DataFrame(rows, schema_overrides=_TYPES, infer_schema_length=None) if rows else AUDIENCE_MATCH.empty()
    made = AUDIENCE_MATCH.conform_loosely(frame.with_columns(pl.lit(as_of).alias("as_of")))
    return {AUDIENCE_MATCH.name: made.sort(AUDIENCE_MATCH.key)}


_ENGAGED = ("campaign_id", "influencer_id", "platform", "account_key")
_TYPES = {c: t for c, t in AUDIENCE_MATCH.schema.items() if c != "as_of"}


def _row(match: Match, grain: str, dimension: str, target: Sequence[str] | None = None) -> dict[str, Any]:
    named = {"grain": grain, "dimension": dimension, "target": "\n".join(target) if target else None}
    return named | {name: getattr(match, name) for name in _FACTS}


def _targets(campaigns: pl.DataFrame) -> dict[str, dict[str, tuple[str, ...]]]:
    """By campaign and dimension what the brief aims at; campaigns that aim at nobody in particular are left out."""
    told = campaigns.sort("campaign_id").select("campaign_id", *(f"target_{d}" for d in DIMENSIONS)).iter_rows()
    read = {name: {d: tuple(t.split("\n")) for d, t in zip(DIMENSIONS, of, strict=True) if t} for name, *of in told}
    return {name: target for name, target in read.items() if target}


def _answers(inputs: Inputs, as_of: datetime) -> Answers:
    """Every answer; one that was told again for its instant counts as told last. A bucket without number is untold."""
    answer = ["account_key", "dimension", "observed_at"]
    told = known(inputs.audience_observations, as_of).with_columns(segment_of())
    for column in ("known_at", "_segment"):
        told = told.filter(pl.col(column) == pl.col(column).max().over(answer))
    told = told.sort(*answer, "bucket", "landed_id", "pointer").unique(
        [*answer, "bucket"], keep="last", maintain_order=True
    )
    sized = followers_at(
        told.select(*answer[::2], pl.col("observed_at").alias("at")).unique(), inputs.account_observations, as_of
    ).select(*answer[::2], "followers")
    grouped = (
        told.join(sized, on=answer[::2], how="left", validate="m:1", maintain_order="left")
        .group_by(answer, maintain_order=True)
        .agg("bucket", "persons", pl.col("observed_on", "followers").first())
    )
    found: dict[tuple[int, str], list[Answer]] = {}
    for row in grouped.iter_rows(named=True):
        persons = {b: n for b, n in zip(row["bucket"], row["persons"], strict=True) if n is not None}
        one = Answer(row["observed_at"], row["observed_on"], row["followers"], persons)
        found.setdefault((row["account_key"], row["dimension"]), []).append(one)
    return found


def _of_account(
    answers: Answers, account: int | None, dimension: str, target: Sequence[str], settled: datetime
) -> Match:
    """By the answer last observed before the campaign settled, else the first after."""
    if account is None:
        return Match(reason="no_account")
    told = answers.get((account, dimension))
    if not told:
        return Match(reason="not_reported")
    chosen = next((a for a in reversed(told) if a.observed_at <= settled), told[0])
    return replace(matched(dimension, chosen.persons, target, chosen.followers), observed_on=chosen.observed_on)


class _Baselines:
    """What is usual among the accounts of a platform: each target is looked up, and each platform added up, once."""

    def __init__(self, answers: Answers, platforms: Mapping[int, str]) -> None:
        self._answers = answers
        self._platforms = platforms
        self._found: dict[tuple[str, tuple[str, ...]], _Placed] = {}

    def of(
        self, account: int | None, platform: str, dimension: str, target: tuple[str, ...], own: Match
    ) -> dict[str, Any]:
        """``baseline`` over the other accounts of the platform, and the account's ``affinity``."""
        if (dimension, target) not in self._found:
            self._found[dimension, target] = self._placed(dimension, target)
        placed = self._found[dimension, target]
        within, everybody, accounts = placed.of_platform.get(platform, (0, 0, 0))
        mine = placed.of_account.get(account) if account is not None else None
        if mine is not None and account is not None and self._platforms[account] == platform:
            within, everybody, accounts = within - mine[0], everybody - mine[1], accounts - 1
        told: dict[str, Any] = {"baseline_accounts": accounts}
        if accounts < ENOUGH:
            return told
        share = within / everybody
        return told | {"baseline": share, "affinity": own.share / share if own.share is not None and share else None}

    def _placed(self, dimension: str, target: tuple[str, ...]) -> "_Placed":
        newest = {key: told[-1] for (key, of), told in self._answers.items() if of == dimension}
        read = {k: matched(dimension, a.persons, target, a.followers).placed for k, a in newest.items()}
        of_account = {key: placed for key, placed in read.items() if placed is not None and placed[1]}
        of_platform: dict[str, tuple[int, int, int]] = {}
        for key, (within, everybody) in of_account.items():
            before = of_platform.get(self._platforms[key], (0, 0, 0))
            of_platform[self._platforms[key]] = (before[0] + within, before[1] + everybody, before[2] + 1)
        return _Placed(of_account, of_platform)


@dataclass(frozen=True, slots=True)
class _Placed:
    """Persons within a target and persons placed: of each account by its newest answer, and of each platform.

    Of a platform the number of its accounts stands third.
    """

    of_account: Mapping[int, tuple[int, int]]
    of_platform: Mapping[str, tuple[int, int, int]]
