//! Rheology: yield stress and plastic viscosity of a mud, by its solids by volume.
//!
//! # Equation
//! Between the rows of a measured (or assumed) curve ln τy and ln μp run straight in the solids
//! by volume; from no solids to the first row τy runs straight itself, from zero. Beyond the
//! last row the last slope is continued, and the result carries a caveat.
//!
//! # Symbols
//! τy: yield stress, Pa; μp: plastic viscosity, Pa s.
//!
//! # Holds for
//! What the curve was measured on. Muds differ by orders of magnitude with clay, organic
//! matter and salt: a curve of another mud is a guess, and is to be marked as one.
//!
//! # Source
//! The curve's own: `data/lift/rheology/<name>.csv` with its sidecar, or two numbers of the
//! scenario.

use crate::fields::{Fields, nearest};
use crate::library::Library;
use crate::quantity::{Pressure, Viscosity};
use crate::source::{Citation, Evidence, Sourced};

const FOLDER: &str = "lift/rheology";

/// One row of a curve: solids by volume, Pa, Pa s.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Point {
    solids: f64,
    yield_stress: f64,
    viscosity: f64,
}

/// The Bingham parameters of a mud.
#[derive(Debug, Clone, PartialEq)]
pub enum Rheology {
    /// The same at any concentration: two numbers of the scenario.
    Given {
        /// Pa.
        yield_stress: f64,
        /// Pa s.
        viscosity: f64,
    },
    /// By concentration, from a file of the data.
    Curve(Curve),
}

/// A curve of the data.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    name: String,
    evidence: Evidence,
    points: Vec<Point>,
}

impl Rheology {
    /// Reads `rheology = { curve = "…" }` or `{ yield_stress = "…", plastic_viscosity = "…" }`.
    pub fn field(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let mut table = fields.table("rheology", "how the slurry resists: a curve of the data, or two numbers")?;
        let curve = table.may_text(
            "curve",
            "name of a file in data/lift/rheology; absent: yield_stress and plastic_viscosity are given",
        );
        let stress: Option<Pressure> =
            table.may("yield_stress", "stress below which the slurry rests; absent: from the curve", 0.0..=1e4);
        let viscosity: Option<Viscosity> =
            table.may("plastic_viscosity", "viscosity beyond the yield; absent: from the curve", 1e-4..=10.0);
        let read = match (curve, stress, viscosity) {
            (Some(name), None, None) => Self::curve(&name, &table, library),
            (None, Some(stress), Some(viscosity)) => {
                Some(Rheology::Given { yield_stress: stress.0, viscosity: viscosity.0 })
            }
            (curve, ..) => {
                let what =
                    if curve.is_some() { "both a curve and numbers" } else { "neither a curve nor both numbers" };
                table.refuse("curve", what, "curve = \"…\", or yield_stress and plastic_viscosity together");
                None
            }
        };
        table.finish();
        read
    }

    fn curve(name: &str, table: &Fields<'_>, library: &Library) -> Option<Self> {
        let names = library.names(FOLDER, "csv");
        if !names.iter().any(|known| known == name) {
            let hint = nearest(name, names.iter().map(String::as_str));
            table.refuse("curve", format!("there is no rheology `{name}` in data/{FOLDER}"), hint);
            return None;
        }
        let facts = match library.table(&format!("{FOLDER}/{name}")) {
            Ok(facts) => facts,
            Err(error) => {
                table.refuse("curve", error.to_string(), "restore the file");
                return None;
            }
        };
        let mut points = Vec::new();
        for row in facts.rows() {
            let point = Point {
                solids: row.number("solids_by_volume")?,
                yield_stress: row.number("yield_stress")?,
                viscosity: row.number("plastic_viscosity")?,
            };
            let at = |what: &str| format!("{}.{what}_at_{}", table.path(), point.solids);
            let fact = |value, citation: Citation| Sourced { value, citation };
            table.check().cite(at("yield_stress"), &fact(point.yield_stress, row.citation()), "Pa");
            table.check().cite(at("plastic_viscosity"), &fact(point.viscosity, row.citation()), "Pa s");
            points.push(point);
        }
        let rises = points.windows(2).all(|w| w[0].solids < w[1].solids);
        let lawful = points.first().is_some_and(|p| p.solids == 0.0 && p.yield_stress >= 0.0)
            && points.iter().skip(1).all(|p| p.yield_stress > 0.0)
            && points.iter().all(|p| p.viscosity > 0.0);
        if points.len() < 3 || !rises || !lawful {
            let hint = "three rows or more, rising from no solids, every yield stress beyond the first above zero";
            table.refuse("curve", format!("data/{FOLDER}/{name}.csv is not a curve"), hint);
            return None;
        }
        Some(Rheology::Curve(Curve { name: name.to_owned(), evidence: facts.sidecar.evidence, points }))
    }

