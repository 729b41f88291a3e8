//! The board's pages: what they show and what they cannot, for values made up here. `tests/browser/board.py` opens them.

#![cfg(test)]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use chrono::{Days, NaiveDate};
use fangpin::model::board::{
    AuditStanding, Bin, Board, Cascade, Cell, Dispatch, Distribution, JobState, Locality, Moved, NamedProblem,
    PartStanding, ProblemStanding, ReplyStanding, RuleStanding, RuleText, Standing, TableQuality, TrendNight, Warned,
};
use fangpin::model::monthly::{
    AreaStays, Beside, Cards, CareBeside, CareLine, CareMeasure, ConductCount, FundForecast, FundMonth, FundStanding,
    Funnel, FunnelPoint, Month, ProviderShare,
};
use fangpin::model::{Care, Category, ControlTotals, Fen, Mechanism, ProblemState, Reason, Tally, Verdict};
use fangpin::publish::report::{self, SiteFile};
use rust_decimal::Decimal;

const AREA: &str = "示例市";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn as_of() -> NaiveDate {
    day("2025-11-30")
}

/// Told from five on, and where it is 0: that is what a page is given.
fn cell(count: u64) -> Cell<u64> {
    if (1..5).contains(&count) { Cell::Withheld } else { Cell::Told(count) }
}

fn place(code: u32, name: &str) -> Locality {
    Locality { code: Some(code.to_string()), name: Some(name.to_owned()) }
}

fn warned(people: u64, flagged: u64) -> Warned {
    let fen = |fen: u64| match cell(flagged) {
        Cell::Told(_) => Cell::Told(Fen(i64::try_from(people * fen).unwrap())),
        Cell::Withheld => Cell::Withheld,
    };
    Warned { people: cell(people), flagged: cell(flagged), total_cost: fen(812_345), burden_total: fen(123_456) }
}

fn moved(standing: u64) -> Moved {
    let [opened, reopened, raised, lowered, cleared] = [12, 40, 9, 25, 15].map(|part| cell(standing / part));
    Moved { standing: cell(standing), opened, reopened, raised, lowered, cleared }
}

fn part(place: Locality, scale: u64) -> PartStanding {
    PartStanding {
        place,
        all: warned(scale * 41, scale * 2),
        by_rule: vec![cell(scale), cell(scale / 2), cell(scale / 9)],
        moved: moved(scale * 2),
        overdue_answers: cell(scale / 7),
        open_problems: cell(scale * 3 / 2),
        overdue_problems: cell(scale / 4),
    }
}

fn rule(id: &str, title: &str, scale: u64, categories: &[Category]) -> RuleStanding {
    let by_category = categories.iter().zip(1..).map(|(category, at)| (*category, warned(scale * 20 / at, scale / at)));
    RuleStanding {
        rule: id.to_owned(),
        title: title.to_owned(),
        all: warned(scale * 40, scale),
        moved: moved(scale),
        by_category: by_category.collect(),
    }
}

/// A wave, and a night in its midst that is withheld.
fn trend(nights: u64, scale: u64) -> Vec<TrendNight> {
    let night = |at: u64| {
        let standing = scale * (at + 30) / 200 + (at * 7919 % 13);
        let standing = if at == nights / 2 { Cell::Withheld } else { cell(standing) };
        let night = as_of().checked_sub_days(Days::new(nights - 1 - at)).unwrap();
        TrendNight { night, standing, opened: cell(at * 31 % 11), cleared: cell(at * 17 % 8) }
    };
    (0..nights).map(night).collect()
}

fn distribution(title: &str, scale: u64) -> Distribution {
    let counts = [(0, 40), (20, 22), (40, 14), (60, 9), (80, 6), (100, 5), (120, 4), (140, 2), (160, 1), (180, 1)];
    let bins = counts.map(|(from, share)| Bin { from, until: Some(from + 20), people: cell(scale * share / 10) });
    let last = Bin { from: 200, until: None, people: Cell::Withheld };
    Distribution {
        title: title.to_owned(),
        comparison: "超过".to_owned(),
        bins: bins.into_iter().chain([last]).collect(),
    }
}

