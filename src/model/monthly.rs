//! What the monthly report (月报) shows: providers, cards, the fund, and how problems stand at the month's end.
//!
//! Plain values, ready to be drawn, as those of the [board](super::board). Institutions and areas are not people and
//! may be named; what counts people is a [`Cell`]. Of a provider is said that it is "to be reviewed" (待核查), no more.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::board::{AuditStanding, Cell, Dispatch, Locality, Moved, NamedProblem, ProblemStanding, RuleText};
use super::{Care, Fen, Mechanism, Verdict};

/// One month of one area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub month: NaiveDate,
    /// The area.
    pub place: Locality,
    /// The latest nightly warning of the month, and what names it: the beginning of its manifest's hash.
    pub nightly: Option<(NaiveDate, String)>,
    /// The monthly audits that it tells of, as above.
    pub audits_of: Option<(NaiveDate, String)>,
    /// What the month made of warnings, by the rule's title: standing at its end, the others summed over its nights.
    pub warnings: Vec<(String, Moved)>,
    /// What each audit said of how many.
    pub audits: Vec<AuditStanding>,
    /// Institutions by their share of cost outside the catalogue (目录外占比).
    pub shares: Vec<ProviderShare>,
    /// How many institutions each pattern of conduct was looked for in, and where it is to be reviewed.
    pub conduct: Vec<ConductCount>,
    /// Stays per thousand enrolled (住院率), by category.
    pub funnels: Vec<Funnel>,
    /// Chronic-disease cards (慢病卡).
    pub cards: Option<Cards>,
    /// The fund (基金运行), by area and fund.
    pub funds: Vec<FundStanding>,
    /// Care beside last year's (就医结构与上年同期), until the last month known; `None` where it was not looked at.
    pub care: Option<CareBeside>,
    /// The order of counties.
    pub dispatch: Vec<Dispatch>,
    /// The problems by audit.
    pub problems: Vec<ProblemStanding>,
    /// The problems of institutions and areas that stand.
    pub named: Vec<NamedProblem>,
    /// Every rule that a figure rests on.
    pub rules: Vec<RuleText>,
    /// What somebody should look at, one line each: a table that was not delivered, a rule that no document gives.
    pub notes: Vec<String>,
}

/// The out-of-catalogue share of one institution, the year to date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderShare {
    /// The institution's code.
    pub institution: String,
    /// Its level, 1 to 3; `None` where it has none.
    pub level: Option<u8>,
    /// Medical cost of the register's in-patients.
    pub total_cost: Cell<Fen>,
    /// 全自费 and 超限价 of them.
    pub outside: Cell<Fen>,
    /// The share, in percent.
    pub share: Option<Decimal>,
    /// What it may be at most, in percent.
    pub limit: Option<Decimal>,
    /// What is said of it.
    pub verdict: Verdict,
}

/// One pattern of conduct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConductCount {
    /// Which.
    pub mechanism: Mechanism,
    /// Institutions or areas looked at.
    pub subjects: u64,
    /// Those to be reviewed.
    pub to_review: u64,
    /// Those of whom the data does not say.
    pub cannot_be_told: u64,
}

/// The stays of one category, area by area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Funnel {
    /// The category's term.
    pub category: String,
    /// The rate of all areas together: stays per thousand enrolled.
    pub middle: Decimal,
    /// Areas whose figures may be shown, sorted by `enrolled`.
    pub points: Vec<FunnelPoint>,
}

/// One area in a funnel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunnelPoint {
    /// Which area.
    pub place: Locality,
    /// How many are enrolled.
    pub enrolled: u64,
    /// Stays per thousand of them.
    pub rate: Decimal,
    /// Where the funnel's upper limit lies for so many, per thousand.
    pub limit: Decimal,
    /// The modified robust z; `None` where there are too few peers.
    pub z: Option<Decimal>,
    /// What is said of it.
    pub verdict: Verdict,
}

/// The month's new cards, and what the registers say of one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cards {
    /// The seed of the draw, which anyone can build again; `None` where it would tell how few new cards there are.
    pub seed: Option<String>,
    /// How cards were chosen, in Chinese: 随机, 按金额, 按波动.
    pub mode: String,
    /// By institution or area: its code, its new cards, and how many were drawn.
    pub drawn: Vec<(String, u64, u64)>,
    /// By disease and what was found, in Chinese: how many people.
    pub registers: Vec<(String, String, Cell<u64>)>,
}

