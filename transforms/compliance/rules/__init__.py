"""The rules, as data: each module of this folder has ``RULES``, and is found by itself."""
