"""Guidelines and disclosure: what was checked by which rule, what was found, who mends it, and what rules there are."""

from transforms.compliance import VERDICTS
from transforms.contracts import Field, Table, Type, count, date, flag, instant, pick, real, text
from transforms.tables.fields import FIELDS

KINDS = ("disclosure", "brief", "wording")
"""What a rule asks: that it says it is advertising; what the brief wants; what may be said at all."""
SUBJECTS = ("post", "reuse", "brief")
"""What is judged: a post, a place where the brand quotes one, or the brief itself."""
LABEL_SOURCES = ("api", "manual", "screenshot")
RESOLUTIONS = ("fixed", "accepted", "false_alarm")
REOPENED = "reopened"
PLACES = ("site", "lp", "ad", "shop", "sns", "other")

_LANDED = pick(FIELDS, "known_at", "landed_id", "pointer", required=("known_at", "landed_id", "pointer"))
_NAMED = (
    text("subject", "What is judged: a post, a place of reuse, or the brief itself.", among=SUBJECTS).needed(),
    text("subject_id", "Which one: platform/post id, reuse_id, or the campaign's id.").needed(),
)
_OF_POST = (
    Field("post_key", Type.COUNT, "Surrogate key of the post; null for what is no post, or of which none is known."),
    *pick(FIELDS, "platform", "post_id", "influencer_id"),
)

REUSES = Table(
    name="staging.reuses",
    grain="campaign × place that quotes a post",
    description="reuse.csv: where the brand shows posts of its influencers again.",
    key=("campaign_id", "reuse_id"),
    fields=(
        *pick(FIELDS, "campaign_id", required=("campaign_id",)),
        text("reuse_id", "Number made from place, address and post: the same again after a rebuild.").needed(),
        text("place", "Kind of place.", among=PLACES).needed(),
        text("address", "Address or name of the place. Never opened.").needed(),
        *pick(FIELDS, "platform", "post_id", "permalink"),
        text("shown_text", "The text as shown at the place; null if not noted."),
        flag("is_disclosed", "The place says that it is advertising; null if not noted."),
        date("first_seen_on", "Day on which somebody saw it there first."),
        text("screenshot", "File in the campaign's folder that shows it."),
        text("screenshot_sha256", "SHA-256 of that file when the brief was landed; null if there was none."),
        text("note", "A note by hand."),
        *_LANDED,
    ),
)
CORE_REUSES = Table(
    "core.reuses",
    REUSES.grain,
    "Places where the brand shows posts again, as last known.",
    REUSES.key,
    REUSES.fields,
)

RESOLUTION_ROWS = Table(
    name="staging.finding_resolutions",
    grain="finding resolved by hand, per landed file",
    description="What a person decided about a finding. Append-only; the last decision about a finding counts.",
    key=("campaign_id", "finding_id", "resolved_at", "landed_id"),
    fields=(
        *pick(FIELDS, "campaign_id", required=("campaign_id",)),
        text("finding_id", "The finding, as in marts.compliance_findings.").needed(),
        text(
            "resolution",
            "What was decided; reopened takes back what was decided before.",
            among=(*RESOLUTIONS, REOPENED),
        ).needed(),
        text("reason", "Why.").needed(),
        text("resolved_by", "Who says so.").needed(),
        instant("resolved_at", "When it was written down (UTC).").needed(),
        text("caption_sha256", "The caption that the finding was about; another one opens it again."),
        count("rule_version", "Version of the rule; another one opens it again.", unit="version").needed(),
        *_LANDED,
    ),
)
RESOLUTIONS_OF_FINDINGS = Table(
    "core.finding_resolutions",
    RESOLUTION_ROWS.grain,
    RESOLUTION_ROWS.description,
    RESOLUTION_ROWS.key,
    RESOLUTION_ROWS.fields,
)

_RULE = (
    text("rule", "Rule, see ref.compliance_rules.").needed(),
    text("kind", "disclosure, brief (what the campaign asked for) or wording.", among=KINDS).needed(),
    text("profile", "Profile of the rule.").needed(),
    text("law_en", "Law or guideline, in English.").needed(),
    text("law_ja", "Law or guideline, in Japanese.").needed(),
    text("title_en", "What the rule asks, in English.").needed(),
    text("title_ja", "What the rule asks, in Japanese.").needed(),
)

