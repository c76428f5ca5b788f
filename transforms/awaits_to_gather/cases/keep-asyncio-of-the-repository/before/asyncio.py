"""Names for drivers: nothing of the standard library."""

NAME = "none"
