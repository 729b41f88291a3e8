//! How one place is shown: the whole area, or a county.

use super::charts;
use super::page::{Section, Tile};
use super::table::{Field, Table, name_of, shown};
use super::words::EACH_ONCE;
use crate::error::Error;
use crate::model::board::{
    AuditStanding, Cell, Locality, Moved, NamedProblem, PartStanding, ProblemStanding, RuleStanding, Standing, Warned,
};

/// The figures at the head of a page.
pub(super) fn tiles(total: &PartStanding) -> Vec<Tile> {
    let tile = |label, count: Cell<u64>, class| Tile { label, figure: shown(count), class };
    let late = |count| if count == Cell::Told(0) { "" } else { "late" };
    vec![
        tile("预警人数", total.all.flagged, "flag"),
        tile("今夜新增", total.moved.opened, "flag"),
        tile("再次预警", total.moved.reopened, ""),
        tile("提高", total.moved.raised, ""),
        tile("解除", total.moved.cleared, ""),
        tile("逾期未反馈", total.overdue_answers, late(total.overdue_answers)),
        tile("待整改问题", total.open_problems, ""),
        tile("逾期问题", total.overdue_problems, late(total.overdue_problems)),
    ]
}

/// The warnings of the night, and the pictures, with so many nights at most.
pub(super) fn warnings(of: &Standing, nights: usize) -> Result<Vec<Section>, Error> {
    let headings =
        ["监测规则", "人员类别", "监测人数#", "预警人数#", "占比#", "医疗费合计（元）#", "个人负担合计（元）#"];
    let rows = of.rules.iter().flat_map(rows_of_a_rule);
    let people = Table::new("预警人数，按规则和人员类别", headings)
        .rows(rows)
        .total(warned([Field::text(EACH_ONCE), Field::text("")], &of.total.all));
    let moves = ["监测规则", "在册预警#", "新增#", "再次预警#", "提高#", "降低#", "解除#"];
    let moved = Table::new("台账变动（条）", moves)
        .rows(of.rules.iter().map(|rule| self::moved(Field::text(&rule.title), &rule.moved)))
        .total(self::moved(Field::text("合计"), &of.total.moved));

    let mut pictures = Section::new("pictures", "变化和分布")
        .shows("台账预警数逐夜变化（条）", charts::trend(&of.trend[of.trend.len().saturating_sub(nights)..])?);
    if let Some(cascade) = &of.cascade {
        let caption = format!("从医疗费到个人负担：{} {} 人（元）", cascade.whose, shown(cascade.people));
        pictures = pictures.shows(caption, Some(charts::cascade(cascade)?));
    }
    for distribution in &of.distributions {
        let caption = format!("{}：个人负担离预警线多远", distribution.title);
        pictures = pictures.shows(caption, Some(charts::distribution(distribution)?));
    }
    let tonight = Section::new("tonight", "今夜预警").lists(people).lists(moved);
    Ok([tonight, pictures].into_iter().filter_map(Section::if_any).collect())
}

fn rows_of_a_rule(rule: &RuleStanding) -> Vec<Vec<Field>> {
    let all = warned([Field::all(&rule.title), Field::all("全部")], &rule.all);
    let category = |(category, of): &(crate::model::Category, Warned)| {
        warned([Field::text(&rule.title), Field::text(category.term())], of)
    };
    [all].into_iter().chain(rule.by_category.iter().map(category)).collect()
}

fn warned(of: [Field; 2], people: &Warned) -> Vec<Field> {
    let figures = [
        Field::count(people.people),
        Field::count(people.flagged),
        Field::share(people.flagged, people.people),
        Field::amount(people.total_cost),
        Field::amount(people.burden_total),
    ];
    of.into_iter().chain(figures).collect()
}

/// What became of warnings, a row.
pub(super) fn moved(of: Field, moved: &Moved) -> Vec<Field> {
    let counts = [moved.standing, moved.opened, moved.reopened, moved.raised, moved.lowered, moved.cleared];
    [of].into_iter().chain(counts.map(Field::count)).collect()
}

