"""What a rule of disclosure or wording is: data that says whom it binds, what it looks for and what would be right."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from pkgutil import iter_modules
from typing import Literal

import polars as pl

from transforms.compliance import rules
from transforms.contracts import ContractError

Verdict = Literal["pass", "warn", "fail", "unknown"]
Severity = Literal["warn", "fail"]
Kind = Literal["post", "draft", "reuse", "brief"]
"""What is judged: a post, a draft before posting, a place where the brand quotes a post, or what the brief promises."""
Profile = Literal["jp_caa", "jp_womj", "jp_wording", "us_ftc", "us_wording", "brief"]

VERDICTS: tuple[Verdict, ...] = ("pass", "unknown", "warn", "fail")
"""Mildest first: of several findings the last of these is what is said of a post."""

MARKETS: dict[str, tuple[Profile, ...]] = {
    "JP": ("jp_caa", "jp_wording", "brief"),
    "US": ("us_ftc", "us_wording", "brief"),
}
"""Profiles in force where the brief names none; other markets have the brief's own rules only."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence as readers of each language say it."""

    en: str
    ja: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a wording dictionary.

    ``pattern`` is a regular expression over folded text (text.fold); ``literals`` are folded strings, at least one of
    which stands in everything that the pattern matches: they are looked for first, in all texts at once. ``unless``
    are patterns that, found in the same sentence, lift the finding (another subject, a qualifying phrase; another cause
    only where the sentence does not turn to the product after it);
    ``unless_anywhere`` those that do so wherever in the text they stand; ``within`` those of permitted wording, which
    lift only what lies within their own words.
    """

    entry: str
    pattern: str
    literals: tuple[str, ...]
    severity: Severity
    reason: Said
    safer: Said
    source: str
    unless: tuple[str, ...] = ()
    unless_anywhere: tuple[str, ...] = ()
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """A check by dictionary: every entry is looked for; negation, quotation and questions lower what it finds."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Predicate:
    """A check by columns: an expression over what was read of a post (engine.READ), giving verdict and reason code.

    ``code`` gives one of the codes of ``outcomes`` per row; an outcome is the verdict and why, in words. ``form`` names
    the form (reading.FORMS) that a finding points at, if any, ``forms`` others by outcome; ``word`` the column of the folded word that it points at;
    ``wanted`` the column (its first line) of what should stand there instead.
    """

    code: Callable[[], pl.Expr]
    outcomes: dict[str, tuple[Verdict, Said]]
    form: str | None = None
    word: str | None = None
    wanted: str | None = None
    forms: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, a row of ref.compliance_rules. ``severity`` is the worst that it can say; None means all."""

    rule: str
    law: Said
    profile: Profile
    title: Said
    severity: Severity
    advice: Said
    source: str
    check: Words | Predicate
    version: int = 1
    valid_from: date = date(2000, 1, 1)
    valid_until: date | None = None
    platforms: frozenset[str] | None = None
    formats: frozenset[str] | None = None
    categories: frozenset[str] | None = None
    kinds: frozenset[Kind] = frozenset({"post", "draft"})


def load() -> dict[str, Rule]:
    """Every rule by its id, sorted. Two rules of one id, or a file without rules, fail loudly."""
    found: dict[str, Rule] = {}
    for module in iter_modules(rules.__path__):
        for rule in import_module(f"{rules.__name__}.{module.name}").RULES:
            if not isinstance(rule, Rule):
                raise ContractError(f"{module.name}.RULES must hold Rule values, not {rule!r}")
            if rule.rule in found:
                raise ContractError(f"two rules are called {rule.rule}: the second is in {module.name}")
            found[rule.rule] = rule
    return dict(sorted(found.items()))
