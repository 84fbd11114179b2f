"""What changed between two instants, figure by figure, each cause with its part; the parts sum to the whole."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime

import polars as pl

from transforms.breaks import breaking, crossed
from transforms.contracts import Table, count, flag, instant, pick, real, text
from transforms.inputs import Inputs
from transforms.kpis import Kpi
from transforms.tables.fields import FIELDS, METRICS

CAUSES = (
    "definition",  # the KPI is defined otherwise than in the edition before
    "recalculated",  # the same inputs give another figure than was printed: answers read or computed otherwise
    "time",  # the same knowledge at a later instant: a window has moved on
    "brief",  # window, hashtags, goals or roster
    "cost",  # fees and costs, and the rates that convert them
    "reference",  # rate cards and other reference files
    "decision",  # posts confirmed or rejected by hand
    "identity",  # an account found, or told apart from another
    "new_post",  # posts not known before, with their counts
    "post_changed",  # captions, labels and availability of posts known before
    "correction",  # values set right, or no longer
    "restated",  # answers learnt since about instants already known
    "meaning",  # later observations of a metric that the platform counts in another way by then: growth and that
    "growth",  # later observations of the same posts
    "followers",  # counts of followers
    "refund",  # refunds, cancellations and other changes of orders known before
    "late_order",  # orders placed before the last edition, told after it
    "new_order",  # orders placed since
    "clicks",  # clicks on links
    "sessions",  # visits to the site
    "new_source",  # a shop or link service that had not answered before
    "other",
)
"""In this order causes are let in, one after another: each has what it adds to those before it."""

CHANGES = Table(
    name="reports.changes",
    grain="KPI × cause",
    description="What changed in a campaign's KPIs since its last edition, and what of it each cause made up.",
    key=("kpi", "cause"),
    fields=(
        *pick(FIELDS, "campaign_id", "kpi", required=("campaign_id", "kpi")),
        text("cause", "What made the difference; causes are let in in a fixed order.", among=CAUSES).needed(),
        real(
            "part", "What of the difference is its; null where it made the value known or unknown.", unit="as the KPI"
        ),
        real("before", "Value in the last edition; null: unknown.", unit="as ref.kpis says"),
        real("after", "Value now; null: unknown.", unit="as ref.kpis says"),
        real("difference", "after - before; the parts sum to it. Null where either is unknown.", unit="as the KPI"),
        real("threshold", "Smaller differences are not material.", unit="as ref.kpis says"),
        flag(
            "is_material", "Whether the whole difference reaches the threshold, or the value became (un)known."
        ).needed(),
        count(
            "place", "Place of the KPI among the changes, largest against its threshold first.", unit="place"
        ).needed(),
        instant("since", "The last edition's as_of (UTC).").needed(),
        *pick(FIELDS, "as_of", required=("as_of",)),
    ),
)

_COSTS = ("fee", "product_cost", "shipping_cost", "agency_cost", "boost_cost", "cost", "currency", "tax", "invoiced_on")
_ACCOUNT = ("account_id", "account_key")
_SIGNED = ("campaign_id", "influencer_id", "platform")
_ORDER = ("shop", "order_id")
_ROW = ("known_at", "landed_id")

Evaluate = Callable[[Inputs, datetime], pl.DataFrame]
"""KPI values at the grain campaign of inputs, as known at an instant."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What an edition said of a KPI."""

    value: float | None
    definition: int


