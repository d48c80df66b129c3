"""The command line: `python -m notebook_report report 2021`."""

import _signal  # signal itself takes as long to import as all that Python does before
import os
import sys

from notebook_report import ENVIRONMENT, stop

if __name__ == "__main__":  # each child that is not forked imports this module again
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, stop)
    builds = sys.argv[1:2] not in (["lab"], ["test"])
    if builds and sys.platform == "linux" and not os.environ.items() >= ENVIRONMENT.items():
        command = [sys.executable, *sys.orig_argv[1:]]
        os.execve(sys.executable, command, {**os.environ, **ENVIRONMENT})
    from notebook_report.commands import main

    sys.exit(main(sys.argv[1:]))
