"""campaign.toml: what a campaign is for, when it runs, what was agreed."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from tasks.briefing.guidelines import Guidelines
from tasks.briefing.target import Target
from tasks.briefing.values import Day, Hashtag, Line, Mention, hashtag, mention, wrong
from tasks.errors import Mistake
from tasks.importing import numbers
from tasks.toml_places import Document, parse, suggestion, validate
from tasks.wellformed import is_address
from transforms import kpis

FILE = "campaign.toml"


def _amount(given: Any) -> Any:
    """A number as TOML or as people write it, exactly."""
    if isinstance(given, bool):
        raise wrong("is not a number", "Write digits, such as 50000")
    if isinstance(given, float):
        return Decimal(str(given))
    if isinstance(given, str):
        try:
            return numbers.read(given).value
        except numbers.NotANumber as error:
            raise wrong(error.what, error.remedy) from error
    return given


def _share(given: Any) -> Any:
    if isinstance(given, str) and given.strip().endswith(("%", "％")):
        return _amount(given.strip()[:-1]) / 100
    return _amount(given)


def _within_one(share: Decimal) -> Decimal:
    if not 0 <= share <= 1:
        remedy = f"Did you mean {share / 100}?" if 1 < share <= 100 else "Write a share such as 0.6"
        raise wrong("is not between 0 and 1", remedy)
    return share


def _after_the_start(last: date, info: ValidationInfo) -> date:
    # here and not in a check of the whole brief: that would only run once nothing else is wrong
    first: date | None = info.data.get("starts_on")
    if first is not None and last < first:
        raise wrong("ends before it starts", f"It starts on {first}: write that day or a later one")
    return last


def _can_be_reached(basis: str, info: ValidationInfo) -> str:
    unsaid = [key for key in ("tax", "orders_tax") if key in info.data and info.data[key] is None]
    if basis != "as_given" and unsaid:
        raise wrong(f"cannot be reached without {' and '.join(unsaid)}", f'Add {unsaid[0]} = "excluded" or "included"')
    return basis


def _rival(text: str) -> str:
    return f"@{mention(text)}" if text.strip().startswith(("@", "＠")) else hashtag(text)


def _recipient(text: str) -> str:
    if not is_address(text.strip()):
        raise wrong("is not a mail address", "Write one such as mori@example.jp")
    return text.strip()


Amount = Annotated[Decimal, BeforeValidator(_amount), Field(ge=0, lt=Decimal(10) ** 14, decimal_places=4)]


class Owners(BaseModel):
    """Who does what a report asks for; a part that nobody is named for is said by its role."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    compliance: Line | None = Field(default=None, description="who has posts corrected")
    casting: Line | None = Field(default=None, description="who talks to the influencers")
    planning: Line | None = Field(default=None, description="who plans the next campaign")
    data: Line | None = Field(default=None, description="who looks after the data")


