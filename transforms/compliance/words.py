"""How people say that a post is advertising: the forms that are clear, those that are weak, and those that deny it.

Patterns are over folded text (text.fold) as Python reads them; reading.searched gives them to Polars, which has no
look-around: ``(?=`` stands at ends only.
"""

_OPEN = r"[\[【\(〔〈《≪<〖『「]"
_CLOSE = r"[\]】\)〕〉》≫>〗』」]"
_WITHIN = r"[^\]】\)〕〉》≫>〗』」\n]{1,40}"
_TAG = r"[#♯]"
_TAG_ENDS = r"(?=[^\w]|$)"
_EDGE = r"(?a:\b)"
"""Of ASCII words: Japanese text may stand before and after."""
_LINE = r"(?m:^)"

OTHER = {
    "自己pr": "自己--",
    "pr times": "-- times",
    "prtimes": "--times",
    "pr会社": "--会社",
    "pr業界": "--業界",
    "pr代理店": "--代理店",
    **{
        f"{word}{tail}": f"{'〇' * len(word)}{tail}"
        for word in ("広告", "宣伝", "プロモーション")
        for tail in ("代理店", "業界", "会社", "業", "主", "費", "塔", "収入", "ブロック", "文句", "ビデオ", "コード")
    },
    **{f"{before}広告": f"{before}〇〇" for before in ("求人", "電車の", "駅の", "街の", "テレビの", "新聞の")},
}
"""Words in which a word of disclosure means something else, and what is read in their place: as long in characters and
in bytes, so that places stay."""

_JA = rf"(?:{_EDGE}p ?r{_EDGE}|広告|宣伝|プロモーション)"
_KIND = r"(?:案件|投稿|動画|記事|企画|タイアップ|ツイート|ポスト|ストーリー|リール)"

# What stands behind the word in a tag that still says "this is advertising": #pr案件, #prです, #pr_ミナモ堂.
_TAG_TAIL = rf"(?:{_KIND}|です|含む|を?含みます|あり|_\w*)?"

JA_HASHTAG = rf"{_TAG}(?:企業|商品|タイアップ|有料|有償)?(?:pr|広告|宣伝|プロモーション){_TAG_TAIL}{_TAG_ENDS}"
_JA_BRACKET = rf"{_OPEN}\s*(?:{_JA}{_KIND}?|タイアップ広告|有料広告|有償プロモーション)(?:\s*[:・/|×,、@]\s*{_WITHIN})?\s*{_CLOSE}"
# At the head of a line, and behind it nothing that would make it part of a longer name.
_JA_LINE = (
    rf"{_LINE}[^\w\n#♯@]*(?:pr{_KIND}?(?=$|\n|[^\w\s.&'#-]|[ \t]*(?:[|:/×※@#・!-]|[^\x00-\x7f]|$|\n))"
    rf"|(?:広告|宣伝|プロモーション){_KIND}?(?=[^\w\n#♯、。]|\n|$))"
)
_JA_SENTENCE = "|".join(
    (
        rf"{_JA}{_KIND}?(?:です(?=[^かが]|$)|になります|を?含みます|を?含んでいます|を含む|が?含まれ(?:ます|ています|る|ている))",
        rf"の{_JA}(?:活動|企画|キャンペーン)?(?:に|を)?(?:参加|協力|担当)(?:して|しま|中|させて)",
        rf"{_JA}(?:を)?(?:させて(?:いただ|頂|もら)|中です|しています)",
        r"の(?:商品)?モニター(?:として|に|で|企画)?(?:に|で)?(?:協力|参加)(?:中|して|しま|させて)",
        r"(?:から|より|に|の)[^\n。]{0,20}(?:ご)?提供(?:を)?(?:受け|いただ|頂|して(?:いただ|頂|もら))[^\n。]{0,30}"
        r"(?:投稿|紹介|レビュー|使用|試|使|感想|書)",
        r"\w(?:から|より)(?:の|お|ご)*(?:依頼|報酬|謝礼)(?:を)?(?:受け|いただ|頂|もら)",
        r"有料パートナーシップ|タイアップ投稿(?:です|$)|タイアップ広告|有償(?:案件|プロモーション)",
    )
)
JA_CLEAR = "|".join(f"(?:{p})" for p in (JA_HASHTAG, _JA_BRACKET, _JA_LINE, _JA_SENTENCE))
"""Clear under the Japanese standard: the words 広告, 宣伝, プロモーション, PR in a form that says it of this post."""

