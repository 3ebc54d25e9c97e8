"""The library of what works as a static site, drawn from one moment's library and from nothing else."""
