"""The library of what works: released results as entries, pooled effects, grading and search. The clock is passed in."""
