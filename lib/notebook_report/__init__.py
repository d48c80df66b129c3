"""Run a chain of notebooks, and merge what they show into pages and a workbook.

A project hands in its steps, its pages and its words (see `project`); this package knows nothing of
them.
"""

import os

# One thread in the process that is forked, or forking it is not safe; sets in the same order each
# time, for which Python must be started so; and paths as what is not Python's takes any to be.
ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
}


class BuildError(Exception):
    """The build can't go on; the text says where and why, ready to be shown."""


class StepError(BuildError):
    """A step cannot stand; the text says where and why, ready to be shown."""


def stop(_number: int, _frame: object) -> None:
    """End at once: nothing has begun, and an exception would be lost in the midst of an import."""
    os.write(2, b"Interrupted: run it again.\n")
    os._exit(130)
