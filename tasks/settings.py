"""Every knob of a workspace, read once from hibiki.toml, with its secrets from the environment or files beside it."""

from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, cast, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from tasks import credentials
from tasks.credentials import Secrets
from tasks.errors import Mistake, Mistakes
from tasks.toml_places import read as open_toml
from tasks.toml_places import validate
from tasks.wellformed import (
    AddressOrNothing,
    Currency,
    CurrencyOrNothing,
    Database,
    Domain,
    Holidays,
    Sender,
    Shop,
    Site,
    Url,
    Web,
    Zone,
)

SETTINGS_FILE = "hibiki.toml"


class _Section(BaseModel):
    """A table of hibiki.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SourceSettings(_Section):
    """What every source may be told."""

    base_url: Url | None = Field(default=None, description="Another address of the API; empty: the platform's own.")

    @property
    def options(self) -> dict[str, str]:
        """What is set, as texts, for a plan."""
        return {name: str(value) for name, value in self.model_dump().items() if value is not None}


class InstagramSettings(SourceSettings):
    """Instagram Graph API."""

    business_account_id: str | None = Field(
        default=None,
        description="Id of the brand's own Instagram business account, in quotes: it asks for accounts without access.",
        pattern=r"^\d{5,25}$",
    )
    access_base_url: Url | None = Field(
        default=None, description="Another address of the API for creators who gave access; empty: Instagram's own."
    )


class TiktokSettings(SourceSettings):
    """TikTok Display API: creators give access one by one."""


class YoutubeSettings(SourceSettings):
    """YouTube Data API."""


class BitlySettings(SourceSettings):
    """Bitly: clicks on tracked links."""


class ShopifySettings(SourceSettings):
    """Shopify: orders."""

    shop: Shop = Field(description="The shop's own domain, example.myshopify.com.")


class Ga4Settings(SourceSettings):
    """Google Analytics 4: sessions on the brand's site."""

    property_id: str = Field(description="The property's number, in quotes (not the G-… of the tag).", pattern=r"^\d+$")
    token_base_url: Url | None = Field(
        default=None, description="Another address that exchanges refresh tokens; empty: Google's own."
    )


class Sources(_Section):
    """Which sources are asked: a table that is absent is off."""

    instagram: InstagramSettings | None = Field(default=None, description="Instagram; absent: off.")
    tiktok: TiktokSettings | None = Field(default=None, description="TikTok; absent: off.")
    youtube: YoutubeSettings | None = Field(default=None, description="YouTube; absent: off.")
    bitly: BitlySettings | None = Field(default=None, description="Bitly; absent: off.")
    shopify: ShopifySettings | None = Field(default=None, description="Shopify; absent: off.")
    ga4: Ga4Settings | None = Field(default=None, description="Google Analytics 4; absent: off.")


class Fx(_Section):
    """How references/fx_rates.csv is read."""

    good_for_days: int = Field(
        default=7, ge=0, le=31, description="Where a day has no rate, the newest of so many days before stands in."
    )
    inverse: bool = Field(default=False, description="A rate may be read the other way round, as 1 / rate.")
    pivot: CurrencyOrNothing = Field(
        default="", description="Two rates of one day to and from this currency make a third; empty: none is made so."
    )


class Coverage(_Section):
    """When too much is missing to send."""

    hold_mail_below: float = Field(
        default=0.9,
        ge=0,
        le=1,
        strict=False,
        description="Mails are held when less than this share answered of what was asked and may be known.",
    )


