"""E-mail addresses: what can be one, and the one way in which it is kept and looked for."""

from __future__ import annotations

import unicodedata

from src.studio.errors import InvalidRequestError

MAX_CHARACTERS = 254
# What only quoted names may have; nobody has such a name, and headers have a use for these.
SPECIAL = frozenset('<>()[]\\,;:"@')
MAX_LABEL = 63
OF_LEAVING = "leaving.invalid"
"""The domain that those have whose deletion has begun: who could choose it would be taken for one of them."""
ACE = "xn--"


def normalised(text: str) -> str:
    """Return an e-mail as it is looked for, whether or not it can be one.

    Case, ways to write the same letter, and the two spellings of a Unicode domain make no difference.
    """
    name, at, domain = unicodedata.normalize("NFC", text.strip()).rpartition("@")
    labels = unicodedata.normalize("NFKC", domain.lower()).split(".")
    return unicodedata.normalize("NFC", name.lower()) + at + ".".join(map(_in_letters, labels))


def checked(text: str) -> str:
    """Return an e-mail as it is kept. Raises `InvalidRequestError` for what cannot be one."""
    email = normalised(text)
    name, _, domain = email.rpartition("@")
    if not name or not domain:
        raise InvalidRequestError("The e-mail must have something on either side of an @.")
    if len(email) > MAX_CHARACTERS:
        raise InvalidRequestError(f"The e-mail must have {MAX_CHARACTERS} characters at most.")
    if not email.isprintable() or " " in email:
        raise InvalidRequestError("The e-mail must not have spaces or characters that cannot be seen.")
    if not SPECIAL.isdisjoint(name):
        raise InvalidRequestError('The e-mail must not have any of <>()[]\\,;:" or a second @.')
    if not all(map(_is_label, domain.split("."))):
        raise InvalidRequestError("What follows the @ of the e-mail must be the name of a domain.")
    if domain == OF_LEAVING:
        raise InvalidRequestError(f"Nobody can have an e-mail of {OF_LEAVING}. Choose another.")
    return email


def in_ascii(email: str) -> str:
    """Return an e-mail that can be one with its domain as mail servers know it."""
    name, at, domain = email.rpartition("@")
    return name + at + ".".join(map(_ascii_of, domain.split(".")))


def _in_letters(label: str) -> str:
    """Return a part of a domain in Unicode, if it is one."""
    if not label.startswith(ACE) or len(label) > MAX_LABEL:  # to read longer ones would take its time
        return label
    try:
        letters = label.removeprefix(ACE).encode("ascii").decode("punycode")
    except UnicodeError:
        return label
    return letters if _ascii_of(letters) == label else label


def _ascii_of(label: str) -> str:
    """Return a part of a domain as DNS has it. Python's own codec would make other names of some (of ß, ss)."""
    return label if label.isascii() else ACE + label.encode("punycode").decode()


def _is_label(label: str) -> bool:
    letters = all(letter == "-" or unicodedata.category(letter)[0] in "LMN" for letter in label)
    return letters and 0 < len(_ascii_of(label)) <= MAX_LABEL and "-" not in {label[0], label[-1]}
