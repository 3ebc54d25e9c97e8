"""Room 4: a matched comparison group; no outcome is seen here."""
