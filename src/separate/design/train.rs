//! The train: the cheapest order of cuts, each made good, and the products it reaches.
//!
//! # Equation
//! The order is [`super::order`]'s; then, from the feed down, every cut is built on what really comes to it
//! ([`super::rigorous`]). A product that still misses its purity or recovery, because what slipped at one cut
//! went another way than its neighbour, has the cuts at fault tightened in proportion, and the train is built
//! again.
//!
//! # Holds for
//! Trains in which every loaded organic phase is stripped, and, where they are asked for, linked ones
//! ([`super::linked`]).
//!
//! # Source
//! Bookkeeping.

use std::collections::{BTreeMap, BTreeSet};

use super::linked::{self, Linked, Scrub};
use super::linked_train::Trials;
use super::middle::{self, Middle, Shape};
use super::middle_train::{self, Considered};
use super::order::{Set, Tree, cheapest};
use super::plan::{Barred, Drawn, Plan, Plans};
pub(super) use super::priced::in_words;
use super::priced::{no_order, notes, priced};
use super::rigorous::{Built, Size, build};
use super::spec::{Spec, dissolved};
use crate::error::Error;
use crate::library::Library;
use crate::product::Product;
use crate::stream::Stream;

/// A battery in its place.
#[derive(Debug, Clone)]
pub struct Placed {
    /// SX-1, SX-2 …
    pub tag: String,
    /// The battery it is fed by, and whether by its raffinate (0), its product (1) or its side outlet (2).
    pub parent: Option<(usize, usize)>,
    /// As built.
    pub built: Built,
    /// Names of the liquors it makes: raffinate, product, what is drawn between.
    pub streams: Vec<String>,
}

/// Batteries that are linked, as one unit.
#[derive(Debug, Clone)]
pub struct Chained {
    /// Where the first of them stands among the batteries.
    pub first: usize,
    /// As built.
    pub linked: Linked,
}

impl Chained {
    /// Its place among the batteries.
    pub fn range(&self) -> std::ops::Range<usize> {
        self.first..self.first + self.linked.chain.links.len()
    }
}

/// A product, reached.
#[derive(Debug, Clone)]
pub struct Reached {
    /// Which product of the specification.
    pub asked: usize,
    /// The stream that carries it.
    pub stream: String,
    /// Share of its elements in its rare-earth oxides.
    pub purity: f64,
    /// Share of what was fed of them.
    pub recovery: f64,
    /// kg/h of rare-earth oxide.
    pub oxide: f64,
    /// What it holds.
    pub liquor: Stream,
}

/// The price of an order by theory.
#[derive(Debug, Clone, PartialEq)]
pub struct Priced {
    /// What order.
    pub order: String,
    /// Its price; `None` where no such order exists.
    pub price: Option<f64>,
    /// How the answer stands: exact, greedy, bound.
    pub standing: &'static str,
    /// Its cuts, in words.
    pub cuts: String,
    /// Its price as built, where it was.
    pub rigorous: Option<f64>,
    /// What became of it.
    pub remark: String,
}

/// A train, designed.
#[derive(Debug, Clone)]
pub struct Train {
    /// In the order they are fed.
    pub batteries: Vec<Placed>,
    /// Those of them that are linked.
    pub chains: Vec<Chained>,
    /// Those of them that have a side outlet, and where they stand among them.
    pub middles: Vec<(usize, Middle)>,
    /// In the specification's order.
    pub products: Vec<Reached>,
    /// Batteries of three outlets that might have been cheaper.
    pub considered: Vec<Considered>,
    /// The winner and what it was held against.
    pub orders: Vec<Priced>,
    /// Rigorous solutions spent.
    pub solves: usize,
    /// What remains to be said.
    pub notes: Vec<String>,
}

/// Times the train is built again to bring products home.
const ROUNDS: usize = 6;

/// Cuts that may be refused by the rigorous solution before the design is given up.
const MOST_REFUSED: usize = 24;

