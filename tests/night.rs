//! From rows to flags, by example (contract, sections 3 and 4): each small delivery turns on one sentence, and its
//! answer was worked out by hand.

#![cfg(test)]

use crate::harness::{A, AS_OF, B, C, Night, Row, identity, income, payment, settlement};

/// Born in 1965, so with a number of 15 digits too.
const OLD: &str = "150721196502030112";
const OLD_15: &str = "150721650203011";

/// A settlement of A that is enough to flag.
fn heavy(setl_id: &str) -> Row {
    settlement(setl_id, "11000.00")
}

fn reversal(setl_id: &str, of: &str) -> Row {
    settlement(setl_id, "-11000.00").reverses(of)
}

// --- thresholds ---

#[test]
fn above_means_one_fen_above_at_half_the_income() {
    for (cost, flagged) in [("9999.99", false), ("10000.00", false), ("10000.01", true)] {
        let night = Night::on(AS_OF).settlements([settlement("1", cost)]).run();
        night.expect_settlements(&[("counted", 1)]).expect_flagged(if flagged { &[(A, "10000.01")] } else { &[] });
    }
}

#[test]
fn above_means_one_fen_above_at_the_whole_income() {
    for (cost, flagged) in [("19999.99", false), ("20000.00", false), ("20000.01", true)] {
        let night = Night::on(AS_OF).settlements([settlement("1", cost).of(B)]).run();
        night.expect_settlements(&[("counted", 1)]).expect_flagged(if flagged { &[(B, "20000.01")] } else { &[] });
    }
}

#[test]
fn at_least_a_fixed_amount_is_met_by_the_amount_itself() {
    for (cost, flagged) in [("7999.99", None), ("8000.00", Some("8000.00")), ("8000.01", Some("8000.01"))] {
        let night = Night::on(AS_OF)
            .policy("above     = { percent_of_income = \"50\" }", "at_least  = { amount = \"8000.00\" }")
            .settlements([settlement("1", cost)])
            .run();
        let expected: Vec<_> = flagged.map(|burden| (A, burden)).into_iter().collect();
        night.expect_settlements(&[("counted", 1)]).expect_flagged(&expected);
    }
}

#[test]
fn half_a_fen_of_threshold_is_not_rounded_away() {
    let night = Night::on(AS_OF)
        .incomes([income("150721", "2024", "20000.01")])
        .register([identity(A, "2"), identity(B, "2")])
        .settlements([settlement("1", "10000.00"), settlement("2", "10000.01").of(B)])
        .run();
    night.expect_flagged(&[(B, "10000.01")]).expect_finding(&[("threshold", "10000.0050"), ("excess", "0.0050")]);
}

#[test]
fn a_finding_says_what_it_rests_on() {
    let night = Night::on(AS_OF).settlements([settlement("1", "12500.00")]).run();
    night.expect_finding(&[
        ("as_of", AS_OF),
        ("name", "测试"),
        ("category", "subsistence_allowance"),
        ("area_code", "150721"),
        ("rule", "return_to_poverty"),
        ("rule_reference", "an invented plan 1"),
        ("settlements", "1"),
        ("burden_tested", "burden_total"),
        ("income_reference", "20000.00"),
        ("income_year", "2024"),
        ("income_area", "150721"),
        ("income_provisional", "false"),
        ("percent", "50.0000"),
        ("threshold", "10000.0000"),
        ("excess", "2500.0000"),
        ("ratio", "1.2500"),
        ("first_exceeded_on", "2025-03-01"),
    ]);
}

#[test]
fn every_payer_is_taken_off_and_account_money_is_not() {
    let row = settlement("1", "20000.01")
        .with("hifp_pay", "5000.00")
        .with("hifmi_pay", "2000.00")
        .with("maf_pay", "1000.00")
        .with("cvlserv_pay", "10.00")
        .with("hifes_pay", "20.00")
        .with("hifob_pay", "30.00")
        .with("hifdm_pay", "40.00")
        .with("othfund_pay", "400.00")
        .with("ownpay_hosp_part", "100.00")
        .with("inscp_amt", "18000.00")
        .with("acct_pay", "3000.00")
        .with("acct_mulaid_pay", "1000.00");
    let night = Night::on(AS_OF).settlements([row]).commercial([payment("P", "2025-04-01", "200.00")]).run();
    night.expect_flagged(&[(A, "11200.01")]).expect_finding(&[
        ("other_funds", "500.00"),
        ("hospital_part", "100.00"),
        ("commercial", "200.00"),
        ("burden_in_scope", "9500.00"),
    ]);
}

