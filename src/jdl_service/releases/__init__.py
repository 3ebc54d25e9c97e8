"""A result on its way to the public, on the core's own table of states."""
