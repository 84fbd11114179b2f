"""What a cosmetic may not promise of skin in Japan: spots, whitening, wrinkles, acne, pores."""

from transforms.compliance import Said
from transforms.compliance.dictionaries import told
from transforms.compliance.dictionaries.effects_jp import PERMITTED
from transforms.compliance.dictionaries.sources import COSMETIC_CLAIMS, COSMETIC_EFFECTS, MAKE_UP, SPOTS, WHITENING
from transforms.compliance.dictionaries.words_jp import (
    ACNE,
    CLOTHES,
    COVERED,
    CURE,
    CURED,
    DOCTOR,
    END,
    FADE,
    FADED,
    FEW,
    GONE,
    LOOKS,
    MOVED,
    SAGGING,
    SHIMI,
    VANISH,
    WRINKLES,
)
from transforms.compliance.dictionaries.words_jp import MAKE_UP as MADE_UP
from transforms.compliance.dictionaries.words_jp import SPOTS as MARKS

_SPOT_LITERALS = "シミ|しみ|染み|ソバカス|そばかす|肝斑|色素沈着|黒ずみ"
_WRINKLE_LITERALS = "ジワ|じわ|シワ|しわ|皺|ほうれい線|ホウレイ線|法令線|目尻の線"
_ACNE_LITERALS = "ニキビ|にきび|吹き出物|吹出物|肌荒れ|肌あれ"
_OTHERWISE = (CLOTHES, DOCTOR, MADE_UP, rf"(?:{GONE}|{FADED})[^。\n、]{{0,6}}(?:見え|見せ)")
_MELANIN = r"メラニンの生成を(?:抑え|おさえ)"

