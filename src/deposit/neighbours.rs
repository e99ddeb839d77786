//! The samples that speak for each of a lot of places that lie together.
//!
//! # Equation
//! With ρ how far the places lie from their middle m and d the distance from m to its `most`-th nearest sample, no place
//! has a neighbour farther from m than `d + 2ρ`: those are looked through, and a place's set is had from the set of the
//! place before by exchanging its farthest for a nearer one as long as there is one.
//!
//! # Symbols
//! d, ρ distances as the search sees them (m).
//!
//! # Holds for
//! Any search; with limits by octant or hole each place is searched for by itself. The sets are those of [`Tree::find`].
//! Samples are ranked by how many of the places they speak for, so that sets begin alike as far as they can.
//!
//! # Source
//! The triangle inequality; the order of the work is our own.

use crate::deposit::point::{Point, apart, middle};
use crate::deposit::search::{Found, Tree, Without};

/// Exchanges after which it is quicker to begin anew.
const EXCHANGES: usize = 12;

/// The sets of a lot of places.
#[derive(Debug, Clone, Default)]
pub struct Neighbours {
    /// The samples that speak for any of them, those that speak for most first; a rank is a place in this list.
    pub ranked: Vec<u32>,
    /// The places, those of one set together, with where their set begins and ends.
    pub order: Vec<(u32, u32, u32)>,
    /// Sets, ranks rising.
    ranks: Vec<u32>,
    room: Room,
}

#[derive(Debug, Clone, Default)]
struct Room {
    found: Found,
    candidates: Vec<(u32, Point)>,
    axes: [Vec<f64>; 3],
    squares: Vec<f64>,
    inside: Vec<u32>,
    outside: Vec<u32>,
    chosen: Vec<u32>,
    spans: Vec<(u32, u32)>,
    times: Vec<u32>,
    rank_of: Vec<u32>,
    by_rank: Vec<u32>,
    member: Vec<bool>,
    seen: Vec<Point>,
    all: Vec<u32>,
}

impl Neighbours {
    /// The ranks of a set.
    pub fn set(&self, from: u32, to: u32) -> &[u32] {
        &self.ranks[from as usize..to as usize]
    }

    /// Finds the sets of some places; a set smaller than the least is empty.
    pub fn find(&mut self, tree: &Tree, places: &[Point]) {
        let room = &mut self.room;
        room.chosen.clear();
        room.spans.clear();
        if tree.is_limited() {
            room.each_by_itself(tree, places);
        } else {
            room.together(tree, places);
        }
        let least = tree.search().least;
        room.times.clear();
        room.times.resize(room.candidates.len(), 0);
        for (from, to) in &mut room.spans {
            if ((*to - *from) as usize) < least {
                *to = *from;
            }
            for at in &room.chosen[*from as usize..*to as usize] {
                room.times[*at as usize] += 1;
            }
        }
        room.by_rank.clear();
        room.by_rank.extend((0..room.candidates.len() as u32).filter(|at| room.times[*at as usize] > 0));
        // Candidates stand in the order of the table, which decides between equals.
        room.by_rank.sort_by_key(|at| std::cmp::Reverse(room.times[*at as usize]));
        room.rank_of.clear();
        room.rank_of.resize(room.candidates.len(), 0);
        self.ranked.clear();
        for (rank, at) in room.by_rank.iter().enumerate() {
            room.rank_of[*at as usize] = rank as u32;
            self.ranked.push(room.candidates[*at as usize].0);
        }
        self.ranks.clear();
        self.order.clear();
        room.member.clear();
        room.member.resize(self.ranked.len(), false);
        for (place, (from, to)) in room.spans.iter().enumerate() {
            let begin = self.ranks.len() as u32;
            let set = &room.chosen[*from as usize..*to as usize];
            for at in set {
                room.member[room.rank_of[*at as usize] as usize] = true;
            }
            let ranks = (0..self.ranked.len() as u32).filter(|rank| std::mem::take(&mut room.member[*rank as usize]));
            self.ranks.extend(ranks);
            self.order.push((place as u32, begin, self.ranks.len() as u32));
        }
        let ranks = &self.ranks;
        let set = |of: &(u32, u32, u32)| &ranks[of.1 as usize..of.2 as usize];
        self.order.sort_by(|a, b| set(a).cmp(set(b)));
    }
}

impl Room {
    /// Each place searched for by itself.
    fn each_by_itself(&mut self, tree: &Tree, places: &[Point]) {
        self.all.clear();
        for place in places {
            let from = self.all.len() as u32;
            tree.find_without(*place, Without::Nothing, &mut self.found);
            self.all.extend(self.found.near.iter().map(|near| near.sample));
            self.spans.push((from, self.all.len() as u32));
        }
        self.candidates.clear();
        self.candidates.extend(self.all.iter().map(|sample| (*sample, [0.0; 3])));
        self.candidates.sort_unstable_by_key(|(sample, _)| *sample);
        self.candidates.dedup_by_key(|(sample, _)| *sample);
        let candidates = &self.candidates;
        let place = |sample: &u32| candidates.binary_search_by_key(sample, |(sample, _)| *sample).unwrap_or(0) as u32;
        self.chosen.extend(self.all.iter().map(place));
    }

