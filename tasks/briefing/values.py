"""Values of a brief as people write them: lines, days, hashtags, accounts; a wrong one says what is right."""

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from tasks.briefing import days
from transforms.captions import clean, hashtags_of, mentions_of


def wrong(what: str, remedy: str) -> PydanticCustomError:
    """What a validator raises: what is wrong, and the remedy."""
    return PydanticCustomError("wrong", "{what}", {"what": what, "remedy": remedy})


def _day(given: Any) -> Any:
    if isinstance(given, str):
        try:
            return days.read(given)
        except days.NotADay as error:
            raise wrong(error.what, error.remedy) from error
    return given


def _line(text: str) -> str:
    plain = " ".join(clean(text).split())
    if not plain:
        raise wrong("is empty", "Write a name")
    return plain


def hashtag(text: str) -> str:
    """One hashtag, normalised."""
    tags = hashtags_of(f"#{text.strip().lstrip('#＃')}").split()
    if len(tags) != 1:
        raise wrong("is not one hashtag", "Write it as #朝凪UV, each in quotes of its own")
    return tags[0]


def mention(text: str) -> str:
    """One account's name, normalised, without @."""
    names = mentions_of(f"@{text.strip().lstrip('@＠')}").split()
    if len(names) != 1:
        raise wrong("is not one account", "Write it as @minamodo_official")
    return names[0]


Line = Annotated[str, AfterValidator(_line)]
Day = Annotated[date, BeforeValidator(_day)]
Hashtag = Annotated[str, AfterValidator(hashtag)]
Mention = Annotated[str, AfterValidator(mention)]
