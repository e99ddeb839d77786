//! Random circuits of mixer-settlers, each from a seed, and the proof that an answer is one.
//!
//! # Holds for
//! 2–200 stages in one battery or two linked, 2–15 elements, every law, O/A 0.1–10, reflux up to 50, feeds of
//! 1 mg/L to 200 g/L, free acid to alkaline-saponified, open and closed loops, side outlets, second feeds, bleed,
//! stage efficiency 60–100 %, entrainment up to 2 % both ways.

#![allow(clippy::expect_used)] // facts that ship are read; a test stops where a program may not

mod battery;
mod check;
mod dice;
mod laws;

use std::fmt::Write;

use ytterby::element::Element;
use ytterby::error::Error;
use ytterby::library::Library;
use ytterby::separate::cascade::flows::{self, Feed};
use ytterby::separate::cascade::network::{Network, Phase, Pipe, Stage};
use ytterby::separate::isotherm::Exchange;
use ytterby::separate::isotherm::cation_exchange::charge_of;

use battery::Battery;
pub use check::{Verdict, judge};
use dice::Dice;
use laws::Law;

/// A circuit before it is solved.
pub struct Circuit {
    laws: Vec<Law>,
    solutes: Vec<Element>,
    charge: Vec<f64>,
    stages: Vec<Stage>,
    pipes: Vec<Pipe>,
    fresh: Vec<f64>,
    fresh_organic: Vec<f64>,
    story: String,
}

impl Circuit {
    /// The circuit of a seed; the error is why its flows cannot be.
    pub fn draw(seed: u64, library: &Library) -> Result<Self, Error> {
        let mut dice = Dice::new(seed);
        let law = laws::draw(&mut dice, library);
        let how_many = dice.count(2, 15);
        let solutes = dice.some(&law.elements, how_many);
        let whole = dice.decades(2.0, 200.99) as usize;
        if law.isotherm.exchange() == Exchange::Saturated {
            return Ok(saturated(&mut dice, law, solutes, whole));
        }
        line(&mut dice, law, solutes, whole)
    }

    /// Ready to be solved.
    pub fn network(&self) -> Network<'_> {
        Network {
            laws: self.laws.iter().map(|law| &*law.isotherm).collect(),
            solutes: self.solutes.clone(),
            charge: self.charge.clone(),
            stages: self.stages.clone(),
            pipes: self.pipes.clone(),
            fresh: self.fresh.clone(),
            fresh_organic: self.fresh_organic.clone(),
            names: (0..self.stages.len()).map(|at| format!("{at}")).collect(),
        }
    }

    /// What kind of circuit it is, in a line.
    pub fn story(&self) -> String {
        format!("{}; {} solutes; {}", self.laws[0].name, self.solutes.len(), self.story)
    }

    /// The law's name.
    pub fn law(&self) -> &str {
        &self.laws[0].name
    }
}

/// Amounts of the feed, mol/h each: a few large, some traces.
fn feed(dice: &mut Dice, solutes: &[Element], grams: f64) -> Vec<f64> {
    let mut parts: Vec<f64> = solutes.iter().map(|_| dice.decades(1e-4, 1.0)).collect();
    if dice.chance(0.2) {
        let at = dice.count(0, parts.len() - 1);
        parts[at] *= 1e-6;
    }
    let whole: f64 = parts.iter().zip(solutes).map(|(part, e)| part * e.molar_mass() * 1000.0).sum();
    parts.iter().map(|part| part / whole * grams).collect()
}

