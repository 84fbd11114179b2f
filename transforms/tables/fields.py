"""Every column that more than one table has, with its unit and meaning, said once."""

from transforms.contracts import Field, change, count, date, flag, instant, key, money, real, text

PLATFORMS = ("instagram", "tiktok", "youtube", "x")

REASONS = (
    "not_reported",  # the platform does not tell this figure, or left it out
    "hidden",  # the creator hides it
    "too_small_to_report",  # the platform withholds small numbers
    "not_yet",  # too early to be told
    "expired",  # it could be asked once and no longer
    "no_access",  # the creator has given no access
    "no_cost",  # a part of the cost is not known
    "no_rate",  # an amount is in another currency, and there is no exchange rate of its day
    "no_rate_card",  # no card of the workspace values the post
    "no_goal",  # no target was agreed
    "not_tracked",  # no code or link leads here
    "no_posts",  # nothing has been posted yet
    "no_followers",  # follower count at posting time unknown
    "no_margin",  # the brief states no margin
    "zero_denominator",  # both sides are known, and the lower one is zero
    "definition_changed",
    "gap",  # a night is missing
    "not_seen",  # no source has told of this post
    "no_history",  # the account was not followed long enough before
    "too_few_posts",  # too few comparable posts to say what is usual
    "no_market",  # neither the market's size nor the audiences' overlap is given
    "no_rivals",  # the brief names no rival
    "not_judged",  # the caption is cut off or not told, so nobody can say whether it keeps the rules
    "no_rules",  # no rule of the market or the brief binds the post
)

METRICS = (
    "views",
    "engaged_views",
    "impressions",
    "reach",
    "likes",
    "comments",
    "shares",
    "saves",
    "clicks",
    "watch_seconds",
    "completions",
)

_METRIC_MEANINGS = {
    "views": "Plays or views so far, as the platform counts them today (ref.metric_definitions).",
    "engaged_views": "YouTube's engaged views so far: the meaning that `views` had before its redefinition.",
    "impressions": "Times the post was shown so far.",
    "reach": "Distinct accounts that saw the post since publication. Never summed over posts or days.",
    "likes": "Likes so far.",
    "comments": "Comments so far, replies as the platform counts them.",
    "shares": "Shares, reposts or quotes so far.",
    "saves": "Saves or bookmarks so far.",
    "clicks": "Clicks on the post's own link so far, where the platform tells.",
    "watch_seconds": "Seconds watched so far, over all viewers.",
    "completions": "Plays to the end so far, where the platform tells.",
}


def _metric(name: str, meaning: str) -> Field:
    return count(name, meaning, unit="seconds" if name == "watch_seconds" else "count")


FIELDS: tuple[Field, ...] = (
    # who and what
    text("platform", "Social network.", among=PLATFORMS),
    text("account_id", "The platform's id of the account."),
    key("account_key", "Surrogate key of (platform, account_id)."),
    text("post_id", "The platform's id of the post."),
    key("post_key", "Surrogate key of (platform, post_id)."),
    text("influencer_id", "Influencer (a person), as named in the roster."),
    text("campaign_id", "Campaign: the name of its folder in campaigns/."),
    text("handle", "Account name without @, as last seen."),
    text("display_name", "Name shown on the profile."),
    # knowledge
    instant("observed_at", "When the figure was true (UTC)."),
    instant("known_at", "When we learnt it (UTC)."),
    date("observed_on", "Business day of observed_at, in the workspace's timezone."),
    instant("as_of", "The figures are as known at this instant (UTC)."),
    text("source", "Where it came from: a platform's name, or import, brief, manual."),
    text("landed_id", "The landed answer it was read from: segment#line, see ops.responses."),
    text("pointer", "Where in that answer: a JSON pointer, or row N of a file."),
    text("missing", "Metrics that this answer does not tell, and why: `likes=hidden;saves=not_reported`."),
    # post
    instant("published_at", "When the post went up (UTC)."),
    date("published_on", "Business day of published_at, in the workspace's timezone."),
    text(
        "format",
        "Kind of post.",
        among=("image", "carousel", "video", "reel", "short", "story", "live", "text", "unknown"),
    ),
    text("caption", "Caption or description as the platform returned it, control characters removed."),
    flag("caption_is_truncated", "The platform cuts captions, and this one may be cut."),
    text("hashtags", "Hashtags in the caption, normalised (NFKC, lower case), in order, separated by spaces."),
    text("permalink", "Public address of the post, as the platform gave it. Never fetched."),
    text("paid_label", "The platform's own paid-partnership label.", among=("on", "off", "unknown")),
    real("duration_seconds", "Length of the video.", unit="seconds", minimum=0),
    # metrics
    *(_metric(name, _METRIC_MEANINGS[name]) for name in METRICS),
    *(
        _metric(f"{name}_paid", f"The part of {name} that advertising bought, where the platform tells it apart.")
        for name in METRICS
    ),
    *(
        change(f"gained_{name}", f"Change of {name} since the business day before; null across a gap.")
        for name in METRICS
    ),
    # account
    count("followers", "Followers so far. YouTube rounds to three digits.", unit="persons"),
    count("following", "Accounts followed.", unit="persons"),
    count("posts", "Posts on the account or in the group."),
    # contract
    text("route", "How the influencer was engaged.", among=("direct", "agency_directed", "agency_platform")),
    money("fee", "Fee paid to the influencer."),
    money("product_cost", "Cost of the products given."),
    money("shipping_cost", "Cost of sending them."),
    money("agency_cost", "Agency's or platform's fee."),
    money("boost_cost", "Advertising spent on boosting the posts."),
    money("cost", "Fee + product + shipping + agency + boost; null when a part is unknown."),
    text("currency", "ISO 4217 currency code."),
    count("promised_posts", "Posts agreed."),
    text("code", "Discount code given to the influencer."),
    text("link", "Tracked link given to the influencer."),
    text("tier", "Size class at posting time, by the workspace's tier scheme (ref.tiers)."),
    # money
    money("gross", "Order value after discounts, before refunds."),
    money("refunded", "Refunded so far."),
    money("net", "gross - refunded."),
    # kpi
    text("kpi", "Name of the KPI, see ref.kpis."),
    real("value", "The KPI's value; null when it cannot be told, see reason.", unit="as ref.kpis says"),
    text("reason", "Why a value is null.", among=REASONS),
    text("state", "provisional while the sources may still move, else final.", among=("provisional", "final")),
    count("posts_known", "Posts whose inputs are all known."),
    count("posts_all", "Posts in the group."),
    # runs
    text("run_id", "One execution of a flow."),
)
