"""Sentences, headings and captions that hold of any round, and those that hold on a condition but
name no figure. With them each sentence of the pages has a reader."""

import re

from reader import (
    Reading,
    equal,
    number,
    one_of,
    only_if,
    others,
    own,
    paired,
    phrased,
    rates,
    reads,
)

# What is true whatever was replied; an event is called a workshop here.
ALWAYS = """
Abbreviations of the member administrations
All tables as a workbook\\.
An error is counted under the rule of the place that it starts from\\.
A place that breaks several rules is counted once, under the gravest\\.
Annex: where the replies come from, the tests in full, methods, glossary and data dictionary\\.
Each table as it was printed\\.
Glossary
How administrations put the lessons to use\\.
How many of the invitations were answered, and by whom\\.
How many reported it, and where\\.
How one of the links is tested\\.
How often the whole rule finds each true difference
Methods in brief, by the question that each answers
Of others it holds nothing but what the report prints\\.
One run then made the tables, figures, tests and sentences of all pages\\.
Printed items by part of the report
Reads (?:the|`good).*
Replies that say yes
Rounded shares may not add up to the total\\.
Runs once for each outcome that `round\\.toml` declares; .*
Sentences and tables take the figures that they share from the same [\\d,]+ named facts\\.
Share of such rounds in which the whole rule finds a true difference, by its size
Such a search easily finds something by chance: its p-values are adjusted together, and the most .*
The \\d+ columns of \\d+ files
The examples are made up, and small enough to be checked by hand\\.
The figures, words and claims of the text that agree
The files of this round and their columns
The office decides what is changed; each change is logged with its reason\\.
The other corrections, those that matter most first
The questionnaire
The same data and programs give the same pages; their versions and checksums stand at the foot .*
The stronger a cell's shade, the larger its share of the replies about that workshop\\.
These proposals follow by rule from the figures; the office decides\\.
To follow another link, change the action or the outcome in the next cell\\.
What How far Why
What \\| How far \\| Why
What counts is the comparison within workshops\\.
What differs is marked; after the arrow stands what it should be, and the small number is that of .*
What follows from this, for the office and for the next round, stands in the conclusion\\.
What must hold of a published report, and what each rule found
What one administration replied, how that compares with all replies, and which replies are still .*
What participants did with what they had learnt, once they were back at work\\.
What the round means, how far its figures can be trusted, and where to find more\\.
What this round found, and how sure it is\\.
What was asked, who is meant by each code, what the words mean, which methods were used, and what .*
What was read, what was changed on the way, and what could not be known\\.
Whether the outcomes were reported more often where the follow-up actions had been taken\\.
Whether the published report agrees with the replies that it reports: every printed figure, .*
Whether what is said of the links depends on the way of testing, on a single contributor or on .*
Why the survey is made, and what this round is about\\.
# (?!#).*
## (?:Which|How|What was|What must|What did|What else|What should|What is in|What do the words) .*
## (?:What the replies show|What the figures suggest for next time|Other pairs|Where to find more)
## (?:Who replied, and for what|One link, step by step|The numbers of each link)\\??
## (?:The published tables, annotated|What agrees in the text and among the examples)
## (?:Do the choices made in rebuilding the replies matter|What does the survey take for granted)\\?
"""
STANDING = re.compile("|".join(f"(?:{one})" for one in ALWAYS.strip().splitlines()))


def named(r: Reading) -> bool:
    return bool(r.counted.named)


@reads(r"Did you see (?P<noun>gain .+)\?")
def _(r, noun):
    yield equal(one_of(r, noun), r.outcome)


@reads(r"On (?P<noun>gain .+)")
def _(r, noun):
    yield equal(one_of(r, noun), r.outcome)


@reads(r"## (?P<what>Who acted, and who reported|Examples of) (?P<noun>gain .+?)\??")
def _(r, what, noun):
    yield equal(one_of(r, noun), r.outcome)
    yield only_if(what.startswith("Ex") or paired(r), "no action is paired with it")
    examples = [one for one in r.given.examples if one["section"] == "2.4"]
    yield only_if(what.startswith("Who") or examples, "there are none")


@reads(
    r"Whether (?P<noun>gain .+?) and (?P<these>these actions|this action) go together stands under "
    r"Are actions and outcomes linked\?"
)
def _(r, noun, these):
    yield equal(one_of(r, noun), r.outcome)
    yield equal(these == "this action", len(paired(r)) == 1)


