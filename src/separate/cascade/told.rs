//! What is said of a network that does not come to rest.

use super::graph::{Graph, Node, Part};
use super::network::Network;
use crate::error::Error;

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
