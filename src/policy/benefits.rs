//! What critical-illness insurance (大病保险) and medical assistance (医疗救助) are to pay, as the documents of a place
//! say it: dated, cited rules, and what they leave unsaid.
//!
//! A value that a document does not give is written `"not_given"` and stays so: nothing is assumed in its place.

use rust_decimal::{Decimal, RoundingStrategy};

use super::entry::{self, Cited, Span, categories, shared};
use crate::config::{Section, Value};
use crate::model::{Care, Categories, Category, Fen};

/// What a layer above basic insurance can be due on: nothing is due on what a pharmacy sold.
const VISITS: [Care; 3] = [Care::OutPatient, Care::Chronic, Care::InPatient];

/// What both layers above basic insurance are to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Benefits {
    /// How far a layer's payments of one year may be from what was due, either way.
    pub tolerance: Fen,
    /// How what a layer pays on one settlement becomes whole fen.
    pub rounding: Rounding,
    /// What critical-illness insurance pays, in the file's order.
    pub critical_illness: Vec<CriticalIllness>,
    /// What medical assistance pays, in the file's order.
    pub medical_assistance: Vec<MedicalAssistance>,
}

/// How an amount becomes whole fen at a layer's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// 四舍五入到分: half a fen is one.
    HalfUp,
}

/// Whom a rule covers, for what care, on which days, and where that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// Whom.
    pub whom: Whom,
    /// For what care.
    pub care: Vec<Care>,
    /// On which days, and where it is written.
    pub cited: Cited,
}

/// Whom a rule covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// People of these categories.
    Named(Categories),
    /// Everybody for whom no other rule of the kind holds: in no register, or of a category that none names.
    EveryoneElse,
}

/// What critical-illness insurance pays of what basic insurance and the other funds left in scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriticalIllness {
    /// Whom it covers.
    pub scope: Scope,
    /// What stays with the person each year before it pays (起付标准); `None` where the document does not give it.
    pub deductible: Option<Deductible>,
    /// The part it pays of what lies above (支付比例); `None` likewise.
    pub ratio: Option<Ratio>,
    /// The most it pays in a year (最高支付限额); `None` likewise.
    pub cap: Option<Limit>,
}

/// What stays with the person each year before critical-illness insurance pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deductible {
    /// So much.
    Amount(Fen),
    /// Everyone else's, less this part of it (起付标准降低…%).
    LoweredBy(Share),
}

/// The part that critical-illness insurance pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ratio {
    /// This part.
    Of(Share),
    /// Everyone else's, and so much more (提高…个百分点).
    RaisedBy(Share),
}

/// The most that is paid in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// So much.
    Amount(Fen),
    /// No limit (取消封顶线).
    Without,
}

/// What medical assistance pays of what critical-illness insurance left in scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MedicalAssistance {
    /// Whom it covers.
    pub scope: Scope,
    /// The part it pays (救助比例); `None` where the document does not give it.
    pub ratio: Option<Share>,
    /// The most it pays in a year, one limit for all care (年度救助限额); `None` likewise.
    pub limit: Option<Limit>,
    /// What it pays beyond, for those still heavily burdened (倾斜救助); `None` likewise.
    pub tilt: Option<Tilt>,
}

/// A further payment for those still heavily burdened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tilt {
    /// There is none.
    Without,
    /// This part of what is left in scope over the year above a line, within a limit of its own.
    Above {
        /// The part.
        ratio: Share,
        /// The line.
        line: Fen,
        /// The most it pays in a year.
        limit: Limit,
    },
}

/// An exact part of an amount, in millionths: a percentage with at most four decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(i64);

const WHOLE: i64 = 1_000_000;
const PERCENT_DECIMALS: u32 = 4;

