"""[target] in campaign.toml: whom the brand wants to reach, held against what sources tell of followers."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from tasks.briefing.values import wrong
from tasks.toml_places import suggestion
from transforms.audiences import DIMENSIONS, GENDERS, normal


def _gender(text: str) -> str:
    if (plain := normal("gender", text)) is None:
        raise wrong("is not known here", suggestion(text, list(dict.fromkeys(GENDERS.values()))))
    return plain


def _age(text: str) -> str:
    if (plain := normal("age", text)) is None:
        raise wrong("is not an age group", 'Write it as "25-34" or "65+"')
    return plain


def _country(text: str) -> str:
    if (plain := normal("country", text)) is None:
        raise wrong("is not a country's code", "Write its two capitals, such as JP")
    return plain


def _interest(text: str) -> str:
    if (plain := normal("interest", text)) is None:
        raise wrong("is empty", "Write an interest as the sources name it")
    return plain


class Target(BaseModel):
    """People aimed at: within every dimension that is named, in any of its groups. Compared in one normal form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    gender: list[Annotated[str, AfterValidator(_gender)]] = Field(
        default_factory=list[str], description='such as ["female"]'
    )
    age: list[Annotated[str, AfterValidator(_age)]] = Field(
        default_factory=list[str], description='age groups, such as ["18-24", "25-34"]'
    )
    country: list[Annotated[str, AfterValidator(_country)]] = Field(
        default_factory=list[str], description='codes of countries, such as ["JP"]'
    )
    interest: list[Annotated[str, AfterValidator(_interest)]] = Field(
        default_factory=list[str], description='interests as the sources name them, such as ["beauty"]'
    )

    def row(self) -> dict[str, Any]:
        """Columns of staging.campaigns, one group a line; null where a dimension is not named."""
        return {f"target_{d}": "\n".join(dict.fromkeys(getattr(self, d))) or None for d in DIMENSIONS}
