//! A battery of three outlets made good: as one unit `circuit`, solved rigorously, corrected until every outlet is what is asked.
//!
//! # Equation
//! Four sections: extraction, the scrub below the side outlet, the scrub above it, the strip. Solution is drawn where it leaves
//! the upper scrub. With S, W and D the metal in organic phase, scrub liquor and draw,
//! ```text
//! stripped E = S − W,    raffinate R = F − E − D
//! ```
//! E is the root at which the upper cut (what of A is drawn, what of B and C is stripped) misses what it may on both
//! sides by the same factor, at constant R; R the root of the lower cut (A and B in the raffinate, C drawn) at constant E;
//! in turn until both stand. Sections are lengthened where that lowers the misses most for what it costs, S is raised where
//! no stage helps ([`super::three::least_organic`]), then what is not needed is taken out. All of it at several S: the
//! cheapest is kept.
//!
//! # Symbols
//! A, B, C: what is stripped, drawn, left in the raffinate; F: all fed, mol/h.
//!
//! # Holds for
//! Whatever the unit `circuit` holds for; clear phases: no drops, so no make-up. A feed in solution, brought to the strength and
//! pH asked for first.
//!
//! # Source
//! The unit's; `zhang2016` for batteries of three outlets; bracketing by `dahlquist2008` (Illinois rule).

mod search;

use std::fmt::Write as _;

pub use super::linked::preparation;
pub use search::build;

use super::goal::Tally;
use super::loading;
use super::plan::Plan;
use super::rigorous::{Built, Size};
use super::spec::{Solvent, Spec, seven_digits, written};
use crate::document::Node;
use crate::ion::Ion;
use crate::quantity::{Duration, Quantity};
use crate::stream::Stream;
use crate::unit::{Balance, Reading};

/// What a battery's two cuts may pass, or do: below the side outlet, above it; each slipped up and lost down, mol/h.
pub type Passed = [[f64; 2]; 2];

/// What the search may change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// Extraction, scrub below the side outlet, scrub above it, strip.
    pub stages: [usize; 4],
    /// mol/h of metal the organic phase can carry.
    pub carries: f64,
    /// mol/h of metal the scrub liquor can.
    pub returns: f64,
    /// mol/h of it that is drawn.
    pub drawn: f64,
    /// mol/h of metal for which there is strip acid.
    pub stripped: f64,
    /// Strip acid beyond that, as a share of it.
    pub excess: f64,
    /// pH its feed is brought to; `None`: as the battery's fields have it.
    pub feed_ph: Option<f64>,
}

/// A battery of three outlets that does what is asked.
#[derive(Debug, Clone)]
pub struct Middle {
    /// As planned.
    pub plan: Plan,
    /// As built.
    pub shape: Shape,
    /// What it does to its feed: raffinate, side outlet, what is stripped.
    pub balance: Balance,
    /// Its feed, as it comes.
    pub feed: Stream,
    /// What made the feed ready, where a strength or a pH is asked for.
    pub prepared: Option<Balance>,
    /// What its cuts pass.
    pub passed: Passed,
    /// What it uses.
    pub used: Tally,
    /// Rigorous solutions it took.
    pub solves: usize,
}

pub(super) fn reading(balance: &Balance, name: &str) -> Option<f64> {
    balance.readings.iter().find(|reading| reading.name == name).map(|reading| reading.value)
}

/// kg/h bought of a reagent.
fn bought(balance: &Balance, name: &str) -> f64 {
    balance.drawn.iter().filter(|drawn| drawn.name == name).map(|drawn| drawn.stream.mass()).sum()
}

/// h in the saponification tank, which a battery alone counts among its stages' hold-ups too.
fn saponification(solvent: &Solvent) -> f64 {
    let text = solvent.node.get("residence").and_then(|all| all.get("saponification")).and_then(Node::text);
    text.and_then(|text| Duration::parse(text).ok()).map_or(0.0, |time| time.0)
}

impl Shape {
    /// All stages.
    pub fn whole(&self) -> usize {
        self.stages.iter().sum()
    }

    /// mol/h that the organic phase of a liquor can carry; what the free acid of the liquor takes up besides.
    fn organic(&self, ready: &Stream) -> f64 {
        self.carries + ready.aqueous.ions[Ion::H].max(0.0) / 3.0
    }

    /// L/h of organic phase.
    fn litres(&self, solvent: &Solvent, ready: &Stream) -> f64 {
        3.0 * self.organic(ready) / (solvent.saponified * solvent.concentration)
    }

    /// What a battery of this shape uses, its feed's preparation left out.
    fn used(&self, solvent: &Solvent, ready: &Stream, balance: &Balance) -> Tally {
        let [base, acid] = drawn(balance);
        let saponifying = self.litres(solvent, ready) / 1000.0 * saponification(solvent);
        Tally {
            stage_flow: self.organic(ready) * self.whole() as f64,
            base,
            acid,
            solvent: reading(balance, "solvent held").unwrap_or(0.0) + saponifying,
            oxide: reading(balance, "rare earths held").unwrap_or(0.0),
        }
    }

