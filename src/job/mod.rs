//! A job file becomes a checked [`Job`]: paths resolved, figures read. Nothing but the job file itself is opened.

mod engine;
mod kind;
mod offices;
mod problems;
mod replies;
mod report;

use std::path::{Path, PathBuf};

use rust_decimal::Decimal;

use crate::config::{self, Reading, Section, Value};
use crate::error::Error;
use crate::model::Watch;

pub use engine::{Engine, Spark, is_elsewhere};
pub use kind::Kind;
pub use offices::{Encoding, Form, Full, Office, Protection, Split};
pub use problems::{Owner, Problems};
pub use replies::Replies;
pub use report::{Report, ReportFolder};

/// Which of the larger tables a night publishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outputs {
    /// `evidence.parquet`, and with it the first day on which each burden met its rule.
    pub evidence: bool,
    /// `burden.parquet`: the sums of every person with a settlement in the window.
    pub burden: bool,
    /// `watch.parquet`; where the job does not say, it is published when there is a `[watch]`.
    pub watch: Option<bool>,
}

impl Default for Outputs {
    fn default() -> Outputs {
        Outputs { evidence: true, burden: true, watch: None }
    }
}

/// Where the job says nothing else, a warning is raised at twice its threshold: the 100 % line of a rule at 50 %.
const DEFAULT_BAND: u32 = 200;

/// How much of a delivery may be unusable before the night is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tolerance {
    /// Rejected rows of one table, in percent of its rows, 0 to 100.
    pub reject_percent: Decimal,
    /// Identities whose local code the mapping lacks.
    pub unknown_codes: u64,
}

impl Default for Tolerance {
    fn default() -> Tolerance {
        Tolerance { reject_percent: Decimal::from(5), unknown_codes: 100 }
    }
}

/// One job: what is done with which delivery under which policy, and where the result goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The job file.
    pub path: PathBuf,
    /// What is done.
    pub kind: Kind,
    /// Where the heavy part is done.
    pub engine: Engine,
    /// The folder that the bureaus delivered; for a cluster, any URI that it reads.
    pub delivery: PathBuf,
    /// The policy file.
    pub policy: PathBuf,
    /// The mapping from local codes to categories.
    pub codes: PathBuf,
    /// The folder below which each night is published.
    pub published: PathBuf,
    /// Which of the larger tables are published.
    pub outputs: Outputs,
    /// What the night bears.
    pub tolerance: Tolerance,
    /// Who is watched before a rule is met; `None` when the job has no `[watch]`.
    pub watch: Option<Watch>,
    /// The bands of the ledger: percentages of the threshold, above 100 and rising.
    pub bands: Vec<Decimal>,
    /// Who receives warning lists, in the file's order.
    pub offices: Vec<Office>,
    /// The file of holidays, where working days are counted.
    pub holidays: Option<PathBuf>,
    /// What it says of answers.
    pub replies: Replies,
    /// What it says of the problems that audits find.
    pub problems: Problems,
    /// What the board is made from; nothing for a job of any other kind.
    pub report: Report,
}

/// What only a nightly job says.
struct OfTheNight {
    engine: Engine,
    outputs: Outputs,
    bands: Vec<Decimal>,
    watch: Option<Watch>,
    offices: Vec<Office>,
    replies: Replies,
}

/// The keys of [`OfTheNight`], and that of audits.
const OF_THE_NIGHT: [&str; 6] = ["engine", "outputs", "ledger", "watch", "office", "replies"];
const OF_AUDITS: [&str; 1] = ["problems"];

impl Job {
    /// Reads the job file at `path`. Its paths are relative to the file; `delivery` and `published`, where given, take
    /// the place of the file's own and stand as they are.
    ///
    /// # Errors
    /// A missing file, or every fault of the file with its line.
    pub fn load(path: &Path, delivery: Option<PathBuf>, published: Option<PathBuf>) -> Result<Job, Error> {
        let text = config::read(path, "job file")?;
        let reading = Reading::new(path, &text);
        let tree = reading.parse()?;
        let job = job(&reading.root(&tree), path, delivery, published);
        reading.finish(job)
    }
}

