"""The facts of an analysis with nothing against it."""

from justice_data_lab.estimation.quality import QualityFacts

GOOD = QualityFacts(
    worst_balance=0.04,
    balance="green",
    matched=0.99,
    caliper_widened=False,
    off_support=120,
    analysed=0.8,
    n_eff=2400,
    n_eff_ratio=8.0,
    false_matches=0.0,
    missed_matches=0.02,
    match_rate=0.93,
    agreement=1.0,
    negative_control="clear",
    contaminated=0.01,
    clock_warning=False,
)