@reads(r"The annex says what each code stands for\.|A number stands for a administration\.")
def _(r):
    yield only_if(named(r), "nobody is named")
    yield equal(r.read[-1][1].startswith("A number"), r.given.respondents)


@reads(r"They are too many to be listed: the table counts replies\.")
def _(r):
    yield only_if(named(r) and len(r.given.replies) > 100, "they are few, or not named")


@reads(r"The stronger a cell's shade, the larger the share that {phrase:words}\.")
def _(r, phrase):
    yield equal(phrased(r, phrase), r.outcome)


@reads(r"(?P<what>Invitations and replies|Replies) by (?:workshop|course)")
def _(r, what):
    numbers = [one["invited"] for one in r.given.workshops]
    yield equal(what != "Replies", any(one is not None for one in numbers))


@reads(r"An invitation stands for one administration that was asked about one \w+\.")
def _(r):
    numbers = [one["invited"] for one in r.given.workshops]
    yield only_if(any(one is not None for one in numbers), "no number of invitations is known")


@reads(r"## Where was the reply rate highest\?")
def _(r):
    yield only_if(len(rates(r)) > 1, "there are no two rates")


@reads(r"Share of replies that took each action|Follow-up actions taken after the \w+")
def _(r):
    yield only_if(r.given.replies, "there is no reply")


@reads(r"## Examples of follow-up actions|Examples done and planned, by kind of application")
def _(r):
    section = "2.2" if r.read[-1][1].startswith("#") else "2.3"
    yield only_if(any(one["section"] == section for one in r.given.examples), "there are none")


@reads(r"{n:count} examples?(?:, (?:(?P<planned>all|\d+) of them )?(?P<only>only planned))?")
def _(r, n, planned, only):
    section = {"22_follow_up_actions": "2.2", "23_lessons_applied": "2.3"}.get(r.section, "2.4")
    own = {one["example"]: one for one in r.given.examples if one["section"] == section}
    yield only_if(0 < number(n) <= len(own), f"there are {len(own)}")
    yield equal(bool(only and not planned), bool(only) and number(n) == 1)
    yield only_if(planned != n, "all are told as a number")


# Where the replies come from


def decisions(r: Reading) -> int:
    """How many replies the office decided to keep as they are."""
    return sum(
        place < r.given.decisions or not one.invited for place, one in enumerate(r.given.replies)
    )


def changes(r: Reading) -> int:
    """How many changes the log must have: that someone not invited is kept is one."""
    return len(r.given.replies) - r.counted.answering


@reads(r"Nothing was changed between the raw data and the replies\.")
def _(r):
    yield only_if(r.given.published or not changes(r), "something was")


@reads(
    r"Each change between the raw data and the replies is a row of the cleaning log\.|"
    r"Changes by reason|The cleaning log|Decisions about single replies"
)
def _(r):
    decided = r.read[-1][1].startswith("Decisions")
    yield only_if(r.given.published or (decisions(r) if decided else changes(r)), "there is none")


@reads(r"The cleaning log, change by change \({n:count}\)")
def _(r, n):
    yield only_if(r.given.published or number(n) == changes(r), f"there are {changes(r)}")


@reads(r"(?:Administrations|Respondents) that replied, by \w+|Each reply by administration and \w+")
def _(r):
    yield only_if(named(r), "none is named")


@reads(r"Replies by \w+, and when they were due")
def _(r):
    yield only_if(not named(r), "some are named")


@reads(r"A questionnaire is due {n:count} months? after the \w+\.")
def _(r, n):
    yield equal(number(n), r.given.months_after)


@reads(r"Where only the month of the \w+ is known, so is that of the due date\.")
def _(r):
    yield only_if(r.given.months_after is not None, "none is due")


@reads(r"Administrations that have not replied|The list for a reminder")
def _(r):
    silent = False
    for one in r.given.workshops:
        invited = set(filter(None, one.get("invited_administrations", "").split(";")))
        came = {reply.administration for reply in r.counted.replies(one["id"])}
        silent = silent or bool(invited - came)
    yield only_if(silent, "all replied, or nobody knows who was invited")


@reads(r"The replies are the questionnaire's own, one row a reply\.")
def _(r):
    yield only_if(not r.given.published, "they were rebuilt")


