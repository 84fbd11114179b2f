"""The frames that figures were made of, as marts hand them to lineage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from transforms.inputs import Inputs
from transforms.kpis import Grain, Kpi


@dataclass(frozen=True, slots=True)
class Sources:
    """What one evaluation added up: facts, and the rows behind them."""

    inputs: Inputs
    contracts: pl.DataFrame
    """Contracts with account_key, landed_id and pointer."""
    posts: pl.DataFrame
    """Post facts."""
    rows: pl.DataFrame
    """Contract facts."""
    persons: pl.DataFrame
    """Person facts."""
    credited: pl.DataFrame
    """Credits of orders, in the campaign's currency."""
    costs: pl.DataFrame
    """marts.costs."""
    emv: pl.DataFrame
    """marts.emv_parts."""
    groups: Mapping[Grain, Sequence[tuple[pl.DataFrame, list[Kpi]]]]
    """Facts of what is no sum of parts, per grain."""
    as_of: datetime
