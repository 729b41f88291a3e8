//! The floor under a night: reads and decodes the settlement columns of a delivery with the `parquet` crate's Arrow
//! reader, on one thread, and does nothing else with them. A night cannot cost less than about this.
//!
//! usage: `cargo bench --bench decode -- DELIVERY [--all-read] [COLUMN,...]`
//!
//! Prints files, rows and columns read. It takes no time itself: `peers.py` measures the CPU seconds of the process.

use std::error::Error;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// The columns that decide a burden: what the peers of the benchmark read.
const NIGHT: [&str; 18] = [
    "setl_id",
    "init_setl_id",
    "certno",
    "insu_admdvs",
    "setl_time",
    "updt_time",
    "vali_flag",
    "medfee_sumamt",
    "hifp_pay",
    "hifmi_pay",
    "maf_pay",
    "cvlserv_pay",
    "hifes_pay",
    "hifob_pay",
    "hifdm_pay",
    "othfund_pay",
    "ownpay_hosp_part",
    "inscp_amt",
];

/// The columns that the checks of section 3, step 6 read besides.
const CHECKS: [&str; 8] = [
    "fulamt_ownpay_amt",
    "overlmt_selfpay",
    "preselfpay_amt",
    "fund_pay_sumamt",
    "psn_pay",
    "acct_pay",
    "cash_payamt",
    "refd_setl_flag",
];

/// Rows in a batch.
const BATCH: usize = 8192;

/// What to read.
struct Task {
    delivery: PathBuf,
    columns: Vec<String>,
}

fn main() -> ExitCode {
    match task(std::env::args().skip(1)).and_then(|task| decode(&task)) {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Reads the arguments; `--bench`, which cargo adds, is passed over.
fn task(arguments: impl Iterator<Item = String>) -> Result<Task, Box<dyn Error>> {
    let mut columns: Vec<String> = NIGHT.map(String::from).to_vec();
    let mut delivery = None;
    for argument in arguments.filter(|argument| argument != "--bench") {
        match argument.as_str() {
            "--all-read" => columns.extend(CHECKS.map(String::from)),
            _ if delivery.is_none() => delivery = Some(PathBuf::from(argument)),
            list => columns = list.split(',').map(String::from).collect(),
        }
    }
    let delivery = delivery.ok_or("usage: decode DELIVERY [--all-read] [COLUMN,...]")?;
    Ok(Task { delivery, columns })
}

/// Decodes every settlement file and says how many rows there were.
fn decode(task: &Task) -> Result<String, Box<dyn Error>> {
    let mut files = Vec::new();
    collect(&task.delivery.join("settlements"), &mut files)?;
    files.sort();
    let mut rows = 0;
    for file in &files {
        rows += decode_file(file, &task.columns).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(format!("{rows} rows in {} files, {} columns", files.len(), task.columns.len()))
}

/// Decodes the named columns of one file, those that it has.
fn decode_file(path: &Path, columns: &[String]) -> Result<usize, Box<dyn Error>> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path)?)?;
    let named = columns.iter().map(String::as_str);
    let projection = ProjectionMask::columns(builder.parquet_schema(), named);
    let mut rows = 0;
    for batch in builder.with_projection(projection).with_batch_size(BATCH).build()? {
        rows += std::hint::black_box(batch?).num_rows();
    }
    Ok(rows)
}

/// Every Parquet file below `folder`, at any depth.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "parquet") {
            files.push(path);
        }
    }
    Ok(())
}