    /// All places from what lies round their middle.
    fn together(&mut self, tree: &Tree, places: &[Point]) {
        let search = tree.search();
        self.seen.clear();
        self.seen.extend(places.iter().map(|place| tree.stretched(*place)));
        let centre = middle(&self.seen);
        let square = |way: Point| way[0] * way[0] + way[1] * way[1] + way[2] * way[2];
        let spread = self.seen.iter().map(|place| square(apart(*place, centre))).fold(0.0, f64::max).sqrt();
        tree.round(centre, spread, &mut self.found, &mut self.candidates);
        for (axis, along) in self.axes.iter_mut().enumerate() {
            along.clear();
            along.extend(self.candidates.iter().map(|(_, place)| place[axis]));
        }
        let count = self.candidates.len();
        let most = search.most.min(count);
        self.inside.clear();
        self.outside.clear();
        self.squares.resize(count, 0.0);
        for place in 0..places.len() {
            let [x, y, z] = self.seen[place];
            let [across, along, up] = self.axes.each_ref().map(|axis| &axis[..count]);
            for (((square, a), b), c) in self.squares.iter_mut().zip(across).zip(along).zip(up) {
                *square = (a - x) * (a - x) + (b - y) * (b - y) + (c - z) * (c - z);
            }
            let reach2 = tree.reach2();
            if most == count {
                let from = self.chosen.len() as u32;
                self.chosen.extend((0..count as u32).filter(|at| self.squares[*at as usize] <= reach2));
                self.spans.push((from, self.chosen.len() as u32));
                continue;
            }
            if place == 0 || !self.exchange() {
                self.anew(most);
            }
            let from = self.chosen.len() as u32;
            self.chosen.extend(self.inside.iter().copied().filter(|at| self.squares[*at as usize] <= reach2));
            self.spans.push((from, self.chosen.len() as u32));
        }
    }

    /// The nearest from nothing.
    fn anew(&mut self, most: usize) {
        let squares = &self.squares;
        let key = |at: &u32| (squares[*at as usize].to_bits(), *at);
        self.by_rank.clear();
        self.by_rank.extend(0..squares.len() as u32);
        self.by_rank.select_nth_unstable_by_key(most, key);
        self.inside.clear();
        self.inside.extend_from_slice(&self.by_rank[..most]);
        self.outside.clear();
        self.outside.extend_from_slice(&self.by_rank[most..]);
    }

    /// The nearest from those of the place before; false where it is not done soon.
    fn exchange(&mut self) -> bool {
        let squares = &self.squares;
        for _ in 0..EXCHANGES {
            let (mut worst, mut far) = (0, -1.0);
            for (at, one) in self.inside.iter().enumerate() {
                let square = squares[*one as usize];
                if square > far || (square >= far && *one > self.inside[worst]) {
                    (worst, far) = (at, square);
                }
            }
            let (mut best, mut near) = (0, f64::INFINITY);
            for (at, one) in self.outside.iter().enumerate() {
                let square = squares[*one as usize];
                if square < near || (square <= near && *one < self.outside[best]) {
                    (best, near) = (at, square);
                }
            }
            if near > far || (near >= far && self.outside[best] > self.inside[worst]) {
                return true;
            }
            std::mem::swap(&mut self.inside[worst], &mut self.outside[best]);
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deposit::anisotropy::Ellipsoid;
    use crate::deposit::search::Search;
    use proptest::prelude::*;

    proptest! {
        /// Second route: the sets are those that the tree finds place by place, ties and all; and what is shared comes first.
        #[test]
        fn sets_are_those_of_the_tree(
            cloud in prop::collection::vec([0i32..30, 0i32..30, 0i32..4], 1..250),
            corner in [0.0..20.0f64, 0.0..20.0f64, 0.0..3.0f64],
            whole in any::<bool>(), most in 1usize..40, least in 1usize..4, reach in 2.0..25.0f64, which in 0usize..4,
        ) {
            let points: Vec<Point> = cloud.iter().map(|p| p.map(f64::from)).collect();
            let holes: Vec<u32> = cloud.iter().map(|p| (p[0] + 7 * p[1]) as u32 % 23).collect();
            let within = Ellipsoid { reach_m: [reach, 0.6 * reach, 3.0], azimuth: 40.0, dip: 10.0, plunge: 0.0 };
            let plain = Search { least, most, ..Search::ALL };
            let search = [
                plain,
                Search { within: Some(within), ..plain },
                Search { within: Some(within), most: usize::MAX, ..plain },
                Search { octant: Some(2), hole: Some(2), ..plain },
            ][which];
            let corner = if whole { corner.map(f64::floor) } else { corner };
            let places: Vec<Point> =
                (0..32u32).map(|at| [corner[0] + f64::from(at % 8), corner[1] + f64::from(at / 8), corner[2]]).collect();
            let tree = Tree::new(&points, &holes, search);
            let mut neighbours = Neighbours::default();
            neighbours.find(&tree, &places);
            prop_assert_eq!(neighbours.order.len(), places.len());
            let mut found = Found::default();
            let mut before: Vec<u32> = Vec::new();
            for &(place, from, to) in &neighbours.order {
                tree.find(places[place as usize], &mut found);
                let mut wanted: Vec<u32> = found.near.iter().map(|near| near.sample).collect();
                wanted.sort_unstable();
                let set = neighbours.set(from, to);
                let mut got: Vec<u32> = set.iter().map(|rank| neighbours.ranked[*rank as usize]).collect();
                got.sort_unstable();
                prop_assert_eq!(got, wanted);
                prop_assert!(before.as_slice() <= set && set.windows(2).all(|pair| pair[0] < pair[1]));
                before = set.to_vec();
            }
        }
    }
}
