//! What is said of a network that does not come to rest.

use super::graph::{Graph, Node, Part};
use super::network::{Network, Phase};
use super::stage::Splits;
use crate::error::Error;
use crate::quantity::figures;

pub(super) fn not_converged(
    network: &Network<'_>,
    graph: &Graph,
    part: &Part,
    residual: f64,
    iterations: usize,
    worst: usize,
) -> Error {
    let k = network.solutes.len();
    let (position, solute) = (worst / k, worst % k);
    let stage = match graph.kinds[part.nodes[position]] {
        Node::Mixer(stage) | Node::Inlet(stage, _) => stage,
    };
    Error::NotConverged {
        unit: String::new(),
        what: "the battery".into(),
        residual,
        iterations,
        worst: format!("{} in stage {}", network.solutes[solute], network.names[stage]),
        hint: "more strip acid or strip stages (what is not stripped piles up in a closed organic loop), \
               more organic, less saponification, or fewer stages if theory asks for far fewer"
            .into(),
    }
}

/// A solute that comes in and has no way out.
pub(super) fn no_way_out(network: &Network<'_>, graph: &Graph, part: &Part, splits: &Splits) -> Error {
    let k = network.solutes.len();
    let held = |i: usize| {
        let stays = part.nodes.iter().filter_map(|&node| match graph.kinds[node] {
            Node::Mixer(stage) => Some(splits.stays[stage * k + i]),
            Node::Inlet(..) => None,
        });
        stays.fold(0.0, f64::max)
    };
    let worst = (0..k).min_by(|&a, &b| held(a).total_cmp(&held(b))).unwrap_or(0);
    Error::Infeasible {
        unit: String::new(),
        what: format!("{} enters a closed loop and has no way out of it", network.solutes[worst]),
        hint: "stronger strip acid, a bleed of the organic phase, or take it out before".into(),
    }
}

/// Is there metal enough for an organic phase that is always full? The stage where there is not.
pub(super) fn short_of_metal(network: &Network<'_>) -> Option<Error> {
    let (n, k) = (network.stages.len(), network.solutes.len());
    let full = |at: usize| network.laws[network.stages[at].law].saturated();
    if !(0..n).all(full) {
        return None;
    }
    let mut reaches = vec![0.0; n];
    let mut left: Vec<f64> = vec![0.0; n];
    // What the solution carries, from where it enters to where it leaves; loops of it take more turns.
    for _ in 0..n.max(2) {
        let before = left.clone();
        for at in (0..n).rev() {
            let row = at * k..(at + 1) * k;
            let fresh: f64 = network.fresh[row.clone()].iter().chain(&network.fresh_organic[row]).sum();
            reaches[at] = fresh
                + network
                    .pipes
                    .iter()
                    .filter(|pipe| pipe.to == at)
                    .map(|pipe| {
                        pipe.share
                            * match pipe.phase {
                                Phase::Aqueous => left[pipe.from],
                                Phase::Organic => network.stages[pipe.from].sites,
                            }
                    })
                    .sum::<f64>();
            left[at] = reaches[at] - network.stages[at].sites;
        }
        if left.iter().zip(&before).all(|(now, then)| (now - then).abs() <= 1e-12 * now.abs()) {
            break;
        }
    }
    let at = (0..n).find(|&at| left[at] <= 1e-12 * reaches[at])?;
    Some(Error::Infeasible {
        unit: String::new(),
        what: format!(
            "the organic phase of stage {} is to hold {} of metal and {} reaches it",
            network.names[at],
            figures(network.stages[at].sites, 3),
            figures(reaches[at], 3)
        ),
        hint: "more metal in the scrub liquor, less in the organic phase or at the side outlet".into(),
    })
}
