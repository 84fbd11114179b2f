"""How people say that a post is advertising: the forms that are clear, those that are weak, and those that deny it.

Patterns are over folded text (text.fold) in the syntax that Polars and Python both read: no look-around.
"""

_OPEN = r"[\[【\(〔〈《≪<〖『「]"
_CLOSE = r"[\]】\)〕〉》≫>〗』」]"
_TAG = r"[#♯]"
_TAG_ENDS = r"(?:[^\w]|$)"
_JA = r"(?:pr|広告|宣伝|プロモーション)"
_KIND = r"(?:案件|投稿|動画|記事|企画|タイアップ|ツイート|ポスト|ストーリー|リール)"

# What stands behind the word in a tag that still says "this is advertising": #pr案件, #prです, #pr_ミナモ堂.
_TAG_TAIL = rf"(?:{_KIND}|です|含む|を?含みます|あり|_\w*)?"

JA_HASHTAG = rf"{_TAG}(?:企業|商品|タイアップ|有料|有償)?{_JA}{_TAG_TAIL}{_TAG_ENDS}"
_JA_BRACKET = rf"{_OPEN}\s*(?:{_JA}{_KIND}?|タイアップ広告|有料広告|有償プロモーション)(?:\s*[:・/|×,、@]\s*[^\]】\)〕〉》≫>〗』」\n]{{1,40}})?\s*{_CLOSE}"
_JA_LINE = (
    rf"(?:^|\n)[\s※*・■◆●▼▽☆★→✔✨:|/-]*(?:pr{_KIND}?(?:[\s:|/・,、!*※×@-]|$)|(?:広告|宣伝|プロモーション){_KIND}?"
    r"[ \t]*(?:[:|/・※×@]|\n|$))"
)
_JA_SENTENCE = "|".join(
    (
        rf"(?:pr|広告|宣伝|プロモーション){_KIND}?(?:です(?:[^か]|$)|になります|を?含みます|を?含んでいます|を含む|が?含まれ(?:ます|ています|る|ている))",
        r"の(?:pr|広告|宣伝|プロモーション)(?:活動|企画|キャンペーン)?(?:に|を)?(?:参加|協力|担当)(?:して|しま|中|させて)",
        r"(?:の)?(?:商品)?モニター(?:として|に|で|企画)?(?:に|で)?(?:協力|参加)(?:中|して|しま|させて)",
        r"(?:様|さま|さん|社|株式会社\w{0,20}|\w{1,20})?(?:から|より|に|の)[^\n。]{0,20}(?:ご)?提供(?:を)?(?:受け|いただ|頂|頂き|して(?:いただ|頂|もら))[^\n。]{0,30}"
        r"(?:投稿|紹介|レビュー|使用|試|使|感想|書)",
        r"(?:様|さま|さん|社)(?:から|より)(?:の)?(?:お)?(?:依頼|ご依頼|報酬|謝礼)(?:を)?(?:受け|いただ|頂|もら)",
        r"有料パートナーシップ|タイアップ投稿(?:です|$)|タイアップ広告|有償(?:案件|プロモーション)",
    )
)
JA_CLEAR = "|".join(f"(?:{p})" for p in (JA_HASHTAG, _JA_BRACKET, _JA_LINE, _JA_SENTENCE))
"""Clear under the Japanese standard: the words 広告, 宣伝, プロモーション, PR in a form that says it of this post."""

EN_HASHTAG = (
    rf"{_TAG}(?:ad|ads|advert|advertisement|advertising|sponsored|sponsoredpost|sponsoredcontent|paidad|paidpost"
    rf"|paidpartnership|paid_partnership|paidpromotion)(?:_\w*)?{_TAG_ENDS}"
)
_EN_BRACKET = (
    rf"{_OPEN}\s*(?:ad|advert|advertisement|sponsored|paid ad|paid partnership|paid promotion)"
    rf"(?:\s*[:・/|,@]\s*[^\]】\)〕〉》≫>〗』」\n]{{1,40}})?\s*{_CLOSE}"
)
_EN_LINE = r"(?:^|\n)[\s*•>\-✨]*(?:ad|advert|advertisement|sponsored|paid partnership)[ \t]*(?:[:|/!*•-]|\n|$)"
_EN_SENTENCE = "|".join(
    (
        r"paid partnership with",
        r"(?:sponsored|paid for) by [@\w]",
        r"this (?:post|video|reel|story|content|pin) (?:is|was|contains|includes) (?:an? )?(?:paid )?(?:ad|advert|advertisement|sponsored|sponsorship|paid promotion|promotion)(?:[^a-z]|$)",
        r"(?:i was|i am|i'm|we were|we are|we're) (?:being )?(?:paid|sponsored) (?:by|to) ",
        r"in (?:a )?paid (?:partnership|collaboration) with",
        r"@?[a-z0-9_.]+ (?:paid|sponsored) me(?:[^a-z]|$)",
        r"(?:sent|gave|gifted) (?:me|us) (?:this|these|the|a|some|their)[^\n.]{0,40} (?:for free|free of charge|to (?:try|review|test))",
        r"(?:got|received) (?:this|these|it|the product)[^\n.]{0,30} (?:for free|free) (?:from|thanks to)",
    )
)
EN_CLEAR = "|".join(f"(?:{p})" for p in (EN_HASHTAG, _EN_BRACKET, _EN_LINE, _EN_SENTENCE))
"""Clear under the United States guides: #ad, #sponsored, or a sentence that says who paid."""

