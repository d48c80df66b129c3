"""What round.toml says of a questionnaire: its questions, and which answer means which action or
outcome."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from followup.declaration import AskedQuestion, Option, Questionnaire
from followup.files import normalise
from followup.problems import Problem
from followup.rounds import Round

WORDS = {
    "yes": ("yes", "y", "true", "1"),
    "no": ("no", "n", "false", "0"),
    "unsure": (
        *("not sure", "unsure", "don't know", "do not know", "i do not know", "n/a"),
        *("not applicable", "no answer", "prefer not to say"),
    ),
    "none": (
        *("none", "none of these", "none of the above", "no action", "nothing", "nil", "na"),
        *("no other", "no others", "none other", "nothing else", "not applicable"),
    ),
}


@dataclass(frozen=True)
class Answer:
    """One answer offered: the action or outcome it means, its words, other spellings, and its own
    column's heading."""

    id: str
    words: str
    also: tuple[str, ...] = ()
    heading: str = ""

    @cached_property
    def spellings(self) -> set[str]:
        """Every way to write it, normalised: its words, other spellings, and its id, as some tools
        export it."""
        return {normalise(text) for text in (self.words, self.id, *self.also)}


@dataclass(frozen=True)
class Question:
    """One question: answered yes or no (`several` is False, one answer), or by ticking any of its
    answers.

    `yes, no, unsure, none` hold normalised words; `other` is the answer that free text counts as;
    `key` is its place in round.toml.
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
    """The questions that round.toml declares, in its order; `question_problems` says what is wrong
    with them."""
    common, options = survey_round.questionnaire, survey_round.options
    return [
        Question(
            heading=question.heading,
            answers=tuple(_answer(options[name]) for name in question.asks if name in options),
            several=question.options is not None,
            base=question.base,
            other=question.other,
            separator=question.separator,
            key=f"questions[{number}]",
            **{kind: _words(kind, question, common) for kind in WORDS},
        )
        for number, question in enumerate(survey_round.questions, start=1)
    ]


def _words(kind: str, question: AskedQuestion, common: Questionnaire | None) -> frozenset[str]:
    """The words for yes, no, unsure or none: the question's, those of all questions, or ours."""
    declared = (getattr(part, kind) for part in (question, common) if part is not None)
    words = next((words for words in declared if words is not None), WORDS[kind])
    return frozenset(map(normalise, words)) - {""}


def _answer(option: Option) -> Answer:
    return Answer(option.id, option.answer or option.label, option.also, option.heading or "")


def question_problems(survey_round: Round) -> Iterator[Problem]:
    """Yield what is wrong in round.toml's questions: what none asks, or two; answers that cannot be
    told apart."""
    file, ids = survey_round.file("round.toml"), ", ".join(survey_round.options)
    keys: dict[str, str] = {}
    for number, question in enumerate(survey_round.questions, start=1):
        key = f"questions[{number}]"
        place = Problem(file, column=key, value=question.heading)
        if (question.option is None) == (question.options is None):
            expected = "either option (answered yes or no) or options (several can be ticked)"
            yield replace(place, expected=expected)
        for name in question.asks:
            if name not in survey_round.options:
                yield replace(place, value=name, expected=f"the id of an action or outcome: {ids}")
            if name in keys:
                expected = f"each action and outcome once; {keys[name]} asks it too"
                yield replace(place, value=name, expected=expected)
            keys.setdefault(name, key)
        if question.other and question.other not in (question.options or ()):
            expected = "other to be one of the question's options"
            yield replace(place, value=question.other, expected=expected)
    for name in (name for name in survey_round.options if name not in keys):
        expected = "a question whose option or options name it"
        yield Problem(file, column="questions", value=name, expected=expected)
    for resolved in questions(survey_round):
        yield from _answer_problems(resolved, Problem(file, column=resolved.key))


def _answer_problems(question: Question, place: Problem) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for answer in question.answers:
        for spelling in sorted(answer.spellings):
            if not spelling:
                expected = "answers with letters or digits in them"
                yield replace(place, value=answer.words, expected=expected)
            elif owners.setdefault(spelling, answer.id) != answer.id:
                expected = (
                    f"answers that differ in more than case and punctuation from those of "
                    f"{owners[spelling]}"
                )
                yield replace(place, value=answer.words, expected=expected)
    if not question.several:
        kinds = combinations((question.yes, question.no, question.unsure), 2)
        for word in sorted(set().union(*(first & second for first, second in kinds))):
            expected = "a word that means yes, no or unsure, not two of them"
            yield replace(place, value=word, expected=expected)
