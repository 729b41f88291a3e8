//! How far the work is, for whoever watches a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// Tells how far the work is. Silent unless it was given a terminal.
#[derive(Debug, Clone)]
pub struct Progress {
    shown: bool,
}

impl Progress {
    /// Shows a bar for each step when `shown`, nothing otherwise.
    pub fn new(shown: bool) -> Progress {
        Progress { shown }
    }

    /// Begins a step of `rows` rows.
    pub fn step(&self, what: &'static str, rows: u64) -> Step {
        if !self.shown {
            return Step(None);
        }
        let style = ProgressStyle::with_template("{msg:24} {wide_bar} {human_pos}/{human_len} rows {eta:>4}");
        let bar = ProgressBar::new(rows).with_message(what);
        Step(Some(style.map_or(bar.clone(), |style| bar.with_style(style))))
    }
}

/// A step under way; its bar goes when it is dropped.
#[derive(Debug)]
pub struct Step(Option<ProgressBar>);

impl Step {
    /// So many rows more are done.
    pub fn done(&self, rows: u64) {
        if let Some(bar) = &self.0 {
            bar.inc(rows);
        }
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
