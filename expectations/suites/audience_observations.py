"""Audiences: buckets of accounts that exist."""

from expectations.laws import identifier, times

RULES = [*times(), identifier("account_id")]
