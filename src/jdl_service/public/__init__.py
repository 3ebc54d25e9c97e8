"""What everybody sees without logging in."""