impl Share {
    /// From a percentage above 0 and at most 100, with at most four decimals.
    pub fn of_percent(percent: Decimal) -> Option<Share> {
        let sound = percent > Decimal::ZERO && percent <= Decimal::ONE_HUNDRED && percent.scale() <= PERCENT_DECIMALS;
        let millionths = i64::try_from((percent * Decimal::from(WHOLE / 100)).round_dp(0)).ok()?;
        sound.then_some(Share(millionths))
    }

    /// The percentage.
    pub fn percent(self) -> Decimal {
        Decimal::new(self.0, PERCENT_DECIMALS).normalize()
    }

    /// This part of an amount of 0 or more, in whole fen.
    pub fn of(self, amount: i128, rounding: Rounding) -> i128 {
        match rounding {
            Rounding::HalfUp => (2 * amount * i128::from(self.0) + i128::from(WHOLE)) / (2 * i128::from(WHOLE)),
        }
    }

    /// Both together, never more than the whole.
    pub fn and(self, more: Share) -> Share {
        Share((self.0 + more.0).min(WHOLE))
    }

    /// What is left of an amount when this part of it is taken away, to the fen.
    pub fn taken_from(self, amount: Fen) -> Fen {
        let left = Decimal::from(amount.0) * (Decimal::ONE - Decimal::new(self.0, PERCENT_DECIMALS + 2));
        let left = left.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        Fen(i64::try_from(left).unwrap_or(amount.0))
    }
}

/// The word for a value that the document does not give.
const NOT_GIVEN: &str = "not_given";
/// The word for no limit and no tilt.
const WITHOUT: &str = "none";
const ROUNDINGS: [(&str, Rounding); 1] = [("half_up", Rounding::HalfUp)];

/// `[benefits]`, `[[critical_illness]]` and `[[medical_assistance]]`: the inner `None` is a file without any.
pub(super) fn read(root: &Section<'_, '_>) -> Option<Option<Benefits>> {
    let how = |value: &Value<'_, '_>| {
        let section = value.table()?;
        let tolerance = section.need("tolerance_fen", Value::count::<u32>);
        let rounding = section.need("rounding", |value| value.choice(&ROUNDINGS));
        section.end();
        Some((Fen(i64::from(tolerance?)), rounding?))
    };
    if root.tables("critical_illness")?.is_empty() & root.tables("medical_assistance")?.is_empty() {
        if let Some(value) = root.get("benefits") {
            value.fault(
                "[benefits] says how benefits are compared, but the file has neither [[critical_illness]] nor \
                 [[medical_assistance]]",
            );
        }
        return Some(None);
    }
    let how = root.need("benefits", how);
    let critical_illness = every(root, "critical_illness", critical_illness, |rule| &rule.scope);
    let medical_assistance = every(root, "medical_assistance", medical_assistance_of, |rule| &rule.scope);
    let (critical_illness, medical_assistance) = (critical_illness?, medical_assistance?);
    let (tolerance, rounding) = how?;
    Some(Some(Benefits { tolerance, rounding, critical_illness, medical_assistance }))
}

fn critical_illness(section: &Section<'_, '_>) -> Option<CriticalIllness> {
    let scope = scope(section);
    let deductible = section.need("deductible", |value| given(value, deductible));
    let ratio = section.need("ratio", |value| given(value, ratio));
    let cap = section.need("cap", |value| given(value, limit));
    section.end();
    let scope = scope?;
    let (deductible, ratio, cap) = (deductible?, ratio?, cap?);
    let by_others = matches!(deductible, Some(Deductible::LoweredBy(_))) || matches!(ratio, Some(Ratio::RaisedBy(_)));
    if scope.whom == Whom::EveryoneElse && by_others {
        section.fault("a rule for everyone_else is what others are held against: give it values of its own");
        return None;
    }
    Some(CriticalIllness { scope, deductible, ratio, cap })
}

fn medical_assistance_of(section: &Section<'_, '_>) -> Option<MedicalAssistance> {
    let scope = scope(section);
    let ratio = section.need("ratio", |value| given(value, percent));
    let limit = section.need("limit", |value| given(value, limit));
    let tilt = section.need("tilt", |value| given(value, tilt));
    section.end();
    Some(MedicalAssistance { scope: scope?, ratio: ratio?, limit: limit?, tilt: tilt? })
}

