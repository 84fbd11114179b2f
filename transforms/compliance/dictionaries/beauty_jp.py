"""What a cosmetic may not promise in Japan beyond spots and wrinkles: cells, body, hair, medicine, safety, effect."""

from transforms.compliance import Said
from transforms.compliance.dictionaries import told
from transforms.compliance.dictionaries.effects_jp import PERMITTED
from transforms.compliance.dictionaries.sources import COSMETIC_CLAIMS, DETOX, DRUG_WORDS
from transforms.compliance.dictionaries.words_jp import CLOTHES, DOCTOR, EASED, END, FEW, GONE, LOOKS, MAKE_UP, MOVED

_SAY_FEEL = Said(
    en="Say how it feels to use: “moist”, “firm-feeling”.",
    ja="「うるおう」「ハリを感じる」など、使用感の表現にしてください。",
)

BOTH = (
    *told(
        "fail",
        COSMETIC_CLAIMS,
        Said(
            en="An effect on cells or on how skin renews itself is a drug's.",
            ja="細胞・再生・ターンオーバーなど、身体の構造・機能への作用は標ぼうできません。",
        ),
        Said(
            en="“Keeps skin in good order”, “moistens down to the horny layer”.",
            ja="「肌をすこやかに保つ」「角質層までうるおいを届ける」。",
        ),
        (
            "cells",
            rf"細胞(?:を|が|の|に|から)?{FEW}(?:活性|再生|蘇|よみがえ|修復|増や|増え|生まれ変|若返|働きかけ|目覚め|レベル)",
            "細胞",
        ),
        (
            "regenerates",
            r"(?:肌|皮膚|角質|毛根|組織)(?:を|が|の)?[^。.!?\n、]{0,4}?(?:再生|蘇|よみがえ)",
            "再生|蘇|よみがえ",
        ),
        (
            "turnover",
            rf"ターンオーバー(?:を|が|の)?{FEW}(?:促|正常|整え|早め|速め|活性|アップ|高め|改善)",
            "ターンオーバー",
        ),
        (
            "collagen_made",
            rf"(?:コラーゲン|エラスチン|ヒアルロン酸)(?:の|を|が)?{FEW}(?:生成|産生|増や|増え|作り出|生み出|再生)",
            "コラーゲン|エラスチン|ヒアルロン酸",
        ),
        ("dermis", r"真皮(?:層)?(?:に|まで|へ|から)[^。.!?\n、]{0,8}(?:届|浸透|働|効)", "真皮"),
        ("own_healing", r"(?:自然治癒|自己治癒|自己再生|自己回復)力", "治癒力|再生力|回復力"),
        ("skin_immunity", rf"(?:肌|皮膚)(?:の)?免疫(?:力)?(?:を|が)?{FEW}(?:アップ|高め|上げ|上が|強化)", "免疫"),
        ("skin_metabolism", rf"(?:新陳)?代謝(?:を|が)?{FEW}(?:アップ|促進|促|高め|上げ|活発)", "代謝"),
        ("hormones", rf"ホルモン(?:バランス)?(?:を|が|の)?{FEW}(?:整|活性|増や|アップ|分泌|改善)", "ホルモン"),
        unless=(MOVED,),
    ),
    *told(
        "fail",
        COSMETIC_CLAIMS,
        Said(
            en="Growing younger or stopping age is not an effect of a cosmetic.",
            ja="若返り・老化防止は、化粧品の効能として認められていません。",
        ),
        Said(
            en="“Care that suits your age”.",
            ja="「エイジングケア(年齢に応じたお手入れ)」「ハリ・ツヤのある印象に」。",
        ),
        ("rejuvenates", r"若返(?:り|る|っ|れ|ら)(?!.{0,3}(?:気分|気持ち|ヘア|メイク))", "若返"),
        (
            "ageing_stopped",
            rf"(?:老化|加齢|エイジング)(?:を|が|の)?{FEW}(?:防止|防ぐ|防い|予防|止め|遅ら|抑え|ストップ|逆行)",
            "老化|加齢|エイジング",
        ),
        (
            "anti_ageing_effect",
            r"(?:アンチエイジング|アンチエージング|anti-?ag(?:e)?ing)(?:に|の)?(?:効|でき|成分|作用)",
            "アンチエイジング|アンチエージング|antiag|anti-ag",
        ),
        (
            "years_younger",
            r"\d{1,2}\s*歳(?:も|は|くらい)?若(?:く|返|い肌)|(?:肌年齢|見た目年齢?)(?:が|も)?[^。.!?\n、]{0,6}(?:マイナス|-)\s*\d{1,2}\s*歳",
            "歳",
        ),
        unless=(LOOKS, r"気分|気持ち|気がする|インテリア|部屋"),
    ),
    *told(
        "warn",
        COSMETIC_CLAIMS,
        Said(
            en="It may be taken for an effect against age.",
            ja="若返り・老化防止の効果と受け取られるおそれがあります。",
        ),
        Said(en="“Care that suits your age”.", ja="「エイジングケア(年齢に応じたお手入れ)」。"),
        (
            "anti_ageing",
            r"(?:アンチエイジング|アンチエージング)(?!の(?:本|話|記事|番組))|anti-?ag(?:e)?ing",
            "アンチエイジング|アンチエージング|antiag|anti-ag",
        ),
        ("born_again", r"(?:肌|素肌|髪)(?:が|を|に)?[^。.!?\n、]{0,4}生まれ変わ", "生まれ変わ"),
        ("minus_years", r"(?:マイナス|-)\s*\d{1,2}\s*歳肌?", "マイナス|-"),
    ),
    *told(
        "fail",
        DRUG_WORDS,
        Said(
            en="Curing or easing an illness is a drug's effect.",
            ja="病気や症状が治る・改善するという表現は、医薬品的な効能効果にあたります。",
        ),
        _SAY_FEEL,
        ("atopy", rf"アトピー(?:性皮膚炎)?(?:が|を|に|の|も)?{FEW}{EASED}{END}", "アトピー"),
        (
            "skin_illness",
            rf"(?:湿疹|皮膚炎|乾癬|水虫|ヘルペス|帯状疱疹|蕁麻疹|とびひ|ケロイド|妊娠線|肉割れ|イボ|しもやけ|ヤケド|やけど|火傷|傷跡|傷痕)(?:が|を|に|の|も)?{FEW}{EASED}{END}",
            "湿疹|皮膚炎|乾癬|水虫|ヘルペス|帯状疱疹|蕁麻疹|とびひ|ケロイド|妊娠線|肉割れ|イボ|しもやけ|ヤケド|やけど|火傷|傷跡|傷痕",
        ),
        ("allergy", rf"(?:アレルギー|花粉症)(?:が|を|に|の|も)?{FEW}{EASED}{END}", "アレルギー|花粉症"),
        (
            "inflammation",
            r"(?:炎症|腫れ)(?:を|が)[^。.!?\n、]{0,3}(?:抑|おさえ|鎮|引い|治|とれ|取れ)|抗炎症",
            "炎症|腫れ",
        ),
        (
            "virus",
            rf"(?:ウイルス|コロナ|インフル(?:エンザ)?)(?:を|から|に|の)?{FEW}(?:防|ブロック|除去|死滅|不活|予防|効)",
            "ウイルス|コロナ|インフル",
        ),
        (
            "aches",
            rf"(?:肩こり|肩凝り|腰痛|関節痛|膝痛|頭痛|生理痛)(?:が|を|に|も)?{FEW}{EASED}{END}",
            "肩こり|肩凝り|腰痛|関節痛|膝痛|頭痛|生理痛",
        ),
        ("cured", r"(?:完全に|すぐに?|一晩で|これで)治(?:る|った|りま)|完治し", "治"),
        (
            "body_odour_cured",
            rf"(?:ワキガ|わきが|加齢臭)(?:が|を|に|も)?{FEW}(?:{GONE}|治|改善|完治)",
            "ワキガ|わきが|加齢臭",
        ),
        unless=(DOCTOR, r"温泉|整体|鍼|病気の話|スマホ|画面|パソコン|機嫌|時差|癖|故障|骨折"),
        within=PERMITTED,
    ),
    *told(
        "fail",
        DRUG_WORDS,
        Said(
            en="Slimming or shaping the body is not an effect of a cosmetic.",
            ja="痩身・体型の変化は、化粧品の効能として認められていません。",
        ),
        _SAY_FEEL,
        (
            "slimming_cream",
            r"(?:塗る|塗った|塗って|揉む|貼る|クリーム|ジェル|オイル)(?:だけ)?(?:で|の)?[^。.!?\n、]{0,8}(?:痩せ|やせ|細くな|脂肪)",
            "痩せ|やせ|細くな|脂肪",
        ),
        ("cellulite", rf"セルライト(?:が|を|も)?{FEW}(?:{GONE}|潰|分解|解消|ほぐれ)", "セルライト"),
        (
            "bust_up",
            r"バストアップ|(?:胸|バスト)(?:が|を|も)[^。.!?\n、]{0,4}(?:大きくな|大きくす|育つ|育て)",
            "バストアップ|胸|バスト",
        ),
        unless=(MOVED, r"ブラ|下着|パッド|バームクーヘン|生クリーム|クリームパン"),
    ),
    *told(
        "fail",
        DRUG_WORDS,
        Said(
            en="New or more hair, or hair turning black again, is beyond what may be claimed.",
            ja="発毛・増毛や白髪の改善は、化粧品・医薬部外品では標ぼうできません。",
        ),
        Said(
            en="“Keeps scalp and hair in good order”, “gives hair body”.",
            ja="「頭皮・毛髪をすこやかに保つ」「髪にハリ・コシを与える」。",
        ),
        (
            "new_hair",
            r"(?:発毛|増毛)(?:効果|促進|作用|する|した|でき|を実感)|(?:髪|毛)(?:の毛)?(?:が|も)[^。.!?\n、]{0,4}(?:生え(?:て|た|る)|増え(?:た|て|る))",
            "発毛|増毛|生え|増え",
        ),
        ("grey_hair", rf"白髪(?:が|を|も){FEW}(?:改善|治|黒く(?:な|戻)|なくな|無くな|減っ|減る|消え)", "白髪"),
        (
            "lashes",
            r"ま(?:つ|つ)(?:げ|毛)(?:が|を|も)[^。.!?\n、]{0,5}(?:伸びた|伸びる|伸びて|のびた|生え|増え)",
            "まつげ|まつ毛",
        ),
        (
            "no_more_body_hair",
            r"(?:ムダ毛|毛)(?:が|も)[^。.!?\n、]{0,6}生えてこな(?:い|く)|永久脱毛",
            "生えてこな|永久脱毛",
        ),
        unless=(MAKE_UP, DOCTOR, r"染め|カラー|エクステ|マツエク|ウィッグ|ビューラー|サロン|植毛|犬|猫|ねこ|わんこ"),
    ),
    *told(
        "fail",
        DRUG_WORDS,
        Said(
            en="Recommendation by doctors, hospitals or pharmacists may not be used.",
            ja="医師・薬剤師・病院などによる推せんは、広告に使えません。",
        ),
        Said(en="Say what you felt yourself.", ja="ご自身の使用感を書いてください。"),
        (
            "doctors_recommend",
            r"(?:医師|ドクター|皮膚科医|医者|お医者さん|薬剤師|歯科医師?|専門医|看護師|医療機関|病院|クリニック)(?:が|も|の|に|から|たちが|さんが)?[^。.!?\n、]{0,4}?(?:推奨|推薦|お墨付き|おすみつき|公認|認めた|認める|太鼓判|絶賛)",
            "推奨|推薦|お墨付き|おすみつき|公認|認め|太鼓判|絶賛",
        ),
        (
            "like_a_drug",
            r"(?:医薬品|医療|病院)(?:レベル|並み|なみ|級|品質|同等)|薬(?:と同じ|並み)の効果|治療効果",
            "レベル|並み|なみ|級|品質|同等|薬と同じ|治療効果",
        ),
        unless=(r"ヘルメット|断水",),
    ),
    *told(
        "warn",
        DRUG_WORDS,
        Said(
            en="It comes near a recommendation by doctors, or near medicine.",
            ja="医療関係者の推せんや、医療行為に近い効果と受け取られるおそれがあります。",
        ),
        Said(en="Leave it out, or say what you felt.", ja="削除するか、ご自身の使用感の表現にしてください。"),
        (
            "doctors_near",
            r"(?:医師|ドクター|皮膚科医|薬剤師|美容師|美容家|歯科医師?)(?:が|も|の|さんも?|さんが)?(?:監修|愛用|開発|おすすめ|オススメ|お勧め)",
            "監修|愛用|開発|おすすめ|オススメ|お勧め",
        ),
        (
            "like_surgery",
            r"(?:整形|美容医療|エステ|ボトックス|ハイフ)(?:レベル|並み|級|いらず|不要|後みたい)|塗るボトックス|塗る(?:ハイフ|注射)",
            "整形|美容医療|エステ|ボトックス|ハイフ|注射",
        ),
        ("patented", r"特許(?:取得|成分|技術|製法)", "特許"),
        unless=(MAKE_UP,),
    ),
    *told(
        "fail",
        DRUG_WORDS,
        Said(
            en="Safety may not be guaranteed.",
            ja="安全性の保証や「副作用なし」は、広告では認められていません。",
        ),
        Said(
            en="“Not every skin is the same: try a little first”.",
            ja="「低刺激設計(すべての方に刺激が起きないわけではありません)」など、事実と注意書きに。",
        ),
        (
            "no_side_effects",
            r"副作用(?:が|は|も|の心配)?(?:が|は|も)?(?:一切|まったく|全く)?(?:ない|なし|無い|無し|ゼロ|ありません|いらない|無用)",
            "副作用",
        ),
        (
            "surely_safe",
            r"(?:絶対(?:に)?|100%|完全に|誰でも|どんな肌でも)(?:安全|安心)",
            "絶対安全|絶対安心|絶対に安全|絶対に安心|100%安|完全に安|誰でも安|どんな肌でも安",
        ),
    ),
    *told(
        "warn",
        DRUG_WORDS,
        Said(
            en="It may be taken for a guarantee of safety.",
            ja="安全性を保証していると受け取られるおそれがあります。",
        ),
        Said(
            en="Add: “does not mean that nobody's skin reacts”.",
            ja="「すべての方に肌トラブルが起きないわけではありません」を併記してください。",
        ),
        (
            "safe_for_sensitive",
            r"(?:敏感肌|アトピー肌?|赤ちゃん|妊婦さん)(?:でも|にも|の方でも|の方にも|の子でも)[^。.!?\n、]{0,6}(?:安全|安心|大丈夫)",
            "敏感肌|アトピー|赤ちゃん|妊婦さん",
        ),
        (
            "tested",
            r"(?:パッチテスト|アレルギーテスト|スティンギングテスト|ノンコメドジェニックテスト)(?:・?\w{0,14})?(?:済|クリア|合格)",
            "テスト",
        ),
        (
            "free_so_safe",
            r"(?:無添加|天然成分|オーガニック|自然由来)(?:だから|なので|で|だけだから)[^。.!?\n、]{0,4}(?:安全|安心)",
            "無添加|天然成分|オーガニック|自然由来",
        ),
        (
            "no_irritation",
            r"(?:刺激|肌への負担)(?:が|は)?(?:一切|まったく|全く)?(?:ゼロ|なし|無し|ありません)",
            "刺激|負担",
        ),
        unless_anywhere=(r"(?:すべて|全て|皆さま|全員)[^。\n]{0,12}(?:わけでは|とは限|ものでは)",),
    ),
    *told(
        "warn",
        COSMETIC_CLAIMS,
        Said(
            en="Penetration needs its limit: the horny layer (of hair: the inside of the hair).",
            ja="「浸透」には「角質層まで」という範囲の明記が必要です。",
        ),
        Said(en="“Down to the horny layer”.", ja="「浸透(角質層まで)」と併記してください。"),
        (
            "sinks_in",
            r"(?:肌|奥|内側|うるおい|潤い|美容液|美容成分|有効成分|成分|化粧水|クリーム|オイル|すっと|すーっと|スッと|スーッと|ぐんぐん|グングン|ぐっと|じゅわっと|ジュワッと|ナノ|高)[^。.!?\n]{0,8}?浸透|浸透(?:力|型|美容|感|ケア|処方)",
            "浸透",
        ),
        (
            "deep_inside",
            r"(?:お?肌|皮膚)の?(?:奥底|奥深く|奥|内側|深部|芯|底)(?:まで|に|から|へ)",
            "奥|内側|深部|芯|底",
        ),
        unless=(r"髪|ヘア|トリートメント|シャンプー|爪",),
        unless_anywhere=(r"角質層|角層",),
    ),
    *told(
        "warn",
        DETOX,
        Said(
            en="Driving out poisons or waste is not an effect that may be claimed.",
            ja="デトックス・毒素排出は、効能として認められていません。",
        ),
        _SAY_FEEL,
        (
            "detox",
            r"(?<!デジタル)(?<!心の)(?<!スマホ)(?<!お部屋の)(?<!sns)デトックス(?!旅|ウォーター)|(?<!digital )detox",
            "デトックス|detox",
        ),
        (
            "toxins_out",
            rf"(?:毒素|老廃物|有害物質)(?:を|が|も)?{FEW}(?:排出|排泄|出す|出し|出る|出て|流す|流し|流れ|抜け|抜く)|毒出し",
            "毒素|老廃物|有害物質|毒出し",
        ),
        (
            "circulation",
            rf"(?:血行|血流|リンパ)(?:が|を|の)?{FEW}(?:促進|良く|よく|改善|アップ|流す|流し)",
            "血行|血流|リンパ",
        ),
        (
            "swelling",
            rf"(?:むくみ|浮腫み)(?:が|を|も|の)?{FEW}(?:取れ|とれ|解消|改善|なくな|消え|スッキリ|すっきり)",
            "むくみ|浮腫み",
        ),
        unless=(MOVED, DOCTOR),
    ),
    *told(
        "warn",
        DRUG_WORDS,
        Said(
            en="It guarantees an effect, or how soon it comes.",
            ja="効果や、効果が出るまでの期間を保証していると受け取られるおそれがあります。",
        ),
        Said(
            en="Say what you felt, and that it is your own impression.",
            ja="「使い続けたくなる心地よさ」など、個人の使用感の表現にしてください。",
        ),
        (
            "works_on",
            r"(?:肌|毛穴|乾燥|くすみ|たるみ|頭皮|目元|美容|美肌|ハリ|髪)に(?:も|は)?(?:一番|すごく|よく|めちゃくちゃ|めっちゃ|本当に|しっかり)?効(?:く|い(?:た|て)|き|果)",
            "効",
        ),
        (
            "at_once",
            r"即効(?:性|で|果)|速効性|効果てきめん|効き目(?:が|は)?(?:抜群|すご|凄)|効果(?:が|は)?(?:絶大|抜群|実証|証明|凄|すご)",
            "即効|速効|てきめん|効き目|効果",
        ),
        (
            "days_to_change",
            r"(?:\d+日|[一二三]日|\d+週間|一週間|\d+[ヶか]月|一晩|ひと晩|翌朝|たった\d+回)(?:で|に|には|間で)[^。.!?\n、]{0,8}(?:美肌|別人|激変|効果|変わっ|実感|つるつる|ツルツル|ツルン)(?:みたいな?|のよう)?",
            "美肌|別人|激変|効果|変わっ|実感|つるつる|ツルツル|ツルン",
        ),
        (
            "before_after",
            r"ビフォー?(?:・|&|\s|→)?アフター|before\s*(?:&|and|/|→|⇒|・|,)?\s*after|使用前(?:と|→|・|、)?使用後",
            "ビフォ|before|使用前",
        ),
        (
            "no_sunburn",
            r"(?:絶対|まったく|全く|一切)(?:に)?(?:日に?)?焼けな(?:い|かった|く)|紫外線(?:を)?(?:100%|完全に?)(?:カット|ブロック|遮断|防)",
            "焼けな|紫外線",
        ),
        unless=(MAKE_UP, CLOTHES, r"効果音|部屋|リフォーム|ヘアカット|模様替え"),
    ),
)

