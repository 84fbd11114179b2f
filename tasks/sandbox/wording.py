"""What the people of the simulated world write: captions as influencers word them, labelled well, badly or not."""

from dataclasses import dataclass
from typing import Literal

from tasks.sandbox.campaigns import Campaign
from tasks.sandbox.cast import Account
from tasks.sandbox.draws import Draws

Label = Literal["clear", "buried", "missing", "weak", "denied", "label_only", "removed"]
"""How a post says that it is advertising: clearly, where nobody sees it, not at all, in a word that leaves it open,
clearly and denied in the same breath, by the platform's label alone, or clearly until its author edits it."""
Claim = Literal["spots", "spots_denied", "driving"]
"""What a post says beyond what may be said of the product; a claim that is denied is none."""
Tag = Literal["plain", "full_width", "run_together", "misspelt", "cut_off"]

_OPENINGS = {
    "A": (
        "梅雨の晴れ間、ベランダの紫外線がもう夏☀️",
        "撮影で朝から外にいた日。",
        "週末は海沿いをお散歩してきました🌊",
        "最近の通勤バッグの中身、更新しました。",
        "敏感な時期の私の肌、相談にのってください🥺",
        "子どもの運動会、今年は日焼け対策を本気で。",
        "「日焼け止めって重くない？」とDMをいただいたので。",
        "朝の5分スキンケア、最近の順番はこれ。",
    ),
    "B": (
        "仕事終わりの一杯がおいしい季節になりました🍻",
        "夏祭りの屋台みたいな夜ごはん。",
        "ベランダに小さな提灯を吊るしてみた。",
        "枝豆ゆでて、風鈴出して、準備完了🎐",
        "友だちと浴衣で集合した土曜日。",
        "ひとり晩酌の記録、今夜の相棒はこちら。",
    ),
}
_BODIES = {
    "A": (
        "{product}、みずみずしくてするっと伸びます。下地の前に2プッシュが私の定番。",
        "白くならないのがうれしい{product}。メイクの上から重ねても崩れにくかったです（わたしの場合）。",
        "{product}はせっけんで落とせるから、夜のクレンジングがらく。",
        "テクスチャーは動画のとおり。{product}、香りもやさしいゆず系でした🍋",
        "{brand}の{product}を2週間使ってみた正直レビューです。ポンプ式なのも朝は助かる。",
    ),
    "B": (
        "{product}、ゆずの香りがふわっときて、あとくちすっきり。冷やしすぎないのがおすすめです。",
        "{brand}さんの{product}、唐揚げと合わせたら止まらない。",
        "グラスに注ぐと夕焼け色。{product}は缶のデザインもかわいい。",
        "{product}片手に線香花火。こういう夜がいちばん夏っぽい。",
    ),
}
_CLOSINGS = {
    "A": ("みんなの夏の必需品も教えてね。", "気になる方は保存して見返してください🔖", "質問はコメントでどうぞ！", ""),
    "B": ("お酒は20歳になってから。", "お酒は20歳になってから。飲みすぎ注意🍶", "20歳未満の飲酒はだめ、ぜったい。"),
}
_EN_OPENINGS = (
    "Humid Tokyo evenings call for something cold 🏮",
    "First matsuri of the season and my yukata finally fits.",
    "Balcony, paper lanterns, zero plans.",
    "Trying every summer craft beer so you don't have to.",
)
_EN_BODIES = (
    "{product} (Yoimachi Ale) smells like yuzu and finishes clean. Better a little less than ice cold.",
    "Poured {product} by {brand} into a proper glass: sunset in a pint.",
    "Paired {product} with fried chicken from the corner shop. No notes.",
)
_EN_CLOSINGS = ("Drink responsibly, 20+ in Japan.", "20+ only. Please drink responsibly 🍺")
_CODE = {"ja": "クーポン「{code}」で10%オフ。", "en": "Code {code} gets you 10% off."}
_CLEAR = {"ja": ("#PR", "【PR】", "{brand}のプロモーションです。"), "en": ("#ad", "#PR ", "[Ad with {brand}] ")}
_GENERIC_TAGS = {
    "A": (
        "#スキンケア",
        "#日焼け止め",
        "#美容好きさんと繋がりたい",
        "#夏メイク",
        "#垢抜け",
        "#コスメ好き",
        "#毎日メイク",
        "#紫外線対策",
    ),
    "B": ("#晩酌", "#クラフトビール", "#夏祭り", "#おうち居酒屋", "#おつまみ", "#宅飲み"),
}
_EN_TAGS = ("#craftbeer", "#tokyolife", "#japansummer", "#matsuri", "#beerstagram")
_ORGANIC = {
    "ja": (
        "今週のお弁当まとめ。卵焼きだけは毎日入れる派です🍳 #お弁当記録",
        "模様替えしました。窓際に本棚、思ったより落ち着く。 #部屋づくり",
        "朝焼けがきれいだったのでおすそわけ。 #空が好き",
        "新しいスニーカーで一万歩。 #散歩の記録",
        "近所にできた喫茶店のプリンが固めで最高でした🍮 #喫茶店めぐり",
        "うちの猫、今日も箱から出てこない🐈 #猫のいる暮らし",
        "読み終わった本を3冊だけ紹介します。 #読書記録",
        "雨の日は餃子を包むに限る🥟",
    ),
    "en": (
        "Rainy day gyoza, batch number four. #homecooking",
        "Three books I finished this month and one I didn't. #bookstack",
        "Found a kissaten with the firmest pudding in town 🍮 #tokyocafe",
        "Ten thousand steps in new sneakers. #citywalk",
    ),
}
_TITLES = {
    "A": ("【正直レビュー】{product}を2週間使った結果", "夏の朝スキンケア | {product}の使い方"),
    "B": ("{product}で夏の晩酌セット", "【乾杯】{product}と屋台めし3品"),
}
_EN_TITLES = ("Brewing up a Tokyo summer with {brand}", "I tried {product} with matsuri street food")
_ORGANIC_TITLES = {
    "ja": ("ひとり暮らしの平日ルーティン", "お部屋の模様替え、ぜんぶ見せます", "作り置き5品の日曜日"),
    "en": ("A quiet week in Tokyo", "Sunday meal prep, five dishes", "Small flat, big bookshelf"),
}
_CLAIMS: dict[Claim, str] = {
    "spots": "使い続けたらシミが消えました。",
    "spots_denied": "シミが消えるわけではないけれど、毎朝の習慣に。",
    "driving": "週末のドライブのお供にお酒を一杯。",
}
_WEAK = "#タイアップ"
_DENIED = "※案件ではありません。"
_MISSPELT = {"#朝凪UV": "#朝凪 UV", "#宵待エール": "#宵待工ール", "#朝凪ミスト": "#朝凪 ミスト"}
"""Typing slips that hide the designated tag: a blank within the word; the kanji 工 for the kana エ."""


