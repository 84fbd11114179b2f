"""How long every rule takes over many captions, and how much memory: python -m tests.benchmarks.captions 1000000."""

import random
import resource
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl

from transforms import compliance
from transforms.compliance.engine import judge

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
CORPORA = (
    ("disclosure/benign.txt", 5),
    ("disclosure/caught.txt", 5),
    ("wording/benign.txt", 2),
    ("wording/claims.txt", 4),
)
EVERYDAY = (
    "今日は友達と海に行ってきました。天気も良くて最高の一日だったよ。",
    "朝のルーティンはこれ、まずは白湯を飲んで散歩。",
    "帰り道に見つけたお店がとても素敵でした🌸",
    "A slow morning with coffee and a book, then off to the market.",
    "#夏コスメ #ootd #cafe",
)
DRAWN_SHARE = 0.1
"""Of the captions, those that hold a line of the corpora: about as many as the rules find fault with."""


def lines() -> Iterator[str]:
    for name, column in CORPORA:
        for line in (FIXTURES / name).read_text("utf-8").splitlines():
            if line and not line.startswith("# "):
                yield line.split(" | ")[column].replace("⏎", "\n")


def captions(count: int) -> pl.DataFrame:
    draw, drawn = random.Random(4), list(lines())
    texts = [
        f"{draw.choice(('#PR', '【PR】', 'PR｜', '#ad'))} ミナモ堂 {' '.join(draw.choices(EVERYDAY, k=3))} "
        f"{draw.choice(drawn) if draw.random() < DRAWN_SHARE else ''} 木漏れ日リップ #ミナモ堂 MINA10 {i}"
        for i in range(count)
    ]
    return pl.DataFrame(
        {
            "campaign_id": "c",
            "thing": [f"{i:08}" for i in range(count)],
            "kind": "post",
            "platform": draw.choices(["instagram", "tiktok", "x", "youtube"], k=count),
            "format": "feed",
            "published_on": date(2026, 6, 1),
            "paid_label": draw.choices(["on", "off", "unknown"], k=count),
            "text": texts,
            "text_is_truncated": False,
            "profiles": draw.choices(["jp_caa jp_womj jp_wording brief"] * 3 + ["us_ftc us_wording brief"], k=count),
            "category": draw.choices(["cosmetics", "quasi_drug", "supplement", "food", "alcohol", "other"], k=count),
            "brand": "ミナモ堂",
            "names": "木漏れ日リップ",
            "hashtags": "#ミナモ堂",
            "code": "MINA10",
            "codes": "MINA10\nYUKA15",
            "forbidden": "激安",
            "rivals": "夕凪コスメ",
            "starts_on": date(2026, 5, 1),
            "ends_on": date(2026, 7, 1),
        }
    )


def main() -> None:
    count = int(sys.argv[1])
    posts = captions(count)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start, cpu = time.perf_counter(), time.process_time()
    found = judge(posts, compliance.load().values(), passes=False)
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    length = posts["text"].str.len_chars().mean()
    sys.stdout.write(
        f"{count:,} captions of {length:.0f} characters, {len(compliance.load())} rules: {wall:.1f} s "
        f"({cpu:.1f} s of CPU), {found.height:,} findings, peak {after:,.0f} MB (before {before:,.0f} MB)\n"
    )


if __name__ == "__main__":
    main()