def differences(
    before: Inputs,
    after: Inputs,
    since: datetime,
    as_of: datetime,
    *,
    campaign_id: str,
    evaluate: Evaluate,
    kpis: Mapping[str, Kpi],
    printed: Mapping[str, Printed] | None = None,
) -> pl.DataFrame:
    """:data:`CHANGES` of a campaign from ``since`` to ``as_of``; no row for a KPI that is as it was.

    ``before`` and ``after`` are the inputs as known at the two instants. ``printed`` is what the last edition said.
    """

    def values(inputs: Inputs, at: datetime) -> dict[str, float | None]:
        rows = evaluate(inputs, at).filter(pl.col("campaign_id") == campaign_id)
        return dict(rows.select("kpi", "value").rows())

    known = values(before, since)
    told = {k: p.value for k, p in printed.items() if k in known} if printed else dict(known)
    steps = {k: [(_why_other(kpis, k, printed), told[k], known[k])] for k in told}
    at, current, last = since, before, known
    for cause, inputs in stages(before, after, since):
        then = as_of
        if inputs is current and then == at:
            continue
        found = values(inputs, then)
        for kpi, was in last.items():
            if kpi in steps and kpi in found:
                steps[kpi].append((cause, was, found[kpi]))
        at, current, last = then, inputs, found
    rows = [row for kpi, chain in steps.items() for row in _rows(kpi, told[kpi], last.get(kpi), chain, kpis)]
    frame = pl.DataFrame(rows, schema={c: CHANGES.schema[c] for c in _COLUMNS}, orient="row")
    size = pl.col("difference").abs() / pl.col("threshold")
    ranked = (
        frame.unique("kpi", maintain_order=True)
        .sort(pl.col("is_material"), size.fill_null(float("inf")), "kpi", descending=[True, True, False])
        .select("kpi", pl.int_range(1, pl.len() + 1).alias("place"))
    )
    return CHANGES.conform(
        frame.join(ranked, on="kpi", validate="m:1")
        .with_columns(campaign_id=pl.lit(campaign_id), since=pl.lit(since), as_of=pl.lit(as_of))
        .sort("place", pl.col("part").abs().fill_null(float("inf")), "cause", descending=[False, True, False])
    )


def threshold(kpi: Kpi, before: float | None) -> float:
    """The smallest difference worth a reader's time, in the KPI's unit.

    Half a percent of what was; of counts at least one, of ratios at least a thousandth.
    """
    part = 0.005 * abs(before or 0.0)
    if kpi.unit in {"count", "persons", "posts"}:
        return max(1.0, part)
    return max(0.001, part) if kpi.unit in {"ratio", "share"} else max(1e-6, part)


def stages(before: Inputs, after: Inputs, since: datetime) -> list[tuple[str, Inputs]]:
    """Inputs from ``before`` to ``after``, with one more cause let in at each; the last is ``after``.

    A cause that nothing is let in for gives the very inputs of the stage before. The first stage is ``before`` itself.
    """
    now = _relabelled(before, after)
    found = [("time", now)]

    def let_in(cause: str, **more: pl.DataFrame | pl.LazyFrame) -> None:
        nonlocal now
        changed = {n: f for n, f in more.items() if not _same(getattr(now, n), f)}
        now = replace(now, **changed) if changed else now  # pyright: ignore[reportArgumentType] - frames by field name
        found.append((cause, now))

    let_in("brief", campaigns=after.campaigns, campaign_goals=after.campaign_goals, contracts=_terms(before, after))
    let_in("cost", contracts=_costs(now.contracts, after.contracts), campaign_costs=after.campaign_costs)
    rates = ("reference_files", "fx_rates", "emv_rates", "own_benchmarks")
    let_in("reference", **{n: getattr(after, n) for n in rates})
    let_in("decision", post_decisions=after.post_decisions, post_decision_versions=after.post_decision_versions)
    let_in("identity", contracts=after.contracts, accounts=after.accounts, influencers=after.influencers)
    old = before.posts.select("post_key")
    new = after.posts.join(old, on="post_key", how="anti")
    seen = _of_posts(after.post_observations, new)
    posts = pl.concat([before.posts, new]).sort("post_key")
    said = pl.concat([before.post_versions, after.post_versions.join(new, on="post_key", how="semi")])
    let_in(
        "new_post",
        posts=posts,
        post_owners=after.post_owners,
        post_observations=_with(before, seen),
        post_versions=said,
    )
    let_in("post_changed", posts=after.posts, post_versions=after.post_versions)
    let_in("correction", **_corrected(now, after))
    let_in("restated", post_observations=pl.concat([now.post_observations, _restated(before, after, new)]))
    let_in("meaning", post_observations=pl.concat([now.post_observations, _counted_anew(now, after, new)]))
    let_in("growth", post_observations=after.post_observations)
    let_in("followers", account_observations=after.account_observations)
    if not before.orders.is_empty():
        is_known = after.orders.join(before.orders.select(_ORDER).unique(), on=list(_ORDER), how="semi")
        late = after.orders.filter(pl.col("ordered_at") <= since)
        let_in("refund", orders=is_known)
        let_in("late_order", orders=pl.concat([is_known, late]).unique(maintain_order=True))
    bought = "new_source" if before.orders.is_empty() else "new_order"
    let_in(bought, shops=after.shops, orders=after.orders, order_touches=after.order_touches)
    links = {"links": after.links, "link_days": after.link_days}
    let_in("new_source" if before.link_days.is_empty() else "clicks", **links)
    let_in("sessions", site_days=after.site_days)
    let_in("other", **{f.name: getattr(after, f.name) for f in fields(Inputs)})
    return found