    /// The unit's fields as TOML, for the liquor made ready; `prefix` stands before the names of inner tables.
    pub fn text(&self, solvent: &Solvent, plan: &Plan, ready: &Stream, prefix: &str) -> String {
        let get = |key: &str| solvent.node.get(key).map(|found| written(&found.value));
        let mut text = String::from("inlets = [\"liquor\"]\nlitre = \"of-solution\"\n");
        let hour = |key: &str| {
            let all = solvent.node.get("residence");
            all.and_then(|all| all.get(key)).map(|found| written(&found.value)).unwrap_or_default()
        };
        _ = writeln!(text, "residence = {{ mixer = {}, settler = {} }}", hour("mixer"), hour("settler"));
        _ = writeln!(text, "mixer_power = {}", get("mixer_power").unwrap_or_default());
        _ = writeln!(text, "[[{prefix}organic]]\ntag = \"solvent\"");
        for key in ["extractant", "concentration", "diluent", "saponified", "base", "missing", "log_k"] {
            if let Some(value) = get(key) {
                _ = writeln!(text, "{key} = {value}");
            }
        }
        let stripping = self.stripped * (1.0 + self.excess);
        let liquors = [("scrub-acid", plan.scrub_acid, self.returns), ("strip-acid", plan.strip_acid, stripping)];
        for (tag, acid, moles) in liquors {
            _ = writeln!(text, "[[{prefix}liquor]]\ntag = \"{tag}\"");
            for key in ["acid", "water"] {
                _ = writeln!(text, "{key} = {}", get(key).unwrap_or_default());
            }
            _ = writeln!(text, "strength = \"{acid} mol/L\"\nflow = \"{} L/h\"", seven_digits(3.0 * moles / acid));
        }
        let [extract, below, above, strip] = self.stages;
        let litres = self.litres(solvent, ready);
        let mut section = |tag: &str, stages: usize, rest: &str| {
            _ = writeln!(
                text,
                "[[{prefix}section]]\ntag = \"{tag}\"\nstages = {stages}\nefficiency = 1\norganic_in_solution = 0\n\
                 solution_in_organic = 0\n{rest}"
            );
        };
        section(
            "load",
            extract,
            &format!(
                "solution = [\"liquor\", \"scrub-below\"]\norganic = [\"strip\", \"solvent\"]\norganic_flow = \"{} L/h\"\n\
                 solution_to = \"raffinate\"",
                seven_digits(litres)
            ),
        );
        section("scrub-below", below, "solution = [\"scrub-above\"]\norganic = [\"load\"]");
        section(
            "scrub-above",
            above,
            &format!(
                "solution = [\"scrub-acid\"]\norganic = [\"scrub-below\"]\n[[{prefix}section.side]]\ntag = \"middle\"\n\
                 phase = \"solution\"\nstage = {above}\nshare = {}",
                seven_digits(self.drawn / self.returns)
            ),
        );
        section("strip", strip, "solution = [\"strip-acid\"]\norganic = [\"scrub-above\"]\nsolution_to = \"stripped\"");
        text
    }
}

/// eq/h of base and of acid drawn.
fn drawn(balance: &Balance) -> [f64; 2] {
    let acid = || balance.drawn.iter().map(|drawn| drawn.stream.aqueous.ions[Ion::H]);
    [acid().map(|acid| (-acid).max(0.0)).sum(), acid().map(|acid| acid.max(0.0)).sum()]
}

impl Middle {
    /// The liquor that the circuit takes.
    pub fn ready(&self) -> &Stream {
        self.prepared.as_ref().map_or(&self.feed, |prepared| &prepared.outlets[0])
    }

    /// As tables have a battery: its outlets raffinate, stripped, middle.
    pub fn battery(&self, spec: &Spec) -> Built {
        let solvent = &spec.solvents[self.plan.solvent];
        let flow = self.shape.litres(solvent, self.ready()) / 1000.0;
        let mut readings = vec![Reading::new("organic flow", flow, "m3/h")];
        for (section, tag) in [("extraction", "load"), ("scrub", "scrub-above"), ("strip", "strip")] {
            if let Some(ratio) = reading(&self.balance, &format!("organic to aqueous, {tag}")) {
                readings.push(Reading::new(format!("organic to aqueous, {section}"), ratio, "1"));
            }
        }
        if let Some(full) = loading::highest(&self.balance, |_| true) {
            readings.push(Reading::new("highest loading", 100.0 * full, "%"));
        }
        readings.push(Reading::new("solvent held", self.used.solvent, "m3"));
        readings.push(Reading::new("rare earths held", self.used.oxide, "kg REO"));
        for key in ["base", "acid"] {
            let name = solvent.node.get(key).and_then(Node::text).unwrap_or_default();
            let kg = bought(&self.balance, name) + self.prepared.as_ref().map_or(0.0, |done| bought(done, name));
            let about = format!("{name} per rare-earth oxide fed");
            readings.push(Reading::new(about, kg / self.feed.rare_earth_oxide(), "kg/kg"));
        }
        let [raffinate, middle, stripped] = [0, 1, 2].map(|at| self.balance.outlets[at].clone());
        let [extract, below, above, strip] = self.shape.stages;
        Built {
            plan: self.plan.clone(),
            size: Size {
                stages: [extract, below + above, strip],
                flow: self.shape.carries / self.plan.floor.flows[0],
                excess: self.shape.excess,
                feed_ph: self.shape.feed_ph,
            },
            node: solvent.node.clone(),
            balance: Balance { outlets: vec![raffinate, stripped, middle], readings, ..Balance::default() },
            feed: self.feed.clone(),
            passed: self.passed[1],
            used: self.used,
            solves: self.solves,
        }
    }
}

#[cfg(test)]
mod tests;