fn cascade() -> Cascade {
    let taken = [("基本医保", 5_000_000), ("大病保险", 1_000_000), ("医疗救助", 500_000), ("商业保险", 0)];
    Cascade {
        whose: "全部预警人员".to_owned(),
        people: Cell::Told(26),
        total_cost: Fen(10_000_000),
        taken: taken.map(|(payer, fen)| (payer.to_owned(), Fen(fen))).to_vec(),
        burden_total: Fen(3_500_000),
    }
}

fn audits(scale: u64) -> Vec<AuditStanding> {
    let audit = |mechanism| AuditStanding {
        mechanism,
        as_of: as_of(),
        subjects: cell(scale * 40),
        correct: cell(scale * 37),
        fault: cell(scale),
        not_applicable: cell(scale),
        cannot_be_told: cell(scale),
    };
    Mechanism::ALL.map(audit).to_vec()
}

fn problems(scale: u64) -> Vec<ProblemStanding> {
    let problem = |mechanism| ProblemStanding {
        mechanism,
        owner: "示例市医疗保障局 (虚构)".to_owned(),
        open: cell(scale),
        overdue: cell(scale / 4),
        claimed: cell(scale / 6),
        dismissed: cell(0),
        solved: cell(scale * 2),
        next_due: Some(day("2025-12-08")),
        overdue_since: (scale >= 20).then(|| day("2025-11-03")),
    };
    Mechanism::ALL.map(problem).to_vec()
}

fn named(mechanism: Mechanism) -> Vec<NamedProblem> {
    let one = |(subject, detail): (&str, &str)| NamedProblem {
        mechanism,
        subject: subject.to_owned(),
        detail: detail.to_owned(),
        owner: "示例市医疗保障局基金监管科 (虚构)".to_owned(),
        state: ProblemState::Open,
        due: Some(day("2025-12-19")),
    };
    let first = "出院后 10 日内因同一疾病再次住院 7 次，同级机构中位数 1 次，待核查";
    [("H15072100012", first), ("H15072200031", "住院期间院外结算 5 笔，待核查")].map(one).to_vec()
}

fn standing(total: Locality, parts: Vec<PartStanding>, scale: u64, nights: u64) -> Standing {
    let ordered = [Category::ExtremePoverty, Category::SubsistenceAllowance, Category::ReturnedToPoverty];
    let others = [Category::UnstableLifted, Category::Marginal, Category::SuddenHardship];
    let rules = vec![
        rule("return_to_poverty", "因病返贫监测", scale, &ordered),
        rule("fall_into_poverty", "因病致贫监测", scale / 2, &others),
        rule("heavy_in_scope", "政策范围内个人自付较重", scale / 9, &ordered[..2]),
    ];
    let replies = rules.iter().map(|rule| ReplyStanding {
        title: rule.title.clone(),
        office: Some("示例市民政局 (虚构)".to_owned()),
        sent: cell(scale),
        answered: cell(scale * 2 / 3),
        confirmed: cell(scale / 2),
        not_confirmed: cell(scale / 6),
        other: cell(0),
        overdue: cell(scale / 8),
    });
    Standing {
        replies: replies.collect(),
        total: part(total, scale),
        distributions: vec![distribution("因病返贫监测", scale), distribution("因病致贫监测", scale / 2)],
        trend: trend(nights, scale),
        cascade: Some(cascade()),
        audits: audits(scale),
        problems: problems(scale),
        named: named(Mechanism::Benefits),
        rules,
        parts,
    }
}

