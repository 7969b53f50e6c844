"""What a status report says (3GPP TS 23.040 clause 9.2.3.15)."""

from enum import StrEnum
from typing import Final


class DeliveryOutcome(StrEnum):
    """What became of a message; `forwarded` is handed on without a confirmation."""

    DELIVERED = "delivered"
    FORWARDED = "forwarded"
    REPLACED = "replaced"
    PENDING = "pending"
    FAILED = "failed"


_TEMPORARY: Final = {
    0x00: "congestion",
    0x01: "sme_busy",
    0x02: "no_response_from_sme",
    0x03: "service_rejected",
    0x04: "quality_of_service_not_available",
    0x05: "error_in_sme",
}
_NAMES: Final = {
    0x00: "received_by_sme",
    0x01: "forwarded_to_sme",
    0x02: "replaced_by_service_centre",
    **{0x20 + code: name for code, name in _TEMPORARY.items()},
    0x40: "remote_procedure_error",
    0x41: "incompatible_destination",
    0x42: "connection_rejected_by_sme",
    0x43: "not_obtainable",
    0x44: "quality_of_service_not_available",
    0x45: "no_interworking_available",
    0x46: "validity_period_expired",
    0x47: "deleted_by_originating_sme",
    0x48: "deleted_by_service_centre_administration",
    0x49: "message_does_not_exist",
    **{0x60 + code: name for code, name in _TEMPORARY.items()},
}
# In each range of 32, the upper half is the service centre's own.
_SPECIFIC: Final = 0x10


def status_name(status: int) -> str:
    """Return the name of a TP-ST octet; reserved ones count as a rejected service."""
    if status < 0x80 and status & _SPECIFIC:
        return "service_centre_specific"
    return _NAMES.get(status, "service_rejected")


def status_outcome(status: int) -> DeliveryOutcome:
    """Return what became of the message by a TP-ST octet."""
    if status == 0x00:
        return DeliveryOutcome.DELIVERED
    if status == 0x02:
        return DeliveryOutcome.REPLACED
    if status == 0x01 or 0x10 <= status < 0x20:
        return DeliveryOutcome.FORWARDED
    if (status in _NAMES and 0x20 <= status < 0x40) or 0x30 <= status < 0x40:
        return DeliveryOutcome.PENDING
    return DeliveryOutcome.FAILED
