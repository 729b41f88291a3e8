//! The tests, one module a subject: the table of contents of the one test binary.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

/// The attack on figures that are told: every sum and difference of them.
mod attack;
/// The attack on what the board and the month's report withhold of audits, problems and cards.
mod audit_attack;
/// The weekly and the monthly round over a generated sample, held to the list of what was planted in it.
mod audits_sample;
/// Benefits: worked cases that an official can read, what cannot be told, and laws.
mod benefits;
/// The board's pages: links, escaping, pictures to scale, what a withheld figure takes with it, how light they are.
mod board;
/// The attack on what the board withholds of warnings, their answers, and a month of them.
mod board_attack;
/// Chronic-disease cards: the draw by known answers and in Python, and everybody's cards held against registers.
mod cards;
/// Care beside the same months of last year: by a delivery and by a night of it, and what may be told.
mod care;
/// The chain of nights: what proves it, what would break it, and an old night run again with all later ones.
mod chain;
/// A night on a cluster, as far as it needs none: the job's engine, and what was left in staging read back.
mod cluster;
/// The conduct of providers: every pattern on both sides of its limits, rows that cannot be used, and laws.
mod conduct;
/// Enrolment: every matter, what goes before what, what cannot be told, rates, and two deliveries compared.
mod coverage;
/// The page that explains one person's warning: every sum by hand, and the number nowhere.
mod explain;
/// The five checks: every answer by hand, and the workbooks of those for whom something is missing.
mod five_checks;
/// How the funds go: their months, the forecast to the year's end, and every threshold on both sides.
mod fund;
/// The vocabulary of the whole-program tests.
mod harness;
/// The crontab and the systemd units: their very command lines publish a night.
#[cfg(unix)]
mod jobs;
/// What is true of every delivery: laws over random ones.
mod laws;
/// The ledger: states, reasons for a clearing, and what is true of any series of nights.
mod ledger;
/// Warning lists: who receives what and when, what stands in the files, and who can read them.
#[cfg(unix)]
mod lists;
/// From rows to flags by example, each answer worked out by hand (contract, sections 3 and 4).
mod night;
/// An office: the lists that it is sent, filled in and returned.
mod office;
/// A night as Spark SQL: how it reads, what it may say, and how a delivery's columns come into it.
mod plan;
/// Job, policy and code mapping files: what loads, what is refused and how, which rules hold on which day.
mod policy;
/// No name, certificate number or warning number where none belongs; nobody else can read what was published.
mod privacy;
/// The problem list: found, overdue, claimed, dismissed, solved by the data alone, over nights that follow one another.
#[cfg(unix)]
mod problems;
/// What a night becomes: tables, manifest, folder, metrics, terminal.
mod publish;
/// Rates of admission against peers: medians and limits by hand, and what is true of any group of peers.
mod rates;
/// The README: what it prints, and what it points to.
mod readme;
/// What bad input gets: the exact line, the exit code, nothing half published.
mod refusals;
/// What offices return: lines read, lines refused, and the nights that know of them.
#[cfg(unix)]
mod replies;
/// What the board is made of: figures by hand, the order of counties, late jobs, and the job that publishes it.
mod report;
/// The synthetic delivery: its bytes, its balance, and every fault that its list says it holds.
mod sample;
/// The night over a generated sample, held to the list of what was planted in it; policies by their cases.
mod sample_night;
/// The contract files, and the published tables held to them.
mod schemas;
/// Cost outside the catalogue: every verdict on an institution by hand, on each side of each limit.
mod shares;
/// The attack on the pages of the sample as they are drawn.
mod site_attack;
/// Twelve nights on one growing delivery: every movement and its reason, as worked out by hand.
mod story;
/// The premium's subsidy: the rules that are refused and those of the shipped files.
mod subsidy;
/// The house: imports, clocks, floats, files, lengths.
mod tidy;
/// People side by side with what an audit is to say of them.
mod town;
/// Early warning: who is watched before a rule is met, and what a year's announcements were worth.
mod watch;
/// Working days: terms worked out by hand, and the files of holidays that are refused.
mod workdays;