#[test]
fn a_rule_may_test_the_burden_within_the_policy_scope() {
    let in_scope =
        |id: &str, scope: &str| settlement(id, "30000.00").with("hifp_pay", "5000.00").with("inscp_amt", scope);
    let night = Night::on(AS_OF)
        .policy("tests      = \"burden_total\"", "tests      = \"burden_in_scope\"")
        .register([identity(A, "2"), identity(B, "2")])
        .settlements([in_scope("1", "15000.00"), in_scope("2", "15000.01").of(B)])
        .run();
    night.expect_flagged(&[(B, "25000.00")]);
    night.expect_finding(&[("burden_tested", "burden_in_scope"), ("burden_in_scope", "10000.01")]);
}

// --- rejected ---

#[test]
fn the_first_fault_of_a_row_is_its_reason() {
    let nothing = |row: Row| row.without("setl_time").without("medfee_sumamt");
    let night = Night::on(AS_OF).settlements([
        nothing(heavy("1").of("x").without("setl_id")),
        nothing(heavy(" ")),
        nothing(heavy("3")),
        heavy("4").without("hifp_pay"),
        settlement("5", "-0.01"),
        settlement("6", "10000000000.01"),
        settlement("7", "-10000000000.01").reverses("8"),
        heavy("8"),
    ]);
    let night = night.run();
    night.expect_flagged(&[(A, "11000.00")]).expect_settlements(&[
        ("bad_certno", 1),
        ("no_setl_id", 1),
        ("bad_setl_time", 1),
        ("bad_amount", 3),
        ("negative_cost", 1),
        ("counted", 1),
    ]);
    let rejects = night.read("rejects");
    let places: Vec<_> = rejects.iter().map(|row| (row["file"].as_str(), row["row"].as_str())).collect();
    assert_eq!(places, ["1", "2", "3", "4", "5", "6", "7"].map(|row| ("a.parquet", row)));
    assert_eq!(rejects[4]["total_cost"], "-0.01");
    let unreadable = night.read("evidence").into_iter().find(|row| row["row"] == "3").unwrap();
    assert_eq!((unreadable.get("setl_time"), unreadable["fate"].as_str()), (None, "rejected"));
}

#[test]
fn ten_billion_yuan_is_an_amount_and_a_fen_more_is_not() {
    let night = Night::on(AS_OF).settlements([settlement("1", "10000000000.00"), settlement("2", "10000000000.01")]);
    night.run().expect_settlements(&[("counted", 1), ("bad_amount", 1)]).expect_flagged(&[(A, "10000000000.00")]);
}

#[test]
fn a_certificate_that_is_not_well_formed_is_rejected() {
    let wrong = format!("{}0", &A[..17]);
    let numbers = [wrong.as_str(), &A[..17], "1507211970010100110", "１50721197001010011", " ", &OLD_15[..14]];
    let rows = numbers.iter().enumerate().map(|(id, number)| heavy(&id.to_string()).of(number));
    let night = Night::on(AS_OF).settlements(rows.chain([heavy("none").without("certno")])).run();
    night.expect_settlements(&[("bad_certno", 7)]).expect_flagged(&[]);
}

#[test]
fn small_x_and_fifteen_digits_are_the_same_person() {
    let (capital, small) = ("15072119700101002X", "15072119700101002x");
    let night = Night::on(AS_OF)
        .register([identity(capital, "2"), identity(OLD, "2")])
        .settlements([
            settlement("1", "6000.00").of(small),
            settlement("2", "6000.00").of(capital),
            settlement("3", "6000.00").of(OLD_15),
            settlement("4", "6000.00").of(&format!(" {OLD}\t")),
        ])
        .run();
    night.expect_settlements(&[("counted", 4)]).expect_flagged(&[(OLD, "12000.00"), (capital, "12000.00")]);
}

