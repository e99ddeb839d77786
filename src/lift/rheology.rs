//! Rheology: the flow curve of a mud, by its solids by volume.
//!
//! # Equation
//! `τ = τy + K γ̇ⁿ`; a mud of Bingham's kind has n = 1, and its K is the plastic viscosity. Between the rows of a measured
//! (or assumed) curve ln τy, ln K and n run straight in the solids by volume; from no solids to the first row τy runs
//! straight itself, from zero. Beyond the last row the last slope is continued, and the result carries a caveat.
//!
//! # Symbols
//! τy: yield stress, Pa; K: consistency, Pa sⁿ; n: flow index, 1.
//!
//! # Holds for
//! What the curve was measured on. Muds differ by orders of magnitude with clay, organic
//! matter and salt: a curve of another mud is a guess, and is to be marked as one.
//!
//! # Source
//! The curve's own: `data/lift/rheology/<name>.csv` with its sidecar, or two numbers of the
//! scenario.

use super::bingham::{self, Friction};
use super::herschel_bulkley::{self, Fluid};
use super::pipe;
use crate::fields::{Fields, nearest};
use crate::library::Library;
use crate::quantity::{Number, Pressure, Viscosity};
use crate::source::{Evidence, Sourced};

const FOLDER: &str = "lift/rheology";

/// One row of a curve: a flow curve at some solids by volume.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Point {
    solids: f64,
    fluid: Fluid,
}

/// By which law a mud rubs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Law {
    /// [`super::bingham`]: no flow index is told.
    Bingham,
    /// [`super::herschel_bulkley`].
    HerschelBulkley,
}

/// A mud at one concentration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mud {
    /// Its flow curve.
    pub fluid: Fluid,
    /// By which law it rubs.
    pub law: Law,
}

impl Mud {
    /// A plain liquid, viscosity in Pa s.
    pub const fn plain(viscosity: f64) -> Self {
        Self { fluid: Fluid::bingham(0.0, viscosity), law: Law::Bingham }
    }

    /// Friction in a pipe; on a rough wall turbulence never rubs less than that of a plain liquid.
    pub fn rub(&self, density: f64, velocity: f64, diameter: f64, roughness: f64) -> Friction {
        let Fluid { yield_stress, consistency, .. } = self.fluid;
        match self.law {
            Law::HerschelBulkley => herschel_bulkley::friction(&self.fluid, density, velocity, diameter, roughness),
            Law::Bingham => {
                let mut friction = bingham::friction(density, velocity, diameter, yield_stress, consistency);
                if roughness > 0.0 && friction.is_turbulent() {
                    let rough = pipe::friction_factor(friction.reynolds, roughness / diameter);
                    friction.factor = friction.factor.max(rough);
                }
                friction
            }
        }
    }
}

/// How a mud flows.
#[derive(Debug, Clone, PartialEq)]
pub enum Rheology {
    /// The same at any concentration: numbers of the scenario.
    Given(Mud),
    /// By concentration, from a file of the data.
    Curve(Curve),
}

/// A curve of the data.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    name: String,
    evidence: Evidence,
    law: Law,
    points: Vec<Point>,
}

