"""JupyterLab as it is opened here: at the overview, and with the pages of a report that lead to
each other in its HTML viewer."""

from collections.abc import Sequence
from pathlib import Path

from jupyter_server.base.handlers import AuthenticatedFileHandler
from jupyter_server.services.contents.filecheckpoints import AsyncFileCheckpoints
from jupyterlab.labapp import LabApp


class PagesThatLink(AuthenticatedFileHandler):
    """Files for a reader who is signed in; where a link in JupyterLab's viewer leads from one page
    of output/ to another, it is followed.

    The viewer's browser says nothing of where it comes from, so Jupyter would refuse. Another site
    gains nothing by it: it can neither frame the page nor read what it opens.
    """

    @property
    def is_followed(self) -> bool:
        """Whether somebody goes to a page of output/."""
        mode = self.request.headers.get("Sec-Fetch-Mode")
        return "/files/output/" in self.request.path and mode == "navigate"

    def check_xsrf_cookie(self) -> None:
        """Check the request as any other, unless a link is followed."""
        if not self.is_followed:
            super().check_xsrf_cookie()

    @property
    def content_security_policy(self) -> str:
        """In the viewer a page runs no script, so it may be of this server and link on."""
        policy = super().content_security_policy
        if self.is_followed and self.request.headers.get("Sec-Fetch-Dest") == "iframe":
            return policy.replace("sandbox allow-scripts", "sandbox allow-same-origin")
        return policy


class CheckpointsApart(AsyncFileCheckpoints):
    """Checkpoints in a folder of their own: what somebody looks at in output/ has no copy there."""

    def checkpoint_path(self, checkpoint_id: str, path: str) -> str:
        """Return where the checkpoint of a file is."""
        folder = Path(self.root_dir, ".cache", "checkpoints", path.strip("/"))
        folder.mkdir(parents=True, exist_ok=True)
        return str(folder / checkpoint_id)


def open_lab(options: Sequence[str]) -> int:
    """Serve the folder that we are in until somebody ends it, and return the exit status."""
    settings = {
        "ServerApp.root_dir": ".",
        "LabApp.default_url": "/lab/tree/notebooks/overview.ipynb",
        "FileContentsManager.files_handler_class": f"{__name__}.{PagesThatLink.__name__}",
        "FileContentsManager.checkpoints_class": f"{__name__}.{CheckpointsApart.__name__}",
    }
    LabApp.launch_instance([*(f"--{name}={value}" for name, value in settings.items()), *options])
    return 0
