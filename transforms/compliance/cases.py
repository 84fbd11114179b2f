"""A rule over columns is a list of cases: the first that holds says the outcome, and unknown holds nowhere."""

import polars as pl


def first(*cases: tuple[pl.Expr, str], otherwise: str) -> pl.Expr:
    """Expression: the code of the first case that holds."""
    code: pl.Expr = pl.lit(otherwise)
    for holds, name in reversed(cases):
        code = pl.when(holds.fill_null(value=False)).then(pl.lit(name)).otherwise(code)
    return code
