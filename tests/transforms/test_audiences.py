"""One normal form for what sources tell and what briefs aim at; what cannot be told apart is not guessed."""

import pytest

from transforms.audiences import COUNTRIES, OLDEST, ages, normal


@pytest.mark.parametrize(
    ("dimension", "written", "form"),
    [
        *(("gender", text, "female") for text in ("female", "F", "Women", "女性", "Ｆ", " Female ")),
        *(("gender", text, "male") for text in ("Male", "m", "男性")),
        *(("gender", text, None) for text in ("U", "unknown", "不明", "")),
        *(
            ("age", text, "18-24")
            for text in (
                "18-24",
                "18\u201324",
                "18\u301c24歳",
                "18\uff5e24",
                "age18-24",
                "18 to 24",
                "18 - 24 years",
                "18歳\u301c24歳",
            )
        ),
        *(("age", text, "65+") for text in ("65+", "65-", "age65-", "65歳以上")),
        *(("age", text, "0-17") for text in ("under 18", "<18", "18歳未満", "0-17")),
        ("age", "20代", "20-29"),
        *(("age", text, None) for text in ("24-18", "adults", "unknown", "18-200", "")),
        *(("country", text, "JP") for text in ("JP", "jp", "Japan", "日本", "JPN")),
        *(("country", text, None) for text in ("Atlantis", "ZZ", "", "J")),
        ("country", "UK", "GB"),
        ("interest", " Beauty \u3000& Care ", "beauty & care"),
        ("interest", " ", None),
    ],
)
def test_one_form_however_it_is_written(dimension: str, written: str, form: str | None) -> None:
    assert normal(dimension, written) == form
    if form is not None:
        assert normal(dimension, form) == form, "a normal form is its own"


def test_no_name_is_that_of_two_countries() -> None:
    names = [name for of in COUNTRIES.values() for name in of]
    assert len(names) == len(set(names))


def test_years_of_an_age_group() -> None:
    assert ages("18-24") == set(range(18, 25))
    assert ages("65+") == set(range(65, OLDEST + 1))