_COLUMNS = ("kpi", "cause", "part", "before", "after", "difference", "threshold", "is_material")


def _why_other(kpis: Mapping[str, Kpi], kpi: str, printed: Mapping[str, Printed] | None) -> str:
    """Why a figure of the last edition is not what its inputs give today."""
    said = printed.get(kpi) if printed else None
    return "definition" if said is not None and said.definition != kpis[kpi].definition_version else "recalculated"


def _rows(
    kpi: str,
    before: float | None,
    after: float | None,
    chain: list[tuple[str, float | None, float | None]],
    kpis: Mapping[str, Kpi],
) -> list[tuple[object, ...]]:
    """The causes of one KPI. Where a value is unknown on the way, the step that makes it known again has the change."""
    parts: dict[str, float | None] = {}
    last = before
    for cause, was, now in chain:
        if now is None:
            if was is not None:
                parts.setdefault(cause, None)
            continue
        if last is None:
            parts[cause] = None
        elif now != last:
            parts[cause] = (parts.get(cause) or 0.0) + (now - last)
        last = now
    whole = None if before is None or after is None else after - before
    if before == after:
        return []
    limit = threshold(kpis[kpi], before)
    if whole is not None:  # what was unknown for a while on the way made no part of the difference
        parts = {c: p for c, p in parts.items() if p}
    is_material = whole is None or abs(whole) >= limit
    return [(kpi, c, p, before, after, whole, limit, is_material) for c, p in parts.items()]


def _same(one: pl.DataFrame | pl.LazyFrame, other: pl.DataFrame | pl.LazyFrame) -> bool:
    a, b = one.lazy().collect(), other.lazy().collect()
    return a.height == b.height and a.sort(pl.all()).equals(b.sort(pl.all()))


def _relabelled(before: Inputs, after: Inputs) -> Inputs:
    """``before`` with its costs and decisions by hand as if they were of the brief that ``after`` has in force."""

    def segment(column: str) -> pl.Expr:
        return pl.col(column).str.replace(r"#\d+$", "")

    both = before.campaigns.select("campaign_id", segment("landed_id").alias("_was")).join(
        after.campaigns.select("campaign_id", pl.col("landed_id").alias("_is")), on="campaign_id"
    )

    def moved(rows: pl.DataFrame) -> pl.DataFrame:
        told = rows.join(both, on="campaign_id", how="left", validate="m:1", maintain_order="left")
        is_old = segment("landed_id") == pl.col("_was")
        return told.with_columns(pl.when(is_old).then("_is").otherwise("landed_id").alias("landed_id")).drop(
            "_was", "_is"
        )

    campaigns = (
        before.campaigns.join(both, on="campaign_id", how="left", validate="1:1", maintain_order="left")
        .with_columns(pl.coalesce("_is", "landed_id").alias("landed_id"))
        .drop("_was", "_is")
    )
    return replace(
        before,
        campaigns=campaigns,
        campaign_costs=moved(before.campaign_costs),
        post_decisions=moved(before.post_decisions),
    )


def _terms(before: Inputs, after: Inputs) -> pl.DataFrame:
    """The contracts of ``after`` with the costs and accounts that ``before`` knew of them."""
    kept = [c for c in (*_COSTS, *_ACCOUNT) if c in after.contracts.columns]
    return _taken(after.contracts, before.contracts, kept)


