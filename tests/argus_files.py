"""A linked system in the file format of tau-Argus, whose auditor was written by others."""


def jj_lines(system, hidden, failing):
    """The system as JJ: one line a cell with its value and status, one line an equation.

    Args:
        system: the counts and how they add up.
        hidden: keys of the cells that are not told.
        failing: keys of those that fail rule 1, which the format marks apart.
    """
    place = {cell.key: number for number, cell in enumerate(system.cells)}
    most = 2 * sum(cell.value for cell in system.cells) + 2000
    lines = ["0", str(len(system.cells))]
    for number, cell in enumerate(system.cells):
        status = "s" if cell.key not in hidden else "u" if cell.key in failing else "m"
        lines.append(f"{number} {cell.value} 1 {status} 0 {most} 0 0 0")
    lines.append(str(len(system.equations)))
    for equation in system.equations:
        terms = " ".join(f"{place[key]} ({factor})" for key, factor in equation.terms)
        lines.append(f"0 {len(equation.terms)} : {terms}")
    return lines
