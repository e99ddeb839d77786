//! The order of cuts: the cheapest tree of cuts that parts a mixture into its products.
//!
//! # Equation
//! A set of products is a state; the way its feed comes (in solution, or in the organic phase of an
//! extractant) is part of it. With the price c of each cut that is possible there,
//! ```text
//! C(one product) = 0,     C(set) = min over cuts [ c(cut) + Σ over its parts C(part) ]
//! ```
//! Every set is solved once. With one extractant the sets are the stretches of its order, n(n+1)/2 of
//! them with at most n − 1 cuts each; with several, whose orders differ, they are what stretches of one
//! order leave of stretches of another.
//!
//! # Symbols
//! C: price of the cheapest tree; c: price of a cut, of the feed that enters it.
//!
//! # Holds for
//! Sharp cuts, whose price depends on the set fed and on how it comes, and on nothing before: then the
//! answer is exact. Cuts that let a product appear in two parts are outside it.
//!
//! # Source
//! Bellman's recursion on the sets; the comparison set against it is `haxel2005`'s ore.

use std::collections::BTreeMap;

/// Products by number, a bit each.
pub type Set = u32;

/// How a feed comes: 0 in solution, k + 1 in the organic phase of extractant k.
pub type Phase = usize;

/// A cut that could be made.
#[derive(Debug, Clone, PartialEq)]
pub struct Cut {
    /// Its parts, from the raffinate to the organic outlet, each with how it leaves.
    pub parts: Vec<(Set, Phase)>,
    /// Its own price.
    pub price: f64,
    /// By which its maker knows it.
    pub tag: usize,
}

/// The cuts of a problem.
pub trait Cuts {
    /// Every cut possible of this set, fed so.
    fn of(&self, set: Set, phase: Phase) -> Vec<Cut>;
}

/// A tree of cuts; a leaf has none.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// What is fed.
    pub set: Set,
    /// How.
    pub phase: Phase,
    /// The cut and the trees of its parts.
    pub cut: Option<(Cut, Vec<Tree>)>,
}

impl Tree {
    /// Price of all its cuts.
    pub fn price(&self) -> f64 {
        self.cut.as_ref().map_or(0.0, |(cut, parts)| cut.price + parts.iter().map(Tree::price).sum::<f64>())
    }

    /// Cuts, each before those of its parts.
    pub fn cuts(&self) -> Vec<(&Tree, &Cut)> {
        let mut all = Vec::new();
        if let Some((cut, parts)) = &self.cut {
            all.push((self, cut));
            for part in parts {
                all.extend(part.cuts());
            }
        }
        all
    }
}

/// The best of each state: its price and the cut that gives it.
type Known = BTreeMap<(Set, Phase), Option<(f64, Option<Cut>)>>;

/// The cheapest tree of all products; `None` where no order of the possible cuts parts them.
pub fn cheapest(cuts: &dyn Cuts, all: Set) -> Option<Tree> {
    let mut known = Known::new();
    price_of(cuts, all, 0, &mut known)?;
    Some(tree(&known, all, 0))
}

fn price_of(cuts: &dyn Cuts, set: Set, phase: Phase, known: &mut Known) -> Option<f64> {
    if set.is_power_of_two() {
        return Some(0.0);
    }
    if let Some(found) = known.get(&(set, phase)) {
        return found.as_ref().map(|(price, _)| *price);
    }
    let mut best: Option<(f64, Option<Cut>)> = None;
    for cut in cuts.of(set, phase) {
        let mut price = cut.price;
        let mut whole = price.is_finite();
        for &(part, how) in &cut.parts {
            match price_of(cuts, part, how, known) {
                Some(below) => price += below,
                None => whole = false,
            }
        }
        if whole && best.as_ref().is_none_or(|(least, _)| price < *least) {
            best = Some((price, Some(cut)));
        }
    }
    let price = best.as_ref().map(|(price, _)| *price);
    known.insert((set, phase), best);
    price
}

