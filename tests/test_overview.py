"""The overview's tables: each step with its link and its place in the order, each round with its
report."""

from pathlib import Path
from types import SimpleNamespace

from followup import overview, rounds
from followup.problems import InputError, Problem

RAW, CLEAN, TABLE = Path("raw.csv"), Path("replies.parquet"), Path("tables/table_1.csv")
STEPS = [
    SimpleNamespace(
        name="10_clean",
        notebook=Path("n/10_clean.ipynb"),
        parameters={"YEAR": 2021},
        reads=(RAW,),
        writes=(CLEAN,),
        figures=(),
    ),
    SimpleNamespace(
        name="24_outcome-saw",
        notebook=Path("n/24_outcome.ipynb"),
        parameters={"YEAR": 2021, "OUTCOME": "saw"},
        reads=(CLEAN,),
        writes=(TABLE,),
        figures=(Path("a.svg"),),
    ),
    SimpleNamespace(
        name="50_<b>",
        notebook=Path("n/50.ipynb"),
        parameters={"YEAR": 2021},
        reads=(TABLE, CLEAN),
        writes=(),
        figures=(),
    ),
]


def test_each_step_links_its_notebook_and_names_what_runs_before_it(tmp_path, monkeypatch):
    monkeypatch.setattr(rounds, "ROOT", tmp_path)
    page = tmp_path / "output/2021/notebooks/24_outcome-saw.html"
    page.parent.mkdir(parents=True)
    page.write_text("made")
    shown = overview.steps_table(STEPS).to_html()
    assert '<a href="10_clean.ipynb">10_clean</a></th>' in shown
    assert ">10_clean, 24_outcome-saw</td>" in shown
    assert ">(reads raw data alone)</td>" in shown
    assert "table_1.csv, 1 figure" in shown
    assert "50_&lt;b&gt;" in shown
    assert '<a href="../output/2021/notebooks/24_outcome-saw.html">as it ran</a>' in shown
    assert shown.count("(not built yet)") == 2


def test_steps_of_one_notebook_open_each_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(rounds, "ROOT", tmp_path)
    heard = SimpleNamespace(**vars(STEPS[1]) | {"name": "24_outcome-heard"})
    heard.parameters = {"YEAR": 2021, "OUTCOME": "heard"}
    page = tmp_path / "output/2021/notebooks/24_outcome-saw.html"
    page.parent.mkdir(parents=True)
    page.write_text("made")
    shown = overview.steps_table([*STEPS, heard]).to_html()
    own = "../output/2021/notebooks/24_outcome-saw.html"
    assert f'<a href="{own}">24_outcome-saw</a></th>' in shown
    assert '<a href="24_outcome.ipynb">24_outcome-heard</a></th>' in shown
    assert "24_outcome</a> with OUTCOME = &quot;heard&quot;</td>" in shown
    assert "10_clean</a></td>" not in shown


def test_rounds_link_their_reports_and_one_that_cannot_be_opened_says_why(
    tmp_path, monkeypatch, survey_round
):
    def opened(year):
        if year == 2022:
            raise InputError([Problem("data/raw/2022/round.toml", expected="a TOML file")])
        return survey_round

    monkeypatch.setattr(rounds, "ROOT", tmp_path)
    monkeypatch.setattr(rounds, "years", lambda: [2021, 2022, 2023])
    monkeypatch.setattr(rounds, "open_round", opened)
    (tmp_path / "output" / "2021").mkdir(parents=True)
    (tmp_path / "output" / "2021" / "report.html").write_text("made")
    shown = overview.rounds_table().to_html()
    assert '<a href="../output/2021/report.html">report</a>' in shown
    assert "a TOML file" in shown
    assert "make check YEAR=2022" in shown
    assert "make report YEAR=2023" in shown
