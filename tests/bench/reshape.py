#!/usr/bin/env python3
"""One delivery in many shapes: the same rows have to give the same night, to the byte.

usage: reshape.py DELIVERY OUT_DIR                      writes OUT_DIR/<shape>/..., about the size of DELIVERY each
       reshape.py DELIVERY OUT_DIR --run FANGPIN [--job JOB.toml] [--as-of DATE]
                                                        runs the program over DELIVERY and each shape, and with 1, 2 and 8
                                                        threads, and compares the bytes of flagged, burden and summary

Shapes: one merged file; every file split; files renamed so that their order is reversed; all rows shuffled over twenty files;
a tenth of the rows sent again; folders by month; tiny row groups. Rows of one id and one update time but other figures would
rightly follow the order of files: reshape.py refuses a delivery that has any.
"""
import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

FIGURES = ["medfee_sumamt", "hifp_pay", "hifmi_pay", "maf_pay", "ownpay_hosp_part", "inscp_amt"]
COMPARED = ["flagged.parquet", "burden.parquet", "summary.parquet"]


def written(table, path, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, **{"compression": "zstd", "store_decimal_as_integer": True, **options})


def merged(rows, files, folder):
    written(rows, folder / "all.parquet", row_group_size=50_000)


def split(rows, files, folder):
    for path, table in files:
        third = table.num_rows // 3 + 1
        for part in range(3):
            written(table.slice(part * third, third), folder / path.stem / f"part-{part}.parquet")


def renamed(rows, files, folder):
    for number, (_, table) in enumerate(files):
        written(table, folder / f"{len(files) - number:06}.parquet")


def shuffled(rows, files, folder):
    order = np.random.default_rng(7).permutation(rows.num_rows)
    for number, part in enumerate(np.array_split(order, 20)):
        written(rows.take(pa.array(part)), folder / f"s{number}.parquet")


def sent_again(rows, files, folder):
    for path, table in files:
        written(table, folder / path.name)
    again = np.random.default_rng(8).choice(rows.num_rows, rows.num_rows // 10, replace=False)
    written(rows.take(pa.array(again)), folder / "a_again.parquet")


def by_month(rows, files, folder):
    for path, table in files:
        written(table, folder / f"year=2025/month={path.stem[-5:-3]}" / path.name)


def tiny_groups(rows, files, folder):
    for path, table in files:
        written(table, folder / path.name, row_group_size=61, compression="none", use_dictionary=False, store_decimal_as_integer=False)


SHAPES = [merged, split, renamed, shuffled, sent_again, by_month, tiny_groups]


def read_files(delivery):
    """The settlement files in order, brought to plain text columns, so that they can be put together."""
    files = []
    for path in sorted(Path(delivery, "settlements").rglob("*.parquet")):
        table = pq.read_table(path, partitioning=None)
        plain = [c.cast(pa.string()) if pa.types.is_dictionary(c.type) else c for c in table.columns]
        files.append((path, pa.table(dict(zip(table.column_names, plain)))))
    return pa.concat_tables([table for _, table in files]).combine_chunks(), files


def without_ties(rows):
    """Whether no id has two rows of one update time and other figures."""
    figures = [name for name in FIGURES if name in rows.column_names]
    ids = rows.group_by(["setl_id", "updt_time"]).aggregate([(name, "min") for name in figures] + [(name, "max") for name in figures])
    return all(pc.all(pc.equal(ids[f"{name}_min"], ids[f"{name}_max"])).as_py() for name in figures)


def write_shapes(delivery, out):
    rows, files = read_files(delivery)
    if not without_ties(rows):
        sys.exit(f"{delivery}: has rows of one id and update time with other figures; their order would matter")
    for shape in SHAPES:
        folder = out / shape.__name__
        shutil.rmtree(folder, ignore_errors=True)
        shape(rows, files, folder / "settlements")
        for table in ("identities", "income", "commercial"):
            if Path(delivery, table).is_dir():
                shutil.copytree(Path(delivery, table), folder / table)
        print(f"{shape.__name__}: {sum(1 for _ in folder.rglob('*.parquet'))} files")


def night_of(asked, delivery, threads):
    """The hashes of what one run publishes."""
    with tempfile.TemporaryDirectory(prefix="fangpin-reshape-") as published:
        command = [asked.run.resolve(), "run", asked.job, "--as-of", asked.as_of, "--delivery", delivery, "--published", published, "--threads", threads]
        ran = subprocess.run([str(word) for word in command], capture_output=True, text=True)
        if ran.returncode:
            sys.exit(f"{delivery}: exit {ran.returncode}\n{ran.stderr}")
        night = Path(published, asked.as_of)
        rows = pq.read_metadata(night / "flagged.parquet").num_rows
        return rows, {name: hashlib.sha256((night / name).read_bytes()).hexdigest()[:12] for name in COMPARED if (night / name).exists()}


def run_shapes(asked):
    _, first = night_of(asked, asked.delivery, 2)
    runs = [(f"{threads} threads", asked.delivery, threads) for threads in (1, 2, 8)]
    runs += [(shape.__name__, asked.out / shape.__name__, 2) for shape in SHAPES]
    wrong = 0
    for name, delivery, threads in runs:
        rows, found = night_of(asked, delivery, threads)
        differ = [file for file in first if found.get(file) != first[file]]
        wrong += bool(differ) or rows == 0
        print(f"{'WRONG' if differ or rows == 0 else 'same'}  {name}: {rows} flagged {', '.join(differ)}")
    sys.exit(1 if wrong else 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("delivery", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--run", type=Path, metavar="FANGPIN")
    parser.add_argument("--job", type=Path, default=Path(__file__).resolve().parents[3] / "shared" / "bench" / "job.toml")
    parser.add_argument("--as-of", default="2025-11-30")
    asked = parser.parse_args()
    if asked.run:
        run_shapes(asked)
    write_shapes(asked.delivery, asked.out)


if __name__ == "__main__":
    main()
