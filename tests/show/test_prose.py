"""Prose with facts: values are text, a wrong name is told with its line, and every form of a
sentence is true."""

import doctest
import math

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from markupsafe import Markup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from followup.facts import Fact, Facts, count, frame, share
from followup.show import numbers, prose
from notebook_report.export import markdown_to_html

FACTS = Facts(frame([count("replies", 58), share("reply_rate", 58, 153), share("unknown", 0, 0)]))
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "**bold** and _so_ and `code` and ~~struck~~",
    "[link](javascript:x) ![image](http://x.example/a.png)",
    "http://x.example www.x.example a@x.example",
    "- item",
    "1. first",
    "2) second",
    "+ plus",
    "= under",
    "# heading",
    "> quoted",
    "| a | b |",
    "--- | ---",
    "$x$ and $$y$$ and \\(z\\) and \\[w\\]",
    "{{ marker }} {% marker %} {# marker #}",
    "back\\slash \\* &amp; &lt;",
    "```",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("before", ["", "An answer: ", "- ", "> "])
def test_a_hostile_value_is_shown_as_the_text_that_it_is(text, before):
    html = markdown_to_html(prose.fill(before + "{{ text }}", {"text": text}))
    tags = pd.Series(html).str.findall(r"<(/?\w+)").explode().str.strip("/")
    assert set(tags) <= {"p", "ul", "li", "blockquote"}
    assert tags.isin(["ul", "blockquote"]).any() == (before in ("- ", "> "))
    assert _words(html).endswith(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_value_is_no_markup_where_html_in_markdown_is_let_through(text):
    html = MarkdownWithMath(renderer=IPythonRenderer(escape=False)).render(
        prose.fill("{{ text }}", {"text": text})
    )
    assert not pd.Series(html).str.contains(r"<(?!/?p\b)").any()


def _words(html: str) -> str:
    import html as entities

    text = pd.Series(html).str.replace(r"<[^>]*>", "", regex=True)[0]
    return entities.unescape(text).replace(prose.JOINER, "").strip()


@pytest.mark.parametrize("missing", [None, pd.NA, float("nan"), pd.NaT, FACTS["unknown"]])
def test_what_is_missing_reads_not_known(missing):
    assert prose.fill("{{ value }}", {"value": missing}) == "not known"


@pytest.mark.parametrize("kind", numbers.FORMATS)
def test_what_is_missing_reads_not_known_in_every_format(kind):
    assert prose.fill(f"{{{{ value | {kind} }}}}", {"value": pd.NA}) == "not known"


def test_a_fact_is_said_with_its_base_or_in_part():
    text = '{{ f["reply_rate"] }}; {{ f["reply_rate"].share }} of {{ f["replies"] | count }}'
    assert prose.fill(text, {"f": FACTS}) == "38% (58 of 153); 38% of 58"


def test_markup_of_ours_stays():
    assert prose.fill("{{ value }}", {"value": Markup("<b>x</b>")}) == "<b>x</b>"


def test_a_name_that_is_read_from_the_right_does_not_turn_the_figures_after_it():
    assert prose.fill("{{ name }}: 38%", {"name": "العربية"}) == "\u2068العربية\u2069: 38%"
    assert prose.fill("{{ name }}: 38%", {"name": "中文 ไทย"}) == "中文 ไทย: 38%"


def test_a_line_break_in_a_value_makes_no_paragraph():
    assert prose.fill("{{ value }}", {"value": "a\n\n  b\r\nc"}) == "a b c"


def test_a_sentence_whose_condition_does_not_hold_is_not_there():
    text = "First.\n\n{% if f['unknown'].known %}\nSecond.\n{% endif %}\n\nThird."
    assert prose.fill(text, {"f": FACTS}) == "First.\n\nThird."
    assert prose.prose("{% if false %}x{% endif %}") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\n{{ fats }}", r"line 2 \(\{\{ fats \}\}\): 'fats' is undefined; near it is facts"),
        ('a\n\n{{ facts["reply_rat"] }}', r"line 3 .*no fact 'reply_rat'; near it are reply_rate"),
        ("{{ plurl(1) }}", "line 1 .*'plurl' is undefined; near it is plural"),
        ("{{ 1 | shar }}", "line 1 .*'shar'; near it is share"),
        ('{{ facts["replies"].vale }}', "line 1 .*no attribute 'vale'"),
        ("x\n{% if facts %}\ny", "line 3.*endif"),
        ("x\n{{ 1 + }}", "line 2"),
        ('{{ labels["frist"] }}', "line 1 .*there is no 'frist'; near it are first"),
        ("{{ column }}", "line 1 .*a Series is not a value"),
        ("{{ how_many(10, 9) }}", "line 1 .*10 of 9 is not a part"),
        ("{% if absent %}x{% endif %}", "'absent' is undefined"),
    ],
)
def test_a_wrong_expression_is_told_with_its_line_and_the_nearest_name(text, message):
    with pytest.raises(prose.ProseError, match=message):
        prose.fill(text, {"facts": FACTS, "labels": {"first": 1}, "column": pd.Series([1])})


