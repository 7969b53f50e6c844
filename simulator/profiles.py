"""What differs between modems, as data.

Every profile names its manual or capture; what neither of them says is marked "inferred".
"""

from dataclasses import dataclass, field

# <AcT> of 3GPP TS 27.007 clause 7.3.
GSM, UTRAN, E_UTRAN = 0, 2, 7

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
    `accepted` are settings of the vendor's own that are taken without an effect here.
    `indication_rules` say which <mode> a <mt> (position 1) or <ds> (position 3) needs.
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
    functionalities: tuple[int, ...] = (0, 1, 4)
    restart_functionalities: tuple[int, ...] = ()

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


# SIM800 Series AT Command Manual V1.09 (2015-08-03): 3.2.28 +CPIN, chapter 4 (TS 27.005:
# +CMGL and +CMGR with <mode> 1 "not change status"), chapter 6 (+CCID, +SPIC, +CLTS with
# *PSUTTZ). +CPMS=? and its 50 places of "ME" as captured from a SIM800L on the public net;
# *PSUTTZ as captured: 2017,3,31,16,52,4,"+28",0. Inferred: flash routing, index base 1
# (captures of +CMTI: "SM",1), ICCID only after the PIN, times.
SIM800L = Profile(
    manufacturer="SIMCOM_Ltd",
    model="SIMCOM_SIM800L",
    revision="Revision:1418B05SIM800L24",
    identification=("SIM800 R14.18",),
    usb=False,
    accepted=frozenset({"+CLTS", "+CSCLK"}),
    sim_answers={"+CCID": ("{iccid}",), "+SPIC": ("+SPIC: {pin},{puk},3,10",)},
    iccid_before_pin=False,
    own_number='+CNUM: "","{number}",{type},7,4',
    character_sets=("IRA", "GSM", "UCS2", "HEX", "PCCP", "PCDN", "8859-1"),
    storages=("SM", "ME", "MT"),
    storage_lists=(("SM", "ME", "SM_P", "ME_P", "MT"),) * 3,
    default_storages=("SM_P", "SM_P", "SM_P"),
    first_index=1,
    indications=((0, 1, 2, 3), (0, 1, 2, 3), (0, 2), (0, 1), (0, 1)),
    default_indications=(2, 1, 0, 0, 0),
    alpha='""',
    alpha_cmt='"",',
    reads_empty=True,
    lists_unchanged=True,
    cell_format="04X",
    operator_with_access=False,
    time_urc="*PSUTTZ: {now.year},{now.month},{now.day},{now.hour},{now.minute},{now.second},"
    '"{quarters:+d}",0',
    boot_lines=("RDY", "+CFUN: 1"),
    sim_lines=("+CPIN: {state}",),
    pin_line="+CPIN: READY",
    ready_lines=("Call Ready", "SMS Ready"),
    sim_removed_lines=("+CPIN: NOT INSERTED",),
    latencies={"+COPS=?": 45.0},
)

# SIM7500_SIM7600 Series AT Command Manual V1.12 (2019-10-25): 4.3 +CICCID, 4.6 +SPIC
# (3,10,0,10), 7.1 +CSMS, 7.2 +CPMS (lists and 23 places of "ME"; "MT" is the flash too),
# 7.8 +CNMA (second one: +CMS ERROR: 340), 7.9 +CNMI (lists, default 0,0,0,0,0, and which
# <mode> goes with which <mt> and <ds>), 7.10 +CGSMS, 7.11 +CMGL (indices from 0).
# ATI as captured from a SIM7600G-H on the public net. Inferred: unquoted cell in +CREG,
# flash routing, times.
SIM7600 = Profile(
    manufacturer="SIMCOM INCORPORATED",
    model="SIMCOM_SIM7600G-H",
    revision="+CGMR: LE20B04SIM7600G22",
    identification=(
        "Manufacturer: SIMCOM INCORPORATED",
        "Model: SIMCOM_SIM7600G-H",
        "Revision: SIM7600M22_V2.0",
        "IMEI: {imei}",
        "+GCAP: +CGSM",
    ),
    sim_answers={
        "+CICCID": ("+ICCID: {iccid}",),
        "+SPIC": ("+SPIC: {pin},{puk},0,10",),
    },
    storages=("ME", "MT", "SM", "SR"),
    storage_lists=(("ME", "MT", "SM", "SR"), ("ME", "MT", "SM"), ("ME", "SM")),
    memory_capacity=23,
    both_is_memory=True,
    indication_rules=((1, 2, (1, 2)), (1, 3, (1,)), (3, 1, (1,))),
    indications_as_lists=True,
    domains=("+CREG", "+CGREG", "+CEREG"),
    quotes_cell=False,
    access=E_UTRAN,
    extended_signal=True,
    functionalities=(0, 1, 4, 5, 6, 7),
    restart_functionalities=(6,),
    boot_lines=("RDY",),
    sim_lines=("+CPIN: {state}",),
    pin_line="+CPIN: READY",
    ready_lines=("SMS DONE", "PB DONE"),
    sim_removed_lines=("+CPIN: NOT INSERTED",),
    latencies={"+COPS=?": 60.0},
)

