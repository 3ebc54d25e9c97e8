"""Room 5: effects, their uncertainty and their reliability."""