fn rule_text(title: &str, article: &str) -> RuleText {
    RuleText {
        subject: "夜间预警".to_owned(),
        title: title.to_owned(),
        condition: "特困人员、低保对象：年度个人负担超过上年人均可支配收入的 50%".to_owned(),
        document: "示例方案 (虚构)".to_owned(),
        article: article.to_owned(),
        words: Some("超过上年度农村居民人均可支配收入50%的，纳入因病返贫监测。".to_owned()),
        from: day("2021-01-01"),
        until: None,
    }
}

fn tally(rows: u64) -> Tally {
    Tally { rows, fen: i128::from(rows) * 1_000 }
}

fn quality() -> Vec<TableQuality> {
    let totals = ControlTotals {
        read: tally(20_000),
        rejected: tally(50),
        superseded: tally(300),
        void: tally(100),
        out_of_window: tally(90),
        orphan: tally(15),
        counted: tally(19_445),
    };
    let set_aside = vec![(Reason::BadCertno, 9), (Reason::Duplicate, 280), (Reason::Correction, 20)];
    vec![TableQuality { job: "nightly".to_owned(), table: "settlements".to_owned(), totals, set_aside }]
}

fn jobs() -> Vec<JobState> {
    let job = |kind: &str, cadence: &str, latest: Option<&str>, expected: &str| JobState {
        kind: kind.to_owned(),
        cadence: cadence.to_owned(),
        latest: latest.map(day),
        expected: day(expected),
    };
    vec![
        job("nightly", "每日", Some("2025-11-30"), "2025-11-30"),
        job("coverage", "每周", Some("2025-11-16"), "2025-11-30"),
        job("monthly", "每月", None, "2025-10-31"),
    ]
}

/// A board of so many counties and nights.
fn board(counties: u32, nights: u64) -> Board {
    let county = |at: u32| place(150_700 + at, &format!("示例{at}旗"));
    let scale = |at: u32| u64::from(at * 37 % 61 + 2);
    let towns = |at: u32| -> Vec<PartStanding> {
        let town = |town: u32| place((150_700 + at) * 1_000 + town, &format!("示例{town}镇"));
        (1..=20).map(|number| part(town(number), u64::from(number * 13 % 17))).collect()
    };
    let whole = standing(
        place(150_700, AREA),
        (1..=counties).map(|at| part(county(at), scale(at))).collect(),
        u64::from(counties) * 40,
        nights,
    );
    let dispatch = (1..=counties).map(|at| Dispatch {
        place: county(at),
        open: cell(scale(at)),
        overdue: cell(scale(at) / 4),
        solved: cell(scale(at) * 2),
        days_to_close: (at % 3 > 0).then_some(at % 40 + 3),
        change: Some(Cell::Told(i64::from(at % 9) - 4)),
    });
    Board {
        as_of: as_of(),
        night: "7c1d9e22a0b4".to_owned(),
        dispatch: dispatch.collect(),
        // What audits said is told of the whole area alone.
        counties: (1..=counties)
            .map(|at| Standing { audits: Vec::new(), ..standing(county(at), towns(at), scale(at), nights) })
            .collect(),
        whole,
        quality: quality(),
        jobs: jobs(),
        warnings: vec!["identities: local codes that the mapping lacks: `77` (1)".to_owned()],
        rules: vec![rule_text("因病返贫监测", "第一条"), rule_text("因病致贫监测", "第二条")],
    }
}

fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn funnel() -> Funnel {
    let point = |(code, enrolled, rate, limit, verdict): (u32, u64, &str, &str, Verdict)| FunnelPoint {
        place: place(code, &format!("示例{}旗", code % 100)),
        enrolled,
        rate: number(rate),
        limit: number(limit),
        z: Some(number("0.67")),
        verdict,
    };
    let points = [
        (150_721, 120, "231.50", "263.11", Verdict::Correct),
        (150_722, 800, "148.20", "196.02", Verdict::Correct),
        (150_723, 2_400, "161.77", "176.44", Verdict::Correct),
        (150_724, 5_100, "214.90", "168.75", Verdict::Fault),
        (150_725, 9_000, "149.03", "164.89", Verdict::Correct),
    ];
    Funnel { category: "低保对象".to_owned(), middle: number("152.30"), points: points.map(point).to_vec() }
}

