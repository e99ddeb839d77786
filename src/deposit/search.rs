//! The samples that speak for a place: the nearest, within an ellipsoid, not all from one side or one hole.
//!
//! # Equation
//! With S the stretch of the search ellipsoid, the samples with `|S (x_i − x)| ≤ a`, nearest first, at most
//! `most` of all, at most `octant` of each eighth round the place (in the ellipsoid's axes), at most `hole` of
//! each hole; fewer than `least` and the place is left without an answer.
//!
//! # Symbols
//! a major reach of the search (m); x place; `x_i` sample (m).
//!
//! # Holds for
//! Any number of samples; ties go to the first in the table, so that an answer does not depend on how the samples are kept.
//!
//! # Source
//! A balanced tree of halves: `bentley1975`. Octants and limits by hole: `deutsch1998`.

use crate::deposit::anisotropy::{Ellipsoid, Stretch};
use crate::deposit::point::{Point, apart};

/// Samples of a leaf of the tree.
const LEAF: usize = 8;

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Search {
    /// Within which; `None`: however far.
    pub within: Option<Ellipsoid>,
    /// Fewest samples that give an answer.
    pub least: usize,
    /// Most samples.
    pub most: usize,
    /// Most of an octant.
    pub octant: Option<usize>,
    /// Most of a hole.
    pub hole: Option<usize>,
}

impl Search {
    /// However far and however many.
    pub const ALL: Self = Self { within: None, least: 1, most: usize::MAX, octant: None, hole: None };
}

/// Samples, kept for searching.
#[derive(Debug, Clone)]
pub struct Tree {
    search: Search,
    stretch: Stretch,
    reach2: f64,
    /// Where the samples stand in the stretched frame, and their index in the table, in the order of the tree.
    places: Vec<(Point, u32)>,
    /// The hole of each sample, by index in the table; empty: each its own.
    holes: Vec<u32>,
    /// Where each node is cut, in the order of a heap.
    cuts: Vec<(u8, f64)>,
    deep: u32,
}

/// A sample found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// Square of its stretched distance, m².
    pub square: f64,
    /// Index in the table.
    pub sample: u32,
}

/// Samples that do not speak, to see what the others say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Without {
    /// All speak.
    Nothing,
    /// One, by index in the table.
    Sample(u32),
    /// All of a hole.
    Hole(u32),
}

/// Room for what is found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Nearest first.
    pub near: Vec<Near>,
    octants: Vec<u8>,
}

impl Tree {
    /// Samples at `points`, each of a hole (empty: each its own).
    pub fn new(points: &[Point], holes: &[u32], search: Search) -> Self {
        let stretch = search.within.as_ref().map_or(Stretch::Even, Stretch::of);
        let reach2 = search.within.map_or(f64::INFINITY, |within| within.reach_m[0].powi(2));
        let mut places: Vec<(Point, u32)> =
            points.iter().enumerate().map(|(at, point)| (stretch.apply(*point), at as u32)).collect();
        let mut deep = 0;
        while places.len() >> deep > LEAF {
            deep += 1;
        }
        let mut cuts = vec![(0, 0.0); 1 << deep];
        halve(&mut places, 1, deep, &mut cuts);
        Self { search, stretch, reach2, places, holes: holes.to_vec(), cuts, deep }
    }

    /// Finds the samples for a place; false, with nothing found, where there are fewer than the least.
    pub fn find(&self, place: Point, found: &mut Found) -> bool {
        self.find_without(place, Without::Nothing, found)
    }

    /// The same with some of the samples left out.
    pub fn find_without(&self, place: Point, without: Without, found: &mut Found) -> bool {
        found.near.clear();
        found.octants.clear();
        self.descend((1, 0, self.places.len()), 0, self.stretch.apply(place), without, found);
        if found.near.len() < self.search.least {
            found.near.clear();
        }
        !found.near.is_empty()
    }

    /// The hole of a sample.
    pub fn hole(&self, sample: u32) -> u32 {
        self.holes.get(sample as usize).copied().unwrap_or(sample)
    }

    /// What is looked for.
    pub fn search(&self) -> &Search {
        &self.search
    }

    /// Is there a limit by octant or hole?
    pub fn is_limited(&self) -> bool {
        self.search.octant.is_some() || self.search.hole.is_some()
    }

    /// Do all samples speak for every place?
    pub fn takes_all(&self) -> bool {
        let Search { within, least, most, .. } = self.search;
        let count = self.places.len();
        within.is_none() && !self.is_limited() && least <= count && most >= count && count > 0
    }

    /// Square of the reach, m².
    pub fn reach2(&self) -> f64 {
        self.reach2
    }

