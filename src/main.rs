//! x
use fangpin::{burden, delivery, model::*};
fn main() {
    let a: Vec<String> = std::env::args().collect();
    if let Some(n) = a.get(2) {
        rayon::ThreadPoolBuilder::new().num_threads(n.parse().unwrap_or(2)).build_global().ok();
    }
    let p = std::path::Path::new(&a[1]);
    let d = delivery::open(p, &delivery::NIGHTLY, &[]);
    let d = match d {
        Ok(d) => d,
        Err(e) => {
            println!("{e}");
            return;
        }
    };
    let w = Window {
        as_of: chrono::NaiveDate::from_ymd_opt(2025, 11, 30).unwrap_or_default(),
        year_by: YearBy::SettlementDate,
    };
    let pr = delivery::Progress::new(false);
    let pay = match d.payments(&w) {
        Ok(p) => p,
        Err(e) => {
            println!("{e}");
            return;
        }
    };
    let b = match burden::of_everyone(&d, &w, &pay, &pr) {
        Ok(b) => b,
        Err(e) => {
            println!("{e}");
            return;
        }
    };
    println!("{:?}\n{:?} rejects {}", b.account.totals, b.checks, b.account.rejects.len());
    println!("{}", b.sums.shards(|p| p.len()).iter().sum::<usize>());
}