fn fund() -> FundStanding {
    let month = |at: u32| NaiveDate::from_ymd_opt(2023 + i32::try_from(at / 12).unwrap(), at % 12 + 1, 1).unwrap();
    let mut balance = 3_000_000_000;
    let known = (0..35).map(|at| {
        let income = if at % 12 >= 9 { 900_000_000 } else { 40_000_000 };
        let spending = 265_000_000;
        balance += income - spending;
        FundMonth { month: month(at), income: Fen(income), spending: Fen(spending), balance: Fen(balance) }
    });
    let months: Vec<FundMonth> = known.collect();
    let forecast =
        FundForecast { month: month(35), low: Fen(-180_000_000), middle: Fen(500_000_000), high: Fen(1_100_000_000) };
    FundStanding {
        place: place(150_724, "示例24旗"),
        fund: "城乡居民基本医保".to_owned(),
        months,
        forecast: vec![forecast],
        months_of_cover: Some(number("4.21")),
        spent: Some(number("103.55")),
        growth: Some(number("-2.10")),
        verdict: Verdict::Fault,
        detail: "可支撑月数不足 6 个月，近十二个月支出大于收入，待核查".to_owned(),
    }
}

fn shares() -> Vec<ProviderShare> {
    let share = |at: u32| ProviderShare {
        institution: format!("H150721{at:05}"),
        level: Some(u8::try_from(at % 3 + 1).unwrap()),
        total_cost: Cell::Told(Fen(45_678_900 + i64::from(at))),
        outside: Cell::Told(Fen(912_345)),
        share: Some(number("2.00")),
        limit: Some(number(&format!("{}", at % 3 + 1))),
        verdict: if at.is_multiple_of(3) { Verdict::Fault } else { Verdict::Correct },
    };
    (1..=9).map(share).collect()
}

/// What stays came to, and what medicine from pharmacies did; last year's only of the first.
fn care() -> CareBeside {
    let beside = |now, year_ago, change| {
        let figure = |text: &str| (!text.is_empty()).then(|| number(text));
        Cell::Told(Beside { now: figure(now), year_ago: figure(year_ago), change: figure(change) })
    };
    let line = |care, measure, month, to_date| CareLine { care, measure, month, to_date };
    let area = |place, cell| AreaStays { place, cost_per_stay: cell, person: cell, stays_per_thousand: cell };
    let (per_stay, to_date) = (beside("6543.21", "6000.00", "9.0535"), beside("6400.00", "6400.00", "0.0000"));
    let share = beside("38.5714", "40.0000", "-1.4286");
    CareBeside {
        month: day("2025-11-01"),
        whole: vec![
            line(Care::InPatient, CareMeasure::CostPerStay, per_stay, to_date),
            line(Care::InPatient, CareMeasure::Person, share, Cell::Withheld),
            line(Care::Pharmacy, CareMeasure::Person, beside("100.0000", "", ""), beside("99.5000", "", "")),
        ],
        areas: vec![area(place(150_721, "示例01旗"), per_stay), area(place(150_722, "示例02旗"), Cell::Withheld)],
    }
}

