"""Posts that are gone: their ids are ids."""

from expectations.laws import identifier, times

RULES = [*times(), identifier("post_id")]
