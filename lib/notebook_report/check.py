"""What a build begins with: the project's check of the raw data."""

from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import ForkServerContext

from notebook_report import BuildError
from notebook_report.execution import be_a_process_of_its_own
from notebook_report.project import Check


def stop_if_fatal(check: Check, server: ForkServerContext) -> None:
    """Check the raw data in a child of the warm process, and print what the check says.

    Raises
    ------
    BuildError
        Something is fatal; the text is the list of problems, and nothing is printed.
    """
    with ProcessPoolExecutor(1, mp_context=server, initializer=be_a_process_of_its_own) as pool:
        try:
            status, text = pool.submit(check).result()
        except BrokenProcessPool:
            raise BuildError("The process that checks the raw data was killed") from None
    if status:
        raise BuildError(text)
    print(text, flush=True)
