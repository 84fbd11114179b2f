"""What is known of the accounts that a campaign engaged and of who follows them, and of its people's past campaigns."""

import polars as pl

from transforms import contracts
from transforms.contracts import Table, change, count, pick
from transforms.core import segment_of
from transforms.tables.account_peers import ACCOUNT_PEERS
from transforms.tables.authenticity import SCORE
from transforms.tables.core import AUDIENCE_OBSERVATIONS
from transforms.tables.fields import FIELDS
from transforms.tables.standings import STANDINGS

_PLACE = ("er_followers_public_28d", "peers", "percentile", "percentile_lower", "percentile_upper", "peers_median")

ACCOUNTS = Table(
    name="reports.accounts",
    grain="account engaged",
    description="The accounts of a campaign's people as they stand, and among their peers.",
    key=("account_key",),
    fields=(
        *pick(FIELDS, "account_key", "platform", required=("account_key", "platform")),
        *pick(FIELDS, "influencer_id", "handle", "followers"),
        change("followers_gained_28d", "As in marts.account_profiles.", unit="persons"),
        count("posts_28d", "As in marts.account_profiles.", unit="posts"),
        *(ACCOUNT_PEERS[name] for name in _PLACE),
        *SCORE,
    ),
)

AUDIENCE = Table(
    name="reports.audience",
    grain="account × dimension × bucket",
    description="Who follows an account, by its newest answer for the dimension.",
    key=("account_key", "dimension", "bucket"),
    fields=(
        *pick(FIELDS, "account_key", required=("account_key",)),
        *(AUDIENCE_OBSERVATIONS[name] for name in ("dimension", "bucket", "share")),
        contracts.date("observed_on", "Business day of the answer.").needed(),
    ),
)


def accounts_of(profiles: pl.DataFrame, peers: pl.DataFrame, engaged: pl.DataFrame) -> pl.DataFrame:
    """:data:`ACCOUNTS` of marts.account_profiles and marts.account_peers.

    ``engaged``: rows of marts.influencer_kpis; an account is theirs by its person, on the platforms engaged on.
    """
    where = (
        engaged.select("influencer_id", pl.col("platforms").fill_null("").str.split(" ").alias("platform"))
        .explode("platform", empty_as_null=True, keep_nulls=True)
        .unique()
    )
    places = peers.select("account_key", *_PLACE).drop("er_followers_public_28d")
    return ACCOUNTS.conform_loosely(
        profiles.join(where, on=["influencer_id", "platform"], how="semi").join(
            places, on="account_key", how="left", validate="1:1"
        )
    )


def audience_of(observations: pl.DataFrame) -> pl.DataFrame:
    """:data:`AUDIENCE` of rows of core.audience_observations: of each account and dimension the newest answer."""
    answer = ["account_key", "dimension"]
    newest = observations.with_columns(segment_of())
    for column in ("observed_at", "known_at", "_segment"):
        newest = newest.filter(pl.col(column) == pl.col(column).max().over(answer))
    return AUDIENCE.conform(newest.unique([*answer, "bucket"], keep="first", maintain_order=True))


def earlier(standings: pl.DataFrame, campaigns: pl.DataFrame, campaign_id: str) -> pl.DataFrame:
    """marts.standings of the same brand's campaigns that were over when this one began."""
    own = campaigns.filter(pl.col("campaign_id") == campaign_id).select("brand", pl.col("starts_on").alias("_starts"))
    before = campaigns.join(own, on="brand", validate="m:1").filter(pl.col("ends_on") < pl.col("_starts"))
    return STANDINGS.conform(standings.join(before.select("campaign_id"), on="campaign_id", how="semi"))
