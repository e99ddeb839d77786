//! How full the organic phase of a battery may run.
//!
//! # Equation
//! ```text
//! miss = ln[ (1 − most) / (1 − loading) ] ≤ 0
//! ```
//! in terms of the extractant left free: a loading cannot pass one, so that what is missed close to it is little
//! by the loading and much by what is left.
//!
//! # Symbols
//! loading: the highest of all stages, equivalents of metal over those the law allows; most: `most_loading`.
//!
//! # Holds for
//! Whatever tells a highest loading: a battery alone, or the sections of a circuit.
//!
//! # Source
//! Bookkeeping.

use super::spec::Spec;
use crate::error::Error;
use crate::unit::Balance;

/// The highest loading of any stage, a share of the limit, of those readings whose name `counts`.
pub fn highest(balance: &Balance, counts: impl Fn(&str) -> bool) -> Option<f64> {
    let told = balance.readings.iter().filter(|reading| reading.name.starts_with("highest loading"));
    told.filter(|reading| counts(&reading.name)).map(|reading| 0.01 * reading.value).reduce(f64::max)
}

/// By how much a loading is over `most`: nothing, where no limit is set or nothing is loaded.
pub fn miss(most: Option<f64>, loading: Option<f64>) -> f64 {
    let (Some(most), Some(loading)) = (most, loading) else { return f64::NEG_INFINITY };
    ((1.0 - most) / (1.0 - loading).max(1e-12)).ln()
}

/// What is over, in words to stand behind others; empty where nothing is.
pub fn told(most: Option<f64>, balance: &Balance) -> String {
    let loading = highest(balance, |_| true);
    match (most, loading) {
        (Some(most), Some(loading)) if loading > most => format!(
            ", its organic phase loaded to {:.1} % of the limit where `most_loading` has {:.1} %",
            100.0 * loading,
            100.0 * most
        ),
        _ => String::new(),
    }
}

/// What is built at the first pH of its feed that lets it hold to the loading: `begun`, else the battery's own, and the lower ones.
/// `build` answers whether it was the loading that refused it; whatever else did is no better at a lower pH.
pub fn falling<T>(
    spec: &Spec,
    begun: Option<f64>,
    mut build: impl FnMut(Option<f64>, &mut bool) -> Result<T, Error>,
) -> Result<T, Error> {
    let lower = spec.lower_feed_ph.iter().copied().filter(|ph| begun.is_none_or(|begun| *ph < begun));
    let mut phs = std::iter::once(begun).chain(lower.map(Some));
    let mut next = phs.next().flatten();
    loop {
        let mut loaded = false;
        match (build(next, &mut loaded), phs.next().flatten()) {
            (Err(_), Some(lower)) if loaded => next = Some(lower),
            (answer, _) => return answer,
        }
    }
}

/// What a refusal says where all that is wanted is had without the limit, loaded to `full`.
pub fn refused(error: Error, most: Option<f64>, full: f64) -> Error {
    let Some(most) = most else { return error };
    let free = format!(
        "it does what is asked with its organic phase loaded to {:.1} %; held to a `most_loading` of {:.1} %",
        100.0 * full,
        100.0 * most
    );
    match error {
        Error::Infeasible { unit, what, hint } => Error::Infeasible { unit, what: format!("{free}, {what}"), hint },
        Error::NotConverged { unit, what, residual, iterations, worst, hint } => {
            Error::NotConverged { unit, what: format!("{free}, {what}"), residual, iterations, worst, hint }
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::Reading;

    #[test]
    fn a_loading_misses_where_it_is_over_and_only_there() {
        let mut balance = Balance::default();
        for (name, value) in [("highest loading, load-1", 80.0), ("highest loading, strip", 95.0), ("stages", 99.0)] {
            balance.readings.push(Reading::new(name, value, "%"));
        }
        let all = highest(&balance, |_| true);
        assert!((all.unwrap() - 0.95).abs() < 1e-12);
        assert!(miss(Some(0.9), all) > 0.0 && miss(Some(0.96), all) < 0.0 && miss(Some(0.95), all).abs() < 1e-9);
        assert!(miss(None, all) < 0.0 && miss(Some(0.9), None) < 0.0);
        assert!(miss(Some(0.9), highest(&balance, |name| name.ends_with("load-1"))) < 0.0);
        assert!(told(Some(0.9), &balance).contains("95.0 %") && told(Some(0.96), &balance).is_empty());
        // Full to the brim is far off, and still a number.
        assert!(miss(Some(0.9), Some(1.0)).is_finite());
    }
}
