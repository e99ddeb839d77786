//! The least flows of a battery for many metals, exactly.
//!
//! # Equation
//! For an aqueous feed q = 1, for an organic one q = 0. The roots θ between adjacent extractabilities,
//! ```text
//! Σ b_i f_i/(b_i − θ) = (1 − q) F
//! ```
//! give, for every root that lies between metals found in both outlets, the same
//! ```text
//! S_scrub,min = Σ b_i d_i/(b_i − θ),    W_min = S_scrub,min − Σ d_i,    S = S_scrub − (1 − q) F
//! ```
//! With the keys next to each other there is one such root. Metals between the keys, and others that
//! find themselves in both outlets, add one root and one unknown d each: a linear system. Which others
//! do is told by the line of Shiras, Hanson and Gibson, `d_i/f_i` linear in b through the two keys: where
//! it lies between 0 and 1 the metal distributes. Two components, pure products:
//! `W_min = 1/(β−1)`, `S_min = f_A + 1/(β−1)`.
//!
//! # Symbols
//! b: relative extractability; f: amount fed, F their sum; d: amount leaving with the organic phase;
//! S: metal in the organic phase below the feed, S_scrub above it; W: metal in the scrub liquor.
//!
//! # Holds for
//! Constant separation factors, full organic phase, any number of stages: no battery does with less.
//!
//! # Source
//! `underwood1948`; distributing components: `shiras1950`.

use nalgebra::{DMatrix, DVector};

use super::Mixture;

/// The least flows.
#[derive(Debug, Clone, PartialEq)]
pub struct Least {
    /// Metal in the organic phase of the extraction section, in the unit of the feed.
    pub organic: f64,
    /// Metal in the scrub liquor.
    pub scrub: f64,
    /// What leaves with the organic phase, component by component.
    pub extract: Vec<f64>,
    /// The roots that count.
    pub roots: Vec<f64>,
}

/// The root between component `k` and the next (which is less extractable).
pub fn root(mixture: &Mixture, k: usize) -> f64 {
    let fed = mixture.fed();
    let wanted = if mixture.organic_feed { 1.0 } else { 0.0 };
    let gap =
        |theta: f64| mixture.b.iter().zip(&mixture.feed).map(|(b, f)| b * f / (b - theta)).sum::<f64>() / fed - wanted;
    // From −∞ at the lesser to +∞ at the greater: rising between, so halving finds it to the last bit.
    let (mut low, mut high) = (mixture.b[k + 1], mixture.b[k]);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if gap(middle) > 0.0 {
            high = middle;
        } else {
            low = middle;
        }
    }
    0.5 * (low + high)
}

/// The least flows at which shares `recovered` of the two keys (indices, the more extractable first) can
/// leave with the organic phase; `None` for a mixture or keys the law cannot take.
pub fn least(mixture: &Mixture, keys: [usize; 2], recovered: [f64; 2]) -> Option<Least> {
    let [a, b] = keys;
    let lawful = mixture.lawful() && a < b && b < mixture.b.len();
    let shares = recovered.iter().all(|r| (0.0..=1.0).contains(r)) && recovered[0] > recovered[1];
    if !lawful || !shares || mixture.feed[a] <= 0.0 || mixture.feed[b] <= 0.0 {
        return None;
    }
    // The Shiras line says how far metals beyond the keys distribute.
    let line = |i: usize| {
        recovered[1] + (recovered[0] - recovered[1]) * (mixture.b[i] - mixture.b[b]) / (mixture.b[a] - mixture.b[b])
    };
    let mut first = a;
    while first > 0 && line(first - 1) < 1.0 {
        first -= 1;
    }
    let mut last = b;
    while last + 1 < mixture.b.len() && line(last + 1) > 0.0 {
        last += 1;
    }
    loop {
        let solved = at(mixture, keys, recovered, [first, last])?;
        let share = |i: usize| if mixture.feed[i] > 0.0 { solved.extract[i] / mixture.feed[i] } else { 0.5 };
        // A metal put among the distributing that would have to be more than all, or less than nothing, is not one.
        if first < a && share(first) >= 1.0 {
            first += 1;
        } else if last > b && share(last) <= 0.0 {
            last -= 1;
        } else {
            return Some(solved);
        }
    }
}

/// The linear system, with the metals `range[0]..=range[1]` in both outlets.
fn at(mixture: &Mixture, keys: [usize; 2], recovered: [f64; 2], range: [usize; 2]) -> Option<Least> {
    let [first, last] = range;
    let roots: Vec<f64> = (first..last).map(|k| root(mixture, k)).collect();
    let unknown: Vec<usize> = (first..=last).filter(|i| !keys.contains(i)).collect();
    let size = roots.len();
    if unknown.len() + 1 != size {
        return None;
    }
    let mut extract: Vec<f64> = (0..mixture.b.len()).map(|i| if i < first { mixture.feed[i] } else { 0.0 }).collect();
    for (key, share) in keys.into_iter().zip(recovered) {
        extract[key] = share * mixture.feed[key];
    }
    // S − Σ_unknown b d/(b − θ) = Σ_known b d/(b − θ)
    let term = |i: usize, theta: f64| mixture.b[i] / (mixture.b[i] - theta);
    let matrix = DMatrix::from_fn(size, size, |row, column| match column.checked_sub(1) {
        None => 1.0,
        Some(at) => -term(unknown[at], roots[row]),
    });
    let known = DVector::from_fn(size, |row, _| {
        extract.iter().enumerate().map(|(i, d)| if *d > 0.0 { term(i, roots[row]) * d } else { 0.0 }).sum::<f64>()
    });
    let solved = matrix.lu().solve(&known)?;
    for (at, &i) in unknown.iter().enumerate() {
        extract[i] = solved[at + 1];
    }
    let above = solved[0];
    let leaving: f64 = extract.iter().sum();
    let organic = above - if mixture.organic_feed { mixture.fed() } else { 0.0 };
    above.is_finite().then_some(Least { organic, scrub: above - leaving, extract, roots })
}

