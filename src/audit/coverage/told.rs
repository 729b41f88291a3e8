//! What a verdict on enrolment rests on, in words for clerks: schemes, areas and days, no name and no number of
//! anybody.

use chrono::Datelike;

use super::matter::{Judged, Lacks, Rule};
use super::{entered_on, known_end};
use crate::audit::day_in_words;
use crate::delivery::{EnrolmentSpell, Listed};
use crate::model::{EnrolmentStatus, InsuranceType, Matter};

/// The words.
pub(super) fn detail(judged: &Judged, listed: &Listed, rule: &Rule<'_>) -> String {
    let spell = judged.spell.as_ref().map(in_words).unwrap_or_default();
    match judged.matter {
        Matter::DeadOrMoved => {
            let status = judged.spell.and_then(|spell| spell.status).map_or("", EnrolmentStatus::term);
            format!("参保状态为{status}：{spell}")
        }
        Matter::EnrolledTwice => {
            let second = judged.second.as_ref().map(in_words).unwrap_or_default();
            format!("{spell}；{second}")
        }
        Matter::EnrolledElsewhere => format!("{spell}，不在本地，需提供参保证明"),
        Matter::NoData => match judged.lacks {
            Some(Lacks::Area) => format!("{spell}，未注明参保地"),
            Some(Lacks::Row) => "有参保信息记录不能使用，无法判断".to_owned(),
            Some(Lacks::Life) => format!("参保状态为死亡，其后又有正常参保记录：{spell}"),
            Some(Lacks::Code) => format!("{spell}，险种或参保状态代码无对照"),
            Some(Lacks::Table) | None => "未提供参保信息".to_owned(),
        },
        Matter::Suspended => format!("已暂停：{spell}"),
        Matter::Newborn => {
            let born = rule.born(listed).map(|born| born.to_string()).unwrap_or_default();
            format!("{born}出生，尚未参保")
        }
        Matter::NewlyRegistered => {
            format!("{}纳入监测，尚未参保", entered_on(listed, rule.day).map(day_in_words).unwrap_or_default())
        }
        Matter::EntitledLate => {
            let why = rule
                .category_without_waiting(listed)
                .map_or("中断职工医保未满期限", |category| category.term());
            format!("{}；{why}，可随时参保，不设等待期", before(&spell))
        }
        Matter::Lapsed | Matter::NeverEnrolled => {
            format!("{}年度未参保，{}", rule.as_of.year(), before(&spell))
        }
        _ => spell,
    }
}

fn before(spell: &str) -> String {
    if spell.is_empty() { "无参保记录".to_owned() } else { format!("最近一次参保：{spell}") }
}

/// `居民医保（150721），2022-01-01起，2025-01-01止`.
fn in_words(spell: &EnrolmentSpell) -> String {
    let scheme = spell.insurance.map_or("险种不明", InsuranceType::term);
    let area = spell.area.map(|area| format!("（{area}）")).unwrap_or_default();
    let end = known_end(spell.end).map(|end| format!("，{}止", day_in_words(end))).unwrap_or_default();
    format!("{scheme}{area}，{}起{end}", day_in_words(spell.begin))
}
