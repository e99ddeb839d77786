//! A wished cut: the pressure drop that gives it, or how far this cyclone falls short.

use crate::error::Error;

use super::{Feed, Law, Shape};

/// Least pressure drop at which a cyclone keeps its air core, Pa: where a search begins.
const LEAST: f64 = 5e3;

/// Where a search for what would do ends, Pa and m: the bounds of the fields themselves.
const MOST: f64 = 1e6;
const NARROWEST: f64 = 5e-3;

/// The pressure drop, Pa, at most the feed's own, at which the mean solid is cut at `wanted` m.
pub fn pressure_for_cut(law: &dyn Law, shape: &Shape, feed: &Feed, wanted: f64) -> Result<f64, Error> {
    let cut = |shape: &Shape, pressure_drop: f64| {
        law.cut_size(shape, &Feed { pressure_drop, ..*feed }, feed.solid_density).unwrap_or(f64::INFINITY)
    };
    let (finest, coarsest) = (cut(shape, feed.pressure_drop), cut(shape, LEAST));
    let um = |m: f64| m * 1e6;
    if wanted < finest {
        let bar = rising(|p| cut(shape, p) <= wanted, feed.pressure_drop, MOST);
        let body = rising(|d| cut(&shape.of_body(d), feed.pressure_drop) >= wanted, NARROWEST, shape.body);
        let mut ways = Vec::new();
        if let Some(bar) = bar {
            ways.push(format!("a `pressure_drop` of {:.2} bar", bar / 1e5));
        }
        if let Some(body) = body.filter(|body| *body > 1.001 * NARROWEST) {
            ways.push(format!("a `diameter` of {:.1} mm", body * 1e3));
        }
        ways.push(format!("a `cut_size` of {:.2} um", um(finest)));
        return Err(Error::Infeasible {
            unit: String::new(),
            what: format!(
                "a cut of {:.2} um is wished; at {:.2} bar, the most allowed, this cyclone cuts at {:.2} um",
                um(wanted),
                feed.pressure_drop / 1e5,
                um(finest)
            ),
            hint: ways.join(", or "),
        });
    }
    if wanted > coarsest {
        return Err(Error::Infeasible {
            unit: String::new(),
            what: format!(
                "a cut of {:.2} um is wished; at {:.2} bar, where its vortex begins to fail, this cyclone still cuts at {:.2} um",
                um(wanted),
                LEAST / 1e5,
                um(coarsest)
            ),
            hint: format!("a wider cyclone, or a `cut_size` of at most {:.2} um", um(coarsest)),
        });
    }
    Ok(rising(|p| cut(shape, p) <= wanted, LEAST, feed.pressure_drop).unwrap_or(feed.pressure_drop))
}

/// The least value between two (in the logarithm) at which something that stays true becomes true.
pub fn rising(holds: impl Fn(f64) -> bool, low: f64, high: f64) -> Option<f64> {
    if !holds(high) {
        return None;
    }
    if holds(low) {
        return Some(low);
    }
    let (mut low, mut high) = (low.ln(), high.ln());
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if holds(middle.exp()) { high = middle } else { low = middle }
    }
    Some(high.exp())
}