JA_NEEDS: list[str] = [
    "pr",
    "p r",
    "広告",
    "宣伝",
    "プロモーション",
    "提供",
    "モニター",
    "依頼",
    "報酬",
    "謝礼",
    "有料パートナーシップ",
    "タイアップ投稿",
    "有償",
]
"""One of these stands in everything that is clear: looked for first, in all texts at once."""

EN_HASHTAG = (
    rf"{_TAG}(?:ad|ads|advert|advertisement|advertising|sponsored|sponsoredpost|sponsoredcontent|paidad|paidpost"
    rf"|paidpartnership|paid_partnership|paidpromotion)(?:_\w*)?{_TAG_ENDS}"
)
_EN_BRACKET = (
    rf"{_OPEN}\s*(?:ad|advert|advertisement|sponsored|paid ad|paid partnership|paid promotion)"
    rf"(?:\s*[:・/|,@]\s*{_WITHIN})?\s*{_CLOSE}"
)
_EN_LINE = rf"{_LINE}[^\w\n#♯@]*(?:ad|advert|advertisement|sponsored|paid partnership)(?=[ \t]*(?:[:|/!*•-]|\n|$))"
_EN_SENTENCE = "|".join(
    (
        r"paid partnership with",
        rf"{_EDGE}(?:sponsored|paid for) by [@\w]",
        r"this (?:post|video|reel|story|content|pin) (?:is|was|contains|includes) (?:an? )?(?:paid )?"
        rf"(?:ad|advert|advertisement|sponsored|sponsorship|paid promotion|promotion){_EDGE}",
        rf"{_EDGE}(?:i was|i am|i'm|we were|we are|we're) (?:being )?(?:paid|sponsored) (?:by|to) ",
        r"in (?:a )?paid (?:partnership|collaboration) with",
        rf"{_EDGE}[a-z0-9_.]+ (?:paid|sponsored) me{_EDGE}",
        rf"{_EDGE}(?:sent|gave|gifted) (?:me|us) (?:this|these|the|a|some|their)[^\n.]{{0,40}}"
        r" (?:for free|free of charge|to (?:try|review|test))",
        r"(?:got|received) (?:this|these|it|the product)[^\n.]{0,30} (?:for free|free) (?:from|thanks to)",
    )
)
EN_CLEAR = "|".join(f"(?:{p})" for p in (EN_HASHTAG, _EN_BRACKET, _EN_LINE, _EN_SENTENCE))
"""Clear under the United States guides: #ad, #sponsored, or a sentence that says who paid."""

