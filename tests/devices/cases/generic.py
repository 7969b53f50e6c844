"""Whatever has no family of its own."""

from datetime import UTC, datetime, timedelta, timezone

from custom_components.cellular_gateway.devices.base import Settings
from custom_components.cellular_gateway.devices.errors import CommandErrorReason
from custom_components.cellular_gateway.devices.reading import Position, ReadingKind, Signal
from custom_components.cellular_gateway.devices.vocabulary import Command

from ..tables import Cases, Read, Refused, Written

EAST = Settings(zone=timezone(timedelta(hours=2)))

# One place in the spellings of many; a map link may hold it too.
SPELLINGS = (
    "https://maps.google.com/?q=48.25,-11.5",
    "http://maps.google.com/maps?q=loc:48.25,-11.5",
    "http://maps.google.com/maps?q=N48.25%2cW11.5",
    "http://maps.example.com/?lat=48.25&lng=-11.5",
    "https://www.google.com/maps/search/?api=1&query=48.25%2C-11.5",
    "https://www.google.com/maps/@48.25,-11.5,17z",
    "https://www.google.com/maps/place/48.25,-11.5",
    "https://maps.apple.com/?ll=48.25,-11.5",
    "https://www.openstreetmap.org/?mlat=48.25&mlon=-11.5#map=15/48.2/-11.4",
    "https://www.openstreetmap.org/#map=15/48.25/-11.5",
    "https://www.bing.com/maps?cp=48.25~-11.5",
    "geo:48.25,-11.5",
    "Lat: 48.25 Long: -11.5",
    "lat:48.25 lon:-11.5 speed:0",
    "Latitude = 48.25, Longitude = -11.5",
    "LAT.48.25,LONG.-11.5",
    "Lat:N48.25,Lon:W11.5",
    "Latitude: 48.25° N, Longitude: 11.5° W",
    "Lon:-11.5 Lat:48.25",
    "N48.25 W11.50",
    "48.25N, 11.50W",
    "48°15'00.0\"N 11°30'00.0\"W",
    "48° 15.0' N, 11° 30.0' W",
)

CASES = Cases(
    written=(
        Written(Command.CUSTOM, ("  setparam 2001:em",), {"text": "  setparam 2001:em"}),
        Written(
            Command.CUSTOM,
            ("  setparam 2001:em",),
            {"text": "setparam 2001:em", "leading_blanks": "2"},
        ),
        Written(Command.CUSTOM, (" x",), {"text": "x", "leading_blanks": "1"}),
        Written(Command.CUSTOM, ("x" * 1000,), {"text": "x" * 1000}),
    ),
    refused=(
        Refused(Command.SET_APN, CommandErrorReason.COMMAND_UNKNOWN, {"apn": "em"}),
        Refused(Command.CUSTOM, CommandErrorReason.PARAMETER_MISSING),
        Refused(Command.CUSTOM, CommandErrorReason.PARAMETER_FORBIDDEN, {"text": "a\nb"}),
        Refused(Command.CUSTOM, CommandErrorReason.PARAMETER_INVALID, {"text": "x" * 1001}),
        Refused(
            Command.CUSTOM,
            CommandErrorReason.PARAMETER_INVALID,
            {"text": "x", "leading_blanks": "3"},
        ),
    ),
    read=(
        *(
            Read(
                text,
                "composed: a spelling of a place",
                {"position": Position(latitude=48.25, longitude=-11.5), "gps_fix": True},
                kind=ReadingKind.POSITION,
            )
            for text in SPELLINGS
        ),
        Read(
            "http://maps.google.cn/maps?q=N40.93956%2cW008.53900\nID:9171072755\nACC:OFF\nGPS:A\n"
            "Speed:38.00KM/H\n2019-12-30 03:20:08\nBAT:5\nGSM:22",
            "reports of a Sinotrack ST-901 and GT09 in a public project, put together",
            {
                "position": Position(
                    latitude=40.93956,
                    longitude=-8.539,
                    time=datetime(2019, 12, 30, 1, 20, 8, tzinfo=UTC),
                ),
                "gps_fix": True,
                "signal": Signal(22),
            },
            kind=ReadingKind.POSITION,
            settings=EAST,
        ),
        Read(
            "+RESP:GTRTL,1A0102,135790246811220,,0,0,1,1,4.3,92,70.0,121.354335,31.222073,"
            "20090214013254,0460,0000,18d8,6141,00,,20090214093254,11F0$",
            "GL300 @Tracker Air Interface Protocol, GTRTL",
            {
                "position": Position(
                    latitude=31.222073,
                    longitude=121.354335,
                    time=datetime(2009, 2, 14, 1, 32, 54, tzinfo=UTC),
                    altitude=70,
                    course=92,
                ),
                "gps_fix": True,
            },
            kind=ReadingKind.POSITION,
        ),
        Read("Battery: 80%", "composed", {"battery": 80.0}),
        Read("bat level:3.9V", "composed", {"battery_voltage": 3.9}),
        Read("GSM Signal: 87%", "composed", {"signal": Signal(87, 100)}),
        Read("GSM Signal Level:Strong", "Jimi JM01 manual p. 15", {"signal": Signal("Strong")}),
        Read("NET HIGH, POWER CONNECTED", "a Micodus clone", {"signal": Signal("HIGH")}),
        Read("lat:0.000000 long:0.000000 bat:77%", "composed, without a fix", {"battery": 77.0}),
        Read("lat:91.5 long:12.5 bat:77%", "composed, without a place", {"battery": 77.0}),
    ),
    raw=(
        "OK",
        "Your credit is 5.00 EUR",
        "lat:0.000000 long:0.000000",
        "Call me at 48.25",
        "+ACK:GTRTO,1A0102,135790246811220,,GPS,000B,20100310172830,11F0$",
        "",
    ),
)
