//! Care beside the same months of last year, in the monthly report.

use rust_decimal::Decimal;

use super::page::Section;
use super::table::{Field, Table};
use crate::model::board::Cell;
use crate::model::monthly::{AreaStays, Beside, CareBeside, CareLine, CareMeasure};

/// The whole area by kind of care and measure, then the stays of each area.
pub(super) fn section(of: &CareBeside) -> Section {
    let month = of.month.format("%-m 月");
    let headings = ["医疗类别", "指标", "本月#", "上年同月#", "增减#", "本年累计#", "上年同期#", "累计增减#"];
    let whole = of.whole.iter().map(|line| {
        let CareLine { care, measure, month, to_date } = *line;
        let named = [Field::text(care.term()), Field::text(measure.term())];
        named.into_iter().chain([month, to_date].into_iter().flat_map(|of| beside(measure, of))).collect()
    });
    let measured = [CareMeasure::CostPerStay, CareMeasure::Person, CareMeasure::StaysPerThousand];
    let headings_of_areas = std::iter::once("区划".to_owned()).chain(measured.into_iter().flat_map(|measure| {
        let term = measure.term();
        [format!("{term}#"), "上年同期#".to_owned(), "增减#".to_owned()]
    }));
    let areas = of.areas.iter().map(|area| {
        let AreaStays { place, cost_per_stay, person, stays_per_thousand } = area;
        let figures = measured.into_iter().zip([*cost_per_stay, *person, *stays_per_thousand]);
        std::iter::once(Field::place(place, None)).chain(figures.flat_map(|(of, cell)| beside(of, cell))).collect()
    });
    Section::new("care", "就医结构与上年同期")
        .says(format!(
            "截至 {month}，与上年同一时点已知的数相比：本月与上年同月相比，本年累计与上年同期相比。占比的增减是百分点，其余是百分比。没有上年数据的写作“–”。"
        ))
        .lists(Table::new("全部区划", headings).rows(whole))
        .lists(Table::new("各区划住院，本年累计", headings_of_areas).rows(areas))
}

/// This year's figure, last year's, and by how much it is more.
fn beside(measure: CareMeasure, of: Cell<Beside>) -> Vec<Field> {
    let Cell::Told(Beside { now, year_ago, change }) = of else {
        return (0..3).map(|_| Field::withheld()).collect();
    };
    let figure = |figure: Option<Decimal>| match measure {
        CareMeasure::CostPerStay => Field::yuan(figure),
        CareMeasure::StaysPerThousand => Field::rounded(figure, ""),
        _ => Field::rounded(figure, "%"),
    };
    let unit = if measure.is_share() { " 百分点" } else { "%" };
    vec![figure(now), figure(year_ago), Field::more(change, unit)]
}