/// One battery, or two linked: the raffinate of the first is the feed of the second.
fn line(dice: &mut Dice, law: Law, mut solutes: Vec<Element>, whole: usize) -> Result<Circuit, Error> {
    let size = dice.decades(1e-2, 1e4);
    let grams = dice.decades(1e-3, 200.0);
    let acid = dice.decades(1e-4, 3.0);
    let metals = feed(dice, &solutes, grams * size);
    let base = law.bases.first().copied().filter(|_| dice.chance(0.55));
    solutes.extend(base);
    let linked = whole > 7 && dice.chance(0.15);
    let sizes = if linked {
        let first = dice.count(3, whole - 3);
        vec![first, whole - first]
    } else {
        vec![whole]
    };
    let k = solutes.len();
    let mut circuit = Circuit {
        charge: solutes.iter().map(|&e| charge_of(e)).collect(),
        solutes,
        stages: vec![Stage { efficiency: 1.0, ..Stage::default() }; whole],
        pipes: Vec::new(),
        fresh: vec![0.0; whole * k],
        fresh_organic: vec![0.0; whole * k],
        laws: vec![law],
        story: format!("{grams:.3} g/L, acid {acid:.4} mol/L"),
    };
    let equivalents: f64 = metals.iter().zip(&circuit.charge).map(|(f, z)| f * z).sum();
    let (mut feeds, mut made_up): (Vec<Feed>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut from = 0;
    let mut flow = size;
    for stages in sizes {
        let battery = Battery::draw(dice, &circuit.laws[0], flow, equivalents, stages, base.is_some());
        battery.join(&mut circuit, &mut feeds, &mut made_up, from);
        let entry = from + battery.extract - 1;
        if from == 0 {
            battery.feed(&mut circuit, &mut feeds, &metals, size, acid * size);
        } else {
            circuit.pipes.push(Pipe { from: 0, phase: Phase::Aqueous, to: entry, share: 1.0, renews: None });
        }
        circuit.story += &battery.story;
        flow += battery.scrub_flow;
        from += stages;
    }
    if linked {
        circuit.story += "; two linked";
    }
    let efficiency = dice.chance(0.3).then(|| dice.between(0.6, 1.0));
    let entrained = dice.chance(0.25).then(|| [dice.decades(1e-4, 2e-2), dice.decades(1e-4, 2e-2)]);
    for stage in &mut circuit.stages {
        stage.efficiency = efficiency.unwrap_or(1.0);
        stage.entrained = entrained.unwrap_or_default();
    }
    if let Some(efficiency) = efficiency {
        let _ = write!(circuit.story, "; efficiency {efficiency:.2}");
    }
    if let Some([under, over]) = entrained {
        let _ = write!(circuit.story, "; entrained {under:.1e} and {over:.1e}");
    }
    let mut network = circuit.network();
    flows::settle(&mut network, &feeds, &made_up)?;
    let stages = network.stages;
    circuit.stages = stages;
    Ok(circuit)
}

/// A battery whose organic phase is always full: Xu and Zhang's, with metal flows for flows.
fn saturated(dice: &mut Dice, law: Law, solutes: Vec<Element>, whole: usize) -> Circuit {
    let extract = dice.count(1, whole - 1);
    let k = solutes.len();
    let size = dice.decades(1e-3, 1e4);
    let metals = feed(dice, &solutes, size);
    let moles: f64 = metals.iter().sum();
    let reflux = dice.decades(0.05, 50.0) * moles;
    let product = moles * dice.between(0.02, 0.98);
    let mut fresh = vec![0.0; whole * k];
    fresh[(extract - 1) * k..extract * k].copy_from_slice(&metals);
    let side = (whole > 4 && dice.chance(0.3)).then(|| dice.count(1, whole - 2));
    let drawn = side.map_or(0.0, |at| {
        // A share of the raffinate-to-be, so that most of these can be met.
        let passing = if at < extract { reflux + moles } else { reflux };
        (dice.between(0.05, 1.05) * (moles - product) / passing).min(0.95)
    });
    let o_to_a = dice.decades(0.1, 10.0);
    let mut pipes = Vec::new();
    for j in 0..whole {
        if j > 0 {
            let share = if side == Some(j) { 1.0 - drawn } else { 1.0 };
            pipes.push(Pipe { from: j, phase: Phase::Aqueous, to: j - 1, share, renews: None });
        }
        if j + 1 < whole {
            pipes.push(Pipe { from: j, phase: Phase::Organic, to: j + 1, share: 1.0, renews: None });
        }
    }
    let stage = |j| Stage {
        aqueous: size,
        organic: o_to_a * size,
        sites: if j + 1 == whole { product } else { reflux + product },
        efficiency: 1.0,
        ..Stage::default()
    };
    Circuit {
        story: format!(
            "{extract}+{} stages; reflux {:.2}, product {:.2}, side {drawn:.3}",
            whole - extract,
            reflux / moles,
            product / moles
        ),
        laws: vec![law],
        charge: vec![1.0; k],
        solutes,
        stages: (0..whole).map(stage).collect(),
        pipes,
        fresh,
        fresh_organic: vec![0.0; whole * k],
    }
}