/// Designs the train of a specification; `told` hears of each battery built.
pub fn design(spec: &Spec, library: &Library, told: &mut dyn FnMut(&str)) -> Result<Train, Error> {
    let mut barred: BTreeSet<Barred> = BTreeSet::new();
    let mut notes = notes(spec);
    let mut memory = Memory::default();
    let first = cheapest(&Plans::new(spec, false), spec.all()).map(|tree| tree.price());
    loop {
        let plans = Plans::without(spec, false, barred.clone());
        let tree = cheapest(&plans, spec.all());
        let tree = match (tree, memory.refusals.pop()) {
            (Some(tree), _) => tree,
            // What was refused on the way says more than that nothing is left.
            (None, Some(last)) => return Err(last),
            (None, None) => return Err(no_order(spec, &plans)),
        };
        match train(spec, library, &plans, &tree, &mut memory, told)? {
            Ok(made) => {
                if let (Some(first), false) = (first, barred.is_empty()) {
                    let more = 100.0 * (tree.price() / first - 1.0);
                    notes.push(format!("the cheapest order whose cuts the rigorous solution makes; by theory {more:.2} % above the cheapest of all"));
                }
                let mut orders = priced(spec, &plans, &tree);
                orders[0].rigorous = Some(made.price(spec));
                memory.ceiling = made.price(spec);
                let mut trials = Trials { spec, library, barred, memory, orders, notes };
                let made = trials.best(made, told)?;
                let Trials { barred, mut memory, orders, notes, .. } = trials;
                let considered = Vec::new();
                let memory = &mut memory;
                let mut trials = middle_train::Trials { spec, library, barred, memory, orders, notes, considered };
                let Made { batteries, chains, middles, products } = trials.best(made, told)?;
                let middle_train::Trials { memory, orders, notes, considered, .. } = trials;
                let solves = memory.solves;
                return Ok(Train { batteries, chains, middles, products, considered, orders, solves, notes });
            }
            Err((cut, error)) => {
                notes.push(format!("given up: {}", error.to_string().lines().next().unwrap_or_default()));
                if barred.len() >= MOST_REFUSED {
                    return Err(error);
                }
                barred.insert(cut);
                memory.refusals.push(error);
            }
        }
    }
}

/// What earlier trials leave to later ones.
#[derive(Default)]
pub(super) struct Memory {
    built: Vec<(Plan, [f64; 2], Built)>,
    linked: Vec<(Vec<Plan>, Vec<[f64; 2]>, Linked)>,
    middles: Vec<(Drawn, middle::Passed, Middle)>,
    shapes: BTreeMap<Drawn, Shape>,
    sizes: BTreeMap<Barred, Size>,
    refusals: Vec<Error>,
    solves: usize,
    /// Price as built of the train without links.
    pub(super) ceiling: f64,
}

impl Memory {
    /// A battery of three outlets that was built, with what it may pass.
    pub fn keep(&mut self, found: &Middle, allowed: middle::Passed) {
        let key = found.plan.outlets();
        self.solves += found.solves;
        self.shapes.insert(key, found.shape);
        self.middles.push((key, allowed, found.clone()));
    }
}

/// A train built.
pub(super) struct Made {
    pub batteries: Vec<Placed>,
    pub chains: Vec<Chained>,
    pub middles: Vec<(usize, Middle)>,
    pub products: Vec<Reached>,
}

impl Made {
    /// What it costs, as built.
    pub fn price(&self, spec: &Spec) -> f64 {
        self.batteries.iter().map(|placed| spec.goal.price(&placed.built.used)).sum()
    }
}

/// A train built, or the cut that was refused.
pub(super) type Outcome = Result<Made, (Barred, Error)>;

/// Builds one order of cuts, again and tighter until the products are what is asked.
pub(super) fn train(
    spec: &Spec,
    library: &Library,
    plans: &Plans<'_>,
    tree: &Tree,
    memory: &mut Memory,
    told: &mut dyn FnMut(&str),
) -> Result<Outcome, Error> {
    let mut tight: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    let mut last = None;
    for _ in 0..ROUNDS {
        let mut work = Work {
            spec,
            library,
            plans,
            tight: &tight,
            memory,
            batteries: Vec::new(),
            chains: Vec::new(),
            middles: Vec::new(),
            leaves: Vec::new(),
            refused: None,
        };
        if let Err(error) = work.down(tree, &spec.feed, None, "liquor", told) {
            return match (error, work.refused) {
                (error @ (Error::NotConverged { .. } | Error::Infeasible { .. }), Some(cut)) => Ok(Err((cut, error))),
                (error, _) => Err(error),
            };
        }
        let (batteries, chains, middles, leaves) = (work.batteries, work.chains, work.middles, work.leaves);
        let products = reached(spec, leaves);
        if !tightened(spec, &products, &mut tight) {
            return Ok(Ok(Made { batteries, chains, middles, products }));
        }
        told("again, tighter");
        last = Some(products);
    }
    let missed = last.unwrap_or_default().into_iter().find(|product| {
        let asked = &spec.products[product.asked];
        product.purity < asked.purity || product.recovery < asked.recovery
    });
    let what = missed.map_or_else(String::new, |product| {
        let asked = &spec.products[product.asked];
        format!(
            "`{}` reaches {:.4} % pure and {:.3} % recovered where {:.4} and {:.3} % were asked, after {ROUNDS} rounds of tightening",
            asked.name, 100.0 * product.purity, 100.0 * product.recovery, 100.0 * asked.purity, 100.0 * asked.recovery
        )
    });
    Err(Error::Infeasible {
        unit: "design".into(),
        what,
        hint: "a lower recovery beside a high purity, or one extractant for neighbouring cuts".into(),
    })
}

