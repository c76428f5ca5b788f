"""References that wear off: nothing of the standard library."""

HALF_LIFE = 3
