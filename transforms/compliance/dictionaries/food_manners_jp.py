"""How food may not speak in Japan: of age and beauty, as a drug does, and with doctors' words."""

from transforms.compliance import Said
from transforms.compliance.dictionaries import told
from transforms.compliance.dictionaries.foods_jp import TASTE
from transforms.compliance.dictionaries.sources import DETOX, DRUG_WORDS, FOOD_EFFECTS, HEALTH_ACT
from transforms.compliance.dictionaries.words_jp import ACNE, DOCTOR, EASED, END, FEW, MOVED, SHIMI, WRINKLES

AGE = (
    *told(
        "fail",
        FOOD_EFFECTS,
        Said(
            en="Against age, or for skin and hair: food may not claim it.",
            ja="若返り・老化防止や、美肌・育毛などの効果は、食品では標ぼうできません。",
        ),
        TASTE,
        ("food_rejuvenates", r"若返(?:り|る|っ|れ|ら)(?!.{0,3}(?:気分|気持ち))", "若返"),
        (
            "food_ageing",
            rf"老化(?:を|が|の)?{FEW}(?:防止|防|予防|止め|遅ら|抑え|ストップ)|寿命(?:が|を)[^。.!?\n、]{{0,4}}(?:延び|延ば|伸び|伸ば)",
            "老化|寿命",
        ),
        (
            "food_spots",
            rf"(?:{SHIMI}|そばかす|ソバカス|{WRINKLES}|{ACNE})(?:が|を|も|に)?{FEW}(?:{EASED}|薄くな){END}",
            "シミ|しみ|染み|そばかす|ソバカス|ジワ|じわ|シワ|しわ|皺|ほうれい線|ホウレイ線|法令線|目尻の線|ニキビ|にきび|吹き出物|吹出物|肌荒れ|肌あれ",
        ),
        (
            "food_whitening",
            r"飲む(?:日焼け止め|美白|化粧水)|美白(?:効果|サプリ|ドリンク)|肌が(?:白く|きれいに|キレイに|綺麗に)なる",
            "飲む日焼け止め|飲む美白|飲む化粧水|美白|肌が",
        ),
        (
            "food_hair",
            rf"(?:育毛|発毛)(?:効果|に効|促進)|(?:薄毛|抜け毛|白髪)(?:が|を|に|の)?{FEW}(?:{EASED}|減っ|減る)",
            "育毛|発毛|薄毛|抜け毛|白髪",
        ),
        (
            "food_bust",
            r"バストアップ|(?:胸|バスト)(?:が|を)[^。.!?\n、]{0,4}(?:大きくな|育つ)",
            "バストアップ|胸が|胸を|バスト",
        ),
        unless=(DOCTOR, r"ブラ|下着|気分|コンシーラー|ファンデ"),
    ),
    *told(
        "warn",
        FOOD_EFFECTS,
        Said(
            en="It may be taken for an effect against age or for beauty.",
            ja="老化防止・美容の効果と受け取られるおそれがあります。",
        ),
        TASTE,
        (
            "food_anti_ageing",
            r"アンチエイジング|アンチエージング|anti-?ag(?:e)?ing",
            "アンチエイジング|アンチエージング|antiag|anti-ag",
        ),
        ("food_beauty", r"美肌(?:効果|になれる|になる|サプリ)|美容効果", "美肌|美容効果"),
    ),
)

