"""What may not be said of alcohol in Japan: minors, driving, pregnancy, excess, health."""

from transforms.compliance import Said
from transforms.compliance.dictionaries import told
from transforms.compliance.dictionaries.sources import ALCOHOL, HEALTH_ACT, MINORS, TRAFFIC

_WARNED = r"ダメ|だめ|駄目|やめ|止め|禁止|厳禁|危険|しないで|避け|控え|注意|ng|禁じ|いけません|いけない|できません|飲めません|飲めない|法律|お断り"
"""The sentence warns against it."""
_SOBER = r"ノンアル|アルコールフリー|0\.00%|ジュース|ソフトドリンク|お茶で|代行|ハンドルキーパー|甘酒"
_MODERATE = Said(
    en="Show drinking in moderation: “at your own pace, with food and water”.",
    ja="「自分のペースで」「食事と一緒にゆっくり」など、適量・適正な飲み方の表現にしてください。",
)

ALCOHOL_JP = (
    *told(
        "fail",
        MINORS,
        Said(
            en="It speaks to or of people below 20 drinking.",
            ja="20歳未満の飲酒をすすめる、または想起させる表現です。",
        ),
        Said(
            en="Take it out and add “20+ only”.",
            ja="該当箇所を削除し、「お酒は20歳になってから。」を入れてください。",
        ),
        (
            "minors_drink",
            r"(?:未成年|中学生|高校生|女子高生|男子高生|jk|dk|10代|十代|1[0-9]歳|十[七八九]歳)(?:でも|も|にも|の(?:頃|とき|時)から|の子(?:も|にも))[^。.!?\n]{0,12}(?:飲|呑|乾杯|酔|晩酌|人気|おすすめ|楽しめ)",
            "未成年|中学生|高校生|女子高生|男子高生|jk|dk|10代|十代|歳",
        ),
        (
            "children_drink",
            r"子(?:ども|供)(?:でも|も|にも)[^。.!?\n]{0,8}(?:飲め(?:る|ます|そう)|飲みやす|おすすめ)",
            "子ども|子供",
        ),
        (
            "school_drink",
            r"(?:制服|修学旅行|文化祭|部活(?:帰り|終わり)|放課後)(?:で|に|姿で|の)?[^。.!?\n]{0,8}(?:飲ん|飲む|乾杯|ビール|お酒|一杯)",
            "制服|修学旅行|文化祭|部活|放課後",
        ),
        unless=(_WARNED, _SOBER, r"居酒屋風|ok?bog"),
    ),
    *told(
        "fail",
        TRAFFIC,
        Said(en="Drinking and driving.", ja="飲酒運転を想起させる表現です。"),
        Said(
            en="Take it out; say “leave the car at home”.",
            ja="該当箇所を削除し、「飲んだら乗らない」「公共交通機関で」などに。",
        ),
        (
            "drunk_driving",
            r"(?:飲ん|呑ん)(?:で|だ(?:後|あと)(?:に|で|は)?|だまま)[^。.!?\n]{0,8}(?:運転|ドライブ|車で帰|バイクで|自転車で帰)|(?:運転|ドライブ)(?:中に?|しながら|の(?:お供|おとも))[^。.!?\n]{0,8}(?:ビール|お酒|ハイボール|ワイン|チューハイ|飲む|一杯)|車で(?:来|き)(?:た|て)[^。.!?\n]{0,6}(?:飲ん|呑ん)|飲酒運転",
            "運転|ドライブ|車で帰|車で来|車でき|バイクで|自転車で帰",
        ),
        unless=(_WARNED, _SOBER, r"乗らな|撲滅|根絶|なくそう|ゼロ"),
    ),
    *told(
        "fail",
        ALCOHOL,
        Said(
            en="Drinking while pregnant or nursing.",
            ja="妊娠中・授乳中の飲酒をすすめる、または想起させる表現です。",
        ),
        Said(
            en="Take it out, or warn of it.",
            ja="該当箇所を削除するか、「妊娠中や授乳期の飲酒は避けましょう」の注意文に。",
        ),
        (
            "pregnant",
            r"(?:妊娠中|妊婦|授乳中|授乳期|マタニティ)(?:でも|も|だけど|の(?:私|方|人)も|さん(?:でも|も|にも)|に|の)[^。.!?\n]{0,12}(?:飲ん|飲む|飲め|乾杯|ok|大丈夫|少しなら|一杯|晩酌|おすすめ)",
            "妊娠中|妊婦|授乳|マタニティ",
        ),
        unless=(_WARNED, _SOBER, r"我慢|飲まな|断酒"),
    ),
    *told(
        "fail",
        ALCOHOL,
        Said(en="Drinking at one draught, or making others drink.", ja="一気飲みや飲酒の強要にあたる表現です。"),
        _MODERATE,
        ("at_one_draught", r"(?:一気|イッキ|いっき)飲み|(?:一気|イッキ)コール", "一気|イッキ|いっき"),
        (
            "made_to_drink",
            r"(?:無理やり|無理矢理|強引に)飲ま|飲めない(?:人|やつ|奴)(?:に|は)[^。.!?\n]{0,6}(?:飲ませ|つまらな|ダサ)|飲ませ(?:よう|ちゃえ|ろ)",
            "無理やり飲|無理矢理飲|強引に飲|飲めない|飲ませ",
        ),
        unless=(_WARNED, _SOBER),
    ),
    *told(
        "warn",
        ALCOHOL,
        Said(en="It praises drinking much or being drunk.", ja="過度の飲酒や酩酊を肯定的に表現しています。"),
        _MODERATE,
        ("gulped", r"一気に(?:飲み干|飲ん|飲め)", "一気に"),
        (
            "dead_drunk",
            r"べろべろ|ベロベロ|べろんべろん|泥酔|千鳥足|記憶(?:が|を)?(?:飛ぶ|飛ん|飛ば|なくす|なくし)(?:まで|ほど|くらい)?|吐くまで|潰れるまで|つぶれるまで|限界まで飲|浴びるほど飲|朝まで飲み?",
            "べろべろ|ベロベロ|べろんべろん|泥酔|千鳥足|記憶|吐くまで|潰れるまで|つぶれるまで|限界まで飲|浴びるほど飲|朝まで飲",
        ),
        ("quickly_drunk", r"(?:すぐ|手っ取り早く|早く|安く)酔え(?:る|ます|て)", "酔え"),
        (
            "any_amount",
            r"(?:いくら|どれだけ|何杯|いくらでも)飲んでも[^。.!?\n]{0,10}(?:酔わな|大丈夫|平気|安心|翌日)",
            "飲んでも",
        ),
        (
            "drinking_contest",
            r"(?:飲み比べ勝負|早飲み|飲み干し(?:対決|チャレンジ)|ボトル一気)",
            "勝負|早飲み|対決|チャレンジ|ボトル一気",
        ),
        unless=(_WARNED, _SOBER),
    ),
    *told(
        "warn",
        ALCOHOL,
        Said(
            en="Drinking where it is dangerous: in the bath, in water, at sport, with medicine.",
            ja="入浴・水泳・運動中や服薬中など、危険な場面での飲酒を想起させます。",
        ),
        _MODERATE,
        (
            "in_water",
            r"(?:サウナ|入浴|お風呂|露天風呂|プール|水泳|海水浴|サーフィン|登山|ランニング|筋トレ|スノボ|スキー)(?:中(?:に|の)?|しながら|に入りながら|で泳ぎながら|の最中)[^。.!?\n]{0,8}(?:飲|ビール|一杯|お酒|呑|乾杯|ハイボール)",
            "中|ながら|最中",
        ),
        (
            "with_medicine",
            r"(?:薬|睡眠薬|風邪薬|痛み止め)(?:と一緒に|を飲(?:みながら|んで|んだ後))[^。.!?\n]{0,8}(?:飲|お酒|ビール|ワイン)",
            "薬|痛み止め",
        ),
        unless=(_WARNED, _SOBER),
    ),
    *told(
        "fail",
        HEALTH_ACT,
        Said(en="Alcohol is said to be good for health or beauty.", ja="お酒が健康や美容に良いという表現です。"),
        Said(en="Say how it tastes.", ja="味わいや楽しみ方の表現にしてください。"),
        (
            "healthy_drink",
            r"(?:お酒|日本酒|ビール|ワイン|焼酎|アルコール|ハイボール|梅酒|ウイスキー)(?:は|って|が|なら|を飲むと|を飲めば)[^。.!?\n]{0,10}(?:健康に(?:良|いい|よ)|体に(?:良|いい|よ)|痩せ|太らな|美容に|美肌|長生き|血液サラサラ|ダイエット|ポリフェノールで)",
            "健康に|体に|痩せ|太らな|美容に|美肌|長生き|血液|ダイエット|ポリフェノール",
        ),
        (
            "no_bad_drunk",
            r"悪酔い(?:に)?(?:しない|ならない|しません|なりません|知らず|しにくい)",
            "悪酔い",
        ),
        ("best_of_medicines", r"百薬の長", "百薬の長"),
        unless=(r"飲みすぎ|飲み過ぎ|水を飲|和らぎ水|ように", _SOBER),
    ),
    *told(
        "warn",
        ALCOHOL,
        Said(
            en="Alcohol as an answer to worries, or as the way to success.",
            ja="悩みの解決や成功・モテを飲酒と結びつけています。",
        ),
        _MODERATE,
        (
            "drown_sorrow",
            r"(?:嫌なこと|イヤなこと|悩み|失恋|不安|現実)(?:は|も|を|なんて)?[^。.!?\n]{0,6}(?:飲んで|お酒で|ビールで|酔って)[^。.!?\n]{0,6}(?:忘れ|吹き飛|解決)",
            "飲んで|お酒で|ビールで|酔って",
        ),
        ("drink_to_succeed", r"(?:これ(?:を|さえ)?)?飲めば(?:モテ|もて|自信|成功|緊張(?:しな|も)|すぐ寝)", "飲めば"),
        (
            "drink_to_sleep",
            r"(?:寝酒|ナイトキャップ|飲むとよく眠れ|飲めば眠れ)",
            "寝酒|ナイトキャップ|飲むとよく眠れ|飲めば眠れ",
        ),
        unless=(_WARNED, _SOBER),
    ),
)
