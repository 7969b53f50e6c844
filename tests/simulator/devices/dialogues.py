"""What far-end devices are sent and what they answer.

The texts on both sides are those of the makers' manuals, or of devices as they were seen;
`simulator/devices/` names them. Each table serves one test.
"""

from typing import Any

IMEI = "353976010139156"

# Family, variant, what it is made with, command, answers, and fields of its state afterwards.
type Row = tuple[str, str | None, dict[str, Any], str, list[str], dict[str, Any]]

SETTINGS: list[Row] = [
    (
        "teltonika_tracker",
        None,
        {},
        "  setparam 2001:em",
        ["New value 2001:em;"],
        {"apn": "em"},
    ),
    (
        "teltonika_tracker",
        None,
        {"login": "adm", "password": "pass"},
        "adm pass setparam 2001:em;2004:192.0.2.9;2005:5027",
        ["New value 2001:em;2004:192.0.2.9;2005:5027;"],
        {"apn": "em", "server": "192.0.2.9", "server_port": 5027},
    ),
    ("teltonika_tracker", "ft", {}, " setparam 2001:em", ["New value 2001:em;"], {"apn": "em"}),
    ("ruptela", None, {}, "setconnection em", ["set connection data ok"], {"apn": "em"}),
    ("ruptela", "blank", {}, " setconnection em", ["set connection data ok"], {"apn": "em"}),
    (
        "ruptela",
        None,
        {"password": "pass"},
        "pass setconnection em,u,p,TCP,192.0.2.9,9021",
        ["set connection data ok"],
        {"apn": "em", "apn_user": "u", "server": "192.0.2.9", "server_port": 9021},
    ),
    ("concox", None, {}, "APN em#", ["OK!"], {"apn": "em"}),
    ("concox", "password", {}, "APN,666666,em#", ["OK!"], {"apn": "em"}),
    ("concox", "comma", {}, "APN,em#", ["OK!"], {"apn": "em"}),
    ("coban", None, {}, "APN123456 em", ["apn ok"], {"apn": "em"}),
    ("coban", None, {}, "gprs123456", ["gprs ok"], {"data_on": True}),
    ("meitrack", None, {}, "0000,A81,em,,", [f"{IMEI},A81,OK"], {"apn": "em"}),
    (
        "meitrack",
        None,
        {},
        "666888,A21,1,server.meigps.com,8800,em,,",
        [f"{IMEI},A21,OK"],
        {"apn": "em", "server": "server.meigps.com", "server_port": 8800, "data_on": True},
    ),
    ("elinz", "hash", {}, "APN,em#", ["OK!"], {"apn": "em"}),
    ("elinz", "password", {}, "apn123456 em", ["apn ok"], {"apn": "em"}),
    (
        "queclink",
        "gl200",
        {},
        "AT+GTBSI=gl200,em,,,,,,,0002$",
        [f"+ACK:GTBSI,1A0102,{IMEI},,0002,20261001120000,11F0$"],
        {"apn": "em"},
    ),
    ("bitrek", None, {}, "setparam 0242 em", ["Param ID 0242 New Val: em"], {"apn": "em"}),
    (
        "bitrek",
        "semicolon",
        {"login": "adm", "password": "pass"},
        "adm pass setparam 0242 em; setparam 0917 1; setparam 0020 26201;",
        [
            "Param ID 0242 New Val: em",
            "Param ID 0917 New Val: 1",
            "Param ID 0020 New Val: 26201",
        ],
        {"apn": "em", "roaming_allowed": True, "networks": {"0020": "26201"}},
    ),
    ("teltonika_router", None, {}, "cellular apn=em", [], {"apn": "em"}),
    ("teltonika_router", None, {"password": "admin01"}, "admin01 wifioff", [], {"wifi": False}),
    ("tell", "pager", {}, "ARM,PWD=1234,CRQ#", ["Armed"], {"armed": True}),
    ("tell", "pager", {}, "ARM,PWD=1234#", [], {"armed": True}),
    (
        "tell",
        "pager",
        {},
        "R1=ON54,PWD=1234,CRQ#",
        ["Relay1 activated: 54 sec."],
        {"relays": {1: True, 2: False}},
    ),
    (
        "tell",
        "gate_20",
        {"password": "1111"},
        "PWD=1111#TEL=+36301111111#TEL=+36202222222#REL1=3#REL2=FIX#",
        ["2 user(s) added\nRel1 time OK\nRel2 mode set OK"],
        {"relay_modes": {1: "3", 2: "FIX"}},
    ),
    ("tell", "gate_base", {}, "*SUPERADMIN#", ["YOU ARE REGISTERED AS SUPERADMIN!"], {}),
    (
        "vimar_01913",
        None,
        {},
        "1234.C1.MAN.22,5",
        ["GSM-01913 1/1\nC1 MAN\n22.5 degrees"],
        {"mode": "MAN", "target": 22.5},
    ),
    (
        "vimar_01913",
        None,
        {},
        "1234.C1.T1.18/C1.T2.21,5",
        ["GSM-01913 1/1\nTemp T1 C1:\n18 degrees\nTemp T2 C1:\n21.5 degrees"],
        {"levels": {1: 18.0, 2: 21.5, 3: 20.0}},
    ),
    (
        "vimar_01913",
        None,
        {},
        "1234.SIMCREDITSET.S.4916.PRE CRE SIN",
        [],
        {"credit": ["S", "4916", "PRE CRE SIN"]},
    ),
    ("vimar_01913", None, {}, "1234.SIMCREDITSET.C.*123#", [], {"credit": ["C", "*123#"]}),
    (
        "vimar_01913",
        None,
        {},
        "1234.C1.AUTO/C1.MAN.99/C1.FLY",
        ["GSM-01913 1/1\nC1 AUTO\n1234.C1.AUTO/C1.MAN.99/C1.FLY\nerror on command(s):\n2 3"],
        {"mode": "AUTO"},
    ),
]