#[test]
fn care_stands_beside_last_years() {
    let site = site();
    let page = file(&site, "month-2025-11.html");
    let section = page.split("id=\"care\"").nth(1).unwrap().split("</section>").next().unwrap();
    let rows: Vec<Vec<&str>> = between(section, "<tr", '\u{0}')
        .into_iter()
        .filter(|row| row.contains("<td"))
        .map(|row| {
            row.split("<td")
                .skip(1)
                .map(|field| field.split_once('>').unwrap().1.split('<').next().unwrap().trim())
                .collect()
        })
        .collect();
    let expected: [&[&str]; 5] = [
        &["住院", "次均住院费用（元）", "6,543.21", "6,000.00", "+9.05%", "6,400.00", "6,400.00", "0.00%"],
        &["住院", "个人负担占比", "38.57%", "40.00%", "-1.43 百分点", "*", "*", "*"],
        &["药店购药", "个人负担占比", "100.00%", "–", "–", "99.50%", "–", "–"],
        &[
            "示例01旗 150721",
            "6,543.21",
            "6,000.00",
            "+9.05%",
            "6543.21%",
            "6000.00%",
            "+9.05 百分点",
            "6543.21",
            "6000.00",
            "+9.05%",
        ],
        &["示例02旗 150722", "*", "*", "*", "*", "*", "*", "*", "*", "*"],
    ];
    assert_eq!(rows, expected);
}

fn month() -> Month {
    let conduct = |mechanism| ConductCount { mechanism, subjects: 61, to_review: 3, cannot_be_told: 1 };
    Month {
        month: day("2025-11-01"),
        place: place(150_700, AREA),
        nightly: Some((as_of(), "7c1d9e22a0b4".to_owned())),
        audits_of: Some((as_of(), "11aa22bb33cc".to_owned())),
        warnings: vec![("因病返贫监测".to_owned(), moved(240)), ("因病致贫监测".to_owned(), moved(90))],
        audits: audits(100),
        shares: shares(),
        conduct: vec![conduct(Mechanism::Benefits)],
        funnels: vec![funnel(), Funnel { category: "特困人员".to_owned(), ..funnel() }],
        cards: Some(Cards {
            seed: Some(format!("fangpin|150700|2025-11|31|{}", "0f".repeat(32))),
            mode: "随机".to_owned(),
            drawn: vec![("H15072100012".to_owned(), 21, 3), ("H15072200031".to_owned(), 10, 1)],
            registers: vec![("高血压".to_owned(), "公卫登记在册，没有有效慢病卡".to_owned(), Cell::Withheld)],
        }),
        funds: vec![fund(), FundStanding { place: place(150_725, "示例25旗"), ..fund() }],
        care: Some(care()),
        dispatch: board(9, 1).dispatch,
        problems: problems(40),
        named: named(Mechanism::Benefits),
        rules: vec![rule_text("目录外占比", "第十四条")],
        notes: vec!["fund: no table `fund` in the delivery".to_owned()],
    }
}

fn site() -> Vec<SiteFile> {
    report::site(&board(3, 40), Some(&month())).unwrap()
}

fn file<'a>(site: &'a [SiteFile], name: &str) -> &'a str {
    &site.iter().find(|file| file.name == name).unwrap().text
}

/// What stands in `text` between each `before` and the next `after`.
fn between<'a>(text: &'a str, before: &str, after: char) -> Vec<&'a str> {
    text.split(before).skip(1).map(|rest| rest.split(after).next().unwrap()).collect()
}

#[test]
fn every_link_leads_to_a_file_beside_it_and_nowhere_else() {
    let site = site();
    let names: BTreeSet<&str> = site.iter().map(|file| file.name.as_str()).collect();
    let (mut looked_at, mut reached) = (0, BTreeSet::new());
    for page in site.iter().filter(|file| file.name.ends_with(".html")) {
        for link in between(&page.text, "href=\"", '"').into_iter().chain(between(&page.text, "src=\"", '"')) {
            looked_at += 1;
            assert!(link == "data:," || names.contains(link), "{} leads to {link}", page.name);
            reached.insert(link);
        }
    }
    assert!(looked_at > 30, "only {looked_at} links were found");
    assert!(names.iter().all(|name| reached.contains(name)), "{names:?} are not all reached: {reached:?}");
    for file in &site {
        for outside in ["http:", "https:", "url(", "@import", "fetch(", "XMLHttpRequest", "//cdn"] {
            assert!(!file.text.contains(outside), "{} reaches out: {outside}", file.name);
        }
    }
}

