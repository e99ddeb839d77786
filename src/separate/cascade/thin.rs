//! Fewer stages first: a long line of like stages is solved at half its length, and that
//! solution, drawn out, is where the whole line starts. Again and again, down to a few stages.
//!
//! A front between two metals would have to walk through a long battery stage by stage; in a
//! short one it is at once where it belongs. The ends of a line are much the same however long
//! it is; what a longer line has more of is the pinch, where stages hardly differ. So new
//! stages are put in where the short line is flattest, or everywhere if it is nowhere flat.

use super::Profile;
use super::graph::Graph;
use super::kernels::NOTHING;
use super::network::{Network, Phase, Pipe};

/// Change from stage to stage, as a share of what stages hold, below which a line counts as flat.
const FLAT: f64 = 0.02;

/// A network with stages left out.
pub(super) struct Thinned<'l> {
    pub network: Network<'l>,
    runs: Vec<Run>,
    /// Stage of the thinned of each stage of the whole that is in no run.
    index: Vec<usize>,
}

/// A line of like stages, in the whole and in the thinned, each with the stages at its two ends.
struct Run {
    whole: Vec<usize>,
    thin: Vec<usize>,
}

/// The stage before and the stage after (as the organic phase goes) of each stage that is
/// joined to these two only, both ways, and is like one of them.
fn between(network: &Network<'_>) -> Vec<Option<[usize; 2]>> {
    let (n, k) = (network.stages.len(), network.solutes.len());
    let (mut from, mut to) = (vec![[None; 2]; n], vec![[None; 2]; n]);
    let mut others = vec![false; n];
    for pipe in &network.pipes {
        let phase = usize::from(pipe.phase == Phase::Organic);
        let whole = pipe.renews.is_none() && (pipe.share - 1.0).abs() < 1e-12;
        for (stage, other, slot) in [(pipe.from, pipe.to, &mut to), (pipe.to, pipe.from, &mut from)] {
            others[stage] |= !whole || slot[stage][phase].is_some();
            slot[stage][phase] = Some(other);
        }
    }
    let fed = |at: usize| {
        let row = at * k..(at + 1) * k;
        network.fresh[row.clone()].iter().chain(&network.fresh_organic[row]).any(|&moles| moles != 0.0)
    };
    (0..n)
        .map(|at| {
            let ([Some(above), Some(before)], [Some(below), Some(after)]) = (from[at], to[at]) else { return None };
            let alike = |other: usize| network.stages[at] == network.stages[other];
            let inner = above == after && below == before && before != after && before != at && after != at;
            (inner && !others[at] && !fed(at) && (alike(before) || alike(after))).then_some([before, after])
        })
        .collect()
}

/// Every run of like stages at half its length; `None` where nothing can be left out.
pub(super) fn thinned<'l>(network: &Network<'l>) -> Option<Thinned<'l>> {
    let (n, k) = (network.stages.len(), network.solutes.len());
    let between = between(network);
    let mut runs = Vec::new();
    let mut left_out = vec![false; n];
    let mut bridges = Vec::new();
    for at in 0..n {
        let Some([first, _]) = between[at].filter(|[before, _]| between[*before].is_none()) else { continue };
        let mut whole = vec![first];
        let mut here = at;
        while let Some([_, after]) = between[here] {
            whole.push(here);
            here = after;
        }
        whole.push(here);
        let inner = whole.len() - 2;
        let kept = inner.div_ceil(2);
        if inner < 2 || here == first {
            continue;
        }
        for &stage in &whole[1 + kept..=inner] {
            left_out[stage] = true;
        }
        let (last, end) = (whole[kept], here);
        bridges.push(Pipe { from: last, phase: Phase::Organic, to: end, share: 1.0, renews: None });
        // What comes down the line is what left its end: the same share as in the whole.
        let down = network.pipes.iter().find(|pipe| pipe.from == end && pipe.to == whole[inner]);
        bridges.push(Pipe { from: end, to: last, ..*down? });
        let thin = whole.iter().copied().filter(|&stage| !left_out[stage]).collect();
        runs.push(Run { whole, thin });
    }
    if runs.is_empty() {
        return None;
    }
    let kept: Vec<usize> = (0..n).filter(|&at| !left_out[at]).collect();
    let mut index = vec![usize::MAX; n];
    for (new, &old) in kept.iter().enumerate() {
        index[old] = new;
    }
    for run in &mut runs {
        for stage in &mut run.thin {
            *stage = index[*stage];
        }
    }
    let rows = |all: &[f64]| kept.iter().flat_map(|&at| all[at * k..(at + 1) * k].iter().copied()).collect();
    let pipes = network
        .pipes
        .iter()
        .filter(|pipe| !left_out[pipe.from] && !left_out[pipe.to])
        .chain(&bridges)
        .map(|pipe| Pipe { from: index[pipe.from], to: index[pipe.to], ..*pipe })
        .collect();
    let network = Network {
        laws: network.laws.clone(),
        solutes: network.solutes.clone(),
        charge: network.charge.clone(),
        stages: kept.iter().map(|&at| network.stages[at].clone()).collect(),
        pipes,
        fresh: rows(&network.fresh),
        fresh_organic: rows(&network.fresh_organic),
        names: kept.iter().map(|&at| network.names[at].clone()).collect(),
    };
    Some(Thinned { network, runs, index })
}

