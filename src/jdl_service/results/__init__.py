"""What an organisation reads of its result once it is public, and says to it."""
