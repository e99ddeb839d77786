//! Start-up and upsets: the same network of stages, followed in time.
//!
//! # Equation
//! Every mixer, and every tank that a settler is made of, is well mixed and full:
//! ```text
//! mixer     d n/dt = Σ in − t,               n = θ t,     t divides at equilibrium ([`super::stage`])
//! tank      d n/dt = in − n/θ,               θ = volume / flow
//! ```
//! One phase of a stage passes its tanks in series before it goes on; many tanks approach plug
//! flow. What rides with the solution and divides nowhere (anions, acid, weak acids) is
//! followed alongside, so that pH answers to an upset as slowly as the plant does.
//!
//! In an implicit step s the tanks are linear and drop out, `out = R·in + C`, so that one step
//! costs what one Newton of the steady solve costs: its block matrix with
//! `share·R/(1 + θ/s)` in place of each share. Steps of h, h/2 and h/3 are extrapolated,
//! `9/2 T₃ − 4 T₂ + 1/2 T₁`, to third order; the second-order result beside it tells the error and
//! so the next h. Each part step is implicit Euler, which cannot turn negative and damps what
//! is faster than h; what the extrapolation puts below zero is set to zero and taken from the
//! same solute elsewhere, or the step is taken again shorter.
//!
//! # Symbols
//! n: mol held; t: mol/h through a mixer; θ: hold-up, h; h: step, h.
//!
//! # Holds for
//! Vessels that stay full, so that a change of flow is felt everywhere at once; phases in the
//! mixer in the ratio of their flows; equilibrium (or a stage's efficiency) at all times.
//!
//! # Source
//! `deuflhard1985` for extrapolated implicit steps; balances.

mod held;
mod step;

use held::{Held, Places};
use step::Steps;

use super::network::Network;
use crate::error::Error;

/// What rides with the solution and divides nowhere: charge that stays in the solution, acid
/// (see [`super::network::Stage`]), sulfate, fluoride and phosphate.
pub type Carried = [f64; 5];

/// The vessels of a stage, L.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Vessels {
    /// The mixer, of both phases together.
    pub mixer: f64,
    /// Tanks in series that the solution passes, then those the organic phase passes.
    pub tanks: [Vec<f64>; 2],
}

/// What a stage is filled with before it starts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filling {
    /// mol/L of each solute in the solution, and in the organic phase.
    pub solutes: [Vec<f64>; 2],
    /// Per litre of solution.
    pub carried: Carried,
}

/// A stretch of time in which what is fed stays the same.
#[derive(Debug)]
pub struct Regime<'n, 'l> {
    /// It ends, h.
    pub until: f64,
    /// Flows, pipes and feeds; the stages and solutes are the same in all regimes.
    pub network: &'n Network<'l>,
    /// What rides with the solutions entering each stage, an hour.
    pub carried: Vec<Carried>,
}

/// How closely time is followed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Relative error of a step.
    pub tolerance: f64,
    /// Longest step, h.
    pub longest: f64,
}

/// What is seen at a moment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Moment {
    /// h since the start.
    pub time: f64,
    /// Which regime has brought it here.
    pub regime: usize,
    /// mol/h of each solute that leave the settler of each stage with the solution.
    pub aqueous: Vec<f64>,
    /// The same with the organic phase.
    pub organic: Vec<f64>,
    /// pH of each mixer.
    pub ph: Vec<f64>,
    /// mol of each solute held in all vessels.
    pub held: Vec<f64>,
}

/// What a walk through time cost, and how it closes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Walk {
    /// Steps taken.
    pub steps: usize,
    /// Steps taken again, shorter.
    pub refused: usize,
    /// Newton steps.
    pub newton: usize,
    /// Block matrices factored.
    pub factored: usize,
    /// Of any solute, held at the end less (held at the start + entered − left), over what there was.
    pub closure: f64,
}

/// Largest gap in a solute's balance over the whole walk.
const CLOSES: f64 = 1e-9;
const MOST_STEPS: usize = 200_000;

/// Follows a filled network through its regimes; `look` sees the start, and every step's end.
///
/// # Errors
/// [`Error::NotConverged`] where even the shortest step is refused; [`Error::NotConserved`].
pub fn follow(
    vessels: &[Vessels],
    filled: &[Filling],
    regimes: &[Regime<'_, '_>],
    pace: Pace,
    look: &mut dyn FnMut(&Moment),
) -> Result<Walk, Error> {
    let Some(first) = regimes.first() else { return Ok(Walk::default()) };
    let k = first.network.solutes.len();
    let places = Places::of(vessels);
    let mut held = Held::filled(first.network, vessels, &places, filled);
    let there = held.totals(k);
    let (mut walk, mut fed, mut time) = (Walk::default(), vec![0.0; k], 0.0);
    let mut moment = Moment::default();
    for (at, regime) in regimes.iter().enumerate() {
        let mut steps = Steps::new(regime, vessels, &places);
        steps.see(&held, &mut moment);
        (moment.time, moment.regime) = (time, at);
        look(&moment);
        let mut length = steps.shortest_hold_up() / 10.0;
        let begun = time;
        while regime.until - time > 1e-9 * regime.until {
            let rest = regime.until - time;
            // Two steps of middling length rather than a long one and a sliver.
            let tried = if length >= rest {
                rest
            } else if 2.0 * length > rest {
                0.5 * rest
            } else {
                length
            };
            let error = steps.advance(&mut held, tried, pace.tolerance);
            walk.newton += std::mem::take(&mut steps.newton);
            walk.factored += std::mem::take(&mut steps.factored);
            let factor = if error > 0.0 { (0.8 / error.cbrt()).clamp(0.2, 3.0) } else { 3.0 };
            if error <= 1.0 {
                time += tried;
                walk.steps += 1;
                steps.see(&held, &mut moment);
                (moment.time, moment.regime) = (time, at);
                look(&moment);
                // A step that is nearly right is kept, and its factors with it.
                if !(0.9..1.6).contains(&factor) {
                    length = tried * factor;
                }
                length = length.min(pace.longest);
            } else {
                walk.refused += 1;
                length = tried * if error.is_finite() { factor } else { 0.2 };
            }
            if length < 1e-9 * steps.shortest_hold_up() || walk.steps + walk.refused > MOST_STEPS {
                return Err(Error::NotConverged {
                    unit: String::new(),
                    what: format!("the battery in time, at {time:.3} h"),
                    residual: error,
                    iterations: walk.steps,
                    worst: steps.worst(),
                    hint: "a longer hold-up, fewer tanks in a settler, or another filling".into(),
                });
            }
        }
        for (fed, fresh) in fed.iter_mut().zip(steps.fresh()) {
            *fed += fresh * (time - begun);
        }
    }
    let (now, left) = (held.totals(k), held.left(k));
    for i in 0..k {
        let there = there[i] + fed[i];
        if there > 0.0 {
            walk.closure = walk.closure.max(((now[i] + left[i]) / there - 1.0).abs());
        }
    }
    if walk.closure.is_nan() || walk.closure > CLOSES {
        return Err(Error::NotConserved {
            unit: String::new(),
            what: "what is held in time".into(),
            gap: walk.closure,
        });
    }
    Ok(walk)
}

#[cfg(test)]
mod tests;
