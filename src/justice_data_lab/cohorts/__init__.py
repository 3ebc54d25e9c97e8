"""Invented cohorts with a known effect."""