    /// Yield stress, Pa, and plastic viscosity, Pa s, at some solids by volume.
    pub fn at(&self, solids: f64) -> (f64, f64) {
        match self {
            Rheology::Given { yield_stress, viscosity } => (*yield_stress, *viscosity),
            Rheology::Curve(curve) => between(&curve.points, solids),
        }
    }

    /// What is to be said of using it at some solids by volume.
    pub fn caveats(&self, solids: f64) -> Vec<String> {
        let Rheology::Curve(curve) = self else { return Vec::new() };
        let mut said = Vec::new();
        if curve.evidence == Evidence::Assumed {
            said.push(format!("the rheology `{}` is assumed: no measurement of this mud is published", curve.name));
        }
        if let Some(last) = curve.points.last().filter(|last| solids > last.solids) {
            said.push(format!(
                "solids by volume {solids:.3}; the rheology `{}` ends at {:.3} and is continued",
                curve.name, last.solids
            ));
        }
        said
    }
}

fn between(points: &[Point], solids: f64) -> (f64, f64) {
    let next = points.partition_point(|p| p.solids < solids).clamp(1, points.len() - 1);
    let (a, b) = (points[next - 1], points[next]);
    let share = (solids - a.solids) / (b.solids - a.solids);
    let geometric = |from: f64, to: f64| from * (to / from).powf(share);
    let stress = if a.yield_stress > 0.0 { geometric(a.yield_stress, b.yield_stress) } else { b.yield_stress * share };
    (stress, geometric(a.viscosity, b.viscosity))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Node;
    use crate::fields::Check;

    fn read(text: &str) -> (Option<Rheology>, Vec<String>, usize) {
        let node = Node::parse("s.toml", text).unwrap();
        let check = Check::new();
        let rheology = Rheology::field(&mut Fields::new(&node, "R-1", &check), &Library::builtin());
        let (problems, ledger) = check.finish();
        (rheology, problems.iter().map(ToString::to_string).collect(), ledger.len())
    }

    #[test]
    fn a_curve_is_met_in_its_rows_and_rises_between() {
        let (rheology, problems, ledger) = read("rheology = { curve = \"rey-mud-illustrative\" }");
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(ledger, 10, "every number of the curve is in the ledger");
        let mud = rheology.unwrap();
        assert!((mud.at(0.0414).0 - 0.42).abs() < 1e-12);
        assert!(mud.at(0.0).0.abs() < 1e-15 && (mud.at(0.0).1 - 0.0015).abs() < 1e-15);
        let mut last = -1.0;
        for step in 0..100 {
            let stress = mud.at(f64::from(step) * 1e-3).0;
            assert!(stress > last);
            last = stress;
        }
        assert_eq!(mud.caveats(0.05).len(), 1, "assumed");
        assert_eq!(mud.caveats(0.09).len(), 2, "assumed, and beyond its end");
    }

    #[test]
    fn half_a_description_is_refused() {
        assert!(read("rheology = { yield_stress = \"1 Pa\" }").1[0].contains("neither"));
        assert!(read("rheology = { curve = \"rey-mud-ilustrative\" }").1[0].contains("did you mean"));
        let (given, problems, _) = read("rheology = { yield_stress = \"1 Pa\", plastic_viscosity = \"2 mPa s\" }");
        assert!(problems.is_empty() && given.unwrap().at(0.3) == (1.0, 2e-3));
    }
}
