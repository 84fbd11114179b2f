"""What speaks for and against an account's followers: each sign by itself, with its evidence and its points."""

from transforms import contracts
from transforms.contracts import Table, change, count, pick, real, text
from transforms.tables.fields import FIELDS

SIGNALS = {
    "follower_rise": 30,
    "reactions_per_follower": 25,
    "views_per_follower": 20,
    "likes_per_comment": 15,
    "mass_following": 10,
}
"""Each sign and the most points that it may take off: 100 in all."""

REASONS = (
    "no_history",  # too few days with a count of followers
    "no_posts_seen",  # followers rose suddenly, and too little is known of the posts of that time
    "too_few_posts",  # too few posts of the last 28 days tell both sides
    "no_reactions",  # not one like, comment or view: perhaps they are switched off
    "too_few_peers",  # too few accounts of like size on the platform are followed
    "no_followers",  # the number of followers is not told
    "not_reported",  # the platform does not tell it
)

SCORE = (
    count(
        "authenticity",
        "100 less the points of marts.account_signals: how little speaks against the followers. Null, with a reason,"
        " where fewer than 3 signals can be judged. No share of real followers.",
        unit="points",
    ),
    text("authenticity_reason", "Why there is no score.", among=("too_few_signals",)),
    count("signals_known", "Signals that could be judged.", unit="signals"),
    count("signals_all", "Signals that there are.", unit="signals"),
)
"""What marts.account_profiles says of them together."""

ACCOUNT_SIGNALS = Table(
    name="marts.account_signals",
    grain="account × signal",
    description=(
        "Aggregate traces of followers who are not there for the posts, as no API tells who follows. A trace is no"
        " proof: advertising, a television show or a friend's mention leave some of them, too."
    ),
    key=("account_key", "signal"),
    fields=(
        *pick(FIELDS, "account_key", "platform", "account_id", required=("account_key", "platform", "account_id")),
        text(
            "signal",
            "follower_rise: the most telling rise of followers within 3 days, as a share of those before;"
            " reactions_per_follower: (likes + comments) / followers at posting; views_per_follower; likes_per_comment:"
            " each over the posts of the last 28 days that tell both; mass_following: accounts followed.",
            among=tuple(SIGNALS),
        ).needed(),
        real("value", "What the account shows.", unit="as the signal says"),
        real("value_lower", "Lower end of the value's 95 % interval; null where it is exact.", unit="as value"),
        real("value_upper", "Upper end of the same interval.", unit="as value"),
        real("lower", "The least that was to be expected; null where only more would tell.", unit="as value"),
        real("upper", "The most that was to be expected; null where only less would tell.", unit="as value"),
        text(
            "compared_with",
            "What is expected by: the account's own_days of up to 90; peers on the platform with a third to three times"
            " the followers; a published rule of thumb.",
            among=("own_days", "peers", "rule"),
        ).needed(),
        text(
            "verdict",
            "expected; outside what was expected (with its interval); explained: a rise that reactions to posts match;"
            " unknown, with a reason.",
            among=("expected", "outside", "explained", "unknown"),
        ).needed(),
        count("points", "Points taken off; null where nobody can judge, which is not zero.", unit="points"),
        count("most_points", "The most points that the signal may take off.", unit="points").needed(),
        text("reason", "Why it could not be judged.", among=REASONS),
        contracts.date("happened_on", "Last business day of the rise, in the workspace's timezone."),
        change("gained", "Followers gained in the rise.", unit="persons"),
        count("days", "Days with a count of followers that were looked at.", unit="days"),
        count("posts", "Posts that tell both sides.", unit="posts"),
        count("peers", "Other accounts that it is compared with.", unit="accounts"),
        *pick(FIELDS, "as_of", required=("as_of",)),
    ),
)