/// The least flows of a sharp cut after component `k`: all down to `k` extracted, the rest left.
pub fn sharp(mixture: &Mixture, k: usize) -> Option<Least> {
    least(mixture, [k, k + 1], [1.0, 0.0])
}

#[cfg(test)]
mod tests {
    use super::super::{least_flows, stagewise};
    use super::*;

    fn close(a: f64, b: f64, within: f64) {
        assert!((a - b).abs() < within, "{a} against {b}");
    }

    #[test]
    fn two_components_are_the_binary() {
        for (beta, share) in [(2.0, 0.5), (1.5, 0.75), (1.2, 0.1), (10.0, 0.9)] {
            for organic_feed in [false, true] {
                let mixture = Mixture { b: vec![beta, 1.0], feed: vec![share, 1.0 - share], organic_feed };
                let least = sharp(&mixture, 0).unwrap();
                let [s, w] = least_flows(beta, share, organic_feed);
                close(least.organic, s, 1e-9);
                close(least.scrub, w, 1e-9);
            }
        }
    }

    /// Components that cannot be told apart are one.
    #[test]
    fn splitting_a_component_in_two_changes_nothing() {
        let whole = Mixture { b: vec![3.0, 1.5, 1.0], feed: vec![0.3, 0.3, 0.4], organic_feed: false };
        let split = Mixture { b: vec![3.0, 1.5 + 1e-9, 1.5, 1.0], feed: vec![0.3, 0.1, 0.2, 0.4], organic_feed: false };
        close(sharp(&whole, 0).unwrap().organic, sharp(&split, 0).unwrap().organic, 1e-6);
        close(sharp(&whole, 1).unwrap().organic, sharp(&split, 2).unwrap().organic, 1e-6);
    }

    /// An easier neighbour never asks for more than the key pair alone with the same groups lumped on the keys.
    #[test]
    fn lumping_on_the_keys_is_the_costlier_guess() {
        let many = Mixture { b: vec![8.0, 4.0, 2.0, 1.0], feed: vec![0.25; 4], organic_feed: false };
        let lumped = least_flows(2.0, 0.5, false);
        assert!(sharp(&many, 1).unwrap().organic < lumped[0]);
    }

    #[test]
    fn a_metal_between_the_keys_is_found_in_both_outlets() {
        let mixture = Mixture { b: vec![3.0, 1.7, 1.0], feed: vec![0.3, 0.3, 0.4], organic_feed: false };
        let least = least(&mixture, [0, 2], [0.9999, 0.0001]).unwrap();
        assert!(least.extract[1] > 0.0 && least.extract[1] < 0.3, "{least:?}");
        assert_eq!(least.roots.len(), 2);
        // Less than either sharp cut: the middle metal may go as it likes.
        assert!(
            least.organic < sharp(&mixture, 0).unwrap().organic && least.organic < sharp(&mixture, 1).unwrap().organic
        );
    }

    #[test]
    fn a_blunt_cut_lets_its_neighbours_distribute_along_a_line() {
        let mixture = Mixture { b: vec![2.2, 2.0, 1.5, 1.4], feed: vec![0.25; 4], organic_feed: false };
        let found = least(&mixture, [1, 2], [0.7, 0.3]).unwrap();
        // When every metal distributes the shares lie on the line, exactly.
        for (i, d) in found.extract.iter().enumerate() {
            close(d / 0.25, 0.3 + 0.4 * (mixture.b[i] - 1.5) / 0.5, 1e-9);
        }
        assert!(least(&mixture, [2, 1], [0.7, 0.3]).is_none() && least(&mixture, [1, 2], [0.2, 0.3]).is_none());
    }

    /// Second route: a battery of very many stages reaches the recoveries just above the least flow, and not below it.
    #[test]
    fn a_battery_of_many_stages_agrees() {
        for organic_feed in [false, true] {
            let mixture = Mixture { b: vec![4.0, 2.4, 1.5, 1.0], feed: vec![0.2, 0.3, 0.1, 0.4], organic_feed };
            let least = sharp(&mixture, 1).unwrap();
            let miss = |factor: f64| {
                let scrub = least.scrub * factor;
                let organic = scrub + 0.5 - if organic_feed { 1.0 } else { 0.0 };
                let battery = stagewise::Battery { stages: [150, 150], organic, scrub, side: None };
                let solved = battery.solve(&mixture).unwrap();
                (0.3 - solved.organic[1]).max(solved.organic[2])
            };
            assert!(miss(1.02) < 1e-3, "above: {}", miss(1.02));
            assert!(miss(0.90) > 5e-3, "below: {}", miss(0.90));
        }
    }
}
