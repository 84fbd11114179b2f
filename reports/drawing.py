"""Page and mail as text: templates filled with facts, in the language of the figures."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports import catalogue, held, message, message_foot, sections
from reports.catalogue import Catalogue
from reports.enclosures import Attachment, Enclosed, Posting
from reports.figures import Figures, Locale
from reports.fonts import Face
from reports.held import Shortfall
from reports.lettering import dressed, source_hash
from reports.overview import overview
from reports.reading import Reading, read, said_in

TEMPLATES = Path(__file__).parent / "templates"
OTHER: dict[Locale, Locale] = {"ja": "en", "en": "ja"}
LANGUAGES: dict[Locale, str] = {"ja": "日本語", "en": "English"}
# Figure spaces, byte-order marks and joiners fill the preview line, so that no body text leaks into it
PREHEADER_PAD = Markup("&#8199;&#65279;&#847;") * 60


@dataclass(frozen=True, slots=True)
class MailParts:
    """A mail without its envelope."""

    subject: str
    preheader: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """One section as the page's template meets it."""

    stem: str
    template: str
    number: str
    facts: object
    part_of: str


def page(figures: Figures, *, other_file: str = "", face: Face | None = None) -> str:
    """One HTML file that asks for nothing and runs no script but its own.

    ``other_file``: the other language's file. ``face``: letters that the page brings along; without one, it is shown
    in its reader's own.
    """
    reading = read(figures)
    css, script = _asset("page.css"), _asset("page.js")
    other = OTHER[figures.locale]
    brief = overview(reading)
    drawn = (
        _html(reading)
        .get_template("page.html.j2")
        .render(
            locale=figures.locale,
            policy=policy(css, script),
            css=css,
            script=script,
            title=f"{brief.name} – {brief.brand}",
            brand=brief.brand,
            sections=shown(reading),
            other_file=other_file or f"report.{other}.html",
            other_locale=other,
            other_name=LANGUAGES[other],
            run_id=said_in(figures.run_id),
            as_of=reading.formats.instant(figures.as_of),
            set_in=set_in(face, reading.catalogue),
        )
    )
    return dressed(drawn, face)


def sheet(reading: Reading, template: str, *, face: Face | None = None, **values: object) -> str:
    """A page beside the report, in the same look and under the same policy: one HTML file that asks for nothing."""
    css, script = _asset("page.css") + _asset("sheet.css"), _asset("page.js")
    drawn = (
        _html(reading)
        .get_template(template)
        .render(
            locale=reading.figures.locale,
            policy=policy(css, script),
            css=css,
            script=script,
            other_locale=OTHER[reading.figures.locale],
            other_name=LANGUAGES[OTHER[reading.figures.locale]],
            set_in=set_in(face, reading.catalogue),
            **values,
        )
    )
    return dressed(drawn, face)


def mail(figures: Figures, enclosed: Enclosed | None = None, posting: Posting | None = None) -> MailParts:
    """Subject, preview line, text and HTML of the mail, without what is enclosed. Nothing in it is fetched."""
    reading = read(figures)
    facts = message.facts(reading)
    foot = message_foot.foot(reading, enclosed or Enclosed(), posting or Posting())
    drawn = (
        _html(reading)
        .get_template("mail/body.html.j2")
        .render(
            m=facts,
            foot=foot,
            locale=figures.locale,
            css=_asset("mail/mail.css"),
            pad=PREHEADER_PAD,
            run_id=said_in(figures.run_id),
        )
    )
    text = _text(reading).get_template("mail/body.txt.j2").render(m=facts, foot=foot, run_id=said_in(figures.run_id))
    return MailParts(facts.subject, facts.preheader, text, _inlined(drawn))


def held_note(figures: Figures, shortfall: Shortfall, waiting: tuple[tuple[str, str], ...]) -> MailParts:
    """The operator's note of a report that is held. ``waiting``: id and recipient of each of its mails."""
    reading = read(figures)
    facts = held.facts(reading, shortfall, waiting)
    drawn = (
        _html(reading)
        .get_template("mail/held.html.j2")
        .render(m=facts, locale=figures.locale, css=_asset("mail/mail.css"), pad=PREHEADER_PAD)
    )
    text = _text(reading).get_template("mail/held.txt.j2").render(m=facts)
    return MailParts(facts.subject, facts.preheader, text, _inlined(drawn))


def _inlined(drawn: str) -> str:
    inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)
    # dark rules come after inlining: they must stay a style block, because only a media query can hold them
    return inliner.inline(drawn).replace("<!--DARKCSS-->", f"<style>{_asset('mail/dark.css')}</style>", 1)


def shown(reading: Reading) -> list[Shown]:
    """Every section's facts, in order; numbered from the goals on, apart from the parts of others."""
    found = sections.load()
    opening = {"masthead", "verdict"}
    body = [section.stem for section in found if section.stem not in opening and not section.part_of]
    return [
        Shown(
            section.stem,
            section.template,
            f"{body.index(section.stem) + 1:02d}" if section.stem in body else "",
            section.facts(reading),
            section.part_of,
        )
        for section in found
    ]


def set_in(face: Face | None, said: Catalogue) -> str:
    """In which letters a page is set, for its foot; empty where they are its reader's."""
    if face is None:
        return ""
    _ = said.gettext
    if not face.licence:
        return _("Set in %(face)s %(version)s.", face=face.name, version=face.version)
    return _("Set in %(face)s %(version)s (%(licence)s).", face=face.name, version=face.version, licence=face.licence)


def policy(css: str, script: str) -> str:
    """The page's content security policy: its own style and script by hash, and nothing else at all."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{source_hash(css)}'",
            f"script-src '{source_hash(script)}'",
            "font-src data:",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


@cache
def _asset(name: str) -> Markup:
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))  # noqa: S704  (a file of ours, no data in it)


def _html(reading: Reading) -> Environment:
    # autoescape is said outright: select_autoescape() looks at the file's ending, and .j2 is not among those it knows
    return _environment(reading.figures.locale, strict=reading.catalogue.strict, autoescape=True)


def _text(reading: Reading) -> Environment:
    return _environment(reading.figures.locale, strict=reading.catalogue.strict, autoescape=False)


@cache
def _environment(locale: str, *, strict: bool, autoescape: bool) -> Environment:
    said = catalogue.load(locale, strict=strict)
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=autoescape,  # noqa: S701  (False for the plain-text body alone)
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    words: dict[str, Any] = {"_": said.gettext, "gettext": said.gettext, "ngettext": said.ngettext}
    environment.globals.update(words)
    return environment
