#!/usr/bin/env python3
"""Opens a published night with DuckDB, pyarrow, pandas and Polars: the types the contract names, and the same figures in each.

usage: readers.py NIGHT       (PUBLISHED/<as_of>)

The types come from schemas/<table>.v1.toml. For each file: the type and the presence of values in every column, equal row
counts, and for every amount and number equal sums in all readers. The last check is a filter on every amount column (a
writer with wrong statistics makes readers drop rows there). Prints one line a file; exit 0 when all is as it should be.
"""
import sys
import tomllib
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[2]
ARROW = {"text": pa.string(), "code": pa.string(), "amount": pa.decimal128(16, 2), "time": pa.timestamp("us"), "day": pa.date32(),
         "integer": pa.int64(), "decimal": pa.decimal128(18, 4), "flag": pa.bool_()}
DUCKDB = {"text": "VARCHAR", "code": "VARCHAR", "amount": "DECIMAL(16,2)", "time": "TIMESTAMP", "day": "DATE", "integer": "BIGINT",
          "decimal": "DECIMAL(18,4)", "flag": "BOOLEAN"}
POLARS = {"text": pl.String, "code": pl.String, "amount": pl.Decimal(16, 2), "time": pl.Datetime("us"), "day": pl.Date,
          "integer": pl.Int64, "decimal": pl.Decimal(18, 4), "flag": pl.Boolean}
SUMMED = ("amount", "decimal", "integer")


def check_types(file, contract, wrong):
    """The columns, their order and types in every reader, and values where the contract needs them."""
    wanted = [(column["name"], column["kind"]) for column in contract["column"]]
    arrow = pq.read_schema(file)
    seen = {"pyarrow": [(field.name, field.type) for field in arrow],
            "duckdb": [(name, kind) for name, kind, *_ in duckdb.execute(f"describe select * from '{file}'").fetchall()],
            "polars": list(pl.read_parquet_schema(file).items())}
    for reader, kinds in (("pyarrow", ARROW), ("duckdb", DUCKDB), ("polars", POLARS)):
        expected = [(name, kinds[kind]) for name, kind in wanted]
        if seen[reader] != expected:
            odd = [(a, b) for a, b in zip(seen[reader], expected) if a != b] or [("columns", len(seen[reader]), len(expected))]
            wrong.append(f"{reader}: {odd}")
    for column in contract["column"]:
        if column.get("needed"):
            nulls = duckdb.execute(f'select count(*) from \'{file}\' where "{column["name"]}" is null').fetchone()[0]
            if nulls:
                wrong.append(f"{column['name']}: {nulls} rows without a value")
    return wanted


def check_figures(file, wanted, wrong):
    """Equal counts, and equal sums of every number, in all readers; filters that use the statistics lose no row."""
    table = pq.read_table(file)
    frame, lazy = table.to_pandas(), pl.read_parquet(file)
    rows = {table.num_rows, len(frame), lazy.height, duckdb.execute(f"select count(*) from '{file}'").fetchone()[0]}
    if len(rows) != 1:
        wrong.append(f"row counts {rows}")
    numbers = [name for name, kind in wanted if kind in SUMMED and name in table.column_names]
    for name in numbers:
        values = [value for value in table[name].to_pylist() if value is not None]
        sums = {"pyarrow": sum(values, Decimal(0)), "pandas": sum((v for v in frame[name].tolist() if v is not None and v == v), Decimal(0))
                if frame[name].dtype == object else Decimal(int(frame[name].sum())),
                "duckdb": Decimal(duckdb.execute(f'select coalesce(sum("{name}"), 0) from \'{file}\'').fetchone()[0]),
                "polars": Decimal(lazy[name].sum() or 0)}
        if len(set(sums.values())) != 1:
            wrong.append(f"{name}: sums {sums}")
        for op, keep in ((">", lambda v: v > 0), ("<", lambda v: v < 0), ("=", lambda v: v == 0)):
            want = sum(1 for value in values if keep(value))
            by_duckdb = duckdb.execute(f'select count(*) from \'{file}\' where "{name}" {op} 0').fetchone()[0]
            predicate = {">": pl.col(name) > 0, "<": pl.col(name) < 0, "=": pl.col(name) == 0}[op]
            by_polars = pl.scan_parquet(file).filter(predicate).select(pl.len()).collect().item()
            if not want == by_duckdb == by_polars:
                wrong.append(f"{name} {op} 0: {want} rows, duckdb finds {by_duckdb}, polars {by_polars}")
    return table.num_rows, len(numbers)


def check_order(file, contract, wrong):
    """Sorted as the contract says, nulls first or last, text byte by byte."""
    keys = contract.get("sorted_by", [])
    columns = [pq.read_table(file, columns=[key])[key].to_pylist() for key in keys]
    plain = lambda value: value.encode() if isinstance(value, str) else value
    for nulls_last in (False, True):
        order = [tuple(((value is None) == nulls_last, 0 if value is None else plain(value)) for value in row) for row in zip(*columns)]
        if all(a <= b for a, b in zip(order, order[1:])):
            return
    wrong.append(f"not sorted by {keys}")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    night, failed = Path(sys.argv[1]), 0
    files = sorted(night.rglob("*.parquet"))
    if not files:
        sys.exit(f"{night}: no Parquet file")
    for file in files:
        schema = ROOT / "schemas" / f"{file.stem}.v1.toml"
        if not schema.exists():
            print(f"{file.name}: WRONG: no {schema.name} to hold it to")
            failed += 1
            continue
        contract, wrong = tomllib.loads(schema.read_text()), []
        wanted = check_types(file, contract, wrong)
        rows, numbers = check_figures(file, wanted, wrong)
        try:
            check_order(file, contract, wrong)
        except TypeError:
            wrong.append("sort keys of mixed types")
        failed += bool(wrong)
        print(f"{file.name}: {rows} rows, {len(wanted)} columns, {numbers} of them summed: " + ("; ".join(wrong) or "the same in every reader"))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