QUESTIONS: list[tuple[str, str | None, str, list[str]]] = [
    (
        "teltonika_tracker",
        None,
        "  getgps",
        [
            (
                "GPS:1 Sat:7 Lat:54.71473 Long:-25.30304 Alt:147 Speed:38 Dir:77 "
                "Date: 2026/10/1 Time: 3:4:36"
            ),
        ],
    ),
    (
        "teltonika_tracker",
        None,
        "  getstatus",
        [
            (
                "Data Link: 0 GPRS: 0 Phone: 0 SIM: 0 OP: 26201 Signal: 3 NewSMS: 0 Roaming: 0 "
                "SMSFull: 0 LAC: 115 Cell ID: 1361430 NetType: 2 FwUpd: 65536"
            ),
        ],
    ),
    (
        "ruptela",
        None,
        "coords",
        [
            (
                "2026-10-01 03:04, lat. 54.7147300, long. -25.3030400, alt. 147.0, sat. 7, "
                "dir. 77.00, hdop 100, state 3"
            ),
        ],
    ),
    ("ruptela", None, "version", ["5402,1.0.7,1089,20,1"]),
    (
        "concox",
        None,
        "WHERE#",
        ["Lat:N54.714730,Lon:W25.303040,Course:77.00,Speed:38.0000,DateTime:26-10-01 03:04"],
    ),
    (
        "concox",
        None,
        "URL#",
        ["<DateTime:26-10-01 03:04:36> http://maps.google.com/maps?q=N54.714730,W25.303040"],
    ),
    (
        "coban",
        None,
        "fix030s***n123456",
        [
            (
                "lat: 54.714730 long: -25.303040 speed: 038.0 01/10/26 03:04 \n"
                f"bat:F signal:F imei:{IMEI}"
            ),
        ],
    ),
    (
        "coban",
        "tk102",
        "check123456",
        ["GSM: 65%\nGPS: OK\nGPRS: OFF\nBattery: 80%"],
    ),
    (
        "meitrack",
        None,
        "0000,A00",
        ["Now,261001 03:04,A,20,38Km/h,80%,http://maps.meigps.com/?lat=54.714730&lng=-25.303040"],
    ),
    (
        "queclink",
        "gl300",
        "AT+GTRTO=gl300,1,,,,,,000B$",
        [
            f"+ACK:GTRTO,1A0102,{IMEI},,RTL,000B,20261001120000,11F0$",
            (
                f"+RESP:GTRTL,1A0102,{IMEI},,0,0,1,1,38.0,77,147.0,-25.303040,54.714730,"
                "20261001030436,0262,0001,18d8,6141,00,80,20261001120000,11F1$"
            ),
        ],
    ),
    (
        "bitrek",
        None,
        "getgps;",
        [
            (
                "GPS: 1 Sat: 7 Lat: 54.7147 Long: -25.3030 Alt: 147 Speed: 38, Dir: 77 "
                "Date: 2026/10/1 Time: 03:04:36"
            ),
        ],
    ),
    (
        "tell",
        "gate_20",
        "PWD=1234#STATUS?#",
        [
            (
                "SIGNAL (0-10)=6\nINTYPE1=NO;\nIN1=3;STATUS=IDLE\nINTYPE2=NC;\nIN2=5;STATUS=IDLE\n"
                "REL1=3;STATUS=OFF\nREL2=FIX;STATUS=OFF\nSMSLIM=1"
            ),
        ],
    ),
    (
        "vimar_01913",
        None,
        "1234.C1.STATO",
        ["GSM-01913 1/1\nC1\nMeas Temp:18.9 degrees\nSet Temp:20.0 degrees\nMode:AUTO"],
    ),
    (
        "generic",
        None,
        "where are you?",
        ["http://maps.google.com/maps?q=54.714730,-25.303040\nBattery: 80%\nGSM: 20"],
    ),
]

