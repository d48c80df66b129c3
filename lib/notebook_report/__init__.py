"""Run a chain of notebooks, and merge what they show into pages and a workbook.

A project hands in its steps, its pages and its words (see `project`); this package knows nothing of
them.
"""


class BuildError(Exception):
    """The build can't go on; the text says where and why, ready to be shown."""


class StepError(BuildError):
    """A step cannot stand; the text says where and why, ready to be shown."""
