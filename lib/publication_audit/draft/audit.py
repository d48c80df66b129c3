"""The audit of a draft: what is found in it is a publication, which the audit's rules judge."""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

import pandas as pd

from followup.cleaning.administrations import read_administrations
from followup.cleaning.publication import mentions
from followup.rounds import Round
from publication_audit.alternative_reconstructions import alternative_reconstructions
from publication_audit.audit import audit as audit_publication
from publication_audit.claims import PARTS, expected_claim, in_numbers
from publication_audit.context import Context, context_of
from publication_audit.draft.assertions import Asserted, assertions, counted, marks_explained
from publication_audit.draft.corrections import Corrections, read_corrections
from publication_audit.draft.document import Block, Cell, Document
from publication_audit.draft.figures import Found, figures, holds_loosely, sentences
from publication_audit.draft.further_facts import further_facts
from publication_audit.draft.in_words import fact_in_words
from publication_audit.draft.items import AGREES, COLUMNS, DIFFERS, NOT_TRACED, WHICH_FACT
from publication_audit.draft.matching import (
    CORRECTED,
    HELD,
    LIKELY,
    NOBODY,
    OTHER_BASE,
    SURE,
    UNSURE,
    Match,
    Matching,
    Sentence,
)
from publication_audit.draft.quotes import Quote, quotes
from publication_audit.draft.subjects import Mention, Subjects
from publication_audit.draft.tables import (
    ReadTable,
    heading_name,
    lists_members,
    read_tables,
)
from publication_audit.number_formats import ROUNDED
from publication_audit.printed import SUMMARIES, Claim, Figure
from publication_audit.publication import CLAIM_COLUMNS, Publication
from publication_audit.rules import share_beside_comparison

# A heading that tells no more than the unit of the figures below it.
BARE = re.compile(
    r"(?:(?:number|share|percentage) of )?(?:the )?(?:replies|answers|responses|respondents)"
    r"|share|number|count|total|n|%|per ?cent(?:age)?",
    re.IGNORECASE,
)
NUMBER = re.compile(r"\s*(\d+(?:\.\d+)*)[.)]?(?=\s|[A-Z])")
# The page at the end of a line of the contents.
PAGE = re.compile(r"(?<=[^\s.])\s+\d{1,3}(?:\s?-\s?\d{1,3})?$")
LONGEST = 80  # letters of a sentence that stands for what no fact is about
IN_TABLE = ("invited", "replies", "yes", "no")
WORDS = {"word": "word", "fraction": "word", "change": "word", "vague": "word", "top": "ranking"}


@dataclass(frozen=True)
class Place:
    """Where an item stands, what is around it, and how sure its fact is.

    `proposed` is what it was matched with; None where a person's correction cannot change that.
    """

    block: int
    row: int = -1
    column: int = -1
    start: int = 0
    end: int = 0
    text: str = ""
    unit: str = ""
    sure: str = SURE
    others: tuple[str, ...] = ()
    proposed: str | None = None


@dataclass
class Draft:
    """A draft as a publication that is held against a round (`context`, with its `facts` as a
    table), and the place of each of its items by the audit's name for it.
    """

    document: Document
    publication: Publication
    context: Context
    facts: pd.DataFrame
    places: dict[str, Place] = field(default_factory=dict)


def audit(document: Document, survey_round: Round) -> pd.DataFrame:
    """Audit a draft against the facts of a round whose report is built.

    Returns
    -------
    One row an item, in the order of the draft; its columns are those of `items`.
    """
    return judged(read_draft(document, survey_round))


