//! Tonight's problems become the lists of the offices that own them (问题清单): one a list an office, whatever audits
//! found them. Pure.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::cells::{Cell, category_terms, day, maybe, text};
use super::notes::{Note, chinese, note};
use crate::job::{Job, Owner};
use crate::model::{
    AreaCode, Column, Fen, Handling, Mechanism, Problem, ProblemChange, ProblemSheet, ProblemState, Solution, Subject,
};

/// What stands for the county in the name of a file about people who belong to none.
pub const NO_AREA: &str = "no_area";

/// What one office receives.
#[derive(Debug)]
pub struct ProblemsOf<'a> {
    /// The office, as the job calls it.
    pub owner: &'a str,
    /// The audits whose problems it owns, with the term of each in working days.
    pub mechanisms: BTreeMap<Mechanism, u32>,
    /// The county that the list is about, where each has a file: `None` also for those who belong to none.
    pub area: Option<AreaCode>,
    /// The problems of each sheet, every sheet named.
    pub sheets: BTreeMap<ProblemSheet, Vec<&'a Problem>>,
}

/// The lists of tonight, sorted by office and county; one without a row is not sent.
pub fn problems_of<'a>(job: &'a Job, problems: &'a [Problem]) -> Vec<ProblemsOf<'a>> {
    let mut mechanisms: BTreeMap<&str, BTreeMap<Mechanism, u32>> = BTreeMap::new();
    for (mechanism, Owner { name, days }) in &job.problems.owners {
        mechanisms.entry(name).or_default().insert(*mechanism, *days);
    }
    let mut lists: BTreeMap<(&str, Option<AreaCode>), ProblemsOf<'a>> = BTreeMap::new();
    for problem in problems {
        let (Some(owner), Some(sheet)) = (job.problems.owners.get(&problem.mechanism), sheet(problem)) else {
            continue;
        };
        let area = problem.area.filter(|_| job.problems.by_county);
        let list = lists.entry((&owner.name, area)).or_insert_with(|| ProblemsOf {
            owner: &owner.name,
            mechanisms: mechanisms.get(owner.name.as_str()).cloned().unwrap_or_default(),
            area,
            sheets: ProblemSheet::ALL.into_iter().map(|sheet| (sheet, Vec::new())).collect(),
        });
        list.sheets.entry(sheet).or_default().push(problem);
    }
    let mut lists: Vec<ProblemsOf<'a>> = lists.into_values().collect();
    lists.iter_mut().flat_map(|list| list.sheets.values_mut()).for_each(|problems| sort(problems));
    lists
}

/// The sheet on which a problem stands; one that was solved on an earlier night stands on none.
fn sheet(problem: &Problem) -> Option<ProblemSheet> {
    match problem.state {
        ProblemState::Open | ProblemState::Overdue => Some(ProblemSheet::ToSolve),
        ProblemState::Claimed => Some(ProblemSheet::Claimed),
        ProblemState::Dismissed => Some(ProblemSheet::Dismissed),
        ProblemState::Solved => (problem.change == ProblemChange::Solved).then_some(ProblemSheet::Solved),
    }
}

/// In the order in which they are to be solved: those that are late, then the earliest deadline first; of one day, by
/// place.
fn sort(problems: &mut [&Problem]) {
    problems.sort_by(|a, b| {
        let due = |of: &Problem| (of.state != ProblemState::Overdue, of.due.is_none(), of.due);
        let place = |of: &Problem| (of.area, of.town_code.clone(), of.mechanism);
        due(a)
            .cmp(&due(b))
            .then_with(|| place(a).cmp(&place(b)))
            .then_with(|| (&a.subject, a.year).cmp(&(&b.subject, b.year)))
    });
}

impl ProblemsOf<'_> {
    /// The file's name, without what says its form.
    pub fn name(&self, as_of: NaiveDate, by_county: bool) -> String {
        let mut families: Vec<&str> = self.mechanisms.keys().map(|mechanism| mechanism.family()).collect();
        families.dedup();
        let area = match self.area {
            Some(area) => format!("-{area}"),
            None if by_county => format!("-{NO_AREA}"),
            None => String::new(),
        };
        format!("problems-{}{area}-{as_of}", families.join("-"))
    }

    /// How many rows stand on a sheet.
    pub fn rows(&self, sheet: ProblemSheet) -> u64 {
        self.sheets.get(&sheet).map_or(0, |problems| problems.len() as u64)
    }

    /// What the list says about itself.
    pub fn notes(&self, place: &str, as_of: NaiveDate, list_id: &str) -> Vec<Note> {
        let terms = self.mechanisms.iter().map(|(mechanism, days)| format!("{}：{days} 个工作日", mechanism.term()));
        let terms = terms.collect::<Vec<_>>().join("；");
        let mut notes = vec![
            note("名单", "问题清单"),
            note("责任单位", self.owner),
            note("区划", self.area.map_or_else(|| "全部".to_owned(), |area| area.to_string())),
            note("适用政策", place),
            note("数据日期", chinese(as_of)),
            note("名单编号", list_id),
        ];
        let counts = self.sheets.iter().map(|(sheet, rows)| note(sheet.term(), format!("{} 条", rows.len())));
        notes.extend(counts);
        notes.push(note("整改期限", format!("自发现或重新发现之日起，{terms}。每条以“整改期限”一列为准。")));
        notes.push(note(
            "排列次序",
            "逾期的在前，其余按整改期限由近到远，同一期限的按区划、乡镇。“剩余天数”是从数据日期到整改期限的自然日，负数是已经逾期的天数。",
        ));
        notes.push(note("反馈办法", answering()));
        notes.push(note(
            "销号办法",
            "问题只在数据显示已解决时销号，单凭填报不销号：报“已整改”的，收到反馈后的首次核查列为待数据核对，再下一次核查数据仍显示该问题的，\
             自动重新列为待整改，整改期限不变；暂不处理的，期限过后未见数据显示已解决的，重新列为待整改，整改期限重新计算。",
        ));
        notes.push(note(
            "保密要求",
            "本清单载有姓名、证件号码等个人信息，仅供责任单位核实、整改使用，不得外传、公示或另作他用；用后按规定保管或销毁。",
        ));
        notes.push(note("清单性质", "列入清单只表示数据与文件规定不一致，需要核实。"));
        notes
    }
}

