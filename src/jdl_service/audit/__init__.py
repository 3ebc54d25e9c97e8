"""The log of everything that was done: append-only and hash-chained."""
