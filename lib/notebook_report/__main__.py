"""The command line: `python -m notebook_report report 2021`."""

import sys

if __name__ == "__main__":  # each child of the warm process imports this module again
    try:
        from notebook_report.commands import main

        status = main(sys.argv[1:])
    except KeyboardInterrupt:  # before there was anything to interrupt
        print("Interrupted: run it again.", file=sys.stderr)
        status = 130
    sys.exit(status)
