#!/usr/bin/env python3
"""Good files with bytes flipped, cut out or cut off: whatever the damage, `check` and `run` refuse or accept in words.

usage: damage.py DELIVERY FANGPIN [--variants 1000] [--seed 1] [--keep DIR] [--job JOB.toml]

DELIVERY is a small one (a few hundred rows). In each variant one file of it is damaged, in the bytes of its pages or of its
footer. Wrong is: a fault of the program (70), a signal, a panic's words, more than --megabytes of memory, more than 60 s.
Variants that went wrong stay below --keep.
"""
import argparse
import os
import random
import resource
import shutil
import struct
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GOOD = {0, 65, 66, 74}


def damaged(data, random):
    """The bytes with one to eight changes, half of them in the footer, and what was done."""
    data = bytearray(data)
    footer = struct.unpack("<I", data[-8:-4])[0]
    first = max(4, len(data) - 8 - footer)
    kind = random.choices(["page bits", "footer bits", "page bytes", "footer bytes", "cut off", "cut out", "length"], [6, 6, 4, 4, 1, 1, 1])[0]
    low, high = (4, first) if "page" in kind and first > 4 else (first, len(data) - 8)
    if kind == "cut off":
        return bytes(data[: random.randrange(len(data))]), kind
    if kind == "cut out":
        at = random.randrange(4, len(data) - 8)
        return bytes(data[:at] + data[at + random.randrange(1, 64):]), kind
    if kind == "length":
        data[-8:-4] = struct.pack("<I", random.choice([0, 1, footer - 1, footer + 1, len(data), 2**31 - 1, 2**31, 2**32 - 1]))
        return bytes(data), kind
    for _ in range(random.randrange(1, 9)):
        at = random.randrange(low, high)
        if "bits" in kind:
            data[at] ^= 1 << random.randrange(8)
        else:
            data[at] = random.choice([0, 0x7F, 0x80, 0xFF, random.randrange(256)])
    return bytes(data), kind


def limit(megabytes):
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("delivery", type=Path)
    parser.add_argument("fangpin", type=Path)
    parser.add_argument("--variants", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--megabytes", type=int, default=16384)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--job", type=Path, default=ROOT.parent / "shared" / "bench" / "job.toml")
    asked = parser.parse_args()
    chance, codes, wrong = random.Random(asked.seed), Counter(), 0
    files = sorted(path.relative_to(asked.delivery) for path in asked.delivery.rglob("*.parquet"))
    for number in range(asked.variants):
        with tempfile.TemporaryDirectory(prefix="fangpin-damage-") as folder:
            delivery, published = Path(folder, "delivery"), Path(folder, "published")
            shutil.copytree(asked.delivery, delivery, copy_function=os.link)
            published.mkdir()
            name = chance.choice(files)
            data, kind = damaged((asked.delivery / name).read_bytes(), chance)
            (delivery / name).unlink()
            (delivery / name).write_bytes(data)
            check = [asked.fangpin.resolve(), "check", delivery]
            run = [asked.fangpin.resolve(), "run", asked.job.resolve(), "--as-of", "2025-11-30", "--delivery", delivery, "--published", published]
            for verb, command in (("check", check), ("run", run)):
                try:
                    done = subprocess.run(command, capture_output=True, timeout=60, preexec_fn=lambda: limit(asked.megabytes))
                    code, said = done.returncode, (done.stdout + done.stderr).decode(errors="replace")
                except subprocess.TimeoutExpired:
                    code, said = "no end within 60 s", ""
                codes[(kind, verb, code)] += 1
                if code not in GOOD or "panicked" in said or "fault of the program" in said:
                    wrong += 1
                    print(f"WRONG variant {number}: {name}, {kind}: {verb}: {code}: {said[-300:].strip()}", flush=True)
                    if asked.keep:
                        shutil.copytree(delivery, asked.keep / str(number), dirs_exist_ok=True)
    for (kind, verb, code), count in sorted(codes.items(), key=str):
        print(f"{kind:12} {verb:5} exit {code}: {count}")
    print(f"{asked.variants} variants, {wrong} wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
