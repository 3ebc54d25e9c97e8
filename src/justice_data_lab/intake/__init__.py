"""Room 1: a cohort file in, a checked cohort out."""
