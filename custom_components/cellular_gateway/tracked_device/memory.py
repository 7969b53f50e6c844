"""Under which keys the journal remembers tracked devices."""

from typing import Final

# Every key below it belongs to a tracked device.
MEMORY: Final = "device."


def state_key(subentry_id: str) -> str:
    """Name what is known of a device."""
    return f"{MEMORY}{subentry_id}"


def schedule_key(subentry_id: str) -> str:
    """Name when the schedule of a device was last due."""
    return f"{MEMORY}{subentry_id}.scheduled"