impl Rheology {
    /// Reads `rheology = { curve = "…" }`, `{ yield_stress = "…", plastic_viscosity = "…" }`, or
    /// `{ yield_stress = "…", consistency = …, flow_index = … }`.
    pub fn field(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let mut table = fields.table("rheology", "how the slurry resists: a curve of the data, or its numbers")?;
        let curve = table.may_text("curve", "name of a file in data/lift/rheology; absent: the numbers are given");
        let stress: Option<Pressure> =
            table.may("yield_stress", "stress below which the slurry rests; absent: from the curve", 0.0..=1e4);
        let viscosity: Option<Viscosity> = table.may(
            "plastic_viscosity",
            "viscosity of a Bingham mud beyond the yield; absent: from the curve, or consistency and flow_index",
            1e-4..=10.0,
        );
        let consistency: Option<Number> =
            table.may("consistency", "K of a mud that thins when sheared, Pa s^n; absent: a Bingham mud", 1e-4..=1e3);
        let index: Option<Number> =
            table.may("flow_index", "n of a mud that thins when sheared; absent: a Bingham mud", 0.1..=1.5);
        let read = match (curve, stress, viscosity, consistency, index) {
            (Some(name), None, None, None, None) => Self::curve(&name, &table, library),
            (None, Some(stress), Some(viscosity), None, None) => {
                Some(Rheology::Given(Mud { fluid: Fluid::bingham(stress.0, viscosity.0), law: Law::Bingham }))
            }
            (None, Some(stress), None, Some(consistency), Some(index)) => Some(Rheology::Given(Mud {
                fluid: Fluid { yield_stress: stress.0, consistency: consistency.0, index: index.0 },
                law: Law::HerschelBulkley,
            })),
            (curve, ..) => {
                let what = if curve.is_some() {
                    "both a curve and numbers"
                } else {
                    "neither a curve nor a whole set of numbers"
                };
                table.refuse(
                    "curve",
                    what,
                    "curve = \"…\"; or yield_stress and plastic_viscosity; or yield_stress, consistency and flow_index",
                );
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
        let thins = facts.sidecar.columns.iter().any(|(name, _)| name == "flow_index");
        let stiffness = if thins { ("consistency", "Pa s^n") } else { ("plastic_viscosity", "Pa s") };
        let mut points = Vec::new();
        for row in facts.rows() {
            let solids = row.number("solids_by_volume")?;
            let number = |what: &str, unit: &str| {
                let value = row.number(what)?;
                let fact = Sourced { value, citation: row.citation() };
                table.check().cite(format!("{}.{what}_at_{solids}", table.path()), &fact, unit);
                Some(value)
            };
            let yield_stress = number("yield_stress", "Pa")?;
            let consistency = number(stiffness.0, stiffness.1)?;
            let index = if thins { number("flow_index", "1")? } else { 1.0 };
            points.push(Point { solids, fluid: Fluid { yield_stress, consistency, index } });
        }
        let rises = points.windows(2).all(|w| w[0].solids < w[1].solids);
        let lawful = points.first().is_some_and(|p| p.solids == 0.0 && p.fluid.yield_stress >= 0.0)
            && points.iter().skip(1).all(|p| p.fluid.yield_stress > 0.0)
            && points.iter().all(|p| p.fluid.consistency > 0.0 && p.fluid.index > 0.0);
        if points.len() < 3 || !rises || !lawful {
            let hint = "three rows or more, rising from no solids, every yield stress beyond the first above zero";
            table.refuse("curve", format!("data/{FOLDER}/{name}.csv is not a curve"), hint);
            return None;
        }
        let law = if thins { Law::HerschelBulkley } else { Law::Bingham };
        Some(Rheology::Curve(Curve { name: name.to_owned(), evidence: facts.sidecar.evidence, law, points }))
    }

    /// The mud at some solids by volume.
    pub fn at(&self, solids: f64) -> Mud {
        match self {
            Rheology::Given(mud) => *mud,
            Rheology::Curve(curve) => Mud { fluid: between(&curve.points, solids), law: curve.law },
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

fn between(points: &[Point], solids: f64) -> Fluid {
    let next = points.partition_point(|p| p.solids < solids).clamp(1, points.len() - 1);
    let (a, b) = (points[next - 1], points[next]);
    let share = (solids - a.solids) / (b.solids - a.solids);
    let (a, b) = (a.fluid, b.fluid);
    let geometric = |from: f64, to: f64| from * (to / from).powf(share);
    Fluid {
        yield_stress: if a.yield_stress > 0.0 {
            geometric(a.yield_stress, b.yield_stress)
        } else {
            b.yield_stress * share
        },
        consistency: geometric(a.consistency, b.consistency),
        // Continued beyond the last row, an index must not run to nought.
        index: (a.index + (b.index - a.index) * share).clamp(a.index.min(b.index).min(0.2), a.index.max(b.index)),
    }
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
        assert!((mud.at(0.0414).fluid.yield_stress - 0.42).abs() < 1e-12);
        let water = mud.at(0.0).fluid;
        assert!(water.yield_stress.abs() < 1e-15 && (water.consistency - 0.0015).abs() < 1e-15);
        let mut last = -1.0;
        for step in 0..100 {
            let stress = mud.at(f64::from(step) * 1e-3).fluid.yield_stress;
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
        assert!(problems.is_empty() && given.unwrap().at(0.3).fluid == Fluid::bingham(1.0, 2e-3));
        let thins =
            read("rheology = { yield_stress = \"1 Pa\", consistency = 0.2, flow_index = 0.5 }").0.unwrap().at(0.1);
        assert!(thins.law == Law::HerschelBulkley && (thins.fluid.index - 0.5).abs() < 1e-15);
        assert!(read("rheology = { yield_stress = \"1 Pa\", flow_index = 0.5 }").1[0].contains("whole set"));
    }
}