fn tree(known: &Known, set: Set, phase: Phase) -> Tree {
    let cut = known.get(&(set, phase)).and_then(Option::as_ref).and_then(|(_, cut)| cut.clone());
    let cut = cut.map(|cut| {
        let parts = cut.parts.iter().map(|&(part, how)| tree(known, part, how)).collect();
        (cut, parts)
    });
    Tree { set, phase, cut }
}

/// What a greedy order looks for: the cut with the least of it comes first.
pub type Rank<'a> = &'a dyn Fn(&Cut) -> f64;

/// The tree that takes at each step the cut first by `rank` (least first), looking no further.
pub fn greedy(cuts: &dyn Cuts, set: Set, phase: Phase, rank: Rank<'_>) -> Option<Tree> {
    if set.is_power_of_two() {
        return Some(Tree { set, phase, cut: None });
    }
    let mut possible = cuts.of(set, phase);
    possible.sort_by(|a, b| rank(a).total_cmp(&rank(b)));
    possible.into_iter().find_map(|cut| {
        let parts: Option<Vec<Tree>> = cut.parts.iter().map(|&(part, how)| greedy(cuts, part, how, rank)).collect();
        parts.map(|parts| Tree { set, phase, cut: Some((cut, parts)) })
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Every tree there is, for small sets: what the recursion must not be beaten by.
    pub(in crate::separate::design) fn enumerated(cuts: &dyn Cuts, set: Set, phase: Phase) -> Vec<f64> {
        if set.is_power_of_two() {
            return vec![0.0];
        }
        let mut prices = Vec::new();
        for cut in cuts.of(set, phase) {
            let mut sums = vec![cut.price];
            for &(part, how) in &cut.parts {
                let below = enumerated(cuts, part, how);
                sums = sums.iter().flat_map(|a| below.iter().map(move |b| a + b)).collect();
            }
            prices.extend(sums);
        }
        prices
    }

    /// Two orders of the same five things: a cut of either is a cut.
    struct TwoOrders {
        orders: [[usize; 5]; 2],
        price: [[f64; 5]; 2],
    }

    impl Cuts for TwoOrders {
        fn of(&self, set: Set, _: Phase) -> Vec<Cut> {
            let mut all = Vec::new();
            for (which, order) in self.orders.iter().enumerate() {
                let here: Vec<usize> = order.iter().copied().filter(|i| set & (1 << i) != 0).collect();
                for at in 1..here.len() {
                    let left: Set = here[..at].iter().map(|i| 1 << i).sum();
                    let price = self.price[which][here[at]] * f64::from(set.count_ones());
                    all.push(Cut { parts: vec![(left, 0), (set & !left, 0)], price, tag: which });
                }
            }
            all
        }
    }

    #[test]
    fn the_cheapest_is_the_least_of_all_and_greedy_is_not() {
        let mut beaten = 0;
        let mut seed = 7_u64;
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as f64 / f64::from(1_u32 << 31)
        };
        for _ in 0..50 {
            let problem = TwoOrders {
                orders: [[0, 1, 2, 3, 4], [3, 0, 4, 1, 2]],
                price: std::array::from_fn(|_| std::array::from_fn(|_| 1.0 + 9.0 * next())),
            };
            let best = cheapest(&problem, 0b11111).unwrap();
            let least = enumerated(&problem, 0b11111, 0).into_iter().fold(f64::INFINITY, f64::min);
            assert!((best.price() - least).abs() < 1e-9);
            assert_eq!(best.cuts().len(), 4);
            let other = greedy(&problem, 0b11111, 0, &|cut| cut.price).unwrap();
            assert!(other.price() >= best.price() - 1e-9);
            beaten += usize::from(other.price() > best.price() + 1e-9);
        }
        assert!(beaten > 0, "greedy should not always be best");
    }

    #[test]
    fn what_cannot_be_parted_has_no_tree() {
        struct Nothing;
        impl Cuts for Nothing {
            fn of(&self, _: Set, _: Phase) -> Vec<Cut> {
                Vec::new()
            }
        }
        assert_eq!(cheapest(&Nothing, 0b11), None);
        assert_eq!(cheapest(&Nothing, 0b10).map(|tree| tree.price()), Some(0.0));
    }
}