/// The parts of a place, each in a row; `link` leads to the page of one that has one.
pub(super) fn parts(of: &Standing, title: &'static str, link: impl Fn(&Locality) -> Option<String>) -> Option<Section> {
    let mut headings = vec!["地区".to_owned(), "监测人数#".to_owned(), "预警人数#".to_owned()];
    headings.extend(of.rules.iter().map(|rule| format!("其中：{}#", rule.title)));
    let rest = ["在册预警#", "新增#", "解除#", "逾期未反馈#", "待整改问题#", "逾期问题#"];
    headings.extend(rest.map(str::to_owned));
    let row = |part: &PartStanding| {
        let mut row = vec![Field::place(&part.place, link(&part.place))];
        row.extend([part.all.people, part.all.flagged].map(Field::count));
        row.extend(part.by_rule.iter().copied().map(Field::count));
        row.extend([part.moved.standing, part.moved.opened, part.moved.cleared].map(Field::count));
        row.extend([Field::late(part.overdue_answers), Field::count(part.open_problems)]);
        row.push(Field::late(part.overdue_problems));
        row
    };
    let mut total = row(&of.total);
    total[0] = Field::text("合计");
    Section::new("parts", title)
        .lists(Table::new("各地情况", headings).rows(of.parts.iter().map(row)).total(total))
        .if_any()
}

/// How offices answer.
pub(super) fn replies(of: &Standing) -> Option<Section> {
    let headings =
        ["监测规则", "单位", "已推送#", "已反馈#", "反馈率#", "核实属实#", "未通过核实#", "其他#", "逾期未反馈#"];
    let rows = of.replies.iter().map(|reply| {
        vec![
            Field::text(&reply.title),
            Field::text(reply.office.as_deref().unwrap_or("–")),
            Field::count(reply.sent),
            Field::count(reply.answered),
            Field::share(reply.answered, reply.sent),
            Field::count(reply.confirmed),
            Field::count(reply.not_confirmed),
            Field::count(reply.other),
            Field::late(reply.overdue),
        ]
    });
    Section::new("replies", "反馈").lists(Table::new("名单反馈（条）", headings).rows(rows)).if_any()
}

/// What audits said.
pub(super) fn audits(of: &[AuditStanding]) -> Table {
    let headings = ["核查事项", "核查日", "核查对象#", "正确#", "待核查#", "不适用#", "无法判断#"];
    Table::new("核查结论", headings).rows(of.iter().map(|audit| {
        let counts = [audit.subjects, audit.correct, audit.fault, audit.not_applicable, audit.cannot_be_told];
        let head = [Field::text(audit.mechanism.term()), Field::day(Some(audit.as_of))];
        head.into_iter().chain(counts.map(Field::count)).collect()
    }))
}

/// The problems by audit.
pub(super) fn problems(of: &[ProblemStanding]) -> Table {
    let headings =
        ["核查事项", "责任单位", "待整改#", "逾期#", "已报整改#", "暂不处理#", "已销号#", "最近期限", "最早逾期期限"];
    Table::new("问题清单", headings).rows(of.iter().map(|of| {
        vec![
            Field::text(of.mechanism.term()),
            Field::text(&of.owner),
            Field::count(of.open),
            Field::late(of.overdue),
            Field::count(of.claimed),
            Field::count(of.dismissed),
            Field::count(of.solved),
            Field::day(of.next_due),
            Field::day(of.overdue_since),
        ]
    }))
}

/// The problems of institutions and areas, one each.
pub(super) fn named(of: &[NamedProblem]) -> Table {
    let headings = ["核查事项", "对象", "待核查的情况", "责任单位", "状态", "整改期限"];
    Table::new("机构和区划的问题，逐项", headings).rows(of.iter().map(|of| {
        vec![
            Field::text(of.mechanism.term()),
            Field::code(&of.subject),
            Field::text(&of.detail),
            Field::text(&of.owner),
            Field::text(of.state.term()),
            Field::day(of.due),
        ]
    }))
}

/// Audits and problems.
pub(super) fn audited(of: &Standing) -> Vec<Section> {
    let audits = Section::new("audits", "核查").lists(audits(&of.audits));
    let problems = Section::new("problems", "问题清单和整改期限").lists(problems(&of.problems)).lists(named(&of.named));
    [audits, problems].into_iter().filter_map(Section::if_any).collect()
}

/// What a page is called that is about one place.
pub(super) fn title(place: &Locality, what: &str) -> String {
    format!("{} {what}", name_of(place))
}