#[test]
fn another_certificate_type_is_taken_as_it_stands_in_capitals() {
    let night = Night::on(AS_OF)
        .register([identity("e1234567", "3").with("psn_cert_type", "3"), identity(OLD, "2")])
        .settlements([
            settlement("1", "6000.00").of(" e1234567 ").with("psn_cert_type", "99"),
            settlement("2", "6000.00").of("E1234567").with("psn_cert_type", "03"),
            settlement("3", "99000.00").of("E1234567").with("psn_cert_type", "01"),
            settlement("4", "99000.00").of(OLD_15).with("psn_cert_type", "02"),
        ])
        .run();
    night.expect_settlements(&[("counted", 3), ("bad_certno", 1)]).expect_flagged(&[("E1234567", "12000.00")]);
}

// --- superseded ---

#[test]
fn of_rows_with_one_id_the_newest_update_counts() {
    let night = Night::on(AS_OF).settlements([
        heavy("1").updated("2025-03-03 00:00:00"),
        settlement("1", "12000.00").updated("2025-03-02 00:00:00").in_file("b.parquet"),
        heavy("1").updated("2025-03-01 00:00:00").in_file("c.parquet"),
    ]);
    let night = night.run();
    night.expect_settlements(&[("counted", 1), ("correction", 1), ("duplicate", 1)]).expect_flagged(&[(A, "11000.00")]);
}

#[test]
fn no_update_time_is_older_than_any() {
    let night = Night::on(AS_OF).settlements([
        heavy("1").updated("1971-01-01 00:00:00"),
        settlement("1", "12000.00").without("updt_time").in_file("b.parquet"),
    ]);
    night.run().expect_settlements(&[("counted", 1), ("correction", 1)]).expect_flagged(&[(A, "11000.00")]);
}

#[test]
fn equal_update_times_go_to_the_later_file_name_byte_by_byte() {
    for (first, later) in [("10.parquet", "9.parquet"), ("b-1/a.parquet", "b/a.parquet"), ("z.parquet", "结算.parquet")]
    {
        let rows = [heavy("1").in_file(later), settlement("1", "12000.00").in_file(first)];
        let night = Night::on(AS_OF).settlements(rows).run();
        night.expect_settlements(&[("counted", 1), ("correction", 1)]).expect_flagged(&[(A, "11000.00")]);
    }
}

#[test]
fn equal_update_times_in_one_file_go_to_the_later_row() {
    let night = Night::on(AS_OF).settlements([settlement("1", "12000.00"), heavy("1"), settlement("2", "1.00")]).run();
    night.expect_settlements(&[("counted", 2), ("correction", 1)]).expect_flagged(&[(A, "11001.00")]);
}

#[test]
fn a_rejected_row_supersedes_nothing() {
    let night = Night::on(AS_OF)
        .settlements([heavy("1"), settlement("1", "12000.00").updated("2025-06-01 00:00:00").of("15072119700101001")]);
    night.run().expect_settlements(&[("counted", 1), ("bad_certno", 1)]).expect_flagged(&[(A, "11000.00")]);
}

#[test]
fn a_correction_may_move_a_settlement_to_another_person() {
    let night = Night::on(AS_OF)
        .settlements([heavy("1"), settlement("1", "21000.00").of(B).updated("2025-06-01 00:00:00")])
        .run();
    night.expect_settlements(&[("counted", 1), ("correction", 1)]).expect_flagged(&[(B, "21000.00")]);
}

#[test]
fn ids_that_look_alike_are_different_ids() {
    let long = "1".repeat(60);
    let ids = ["a", "A", "0001", "1", &long, &long[1..], "结算"];
    let night = Night::on(AS_OF).settlements(ids.map(|id| settlement(id, "2000.00"))).run();
    night.expect_settlements(&[("counted", 7)]).expect_flagged(&[(A, "14000.00")]);
}

// --- void, window ---

#[test]
fn what_is_marked_invalid_or_deleted_is_void() {
    let night = Night::on(AS_OF).settlements([
        heavy("1").with("vali_flag", "0"),
        heavy("2").with("vali_flag", "2"),
        heavy("3").with("deleted", "1"),
        heavy("4").with("deleted", "01"),
        heavy("5").with("vali_flag", "01").with("deleted", "0"),
        settlement("6", "1.00"),
    ]);
    night.run().expect_settlements(&[("void", 4), ("counted", 2)]).expect_flagged(&[(A, "11001.00")]);
}

