"""The public pages of a lab that runs no server: drawn from what the public may see now, and from nothing else."""
