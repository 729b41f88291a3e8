//! Pictures as inline SVG, drawn in whole pixels: amounts are scaled in wide integers, so that the same figures give
//! the same picture everywhere. What is withheld is never drawn as a number: it is left out, or hatched where its place
//! says something.
//!
//! A picture is a list of shapes; `chart.html` alone knows SVG, and the style sheet what each class looks like.

mod axis;
mod cascade;
mod distribution;
mod fund;
mod funnel;
mod trend;

use minijinja::Environment;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use crate::error::Error;

pub(super) use cascade::cascade;
pub(super) use distribution::distribution;
pub(super) use fund::fund;
pub(super) use funnel::funnel;
pub(super) use trend::trend;

/// Every picture is this wide: as wide as half a page, and still read when it is as wide as a telephone.
const WIDTH: i64 = 480;

/// The name ends in `.html`: that turns escaping on.
const NAME: &str = "chart.html";
const TEMPLATE: &str = include_str!("chart.html");

/// A picture.
#[derive(Debug, Default, Serialize)]
struct Chart {
    /// What it shows, for those who do not see it.
    title: String,
    width: i64,
    height: i64,
    shapes: Vec<Shape>,
}

/// What a picture is made of. The class says what it stands for.
#[derive(Debug, Serialize)]
#[serde(tag = "sort", rename_all = "snake_case")]
enum Shape {
    Bar { x: i64, y: i64, width: i64, height: i64, class: &'static str },
    Line { x1: i64, y1: i64, x2: i64, y2: i64, class: &'static str },
    Path { steps: String, class: &'static str },
    Dot { x: i64, y: i64, class: &'static str, told: String },
    Text { x: i64, y: i64, text: String, class: &'static str },
}

impl Chart {
    fn new(title: impl Into<String>, height: i64) -> Chart {
        Chart { title: title.into(), width: WIDTH, height, shapes: Vec::new() }
    }

    fn line(&mut self, class: &'static str, (x1, y1): (i64, i64), (x2, y2): (i64, i64)) {
        self.shapes.push(Shape::Line { x1, y1, x2, y2, class });
    }

    fn text(&mut self, class: &'static str, (x, y): (i64, i64), text: impl Into<String>) {
        self.shapes.push(Shape::Text { x, y, text: text.into(), class });
    }

    fn dot(&mut self, class: &'static str, (x, y): (i64, i64), told: impl Into<String>) {
        self.shapes.push(Shape::Dot { x, y, class, told: told.into() });
    }

    fn path(&mut self, class: &'static str, steps: String) {
        if !steps.is_empty() {
            self.shapes.push(Shape::Path { steps, class });
        }
    }

    /// A bar between two corners, whichever stands higher.
    fn bar(&mut self, class: &'static str, (x1, y1): (i64, i64), (x2, y2): (i64, i64)) {
        let (x, y) = (x1.min(x2), y1.min(y2));
        self.shapes.push(Shape::Bar { x, y, width: (x1 - x2).abs(), height: (y1 - y2).abs(), class });
    }

    /// The picture as SVG.
    fn drawn(self) -> Result<String, Error> {
        let rendered = Environment::new().render_named_str(NAME, TEMPLATE, Value::from(Serde(self)));
        rendered.map_err(|error| Error::Internal(format!("a chart of the report: {error}")))
    }
}

/// A line through places, as the steps of a path.
fn joined(places: impl Iterator<Item = (i64, i64)>) -> String {
    let step = |(index, (x, y))| format!("{}{x} {y}", if index == 0 { 'M' } else { 'L' });
    places.enumerate().map(step).collect()
}