#[test]
fn the_window_is_the_year_up_to_the_last_instant_of_the_day() {
    let night = Night::on(AS_OF).settlements([
        settlement("1", "1.00").at("2024-12-31 23:59:59.999999"),
        settlement("2", "11000.00").at("2025-01-01 00:00:00"),
        settlement("3", "2.00").at("2025-11-30 23:59:59.999999"),
        settlement("4", "4.00").at("2025-12-01 00:00:00"),
    ]);
    night.run().expect_settlements(&[("out_of_window", 2), ("counted", 2)]).expect_flagged(&[(A, "11002.00")]);
}

#[test]
fn a_row_that_is_void_and_out_of_the_window_is_void() {
    let row = heavy("1").at("2024-05-01 00:00:00").with("vali_flag", "0");
    Night::on(AS_OF).settlements([row]).run().expect_settlements(&[("void", 1)]).expect_flagged(&[]);
}

#[test]
fn the_benefit_year_may_decide_instead_of_the_settlements() {
    let rows = [heavy("1").with("year", "2025").at("2024-12-31 10:00:00"), heavy("2").with("year", "2024")];
    let night = Night::on(AS_OF).policy("\"settlement_date\"", "\"benefit_year\"").settlements(rows).run();
    night.expect_settlements(&[("counted", 1), ("out_of_window", 1)]).expect_flagged(&[(A, "11000.00")]);
}

// --- reversals ---

#[test]
fn a_reversal_nets_in_whole_or_in_part_wherever_it_stands() {
    let night = Night::on(AS_OF).settlements([
        reversal("2", "1"),
        heavy("1").in_file("b.parquet"),
        settlement("3", "30000.00").of(B),
        settlement("4", "-500.00").of(B).reverses("3"),
    ]);
    night.run().expect_settlements(&[("counted", 4)]).expect_flagged(&[(B, "29500.00")]);
}

#[test]
fn a_reversal_is_set_aside_with_what_it_reverses() {
    let night = Night::on(AS_OF).settlements([
        heavy("1").at("2024-12-31 10:00:00"),
        reversal("2", "1"),
        heavy("3").with("vali_flag", "0"),
        reversal("4", "3"),
        heavy("5"),
    ]);
    night.run().expect_flagged(&[(A, "11000.00")]).expect_settlements(&[
        ("out_of_window", 1),
        ("reverses_out_of_window", 1),
        ("void", 1),
        ("reverses_void", 1),
        ("counted", 1),
    ]);
}

#[test]
fn a_reversal_of_nothing_is_an_orphan_and_hides_no_burden() {
    let night = Night::on(AS_OF).settlements([
        reversal("2", "never delivered"),
        heavy("3").of("x"),
        reversal("4", "3"),
        heavy("5"),
    ]);
    night.run().expect_flagged(&[(A, "11000.00")]).expect_settlements(&[
        ("orphan_not_delivered", 1),
        ("bad_certno", 1),
        ("orphan_rejected", 1),
        ("counted", 1),
    ]);
}

#[test]
fn a_reversal_of_a_reversal_restores_the_settlement() {
    let night = Night::on(AS_OF).settlements([heavy("3").reverses("2"), reversal("2", "1"), heavy("1")]).run();
    night.expect_settlements(&[("counted", 3)]).expect_flagged(&[(A, "11000.00")]);
}

#[test]
fn a_chain_of_reversals_goes_the_way_of_its_beginning() {
    let chain = |first: Row| {
        let rows = [heavy("3").reverses("2"), reversal("2", "1").in_file("b.parquet"), first.in_file("c.parquet")];
        Night::on(AS_OF).settlements(rows).run()
    };
    chain(heavy("1").with("deleted", "1")).expect_settlements(&[("void", 1), ("reverses_void", 2)]);
    let last_year = chain(heavy("1").at("2024-06-01 00:00:00"));
    last_year.expect_settlements(&[("out_of_window", 1), ("reverses_out_of_window", 2)]);
    chain(heavy("1").of("")).expect_settlements(&[("bad_certno", 1), ("orphan_rejected", 2)]);
    chain(heavy("0")).expect_settlements(&[("counted", 1), ("orphan_not_delivered", 2)]);
}

