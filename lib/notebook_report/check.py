"""What a build begins with: the project's check of the raw data."""

import os
import time

from notebook_report import BuildError
from notebook_report.children import KilledError, results
from notebook_report.project import Check
from notebook_report.system import Context, most_memory


def stop_if_fatal(check: Check, server: Context) -> None:
    """Check the raw data in a child of the warm process, and print what the check says.

    Raises
    ------
    BuildError
        Something is fatal; the text is the list of problems, and nothing is printed.
    """
    start = time.perf_counter()
    try:
        [(status, text, spent, memory)] = results(server, (measured, check))
    except KilledError:
        raise BuildError("The process that checks the raw data was killed") from None
    if os.environ.get("PROFILE"):
        cost = f"{spent:.2f} s of the processor, {memory:,} MB at most"
        print(f"  {'check':<32}{time.perf_counter() - start:5.1f} s\n      {cost}", flush=True)
    if status:
        raise BuildError(text)
    print(text, flush=True)


def measured(check: Check) -> tuple[int, str, float, int]:
    """Return a check's status and text, its seconds of the processor, and its most memory in MB."""
    return *check(), time.process_time(), most_memory()
