"""One normal form of the parts of an audience, whether a source told them or a brief aims at them."""

import re
import unicodedata
from typing import Final

DIMENSIONS: Final = ("gender", "age", "country", "interest")
GENDERS: Final = {
    **dict.fromkeys(("female", "f", "woman", "women", "女性", "女"), "female"),
    **dict.fromkeys(("male", "m", "man", "men", "男性", "男"), "male"),
    **dict.fromkeys(("other", "その他", "non-binary", "nonbinary"), "other"),
}
COUNTRIES: Final = {
    code: frozenset(names.split("|"))
    for code, names in {
        "AU": "aus|australia|オーストラリア",
        "BR": "bra|brazil|ブラジル",
        "CA": "can|canada|カナダ",
        "CN": "chn|china|中国",
        "DE": "deu|germany|ドイツ",
        "ES": "esp|spain|スペイン",
        "FR": "fra|france|フランス",
        "GB": "gbr|uk|united kingdom|great britain|イギリス|英国",
        "HK": "hkg|hong kong|香港",
        "ID": "idn|indonesia|インドネシア",
        "IN": "ind|india|インド",
        "IT": "ita|italy|イタリア",
        "JP": "jpn|japan|日本",
        "KR": "kor|korea|south korea|republic of korea|韓国",
        "MX": "mex|mexico|メキシコ",
        "MY": "mys|malaysia|マレーシア",
        "PH": "phl|philippines|フィリピン",
        "SG": "sgp|singapore|シンガポール",
        "TH": "tha|thailand|タイ",
        "TW": "twn|taiwan|台湾",
        "US": "usa|united states|united states of america|アメリカ|アメリカ合衆国|米国",
        "VN": "vnm|vietnam|viet nam|ベトナム",
    }.items()
}
_CODE_OF: Final = {name: code for code, names in COUNTRIES.items() for name in names}
OLDEST: Final = 130
"""Nobody is older."""
_DASH = re.compile(r"\s*(?:[-\u2010-\u2015\u2212~\u301c]|から|to)\s*")
_BETWEEN = re.compile(r"(\d{1,3})-(\d{1,3})")
_FROM = re.compile(r"(\d{1,3})(?:\+|-|以上)")
_UNDER = re.compile(r"(?:under|<)?\s*(\d{1,3})(?:未満)?")
_DECADE = re.compile(r"([1-9])0代")
_YEARS = re.compile(r"^age\s*|\s*(?:years old|years|歳|才)")


def normal(dimension: str, bucket: str) -> str | None:
    """A part of an audience as it is compared; None where it cannot be told which part is meant, or nobody knows.

    gender: female, male or other. age: ``18-24``, ``65+``. country: ISO 3166-1 alpha-2. interest: lower case.
    """
    plain = " ".join(unicodedata.normalize("NFKC", bucket).casefold().split())
    match dimension:
        case "gender":
            return GENDERS.get(plain)
        case "age":
            return None if (span := _span(plain)) is None else said(*span)
        case "country":
            code = _CODE_OF.get(plain, plain.upper())
            return code if re.fullmatch("[A-Z]{2}", code) and code not in {"ZZ", "XX"} else None
        case _:
            return plain or None


def ages(bucket: str) -> frozenset[int]:
    """The years of age in a normal age bucket."""
    first, _, last = bucket.partition("-")
    return frozenset(range(int(first.removesuffix("+")), int(last or OLDEST) + 1))


def said(first: int, last: int) -> str:
    """The normal form of the years from ``first`` to ``last``."""
    return f"{first}+" if last >= OLDEST else f"{first}-{last}"


def _span(plain: str) -> tuple[int, int] | None:
    text = _DASH.sub("-", _YEARS.sub("", plain))
    if found := _BETWEEN.fullmatch(text):
        first, last = int(found[1]), int(found[2])
    elif found := _DECADE.fullmatch(text):
        first, last = int(found[1]) * 10, int(found[1]) * 10 + 9
    elif found := _FROM.fullmatch(text):
        first, last = int(found[1]), OLDEST
    elif (found := _UNDER.fullmatch(text)) and text != found[1]:
        first, last = 0, int(found[1]) - 1
    elif found:
        first = last = int(found[1])
    else:
        return None
    return (first, last) if first <= last <= OLDEST else None
