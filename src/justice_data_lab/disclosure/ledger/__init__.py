"""Rule 5: the people behind every cleared figure, by token, so that no difference of releases is of a few people."""
