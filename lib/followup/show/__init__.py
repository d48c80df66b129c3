"""What a notebook shows: tables, figures, and prose with facts, in one style."""

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from followup.show.figures import canvas as canvas
    from followup.show.figures import figure as figure
    from followup.show.tables import examples as examples
    from followup.show.tables import key_figures as key_figures
    from followup.show.tables import marked_codes as marked_codes
    from followup.show.tables import table as table

# Where each name is found, so that a notebook without a figure does not wait for the drawing
# library.
NAMES = {
    "marks": "interval key forest spans odds legend_above",
    "figures": (
        "canvas figure axis_of_shares axis_of_counts wrap reference values_beside pairs_in_words "
        "tenths INK MUTED YES NO OTHER"
    ),
    "tables": (
        "LONG MOST_CODES table key_figures marked_codes marked_members folded examples changes"
    ),
    "matrix": "members_matrix answers_by_member readable",
    "prose": "prose words and_list plural agree how_many compared highest lowest each capital",
    "numbers": "percent count points ratio p_value of between",
}
PLACES = {name: module for module, names in NAMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in PLACES:
        raise AttributeError(f"followup.show has no {name}: it has {', '.join(sorted(PLACES))}")
    return getattr(import_module(f"followup.show.{PLACES[name]}"), name)


def load_ipython_extension(shell: Any) -> None:
    """Make `%%prose` and `%%prose_table` known to a notebook."""
    from followup.show import prose, prose_table

    prose.register_magic(shell)
    prose_table.register_magic(shell)


if "IPython" in sys.modules and (_shell := sys.modules["IPython"].get_ipython()):
    load_ipython_extension(_shell)
