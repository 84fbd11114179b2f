"""Decisions by hand: about posts whose ids are ids."""

from expectations.laws import identifier

RULES = [identifier("post_id")]
