"""A justice data lab: does this programme cut reoffending?

The public names, nothing else. They are fetched when first used, so that importing the package stays cheap.
"""

import sys
from importlib import import_module
from types import ModuleType

_HOME = {
    "Analysis": "study",
    "Balance": "matching.balance",
    "Caliper": "study",
    "Cohort": "intake.cohort",
    "Covariate": "measures.catalogue",
    "Disclosed": "disclosure.disclosed",
    "DisclosureRequest": "disclosure.evidence",
    "DisclosureRules": "study",
    "Effect": "library.effects",
    "Estimates": "estimation.estimates",
    "Feasibility": "estimation.power",
    "JDLError": "errors",
    "Lab": "study",
    "Library": "library.collection",
    "Linkage": "linkage.linkage",
    "Linked": "request",
    "Match": "matching.result",
    "MeasureSpec": "study",
    "Measures": "measures.design",
    "Method": "study",
    "Outcomes": "measures.outcomes",
    "Problem": "errors",
    "Publication": "publish",
    "Register": "register.snapshot",
    "Release": "publication.release",
    "Report": "reporting.report",
    "Request": "request",
    "Step": "linkage.attrition",
    "Study": "study",
    "disclose": "disclosure.disclosed",
    "estimate": "estimation.effects",
    "evaluate": "pipeline",
    "feasibility": "estimation.power",
    "link": "linkage.linker",
    "match": "matching.matcher",
    "measure": "measures.design",
    "open_register": "register.snapshot",
    "outcomes": "measures.outcomes",
    "pool": "library.synthesis",
    "prepare": "prepare",
    "publish": "publish",
    "read_cohort": "intake.cohort",
    "read_lab": "lab_file",
    "read_study": "study_file",
    "report": "reporting.report",
    "run": "pipeline",
    # what a verb may raise
    **dict.fromkeys(("DataRefused", "NotPossible", "NothingDisclosable", "UsageError"), "errors"),
}

__all__ = sorted(_HOME)  # noqa: PLE0605 -- one list, so that the names cannot drift apart


class _Public(ModuleType):
    """The package; importing its module `prepare` does not hide its function `prepare`."""

    def __setattr__(self, name: str, value: object) -> None:
        """Set anything but a module in the place of a public name, which the import of a module of that name asks for."""
        if name not in _HOME or not isinstance(value, ModuleType):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Public


def __getattr__(name: str) -> object:
    """Fetch a public name from the module where it lives (PEP 562)."""
    if name not in _HOME:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    """The public names."""
    return __all__