struct Work<'s, 'p> {
    spec: &'s Spec,
    library: &'s Library,
    plans: &'p Plans<'s>,
    tight: &'p BTreeMap<(usize, usize), f64>,
    memory: &'p mut Memory,
    batteries: Vec<Placed>,
    chains: Vec<Chained>,
    middles: Vec<(usize, Middle)>,
    leaves: Vec<(Set, String, Stream)>,
    refused: Option<Barred>,
}

impl Work<'_, '_> {
    fn down(
        &mut self,
        tree: &Tree,
        feed: &Stream,
        parent: Option<(usize, usize)>,
        name: &str,
        told: &mut dyn FnMut(&str),
    ) -> Result<(), Error> {
        let Some((cut, parts)) = &tree.cut else {
            self.leaves.push((tree.set, name.to_owned(), feed.clone()));
            return Ok(());
        };
        let Some(plan) = self.plans.plan(cut.tag) else { return Ok(()) };
        let at = self.batteries.len();
        let tag = format!("SX-{}", at + 1);
        if plan.linked {
            return self.chain(tree, feed, parent, told);
        }
        if plan.middle != 0 {
            return self.middle(&plan, parts, feed, parent, told);
        }
        let allowed = self.allowed(&plan);
        let built = self.built(&plan, allowed, feed).map_err(|error| self.named(error, &plan).in_unit(&tag))?;
        told(&tag);
        let streams = plan.parts.map(|part| stream_name(self.spec, part));
        let outlets = [built.balance.outlets[0].clone(), built.balance.outlets[1].clone()];
        self.batteries.push(Placed { tag, parent, built, streams: streams.to_vec() });
        for (i, part) in parts.iter().enumerate() {
            self.down(part, &outlets[i], Some((at, i)), &streams[i], told)?;
        }
        Ok(())
    }

    /// A battery of three outlets, and what is fed by it.
    fn middle(
        &mut self,
        plan: &Plan,
        parts: &[Tree],
        feed: &Stream,
        parent: Option<(usize, usize)>,
        told: &mut dyn FnMut(&str),
    ) -> Result<(), Error> {
        let at = self.batteries.len();
        let tag = format!("SX-{}", at + 1);
        let found = self.drawn(plan, feed).map_err(|error| error.in_unit(&tag))?;
        told(&tag);
        let built = found.battery(self.spec);
        let sets = [plan.parts[0], plan.parts[1], plan.middle];
        let streams: Vec<String> = sets.iter().map(|&set| stream_name(self.spec, set)).collect();
        let outlets = built.balance.outlets.clone();
        self.batteries.push(Placed { tag, parent, built, streams: streams.clone() });
        self.middles.push((at, found));
        // The tree has them from the raffinate up.
        for (part, i) in parts.iter().zip([0, 2, 1]) {
            self.down(part, &outlets[i], Some((at, i)), &streams[i], told)?;
        }
        Ok(())
    }

    /// Builds a battery of three outlets, or finds it built already.
    fn drawn(&mut self, plan: &Plan, feed: &Stream) -> Result<Middle, Error> {
        let key = plan.outlets();
        let ([light, heavy], middle) = (plan.parts, plan.middle);
        let below = plan.lower.as_ref().map_or([0.0; 2], |lower| lower.allowed);
        let lower = [below[0] * self.tightest(light, middle), below[1] * self.tightest(middle | heavy, light)];
        let above = plan.allowed;
        let upper = [above[0] * self.tightest(light | middle, heavy), above[1] * self.tightest(heavy, middle)];
        let allowed = [lower, upper];
        let same = |(other, limits, found): &&(Drawn, middle::Passed, Middle)| {
            *other == key && *limits == allowed && found.feed == *feed
        };
        if let Some((.., found)) = self.memory.middles.iter().find(same) {
            return Ok(found.clone());
        }
        let from = self.memory.shapes.get(&key).copied();
        match middle::build(self.spec, self.library, plan, allowed, feed, f64::INFINITY, from) {
            Ok(found) => {
                self.memory.keep(&found, allowed);
                Ok(found)
            }
            Err(error) => {
                self.refused = Some((plan.solvent, plan.set, light));
                Err(error)
            }
        }
    }