#[test]
fn reversals_in_a_ring_are_orphans() {
    let night = Night::on(AS_OF).settlements([
        heavy("1").reverses("2"),
        heavy("2").reverses("3"),
        heavy("3").reverses("1"),
        heavy("4").reverses("4"),
        settlement("5", "1.00"),
    ]);
    night.run().expect_settlements(&[("orphan_not_delivered", 4), ("counted", 1)]).expect_flagged(&[]);
}

#[test]
fn a_reversal_that_is_not_known_yet_or_void_nets_nothing() {
    let later = reversal("2", "1").at("2025-12-01 00:00:00");
    let void = reversal("3", "1").with("deleted", "1");
    let night = Night::on(AS_OF).settlements([heavy("1"), later, void]).run();
    night.expect_settlements(&[("counted", 1), ("out_of_window", 1), ("void", 1)]).expect_flagged(&[(A, "11000.00")]);
}

#[test]
fn a_reversal_sent_twice_nets_once() {
    let rows = [settlement("1", "22000.01"), reversal("2", "1"), reversal("2", "1").in_file("b.parquet")];
    let night = Night::on(AS_OF).settlements(rows).run();
    night.expect_settlements(&[("counted", 2), ("duplicate", 1)]).expect_flagged(&[(A, "11000.01")]);
}

// --- checks ---

#[test]
fn amounts_that_do_not_add_up_are_reported_and_counted() {
    let whole = |id: &str| {
        settlement(id, "100.00")
            .with("fulamt_ownpay_amt", "10.00")
            .with("overlmt_selfpay", "0.00")
            .with("preselfpay_amt", "10.00")
            .with("inscp_amt", "80.00")
            .with("hifp_pay", "50.00")
            .with("fund_pay_sumamt", "50.00")
            .with("psn_pay", "50.00")
            .with("acct_pay", "20.00")
            .with("cash_payamt", "30.00")
    };
    let night = Night::on(AS_OF).settlements([
        whole("sound"),
        whole("rounding").with("inscp_amt", "80.01").with("psn_pay", "49.99"),
        whole("parts").with("inscp_amt", "80.02"),
        whole("payers").with("fund_pay_sumamt", "50.00").with("ownpay_hosp_part", "0.02"),
        whole("person").with("cash_payamt", "30.02"),
        whole("funds").with("othfund_pay", "0.02"),
    ]);
    night.run().expect_settlements(&[("counted", 6)]).expect_checks(&[
        ("parts_differ", 1, 10_000),
        ("payers_differ", 1, 10_000),
        ("person_differs", 1, 10_000),
        ("funds_differ", 1, 10_000),
    ]);
}

#[test]
fn a_person_whose_cost_sinks_below_nothing_is_reported() {
    let night =
        Night::on(AS_OF).settlements([settlement("1", "100.00"), settlement("2", "-300.00").reverses("1")]).run();
    night.expect_settlements(&[("counted", 2)]).expect_checks(&[("negative_person_cost", 1, -20_000)]);
}

#[test]
fn a_refund_flag_drops_nothing_and_is_reported_without_its_reversal() {
    let flagged = |id: &str| heavy(id).with("refd_setl_flag", "1");
    let night = Night::on(AS_OF).settlements([flagged("1"), flagged("2"), reversal("3", "2")]).run();
    night.expect_settlements(&[("counted", 3)]).expect_checks(&[("refund_without_reversal", 1, 1_100_000)]);
    night.expect_flagged(&[(A, "11000.00")]);
}

#[test]
fn a_visit_settled_by_both_sides_is_reported_and_counted() {
    let side = |id: &str, side: &str| {
        settlement(id, "600.00").with("out_flag", side).with("begndate", "2025-02-01").with("enddate", "2025-02-09")
    };
    let night = Night::on(AS_OF).settlements([side("1", "1"), side("2", "2"), side("3", "1").of(B)]).run();
    night.expect_settlements(&[("counted", 3)]).expect_checks(&[("off_site_twice", 2, 120_000)]);
}

