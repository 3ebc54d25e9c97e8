"""The calibration study: thousands of invented cohorts with a known effect, and how often the lab's figures were right."""
