"""Who calls in the tests: here it is nobody in particular, for everybody may."""

HEADERS: dict[str, str] = {}
"""What each request carries that says who calls."""

AS: tuple[str, ...] = ()
"""What the command line is given that says so."""