    /// Linked batteries, and what is fed by them.
    fn chain(
        &mut self,
        tree: &Tree,
        feed: &Stream,
        parent: Option<(usize, usize)>,
        told: &mut dyn FnMut(&str),
    ) -> Result<(), Error> {
        let first = self.batteries.len();
        let (mut plans, mut parts) = (Vec::new(), Vec::new());
        let mut at = tree;
        while let Some((cut, below)) = &at.cut {
            let Some(plan) = self.plans.plan(cut.tag) else { return Ok(()) };
            parts.push(&below[0]);
            at = &below[1];
            let last = !plan.linked;
            plans.push(plan);
            if last {
                break;
            }
        }
        parts.push(at);
        let tag = |at: usize| format!("SX-{}", at + 1);
        let linked = self.linked(&plans, feed).map_err(|error| error.in_unit(&tag(first)))?;
        told(&tag(first));
        let names: Vec<String> = parts.iter().map(|part| stream_name(self.spec, part.set)).collect();
        let count = plans.len();
        for (i, built) in linked.batteries(self.spec).into_iter().enumerate() {
            let heavy =
                if i + 1 == count { names[count].clone() } else { format!("organic to {}", tag(first + i + 1)) };
            let parent = if i == 0 { parent } else { Some((first + i - 1, 1)) };
            self.batteries.push(Placed { tag: tag(first + i), parent, built, streams: vec![names[i].clone(), heavy] });
        }
        let outlets = linked.balance.outlets.clone();
        self.chains.push(Chained { first, linked });
        for (i, part) in parts.iter().enumerate() {
            let from = if i == count { (first + count - 1, 1) } else { (first + i, 0) };
            self.down(part, &outlets[i], Some(from), &names[i], told)?;
        }
        Ok(())
    }

    /// Builds a chain, or finds it built already: with one scrub liquor, else with acid to each scrub.
    fn linked(&mut self, plans: &[Plan], feed: &Stream) -> Result<Linked, Error> {
        let allowed: Vec<[f64; 2]> = plans.iter().map(|plan| self.allowed(plan)).collect();
        let same = |(others, limits, linked): &&(Vec<Plan>, Vec<[f64; 2]>, Linked)| {
            others == plans && *limits == allowed && linked.feed == *feed
        };
        if let Some((_, _, linked)) = self.memory.linked.iter().find(same) {
            return Ok(linked.clone());
        }
        let ceiling = self.memory.ceiling;
        let build = |scrub| linked::build(self.spec, self.library, plans, &allowed, scrub, feed, ceiling);
        // One scrub liquor serves all; where no balance is found so, each scrub has acid of its own.
        let built = build(Scrub::Next).or_else(|first| build(Scrub::Acid).map_err(|_| first));
        match built {
            Ok(linked) => {
                self.memory.solves += linked.solves;
                self.memory.linked.push((plans.to_vec(), allowed, linked.clone()));
                Ok(linked)
            }
            Err(error) => {
                self.refused = linked::widest_hop(plans).or(plans.first()).map(Plan::cut);
                Err(error)
            }
        }
    }

    /// Builds a battery, or finds it built already for the same feed.
    fn built(&mut self, plan: &Plan, allowed: [f64; 2], feed: &Stream) -> Result<Built, Error> {
        let key = plan.cut();
        let same = |(other, limits, built): &&(Plan, [f64; 2], Built)| {
            other.cut() == key && limits.map(f64::to_bits) == allowed.map(f64::to_bits) && built.feed == *feed
        };
        if let Some((_, _, built)) = self.memory.built.iter().find(same) {
            return Ok(built.clone());
        }
        let from = self.memory.sizes.get(&key).copied();
        match build(self.spec, self.library, plan, allowed, feed, from) {
            Ok(built) => {
                self.memory.solves += built.solves;
                self.memory.sizes.insert(key, built.size);
                self.memory.built.push((plan.clone(), allowed, built.clone()));
                Ok(built)
            }
            Err(error) => {
                self.refused = Some(key);
                Err(error)
            }
        }
    }

