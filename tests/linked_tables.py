"""Invented linked systems: tables of counts with their margins, and how closely whole people can be told."""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from justice_data_lab.disclosure.linked.system import Cell, Equation, System, Unit


def line(parts, *, total_kept=True, costs=None):
    """The parts of one total: `{"a": 3, ...}`; a part below ten fails."""
    costs = costs or {}
    cells = [Cell(key=key, value=value, unit=key, within="total") for key, value in parts.items()]
    cells.append(Cell(key="total", value=sum(parts.values()), unit="total"))
    units = [Unit(key=key, cost=costs.get(key, 1)) for key in parts]
    units.append(Unit(key="total", cost=costs.get("total", 100), kept=total_kept))
    equation = Equation(terms=(("total", -1), *((key, 1) for key in parts)))
    system = System(cells=tuple(cells), units=tuple(units), equations=(equation,))
    return system, {key for key, value in parts.items() if value < 10}


def table(values):
    """Rows of counts with their margins; margins can be hidden too, at a price, and the grand total cannot."""
    rows, columns = range(len(values)), range(len(values[0]))
    counts = {(f"{i}|{j}"): values[i][j] for i in rows for j in columns}
    counts |= {f"{i}|+": sum(values[i]) for i in rows}
    counts |= {f"+|{j}": sum(row[j] for row in values) for j in columns}
    counts["+|+"] = sum(map(sum, values))
    equations = [Equation(terms=((f"{i}|+", -1), *((f"{i}|{j}", 1) for j in columns))) for i in rows]
    equations += [Equation(terms=((f"+|{j}", -1), *((f"{i}|{j}", 1) for i in rows))) for j in columns]
    equations.append(Equation(terms=(("+|+", -1), *((f"{i}|+", 1) for i in rows))))
    system = System(
        cells=tuple(Cell(key=key, value=value, unit=key) for key, value in counts.items()),
        units=tuple(
            Unit(key=key, cost=100 if "+" in key else 10 + value % 7, kept=key == "+|+") for key, value in counts.items()
        ),
        equations=tuple(equations),
    )
    return system, {key for key, value in counts.items() if value < 10 and key != "+|+"}


def random_table(seed, rows, columns, scale=30.0):
    """A table with a heavy tail and many small counts."""
    rng = np.random.default_rng(seed)
    return table([[int(count) for count in rng.exponential(scale, columns)] for _ in range(rows)])


def whole_people(system, hidden):
    """For each hidden cell the least and the largest whole number that agrees with everything told, by whole-number programmes."""
    cells, values = [cell.key for cell in system.cells], system.values()
    matrix = np.array([[dict(each.terms).get(key, 0) for key in cells] for each in system.equations])
    low = [0 if key in hidden else values[key] for key in cells]
    high = [1e4 if key in hidden else values[key] for key in cells]
    found = {}
    for key in sorted(hidden):
        goal = np.array([float(key == other) for other in cells])
        ends = [
            milp(
                sign * goal, integrality=np.ones(len(cells)), bounds=Bounds(low, high), constraints=LinearConstraint(matrix, 0, 0)
            ).fun
            for sign in (1, -1)
        ]
        found[key] = (round(ends[0]), round(-ends[1]))
    return found
