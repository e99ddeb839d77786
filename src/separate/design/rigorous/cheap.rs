//! A battery that does what is asked, made cheaper: organic flow, stages and strip acid against one another.
//!
//! # Equation
//! For given stages n and strip acid e the miss falls with the organic flow S; the least S at which it is nought is found
//! by the secant. Over (n, e) the search is by pattern: some stages more or fewer of one section, or of
//! extraction and scrub together, or more or less acid, at the one flow that pays for it,
//! ```text
//! price(S', n', e') = (1 − δ) price(S, n, e)
//! ```
//! A single rigorous solution there tells whether the exchange is worth making. What is worth it is made again, and its flow
//! brought down to the least; steps are halved when none is, down to a stage. A step whose miss can be read off a parabola
//! through its two larger ones is not tried where that is positive. Acid that the price does not count is first of all
//! tried as more, where metal left in the stripped phase holds up the whole battery, and has to save
//! ```text
//! δ = 1 − ((1 + e) / (1 + e'))^¼
//! ```
//! so that a tenth more strip liquor saves a fortieth. For `reagents`, which counts it, but not in the reflux, it stays.
//!
//! # Symbols
//! miss as in [`super`]; δ: the least that is worth a change. The price is the stated one with the base that neutralises what
//! goes on to other batteries; for `reagents`, whose least has stages without end, stages × flow.
//!
//! # Holds for
//! A price that has one least: at little flow stages go without bound, at much flow they hardly fall. Acid that
//! the stated price does not count is spent only where it saves much, and what is idle is taken out.
//!
//! # Source
//! Our own: a compass search along the active constraint.

use super::{Search, Size, Trial};
use crate::error::Error;
use crate::ion::Ion;
use crate::separate::design::goal::{Goal, Tally};

/// Change of the miss with the logarithm of the flow that is taken for granted at first.
pub(super) const STEEP: f64 = -4.0;
/// What a change must save.
const WORTH: f64 = 0.004;
/// Steps, as a part of the stages there are; the last is one stage.
const STEPS: [f64; 3] = [0.25, 0.12, 0.0];
/// Solutions that may be spent on it.
const MOST_SOLVES: usize = 150;
/// How near to what is asked a battery comes.
const NEAR: f64 = 0.02;
/// Most flow, over that of the plan.
pub(super) const MOST_FLOW: f64 = 6.0;
/// A miss by which a change is judged hopeless.
const FAR: f64 = 0.3;
/// Acid that the price does not count: the power of the strip liquor with which it has to fall.
const UNPRICED: f64 = 0.25;
/// A miss that is made up for by flow alone.
const HAIR: f64 = 0.1;

/// What a pattern changes: stages of the three sections, strip acid.
type Pattern = [f64; 4];

/// Which of them is acid.
const ACID: usize = 4;

/// Extraction and scrub, each section, acid.
const PATTERNS: [Pattern; 5] =
    [[1.0, 1.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]];

