"""Events with a text, which the user may not want to be shown."""

from dataclasses import replace
from typing import override

from homeassistant.components.event import EventEntity, EventExtraStoredData


def _without_text(data: EventExtraStoredData | None) -> EventExtraStoredData | None:
    """Return what was stored of an event, less the text."""
    if data is None:
        return None
    attributes = data.last_event_attributes or {}
    return replace(
        data,
        last_event_attributes={key: value for key, value in attributes.items() if key != "text"},
    )


class TextEvent(EventEntity):
    """An event with a text; `_show_texts` is whether the user wants to see texts."""

    _show_texts: bool

    @override
    async def async_get_last_event_data(self) -> EventExtraStoredData | None:
        """Restore the last event without a text that is no longer to be shown."""
        data = await super().async_get_last_event_data()
        return data if self._show_texts else _without_text(data)
