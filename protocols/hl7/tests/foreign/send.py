"""Sends files of MLLP messages to a listener and lets two libraries of others judge the answers.

    send.py HOST PORT FILE...

Needs the PyPI packages `hl7` (whose MLLPClient, the heart of `mllp_send`, sends) and `hl7apy` (which
validates each answer). Prints one line of JSON: how many messages were sent, how many answers were AA and
CA, and the numbers that `hl7` reads in the messages. Exits with 1, and says why, when an answer is missing, is not for its message, or is no valid
acknowledgement. A message that asks for no answer cannot be sent with it: the client waits for one.
"""

import json
import sys

import hl7
import hl7.client
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.parser import parse_message


def judge(message, answer):
    """The code of an answer, or an exception."""
    text = answer.strip(b"\x0b\x1c\r\n").decode("latin-1") + "\r"
    theirs = hl7.parse(text)
    sent = hl7.parse(message.decode("latin-1").replace("\n", "\r"))
    code = str(theirs.segment("MSA")[1])
    control_id = str(sent.segment("MSH")[10]) if len(sent.segment("MSH")) > 10 else ""
    if str(theirs.segment("MSA")[2]) != control_id:
        raise ValueError(f"answer to another message: {text!r}")
    # hl7apy knows the structure of ACK of each version and names of all fields.
    parsed = parse_message(text, validation_level=VALIDATION_LEVEL.TOLERANT)
    if parsed.msa.msa_1.value != code or parsed.msh.msh_9.msh_9_1.value != "ACK":
        raise ValueError(f"hl7apy reads it otherwise: {text!r}")
    return code


def numbers(message):
    """What stands in OBX-5 of rows that say they are numbers."""
    found = []
    for segment in hl7.parse(message.decode("latin-1").replace("\n", "\r")):
        if str(segment[0]) == "OBX" and str(segment[2]) in ("NM", ""):
            # Philips writes 2.73x10^-7, with the hat escaped.
            text = str(segment[5]).replace("\\S\\", "^").replace("x10^", "e")
            try:
                found.append(float(text))
            except ValueError:
                pass
    return found


def main():
    host, port, paths = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    counts = {"sent": 0, "AA": 0, "CA": 0, "numbers": []}
    with hl7.client.MLLPClient(host, port) as client:
        client.socket.settimeout(10)
        for path in paths:
            with open(path, "rb") as file:
                frames = file.read().split(b"\x1c\r")
            for frame in frames:
                message = frame.strip(b"\x0b\n")
                if not message:
                    continue
                code = judge(message, client.send_message(message))
                counts["sent"] += 1
                counts[code] += 1
                counts["numbers"] += numbers(message)
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
