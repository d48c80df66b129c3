"""Build the report of one round: `python -m followup.chain 2021`."""

import sys

from followup.chain.build import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
