"""Releasing as an official statistic: states, calendar, who may see what, and the log. Pure: the clock is passed in."""
