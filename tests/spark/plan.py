"""A printed plan (`fangpin plan`), run as it stands by pyspark in one process: no cluster, no Connect server.

What stands in the plan is all that is run. A view that it says is written to the staging folder is written there, and
made anew over what was written; the outputs are written at the end.
"""
import os
import re
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("PYTHONWARNINGS", "ignore")
KEPT = "-- Written to the staging folder"


# For deliveries of some thousand rows, most of the time goes into compiling what is then hardly run: so nothing is
# compiled, and no plan is made anew while it runs. It changes no figure.
QUICK = {
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.files.openCostInBytes": "0",
    "spark.sql.shuffle.partitions": "1",
}


# For deliveries of millions of rows: as a cluster runs them.
LARGE = {"spark.sql.shuffle.partitions": "16"}


def session(large=False):
    """One session in this process."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]" if large else "local[1]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.driver.memory", "5g" if large else "2g")
    builder = builder.config("spark.sql.warehouse.dir", f"{tempfile.gettempdir()}/spark-warehouse")
    for name, value in (LARGE if large else QUICK).items():
        builder = builder.config(name, value)
    session = builder.config("spark.ui.showConsoleProgress", "false").getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session


def statements(text):
    """The statements of a printed plan, each with the name of the view that is kept, or None; and the views of outputs."""
    steps, outputs = [], []
    for statement in text.split(";\n"):
        lines = [line for line in statement.strip().split("\n")]
        sql = "\n".join(line for line in lines if not line.startswith("-- "))
        if not sql.strip():
            continue
        output = re.fullmatch(r"SELECT \* FROM (\w+)", sql.strip())
        if output:
            outputs.append(output[1])
            continue
        name = re.search(r"^CREATE OR REPLACE TEMPORARY VIEW (\w+)", sql, re.M)
        steps.append((sql, name[1] if name and any(line.startswith(KEPT) for line in lines) else None))
    return steps, outputs


def run(session, text, staging):
    """Runs a plan; every output stands below `staging` afterwards. The views of an earlier plan are replaced."""
    staging = Path(staging)
    shutil.rmtree(staging, ignore_errors=True)
    steps, outputs = statements(text)
    for sql, kept in steps:
        session.sql(sql)
        if kept:
            folder = f"{staging}/kept/{kept}"
            session.table(kept).write.parquet(folder)
            session.sql(f"CREATE OR REPLACE TEMPORARY VIEW {kept} AS SELECT * FROM parquet.`{folder}`")
    for view in outputs:
        session.table(view).write.parquet(f"{staging}/{view}")
    return outputs
