"""Are the people found like the people submitted, on what the file itself says?"""

from __future__ import annotations

from collections import Counter
from math import sqrt
from typing import TYPE_CHECKING

from scipy.special import chdtrc

from justice_data_lab.linkage.quality import QualityRow, age_band, is_found

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from justice_data_lab.linkage.quality import Described

# Levels of which fewer than this many rows are due among those lost, or those found, are put together for the test.
LEAST_DUE = 5.0

CHARACTERISTICS: Mapping[str, Callable[[Described], str]] = {
    "sex": lambda row: row.sex,
    "age": lambda row: age_band(row.age),
    "fields given": lambda row: row.fields,
    "setting": lambda row: row.setting,
    "start year": lambda row: "unknown" if row.year is None else str(row.year),
}


def linkage_bias(rows: Sequence[Described]) -> list[QualityRow]:
    """For each level of each characteristic, how far its share among those found is from its share among those submitted.

    Returns:
        `bias`: rows submitted, rows found, and d = (p_found - p_submitted)/√(p_submitted(1 - p_submitted)), read like a
        standardised difference of the balance table; `bias test`: the p-value of Pearson's test that being found does not
        depend on the characteristic. No row where a characteristic has one level only, or everybody or nobody was found.

    Notes:
        Ethnicity cannot be here: the file does not have it, and the register tells it only of people found.
    """
    found = [row for row in rows if is_found(row)]
    if not found or len(found) == len(rows):
        return []
    report = []
    for name, level_of in CHARACTERISTICS.items():
        submitted, linked = Counter(map(level_of, rows)), Counter(map(level_of, found))
        if len(submitted) > 1:
            report += [_level(name, level, submitted, linked) for level in sorted(submitted)]
            report.append(_test(name, submitted, linked))
    return report


def _level(name: str, level: str, submitted: Counter[str], linked: Counter[str]) -> QualityRow:
    before = submitted[level] / submitted.total()
    distance = (linked[level] / linked.total() - before) / sqrt(before * (1 - before))
    return QualityRow(
        section="bias", group=f"{name}: {level}", rows=submitted[level], found=linked[level], expected=round(distance, 4)
    )


def _test(name: str, submitted: Counter[str], linked: Counter[str]) -> QualityRow:
    share = linked.total() / submitted.total()
    least = LEAST_DUE / min(share, 1 - share)
    large = [level for level in submitted if submitted[level] >= least]
    rest = [level for level in submitted if submitted[level] < least]
    groups = [[level] for level in large] + ([rest] if rest else [])
    statistic = 0.0
    for group in groups:
        number, seen = sum(submitted[level] for level in group), sum(linked[level] for level in group)
        statistic += (seen - share * number) ** 2 / (number * share * (1 - share))
    p_value = float(chdtrc(len(groups) - 1, statistic)) if len(groups) > 1 else 1.0
    return QualityRow(section="bias test", group=name, rows=submitted.total(), expected=round(p_value, 6))
