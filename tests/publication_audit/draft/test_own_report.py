"""Our own report, handed in as a draft: it says what its replies give."""

from followup.rounds import ROOT
from publication_audit.draft.audit import audit
from publication_audit.draft.reading import read
from publication_audit.rules import share_beside_comparison


def test_no_figure_of_our_own_report_differs(survey_round):
    items = audit(read(ROOT / "output" / "2021" / "report.html"), survey_round)
    differing = items[items["verdict"] == "differs"]
    # In the table of the round before, a share's comparison is in another table.
    others = differing[differing["rule"] != share_beside_comparison.name]
    assert others[["printed", "recomputed", "text"]].to_dict("records") == []
    assert len(differing) <= 3
    assert (items["verdict"] == "agrees").mean() > 0.75
