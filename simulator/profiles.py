"""What differs between modems, as data.

Every profile names its manual or capture; what neither of them says is marked "inferred".
"""

from .profile import E_UTRAN, E_UTRAN_MTC, UTRAN, Profile

__all__ = ["PROFILES", "Profile"]

# Releases as HUAWEI MU509 AT Command Interface Specification issue 04 (2013-01-28) clause
# 9.17 has them, in the order that a capture of an E1752 on the public net shows; NO CARRIER
# and BUSY beside ^CEND are inferred.
_HUAWEI_CALL_LINES = {
    "begun": ("^ORIG:1,0",),
    "alerting": ("^CONF:1",),
    "connected": ("^CONN:1,0",),
    "ended": ("^CEND:1,{seconds},{end},{cause}", "NO CARRIER"),
    "missed": ("^CEND:1,0,{end},{cause}",),
    "refused": ("^CEND:1,0,{end},{cause}", "{result}"),
    "hung_up": ("^CEND:1,{seconds},{end},{cause}",),
}
_QUECTEL_CONFIGURATION = {
    "roamservice": (1, 2, 255),
    "nwscanmode": tuple(range(10)),
    "servicedomain": (0, 1, 2),
}
_NO_CIRCUIT_SWITCHING = frozenset({"+CUSD", "D", "A", "+CHUP", "+CLCC", "+CVHU"})
_LOW_POWER = frozenset({"+CPSMS", "+CEDRXS", "+CEDRXRDP"})
_NO_CARRIER = {"ended": ("NO CARRIER",), "missed": ("NO CARRIER",), "refused": ("{result}",)}

