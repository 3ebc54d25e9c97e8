"""Room 6: only what passes disclosure control may be shown."""
