"""ref.fx_rates, ref.emv_rates and ref.benchmarks: what the files in references/ say, as known at an instant."""

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from transforms import benchmarks, emv, fx
from transforms.tables import money, ref

TABLES = (money.CORE_REFERENCE_FILES, money.CORE_FX_RATES, money.CORE_EMV_RATES, money.CORE_OWN_BENCHMARKS)
"""The core tables that they follow from."""


def frames(core: Mapping[str, pl.DataFrame], as_of: datetime) -> dict[str, pl.DataFrame]:
    """The three tables by name. ``core``: :data:`TABLES` by full name; one that is absent has no row."""
    files, rates, cards, own = (core.get(t.name, t.empty()) for t in TABLES)
    return {
        money.REF_FX_RATES.name: fx.reference(rates, files, as_of),
        money.REF_EMV_RATES.name: emv.reference(cards, files, as_of),
        ref.BENCHMARKS.name: benchmarks.levels(own, files, as_of),
    }
