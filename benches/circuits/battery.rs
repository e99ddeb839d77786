//! One random battery of an acidic or solvating extractant: its flows, its pipes, what is fed to it.

use ytterby::separate::cascade::flows::Feed;
use ytterby::separate::cascade::network::{Phase, Pipe};
use ytterby::separate::isotherm::Exchange;

use super::Circuit;
use super::dice::Dice;
use super::laws::Law;

/// Equivalents the most concentrated acid holds, eq/L.
const STRONGEST_ACID: f64 = 8.0;

/// A battery before it is joined to a circuit.
pub struct Battery {
    /// Extraction stages.
    pub extract: usize,
    scrub: usize,
    strip: usize,
    /// Scrub liquor, L/h.
    pub scrub_flow: f64,
    scrub_eq: f64,
    strip_flow: f64,
    strip_eq: f64,
    /// Share of the strip liquor that scrubs.
    led_back: f64,
    organic: f64,
    sites: f64,
    base: f64,
    bleed: Option<f64>,
    renewed: bool,
    side: Option<(usize, f64)>,
    second: Option<usize>,
    solvating: bool,
    sulfate: bool,
    /// In words.
    pub story: String,
}

impl Battery {
    /// For a feed of `size` L/h with so many equivalents of metal an hour.
    pub fn draw(dice: &mut Dice, law: &Law, size: f64, metal_eq: f64, whole: usize, saponified: bool) -> Self {
        let [extract, scrub, strip] = sections(dice, whole);
        let n = extract + scrub + strip;
        let solvating = law.isotherm.exchange() == Exchange::Salt;
        // Scrub: acid of its own, or part of the strip liquor led back. A feed of milligrams is scrubbed with acid
        // in excess: no plant pumps scrub liquor by the drop.
        let o_to_a = dice.decades(0.1, 10.0);
        let reflux = dice.decades(0.05, 50.0);
        let strength = dice.decades(0.05, STRONGEST_ACID);
        let least = o_to_a * size / dice.decades(5.0, 100.0);
        let returns = dice.chance(0.3) && scrub > 0 && strip > 0;
        let scrub_flow = if returns || scrub == 0 { 0.0 } else { (reflux * metal_eq / strength).max(least) };
        let scrub_eq = strength * scrub_flow;
        let organic = o_to_a * (size + scrub_flow);
        let molar = match (solvating, law.by_dosage) {
            (true, _) => dice.decades(0.2, 3.0),
            (_, true) => dice.between(1.0, 20.0) / 100.0 * 975.8 / 322.431,
            _ => dice.decades(0.02, 0.75),
        };
        let sites = organic * molar;
        let strip_eq = dice.decades(0.3, 5.0) * sites.min(20.0 * metal_eq + 0.05 * sites);
        let strip_flow = (organic / dice.decades(0.5, 20.0)).max(strip_eq / STRONGEST_ACID);
        // What strips a solvating extractant is water with next to no acid.
        let strip_eq = if solvating { strip_flow * dice.decades(1e-3, 0.1) } else { strip_eq };
        let closed = strip > 0 && dice.chance(0.7);
        // The base: held below what the raffinate's anions can carry, but for a few that overdo it.
        let share = dice.between(0.02, 1.0);
        let bearable = metal_eq + scrub_eq;
        let base = match (saponified, dice.chance(0.08)) {
            (false, _) => 0.0,
            (true, true) => share * sites,
            (true, false) => (share * sites).min(0.98 * bearable),
        };
        let second = (n > 4 && extract + scrub > 1 && dice.chance(0.15)).then(|| dice.count(0, extract + scrub - 1));
        let side = (extract + scrub > 3 && dice.chance(0.2))
            .then(|| (dice.count(1, extract + scrub - 1), dice.between(0.05, 0.6)));
        let bleed = closed.then(|| if dice.chance(0.3) { dice.between(0.9, 1.0) } else { 1.0 });
        let renewed = dice.chance(0.5);
        let sulfate = !solvating && (law.by_dosage || dice.chance(0.15));
        let told = |what: &str, is: bool| if is { format!(", {what}") } else { String::new() };
        let story = format!(
            "; {extract}+{scrub}+{strip} stages: O/A {o_to_a:.2}, {}, sites/feed {:.2}, strip/sites {:.2}, base/sites {:.3}, loop {}{}{}{}",
            match (returns, scrub) {
                (true, _) => format!("strip liquor back at reflux {reflux:.2}"),
                (_, 0) => "no scrub".into(),
                _ => format!("scrub acid/feed {:.2}", scrub_eq / metal_eq),
            },
            sites / metal_eq,
            strip_eq / sites,
            base / sites,
            bleed.map_or("open".into(), |share| format!("closed ({share:.2})")),
            told("side outlet", side.is_some()),
            told("second feed", second.is_some()),
            told("sulfate", sulfate),
        );
        let led_back = if returns { reflux / (1.0 + reflux) } else { 0.0 };
        Self {
            extract,
            scrub,
            strip,
            scrub_flow,
            scrub_eq,
            strip_flow,
            strip_eq,
            led_back,
            organic,
            sites,
            base,
            bleed,
            renewed,
            side,
            second,
            solvating,
            sulfate,
            story,
        }
    }