#[test]
fn local_codes_that_the_mapping_lacks_and_people_without_an_area_are_reported() {
    let night = Night::on(AS_OF)
        .register([identity(A, "77"), identity(A, "02"), identity(B, "5").with("insu_admdvs", " ")])
        .settlements([heavy("1"), settlement("2", "50.00").of(B).with("insu_admdvs", " ")])
        .run();
    night.expect_flagged(&[(A, "11000.00")]).expect_checks(&[("unknown_code", 1, 0), ("no_area", 1, 5_000)]);
}

// --- categories, areas, incomes ---

#[test]
fn an_identity_holds_from_its_first_day_until_the_day_before_its_last() {
    let days = |who: &str, begin: &str, end: &str| identity(who, "2").with("begndate", begin).with("enddate", end);
    let night = Night::on(AS_OF)
        .register([
            days(A, AS_OF, "2099-12-31"),
            days(B, "2021-01-01", "2025-12-01"),
            days(C, "2021-01-01", AS_OF),
            days(OLD, "2025-12-01", "2099-12-31"),
        ])
        .settlements([A, B, C, OLD].map(|who| heavy(who).of(who)))
        .run();
    night.expect_flagged(&[(A, "11000.00"), (B, "11000.00")]);
    night.expect_rows("identities", &[("counted", 2), ("out_of_window", 2)]);
}

#[test]
fn of_several_categories_the_lowest_threshold_is_used_and_all_are_shown() {
    let night = Night::on(AS_OF)
        .register([identity(A, "5"), identity(A, "2"), identity(A, "9")])
        .settlements([heavy("1")])
        .run();
    night.expect_flagged(&[(A, "11000.00")]).expect_finding(&[
        ("rule", "return_to_poverty"),
        ("category", "subsistence_allowance"),
        ("categories", "subsistence_allowance,marginal,stable_lifted"),
    ]);
}

#[test]
fn whom_no_rule_names_is_not_flagged_whatever_the_burden() {
    let rows = [settlement("1", "99000.00"), settlement("2", "99000.00").of(C)];
    let night = Night::on(AS_OF).register([identity(A, "9")]).settlements(rows).run();
    night.expect_settlements(&[("counted", 2)]).expect_flagged(&[]);
}

#[test]
fn the_identitys_area_decides_before_the_settlements() {
    let night = Night::on(AS_OF)
        .incomes([income("150722", "2024", "30000.00"), income("140901", "2024", "10.00")])
        .register([identity(A, "2").with("insu_admdvs", "150722")])
        .settlements([settlement("1", "15000.01").with("insu_admdvs", "140901")])
        .run();
    night.expect_finding(&[("area_code", "150722"), ("threshold", "15000.0000")]);
}

#[test]
fn without_it_the_newest_settlements_area_decides() {
    let night = Night::on(AS_OF)
        .incomes([income("150721", "2024", "20000.00"), income("150722", "2024", "30000.00")])
        .register([identity(A, "2").with("insu_admdvs", " ")])
        .settlements([
            settlement("1", "10000.00").with("insu_admdvs", "150722").at("2025-05-02 10:00:00"),
            settlement("2", "6000.00"),
        ])
        .run();
    night.expect_finding(&[("area_code", "150722"), ("threshold", "15000.0000")]);
}

#[test]
fn the_income_is_looked_for_as_far_up_as_the_policy_allows() {
    let night = |policy: &str| {
        Night::on(AS_OF)
            .policy("[\"county\", \"prefecture\"]", policy)
            .incomes([income("150700", "2024", "18000.00"), income("150000", "2024", "16000.00")])
            .register([identity(A, "2").with("insu_admdvs", "150729")])
            .settlements([heavy("1")])
            .run()
    };
    night("[\"county\", \"prefecture\"]").expect_finding(&[("income_area", "150700"), ("threshold", "9000.0000")]);
    night("[\"county\", \"province\"]").expect_finding(&[("income_area", "150000"), ("threshold", "8000.0000")]);
}

#[test]
fn the_city_itself_stands_at_the_prefectures_level() {
    let night = Night::on(AS_OF)
        .register([identity(A, "2").with("insu_admdvs", "150799")])
        .settlements([settlement("1", "9000.01")])
        .run();
    night.expect_finding(&[("area_code", "150799"), ("income_area", "150700")]);
}