class Campaign(BaseModel):
    """One campaign's brief."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Line = Field(description="the campaign's name")
    brand: Line = Field(description="the brand")
    product: Line | None = Field(default=None, description="the product's name, as posts must say it")
    category: Literal["cosmetics", "quasi_drug", "food", "supplement", "alcohol", "other"] | None = Field(
        default=None, description="the kind of product: decides which wording rules apply"
    )
    market: Annotated[str, Field(pattern="^[A-Z]{2}$")] = Field(default="JP", description="two capitals, such as JP")
    objective: Literal["awareness", "engagement", "traffic", "sales"] = Field(
        description='what it is for, such as objective = "sales"'
    )
    locale: Literal["ja", "en"] | None = Field(default=None, description="language of its reports")
    starts_on: Day = Field(description="the first day on which a post counts, such as starts_on = 2026-06-01")
    ends_on: Annotated[Day, AfterValidator(_after_the_start)] = Field(
        description="the last day on which a post counts, such as ends_on = 2026-07-12"
    )
    hashtags: list[Hashtag] = Field(default_factory=list[str], description='designated hashtags, such as ["#朝凪UV"]')
    mentions: list[Mention] = Field(
        default_factory=list[str], description='accounts of the brand, such as ["@minamodo_official"]'
    )
    rivals: list[Annotated[str, AfterValidator(_rival)]] = Field(
        default_factory=list[str],
        description='hashtags and accounts of rivals, such as ["#夕凪UV", "@yunagi_official"]',
    )
    market_persons: int | None = Field(
        default=None, ge=1, lt=10**10, description="how many people the market has, such as 21000000"
    )
    budget: Amount | None = Field(default=None, description="the agreed budget")
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = Field(
        default=None, description="currency code, such as JPY"
    )
    margin_rate: Annotated[Decimal, BeforeValidator(_share), AfterValidator(_within_one)] | None = Field(
        default=None, description="gross margin as a share of net revenue, such as 0.6"
    )
    tax: Literal["excluded", "included"] | None = Field(
        default=None, description='whether costs are given without ("excluded") or with ("included") consumption tax'
    )
    tax_rate: Annotated[Decimal, BeforeValidator(_share), AfterValidator(_within_one)] = Field(
        default=Decimal("0.1"), description="consumption tax on costs, such as 0.1"
    )
    orders_tax: Literal["excluded", "included"] | None = Field(
        default=None, description="whether the shop's amounts are without or with consumption tax"
    )
    orders_tax_rate: Annotated[Decimal, BeforeValidator(_share), AfterValidator(_within_one)] | None = Field(
        default=None, description="consumption tax on what is sold, such as 0.08 for food; tax_rate if left out"
    )
    tax_basis: Annotated[Literal["as_given", "excluded", "included"], AfterValidator(_can_be_reached)] = Field(
        default="as_given", description="what KPIs count: amounts as given, or all without, or all with tax"
    )
    emv_card: Line | None = Field(default=None, description="rate card in references/emv_rates.csv, by its name")
    engagement_base: Literal["followers", "reach", "views", "impressions"] = Field(
        default="reach", description="denominator of the engagement rate shown"
    )
    attribution_days: int = Field(
        default=14, ge=0, le=365, description="days after the campaign, a post or a visit within which an order counts"
    )
    attribution_model: Literal["code_then_last_link", "last_touch", "first_touch", "linear", "position_based"] = Field(
        default="code_then_last_link", description="how KPIs share an order out among influencers"
    )
    attribution_window: Literal["campaign", "post"] = Field(
        default="campaign", description="from when attribution_days count: the campaign's end, or each post"
    )
    settle_days: int = Field(default=14, ge=0, le=365, description="days after the end until figures are final")
    recipients: list[Annotated[str, AfterValidator(_recipient)]] = Field(
        default_factory=list[str], description='mail addresses, such as ["mori@example.jp"]'
    )
    guidelines: Guidelines = Field(default_factory=Guidelines, description="what posts are checked for")
    target: Target = Field(default_factory=Target, description='whom it aims at, such as gender = ["female"]')
    goals: dict[str, Annotated[Decimal, BeforeValidator(_amount), Field(gt=0)]] = Field(
        default_factory=dict[str, Decimal], description="KPI = target"
    )
    owners: Owners = Field(default_factory=Owners, description='role = name, such as compliance = "Mori"')

    @property
    def followed_until(self) -> date:
        """The last day on which its accounts are still asked."""
        return self.ends_on + timedelta(days=self.settle_days)

    @property
    def counted_until(self) -> date:
        """The last day on which a click or an order may still count."""
        return self.ends_on + timedelta(days=max(self.settle_days, self.attribution_days))


def read(data: bytes, file: str) -> tuple[Campaign | None, list[Mistake]]:
    """The brief in ``data``, None where a mistake (not a warning) keeps it from being one."""
    document = parse(data, file)
    if isinstance(document, Mistake):
        return None, [document]
    campaign, mistakes = validate(Campaign, document)
    mistakes += [*_doubtful_goals(document), *_left_out(document)]
    return (None if any(not m.warning for m in mistakes) else campaign), mistakes


def _doubtful_goals(document: Document) -> Iterator[Mistake]:
    """Goals that are no KPI, and goals of which no figure will ever be known."""
    known = kpis.load()
    ours = [name for name, kpi in known.items() if "campaign" in kpi.grains]
    goals: Any = document.data.get("goals")
    for name in cast("dict[str, Any]", goals) if isinstance(goals, dict) else ():
        at, line = f"goals.{name}", document.line(("goals", name))
        if name not in known:
            yield Mistake(document.file, "is not a KPI", suggestion(name, ours, most=100), column=at, line=line)
        elif name not in ours:
            what, remedy = "is told per post only, never of a campaign", f"Write another: {', '.join(ours)}"
            yield Mistake(document.file, what, remedy, column=at, line=line, warning=True)
        elif name == "roi_profit" and "margin_rate" not in document.data:
            what, remedy = "stays unknown without a margin", "Add margin_rate, such as 0.6"
            yield Mistake(document.file, what, remedy, column=at, line=line, warning=True)


def _left_out(document: Document) -> Iterator[Mistake]:
    """What may be left out, and what that costs. Read from the file, as a brief with mistakes in it is no Campaign."""
    if "category" not in document.data:
        remedy = "Add it: cosmetics, quasi_drug, food, supplement, alcohol or other"
        what = "is not said, so no wording rule of a category applies"
        yield Mistake(document.file, what, remedy, column="category", warning=True)
    if not document.data.get("hashtags") and not document.data.get("mentions"):
        remedy = 'Add hashtags = ["#…"], or name the posts in posts.csv'
        what = "there is no hashtag and no mention by which a post is recognised"
        yield Mistake(document.file, what, remedy, column="hashtags", warning=True)