WEAK = "|".join(
    (
        rf"{_TAG}(?:商品|サンプル)?(?:提供|タイアップ|協賛|モニター|アンバサダー|ギフティング|献本|案件|企業案件|コラボ)\w*",
        rf"{_TAG}(?:sp|spon|spons|collab|collaboration|partner|partnership|ambassador|thanks\w*|thankyou\w*|gifted"
        rf"|gifting|giftedpr|prgift|prpackage|supported|invited|hosted)(?:_\w*)?{_TAG_ENDS}",
        rf"{_TAG}\w+(?:アンバサダー|モニター|ambassador|partner){_TAG_ENDS}",
        rf"{_OPEN}\s*(?:提供|協賛|タイアップ|コラボ|案件|企業案件|モニター)[^\n]{{0,30}}?{_CLOSE}",
        rf"{_LINE}\s*(?:提供|協賛)\s*[:/|]",
        r"(?:様|さま|さん)(?:から|より|に)[^\n。]{0,12}(?:いただき|頂き|もらい)ました",
        r"(?:ご)?提供(?:を)?(?:いただ|頂|受け(?:ま|て)|して(?:いただ|頂|もら)|ありがとう|品)|無償提供|商品提供",
        r"(?:ご)?(?:協賛|招待)(?:で|を)?(?:いただ|頂|受け)",
        r"(?:ご)?依頼(?:で|を)?(?:いただ|頂|受け)|(?:お仕事|案件)(?:です|投稿|でご紹介|で紹介)",
        r"モニター(?:に?当選|させて|中|体験)|(?:商品|体験)モニター",
        r"アンバサダー(?:をして|を務め|に就任|として|です|をさせて)|タイアップ|コラボ(?:です|させて|商品)",
        rf"{_EDGE}thanks?(?: you)?(?: so much)? (?:to )?@\w+|{_EDGE}c/o @?\w+|courtesy of|in collaboration with",
        rf"partnered with|brand ambassador|gifted by|{_EDGE}pr (?:package|box|haul|mail|gift|unboxing){_EDGE}",
    )
)
"""Says that there is some relation, and leaves open whether it was paid."""

UNCLEAR = rf"{_JA}|{_EDGE}(?:ad|sponsored|advertisement){_EDGE}"
"""The word stands there, in a form that may mean something else."""

# "Even if it were no ad" and "when it was none yet" deny nothing of this post.
_NO = r"(?:ありません|(?:ない|無い)(?=と[^き]|[^時頃日と]|$)|なく(?=て[^も]|[^てと]|て?$))"
DENIED = "|".join(
    (
        rf"(?:案件|{_EDGE}pr|広告|宣伝|プロモーション|タイアップ|依頼)(?:投稿)?(?:で(?:は|も)?|じゃ|とかじゃ|でもなんでも){_NO}",
        r"(?:案件|依頼|お金|報酬|提供|協賛)(?:など)?(?:を|は|も)?(?:一切)?(?:受けて|もらって|頂いて|いただいて)(?:い)?(?:ない|ません)",
        r"第三者として",
        r"個人の感想です",
        rf"{_EDGE}(?:not|isn't|never) (?:an? )?(?:ad|advert|advertisement|sponsored|paid){_EDGE}",
        rf"{_TAG}(?:notsponsored|notanad|notpaid|unsponsored|案件じゃない\w*){_TAG_ENDS}",
    )
)
"""Says that this is not advertising, or the opinion of somebody who has no part in it."""

DOUBTED = "|".join(
    (
        r"(?:自腹|自費|実費)(?:で)?(?:の)?(?:購入|買|レビュー)",
        rf"{_TAG}自腹\w*",
        r"忖度(?:なし|無し|一切)",
        r"ステマ(?:で(?:は|も)?|じゃ|とかじゃ)(?:ない|ありません|無い)",
        r"bought (?:it|this|these|them) (?:myself|with my own money)",
    )
)
"""Lets a reader doubt that anybody paid: true of an earlier purchase, misleading of this one."""

LOOKALIKE = (
    rf"[#♯\[【(]\s*(?:[\u0440\u03c1][r\u0433\u1d26]|p[\u0433\u1d26]){_TAG_ENDS}"
    r"|[\U0001f17f\U0001f15f]\s?[\U0001f181\U0001f161]"
)
"""Looks like PR and is written with letters of another script or as pictures, so that no search finds it."""

EMPLOYED = (
    r"(?:社員|従業員|スタッフ|店員|美容部員|店長|広報|中の人|マーケ担当|勤務|で働いて|に勤めて|入社)"
    r"|(?:i work (?:for|at)|my employer|employee|our team at|on staff)"
)
"""Says concretely that the author works for somebody."""


HASHTAG = r"[#♯][^\s#♯]"
"""The start of any hashtag."""
