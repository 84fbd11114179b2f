"""What English texts may not promise of food, supplements and alcohol: weight, illness, immunity, drinking."""

from transforms.compliance import Said
from transforms.compliance.dictionaries import told
from transforms.compliance.dictionaries.sources import DISCUS, FDA_SUPPLEMENTS, FTC_ACT, TTB

_DISCLAIMED = r"not (?:been )?evaluated by the (?:fda|food and drug)|not intended to (?:diagnose|treat)"
_OURS = r"(?:\s(?:my|your|the|his|her|our|all|chronic|type 2|severe|seasonal)){0,2}\s"
_PLAIN = Said(en="Say how it tastes and when you have it.", ja="味や取り入れ方の感想にしてください。")
_ILLS = r"diabetes|cancer|arthritis|depression|anxiety|adhd|autism|alzheimer'?s|dementia|asthma|allergies|hypertension|heart disease|covid(?:-19)?|colds?|flu|the flu|ibs|pcos|endometriosis|migraines?|insomnia|lyme|eczema|psoriasis|gout|thyroid"
_CURES = r"cur(?:e|es|ed|ing)|heal(?:s|ed|ing)?|treat(?:s|ed|ing)?|revers(?:e|es|ed|ing)|prevent(?:s|ed|ing)?|fight(?:s|ing)?|fought|beat(?:s|ing)?|got rid of|gets rid of|eliminat(?:e|es|ed)"
_MODERATELY = Said(
    en="Show moderation: “with dinner, at your own pace”.", ja="「食事と一緒に自分のペースで」など適量の表現に。"
)
_WARNED = r"\b(?:don'?t|do not|never|avoid|no one should|illegal|against|prohibited|not for|stop|please)\b|\bnon-?alcoholic\b|\balcohol-free\b|\bmocktails?\b|\b0\.0\b|\bjuice\b"

