#!/usr/bin/env python3
"""A small IntelliVue client that shares no code with this repository's.

Written from the description of the protocol alone, with the standard library alone: it associates over
UDP (udp ADDRESS PORT) or a serial line (tty PATH), asks for numbers and waves for some seconds and prints
what it heard as one line of JSON. What does not fit the description ends it with a message.
"""
import json
import os
import select
import socket
import struct
import sys
import time
import tty

SESSION = "0508130100160102800014020002"
FIXED = (
    "3180a0808001010000a280a003000001a480308002010106045201000130800602510100000000308002010206"
    "0c2a8648ce14020100000001013080060c2a8648ce140201000000020100000000000061803080020101a08060"
    "80a180060c2a8648ce14020100000003010000be802880060c2a8648ce1402010000000101020102"
    "81"
)
USER = (
    "8000000040000000000000008000000020000000000000000001002c00010028"
    "80000000" "00009c40" "00000578" "00000578" "00000000" "60000000"
    "0001000cf00100088c00000000000000"
)
RELEASE = bytes.fromhex("0918c11661803080020101a08062808001000000000000000000")
RELEASED = bytes.fromhex("0a18c11661803080020101a08063808001000000000000000000")


def request():
    user = bytes.fromhex(USER)
    inner = bytes.fromhex(FIXED) + bytes([len(user)]) + user + bytes(16)
    body = bytes.fromhex(SESSION) + b"\xc1" + bytes([len(inner)]) + inner
    return b"\x0d" + bytes([len(body)]) + body


def crc(data):
    """CRC-16/X-25."""
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0x8408 if value & 1 else value >> 1
    return value ^ 0xFFFF


assert crc(b"123456789") == 0x906E


def fail(what):
    print("client.py: " + what, file=sys.stderr)
    sys.exit(1)


class Udp:
    def __init__(self, address, port):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.peer = (address, int(port))

    def send(self, message):
        self.socket.sendto(message, self.peer)

    def receive(self, timeout):
        if not select.select([self.socket], [], [], timeout)[0]:
            return []
        message, peer = self.socket.recvfrom(2048)
        if peer != self.peer:
            fail("a datagram from %s:%d" % peer)
        return [message]


class Line:
    def __init__(self, path):
        self.file = os.open(path, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self.file)
        self.frame = None
        self.escaped = False

    def send(self, message):
        content = b"\x11\x01" + struct.pack(">H", len(message)) + message
        content += struct.pack("<H", crc(content))
        wire = b"\xc0"
        for byte in content:
            wire += bytes([0x7D, byte ^ 0x20]) if byte in (0xC0, 0xC1, 0x7D) else bytes([byte])
        os.write(self.file, wire + b"\xc1")
        # At most four frames in 128 ms.
        time.sleep(0.05)

    def receive(self, timeout):
        if not select.select([self.file], [], [], timeout)[0]:
            return []
        messages = []
        for byte in os.read(self.file, 4096):
            if byte == 0xC0:
                self.frame, self.escaped = bytearray(), False
            elif self.frame is None:
                continue
            elif byte == 0xC1:
                messages.append(self.unframe(bytes(self.frame)))
                self.frame = None
            elif byte == 0x7D:
                self.escaped = True
            else:
                self.frame.append(byte ^ 0x20 if self.escaped else byte)
                self.escaped = False
        return messages

    def unframe(self, content):
        length = struct.unpack(">H", content[2:4])[0]
        if content[:2] != b"\x11\x01" or length + 6 != len(content):
            fail("frame header " + content[:4].hex())
        if crc(content[:-2]) != struct.unpack("<H", content[-2:])[0]:
            fail("check sequence of a frame")
        return content[4:-2]


def poll(invoke, number, cls, group):
    """An extended poll of 60 s."""
    return struct.pack(
        ">HHHHHHHHHHIHHHHHHHHHHI",
        0xE100, 2, 1, 40, invoke, 7, 34, 0x21, 0, 0, 0, 0xF13B, 20,
        number, 1, cls, group, 1, 8, 0xF13E, 4, 480000,
    )


def items(data, at, form):
    """A count and a length, then so many heads of the form with a body of the last field's length."""
    count, length = struct.unpack_from(">HH", data, at)
    at, end = at + 4, at + 4 + length
    for _ in range(count):
        head = struct.unpack_from(form, data, at)
        at += struct.calcsize(form)
        yield head, data[at:at + head[-1]]
        at += head[-1]
    if at != end:
        fail("a list that is not as long as it says")


def objects(result):
    """Context, handle, {attribute: value} of a poll result that begins with its contexts."""
    for (context, count, _), body in items(result, 0, ">HHH"):
        at = 0
        for _ in range(count):
            handle, attributes, length = struct.unpack_from(">HHH", body, at)
            values = {}
            inner = struct.pack(">HH", attributes, length) + body[at + 6:at + 6 + length]
            for (name, _), value in items(inner, 0, ">HH"):
                values[name] = value
            yield context, handle, values
            at += 6 + length