    /// A solver that failed is told which cut it failed at: that is no verdict on the cut.
    fn named(&self, error: Error, plan: &Plan) -> Error {
        match error {
            Error::NotConverged { unit, what, residual, iterations, worst, hint } => {
                let solvent = &self.spec.solvents[plan.solvent];
                let what = format!(
                    "{what} {}/{} with {} at {} mol/L (a failure of the solver: in theory {:.0} stages make this cut)",
                    plan.keys[0],
                    plan.keys[1],
                    solvent.name,
                    solvent.concentration,
                    plan.floor.whole()
                );
                Error::NotConverged { unit, what, residual, iterations, worst, hint }
            }
            other => other,
        }
    }

    /// What a cut may let slip and lose, tightened where products asked for it.
    fn allowed(&self, plan: &Plan) -> [f64; 2] {
        let [light, heavy] = plan.parts;
        [plan.allowed[0] * self.tightest(light, heavy), plan.allowed[1] * self.tightest(heavy, light)]
    }

    /// By how much the passage from one set's products into another's was tightened most.
    fn tightest(&self, from: Set, into: Set) -> f64 {
        let of = |set: Set| (0..self.spec.products.len()).filter(move |i| set & (1 << i) != 0);
        of(from)
            .flat_map(|a| of(into).map(move |b| (a, b)))
            .fold(1.0_f64, |least, pair| least.min(self.tight.get(&pair).copied().unwrap_or(1.0)))
    }
}

/// The name of the stream that carries a set.
fn stream_name(spec: &Spec, set: Set) -> String {
    let elements = spec.elements(set);
    let symbols: Vec<&str> = elements.iter().map(|e| e.symbol()).collect();
    let word = match symbols.len() {
        0..=4 => symbols.join("-"),
        n => format!("{}-to-{}", symbols[0], symbols[n - 1]),
    };
    format!("{}-liquor", word.to_lowercase())
}

fn reached(spec: &Spec, leaves: Vec<(Set, String, Stream)>) -> Vec<Reached> {
    let fed = spec.fed();
    let mut products: Vec<Reached> = leaves
        .into_iter()
        .map(|(set, stream, liquor)| {
            let asked = set.trailing_zeros() as usize;
            let product = Product::of(&spec.products[asked].name, &stream, &liquor, &spec.products[asked].of);
            let moles = dissolved(&liquor);
            let own =
                |all: &crate::element::ByElement<f64>| -> f64 { spec.products[asked].of.iter().map(|&e| all[e]).sum() };
            Reached {
                asked,
                stream,
                purity: product.relative_purity,
                recovery: own(&moles) / own(&fed),
                oxide: product.oxide,
                liquor,
            }
        })
        .collect();
    products.sort_by_key(|product| product.asked);
    products
}

/// Tightens the passages that keep a product from what is asked; were there any?
fn tightened(spec: &Spec, products: &[Reached], tight: &mut BTreeMap<(usize, usize), f64>) -> bool {
    let mut missed = false;
    let mut press = |from: usize, into: usize, factor: f64| {
        let slot = tight.entry((from, into)).or_insert(1.0);
        *slot = slot.min(*slot * factor);
    };
    let oxide = |stream: &Stream, of: &[crate::element::Element]| -> f64 {
        let kg = stream.element_mass();
        of.iter().map(|&e| kg[e] * e.oxide_factor().unwrap_or(1.0)).sum()
    };
    for product in products {
        let asked = &spec.products[product.asked];
        if product.purity < asked.purity {
            missed = true;
            let factor = 0.85 * (1.0 - asked.purity) / (1.0 - product.purity);
            let foreign = (1.0 - product.purity) * product.oxide;
            for (other, theirs) in spec.products.iter().enumerate().filter(|(i, _)| *i != product.asked) {
                // Who brings little of it need not change.
                if oxide(&product.liquor, &theirs.of) > 0.15 * foreign {
                    press(other, product.asked, factor);
                }
            }
        }
        if product.recovery < asked.recovery {
            missed = true;
            let factor = 0.85 * (1.0 - asked.recovery) / (1.0 - product.recovery);
            let lost: f64 =
                products.iter().filter(|p| p.asked != product.asked).map(|p| oxide(&p.liquor, &asked.of)).sum();
            for other in products.iter().filter(|p| p.asked != product.asked) {
                if oxide(&other.liquor, &asked.of) > 0.15 * lost {
                    press(product.asked, other.asked, factor);
                }
            }
        }
    }
    missed
}
