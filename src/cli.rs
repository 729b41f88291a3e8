//! What was typed becomes a command; what came of it becomes text and an exit code.

mod nights;

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};

use self::nights::{NightsRead, month};
use crate::delivery::Progress;
use crate::error::Error;
use crate::job::{Job, Kind};
use crate::model::{Mechanism, PersonId};
use crate::run::{self, Order, ReplyOrder};
use crate::sample;

/// Keeps people from falling (back) into poverty through illness (防贫): adds up what each insured person was left to pay
/// in a year, to the fen, and flags those above the policy's threshold.
#[derive(Debug, Parser)]
#[command(name = "fangpin", version, max_term_width = 100)]
#[command(after_long_help = "\
Exit codes: 0 done, 64 wrong arguments, 65 data refused, 66 an input is missing, 70 a fault of the program, 73 cannot \
write, 74 a read failed, 75 another run holds the lock (try again), 78 wrong job, policy or mapping file.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Log lines on standard error: for people, or one JSON object a line
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text)]
    log_format: LogFormat,
    /// Threads to work with; without it, as many as the machine has cores. It changes no figure
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(RunArgs),
    Check(CheckArgs),
    Policy(PolicyArgs),
    Plan(PlanArgs),
    Sample(SampleArgs),
    Verify(VerifyArgs),
    Reply(ReplyArgs),
    Explain(ExplainArgs),
    Backtest(BacktestArgs),
    Report(ReportArgs),
}

/// Run a job: read the delivery, assess or audit everybody, publish the night
///
/// The night is published as PUBLISHED/DATE, complete or not at all. A night that stands already is left as it is
/// unless --replace is given; then the old one is kept beside it under another name. A refused night says everything
/// that is wrong at once, and what was published before stays as it was.
#[derive(Debug, Args)]
#[command(after_help = "Example: fangpin run jobs/nightly.toml --as-of 2025-11-30")]
struct RunArgs {
    /// The job file
    #[arg(value_name = "JOB.toml")]
    job: PathBuf,
    /// The day to assess: what happened in its calendar year up to and including this day
    #[arg(long, value_name = "DATE")]
    as_of: NaiveDate,
    /// The delivery, in place of the job's
    #[arg(long, value_name = "DIR")]
    delivery: Option<PathBuf>,
    /// The folder to publish in, in place of the job's
    #[arg(long, value_name = "DIR")]
    published: Option<PathBuf>,
    /// Replace a night that stands already; the old one is kept as DATE.replaced-N
    #[arg(long)]
    replace: bool,
    /// With --replace: run every later night again too, up to this one, the last that stands. Each reads the delivery
    /// that it read before, unless --delivery is given. All of them are replaced, or none
    #[arg(long, value_name = "DATE", requires = "replace")]
    through: Option<NaiveDate>,
    /// For a job of kind coverage: another delivery of the same day, say the prefecture's. Where the two differ in the
    /// areas that both hold is listed person by person in differences.parquet
    #[arg(long, value_name = "OTHER_DELIVERY")]
    against: Option<PathBuf>,
    /// Also write the night's figures for a Prometheus textfile collector
    #[arg(long, value_name = "FILE")]
    metrics: Option<PathBuf>,
    #[command(flatten)]
    read: NightsRead,
}

/// Hold a delivery to the contract and print everything that is wrong with it
///
/// Looks at every file of every table, and, when all files can be used, at every row. Publishes nothing.
#[derive(Debug, Args)]
#[command(after_help = "Example: fangpin check data/sample")]
struct CheckArgs {
    /// The folder with one sub-folder a table
    delivery: PathBuf,
    /// The day on which identities have to be in force; without it, none is set aside for its dates
    #[arg(long, value_name = "DATE")]
    as_of: Option<NaiveDate>,
    /// How many rows to name for each reason
    #[arg(long, value_name = "N", default_value_t = 10)]
    rows: usize,
}

/// Show the rules of a policy file in force on a day, with their citations, and run its cases
///
/// Cases stand beside the rules: a person's sums, category and area, a day, and the finding expected. A case that gives
/// another finding is printed, and the exit code is 78.
#[derive(Debug, Args)]
#[command(after_help = "Example: fangpin policy data/policy/ewenki-banner.toml --as-of 2025-06-30")]
struct PolicyArgs {
    /// The policy file
    #[arg(value_name = "POLICY.toml")]
    file: PathBuf,
    /// The day; without it, today
    #[arg(long, value_name = "DATE")]
    as_of: Option<NaiveDate>,
}

