"""Sensors of the credit of a port's SIM."""

from datetime import date
from decimal import Decimal
from typing import override

from homeassistant.components.sensor import SensorEntity, SensorEntityDescription
from homeassistant.components.sensor.const import SensorDeviceClass, SensorStateClass
from homeassistant.core import callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..balance import Credit
from ..const import CONF_CURRENCY, CONF_PUSH, signal_balance
from ..coordinator import GatewayConfigEntry, texts_shown
from ..entity import PortEntity
from ..ports import PortCoordinator

BALANCE = SensorEntityDescription(
    key="balance",
    translation_key="balance",
    device_class=SensorDeviceClass.MONETARY,
    state_class=SensorStateClass.TOTAL,
)
BALANCE_EXPIRY = SensorEntityDescription(
    key="balance_expiry", translation_key="balance_expiry", device_class=SensorDeviceClass.DATE
)


class CreditEntity(PortEntity, SensorEntity):
    """What is known of the credit of a port's SIM; it stays true while the link is down."""

    def __init__(
        self,
        entry: GatewayConfigEntry,
        port: PortCoordinator,
        description: SensorEntityDescription,
    ) -> None:
        """Show what the port's balance keeper knows."""
        super().__init__(entry, port, description)
        self.keeper = entry.runtime_data.balances[self.port]
        self._signal = signal_balance(entry.entry_id)

    @property
    @override
    def available(self) -> bool:
        """Always."""
        return True

    @property
    def credit(self) -> Credit | None:
        """What was last told."""
        return self.keeper.credit

    @override
    async def async_added_to_hass(self) -> None:
        """Hear of what is told anew."""
        await super().async_added_to_hass()
        self.async_on_remove(async_dispatcher_connect(self.hass, self._signal, self._told))

    @callback
    def _told(self, port: str) -> None:
        """Show the balance of this port."""
        if port == self.port:
            self.async_write_ha_state()


def reported_currency(entry: GatewayConfigEntry) -> str | None:
    """Return the currency of what a gateway reports, which a person has named."""
    currency: str | None = entry.options.get(CONF_PUSH, {}).get(CONF_CURRENCY)
    return currency


class BalanceSensor(CreditEntity):
    """The credit of a port's SIM, in the currency of the operator's answer.

    A person has chosen to ask, so what the operator answers counts for more than what the gateway
    reports by itself; that is shown until there is an answer about this SIM.
    """

    _unrecorded_attributes = frozenset({"raw", "received_at"})

    @property
    @override
    def native_value(self) -> Decimal | None:
        """The amount."""
        return self.credit.balance.amount if self.credit else self.coordinator.data.balance

    @property
    @override
    def native_unit_of_measurement(self) -> str | None:
        """The currency, before the first answer one that the options name."""
        if self.credit:
            return self.credit.balance.currency
        if self.coordinator.data.balance is not None:
            return reported_currency(self.coordinator.config_entry)
        return self.keeper.settings.currency

    @property
    @override
    def extra_state_attributes(self) -> dict[str, str]:
        """When it was told, and in which words where these may be shown."""
        if self.credit is None:
            return {}
        attributes = {"received_at": self.credit.received_at.isoformat()}
        if self.credit.raw is not None and texts_shown(self.coordinator.config_entry):
            attributes["raw"] = self.credit.raw
        return attributes


class BalanceExpirySensor(CreditEntity):
    """The last day on which the credit can be used."""

    @property
    @override
    def native_value(self) -> date | None:
        """The day."""
        return self.credit.balance.expiry if self.credit else None