/// What every rule says of whom it covers. Each key is asked for, so that all that is wrong is said at once.
fn scope(section: &Section<'_, '_>) -> Option<Scope> {
    let whom = section.need("categories", |value| match value.says("everyone_else") {
        true => Some(Whom::EveryoneElse),
        false => categories(value).map(Whom::Named),
    });
    let care = section.need("care", |value| value.choices(&VISITS.map(|care| (care.name(), care))));
    let cited = Cited::read(section, Span::read(section));
    Some(Scope { whom: whom?, care: care?, cited: cited? })
}

/// What `read` makes of the value, or nothing where it says that the document gives none.
fn given<T>(value: &Value<'_, '_>, read: impl FnOnce(&Value<'_, '_>) -> Option<T>) -> Option<Option<T>> {
    if value.says(NOT_GIVEN) { Some(None) } else { read(value).map(Some) }
}

fn deductible(value: &Value<'_, '_>) -> Option<Deductible> {
    if !value.is_table() {
        return not_below_zero(value).map(Deductible::Amount);
    }
    let section = value.table()?;
    let lowered = section.need("lowered_by_percent", percent);
    section.end();
    lowered.map(Deductible::LoweredBy)
}

fn ratio(value: &Value<'_, '_>) -> Option<Ratio> {
    if !value.is_table() {
        return percent(value).map(Ratio::Of);
    }
    let section = value.table()?;
    let raised = section.need("raised_by_points", percent);
    section.end();
    raised.map(Ratio::RaisedBy)
}

fn limit(value: &Value<'_, '_>) -> Option<Limit> {
    if value.says(WITHOUT) { Some(Limit::Without) } else { value.amount_above_zero().map(Limit::Amount) }
}

fn tilt(value: &Value<'_, '_>) -> Option<Tilt> {
    if value.says(WITHOUT) {
        return Some(Tilt::Without);
    }
    let section = value.table()?;
    let ratio = section.need("ratio", percent);
    let line = section.need("above", not_below_zero);
    let limit = section.need("limit", limit);
    section.end();
    Some(Tilt::Above { ratio: ratio?, line: line?, limit: limit? })
}

fn percent(value: &Value<'_, '_>) -> Option<Share> {
    let expected = "a percentage in quotes above 0 and at most 100, with at most four decimals";
    Share::of_percent(value.decimal()?).or_else(|| value.wrong(expected))
}

fn not_below_zero(value: &Value<'_, '_>) -> Option<Fen> {
    let amount = value.amount()?;
    if amount >= Fen::ZERO { Some(amount) } else { value.wrong("an amount of 0 or more") }
}

/// Every rule of one kind. Refuses two for one category and one care on one day.
fn every<R>(
    root: &Section<'_, '_>,
    kind: &'static str,
    read: impl Fn(&Section<'_, '_>) -> Option<R>,
    scope: impl Fn(&R) -> &Scope,
) -> Option<Vec<R>> {
    let place = |rule: &R| scope(rule).cited.place();
    let twice = |earlier: &R, later: &R| {
        let whom = scope(later).shares(scope(earlier))?;
        Some(format!("[[{kind}]]: `{whom}` has two rules"))
    };
    entry::every(root, kind, read, place, twice)
}

impl Scope {
    /// Whom both cover for one care, by name.
    fn shares(&self, other: &Scope) -> Option<&'static str> {
        if !self.care.iter().any(|care| other.care.contains(care)) {
            return None;
        }
        match (self.whom, other.whom) {
            (Whom::EveryoneElse, Whom::EveryoneElse) => Some("everyone_else"),
            (Whom::Named(ours), Whom::Named(theirs)) => shared(ours, theirs).map(Category::name),
            _ => None,
        }
    }
}
