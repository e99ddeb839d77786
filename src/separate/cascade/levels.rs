//! A short part from cold, by the levels of its stages alone.
//!
//! # Equation
//! Free extractant e and acidity o (or salt) of every stage make all its shares, and these make every amount, exactly
//! ([`super::linear`]). So two balances a stage are enough, whatever the number of solutes:
//! ```text
//! V e + Σ z Y = sites,      Q o ± Σ z X = anions          −: a solvating extractant, which takes anions along
//! ```
//! Where ln D of every solute i moves as s_i (dln e + r dln h), with one r for all, as by the stoichiometry of mass
//! action, all that stages send each other moves with one number a stage, β = dln e + r dln h:
//! ```text
//! y = t goes stays s β,     dt = (I − A)⁻¹ moved y,     dY = goes dt + y,     dX = stays dt − y
//! ```
//! Newton in ln e and ln h (ln o), so that both stay positive, is then one matrix as large as there are stages. While
//! steps are long its factors are made anew; at the end those in hand do.
//!
//! # Symbols
//! As in [`super::stage`]; y: what goes over to the organic phase at given t, mol/h; A: shares that pass from node to
//! node; moved: what pipes get more of a mole that leaves a mixer with the organic phase and not with the solution.
//!
//! # Holds for
//! A dozen stages: a step costs the square of the stages times the solutes, that of [`super::newton`] the stages times
//! the cube of the solutes. A metal caught between stages answers to the levels by powers of ten; what gets lost there,
//! and laws whose solutes move each in its own way, are left to [`super::newton`].
//!
//! # Source
//! Own. Levels are to a cascade what temperatures are to a distillation column.

use super::graph::{Node, Part};
use super::kernels::{self, dot, dot_of_three};
use super::linear::Balances;
use super::newton::Work;
use super::stage::{Here, acidity, free_hydrogen};
use crate::separate::isotherm::{Exchange, Slopes};

/// Stages solved this way.
const MOST: usize = 12;
/// Turns it is given.
const TURNS: usize = 14;
/// Longest step of a logarithm.
const STRIDE: f64 = 2.0;
/// Step from which the factors in hand do.
const NEAR: f64 = 1e-4;
/// What a stage's two balances may be out by in the end, as a share of what they hold.
const SETTLED: f64 = 1e-14;
/// Ratios of slopes that differ by less are the same.
const SAME: f64 = 1e-13;
/// Free extractant and acid to begin with, as shares of all; acid where the organic phase cannot take the metals.
const FREE: f64 = 0.5;
const ACID: [f64; 2] = [0.1, 0.7];

/// A mixer in hand.
struct Mixer {
    stage: usize,
    position: usize,
    node: usize,
    /// +1 where acid and metals share the anions, −1 where metals bring them along.
    sign: f64,
    here: Here,
    /// r.
    ratio: f64,
    /// What its two balances lack, over what free extractant and acid (salt) hold more for a step of their logarithms.
    lacks: [f64; 2],
    own: [f64; 2],
}

/// What a pipe gets of a mole that goes over.
struct Over {
    mixer: usize,
    to: usize,
    share: f64,
    renews: Option<usize>,
}

/// Room to work in; numbers by mixer and solute where nothing else is said.
struct Room {
    over: Vec<Over>,
    /// y for a β of one, and for that in hand.
    by: Vec<f64>,
    goes_over: Vec<f64>,
    /// What β answers to t.
    weight: Vec<f64>,
    /// dt for a mole of each solute that goes over, by mixer and position; and for all that goes over, by position.
    gained: Vec<f64>,
    change: Vec<f64>,
    beta: Vec<f64>,
    factors: Vec<f64>,
    pivots: Vec<usize>,
}

impl Work<'_, '_> {
    /// Solves a part to every digit; false where that does not come about. `totals` is what it holds unextracted.
    pub(super) fn by_levels(&mut self, part: &Part, fed: &[f64], balances: &mut Balances) -> bool {
        let Some(mut mixers) = self.mixers(part) else { return false };
        let mut room = self.room_for(part, &mixers);
        let mut near = false;
        for _ in 0..TURNS {
            self.iterations += 1;
            for mixer in &mixers {
                self.splits.share(self.network, mixer.stage, &mixer.here);
            }
            if !balances.solve(self.network, self.graph, part, &self.splits.shares, fed, &mut self.totals) {
                return false;
            }
            let gap = mixers.iter_mut().fold(0.0, |most: f64, mixer| {
                let gap = self.gap(mixer);
                if gap.is_nan() { gap } else { most.max(gap) }
            });
            if gap <= SETTLED {
                for Mixer { stage, here, .. } in mixers {
                    self.splits.free[stage] = here.free;
                    self.splits.other[stage] = here.other;
                    self.splits.hydrogen[stage] = here.hydrogen;
                }
                return true;
            }
            if !gap.is_finite() || !(near || self.factors(part, &mut mixers, balances, &mut room)) {
                return false;
            }
            near = self.level_step(part, &mut mixers, balances, &mut room) < NEAR;
        }
        false
    }

