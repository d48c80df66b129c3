"""What the warm process does before anything else: import this first in the process whose children
run the steps."""

import gc
import os
import sys

# What imports make is no garbage, and looking for it takes a tenth of their time; a child switches
# the collection on again.
gc.disable()

# Before pyplot is imported.
BACKEND = os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"

# Optional to those who import them: a validator of addresses in jsonschema, which takes a second
# (python-jsonschema#1428), a debugger in ipykernel, and made-up data in pandera.
for module in ("rfc3987_syntax", "debugpy", "hypothesis"):
    sys.modules.setdefault(module, None)  # type: ignore[arg-type]

import nbformat  # noqa: E402
import papermill  # noqa: E402, F401

nbformat.validate(nbformat.v4.new_notebook())  # compiles the schema, once for all children