def read_draft(document: Document, survey_round: Round) -> Draft:
    """What a draft prints, as a publication: its tables, the claims of its text, its examples."""
    workshops, administrations = survey_round.read_workshops(), read_administrations()
    subjects = Subjects(survey_round, workshops, administrations)
    replies = survey_round.read_replies()
    named = replies.dropna(subset="administration")
    replied = set(zip(named["workshop"], named["administration"], strict=True))
    tables = read_tables(document, subjects)
    examples = list(quotes(document, subjects, replied))
    frames = {one.name: _printed(one, subjects) for one in tables if one.name}
    publication = Publication(
        survey_round,
        workshops,
        dict(sorted(frames.items())),
        pd.DataFrame(columns=CLAIM_COLUMNS, dtype=str),
        _examples(examples, survey_round, subjects),
        administrations,
    )
    facts, associations = _results(survey_round)
    further = further_facts(survey_round, replies, facts, associations)
    facts = pd.concat([facts, further.frame], ignore_index=True)
    context = context_of(publication, replies, facts, associations)
    corrections = read_corrections(survey_round, context)
    matching = Matching(context, subjects, further.phrases)
    reader = _Reader(document, matching, tables, examples, corrections)
    reader.read()
    claims = pd.DataFrame(reader.claims, columns=CLAIM_COLUMNS, dtype=str)
    publication = replace(publication, claims=claims)
    context = replace(context, publication=publication)
    draft = Draft(document, publication, context, facts, reader.places)
    for table in tables:
        if table.name:
            draft.places |= dict(_table_places(table, draft.publication))
    for number, quote in enumerate(examples, start=1):
        section = draft.publication.examples.iloc[number - 1]["section"]
        place = Place(quote.block.index, -1, -1, quote.start, quote.end, quote.text, "example")
        draft.places[f"examples:g{number:02d}:{section}"] = place
    return draft


def _results(survey_round: Round) -> tuple[pd.DataFrame, pd.DataFrame]:
    facts, associations = (
        survey_round.read_result(f"{name}.csv") for name in ("facts", "associations")
    )
    return facts, associations


def _printed(table: ReadTable, subjects: Subjects) -> pd.DataFrame:
    """The columns that the audit knows; rows that are called by their topics have no title."""
    frame, topics = table.frame, subjects.topics
    columns = {*IN_TABLE, *subjects.survey_round.options}
    if "title" in frame:
        rows = [row for row in frame.index if row in topics]
        named = [subjects.is_topic(frame.loc[row, "title"], row) for row in rows]
        columns |= {"title"} if sum(named) <= len(rows) / 2 else set()
    return frame[[name for name in frame if name in columns]]


def _examples(examples: list[Quote], survey_round: Round, subjects: Subjects) -> pd.DataFrame:
    """The examples in the form of good_practices.csv."""
    rows = []
    for number, quote in enumerate(examples, start=1):
        headings = quote.block.section
        named = [
            one.name for text in headings for one in subjects.options(text) if one.kind == "outcome"
        ]
        section = survey_round.section_of(named[0]) if named else section_of(headings)
        row = {
            "id": f"g{number:02d}",
            "section": section,
            "theme": headings[-1] if headings else "",
        }
        row |= {"workshop": quote.workshop, "administration": quote.administration}
        row |= {"example": quote.text, "status": quote.status, "attribution": quote.attribution}
        rows.append(row | {"says": ""})
    columns = ["id", "section", "theme", "workshop", "administration", "example", "status"]
    return pd.DataFrame(rows, columns=[*columns, "attribution", "says"], dtype=str)


def section_of(headings: tuple[str, ...]) -> str:
    """A section as claims.csv has it: its number, or its heading in small letters."""
    for heading in reversed(headings):
        number = NUMBER.match(heading)
        if number:
            return number[1]
    return headings[-1].casefold() if headings else "title"


