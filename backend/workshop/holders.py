"""Who a key is for: an attendee in a team, or the dashboard. Ids are made from names, the same each time."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from workshop.errors import UsageError

LONGEST_NAME = 100
# All that the dashboard asks for: LiteLLM lets a key that is held to no routes call models, an admin viewer's too.
DASHBOARD_ROUTES = ("/team/list", "/v2/team/list", "/team/daily/activity", "/model/info", "/spend/logs/v2")
SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "æ": "ae", "ł": "l", "đ": "d"})


@dataclass(frozen=True, slots=True)
class Holder:
    """A user of the gateway that gets a key. `team` is a name or an id; None for keys without a team.

    `routes` are the only ones that the key may call; without any, it may call all that its role may, and models.
    """

    user_id: str
    name: str
    role: str
    team: str | None
    routes: tuple[str, ...] = ()

    @property
    def calls_models(self) -> bool:
        """Whether Studio can call models with the key."""
        return not self.routes


def attendee(words: list[str], team: str | None) -> Holder:
    """Return the attendee of that name, in a team of that name or of the attendee's own.

    Raises `UsageError` for a name without two words, or with characters that cannot be shown.
    """
    name = clean(" ".join(words), "The name")
    if " " not in name:
        raise UsageError("A first and a last name are needed: ./get_api_key.sh Ada Lovelace")
    return Holder(stable_id(name), name, "internal_user", clean(team, "The team") if team is not None else name)


def dashboard() -> Holder:
    """Return the one that reads all teams, changes nothing and calls no model."""
    return Holder("leaderboard-dashboard", "Leaderboard", "proxy_admin_viewer", None, DASHBOARD_ROUTES)


def clean(text: str, what: str) -> str:
    """Return a name with single spaces and composed characters. Raises `UsageError` where it cannot be shown."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError(f"{what} must have 1 to {LONGEST_NAME} characters, all of which can be shown.")
    return name


def stable_id(name: str) -> str:
    """Return an id of ASCII letters, digits and dashes, the same however the name is capitalised.

    Its end is a hash of the whole name, because different names can look the same without their accents.
    """
    folded = name.casefold()
    plain = unicodedata.normalize("NFKD", folded.translate(SPELLED_OUT)).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", "")) or ["attendee"]
    return f"{'-'.join(words)[:40].strip('-')}-{hashlib.sha256(folded.encode()).hexdigest()[:8]}"
