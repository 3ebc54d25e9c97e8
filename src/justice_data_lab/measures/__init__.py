"""Room 3: index events, covariates, the comparison pool; outcomes only once the design is hashed."""
