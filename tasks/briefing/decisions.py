"""posts.csv: posts that a person confirmed or rejected."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from tasks.briefing import sheet
from tasks.briefing.addresses import BadAddress, PostAddress, platform_of, post_of
from tasks.briefing.cells import Cells, whole
from tasks.briefing.evidence import file_in
from tasks.errors import Mistake
from tasks.toml_places import suggestion
from transforms.captions import clean

FILE = "posts.csv"
COLUMNS: dict[str, tuple[str, ...]] = {
    "url": ("投稿URL", "リンク", "link", "permalink"),
    "platform": ("プラットフォーム", "媒体", "SNS"),
    "post_id": ("投稿ID",),
    "decision": ("判定", "判断", "採否"),
    "influencer_id": ("インフルエンサーID", "influencer"),
    "note": ("備考", "メモ", "理由", "notes"),
    "paid_label": ("タイアップ表示", "PRラベル", "ラベル"),
    "label_source": ("確認方法", "ラベルの確認方法"),
    "shown_in_video": ("動画内表示", "動画内の表示", "spoken"),
    "kept_in_view": ("常時表示", "persistent"),
    "screenshot": ("スクリーンショット", "スクショ", "証跡"),
}
Wrong = Callable[[str, str, str], None]
_DECISIONS = {
    "confirmed": "confirmed",
    "rejected": "rejected",
    "確定": "confirmed",
    "採用": "confirmed",
    "対象": "confirmed",
    "却下": "rejected",
    "不採用": "rejected",
    "対象外": "rejected",
}
_LABELS = {
    "on": "on",
    "off": "off",
    "あり": "on",
    "有": "on",
    "表示あり": "on",
    "なし": "off",
    "無": "off",
    "表示なし": "off",
}
_SOURCES = {
    "manual": "manual",
    "screenshot": "screenshot",
    "目視": "manual",
    "手動": "manual",
    "スクリーンショット": "screenshot",
    "スクショ": "screenshot",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """One decided post, and what a person saw of its disclosure: None where nothing is noted."""

    row: int
    platform: str
    post_id: str
    permalink: str | None
    decision: str
    influencer_id: str | None
    note: str | None
    paid_label: str | None = None
    label_source: str | None = None
    is_shown_in_video: bool | None = None
    is_kept_in_view: bool | None = None
    screenshot: str | None = None


def read(data: bytes, file: str, influencers: frozenset[str]) -> tuple[list[Decision], list[Mistake]]:
    """The rows that are right, and every mistake. ``influencers`` are those of the roster."""
    table = sheet.read(data, file, COLUMNS, ("decision",))
    mistakes = list(table.mistakes)
    decisions: list[Decision] = []
    seen: dict[tuple[str, str], Decision] = {}
    for row in table.rows:
        wrong: list[Mistake] = []
        decision = _decision(row, file, influencers, wrong)
        if decision is not None:
            first = seen.setdefault((decision.platform, decision.post_id), decision)
            if first is not decision and first.decision == decision.decision:
                what, remedy = f"repeats row {first.row}", "Remove one of the two rows"
                wrong.append(Mistake(file, what, remedy, row=row.number, value=decision.post_id, warning=True))
            elif first is not decision:
                what, remedy = f"contradicts row {first.row} ({first.decision})", "Keep one of the two rows"
                wrong.append(Mistake(file, what, remedy, row=row.number, column="decision", value=decision.decision))
            else:
                decisions.append(decision)
        mistakes += wrong
    return decisions, mistakes


def _decision(row: sheet.Row, file: str, influencers: frozenset[str], mistakes: list[Mistake]) -> Decision | None:
    def wrong(column: str, what: str, remedy: str) -> None:
        mistakes.append(Mistake(file, what, remedy, row=row.number, column=column, value=row[column]))

    decided = row["decision"]
    decision = _DECISIONS.get(unicodedata.normalize("NFKC", decided).casefold()) if decided else None
    if decision is None:
        what = "is neither confirmed nor rejected" if decided else "is empty"
        wrong("decision", what, suggestion(decided or "", ("confirmed", "rejected")))
    post = _post(row, wrong)
    cells = Cells(file, row, mistakes)
    label, source = _label(cells)
    shown, kept = cells.yes_or_no("shown_in_video"), cells.yes_or_no("kept_in_view")
    if kept and shown is False:
        wrong("kept_in_view", "says yes, and shown_in_video says no", "Mend one of the two")
    screenshot = file_in(cells, "screenshot")
    influencer_id = row["influencer_id"]
    if influencer_id is not None and influencer_id not in influencers:
        wrong("influencer_id", "is not in roster.csv", suggestion(influencer_id, sorted(influencers)))
        return None
    if decision is None or post is None:
        return None
    note = clean(row["note"] or "") or None
    if not whole(mistakes):
        return None
    named = (post.platform, post.post_id, post.permalink or None)
    return Decision(row.number, *named, decision, influencer_id, note, label, source, shown or kept, kept, screenshot)


def _label(cells: Cells) -> tuple[str | None, str | None]:
    """The platform's label as a person saw it, and how that is known."""
    label = cells.among("paid_label", _LABELS) if cells.text("paid_label") else None
    seen_in = "screenshot" if cells.text("screenshot") else "manual"
    source = cells.among("label_source", _SOURCES, otherwise=seen_in)
    return label, source if label else None


def _post(row: sheet.Row, wrong: Wrong) -> PostAddress | None:
    """The post by its id where one is given, else by its address; both must be of one platform."""
    address: PostAddress | None = None
    platform: str | None = None
    try:
        address = post_of(row["url"] or "") if row["url"] else None
    except BadAddress as error:
        wrong("url", error.what, error.remedy)
        return None
    try:
        platform = platform_of(row["platform"] or "") if row["platform"] else None
    except BadAddress as error:
        wrong("platform", error.what, error.remedy)
        return None
    if address and platform and address.platform != platform:
        wrong("platform", f"is not where the url leads ({address.platform})", "Mend one of the two")
        return None
    post_id, where = row["post_id"], platform or (address.platform if address else None)
    if post_id is not None and where is not None:
        return PostAddress(where, post_id, address.permalink if address else "")
    if address is None:
        wrong("url", "is empty, and so is platform or post_id", "Write the post's address, or platform and post_id")
    return address
