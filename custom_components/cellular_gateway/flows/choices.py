"""Forms that ask for options, in a new entry and in the options of an old one."""

from abc import abstractmethod
from collections.abc import Collection, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

from homeassistant.config_entries import ConfigEntryBaseFlow, ConfigFlowResult


class ChoicesFlow(ConfigEntryBaseFlow):
    """A flow with steps that ask for options."""

    @property
    @abstractmethod
    def gateway_data(self) -> Mapping[str, Any]:
        """The data of the entry."""

    @property
    @abstractmethod
    def choices(self) -> Mapping[str, Any]:
        """The options as they were chosen before."""

    def own_steps(self) -> tuple[str, ...]:
        """Return the steps of the options about what only this kind of gateway has."""
        return ()

    @abstractmethod
    async def async_keep_choices(
        self, fields: Collection[str], chosen: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Keep what was chosen in place of what those fields had, and go on."""

    @abstractmethod
    def entry_stopped(self) -> AbstractAsyncContextManager[None]:
        """Free what the entry holds, if there is one."""


def with_choices(
    options: Mapping[str, Any], fields: Collection[str], chosen: Mapping[str, Any]
) -> dict[str, Any]:
    """Return options in which those fields are as they were chosen; empty ones are left out."""
    kept = {key: value for key, value in options.items() if key not in fields}
    return kept | {key: value for key, value in chosen.items() if value not in (None, "", [])}