#[test]
fn an_older_years_income_is_provisional_where_the_policy_allows_it() {
    let night = Night::on(AS_OF)
        .policy("older_years = 0", "older_years = 1")
        .incomes([income("150721", "2023", "18000.00"), income("150721", "2025", "1.00")])
        .settlements([settlement("1", "9000.01")])
        .run();
    night.expect_finding(&[("income_year", "2023"), ("income_provisional", "true"), ("threshold", "9000.0000")]);
    assert_eq!(
        night.manifest()["warnings"],
        serde_json::json!(["income: 1 findings rest on an older year's figure and are provisional"])
    );
}

// --- commercial payments, the day, the people ---

#[test]
fn payments_in_the_window_are_taken_off_once() {
    let night = Night::on(AS_OF)
        .settlements([heavy("1")])
        .commercial([
            payment("1", "2024-12-31", "500.00"),
            payment("2", "2025-01-01", "40.00"),
            payment("3", AS_OF, "60.00"),
            payment("4", "2025-12-01", "500.00"),
            payment("5", "2025-05-05", "22.00").in_file("9.parquet"),
            payment("5", "2025-05-05", "11.00").in_file("9.parquet"),
            payment("5", "2025-05-05", "11.00").in_file("10.parquet"),
            payment("6", "2025-05-05", "1.00").of("x"),
            payment(" ", "2025-05-05", "1.00"),
            payment("7", "2025-05-05", "1.00").without("amount"),
        ])
        .run();
    night.expect_flagged(&[(A, "10889.00")]).expect_rows(
        "commercial",
        &[
            ("counted", 3),
            ("out_of_window", 2),
            ("correction", 1),
            ("duplicate", 1),
            ("bad_certno", 1),
            ("no_payment_id", 1),
            ("bad_amount", 1),
        ],
    );
}

#[test]
fn first_exceeded_on_is_the_first_day_though_the_burden_sinks_again() {
    let night = Night::on(AS_OF).settlements([
        heavy("1").at("2025-02-01 10:00:00"),
        reversal("2", "1").at("2025-02-03 10:00:00"),
        settlement("3", "12000.00").at("2025-06-01 10:00:00"),
    ]);
    night.run().expect_finding(&[("burden_total", "12000.00"), ("first_exceeded_on", "2025-02-01")]);
}

#[test]
fn first_exceeded_on_looks_at_the_end_of_a_day() {
    let night = Night::on(AS_OF).settlements([
        settlement("1", "12000.00").at("2025-02-01 09:00:00"),
        settlement("2", "-5000.00").reverses("1").at("2025-02-01 10:00:00"),
        settlement("3", "5000.00").at("2025-03-01 10:00:00"),
    ]);
    night.run().expect_finding(&[("burden_total", "12000.00"), ("first_exceeded_on", "2025-03-01")]);
}

#[test]
fn first_exceeded_on_takes_payments_off_on_the_day_they_were_paid() {
    let night = Night::on(AS_OF)
        .settlements([
            settlement("1", "10100.00").at("2025-02-01 10:00:00"),
            settlement("2", "100.00").at("2025-04-01 10:00:00"),
        ])
        .commercial([payment("P", "2025-01-10", "150.00")])
        .run();
    night.expect_finding(&[("burden_total", "10050.00"), ("first_exceeded_on", "2025-04-01")]);
}

#[test]
fn evidence_says_what_became_of_every_row_of_a_flagged_person() {
    let night = Night::on(AS_OF)
        .settlements([
            heavy("1"),
            settlement("1", "1.00").updated("2025-01-01 00:00:00"),
            heavy("2").with("vali_flag", "0"),
            heavy("3").at("2024-03-01 10:00:00"),
            reversal("4", "nothing").at("2025-03-01 11:00:00"),
            settlement("5", "5.00").of(C),
        ])
        .commercial([payment("P", "2025-04-01", "7.00")])
        .run();
    let cell = |row: &crate::harness::Cells, name: &str| row.get(name).cloned().unwrap_or_else(|| "-".to_owned());
    let evidence = night.read("evidence");
    let mut found: Vec<_> =
        evidence.iter().map(|row| ["table", "row", "setl_id", "fate", "reason"].map(|name| cell(row, name))).collect();
    found.sort();
    assert_eq!(
        found,
        [
            ["commercial", "1", "-", "counted", "-"],
            ["settlements", "1", "1", "counted", "-"],
            ["settlements", "2", "1", "superseded", "correction"],
            ["settlements", "3", "2", "void", "void"],
            ["settlements", "4", "3", "out_of_window", "out_of_window"],
            ["settlements", "5", "4", "orphan", "orphan_not_delivered"],
        ]
    );
}

