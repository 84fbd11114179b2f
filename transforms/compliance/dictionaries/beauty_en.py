"""What English texts may not promise of a cosmetic: wrinkles erased, spots and acne cured, cells renewed, safety."""

from transforms.compliance import Said
from transforms.compliance.dictionaries import told
from transforms.compliance.dictionaries.sources import FDA_COSMETICS, FDA_SUNSCREEN, FTC_ACT

_COVER = r"\b(?:conceal\w*|foundation|cover(?:s|ed|age|ing)?|makeup|make-up|primer|filter|blur\w*|look of|appearance of|laser|dermatologist (?:prescribed|treated)|prescription|photoshop)\b"
"""Make-up, a picture, or a doctor's cure."""
_ERASE = r"(?:eras|remov|eliminat|vanish|dissolv|revers|cur|banish|delet)(?:e|es|ed|ing)|(?:gets?|got|getting) rid of|wip(?:e|es|ed) (?:out|away)|clear(?:s|ed)? (?:up|away)|fad(?:e|es|ed) away"
_GONE = r"(?:is|are|was|were|have|has|all|just|completely|totally|finally)?\s*(?:gone|disappeared|vanished|erased|melted away|cured|healed)"
_MY = r"(?:\s(?:my|your|the|all|those|deep|stubborn|old|fine|existing|of|and|\w+ly)){0,3}\s"
_LOOK = Said(en="“Reduces the look of …”, “feels smooth”.", ja="「〜の見た目を整える」「なめらかな使い心地」など。")


def _erased(name: str, words: str, literals: str) -> tuple[str, str, str]:
    return (
        name,
        rf"\b(?:{_ERASE}){_MY}?(?:{words})|\b(?:{words})\s{_GONE}\b|\b(?:goodbye|bye-?bye|bye) to{_MY}?(?:{words})|\bno more{_MY}?(?:{words})",
        literals,
    )