impl Search<'_> {
    /// Made good and cheap; `again`, where it was so before, on another feed or asked for something else.
    pub(super) fn cheap(&mut self, begun: Trial, again: bool) -> Result<Trial, Error> {
        if again && begun.miss <= 0.0 && begun.miss > -HAIR {
            return Ok(begun);
        }
        if again && let Some(trial) = self.by_a_hair(&begun) {
            return Ok(trial);
        }
        let met = self.lengthened(begun)?;
        let steps = if again { &STEPS[STEPS.len() - 1..] } else { &STEPS[..] };
        self.near = true;
        let found = self.cheapest(met.clone(), steps);
        let spare = self.idle_acid_out(found.clone());
        self.near = false;
        // What is found from its neighbours has to be found from no guess as well.
        Ok(self.verified(&spare).or_else(|| self.verified(&found)).unwrap_or_else(|| {
            let found = self.cheapest(met, steps);
            self.idle_acid_out(found)
        }))
    }

    /// One that misses by next to nothing, with a little more organic phase.
    fn by_a_hair(&mut self, from: &Trial) -> Option<Trial> {
        if from.miss <= 0.0 || from.miss >= HAIR {
            return None;
        }
        let more = (from.miss + 0.5 * NEAR) / -self.slope;
        [1.0, 2.5].into_iter().find_map(|times| {
            let flow = from.size.flow * (times * more).exp();
            self.trial(Size { flow, ..from.size }).ok().filter(|trial| trial.miss <= 0.0)
        })
    }

    /// The same battery as its scenario will solve it, a little organic phase added where it then misses.
    fn verified(&mut self, found: &Trial) -> Option<Trial> {
        (0..4).find_map(|more| {
            let flow = found.size.flow * (1.0 + 0.001 * f64::from(more));
            self.trial(Size { flow, ..found.size }).ok().filter(|trial| trial.miss <= 0.0)
        })
    }

    /// The cheapest found from this one.
    fn cheapest(&mut self, from: Trial, steps: &[f64]) -> Trial {
        let until = self.solves + MOST_SOLVES;
        let mut known = Known::default();
        let mut best = self.leanest(from);
        for &step in steps {
            best = self.exchanged(best, step, &mut known, until);
        }
        best
    }

    /// The price that is to be least.
    fn judged(&self, used: &Tally, onward: f64) -> f64 {
        let goal = self.spec.goal.of_reflux();
        goal.price(&Tally { base: used.base + onward, ..*used })
    }

    /// eq/h of acid that the next batteries have to neutralise.
    fn onward(&self, trial: &Trial) -> f64 {
        let outlets = trial.balance.outlets.iter().zip(self.plan.parts);
        let going = outlets.filter(|(_, part)| part.count_ones() > 1);
        going.map(|(liquor, _)| liquor.aqueous.ions[Ion::H].max(0.0)).sum()
    }

    fn price(&self, trial: &Trial) -> f64 {
        self.judged(&trial.used, self.onward(trial))
    }

    /// Does what is asked and is worth taking in place of this one.
    fn better(&self, trial: &Trial, best: &Trial) -> bool {
        trial.miss <= 0.0 && self.price(trial) < self.price(best)
    }

    /// The price with strip acid that it does not count, weighed as [`Self::worth`] does.
    fn weighed(&self, trial: &Trial) -> f64 {
        let idle = if self.acid_priced() { 1.0 } else { weight(trial.size.excess) };
        idle * self.price(trial)
    }

    /// Is the first dearer than the second, by more than is left alone?
    pub(super) fn dearer(&self, one: &Trial, other: &Trial) -> bool {
        (1.0 - WORTH) * self.weighed(one) > self.weighed(other)
    }

    fn acid_priced(&self) -> bool {
        matches!(self.spec.goal, Goal::Cost { reagents, .. } if reagents[1] > 0.0)
    }

    /// What a change to so much acid must save.
    fn worth(&self, best: &Trial, excess: f64) -> f64 {
        if self.acid_priced() || excess <= best.size.excess {
            return WORTH;
        }
        WORTH.max(1.0 - weight(best.size.excess) / weight(excess))
    }

    /// What it would use at another size, as far as that can be said without solving.
    fn foreseen(&self, best: &Trial, size: Size) -> (Tally, f64) {
        let whole = |size: Size| size.stages.iter().sum::<usize>() as f64;
        let times = size.flow / best.size.flow;
        let staged = times * whole(size) / whole(best.size);
        let carried = best.used.stage_flow / whole(best.size);
        let more = 3.0 * carried * (times - 1.0);
        let strip = 3.0 * self.plan.floor.extract * (size.excess - best.size.excess);
        let used = Tally {
            stage_flow: best.used.stage_flow * staged,
            base: best.used.base + more,
            acid: best.used.acid + more + strip,
            solvent: best.used.solvent * staged,
            oxide: best.used.oxide * staged,
        };
        let goes_on = self.plan.parts[1].count_ones() > 1;
        (used, (self.onward(best) + if goes_on { strip } else { 0.0 }).max(0.0))
    }

    /// The size at which other stages and acid are worth their change.
    fn paid(&self, best: &Trial, stages: [usize; 3], excess: f64) -> Option<Size> {
        let whole = stages[0] + stages[1];
        let same = stages == best.size.stages && (excess - best.size.excess).abs() < 1e-9;
        if same || stages[0] < 1 || stages[1] < 1 || stages[2] < 1 || whole > self.spec.most_stages || stages[2] > 200 {
            return None;
        }
        let wanted = (1.0 - self.worth(best, excess)) * self.price(best);
        let at = |log: f64| {
            let size = Size { stages, excess, flow: best.size.flow * log.exp(), ..best.size };
            let (used, onward) = self.foreseen(best, size);
            (size, self.judged(&used, onward))
        };
        let (mut low, mut high) = (-1.5, 1.2);
        if at(low).1 > wanted {
            return None;
        }
        for _ in 0..40 {
            let middle = 0.5 * (low + high);
            if at(middle).1 > wanted {
                high = middle;
            } else {
                low = middle;
            }
        }
        Some(at(low).0).filter(|size| size.flow <= MOST_FLOW)
    }

    /// Stages and acid changed by a pattern as long as it is worth it; else the patterns in turn.
    fn exchanged(&mut self, from: Trial, step: f64, known: &mut Known, until: usize) -> Trial {
        let mut best = from;
        let count = 2 * PATTERNS.len();
        known.tried.iter_mut().flatten().for_each(|tried| tried.here = false);
        let (less, more) = (self.acid_priced(), self.spec.goal != Goal::Reagents);
        let (mut at, mut since) = (if less { 0 } else { 2 * ACID + 1 }, 0);
        while since < count && self.solves < until {
            let now = at;
            at = (at + 1) % count;
            since += 1;
            if now == 2 * ACID && !less || now == 2 * ACID + 1 && !more {
                continue;
            }
            let (stages, excess) =
                moved(best.size, PATTERNS[now / 2], if now % 2 == 0 { -step } else { step }, now % 2 == 1);
            let change = changed(best.size, stages, excess);
            let Some(size) = self.paid(&best, stages, excess) else { continue };
            if known.hopeless(now, change) {
                continue;
            }
            let tried = self.trial(size).ok();
            let miss = tried.as_ref().map_or(f64::INFINITY, |trial| trial.miss);
            if let Some(trial) = tried.filter(|trial| self.better(trial, &best)) {
                best = self.leanest(trial);
                known.older();
                // The same again.
                (at, since) = (now, 0);
            } else {
                known.tried[now] = Some(Tried { change, miss, fresh: true, here: true });
            }
        }
        best
    }

    /// The same battery at the least flow that does.
    fn leanest(&mut self, from: Trial) -> Trial {
        let mut best = from;
        // The leanest that was tried and does not do.
        let mut short: Option<(f64, f64)> = None;
        let mut part = 1.0;
        for _ in 0..8 {
            let here = best.size.flow.ln();
            let slope = match short {
                Some((flow, miss)) => (miss - best.miss) / (flow - here),
                None => self.slope,
            };
            // What misses less at less flow is limited by its strip: less is better.
            let down = ((best.miss + 0.5 * NEAR) / slope.min(-0.3).abs()).max(-0.25);
            // The miss bends upward: what falls short does so again and again, if the secant is followed all the way.
            let down = short.map_or(down, |(flow, _)| part * down.max(0.9 * (flow - here)));
            if down > -WORTH {
                break;
            }
            let size = Size { flow: (here + down).exp(), ..best.size };
            let Ok(trial) = self.trial(size) else {
                short = Some((here + down, 1.0));
                continue;
            };
            let change = (trial.miss - best.miss) / down;
            self.slope = change.clamp(-60.0, -0.5);
            if self.better(&trial, &best) {
                best = trial;
            } else {
                short = Some((here + down, trial.miss.max(1e-3)));
                part *= 0.8;
            }
        }
        best
    }

    /// Strip acid that does nothing, taken out where the price does not see it.
    fn idle_acid_out(&mut self, from: Trial) -> Trial {
        let mut best = from;
        for part in [0.4, 0.2, 0.1, 0.05] {
            loop {
                let excess = rounded(best.size.excess * (1.0 - part));
                if excess >= best.size.excess {
                    break;
                }
                let acid = |trial: &Trial| self.spec.goal.price(&trial.used);
                match self.trial(Size { excess, ..best.size }) {
                    Ok(trial) if trial.miss <= 0.0 && acid(&trial) <= acid(&best) * (1.0 + 1e-9) => best = trial,
                    _ => break,
                }
            }
        }
        best
    }
}