    /// The samples, in the order of the table and as the search sees them, among which are all that places within
    /// `spread` of `centre` (both as the search sees them) can find, if no octant and no hole limits them.
    pub fn round(&self, centre: Point, spread: f64, found: &mut Found, samples: &mut Vec<(u32, Point)>) {
        found.near.clear();
        found.octants.clear();
        samples.clear();
        let mut radius = self.reach2.sqrt() + spread;
        if self.search.most < self.places.len() {
            // As far as it takes: samples beyond the reach of the centre may be within that of another place.
            self.descend((1, 0, self.places.len()), 0, centre, Without::Nothing, found);
            if let Some(last) = found.near.last().filter(|_| found.near.len() == self.search.most) {
                radius = radius.min(last.square.sqrt() + 2.0 * spread);
            }
        }
        // A little more, for what rounding takes.
        let radius = radius * (1.0 + 1e-9) + 1e-9;
        self.collect((1, 0, self.places.len()), 0, centre, radius, samples);
        samples.sort_unstable_by_key(|(sample, _)| *sample);
    }

    fn collect(
        &self,
        (node, from, to): (usize, usize, usize),
        depth: u32,
        centre: Point,
        radius: f64,
        samples: &mut Vec<(u32, Point)>,
    ) {
        if depth == self.deep {
            for &(at, sample) in &self.places[from..to] {
                let way = apart(at, centre);
                if way[0] * way[0] + way[1] * way[1] + way[2] * way[2] <= radius * radius {
                    samples.push((sample, at));
                }
            }
            return;
        }
        let middle = from.midpoint(to);
        let (axis, cut) = self.cuts[node];
        let beside = centre[axis as usize] - cut;
        if beside <= radius {
            self.collect((2 * node, from, middle), depth + 1, centre, radius, samples);
        }
        if beside >= -radius {
            self.collect((2 * node + 1, middle, to), depth + 1, centre, radius, samples);
        }
    }

    /// A way as the search sees it.
    pub fn stretched(&self, way: Point) -> Point {
        self.stretch.apply(way)
    }

    fn leaves_out(&self, without: Without, sample: u32) -> bool {
        match without {
            Without::Nothing => false,
            Without::Sample(one) => sample == one,
            Without::Hole(hole) => self.hole(sample) == hole,
        }
    }

    fn descend(
        &self,
        (node, from, to): (usize, usize, usize),
        depth: u32,
        place: Point,
        without: Without,
        found: &mut Found,
    ) {
        if depth == self.deep {
            for &(at, sample) in &self.places[from..to] {
                let way = apart(at, place);
                let square = way[0] * way[0] + way[1] * way[1] + way[2] * way[2];
                if square <= self.reach2 && !self.leaves_out(without, sample) {
                    self.offer(Near { square, sample }, way, found);
                }
            }
            return;
        }
        let middle = from.midpoint(to);
        let (axis, cut) = self.cuts[node];
        let beside = place[axis as usize] - cut;
        let below = (2 * node, from, middle);
        let above = (2 * node + 1, middle, to);
        let (first, then) = if beside < 0.0 { (below, above) } else { (above, below) };
        self.descend(first, depth + 1, place, without, found);
        if beside * beside <= self.farthest(found) {
            self.descend(then, depth + 1, place, without, found);
        }
    }

    /// How far a sample may still be to count.
    fn farthest(&self, found: &Found) -> f64 {
        match found.near.last() {
            Some(last) if found.near.len() == self.search.most => last.square,
            _ => self.reach2,
        }
    }

    /// Takes a sample in its place, and lets go of what it displaces: the farthest of its hole, of its octant, of all.
    fn offer(&self, near: Near, way: Point, found: &mut Found) {
        let nearer = |a: &Near, b: &Near| a.square < b.square || (a.square <= b.square && a.sample < b.sample);
        if found.near.len() == self.search.most && found.near.last().is_some_and(|last| !nearer(&near, last)) {
            return;
        }
        let octant = way.iter().fold(0, |octant, along| 2 * octant + u8::from(*along >= 0.0));
        for limit in [self.search.hole.map(|most| (most, true)), self.search.octant.map(|most| (most, false))] {
            let Some((most, by_hole)) = limit else { continue };
            let alike = |at: usize| {
                if by_hole {
                    self.hole(found.near[at].sample) == self.hole(near.sample)
                } else {
                    found.octants[at] == octant
                }
            };
            let mut those = (0..found.near.len()).filter(|at| alike(*at));
            if those.clone().count() >= most {
                let Some(last) = those.next_back() else { return };
                if !nearer(&near, &found.near[last]) {
                    return;
                }
                found.near.remove(last);
                found.octants.remove(last);
            }
        }
        if found.near.len() == self.search.most {
            found.near.pop();
            found.octants.pop();
        }
        let at = found.near.partition_point(|other| nearer(other, &near));
        found.near.insert(at, near);
        found.octants.insert(at, octant);
    }
}