    /// The mixers of a part that may be solved this way, with levels to begin with.
    fn mixers(&self, part: &Part) -> Option<Vec<Mixer>> {
        let (charge, k) = (&self.network.charge, self.network.charge.len());
        let mut mixers = Vec::with_capacity(MOST);
        for (position, &node) in part.nodes.iter().enumerate() {
            let Node::Mixer(at) = self.graph.kinds[node] else { continue };
            let stage = &self.network.stages[at];
            let law = self.network.laws[stage.law];
            if mixers.len() == MOST || law.feels_ionic_strength() {
                return None;
            }
            let metals = dot(charge, &self.totals[node * k..(node + 1) * k]);
            let mut here = Here { free: FREE * stage.sites / stage.organic, ..Here::default() };
            let sign = match law.exchange() {
                Exchange::Protons => {
                    let share = ACID[usize::from(stage.anions - metals > 0.6 * stage.sites)];
                    here.other = share * stage.anions.max(0.0) / stage.aqueous;
                    (here.hydrogen, here.hydrogen_by) = free_hydrogen(here.other, &stage.weak);
                    1.0
                }
                Exchange::Salt => {
                    here.other = (stage.anions.max(0.0) + metals) / stage.aqueous;
                    here.hydrogen = free_hydrogen(stage.acid / stage.aqueous, &stage.weak).0;
                    -1.0
                }
                Exchange::Saturated => return None,
            };
            mixers.push(Mixer { stage: at, position, node, sign, here, ratio: 0.0, lacks: [0.0; 2], own: [0.0; 2] });
        }
        Some(mixers)
    }

    fn room_for(&self, part: &Part, mixers: &[Mixer]) -> Room {
        let (n, k) = (mixers.len(), self.network.solutes.len());
        let flat = || vec![0.0; n * k];
        let mut over = Vec::with_capacity(2 * n);
        for (at, mixer) in mixers.iter().enumerate() {
            for &id in &self.graph.out[mixer.node] {
                let edge = &self.graph.edges[id];
                let (Some(phase), Ok(to)) = (edge.phase, part.nodes.binary_search(&edge.to)) else { continue };
                let [with, without] = self.network.leaving(mixer.stage, phase);
                over.push(Over { mixer: at, to, share: edge.share * (with - without), renews: edge.renews });
            }
        }
        Room {
            over,
            by: flat(),
            goes_over: flat(),
            weight: flat(),
            gained: vec![0.0; n * part.nodes.len() * k],
            change: vec![0.0; part.nodes.len() * k],
            beta: vec![0.0; n],
            factors: vec![0.0; n * n],
            pivots: vec![0; n],
        }
    }

    /// Works out what the two balances of a mixer lack; answers it as a share of what they hold.
    fn gap(&self, mixer: &mut Mixer) -> f64 {
        let (charge, k) = (&self.network.charge, self.network.charge.len());
        let Mixer { stage, node, here, sign, .. } = *mixer;
        let (spec, row) = (&self.network.stages[stage], stage * k..(stage + 1) * k);
        let amounts = &self.totals[node * k..(node + 1) * k];
        let goes = dot_of_three(charge, amounts, &self.splits.shares.goes[row.clone()]);
        let stays = dot_of_three(charge, amounts, &self.splits.shares.stays[row]);
        mixer.lacks =
            [spec.sites - spec.organic * here.free - goes, spec.anions - spec.aqueous * here.other - sign * stays];
        let other = if sign > 0.0 { here.hydrogen / here.hydrogen_by } else { here.other };
        mixer.own = [spec.organic * here.free, spec.aqueous * other];
        (mixer.lacks[0] / (spec.sites + goes)).abs() + (mixer.lacks[1] / (spec.anions.abs() + stays)).abs()
    }

