//! The arithmetic of a finding, done again from the evidence and held to what was published. Whatever differs refuses
//! the page: nobody is to be told a sum that does not add up.

use rust_decimal::Decimal;

use super::followed::followed;
use super::read::{self, amount};
use crate::assess;
use crate::burden;
use crate::error::Error;
use crate::model::{
    Burden, BurdenKind, Categories, Category, EvidenceRow, Fate, Fault, Fen, Finding, Payer, PersonId, ReferenceIncome,
    as_published,
};
use crate::policy::{Comparison, Measure, Series};
use crate::publish::explain::{Explained, IncomeSource};
use crate::publish::{CitedRule, PublishedNight, PublishedRow};

/// Whom a finding is about, and what it has to follow from: payers, sums and rows.
pub(super) type Basis<'a> = (&'a PersonId, &'a [Payer], &'a Burden, &'a [(EvidenceRow, bool)]);

/// A rule as the manifest cites it.
struct Rule<'a> {
    cited: &'a CitedRule,
    categories: Categories,
    comparison: Comparison,
    measure: Measure,
}

/// The sums of the rows that count.
pub(super) fn burden(night: &PublishedNight, evidence: &[(EvidenceRow, bool)]) -> Result<Burden, Error> {
    let mut burden = Burden::default();
    for (row, is_payment) in evidence.iter().filter(|(row, _)| row.fate == Fate::Counted) {
        let sums = burden.sums.checked_add(&row.figures).zip(burden.commercial.checked_add(row.commercial));
        (burden.sums, burden.commercial) = sums.ok_or_else(|| read::unusable(night, "evidence", "total_cost"))?;
        burden.settlements += u32::from(!is_payment);
    }
    Ok(burden)
}

/// A published finding, worked out again.
pub(super) fn explained(night: &PublishedNight, row: &PublishedRow, basis: Basis<'_>) -> Result<Explained, Error> {
    let (person, ..) = basis;
    let unusable = |column| read::unusable(night, "flagged", column);
    let finding = published(person, row).map_err(unusable)?;
    let rule = night.manifest.cited.rules.iter().find(|cited| cited.id == finding.rule).and_then(rule);
    let rule = rule.ok_or_else(|| read::uncited(night))?;
    let finding = redone(night, row, finding, &rule, basis)?;
    let tested = Decimal::new(finding.burden_tested().0, 2);
    let candidates = night.manifest.cited.rules.iter().filter_map(self::rule);
    let covers = |rule: &Rule<'_>| {
        let covered = finding.categories.iter().any(|category| rule.categories.contains(category));
        covered && rule.cited.tests == finding.tests.name()
    };
    let candidates = candidates
        .filter(covers)
        .map(|rule| (rule.cited.title.clone(), assess::threshold(&rule.measure, finding.income.as_ref())));
    Ok(Explained {
        title: rule.cited.title.clone(),
        comparison: rule.comparison.term(),
        excess: tested.checked_sub(finding.threshold).unwrap_or_default(),
        document: rule.cited.document.clone(),
        article: rule.cited.article.clone(),
        words: rule.cited.words.clone(),
        income: finding.income.map(|income| source(night, &income)).transpose()?,
        candidates: candidates.collect(),
        followed: followed(night, person, finding.tests)?,
        finding,
    })
}

/// The finding as it was published. The in-scope cost is no part of it, and the threshold is rounded.
fn published(person: &PersonId, row: &PublishedRow) -> Result<Finding, &'static str> {
    let text = |column: &'static str| row.text(column).map(read::plain);
    let tests = row.text("burden_tested");
    let tests =
        tests.and_then(|name| BurdenKind::ALL.into_iter().find(|kind| kind.name() == name)).ok_or("burden_tested")?;
    Ok(Finding {
        person: person.clone(),
        name: text("name"),
        category: row.text("category").and_then(Category::named).ok_or("category")?,
        categories: row.text("categories").and_then(Categories::named).ok_or("categories")?,
        area: read::area(row, "area_code")?,
        town_code: text("town_code"),
        rule: text("rule").ok_or("rule")?,
        rule_reference: text("rule_reference").ok_or("rule_reference")?,
        burden: Burden::default(),
        burden_total: amount(row, "burden_total")?,
        burden_in_scope: amount(row, "burden_in_scope")?,
        tests,
        income: read::income(row)?,
        percent: row.decimal("percent"),
        threshold: row.decimal("threshold").ok_or("threshold")?,
        first_exceeded_on: row.day("first_exceeded_on"),
    })
}

