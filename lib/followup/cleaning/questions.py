"""What round.toml says of a questionnaire: its questions, the answers offered, and which cell means which action or outcome."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from followup.declaration import AskedQuestion, Option, Questionnaire
from followup.files import normalise
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
WORDS = {"yes": YES, "no": NO, "unsure": UNSURE, "none": NONE}


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
        return {normalise(text) for text in (self.words, self.id, *self.also)}


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
    common = survey_round.questionnaire
    return [
        Question(
            heading=asked.heading,
            answers=tuple(
                _answer(survey_round.options[name])
                for name in asked.asks
                if name in survey_round.options
            ),
            several=asked.options is not None,
            base=asked.base,
            other=asked.other,
            separator=asked.separator,
            key=f"questions[{number}]",
            **{kind: _words(kind, asked, common) for kind in WORDS},
        )
        for number, asked in enumerate(survey_round.questions, start=1)
    ]


def _words(kind: str, asked: AskedQuestion, common: Questionnaire | None) -> frozenset[str]:
    """The words for yes, no, unsure or none: the question's, those of all questions, or ours."""
    declared = (getattr(part, kind) for part in (asked, common) if part is not None)
    words = next((words for words in declared if words is not None), WORDS[kind])
    return frozenset(map(normalise, words)) - {""}


def _answer(option: Option) -> Answer:
    return Answer(option.id, option.answer or option.label, option.also, option.heading or "")


def question_problems(survey_round: Round) -> Iterator[Problem]:
    """Yield what is wrong in round.toml's questions: what none asks, or two; answers that cannot be told apart."""
    file, asked_in = survey_round.file("round.toml"), {}
    known = ", ".join(survey_round.options)
    for number, asked in enumerate(survey_round.questions, start=1):
        key = f"questions[{number}]"
        place = Problem(file, column=key, value=asked.heading)
        if (asked.option is None) == (asked.options is None):
            expected = "either option (answered yes or no) or options (several can be ticked)"
            yield replace(place, expected=expected)
        for name in asked.asks:
            if name not in survey_round.options:
                expected = f"the id of an action or outcome: {known}"
                yield replace(place, value=name, expected=expected)
            if name in asked_in:
                expected = f"each action and outcome once; {asked_in[name]} asks it too"
                yield replace(place, value=name, expected=expected)
            asked_in.setdefault(name, key)
        if asked.other and asked.other not in (asked.options or ()):
            expected = "other to be one of the question's options"
            yield replace(place, value=asked.other, expected=expected)
    for name in survey_round.options:
        if name not in asked_in:
            expected = "a question whose option or options name it"
            yield Problem(file, column="questions", value=name, expected=expected)
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
