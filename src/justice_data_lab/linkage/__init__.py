"""Room 2: the cohort's people found in the register; names stop here."""