impl Job {
    /// Who is watched for `watch.parquet`; `None` when it is not published.
    pub fn watches(&self) -> Option<Watch> {
        let wanted = self.outputs.watch.unwrap_or(self.watch.is_some());
        wanted.then(|| self.watch.unwrap_or_default())
    }
}

fn job(root: &Section<'_, '_>, path: &Path, delivery: Option<PathBuf>, published: Option<PathBuf>) -> Option<Job> {
    let beside = |value: &Value<'_, '_>| {
        let folder = path.parent().unwrap_or(Path::new(""));
        value.text().map(|text| folder.join(text))
    };
    let kind = root.need("kind", |kind| kind.choice(&Kind::ALL.map(|of| (of.name(), of))));
    if kind == Some(Kind::Report) {
        return report_job(root, path, published, &beside);
    }
    let on_cluster = root.has("engine");
    let own_delivery = root.may("delivery", None, |value| engine::delivery(value, on_cluster, &beside).map(Some));
    let policy = root.need("policy", beside);
    let codes = root.need("codes", beside);
    let own_published = root.may("published", None, |value| beside(value).map(Some));
    let delivery = given(root, "delivery", delivery, own_delivery);
    let published = given(root, "published", published, own_published);
    let tolerance = root.may("tolerance", Tolerance::default(), |value| tolerance(&value.table()?));
    let holidays = root.may("holidays", None, |value| beside(value).map(Some));
    let audit = kind.filter(|kind| *kind != Kind::Nightly);
    of_no_use(root, kind);
    let of_the_night = audit.map_or_else(|| of_the_night(root, &beside), |_| Some(OfTheNight::default()));
    let problems = audit.map_or(Some(Problems::default()), |kind| problems::read(root, kind, &beside));
    root.end();
    let OfTheNight { engine, outputs, bands, watch, offices, replies } = of_the_night?;
    Some(Job {
        path: path.to_path_buf(),
        kind: kind?,
        engine,
        delivery: delivery?,
        policy: policy?,
        codes: codes?,
        published: published?,
        outputs,
        tolerance: tolerance?,
        watch,
        bands,
        offices,
        holidays: holidays?,
        replies,
        problems: problems?,
        report: Report::default(),
    })
}

/// A job of kind report: it reads what others published, and neither a delivery nor codes.
fn report_job(
    root: &Section<'_, '_>,
    path: &Path,
    published: Option<PathBuf>,
    beside: &impl Fn(&Value<'_, '_>) -> Option<PathBuf>,
) -> Option<Job> {
    let policy = root.need("policy", beside);
    let own_published = root.may("published", None, |value| beside(value).map(Some));
    let published = given(root, "published", published, own_published);
    let report = report::read(root, beside);
    root.end();
    let OfTheNight { engine, outputs, bands, watch, offices, replies } = OfTheNight::default();
    Some(Job {
        path: path.to_path_buf(),
        kind: Kind::Report,
        engine,
        delivery: PathBuf::new(),
        policy: policy?,
        codes: PathBuf::new(),
        published: published?,
        outputs,
        tolerance: Tolerance::default(),
        watch,
        bands,
        offices,
        holidays: None,
        replies,
        problems: Problems::default(),
        report: report?,
    })
}

impl Default for OfTheNight {
    fn default() -> OfTheNight {
        let bands = vec![Decimal::from(DEFAULT_BAND)];
        let (outputs, replies) = (Outputs::default(), Replies::default());
        OfTheNight { engine: Engine::Local, outputs, bands, watch: None, offices: Vec::new(), replies }
    }
}

