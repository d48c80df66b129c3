"""How results are shown: sentences, tables, figures and the HTML page."""
