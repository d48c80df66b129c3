"""A figure is matched with the fact that its words name, not with one that it happens to equal."""

import pandas as pd
import pytest

from followup.declaration import DraftFiles
from followup.problems import InputError
from followup.rounds import Round
from publication_audit.draft.audit import audit, read_draft
from publication_audit.draft.document import DraftError
from publication_audit.draft.items import COLUMNS
from publication_audit.draft.keeping import keep
from publication_audit.draft.reading import read
from publication_audit.publication import claims_problems

CORRECTIONS = "corrections.csv"
PAIR = "pair.shared_materials.direct_effects"

HELD = [
    # A wrong figure that is right for another fact is still of the fact that is named.
    ("25 respondents (83%) shared the training materials.", ["25 differs", "83% agrees"]),
    ("Of the 58 replies, 83% (48 of 58) shared the materials.", ["58", "83%", "48", "58"]),
    ("Two thirds of the respondents reported direct effects.", ["Two thirds agrees"]),
    ("A quarter reported direct effects.", ["A quarter differs"]),
    ("More than half made recommendations.", ["More than half differs"]),
    ("Most respondents shared the training materials.", ["Most agrees"]),
    ("The reply rate fell to 38% from 70% the year before.", ["fell", "38%", "70%"]),
    ("The reply rate rose to 38%.", ["rose differs", "38% agrees"]),
    ("Nine workshops were surveyed.", ["Nine agrees"]),
    ("This was the sixth round of the survey.", ["sixth differs"]),
    ("20 replies reported no direct effects.", ["20 agrees"]),
    ("More than 60% reported direct effects.", ["60% agrees"]),
    ("More than 70% reported direct effects.", ["70% differs"]),
    (
        "Nearly half of them, about 48% of the replies, reported new projects.",
        ["half", "about 48%"],
    ),
    ("Almost 50% reported new projects.", ["Almost 50% agrees"]),
    ("Almost 60% reported new projects.", ["Almost 60% differs"]),
    ("The most common action was submitting a report.", ["most common differs"]),
    (
        "The reply rate of sub-regional workshops was 92%, that of the regional workshops 43%.",
        ["92% agrees", "43% differs"],
    ),
    ("The rate of reply of the sub-regional workshops was 29%.", ["29% differs"]),
    # A figure is of what stands beside it, not of what stands beside the next.
    (
        "Twenty-seven participants submitted a report, and 25 made recommendations.",
        ["Twenty-seven differs", "25 agrees"],
    ),
    (
        "Most (83%) shared the training materials, and 25 submitted a report.",
        ["Most agrees", "83% agrees", "25 agrees"],
    ),
    ("Two of the workshops were sub-regional.", ["Two agrees"]),
    ("We wrote about nine workshops, and 58 of them replied.", ["nine agrees", "58 agrees"]),
    (
        "All but one of the 58 respondents (98%) were content.",
        ["All not traced", "58 agrees", "98% not traced"],
    ),
    ("We recommend that the survey be repeated in 2029.", ["2029 not traced"]),
]
GIVEN = [
    (
        "Of those that shared the materials, 67% reported direct effects.",
        f"{PAIR}.outcome_given_action",
    ),
    (
        "84% of respondents who realized direct effects had shared the training materials.",
        f"{PAIR}.action_given_outcome",
    ),
    (
        "60% of those without sharing the materials reported direct effects.",
        f"{PAIR}.outcome_given_no_action",
    ),
    ("35% reported no direct effects.", "outcome.direct_effects.no_share"),
    ("After workshop 4, 5 made recommendations.", "action.made_recommendations.4"),
]
ASSERTED = [
    ("Sharing materials leads to direct effects.", "differs"),
    ("Sharing the materials goes with direct effects.", "differs"),
    ("Whether sharing the materials leads to direct effects is not known.", None),
    ("Good weather contributed to the mood.", "not traced"),
]


@pytest.fixture(scope="module")
def together(tmp_path_factory, survey_round) -> dict[str, pd.DataFrame]:
    """The items of each text above, audited as one draft."""
    texts = [text for text, _ in [*HELD, *GIVEN, *ASSERTED]]
    file = tmp_path_factory.mktemp("draft") / "draft.md"
    file.write_text("\n\n".join(texts), encoding="utf-8")
    items = audit(read(file), survey_round)
    return {text: items[items["block"] == number] for number, text in enumerate(texts)}


@pytest.fixture
def audited(tmp_path, survey_round):
    """Audit a text about 2021, whose report is built."""

    def items(text: str) -> pd.DataFrame:
        (tmp_path / "draft.md").write_text(text, encoding="utf-8")
        return audit(read(tmp_path / "draft.md"), survey_round)

    return items


@pytest.mark.parametrize(("text", "told"), HELD)
def test_a_figure_is_held_to_what_its_sentence_names(text, told, together):
    items = together[text]
    found = [f"{row.printed} {row.verdict}" for row in items.itertuples()]
    verdicts = ("agrees", "differs", "not traced")
    expected = [one if one.endswith(verdicts) else f"{one} agrees" for one in told]
    assert found == expected, items[["printed", "fact", "verdict", "explanation"]]


@pytest.mark.parametrize(("text", "fact"), GIVEN)
def test_of_whom_a_share_is_follows_its_words(text, fact, together):
    items = together[text]
    assert fact in set(items["fact"]), items[["printed", "fact"]]