/// Open and overdue problems, days to close and what changed since last month, and which goes before which.
#[test]
fn the_order_of_counties_is_told_beside_it() {
    let site = site();
    for page in ["index.html", "month-2025-11.html"] {
        let dispatch = file(&site, page).split("id=\"dispatch\"").nth(1).unwrap().split("</section>").next().unwrap();
        for told in ["待整改问题", "其中逾期", "整改天数（中位）", "比上月末（人）"] {
            assert!(dispatch.contains(&format!("<th class=\"n\">{told}")), "{page}: {told}");
        }
        let order = ["先看逾期的问题", "再看待整改的问题", "再看整改天数", "再看比上月末多出的"].join("，");
        assert!(dispatch.contains(&order), "{page}");
    }
}

#[test]
fn the_same_values_give_the_same_bytes() {
    assert_eq!(site(), site());
}

#[test]
fn what_stands_in_the_data_is_escaped_everywhere() {
    const SLY: &str = "<b onload='x'>&";
    let mut board = board(1, 3);
    board.counties[0].total.place.name = Some(SLY.to_owned());
    board.whole.parts[0].place.name = Some(SLY.to_owned());
    board.whole.named[0].detail = SLY.to_owned();
    board.whole.distributions[0].title = SLY.to_owned();
    board.rules[0].words = Some(SLY.to_owned());
    board.warnings.push(SLY.to_owned());
    let mut month = month();
    month.funnels[0].points[3].place.name = Some(SLY.to_owned());
    month.funds[0].fund = SLY.to_owned();
    let mut escaped = 0;
    for file in report::site(&board, Some(&month)).unwrap() {
        assert!(!file.text.contains("<b onload"), "{}", file.name);
        escaped += file.text.matches("&lt;b onload=").count();
    }
    assert!(escaped >= 12, "only {escaped} were found");
}

/// Where nobody is watched below the threshold, it stands at the picture's edge.
#[test]
fn the_words_at_the_threshold_stay_within_the_picture() {
    let mut board = board(1, 3);
    board.whole.distributions[0].bins.retain(|bin| bin.from >= 100);
    let files = report::site(&board, None).unwrap();
    let index = files.iter().find(|file| file.name == "index.html").unwrap();
    let words = index.text.split('<').find(|tag| tag.contains("cutwords")).unwrap();
    let middle: u32 = words.split(" x=").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    // 预警线（超过即预警）: ten signs of thirteen dots.
    assert!(middle >= 10 * 13 / 2, "{words}");
}

#[test]
fn a_withheld_figure_takes_its_share_with_it() {
    let mut board = board(1, 3);
    let hidden = Warned { flagged: Cell::Withheld, burden_total: Cell::Withheld, ..warned(1_000, 7) };
    board.whole.rules[0].by_category = vec![(Category::ExtremePoverty, hidden)];
    let site = report::site(&board, None).unwrap();
    let row = file(&site, "index.html").lines().find(|line| line.contains("特困人员") && line.contains("1,000"));
    let fields: Vec<&str> =
        row.unwrap().split("<td").skip(2).map(|field| field.split(['>', '<']).nth(1).unwrap()).collect();
    assert_eq!(fields, ["特困人员", "1,000", "*", "*", "8,123,450.00", "*"]);
}

#[test]
fn a_late_job_is_told_at_the_head_of_the_first_page() {
    let site = site();
    let alerts = between(file(&site, "index.html"), "<p class=\"alert\">", '<');
    let weekly = "应保尽保晚了 14 天：应有 2025-11-30 的结果，最近的是 2025-11-16。";
    assert_eq!(alerts, [weekly, "每月核查尚无结果：应有 2025-10-31 的结果。"]);
    assert!(!file(&site, "county-150701.html").contains("class=\"alert\""));
}

