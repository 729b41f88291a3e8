//! The page as plain text. Chinese characters are two columns wide, and lines are broken where Chinese lines may be.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::words::{self, yuan};
use super::{Explained, ExplainedRow, Explanation};

/// Columns of a line.
const WIDTH: usize = 78;
/// What no line begins with.
const NOT_FIRST: &str = "，。；：、）》”％%";

/// The page as it stands on a terminal.
pub fn text(page: &Explanation) -> String {
    let mut out = String::new();
    let heading = format!("{}医疗费用负担预警说明", page.place);
    out.push_str(&format!("{heading}\n{}\n\n", "─".repeat(heading.width())));
    let Some(first) = page.findings.first().map(|one| &one.finding) else { return out };
    let area = first.area.map_or_else(|| "没有记录".to_owned(), |area| area.to_string());
    let town = first.town_code.as_ref().map(|town| format!("，乡镇 {town}")).unwrap_or_default();
    fact(&mut out, "监测日", &page.as_of.to_string());
    fact(&mut out, "姓名", first.name.as_deref().unwrap_or("没有记录"));
    fact(&mut out, "证件号码", &page.number);
    fact(&mut out, "医保区划", &format!("{area}{town}"));
    for one in &page.findings {
        finding(&mut out, page, one);
    }
    out.push_str(&format!("\n逐笔结算和赔付（{} 笔，金额单位：元）\n", page.rows.len()));
    for (index, of) in page.rows.iter().enumerate() {
        row(&mut out, page, index + 1, of);
    }
    out.push('\n');
    wrapped(&mut out, "", words::CLOSING);
    out.push_str(&format!("本页数字由依据逐笔重新计算，与公布结果一致。结果编号 {}\n", page.night));
    out
}

fn finding(out: &mut String, page: &Explanation, one: &Explained) {
    out.push_str(&format!("\n【{}】\n", one.title));
    wrapped(out, "  ", &words::verdict(one));
    wrapped(out, "  ", &words::why(page, one));
    out.push('\n');
    fact(out, "规则", &format!("{}。", words::condition(one)));
    fact(out, "依据", &format!("{} {}", one.document, one.article));
    if let Some(said) = &one.words {
        fact(out, "原文", &format!("“{said}”"));
    }
    if let Some(income) = words::income(one) {
        fact(out, "参照收入", &income);
    }
    fact(out, "预警线", &words::threshold(one));
    fact(out, "首次超线", &words::first_day(one));
    fact(out, "台账", &words::followed(one));
    out.push('\n');
    let steps = words::steps(page, one.finding.tests);
    let amounts: Vec<String> = steps.iter().map(|step| yuan(step.amount)).collect();
    let label = steps.iter().map(|step| step.label.width()).max().unwrap_or_default();
    let amount = amounts.iter().map(|amount| amount.width()).max().unwrap_or_default();
    for (index, (step, yuan)) in steps.iter().zip(&amounts).enumerate() {
        let sign = match index {
            0 => ' ',
            _ if index + 1 == steps.len() => '=',
            _ => '-',
        };
        let blanks = " ".repeat(label - step.label.width());
        out.push_str(&format!("  {sign} {}{blanks}  {yuan:>amount$} 元\n", step.label));
    }
    if let Some(not) = words::not_taken_off(page) {
        wrapped(out, "  ", &not);
    }
}

fn row(out: &mut String, page: &Explanation, number: usize, of: &ExplainedRow) {
    let day = of.row.at.map_or_else(|| "日期无法读取".to_owned(), |at| at.date().to_string());
    let mut head = format!("{number:>3}. {day}  {}", words::sort(of));
    for (label, value) in [("", &of.row.setl_id), ("机构 ", &of.row.fixmedins_code), ("医疗类别 ", &of.row.med_type)]
    {
        if let Some(value) = value {
            head.push_str(&format!("  {label}{value}"));
        }
    }
    out.push_str(&format!("{head}\n"));
    let amounts: Vec<String> =
        words::amounts(of).iter().map(|(label, amount)| format!("{label} {}", yuan(*amount))).collect();
    wrapped(out, "     ", &amounts.join("，"));
    wrapped(out, "     ", &words::fate(page, of));
}

/// A label and what stands behind it.
fn fact(out: &mut String, label: &str, value: &str) {
    let indent = " ".repeat(12);
    let mut lines = String::new();
    wrapped(&mut lines, &indent, value);
    let label = format!("  {label}{}", " ".repeat(10 - label.width()));
    out.push_str(&label);
    out.push_str(lines.get(indent.len()..).unwrap_or(&lines));
}

/// Text in lines of at most [`WIDTH`] columns, each behind `indent`. Numbers and Latin words stay whole.
fn wrapped(out: &mut String, indent: &str, text: &str) {
    let mut line = String::new();
    for piece in pieces(text) {
        let room = WIDTH - indent.width();
        let hangs = piece.chars().all(|c| NOT_FIRST.contains(c));
        if line.width() + piece.trim_end().width() > room && !hangs && !line.is_empty() {
            out.push_str(&format!("{indent}{}\n", line.trim_end()));
            line.clear();
        }
        if !line.is_empty() || !piece.trim().is_empty() {
            line.push_str(piece);
        }
    }
    out.push_str(&format!("{indent}{}\n", line.trim_end()));
}

/// Text in pieces between which a line may be broken: each wide character, blank and word.
fn pieces(text: &str) -> Vec<&str> {
    let is_word = |c: char| !c.is_whitespace() && c.width().unwrap_or_default() < 2;
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = match is_word(first) {
            true => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        let (piece, after) = rest.split_at(end);
        pieces.push(piece);
        rest = after;
    }
    pieces
}