def decimal(word):
    exponent = struct.unpack(">b", word[:1])[0]
    mantissa = int.from_bytes(word[1:], "big", signed=True)
    return None if mantissa == 0x7FFFFF else mantissa * 10.0 ** exponent


def main():
    kind, *place, seconds = sys.argv[1:]
    line = Udp(*place) if kind == "udp" else Line(*place)
    seconds = float(seconds)

    line.send(RELEASE)
    opened, created = False, False
    deadline = time.monotonic() + 20
    asked = 0.0
    while not created:
        if time.monotonic() > deadline:
            fail("no association within 20 s")
        if not opened and time.monotonic() - asked > 2:
            asked = time.monotonic()
            line.send(request())
        for message in line.receive(0.2):
            if message[0] == 0x0C:
                fail("refused")
            elif message[0] == 0x0E:
                opened = True
                if bytes.fromhex("0001000cf00100088c000000") not in message:
                    fail("periodic polls are not granted")
            elif message[0] == 0xE1 and message[4:6] == b"\0\1":
                if not opened:
                    fail("an event before the response")
                invoke, = struct.unpack_from(">H", message, 8)
                event, = struct.unpack_from(">H", message, 24)
                if event != 0x0D06:
                    fail("event %04X" % event)
                names = [head[0] for head, _ in items(message, 34, ">HH")]
                if 0x0987 not in names or 0x098F not in names:
                    fail("no clocks in the MDS create event")
                line.send(bytes.fromhex("e100000200020014")
                          + struct.pack(">HHHHHHIHH", invoke, 1, 14, 0x21, 0, 0, 0, 0x0D06, 0))
                created = True

    line.send(poll(1, 1, 0x0006, 0x0803))
    line.send(poll(2, 2, 0x0009, 0x0803))
    line.send(poll(3, 3, 0x0036, 0x0801))
    numbers, samples, times = {}, {}, {1: [], 2: [], 3: []}
    demo = True
    end = time.monotonic() + seconds
    alive = time.monotonic()
    while time.monotonic() < end:
        if time.monotonic() - alive > 3:
            alive = time.monotonic()
            line.send(bytes.fromhex("e10000020001001c00ff0007001600210000000000000000"
                                    "0c160008ffff000100360811"))
        for message in line.receive(0.2):
            if message[0] == 0x19:
                fail("aborted")
            kind_of, = struct.unpack_from(">H", message, 4)
            if message[0] != 0xE1 or kind_of not in (2, 5):
                fail("unexpected message " + message[:8].hex())
            shift = 2 if kind_of == 5 else 0
            invoke, = struct.unpack_from(">H", message, 8 + shift)
            if invoke == 0xFF:
                continue
            tick, = struct.unpack_from(">I", message, 28 + shift)
            if kind_of == 2:
                # Parts of a linked result have the time of the last one.
                times[invoke].append(tick)
            for _, _, values in objects(message[46 + shift:]):
                members = []
                if 0x0950 in values:
                    members.append(values[0x0950])
                if 0x094B in values:
                    body = values[0x094B][4:]
                    members += [body[at:at + 10] for at in range(0, len(body), 10)]
                for member in members:
                    name, state, unit = struct.unpack_from(">HHH", member)
                    demo = demo and state & 0x0400 != 0
                    numbers.setdefault("%04X" % name, []).append([unit, decimal(member[6:])])
                blocks = []
                if 0x096E in values:
                    blocks.append(values[0x096E])
                if 0x0967 in values:
                    blocks += [struct.pack(">HHH", *head) + body
                               for head, body in items(values[0x0967], 0, ">HHH")]
                for block in blocks:
                    name, state, length = struct.unpack_from(">HHH", block)
                    if length != len(block) - 6:
                        fail("a block of %d bytes says %d" % (len(block) - 6, length))
                    demo = demo and state & 0x0400 != 0
                    samples.setdefault("%04X" % name, []).append(length // 2)

    line.send(RELEASE)
    released = False
    deadline = time.monotonic() + 5
    while not released and time.monotonic() < deadline:
        released = RELEASED in line.receive(0.2)

    def steps(ticks):
        return sorted({(b - a) % 2 ** 32 for a, b in zip(ticks, ticks[1:])})

    print(json.dumps({
        "numbers": {name: values for name, values in numbers.items()},
        "samples": samples,
        "steps": {"numbers": steps(times[1]), "waves": steps(times[2][1:]), "alarms": steps(times[3])},
        "demo": demo,
        "released": released,
    }))


main()