def test_faults_are_found_before_there_are_values():
    text = "a {{ event }}\n{{ fats['x'] }} and {% if plurl %}{% endif %}"
    assert prose.faults(text, ["facts", "event"]) == [
        (2, "there is no 'fats'; near it is facts"),
        (2, "there is no 'plurl'; near it is plural"),
    ]
    assert prose.faults("{{ plural(facts['n'], 'reply') }}", ["facts"]) == []
    assert prose.faults("a\n{{ x", ["x"])[0][0] == 2


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c", "d"], "a, b, c and d"),
        (["a", "b", "c", "d", "e"], "a, b, c and 2 others"),
    ],
)
def test_names_are_joined(names, text):
    assert prose.and_list(names) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "no replies"),
        (1, "1 reply"),
        (2, "2 replies"),
        (1234, "1,234 replies"),
        (-1, "-1 replies"),
        (math.nan, "an unknown number of replies"),
        (FACTS["replies"], "58 replies"),
        (FACTS["unknown"], "an unknown number of replies"),
    ],
)
def test_a_number_stands_with_its_noun(number, text):
    assert prose.plural(number, "reply", "replies") == text


@pytest.mark.parametrize(("number", "verb"), [(0, "are"), (1, "is"), (2, "are"), (pd.NA, "are")])
def test_a_verb_agrees(number, verb):
    assert prose.agree(number, "is", "are") == verb


@pytest.mark.parametrize(
    ("number", "total", "text"),
    [
        (0, 0, "none"),
        (0, 1, "none"),
        (1, 1, "the only one"),
        (0, 9, "none of the 9"),
        (5, 9, "5 of the 9"),
        (2, 2, "both"),
        (9, 9, "all 9"),
        (pd.NA, 9, "an unknown number of the 9"),
        (pd.NA, pd.NA, "an unknown number of"),
    ],
)
def test_a_part_of_all_is_said(number, total, text):
    assert prose.how_many(number, total) == text


@pytest.mark.parametrize(("number", "total"), [(10, 9), (-1, 9)])
def test_what_is_no_part_of_all_is_refused(number, total):
    with pytest.raises(ValueError, match="is not a part"):
        prose.how_many(number, total)


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        (0.5, 0.4, "more often than"),
        (0.4, 0.5, "less often than"),
        (0.503, 0.504, "as often as"),
        (0, 0, "as often as"),
        (1, 1, "as often as"),
        (math.nan, 0.5, "it is not known whether more or less often than"),
    ],
)
def test_two_shares_are_compared_as_they_are_printed(first, second, text):
    assert prose.compared(first, second) == text


@pytest.mark.parametrize(
    ("values", "most", "least", "everyone"),
    [
        ({"a": 1, "b": 3, "c": 2}, ("b",), ("a",), False),
        ({"a": 1, "b": 3, "c": 3}, ("b", "c"), ("a",), False),
        ({"a": 2, "b": 2}, ("a", "b"), ("a", "b"), True),
        ({"a": -3, "b": -1}, ("b",), ("a",), False),
        ({"a": 0.1 + 0.2, "b": 0.3}, ("a", "b"), ("a", "b"), True),
        ({"a": pd.NA, "b": 1}, ("b",), ("b",), True),
        ({}, (), (), True),
        ({"a": math.nan}, (), (), True),
    ],
)
def test_the_greatest_and_the_least_are_found_with_their_ties(values, most, least, everyone):
    greatest, smallest = prose.highest(values), prose.lowest(pd.Series(values, dtype=object))
    assert (greatest.names, smallest.names) == (most, least)
    assert greatest.everyone == everyone
    assert bool(greatest) == bool(most)
    assert str(greatest) == prose.and_list(most)


