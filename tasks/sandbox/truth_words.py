"""What a reader of the simulated posts would say of their disclosure and wording, told by how they were written."""

from tasks.sandbox.knowledge import Known
from tasks.sandbox.posting import Post

TOLD_OF_TIKTOK = 150
"""Characters of a caption that TikTok tells."""
_SHOWN = {"instagram": 125, "tiktok": 100, "youtube": 100}
"""Characters that a reader sees without asking for more."""
_MARKS = ("#pr", "【pr】", "のプロモーションです")
"""What the people of this world write when they write it clearly, for readers in Japan."""
_VAGUE = ("#ad ", "[ad with", "#タイアップ")
"""What some write instead: English, or a word that leaves it open."""
_FORBIDDEN = {"spots": "シミが消えました", "driving": "ドライブのお供に"}


def discloses(k: Known) -> bool | None:
    """Whether the post, as last seen, says clearly that it is advertising; None where what is told cannot say."""
    post, said = k.post, _told(k)
    if post.label == "label_only":
        return True  # a person saw the label, and noted it
    if post.label == "denied":
        return False
    found = [at for mark in _MARKS if (at := said.casefold().find(mark)) >= 0]
    if not found:
        is_vague = any(mark in said.casefold() for mark in _VAGUE)
        return None if _is_cut(post, said) and not is_vague else False
    return min(found) <= _SHOWN[post.platform]


def keeps_to_the_guideline(k: Known) -> bool | None:
    """Whether it has what the brief asks and claims nothing that may not be claimed; None where that cannot be told."""
    post, said = k.post, _told(k)
    if post.claim in _FORBIDDEN and _FORBIDDEN[post.claim] in said:
        return False
    if _is_cut(post, said):
        return None
    return post.matched != "manual"  # its designated hashtag is misspelt


def _told(k: Known) -> str:
    whole = k.post.caption_at(k.seen_at)
    return whole[:TOLD_OF_TIKTOK] if k.post.platform == "tiktok" else whole


def _is_cut(post: Post, said: str) -> bool:
    return post.platform == "tiktok" and len(said) >= TOLD_OF_TIKTOK