# What each family does not obey: another case, other blanks, separators or passwords.
REFUSED: list[tuple[str, str | None, str, list[str]]] = [
    ("teltonika_tracker", None, " setparam 2001:em", []),
    ("teltonika_tracker", None, "setparam 2001:em", []),
    ("teltonika_tracker", None, "   setparam 2001:em", []),
    ("teltonika_tracker", None, "  SETPARAM 2001:em", []),
    ("teltonika_tracker", None, "  setparam 2001 em", []),
    ("ruptela", None, " setconnection em", []),
    ("ruptela", "blank", "setconnection em", []),
    ("ruptela", None, "setconnection ", ["Set connection data error"]),
    ("concox", None, "APN,em#", []),
    ("concox", None, "APN em", []),
    ("concox", None, "apn em#", []),
    ("concox", "password", "APN,000000,em#", []),
    ("concox", "password", "APN em#", []),
    ("coban", None, "APN 123456 em", []),
    ("coban", None, "APN123456em", ["apn fail"]),
    ("coban", None, "APN654321 em", ["password err"]),
    ("meitrack", None, "0001,A81,em,,", []),
    ("meitrack", None, "0000,A81,em", []),
    ("meitrack", None, "0000,A21,1,server.meigps.com,8800,em,,", []),
    ("meitrack", None, "666888,A81,em,,", []),
    ("elinz", "hash", "APN em#", []),
    ("elinz", "password", "APN,em#", []),
    ("queclink", "gl200", "AT+GTBSI=gl300,em,,,,,,,0002$", []),
    ("queclink", "gl200", "AT+GTBSI=gl200,em,,,,,,,0002", []),
    ("queclink", "gl200", "AT+GTBSI=gl200,em,,,,,,0002$", []),
    ("bitrek", None, "setparam 242 em", []),
    ("bitrek", None, "setparam 0242:em", []),
    ("bitrek", "semicolon", "setparam 0242 em", []),
    ("teltonika_router", None, "Cellular apn=em", []),
    ("teltonika_router", None, "cellularapn=em", []),
    ("tell", "pager", "ARM,PWD=4321#", []),
    ("tell", "pager", "ARM,PWD=4321,CRQ#", ["Unauthorized User!"]),
    ("tell", "pager", "*ARM,PWD=1234,CRQ#", []),
    ("tell", "pager", "ARM,CRQ,PWD=1234,NOW#", ["SYNTAX ERROR!"]),
    ("tell", "gate_20", "PWD=9999#STATUS?#", ["Wrong password"]),
    ("tell", "gate_20", "PWD=1234#FLY#", ["CMD error"]),
    ("tell", "gate_base", "SUPERADMIN#", []),
    ("tell", "gate_base", "*n=+36301111111,ANNA,U,N,1#", []),
    ("vimar_01913", None, "4321.C1.AUTO", []),
    ("vimar_01913", None, "C1.AUTO", []),
]