/// Where new stages are put in: beside a front there is a flat place on either side, and which of
/// the two grows with the battery only the whole can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Draw {
    Flattest,
    First,
    Last,
    Evenly,
}

impl Draw {
    pub(super) const ALL: [Self; 4] = [Self::Flattest, Self::First, Self::Last, Self::Evenly];
}

impl Thinned<'_> {
    /// A start for the whole from a solution of the thinned.
    pub(super) fn drawn_out(&self, graph: &Graph, thin: &Graph, profile: &Profile, draw: Draw) -> Profile {
        let k = self.network.solutes.len();
        let n = self.index.len();
        // Each stage of the whole stands a share of the way between two of the thinned.
        let mut place: Vec<(usize, usize, f64)> = self.index.iter().map(|&at| (at, at, 0.0)).collect();
        for run in &self.runs {
            let (gaps, steps) = (run.thin.len() - 1, run.whole.len() - 1);
            let changes: Vec<f64> =
                (0..gaps).map(|gap| self.change(profile, run.thin[gap], run.thin[gap + 1])).collect();
            let flat = |gap: &usize| changes[*gap] <= FLAT;
            let place_of = match draw {
                Draw::Flattest => (0..gaps).filter(flat).min_by(|&a, &b| changes[a].total_cmp(&changes[b])),
                Draw::First => (0..gaps).find(flat),
                Draw::Last => (0..gaps).rfind(flat),
                Draw::Evenly => None,
            };
            for (step, &stage) in run.whole.iter().enumerate() {
                let more = steps - gaps;
                let at = match place_of {
                    None => step as f64 * gaps as f64 / steps as f64,
                    Some(gap) if step <= gap => step as f64,
                    Some(gap) if step > gap + more => (step - more) as f64,
                    Some(gap) => gap as f64 + (step - gap) as f64 / (more + 1) as f64,
                };
                let low = (at.floor() as usize).min(gaps - 1);
                place[stage] = (run.thin[low], run.thin[low + 1], at - low as f64);
            }
        }
        let mean = |all: &[f64], a: usize, b: usize, part: f64| {
            if part <= 0.0 { all[a] } else { (all[a].ln() * (1.0 - part) + all[b].ln() * part).exp() }
        };
        let mut totals = vec![NOTHING; graph.nodes() * k];
        let mut free = Vec::with_capacity(n);
        for (at, &(a, b, part)) in place.iter().enumerate() {
            free.push(mean(&profile.free, a, b, part));
            let nodes = |graph: &Graph, at: usize| [graph.mixer[at], graph.inlets[at][0], graph.inlets[at][1]];
            for ((whole, one), two) in nodes(graph, at).into_iter().zip(nodes(thin, a)).zip(nodes(thin, b)) {
                for i in 0..k {
                    totals[whole * k + i] = mean(&profile.totals, one * k + i, two * k + i, part);
                }
            }
        }
        Profile { free, totals, ..Profile::default() }
    }

    /// How much the mixture changes from a stage to the next, as a share of what they hold.
    fn change(&self, profile: &Profile, a: usize, b: usize) -> f64 {
        let k = self.network.solutes.len();
        let (mut moved, mut all) = (0.0, 0.0);
        for i in 0..k {
            for flows in [&profile.aqueous, &profile.organic] {
                let (one, two) = (flows[a * k + i], flows[b * k + i]);
                moved += self.network.charge[i] * (one - two).abs();
                all += self.network.charge[i] * one.max(two);
            }
        }
        moved / all
    }
}