@dataclass
class _Reader:
    """Goes through a draft and collects its claims."""

    document: Document
    matching: Matching
    tables: list[ReadTable]
    examples: list[Quote]
    corrections: Corrections
    claims: list[dict[str, str]] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    lead: Sentence | None = None
    last_sentences: dict[int, Sentence] = field(default_factory=dict)

    @cached_property
    def names(self) -> re.Pattern[str]:
        """What looks like a figure and is a name: of an event, or the number of a heading."""
        headings = [one.text for one in self.document.blocks if one.kind == "heading"]
        numbers = [
            rf"(?<![\w.]){number[0].strip()}(?=\s+{re.escape(one[number.end() :].strip())}\b)"
            for one in headings
            if (number := NUMBER.match(one))
        ]
        return re.compile("|".join([self.matching.names.pattern, *numbers]), re.IGNORECASE)

    def read(self) -> None:
        quoted = {quote.block.index for quote in self.examples}
        tables = {id(table.block): table for table in self.tables}
        outcome = ""
        for block in self.document.blocks:
            if block.kind == "table":
                table = tables[id(block)]
                outcome = table.outcome
                self._table(table)
            elif block.index not in quoted:
                self._text(block, outcome)

    def _text(self, block: Block, outcome: str) -> None:
        """The claims of a paragraph; `outcome` is that of the table above, which notes explain."""
        text, is_heading = block.text, block.kind == "heading"
        section = section_of((*block.section, text) if is_heading else block.section)
        page = PAGE.search(text) if not block.section else None
        number = NUMBER.match(text) if is_heading or page else None
        skipped, end = number.end() if number else 0, page.start() if page else len(text)
        above = (*block.section, text) if is_heading else block.section
        before = self.last_sentences.get(block.level) if block.kind == "note" else None
        lead = self.lead if block.kind == "item" else None
        outcomes: list[str] = []
        for first, last in sentences(text):
            sentence = self.matching.sentence(text[first:last], above, before, lead)
            sentence = replace(sentence, is_note=block.kind == "note" and not sentence.mentions)
            ranked = re.search(r"\brank", sentence.text, re.IGNORECASE) is not None
            done: list[tuple[Found, Match]] = []
            for found in figures(sentence.text, ranked, self.names):
                if first + found.start < skipped or first + found.end > end:
                    continue
                for match in self.matching.match(found, sentence, done):
                    self._claim(block, section, first, found, match, sentence)
                    done.append((found, match))
            for asserted in assertions(sentence, self.matching, tuple(dict.fromkeys(outcomes))):
                self._assertion(block, section, first, asserted, sentence.text)
            for asserted in marks_explained(sentence, outcome, self.matching):
                self._assertion(block, section, first, asserted, sentence.text)
            for asserted in self._joint_counts(sentence, done):
                self._assertion(block, section, first, asserted, sentence.text)
            outcomes += [one.name for one in sentence.mentions if one.kind == "outcome"]
            before = sentence
        if before is not None:
            self.last_sentences[block.index] = before
        if block.kind != "item":
            self.lead = before

    def _joint_counts(
        self, sentence: Sentence, done: list[tuple[Found, Match]]
    ) -> Iterator[Asserted]:
        """The “and” between two actions of a share that counts those that took either."""
        for found, match in done:
            parts = match.fact.split(".")
            if len(parts) < 4 or "|" not in parts[1] or parts[0] != "pair":
                continue
            names = parts[1].split("|")
            start, end = sentence.clause_of(found.start)
            placed = [
                one for one in sentence.mentions if one.name in names and start <= one.start < end
            ]
            for one, other in pairwise(placed):
                gap = re.fullmatch(
                    r"(?:[^,;/]*\s)?(and)\s(?!/)[^,;/]*", sentence.text[one.end : other.start]
                )
                if gap and one.name != other.name:
                    place = one.end + gap.start(1)
                    fact, value = f"action.{parts[1]}", "&".join(names)
                    yield Asserted(place, place + 3, "and", "label", fact, value)

    def _table(self, table: ReadTable) -> None:
        """What the summary rows of a list assert, and the figures of other tables."""
        block, section = table.block, section_of(table.block.section)
        for row, name in table.rows.items():
            if table.name and name in SUMMARIES:
                actions = [one for one in table.columns.values() if one in self.matching.actions]
                heading = next((cell for cell in block.rows[row] if cell.text.strip()), None)
                if heading is None:
                    continue
                for asserted in counted(heading.text, name, table.outcome, actions, self.matching):
                    at = (heading.row, heading.column)
                    self._assertion(block, section, 0, asserted, heading.text, at)
        kept = {*IN_TABLE, "title", *self.matching.actions, *self.matching.outcomes}
        for cells in block.rows:
            if self._is_example(cells):
                continue
            for cell in cells:
                is_read = (
                    table.name and table.columns.get(cell.column) in kept and cell.row in table.rows
                )
                if not is_read and not cell.header and cell.column and not lists_members(cell.text):
                    self._cell(table, cell.row, cell.column, section)

    def _is_example(self, cells: tuple[Cell, ...]) -> bool:
        """Whether a row tells what a member did after an event: its words are the member's."""
        subjects, texts = self.matching.subjects, [cell.text for cell in cells]
        return any(map(subjects.code, texts)) and any(map(subjects.workshops_like, texts))

    def _cell(self, table: ReadTable, row: int, column: int, section: str) -> None:
        """The figures of a cell, read as a sentence with the headings of its row and column."""
        text = table.cells[row, column].text
        stub, heading = " ".join(table.stub(row)), table.head(column)
        is_bare = stub and BARE.fullmatch(heading) and not table.rows.get(row)
        head = f"{stub}: " if is_bare else f"{stub}, {heading}: "
        name = table.rows.get(row, "")
        subjects = self.matching.subjects
        about = name or heading_name(stub, subjects) or " ".join(table.stub(row))
        names = {about, table.columns.get(column, "")} - {""}
        sentence = self.matching.sentence(head + text, table.block.section)
        if name in self.matching.context.workshops:
            sentence = replace(sentence, places=(Mention("workshop", name, 0, 0, 1),))
        option = table.columns.get(column, "")
        if option in self.matching.actions and option not in sentence.topics([option]):
            heading_start = len(stub) + 2
            named = Mention("action", option, heading_start, len(head), 1)
            sentence = replace(sentence, mentions=(*sentence.mentions, named))
        done: list[tuple[Found, Match]] = []
        for found in figures(sentence.text, names=self.names):
            if found.start < len(head):
                continue
            is_of_other = OTHER_BASE.search(head)
            fact = "" if is_of_other else self.matching.of_cell(names, table.outcome, found.unit)
            for match in self.matching.match(found, sentence, done, fact):
                done.append((found, match))
                self._claim(table.block, section, -len(head), found, match, sentence, (row, column))

    def _claim(
        self,
        block: Block,
        section: str,
        offset: int,
        found: Found,
        match: Match,
        sentence: Sentence,
        cell: tuple[int, int] = (-1, -1),
    ) -> None:
        kind = WORDS.get(found.form, "ranking" if found.form == "marker" else "figure")
        unit = "word" if found.form in ("word", "fraction", "change") else found.unit
        proposed = " ; ".join(filter(None, [match.fact, *match.others]))
        fact = self.corrections.fact_of(sentence.text, found.start, found.end, match.fact)
        if fact is not None and (fact, SURE) != (match.fact, match.sure):
            match = Match(fact, CORRECTED)
        value = self._value(found, match, sentence)
        if found.value in NOBODY and self.matching.unit(match.fact) == "count":
            kind, unit, value = "figure", "count", "0"
        start, end = found.start + offset, found.end + offset
        at = (block.index, *cell, start, end)
        place = Place(*at, sentence.text, unit, match.sure, match.others, proposed)
        row = {"printed": found.printed, "value": value, "unit": unit, "fact": match.fact}
        self._add(row | {"base": match.base, "kind": kind, "section": section}, place)

    def _value(self, found: Found, match: Match, sentence: Sentence) -> str:
        if match.fact == "round.conducted":
            held = HELD.search(sentence.text, found.end)
            return held[1].casefold() if held else ""
        return found.value

    def _assertion(
        self,
        block: Block,
        section: str,
        offset: int,
        asserted: Asserted,
        text: str,
        cell: tuple[int, int] = (-1, -1),
    ) -> None:
        start, end = asserted.start + offset, asserted.end + offset
        given = self.corrections.fact_of(text, asserted.start, asserted.end, asserted.fact)
        is_given = given is not None and given != asserted.fact
        fact, sure = (given or "", CORRECTED) if is_given else (asserted.fact, SURE)
        at = (block.index, *cell, start, end)
        place = Place(*at, text, asserted.kind, sure, (), asserted.fact)
        row = {"printed": asserted.printed, "value": asserted.value, "fact": fact}
        self._add(row | {"unit": "", "base": "", "kind": asserted.kind, "section": section}, place)

    def _add(self, row: dict[str, str], place: Place) -> None:
        number = f"c{len(self.claims) + 1:03d}"
        words = textwrap.shorten(place.text, LONGEST, placeholder=" …")
        about = fact_in_words(row["fact"], self.matching.context) or words
        self.claims.append({"id": number, "about": about, **row})
        self.places[f"prose:{number}:{row['section']}"] = place