# One device per row, and what it is asked and answers, one after the other.
TALKS: list[tuple[str, str | None, dict[str, Any], list[tuple[str, str | None]]]] = [
    (
        "teltonika_tracker",
        None,
        {},
        [
            ("  setparam 2001:em;2002:u", "New value 2001:em;2002:u;"),
            ("  getparam 2001", "Param ID:2001 Value:em"),
            ("  getparam 9999", None),
            ("  getver", f"Code Ver:1.0.7 Device IMEI:{IMEI} Device ID:000001"),
            ("  getio", "DI1:0 DI2:0 AI1:0 DO1:0 DO2:0"),
            ("  cpureset", None),
            (
                "  getinfo",
                (
                    "INI:2026/10/1 12:0 RTC:2026/10/1 12:0 RST:1 ERR:0 SR:152 BR:0 CF:0 FG:0 FL:0 "
                    "TU:21/0 UT:0 SMS:7 NOGPS:0:4 GPS:2 SAT:7 RS:3 RF:0 SF:0 MD:5"
                ),
            ),
            (
                "  ggps",
                (
                    "GPS:1 Sat:7 Lat:54.71473 Long:-25.30304 Alt:147 Speed:38 Dir:77 "
                    "Date: 2026/10/1 Time: 3:4:36 http://maps.google.com/?q=54.714730,-25.303040"
                ),
            ),
        ],
    ),
    (
        "teltonika_tracker",
        "ft",
        {"password": "pass"},
        [
            (
                "pass getgps",
                (
                    "GPS:1 Sat:7 LAT:54.71473 LON:-25.30304 Alt:147 Speed:38 Dir:77 "
                    "Date:2026-10-01 Time:03:04:36"
                ),
            ),
            ("  getgps", None),
        ],
    ),
    (
        "teltonika_router",
        None,
        {"password": "admin01"},
        [
            ("admin01 mobileoff", None),
            (
                "admin01 status",
                (
                    "Data connection state: Disconnected\nOperator: 26201\n"
                    "Connection type: 4G (LTE)\nSignal strength: -73 dBm\n"
                    "Network state: Registered (home)"
                ),
            ),
            ("admin01 gps", "Latitude: 54.714730\nLongitude: -25.303040"),
            ("admin01 reboot", None),
            ("status", None),
        ],
    ),
    (
        "ruptela",
        None,
        {},
        [
            ("setconnection em,*old*,*old*,UDP,192.0.2.9,9021", "set connection data ok"),
            ("setconnection em,,,,,port", "Set connection data error"),
            ("connect 192.0.2.9,9021,TCP", "connection data ok"),
            ("connect 192.0.2.9", "connection data incorrect"),
            (
                "getapn",
                "APN: em User:  PSW:  IP1: 192.0.2.9 Port1: 9021 IP2: Port2: 0 TCP/UDP: 1",
            ),
            ("gsminfo", "ST 2026-10-01 12:00;OP 26201;lvl 20;"),
            ("reset", "Resetting device"),
        ],
    ),
    (
        "concox",
        "password",
        {},
        [
            (
                "WHERE#",
                (
                    "Current position! Lat:N54.714730,Lon:W25.303040,Course:77.00,Speed:38.00Km/h,"
                    "DateTime:2026-10-01 03:04:36"
                ),
            ),
            ("RESET#", "The terminal will restart after 60s!"),
        ],
    ),
    (
        "coban",
        None,
        {},
        [
            ("begin123456", "begin ok"),
            ("imei123456", IMEI),
            ("apnuser123456 u", "apnuser ok"),
            ("apnpasswd123456 p", "apnpasswd ok"),
            ("apn123456", "apn fail"),
            ("fly123456 away", "fly fail"),
            ("reset123456", "reset ok"),
            ("smslink123456", "http://maps.google.com/maps?f=q&q=54.714730,-25.303040&z=16"),
            (
                "check123456",
                (
                    "Power: ON\nBattery: 80%\nGPRS: OFF\nGPS: OK\nACC: OFF\nDoor: OFF\n"
                    "GSM Signal: 20\nOil: 0.00%\nAPN: \nIP:  PORT: 0"
                ),
            ),
            ("password123456 654321", "password ok"),
            ("help me!654321", "help me! ok!"),
            ("admin654321 +447700900001", "admin ok"),
        ],
    ),
    (
        "coban",
        "tk102",
        {},
        [
            (
                "smstext123456",
                (
                    "lat: 54.714730 long: -25.303040 speed:38.00 01/10/26 03:04 F:4.04V,1, "
                    f"Signal:F imei:{IMEI} 07 147.0"
                ),
            )
        ],
    ),
    (
        "meitrack",
        None,
        {},
        [
            ("0000,A71,+447700900001,,", f"{IMEI},A71,OK"),
            ("0000,B00,1", f"{IMEI},B00,1,+447700900001,0000000000000F0A00000000"),
            ("0000,E91", f"{IMEI},E91,1.0.7,10139156"),
            ("0000,F11", f"{IMEI},F11,OK"),
            ("0000,A99", None),
        ],
    ),
    (
        "reachfar",
        "group_2",
        {},
        [
            ("pw,123456,ip,192.0.2.9,8001#", "OK!"),
            ("pw,123456,upload,300#", "OK!"),
            ("pw,123456,reset#", "OK!"),
            ("pw,123456,find#", "OK!"),
            ("pw,123456,fly#", None),
            (
                "pw,123456,url#",
                "2026-10-01 03:04:36 http://maps.google.com/maps?q=54.714730,-25.303040",
            ),
        ],
    ),
    (
        "bitrek",
        "semicolon",
        {},
        [
            ("setparam 0242 em;", "Param ID 0242 New Val: em"),
            ("setparam 0261 +447700900001;", "Param ID 0261 New Val: +447700900001"),
            ("getparam 0242;", "Param ID 0242 Val: em"),
            ("getstatus;", "Data Link: 1 GPRS: 1 IP: 192.0.2.7 GSM: 3 Roaming: 0"),
            ("getmap;", "www.biakom.com/maps/q=54.714730,-25.303040,38,1"),
            ("getver;", "BI-530P Ver: 1.0.7"),
            ("flush;", f"{IMEI}, em, none, none, none, 0, 0"),
            ("cpureset;", None),
        ],
    ),
    (
        "tell",
        "pager",
        {},
        [
            ("R1=ON,PWD=1234,CRQ#", "Relay1 activated: Permanent."),
            ("R1=ON3601,PWD=1234,CRQ#", "SYNTAX ERROR!"),
            ("FLY,PWD=1234#", "SYNTAX ERROR!"),
            ("STATUS REQ,PWD=1234#", "IN1:OK,IN2:OK,Disarmed,R1:ON,R2:OFF,12:00,GSM:20"),
        ],
    ),
    (
        "tell",
        "gate_20",
        {},
        [
            ("PWD=1234#INTYPE1=NC#IN1=9#", "Input type OK\nInput sens. OK"),
            (
                "PWD=1234#INTYPE1=X#IN1=X#REL1=X#",
                "Intype error\nInvalid input sens.\nInvalid Rel1 time",
            ),
            ("PWD=1234#SMSLIM=5#", "SMS limit OK"),
            ("PWD=1234#SMSLIM=51#", "SMS limit=50!"),
            ("PWD=1234#SMSLIM=0#", "No SMS limit"),
            ("PWD=1234#PWC=4321#", "Password changed"),
            ("PWD=4321", None),
            ("PWD=4321#", "CMD error"),
        ],
    ),
    (
        "vimar_01913",
        None,
        {},
        [
            ("1234.ADDR.Main Street 1", None),
            ("1234.?ADDR", "GSM-01913 1/1\nADDR:\nMain Street 1"),
            ("1234.I1.STR.boiler/I1.TON.500", None),
            (
                "1234.?I1",
                "GSM-01913 1/1\nI1\nboiler\nENABLED: ON\nACTIVE: C\nTON: 500 ms\nTOFF: 1000 ms",
            ),
            ("1234.ATEMP.AT1.ON/ATEMP.AT1.28,5", None),
            ("1234.AR.OFF/AR.TOFF.60", None),
            ("1234.?AR", "GSM-01913 1/1\nAR\nENABLED:OFF\nTOFF:60s\nTON:5s"),
            ("1234.AR.TOFF.3601", "GSM-01913 1/1\n1234.AR.TOFF.3601\nerror on command(s):\n1"),
            ("1234.R1.STR.light/R1.ON", "GSM-01913 1/1\nlight:ON"),
            ("1234.light.STATO", "GSM-01913 1/1\nlight:ON"),
            ("1234.C1.COND", "GSM-01913 1/1\nC1 AIR-CONDITIONING"),
            ("1234.C1.OFF", "GSM-01913 1/1\nC1 OFF"),
            ("1234.C1.ANTIGELO.8", "GSM-01913 1/1\nC1 ANTIFREEZE\n8 degrees"),
            ("1234.C1.OFFTEMP.22", "GSM-01913 1/1\nC1 TIMED SWITCH-OFF, 22 hours"),
            ("1234.C1.OFFTEMP.0", "GSM-01913 1/1\n1234.C1.OFFTEMP.0\nerror on command(s):\n1"),
            (
                "1234.SIMCREDITSET.C.404/SIMCREDITSET.0/?SIMCREDITSET",
                "GSM-01913 1/1\nSIMCREDITSET:\n0",
            ),
            ("1234.COD.12345678901", "GSM-01913 1/1\nError\nCode too long"),
            ("1234.COD.12-45", "GSM-01913 1/1\nError\nCharacters not admitted"),
        ],
    ),
]
QUECLINK_REPORTS = [
    ("7", f"+RESP:GTCSQ,1A0102,{IMEI},,20,0,20261001120000,11F1$"),
    ("9", f"+RESP:GTBAT,1A0102,{IMEI},,1,,80,4.04,1,1,20261001120000,11F1$"),
    ("6", f"+RESP:GTCID,1A0102,{IMEI},,89860081090000000128,20261001120000,11F1$"),
    ("8", f"+RESP:GTVER,1A0102,{IMEI},,GL300,1.0.7,0101,20261001120000,11F1$"),
    ("0", f"+RESP:GTGPS,1A0102,{IMEI},,0,1F,1F,0,0,20261001030436,20261001120000,11F1$"),
    (
        "B",
        "http://maps.google.com/maps?q=54.714730,-25.303040\nF1 D2026/10/01T03:04:36 B80%",
    ),
]