/// Orders the samples by halves, each cut across where it is longest.
fn halve(places: &mut [(Point, u32)], node: usize, deep: u32, cuts: &mut [(u8, f64)]) {
    if deep == 0 {
        return;
    }
    let mut long = (0, -1.0);
    for axis in 0..3 {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for (place, _) in &*places {
            low = low.min(place[axis]);
            high = high.max(place[axis]);
        }
        if high - low > long.1 {
            long = (axis, high - low);
        }
    }
    let axis = long.0;
    let middle = places.len() / 2;
    places.select_nth_unstable_by(middle, |a, b| a.0[axis].total_cmp(&b.0[axis]).then(a.1.cmp(&b.1)));
    cuts[node] = (axis as u8, places[middle].0[axis]);
    let (below, above) = places.split_at_mut(middle);
    halve(below, 2 * node, deep - 1, cuts);
    halve(above, 2 * node + 1, deep - 1, cuts);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same by going through the whole table, nearest first.
    fn plainly(points: &[Point], holes: &[u32], search: Search, place: Point) -> Vec<u32> {
        let stretch = search.within.as_ref().map_or(Stretch::Even, Stretch::of);
        let reach2 = search.within.map_or(f64::INFINITY, |within| within.reach_m[0].powi(2));
        let mut all: Vec<(f64, u32, usize)> = Vec::new();
        for (at, point) in points.iter().enumerate() {
            let way = apart(stretch.apply(*point), stretch.apply(place));
            let octant = way.iter().fold(0, |octant, along| 2 * octant + usize::from(*along >= 0.0));
            all.push((way.iter().map(|along| along * along).sum(), at as u32, octant));
        }
        all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut octants = [0; 8];
        let mut of_hole = std::collections::BTreeMap::new();
        let mut taken = Vec::new();
        for (square, at, octant) in all {
            let hole = of_hole.entry(holes.get(at as usize).copied().unwrap_or(at)).or_insert(0);
            let full = search.octant.is_some_and(|most| octants[octant] >= most)
                || search.hole.is_some_and(|most| *hole >= most);
            if square <= reach2 && !full && taken.len() < search.most {
                taken.push(at);
                octants[octant] += 1;
                *hole += 1;
            }
        }
        if taken.len() < search.least { Vec::new() } else { taken }
    }

    fn cloud() -> impl Strategy<Value = Vec<Point>> {
        // Whole numbers, so that ties and twins come up.
        prop::collection::vec([0i32..30, 0i32..30, 0i32..6].prop_map(|p| p.map(f64::from)), 1..300)
    }

    proptest! {
        /// Second route: the tree finds what going through the table finds.
        #[test]
        fn the_tree_finds_the_nearest(points in cloud(), place in [0.0..30.0f64, 0.0..30.0f64, 0.0..6.0f64], most in 1usize..40, azimuth in 0.0..180.0f64) {
            let within = Ellipsoid { reach_m: [20.0, 10.0, 4.0], azimuth, dip: 10.0, plunge: 5.0 };
            for search in [Search { most, ..Search::ALL }, Search { within: Some(within), most, least: 3, ..Search::ALL }] {
                let mut found = Found::default();
                Tree::new(&points, &[], search).find(place, &mut found);
                let got: Vec<u32> = found.near.iter().map(|near| near.sample).collect();
                prop_assert_eq!(got, plainly(&points, &[], search, place));
            }
        }

        /// No octant and no hole gives more than it may, and with one limit alone the nearest that may are taken.
        #[test]
        fn limits_hold(points in cloud(), place in [0.0..30.0f64, 0.0..30.0f64, 0.0..6.0f64], limit in 1usize..5) {
            let holes: Vec<u32> = points.iter().map(|point| (point[0] + 40.0 * point[1]) as u32 % 17).collect();
            for search in [Search { octant: Some(limit), most: 60, ..Search::ALL }, Search { hole: Some(limit), most: 60, ..Search::ALL }] {
                let mut found = Found::default();
                Tree::new(&points, &holes, search).find(place, &mut found);
                let got: Vec<u32> = found.near.iter().map(|near| near.sample).collect();
                prop_assert_eq!(got, plainly(&points, &holes, search, place));
            }
        }
    }
}