def _costs(now: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    return _taken(now, after, [c for c in _COSTS if c in after.columns])


def _taken(rows: pl.DataFrame, other: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """The contracts ``rows`` with some columns as ``other`` has them, where it has the contract."""
    theirs = other.select(*_SIGNED, *(pl.col(c).alias(f"_{c}") for c in columns), pl.lit(value=True).alias("_is"))
    joined = rows.join(theirs, on=list(_SIGNED), how="left", validate="1:1", maintain_order="left")
    return joined.with_columns(
        pl.when(pl.col("_is").is_not_null()).then(f"_{c}").otherwise(c).alias(c) for c in columns
    ).select(rows.columns)


def _of_posts(observations: pl.LazyFrame, posts: pl.DataFrame) -> pl.LazyFrame:
    return observations.join(posts.lazy().select("post_key"), on="post_key", how="semi")


def _with(before: Inputs, rows: pl.LazyFrame) -> pl.LazyFrame:
    return pl.concat([before.post_observations, rows])


def _corrected(now: Inputs, after: Inputs) -> dict[str, pl.DataFrame | pl.LazyFrame]:
    """The rows that both know, as ``after`` has them: a correction changes what a known row says, nothing else does."""
    keys: dict[str, tuple[str, ...]] = {
        "post_observations": ("post_key", "observed_at", *_ROW),
        "account_observations": ("account_key", "observed_at", *_ROW),
        "orders": (*_ORDER, *_ROW),
        "link_days": ("link_id", "day", *_ROW),
    }
    found: dict[str, pl.DataFrame | pl.LazyFrame] = {
        "correction_files": after.correction_files,
        "correction_rows": after.correction_rows,
    }
    for name, key in keys.items():
        mine, theirs = getattr(now, name), getattr(after, name)
        shared = theirs.join(mine.select(key), on=list(key), how="semi")
        gone = mine.join(theirs.select(key), on=list(key), how="anti")
        found[name] = pl.concat([gone, shared])
    return found


def _restated(before: Inputs, after: Inputs, new: pl.DataFrame) -> pl.LazyFrame:
    """Observations learnt since about instants up to the newest that was known of the post."""
    columns = after.post_observations.collect_schema().names()
    return _learnt(before, after, new).filter(pl.col("observed_at") <= pl.col("_newest")).select(columns)


def _counted_anew(now: Inputs, after: Inputs, new: pl.DataFrame) -> pl.LazyFrame:
    """Observations learnt since, with only those metrics that the platform counts otherwise than when last observed.

    What of such a change is growth, and what the new way of counting, nobody tells.
    """
    columns = after.post_observations.collect_schema().names()
    crossing = {m: crossed(m, pl.col("_newest_on"), pl.col("observed_on")) for m in breaking()}
    kept = [c for c in columns if c in {*METRICS, *(f"{m}_paid" for m in METRICS)}]
    return (
        _learnt(now, after, new)
        .join(after.posts.lazy().select("post_key", "platform", "format"), on="post_key", how="left", validate="m:1")
        .filter(pl.any_horizontal(crossing.values()))
        .with_columns(
            *(pl.when(crossing.get(c.removesuffix("_paid"), pl.lit(value=False))).then(c).alias(c) for c in kept),
            pl.lit(None, pl.String()).alias("missing"),
        )
        .select(columns)
    )


def _learnt(before: Inputs, after: Inputs, new: pl.DataFrame) -> pl.LazyFrame:
    """Observations learnt since, of posts known ``before``, with instant and day of the newest that was known of each.

    Posts of which nothing had been observed are left out.
    """
    newest = before.post_observations.group_by("post_key").agg(
        pl.col("observed_at").max().alias("_newest"), pl.col("observed_on").max().alias("_newest_on")
    )
    key = ["post_key", "observed_at", *_ROW]
    fresh = after.post_observations.join(before.post_observations.select(key), on=key, how="anti")
    old = fresh.join(new.lazy().select("post_key"), on="post_key", how="anti")
    return old.join(newest, on="post_key")
