"""What is written to whoever can mend a post: kind, whole, one letter per post, in Japanese and in English."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from transforms.compliance import Said

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_NUMBERS = {1: "one working day", 2: "two working days", 3: "three working days", 5: "five working days"}
_MOST_QUOTED = 80
"""Characters of a caption that a letter repeats at most in one place."""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to change: what would be right, why, the words meant, and what is missing."""

    advice: Said
    reasons: tuple[Said, ...]
    quotes: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """To whom, about which post, for which campaign. ``days``: working days within which an answer would help."""

    to: Literal["influencer", "agency"]
    name: str | None
    handle: str | None
    campaign: str
    brand: str
    platform: str | None
    posted_on: date | None
    link: str | None
    days: int
    points: Sequence[Point]

    def write(self) -> Said:
        """The letter in both languages."""
        return Said(en=self._english(), ja=self._japanese())

    def _japanese(self) -> str:
        name = f"{self.name} 様" if self.name else "ご担当者様"
        day = f"{self.posted_on.month}月{self.posted_on.day}日に" if self.posted_on else ""
        place = f"{self.platform}へ" if self.platform else ""
        left, right = "『』" if "「" in self.campaign else "「」"
        greeting = f"いつもお世話になっております。{self.brand}{left}{self.campaign}{right}の担当です。"
        if self.to == "influencer":
            opening = [
                name,
                "",
                greeting,
                "このたびは素敵なご投稿をありがとうございます。",
                "",
                f"{day}{place}ご投稿いただいた内容につきまして、下記のご対応をお願いできますでしょうか。",
            ]
        else:
            whose = f"{name}{f'(@{self.handle})' if self.handle else ''}" if self.name else "投稿者の方"
            opening = [
                "ご担当者様",
                "",
                greeting,
                "日頃よりご協力いただき、ありがとうございます。",
                "",
                f"{whose}が{day}{place}ご投稿くださった内容につきまして、",
                "下記のご対応をご本人にお願いしていただけますでしょうか。",
            ]
        return "\n".join(
            [
                *opening,
                *([self.link] if self.link else []),
                "",
                *(line for n, point in enumerate(self.points, start=1) for line in _in_japanese(n, point)),
                f"お忙しいところ恐れ入りますが、{self.days}営業日以内を目安にご対応いただけますと助かります。",
                "ご不明な点や変更が難しい点がございましたら、お気軽にご相談ください。",
                "引き続きどうぞよろしくお願いいたします。",
            ]
        )

    def _english(self) -> str:
        day = f" on {self.posted_on.day} {MONTHS[self.posted_on.month - 1]}" if self.posted_on else ""
        place = f" on {self.platform}" if self.platform else ""
        changes = "a small change" if len(self.points) == 1 else "a few small changes"
        if self.to == "influencer":
            opening = [
                f"Dear {self.name}," if self.name else "Hello,",
                "",
                f"Thank you for your lovely post for “{self.campaign}” by {self.brand}.",
                "",
                f"Could we ask you for {changes} to what you posted{place}{day}?",
            ]
        else:
            whose = f"{self.name}{f' (@{self.handle})' if self.handle else ''}" if self.name else "the author"
            opening = [
                "Hello,",
                "",
                f"Thank you for your help with “{self.campaign}” by {self.brand}.",
                "",
                f"Could you ask {whose} for {changes} to what they posted{place}{day}?",
            ]
        return "\n".join(
            [
                *opening,
                *([self.link] if self.link else []),
                "",
                *(line for n, point in enumerate(self.points, start=1) for line in _in_english(n, point)),
                f"It would help us if this could be done within {_NUMBERS.get(self.days, f'{self.days} working days')}"
                " of your reading this.",
                "If anything is unclear or hard to change, just tell us, and we will find a way together.",
                "",
                "With thanks and best wishes,",
                self.brand,
            ]
        )


@lru_cache(maxsize=4096)
def _in_japanese(number: int, point: Point) -> list[str]:
    quoted = "".join(f"「{one_line(q)}」" for q in point.quotes)
    return [
        f"{number}. {point.advice.ja}",
        *([f"   該当箇所: {quoted}"] if quoted else []),
        *([f"   追加いただきたいもの: {'、'.join(map(one_line, point.wanted))}"] if point.wanted else []),
        *(f"   理由: {reason.ja}" for reason in point.reasons),
        "",
    ]


@lru_cache(maxsize=4096)
def _in_english(number: int, point: Point) -> list[str]:
    quoted = ", ".join(f"“{one_line(q)}”" for q in point.quotes)
    return [
        f"{number}. {point.advice.en}",
        *([f"   Where: {quoted}"] if quoted else []),
        *([f"   To add: {', '.join(map(one_line, point.wanted))}"] if point.wanted else []),
        *(f"   Why: {reason.en}" for reason in point.reasons),
        "",
    ]


def one_line(text: str) -> str:
    """A piece of somebody's text in one line, shortened where it is long."""
    plain = " ".join(text.split())
    return plain if len(plain) <= _MOST_QUOTED else plain[: _MOST_QUOTED - 1] + "…"