/// Refuses each key of the other kinds by its name.
fn of_no_use(root: &Section<'_, '_>, kind: Option<Kind>) {
    let Some(kind) = kind else { return };
    let strange = if kind == Kind::Nightly { OF_AUDITS.as_slice() } else { &OF_THE_NIGHT };
    for key in strange.iter().filter(|key| root.has(key)) {
        if let Some(value) = root.get(key) {
            value.fault(format!("`{key}` is of no use to a job of kind {}; take it out", kind.name()));
        }
    }
}

fn of_the_night(root: &Section<'_, '_>, beside: &impl Fn(&Value<'_, '_>) -> Option<PathBuf>) -> Option<OfTheNight> {
    let default = OfTheNight::default();
    let engine = root.may("engine", default.engine, |value| engine::read(&value.table()?, beside));
    let outputs = root.may("outputs", default.outputs, |value| outputs(&value.table()?));
    let bands = root.may("ledger", default.bands, |value| bands(&value.table()?));
    let watch = root.may("watch", None, |value| watch(&value.table()?).map(Some));
    let offices = offices::read(root, beside);
    let replies = replies::read(root, root.has("holidays"));
    Some(OfTheNight {
        engine: engine?,
        outputs: outputs?,
        bands: bands?,
        watch: watch?,
        offices: offices?,
        replies: replies?,
    })
}

/// The path given by argument, else the job's own: the outer `None` of `own` is a path that is wrong, the inner one a
/// path that is absent.
fn given(root: &Section<'_, '_>, key: &str, given: Option<PathBuf>, own: Option<Option<PathBuf>>) -> Option<PathBuf> {
    let own = own?;
    if given.is_none() && own.is_none() {
        root.fault(format!("the file needs `{key}`, which is missing; name the folder there or give --{key}"));
    }
    given.or(own)
}

fn outputs(section: &Section<'_, '_>) -> Option<Outputs> {
    let default = Outputs::default();
    let evidence = section.may("evidence", default.evidence, Value::flag);
    let burden = section.may("burden", default.burden, Value::flag);
    let watch = section.may("watch", None, |value| value.flag().map(Some));
    section.end();
    Some(Outputs { evidence: evidence?, burden: burden?, watch: watch? })
}

fn watch(section: &Section<'_, '_>) -> Option<Watch> {
    let default = Watch::default();
    let share = section.may("share", default.share, |value| {
        let share = value.decimal()?;
        let sound = share > Decimal::ZERO && share < Decimal::ONE_HUNDRED;
        if sound { Some(share) } else { value.wrong("a percentage of the threshold, above 0 and below 100") }
    });
    let pace = section.may("pace", default.pace, Value::flag);
    section.end();
    Some(Watch { share: share?, pace: pace? })
}

fn tolerance(section: &Section<'_, '_>) -> Option<Tolerance> {
    let default = Tolerance::default();
    let reject_percent = section.may("reject_percent", default.reject_percent, |value| {
        let percent = value.decimal()?;
        let sound = (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&percent);
        if sound { Some(percent) } else { value.wrong("a percentage from 0 to 100") }
    });
    let unknown_codes = section.may("unknown_codes", default.unknown_codes, Value::count);
    section.end();
    Some(Tolerance { reject_percent: reject_percent?, unknown_codes: unknown_codes? })
}

fn bands(section: &Section<'_, '_>) -> Option<Vec<Decimal>> {
    let default = vec![Decimal::from(DEFAULT_BAND)];
    let bands = section.may("bands", default, |value| {
        let bands = value.items()?.iter().map(Value::decimal).collect::<Option<Vec<_>>>()?;
        let above = bands.iter().all(|band| (Decimal::ONE_HUNDRED..Decimal::from(1_000_000)).contains(band));
        let rising = bands.windows(2).all(|pair| pair[0] < pair[1]);
        let sound = above && !bands.contains(&Decimal::ONE_HUNDRED) && rising;
        if sound { Some(bands) } else { value.wrong("percentages above 100, rising, such as [\"200\", \"300\"]") }
    });
    section.end();
    bands
}
