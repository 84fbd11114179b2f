"""What readers are told a verdict means: careful words, and never that something is against the law."""

from collections.abc import Mapping

from transforms.compliance import Said, Verdict

WORDS: Mapping[Verdict, Said] = {
    "pass": Said(en="nothing found", ja="問題は見つかりませんでした"),
    "unknown": Said(en="cannot tell", ja="判定できません"),
    "warn": Said(en="please check", ja="要確認"),
    "fail": Said(en="possible breach", ja="違反のおそれ"),
}
STATEMENT = Said(
    en="An aid, not legal advice: it finds wording worth a look, and a person decides.",
    ja="確認のための補助であり、法的助言ではありません。最終的な判断は担当者が行ってください。",
)
LOWERED: Mapping[str, Said] = {
    "permitted": Said(en="wording that may be used", ja="認められた表現のため"),
    "negation": Said(en="it is denied", ja="打ち消されているため"),
    "hearsay": Said(en="told as heard of others", ja="伝聞のため"),
    "question": Said(en="asked, not claimed", ja="疑問の形のため"),
    "wish": Said(en="wished for, not claimed", ja="願望の形のため"),
    "quotation": Said(en="quoted", ja="引用のため"),
}
"""Why a finding about wording is milder than its entry, by engine.FINDINGS' ``lowered_by``."""
