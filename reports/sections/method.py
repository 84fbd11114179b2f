"""How the figures are made and what they cannot say."""

from dataclasses import dataclass

from markupsafe import Markup

from reports.counting import counted_in_full
from reports.figures import Locale
from reports.headlines import headline
from reports.reading import Reading, rows_of, said_in
from transforms.kpis import Kpi

ORDER = 110


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
    shown = sorted({row["kpi"] for row in reading.index.values() if row["grain"] == "campaign"})
    known = [reading.figures.registry[kpi] for kpi in shown if kpi in reading.figures.registry]
    return Facts(
        title=_("Method and limits"),
        finding=headline(_("How to read these figures"), reading.figures.locale),
        points=(
            (_("Sources"), _sources(reading)),
            (_("What counts as a purchase"), counted_in_full(reading)),
            (
                _("What these figures cannot say"),
                _(
                    "There is no group of people who saw nothing to compare with, so what is counted is what came by a"
                    " code or link, not what the campaign added. Who saw a post and bought in a shop is not in it."
                ),
            ),
            (
                _("Intervals"),
                _(
                    "95%% intervals, but for forecasts (80%%). They say what chance alone would move: within a creator"
                    " from post to post, in a campaign from creator to creator. People are named better or worse only"
                    " where a difference would arise by chance in fewer than one campaign of twenty."
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
            *_published(reading),
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


def _sources(reading: Reading) -> str:
    """What was asked for this campaign, and what people wrote themselves."""
    _ = reading.gettext
    asked = [reading.source(str(name)) for name in sorted(set(reading.figures.coverage["source"]))]
    own = _("the brief (campaign.toml, roster.csv, posts.csv, costs.csv)")
    return _("%(sources)s.", sources=reading.formats.listed([*asked, own]))


def _published(reading: Reading) -> tuple[tuple[str, str], ...]:
    """Where the campaign stands against published levels, of those alone that measure the same."""
    _ = reading.gettext
    words = {"above": _("above"), "within": _("within"), "below": _("below")}
    said = [
        _(
            "%(platform)s, %(kpi)s: %(verdict)s the level of %(source)s (%(level)s)",
            platform=reading.platform(row["platform"]),
            kpi=reading.label(str(row["kpi"])),
            verdict=words[str(row["verdict"])],
            source=said_in(row["source"]),
            level=reading.formats.value(float(str(row["benchmark"])), reading.unit(str(row["kpi"]))),
        )
        for row in rows_of(reading.figures.benchmark_positions)
        if row["verdict"] in words
    ]
    return ((_("Against published levels"), _("%(levels)s.", levels=reading.formats.listed(said))),) if said else ()


def _described(kpi: Kpi, locale: Locale) -> str:
    """What a KPI says, in the reader's language as far as it has been put into it."""
    return kpi.description_ja if locale == "ja" and kpi.description_ja else kpi.description
