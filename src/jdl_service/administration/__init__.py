"""Accounts and settings, for administrators, who see no cohort and no figure."""
