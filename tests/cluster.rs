//! A night on a cluster, as far as it needs none: what a job says of its engine, and what a cluster left in staging read
//! back. The nights themselves are run by `tests/spark/run`.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, Decimal128Array, Int64Array, RecordBatch, StringArray};
use fangpin::cluster::{Left, Staging};
use parquet::arrow::ArrowWriter;

use crate::harness::{AS_OF, House};

/// A sound table, less than the line of its heading.
const ENGINE: &str = "kind    = \"spark\"\nremote  = \"sc://127.0.0.1:1\"\nstaging = \"staging\"\n";

fn with_engine(engine: &str) -> House {
    let house = House::new();
    house.append("job.toml", &format!("\n[engine]\n{engine}"));
    house
}

/// The lines with which a job is refused that ends with this table; a line's number counts from its heading.
fn refused(engine: &str) -> Vec<String> {
    let house = with_engine(engine);
    let job = fs::read_to_string(house.path("job.toml")).unwrap();
    let heading = 1 + job.lines().position(|line| line == "[engine]").unwrap();
    let ran = house.run(AS_OF, &[]);
    assert_eq!(ran.code, 78, "{}", ran.stderr);
    assert!(house.published().is_empty());
    let told = |line: &str| {
        let (number, said) = line.strip_prefix("HOME/job.toml line ").unwrap().split_once(": ").unwrap();
        format!("{}: {said}", number.parse::<usize>().unwrap() - heading)
    };
    ran.told().into_iter().map(told).collect()
}

#[test]
fn every_fault_of_an_engine_is_said_with_its_line() {
    let address = "expected a Connect server, such as \"sc://host:15002\", with `/;use_ssl=true` behind it for TLS";
    assert_eq!(refused("kind = \"flink\"\n"), ["1: `kind` is \"flink\", expected one of local, spark"]);
    assert_eq!(
        refused("kind = \"spark\"\n"),
        ["0: [engine] needs `remote`, which is missing", "0: [engine] needs `staging`, which is missing"]
    );
    assert_eq!(
        refused("kind = \"local\"\nremote = \"sc://host\"\n"),
        ["2: [engine] has an unknown key `remote`, expected kind"]
    );
    assert_eq!(
        refused(&format!("{ENGINE}partitions = 3\n")),
        ["4: [engine] has an unknown key `partitions`, expected kind, remote, token_file, token_env, staging"]
    );
    for wrong in ["http://host:15002", "sc://:15002", "sc://host:port", "sc://host:15002/;use_ssl", "sc://me@host"] {
        let engine = ENGINE.replace("sc://127.0.0.1:1", wrong);
        assert_eq!(refused(&engine), [format!("2: `remote` is {wrong:?}, {address}")]);
    }
    let engine = ENGINE.replace("127.0.0.1:1", "127.0.0.1:1/;use_ssl=true;token=SECRET");
    let told = refused(&engine);
    assert_eq!(told, ["2: `remote` holds a token; keep it in a file and name that with `token_file`"]);
    let engine = ENGINE.replace("\"staging\"", "\"hdfs://host/staging\"");
    assert_eq!(
        refused(&engine),
        [
            "3: `staging` is \"hdfs://host/staging\", expected a folder that both the cluster and this program reach, such \
          as \"file:///mnt/staging\": mount it here and on every worker"
        ]
    );
    assert_eq!(
        refused(&format!("{ENGINE}token_file = \"a\"\ntoken_env = \"B\"\n")),
        ["0: [engine] has both `token_file` and `token_env`, expected one of them at most"]
    );
}

#[test]
fn what_lies_elsewhere_is_for_a_cluster_alone() {
    let house = House::new();
    house.edit("job.toml", "delivery  = \"delivery\"", "delivery  = \"hdfs://host/delivery\"");
    let ran = house.run(AS_OF, &[]);
    assert_eq!(
        ran.told(),
        [
            "HOME/job.toml line 3: `delivery` is \"hdfs://host/delivery\", expected a folder; what lies elsewhere is read \
          with an [engine] of kind \"spark\" alone"
        ]
    );
    assert_eq!(ran.code, 78);
}

#[test]
fn an_audit_has_no_engine() {
    let house = House::of_audit("coverage");
    house.append("job.toml", &format!("\n[engine]\n{ENGINE}"));
    let ran = house.run(AS_OF, &[]);
    assert!(
        ran.told()[0].ends_with("`engine` is of no use to a job of kind coverage; take it out"),
        "{:?}",
        ran.told()
    );
    assert_eq!(ran.code, 78);
}

