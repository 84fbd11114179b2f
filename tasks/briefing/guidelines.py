"""[guidelines] in campaign.toml: what posts are checked for beside the law, as the brand agreed it with the authors."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo

from tasks.briefing.values import Day, Hashtag, Line, Mention, wrong


def _after_the_first(last: date | None, info: ValidationInfo) -> date | None:
    first: date | None = info.data.get("posts_from")
    if first is not None and last is not None and last < first:
        raise wrong("ends before it starts", f"It starts on {first}: write that day or a later one")
    return last


class Guidelines(BaseModel):
    """What is asked of each post. What is left out is as the rest of the brief says it, or is not asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    profiles: list[Literal["jp_caa", "jp_womj", "jp_wording", "us_ftc", "us_wording"]] = Field(
        default_factory=list[Any], description='rules in force, such as ["jp_caa", "jp_womj", "jp_wording"]'
    )
    product_names: list[Line] = Field(
        default_factory=list[str], description='further names of the product, such as ["Asanagi UV"]'
    )
    hashtags: list[Hashtag] | None = Field(
        default=None, description='hashtags that each post must carry, such as ["#朝凪UV"]; [] asks for none'
    )
    mentions: list[Mention] = Field(
        default_factory=list[str], description='accounts that each post must name, such as ["@minamodo_official"]'
    )
    code: bool = Field(default=True, description="whether posts must carry the author's code or link: true or false")
    posts_from: Day | None = Field(default=None, description="first agreed day of posting, such as 2026-06-01")
    posts_until: Annotated[Day | None, AfterValidator(_after_the_first)] = Field(
        default=None, description="last agreed day of posting, such as 2026-06-30"
    )
    forbidden_words: list[Line] = Field(
        default_factory=list[str], description='words that must not stand there, such as ["激安"]'
    )
    rivals: list[Line] = Field(
        default_factory=list[str], description='names that must not stand there, such as ["夕凪コスメ"]'
    )
    min_age: int | None = Field(default=None, ge=1, le=120, description="age limit that must be stated, such as 20")
    approved_claims: list[Line] = Field(
        default_factory=list[str], description="effects that this very product may claim, as notified or approved"
    )
    reward_for_rating: bool | None = Field(
        default=None, description="whether reward or gift hangs on stars or praise: true or false"
    )

    def row(self, hashtags: list[str]) -> dict[str, Any]:
        """Columns of staging.campaigns. ``hashtags``: the designated ones, asked for where nothing else is said."""
        asked = hashtags if self.hashtags is None else self.hashtags
        return {
            "profiles": _listed(self.profiles, " "),
            "product_names": _listed(self.product_names, "\n"),
            "asked_hashtags": _listed(asked, " "),
            "asked_mentions": _listed(self.mentions, " "),
            "asks_code": self.code,
            "posts_from": self.posts_from,
            "posts_until": self.posts_until,
            "forbidden_words": _listed(self.forbidden_words, "\n"),
            "rival_names": _listed(self.rivals, "\n"),
            "min_age": self.min_age,
            "approved_claims": _listed(self.approved_claims, "\n"),
            "rewards_praise": self.reward_for_rating,
        }


def _listed(words: list[Any], between: str) -> str | None:
    return between.join(dict.fromkeys(words)) or None