FOODS_EN = (
    *told(
        "fail",
        FTC_ACT,
        Said(
            en="Weight loss by taking a product is a claim that calls for strong proof and is mostly false.",
            ja="摂るだけで痩せるという表現は、根拠のない誇大表示とみなされるおそれがあります。",
        ),
        Said(
            en="Leave weight out, or speak of meals and movement.",
            ja="体重の話を外し、食事や運動の習慣としてお伝えください。",
        ),
        (
            "en_kilos",
            r"\b(?:los(?:e|t|es|ing)|drop(?:s|ped|ping)?|shed(?:s|ding)?|melt(?:s|ed)?)(?: (?:up to|over|about|around|almost|like|an extra))? \d+(?:\.\d+)? ?(?:lbs?|pounds?|kgs?|kilos?|kilograms?|stone|inches|dress sizes)\b|\bdown \d+ ?(?:lbs?|pounds?|kgs?|kilos?)",
            "lb|pound|kg|kilo|stone|inches|dress size",
        ),
        (
            "en_fat_burnt",
            rf"\b(?:burn(?:s|ed|ing)?|melt(?:s|ed|ing)?(?: away| off)?|torch(?:es|ed)?|block(?:s|ed)?|blast(?:s|ed)?){_OURS}?(?:stubborn |belly |body |visceral )*(?:fat|carbs)\b|\bfat[- ](?:burn(?:er|ing)|melting|blocker)",
            "fat|carbs",
        ),
        (
            "en_no_diet",
            r"\b(?:lose weight|weight loss|slim down|get slim|drop pounds)[^.!?\n]{0,20}\b(?:without|no) (?:diet\w*|exercis\w*|effort|working out|changing)|\b(?:without|no) (?:diet\w*|exercis\w*)[^.!?\n]{0,20}\b(?:lose weight|weight loss|slim)",
            "lose weight|weight loss|slim|drop pounds",
        ),
        (
            "en_flat_tummy",
            r"\bflat(?:ten(?:s|ed)?)?(?: (?:my|your))? (?:tummy|belly|stomach)(?: (?:tea|in|with|fast))|\bskinny (?:tea|coffee|pill)|\bweight[- ]loss (?:pills?|tea|coffee|gumm(?:y|ies)|drops|shake)|\bslimming (?:tea|coffee|pills?)",
            "tummy|belly|stomach|skinny|weight loss|weight-loss|slimming",
        ),
        (
            "en_appetite",
            r"\b(?:suppress(?:es|ed)?|kill(?:s|ed)?|curb(?:s|ed)?) (?:my|your) appetite|\bappetite suppress\w+",
            "appetite",
        ),
        ("en_ozempic", r"\b(?:nature'?s|natural|herbal) ozempic|\bozempic (?:alternative|in a)", "ozempic"),
        unless=(r"\b(?:luggage|suitcase|backpack|cat|dog|puppy|gym|marathon|doctor)\b",),
    ),
    *told(
        "fail",
        FDA_SUPPLEMENTS,
        Said(
            en="That a food or supplement cures, treats or prevents an illness is a drug's claim.",
            ja="食品・サプリメントが病気を治す・防ぐという表現は、医薬品的な効能にあたります。",
        ),
        _PLAIN,
        (
            "en_illness",
            rf"\b(?:{_CURES}){_OURS}?(?:{_ILLS})\b",
            "diabetes|cancer|arthritis|depression|anxiety|adhd|autism|alzheimer|dementia|asthma|allergies|hypertension|heart disease|covid|cold|flu|ibs|pcos|endometriosis|migraine|insomnia|lyme|eczema|psoriasis|gout|thyroid",
        ),
        (
            "en_blood",
            rf"\b(?:lower|reduc|control|balanc|regulat)(?:s|es|e|ed|ing)?{_OURS}?(?:high )?(?:blood (?:pressure|sugar)|cholesterol|a1c)",
            "blood|cholesterol|a1c",
        ),
        (
            "en_pain",
            rf"\b(?:reliev(?:e|es|ed)|eas(?:e|es|ed)|kills?|end(?:s|ed)?){_OURS}?(?:joint |back |period |knee |chronic )?(?:pain|cramps|arthritis|migraines?|headaches)",
            "pain|cramps|arthritis|migraine|headache",
        ),
        (
            "en_meds",
            r"\b(?:better than|instead of|replac(?:e|es|ed) (?:my|your)|off (?:my|your|all my)|stop(?:ped)? taking (?:my|your)) (?:medication|medicine|meds|drugs|prescriptions?|antibiotics)",
            "medication|medicine|meds|drugs|prescription|antibiotics",
        ),
        (
            "en_hangover",
            r"\bhangover (?:cure|proof)|\b(?:cures?|prevents?|no|zero|without a|never a) hangovers?\b|\bhangover-free",
            "hangover",
        ),
        ("en_parasites", r"\bparasite cleanse|\bkills? (?:parasites|candida|viruses)", "parasite|candida|viruses"),
        ("en_heals_gut", rf"\b(?:heal(?:s|ed)?|cure[sd]?|fix(?:es|ed)?){_OURS}?(?:leaky )?gut\b", "gut"),
        unless=(r"\b(?:fundrais\w*|charity|awareness|donat\w*|research|hospital|therapist|vaccine)\b",),
    ),
    *told(
        "warn",
        FDA_SUPPLEMENTS,
        Said(
            en="An effect on the body needs proof and, on supplements, the disclaimer.",
            ja="身体への作用は根拠が必要で、サプリメントでは免責の注記も必要です。",
        ),
        Said(
            en="Use the label's wording with “not evaluated by the Food and Drug Administration”.",
            ja="ラベルの文言どおりに書き、所定の注記を添えてください。",
        ),
        (
            "en_immunity",
            rf"\b(?:boost|strengthen|support|supercharg|increas|improv|build)(?:s|es|e|ed|ing)?(?: up)?{_OURS}?immun\w+|\bimmun\w+[- ]boost\w*",
            "immun",
        ),
        (
            "en_metabolism",
            rf"\b(?:boost|speed|rev|increas|fir)(?:s|es|e|ed|ing)?(?: up)?{_OURS}?metabolism",
            "metabolism",
        ),
        (
            "en_boosts",
            rf"\bboost(?:s|ed|ing)?{_OURS}?(?:testosterone|fertility|brain (?:power|function)|memory|libido|focus|estrogen|hormones)",
            "testosterone|fertility|brain|memory|libido|focus|estrogen|hormones",
        ),
        ("en_hormones", rf"\bbalanc(?:e|es|ed|ing){_OURS}?hormones", "hormones"),
        (
            "en_detox",
            r"\bdetox(?:es|ify|ifies|ifying|ing|ed)?\b(?! water)|\bflush(?:es|ed)?(?: out)?(?: (?:the|all|those|your))? toxins|\b(?:juice|colon|liver|body) cleanse",
            "detox|toxins|cleanse",
        ),
        (
            "en_lose_weight",
            r"\b(?:helps?|helped|makes?|made) (?:me|you|us) (?:to )?(?:lose weight|slim|debloat)|\blost (?:so much|a lot of) weight (?:with|thanks|drinking|taking)",
            "lose weight|slim|debloat|weight",
        ),
        (
            "en_sleep_stress",
            rf"\b(?:cur|eliminat|reliev|melt|end)(?:s|es|e|ed)?(?: away)?{_OURS}?(?:stress|fatigue|brain fog|bloating)",
            "stress|fatigue|brain fog|bloating",
        ),
        ("en_skin_from_within", r"\b(?:clears?|cleared)(?: up)? (?:my|your) skin|\bglow from within", "skin|glow from"),
        unless=(r"\b(?:digital|phone|social media|workout|yoga|walk|bath) (?:detox|cleanse)\b|\bdigital\b",),
        unless_anywhere=(_DISCLAIMED,),
    ),
)

