"""Published results, to look up."""
