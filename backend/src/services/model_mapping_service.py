"""`ModelMappingService` gives models names for people."""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from typing import TYPE_CHECKING

from src.client.errors import GatewayError
from src.services.refreshed import Lifetime, Refreshed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from src.services.gateway_calls import GatewayCalls
    from src.services.protocols import GatewayClientProtocol

logger = logging.getLogger(__name__)

# Who got no labels may take this long to make an answer of them, and asks only then until when it is good.
ANSWERING = dt.timedelta(seconds=30)
# always the same object, so that what was made with it is still good
_NO_LABELS: Mapping[str, str] = {}


class ModelMappingService:
    """Reads the gateway's deployments and keeps their labels for its lifetime.

    Labels are a convenience: where the gateway does not tell its deployments, or not in a moment, models keep
    their own names. After a failure the gateway is not asked again before the labels' lifetime has passed.
    """

    def __init__(self, client: GatewayClientProtocol, calls: GatewayCalls, lifetime: Lifetime) -> None:
        self._client, self._lifetime = client, lifetime
        self._labels = Refreshed(calls, self._read, lifetime)
        self._unlabelled_at: dt.datetime | None = None

    @property
    def expires_at(self) -> dt.datetime | None:
        """When (UTC) the labels have to be read again, also where they could not be read.

        None where that is now: they are on their way, or came after somebody was told that there are none.
        """
        expires_at = self._labels.expires_at
        if expires_at is None:
            failed_at = self._labels.failed_at
            return None if failed_at is None else failed_at + self._lifetime.ttl
        is_answering = self._unlabelled_at is not None and self._lifetime.clock() - self._unlabelled_at < ANSWERING
        return None if is_answering else expires_at

    async def get_display_names(self) -> Mapping[str, str]:
        """Return the label of each model whose label is not its name; none where that takes long."""
        failed_at = self._labels.failed_at
        is_resting = failed_at is not None and self._lifetime.clock() - failed_at < self._lifetime.ttl
        if self._labels.kept is not None or not is_resting:
            try:
                return await self._labels.get(soon=True)
            except GatewayError as error:
                logger.warning("no model labels from the gateway (%s)", type(error).__name__)
        self._unlabelled_at = self._lifetime.clock()
        return _NO_LABELS

    async def get_display_name(self, model: str) -> str:
        """Return the label of one model."""
        return (await self.get_display_names()).get(model, model)

    def _read(self) -> Mapping[str, str]:
        deployments = self._client.fetch_model_info().data
        public = {d.litellm_params.model: d.model_name for d in deployments if d.litellm_params}
        return labels(
            [d.model_name for d in deployments if d.model_name],
            {provider: name for provider, name in public.items() if provider and name},
        )


def labels(names: list[str], by_provider_id: Mapping[str, str]) -> dict[str, str]:
    """Return a label for each model: the last part of a name with slashes, where no other model has the same."""
    short = {name: name.rsplit("/", 1)[-1] or name for name in names}
    counts = Counter(short.values())
    public = {name: label if counts[label] == 1 else name for name, label in short.items()}
    return {**{provider: public[name] for provider, name in by_provider_id.items()}, **public}
