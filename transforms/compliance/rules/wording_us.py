"""United States: what may be said of each kind of product without the proof that the law asks for."""

from transforms.compliance import Entry, Rule, Said, Words
from transforms.compliance.dictionaries.beauty_en import BEAUTY_EN
from transforms.compliance.dictionaries.foods_en import ALCOHOL_EN, FOODS_EN
from transforms.compliance.dictionaries.offers_en import OFFERS_EN
from transforms.compliance.dictionaries.sources import DISCUS, FDA_COSMETICS, FDA_SUPPLEMENTS, FTC_ACT

_ADVICE = Said(
    en="Say it as the line suggests, and have the brand check it before posting.",
    ja="例を参考に言い換え、投稿前にブランドの確認を受けてください。",
)


def _rule(
    rule: str,
    law: Said,
    title: Said,
    source: str,
    entries: tuple[Entry, ...],
    *,
    categories: frozenset[str] | None = None,
) -> Rule:
    return Rule(
        rule=rule,
        law=law,
        profile="us_wording",
        title=title,
        severity="fail",
        advice=_ADVICE,
        source=source,
        check=Words(entries),
        categories=categories,
        kinds=frozenset({"post", "draft", "reuse"}),
    )


RULES: tuple[Rule, ...] = (
    _rule(
        "UW-01",
        Said(en="FTC Act, section 5", ja="米国FTC法5条"),
        Said(en="Guarantees, proof and offers", ja="保証・根拠・価格の表現"),
        FTC_ACT,
        OFFERS_EN,
    ),
    _rule(
        "UW-02",
        Said(en="Federal Food, Drug, and Cosmetic Act", ja="米国連邦食品医薬品化粧品法"),
        Said(en="Effects of cosmetics", ja="化粧品の効能効果"),
        FDA_COSMETICS,
        BEAUTY_EN,
        categories=frozenset({"cosmetics", "quasi_drug"}),
    ),
    _rule(
        "UW-03",
        Said(en="FTC Act, section 12; FD&C Act, section 403", ja="米国FTC法12条・連邦食品医薬品化粧品法403条"),
        Said(en="Health claims of food", ja="食品の健康表現"),
        FDA_SUPPLEMENTS,
        FOODS_EN,
        categories=frozenset({"food", "supplement", "alcohol"}),
    ),
    _rule(
        "UW-04",
        Said(en="Codes of responsible alcohol advertising", ja="米国酒類広告の業界基準"),
        Said(en="Manners of drinking", ja="飲酒の表現"),
        DISCUS,
        ALCOHOL_EN,
        categories=frozenset({"alcohol"}),
    ),
)
