//! What the audits of a month say of providers, cards and the fund, as the monthly report may tell it. Institutions and
//! areas may be named; figures of few people stand for nobody.

use std::collections::{BTreeMap, BTreeSet};

use super::few::{FEWEST, too_few};
use super::nights::{AuditNight, FundRow, MonthTables, RateRow};
use super::place::Place;
use super::problems::Problems;
use super::trend::one_sum;
use super::withhold::{CellId, Figures};
use crate::model::board::Cell;
use crate::model::monthly::{Cards, ConductCount, FundStanding, Funnel, FunnelPoint, ProviderShare};
use crate::model::{AreaCode, Category, ChronicDisease, Fund, Matter, Mechanism, Verdict};

/// What areas are called.
type Names = BTreeMap<String, String>;

/// Institutions by their share, the highest first. Amounts of few people are withheld.
pub(super) fn shares(audits: &[AuditNight]) -> Vec<ProviderShare> {
    let rows = audits.iter().flat_map(|audit| &audit.tables.shares);
    let mut shares: Vec<ProviderShare> = rows
        .map(|row| {
            let few = row.verdict == Verdict::NotApplicable || row.people < FEWEST;
            ProviderShare {
                institution: row.institution.clone(),
                level: row.level.as_ref().and_then(|level| level.parse().ok()),
                total_cost: if few { Cell::Withheld } else { Cell::Told(row.total_cost) },
                outside: if few { Cell::Withheld } else { Cell::Told(row.outside) },
                share: row.share.filter(|_| !few),
                limit: row.limit,
                verdict: row.verdict,
            }
        })
        .collect();
    shares.sort_by(|a, b| b.share.cmp(&a.share).then_with(|| a.institution.cmp(&b.institution)));
    shares
}

/// How many subjects each pattern was looked for in.
pub(super) fn conduct(audits: &[AuditNight]) -> Vec<ConductCount> {
    let counts =
        audits.iter().flat_map(|audit| &audit.verdicts).filter(|(mechanism, _)| Mechanism::CONDUCT.contains(mechanism));
    let mut counts: Vec<ConductCount> = counts
        .map(|(mechanism, counts)| ConductCount {
            mechanism: *mechanism,
            subjects: counts.subjects,
            to_review: counts.of(Verdict::Fault),
            cannot_be_told: counts.of(Verdict::CannotBeTold),
        })
        .collect();
    counts.sort_by_key(|count| count.mechanism);
    counts
}

/// The stays of each category. The rate of all areas gives the sum of their stays: areas of few stays are left out, and
/// one more where that sum would give them away; likewise of few people.
pub(super) fn funnels(audits: &[AuditNight], names: &Names) -> Vec<Funnel> {
    let funnel = |(category, rows): (Category, Vec<&RateRow>)| {
        let told = told(&rows);
        let shown = rows.iter().filter(|row| told.contains(&row.area));
        let mut points: Vec<FunnelPoint> = shown.filter_map(|row| point(row, names)).collect();
        points.sort_by(|a, b| (a.enrolled, &a.place).cmp(&(b.enrolled, &b.place)));
        let middle = rows.iter().find_map(|row| row.overall)?;
        Some(Funnel { category: category.term().to_owned(), middle, points })
    };
    by_category(audits).into_iter().filter_map(funnel).filter(|funnel| !funnel.points.is_empty()).collect()
}

/// The rates of admission of each category.
pub(super) fn by_category(audits: &[AuditNight]) -> BTreeMap<Category, Vec<&RateRow>> {
    let mut by_category: BTreeMap<Category, Vec<&RateRow>> = BTreeMap::new();
    let rows = audits.iter().flat_map(|audit| &audit.tables.rates);
    rows.for_each(|row| by_category.entry(row.category).or_default().push(row));
    by_category
}

/// The areas whose stays and people, of one category, may be told.
pub(super) fn told(rows: &[&RateRow]) -> BTreeSet<AreaCode> {
    let told = |of: fn(&RateRow) -> u64| one_sum(&rows.iter().map(|row| (Some(row.area), of(row))).collect());
    let (stays, enrolled) = (told(|row| row.stays), told(|row| row.enrolled));
    let both = |row: &&RateRow| {
        [&stays, &enrolled].iter().all(|told| told.get(&Some(row.area)).is_some_and(|cell| cell.told().is_some()))
    };
    rows.iter().copied().filter(both).map(|row| row.area).collect()
}

fn point(row: &RateRow, names: &Names) -> Option<FunnelPoint> {
    Some(FunnelPoint {
        place: Place::County(Some(row.area)).locality(names),
        enrolled: row.enrolled,
        rate: row.rate?,
        limit: row.limit?,
        z: row.z,
        verdict: row.verdict,
    })
}

