"""The page of a check: the same list of problems that the screen shows, for whom it is sent to."""

import html
from collections.abc import Iterable

from followup.problems import Problem

HEADINGS = {
    "file": "File",
    "row": "Row",
    "column": "Column",
    "value": "Found",
    "expected": "Expected",
    "suggestion": "Did you mean",
}
STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem }
body { color: #1d2731; background: #fff }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100% }
caption { text-align: left; font-weight: bold; padding: .5rem 0 }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid #767f88; overflow-wrap: anywhere }
"""


def problems_page(
    title: str, verdict: str, fatal: Iterable[Problem], remarks: Iterable[Problem]
) -> str:
    """One HTML page: the verdict, the problems that stop the report, and what is worth knowing."""
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>{html.escape(title)}</h1>
<p>{html.escape(verdict)}</p>
{_table("Problems to mend", list(fatal), HEADINGS)}
{_table("Worth knowing", list(remarks), {**HEADINGS, "expected": "What happens"})}
</main>
</body>
</html>
"""


def _table(caption: str, problems: list[Problem], headings: dict[str, str]) -> str:
    if not problems:
        return ""
    head = "".join(f'<th scope="col">{heading}</th>' for heading in headings.values())
    rows = "".join(
        "<tr>"
        + "".join(f"<td>{html.escape(getattr(problem, name))}</td>" for name in headings)
        + "</tr>\n"
        for problem in problems
    )
    table = f"<table>\n<caption>{caption}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>"
    return f'<div class="wide" tabindex="0" role="region" aria-label="{caption}">{table}</div>'
