"""Organisations, who belongs to them, and what they agreed to."""