/// The month's new cards; nothing where none was drawn from. Groups of few cards are told together.
pub(super) fn cards(audits: &[AuditNight], problems: &Problems<'_>) -> Option<Cards> {
    let tables: &MonthTables = audits.iter().map(|audit| &audit.tables).find(|tables| tables.draw.is_some())?;
    let (seed, mode) = tables.draw.clone()?;
    let mut groups: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for (group, drawn) in &tables.cards {
        let (new, chosen) = groups.entry(group).or_default();
        *new += 1;
        *chosen += u64::from(*drawn);
    }
    let (few, mut drawn): (Vec<_>, Vec<_>) = groups.into_iter().partition(|(_, (new, _))| too_few(*new));
    let mut sum = few.iter().fold((0, 0), |sum, (_, (new, chosen))| (sum.0 + new, sum.1 + chosen));
    // The seed tells how many new cards there are: what the groups told leave of them may not be few.
    while too_few(sum.0) {
        let smallest = drawn.iter().enumerate().min_by_key(|(_, (_, (new, _)))| *new).map(|(at, _)| at);
        let Some(smallest) = smallest else { break };
        let (_, (new, chosen)) = drawn.remove(smallest);
        sum = (sum.0 + new, sum.1 + chosen);
    }
    if sum.0 >= FEWEST {
        drawn.push(("其余合计", sum));
    }
    Some(Cards {
        seed: (!too_few(tables.cards.len() as u64)).then_some(seed),
        mode: match mode.as_str() {
            "value" => "按金额",
            "variance" => "按波动",
            _ => "随机",
        }
        .to_owned(),
        drawn: drawn.into_iter().map(|(group, (new, chosen))| (group.to_owned(), new, chosen)).collect(),
        registers: registers(tables, faults(audits, problems)),
    })
}

/// How many people have a fault of their cards, as the table of audits tells it.
fn faults(audits: &[AuditNight], problems: &Problems<'_>) -> Option<(Cell<u64>, u64)> {
    audits.iter().find_map(|audit| {
        let (_, counts) = audit.verdicts.iter().find(|(mechanism, _)| **mechanism == Mechanism::Cards)?;
        Some((super::audit(audit.night, Mechanism::Cards, counts, problems).fault, counts.of(Verdict::Fault)))
    })
}

/// By disease and what was found, how many people of all areas. They add up to those with any fault, but for people
/// with several.
fn registers(tables: &MonthTables, faults: Option<(Cell<u64>, u64)>) -> Vec<(String, String, Cell<u64>)> {
    const FOUND: [&str; 3] = ["公卫登记，无有效慢病卡", "有慢病卡，公卫未登记", "有慢病卡，长期无用药结算"];
    let mut by_disease: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
    for (disease, counts) in &tables.registers {
        let sums = by_disease.entry(disease).or_default();
        sums.iter_mut().zip(counts).for_each(|(sum, people)| *sum += people);
    }
    let mut figures = Figures::default();
    let cells: Vec<_> = by_disease
        .into_iter()
        .flat_map(|(disease, sums)| FOUND.into_iter().zip(sums).map(move |(found, people)| (disease, found, people)))
        .map(|(disease, found, people)| (disease, found, figures.cell(people)))
        .collect();
    if let Some((told, people)) = faults {
        let with_any = figures.settled(told, people);
        figures.beside(cells.iter().map(|(_, _, cell)| *cell), [with_any]);
    }
    let settled = figures.settle();
    let told = |(disease, found, cell): (&str, &str, CellId)| {
        (disease_term(disease).to_owned(), found.to_owned(), settled.of(cell))
    };
    cells.into_iter().map(told).collect()
}

fn disease_term(name: &str) -> &str {
    match ChronicDisease::ALL.into_iter().find(|disease| disease.name() == name) {
        Some(disease) => disease.term(),
        None => name,
    }
}

/// Every fund of every area.
pub(super) fn funds(audits: &[AuditNight], names: &Names) -> Vec<FundStanding> {
    let mut funds: BTreeMap<(AreaCode, Fund), Vec<&FundRow>> = BTreeMap::new();
    for row in audits.iter().flat_map(|audit| &audit.tables.funds) {
        funds.entry((row.area, row.fund)).or_default().push(row);
    }
    let standing = |((area, fund), mut rows): ((AreaCode, Fund), Vec<&FundRow>)| {
        rows.sort_by_key(|row| row.month.month);
        let last = rows.last();
        let forecasts = audits.iter().flat_map(|audit| &audit.tables.forecasts);
        let matter = last.and_then(|row| row.matter);
        FundStanding {
            place: Place::County(Some(area)).locality(names),
            fund: fund.term().to_owned(),
            months: rows.iter().map(|row| row.month).collect(),
            forecast: forecasts.filter(|row| (row.area, row.fund) == (area, fund)).map(|row| row.forecast).collect(),
            months_of_cover: last.and_then(|row| row.cover),
            spent: last.and_then(|row| row.spent),
            growth: last.and_then(|row| row.growth),
            verdict: match matter {
                None => Verdict::NotApplicable,
                Some(Matter::NoData) => Verdict::CannotBeTold,
                Some(Matter::FundSound) => Verdict::Correct,
                Some(_) => Verdict::Fault,
            },
            detail: matter.map_or("", |matter| matter.term()).to_owned(),
        }
    };
    funds.into_iter().map(standing).collect()
}
