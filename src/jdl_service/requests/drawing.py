"""The states of a request as a diagram and as tables, drawn from the one table of transitions."""

from __future__ import annotations

from jdl_service.requests.states import STATES, TRANSITIONS, WORDS


def diagram() -> str:
    """The diagram of states in the Mermaid language; what is done to the release is drawn as well."""
    lines = ["stateDiagram-v2", "    [*] --> draft"]
    lines += [f"    {state} --> {each.to}: {each.action}" for each in TRANSITIONS for state in each.states]
    return "\n".join(lines)


def table() -> str:
    """The request's own transitions in Markdown; those of releases are in `docs/reference/release.md`."""
    rows = ["| action | from | to | who | reason | meaning |", "|---|---|---|---|---|---|"]
    for each in TRANSITIONS:
        if not each.of_release:
            reason = "needed" if each.reason else ""
            who = each.actor.replace("_", " ")
            rows.append(f"| {each.action} | {', '.join(each.states)} | {each.to} | {who} | {reason} | {each.meaning} |")
    return "\n".join(rows)


def promises() -> str:
    """What everybody reads of each state, in Markdown."""
    rows = ["| state | what is shown | what happens next |", "|---|---|---|"]
    rows += [f"| {state} | {WORDS[state][0]} | {WORDS[state][1]} |" for state in STATES]
    return "\n".join(rows)
