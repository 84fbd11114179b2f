"""reuse.csv: where the brand shows posts of its influencers again, and whether that place says it is advertising."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from tasks.briefing import sheet
from tasks.briefing.addresses import BadAddress, PostAddress, post_of
from tasks.briefing.cells import Cells, whole
from tasks.briefing.evidence import file_in
from tasks.errors import Mistake
from transforms.captions import clean

FILE = "reuse.csv"
COLUMNS: dict[str, tuple[str, ...]] = {
    "place": ("掲載場所", "場所", "掲載先の種類"),
    "url_or_name": ("掲載先", "掲載URL", "掲載先URL", "address", "where"),
    "post": ("投稿URL", "元投稿", "post_url", "permalink"),
    "platform": ("プラットフォーム", "媒体", "SNS"),
    "post_id": ("投稿ID",),
    "text": ("掲載文", "掲載テキスト", "shown_text"),
    "disclosed": ("広告表示", "PR表示", "広告の明示"),
    "first_seen": ("確認日", "掲載日", "first_seen_on"),
    "screenshot": ("スクリーンショット", "スクショ", "証跡"),
    "note": ("備考", "メモ", "notes"),
}
NEEDED = ("place", "url_or_name")
PLACES = {
    **{place: place for place in ("site", "lp", "ad", "shop", "sns", "other")},
    "公式サイト": "site",
    "サイト": "site",
    "自社サイト": "site",
    "ランディングページ": "lp",
    "広告": "ad",
    "広告バナー": "ad",
    "店頭": "shop",
    "ec": "shop",
    "ecサイト": "shop",
    "モール": "shop",
    "公式sns": "sns",
    "その他": "other",
}


@dataclass(frozen=True, slots=True)
class Reuse:
    """One place that quotes a post. ``post_id`` is None where the ledger names no post."""

    row: int
    reuse_id: str
    place: str
    address: str
    platform: str | None
    post_id: str | None
    permalink: str | None
    shown_text: str | None
    is_disclosed: bool | None
    first_seen_on: date | None
    screenshot: str | None
    note: str | None


def read(data: bytes, file: str) -> tuple[list[Reuse], list[Mistake]]:
    """The rows that are right, and every mistake."""
    table = sheet.read(data, file, COLUMNS, NEEDED)
    mistakes = list(table.mistakes)
    reuses: dict[str, Reuse] = {}
    if not set(NEEDED) <= table.columns:
        return [], mistakes
    for row in table.rows:
        wrong: list[Mistake] = []
        reuse = _reuse(Cells(file, row, wrong))
        mistakes += wrong
        if reuse is None or not whole(wrong):
            continue
        first = reuses.setdefault(reuse.reuse_id, reuse)
        if first is not reuse:
            what, remedy = f"repeats row {first.row}", "Keep one row per place and post"
            mistakes.append(Mistake(file, what, remedy, row=row.number, column="url_or_name", value=reuse.address))
    return list(reuses.values()), mistakes


def _reuse(cells: Cells) -> Reuse | None:
    place = cells.among("place", PLACES)
    address = cells.needed("url_or_name", "Write the page's address, or the name of the advertisement")
    post = _post(cells)
    disclosed, seen = cells.yes_or_no("disclosed"), cells.day("first_seen", is_needed=False)
    screenshot, note = file_in(cells, "screenshot"), cells.text("note")
    if place is None or address is None:
        return None
    named = (post.platform, post.post_id, post.permalink or None) if post else (None, None, None)
    told = "\x1f".join((place, address, named[0] or "", named[1] or ""))
    number = sha256(told.encode()).hexdigest()[:16]
    shown = clean(cells.row["text"] or "").strip() or None
    return Reuse(cells.row.number, number, place, address, *named, shown, disclosed, seen, screenshot, note)


def _post(cells: Cells) -> PostAddress | None:
    """The post that is shown again, by its id where one is given, else by its address; None where none is named."""
    address: PostAddress | None = None
    if cells.text("post"):
        try:
            address = post_of(cells.text("post") or "")
        except BadAddress as error:
            cells.wrong("post", error.what, error.remedy)
            return None
    platform, post_id = cells.platform(), cells.text("post_id")
    if address and platform and address.platform != platform:
        cells.wrong("platform", f"is not where the post is ({address.platform})", "Mend one of the two")
        return None
    where = platform or (address.platform if address else None)
    if post_id is not None and where is None:
        cells.wrong("platform", "is empty, and post_id needs one", "Write instagram, tiktok, youtube or x")
        return None
    if post_id is not None and where is not None:
        return PostAddress(where, post_id, address.permalink if address else "")
    return address