/// The finding with everything worked out again, when that is what was published.
fn redone(
    night: &PublishedNight,
    row: &PublishedRow,
    mut finding: Finding,
    rule: &Rule<'_>,
    (_, payers, burden, evidence): Basis<'_>,
) -> Result<Finding, Error> {
    let mut differs = Differences::default();
    let count = i64::from(burden.settlements);
    differs.hold("settlements", row.integer("settlements"), Some(count));
    for (column, sum) in sums(burden) {
        differs.hold(column, row.amount(column), Some(sum));
    }
    let (total, in_scope) = (burden.total(payers), burden.in_scope(payers));
    differs.hold("burden_total", Some(finding.burden_total), total);
    differs.hold("burden_in_scope", Some(finding.burden_in_scope), in_scope);
    differs.hold("burden_tested", row.text("burden_tested"), Some(rule.cited.tests.as_str()));
    let percent = match rule.measure {
        Measure::PercentOfIncome(percent) => Some(percent),
        Measure::Amount(_) => None,
    };
    differs.hold("percent", finding.percent.map(|percent| percent.normalize()), percent.map(|one| one.normalize()));
    let threshold = assess::threshold(&rule.measure, finding.income.as_ref());
    differs.hold("threshold", Some(finding.threshold), threshold.map(as_published));
    let covered = rule.categories.contains(finding.category) && finding.categories.contains(finding.category);
    differs.hold("category", Some(true), Some(covered));
    if let (Some(threshold), Some(tested)) = (threshold, burden.of(finding.tests, payers)) {
        let yuan = Decimal::new(tested.0, 2);
        differs.hold("excess", row.decimal("excess"), yuan.checked_sub(threshold).map(as_published));
        differs.hold("ratio", row.decimal("ratio"), yuan.checked_div(threshold).map(as_published));
        differs.hold("rule", Some(true), Some(assess::meets(tested, rule.comparison, threshold)));
        let rows: Vec<EvidenceRow> = evidence.iter().map(|(row, _)| row.clone()).collect();
        let first = burden::first_day(&rows, |so_far| {
            so_far.of(finding.tests, payers).is_some_and(|left| assess::meets(left, rule.comparison, threshold))
        });
        differs.hold("first_exceeded_on", finding.first_exceeded_on, first);
        finding.threshold = threshold;
    }
    finding.burden = *burden;
    differs.none(night, &finding.rule)?;
    Ok(finding)
}

fn sums(burden: &Burden) -> [(&'static str, Fen); 7] {
    let sums = &burden.sums;
    [
        ("total_cost", sums.total_cost),
        ("basic_insurance", sums.basic_insurance),
        ("critical_illness", sums.critical_illness),
        ("medical_assistance", sums.medical_assistance),
        ("other_funds", sums.other_funds),
        ("hospital_part", sums.hospital_part),
        ("commercial", burden.commercial),
    ]
}

/// The columns that are not what the evidence gives.
#[derive(Default)]
struct Differences(Vec<&'static str>);

impl Differences {
    fn hold<T: PartialEq>(&mut self, column: &'static str, published: Option<T>, redone: Option<T>) {
        if published != redone {
            self.0.push(column);
        }
    }

    fn none(self, night: &PublishedNight, rule: &str) -> Result<(), Error> {
        if self.0.is_empty() {
            return Ok(());
        }
        let columns: Vec<String> = self.0.iter().map(|column| format!("`{column}`")).collect();
        let message = format!(
            "contradicts {}: worked out again from the evidence, {} of this person's finding under `{rule}` is not what \
             was published; nothing is explained: run `fangpin verify`, and report it when the night verifies",
            night.place("evidence"),
            columns.join(", ")
        );
        Err(Fault::data(night.place("flagged"), message).into())
    }
}

/// A cited rule read back; `None` when it is not what the program writes.
fn rule(cited: &CitedRule) -> Option<Rule<'_>> {
    let comparison = [Comparison::Above, Comparison::AtLeast].into_iter().find(|one| one.name() == cited.comparison)?;
    let measure = match (&cited.percent_of_income, &cited.amount) {
        (Some(percent), None) => Measure::PercentOfIncome(Decimal::from_str_exact(percent).ok()?),
        (None, Some(amount)) => Measure::Amount(Fen::from_yuan_text(amount)?),
        _ => return None,
    };
    let categories = cited.categories.iter().map(|name| Category::named(name)).collect::<Option<Categories>>()?;
    Some(Rule { cited, categories, comparison, measure })
}

/// Where the income comes from: the manifest's entry, which must have the figure that the finding has.
fn source(night: &PublishedNight, income: &ReferenceIncome) -> Result<IncomeSource, Error> {
    let (area, figure) = (income.area.to_string(), income.amount.to_string());
    let cited = &night.manifest.cited.incomes;
    let found = cited.iter().find(|one| one.area == area && one.year == income.year && one.amount == figure);
    let whose = found.and_then(|one| Series::ALL.into_iter().find(|series| series.name() == one.series));
    match (found, whose) {
        (Some(one), Some(whose)) => {
            Ok(IncomeSource { whose: whose.term(), published_on: one.published_on, source: one.source.clone() })
        }
        _ => Err(read::unusable(night, "flagged", "income_reference")),
    }
}