FINDINGS = Table(
    name="marts.compliance_findings",
    grain="campaign × thing judged × rule × nth",
    description=(
        "What is not passed, of each post's caption in force, each place of reuse and each brief: an aid, not legal"
        " advice. What was passed is in marts.compliance_checks."
    ),
    key=("campaign_id", "subject", "subject_id", "rule", "nth"),
    fields=(
        *pick(FIELDS, "campaign_id", required=("campaign_id",)),
        text(
            "finding_id", "Number made from campaign, subject, rule, code and its count: stays through edits."
        ).needed(),
        *_NAMED,
        *_OF_POST,
        *pick(FIELDS, "published_on", "permalink"),
        *_RULE,
        count("rule_version", "Version of the rule.", unit="version").needed(),
        count("nth", "Number of the finding of this rule, from 1.").needed(),
        text(
            "verdict", "unknown: cannot be told; warn: please check; fail: possible breach.", among=VERDICTS[1:]
        ).needed(),
        text("severity", "The worst that the rule can say.", among=("warn", "fail")).needed(),
        text("code", "Which outcome of the rule, or entry of its dictionary (ref.compliance_entries).").needed(),
        text("lowered_by", "Why it is milder than its entry: hearsay, question, wish, quotation."),
        count("span_start", "First character of the words it points at, from 0; null if none.", unit="character"),
        count("span_end", "The character after the last.", unit="character"),
        text("quote", "The words it points at."),
        text("wanted", "What should stand there and does not: a name, hashtags, accounts, a code."),
        real("share", "Place of the words in the text: 0 at its start, 1 at its end.", unit="ratio"),
        text("reason_en", "Why, in English.").needed(),
        text("reason_ja", "Why, in Japanese.").needed(),
        text("advice_en", "What would be right, in English."),
        text("advice_ja", "What would be right, in Japanese."),
        text("source", "Where the rule is from.").needed(),
        text("category", "Product category."),
        text("product", "Product name of the brief."),
        text("relation", "What ties the author to the brand.", among=("paid", "gift", "employee", "none")),
        text("caption_sha256", "SHA-256 of the text judged (UTF-8, in hex); null where none is known."),
        instant("caption_known_at", "When that text was learnt (UTC)."),
        text("earlier_caption_sha256", "Of a disclosure removed: the last earlier caption that had it."),
        instant("earlier_known_at", "When that earlier caption was learnt (UTC)."),
        instant("approved_at", "When posts.csv had confirmed the post with an earlier caption (UTC); null if not."),
        text("paid_label", "The platform's label, as known.", among=("on", "off", "unknown")),
        text("label_source", "Who says so; null where nobody does.", among=LABEL_SOURCES),
        text("screenshot", "File in the campaign's folder that shows it."),
        text("screenshot_sha256", "SHA-256 of that file when the brief was landed."),
        text("place", "Of a reuse: kind of place.", among=PLACES),
        text("address", "Of a reuse: address or name of the place."),
        instant("first_known_at", "Since when the caption or the ledger gives cause for it (UTC)."),
        text("state", "open, or resolved by hand.", among=("open", "resolved")).needed(),
        text("resolution", "What a person decided; null while open.", among=RESOLUTIONS),
        text("resolved_by", "Who decided; null while open."),
        text("resolved_reason", "Why; null while open."),
        instant("resolved_at", "When (UTC); null while open."),
        *pick(FIELDS, "as_of", required=("as_of",)),
    ),
)

