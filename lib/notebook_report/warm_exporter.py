"""What the warm process does so that its children render notebooks at once: the templates are
compiled here."""

from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from notebook_report.export import cells_html
from notebook_report.pages import templates

shown = [new_output("display_data", {"text/html": "<p></p>"}), new_output("stream", text="")]
cells_html([new_markdown_cell("# One"), new_code_cell("1", outputs=shown)], fold=False)
for name in ("report.html.j2", "notebook.html.j2"):
    templates().get_template(name)