def test_what_is_named_alike_is_said_to_be_unsure(audited):
    items = audited("40% shared the materials and submitted a report.")
    (item,) = items.to_dict("records")
    assert (item["verdict"], item["how_sure"]) == ("which fact?", "unsure")
    assert "action.shared_materials.share" in item["fact"]


@pytest.mark.parametrize(("text", "verdict"), ASSERTED)
def test_an_assertion_is_held_to_the_test_of_its_pair(text, verdict, together):
    items = together[text]
    assert list(items["verdict"]) == ([verdict] if verdict else [])


def test_items_have_the_columns_and_offsets_that_were_agreed(audited):
    text = "The reply rate was 38%.\n\n48 replies (83%) shared the materials."
    items = audited(text)
    assert list(items.columns) == COLUMNS
    blocks = text.split("\n\n")
    for row in items.itertuples():
        assert blocks[row.block][row.start : row.end] == row.printed


def test_a_table_is_known_by_what_it_holds(audited):
    rows = "".join(f"| {number} | {yes} | 0 |\n" for number, yes in enumerate((5, 7, 6), 1))
    items = audited(
        "Improved work after the workshops:\n\n| Workshop | Yes | No |\n| --- | --- | --- |\n"
        + rows
    )
    assert set(items["fact"]) >= {f"outcome.improved_work.{number}" for number in (1, 2, 3)}
    assert set(items.loc[items["row"] >= 0, "verdict"]) == {"agrees"}


@pytest.fixture
def corrected(survey_round, monkeypatch):
    """Give a round a file of corrections that holds these rows."""

    def with_rows(rows: pd.DataFrame) -> Round:
        table = rows.astype(str).set_axis(range(2, 2 + len(rows)))
        read_raw = Round.read_raw
        monkeypatch.setattr(
            Round,
            "read_raw",
            lambda self, name: table if name == CORRECTIONS else read_raw(self, name),
        )
        return survey_round.model_copy(update={"draft": DraftFiles(corrections=CORRECTIONS)})

    return with_rows


def test_a_correction_is_found_again_by_its_words(tmp_path, audited, corrected):
    items = audited("In all, 58% of them said so, after the workshops.")
    told = items.assign(fact="outcome.direct_effects.share")
    later = "# Results\n\nA new paragraph.\n\nIn all, 66% of them said so after the workshops."
    (tmp_path / "later.md").write_text(later, encoding="utf-8")
    (item,) = audit(read(tmp_path / "later.md"), corrected(told)).to_dict("records")
    assert (item["fact"], item["how_sure"], item["verdict"]) == (
        *("outcome.direct_effects.share", "corrected", "agrees"),
    )


def test_a_figure_that_a_person_says_states_nothing_is_left_alone(tmp_path, audited, corrected):
    items = audited("25 shared the training materials with the press.")
    assert list(items["verdict"]) == ["differs"]
    survey_round = corrected(items.assign(fact="-"))
    assert list(audit(read(tmp_path / "draft.md"), survey_round)["verdict"]) == ["not traced"]


def test_a_row_that_nobody_changed_is_no_correction(tmp_path, audited, corrected):
    items = audited("Most shared the materials: 48 (83%). Sharing leads to direct effects.")
    survey_round = corrected(items)
    pd.testing.assert_frame_equal(items, audit(read(tmp_path / "draft.md"), survey_round))
    later = "Most submitted a report: 48 (83%). Sharing leads to direct effects."
    (tmp_path / "draft.md").write_text(later, encoding="utf-8")
    facts = list(audit(read(tmp_path / "draft.md"), survey_round)["fact"])
    assert facts[1:3] == ["action.submitted_report", "action.submitted_report.share"]


def test_a_correction_stays_one_in_a_copy_of_the_next_items(tmp_path, audited, corrected):
    items = audited("In all, 58% of them said so, after the workshops.")
    told = items.assign(fact="outcome.direct_effects.share")
    for _ in range(2):
        told = audit(read(tmp_path / "draft.md"), corrected(told))
        assert list(told["fact"]) == ["outcome.direct_effects.share"]
        assert list(told["proposed"]) == [""]


def test_an_unknown_fact_of_a_correction_is_told(tmp_path, audited, corrected):
    items = audited("25 shared the training materials.").assign(fact="action.shared_material")
    with pytest.raises(InputError, match=r"row 2.*did you mean 'action.shared_materials'"):
        audit(read(tmp_path / "draft.md"), corrected(items))


def test_what_a_draft_prints_is_kept_and_never_overwritten(tmp_path, survey_round):
    text = "48 shared the materials.\n\n| | Yes | No |\n|---|---|---|\n| (1) | 4 | 1 |\n"
    (tmp_path / "draft.md").write_text(f"## Direct effects\n\n{text}", encoding="utf-8")
    publication = read_draft(read(tmp_path / "draft.md"), survey_round).publication
    written = keep(publication, tmp_path / "published")
    assert [path.name for path in written] == ["table_3.csv", "claims.csv"]
    claims = pd.read_csv(written[-1], dtype=str, keep_default_na=False)
    assert list(claims_problems(claims, "claims.csv")) == []
    with pytest.raises(DraftError, match="earlier draft"):
        keep(publication, tmp_path / "published")
