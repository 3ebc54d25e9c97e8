"""The states of a release as a diagram and as a table, drawn from the one table of transitions."""

from __future__ import annotations

from justice_data_lab.publication.states import TRANSITIONS


def diagram() -> str:
    """The diagram of states in the Mermaid language."""
    lines = ["stateDiagram-v2", "    [*] --> draft"]
    lines += [f"    {state} --> {each.to or state}: {each.action}" for each in TRANSITIONS for state in each.states]
    return "\n".join(lines)


def table() -> str:
    """The table of transitions in Markdown."""
    rows = ["| action | from | to | who | public reason | meaning |", "|---|---|---|---|---|---|"]
    for each in TRANSITIONS:
        reason = "needed" if each.reason else ""
        rows.append(
            f"| {each.action} | {', '.join(each.states)} | {each.to or 'stays'} | {each.who} | {reason} | {each.meaning} |"
        )
    return "\n".join(rows)
