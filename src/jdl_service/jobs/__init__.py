"""Work that takes longer than a page: leases, heartbeats, fences."""
