"""What analysts do with a request: the study, its runs, the balance before the outcomes."""
