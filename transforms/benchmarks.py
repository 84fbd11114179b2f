"""A campaign is above or below a published level only where definition, platform, tier and year are the level's."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import polars as pl

from transforms.fx import in_force
from transforms.inputs import Inputs
from transforms.insight.tiers import tier_of
from transforms.kpi_values import long, wide
from transforms.kpis import Kpi, load
from transforms.tables import ref
from transforms.tables.money import BENCHMARK_POSITIONS

_SOCIALINSIDER = "https://www.socialinsider.io/ja/social-media-benchmarks"
_MEGDAI = "https://megdai.jp/markebatake/businessword/6523"
_LIKES_ONLY = "mean likes of the last 30 posts / followers"
_PARTS_UNSAID = "engagements / followers, parts not said"
_BY_SIZE = (
    "1000-5000",
    "5000-10000",
    "10000-50000",
    "50000-100000",
    "100000-500000",
    "500000-1000000",
    "1000000-",
    "all, median",
)
_STATISTA = "Statista, average engagement rate on Instagram for influencers"

# kpi, platform, tier, year, value, definition, source
_RATES: tuple[tuple[str, str, str, int, float, str, str], ...] = (
    (
        "unknown",
        "instagram",
        "unknown",
        0,
        0.0167,
        "unknown",
        "title of a Japanese marketing article, origin not found",
    ),
    *(
        ("unknown", "tiktok", tier, 2023, value, _LIKES_ONLY, "https://markezine.jp/article/detail/42076")
        for tier, value in zip(_BY_SIZE, (0.0212, 0.0136, 0.0107, 0.0093, 0.0102, 0.0135, 0.0145, 0.0133), strict=True)
    ),
    *(
        ("unknown", "youtube", tier, 0, value, _LIKES_ONLY, "https://www.commercepick.com/archives/35028")
        for tier, value in zip(_BY_SIZE, (0.0185, 0.0076, 0.0046, 0.0029, 0.0024, 0.0020, 0.0015, 0.0056), strict=True)
    ),
    ("unknown", "instagram", "nano (1000-10000)", 2023, 0.0219, "unknown", _STATISTA),
    ("unknown", "instagram", "all", 2023, 0.0185, "unknown", _STATISTA),
    ("unknown", "instagram", "brands", 2025, 0.0048, _PARTS_UNSAID, _SOCIALINSIDER),
    ("unknown", "tiktok", "brands", 2025, 0.0370, _PARTS_UNSAID, _SOCIALINSIDER),
    ("unknown", "instagram", "brands, median", 2022, 0.0047, _PARTS_UNSAID, "Rival IQ 2022"),
    ("unknown", "tiktok", "brands, median", 2022, 0.0569, _PARTS_UNSAID, "Rival IQ 2022"),
)
# platform, from, to: yen per follower, shown for an account of 100,000; neither tier nor year is said
_YEN_PER_FOLLOWER = (("instagram", 2.0, 4.0), ("tiktok", 1.0, 3.0), ("youtube", 3.0, 5.0))

EVERY_SIZE = "all"
_WHERE = ("campaign_id", "platform")
_GROUP = (*_WHERE, "tier", "year")
_NO_VALUES = pl.DataFrame(
    schema={
        **dict.fromkeys(("campaign_id", "platform", "tier"), pl.String()),
        "year": pl.Int64(),
        "kpi": pl.String(),
        "_value": pl.Float64(),
        **dict.fromkeys(("posts_known", "posts_all"), pl.Int64()),
        "_reason": pl.String(),
    }
)


def published() -> pl.DataFrame:
    """The levels that hibiki knows of, in the shape of ref.benchmarks; no verdict follows from any of them."""
    rates = pl.DataFrame(
        _RATES, schema=["kpi", "platform", "tier", "year", "value", "definition", "source"], orient="row"
    )
    fees = pl.DataFrame(
        [(p, low, high, (low + high) / 2) for p, low, high in _YEN_PER_FOLLOWER],
        schema=["platform", "lower", "upper", "value"],
        orient="row",
    ).with_columns(
        pl.lit("price_per_follower").alias("kpi"),
        pl.lit("unknown").alias("tier"),
        pl.lit(0).alias("year"),
        pl.lit("JPY").alias("currency"),
        pl.lit("fee / followers").alias("definition"),
        pl.lit(_MEGDAI).alias("source"),
    )
    return ref.BENCHMARKS.conform_loosely(pl.concat([rates, fees], how="diagonal_relaxed"))


def levels(own: pl.DataFrame, files: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """ref.benchmarks: what is published, and the workspace's own rows in force, which win over a published one."""
    theirs = in_force(own, files, "benchmarks", as_of).with_columns(pl.col("publisher").alias("source"))
    told = pl.concat([ref.BENCHMARKS.conform_loosely(theirs), published()])
    return told.unique(ref.BENCHMARKS.key, keep="first", maintain_order=True).sort(ref.BENCHMARKS.key)


