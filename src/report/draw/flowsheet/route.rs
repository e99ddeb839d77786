//! The pipes of the flowsheet: at right angles, in the lanes between the boxes only.
//!
//! There is an upright lane left of every column (and one after the last) and a level lane
//! above every row (and one below the last). A pipe leaves its box to the right into a lane
//! and enters its taker from the left out of a lane; where those are not the same lane it
//! runs through a level lane between. Pipes that would lie on each other get tracks of
//! their own. No pipe can cross a box, because no box stands in a lane.

use super::place::Grid;
use crate::report::draw::graph::Graph;

/// A pipe between two boxes.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// Place of the link in the graph.
    pub link: usize,
    /// Height of its start above (−) or below (+) the middle of its row, px.
    pub exit: f64,
    /// The same of its end.
    pub entry: f64,
    /// Upright lane and track after its start; `None` when it runs straight.
    pub first: Option<(usize, usize)>,
    /// Level lane and track, and then upright lane and track before its end.
    pub then: Option<((usize, usize), (usize, usize))>,
}

/// All pipes and how many tracks each lane has.
#[derive(Debug, Clone, Default)]
pub struct Routes {
    /// Every pipe between two boxes.
    pub pipes: Vec<Route>,
    /// Tracks of each upright lane.
    pub upright: Vec<usize>,
    /// Tracks of each level lane.
    pub level: Vec<usize>,
}

/// One stretch of a pipe in a lane.
struct Stretch {
    lane: usize,
    from: f64,
    to: f64,
    route: usize,
    last: bool,
}

/// Finds the way of every inner link.
pub fn routes(graph: &Graph, grid: &Grid) -> Routes {
    let (exits, entries) = ports(graph, grid);
    let mut found = Routes { upright: vec![0; grid.columns + 1], level: vec![0; grid.rows + 1], ..Routes::default() };
    let (mut upright, mut level): (Vec<Stretch>, Vec<Stretch>) = (Vec::new(), Vec::new());
    for (at, link) in graph.links.iter().enumerate() {
        let (Some(from), Some(to)) = (link.from, link.to) else { continue };
        let (start, end) = (grid.spots[from], grid.spots[to]);
        let route = found.pipes.len();
        // Rows count in steps of two, so that lanes fall between; ports shift by a little.
        let y = |row: usize, offset: f64| 2.0 * row as f64 + 1.0 + offset / 100.0;
        let (y0, y1) = (y(start.row, exits[at]), y(end.row, entries[at]));
        let (out, into) = (start.column + 1, end.column);
        found.pipes.push(Route { link: at, exit: exits[at], entry: entries[at], first: None, then: None });
        if out == into && start.row == end.row && exits[at] == 0.0 && entries[at] == 0.0 {
            continue;
        }
        if out == into {
            upright.push(Stretch { lane: out, from: y0.min(y1), to: y0.max(y1), route, last: false });
            continue;
        }
        let cost = |lane: usize| {
            let way = (y0 - 2.0 * lane as f64).abs() + (y1 - 2.0 * lane as f64).abs();
            way + 0.25 * level.iter().filter(|stretch| stretch.lane == lane).count() as f64
        };
        let lane = (0..=grid.rows).min_by(|a, b| cost(*a).total_cmp(&cost(*b))).unwrap_or(0);
        let middle = 2.0 * lane as f64;
        upright.push(Stretch { lane: out, from: y0.min(middle), to: y0.max(middle), route, last: false });
        level.push(Stretch { lane, from: out.min(into) as f64, to: out.max(into) as f64, route, last: false });
        upright.push(Stretch { lane: into, from: y1.min(middle), to: y1.max(middle), route, last: true });
    }
    let level_tracks = tracks(&level, &mut found.level);
    let upright_tracks = tracks(&upright, &mut found.upright);
    for (stretch, track) in upright.iter().zip(&upright_tracks) {
        let route = &mut found.pipes[stretch.route];
        if stretch.last {
            if let Some((_, last)) = &mut route.then {
                *last = (stretch.lane, *track);
            }
        } else {
            route.first = Some((stretch.lane, *track));
            if let Some(at) = level.iter().position(|l| l.route == stretch.route) {
                route.then = Some(((level[at].lane, level_tracks[at]), (0, 0)));
            }
        }
    }
    found
}

