"""Each code of a closed set has a name in Japanese and in English."""

from collections.abc import Mapping

import polars as pl

from transforms.kpis import Label
from transforms.tables.labels import LABELS


def _named(**codes: tuple[str, str]) -> dict[str, Label]:
    return {code: Label(en, ja) for code, (en, ja) in codes.items()}


NAMES: Mapping[str, Mapping[str, Label]] = {
    "platform": _named(
        instagram=("Instagram", "Instagram"), tiktok=("TikTok", "TikTok"), youtube=("YouTube", "YouTube"), x=("X", "X")
    ),
    "tier": _named(
        nano=("Nano", "ナノ"),
        micro=("Micro", "マイクロ"),
        mid=("Mid", "ミドル"),
        middle=("Middle", "ミドル"),
        macro=("Macro", "マクロ"),
        mega=("Mega", "メガ"),
    ),
    "objective": _named(
        awareness=("Awareness", "認知"),
        engagement=("Engagement", "エンゲージメント"),
        traffic=("Traffic", "サイト誘導"),
        sales=("Sales", "販売"),
    ),
    "route": _named(
        direct=("Direct", "直接契約"),
        agency_directed=("Agency, directed", "代理店(運用込み)"),
        agency_platform=("Agency, platform", "代理店(プラットフォーム)"),
    ),
    "format": _named(
        image=("Image", "画像"),
        carousel=("Carousel", "カルーセル"),
        video=("Video", "動画"),
        reel=("Reel", "リール"),
        short=("Short", "ショート"),
        story=("Story", "ストーリーズ"),
        live=("Live", "ライブ"),
        text=("Text post", "テキスト"),
        unknown=("Post", "投稿"),
    ),
    "paid_label": _named(
        on=("Labelled", "表記あり"), off=("Not labelled", "表記なし"), unknown=("Label unknown", "不明")
    ),
    "state": _named(
        provisional=("Provisional", "暫定"),
        final=("Final", "確定"),
        first=("First day seen", "初回"),
        gap=("After a gap", "欠測後"),
        restated=("Corrected later", "後日訂正"),
    ),
    "relation": _named(
        paid=("Paid", "有償"),
        gift=("Given the product", "商品提供"),
        employee=("Employee", "従業員"),
        none=("None", "なし"),
    ),
    "compliance_verdict": _named(
        **{"pass": ("Nothing found", "問題は見つかりませんでした")},
        unknown=("Cannot tell", "判定できません"),
        warn=("Please check", "要確認"),
        fail=("Possible breach", "違反のおそれ"),
    ),
    "verdict": _named(
        met=("Met", "達成"),
        missed=("Missed", "未達"),
        ahead=("Ahead of pace", "順調"),
        behind=("Behind pace", "遅れ"),
        unknown=("Cannot be told", "判定できません"),
    ),
    "reason": _named(
        not_reported=("Not reported by the platform", "媒体が公表していません"),
        hidden=("Hidden by the creator", "投稿者が非公開"),
        too_small_to_report=("Too small for the platform to report", "少数のため媒体が非開示"),
        not_yet=("Not available yet", "まだ取得できません"),
        expired=("No longer available", "取得期限切れ"),
        no_access=("The creator has given no access", "インサイト未共有"),
        no_cost=("Cost not known", "費用が不明"),
        no_goal=("No goal agreed", "目標の設定なし"),
        not_tracked=("No code or link", "コード・リンクなし"),
        no_posts=("No posts yet", "投稿なし"),
        no_followers=("Followers at posting not known", "投稿時のフォロワー数が不明"),
        no_rate=("No exchange rate of the day", "当日の為替レートなし"),
        no_rate_card=("No rate card", "単価表(EMV)なし"),
        no_margin=("No margin in the brief", "粗利率の設定なし"),
        zero_denominator=("Nothing to divide by: 0", "分母が0"),
        definition_changed=("The platform changed its definition", "媒体の定義変更"),
        gap=("A night is missing", "取得できなかった日あり"),
        not_seen=("No source has told of this post", "投稿を確認できません"),
        no_history=("Not followed long enough before", "開始前の記録が不足"),
        too_few_posts=("Too few posts to compare with", "比較できる投稿が不足"),
        no_market=("Neither market size nor audience overlap is given", "市場規模・重複データなし"),
        no_rivals=("No rival is named in the brief", "競合の設定なし"),
        not_judged=("Caption cut off or not told: cannot be judged", "本文を取得しきれず判定できません"),
        no_rules=("No rule binds the post", "対象となるルールなし"),
    ),
}


def frame() -> pl.DataFrame:
    """ref.labels: every code with its names."""
    rows = [(kind, code, n.ja, n.en) for kind, names in NAMES.items() for code, n in names.items()]
    return pl.DataFrame(rows, schema=LABELS.schema, orient="row").sort(LABELS.key)