def _table_places(table: ReadTable, publication: Publication) -> Iterator[tuple[str, Place]]:
    """Yield the place of each item of a table: its cells, and the members that they name."""
    columns = {name: number for number, name in reversed(table.columns.items())}
    lists = publication.lists_members(table.name)
    for row, name in table.rows.items():
        for column, number in columns.items():
            at = (row, table.title_column(row) if column == "title" else number)
            cell = table.cells.get(at)
            if cell is None:
                continue
            text = " ".join((*table.stub(row), table.head(number), cell.text)).strip()
            unit = "title" if column == "title" else "names" if lists else "count"
            printed = table.title(row) if column == "title" else cell.text
            start = max(cell.text.find(printed), 0)
            place = Place(table.block.index, *at, start, len(cell.text), text, unit)
            yield f"{table.name}:{name}:{column}", place
            position = 0
            for mention in mentions(table.printed(*at)) if lists and unit == "names" else []:
                found = cell.text.find(mention.name, position)
                position = found + len(mention.name)
                mark = replace(place, start=found, end=position, unit="mark")
                yield f"{table.name}:{name}:{column} {mention.name}", mark


def _is_loosely_right(item: Claim, place: Place, draft: Draft) -> bool:
    """Whether a figure that is not the fact's is a bound or a round number that holds."""
    value = draft.context.value(item.fact) if item.kind in ("figure", "word") else None
    digits, start = re.search(r"\d", item.printed), place.text.find(item.printed)
    said = PARTS.get(item.value)
    if said is None and item.unit in ("count", "share", *ROUNDED) and digits:
        said, start = float(item.value), start + digits.start()
    return None not in (value, said) and holds_loosely(place.text, start, value or 0, said or 0)


