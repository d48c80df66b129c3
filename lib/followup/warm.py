"""What the warm process has of this package before the first notebook asks: how a round is
declared takes a tenth of a second to set up.

Not `followup.show`, which gives the kernel that imports it its magics. What is wrong with a module
is told by the notebook that needs it.
"""

from contextlib import suppress

with suppress(Exception):
    import followup.rounds  # noqa: F401