/// Print a night as Spark SQL, each statement with the section of the data contract that it follows
///
/// For whoever has the data in a cluster, and for an auditor. Runs nothing: of a delivery on this machine the footers
/// are read, so that every column is read as it is stored; of a delivery elsewhere (hdfs://, s3a://) nothing.
#[derive(Debug, Args)]
#[command(after_help = "Example: fangpin plan jobs/nightly.toml --as-of 2025-11-30")]
struct PlanArgs {
    /// The job file, of kind nightly
    #[arg(value_name = "JOB.toml")]
    job: PathBuf,
    /// The day to assess
    #[arg(long, value_name = "DATE")]
    as_of: NaiveDate,
    /// The delivery, in place of the job's: a folder, or the URI of one
    #[arg(long, value_name = "URI")]
    delivery: Option<PathBuf>,
}

/// Write a synthetic delivery with every kind of fault, for trying out and for training
///
/// Nobody in it is real. OUT/planted.json lists what was planted where. The same arguments give the same bytes.
#[derive(Debug, Args)]
#[command(after_help = "\
Example: fangpin sample --people 5000 --settlements 20000 --as-of 2025-11-30 --seed 7 --out /tmp/delivery")]
struct SampleArgs {
    /// How many people
    #[arg(long, value_name = "N")]
    people: u32,
    /// How many settlement rows
    #[arg(long, value_name = "M")]
    settlements: u32,
    /// The day that the delivery is for
    #[arg(long, value_name = "DATE")]
    as_of: NaiveDate,
    /// Another seed gives other rows
    #[arg(long, value_name = "S")]
    seed: u64,
    /// The folder to write: new, or empty
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// Hash a published night and its delivery again and say what differs from the manifest
///
/// With --chain, every night of a folder, without the deliveries: each has to be as it was published and to rest on the
/// one before it, so that none was altered, removed or exchanged.
#[derive(Debug, Args)]
#[command(after_help = "\
Example: fangpin verify published/2025-11-30
         fangpin verify --chain published")]
struct VerifyArgs {
    /// The folder of the night
    #[arg(required_unless_present = "chain")]
    night: Option<PathBuf>,
    /// The folder that holds the nights: hash all of them
    #[arg(long, value_name = "PUBLISHED", conflicts_with_all = ["night", "delivery"])]
    chain: Option<PathBuf>,
    /// The delivery it was made from, when it is no longer where the manifest says
    #[arg(long, value_name = "DIR")]
    delivery: Option<PathBuf>,
}

/// Take in a warning list or a problem list that an office returned, with its answers
///
/// Reads the list as it came back: sheets and columns in any order, saved by Excel, WPS or LibreOffice, or as CSV.
/// What can be used is kept beside the nights, in PUBLISHED/replies, and stands in the ledger or the problem list of
/// every later night; each line that cannot be used is told by its place, never by what it says.
#[derive(Debug, Args)]
#[command(after_help = "Example: fangpin reply returned.xlsx --job jobs/nightly.toml --office civil_affairs")]
struct ReplyArgs {
    /// The list as the office returned it
    #[arg(value_name = "FILE.xlsx|FILE.csv")]
    file: PathBuf,
    /// The job file
    #[arg(long, value_name = "JOB.toml")]
    job: PathBuf,
    /// The office that answers: by its id in a nightly job, by its name as `owner` in a job of audits; not needed where
    /// the job has only one
    #[arg(long, value_name = "ID")]
    office: Option<String>,
    /// The day on which the list came back; without it, today
    #[arg(long, value_name = "DATE")]
    received: Option<NaiveDate>,
    /// The folder of the published nights, in place of the job's
    #[arg(long, value_name = "DIR")]
    published: Option<PathBuf>,
    /// The file that holds the list's password, in place of the one that the job gives the office
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

/// Explain one person's warning: a page in Chinese that can be read to the person
///
/// What was delivered, what became of each settlement and payment, who paid what, the income, the rule in its own
/// words, and how far the burden is from the threshold: worked out again from the night's evidence, which must give
/// what was published. The certificate number is read from a file, never typed as an argument, where every user of the
/// machine can see it. A person whom the night does not flag is no error: this is said, and no file is written.
#[derive(Debug, Args)]
#[command(after_help = "Example: fangpin explain --night published/2025-11-30 --person number.txt --html page.html")]
struct ExplainArgs {
    /// The folder of the night
    #[arg(long, value_name = "DIR")]
    night: PathBuf,
    /// A file whose first line is the certificate number; - for standard input
    #[arg(long, value_name = "FILE")]
    person: PathBuf,
    /// Also write the page as HTML, with a picture, readable by its user alone
    #[arg(long, value_name = "OUT")]
    html: Option<PathBuf>,
}

/// Replay past days and say how many of those flagged had been announced by the early warning, and how many not
///
/// Assesses each day again on today's delivery, with the share and pace that the job watches with. Publishes nothing.
#[derive(Debug, Args)]
#[command(after_help = "Example: fangpin backtest --job jobs/nightly.toml --from 2025-01-01 --to 2025-11-30")]
struct BacktestArgs {
    /// The job file
    #[arg(long, value_name = "JOB.toml")]
    job: PathBuf,
    /// The first day
    #[arg(long, value_name = "DATE")]
    from: NaiveDate,
    /// The last day
    #[arg(long, value_name = "DATE")]
    to: NaiveDate,
    /// Replay every so many days
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=366))]
    every: u32,
    /// The delivery, in place of the job's
    #[arg(long, value_name = "DIR")]
    delivery: Option<PathBuf>,
}

