"""What a build begins with: the project's check of the raw data."""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import ForkServerContext

from notebook_report import BuildError
from notebook_report.execution import be_a_process_of_its_own, most_memory
from notebook_report.project import Check


def stop_if_fatal(check: Check, server: ForkServerContext) -> None:
    """Check the raw data in a child of the warm process, and print what the check says.

    Raises
    ------
    BuildError
        Something is fatal; the text is the list of problems, and nothing is printed.
    """
    start = time.perf_counter()
    with ProcessPoolExecutor(1, mp_context=server, initializer=be_a_process_of_its_own) as pool:
        try:
            status, text = pool.submit(check).result()
            if os.environ.get("PROFILE"):
                spent, memory = pool.submit(time.process_time), pool.submit(most_memory)
                told = f"{spent.result():.2f} s of the processor, {memory.result():,} MB at most"
                seconds = time.perf_counter() - start
                print(f"  {'check':<32}{seconds:5.1f} s\n      {told}", flush=True)
        except BrokenProcessPool:
            raise BuildError("The process that checks the raw data was killed") from None
    if status:
        raise BuildError(text)
    print(text, flush=True)
