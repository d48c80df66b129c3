"""The colours, each with one meaning; figures and the page's style sheet both take them from
here."""

YES = "#1f5f8b"  # yes, done, reported; the page's accent
NO = "#d5dbe1"  # no, not done
OTHER = "#c8641b"  # the group that is compared with; what stands out
INK = "#1d2731"  # text
MUTED = "#5a6673"  # axes, bases, notes

# The same on the page, each for light and for dark.
PAGE = {
    "accent": (YES, "#7db8e0"),
    "other": (OTHER, "#f0a269"),
    "ink": (INK, "#e4e9ed"),
    "muted": (MUTED, "#a9b4be"),
}
