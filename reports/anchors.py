"""Where a row of "All data" stands in the page, so that a figure leads to the rows behind it without any script."""

from hashlib import sha256

CREATORS = "data-creators"
POSTS = "data-posts"
DAYS = "data-days"
TOTALS = "data-totals"


def creator(influencer_id: object) -> str:
    """The id of a creator's row. What the roster calls people may hold anything, so it is told by its digest."""
    return f"creator-{_short(str(influencer_id))}"


def post(platform: object, post_id: object) -> str:
    """The id of a post's row."""
    return f"post-{_short(f'{platform}/{post_id}')}"


def _short(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]
