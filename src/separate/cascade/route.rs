//! The route from cold: short batteries first.
//!
//! A front between two metals has to walk through a long battery stage by stage; in a short one it
//! is at once where it belongs. So a network of many stages is solved with every run of like stages at
//! half its length ([`super::thin`]), that again at half of it, down to a few stages; each solution,
//! drawn out, is where the next longer starts. New stages go where the short line is flattest; if that
//! leads nowhere to its first, its last, or evenly. Each attempt is [`super::newton`]'s. What none of them
//! solves marches from the short battery's stages in steps of its own time, and what does not arrive
//! then is told.
//!
//! # Source
//! Own; why, and what else was tried: `docs/decisions/0005-short-batteries-first.md`.

use super::graph::Graph;
use super::kernels::NOTHING;
use super::linear::fed;
use super::network::Network;
use super::newton::Work;
use super::stage::Splits;
use super::thin::{self, Draw};
use super::{Profile, told};
use crate::error::Error;

/// Steps of one attempt.
const STEPS: usize = 150;
/// Steps of the last attempt at least and at most, and the stages it may step in all between these.
const MARCH: [usize; 2] = [3_000, 20_000];
const MARCHED: usize = 3_000_000;
/// Stages that are solved at once, without a shorter line first.
const FEW: usize = 12;

pub(super) fn solve(network: &Network<'_>, graph: &Graph, start: Option<&Profile>) -> Result<Profile, Error> {
    if let Some(start) = start
        && let Ok(profile) = from(network, graph, Some(start), STEPS)
    {
        return Ok(profile);
    }
    cold(network, graph, (MARCHED / graph.nodes()).clamp(MARCH[0], MARCH[1]))
}

/// From nothing; the last attempt may take `march` steps.
fn cold(network: &Network<'_>, graph: &Graph, march: usize) -> Result<Profile, Error> {
    let mut from_short = None;
    if network.stages.len() > FEW
        && let Some(thinned) = thin::thinned(network)
    {
        let thin_graph = Graph::of(&thinned.network);
        // A short battery that does not settle soon is not worth more: the whole one is tried without it.
        if let Ok(profile) = cold(&thinned.network, &thin_graph, MARCH[0]) {
            for draw in Draw::ALL {
                let start = thinned.drawn_out(graph, &thin_graph, &profile, draw);
                if let Ok(profile) = from(network, graph, Some(&start), STEPS) {
                    return Ok(profile);
                }
                from_short.get_or_insert(start);
            }
        }
    }
    // The long march: as the battery itself would settle, in steps of its own time.
    match from(network, graph, None, STEPS) {
        Err(Error::NotConverged { .. }) => from(network, graph, from_short.as_ref(), march),
        done => done,
    }
}

fn from(network: &Network<'_>, graph: &Graph, start: Option<&Profile>, most: usize) -> Result<Profile, Error> {
    let k = network.solutes.len();
    let mut work = Work {
        network,
        graph,
        totals: vec![NOTHING; graph.nodes() * k],
        splits: Splits::new(network.stages.len(), k),
        iterations: 0,
        most,
        reaching: told::metal_reaching(network)?,
    };
    if let Some(start) = start {
        work.totals.copy_from_slice(&start.totals);
        work.splits.free.copy_from_slice(&start.free);
    }
    for part in &graph.parts {
        let fed = fed(network, graph, part, &work.splits.shares, &work.totals);
        work.part(part, &fed, start.is_some())?;
    }
    Ok(work.told())
}