WEAK = "|".join(
    (
        rf"{_TAG}(?:商品)?(?:提供|タイアップ|協賛|モニター|アンバサダー|サンプル提供|ギフティング|献本|案件|コラボ)\w*",
        rf"{_TAG}(?:sp|spon|spons|collab|collaboration|partner|partnership|ambassador|thanks\w*|thankyou\w*|gifted|gifting|giftedpr|prgift|prpackage|supported|invited|hosted)(?:_\w*)?{_TAG_ENDS}",
        rf"{_TAG}\w+(?:アンバサダー|モニター|ambassador|partner){_TAG_ENDS}",
        rf"{_OPEN}\s*(?:提供|協賛|タイアップ|コラボ|案件|モニター)[^\n]{{0,30}}?{_CLOSE}",
        r"(?:^|\n)\s*(?:提供|協賛)\s*[:/|]",
        r"(?:様|さま|さん)(?:から|より|に)[^\n。]{0,12}(?:いただき|頂き|もらい)ました",
        r"アンバサダー(?:をして|を務め|に就任|として|です)|タイアップ|コラボ(?:です|させて|商品)",
        r"(?:^|[^a-z])(?:thanks?(?: you)?(?: so much)? (?:to )?@\w+|c/o @?\w+|courtesy of|in collaboration with|partnered with|brand ambassador|gifted by)",
    )
)
"""Says that there is some relation, and leaves open whether it was paid."""

UNCLEAR = r"(?:^|[^a-z0-9])pr(?:[^a-z0-9]|$)|広告|宣伝|プロモーション|(?:^|[^a-z0-9])(?:ad|sponsored|advertisement)(?:[^a-z0-9]|$)"
"""The word stands there, in a form that may mean something else."""

DENIED = "|".join(
    (
        r"(?:案件|pr|広告|宣伝|ステマ|プロモーション|タイアップ|依頼)(?:投稿)?(?:で(?:は|も)?|じゃ|とかじゃ|でもなんでも)(?:ない|ありません|無い|なく)",
        r"(?:案件|依頼|お金|報酬)(?:を|は|も)?(?:受けて|もらって|頂いて|いただいて)(?:い)?(?:ない|ません)",
        r"第三者として",
        r"個人の感想です",
        r"(?:^|[^\w])(?:not|isn't|not an|not a|never) (?:an? )?(?:ad|advert|advertisement|sponsored|paid)(?:[^a-z0-9]|$)",
        rf"{_TAG}(?:notsponsored|notanad|notpaid|unsponsored|案件じゃない\w*|ステマじゃない\w*)",
    )
)
"""Says that this is not advertising, or the opinion of somebody who has no part in it."""

DOUBTED = "|".join(
    (
        r"(?:自腹|自費|実費)(?:で)?(?:の)?(?:購入|買|レビュー)",
        rf"{_TAG}自腹\w*",
        r"忖度(?:なし|無し|一切)",
        r"bought (?:it|this|these|them) (?:myself|with my own money)",
    )
)
"""Lets a reader doubt that anybody paid: true of an earlier purchase, misleading of this one."""

LOOKALIKE = r"[#♯\[【(]\s*(?:[\u0440\u03c1][r\u0433\u1d26]|p[\u0433\u1d26])(?:[^\w]|$)"
"""Looks like PR and is written with letters of another script, so that no search finds it."""

EMPLOYED = (
    r"(?:社員|従業員|スタッフ|店員|美容部員|店長|広報|中の人|マーケ担当|勤務|で働いて|に勤めて|入社)"
    r"|(?:i work (?:for|at)|my employer|employee|our team at|on staff)"
)
"""Says concretely that the author works for somebody."""


HASHTAG = r"[#♯][^\s#♯]"
"""The start of any hashtag."""
