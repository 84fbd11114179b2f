"""What a graph of paths loses when somebody is taken out of it: the Markov removal effect."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from transforms.attribution.windows import ORDER, WHO

START, ORDERED, LOST = "(start)", "(order)", "(none)"
"""Where a path begins, and its two ends."""
Moves = Mapping[tuple[str, str], float]
"""How often a path went from one place to the next."""


def removal_effects(moves: Moves) -> dict[str, float]:
    """The part of the chance to end in an order that is lost without each place, by name.

    A first-order absorbing chain (Anderl et al. 2016, doi 10.1016/j.ijresmar.2016.03.001). With the fundamental matrix
    N = (I - Q)⁻¹ and b the chance of an order from each place, what passes through i and ends in an order is
    N[s,i] / N[i,i] · b[i]: one inverse serves all removals. Empty where no path ends in an order.
    """
    places = sorted({p for move in moves for p in move} - {START, ORDERED, LOST})
    index = {place: n for n, place in enumerate([START, *places])}
    flow = np.zeros((len(index), len(index)))
    ends = np.zeros(len(index))
    leaving = np.zeros(len(index))
    for (here, there), times in moves.items():
        leaving[index[here]] += times
        if there in index:
            flow[index[here], index[there]] += times
        elif there == ORDERED:
            ends[index[here]] += times
    leaving[leaving == 0] = 1.0
    through = np.linalg.inv(np.eye(len(index)) - flow / leaving[:, None])
    chance = through @ (ends / leaving)
    if chance[0] <= 0:
        return {}
    return {p: float(through[0, i] / through[i, i] * chance[i] / chance[0]) for p, i in index.items() if p != START}


def weights(counted: pl.DataFrame) -> pl.DataFrame:
    """campaign_id, influencer_id, ``weight``: removal effects in each campaign's graph of counted paths."""
    place = pl.concat_str(pl.lit("@"), "influencer_id")  # so that nobody is called as an end of the graph is
    steps = counted.sort(*ORDER, "nth").select(*ORDER, "campaign_id", place.alias("here"))
    after = pl.col("here").shift(-1).over(ORDER).fill_null(ORDERED)
    inner = steps.with_columns(after.alias("there"))
    first = steps.unique(ORDER, keep="first", maintain_order=True).select(
        *ORDER, "campaign_id", pl.lit(START).alias("here"), pl.col("here").alias("there")
    )
    moves = (
        pl.concat([inner.select(first.columns), first])
        .group_by("campaign_id", "here", "there")
        .agg(pl.len().cast(pl.Float64).alias("times"))
        .sort("campaign_id", "here", "there")
    )
    of: dict[str, dict[tuple[str, str], float]] = {}
    for campaign_id, here, there, times in moves.iter_rows():
        of.setdefault(campaign_id, {})[here, there] = times
    rows = [
        (campaign_id, who.removeprefix("@"), weight)
        for campaign_id, own in of.items()
        for who, weight in removal_effects(own).items()
    ]
    return pl.DataFrame(rows, schema=[*WHO, "weight"], orient="row").cast(
        {**dict.fromkeys(WHO, pl.String()), "weight": pl.Float64()}
    )
