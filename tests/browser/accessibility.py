"""What axe-core finds wrong on a page."""

from playwright.sync_api import Page

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page, axe: str) -> list[str]:
    """A line a rule that is broken, with the first places."""
    page.evaluate(axe)
    found = page.evaluate(
        "tags => axe.run(document, { runOnly: tags, resultTypes: ['violations'] })", STANDARDS
    )["violations"]
    return [
        f"{rule['id']}: {rule['help']}: {[node['html'][:200] for node in rule['nodes'][:3]]}"
        for rule in found
    ]
