"""What a profile says of a model of modem."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# <AcT> of 3GPP TS 27.007 clause 7.3.
GSM, UTRAN, E_UTRAN, E_UTRAN_MTC = 0, 2, 7, 8

type Ranges = tuple[
    tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, ...]
]
# The usual ranges of +CNMI (3GPP TS 27.005 clause 3.4.1).
ALL_INDICATIONS: Ranges = ((0, 1, 2), (0, 1, 2, 3), (0, 2), (0, 1, 2), (0, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How one model of modem answers.

    `identification` and `serial` may hold {imei}. `sim_answers` (by the command as it is
    typed behind the AT) want a card that is read, and may hold {iccid}, {iccid_swapped},
    {pin} and {puk} (tries), {tries} (of the one that is wanted, empty when none is) and
    {state}; those in `iccid_commands` want an open one unless `iccid_before_pin`.
    `accepted` are settings of the vendor's own that are taken without an effect here;
    `has` are the commands it knows of those that not every modem has, `lacks` the common
    ones that it does not know. `configuration` has the values that +QCFG takes, by key.
    `full_urc` tells that a storage is full, if a setting (name and value) is needed for it
    that is `full_setting`. `indication_rules` say which <mode> a <mt> (position 1) or <ds>
    (position 3) needs.
    `call_lines` are the unsolicited lines of a call by event: "begun", "alerting",
    "connected", "ended" (the far end hangs up), "missed", "refused" and "hung_up" (after the
    result of the host's own hanging up); "connected_before" and "hung_up_before" come before
    the result of the host's own command. They may hold {number}, {seconds}, {now},
    {result}, {end} and {cause}; with `call_progress` they want that setting to be 1.
    Times are in seconds at pace 1.
    """

    manufacturer: str
    model: str
    revision: str
    identification: tuple[str, ...]
    serial: str = "{imei}"
    capabilities: str = "+GCAP: +CGSM"
    usb: bool = True
    speed: int = 115200

    echo: bool = True
    error_verbosity: int = 0
    prompt: str = "\r\n> "
    unknown_command: str = "ERROR"
    unknown_code: int | None = None
    accepted: frozenset[str] = frozenset()
    has: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()
    configuration: dict[str, tuple[int, ...]] = field(default_factory=dict)
    sim_answers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    iccid_before_pin: bool = True
    iccid_commands: frozenset[str] = frozenset({"+CCID", "+CICCID", "+QCCID", "^ICCID"})
    own_number: str = '+CNUM: "","{number}",{type}'
    character_sets: tuple[str, ...] = ("IRA", "GSM", "UCS2")

    storages: tuple[str, ...] = ("SM", "ME")
    storage_lists: tuple[tuple[str, ...], ...] = ()
    default_storages: tuple[str, str, str] = ("SM", "SM", "SM")
    memory_capacity: int = 50
    both_is_memory: bool = False
    first_index: int = 0
    full_urc: str = ""
    full_setting: tuple[str, str] | None = None
    nag: str = ""
    services: tuple[int, ...] = (0, 1)
    text_mode: bool = True
    indications: Ranges = ALL_INDICATIONS
    indication_rules: tuple[tuple[int, int, tuple[int, ...]], ...] = ()
    indications_as_lists: bool = False
    default_indications: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    alpha: str = ""
    alpha_cmt: str = ","
    reads_empty: bool = False
    lists_unchanged: bool = False
    routes_flash: bool = True

    domains: tuple[str, ...] = ("+CREG", "+CGREG")
    domains_with_access: tuple[str, ...] = ()
    quotes_cell: bool = True
    area_format: str = "04X"
    cell_format: str = "X"
    access: int = GSM
    operator_with_access: bool = True
    extended_signal: bool = False
    signal_urc: str = ""
    time_urc: str = "+CTZV: {quarters:+03d}"
    registration_modes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    contexts: int = 16
    packet_type: str = "IP"
    functionalities: tuple[int, ...] = (0, 1, 4)
    restart_functionalities: tuple[int, ...] = ()

    packed_ussd: bool = False
    clip: str = '+CLIP: "{number}",{type},,,,{validity}'
    dials_until_answered: bool = False
    call_reports: bool = False
    call_progress: str = ""
    call_lines: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    voice_hang_up: int = 0

    boot_lines: tuple[str, ...] = ()
    sim_lines: tuple[str, ...] = ()
    pin_line: str = ""
    ready_lines: tuple[str, ...] = ()
    sim_removed_lines: tuple[str, ...] = ()
    boot_time: float = 5.0
    sim_time: float = 3.0
    submit_time: float = 2.0
    list_time: float = 0.02
    latencies: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Offer every storage for every use, unless the profile knows better."""
        if not self.storage_lists:
            object.__setattr__(self, "storage_lists", (self.storages,) * 3)

    @property
    def voice(self) -> bool:
        """Tell whether the model has voice calls."""
        return "D" not in self.lacks
