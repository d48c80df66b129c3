"""What the raw tables and the replies table must look like (pandera); what is wrong comes back as
problems."""

from collections.abc import Collection, Iterator

import pandas as pd
import pandera.pandas as pa

from followup.declaration import MONTH
from followup.problems import Problem
from followup.rounds import Round

# Names that the facts and the report's tables have: a workshop or scope of that name would be
# taken for them.
RESERVED_IDS = ("total", "led", "attributed", "no", "yes", "share", "no_share", "rank", "unnamed")
RESERVED_SCOPES = ("total", "led", "attributed", "unnamed")
NAME = r"[^\W_][\w.-]*"
SCOPE = r"[^\W_]+(?:[ -][^\W_]+)*"


LONGEST_NAME, LONGEST_TEXT = 60, 300


def within(letters: int) -> pa.Check:
    """A check that a text is no longer than so many letters, or no page has room for it."""
    return pa.Check.str_length(max_value=letters, error=f"at most {letters} letters")


def matching(pattern: str, expected: str, unique: bool = False, required: bool = True) -> pa.Column:
    """A column of text whose every cell fits a pattern, with what was expected in words."""
    return pa.Column(
        str,
        [pa.Check.str_matches(f"^(?:{pattern})$", error=expected), within(LONGEST_TEXT)],
        unique=unique,
        required=required,
    )


def naming(
    pattern: str,
    reserved: Collection[str],
    expected: str,
    unique: bool = False,
    required: bool = True,
) -> pa.Column:
    """A column of names that the facts are named by: of a form, and none that the report has
    itself."""
    ours = pa.Check(
        lambda names: ~names.str.casefold().isin(reserved),
        error=f"another name: the report uses {', '.join(reserved)} itself",
    )
    return pa.Column(
        str,
        [
            pa.Check.str_matches(f"^(?:{pattern})$", error=expected),
            ours,
            within(LONGEST_NAME),
        ],
        unique=unique,
        required=required,
    )


def workshops_schema(published: bool = False) -> pa.DataFrameSchema:
    """Schema of workshops.csv; month and invited are a must where published."""
    lenient = "" if published else "|"
    day = rf"|{MONTH}-(?:0[1-9]|[12]\d|3[01])"
    an_id = "an id of letters, digits, dots, hyphens and underscores, a letter or digit first"
    return pa.DataFrameSchema(
        {
            "id": naming(NAME, RESERVED_IDS, an_id, unique=True),
            "title": matching(r"(?s:.*\S.*)", "a title"),
            "topic": matching(r"(?s:.*\S.*)", "a topic"),
            "month": matching(MONTH + lenient, "a month as YYYY-MM"),
            "scope": naming(
                f"{SCOPE}|",
                RESERVED_SCOPES,
                "regional, sub-regional, other words of letters and digits, or nothing",
                required=False,
            ),
            "invited": matching(
                r"[1-9][0-9]{0,5}" + lenient, "a whole number of administrations, 1 to 999999"
            ),
            "date": matching(day, "the last day as YYYY-MM-DD, or nothing", required=False),
            "invited_administrations": pa.Column(str, required=False),
            "other_titles": pa.Column(str, required=False),
        }
    )


ADMINISTRATIONS = pa.DataFrameSchema(
    {
        "code": matching(
            "[A-Z][A-Z0-9]{1,11}", "a code of 2 to 12 capitals and digits", unique=True
        ),
        "name": matching(r"(?s:.*\S.*)", "a name"),
        "other_names": pa.Column(str),
        "sub_region": matching(r"(?s:.*\S.*)", "a sub-region"),
    }
)


def examples_schema(
    workshops: list[str], codes: list[str], options: Collection[str] = ()
) -> pa.DataFrameSchema:
    """Schema of good_practices.csv for the workshops and administrations that exist; both may be
    empty, and so may `says`."""
    check = pa.Check(
        lambda ids: ids.map(lambda cell: set(cell.split()) <= set(options)),
        error=f"ids of {', '.join(options)}",
    )
    a_workshop = f"empty, or an id of workshops.csv: {', '.join(workshops)}"
    a_code = "empty, or a code of administrations.csv"
    return pa.DataFrameSchema(
        {
            "id": matching(r"\S+", "an id without spaces", unique=True),
            "section": matching(r"\d+(?:\.\d+)*", "a section's number such as 2.3"),
            "theme": matching(r"(?s:.*\S.*)", "a theme"),
            "workshop": pa.Column(str, pa.Check.isin(["", *workshops], error=a_workshop)),
            "administration": pa.Column(str, pa.Check.isin(["", *codes], error=a_code)),
            "example": pa.Column(str, pa.Check.str_matches(r"(?s)^.*\S", error="a sentence")),
            "status": matching("done|planned", "done or planned"),
            "says": pa.Column(str, check, required=False),
        }
    )


def replies_schema(
    survey_round: Round, workshops: list[str], codes: list[str]
) -> pa.DataFrameSchema:
    """Schema of the replies: known workshops and codes, boolean answers, one reply of an
    administration a workshop."""
    answers = {name: pa.Column("boolean", nullable=True) for name in survey_round.options}
    columns = {
        "workshop": pa.Column("string", pa.Check.isin(workshops)),
        "administration": pa.Column("string", pa.Check.isin(codes), nullable=True),
        **answers,
    }
    named = ["workshop", "administration"]
    once = pa.Check(
        lambda replies: replies["administration"].isna() | ~replies.duplicated(named),
        error=f"one reply of an administration for a {survey_round.event}",
    )
    return pa.DataFrameSchema(columns, checks=once, strict=True, ordered=True)


def table_problems(table: pd.DataFrame, schema: pa.DataFrameSchema, file: str) -> Iterator[Problem]:
    """Yield every cell of a raw table (indexed by spreadsheet row) that does not fit its schema."""
    try:
        schema.validate(table, lazy=True)
    except pa.errors.SchemaErrors as errors:
        for failure in errors.failure_cases.itertuples():
            if failure.check == "column_in_dataframe":
                expected = f"this column; the columns are {', '.join(map(str, table))}"
                yield Problem(file, "1", failure.failure_case, expected=expected)
                continue
            row = "" if pd.isna(failure.index) else str(int(failure.index))
            value = str(failure.failure_case) or "(empty)"
            unique = failure.check == "field_uniqueness"
            expected = "a value that is used once" if unique else str(failure.check)
            yield Problem(file, row, str(failure.column), value, expected)
