"""What the signs behind figures mean, said where one of them is seen."""

from collections.abc import Iterable

from reports.reading import BY_HAND, TWO_WAYS, Reading


def by_hand(reading: Reading) -> str:
    """What was typed or set right by a person, in words; empty where no figure bears the sign."""
    if not any(row["posts_manual"] for row in reading.index.values()):
        return ""
    return reading.gettext(
        "%(sign)s: part of this figure was typed or corrected by a person; who, why and from what is in"
        " core.corrections and ops.imports.",
        sign=BY_HAND,
    )


def two_ways(reading: Reading) -> str:
    """What a platform counted in two ways, in words; empty where no figure bears the sign."""
    marks = (row["definition_changed"] for row in reading.index.values() if row["definition_changed"])
    named = sorted({tuple(mark.split(".")) for said in set(marks) for mark in said.split()})
    if not named:
        return ""
    return reading.gettext(
        "%(sign)s: the platform counted these posts in two ways (%(what)s): what it counts changed, before and after"
        " are two quantities. Such a figure is compared with no other, and its change is not growth.",
        sign=TWO_WAYS,
        what=reading.formats.listed([f"{reading.platform(p)} {reading.metric(metric)}" for p, metric in named]),
    )


def explained(reading: Reading, shown: Iterable[str]) -> list[str]:
    """A sentence for each sign that stands in texts."""
    seen = "".join(shown)
    told = {BY_HAND: by_hand(reading), TWO_WAYS: two_ways(reading)}
    return [sentence for sign, sentence in told.items() if sentence and sign in seen]