def test_ties_are_agreed_with():
    text = "{% set most = highest(values) %}{{ most }} {{ agree(most, 'was', 'were') }}"
    assert prose.fill(text, {"values": {"a": 1, "b": 1}}) == "a and b were"
    assert prose.fill(text, {"values": {"a": 1, "b": 0}}) == "a was"


@pytest.mark.parametrize(
    ("shares", "text"),
    [
        ({"a": 0.5, "b": 0.4}, "50% (1 of 2)"),
        ({"a": 0.5, "b": 0.5}, "each 50% (1 of 2)"),
        ({"a": 0.5, "c": 0.5}, "each 50%"),
        ({}, ""),
    ],
)
def test_what_each_of_those_that_tie_has_is_said(shares, text):
    words = pd.Series({"a": "50% (1 of 2)", "b": "50% (1 of 2)", "c": "50% (2 of 4)"})
    assert prose.each(prose.highest(shares), words) == text


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("of(32, 48)", "67% (32 of 48)"),
        ("of(0, 0)", "– (of none)"),
        ("of(none, 3)", "not known"),
        ("between(0.2, 5.4)", "0.20 to 5.4"),
        ("between(none, 5.4)", "not known"),
        ('between(-0.1, 0.2, "points")', "−10 to +20"),
        ('capital("ärzte und")', "Ärzte und"),
        ('capital("")', ""),
        ("-0.25 | points", "−25"),
    ],
)
def test_numbers_in_sentences(expression, text):
    assert prose.fill(f"{{{{ {expression} }}}}", {}) == text


def test_every_helper_says_what_it_does():
    assert all(helper.__doc__ for helper in prose.HELPERS.values())


def test_the_examples_of_the_helpers_hold():
    assert doctest.testmod(prose).failed == 0
    assert doctest.testmod(numbers).failed == 0


@pytest.fixture
def shell():
    fresh = InteractiveShell.instance()
    prose.register_magic(fresh)
    yield fresh
    InteractiveShell.clear_instance()


def test_a_cell_of_prose_shows_markdown_with_the_notebooks_variables(shell):
    shell.run_cell("from followup.show import and_list\nnames = ['Fiji', 'Tonga']")
    with capture_output() as shown:
        assert shell.run_cell("%%prose\n**{{ and_list(names) }}** replied.").success
    assert [one.data["text/markdown"] for one in shown.outputs] == ["**Fiji and Tonga** replied."]


def test_a_cell_of_prose_without_a_sentence_shows_nothing(shell):
    with capture_output() as shown:
        assert shell.run_cell("%%prose\n{% if false %}Never.{% endif %}").success
    assert shown.outputs == []


def test_an_error_in_a_cell_of_prose_names_the_line_of_the_cell(shell):
    with capture_output():
        error = shell.run_cell("%%prose\nA sentence.\n{{ absent }}").error_in_exec
    assert isinstance(error, prose.ProseError)
    assert "line 3 ({{ absent }})" in str(error)


def test_the_offices_words_are_filled_like_a_cell(survey_round, tmp_path, monkeypatch):
    monkeypatch.setattr(type(survey_round), "raw", tmp_path)
    (tmp_path / "words").mkdir()
    path = tmp_path / "words" / "foreword.md"
    assert prose.words(survey_round, "foreword", facts=FACTS) is None
    path.write_text('After each {{ event }}: {{ facts["replies"] }} replies.', encoding="utf-8")
    assert prose.words(survey_round, "foreword", facts=FACTS).data == (
        "After each workshop: 58 replies."
    )
    path.write_text("One.\n{{ fact }}", encoding="utf-8")
    with pytest.raises(prose.ProseError, match=r"foreword.md: line 2 .*near it (is|are) facts"):
        prose.words(survey_round, "foreword", facts=FACTS)


def test_a_fact_formats_like_a_number():
    assert prose.fill("{{ f | share }}", {"f": Fact("x", 0.5, None, None, "share")}) == "50%"
