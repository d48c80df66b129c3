"""Examples: those of another workshop, printed again, under way, and of sections that the report
does not have."""

from dataclasses import replace

import pandas as pd
from made_up_publication import BEGAN, Printed

TRAINS = "Workshop on Trains (March 2031)"


def told(one: Printed, example: str) -> pd.Series:
    return one.audit().set_index("row").loc[example]


def of_trains(right: Printed, text: str) -> Printed:
    """An example of Australia, which replied for workshops 1 and 3, printed under workshop 2."""
    source = {"administration": "AU", "workshop": "2", "attribution": f"Australia - {TRAINS}"}
    return right.example("2.3", example=text, **source)


def test_an_example_about_the_topic_of_a_workshop_it_replied_for_names_that_one(right):
    finding = told(of_trains(right, "Learned how ships are cleared."), "g2.3")
    assert finding["recomputed"] == "Australia - Workshop on Ships (May 2031)"
    assert finding["explanation"] == (
        "Australia is not known to have replied for workshop 2, only for 1, 3;"
        " its text is about the topic of workshop 3, Ships."
    )


def test_an_example_about_the_printed_topic_or_two_topics_names_no_other(right):
    for text in ("Learned how trains and ships are cleared.", "Clears cars and ships.", "Learned."):
        assert told(of_trains(right, text), "g2.3")["recomputed"] == "(no such reply)"


def test_an_example_that_is_under_way_was_not_done(right):
    for text in ("Is building a system.", "Are drafting a law."):
        assert told(right.example("2.5", example=text), "g2.5")["recomputed"] == "(under way)"
    assert (
        told(right.example("2.5", example="Isolated the planning."), "g2.5")["verdict"] == "agrees"
    )


def test_an_example_printed_again_counts_once(right):
    plan = {"status": "planned", "example": "Plans a law."}
    twice = right.example("2.4", **plan).example("2.5", **plan)
    findings = twice.findings()
    assert findings["rule"].tolist() == ["an example was done", "an example is printed once"]
    assert findings["explanation"].iloc[1] == "An example of section 2.4 has the same."


def test_the_example_with_its_source_is_the_one_that_counts(right):
    plan = {"status": "planned", "example": "Plans a law."}
    nameless = {"attribution": "", "workshop": "", "administration": ""}
    findings = right.example("2.4", **plan, **nameless).example("2.5", **plan).findings()
    assert findings["row"].tolist() == ["g2.4", "g2.5"]
    assert "planned" not in findings["explanation"].iloc[0]


def test_why_an_example_should_have_been_reported_is_named(right):
    source = {
        "administration": "AU",
        "attribution": "Australia - Workshop on Cars (East) (Nov. 2030)",
    }
    told_of = right.examples.assign(says=["", "", "", BEGAN])
    spoilt = replace(right, examples=told_of).example("2.4", **source)
    assert told(spoilt, "g2.4")["explanation"].startswith("Section 2.4 is about saw things, but")
    says = replace(right, examples=right.examples.assign(says=["", BEGAN, "", ""]))
    source = {"administration": "HK", "workshop": "2"}
    spoilt = says.example("2.4", attribution=f"Hong Kong, China - {TRAINS}", **source)
    assert told(spoilt, "g2.4")["explanation"].startswith("It tells of began things, but")


def test_an_example_of_a_section_that_the_report_lacks_is_audited_and_told(right):
    elsewhere = right.example("2.3", section="2.9")
    assert elsewhere.publication.examples_shown_nowhere["id"].tolist() == ["g2.3"]
    assert right.publication.examples_shown_nowhere.empty
    assert told(elsewhere, "g2.3")["verdict"] == "agrees"
