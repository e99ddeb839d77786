//! The certificate: what may be believed of an outcome.

use std::collections::BTreeSet;

use crate::flowsheet::{CLOSURE, Plant};
use crate::outcome::{Certificate, Verdict};
use crate::source::{Caveat, Entry, Evidence};

/// Judges a run that came to its end.
pub(super) fn of(
    plant: Option<&Plant>,
    caveats: &[Caveat],
    ledger: &[Entry],
    parts: usize,
    estimate_class: Option<String>,
) -> Certificate {
    let residual = plant
        .map(|plant| {
            plant
                .recycles
                .iter()
                .filter_map(|recycle| recycle.residuals.last())
                .fold(0.0, |worst: f64, r| worst.max(*r))
        })
        .unwrap_or_default();
    let (closure, closure_of) =
        plant.map_or((0.0, String::new()), |plant| (plant.closure.gap, plant.closure.worst.clone()));
    let outside: BTreeSet<&str> = caveats.iter().map(|caveat| caveat.at.as_str()).collect();
    let verdict = if closure > CLOSURE || !closure.is_finite() {
        Verdict::Red
    } else if caveats.is_empty() {
        Verdict::Green
    } else {
        Verdict::Amber
    };
    Certificate {
        verdict,
        converged: true, // a run that does not converge ends in an error, not in an outcome
        residual,
        closure,
        closure_of,
        in_range: parts.saturating_sub(outside.len()),
        parts,
        evidence: Evidence::ALL
            .into_iter()
            .map(|class| (class, ledger.iter().filter(|entry| entry.citation.evidence == class).count()))
            .collect(),
        estimate_class,
    }
}