#[test]
fn the_cascade_is_drawn_to_scale() {
    // 234 pixels for 100,000.00: 117 for 50,000.00, 23 for 10,000.00, 12 for 5,000.00, 82 for 35,000.00.
    let site = site();
    let page = file(&site, "index.html");
    let drawing = page.split("<title>从医疗费到个人负担</title>").nth(1).unwrap().split("</svg>").next().unwrap();
    let widths: Vec<&str> = drawing.split("<rect").skip(1).map(|bar| between(bar, " width=", ' ')[0]).collect();
    assert_eq!(widths, ["234", "117", "23", "12", "1", "82"]);
    for amount in ["100,000.00", "− 50,000.00", "− 10,000.00", "− 5,000.00", ">0.00", "35,000.00"] {
        assert!(drawing.contains(amount), "{amount} is not told: {drawing}");
    }
}

#[test]
fn the_line_over_the_nights_breaks_where_a_night_is_withheld() {
    let mut board = board(1, 5);
    let counts = [Cell::Told(10), Cell::Told(10), Cell::Withheld, Cell::Told(5), Cell::Told(0)];
    for (night, standing) in board.whole.trend.iter_mut().zip(counts) {
        night.standing = standing;
    }
    let site = report::site(&board, None).unwrap();
    // Nights stand 106 or 107 pixels apart; 10 of 10 stands at the top, 20, and 0 at the bottom, 132.
    let line = between(file(&site, "index.html"), "<path class=standing d=\"", '"')[0];
    assert_eq!(line, "M44 20h1L151 20M364 76h1L364 76L470 132L470 132");
}

#[test]
fn the_cut_stands_where_the_first_flagged_do() {
    let site = site();
    let page = file(&site, "index.html");
    // Eleven ranges over 426 pixels from 44 on: the sixth begins at 44 + 426 * 5 / 11.
    assert!(page.contains("<line class=cut x1=237 "));
    // The last range, from 44 + 426 * 10 / 11 to 470, is withheld: as high as any that is, and no number above it.
    assert!(page.contains("<path class=withheld d=\"M433 200V190H468V200z\"/>"));
}

#[test]
fn every_rule_is_cited_on_the_page_of_method() {
    let site = site();
    let page = file(&site, "method.html");
    for cited in ["示例方案 (虚构) 第一条（2021-01-01 起，至今）", "第二条", "第十四条", "纳入因病返贫监测。"]
    {
        assert!(page.contains(cited), "{cited} is not cited");
    }
}

#[test]
fn the_monthly_report_is_one_file_that_needs_no_other() {
    let page = report::monthly(&month()).unwrap();
    assert_eq!(between(&page, "href=\"", '"'), ["data:,"]);
    assert!(page.contains("<style>") && !page.contains("<script"));
    for said in ["防贫监测月报 2025 年 11 月", "H15072100003", "待核查", "示例24旗", "103.55%", "种子：fangpin|150700|"]
    {
        assert!(page.contains(said), "the report does not say {said}");
    }
    assert!(!page.contains("违规"));
}

#[test]
fn a_year_of_a_hundred_counties_is_light() {
    let site = report::site(&board(100, 365), Some(&month())).unwrap();
    assert_eq!(site.iter().filter(|file| file.name.starts_with("county-")).count(), 100);
    let bytes: usize = site.iter().map(|file| file.text.len()).sum();
    assert!(bytes < 2_000_000, "{bytes} bytes");
}

/// For looking at, and for `tests/browser/board.py`: `BOARD_SITE` names the folder.
#[test]
#[ignore = "writes the pages of made-up values into the folder that BOARD_SITE names"]
fn write_the_pages() {
    let folder = PathBuf::from(std::env::var_os("BOARD_SITE").unwrap());
    fs::create_dir_all(&folder).unwrap();
    for file in report::site(&board(12, 365), Some(&month())).unwrap() {
        fs::write(folder.join(file.name), file.text).unwrap();
    }
    fs::write(folder.join("alone.html"), report::monthly(&month()).unwrap()).unwrap();
}
