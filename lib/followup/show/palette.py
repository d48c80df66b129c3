"""The colours, each with one meaning; figures and the page's style sheet both take them from here."""

YES = "#1f5f8b"  # yes, done, reported; the page's accent
NO = "#d5dbe1"  # no, not done
OTHER = "#c8641b"  # the group that is compared with; what stands out
INK = "#1d2731"  # text
MUTED = "#5a6673"  # axes, bases, notes

PAGE = {"accent": YES, "other": OTHER, "ink": INK, "muted": MUTED}