def positions(
    inputs: Inputs,
    posts: pl.DataFrame,
    contracts: pl.DataFrame,
    values: pl.DataFrame,
    *,
    as_of: datetime,
    tier_scheme: str,
) -> pl.DataFrame:
    """marts.benchmark_positions. ``posts`` and ``contracts`` are facts, ``values`` rows of marts.kpi_values.

    A level of a tier is compared with the campaign's posts (or contracts) of that tier, one of ``all`` sizes with all
    of them, and one of a year with those published in it. The interval is that of the platform, where these are all.
    A value whose posts the platform counted in two ways is of no definition.
    """
    told = levels(inputs.own_benchmarks, inputs.reference_files, as_of)
    kpis = {k.name: k for k in load().values() if "platform" in k.grains}
    asked = [kpis[name] for name in told["kpi"].unique().sort() if name in kpis]
    money = [k.name for k in asked if "money" in k.unit]
    facts = {
        "post": _by_tier(posts.with_columns(_year().alias("year"))),
        "contract": _by_tier(_dated(contracts, inputs, posts, tier_scheme)),
    }
    groups = pl.concat([f.select(_GROUP) for f in facts.values()])
    where = groups.select(_WHERE).unique().drop_nulls()
    currencies = inputs.campaigns.select("campaign_id", pl.col("currency").alias("_theirs"))
    found = (
        where.join(told, on="platform", how="inner")
        .join(currencies, on="campaign_id", how="left", validate="m:1")
        .join(_flagged(groups, (*_WHERE, "tier"), "_tier"), on=[*_WHERE, "tier"], how="left", validate="m:1")
        .join(_flagged(groups, (*_WHERE, "year"), "_year"), on=[*_WHERE, "year"], how="left", validate="m:1")
        .join(_flagged(groups, _GROUP, "_both"), on=list(_GROUP), how="left", validate="m:1")
        .join(_values(facts, asked), on=[*_GROUP, "kpi"], how="left", validate="m:1")
        .join(_intervals(values), on=[*_WHERE, "kpi"], how="left", validate="m:1")
    )
    is_whole = pl.col("posts_all") == pl.col("_posts_all")
    is_priced = pl.col("kpi").is_in(money)
    differs = {
        "definition": ~pl.col("kpi").is_in(list(kpis)) | pl.col("_is_mixed").fill_null(value=False),
        "tier": pl.col("_tier").is_null(),
        "year": pl.col("_year").is_null() | (pl.col("_tier").is_not_null() & pl.col("_both").is_null()),
        "currency": is_priced & (pl.col("currency").is_null() | (pl.col("currency") != pl.col("_theirs"))),
    }
    mismatch = pl.concat_str(
        [pl.when(what).then(pl.lit(name)) for name, what in differs.items()], separator=" ", ignore_nulls=True
    )
    return (
        found.rename({"lower": "benchmark_lower", "upper": "benchmark_upper", "value": "benchmark"})
        .with_columns(
            mismatch.replace("", None).alias("mismatch"),
            *(pl.when(is_whole).then(f"_{c}").alias(c) for c in ("lower", "upper")),
        )
        .with_columns(
            *(pl.when(pl.col("mismatch").is_null()).then(c).alias(c) for c in ("_value", "lower", "upper", "_reason")),
            pl.lit(as_of).alias("as_of"),
        )
        .rename({"_value": "value", "_reason": "reason"})
        .with_columns(_verdict().alias("verdict"))
        .sort(BENCHMARK_POSITIONS.key)
        .pipe(BENCHMARK_POSITIONS.conform)
    )


