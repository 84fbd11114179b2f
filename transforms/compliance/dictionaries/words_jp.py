"""Words that several Japanese dictionaries share: what is complained of, what is claimed, and other subjects."""

FEW = r"\n?[^。.!?\n、,「」]{0,8}?"
"""Few characters of the same clause, which may go on in the next line."""
_RATHER = r"(?:が|を|は|も|の|に|って|まで|だって)?"
END = r"(?:する|した(?!い|く|が|ら)|して|しました|します|る|た(?!い|く|が|ら)|て|ました|ます|った|って|っちゃった|っちゃう|ちゃった|ちゃう|りました|ります|ち(?:ゃった|ゃう))?"
"""The end of a verb, but not a negation."""

SHIMI = r"(?:シミ(?!ュ|ー|ラ)|(?<![一-龠])(?<!たの)(?<!くる)(?<!かな)(?<!した)(?<!お)(?<!つ)しみ(?![じるてたわつ])|(?<!馴)染み)"
SPOTS = rf"(?:{SHIMI}|ソバカス|そばかす|肝斑|色素沈着|黒ずみ)"
WRINKLES = (
    r"(?:小?(?:ジワ(?!ジワ)|じわ(?!じわ|り)|シワ(?!シワ)|しわ(?!しわ|ざ|す))|皺|ほうれい線|ホウレイ線|法令線|目尻の線)"
)
SAGGING = r"(?:たるみ|タルミ|弛み)"
ACNE = r"(?:ニキビ|にきび|吹き?出物|肌荒れ|肌あれ)"
GONE = r"(?:消え|消し|消す|消せ|無くな|(?<!目立た)なくな|無くせ|なくせ|なくす|取れ|とれる|とれた|とれて|取り除|除去|撃退|一掃|撲滅|さよなら|サヨナラ|バイバイ)"
FADED = r"(?:薄くな|うすくな|薄くす|薄くし|薄れ|うすれ|目立たなくな)"
CURED = r"(?:治(?!療|安)|直っ|直る|改善|解消|完治|に効|へ効|効く|効果)"
EASED = rf"(?:{GONE}|治(?!療|安)|直っ|直る|改善|解消|完治|効く|効い|効き|効果|緩和|和ら|軽減|楽に|良くな|よくな|抑え|予防|防ぐ|防げ|防い|退治|克服)"
VANISH = rf"{_RATHER}{FEW}{GONE}"
FADE = rf"{_RATHER}{FEW}{FADED}"
CURE = rf"{_RATHER}{FEW}{CURED}"

CLOTHES = (
    r"服|シャツ|洗濯|カーペット|ソファ|畳|布|スーツ|アイロン|ワインの|コーヒーの|漂白|壁|紙|スマホ|アプリ|画像|加工"
)
"""Stains and creases of things, and of pictures."""
DOCTOR = r"皮膚科|病院|クリニック|通院|処方(?:され|して|箋|薬)|飲み薬|塗り薬|レーザー|医者|ピーリングに通"
"""The cure that is told of is a doctor's."""
MAKE_UP = r"(?:コンシーラー|ファンデ|下地|メイク|メーク)(?!(?:ーション)?(?:が|も|は|を)?(?:いら|要ら|不要|なし|しなく|せず|落と))|bbクリーム|ccクリーム|パウダー|化粧でごまか|アイシャドウ|アイライ|マスカラ|シェーディング|チーク|涙袋"
COVERED = r"隠[すしれせ]|カバー|見えなく|見えにく|見えづら|目立た(?:なく|ず|せ)|ぼか|補正|光(?:で|の)(?:飛|反射|効果)"
"""What make-up may say that it does."""
LOOKS = rf"{MAKE_UP}|{COVERED}|見え|見せ|髪型|ヘアカット|前髪|マスク|写真|角度"
MOVED = r"マッサージ|ストレッチ|筋トレ|運動|体操|ヨガ|お風呂|入浴|サウナ|睡眠|寝|温泉|銭湯"
"""The effect is that of moving, bathing or sleeping."""
CAUSES = frozenset({DOCTOR, MAKE_UP, COVERED, LOOKS, MOVED})
"""What else may have had the effect: it lifts a claim only where the text does not turn to the product instead."""
