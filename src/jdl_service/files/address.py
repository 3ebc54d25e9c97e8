"""How an address names a version of a cohort file: by the number of its organisation and its own, as `CohortFile.address` writes it."""

from __future__ import annotations


class FileAddress:
    """For `path()`: `<file:file>`. An address that is made of anything else is made of nothing."""

    regex = "[0-9]{1,9}-[0-9]{1,9}"

    def to_python(self, value: str) -> tuple[int, int]:
        """Numbers of the organisation and of the version."""
        organisation, _, version = value.partition("-")
        return int(organisation), int(version)

    def to_url(self, value: str) -> str:
        """As the row writes it."""
        return value