BEAUTY_EN = (
    *told(
        "fail",
        FDA_COSMETICS,
        Said(
            en="A cosmetic may change looks, not the skin: that something goes away is a drug's claim.",
            ja="化粧品が皮膚そのものを変える、悩みがなくなるという表現は、医薬品的な効能にあたります。",
        ),
        _LOOK,
        _erased("en_wrinkles", "wrinkles?|fine lines|crow.?s feet|laugh lines|sagging", "wrinkle|lines|feet|sagging"),
        _erased(
            "en_spots",
            "dark spots?|age spots?|sun ?spots?|hyperpigmentation|melasma|freckles|sun damage",
            "spot|pigment|melasma|freckles|sun damage",
        ),
        _erased("en_scars", "acne scars?|scars?|stretch marks?|cellulite", "scar|stretch mark|cellulite"),
        _erased(
            "en_acne", "acne|breakouts?|pimples?|blemishes|zits?|rosacea", "acne|breakout|pimple|blemishes|zit|rosacea"
        ),
        (
            "en_acne_cured",
            r"\b(?:cure[sd]?|heal(?:s|ed)?|treat(?:s|ed)?|clear(?:s|ed)?(?: up)?|fix(?:es|ed)?|stop(?:s|ped)?)(?:\s(?:my|your|all|the|stubborn|hormonal|cystic|severe)){0,3}\s(?:acne|breakouts|pimples)",
            "acne|breakouts|pimples",
        ),
        (
            "en_skin_illness",
            r"\b(?:cure[sd]?|heal(?:s|ed)?|treat(?:s|ed)?|clear(?:s|ed)?(?: up)?|got rid of|gets rid of|relieve[sd]?|fix(?:es|ed)?|sav(?:e|es|ed))(?:\s(?:my|your|his|her|our|the|baby's|kids'|severe)){0,3}\s(?:eczema|psoriasis|dermatitis|rosacea|rash(?:es)?|ringworm|warts?|sunburn|burns?)",
            "eczema|psoriasis|dermatitis|rosacea|rash|ringworm|wart|burn",
        ),
        (
            "en_collagen",
            r"\b(?:boost|stimulat|increas|rebuild|restor|trigger)(?:e|es|s|ed|ing)?(?:\s(?:your|my|the|natural|skin's)){0,2}\s(?:collagen|elastin|stem cells?|cell (?:growth|turnover|renewal))",
            "collagen|elastin|stem cell|cell growth|cell turnover|cell renewal",
        ),
        (
            "en_cells",
            r"\b(?:regenerat|repair|renew|rebuild|rejuvenat)\w*(?:\s(?:your|my|the|damaged|dead|skin)){0,3}\s(?:cells?|dna|tissue)\b|\bcellular (?:renewal|regeneration|repair|level)",
            "cell|dna|tissue",
        ),
        (
            "en_hair",
            r"\b(?:re-?grow(?:s|n|ing)?|grow(?:s|n)? back)(?:\s(?:my|your|lost|thinning)){0,2}\s(?:hair|lashes|eyelashes|brows|edges)|\b(?:stop|prevent|revers|cur)(?:s|es|e|ed|ped)?(?:\s(?:my|your|all)){0,2}\shair ?loss|\bhair regrowth",
            "hair|lashes|brows|edges",
        ),
        (
            "en_ageing_reversed",
            r"\b(?:revers|stop|halt)(?:e|es|s|ed|ped|ing)?(?:\sthe)?(?:\s(?:signs of|skin))?\s(?:ag(?:e)?ing|aging process)|\bturn(?:s|ed)? back (?:the clock|time) on",
            "aging|ageing|turn back|turns back|turned back",
        ),
        ("en_cancer_skin", r"\bprevents? skin cancer", "skin cancer"),
        unless=(_COVER,),
    ),
    *told(
        "warn",
        FDA_COSMETICS,
        Said(
            en="It may be read as a change of the body, or as medicine.",
            ja="身体への作用や医療に近い効果と受け取られるおそれがあります。",
        ),
        _LOOK,
        ("en_anti_ageing", r"\banti[- ]?ag(?:e)?ing\b|\bage-defying", "anti-ag|antiag|anti ag|age-defying"),
        (
            "en_years_younger",
            r"\b(?:\d{1,2}|ten|five|twenty|years?) (?:years? )?younger\b|\byears off (?:my|your)",
            "younger|years off",
        ),
        (
            "en_whitening",
            r"\bskin[- ](?:whiten|lighten|bleach)\w*|\bwhiten(?:s|ed|ing)?(?:\s(?:my|your|the)){0,1}\s(?:skin|complexion)",
            "whiten|lighten|bleach",
        ),
        (
            "en_botox",
            r"\b(?:botox in a bottle|better than botox|like botox|instead of botox|natural botox|facelift in a|instant (?:face ?lift|eye ?lift))",
            "botox|facelift|face lift|eye lift|eyelift",
        ),
        (
            "en_dark_circles",
            rf"\b(?:{_ERASE}){_MY}?(?:dark circles|eye bags|under-eye bags|puffiness|pores|cellulite)|\b(?:dark circles|eye bags|pores) {_GONE}",
            "dark circles|bags|puffiness|pores|cellulite",
        ),
        ("en_inflammation", r"\banti-?inflammator\w*|\breduc(?:e|es|ed|ing) inflammation", "inflammat"),
        (
            "en_germs",
            r"\b(?:kills?|killed) (?:\d[\d.]*%? (?:of )?)?(?:germs|bacteria|viruses)|\banti-?bacterial|\banti-?microbial",
            "germs|bacteria|viruses|antibacterial|anti-bacterial|microbial",
        ),
        (
            "en_detox_skin",
            r"\bdetox(?:es|ify|ifies|ifying|ing|ed)?(?:\s(?:my|your|the)){0,1}\s(?:skin|pores|face|scalp|body|pits)",
            "detox",
        ),
        ("en_lash", r"\b(?:longer|thicker) (?:lashes|eyelashes|hair) in \d+", "lashes|hair in"),
        ("en_heals_skin", r"\bheal(?:s|ed|ing)? (?:my|your|damaged|the) skin|\bskin[- ]healing", "heal"),
        unless=(
            r"\b(?:conceal\w*|foundation|cover(?:s|ed|age|ing)?|mascara|extensions|falsies|filter|blur\w*|look of|appearance of)\b",
        ),
    ),
    *told(
        "warn",
        FDA_SUNSCREEN,
        Said(
            en="Not allowed on sunscreens: nothing blocks all sun, sweat or water.",
            ja="日焼け止めには使えない表現です(完全に防ぐ、落ちないなど)。",
        ),
        Said(
            en="“Water resistant (80 minutes)”, “broad spectrum SPF 50”.",
            ja="「耐水性(80分)」「SPF50」など、表示どおりに。",
        ),
        (
            "en_sunblock",
            r"\bsun ?block\b|\b(?:waterproof|sweat-?proof) (?:spf|sunscreen|sun ?cream|protection)|\b(?:spf|sunscreen)\b[^.!?\n]{0,12}\b(?:waterproof|sweat-?proof)|\ball-?day (?:sun )?protection|\b(?:never|won't|can't) (?:get )?(?:burn|sunburn)",
            "sunblock|sun block|waterproof|sweatproof|sweat-proof|day protection|day sun|burn",
        ),
    ),
    *told(
        "warn",
        FTC_ACT,
        Said(
            en="Doctors' words need to be true, current and free of undisclosed ties.",
            ja="専門家の推奨は、事実であり関係性が開示されている場合に限られます。",
        ),
        Said(en="Say what you felt yourself.", ja="ご自身の感想を書いてください。"),
        (
            "en_doctors",
            r"\b(?:doctor|dermatologist|derm|physician|pharmacist|dentist|pediatrician|nutritionist)s?[- ](?:recommended|approved|developed|formulated|backed)|\b(?:recommended|approved|endorsed) by (?:doctors|dermatologists|physicians|dentists|pediatricians)",
            "recommended|approved|developed|formulated|backed|endorsed",
        ),
    ),
)
