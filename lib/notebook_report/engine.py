"""A papermill engine that runs IPython's kernel in this very process.

The kernel class is the one that JupyterLab starts, and nbclient handles its messages, so that
outputs, counts and tracebacks are the same; what is saved is a second process, its sockets, and
importing pandas once more. One process can run one notebook: the caller forks (see `build`).
"""

import os
import sys
from contextlib import suppress
from pathlib import Path

import nbformat
from ipykernel.inprocess import InProcessKernelManager
from jupyter_core.utils import run_sync
from nbclient.exceptions import CellExecutionComplete
from nbclient.util import run_hook
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines
from traitlets.config import Config

from notebook_report.warm import BACKEND

NAME = "in-process"


class InProcessClient(PapermillNotebookClient):
    """papermill's client around a kernel that lives in this process.

    Modules of the library may have been imported before: what they do for a notebook that imports
    them, they do when their `load_ipython_extension` is called, as IPython's extensions do.
    """

    library = Path()

    def execute(self) -> nbformat.NotebookNode:
        """Run every cell, up to the first that fails, and return the notebook."""
        self.reset_execution_trackers()
        config = Config({"HistoryManager": {"enabled": False}})
        # Asked for an address, it would look at all that this machine has.
        self.km = InProcessKernelManager(config=config, ip="127.0.0.1")
        self.km.start_kernel()
        kernel = self.km.kernel
        assert kernel is not None
        shell = kernel.shell
        if "matplotlib.pyplot" in sys.modules:  # what importing it does in a kernel
            from IPython.core.pylabtools import activate_matplotlib
            from matplotlib_inline.backend_inline import configure_inline_support

            activate_matplotlib(BACKEND)
            configure_inline_support(shell, BACKEND)
        if "pandas" in sys.modules:  # looks for a notebook when it is imported: there was none
            sys.modules["pandas"].set_option("display.max_columns", 20)
        for module in tuple(sys.modules.values()):
            if str(getattr(module, "__file__", "")).startswith(f"{self.library}{os.sep}"):
                getattr(module, "load_ipython_extension", lambda _: None)(shell)
        self.kc = self.km.client()
        self.kc.start_channels()
        self.papermill_execute_cells()
        self.nb.metadata["language_info"] = kernel.language_info
        self.set_widgets_metadata()
        return self.nb

    def execute_cell(self, cell: nbformat.NotebookNode, cell_index: int) -> None:
        """Run one cell and take its messages up to the one that says the kernel is idle."""
        if cell.cell_type != "code" or not cell.source.strip():
            return
        run_sync(run_hook)(self.on_cell_start, cell=cell, cell_index=cell_index)
        self.clear_before_next_output = False
        self.kc.execute(cell.source, allow_stdin=False)
        reply = self.kc.get_shell_msg()
        with suppress(CellExecutionComplete):
            while True:
                self.process_message(self.kc.get_iopub_msg(), cell, cell_index)
        run_sync(self._check_raise_for_error)(cell, cell_index, reply)


class InProcessEngine(Engine):
    """papermill's door to `InProcessClient`."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: object,
        _name: str = "",
        on_cell_start: object = None,
        library: Path = Path(),
        **_: object,
    ) -> None:
        """Run the notebook that papermill manages."""
        client = InProcessClient(nb_man, record_timing=False, on_cell_start=on_cell_start)
        client.library = library
        client.execute()


papermill_engines.register(NAME, InProcessEngine)
