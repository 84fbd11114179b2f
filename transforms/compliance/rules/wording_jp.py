"""Japan: what may be said of each kind of product, by the laws on drugs and cosmetics, on health and on labelling."""

from transforms.compliance import Entry, Rule, Said, Words
from transforms.compliance.dictionaries import (
    beauty_en,
    beauty_jp,
    food_manners_jp,
    foods_en,
    foods_jp,
    offers_en,
    skin_jp,
)
from transforms.compliance.dictionaries.alcohol_jp import ALCOHOL_JP
from transforms.compliance.dictionaries.offers_jp import OFFERS_JP
from transforms.compliance.dictionaries.sources import ALCOHOL, COSMETIC_CLAIMS, FOOD_DIET, OFFERS, WHITENING

DRUGS = Said(en="Pharmaceuticals and Medical Devices Act, arts. 66 and 68", ja="薬機法66条・68条")
HEALTH = Said(
    en="Health Promotion Act, art. 65, and art. 68 of the Pharmaceuticals Act", ja="健康増進法65条・薬機法68条"
)
LABELS = Said(en="Act against Unjustifiable Premiums and Misleading Representations, art. 5", ja="景品表示法5条")
DRINKS = Said(en="Voluntary standard on advertising alcohol", ja="酒類の広告・宣伝に関する自主基準")
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
        profile="jp_wording",
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
        "WD-01",
        LABELS,
        Said(en="Superlatives, guarantees and offers", ja="最上級・保証・価格の表現"),
        OFFERS,
        (*OFFERS_JP, *offers_en.OFFERS_EN),
    ),
    _rule(
        "WD-02",
        DRUGS,
        Said(en="Effects of cosmetics", ja="化粧品の効能効果"),
        COSMETIC_CLAIMS,
        (
            *skin_jp.BOTH,
            *skin_jp.COSMETICS_ONLY,
            *beauty_jp.BOTH,
            *beauty_jp.COSMETICS_ONLY,
            *beauty_en.BEAUTY_EN,
        ),
        categories=frozenset({"cosmetics"}),
    ),
    _rule(
        "WD-03",
        DRUGS,
        Said(en="Effects of quasi-drugs", ja="医薬部外品の効能効果"),
        WHITENING,
        (*skin_jp.BOTH, *skin_jp.QUASI_ONLY, *beauty_jp.BOTH, *beauty_en.BEAUTY_EN),
        categories=frozenset({"quasi_drug"}),
    ),
    _rule(
        "WD-04",
        HEALTH,
        Said(en="Health claims of food", ja="食品の健康表現"),
        FOOD_DIET,
        (*foods_jp.SLIMMING, *foods_jp.ILLNESS, *food_manners_jp.AGE, *food_manners_jp.MANNERS, *foods_en.FOODS_EN),
        categories=frozenset({"food", "supplement", "alcohol"}),
    ),
    _rule(
        "WD-05",
        DRINKS,
        Said(en="Manners of drinking", ja="飲酒の表現"),
        ALCOHOL,
        (*ALCOHOL_JP, *foods_en.ALCOHOL_EN),
        categories=frozenset({"alcohol"}),
    ),
)
