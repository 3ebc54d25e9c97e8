"""Room 7: the report, in words, charts and files."""
