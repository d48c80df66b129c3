"""What the raw tables and the replies table must look like (pandera); what is wrong comes back as problems."""

from collections.abc import Collection, Iterator

import pandas as pd
import pandera.pandas as pa

from followup.problems import Problem
from followup.rounds import Round

MONTH = r"\d{4}-(0[1-9]|1[0-2])"


def matching(pattern: str, expected: str) -> pa.Column:
    """A column of text whose every cell fits a pattern, with what was expected in words."""
    return pa.Column(str, [pa.Check.str_matches(f"^({pattern})$", error=expected)])


def workshops_schema(survey_round: Round, columns: list[str]) -> pa.DataFrameSchema:
    """Schema of workshops.csv; only a published round must say the month and how many were invited."""
    lenient = "|" if survey_round.source == "questionnaire" else ""
    optional = {
        "date": matching(
            rf"|{MONTH}-(0[1-9]|[12]\d|3[01])", "the last day as YYYY-MM-DD, or nothing"
        ),
        "invited_administrations": pa.Column(str),
        "other_titles": pa.Column(str),
    }
    return pa.DataFrameSchema(
        {
            "id": pa.Column(
                str, [pa.Check.str_matches(r"^\S+$", error="an id without spaces")], unique=True
            ),
            "title": matching(r"(?s:.*\S.*)", "a title"),
            "topic": matching(r"(?s:.*\S.*)", "a topic"),
            "month": matching(MONTH + lenient, "a month as YYYY-MM"),
            "scope": matching(
                r"(?s:.*\S.*)", "regional, sub-regional, or another word for a group of them"
            ),
            "invited": matching(
                r"[1-9]\d{0,8}" + lenient, "a whole number of administrations, at least 1"
            ),
            **{name: column for name, column in optional.items() if name in columns},
        }
    )


ADMINISTRATIONS = pa.DataFrameSchema(
    {
        "code": pa.Column(
            str,
            [pa.Check.str_matches(r"^[A-Z]{2}$", error="a two-letter code in capitals")],
            unique=True,
        ),
        "name": pa.Column(str, [pa.Check.str_matches(r"\S", error="a name")]),
        "other_names": pa.Column(str),
        "sub_region": pa.Column(str, [pa.Check.str_matches(r"\S", error="a sub-region")]),
    }
)


def examples_schema(
    workshops: list[str], codes: list[str], options: Collection[str] = ()
) -> pa.DataFrameSchema:
    """Schema of good_practices.csv for the workshops and administrations that exist; both may be empty, and so may `says`."""
    told = pa.Check(
        lambda ids: ids.map(lambda cell: set(cell.split()) <= set(options)),
        error=f"ids of {', '.join(options)}",
    )
    return pa.DataFrameSchema(
        {
            "id": pa.Column(
                str, [pa.Check.str_matches(r"^\S+$", error="an id without spaces")], unique=True
            ),
            "section": pa.Column(
                str,
                [pa.Check.str_matches(r"^\d+(\.\d+)*$", error="a section's number such as 2.3")],
            ),
            "theme": pa.Column(str, [pa.Check.str_matches(r"\S", error="a theme")]),
            "workshop": pa.Column(
                str,
                [
                    pa.Check.isin(
                        ["", *workshops],
                        error=f"empty, or an id of workshops.csv: {', '.join(workshops)}",
                    )
                ],
            ),
            "administration": pa.Column(
                str, [pa.Check.isin(["", *codes], error="empty, or a code of administrations.csv")]
            ),
            "example": pa.Column(str, [pa.Check.str_matches(r"\S", error="a sentence")]),
            "status": pa.Column(str, [pa.Check.isin(["done", "planned"], error="done or planned")]),
            "says": pa.Column(str, [told], required=False),
        }
    )


def replies_schema(
    survey_round: Round, workshops: list[str], codes: list[str]
) -> pa.DataFrameSchema:
    """Schema of the replies: known workshops and codes, boolean answers, one reply of an administration a workshop."""
    answers = {name: pa.Column("boolean", nullable=True) for name in survey_round.options}
    columns = {
        "workshop": pa.Column("string", pa.Check.isin(workshops)),
        "administration": pa.Column("string", pa.Check.isin(codes), nullable=True),
        **answers,
    }
    once = pa.Check(
        lambda replies: (
            ~(
                replies["administration"].notna()
                & replies.duplicated(["workshop", "administration"])
            )
        ),
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
                yield Problem(
                    file,
                    "1",
                    failure.failure_case,
                    expected=f"this column; the columns are {', '.join(table)}",
                )
            else:
                row = "" if pd.isna(failure.index) else str(int(failure.index))
                value = str(failure.failure_case) or "(empty)"
                expected = (
                    "a value that is used once"
                    if failure.check == "field_uniqueness"
                    else str(failure.check)
                )
                yield Problem(file, row, str(failure.column), value, expected)