/// Write the report of a month (月报) as one page of HTML that needs no other file
///
/// What the month made of warnings, the audits of providers, cards and the fund, the order of counties and their
/// problems, from published nights alone. Nobody is named in it, and no count of fewer than five people told. A browser
/// prints it, to paper or PDF.
#[derive(Debug, Args)]
#[command(after_help = "Example: fangpin report jobs/report.toml --month 2025-11 --out month.html")]
struct ReportArgs {
    /// The job file, of kind report
    #[arg(value_name = "JOB.toml")]
    job: PathBuf,
    /// The month
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    month: NaiveDate,
    /// The page to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    read: NightsRead,
}

/// Does what was typed. Gives back the exit code.
pub fn main() -> u8 {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(_) if names_somebody() => {
            eprintln!("an argument is a certificate number, expected none: write it in a file, or to standard input");
            return 64;
        }
        Err(told) => {
            let code = if told.use_stderr() { 64 } else { 0 };
            return told.print().map_or(74, |()| code);
        }
    };
    log_to_stderr(cli.log_format);
    match command(&cli) {
        Ok(text) => match io::stdout().write_all(text.as_bytes()) {
            Ok(()) => 0,
            Err(cause) => {
                eprintln!("standard output: cannot be written: {cause}; what was asked for was done all the same");
                74
            }
        },
        Err(error) => {
            tell(&error, cli.log_format);
            error.exit_code()
        }
    }
}

/// Whether an argument is a resident id: what clap has to say would repeat it.
fn names_somebody() -> bool {
    std::env::args_os().any(|argument| PersonId::resident(argument.as_encoded_bytes()).is_some())
}

