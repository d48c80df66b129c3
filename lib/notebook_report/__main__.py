"""The command line: `python -m notebook_report report 2021`."""

import sys

if __name__ == "__main__":  # each child of the warm process imports this module again
    from notebook_report.commands import main

    sys.exit(main(sys.argv[1:]))
