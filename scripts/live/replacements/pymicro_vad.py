"""Stands in for pymicro-vad, which would have to be compiled.

Home Assistant imports it for its voice assistants; without it, it cannot even tell the frontend
which actions there are, and the frontend never gets past "Loading". Nobody speaks in this house.
"""


class MicroVad:
    """The detector of speech, which cannot be had here."""

    def __init__(self) -> None:
        """Refuse."""
        raise RuntimeError("pymicro-vad is not installed in the simulated house")
