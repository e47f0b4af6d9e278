"""Passwords: how they are kept, and which ones can be guessed."""

import re
from threading import Lock
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from zxcvbn import zxcvbn  # type: ignore[import-untyped]

from ..errors import FieldError, Invalid

PASSWORD_MIN = 12
PASSWORD_MAX = 128

GUESSES_MIN = 10**10
"""A password that takes fewer guesses is refused; zxcvbn calls it very unguessable from here on.

At one guess in 33 ms, a stolen hash then holds a processor core for ten years. A word with a year and a
sign takes about 10^8, two words of everyday 10^9, three with blanks between them 10^12 and more.
"""

GUESSABLE = "Too easy to guess. Take four words that do not belong together, and not your name or address."

# What zxcvbn looks at. It can take seconds for 128 characters, and for 20 with all the signs that can stand
# for letters, for it tries each combination: so it gets 32, and one sign for each letter besides the digits.
_JUDGED = 32
_ONE_SIGN = str.maketrans("@{[<|$+", "4(((!57")
_APART = r"[\W_]+"

_one_at_a_time = Lock()  # zxcvbn keeps the words that it is given in a variable of its module


def normalised(password: str) -> str:
    """The password in Unicode NFC, for keyboards differ in how they compose an é.

    As NIST SP 800-63B-4, section 3.1.1.2, and RFC 8265, section 4.2, want it.
    """
    return normalize("NFC", password)


class Passwords:
    """Keeps passwords as argon2id hashes, with the least that OWASP's cheat sheet asks for.

    One takes 33 ms and 19 MiB here. The library's own choice, 64 MiB in four threads, takes 230 ms; four
    logins at once take 800 ms and 256 MiB of what may be a small container.
    """

    def __init__(self) -> None:
        self.hasher = its = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)
        # Costs as much to verify as any other, and nothing to make; no password is known that has it.
        parameters = f"m={its.memory_cost},t={its.time_cost},p={its.parallelism}"
        self.hash_of_nobody = f"$argon2id$v=19${parameters}${'A' * 22}${'A' * 43}"

    def hash(self, password: str) -> str:
        """What is kept of a password: a hash with its salt and its parameters."""
        return self.hasher.hash(normalised(password))

    def verify(self, password: str, hashed: str | None) -> bool:
        """Whether it is the password; without a hash it is not, which takes the same time to find out."""
        try:
            self.hasher.verify(self.hash_of_nobody if hashed is None else hashed, normalised(password))
        except VerifyMismatchError:
            return False
        return hashed is not None

    def is_outdated(self, hashed: str) -> bool:
        """Whether it was hashed with other parameters, so that it is to be hashed again."""
        return self.hasher.check_needs_rehash(hashed)


def require_unguessable(password: str, *known: str) -> None:
    """Raise `Invalid` for a password of common ones, of what is `known` of its user, or of this API's name.

    Known are the e-mail address and the name; their parts, turned round or with signs for letters, count too.
    """
    known = (*known, __package__.partition(".")[0])
    words = [form for text in known for form in (text, re.sub(_APART, "", text), *re.split(_APART, text))]
    with _one_at_a_time:
        guesses = zxcvbn(_judged(password)[:_JUDGED], [_judged(word) for word in words])["guesses"]
    if guesses < GUESSES_MIN:
        raise Invalid(FieldError.at("body", ["password"], GUESSABLE))


def _judged(text: str) -> str:
    return normalised(text).translate(_ONE_SIGN)
