"""What each staging table must keep beyond its contract: one file, one table, found by its name, in ``RULES``."""
