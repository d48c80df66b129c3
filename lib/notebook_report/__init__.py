"""How the notebooks are run: the map of steps, what is stale, one step in a child process, and what is published."""


class BuildFailed(Exception):
    """The build can't go on; the text says where and why, ready to be shown."""