_PROMISED = (
    *told(
        "fail",
        SPOTS,
        Said(
            en="That existing spots vanish or fade is beyond what a cosmetic or a quasi-drug may claim.",
            ja="すでにあるシミ・そばかすが消える・薄くなるという表現は、化粧品・医薬部外品の効能の範囲を超えます。",
        ),
        Said(
            en="“Helps prevent spots and freckles caused by the sun”, or say how it feels and looks.",
            ja="「日やけによるシミ・ソバカスを防ぐ」や、「うるおって明るい印象に」など使用感・見た目の表現に。",
        ),
        ("spots_vanish", rf"{MARKS}{VANISH}{END}", _SPOT_LITERALS),
        ("spots_fade", rf"{MARKS}{FADE}{END}", _SPOT_LITERALS),
        ("spots_cure", rf"{MARKS}{CURE}{END}", _SPOT_LITERALS),
        ("spots_peel", rf"{SHIMI}{FEW}(?:剥が|剥け|はがれ|ポロポロ|ぽろぽろ|ペリッ)", _SPOT_LITERALS),
        (
            "spots_eraser",
            rf"{SHIMI}(?:取り|とり|消し|抜き)(?:クリーム|美容液|ジェル|化粧水|パック|コスメ|ケア)?(?!を?して|に行|レーザー|治療|手術)",
            _SPOT_LITERALS,
        ),
        (
            "melanin_removed",
            rf"メラニン(?:色素)?{FEW}(?:分解|排出|除去|還元|破壊|漂白|消す|消え|減ら|減り)",
            "メラニン",
        ),
        unless=_OTHERWISE,
        within=PERMITTED,
    ),
    *told(
        "fail",
        COSMETIC_CLAIMS,
        Said(
            en="That wrinkles or sagging go away is beyond the permitted effects.",
            ja="シワ・たるみがなくなる、改善するという表現は、化粧品の効能の範囲を超えます。",
        ),
        Said(
            en="“Gives skin firmness and moisture”; with an efficacy test “makes fine lines from dryness less visible”.",
            ja="「肌にハリ・うるおいを与える」、効能評価試験済みなら「乾燥による小ジワを目立たなくする」。",
        ),
        ("wrinkles_vanish", rf"{WRINKLES}{VANISH}{END}", _WRINKLE_LITERALS),
        (
            "wrinkles_fade",
            rf"{WRINKLES}(?:が|を|は|も)?{FEW}(?:薄くな|うすくな|浅くな|薄れ|伸び(?!る素材)){END}",
            _WRINKLE_LITERALS,
        ),
        (
            "sagging_lifted",
            rf"{SAGGING}(?:が|を|は|も)?{FEW}(?:引き上|引き締|改善|解消|{GONE}|上がっ|上がる|リフト)",
            "たるみ|タルミ|弛み",
        ),
        unless=_OTHERWISE,
        within=PERMITTED,
    ),
    *told(
        "fail",
        COSMETIC_CLAIMS,
        Said(
            en="Curing acne or rough skin is a drug's effect.",
            ja="ニキビや肌荒れが治る・効くという表現は、医薬品的な効能効果にあたります。",
        ),
        Said(
            en="“Cleans and so prevents acne” (face wash), “prevents rough skin”.",
            ja="洗顔料なら「洗浄によりニキビを防ぐ」、そのほかは「肌荒れを防ぐ」「肌をすこやかに保つ」。",
        ),
        (
            "acne_cure",
            rf"{ACNE}(?:が|を|は|も|に|の)?{FEW}{CURED}(?!.{{0,3}}(?:ばかり|まで|途中)){END}",
            _ACNE_LITERALS,
        ),
        (
            "acne_vanish",
            rf"{ACNE}(?:が|を|は|も)?{FEW}(?:{GONE}|枯れ|できなくな|出来なくな|出なくな|引い(?:た|て)){END}",
            _ACNE_LITERALS,
        ),
        (
            "acne_scars",
            rf"(?:ニキビ|にきび)(?:跡|あと|痕){FEW}(?:{GONE}|治(?!療)|改善|薄くな|うすくな|薄れ){END}",
            "ニキビ|にきび",
        ),
        unless=_OTHERWISE,
        within=PERMITTED,
    ),
    *told(
        "warn",
        MAKE_UP,
        Said(
            en="Make-up covers: that something is gone may be taken for an effect on the skin.",
            ja="メイクの効果なら「消える」ではなく、隠す・カバーすることが伝わる表現が必要です。",
        ),
        Said(en="“Covers”, “hides”, “makes less visible”.", ja="「カバーする」「隠す」「見えにくくする」。"),
        ("covered_spots", rf"{MARKS}{VANISH}{END}", _SPOT_LITERALS),
        ("covered_wrinkles", rf"{WRINKLES}{VANISH}{END}", _WRINKLE_LITERALS),
        ("covered_acne", rf"{ACNE}(?:跡|あと|痕)?(?:が|を|は|も)?{FEW}{GONE}{END}", _ACNE_LITERALS),
        unless=(COVERED, CLOTHES, DOCTOR),
        within=PERMITTED,
    ),
    *told(
        "fail",
        WHITENING,
        Said(
            en="That skin itself turns whiter is beyond what may be claimed.",
            ja="使い続けると肌そのものが白くなるという表現は認められていません。",
        ),
        Said(
            en="“Looks brighter”, “moist and clear”.",
            ja="「明るい印象の肌に」「うるおいで透明感のある肌へ」。",
        ),
        (
            "skin_whiter",
            r"(?:肌|肌色|地黒|顔色|首|腕)(?:の色)?(?:が|を|も|まで)?[^。.!?\n、]{0,5}?(?:白くな(?:る|っ|り|れ)|白く(?:する|して)|真っ白に(?:な|する)|色白にな|漂白)",
            "白",
        ),
        ("paler_self", r"(?:色白|白肌|美白肌)に(?:な(?:れ|る|っ)|変身|生まれ変)", "色白|白肌"),
        (
            "tan_reversed",
            r"日焼け(?:した肌)?(?:が|を|も)?[^。.!?\n、]{0,6}(?:元に戻|なかったこと|リセット|白く戻)",
            "日焼け",
        ),
        unless=(LOOKS, r"塗った瞬間|歯"),
    ),
)

BOTH = _PROMISED
"""Neither a cosmetic nor a quasi-drug may say so."""

