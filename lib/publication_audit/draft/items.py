"""What is found in a draft, one row an item: the form of items.csv.

place        where it stands, in words: `section 2.4.1`, `Table 3, workshop 1, yes`
text         the sentence or cell around it
printed      as printed
unit         count, share, ordinal, year, month, months, weeks, word, association, label, names,
             mark, title, example
fact         the fact that it was matched with; several candidates are joined by ` ; `
proposed     the same, before a person's correction
how_sure     sure, likely, unsure, or `corrected` where a person filled in the fact
recomputed   as it should have been printed; empty where nothing can tell
verdict      agrees, differs, which fact? (unsure), not traced (no fact)
explanation  why, as sentences
rule         the name of the rule that is broken
block        index of its block in the draft
row, column  of the cell, counted from 0 as `Cell` has them; -1 in text
start, end   offsets of `printed` in the text of the block, or of the cell
"""

COLUMNS = [
    *("place", "text", "printed", "unit", "fact", "proposed", "how_sure", "recomputed", "verdict"),
    *("explanation", "rule", "block", "row", "column", "start", "end"),
]
AGREES, DIFFERS, WHICH_FACT, NOT_TRACED = VERDICTS = (
    *("agrees", "differs"),
    *("which fact?", "not traced"),
)