def _verdict() -> pl.Expr:
    low, high = pl.coalesce("lower", "value"), pl.coalesce("upper", "value")
    floor, ceiling = pl.coalesce("benchmark_lower", "benchmark"), pl.coalesce("benchmark_upper", "benchmark")
    return (
        pl.when(pl.col("mismatch").is_not_null())
        .then(pl.lit("not_comparable"))
        .when(pl.col("value").is_null())
        .then(pl.lit("unknown"))
        .when(low > ceiling)
        .then(pl.lit("above"))
        .when(high < floor)
        .then(pl.lit("below"))
        .otherwise(pl.lit("within"))
    )


def _year() -> pl.Expr:
    return pl.col("published_on").dt.year().cast(pl.Int64)


def _dated(contracts: pl.DataFrame, inputs: Inputs, posts: pl.DataFrame, tier_scheme: str) -> pl.DataFrame:
    """Contract facts with the tier at their first post, and the one year that their posts are of (else null).

    A contract without posts is of the year in which its campaign begins.
    """
    on = ("campaign_id", "influencer_id", "platform")
    spans = posts.group_by(on).agg(
        pl.when(_year().n_unique() == 1).then(_year().first()).alias("year"), pl.lit(value=True).alias("_posted")
    )
    starts = inputs.campaigns.select("campaign_id", pl.col("starts_on").dt.year().cast(pl.Int64).alias("_start"))
    return (
        contracts.join(spans, on=on, how="left", validate="m:1", nulls_equal=True)
        .join(starts, on="campaign_id", how="left", validate="m:1")
        .with_columns(
            pl.when(pl.col("_posted")).then("year").otherwise("_start").alias("year"),
            tier_of(pl.col("followers"), tier_scheme).alias("tier"),
        )
    )


def _by_tier(facts: pl.DataFrame) -> pl.DataFrame:
    """The facts once under their tier and once under ``all``."""
    return pl.concat([facts, facts.with_columns(pl.lit(EVERY_SIZE).alias("tier"))])


def _flagged(groups: pl.DataFrame, by: tuple[str, ...], name: str) -> pl.DataFrame:
    return groups.select(by).drop_nulls().unique().with_columns(pl.lit(value=True).alias(name))


def _values(facts: Mapping[str, pl.DataFrame], kpis: Sequence[Kpi]) -> pl.DataFrame:
    """_GROUP, kpi, ``_value``, posts_known, posts_all and ``_reason`` of the KPIs that some level is about."""
    found = [_NO_VALUES]
    for kind, rows in facts.items():
        mine = [k for k in kpis if k.rows == kind]
        whole = rows.drop_nulls(list(_GROUP))
        if mine and whole.height:
            told = wide(whole, mine, list(_GROUP), whole.select(_GROUP).unique(maintain_order=True))
            named = long(told, mine, list(_GROUP)).rename({"value": "_value", "reason": "_reason"})
            found.append(named.select(pl.col(c).cast(t) for c, t in _NO_VALUES.schema.items()))
    return pl.concat(found)


def _intervals(values: pl.DataFrame) -> pl.DataFrame:
    """campaign_id, platform, kpi; ``_lower``, ``_upper``, ``_posts_all``, ``_is_mixed`` of a campaign's platforms."""
    return values.filter(pl.col("grain") == "platform").select(
        *_WHERE,
        "kpi",
        pl.col("lower").alias("_lower"),
        pl.col("upper").alias("_upper"),
        pl.col("posts_all").alias("_posts_all"),
        pl.col("definition_changed").is_not_null().alias("_is_mixed"),
    )
