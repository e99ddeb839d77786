//! Random circuits of mixer-settlers, each from a seed, and the proof that an answer is one.
//!
//! # Holds for
//! 2–200 stages, 2–15 elements, every law, O/A 0.1–10, reflux up to 50, feeds of 1 mg/L to 200 g/L,
//! free acid to alkaline-saponified, open and closed loops, side outlets, second feeds, bleed.

#![allow(clippy::expect_used)] // facts that ship are read; a test stops where a program may not

mod check;
mod dice;
mod laws;

use ytterby::element::Element;
use ytterby::library::Library;
use ytterby::separate::cascade::{Cascade, Stage, western_name};
use ytterby::separate::isotherm::cation_exchange::charge_of;

pub use check::{Verdict, judge};
use dice::Dice;
use laws::Law;

/// A circuit before it is solved.
pub struct Circuit {
    law: Law,
    solutes: Vec<Element>,
    charge: Vec<f64>,
    stages: Vec<Stage>,
    fresh: Vec<f64>,
    returned: Vec<f64>,
    sections: [usize; 3],
    story: String,
}

/// Equivalents the most concentrated acid holds, eq/L.
const STRONGEST_ACID: f64 = 8.0;

impl Circuit {
    /// The circuit of a seed.
    pub fn draw(seed: u64, library: &Library) -> Self {
        let mut dice = Dice::new(seed);
        let law = laws::draw(&mut dice, library);
        let how_many = dice.count(2, 15);
        let solutes = dice.some(&law.elements, how_many.max(2));
        let sections = sections(&mut dice, law.isotherm.saturated());
        if law.isotherm.saturated() {
            Self::saturated(&mut dice, law, solutes, sections)
        } else {
            Self::acidic(&mut dice, law, solutes, sections)
        }
    }