/// Gives stretches that overlap tracks of their own; shorter ones first, nearer to where they start.
fn tracks(stretches: &[Stretch], most: &mut [usize]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..stretches.len()).collect();
    order.sort_by(|a, b| {
        let length = |at: usize| stretches[at].to - stretches[at].from;
        length(*a).total_cmp(&length(*b)).then(a.cmp(b))
    });
    let mut given: Vec<Option<usize>> = vec![None; stretches.len()];
    for at in order {
        let this = &stretches[at];
        let taken = |track: usize| {
            stretches.iter().zip(&given).any(|(other, has)| {
                *has == Some(track)
                    && other.lane == this.lane
                    && other.from <= this.to + 0.05
                    && this.from <= other.to + 0.05
            })
        };
        let track = (0..stretches.len()).find(|track| !taken(*track)).unwrap_or(0);
        given[at] = Some(track);
        most[this.lane] = most[this.lane].max(track + 1);
    }
    given.into_iter().map(|track| track.unwrap_or(0)).collect()
}

/// Heights of starts (0, ±20, ±40 …) and ends (0, ±11, ±29 …) about the middle of the row. Only
/// a straight run ends at the middle, so starts and ends never lie on each other.
fn ports(graph: &Graph, grid: &Grid) -> (Vec<f64>, Vec<f64>) {
    let (mut exits, mut entries) = (vec![0.0; graph.links.len()], vec![0.0; graph.links.len()]);
    let straight = |from: usize, to: usize| {
        grid.spots[from].row == grid.spots[to].row && grid.spots[from].column + 1 == grid.spots[to].column
    };
    let mut run_out = vec![None; graph.units];
    let mut run_in = vec![None; graph.units];
    for (at, link) in graph.links.iter().enumerate() {
        if let (Some(from), Some(to)) = (link.from, link.to)
            && straight(from, to)
            && run_out[from].is_none()
            && run_in[to].is_none()
        {
            run_out[from] = Some(at);
            run_in[to] = Some(at);
        }
    }
    for unit in 0..graph.units {
        let row = grid.spots[unit].row;
        let others = |leaving: bool| -> Vec<(usize, bool)> {
            let mut all: Vec<(usize, bool, usize)> = graph
                .links
                .iter()
                .enumerate()
                .filter(|(at, link)| {
                    let (mine, run) = if leaving { (link.from, run_out[unit]) } else { (link.to, run_in[unit]) };
                    mine == Some(unit) && link.from.is_some() && link.to.is_some() && run != Some(*at)
                })
                .map(|(at, link)| {
                    let far = if leaving { link.to } else { link.from }.unwrap_or(unit);
                    (at, grid.spots[far].row < row, grid.spots[far].row)
                })
                .collect();
            all.sort_by_key(|(at, _, far)| (*far, *at));
            all.into_iter().map(|(at, up, _)| (at, up)).collect()
        };
        let mut middle_free = run_out[unit].is_none();
        let (mut up, mut down) = (0, 0);
        for (at, upward) in others(true) {
            if middle_free {
                middle_free = false;
            } else if upward {
                up += 1;
                exits[at] = -20.0 * f64::from(up);
            } else {
                down += 1;
                exits[at] = 20.0 * f64::from(down);
            }
        }
        let (mut up, mut down) = (0, 0);
        for (at, upward) in others(false) {
            if upward {
                up += 1;
                entries[at] = 7.0 - 18.0 * f64::from(up);
            } else {
                down += 1;
                entries[at] = 18.0 * f64::from(down) - 7.0;
            }
        }
    }
    (exits, entries)
}

#[cfg(test)]
mod tests {
    use super::super::place::grid;
    use super::*;
    use crate::report::draw::graph::tests::graph;
    use proptest::prelude::*;

    proptest! {
        /// Stretches in one lane and track never overlap.
        #[test]
        fn pipes_do_not_lie_on_each_other(pairs in prop::collection::vec((0..12_usize, 0..12_usize), 0..30)) {
            let graph = graph(12, &pairs);
            let grid = grid(&graph, 5);
            let found = routes(&graph, &grid);
            let mut level: Vec<(usize, usize, usize, usize)> = Vec::new();
            for route in &found.pipes {
                if let (Some((out, _)), Some(((lane, track), (into, _)))) = (route.first, route.then) {
                    let (from, to) = (out.min(into), out.max(into));
                    for &(l, t, a, b) in &level {
                        prop_assert!(l != lane || t != track || a > to || from > b);
                    }
                    level.push((lane, track, from, to));
                }
            }
        }
    }
}
