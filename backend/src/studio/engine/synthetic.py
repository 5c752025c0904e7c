"""Text of an exact number of tokens, of words that are one token each, with the space before them.

They are that in cl100k and o200k, the first one also where a chat template trims it. Vocabularies differ, and
templates add tokens of their own: records carry what the server counted, never the number that was asked for.
"""

from __future__ import annotations

import itertools
import random
from functools import lru_cache

_WORDS = """
time year people way day man thing woman life child world school state family student group country problem hand
part place case week company system program question work government number night point home water room mother
area money story fact month lot right study book eye job word business issue side kind head house service friend
father power hour game line end member law car city community name team minute idea body information back parent
face others level office door health person art war history party result change reason research girl moment air
teacher force education foot boy age policy music process sense nation plan college interest death experience
effect use class control field development role rate heart drug show leader light voice wife mind price report
decision son view relationship town road arm difference value building action season tax director position
player record paper space ground form event official matter center site project activity star table need court
oil cost industry figure street image phone data picture practice piece land product doctor wall worker news
test movie north love support technology step baby computer type film tree source hair window culture energy
period course summer plant term letter condition choice rule daughter south floor campaign material population
call hospital church risk fire future bank west sport board subject rest behavior performance top goal second
order author blood agency nature color store movement page race series language
"""
WORDS = tuple(f" {word}" for word in _WORDS.split())
NONCE_WORDS = 8
"""Words that differ between requests: more than 60 bits, so that no two begin alike."""


def nonce(tokens: int) -> str:
    """Return so many random words, which no cache has seen."""
    return "".join(random.SystemRandom().choices(WORDS, k=tokens))


@lru_cache(maxsize=2)
def filler(tokens: int) -> str:
    """Return so many words in an order without meaning, the same one each time."""
    return "".join(itertools.islice(_endless(), tokens))


def _endless() -> itertools.chain[str]:
    order = random.Random(len(WORDS)).choices(WORDS, k=4096)  # noqa: S311 - not a secret
    return itertools.chain.from_iterable(itertools.repeat(order))