/// What strip acid that the price does not count makes of the price.
pub(super) fn weight(excess: f64) -> f64 {
    (1.0 + excess).powf(UNPRICED)
}

/// Excess acid as it is written: whole per cent.
pub(super) fn rounded(excess: f64) -> f64 {
    (100.0 * excess).round() / 100.0
}

/// How far a size is from another: stages, or hundredths of acid.
fn changed(from: Size, stages: [usize; 3], excess: f64) -> f64 {
    let count = |stages: [usize; 3]| stages.iter().sum::<usize>() as f64;
    (count(stages) - count(from.stages)).abs() + 100.0 * (excess - from.excess).abs()
}

/// Another size by a pattern: a part of what there is, one stage at least.
fn moved(size: Size, pattern: Pattern, part: f64, more: bool) -> ([usize; 3], f64) {
    let mut stages = size.stages;
    for (count, share) in stages.iter_mut().zip(pattern).filter(|(_, share)| *share > 0.0) {
        let change = (share * part * *count as f64).abs().round().max(1.0) as usize;
        *count = if more { *count + change } else { count.saturating_sub(change) };
    }
    let times = 1.0 + part.abs().max(0.03);
    let excess = if pattern[3] > 0.0 {
        let times = if more { times } else { 1.0 / times };
        rounded(((1.0 + size.excess) * times - 1.0).clamp(0.0, 19.9))
    } else {
        size.excess
    };
    (stages, excess)
}

