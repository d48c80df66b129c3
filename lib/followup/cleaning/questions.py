"""What round.toml says of a questionnaire: its questions, the answers offered, and which cell means which action or outcome."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from followup.cleaning.administrations import fold
from followup.problems import Problem
from followup.rounds import Round

YES = ("yes", "y", "true", "1")
NO = ("no", "n", "false", "0")
UNSURE = (
    "not sure",
    "unsure",
    "don't know",
    "do not know",
    "i do not know",
    "n/a",
    "not applicable",
    "no answer",
    "prefer not to say",
)
NONE = ("none", "none of these", "none of the above", "no action", "nothing")
BASES = ("all", "ticked")


@dataclass(frozen=True)
class Answer:
    """One answer offered: the action or outcome it means, its words, other spellings of them, and its own column, if named."""

    id: str
    words: str
    also: tuple[str, ...] = ()
    heading: str = ""

    @property
    def spellings(self) -> set[str]:
        """Every way to write it, folded: its words, other spellings, and its id, as some tools export it."""
        return {fold(text) for text in (self.words, self.id, *self.also)}


@dataclass(frozen=True)
class Question:
    """One question: answered yes or no (`several` is False, one answer), or by ticking any of its answers.

    `yes, no, unsure, none` hold folded words; `other` is the answer that free text counts as; `key` is its place in round.toml.
    """

    heading: str
    answers: tuple[Answer, ...]
    several: bool
    base: str
    other: str
    separator: str
    yes: frozenset[str]
    no: frozenset[str]
    unsure: frozenset[str]
    none: frozenset[str]
    key: str


def questions(survey_round: Round) -> list[Question]:
    """The questions that round.toml declares, in its order; `question_problems` says what is wrong with them."""
    offered = {
        entry["id"]: _answer(entry)
        for kind in ("actions", "outcomes")
        for entry in survey_round.settings[kind]
    }
    common = survey_round.settings.get("questionnaire", {})
    found = []
    for number, entry in enumerate(survey_round.settings.get("questions", []), start=1):
        ids = entry.get("options", [entry["option"]] if "option" in entry else [])
        words = {"yes": YES, "no": NO, "unsure": UNSURE, "none": NONE}
        folded = {
            key: frozenset(map(fold, entry.get(key, common.get(key, default)))) - {""}
            for key, default in words.items()
        }
        found.append(
            Question(
                heading=entry["heading"],
                answers=tuple(offered[name] for name in ids if name in offered),
                several="options" in entry,
                base=entry.get("base", "all"),
                other=entry.get("other", ""),
                separator=entry.get("separator", ""),
                key=f"questions[{number}]",
                **folded,
            )
        )
    return found


def _answer(entry: dict) -> Answer:
    return Answer(
        entry["id"],
        entry.get("answer", entry["label"]),
        tuple(entry.get("also", ())),
        entry.get("heading", ""),
    )


def question_problems(survey_round: Round) -> Iterator[Problem]:
    """Yield what is wrong in round.toml's questions: what none asks, or two; answers that cannot be told apart."""
    file, asked = survey_round.file("round.toml"), {}
    for number, entry in enumerate(survey_round.settings.get("questions", []), start=1):
        place = Problem(file, column=f"questions[{number}]", value=entry["heading"])
        if ("option" in entry) == ("options" in entry):
            yield replace(
                place,
                expected="either option (answered yes or no) or options (several can be ticked)",
            )
        for name in entry.get("options", [entry.get("option", "")]):
            if name and name not in survey_round.options:
                yield replace(
                    place,
                    value=name,
                    expected=f"the id of an action or outcome: {', '.join(survey_round.options)}",
                )
            if name in asked:
                yield replace(
                    place,
                    value=name,
                    expected=f"each action and outcome once; {asked[name]} asks it too",
                )
            asked.setdefault(name, f"questions[{number}]")
        if entry.get("base", "all") not in BASES:
            yield replace(
                place,
                value=entry["base"],
                expected="base all (of all replies) or ticked (of those that ticked an answer)",
            )
        if "other" in entry and entry["other"] not in entry.get("options", []):
            yield replace(
                place, value=entry["other"], expected="other to be one of the question's options"
            )
    for name in survey_round.options:
        if name not in asked:
            yield Problem(
                file,
                column="questions",
                value=name,
                expected="a question whose option or options name it",
            )
    for question in questions(survey_round):
        yield from _answer_problems(question, file)


def _answer_problems(question: Question, file: str) -> Iterator[Problem]:
    place, taken = Problem(file, column=question.key), {}
    for answer in question.answers:
        for spelling in sorted(answer.spellings):
            if not spelling:
                yield replace(
                    place, value=answer.words, expected="answers with letters or digits in them"
                )
            elif taken.setdefault(spelling, answer.id) != answer.id:
                expected = f"answers that differ in more than case and punctuation from those of {taken[spelling]}"
                yield replace(place, value=answer.words, expected=expected)
    if not question.several:
        both = (
            (question.yes & question.no)
            | (question.yes & question.unsure)
            | (question.no & question.unsure)
        )
        yield from (
            replace(
                place, value=word, expected="a word that means yes, no or unsure, not two of them"
            )
            for word in sorted(both)
        )