COSMETICS_ONLY = (
    *told(
        "fail",
        WHITENING,
        Said(
            en="Only a quasi-drug approved for it may speak of whitening, with its qualifying phrase.",
            ja="「美白」「ホワイトニング」は、承認を受けた医薬部外品以外では使えません。",
        ),
        Said(
            en="“Clear-looking, moist skin”; make-up may say “looks brighter”.",
            ja="「うるおいを与え、透明感のある印象に」「トーンアップして見える(メイク効果)」。",
        ),
        ("bihaku", r"(?<!歯の)(?<!歯を)美白(?!歯|の女王|女優)", "美白"),
        ("whitening", r"(?<!歯の)(?<!歯を)(?:ホワイトニング|whitening)", "ホワイトニング|whitening"),
        unless=(r"歯|デンタル|オーラル|ハミガキ|はみがき", DOCTOR, MADE_UP),
    ),
    *told(
        "fail",
        COSMETIC_EFFECTS,
        Said(
            en="An effect on melanin is that of a quasi-drug.",
            ja="メラニンへの作用は、化粧品では標ぼうできません。",
        ),
        Said(
            en="“Prevents spots and freckles caused by the sun”.",
            ja="「日やけによるシミ・ソバカスを防ぐ」。",
        ),
        ("melanin_kept_down", rf"メラニン(?:の)?(?:生成|色素)?(?:を|が)?{FEW}(?:抑|おさえ|ブロック|防)", "メラニン"),
    ),
    *told(
        "fail",
        COSMETIC_CLAIMS,
        Said(
            en="Improving wrinkles is for quasi-drugs that are approved for it.",
            ja="「シワ改善」は、承認を受けた医薬部外品以外では使えません。",
        ),
        Said(
            en="“Gives firmness”; with an efficacy test “makes fine lines from dryness less visible”.",
            ja="「肌にハリを与える」、効能評価試験済みなら「乾燥による小ジワを目立たなくする」。",
        ),
        ("wrinkles_improved", rf"{WRINKLES}{CURE}{END}", _WRINKLE_LITERALS),
        unless=_OTHERWISE,
        within=PERMITTED,
    ),
    *told(
        "warn",
        COSMETIC_EFFECTS,
        Said(
            en="Permitted only with its condition: by washing, caused by the sun, caused by dryness.",
            ja="「洗浄により」「日やけによる」「乾燥による」などの条件とあわせてのみ使える効能です。",
        ),
        Said(
            en="Add the condition: “prevents spots caused by the sun”, “fine lines from dryness”.",
            ja="「日やけによるシミ・ソバカスを防ぐ」「洗浄によりニキビを防ぐ(洗顔料)」「乾燥による小ジワを目立たなくする」。",
        ),
        (
            "spots_prevented",
            rf"{SHIMI}(?:が|を|も|の)?{FEW}(?:予防|防|できなく|できにく|作らない|つくらない|作らせない)",
            _SPOT_LITERALS,
        ),
        (
            "acne_prevented",
            rf"(?:ニキビ|にきび)(?:が|を|も|の)?{FEW}(?:予防|防|できにく|作らない|つくらない)",
            "ニキビ|にきび",
        ),
        (
            "wrinkles_prevented",
            rf"{WRINKLES}(?:が|を|も|の)?{FEW}(?:予防|防|できにく|作らない|つくらない)",
            _WRINKLE_LITERALS,
        ),
        (
            "fine_lines",
            r"小(?:ジワ|じわ|シワ|しわ|皺)(?:が|を|も)?[^。\n]{0,3}目立たな",
            "小ジワ|小じわ|小シワ|小しわ|小皺",
        ),
        unless=(MADE_UP, DOCTOR),
        within=PERMITTED,
    ),
    *told(
        "warn",
        COSMETIC_EFFECTS,
        Said(
            en="Permitted only for dirt or dryness, or as the look of make-up.",
            ja="汚れ・乾燥によるものや、メイクの見た目でなければ、効能の範囲を超えるおそれがあります。",
        ),
        Said(
            en="“Dullness from dryness”, “removes dirt”, “covers”.",
            ja="「乾燥によるくすみをケア」「汚れを落としてすっきり」「カバーして見えにくく」。",
        ),
        ("dullness_gone", rf"(?:くすみ|クスミ)(?:が|を|も)?{FEW}(?:{GONE}|{CURED}|抜け|飛ん|飛ば)", "くすみ|クスミ"),
        ("pores_gone", rf"毛穴(?:が|を|も)?{FEW}(?:消え|消し|消す|なくな|無くな|ゼロ|閉じ|塞が|小さくな|縮)", "毛穴"),
        (
            "dark_circles",
            rf"(?:クマ|くま|隈)(?:が|を|も)?[^。.!?\n、]{{0,4}}?(?:{GONE}|改善|解消|薄くな)",
            "クマ|くま|隈",
        ),
        ("redness", rf"赤み(?:が|を|も)?{FEW}(?:引い|引く|鎮|{GONE}|治|改善|抑え)", "赤み"),
        unless=(
            r"乾燥による|汚れ|洗[っいう顔]|拭き?取|角質|クレンジング|泥|トーン",
            LOOKS,
            MOVED,
            r"クマのプー|ぬいぐるみ|動物",
        ),
        within=PERMITTED,
    ),
    *told(
        "warn",
        COSMETIC_CLAIMS,
        Said(
            en="A lifted or smaller face is not an effect of a cosmetic.",
            ja="リフトアップ・小顔は化粧品の効能として認められていません。",
        ),
        Said(
            en="“Firm-looking”, or say that it is how make-up looks.",
            ja="「ハリ感のある印象に」「ひきしまって見えるメイク」。",
        ),
        ("lift_up", r"リフトアップ", "リフトアップ"),
        ("small_face", r"小顔(?:効果|矯正|に(?:な(?:る|れ|っ)|導))", "小顔"),
        (
            "face_line",
            rf"フェイスライン(?:が|を|も){FEW}(?:上が|引き上|シャープにな|スッキリ|すっきり)",
            "フェイスライン",
        ),
        unless=(LOOKS, MOVED, r"テープ"),
    ),
    *told(
        "warn",
        COSMETIC_CLAIMS,
        Said(
            en="It promises skin free of a trouble.",
            ja="トラブルのない肌になると受け取られるおそれがあります。",
        ),
        Said(en="“For skin in good order”.", ja="「すこやかな肌へ」「キメの整った肌へ」。"),
        (
            "flawless",
            r"(?:シミ|シワ|ニキビ|毛穴|くすみ|たるみ)(?:[・やも、](?:シミ|シワ|ニキビ|毛穴|くすみ|たるみ)){0,3}(?:の|が|も)?(?:ない|無い|ゼロの?|知らずの?)(?:肌|素肌|美肌|顔)(?:に|へ|を)",
            "シミ|シワ|ニキビ|毛穴|くすみ|たるみ",
        ),
        ("poreless", r"毛穴レス(?:肌|な肌|素肌)", "毛穴レス"),
        ("skin_type", r"肌質(?:が|を|も)?[^。.!?\n、]{0,4}(?:改善|変わっ|変える|変わる)", "肌質"),
        unless=(LOOKS,),
    ),
)

