//! Converging a loop: Anderson's method on the torn streams.
//!
//! # Equation
//! With x the torn amounts and g(x) what one pass makes of them, the next guess combines the
//! last few passes so that the combined residual is least:
//! `x⁺ = Σ θⱼ g(xⱼ)`, `θ = argmin ‖Σ θⱼ (g(xⱼ) − xⱼ)‖`, `Σ θⱼ = 1`. An amount that would turn
//! negative takes the plain pass's value instead.
//!
//! # Source
//! Anderson 1965 (`anderson1965`); Walker and Ni 2011 (`walker2011`).

use std::collections::{BTreeMap, VecDeque};

use nalgebra::{DMatrix, DVector};

use super::coordinates::Frame;
use super::{Flowsheet, Group};
use crate::error::Error;
use crate::stream::Stream;
use crate::unit::Balance;

const TOLERANCE: f64 = 1e-12;
const PASSES: usize = 400;
const MEMORY: usize = 6;

/// What went into a pass and what it made of it.
type Pass = (Vec<f64>, Vec<f64>);

pub(super) fn converge(
    flowsheet: &Flowsheet,
    group: &Group,
    streams: &mut BTreeMap<String, Stream>,
    balances: &mut [Option<(Vec<Stream>, Balance)>],
    told: &mut dyn FnMut(&str),
) -> Result<Vec<f64>, Error> {
    for name in &group.torn {
        streams.entry(name.clone()).or_default();
    }
    let mut frame = Frame::of(&group.torn);
    let mut history: VecDeque<Pass> = VecDeque::new();
    let mut residuals = Vec::new();
    let mut worst = 0;
    for _ in 0..PASSES {
        let mut before = frame.point(streams);
        for &at in &group.units {
            balances[at] = Some(flowsheet.pass(at, streams)?);
        }
        let after = frame.point(streams);
        // A mineral may have come up for the first time.
        before.resize(after.len(), 0.0);
        let (residual, at) = distance(&before, &after);
        residuals.push(residual);
        worst = at;
        if residual < TOLERANCE {
            for &at in &group.units {
                told(&flowsheet.units[at].tag);
            }
            return Ok(residuals);
        }
        for (x, g) in &mut history {
            x.resize(after.len(), 0.0);
            g.resize(after.len(), 0.0);
        }
        history.push_back((before, after));
        if history.len() > MEMORY {
            history.pop_front();
        }
        if let Some(next) = combined(&frame, &history) {
            frame.give(&next, streams);
        }
    }
    Err(Error::NotConverged {
        unit: "flowsheet".into(),
        what: format!(
            "the loop through {}",
            group.torn.iter().map(|t| format!("`{t}`")).collect::<Vec<_>>().join(", ")
        ),
        residual: residuals.last().copied().unwrap_or(f64::INFINITY),
        iterations: PASSES,
        worst: frame.name(worst),
        hint: "give the loop a bleed, or look for an element that enters it and cannot leave".into(),
    })
}

/// Largest change relative to the size of its own coordinate (or a trace floor), and where.
fn distance(a: &[f64], b: &[f64]) -> (f64, usize) {
    let floor = (1e-9 * b.iter().fold(0.0_f64, |m, v| m.max(v.abs()))).max(f64::MIN_POSITIVE);
    a.iter()
        .zip(b)
        .map(|(x, y)| (x - y).abs() / y.abs().max(x.abs()).max(floor))
        .enumerate()
        .fold((0.0, 0), |best, (at, gap)| if gap > best.0 { (gap, at) } else { best })
}

fn combined(frame: &Frame, history: &VecDeque<Pass>) -> Option<Vec<f64>> {
    let (_, latest) = history.back()?;
    let older = history.len() - 1;
    if older == 0 {
        return None;
    }
    let step = |at: usize, axis: usize| {
        let (x, g): &Pass = &history[at];
        // Every coordinate counts in its own size, or a trace would never converge.
        (g[axis] - x[axis]) / latest[axis].abs().max(1e-12)
    };
    let mut last = DVector::from_fn(latest.len(), |axis, _| step(older, axis));
    let columns = DMatrix::from_fn(latest.len(), older, |axis, at| last[axis] - step(at, axis));
    // Orthogonal first, so that what is searched for rank is no larger than the memory.
    let qr = columns.qr();
    qr.q_tr_mul(&mut last);
    let gamma = qr.r().svd(true, true).solve(&last.rows(0, older), 1e-10).ok()?;
    let guess = |(axis, &newest): (usize, &f64)| {
        let step: f64 = (0..older).map(|at| gamma[at] * (newest - history[at].1[axis])).sum();
        let guess = newest - step;
        if guess.is_finite() && (guess >= 0.0 || frame.may_be_negative(axis)) { guess } else { newest }
    };
    Some(latest.iter().enumerate().map(guess).collect())
}
