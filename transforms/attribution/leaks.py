"""Whether a code looks as if it had left its influencer's audience, by exact tests that rarely accuse wrongly."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.attribution.coupon_sites import is_coupon_site
from transforms.attribution.windows import ORDER, WHO, plain
from transforms.days import business_day
from transforms.tables.attribution import CODE_LEAKS

ALPHA = 0.05
"""Chance that any honest code of a campaign is suspected: p-values are adjusted (Holm) over all its codes and tests."""
FEWEST = 10
"""Orders below which nothing is said of a code."""
TOLERATED = 0.10
"""Part of a code's orders that may come from coupon sites without suspicion: some buyers look for codes everywhere."""
FRESH_DAYS = {"instagram": 7, "tiktok": 14, "youtube": 42}
"""Days after a post on which nine in ten of its orders are expected. From the half-lives of posts with a long tail:
Graffius, "Lifespan of social media posts", 2018 (Instagram 19 h, YouTube 6 d); TikTok is our assumption between."""
_FRESH_ELSEWHERE = 7
OFF_POST = 0.5
"""A day off posts may have half the orders of a day after one; an audience gives far fewer."""
_COMPARABLE = 50
"""Other orders of the shop, from which on days are also weighed by them."""
_TESTS = {"p_coupon_sites": "coupon_sites", "p_no_response": "no_response", "p_jump": "jump"}
Counts = npt.NDArray[np.int64]


def code_leaks(
    placed: pl.DataFrame,
    path: pl.DataFrame,
    engaged: pl.DataFrame,
    posted: pl.DataFrame,
    *,
    as_of: datetime,
    zone: str,
    coupon_sites: Sequence[str] = (),
) -> pl.DataFrame:
    """marts.code_leaks: a row per campaign, influencer and code.

    ``placed``: countable orders with each campaign on whose days they were placed. ``posted``: campaign_id,
    influencer_id, platform, published_on of all posts that are or may be theirs (null: unknown). Three exact tests:

    - coupon sites: more than :data:`TOLERATED` of the orders come from one (binomial).
    - no response: a day off posts has more than :data:`OFF_POST` of the orders of a day after a post (Poisson,
      conditional on all orders: binomial).
    - jump: orders rise within days off posts (Poisson of a rate that does not rise: binomial), for the best of all
      days, times the number of days.

    The last two are asked against days and against the shop's other orders, and the weaker answer counts, so that a
    sale of the whole shop accuses nobody. They are left out for people one of whose platforms shows no post.
    """
    codes = (
        engaged.drop_nulls("code").select(*WHO, "code", "from_on", "until_on").unique([*WHO, "code"]).sort(*WHO, "code")
    )
    used = _used(placed, path, codes, coupon_sites)
    told = _told(codes, used, placed)
    busy = told.filter(pl.col("orders") >= FEWEST)
    yesterday = business_day(as_of, zone) - timedelta(days=1)  # of today, only a part has passed
    fresh = _fresh_days(*(frame.join(busy, on=list(WHO), how="semi") for frame in (engaged, posted)))
    tested = [_tested(code, fresh, yesterday) for code in _codes(busy, used, placed)]
    found = told.join(pl.DataFrame(tested, schema=_TESTED, orient="row"), on=list(_KEY), how="left", validate="1:1")
    return _judged(found.select(_SHAPE), as_of)


_KEY = (*WHO, "code")
_SHAPE = [f.name for f in CODE_LEAKS.fields if f.name not in {"verdict", "signs", "p_adjusted", "as_of"}]
_TESTED = {
    c: CODE_LEAKS.schema[c]
    for c in (
        *(*_KEY, "p_coupon_sites", "orders_fresh", "days_fresh", "orders_stale", "days_stale", "p_no_response"),
        *("jumped_on", "orders_before_jump", "orders_from_jump", "p_jump"),
    )
}


def _used(placed: pl.DataFrame, path: pl.DataFrame, codes: pl.DataFrame, coupon_sites: Sequence[str]) -> pl.DataFrame:
    """Orders with a code on its days, and what else they tell of where the buyer came from."""

    def of_site(column: str) -> pl.Expr:
        return is_coupon_site(column, coupon_sites).fill_null(value=False)

    who = pl.concat_str("campaign_id", pl.lit("\x1f"), "influencer_id")
    visits = path.filter(pl.col("kind") != "code")
    seen = visits.group_by(ORDER).agg(
        (of_site("referrer") | of_site("_source")).any().alias("_site"),
        pl.any_horizontal(pl.col("referrer", "_source").is_not_null()).any().alias("_told"),
        who.filter(pl.col("claims") == 1).alias("_whose"),
        (pl.col("_source").is_not_null() & (pl.col("claims") == 0) & ~pl.col("is_late")).any().alias("_elsewhere"),
    )
    others = pl.col("_whose").list.set_difference(pl.concat_list(who)).list.len() > 0
    false = pl.col("_site", "_told", "_elsewhere").fill_null(value=False)
    return (
        placed.with_columns(plain("code").str.split(",").list.eval(pl.element().str.strip_chars()).alias("_code"))
        .explode("_code", empty_as_null=True, keep_nulls=True)
        .join(codes, left_on=["campaign", "_code"], right_on=["campaign_id", "code"], suffix="_term")
        .filter(pl.col("ordered_on").is_between("from_on_term", "until_on_term"))
        .drop("code")
        .rename({"campaign": "campaign_id", "_code": "code"})
        .unique([*ORDER, *WHO, "code"])
        .join(seen, on=list(ORDER), how="left", validate="m:1")
        .with_columns(false)
        .select(
            *ORDER,
            *WHO,
            "code",
            "ordered_on",
            (of_site("referrer") | pl.col("_site")).alias("is_of_site"),
            (pl.col("referrer").is_not_null() | pl.col("_told")).alias("is_told"),
            (others.fill_null(value=False) | pl.col("_elsewhere")).alias("is_elsewhere"),
            pl.col("_whose").list.contains(who).fill_null(value=False).alias("is_touched"),
        )
    )