# Quectel EC25&EC21 AT Commands Manual V1.3 (2018-09-20): chapter 5 (+QCCID, +QPINC,
# +QINISTAT), chapter 9 (+CNMA p. 136 of V1.2, +CPMS: 255 places of "ME", 50 of "SM", "MT" the
# same as "ME"; +QIND "smsfull" is off by default), chapter 15 URCs. Boot lines in the order
# that an EG25-G of the same family was captured with. +CNMI=? as gammu's test of a Quectel has it.
# Inferred: no +CESQ (V1.3 does not list it), flash routing, times.
EC25 = Profile(
    manufacturer="Quectel",
    model="EC25",
    revision="EC25EFAR06A06M4G",
    identification=("Quectel", "EC25", "Revision: EC25EFAR06A06M4G"),
    accepted=frozenset({"+QCFG", "+QINDCFG", "+QURCCFG"}),
    sim_answers={
        "+QCCID": ("+QCCID: {iccid}",),
        "+QPINC?": ('+QPINC: "SC",{pin},{puk}', '+QPINC: "P2",3,10'),
        "+QPINC=SC": ('+QPINC: "SC",{pin},{puk}',),
        "+QINISTAT": ("+QINISTAT: 7",),
    },
    storages=("SM", "ME", "MT"),
    default_storages=("ME", "ME", "ME"),
    memory_capacity=255,
    both_is_memory=True,
    default_indications=(2, 1, 0, 0, 0),
    domains=("+CREG", "+CGREG", "+CEREG"),
    domains_with_access=("+CREG", "+CGREG", "+CEREG"),
    access=E_UTRAN,
    boot_lines=("RDY", "+CFUN: 1"),
    sim_lines=("+CPIN: {state}",),
    pin_line="+CPIN: READY",
    ready_lines=("+QUSIM: 1", "+QIND: SMS DONE", "+QIND: PB DONE"),
    sim_removed_lines=("+CPIN: NOT READY",),
    latencies={"+COPS=?": 60.0},
)

# HUAWEI UMTS Datacard/Modem AT Command Interface Specification V2.3 (2010-07-30): ^CPIN
# (empty <times> when ready), ^RSSI, ^SIMST, ^SRVST, ^MODE, ^SMMEMFULL. ATI as captured from
# an E173 on the public net, +CPMS=? as python-gsmmodem has it of a K3715, the unquoted
# +CREG as ModemManager's test has it of an E160G, "COMMAND NOT SUPPORT" as its parser knows
# it. Inferred: swapped digits of ^ICCID, +CNMI ranges (of the Qualcomm chip), times.
E173 = Profile(
    manufacturer="huawei",
    model="E173",
    revision="11.126.16.00.715",
    identification=(
        "Manufacturer: huawei",
        "Model: E173",
        "Revision: 11.126.16.00.715",
        "IMEI: {imei}",
        "+GCAP: +CGSM,+DS,+ES",
    ),
    capabilities="+GCAP: +CGSM,+DS,+ES",
    unknown_command="COMMAND NOT SUPPORT",
    accepted=frozenset({"^CURC"}),
    sim_answers={
        "^ICCID?": ("^ICCID: {iccid_swapped}",),
        "^CPIN?": ("^CPIN: {state},{tries},{puk},{pin},10,3",),
    },
    storages=("ME", "MT", "SM", "SR"),
    indications=((0, 1, 2), (0, 1, 2, 3), (0, 2, 3), (0, 1, 2), (0, 1)),
    quotes_cell=False,
    area_format="X",
    access=UTRAN,
    signal_urc="^RSSI:{rssi}",
    functionalities=(0, 1, 4, 5, 6, 7),
    restart_functionalities=(6,),
    full_urc='^SMMEMFULL: "{storage}"',
    ready_lines=("^SIMST:1", "^SRVST:2", "^MODE:5,4"),
    sim_removed_lines=("^SIMST:255",),
    latencies={"+COPS=?": 40.0},
)

