"""`/api/keys`: users' own keys for providers, which are written and never shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query

from src.core.clock import iso
from src.core.http.errors import answers_wrong_form_with
from src.studio.accounts.service import Caller
from src.studio.dependencies import ClientAddress, CurrentUser, Provided
from src.studio.errors import InvalidFieldError, InvalidRequestError
from src.studio.vault.schemas import KeyIn, KeyKeptOut, KeyNamedIn, KeyOut, KeysOut, OkOut, ProviderKey
from src.studio.vault.service import KeyPlace

if TYPE_CHECKING:
    from src.studio.vault.service import KeptKey

router = APIRouter(tags=["studio"])

WRONG_FORM = 400  # as clients that delete keys know it
NO_VALUE = "value: a key is missing."
NO_PROVIDER = "provider_key: a provider is missing."


@router.get("/api/keys")
def get_keys(user: CurrentUser, services: Provided) -> KeysOut:
    """Tell for which providers there are keys: those that can be used, then what is kept for others."""
    kept = services.vault.keys_of(user.id)
    places = services.providers.key_places(user)
    known = {place.provider_key for place in places}
    others = [KeyPlace(key, key) for key in kept if key not in known]
    told = [_told(place, kept.get(place.provider_key), standalone=place in others) for place in (*places, *others)]
    return KeysOut(keys=told)


@router.put("/api/keys")
def put_key(asked: KeyIn, user: CurrentUser, services: Provided, address: ClientAddress) -> KeyKeptOut:
    """Keep a key for a provider, in place of the one before."""
    value = asked.api_key if asked.value is None else asked.value
    if value is None:
        raise InvalidFieldError(NO_VALUE)
    key_id = services.vault.put(user, asked.provider_key, value, caller=Caller(address), key_name=asked.key_name)
    return KeyKeptOut(key_id=key_id, provider_key=asked.provider_key)


@router.delete("/api/keys")
@answers_wrong_form_with(WRONG_FORM)
def delete_key(
    user: CurrentUser,
    services: Provided,
    address: ClientAddress,
    provider_key: Annotated[ProviderKey | None, Query(description="Whose key it is.")] = None,
    asked: KeyNamedIn | None = None,
) -> OkOut:
    """Delete a key. The provider is named in the address, or in the body."""
    named = provider_key or (asked.provider_key if asked else None)
    if named is None:
        raise InvalidRequestError(NO_PROVIDER)
    services.vault.delete(user, named, Caller(address))
    return OkOut()


def _told(place: KeyPlace, kept: KeptKey | None, *, standalone: bool) -> KeyOut:
    return KeyOut(
        provider_key=place.provider_key,
        display_name=place.display_name,
        key_env_name=place.key_env_name,
        has_global_key=place.has_global_key,
        has_user_key=kept is not None,
        user_key_updated_at=iso(kept.updated_at) if kept else None,
        key_name=kept.key_name if kept else None,
        standalone=standalone,
    )