CHECKS = Table(
    name="marts.compliance_checks",
    grain="campaign × thing judged × version of what is known of it",
    description="What was checked, by which rules in which version, and what they say in all, passes included.",
    key=("campaign_id", "subject", "subject_id", "version"),
    fields=(
        *pick(FIELDS, "campaign_id", required=("campaign_id",)),
        *_NAMED,
        count(
            "version", "Version of what is known of the post (core.post_versions); 1 for others.", unit="version"
        ).needed(),
        *_OF_POST,
        flag("is_current", "The version in force.").needed(),
        text("caption_sha256", "SHA-256 of the text judged (UTF-8, in hex); null where none is known."),
        instant("caption_known_at", "When that version was learnt (UTC)."),
        flag("text_is_truncated", "The text may be cut off."),
        text("paid_label", "The platform's label, as known.", among=("on", "off", "unknown")),
        text("label_source", "Who says so; null where nobody does.", among=LABEL_SOURCES),
        text("relation", "What ties the author to the brand.", among=("paid", "gift", "employee", "none")),
        text("profiles", "Profiles in force, separated by spaces.").needed(),
        text("verdict", "Of both: the worse.", among=VERDICTS).needed(),
        text("disclosure_verdict", "Whether it says that it is advertising; null where no rule binds.", among=VERDICTS),
        text(
            "guideline_verdict", "What the brief asks and what may be said; null where no rule binds.", among=VERDICTS
        ),
        count("rules_checked", "Rules that bound it.").needed(),
        count("findings", "Findings that are not passed.").needed(),
        text("rules", "The rules that bound it, as rule@version, separated by spaces.").needed(),
        text("rules_digest", "SHA-256 of that list: two checks with one digest were made by the same rules.").needed(),
        *pick(FIELDS, "as_of", required=("as_of",)),
    ),
)

TASKS = Table(
    name="marts.compliance_tasks",
    grain="campaign × finding × who must act",
    description="Who must do what by when, per open finding that is not merely unknown, with a text to send.",
    key=("campaign_id", "finding_id", "who"),
    fields=(
        *pick(FIELDS, "campaign_id", required=("campaign_id",)),
        text("finding_id", "The finding.").needed(),
        text("who", "Who must act.", among=("influencer", "brand", "agency")).needed(),
        *pick(FIELDS, "influencer_id", "platform", "post_id"),
        text("verdict", "Of the finding.", among=("warn", "fail")).needed(),
        text("what_en", "What is to do, in English.").needed(),
        text("what_ja", "What is to do, in Japanese.").needed(),
        date("due_on", "Business day by which it is to be done."),
        text("message_id", "Findings with one message_id are in one text, which names them all."),
        text("text_en", "Text to send, in English; null where nobody is to be written to."),
        text("text_ja", "Text to send, in Japanese."),
        text("state", "open, or resolved by hand.", among=("open", "resolved")).needed(),
        *pick(FIELDS, "as_of", required=("as_of",)),
    ),
)

RULES = Table(
    name="ref.compliance_rules",
    grain="rule",
    description="What posts are checked for. An aid, not legal advice.",
    key=("rule",),
    fields=(
        *_RULE,
        text("severity", "The worst that it can say.", among=("warn", "fail")).needed(),
        text("advice_en", "What would be right, in English.").needed(),
        text("advice_ja", "What would be right, in Japanese.").needed(),
        text("source", "Where it is from.").needed(),
        count("rule_version", "Raised whenever it may say something else.", unit="version").needed(),
        date("valid_from", "First day of posting that it binds.").needed(),
        date("valid_until", "Last such day; null: still in force."),
        text("platforms", "Platforms that it binds, separated by spaces; null: all."),
        text("formats", "Formats that it binds; null: all."),
        text("categories", "Product categories that it binds; null: all."),
        text("applies_to", "Kinds of things that it binds, separated by spaces.").needed(),
        count("entries", "Entries of its dictionary; 0 where it has none.").needed(),
    ),
)

ENTRIES = Table(
    name="ref.compliance_entries",
    grain="rule × entry of its dictionary",
    description="Wording that is looked for, why, and how to say it instead.",
    key=("rule", "entry"),
    fields=(
        text("rule", "Rule, see ref.compliance_rules.").needed(),
        text("entry", "Entry; `code` in marts.compliance_findings.").needed(),
        text("severity", "What it comes to, unless its surroundings lower it.", among=("warn", "fail")).needed(),
        text("pattern", "Regular expression over the folded text.").needed(),
        text("reason_en", "Why, in English.").needed(),
        text("reason_ja", "Why, in Japanese.").needed(),
        text("safer_en", "Safer wording, in English.").needed(),
        text("safer_ja", "Safer wording, in Japanese.").needed(),
        text("source", "Where it is from.").needed(),
    ),
)
