//! Batch equilibria put to our laws: constants fitted from points, and points foretold by a file.

use std::path::Path;

use super::points::Points;
use super::recipe::Recipe;
use super::{fit, predict};
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::Number;
use crate::separate::extractant::Extractant;
use crate::unit::{Case, Kind, Reading};

/// A fit made again.
#[derive(Debug)]
struct Fitted {
    recipe: Recipe,
}

/// Constants from batch points.
pub const FIT: Kind<dyn Case> = Kind {
    name: "batch-fit",
    about: "Constants of an extractant fitted to batch points by a recipe",
    sources: &[],
    read: |fields, library| {
        Recipe::from_fields(fields, Path::new("."), library).map(|recipe| Box::new(Fitted { recipe }) as Box<dyn Case>)
    },
};

impl Case for Fitted {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let fit = fit(&self.recipe)?;
        let mut readings = vec![
            Reading::new("observations", fit.observations.len() as f64, "1"),
            Reading::new("dropped", fit.dropped.len() as f64, "1"),
            Reading::new("rms of log D", fit.rms, "1"),
            Reading::new("scale of log D", fit.scale, "1"),
        ];
        if let Some(between) = fit.between {
            readings.push(Reading::new("spread between sources", between, "1"));
        }
        for parameter in fit.parameters.iter().chain(&fit.offsets) {
            readings.push(Reading::new(parameter.name.clone(), parameter.value, "1"));
            readings.push(Reading::new(format!("standard error of {}", parameter.name), parameter.error, "1"));
        }
        for (what, groups) in [("", &fit.by_source), ("", &fit.by_element), (" left out", &fit.left_out)] {
            for group in groups {
                readings.push(Reading::new(format!("rms of {}{what}", group.name), group.rms, "1"));
                readings.push(Reading::new(format!("mean of {}{what}", group.name), group.mean, "1"));
            }
        }
        Ok(readings)
    }
}

/// Contacts foretold from their feeds.
#[derive(Debug)]
struct Foretold {
    points: Points,
    extractant: Extractant,
    sources: Vec<String>,
    window: [f64; 2],
}

/// Batch points foretold by an extractant's file.
pub const FORETOLD: Kind<dyn Case> = Kind {
    name: "batch-foretold",
    about: "Single contacts solved from feed, acid and extractant alone, against the distribution ratios measured",
    sources: &[],
    read: |fields, library| {
        let points = fields.text("points", "a table in data/separate");
        let name = fields.text("extractant", "the name of a file in data/extractants");
        let sources = fields.may_texts("sources", "labels to keep; absent means all");
        let window = [
            fields.need::<Number>("d_from", "least measured distribution ratio compared", 0.0..=1e9),
            fields.need::<Number>("d_to", "greatest measured distribution ratio compared", 0.0..=1e9),
        ];
        let points = points.and_then(|name| read_points(fields, &name, library));
        let extractant = name.and_then(|name| {
            Extractant::named(&name, library).map_err(|why| fields.refuse("extractant", why, "p507-li1987")).ok()
        });
        Some(Box::new(Foretold {
            points: points?,
            extractant: extractant?,
            sources,
            window: [window[0]?.0, window[1]?.0],
        }))
    },
};

fn read_points(fields: &Fields<'_>, name: &str, library: &Library) -> Option<Points> {
    Points::named(name, library).map_err(|error| fields.refuse("points", error.to_string(), "llepe2021_p507_hcl")).ok()
}

impl Case for Foretold {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let law = self.extractant.law();
        let (mut count, mut sum, mut squares, mut worst) = (0.0, 0.0, 0.0, 0.0f64);
        let kept = |label: &String| self.sources.is_empty() || self.sources.contains(label);
        for point in self.points.points.iter().filter(|point| kept(&point.label)) {
            for (element, foretold) in predict::contact(&*law, point)? {
                let measured = point.organic(element).zip(point.aqueous[element]).map(|(y, x)| y / x);
                let window = |d: &f64| *d > self.window[0] && *d < self.window[1];
                let Some(measured) = measured.filter(|d| d.is_finite()).filter(window) else { continue };
                let gap = measured.log10() - foretold;
                count += 1.0;
                sum += gap;
                squares += gap * gap;
                worst = worst.max(gap.abs());
            }
        }
        if count < 1.0 {
            return Err(Error::Infeasible {
                unit: String::new(),
                what: format!("`{}` knows none of the elements of these contacts", self.extractant.name),
                hint: "other points, or another extractant".into(),
            });
        }
        Ok(vec![
            Reading::new("observations", count, "1"),
            Reading::new("mean of log D, measured less foretold", sum / count, "1"),
            Reading::new("rms of log D, measured less foretold", (squares / count).sqrt(), "1"),
            Reading::new("worst of log D", worst, "1"),
        ])
    }
}
