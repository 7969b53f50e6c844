"""Settings of the modem: their test, read and set forms."""

import pytest

from simulator.at_modem import AtModem, Sim

from .conftest import Connect, MakeModem
from .host import Host


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("AT+CMEE=?", "+CMEE: (0-2)"),
        ("AT+CMEE?", "+CMEE: 1"),
        ("AT+CMEE=3", "+CME ERROR: 50"),
        ("AT+CSCS=?", '+CSCS: ("IRA","GSM","UCS2")'),
        ("AT+CSCS?", '+CSCS: "IRA"'),
        ('AT+CSCS="KLINGON"', "+CME ERROR: 50"),
        ("AT+CREG=?", "+CREG: (0-2)"),
        ("AT+CREG=3", "+CME ERROR: 50"),
        ("AT+COPS=3,9", "+CME ERROR: 50"),
        ("AT+CSQ=?", "+CSQ: (0-31,99),(0-7,99)"),
        ("AT+CESQ=?", "+CESQ: (0-63,99),(0-7,99),(0-96,255),(0-49,255),(0-34,255),(0-97,255)"),
        ("AT+CFUN=?", "+CFUN: (0,1,4,5,6,7),(0-1)"),
        ("AT+CFUN?", "+CFUN: 1"),
        ("AT+CFUN=9", "+CME ERROR: 50"),
        ("AT+CTZU=?", "+CTZU: (0,1)"),
        ("AT+CTZU=1;+CTZU?", "+CTZU: 1"),
        ("AT+CTZR?", "+CTZR: 0"),
        ("AT+CSMS=?", "+CSMS: (0,1)"),
        ("AT+CSMS?", "+CSMS: 0,1,1,1"),
        ("AT+CSMS=128", "+CMS ERROR: 303"),
        ("AT+CGSMS=?", "+CGSMS: (0-3)"),
        ("AT+CGSMS=2;+CGSMS?", "+CGSMS: 2"),
        ("AT+CGSMS=4", "+CMS ERROR: 302"),
        ("AT+CMGF=?", "+CMGF: (0,1)"),
        ("AT+CMGF?", "+CMGF: 0"),
        ("AT+CMGF=1;+CMGL=4", "+CMS ERROR: 303"),
        ("AT+CMMS=1;+CMMS?", "+CMMS: 1"),
        ("AT+CNMI=?", "+CNMI: (0,1,2),(0,1,2,3),(0,2),(0,1,2),(0,1)"),
        ("AT+CNMA=?", "+CNMA: (0-2)"),
        ("AT+CPMS=?", '+CPMS: ("ME","MT","SM","SR"),("ME","MT","SM"),("ME","SM")'),
        ('AT+CPMS="SM","SM","SR"', "+CMS ERROR: 302"),
        ('AT+CPMS="ME"', "+CPMS: 0,23,0,20,0,20"),
        ("AT+CMGL=?", "+CMGL: (0-4)"),
        ("AT+CMGL=5", "+CMS ERROR: 304"),
        ("AT+CMGD=?", "+CMGD: (),(0-4)"),
        ("AT+CMGD=20", "+CMS ERROR: 321"),
        ("AT+CMGD=0,5", "+CMS ERROR: 321"),
        ("AT+CMSS=0", "+CMS ERROR: 321"),
        ('AT+CLCK="SC",2', "+CLCK: 0"),
        ('AT+CLCK="FD",2', "+CME ERROR: 4"),
        ("AT+CRSM=176,28424,0,0,0", "+CRSM: 106,130"),
        ("AT+CLIP=?", "+CLIP: (0,1)"),
        ("AT+CLIP?", "+CLIP: 0,1"),
        ("ATA", "NO CARRIER"),
        ("ATD123;", "OK"),
        ("ATD123", "+CME ERROR: 30"),
        ("AT+CUSD=?", "+CUSD: (0-2)"),
        ("AT+CUSD?", "+CUSD: 0"),
        ("ATZ", "OK"),
        ("AT&F", "OK"),
        ("ATS0=2;S0?", "S0: 2"),
    ],
)
async def test_settings_and_their_ranges(host: Host, command: str, answer: str) -> None:
    """Test, read and set forms answer what they should, first line first."""
    assert (await host.command(command))[0] == answer


async def test_lock_is_set_and_lifted(make_modem: MakeModem, connect: Connect) -> None:
    """+CLCK lifts the card's lock with its PIN, and sets it again."""
    sim = Sim(pin="1234")
    host = await connect(make_modem(sim=sim))
    await host.command("AT+CMEE=1")
    assert await host.command('AT+CLCK="SC",0,"1234"') == ["+CME ERROR: 11"]
    assert await host.command("AT+CPIN=1234") == ["OK"]
    assert [await host.line() for _ in range(3)][-1] == "PB DONE"
    assert await host.command('AT+CLCK="SC",0,"1234"') == ["OK"]
    assert sim.pin is None
    assert await host.command('AT+CLCK="SC",1,"1234"') == ["OK"]
    assert await host.command('AT+CLCK="SC",0,"9999"') == ["+CME ERROR: 16"]
    assert sim.pin_tries == 2


async def test_quiet_modem_gives_no_result(host: Host) -> None:
    """Q1 leaves results out, information stays."""
    host.write("ATQ1\r")
    host.write("AT+CSQ\r")
    assert await host.line() == "+CSQ: 20,99"
    assert await host.silent(0.05)
    host.write("ATQ0\r")
    assert await host.line() == "OK"


async def test_ucs2_strings_are_read(modem: AtModem, host: Host) -> None:
    """Under +CSCS=UCS2 the service centre and codes are given and read in hex."""
    await host.command('AT+CSCS="UCS2"')
    number = "+4917".encode("utf-16-be").hex().upper()
    assert await host.command(f'AT+CSCA="{number}",145') == ["OK"]
    assert modem.sim is not None and modem.sim.smsc == "+4917"
    assert await host.command("AT+CSCA?") == [f'+CSCA: "{number}",145', "OK"]