    /// Factors what β answers to β; false where D moves with more than one number a stage, or there are none.
    fn factors(&self, part: &Part, mixers: &mut [Mixer], balances: &Balances, room: &mut Room) -> bool {
        let (charge, shares, k) = (&self.network.charge, &self.splits.shares, self.network.charge.len());
        let rows = room.by.chunks_exact_mut(k).zip(room.weight.chunks_exact_mut(k));
        for (mixer, (by, weight)) in mixers.iter_mut().zip(rows) {
            let row = mixer.stage * k..(mixer.stage + 1) * k;
            let slopes = &self.splits.slopes[row.clone()];
            let Some(ratio) = ratio(slopes, mixer.sign) else { return false };
            mixer.ratio = ratio;
            let [p, q] = [1.0 / mixer.own[0], mixer.sign * ratio / mixer.own[1]];
            let divided = shares.goes[row.clone()].iter().zip(&shares.stays[row]);
            let given = self.totals[mixer.node * k..].iter().zip(slopes).zip(charge);
            for (((by, weight), ((t, slopes), z)), (goes, stays)) in by.iter_mut().zip(weight).zip(given).zip(divided) {
                *weight = z * (p * goes + q * stays);
                *by = t * goes * stays * slopes.by_free;
            }
        }
        let block = part.nodes.len() * k;
        room.gained.fill(0.0);
        for over in room.over.chunk_by(|one, next| one.mixer == next.mixer) {
            let gained = &mut room.gained[over[0].mixer * block..(over[0].mixer + 1) * block];
            let mut first = part.nodes.len();
            for over in over {
                over.add(|_| 1.0, &mut gained[over.to * k..(over.to + 1) * k]);
                first = first.min(over.to);
            }
            balances.substitute(part, gained, first);
        }
        let n = mixers.len();
        for (i, (gained, by)) in room.gained.chunks_exact(block).zip(room.by.chunks_exact(k)).enumerate() {
            for (j, (mixer, weight)) in mixers.iter().zip(room.weight.chunks_exact(k)).enumerate() {
                let gained = &gained[mixer.position * k..(mixer.position + 1) * k];
                room.factors[j * n + i] = dot_of_three(weight, gained, by);
            }
            let Mixer { own, ratio, sign, .. } = mixers[i];
            room.factors[i * n + i] += 1.0 + (1.0 / own[0] - sign * ratio / own[1]) * dot(charge, by);
        }
        kernels::factor(&mut room.factors, n, &mut room.pivots)
    }

    /// Steps of both levels of each mixer; the longest.
    fn level_step(&self, part: &Part, mixers: &mut [Mixer], balances: &Balances, room: &mut Room) -> f64 {
        let (charge, shares, k) = (&self.network.charge, &self.splits.shares, self.network.charge.len());
        for (beta, Mixer { lacks, own, ratio, .. }) in room.beta.iter_mut().zip(&*mixers) {
            *beta = lacks[0] / own[0] + ratio * lacks[1] / own[1];
        }
        kernels::solve(&room.factors, &room.pivots, &mut room.beta);
        let rows = room.goes_over.chunks_exact_mut(k).zip(room.by.chunks_exact(k));
        for ((goes_over, by), beta) in rows.zip(&room.beta) {
            for (slot, by) in goes_over.iter_mut().zip(by) {
                *slot = by * beta;
            }
        }
        room.change.fill(0.0);
        for over in &room.over {
            let goes_over = &room.goes_over[over.mixer * k..(over.mixer + 1) * k];
            over.add(|solute| goes_over[solute], &mut room.change[over.to * k..(over.to + 1) * k]);
        }
        balances.substitute(part, &mut room.change, 0);
        let mut longest: f64 = 0.0;
        for (mixer, goes_over) in mixers.iter_mut().zip(room.goes_over.chunks_exact(k)) {
            let Mixer { stage, position, lacks, own, sign, ref mut here, .. } = *mixer;
            let row = stage * k..(stage + 1) * k;
            let (change, over) = (&room.change[position * k..(position + 1) * k], dot(charge, goes_over));
            let more = dot_of_three(charge, change, &shares.goes[row.clone()]) + over;
            let left = dot_of_three(charge, change, &shares.stays[row]) - over;
            let steps = [(lacks[0] - more) / own[0], (lacks[1] - sign * left) / own[1]];
            longest = longest.max(steps[0].abs()).max(steps[1].abs());
            let [free, other] = steps.map(|step| step.clamp(-STRIDE, STRIDE).exp());
            here.free *= free;
            if sign > 0.0 {
                here.hydrogen *= other;
                (here.other, here.hydrogen_by) = acidity(here.hydrogen, &self.network.stages[stage].weak);
            } else {
                here.other *= other;
            }
        }
        longest
    }
}

impl Over {
    /// Adds the share of each solute's amount, but for one set anew.
    fn add(&self, amount: impl Fn(usize) -> f64, into: &mut [f64]) {
        for (solute, slot) in into.iter_mut().enumerate() {
            if self.renews != Some(solute) {
                *slot += self.share * amount(solute);
            }
        }
    }
}

/// Slope of ln D by ln h (ln o) over that by ln e, where all solutes have the same.
fn ratio(slopes: &[Slopes], sign: f64) -> Option<f64> {
    let by = |slopes: &Slopes| if sign > 0.0 { -slopes.by_ph } else { slopes.by_salt };
    let first = slopes.iter().find(|slopes| slopes.by_free != 0.0)?;
    let ratio = by(first) / first.by_free;
    let same = |of: &Slopes| (by(of) - ratio * of.by_free).abs() <= SAME * (by(of).abs() + of.by_free.abs());
    slopes.iter().all(same).then_some(ratio)
}