class Mail(_Section):
    """How reports are sent."""

    sender: Sender = Field(
        default="hibiki <hibiki@localhost.localdomain>", description="From whom reports come: Name <address>."
    )
    reply_to: AddressOrNothing = Field(default="", description="A person who answers; empty: the sender.")
    allowed_domains: list[Domain] = Field(
        default_factory=list[str], description="Domains that may receive reports; others are refused."
    )
    host: str = Field(default="", description="SMTP server; empty: messages are written to outbox/ and none is sent.")
    port: int = Field(default=587, ge=1, le=65535, description="Port of the SMTP server.")
    username: str = Field(default="", description="Login at the SMTP server; empty: none.")
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="How the connection is encrypted."
    )
    list_id: str = Field(default="", description="List-Id header, such as reports.example.jp; empty: none.")
    operator: AddressOrNothing = Field(
        default="", description="Who is told by mail that a report's mails are held; empty: nobody."
    )
    attachments: bool = Field(
        default=True, description="The report as PDF and its data as a workbook go with the mail."
    )
    max_megabytes: float = Field(
        default=5, gt=0, le=50, strict=False, description="Attachments that would make a mail larger are left out."
    )
    unsubscribe_mail: AddressOrNothing = Field(
        default="", description="Who takes a reader off the list; empty: reply_to, else the sender."
    )
    unsubscribe_url: Web = Field(
        default="",
        description="https address that ends delivery by one POST (RFC 8058), {recipient} in it is the reader.",
    )
    preferences_url: Web = Field(
        default="", description="https page on which readers change what they get; linked in the mail."
    )


class Reports(_Section):
    """When reports are due."""

    mid_flight_weekday: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] = Field(
        default="mon", description="Weekday on which a running campaign is reported."
    )
    url: Web = Field(
        default="", description="https address at which reports/ is hosted; mails then link to it. Empty: nowhere."
    )
    pdf: bool = Field(
        default=True, description="Each edition is printed as report.pdf, too, by Chromium if there is one."
    )
    chromium: str = Field(default="", description="Path of Chromium or Chrome; empty: looked for on the PATH.")
    font: str = Field(
        default="",
        description="TrueType file (.ttf) of the face that pages bring along; empty: an installed one; none: the"
        " reader's.",
    )
    font_bold: str = Field(default="", description="The same face's bold file; empty: browsers draw bold themselves.")


class Compliance(_Section):
    """Until when findings in posts are to be mended."""

    fail_due_days: int = Field(
        default=1, ge=0, le=60, description="Working days until a possible breach should be mended."
    )
    warn_due_days: int = Field(
        default=3, ge=0, le=60, description="Working days until what is to be checked should be settled."
    )


class Attribution(_Section):
    """How orders are traced."""

    coupon_sites: list[Site] = Field(
        default_factory=list[str],
        description="Hosts of coupon sites beside those whose name says so: a code found there has leaked.",
    )


class Engine(_Section):
    """What the warehouse may use."""

    memory_limit: str = Field(default="2GB", pattern=r"^\d+(\.\d+)?\s?[KMGT]i?B$", description="Memory DuckDB may use.")
    threads: int | None = Field(default=None, ge=1, le=1024, description="Threads DuckDB may use; absent: all cores.")


class PostgresSettings(_Section):
    """A second copy for BI tools that read PostgreSQL."""

    uri: Database = Field(
        description="Where a copy is pushed each night, without password: postgresql://user@host/db?sslmode=verify-full."
    )
    prefix: str = Field(
        default="hibiki_", pattern=r"^[a-z][a-z0-9_]{0,39}$", description="Schemas there are this plus marts, ref, bi."
    )
    readers: list[Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_$-]{0,62}$")]] = Field(
        default_factory=list[str], description="Roles there that may read; granted anew each night."
    )


class Publish(_Section):
    """Where else figures are published."""

    postgres: PostgresSettings | None = Field(default=None, description="PostgreSQL; absent: off.")