/// A change that was not worth it.
#[derive(Debug, Clone, Copy)]
struct Tried {
    change: f64,
    miss: f64,
    /// From the battery that is still the best?
    fresh: bool,
    /// With steps of this size?
    here: bool,
}

/// By pattern, fewer before more: what was tried last.
#[derive(Debug, Default)]
struct Known {
    tried: [Option<Tried>; 2 * PATTERNS.len()],
}

impl Known {
    /// Another battery has become the best.
    fn older(&mut self) {
        self.tried.iter_mut().flatten().for_each(|tried| tried.fresh = false);
    }

    /// Need a change of this size not be tried?
    fn hopeless(&self, at: usize, change: f64) -> bool {
        let Some(last) = self.tried[at] else { return false };
        if !last.fresh {
            // Far off from a neighbour, and so from here.
            return last.here && last.miss > FAR;
        }
        if change >= 0.99 * last.change {
            return true;
        }
        // Where it was not far off on either side, or no more than a little, nothing is read off.
        let Some(other) = self.tried[at ^ 1].filter(|other| other.fresh) else { return false };
        let part = change / last.change;
        let slant = (last.miss - NEAR) / last.change - (other.miss - NEAR) / other.change;
        let bend =
            ((last.miss - NEAR) / last.change + (other.miss - NEAR) / other.change) / (last.change + other.change);
        let slant = slant - bend * (last.change - other.change);
        let seen = NEAR + 0.5 * slant * change + bend * change * change;
        part < 1.0 && seen > FAR
    }
}