def _fresh_days(engaged: pl.DataFrame, posted: pl.DataFrame) -> dict[tuple[str, str], frozenset[date]]:
    """By campaign and influencer the days on which orders are expected; nobody of whom a platform shows no post."""
    on = [*WHO, "platform"]
    dated = posted.select(*on, "published_on").drop_nulls("published_on")
    undated = posted.filter(pl.col("published_on").is_null()).select(WHO)
    unseen = engaged.select(on).unique().join(dated, on=on, how="anti").select(WHO)
    known = dated.join(pl.concat([unseen, undated]), on=list(WHO), how="anti")
    span = pl.col("platform").replace_strict(FRESH_DAYS, default=_FRESH_ELSEWHERE, return_dtype=pl.Int64())
    fresh = pl.date_ranges("published_on", pl.col("published_on") + pl.duration(days=span))
    found = known.select(*WHO, fresh.alias("days")).explode("days").group_by(WHO).agg(pl.col("days").unique())
    return {(campaign_id, influencer_id): frozenset(days) for campaign_id, influencer_id, days in found.rows()}


def _chances() -> Any:
    """Distributions. They take seconds to import, which a command that asks nothing of orders should not wait for."""
    from scipy import stats  # noqa: PLC0415  # the reason is said above

    return stats


def _told(codes: pl.DataFrame, used: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """What each code's orders tell of where their buyers came from, and whether its shop tells that of any order."""
    sums = used.group_by(_KEY).agg(
        pl.len().alias("orders"),
        pl.col("is_of_site").sum().alias("orders_from_coupon_sites"),
        pl.col("is_elsewhere").sum().alias("orders_from_other_channels"),
        pl.col("is_touched").not_().sum().alias("orders_without_touch"),
        pl.col("is_told").sum().alias("orders_with_origin"),
    )
    shops = placed.group_by(pl.col("campaign").alias("campaign_id")).agg(
        pl.col("referrer").is_not_null().any().alias("_tells")
    )
    return (
        codes.join(sums, on=list(_KEY), how="left", validate="1:1")
        .join(shops, on="campaign_id", how="left", validate="m:1")
        .with_columns(pl.col(c).fill_null(0).cast(pl.Int64()) for c in sums.columns if c not in _KEY)
        .with_columns(pl.col("_tells").fill_null(value=False) | (pl.col("orders_with_origin") > 0))
    )


class _Code(NamedTuple):
    """A code with enough orders: how many, by day its own and the shop's, and on which days they may be its."""

    key: tuple[str, str, str]
    orders: int
    of_sites: int
    tells: bool
    own: Mapping[date, int]
    shop: Mapping[date, int]
    first: date
    last: date


def _codes(busy: pl.DataFrame, used: pl.DataFrame, placed: pl.DataFrame) -> Iterator[_Code]:
    own = _by_day(used.join(busy, on=list(_KEY), how="semi"), _KEY)
    shop = _by_day(placed.join(busy, left_on="campaign", right_on="campaign_id", how="semi"), ("campaign",))
    columns = ("orders", "orders_from_coupon_sites", "_tells", "from_on", "until_on")
    for *key, orders, of_sites, tells, first, last in busy.select(*_KEY, *columns).iter_rows():
        yield _Code(tuple(key), orders, of_sites, tells, own[tuple(key)], shop[key[0],], first, last)


def _by_day(orders: pl.DataFrame, by: Sequence[str]) -> Mapping[tuple[str, ...], Mapping[date, int]]:
    found: dict[tuple[str, ...], dict[date, int]] = {}
    for *key, day, times in orders.group_by(*by, "ordered_on").len().iter_rows():
        found.setdefault(tuple(key), {})[day] = times
    return found


def _tested(code: _Code, fresh: Mapping[tuple[str, str], frozenset[date]], yesterday: date) -> dict[str, object]:
    """The tests of a code. None by coupon sites where the shop tells of no order where its buyer came from."""
    row: dict[str, object] = dict(zip(_KEY, code.key, strict=True))
    if code.tells:
        row["p_coupon_sites"] = float(_chances().binom.sf(code.of_sites - 1, code.orders, TOLERATED))
    posts_on, last = fresh.get(code.key[:2]), min(code.last, yesterday)
    if posts_on is not None and last > code.first:
        row |= _over_time(code, posts_on, [code.first + timedelta(days=n) for n in range((last - code.first).days + 1)])
    return row


def _over_time(code: _Code, fresh: frozenset[date], days: Sequence[date]) -> dict[str, object]:
    """How a code's orders follow its posts."""
    mine = np.array([code.own.get(day, 0) for day in days], dtype=np.int64)
    others = np.array([code.shop.get(day, 0) for day in days], dtype=np.int64) - mine
    is_fresh = np.array([day in fresh for day in days])
    row: dict[str, object] = {
        "orders_fresh": int(mine[is_fresh].sum()),
        "days_fresh": int(is_fresh.sum()),
        "orders_stale": int(mine[~is_fresh].sum()),
        "days_stale": int((~is_fresh).sum()),
    }
    if is_fresh.any() and not is_fresh.all():
        row["p_no_response"] = _no_response(mine, others, is_fresh)
        row |= _jump(mine, others, is_fresh, days)
    return row


def _no_response(mine: Counts, others: Counts, is_fresh: npt.NDArray[np.bool_]) -> float:
    """The chance of as many orders off posts, if a day there had :data:`OFF_POST` of the orders of a fresh one."""
    stale = int(mine[~is_fresh].sum())
    weighings = [np.ones_like(mine)]
    if others.sum() >= _COMPARABLE and others[is_fresh].sum():
        weighings.append(others)
    found = [
        _chances().binom.sf(stale - 1, mine.sum(), OFF_POST * off / (OFF_POST * off + on))
        for off, on in ((w[~is_fresh].sum(), w[is_fresh].sum()) for w in weighings)
    ]
    return float(max(found))


def _jump(mine: Counts, others: Counts, is_fresh: npt.NDArray[np.bool_], days: Sequence[date]) -> dict[str, object]:
    """The day off posts from which orders rose most surely, and the chance of as sure a rise if none did."""
    best: tuple[float, int, int, int] | None = None
    tried = 0
    for begin, end in _stretches(is_fresh):
        length = end - begin
        tried += length - 1
        own, rest = (orders[begin:end][::-1].cumsum()[::-1] for orders in (mine, others))  # from each day on
        if length == 1 or not own[0]:
            continue
        chances = _chances().binom.sf(own[1:] - 1, own[0], np.arange(length - 1, 0, -1) / length)
        if rest[0] >= _COMPARABLE:
            both = own + rest
            chances = np.maximum(chances, _chances().hypergeom.sf(own[1:] - 1, both[0], both[1:], own[0]))
        nth = int(chances.argmin())
        if best is None or chances[nth] < best[0]:
            after = int(own[nth + 1])
            best = (float(chances[nth]), begin + nth + 1, int(own[0]) - after, after)
    if best is None:
        return {"p_jump": 1.0} if tried else {}
    chance, at, before, after = best
    return {
        "jumped_on": days[at],
        "orders_before_jump": before,
        "orders_from_jump": after,
        "p_jump": min(1.0, chance * tried),
    }


def _stretches(is_fresh: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Runs of days off posts, as begin and end."""
    edges = np.flatnonzero(np.diff(np.concatenate([[1], is_fresh.astype(np.int8), [1]])))
    yield from ((int(begin), int(end)) for begin, end in zip(edges[::2], edges[1::2], strict=True))


def _judged(found: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """marts.code_leaks with the verdicts: Holm's step-down (1979) over all tests of a campaign, dependent or not."""
    key = ["campaign_id", "influencer_id", "code"]
    tests = found.unpivot(list(_TESTS), index=key, variable_name="test", value_name="p").drop_nulls("p")
    nth = pl.int_range(pl.len()).over("campaign_id")
    adjusted = (
        tests.sort("campaign_id", "p", *key, "test")
        .with_columns(((pl.len().over("campaign_id") - nth) * pl.col("p")).alias("_p"))
        .with_columns(pl.col("_p").cum_max().over("campaign_id").clip(0, 1).alias("_p"))
    )
    sign = pl.col("test").replace_strict(_TESTS, return_dtype=pl.String())
    told = (
        adjusted.sort(*key, "test")
        .group_by(key)
        .agg(pl.col("_p").min().alias("p_adjusted"), sign.filter(pl.col("_p") <= ALPHA).sort().alias("_signs"))
    )
    is_leak = pl.col("p_adjusted") <= ALPHA
    return (
        found.join(told, on=key, how="left", validate="1:1")
        .with_columns(
            pl.when(is_leak)
            .then(pl.lit("leak_suspected"))
            .when(pl.col("p_adjusted").is_null())
            .then(pl.lit("not_enough_orders"))
            .otherwise(pl.lit("no_sign"))
            .alias("verdict"),
            pl.when(pl.col("_signs").list.len() > 0).then(pl.col("_signs").list.join(" ")).alias("signs"),
            pl.lit(as_of).alias("as_of"),
        )
        .sort(CODE_LEAKS.key)
        .pipe(CODE_LEAKS.conform)
    )