ALCOHOL_EN = (
    *told(
        "fail",
        DISCUS,
        Said(en="Drinking by minors, at the wheel or in pregnancy.", ja="未成年・運転・妊娠中の飲酒を想起させます。"),
        Said(
            en="Take it out and add “21+, drink responsibly”.",
            ja="該当箇所を削除し、年齢と適正飲酒の注意を入れてください。",
        ),
        (
            "en_minors",
            r"\b(?:under-?age|high ?school(?:ers)?|teen(?:s|agers?)?|my kids?|freshm[ae]n)\b[^.!?\n]{0,24}\b(?:drink\w*|beers?|wine|shots?|booze|vodka|cocktails?)",
            "underage|under-age|highschool|high school|teen|kid|freshm",
        ),
        (
            "en_driving",
            r"\b(?:beers?|wine|drinks?|shots?|cocktails?|tipsy|drunk|buzzed)\b[^.!?\n]{0,24}\b(?:while driving|behind the wheel|before driving|then drove|and drove|drive home|for the road)|\bdrink(?:ing)? (?:and|&) driv\w+|\broad ?(?:beer|soda)s?\b",
            "driv|drove|wheel|for the road|road beer|roadbeer|road soda|roadsoda",
        ),
        (
            "en_pregnant",
            r"\b(?:pregnan\w+|expecting|breastfeeding|nursing)\b[^.!?\n]{0,24}\b(?:wine|drink(?:ing)?|beers?|cocktails?|glass of)",
            "pregnan|expecting|breastfeeding|nursing",
        ),
        unless=(_WARNED, r"designated driver|uber|taxi|lyft|can'?t wait to"),
    ),
    *told(
        "warn",
        DISCUS,
        Said(en="It praises drinking much or fast.", ja="過度・急速な飲酒を肯定しています。"),
        _MODERATELY,
        ("en_chug", r"\b(?:chug(?:s|ged|ging)?|shotgun(?:ned|ning)|beer ?bong|keg ?stand)\b", "chug|shotgun|bong|keg"),
        (
            "en_wasted",
            r"\b(?:get(?:ting)?|got|so) (?:wasted|hammered|plastered|shit ?faced|blackout|black-?out drunk|trashed)\b|\bblack(?:ed|ing) out (?:last|drunk|again)",
            "wasted|hammered|plastered|faced|black|trashed",
        ),
        unless=(_WARNED, r"\bwater\b|\bcoffee\b|\btime\b|\bfood\b"),
    ),
    *told(
        "fail",
        TTB,
        Said(en="Alcohol is said to be good for health.", ja="お酒が健康に良いという表現です。"),
        Said(en="Say how it tastes.", ja="味わいの表現にしてください。"),
        (
            "en_healthy_drink",
            r"\b(?:wine|beer|vodka|tequila|whisk(?:e)?y|sake|cocktail|alcohol|seltzer|drink)s?\b (?:is|are|that'?s)(?: (?:actually|so|really|very))* (?:good for (?:you|your)|healthy|heart-healthy|detoxifying)|\bhealthy (?:wine|beer|vodka|tequila|alcohol|cocktail)s?\b|\bantioxidants in (?:red )?wine",
            "good for|healthy|detoxifying|antioxidants",
        ),
        unless=(_WARNED,),
    ),
)