#[test]
fn nobody_is_lost_without_a_word() {
    let night = Night::on(AS_OF)
        .register([identity(A, "2"), identity(B, "5"), identity(OLD, "9")])
        .settlements([heavy("1"), heavy("2").of(C), heavy("3").of(OLD).at("2024-01-01 00:00:00")])
        .run();
    assert_eq!(
        night.manifest()["people"],
        serde_json::json!({
            "in_register": 3,
            "in_register_without_settlements": 2,
            "with_settlements": 2,
            "with_settlements_outside_register": 1,
            "flagged": 1,
        })
    );
    let burdens: Vec<_> = night.read("burden").iter().map(|row| row["person_id"].clone()).collect();
    assert_eq!(burdens, [A, C]);
}

#[test]
fn the_summary_adds_up_by_area_category_and_rule() {
    let night = Night::on(AS_OF)
        .register([identity(A, "2"), identity(C, "2"), identity(B, "5").with("insu_admdvs", "150722")])
        .settlements([heavy("1"), settlement("2", "50.00").of(C).with("hifp_pay", "20.00")])
        .run();
    let summary = night.read("summary");
    let columns = ["area_code", "category", "rule", "people", "flagged", "burden_total", "total_cost"];
    let found: Vec<_> = summary.iter().map(|row| columns.map(|column| row[column].as_str())).collect();
    assert_eq!(
        found,
        [
            ["150721", "subsistence_allowance", "return_to_poverty", "2", "1", "11030.00", "11050.00"],
            ["150722", "marginal", "fall_into_poverty", "1", "0", "0.00", "0.00"],
        ]
    );
}

#[test]
fn the_terminal_shows_whom_to_look_at_and_what_became_of_the_rows() {
    let rows = [heavy("1"), heavy("2").of("x"), settlement("3", "1234567.89").of(B)];
    let night =
        Night::on(AS_OF).register([identity(A, "2"), identity(B, "5"), identity(C, "88")]).settlements(rows).run();
    insta::assert_snapshot!(night.ran.stdout, @r"
    rule and category                 people  flagged  burden (yuan)
    因病致贫监测 fall_into_poverty         1        1   1,234,567.89
      边缘易致贫人口 marginal              1        1   1,234,567.89
    因病返贫监测 return_to_poverty         1        1      11,000.00
      低保对象 subsistence_allowance       1        1      11,000.00

    warnings           standing  opened  reopened  raised  lowered  cleared
    fall_into_poverty         1       1         0       0        0        0
    return_to_poverty         1       1         0       0        0        0

    table        rows read  counted  set aside
    commercial           0        0          0
    identities           3        3          0
    income               2        2          0
    settlements          3        2          1

    warning: identities: local codes that the mapping lacks: `88` (1); their people have no category

    published HOME/published/2025-11-30
    ");
}

#[test]
fn control_totals_account_for_every_row_and_every_fen() {
    let night = Night::on(AS_OF).settlements([
        settlement("1", "100.00"),
        settlement("1", "90.00").updated("2025-01-01 00:00:00"),
        settlement("2", "80.00").with("deleted", "1"),
        settlement("3", "70.00").at("2024-01-01 00:00:00"),
        settlement("4", "-60.00").reverses("gone"),
        settlement("5", "50.00").of("x"),
    ]);
    let night = night.run();
    let of = |rows: u64, fen: i64| serde_json::json!({ "rows": rows, "fen": fen });
    assert_eq!(
        night.manifest()["control_totals"]["settlements"],
        serde_json::json!({
            "read": of(6, 33_000),
            "rejected": of(1, 5_000),
            "superseded": of(1, 9_000),
            "void": of(1, 8_000),
            "out_of_window": of(1, 7_000),
            "orphan": of(1, -6_000),
            "counted": of(1, 10_000),
        })
    );
}