#[test]
fn a_night_without_its_cluster_is_not_published() {
    let house = with_engine(ENGINE);
    fs::create_dir(house.path("staging")).unwrap();
    let ran = house.run(AS_OF, &[]);
    let (code, line) = match cfg!(feature = "spark") {
        true => (
            75,
            "sc://127.0.0.1:1: no Connect server answers there; nothing was published, try again when the cluster stands",
        ),
        false => (
            78,
            "sc://127.0.0.1:1: this program was built without Spark; build it with `cargo build --release --features \
             spark` (Debian: protobuf-compiler and libprotobuf-dev)",
        ),
    };
    assert_eq!((ran.code, ran.told()), (code, vec![line]));
    assert!(house.published().is_empty());
}

#[test]
fn a_token_is_asked_for_before_the_cluster_is() {
    let house = with_engine(&format!("{ENGINE}token_file = \"token\"\n"));
    let ran = house.run(AS_OF, &[]);
    assert_eq!(ran.told(), ["HOME/token: no such token file; see that the path is right"]);
    assert_eq!(ran.code, 66);
    fs::write(house.path("token"), "").unwrap();
    #[cfg(unix)]
    fs::set_permissions(house.path("token"), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let ran = house.run(AS_OF, &[]);
    assert!(
        ran.told()[0].ends_with("[engine]: the token file HOME/token is empty, expected a token"),
        "{:?}",
        ran.told()
    );
    assert_eq!(ran.code, 78);
}

/// Leaves a table as a cluster does.
fn leave(folder: &Path, rows: &[(&str, &str, i64, i128)]) {
    fs::create_dir_all(folder).unwrap();
    let texts = |of: fn(&(&str, &str, i64, i128)) -> String| {
        Arc::new(rows.iter().map(|row| Some(of(row))).collect::<StringArray>()) as ArrayRef
    };
    let amounts: Decimal128Array = rows.iter().map(|row| Some(row.3)).collect();
    let batch = RecordBatch::try_from_iter([
        ("table_name", texts(|row| row.0.to_owned())),
        ("fate", texts(|row| row.1.to_owned())),
        ("rows", Arc::new(rows.iter().map(|row| Some(row.2)).collect::<Int64Array>()) as ArrayRef),
        ("amount", Arc::new(amounts.with_precision_and_scale(18, 2).unwrap()) as ArrayRef),
    ]);
    let batch = batch.unwrap();
    let file = fs::File::create(folder.join("part-00000.snappy.parquet")).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

#[test]
fn what_a_cluster_left_has_to_close_and_to_be_whole() {
    let home = tempfile::tempdir().unwrap();
    let staging = Staging::begin(home.path()).unwrap();
    let totals = home.path().join("fangpin_night").join("totals");
    let left = Left::of(&staging, &[]);
    leave(&totals, &[("income", "read", 3, 500), ("income", "counted", 2, 300), ("income", "rejected", 1, 200)]);
    let refused = left.totals(&["income"]).unwrap_err();
    assert!(refused.to_string().contains("the cluster has written it, but not here"), "{refused}");
    assert_eq!(refused.exit_code(), 66);

    fs::write(totals.join("_SUCCESS"), "").unwrap();
    let found = left.totals(&["income", "commercial"]).unwrap();
    assert_eq!((found["income"].read.rows, found["income"].rejected.fen), (3, 200));
    assert_eq!(found["commercial"].read.rows, 0);

    leave(&totals, &[("income", "read", 3, 500), ("income", "counted", 2, 300)]);
    let refused = left.totals(&["income"]).unwrap_err();
    assert!(refused.to_string().starts_with("income: control totals do not close: read 3 rows"), "{refused}");
    assert_eq!(refused.exit_code(), 65);
}

#[test]
fn staging_is_empty_before_a_night_and_after_it() {
    let home = tempfile::tempdir().unwrap();
    let own = home.path().join("fangpin_night");
    leave(&own.join("flagged"), &[]);
    fs::write(home.path().join("another"), "somebody else's").unwrap();
    let staging = Staging::begin(home.path()).unwrap();
    assert_eq!(fs::read_dir(&own).unwrap().count(), 0);
    assert!(staging.uri("flagged").starts_with("file:///"));
    drop(staging);
    let names: Vec<_> = fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["another"]);
}
