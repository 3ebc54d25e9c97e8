"""Requests: what an organisation asks the lab to find out, from the first draft to the result."""
