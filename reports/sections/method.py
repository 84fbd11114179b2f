"""How the figures are made and what they cannot say."""

from dataclasses import dataclass

from markupsafe import Markup

from reports.figures import Locale
from reports.headlines import headline
from reports.overview import overview
from reports.reading import Reading, said_in
from transforms.kpis import Kpi

ORDER = 100


@dataclass(frozen=True, slots=True)
class Definition:
    """A KPI in words. ``lang``: the language of the text where it is not the report's own."""

    label: str
    text: str
    formula: str
    version: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Method, limits and definitions."""

    title: str
    finding: Markup
    points: tuple[tuple[str, str], ...]
    definitions: tuple[Definition, ...]
    definitions_title: str
    definitions_lang: str


def facts(reading: Reading) -> Facts:
    """The rules in sentences, and every KPI that the report shows."""
    _ = reading.gettext
    brief = overview(reading)
    shown = sorted({row["kpi"] for row in reading.index.values() if row["grain"] == "campaign"})
    known = [reading.figures.registry[kpi] for kpi in shown if kpi in reading.figures.registry]
    days = reading.formats.count(brief.attribution_days)
    return Facts(
        title=_("Method and limits"),
        finding=headline(_("How to read these figures"), reading.figures.locale),
        points=(
            (
                _("What counts as a purchase"),
                _(
                    "Orders that used a creator's code or tracked link within %(days)s days of a post. Who would have"
                    " bought anyway is not known, so this is not additional revenue.",
                    days=days,
                ),
            ),
            (
                _("Unknown is not zero"),
                _(
                    "A dash is a figure that nobody told us. It enters no sum and no rate. Where not all is known, the"
                    " figure says of how many posts it speaks."
                ),
            ),
            (
                _("Rates"),
                _("A rate is a sum divided by a sum over the posts that know both. Rates are never averaged."),
            ),
            (
                _("Followers"),
                _("Rates by followers use the follower count at the time of posting, not today's."),
            ),
            (
                _("Why an app may show something else"),
                _(
                    "The apps count on. These are the figures as of %(instant)s; platforms also restate and round, and"
                    " close their days in zones of their own.",
                    instant=reading.formats.instant(reading.figures.as_of),
                ),
            ),
            (
                _("Reach"),
                _("Reach counts people, and they overlap. It is not summed over posts, creators or days."),
            ),
        ),
        definitions=tuple(
            Definition(
                getattr(kpi.label, reading.figures.locale),
                said_in(_described(kpi, reading.figures.locale)),
                said_in(kpi.formula),
                _("definition %(version)s", version=kpi.definition_version),
            )
            for kpi in known
        ),
        definitions_title=reading.ngettext("%(num)s definition", "%(num)s definitions", len(known)),
        definitions_lang=reading.figures.locale if all(k.description_ja for k in known) else "en",
    )


def _described(kpi: Kpi, locale: Locale) -> str:
    """What a KPI says, in the reader's language as far as it has been put into it."""
    return kpi.description_ja if locale == "ja" and kpi.description_ja else kpi.description