    fn liquor(&self, stage: usize, aqueous: f64, acid: f64, metal_eq: f64) -> Feed {
        // Anions: those of acid and metal; a solvating law counts those that no solute brought.
        let anions = if self.solvating { acid } else { acid + metal_eq };
        let weak = if self.sulfate { [0.5 * anions, 0.0, 0.0] } else { [0.0; 3] };
        Feed { stage, aqueous, anions, acid, weak, ..Feed::default() }
    }

    /// Stages from `first` on: pipes, scrub, strip, organic phase, base.
    pub fn join(&self, circuit: &mut Circuit, feeds: &mut Vec<Feed>, made_up: &mut Vec<usize>, first: usize) {
        let (n, k) = (self.extract + self.scrub + self.strip, circuit.solutes.len());
        let stripping = self.extract + self.scrub;
        for j in 0..n {
            let share = match self.side {
                Some((at, drawn)) if at == j => 1.0 - drawn,
                _ if j == stripping => self.led_back,
                _ => 1.0,
            };
            if j > 0 && share > 0.0 {
                circuit.pipes.push(Pipe {
                    from: first + j,
                    phase: Phase::Aqueous,
                    to: first + j - 1,
                    share,
                    renews: None,
                });
            }
            if j + 1 < n {
                let to = first + j + 1;
                circuit.pipes.push(Pipe { from: first + j, phase: Phase::Organic, to, share: 1.0, renews: None });
            }
        }
        if let Some(share) = self.bleed {
            let renews = (self.base > 0.0 && self.renewed).then_some(k - 1);
            made_up.push(circuit.pipes.len());
            circuit.pipes.push(Pipe { from: first + n - 1, phase: Phase::Organic, to: first, share, renews });
        }
        feeds.push(Feed { stage: first, organic: self.organic, sites: self.sites, ..Feed::default() });
        if self.scrub > 0 && self.scrub_flow > 0.0 {
            feeds.push(self.liquor(first + stripping - 1, self.scrub_flow, self.scrub_eq, 0.0));
        }
        if self.strip > 0 {
            feeds.push(self.liquor(first + n - 1, self.strip_flow, self.strip_eq, 0.0));
        }
        if self.base > 0.0 {
            circuit.fresh_organic[first * k + k - 1] += self.base;
        }
    }

    /// The feed, whole or three tenths of it elsewhere.
    pub fn feed(&self, circuit: &mut Circuit, feeds: &mut Vec<Feed>, metals: &[f64], size: f64, acid: f64) {
        let k = circuit.solutes.len();
        let metal_eq: f64 = metals.iter().zip(&circuit.charge).map(|(f, z)| f * z).sum();
        let parts = match self.second {
            Some(other) => vec![(self.extract - 1, 0.7), (other, 0.3)],
            None => vec![(self.extract - 1, 1.0)],
        };
        for (stage, part) in parts {
            for (i, metal) in metals.iter().enumerate() {
                circuit.fresh[stage * k + i] += part * metal;
            }
            feeds.push(self.liquor(stage, part * size, part * acid, part * metal_eq));
        }
    }
}

/// Extraction alone, with strip, with scrub, or all three.
fn sections(dice: &mut Dice, whole: usize) -> [usize; 3] {
    match (dice.count(0, 5), whole) {
        (0, _) | (_, 1) => [whole, 0, 0],
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