# ATI as captured from an E3372 (21.180.01.00.00) on the public net; +CPMS=? as gammu's test
# has it of an E3372-325; +CNMI ranges and ^CPIN from the command table of its Balong firmware;
# ^ICCID without swapped digits as captured. HUAWEI ME909s AT Command Interface Specification
# V100R001 issue 03 (2019-03-13), of the same chip family, for ^RSSI, ^SIMST and ^SMMEMFULL.
# Inferred: no +CESQ, places of "ME", times.
E3372 = Profile(
    manufacturer="huawei",
    model="E3372",
    revision="21.180.01.00.00",
    identification=(
        "Manufacturer: huawei",
        "Model: E3372",
        "Revision: 21.180.01.00.00",
        "IMEI: {imei}",
        "+GCAP: +CGSM,+DS,+ES",
    ),
    capabilities="+GCAP: +CGSM,+DS,+ES",
    accepted=frozenset({"^CURC"}),
    sim_answers={
        "^ICCID?": ("^ICCID: {iccid}",),
        "^CPIN?": ("^CPIN: {state},{tries},{puk},{pin},10,3",),
    },
    storages=("SM", "ME"),
    domains=("+CREG", "+CGREG", "+CEREG"),
    access=E_UTRAN,
    signal_urc="^RSSI: {rssi}",
    functionalities=(0, 1, 4, 5, 6, 7),
    restart_functionalities=(6,),
    full_urc='^SMMEMFULL: "{storage}"',
    ready_lines=("^SIMST: 1", "^SRVST: 2"),
    sim_removed_lines=("^SIMST: 255",),
    latencies={"+COPS=?": 40.0},
)

# u-blox SARA-R4 series AT commands manual UBX-17003787 R27: +CCID, +UPINCNT (the order
# PIN, PIN2, PUK, PUK2 also in ModemManager's test), +CESQ, +CEREG, +CFUN=15 as restart.
# Inferred: +CPMS lists and places, +CNMI ranges, the prompt without a blank, +CME ERROR: 100
# for an unknown command, times.
SARA_R4 = Profile(
    manufacturer="u-blox",
    model="SARA-R410M-02B",
    revision="L0.0.00.00.05.08 [Apr 17 2019 19:34:02]",
    identification=("Manufacturer: u-blox", "Model: SARA-R410M-02B", "IMEI: {imei}"),
    usb=False,
    prompt="\r\n>",
    unknown_code=100,
    sim_answers={
        "+CCID": ("+CCID: {iccid}",),
        "+CCID?": ("+CCID: {iccid}",),
        "+UPINCNT": ("+UPINCNT: {pin},3,{puk},10",),
    },
    storages=("ME", "SM", "MT"),
    default_storages=("ME", "ME", "ME"),
    memory_capacity=23,
    domains=("+CREG", "+CGREG", "+CEREG"),
    domains_with_access=("+CREG", "+CGREG", "+CEREG"),
    access=E_UTRAN,
    extended_signal=True,
    functionalities=(0, 1, 4, 15),
    restart_functionalities=(15,),
    latencies={"+COPS=?": 60.0},
)

# Modelled on the K3565-Z of python-gsmmodem (identification, +CPMS=?) and on what
# ModemManager's ZTE plugin says: "+ZUSIMR:2" comes again and again until +CPMS is asked;
# the ICCID is not readable before the PIN. No command for the tries of the PIN is known, and the
# ICCID is read by +CRSM. Inferred: the model's revision, +CNMI ranges, times.
ZTE_MF190 = Profile(
    manufacturer="ZTE INCORPORATED",
    model="MF190",
    revision="BD_MF190V1.0.0B03",
    identification=(
        "Manufacturer: ZTE INCORPORATED",
        "Model: MF190",
        "Revision: BD_MF190V1.0.0B03",
        "IMEI: {imei}",
        "+GCAP: +CGSM,+DS,+ES",
    ),
    capabilities="+GCAP: +CGSM,+DS,+ES",
    iccid_before_pin=False,
    storages=("ME", "MT", "SM", "SR"),
    nag="+ZUSIMR:2",
    indications=((0, 1, 2), (0, 1, 2, 3), (0, 2, 3), (0, 1, 2), (0, 1)),
    access=UTRAN,
    functionalities=(0, 1, 4, 5, 6, 7),
    restart_functionalities=(6,),
    ready_lines=('+ZPASR: "UMTS"',),
    latencies={"+COPS=?": 40.0},
)

PROFILES: dict[str, Profile] = {
    "sim800l": SIM800L,
    "sim7600": SIM7600,
    "ec25": EC25,
    "e173": E173,
    "e3372": E3372,
    "sara-r4": SARA_R4,
    "zte-mf190": ZTE_MF190,
}