/// One fund of one area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FundStanding {
    /// Which area.
    pub place: Locality,
    /// The fund, as clerks know it.
    pub fund: String,
    /// The months known, oldest first.
    pub months: Vec<FundMonth>,
    /// The months to come until the year's end.
    pub forecast: Vec<FundForecast>,
    /// Months that the balance would last at the spending of the last twelve.
    pub months_of_cover: Option<Decimal>,
    /// Spending of the last twelve months, in percent of their income.
    pub spent: Option<Decimal>,
    /// Spending of the year to date against the same months last year: by how many percent more, below 0 less.
    pub growth: Option<Decimal>,
    /// What is said of it.
    pub verdict: Verdict,
    /// Why, in Chinese.
    pub detail: String,
}

/// One month of a fund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FundMonth {
    /// Its first day.
    pub month: NaiveDate,
    /// Income.
    pub income: Fen,
    /// Spending.
    pub spending: Fen,
    /// What the fund held at its end.
    pub balance: Fen,
}

/// The balance expected at the end of one month, between the lowest and the highest that the back-test bears out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FundForecast {
    /// Its first day.
    pub month: NaiveDate,
    /// At worst.
    pub low: Fen,
    /// As expected.
    pub middle: Fen,
    /// At best.
    pub high: Fen,
}

/// Care in a month, and from January to it, beside the same months of last year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CareBeside {
    /// The first day of the month.
    pub month: NaiveDate,
    /// The whole area, by kind of care and measure.
    pub whole: Vec<CareLine>,
    /// What stays came to in each area from January to the month, by code.
    pub areas: Vec<AreaStays>,
}

/// One measure of one kind of care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CareLine {
    /// Which kind.
    pub care: Care,
    /// Which measure.
    pub measure: CareMeasure,
    /// In the month.
    pub month: Cell<Beside>,
    /// From January to it.
    pub to_date: Cell<Beside>,
}

/// The stays of one area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaStays {
    /// Which area.
    pub place: Locality,
    /// What one cost.
    pub cost_per_stay: Cell<Beside>,
    /// What was left of the cost to the person.
    pub person: Cell<Beside>,
    /// How many there were per thousand people enrolled.
    pub stays_per_thousand: Cell<Beside>,
}

/// A figure beside last year's; what is not known is empty.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Beside<T = Decimal> {
    /// This year's.
    pub now: Option<T>,
    /// Last year's.
    pub year_ago: Option<T>,
    /// By how much this year's is more: in percent, or, of a share, in points.
    pub change: Option<Decimal>,
}

/// What is measured of care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CareMeasure {
    /// 次均住院费用, in yuan.
    CostPerStay,
    /// 每千人住院人次.
    StaysPerThousand,
    /// What basic insurance paid of the cost, in percent; so are the others.
    BasicInsurance,
    /// Critical-illness insurance.
    CriticalIllness,
    /// Medical assistance.
    MedicalAssistance,
    /// The other funds.
    OtherFunds,
    /// The hospital.
    HospitalPart,
    /// The person.
    Person,
}

impl CareMeasure {
    /// Every measure, in order.
    pub const ALL: [CareMeasure; 8] = [
        CareMeasure::CostPerStay,
        CareMeasure::StaysPerThousand,
        CareMeasure::BasicInsurance,
        CareMeasure::CriticalIllness,
        CareMeasure::MedicalAssistance,
        CareMeasure::OtherFunds,
        CareMeasure::HospitalPart,
        CareMeasure::Person,
    ];

    /// The name that clerks know.
    pub fn term(self) -> &'static str {
        match self {
            CareMeasure::CostPerStay => "次均住院费用（元）",
            CareMeasure::StaysPerThousand => "每千名参保人住院人次",
            CareMeasure::BasicInsurance => "基本医保支付占比",
            CareMeasure::CriticalIllness => "大病保险支付占比",
            CareMeasure::MedicalAssistance => "医疗救助支付占比",
            CareMeasure::OtherFunds => "其他基金支付占比",
            CareMeasure::HospitalPart => "医院负担占比",
            CareMeasure::Person => "个人负担占比",
        }
    }

    /// Whether it is a part of the cost, in percent.
    pub fn is_share(self) -> bool {
        !matches!(self, CareMeasure::CostPerStay | CareMeasure::StaysPerThousand)
    }
}
