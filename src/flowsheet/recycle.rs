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

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use nalgebra::{DMatrix, DVector};

use super::{Flowsheet, Group};
use crate::error::Error;
use crate::ion::Ion;
use crate::stream::{Amount, Stream};
use crate::unit::Balance;

const TOLERANCE: f64 = 1e-12;
const PASSES: usize = 400;
const MEMORY: usize = 6;

type Point = BTreeMap<(String, Amount), f64>;

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
    let mut history: VecDeque<(Point, Point)> = VecDeque::new();
    let mut residuals = Vec::new();
    let mut worst = String::new();
    for _ in 0..PASSES {
        let before = point(group, streams);
        for &at in &group.units {
            balances[at] = Some(flowsheet.pass(at, streams)?);
        }
        let after = point(group, streams);
        let (residual, at) = distance(&before, &after);
        residuals.push(residual);
        worst = at;
        if residual < TOLERANCE {
            for &at in &group.units {
                told(&flowsheet.units[at].tag);
            }
            return Ok(residuals);
        }
        history.push_back((before, after.clone()));
        if history.len() > MEMORY {
            history.pop_front();
        }
        let next = combined(&history).unwrap_or(after);
        for name in &group.torn {
            let amounts = next.iter().filter(|((n, _), _)| n == name).map(|((_, a), v)| (a.clone(), *v)).collect();
            let like = streams.get(name).cloned().unwrap_or_default();
            streams.insert(name.clone(), Stream::from_amounts(&like, &amounts));
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
        worst,
        hint: "give the loop a bleed, or look for an element that enters it and cannot leave".into(),
    })
}

fn point(group: &Group, streams: &BTreeMap<String, Stream>) -> Point {
    group
        .torn
        .iter()
        .flat_map(|name| {
            let amounts = streams.get(name).map(Stream::amounts).unwrap_or_default();
            amounts.into_iter().map(|(amount, value)| ((name.clone(), amount), value)).collect::<Vec<_>>()
        })
        .collect()
}

/// Largest change relative to the size of its own coordinate (or a trace floor), and where.
fn distance(a: &Point, b: &Point) -> (f64, String) {
    let floor = 1e-9 * b.values().fold(0.0_f64, |m, v| m.max(v.abs()));
    let keys: BTreeSet<_> = a.keys().chain(b.keys()).collect();
    keys.into_iter()
        .map(|key| {
            let (x, y) = (a.get(key).copied().unwrap_or(0.0), b.get(key).copied().unwrap_or(0.0));
            ((x - y).abs() / y.abs().max(x.abs()).max(floor).max(f64::MIN_POSITIVE), format!("{} {:?}", key.0, key.1))
        })
        .fold((0.0, String::new()), |best, this| if this.0 > best.0 { this } else { best })
}

fn combined(history: &VecDeque<(Point, Point)>) -> Option<Point> {
    let (_, latest) = history.back()?;
    let count = history.len();
    if count < 2 {
        return None;
    }
    let keys: BTreeSet<&(String, Amount)> = history.iter().flat_map(|(x, g)| x.keys().chain(g.keys())).collect();
    let keys: Vec<_> = keys.into_iter().collect();
    let value = |point: &Point, key: &(String, Amount)| point.get(key).copied().unwrap_or(0.0);
    // Every coordinate counts in its own size, or a trace would never converge.
    let scale: Vec<f64> = keys.iter().map(|key| value(latest, key).abs().max(1e-12)).collect();
    let residual = |at: usize| {
        DVector::from_iterator(
            keys.len(),
            keys.iter().zip(&scale).map(|(key, s)| (value(&history[at].1, key) - value(&history[at].0, key)) / s),
        )
    };
    let last = residual(count - 1);
    let columns: Vec<DVector<f64>> = (0..count - 1).map(|at| &last - residual(at)).collect();
    let gamma = DMatrix::from_columns(&columns).svd(true, true).solve(&last, 1e-10).ok()?;
    let mut next = Point::new();
    for key in keys {
        let newest = value(latest, key);
        let step: f64 = (0..count - 1).map(|at| gamma[at] * (newest - value(&history[at].1, key))).sum();
        let guess = newest - step;
        let signed = matches!(key.1, Amount::Dissolved(Ion::H) | Amount::Held(Ion::H));
        next.insert(key.clone(), if guess.is_finite() && (guess >= 0.0 || signed) { guess } else { newest });
    }
    Some(next)
}
