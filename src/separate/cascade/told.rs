//! What is said of a network that does not come to rest.

use super::graph::{Graph, Node, Part};
use super::network::{Network, Phase, Pipe, Stage};
use super::stage::Shares;
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
pub(super) fn no_way_out(network: &Network<'_>, graph: &Graph, part: &Part, shares: &Shares) -> Error {
    let k = network.solutes.len();
    let held = |i: usize| {
        let stays = part.nodes.iter().filter_map(|&node| match graph.kinds[node] {
            Node::Mixer(stage) => Some(shares.stays[stage * k + i]),
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

/// Metal that reaches each stage where every organic phase is full: known before anything is solved.
/// `None` where that is not so; an error where there is less than an organic phase is to hold.
pub(super) fn metal_reaching(network: &Network<'_>) -> Result<Option<Vec<f64>>, Error> {
    let (n, k) = (network.stages.len(), network.solutes.len());
    let plain = |stage: &Stage| {
        network.laws[stage.law].saturated()
            && stage.efficiency >= 1.0
            && stage.entrained.iter().all(|&share| share <= 0.0)
    };
    if !network.stages.iter().all(plain) {
        return Ok(None);
    }
    let mut into: Vec<Vec<&Pipe>> = vec![Vec::new(); n];
    for pipe in &network.pipes {
        into[pipe.to].push(pipe);
    }
    let (mut reaches, mut left) = (vec![0.0; n], vec![0.0; n]);
    // What the solution carries, from where it enters to where it leaves; loops of it take more turns.
    for _ in 0..n.max(2) {
        let before: Vec<f64> = left.clone();
        for at in (0..n).rev() {
            let row = at * k..(at + 1) * k;
            let fresh: f64 = network.fresh[row.clone()].iter().chain(&network.fresh_organic[row]).sum();
            let sent = into[at].iter().map(|pipe| match pipe.phase {
                Phase::Aqueous => pipe.share * left[pipe.from],
                Phase::Organic => pipe.share * network.stages[pipe.from].sites,
            });
            reaches[at] = fresh + sent.sum::<f64>();
            left[at] = reaches[at] - network.stages[at].sites;
        }
        if left.iter().zip(&before).all(|(now, then)| (now - then).abs() <= 1e-13 * now.abs()) {
            break;
        }
    }
    let Some(at) = (0..n).find(|&at| left[at] <= 1e-9 * reaches[at]) else { return Ok(Some(reaches)) };
    Err(Error::Infeasible {
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