@reads(
    r"The answers themselves are not published\.|A reply says yes where a list names it, and no "
    r"where none does\.|No reply is guessed from them\.|## What (?:should be reworded first|else "
    r"should be corrected)\?|Check of the published report: each printed figure beside the .*"
)
def _(r):
    yield only_if(r.given.published, "nothing was published")


# Links


@reads(
    r"The outcome with and without the action|What stands in the annex under other pairs can only "
    r"suggest what to ask next\.|How sure is this\?|The same person reported the action and the "
    r"outcome, with no measurement before the \w+: even a confirmed link would not show what .*"
)
def _(r):
    yield equal(not r.read[-1][1].startswith("What stands"), bool(r.given.declared()))


@reads(
    r"Share that reported the outcome, with and without the action; bars are intervals of chance "
    r"only|Odds ratios of each link, by comparison; an odds ratio of one is no link|"
    r"## (?:Do other ways of testing agree|What could this survey have found)\?|The smallest "
    r"differences, to either side, that the whole rule would find in four of five such rounds; .*|"
    r"How often the whole rule finds each true difference"
)
def _(r):
    tested = [one for one in r.counted.declared if one.verdict != "not testable"]
    yield only_if(tested, "no link was tested")


@reads(
    r"Share that reported the outcome, with and without the action, by \w+|What counts is the "
    r"comparison within \w+\.|One estimate for all \w+ is an average, and holds for none of them .*"
)
def _(r):
    yield only_if(r.by_event, "no link is told by event")


@reads(
    r"## Does one contributor make the result\?|Each link with one contributor left out at a time"
)
def _(r):
    units = [
        {unit(reply) for reply, _, _ in pair.answered}
        for pair in r.counted.declared if pair.tested
        for unit in (lambda one: one.workshop, lambda one: one.administration or id(one))
    ]  # fmt: skip
    yield only_if(any(len(one) > 1 for one in units), "there is one only, or nothing was tested")


@reads(r"The p-value of each link with one administration left out at a time; the dashed line .*")
def _(r):
    yield only_if(named(r) and any(one.tested for one in r.counted.declared), "none was tested")


@reads(r"This round declared no link, so there are no numbers to tell\.")
def _(r):
    yield only_if(not r.given.declared(), "it did")


@reads(r"Other pairs, for exploration")
def _(r):
    yield only_if(any(one.verdict != "not testable" for one in others(r)), "none was tested")


@reads(
    r"## What (?P<who>do those who said neither yes nor no leave|does chance leave) open\?|"
    r"Each outcome(?P<whose> over all invited, whatever the others would have said|, and what "
    r"chance alone leaves open)|Over all invited:|if none, or all, of those who said neither yes "
    r"nor no had said yes\.|Tipping point: the share of them that would have to say yes for .*"
)
def _(r, who, whose):
    known = not (who or whose or "").startswith(("does", ", and"))
    yield equal(known, r.counted.all_invited is not None)


# The annex, and a member's page


@reads(
    r"Examples of good practice that others reported after the \w+ that you attended\.|"
    r"Examples from others"
)
def _(r):
    replied = {one.workshop for one in own(r)}
    others_did = [
        one for one in r.given.examples
        if one["administration"] != r.member and one["status"] == "done"
    ]  # fmt: skip
    yield only_if(others_did, "there are none")
    yield only_if(replied or "invited_administrations" in r.given.workshops[0], "none attended")


@reads(r"Who replied is not known\.")
def _(r):
    yield only_if(not r.counted.named, "some are named")


@reads(r"What cannot be checked, by reason")
def _(r):
    yield only_if(r.given.published, "nothing was published")


@reads(r"The member administrations of the region that the survey knows\.")
def _(r):
    yield only_if(not r.counted.named or r.given.respondents, "some replied")


@reads(r"Where it says workshop, read \w+: the replies are about \w+\.")
def _(r):
    yield only_if(r.given.event != "workshop", "they are about workshops")


@reads(
    r"This page shows what (?P<yours>we have from you, for you to check, and what all replies say "
    r"about the same \w+|the others replied)\.|## What did you tell us\?|Your answers"
)
def _(r, yours):
    yield equal(yours != "the others replied", bool(own(r)))


@reads(r"Reply to the message that brought you this page, name the \w+ and say what is wrong .*")
def _(r):
    yield equal(bool(r.member), True)