fn command(cli: &Cli) -> Result<String, Error> {
    if let Some(threads) = cli.threads {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(usize::from(threads)).build_global();
        pool.map_err(|cause| Error::Arguments(format!("--threads {threads}: {cause}")))?;
    }
    let progress = Progress::new(io::stderr().is_terminal() && cli.log_format == LogFormat::Text);
    match &cli.command {
        Command::Run(args) => run_job(args, &progress),
        Command::Check(args) => run::check(&args.delivery, args.as_of, args.rows, &progress),
        Command::Policy(args) => run::policy(&args.file, args.as_of.unwrap_or_else(today)),
        Command::Plan(args) => {
            let job = Job::load(&args.job, args.delivery.clone(), Some(PathBuf::new()))?;
            if job.kind != Kind::Nightly {
                return Err(not_of_the_night(&job, "plan"));
            }
            run::plan(&job, args.as_of)
        }
        Command::Sample(args) => {
            let options = sample::Options {
                people: args.people,
                settlements: args.settlements,
                as_of: args.as_of,
                seed: args.seed,
                out: args.out.clone(),
            };
            Ok(sample::write(&options)?.to_string())
        }
        Command::Reply(args) => {
            // A reply has nothing to do with the delivery, which a job may leave to the command line.
            let job = Job::load(&args.job, Some(PathBuf::new()), args.published.clone())?;
            let order = ReplyOrder {
                file: args.file.clone(),
                office: args.office.clone(),
                received: args.received,
                password_file: args.password_file.clone(),
                today: today(),
            };
            run::reply(&job, &order)
        }
        Command::Verify(args) => match (&args.chain, &args.night) {
            (Some(published), _) => run::verify_chain(published),
            (None, night) => run::verify(night.as_deref().unwrap_or(Path::new("")), args.delivery.as_deref()),
        },
        Command::Backtest(args) => {
            // Nothing is published, so a job need not say where.
            let job = Job::load(&args.job, args.delivery.clone(), Some(PathBuf::new()))?;
            if job.kind != Kind::Nightly {
                return Err(not_of_the_night(&job, "backtest"));
            }
            let span = run::Span { from: args.from, to: args.to, every: args.every };
            run::backtest(&job, span, &progress)
        }
        Command::Report(args) => {
            let job = Job::load(&args.job, Some(PathBuf::new()), Some(PathBuf::new()))?;
            run::month(&args.read.in_place(job)?, args.month, &args.out)
        }
        Command::Explain(args) => run::explain(&args.night, &args.person, args.html.as_deref()),
    }
}

/// Runs a job of whatever kind.
fn run_job(args: &RunArgs, progress: &Progress) -> Result<String, Error> {
    let job = Job::load(&args.job, args.delivery.clone(), args.published.clone())?;
    let job = args.read.in_place(job)?;
    let order = Order {
        as_of: args.as_of,
        replace: args.replace,
        metrics: args.metrics.clone(),
        against: args.against.clone(),
    };
    if order.against.is_some() && job.kind != Kind::Audit(Mechanism::Coverage) {
        let (path, kind) = (job.path.display(), job.kind.name());
        let message = format!("--against: {path} is a job of kind {kind}, expected one of kind coverage");
        return Err(Error::Arguments(message));
    }
    match (job.kind, args.through) {
        (Kind::Report, None) if args.delivery.is_none() => Ok(run::report(&job, &order)?.summary),
        (Kind::Report, _) => {
            let path = job.path.display();
            let message = format!(
                "{path} is a job of kind report: it has no delivery, and no board rests on another; run each day by itself"
            );
            Err(Error::Arguments(message))
        }
        (Kind::Nightly, None) => Ok(run::nightly(&job, &order, progress)?.summary),
        (Kind::Nightly, Some(through)) => {
            run::nightly_through(&job, &order, (through, args.delivery.is_some()), progress)
        }
        (Kind::Audit(_) | Kind::Conduct | Kind::Monthly, None) => Ok(run::audits(&job, &order, progress)?.summary),
        (Kind::Audit(_) | Kind::Conduct | Kind::Monthly, Some(through)) => {
            run::audits_through(&job, &order, (through, args.delivery.is_some()), progress)
        }
    }
}

/// What is there for the nightly warning alone.
fn not_of_the_night(job: &Job, what: &str) -> Error {
    let (path, kind) = (job.path.display(), job.kind.name());
    Error::Arguments(format!("{what}: {path} is a job of kind {kind}, expected a nightly one"))
}

#[expect(clippy::disallowed_methods, reason = "the default of an argument; nothing below reads a clock")]
fn today() -> NaiveDate {
    chrono::Local::now().date_naive()
}

fn log_to_stderr(format: LogFormat) {
    let lines = tracing_subscriber::fmt().with_writer(io::stderr).with_target(false).with_ansi(false);
    match format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().init(),
    }
}

/// Tells what stood in the way: one line each.
fn tell(error: &Error, format: LogFormat) {
    match format {
        LogFormat::Text => eprintln!("{error}"),
        LogFormat::Json => {
            let code = error.exit_code();
            error.to_string().lines().for_each(|line| tracing::error!(code, "{line}"));
        }
    }
}
