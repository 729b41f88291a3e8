//! The monthly report: warnings and problems at the month's end, providers, cards, the fund.
//!
//! Of a provider it says "to be reviewed" (待核查), whatever was found.

use super::page::{Page, Section};
use super::table::{Field, Table, WITHHELD, name_of};
use super::words::of_a_provider;
use super::{care, charts, index, place};
use crate::error::Error;
use crate::model::board::Cell;
use crate::model::monthly::{Cards, ConductCount, FundStanding, Funnel, Month, ProviderShare};
use crate::model::{Fen, Verdict};

/// The page.
pub(super) fn page(month: &Month, links: &[(String, &'static str)]) -> Result<Page, Error> {
    let warnings = month.warnings.iter().map(|(title, moved)| place::moved(Field::text(title), moved));
    let moves = ["监测规则", "月末在册#", "新增#", "再次预警#", "提高#", "降低#", "解除#"];
    let sections = [
        Section::new("warnings", "预警").lists(Table::new("本月台账变动（条）", moves).rows(warnings)),
        Section::new("audits", "核查").lists(place::audits(&month.audits)),
        problems(month),
        index::dispatch(&month.dispatch, |_| None),
        shares(&month.shares),
        conduct(&month.conduct),
        rates(&month.funnels)?,
        cards(month.cards.as_ref()),
        funds(&month.funds)?,
        month.care.as_ref().map_or_else(Section::default, care::section),
        Section::new("rules", "依据").cites(&month.rules),
        index::told(&month.notes),
    ];
    Ok(Page {
        title: place::title(&month.place, &format!("防贫监测月报 {}", month.month.format("%Y 年 %-m 月"))),
        facts: facts(month),
        links: links.to_vec(),
        sections: sections.into_iter().filter_map(Section::if_any).collect(),
        ..Page::default()
    })
}

/// Which nights the report rests on.
fn facts(month: &Month) -> Vec<(&'static str, String)> {
    let night = |of: &Option<(chrono::NaiveDate, String)>| match of {
        Some((day, number)) => format!("{day}（结果编号 {number}）"),
        None => "没有结果".to_owned(),
    };
    vec![("夜间预警", night(&month.nightly)), ("每月核查", night(&month.audits_of))]
}

fn problems(month: &Month) -> Section {
    let section = Section::new("problems", "问题清单和整改期限");
    section.lists(place::problems(&month.problems)).lists(place::named(&month.named))
}

fn shares(of: &[ProviderShare]) -> Section {
    let headings = ["机构", "级别#", "住院医疗费（元）#", "目录外费用（元）#", "占比#", "上限#", "结论"];
    let level = |level: Option<u8>| match level {
        Some(level) => Field::number(level),
        None => Field::decimal(None, ""),
    };
    let rows = of.iter().map(|of| {
        vec![
            Field::text(&of.institution),
            level(of.level),
            Field::amount(of.total_cost),
            Field::amount(of.outside),
            Field::decimal(of.share, "%"),
            Field::decimal(of.limit, "%"),
            verdict(of.verdict),
        ]
    });
    Section::new("shares", "目录外占比")
        .says("本年至今，监测对象住院费用中全自费和超限价所占的比例，按机构和年度看，不按人、不按次。住院次数太少的机构不适用。")
        .lists(Table::new("各机构目录外占比", headings).rows(rows))
}

fn conduct(of: &[ConductCount]) -> Section {
    let headings = ["核查事项", "核查对象#", "待核查#", "无法判断#"];
    let rows = of.iter().map(|of| {
        let to_review = Field::late(Cell::Told(of.to_review));
        let (subjects, untold) = (Field::number(of.subjects), Field::number(of.cannot_be_told));
        vec![Field::text(of.mechanism.term()), subjects, to_review, untold]
    });
    Section::new("conduct", "诊疗行为")
        .says("从结算数据看到的情形，需要核查病历才能判断，不是结论。")
        .lists(Table::new("各类情形", headings).rows(rows))
}

fn rates(of: &[Funnel]) -> Result<Section, Error> {
    let mut section = Section::new("rates", "住院率")
        .says("每千名参保人的住院次数，同类人员各区划相比。地方越小，偶然的起伏越大，上限也越宽：在虚线之下的不列。");
    for funnel in of {
        section = section.shows(format!("{}住院率", funnel.category), charts::funnel(funnel)?);
    }
    let headings = ["人员类别", "区划", "参保人数#", "每千人住院次数#", "上限#", "稳健 z 值#", "结论"];
    let rows = of.iter().flat_map(|funnel| {
        funnel.points.iter().map(|point| {
            vec![
                Field::text(&funnel.category),
                Field::place(&point.place, None),
                Field::number(point.enrolled),
                Field::rounded(Some(point.rate), ""),
                Field::rounded(Some(point.limit), ""),
                Field::rounded(point.z, ""),
                verdict(point.verdict),
            ]
        })
    });
    Ok(section.lists(Table::new("各区划住院率", headings).rows(rows)))
}

fn cards(of: Option<&Cards>) -> Section {
    let section = Section::new("cards", "慢病卡");
    let Some(of) = of else { return section };
    let drawn =
        of.drawn.iter().map(|(of, new, drawn)| vec![Field::text(of), Field::number(*new), Field::number(*drawn)]);
    let registers = of
        .registers
        .iter()
        .map(|(disease, matter, people)| vec![Field::text(disease), Field::text(matter), Field::count(*people)]);
    section
        .says(format!("抽查方式：{}。种子：{}", of.mode, of.seed.as_deref().unwrap_or(WITHHELD)))
        .says("种子只由公开的事实组成。每张卡的次序是 HMAC-SHA256（种子，卡号），从小到大取，任何人都可以重新算出同样的结果。")
        .lists(Table::new("本月新卡和抽查", ["机构或区划", "新卡#", "抽查#"]).rows(drawn))
        .lists(Table::new("公卫登记、慢病卡、用药保障相互核对", ["病种", "情形", "人数#"]).rows(registers))
}

fn funds(of: &[FundStanding]) -> Result<Section, Error> {
    let mut section = Section::new("funds", "基金运行").says(
        "居民保费集中在四季度到账，支出则逐月发生，所以只与上年同月相比；预测按往年同月所占的比例推到年末，区间是用同样办法倒推往年时出现过的误差。图只画待核查的基金。",
    );
    // A hundred counties have hundreds of funds: the table has them all.
    for fund in of.iter().filter(|fund| fund.verdict == Verdict::Fault) {
        section = section.shows(format!("{} {}", name_of(&fund.place), fund.fund), charts::fund(fund)?);
    }
    let headings = [
        "区划",
        "基金",
        "月末结余（元）#",
        "可支撑月数#",
        "近十二月支出占收入#",
        "支出比上年同期#",
        "年末结余预测（元）#",
        "最差#",
        "最好#",
        "结论",
        "说明",
    ];
    let rows = of.iter().map(|of| {
        let (held, end) = (of.months.last(), of.forecast.last());
        let amount = |amount: Option<Fen>| match amount {
            Some(amount) => Field::amount(Cell::Told(amount)),
            None => Field::decimal(None, ""),
        };
        vec![
            Field::place(&of.place, None),
            Field::text(&of.fund),
            amount(held.map(|month| month.balance)),
            Field::rounded(of.months_of_cover, ""),
            Field::rounded(of.spent, "%"),
            Field::rounded(of.growth, "%"),
            amount(end.map(|month| month.middle)),
            amount(end.map(|month| month.low)),
            amount(end.map(|month| month.high)),
            verdict(of.verdict),
            Field::text(&of.detail),
        ]
    });
    Ok(section.lists(Table::new("各地基金", headings).rows(rows)))
}

fn verdict(verdict: Verdict) -> Field {
    let text = of_a_provider(verdict);
    if verdict == Verdict::Fault { Field::marked(text) } else { Field::text(text) }
}