@dataclass(frozen=True, slots=True)
class Writing:
    """What a post says. YouTube has a title; elsewhere it is empty."""

    title: str
    caption: str


def sponsored(
    draws: Draws,
    campaign: Campaign,
    name: str,
    account: Account,
    *,
    code: str | None,
    label: Label,
    tag: Tag,
    claim: Claim | None = None,
) -> Writing:
    """The words of a campaign post. ``name`` identifies the post for the draws."""
    letter = "B" if campaign.letter == "B" else "A"
    platform, language = account.platform, account.language
    words = _words(draws, letter, name, language)
    fill = {"brand": campaign.brand, "product": campaign.product, "code": code or ""}
    text = [part.format(**fill) for part in words if part]
    if code:
        text.append(_CODE[language].format(**fill))
    if claim is not None:
        text.insert(2, _CLAIMS[claim])
    if draws.happens(0.6, "mention", name):
        text.append(campaign.mention)
    tags = _tags(draws, letter, name, language, many=label == "buried")
    mine = {
        "plain": campaign.hashtag,
        "full_width": campaign.hashtag.replace("#", "＃"),
        "run_together": f"#PR{campaign.hashtag}",
        "misspelt": _MISSPELT[campaign.hashtag],
        "cut_off": campaign.hashtag,
    }[tag]
    if tag == "cut_off":  # longer than the 150 characters that TikTok tells, the tag last
        text += [part.format(**fill) for part in (_EN_BODIES if language == "en" else _BODIES[letter])]
        text.append(" ".join([*_EN_TAGS, *_GENERIC_TAGS[letter]]))
    elif platform == "tiktok":
        text.insert(1, mine)
        mine = ""
    if tag != "run_together":
        text = _labelled(text, label, draws.pick(_CLEAR[language], "label", name).format(**fill).strip())
    ends = [*tags[:7], mine, *tags[7:], "#pr"] if label == "buried" else [mine, *tags]
    if tag == "cut_off":
        ends = [mine]
    title = ""
    if platform == "youtube":
        titles = _EN_TITLES if language == "en" else _TITLES[letter]
        title = draws.pick(titles, "title", name).format(**fill)
    joint = " " if platform == "tiktok" else "\n"
    gap = "\n.\n.\n.\n.\n" if label == "buried" and platform == "instagram" else joint
    return Writing(title, joint.join(text) + gap + " ".join(end for end in ends if end))


def _labelled(text: list[str], label: Label, mark: str) -> list[str]:
    """The text with what its author says of the disclosure, in front of it and behind."""
    front: dict[Label, list[str]] = {"clear": [mark], "denied": [mark], "weak": [_WEAK]}
    return [*front.get(label, []), *text, *([_DENIED] if label == "denied" else [])]


def organic(draws: Draws, name: str, platform: str, language: str) -> Writing:
    """The words of a post that has nothing to do with any campaign."""
    title = draws.pick(_ORGANIC_TITLES[language], "title", name) if platform == "youtube" else ""
    return Writing(title, draws.pick(_ORGANIC[language], "organic", name))


def _words(draws: Draws, letter: str, name: str, language: str) -> tuple[str, str, str]:
    if language == "en":
        sets = (_EN_OPENINGS, _EN_BODIES, _EN_CLOSINGS)
    else:
        sets = (_OPENINGS[letter], _BODIES[letter], _CLOSINGS[letter])
    opening, body, closing = (draws.pick(said, kind, name) for kind, said in enumerate(sets))
    return opening, body, closing


def _tags(draws: Draws, letter: str, name: str, language: str, *, many: bool) -> list[str]:
    pool = _EN_TAGS if language == "en" else _GENERIC_TAGS[letter]
    start = draws.whole(0, len(pool) - 1, "tags", name)
    number = len(pool) if many else draws.whole(1, 4, "how many tags", name)
    return [pool[(start + n) % len(pool)] for n in range(number)]
