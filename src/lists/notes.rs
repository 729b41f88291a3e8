//! What a list says about itself (说明): whose it is, of which day, on what it rests, how it is answered.

use chrono::NaiveDate;

use super::{Extent, List, columns};
use crate::model::{BurdenKind, Column, Outcome, Sheet, Way};
use crate::policy::{InForce, Measure, RuleInForce};

/// One line: what it is about, and what there is to say.
pub type Note = (String, String);

/// Every line, in order.
pub fn notes(list: &List<'_>, policy: &InForce, list_id: &str) -> Vec<Note> {
    let mut notes = heading(list, policy, list_id);
    notes.extend(counts(list));
    notes.extend(basis(list, policy));
    notes.extend(answering(list));
    notes.push(note(
        "保密要求",
        "本名单载有姓名、证件号码和医疗费用等个人信息，仅供收件单位核实、救助使用，不得外传、公示或另作他用；用后按规定保管或销毁。",
    ));
    notes.push(note("名单性质", "列入名单只表示需要核实，不等于认定为救助对象。"));
    notes.extend(meanings(list));
    notes
}

pub(super) fn note(about: &str, text: impl Into<String>) -> Note {
    (about.to_owned(), text.into())
}

fn heading(list: &List<'_>, policy: &InForce, list_id: &str) -> Vec<Note> {
    let area = match &list.town {
        Some(town) => format!("{}，乡镇 {town}", list.area),
        None => list.area.to_string(),
    };
    vec![
        note("名单", format!("因病返贫致贫预警{}", list.extent.term())),
        note("收件单位", list.office.name.clone()),
        note("区划", area),
        note("适用政策", policy.place.clone()),
        note("数据日期", chinese(policy.as_of)),
        note("名单编号", list_id),
    ]
}

/// A day as clerks write it.
pub fn chinese(day: NaiveDate) -> String {
    day.format("%Y年%-m月%-d日").to_string()
}

fn counts(list: &List<'_>) -> Vec<Note> {
    let mut notes: Vec<Note> =
        list.sheets.iter().map(|(sheet, rows)| note(sheet.term(), format!("{} 条", rows.len()))).collect();
    if list.extent == Extent::Changes {
        notes.push(note("持续", "本名单只列变动；持续预警的见全量名单。"));
    }
    if list.quiet > 0 {
        notes.push(note("暂不推送", format!("{} 条，贵单位要求暂不再推送，期限未到，未列入本名单。", list.quiet)));
    }
    if list.monitored > 0 {
        notes.push(note("已纳入监测", format!("{} 条，当事人已纳入监测，不再作为新增推送。", list.monitored)));
    }
    notes
}

/// The rules and the ways of help, each with its article.
fn basis(list: &List<'_>, policy: &InForce) -> Vec<Note> {
    let rules = policy.rules.iter().filter(|rule| list.office.rules.contains(&rule.id));
    let mut notes: Vec<Note> = rules.map(|rule| note(&rule.title, in_words(rule))).collect();
    for way in Way::ALL {
        for entry in policy.assistance.iter().filter(|entry| entry.way == way) {
            let holds = entry.categories.iter().filter(|category| entry.holds(*category, policy.as_of));
            let terms: Vec<&str> = holds.map(|category| category.term()).collect();
            if !terms.is_empty() {
                let how = match way {
                    Way::Direct => "不需本人申请，按政策直接给予救助",
                    Way::OnApplication => "须由本人提出申请，经主管部门审核确认身份类别后给予救助",
                };
                notes.push(note(way.term(), format!("{}：{how}。依据：{}", terms.join("、"), entry.reference)));
            }
        }
    }
    notes
}

fn in_words(rule: &RuleInForce) -> String {
    let burden = match rule.tests {
        BurdenKind::BurdenTotal => "个人负担",
        BurdenKind::BurdenInScope => "政策范围内个人负担",
    };
    let bound = match rule.measure {
        Measure::PercentOfIncome(percent) => format!("参照人均可支配收入的{percent}%"),
        Measure::Amount(amount) => format!("{amount}元"),
    };
    let terms: Vec<&str> = rule.categories.iter().map(|category| category.term()).collect();
    let comparison = rule.comparison.term();
    format!("{}：本年度累计{burden}{comparison}{bound}。依据：{}", terms.join("、"), rule.reference)
}

fn answering(list: &List<'_>) -> Vec<Note> {
    let terms = Outcome::ALL.map(Outcome::term).join("、");
    let how = format!(
        "在“反馈结果”一列选择 {terms} 之一，填写“办理日期”，选“其他”的请在“备注”中说明；一段时间内不需要再推送的，填写“暂不再推送至”\
         和“备注”（理由）。不要改动“预警编号”，填好后将本文件退回。"
    );
    let told = [Sheet::New, Sheet::Continuing, Sheet::Raised].into_iter().filter_map(|sheet| list.sheets.get(&sheet));
    let first = told.flatten().filter(|line| line.warning.answer.is_none()).filter_map(|line| line.answer_due).min();
    let due = match first {
        Some(day) => format!("每条以“反馈期限”一列为准；本名单最早的为 {}。", chinese(day)),
        None => "本名单没有待反馈的期限。".to_owned(),
    };
    vec![note("反馈办法", how), note("反馈期限", due)]
}

/// What the columns mean that do not speak for themselves.
fn meanings(list: &List<'_>) -> Vec<Note> {
    let mut columns = columns(list, Some(Sheet::New));
    columns.extend([Column::EndedOn, Column::EndedBy]);
    let meaning = |column: Column| {
        Some(match column {
            Column::Warning => "每人、每种负担、每个年度一个编号，全程不变；反馈按它对应。",
            Column::State => "本次数据使预警发生的变化：新增、再次预警、持续、提高、降低、解除。",
            Column::Category => "适用监测规则所依据的类别；一人多类的，按标准较低的规则。",
            Column::Burden => "本年度医疗费总额减去各方支付后由个人负担的累计数（元），以规则所测的负担为准。",
            Column::PreviousBurden => "上一次数据的个人负担（元）。",
            Column::Threshold => "规则规定的数额（元）；按收入比例计算的不作四舍五入。",
            Column::Excess => "个人负担减去预警线（元）。",
            Column::Income => "计算预警线所用的人均可支配收入（元）。",
            Column::FirstExceeded => "个人负担在这一天结束时首次达到规则条件。",
            Column::FirstSeen => "首次列入预警的数据日期。",
            Column::Since => "本次（解除后再次预警的，以再次为准）列入预警的数据日期。",
            Column::Answered => "最近一次收到的反馈及其日期。",
            Column::EndedOn => "不再符合规则的数据日期；转由其他单位办理的，为本次数据日期。",
            _ => return None,
        })
    };
    let about = |column: Column| Some((format!("栏目：{}", column.heading()), meaning(column)?.to_owned()));
    columns.into_iter().filter_map(about).collect()
}
