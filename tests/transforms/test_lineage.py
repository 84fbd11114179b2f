"""Lineage: whatever is known or unknown, adding up what a figure was added from gives the figure."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms import kpis
from transforms.days import on_day
from transforms.inputs import Inputs
from transforms.keys import surrogate
from transforms.lineage.answers import told_by
from transforms.lineage.reading import IDS, facts_of, inputs_of_facts, kpi_inputs, re_added
from transforms.marts import of_campaigns
from transforms.snapshots import latest
from transforms.tables import core
from transforms.tables.fields import METRICS
from transforms.tables.lineage import KPI_INPUTS, LINEAGE

ZONE = "Asia/Tokyo"
START = datetime(2026, 6, 1, 3, tzinfo=UTC)
AS_OF = datetime(2026, 9, 1, tzinfo=UTC)
PLATFORMS = ("instagram", "tiktok", "youtube")
COUNTS = st.none() | st.integers(0, 3000)
AMOUNTS = st.none() | st.integers(0, 90_000).map(lambda n: Decimal(n) / 4)
DERIVED = {"unique_reach", "brand_posts", "tracked_posts", "followers_usual_gain", "expected_engagements"}
"""What is no sum of answers: an estimate, a count of texts, a usual pace."""
TOLD = ("views", "reach", "likes", "comments", "shares", "saves", "impressions", "watch_seconds")


def frame(table: object, rows: list[dict[str, object]]) -> pl.DataFrame:
    columns = {name: [row.get(name) for row in rows] for name in table.columns}
    return pl.DataFrame(columns, schema=table.schema)


@st.composite
def companies(draw: st.DrawFn) -> Inputs:
    """A campaign of a few people, of whom much or little is known."""
    brief = {
        "campaign_id": "c",
        "name": "c",
        "brand": "b",
        "market": "JP",
        "objective": "sales",
        "locale": "ja",
        "starts_on": date(2026, 6, 1),
        "ends_on": date(2026, 6, 30),
        "settle_days": 7,
        "attribution_days": 7,
        "engagement_base": draw(st.sampled_from(["followers", "reach", "views", "impressions"])),
        "hashtags": "#x",
        "currency": "JPY",
        "margin_rate": draw(st.none() | st.floats(0, 1)),
        "known_at": START - timedelta(days=9),
        "landed_id": "brief/1#2",
    }
    contracts, accounts, seen, posts, observed, orders, days = [], [], [], [], [], [], []
    codes = draw(st.sampled_from([("a", "b", "d"), ("a", "a", "b"), (None, "b", None)]))
    for n in range(draw(st.integers(1, 4))):
        who, platform = f"p{n % 3}", PLATFORMS[n % 3] if n < 3 else "instagram" if n % 3 else "tiktok"
        account = surrogate(platform, f"a{n}")
        accounts.append(
            {"account_key": account, "platform": platform, "account_id": f"a{n}", "handle": f"h{n}"}
            | dict.fromkeys(("first_known_at", "last_known_at"), START)
        )
        contracts.append(
            {
                "campaign_id": "c",
                "influencer_id": who,
                "platform": platform,
                "handle": f"h{n}",
                "account_key": account,
                "account_id": f"a{n}",
                "route": "direct",
                "currency": "JPY",
                **{part: draw(AMOUNTS) for part in ("fee", "product_cost")},
                **dict.fromkeys(("shipping_cost", "agency_cost", "boost_cost"), Decimal(0)),
                "promised_posts": draw(st.none() | st.integers(0, 3)),
                "code": codes[n % 3],
                "link": draw(st.none() | st.sampled_from(["bit.ly/1", "bit.ly/2"])),
                "known_at": START,
                "landed_id": "brief/1#3",
                "pointer": f"row {n + 2}",
            }
        )
        seen += [
            {"account_key": account, "observed_at": at, "known_at": at, "observed_on": at.date(), "source": platform}
            | {"followers": draw(COUNTS), "landed_id": f"{platform}/{i}#{n + 2}", "pointer": ""}
            for i in (-2, 8, 29)
            if draw(st.booleans())
            for at in [START + timedelta(days=i)]
        ]
        for i in range(draw(st.integers(0, 3))):
            post, at = f"{n}{i}", START + timedelta(days=2 * i + n)
            key = surrogate(platform, post)
            posts.append(
                {"post_key": key, "platform": platform, "post_id": post, "account_key": account, "hashtags": "#x"}
                | {
                    "published_at": at,
                    "caption": "#x",
                    "availability": "on",
                    "format": "video",
                    "paid_label": "unknown",
                }
                | {"landed_id": f"{platform}/9#2", "pointer": f"/data/{i}"}
                | dict.fromkeys(("first_known_at", "last_known_at"), at)
            )
            for night in range(draw(st.integers(0, 2))):
                then = at + timedelta(days=1 + night)
                counts = {m: draw(COUNTS) for m in TOLD}
                hidden = ";".join(f"{m}=hidden" for m, v in counts.items() if v is None and draw(st.booleans()))
                observed.append(
                    {"post_key": key, "observed_at": then, "known_at": then, "source": platform, **counts}
                    | {"landed_id": f"{platform}/{night}#2", "pointer": f"/data/{i}", "missing": hidden or None}
                    | {"detail_landed_id": draw(st.none() | st.just(f"{platform}/{night}#9"))}
                )
    for n in range(draw(st.integers(0, 6))):
        at, gross = START + timedelta(days=n), draw(AMOUNTS)
        orders.append(
            {"shop": "s", "order_id": str(n), "ordered_at": at, "known_at": at, "source": "shopify"}
            | {"gross": gross, "net": gross, "currency": draw(st.sampled_from(["JPY", "JPY", "USD"]))}
            | {"code": draw(st.sampled_from(["a", "b", "d", "z"])), "is_new_customer": draw(st.none() | st.booleans())}
            | {"landed_id": "shopify/1#2", "pointer": f"/orders/{n}"}
        )
        days.append(
            {"link_id": f"bit.ly/{1 + n % 2}", "day": at.date(), "clicks": draw(st.integers(0, 9)), "known_at": at}
            | {"source": "bitly", "landed_id": "bitly/1#2", "pointer": f"/link_clicks/{n}"}
        )
    links = [{"link_id": f"bit.ly/{n}", "last_known_at": START} for n in (1, 2)]
    drawn = {
        core.CAMPAIGNS: [brief],
        core.CONTRACTS: contracts,
        core.ACCOUNTS: accounts,
        core.ACCOUNT_OBSERVATIONS: seen,
        core.ORDERS: orders,
        core.LINK_DAYS: days,
        core.LINKS: links,
    }
    frames = {table.name: frame(table, rows) for table, rows in drawn.items()}
    frames["core.posts"] = frame(core.POSTS, posts).with_columns(on_day("published_at", ZONE).alias("published_on"))
    told = frame(core.POST_OBSERVATIONS, observed).with_columns(on_day("observed_at", ZONE).alias("observed_on"))
    return Inputs.of({**frames, "core.post_observations": told})


@given(companies())
@settings(max_examples=6, deadline=None)
def test_adding_again_gives_every_figure_whatever_is_unknown(inputs: Inputs) -> None:
    found = of_campaigns(inputs, AS_OF, ZONE, "jp_default")
    lineage, values = found["marts.lineage"], found["marts.kpi_values"]
    assert lineage.equals(LINEAGE.conform(lineage))
    assert not lineage.select(LINEAGE.key).is_duplicated().any()
    for kpi in kpis.load().values():
        for grain in kpi.grains:
            stored = values.filter((pl.col("kpi") == kpi.name) & (pl.col("grain") == grain))
            again = re_added(lineage, kpi, grain)
            both = stored.join(again, on=list(IDS[grain]), how="left", nulls_equal=True, suffix="_again")
            for side in ("numerator", "denominator", "value"):
                for one, other in both.select(side, f"{side}_again").rows():
                    assert other == (None if one is None else pytest.approx(one, rel=1e-9, abs=1e-9)), (kpi.name, grain)


@given(companies())
@settings(max_examples=4, deadline=None)
def test_a_part_is_its_told_figure_times_its_weight(inputs: Inputs) -> None:
    lineage = of_campaigns(inputs, AS_OF, ZONE, "jp_default")["marts.lineage"]
    known = lineage.filter(pl.col("value").is_not_null())
    assert known.filter((pl.col("told") * pl.col("weight") - pl.col("value")).abs() > 1e-6).is_empty()
    assert lineage.filter(pl.col("value").is_null() & pl.col("reason").is_null()).is_empty()
    silent = known.filter(pl.col("landed_id").is_null() & (pl.col("value") != 0))
    assert set(silent["thing"]) <= {"derived"}
    assert set(silent["input"]) <= DERIVED


@given(companies())
@settings(max_examples=8, deadline=None)
def test_each_counter_is_led_to_the_answer_that_latest_takes_it_from(inputs: Inputs) -> None:
    told = told_by(inputs.post_observations, AS_OF)
    known = latest(inputs.post_observations, AS_OF).collect()
    for metric in METRICS:
        one = known.select("post_key", pl.col(metric).cast(pl.Float64).alias("value"), f"why_{metric}")
        led = told.filter(pl.col("metric") == metric)
        both = one.join(led, on="post_key", how="left")
        assert both["value"].equals(both["told"], null_equal=True), metric
        assert both[f"why_{metric}"].equals(both["reason"], null_equal=True), metric
    rows = inputs.post_observations.collect()
    for row in told.drop_nulls("told").iter_rows(named=True):
        by_detail = (pl.col("detail_landed_id") == row["landed_id"]).fill_null(value=False)
        of = (pl.col("landed_id") == row["landed_id"]) | (by_detail & pl.lit(row["pointer"] == ""))
        at = rows.filter(of & (pl.col("post_key") == row["post_key"]) & (pl.col("observed_at") == row["observed_at"]))
        assert at[row["metric"]].to_list() == [row["told"]]


def test_a_kpi_is_joined_to_its_inputs() -> None:
    found = kpi_inputs()
    assert not found.select(KPI_INPUTS.key).is_duplicated().any()
    drawn = {
        ("cpo", "campaign"): {("numerator", "cost", "person", "plus"), ("denominator", "orders", "person", "plus")},
        ("cpo", "platform"): {("numerator", "cost", "contract", "plus"), ("denominator", "orders", "contract", "plus")},
        ("er_reach", "post"): {("numerator", "engagements", "post", "plus"), ("denominator", "reach", "post", "plus")},
        ("follower_growth", "influencer"): {
            ("numerator", "followers_end", "contract", "plus"),
            ("numerator", "followers_start", "contract", "minus"),
            ("denominator", "followers_start", "contract", "plus"),
        },
        ("roi_profit", "campaign"): {
            ("numerator", "margin_rate", "person", "factor"),
            ("numerator", "revenue_net", "person", "factor"),
            ("numerator", "cost", "person", "minus"),
            ("denominator", "cost", "person", "plus"),
        },
    }
    for (kpi, grain), wanted in drawn.items():
        own = found.filter((pl.col("kpi") == kpi) & (pl.col("grain") == grain))
        assert set(own.select("side", "input", "facts", "role").rows()) == wanted
    for kpi in kpis.load().values():
        for grain in kpi.grains:
            own = found.filter((pl.col("kpi") == kpi.name) & (pl.col("grain") == grain))
            assert set(own["input"]) <= set(inputs_of_facts(facts_of(kpi, grain)))
            assert own.height >= 1