MANNERS = (
    *told(
        "fail",
        DRUG_WORDS,
        Said(
            en="Food may not be called a drug or set in a drug's place.",
            ja="食品を医薬品のように、または薬の代わりになるように表現することはできません。",
        ),
        TASTE,
        ("panacea", r"特効薬|万能薬|妙薬|秘薬|天然の(?:薬|抗生物質)", "特効薬|万能薬|妙薬|秘薬|天然の薬|天然の抗生"),
        (
            "instead_of_drugs",
            r"薬(?:の)?代わり|薬(?:に頼らな|より(?:も)?効|がいらな|がいらず|をやめ(?:られ|た|まし))|(?:医者|病院)(?:いらず|要らず)",
            "薬|医者|病院",
        ),
        (
            "state_approved",
            r"(?:消費者庁|厚生労働省|厚労省|国)(?:が|の|に)?(?:許可|認可|承認|認め)[^。.!?\n]{0,10}機能性表示|機能性表示食品[^。.!?\n]{0,12}(?:消費者庁|国)(?:が|に|の)?(?:許可|認可|承認|認め)",
            "機能性表示",
        ),
        ("food_no_side_effects", r"食品だから副作用", "副作用"),
        unless=(r"ゲーム|ドラマ|漫画|小説",),
    ),
    *told(
        "warn",
        DRUG_WORDS,
        Said(
            en="It is the manner of a drug: dosage, timing, or the name of a remedy.",
            ja="用法用量や治療を思わせる、医薬品のような表現です。",
        ),
        Said(
            en="“As a guide, 2 tablets a day, whenever you like”.",
            ja="「1日2粒を目安に、お好きなタイミングで」など、食品としての目安量の表現に。",
        ),
        (
            "dosage",
            r"(?:1日|一日|毎日)\s*(?:に)?\s*(?:\d|[一二三])\s*(?:(?:~|〜|~|から|-)\s*(?:\d|[一二三])\s*)?回[^。.!?\n、]{0,10}(?:飲|服用|摂|お?召)",
            "回",
        ),
        (
            "meal_times",
            r"食(?:前|後|間)(?:30分)?(?:に|の)[^。.!?\n、]{0,10}(?:粒|錠|包|カプセル|服用|サプリ)|就寝前に[^。.!?\n、]{0,6}(?:粒|錠|包)",
            "食前|食後|食間|就寝前",
        ),
        ("dose_words", r"服用|用法・?用量|投与|処方(?:量|箋)", "服用|用法|投与|処方"),
        (
            "remedies",
            r"漢方(?!薬局で働|の勉強)|飲む点滴|食べる薬|飲む(?:ボトックス|ヒアルロン酸注射)",
            "漢方|飲む点滴|食べる薬|飲むボトックス|飲むヒアルロン酸",
        ),
        unless=(DOCTOR,),
    ),
    *told(
        "warn",
        DETOX,
        Said(
            en="Driving out poisons or waste is not an effect of food.",
            ja="デトックス・毒素排出は、食品の効果として標ぼうできません。",
        ),
        TASTE,
        (
            "food_detox",
            r"(?<!デジタル)(?<!心の)(?<!スマホ)(?<!sns)デトックス(?!ウォーター|旅)|(?<!digital )detox(?! water)",
            "デトックス|detox",
        ),
        (
            "food_toxins",
            rf"(?:毒素|老廃物|有害物質|添加物)(?:を|が|も)?{FEW}(?:排出|排泄|出す|出し|出る|出て|流す|流し|流れ|抜け|抜く)|毒出し|体(?:内)?を?(?:浄化|クレンズ)",
            "毒素|老廃物|有害物質|添加物|毒出し|浄化|クレンズ",
        ),
        unless=(MOVED,),
    ),
    *told(
        "fail",
        DETOX,
        Said(
            en="A detox effect is claimed outright.",
            ja="デトックス効果を断定しています。",
        ),
        TASTE,
        (
            "food_detox_effect",
            r"デトックス(?:効果|作用|できる|サプリ)|毒素(?:を|が)?[^。.!?\n、]{0,4}(?:排出|デトックス)",
            "デトックス|毒素",
        ),
        unless=(MOVED,),
    ),
    *told(
        "warn",
        HEALTH_ACT,
        Said(
            en="Doctors' words and safety for everyone need proof and may mislead.",
            ja="医師の推せんや、誰にでも安全という表現は、著しい誤認を招くおそれがあります。",
        ),
        Said(en="Say what you liked yourself.", ja="ご自身の感想を書いてください。"),
        (
            "food_doctors",
            r"(?:医師|ドクター|医者|お医者さん|薬剤師|管理栄養士|専門医)(?:が|も|の|に|から|たちが)?[^。.!?\n、]{0,4}?(?:推奨|推薦|お墨付き|公認|太鼓判|おすすめ|オススメ|監修)",
            "推奨|推薦|お墨付き|公認|太鼓判|おすすめ|オススメ|監修",
        ),
        (
            "food_safe",
            r"(?:妊婦さん|妊娠中|授乳中|赤ちゃん|子ども|子供)(?:でも|にも|の方でも)[^。.!?\n、]{0,4}(?:安全|安心)",
            "安全|安心",
        ),
        (
            "functional_so",
            r"(?:機能性表示食品|特保|トクホ|栄養機能食品)(?:だから|なので|だし)[^。.!?\n]{0,8}(?:安心|効|安全|確実)",
            "機能性表示食品|特保|トクホ|栄養機能食品",
        ),
    ),
)
