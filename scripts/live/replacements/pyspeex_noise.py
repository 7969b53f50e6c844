"""Stands in for pyspeex-noise, as `pymicro_vad` beside it does for pymicro-vad."""


class AudioProcessor:
    """The filter for noise, which cannot be had here."""

    def __init__(self, auto_gain: int, noise_suppression: int) -> None:
        """Refuse."""
        raise RuntimeError("pyspeex-noise is not installed in the simulated house")
