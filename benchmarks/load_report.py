"""Tells what a load did: a line a kind of page, and one for all."""

import os
from statistics import median, quantiles


def tell(times, *, load, seconds):
    """Print errors, median and 95th centile in milliseconds."""
    every = [each for kind in times.by_kind.values() for each in kind]
    print(f"{'page':34} {'number':>7} {'median':>7} {'95th':>7} {'most':>7}")
    for kind, took in sorted(times.by_kind.items(), key=lambda pair: -_centile(pair[1])):
        _line(kind, took)
    _line("ALL", every)
    print(
        f"{len(every) / seconds:.1f} answers a second; {os.cpu_count()} cores; load of the machine {load[0]:.1f} before, {load[1]:.1f} after"
    )
    print(f"{len(times.faults)} errors")
    for kind, fault in times.faults[:20]:
        print(f"  {kind}: {fault}")


def _line(kind, took):
    print(f"{kind:34} {len(took):7} {1000 * median(took):7.0f} {1000 * _centile(took):7.0f} {1000 * max(took):7.0f}")


def _centile(took):
    return quantiles(took, n=20, method="inclusive")[-1] if len(took) > 1 else took[0]