COSMETICS_ONLY = (
    *told(
        "warn",
        DRUG_WORDS,
        Said(
            en="A word for quasi-drugs or drugs: a cosmetic may not use it.",
            ja="医薬部外品・医薬品の用語で、化粧品には使えないおそれがあります。",
        ),
        Said(
            en="“Cleanses”, “keeps skin in good order”.",
            ja="「清浄にする」「すこやかに保つ」。",
        ),
        ("medicated", r"(?<!非)薬用(?!植物|酒|養命)|有効成分", "薬用|有効成分"),
        ("germs", r"(?:殺菌|抗菌|除菌|滅菌)(?:効果|作用|力|して|する|でき|成分)", "殺菌|抗菌|除菌|滅菌"),
        (
            "hair_care_drug",
            r"育毛(?:効果|促進|剤|ケア)|薄毛(?:が|を|の)?[^。.!?\n、]{0,5}(?:改善|治|解消|予防|防)|抜け毛(?:が|を|の)?[^。.!?\n、]{0,5}(?:防|減|止|予防|改善|なくな)",
            "育毛|薄毛|抜け毛",
        ),
        ("barrier", rf"バリア機能(?:を|が)?{FEW}(?:高め|修復|強化|改善|回復|アップ)", "バリア機能"),
        unless=(DOCTOR, r"アルコール|スプレー缶|犬|猫"),
        within=PERMITTED,
    ),
)