    /// Ready to be solved.
    pub fn cascade(&self) -> Cascade<'_> {
        Cascade {
            law: &*self.law.isotherm,
            solutes: self.solutes.clone(),
            charge: self.charge.clone(),
            stages: self.stages.clone(),
            fresh: self.fresh.clone(),
            returned: self.returned.clone(),
            name: western_name,
            sections: self.sections,
        }
    }

    /// What kind of circuit it is, in a line.
    pub fn story(&self) -> String {
        let [e, s, b] = self.sections;
        format!("{}; {} solutes; {e}+{s}+{b} stages; {}", self.law.name, self.solutes.len(), self.story)
    }

    /// The law's name.
    pub fn law(&self) -> &str {
        &self.law.name
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

    fn acidic(dice: &mut Dice, law: Law, mut solutes: Vec<Element>, sections: [usize; 3]) -> Self {
        let [extract, scrub, strip] = sections;
        let n = extract + scrub + strip;
        let size = dice.decades(1e-2, 1e4);
        let grams = dice.decades(1e-3, 200.0);
        let mut feed = Self::feed(dice, &solutes, grams * size);
        let mut charge: Vec<f64> = solutes.iter().map(|&e| charge_of(e)).collect();
        let feed_eq: f64 = feed.iter().zip(&charge).map(|(f, z)| f * z).sum();
        let feed_acid = dice.decades(1e-4, 3.0) * size;
        // Scrub: acid of its own, or part of the strip liquor led back.
        let reflux = if scrub > 0 { dice.decades(0.05, 50.0) } else { 0.0 };
        let led_back = scrub > 0 && strip > 0 && dice.chance(0.3);
        let scrub_eq = if led_back { 0.0 } else { reflux * feed_eq };
        // A feed of milligrams is scrubbed with acid in excess: no plant pumps scrub liquor by the drop.
        let o_to_a = dice.decades(0.1, 10.0);
        let strength = dice.decades(0.05, STRONGEST_ACID);
        let least = o_to_a * size / dice.decades(5.0, 100.0);
        let scrub_flow = if led_back || scrub == 0 { 0.0 } else { (scrub_eq / strength).max(least) };
        let (scrub_eq, reflux) = if scrub_flow > 0.0 {
            (strength * scrub_flow, strength * scrub_flow / feed_eq)
        } else {
            (scrub_eq, reflux)
        };
        let organic = o_to_a * (size + scrub_flow);
        let extractant =
            if law.by_dosage { dice.between(1.0, 20.0) / 100.0 * 975.8 / 322.431 } else { dice.decades(0.02, 0.75) };
        let sites = organic * extractant;
        let strip_eq = dice.decades(0.3, 5.0) * sites.min(20.0 * feed_eq + 0.05 * sites);
        let strip_flow = (organic / dice.decades(0.5, 20.0)).max(strip_eq / STRONGEST_ACID);
        let closed = strip > 0 && dice.chance(0.7);
        // The base: held below what the raffinate's anions can carry, but for a few that overdo it.
        let base = law.bases.first().copied().filter(|_| dice.chance(0.55));
        let overdone = dice.chance(0.05);
        if let Some(base) = base {
            solutes.push(base);
            charge.push(1.0);
            let share = dice.between(0.02, 1.0);
            let bearable = feed_eq + feed_acid + scrub_eq;
            feed.push(0.0);
            feed.push(if overdone { share * sites } else { (share * sites).min(0.98 * bearable) });
        }
        let saponifier = if base.is_some() { feed.pop().unwrap_or(0.0) } else { 0.0 };
        let k = solutes.len();
        let mut fresh = vec![0.0; n * k];
        let mut added_flow = vec![0.0; n];
        let mut added_eq = vec![0.0; n];
        let second = (n > 4 && dice.chance(0.15)).then(|| dice.count(0, extract + scrub - 1));
        for (at, part) in [Some((extract - 1, if second.is_some() { 0.7 } else { 1.0 })), second.map(|at| (at, 0.3))]
            .into_iter()
            .flatten()
        {
            for i in 0..k {
                fresh[at * k + i] += part * feed[i];
            }
            added_flow[at] += part * size;
            added_eq[at] += part * (feed_eq + feed_acid);
        }
        if base.is_some() {
            fresh[k - 1] += saponifier;
        }
        if scrub > 0 {
            added_flow[extract + scrub - 1] += scrub_flow;
            added_eq[extract + scrub - 1] += scrub_eq;
        }
        if strip > 0 {
            added_flow[n - 1] += strip_flow;
            added_eq[n - 1] += strip_eq;
        }
        let mut kept = vec![1.0; n];
        kept[0] = 0.0;
        if strip > 0 {
            kept[extract + scrub] = if led_back { reflux / (1.0 + reflux) } else { 0.0 };
        }
        let side = (extract + scrub > 3 && dice.chance(0.2)).then(|| dice.count(1, extract + scrub - 1));
        if let Some(at) = side {
            kept[at] = 1.0 - dice.between(0.05, 0.6);
        }
        let sulfate = law.by_dosage || dice.chance(0.15);
        let (mut flow, mut anions) = (0.0, 0.0);
        let mut stages = vec![Stage { aqueous: 0.0, organic, anions: 0.0, sites, weak: [0.0; 3], kept: 1.0 }; n];
        for j in (0..n).rev() {
            let down = if j + 1 < n { kept[j + 1] } else { 0.0 };
            flow = down * flow + added_flow[j];
            anions = down * anions + added_eq[j];
            let weak = if sulfate { [0.5 * anions / flow, 0.0, 0.0] } else { [0.0; 3] };
            stages[j] = Stage { aqueous: flow, anions, weak, kept: kept[j], ..stages[j] };
        }
        let bleed = if closed && dice.chance(0.2) { dice.between(0.9, 1.0) } else { 1.0 };
        let returned = vec![if closed { bleed } else { 0.0 }; k];
        let told = |what: &str, is: bool| if is { format!("; {what}") } else { String::new() };
        let story = format!(
            "{grams:.3} g/L, acid {:.4} mol/L, O/A {o_to_a:.2}, reflux {reflux:.2}{}, sites/feed {:.2}, strip/sites {:.2}, base/sites {:.3}; loop {}{}{}{}",
            feed_acid / size,
            if led_back { " of strip liquor" } else { "" },
            sites / feed_eq,
            strip_eq / sites,
            saponifier / sites,
            if closed { "closed" } else { "open" },
            told("side outlet", side.is_some()),
            told("second feed", second.is_some()),
            told("sulfate", sulfate),
        );
        Self { law, solutes, charge, stages, fresh, returned, sections, story }
    }

    /// A battery whose organic phase is always full: Xu and Zhang's, with metal flows for flows.
    fn saturated(dice: &mut Dice, law: Law, solutes: Vec<Element>, sections: [usize; 3]) -> Self {
        let [extract, scrub, _] = sections;
        let (n, k) = (extract + scrub, solutes.len());
        let size = dice.decades(1e-3, 1e4);
        let feed = Self::feed(dice, &solutes, size);
        let moles: f64 = feed.iter().sum();
        let reflux = dice.decades(0.05, 50.0) * moles;
        let product = moles * dice.between(0.02, 0.98);
        let organic = reflux + product;
        let mut fresh = vec![0.0; n * k];
        fresh[(extract - 1) * k..extract * k].copy_from_slice(&feed);
        let mut kept = vec![1.0; n];
        kept[0] = 0.0;
        let side = (n > 4 && dice.chance(0.3)).then(|| dice.count(1, n - 2));
        if let Some(at) = side {
            // A share of the raffinate-to-be, so that most of these can be met.
            let passing = if at < extract { reflux + moles } else { reflux };
            kept[at] = 1.0 - (dice.between(0.05, 1.05) * (moles - product) / passing).min(0.95);
        }
        let o_to_a = dice.decades(0.1, 10.0);
        let (mut metal, mut stages) = (reflux, Vec::with_capacity(n));
        for j in (0..n).rev() {
            if j + 1 < n {
                metal *= kept[j + 1];
            }
            if j + 1 == extract {
                metal += moles;
            }
            let sites = if j + 1 == n { product } else { organic };
            stages.push(Stage {
                aqueous: size,
                organic: o_to_a * size,
                anions: if j == 0 { metal - organic } else { metal },
                sites,
                weak: [0.0; 3],
                kept: kept[j],
            });
        }
        stages.reverse();
        let story = format!(
            "reflux {:.2}, product {:.2}{}",
            reflux / moles,
            product / moles,
            if side.is_some() { "; side outlet" } else { "" }
        );
        let charge = vec![1.0; k];
        Self { law, solutes, charge, stages, fresh, returned: vec![0.0; k], sections: [extract, scrub, 0], story }
    }
}

/// 2–200 stages: extraction alone, with strip, with scrub, or all three.
fn sections(dice: &mut Dice, saturated: bool) -> [usize; 3] {
    let whole = dice.decades(2.0, 200.99) as usize;
    if saturated {
        let extract = dice.count(1, whole - 1);
        return [extract, whole - extract, 0];
    }
    let shape = dice.count(0, 5);
    match (shape, whole) {
        (0, _) => [whole, 0, 0],
        (1, _) | (_, 2) => {
            let extract = dice.count(1, whole - 1);
            [extract, 0, whole - extract]
        }
        (2, _) => {
            let extract = dice.count(1, whole - 1);
            [extract, whole - extract, 0]
        }
        _ => {
            let extract = dice.count(1, whole - 2);
            let scrub = dice.count(1, whole - extract - 1);
            [extract, scrub, whole - extract - scrub]
        }
    }
}
