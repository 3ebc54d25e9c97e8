"""The one rule list: it feeds the check, the template, the annotated file and the manual."""

from __future__ import annotations

from justice_data_lab.intake.rules_cells import CELL_RULES
from justice_data_lab.intake.rules_file import FILE_RULES
from justice_data_lab.intake.rules_rows import ROW_RULES

RULES = (*FILE_RULES, *CELL_RULES, *ROW_RULES)
BY_CODE = {rule.code: rule for rule in RULES}