def _is_unknown(fact: str, context: Context) -> bool:
    return fact in context.facts and context.value(fact) is None


def _is_right_in_table(item: Claim, rule: str, place: Place, draft: Draft) -> bool:
    """Whether a cell lacks no more than the comparison that a share quoted in a text needs."""
    is_right = expected_claim(item, draft.context).text == item.printed
    return place.row >= 0 and rule == share_beside_comparison.name and is_right


def judged(draft: Draft) -> pd.DataFrame:
    """Judge a draft by the rules of the audit of a publication."""
    survey_round, publication = draft.publication.survey_round, draft.publication
    replies = survey_round.read_replies()
    reconstructions = alternative_reconstructions(
        survey_round, replies, survey_round.read_counts(), survey_round.read_workshops()
    )
    _, associations = _results(survey_round)
    audited = audit_publication(publication, replies, draft.facts, associations, reconstructions)
    rows = []
    for row in audited.to_dict("records"):
        key = f"{row['source']}:{row['row']}:{row['column']}"
        place, item = draft.places.get(key), publication.by_place[key]
        if place is None:
            continue
        fact = getattr(item, "fact", "") or (item.quantity if isinstance(item, Figure) else "")
        verdict = str(row["verdict"])
        if verdict == "not checkable":
            # Only a figure of the round before that is as declared cannot be checked further.
            is_declared = fact.startswith("last.") and draft.context.value(fact) is not None
            verdict = AGREES if is_declared else NOT_TRACED
            is_unknown = row["printed"] == "-" and _is_unknown(fact, draft.context)
            if is_unknown:
                verdict, row["explanation"] = AGREES, "It is not known."
            if is_declared:
                row |= {"recomputed": row["printed"], "explanation": "The round declares the same."}
        elif (
            verdict == DIFFERS
            and isinstance(item, Claim)
            and (
                _is_loosely_right(item, place, draft)
                or _is_right_in_table(item, str(row["rule"]), place, draft)
            )
        ):
            verdict, told = AGREES, in_numbers(item, draft.context)
            row |= {"recomputed": row["printed"], "rule": "", "explanation": told}
        elif place.sure in (UNSURE, LIKELY) and verdict == DIFFERS:
            verdict = WHICH_FACT
        words = publication.place_in_words(item)
        rows.append(
            {
                "place": words[:1].upper() + words[1:],
                **{name: row[name] for name in ("printed", "recomputed", "explanation", "rule")},
                **{"text": place.text, "unit": place.unit, "verdict": verdict},
                "fact": (matched := " ; ".join([fact, *place.others]) if fact else ""),
                "proposed": matched if place.proposed is None else place.proposed,
                "how_sure": place.sure
                if fact or place.unit in ("names", "mark", "title", "example")
                else UNSURE,
                **{
                    name: getattr(place, name)
                    for name in ("block", "row", "column", "start", "end")
                },
            }
        )
    items = pd.DataFrame(rows, columns=COLUMNS)
    return items.sort_values(["block", "row", "column", "start"], kind="stable", ignore_index=True)