QUASI_ONLY = (
    *told(
        "warn",
        WHITENING,
        Said(
            en="Whitening needs the approved qualifying phrase in the same text.",
            ja="「美白」には「メラニンの生成を抑え、しみ・そばかすを防ぐ」などの説明を併記する必要があります。",
        ),
        Said(
            en="Add: “keeps down the making of melanin and prevents spots and freckles”.",
            ja="「美白※ ※メラニンの生成を抑え、しみ・そばかすを防ぐ」のように併記してください。",
        ),
        ("quasi_bihaku", r"(?<!歯の)美白(?!歯)", "美白"),
        ("quasi_whitening", r"(?<!歯の)(?:ホワイトニング|whitening)", "ホワイトニング|whitening"),
        unless=(r"歯|デンタル|オーラル", DOCTOR),
        unless_anywhere=(
            rf"{_MELANIN}[^。\n]{{0,12}}(?:しみ|シミ|そばかす|ソバカス)[^。\n]{{0,8}}(?:防ぐ|防ぎ|防ぐ|防い)",
        ),
    ),
    *told(
        "warn",
        WHITENING,
        Said(
            en="Approved only for some products: say it in the words of the approval.",
            ja="承認を受けた製品だけが使える効能です。承認書の表現とあっているかご確認ください。",
        ),
        Said(en="Use the approved wording.", ja="承認された効能効果の文言をそのまま使ってください。"),
        ("quasi_wrinkles", rf"{WRINKLES}(?:が|を|の|も)?{FEW}(?:改善|ケアし)", _WRINKLE_LITERALS),
        (
            "quasi_spots",
            rf"{SHIMI}(?:が|を|も|の)?{FEW}(?:予防|防|できなく|できにく|作らない|つくらない)",
            _SPOT_LITERALS,
        ),
        ("quasi_inflammation", rf"(?:炎症|消炎){FEW}(?:抑|鎮|効果|作用)", "炎症|消炎"),
        unless=(DOCTOR, MADE_UP),
        within=(
            *PERMITTED,
            rf"{_MELANIN}[^。\n]{{0,4}}(?:しみ|シミ)[、,・や]?(?:そばかす|ソバカス)?[^。\n]{{0,4}}(?:防ぐ|防ぎ|防い|防)",
        ),
    ),
)