class Settings(_Section):
    """hibiki.toml with its secrets."""

    timezone: Zone = Field(default="Asia/Tokyo", description="Whose midnight starts a business day.")
    holidays: Holidays = Field(
        default="", description="Whose public holidays are no working days: JP, US, US-CA …; absent: none are known."
    )
    currency: Currency = Field(default="JPY", description="Currency of budgets and fees (ISO 4217).")
    locale: Literal["ja", "en"] = Field(
        default="ja", description="Language of reports unless the brief says otherwise."
    )
    tier_scheme: str = Field(default="jp_default", min_length=1, description="Which size classes are used (ref.tiers).")
    fx: Fx = Field(default_factory=Fx, description="How exchange rates are read.")
    coverage: Coverage = Field(default_factory=Coverage, description="When too much is missing to send.")
    sources: Sources = Field(default_factory=Sources, description="Which sources are asked.")
    mail: Mail = Field(default_factory=Mail, description="How reports are sent.")
    reports: Reports = Field(default_factory=Reports, description="When reports are due.")
    compliance: Compliance = Field(
        default_factory=Compliance, description="Until when findings in posts are to be mended."
    )
    attribution: Attribution = Field(default_factory=Attribution, description="How orders are traced.")
    engine: Engine = Field(default_factory=Engine, description="What the warehouse may use.")
    publish: Publish = Field(default_factory=Publish, description="Where else figures are published.")
    _secrets: Secrets = PrivateAttr(default_factory=Secrets)

    @property
    def secrets(self) -> Secrets:
        """Tokens and passwords."""
        return self._secrets

    def with_secrets(self, secrets: Secrets) -> "Settings":
        """The same settings with these secrets."""
        copy = self.model_copy()
        copy._secrets = secrets  # noqa: SLF001 - the class's own attribute, which no file can set
        return copy

    def source(self, name: str) -> SourceSettings | None:
        """The settings of a source; None where it is off."""
        return cast("SourceSettings | None", getattr(self.sources, name, None))

    @property
    def enabled_sources(self) -> tuple[str, ...]:
        """Sources that are asked, sorted."""
        return tuple(sorted(name for name in Sources.model_fields if self.source(name) is not None))


class Knob(NamedTuple):
    """A documented setting: its dotted name, type, default and meaning."""

    name: str
    type: str
    default: str
    description: str


def fields() -> list[Knob]:
    """Every setting of hibiki.toml, in order."""
    return list(_knobs(Settings, ""))


def secrets() -> dict[str, str]:
    """Every secret's environment variable and what it is."""
    return credentials.variables()


def read(root: Path) -> Settings:
    """The settings of the workspace at ``root``. Errors: Mistakes, all of them at once."""
    settings, mistakes = inspect(root)
    if settings is None or any(not m.warning for m in mistakes):
        raise Mistakes([m for m in mistakes if not m.warning])
    return settings


def inspect(root: Path) -> tuple[Settings | None, list[Mistake]]:
    """The settings as far as they can be read, and every mistake and warning."""
    mistakes: list[Mistake] = []
    settings: Settings | None = None
    found = (
        open_toml(root / SETTINGS_FILE, SETTINGS_FILE)
        if (root / SETTINGS_FILE).exists()
        else Mistake(SETTINGS_FILE, "does not exist", "Run `hibiki init DIR`, or give the folder with --workspace")
    )
    if isinstance(found, Mistake):
        mistakes.append(found)
    else:
        settings, mistakes = validate(Settings, found)
    found_secrets, wrong = credentials.read(root)
    return settings.with_secrets(found_secrets) if settings else None, [*mistakes, *wrong]


def _knobs(model: type[BaseModel], prefix: str) -> Iterator[Knob]:
    for name, field in model.model_fields.items():
        annotation = _plain(field.annotation)
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from _knobs(annotation, f"{prefix}{name}.")
            continue
        default = "needed" if field.is_required() else field.get_default(call_default_factory=True)
        if get_origin(annotation) is Literal:
            kind = " | ".join(str(o) for o in get_args(annotation))
        elif get_origin(annotation) is list:
            kind = "list of texts"
        else:
            kind = {str: "text", bool: "true or false", int: "whole number", float: "number"}[annotation]
        yield Knob(f"{prefix}{name}", kind, "" if default is None else str(default), field.description or "")


def _plain(annotation: Any) -> Any:
    """A type without None and without what is validated about it."""
    if get_origin(annotation) in (Union, UnionType):
        annotation = next(a for a in get_args(annotation) if a is not type(None))
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
