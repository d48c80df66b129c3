"""Made-up replies about library courses, which share no word with the template's questions."""

import random

ANSWERS = [
    "Told a colleague",
    "Wrote an entry, note or map for the catalogue",
    "Showed it to readers",
]
TITLES = ["Course on Catalogues, 3-5 March 2099", "Course on Archives (May 2099)", "Course on Maps"]


def courses(mark: str) -> list[list[str]]:
    """Rows of an export, its several answers joined by a mark."""
    chance = random.Random(1)
    rows = [
        [
            *("ID", "Completion time", "Email", "Which course did you attend?"),
            *("What have you done since the course?", "Would you come again?", "Any remarks?"),
        ]
    ]
    for place in range(40):
        took = [answer for answer in ANSWERS if chance.random() < 0.5]
        took += [f"My own idea {place}"] if place % 13 == 0 else []
        ended = mark if mark == ";" and took else ""
        again = chance.choice(["Yes", "Yes, partly", "No", "Too early to say"])
        row = [str(place), f"2099-06-{1 + place % 28:02} 09:00:00", f"r{place}@x.example"]
        row += [TITLES[place % 3], mark.join(took) + ended, again, f"remark {place}"]
        rows.append(row)
    return rows
