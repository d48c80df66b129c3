"""What the warm process does so that its children render notebooks at once: templates, and the
parsers' expressions, are compiled here."""

from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from notebook_report.export import cells_html, coloured
from notebook_report.markup import PageSoFar, Register, fitted
from notebook_report.pages import templates

TEXT = """# One é

- a **b** *c* [d](#d) `e` $f$ <g>

1. h

| i |
| - |
| j |
"""
samples = [new_output("display_data", {"text/html": "<p></p>"}), new_output("stream", text="")]
samples += [new_output("display_data", {"text/markdown": "k"})]
html = cells_html([new_markdown_cell(TEXT), new_code_cell("1", outputs=samples)], fold=False)
coloured(fitted(f"{html}&eacute;", PageSoFar("", Register()), ""))
for name in ("report.html.j2", "notebook.html.j2"):
    templates().get_template(name)
