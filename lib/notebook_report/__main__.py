"""Build the report of one round: `python -m notebook_report 2021`."""

import sys

from notebook_report.build import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