fn answering() -> String {
    let terms = Handling::ALL.map(Handling::term).join("、");
    format!(
        "在“处理结果”一列选择 {terms} 之一，填写“处理日期”；选“{}”的，须在“处理说明”写明理由，并填写“暂缓至”（应不早于下一次核查日期，早于的不起作用）。不要改动“问题编号”，填好后\
         将本文件退回。",
        Handling::Dismissed.term()
    )
}

/// The columns of a sheet.
pub fn problem_columns(sheet: ProblemSheet) -> Vec<Column> {
    let mut columns = vec![
        Column::Problem,
        Column::Mechanism,
        Column::Year,
        Column::Name,
        Column::Person,
        Column::Institution,
        Column::Categories,
        Column::Area,
        Column::Town,
        Column::Matter,
        Column::Found,
        Column::Expected,
        Column::Basis,
        Column::Detail,
        Column::Owner,
        Column::Deadline,
    ];
    if sheet == ProblemSheet::ToSolve {
        columns.push(Column::DaysLeft);
    }
    columns.push(Column::Standing);
    if sheet.asks() {
        columns.extend(Column::HANDLING);
    }
    columns
}

/// What stands in a column beside a problem on the night of `as_of`. Of one that is solved, that is what shows it.
pub fn problem_cell<'a>((problem, as_of): (&'a Problem, NaiveDate), column: Column) -> Cell<'a> {
    let amount = |fen: Option<Fen>| fen.map_or(Cell::Blank, Cell::Amount);
    let (shown, solution) = (&problem.shown, problem.solution.as_ref());
    match column {
        Column::Problem => Cell::Code(problem.id.to_string()),
        Column::Mechanism => text(problem.mechanism.term()),
        Column::Year => Cell::Count(problem.year.into()),
        Column::Name => maybe(problem.name.as_deref()),
        Column::Person => problem.subject.person().map_or(Cell::Blank, |person| Cell::Code(person.to_string())),
        Column::Institution => match &problem.subject {
            Subject::Institution(code) => Cell::Code(code.to_string()),
            Subject::Person(_) | Subject::Area(..) => Cell::Blank,
        },
        Column::Categories => Cell::Text(category_terms(problem.categories).into()),
        Column::Area => problem.area.map_or(Cell::Blank, |area| Cell::Code(area.to_string())),
        Column::Town => problem.town_code.clone().map_or(Cell::Blank, Cell::Code),
        Column::Matter => text(shown.matter.term()),
        Column::Found => amount(shown.found),
        Column::Expected => amount(shown.expected),
        Column::Basis => maybe(shown.reference.as_deref()),
        Column::Detail => match solution {
            None => text(&shown.detail),
            Some(solution) => Cell::Text(evidence(solution).into()),
        },
        Column::Owner => text(&problem.owner),
        Column::Deadline => day(problem.due),
        Column::DaysLeft => problem.due.map_or(Cell::Blank, |due| Cell::Count((due - as_of).num_days())),
        Column::Standing => Cell::Text(standing(problem).into()),
        _ => Cell::Blank,
    }
}

/// By what it was solved, and what the data of that night shows.
fn evidence(solution: &Solution) -> String {
    let matter = solution.matter.map(|matter| matter.term());
    let parts = std::iter::once(solution.by.term()).chain(matter).chain(solution.detail.as_deref());
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("，")
}

fn standing(problem: &Problem) -> String {
    let term = problem.state.term();
    let until = problem.dismissal.as_ref().and_then(|dismissal| dismissal.until);
    match (problem.state, problem.change, &problem.claim, until) {
        // Reopened by a night whose data did not show it.
        (_, ProblemChange::Reopened, ..) if problem.last_seen < problem.since => format!("{term}（暂缓期满）"),
        (_, ProblemChange::Reopened, Some(claim), _) if claim.on >= problem.first_seen => {
            format!("{term}（{} 报已整改，数据仍显示）", claim.on)
        }
        (_, ProblemChange::Reopened, ..) => format!("{term}（重新发现）"),
        (ProblemState::Dismissed, _, _, Some(until)) => format!("{term}至 {until}"),
        _ => term.to_owned(),
    }
}