# SIM800 Series AT Command Manual V1.09 (2015-08-03): 3.2.28 +CPIN, chapter 4 (TS 27.005:
# +CMGL and +CMGR with <mode> 1 "not change status"), chapter 6 (+CCID, +SPIC, +CLTS with
# *PSUTTZ). +CPMS=? and its 50 places of "ME" as captured from a SIM800L on the public net;
# *PSUTTZ as captured: 2017,3,31,16,52,4,"+28",0. Inferred: flash routing, index base 1
# (captures of +CMTI: "SM",1), ICCID only after the PIN, times.
# Calls: V1.09 clauses 2.2.4 (D: OK at once, +COLP=1 delays it), 3.2.16 (+CLCC=1 reports by
# itself, state 6) and 6 (+MORING with MO RING and MO CONNECTED).
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
    has=frozenset({"+MORING"}),
    clip='+CLIP: "{number}",{type},"",,"",{validity}',
    call_reports=True,
    call_progress="+MORING",
    call_lines=_NO_CARRIER | {"alerting": ("MO RING",), "connected": ("MO CONNECTED",)},
    contexts=3,
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
# Calls as captured on the public net: VOICE CALL: BEGIN, VOICE CALL: END: 000010 (seconds,
# before the OK of the host's own +CHUP), MISSED_CALL: 11:53AM and the number, +CLCC by itself
# with state 6; ATH does nothing at the default of +CVHU (inferred: that the default is 1).
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
    full_urc="+SMS FULL",
    call_reports=True,
    call_lines={
        "connected": ("VOICE CALL: BEGIN",),
        "connected_before": ("VOICE CALL: BEGIN",),
        "ended": ("VOICE CALL: END: {seconds:06d}", "NO CARRIER"),
        "missed": ("MISSED_CALL: {now:%I:%M%p} {number}",),
        "refused": ("{result}",),
        "hung_up_before": ("VOICE CALL: END: {seconds:06d}",),
    },
    voice_hang_up=1,
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
# +QCFG "roamservice" and +QICSGP as V1.3 and the TCP/IP manual of the family have them.
# Inferred: no +CESQ (V1.3 does not list it), flash routing, times, that +QICSGP and +CGDCONT
# share the APN.
EC25 = Profile(
    manufacturer="Quectel",
    model="EC25",
    revision="EC25EFAR06A06M4G",
    identification=("Quectel", "EC25", "Revision: EC25EFAR06A06M4G"),
    accepted=frozenset({"+QINDCFG", "+QURCCFG"}),
    full_urc='+QIND: "smsfull","{storage}"',
    full_setting=("+QINDCFG", "smsfull,1"),
    has=frozenset({"+QICSGP", "+QCFG"}),
    configuration=_QUECTEL_CONFIGURATION,
    call_lines=_NO_CARRIER,
    packet_type="IPV4V6",
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
# it. USSD is packed unless ^USSDMODE=0, as captured from an E1752 and E160s (gammu's tests).
# Inferred: swapped digits of ^ICCID, +CNMI ranges (of the Qualcomm chip), times.
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
    accepted=frozenset({"^CURC", "^USSDMODE"}),
    packed_ussd=True,
    call_lines=_HUAWEI_CALL_LINES,
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
# Inferred: no +CESQ, places of "ME", packed USSD as the sticks before it, times.
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
    accepted=frozenset({"^CURC", "^USSDMODE"}),
    packed_ussd=True,
    call_lines=_HUAWEI_CALL_LINES,
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
# +CPSMS, +CEDRXS, +CEDRXRDP, +UCGDFLT and +UDCONF=20 as the manuals of the maker have them.
# Inferred: +CPMS lists and places, +CNMI ranges, the prompt without a blank, +CME ERROR: 100
# for an unknown command, no voice and no USSD (the manual has no chapter on supplementary
# services), how +UCGDFLT? reads, times.
SARA_R4 = Profile(
    manufacturer="u-blox",
    model="SARA-R410M-02B",
    revision="L0.0.00.00.05.08 [Apr 17 2019 19:34:02]",
    identification=("Manufacturer: u-blox", "Model: SARA-R410M-02B", "IMEI: {imei}"),
    usb=False,
    prompt="\r\n>",
    unknown_code=100,
    has=_LOW_POWER | {"+UCGDFLT", "+UDCONF"},
    lacks=_NO_CIRCUIT_SWITCHING,
    registration_modes={"+CEREG": (0, 1, 2, 4)},
    contexts=8,
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
# ICCID is read by +CRSM. ATD answers CONNECT when the far end does, and HANGUP: 1 tells the
# end, as captured from a K3565-Z. Inferred: the model's revision, +CNMI ranges, times.
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
    dials_until_answered=True,
    call_lines={"ended": ("HANGUP: 1",), "missed": ("HANGUP: 1",), "hung_up": ("HANGUP: 1",)},
    indications=((0, 1, 2), (0, 1, 2, 3), (0, 2, 3), (0, 1, 2), (0, 1)),
    access=UTRAN,
    functionalities=(0, 1, 4, 5, 6, 7),
    restart_functionalities=(6,),
    ready_lines=('+ZPASR: "UMTS"',),
    latencies={"+COPS=?": 40.0},
)

# Quectel BG96 AT Commands Manual V2.1 (2018-05-08) and BG96 PSM Application Note V1.0
# (2018-04-23): +QPSMS with the network's timers in seconds (a capture on the public net shows
# +QPSMS: 1,,,"6000","20"), +QPSMEXTCFG of six numbers, +QCFG "psm/enter", +CEREG=4 with the
# timers that were granted, <AcT> 8. Inferred: identification, the ranges and defaults of
# +QPSMEXTCFG, no +CUSD, no voice, storages, times.
BG96 = Profile(
    manufacturer="Quectel",
    model="BG96",
    revision="BG96MAR02A07M1G",
    identification=("Quectel", "BG96", "Revision: BG96MAR02A07M1G"),
    accepted=frozenset({"+QINDCFG", "+QURCCFG"}),
    has=_LOW_POWER | {"+QICSGP", "+QCFG", "+QPSMS", "+QPSMEXTCFG"},
    lacks=_NO_CIRCUIT_SWITCHING,
    configuration=_QUECTEL_CONFIGURATION | {"psm/enter": (0, 1), "iotopmode": (0, 1, 2)},
    sim_answers={
        "+QCCID": ("+QCCID: {iccid}",),
        "+QPINC?": ('+QPINC: "SC",{pin},{puk}', '+QPINC: "P2",3,10'),
        "+QPINC=SC": ('+QPINC: "SC",{pin},{puk}',),
        "+QINISTAT": ("+QINISTAT: 7",),
    },
    storages=("SM", "ME", "MT"),
    default_storages=("ME", "ME", "ME"),
    memory_capacity=25,
    both_is_memory=True,
    default_indications=(2, 1, 0, 0, 0),
    domains=("+CREG", "+CGREG", "+CEREG"),
    domains_with_access=("+CREG", "+CGREG", "+CEREG"),
    registration_modes={"+CEREG": (0, 1, 2, 4)},
    access=E_UTRAN_MTC,
    boot_lines=("RDY", "APP RDY"),
    sim_lines=("+CPIN: {state}",),
    pin_line="+CPIN: READY",
    ready_lines=("+QUSIM: 1", "+QIND: SMS DONE"),
    sim_removed_lines=("+CPIN: NOT READY",),
    latencies={"+COPS=?": 120.0},
)

PROFILES: dict[str, Profile] = {
    "sim800l": SIM800L,
    "sim7600": SIM7600,
    "ec25": EC25,
    "bg96": BG96,
    "e173": E173,
    "e3372": E3372,
    "sara-r4": SARA_R4,
    "zte-mf190": ZTE_MF190,
}
