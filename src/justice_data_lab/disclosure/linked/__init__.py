"""Rule 4: everything that a request publishes or tells, as one linked system; protected, then audited by other code."""
