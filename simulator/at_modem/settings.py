"""What a host sets in the modem, and a restart forgets."""

from dataclasses import dataclass, field

from ..profiles import Profile


@dataclass(slots=True)
class Settings:
    """The settings of V.250, TS 27.007 and TS 27.005 that matter here."""

    echo: bool
    error_verbosity: int
    storages: list[str]
    character_set: str
    verbose: bool = True
    quiet: bool = False
    service: int = 0
    text_mode: bool = False
    indications: list[int] = field(default_factory=lambda: [0, 0, 0, 0, 0])
    registration_reports: dict[str, int] = field(default_factory=dict)
    operator_format: int = 0
    functionality: int = 1
    message_domain: int = 3
    time_zone_updates: int = 0
    time_zone_reports: int = 0
    caller_identity: int = 0
    supplementary_reports: int = 0
    call_reports: int = 0
    voice_hang_up: int = 0
    # What a host may set and read back without an effect here, such as +CSDH.
    plain: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, profile: Profile) -> Settings:
        """Return the settings that a modem starts with."""
        return cls(
            echo=profile.echo,
            error_verbosity=profile.error_verbosity,
            storages=list(profile.default_storages),
            character_set=profile.character_sets[0],
            indications=list(profile.default_indications),
            voice_hang_up=profile.voice_hang_up,
        )

    def encode(self, text: str) -> str:
        """Return a string as +CSCS has it: in hex when it is UCS2 (TS 27.007 clause 5.5)."""
        if self.character_set == "UCS2":
            return text.encode("utf-16-be").hex().upper()
        return text

    def decode(self, text: str) -> str:
        """Return a string that the host gave in the character set of +CSCS."""
        if self.character_set != "UCS2":
            return text
        try:
            return bytes.fromhex(text).decode("utf-16-be")
        except ValueError:
            return text
