"""The command line: `python -m notebook_report report 2021`."""

import _signal  # signal itself takes as long to import as all that Python does before
import os
import sys


def stop(_number: int, _frame: object) -> None:
    """End at once: nothing has begun, and an exception would be lost in the midst of an import."""
    os.write(2, b"Interrupted: run it again.\n")
    os._exit(130)


if __name__ == "__main__":  # each child of the warm process imports this module again
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, stop)
    from notebook_report.commands import main

    sys.exit(main(sys.argv[1:]))
