//! The page of the whole area, and the page of a county.

use super::page::{Page, Section};
use super::table::{Field, Table};
use super::{county_file, place, words};
use crate::error::Error;
use crate::model::board::{Board, Dispatch, JobState, Locality, Standing, TableQuality};

/// How many nights the page of a county shows: there are many counties, and the whole area has them all.
const A_QUARTER: usize = 92;

/// In what order counties are to be looked after.
pub(super) const DISPATCHED: &str = "“调度次序”先看逾期的问题，再看待整改的问题，再看整改天数，再看比上月末多出的，都是多的在前；隐去的数排在写明的数之后、0 之前。";

/// The page of the whole area.
pub(super) fn page(board: &Board, links: &[(String, &'static str)]) -> Result<Page, Error> {
    let has_page = |place: &_| board.counties.iter().any(|county| county.total.place == *place);
    let link = |place: &_| has_page(place).then(|| county_file(place));
    let mut sections = place::warnings(&board.whole, board.whole.trend.len())?;
    sections.extend(place::parts(&board.whole, "县区", link));
    sections.extend(dispatch(&board.dispatch, link).if_any());
    sections.extend(place::replies(&board.whole));
    sections.extend(place::audited(&board.whole));
    sections.extend(quality(&board.quality));
    sections.extend(jobs(&board.jobs));
    sections.extend(told(&board.warnings).if_any());
    Ok(Page {
        alerts: board.jobs.iter().filter_map(late).collect(),
        ..of_a_place(board, &board.whole, links, sections)
    })
}

/// The page of one county.
pub(super) fn county(board: &Board, of: &Standing, links: &[(String, &'static str)]) -> Result<Page, Error> {
    let mut sections = place::warnings(of, A_QUARTER)?;
    sections.extend(place::parts(of, "乡镇", |_| None));
    sections.extend(place::replies(of));
    sections.extend(place::audited(of));
    Ok(of_a_place(board, of, links, sections))
}

fn of_a_place(board: &Board, of: &Standing, links: &[(String, &'static str)], sections: Vec<Section>) -> Page {
    Page {
        title: place::title(&of.total.place, "防贫预警调度看板"),
        facts: vec![("监测日", board.as_of.to_string()), ("结果编号", board.night.clone())],
        links: links.to_vec(),
        tiles: place::tiles(&of.total),
        sections,
        ..Page::default()
    }
}

/// What the program said of the nights.
pub(super) fn told(lines: &[String]) -> Section {
    Section::new("told", "程序提示").says("运行时的提示，数字和原值隐去，供维护人员查看。").quotes(lines)
}

/// The counties in the order in which they are to be looked after, and what makes it.
pub(super) fn dispatch(of: &[Dispatch], link: impl Fn(&Locality) -> Option<String>) -> Section {
    let headings =
        ["次序", "县区", "待整改问题#", "其中逾期#", "本月销号（人）#", "整改天数（中位）#", "比上月末（人）#"];
    let table = Table::new("调度次序：逾期和待整改多的在前", headings).rows((1u64..).zip(of).map(|(rank, of)| {
        let days = of.days_to_close.map(|days| Field::number(u64::from(days)));
        vec![
            Field::number(rank),
            Field::place(&of.place, link(&of.place)),
            Field::count(of.open),
            Field::late(of.overdue),
            Field::count(of.solved),
            days.unwrap_or_else(|| Field::decimal(None, "")),
            Field::change(of.change),
        ]
    }));
    Section::new("dispatch", "调度").says(DISPATCHED).lists(table)
}

/// What became of the rows that were delivered.
fn quality(of: &[TableQuality]) -> Option<Section> {
    let headings = [
        "作业",
        "数据表",
        "读入#",
        "计入#",
        "有误剔除#",
        "被更正替代#",
        "作废#",
        "统计期外#",
        "无原结算的冲销#",
        "平衡",
    ];
    let totals = of.iter().map(|of| {
        let rows = [of.totals.read, of.totals.counted, of.totals.rejected, of.totals.superseded];
        let more = [of.totals.void, of.totals.out_of_window, of.totals.orphan];
        let mut row = vec![Field::text(words::job(&of.job)), Field::text(words::table(&of.table))];
        row.extend(rows.into_iter().chain(more).map(|tally| Field::number(tally.rows)));
        row.push(Field::text(if of.totals.close(&of.table).is_ok() { "平" } else { "不平" }));
        row
    });
    let reasons = of.iter().flat_map(|of| {
        let row = |(reason, rows): &(_, u64)| {
            let head = [Field::text(words::job(&of.job)), Field::text(words::table(&of.table))];
            head.into_iter().chain([Field::text(words::reason(*reason)), Field::number(*rows)]).collect()
        };
        of.set_aside.iter().map(row).collect::<Vec<_>>()
    });
    let section = Section::new("quality", "数据质量")
        .says("每一行都有去处：读入 = 计入 + 有误剔除 + 被更正替代 + 作废 + 统计期外 + 无原结算的冲销，行数和金额都要对平，对不平的结果不发布。")
        .lists(Table::new("平衡表（行）", headings).rows(totals))
        .lists(Table::new("未计入的行，按原因", ["作业", "数据表", "原因", "行数#"]).rows(reasons));
    section.if_any()
}

fn jobs(of: &[JobState]) -> Option<Section> {
    let headings = ["作业", "周期", "最近结果", "应有结果", "晚几天#"];
    let rows = of.iter().map(|job| {
        let late = match job.days_late() {
            None => Field::marked("尚无结果"),
            Some(0) => Field::number(0u64),
            Some(days) => Field::marked(days.to_string()),
        };
        let days = [Field::day(job.latest), Field::day(Some(job.expected))];
        [Field::text(words::job(&job.kind)), Field::text(&job.cadence)].into_iter().chain(days).chain([late]).collect()
    });
    Section::new("jobs", "作业").lists(Table::new("各项作业是否按时", headings).rows(rows)).if_any()
}

/// What the head of the page says of a job that is late.
fn late(job: &JobState) -> Option<String> {
    let what = words::job(&job.kind);
    match (job.latest, job.days_late()) {
        (_, Some(0)) => None,
        (Some(latest), Some(days)) => {
            let expected = job.expected;
            Some(format!("{what}晚了 {days} 天：应有 {expected} 的结果，最近的是 {latest}。"))
        }
        _ => Some(format!("{what}尚无结果：应有 {} 的结果。", job.expected)),
    }
}
