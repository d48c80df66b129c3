"""What a build begins with: the check of the raw data, as `make check` prints it."""

import io
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import redirect_stderr, redirect_stdout
from multiprocessing.context import ForkServerContext

from followup.rounds import Round
from notebook_report import BuildFailed
from notebook_report.attempt import settle


def stop_if_fatal(survey_round: Round, server: ForkServerContext) -> None:
    """Check a round's raw data in a child of the warm process, and print what it says.

    Raises
    ------
    BuildFailed
        Something is fatal; the text is the list of problems, and nothing is printed.
    """
    with ProcessPoolExecutor(1, mp_context=server, initializer=settle) as pool:
        try:
            status, said = pool.submit(checked, survey_round.year).result()
        except BrokenProcessPool:
            raise BuildFailed("The process that checks the raw data was killed") from None
    if status:
        raise BuildFailed(said)
    print(said, flush=True)


def checked(year: int) -> tuple[int, str]:
    """Check a year's raw data, write output/YEAR/check.html, and return the exit status and all that was said."""
    from followup.cleaning.check import main

    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        status = main([str(year)])
    return status, said.getvalue().rstrip("\n")
