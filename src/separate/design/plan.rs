//! Every cut a slate allows, each with its floor, its reagents and its price.
//!
//! # Equation
//! A product of purity P may hold `I = M (1−P)/P` of others and lose `L = F (1−Y)` of its own. Half of
//! each is given to either side of it. A cut between the products p (below) and q (above) may thus let
//! slip `min(I_q, L_p)/2` upward and lose `min(I_p, L_q)/2` downward: amounts that do not depend on when
//! the cut is made. A strip of many stages takes off, of a metal with `E = D V/Q` where the stripped organic
//! meets fresh acid, all when E < 1 and 1/E of it otherwise: the rest goes round, and is found again in what
//! comes next time. So the strip liquor is the least for which `Σ f (E/0.7 − 1)₊ ≤ 0.02 S`, and a fifth more acid
//! than the metal binds at least.
//!
//! # Symbols
//! M, F: product and its elements fed, mol/h; Y: recovery; f: metal extracted, S: carried; D: distribution ratio at the strip acid and
//! free extractant; V, Q: flow of organic phase and strip liquor.
//!
//! # Holds for
//! Sharp trains: a set's feed is all of its products' elements and nothing else. What slips is held so
//! small that it changes no flow.
//!
//! # Source
//! Bookkeeping; the floor of a cut as in [`super::floor`].

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::floor::{Floor, at_reflux, floor};
use super::goal::Tally;
use super::order::{Cut, Cuts, Phase, Set};
use super::spec::{Solvent, Spec};
use super::three::least_organic;
use crate::element::{ByElement, Element};
use crate::separate::isotherm::Contact;
use crate::separate::theory::Mixture;

/// Part of the fence's budget that the theory leaves to what it does not see.
const SAFETY: f64 = 0.8;
/// Largest extraction factor of a metal that the strip takes off whole, where the organic phase leaves it.
const STRIP_FACTOR: f64 = 0.7;
/// Most metal that may go round with the stripped organic phase, as a share of what that phase carries.
const MOST_ROUND: f64 = 0.02;
/// Most strip acid beyond what the metal binds, as a share of that.
const MOST_EXCESS: f64 = 19.0;

/// Stages that a strip section is first given.
const STRIP_STAGES: usize = 8;

/// A cut, planned.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Which extractant, by its place in the specification.
    pub solvent: usize,
    /// What is fed and how.
    pub set: Set,
    /// See [`Phase`].
    pub phase: Phase,
    /// What stays, what is extracted.
    pub parts: [Set; 2],
    /// The neighbours: the less extractable key first.
    pub keys: [Element; 2],
    /// mol/h of all that may slip into the organic outlet, that may be lost to the raffinate.
    pub allowed: [f64; 2],
    /// Least flows, stages and so on; flows in mol/h.
    pub floor: Floor,
    /// mol/h fed.
    pub fed: f64,
    /// mol/L.
    pub scrub_acid: f64,
    /// mol/L.
    pub strip_acid: f64,
    /// Beyond three per metal, as a share of that.
    pub excess: f64,
    /// Stages the strip section is first given.
    pub strip_stages: usize,
    /// What it uses, by theory.
    pub used: Tally,
    /// Does the loaded organic go on as it is?
    pub linked: bool,
    /// What a side outlet takes; 0: there is none.
    pub middle: Set,
    /// The cut below the side outlet, where there is one; the plan's own is the cut above it.
    pub lower: Option<Box<Plan>>,
    /// Least S that the side outlet asks for, mol/h, of solution above the feed, of organic phase below it.
    pub least_organic: [f64; 2],
}

/// A cut that the rigorous solution has refused: extractant, what is fed, what stays.
pub type Barred = (usize, Set, Set);

/// A battery of three outlets: extractant, what is fed, what stays, what is drawn.
pub type Drawn = (usize, Set, Set, Set);

impl Plan {
    /// Its outlets, as what they take is known by.
    pub fn outlets(&self) -> Drawn {
        (self.solvent, self.set, self.parts[0], self.middle)
    }

    /// The cut, whoever makes it and however its parts leave.
    pub fn cut(&self) -> Barred {
        (self.solvent, self.set, self.parts[0])
    }
}

/// All plans of a specification, made as the order asks for them.
pub struct Plans<'s> {
    spec: &'s Spec,
    fed: ByElement<f64>,
    linked: bool,
    three: bool,
    /// Times theory that two outlets are counted.
    over: f64,
    /// Batteries of three outlets that were built, with their prices; infinite: none does what is asked.
    drawn: BTreeMap<Drawn, f64>,
    barred: BTreeSet<Barred>,
    /// Cuts whose loaded organic phase may not go on as it is.
    unlinkable: BTreeSet<Barred>,
    /// Products in rising order of extractability, by extractant; `None` where it does not sort them.
    orders: Vec<Option<Vec<usize>>>,
    made: RefCell<Vec<Plan>>,
    known: RefCell<BTreeMap<(Set, Phase), Vec<Cut>>>,
}

impl<'s> Plans<'s> {
    /// The plans of a specification; `linked` also allows a loaded organic phase to feed the next battery.
    pub fn new(spec: &'s Spec, linked: bool) -> Self {
        Self::without(spec, linked, BTreeSet::new())
    }

    /// The same, without the cuts that were refused.
    pub fn without(spec: &'s Spec, linked: bool, barred: BTreeSet<Barred>) -> Self {
        let fed = spec.fed();
        let orders = spec.solvents.iter().map(|solvent| order_of(spec, solvent, &fed)).collect();
        Self {
            spec,
            fed,
            linked,
            three: false,
            over: 1.0,
            drawn: BTreeMap::new(),
            barred,
            unlinkable: BTreeSet::new(),
            orders,
            made: RefCell::default(),
            known: RefCell::default(),
        }
    }

    /// The same, these cuts with a strip of their own.
    pub fn unlinking(self, unlinkable: BTreeSet<Barred>) -> Self {
        Self { unlinkable, ..self }
    }

    /// The plans of a specification with side outlets too, those at no more than their floor.
    pub fn with_middle(spec: &'s Spec, barred: BTreeSet<Barred>) -> Self {
        Self { three: true, ..Self::without(spec, false, barred) }
    }

    /// The same, where prices as built are known: two outlets at so many times theory, three as `drawn` tells.
    pub fn as_built(self, over: f64, drawn: BTreeMap<Drawn, f64>) -> Self {
        Self { over, drawn, ..self }
    }

    /// What the two cuts cost that a battery of three outlets takes the place of, the cheaper way round.
    pub fn pair(&self, plan: &Plan) -> Option<f64> {
        let ([light, heavy], middle) = (plan.parts, plan.middle);
        let price = |set: Set, light: Set| {
            let plan = self.plan_cut(plan.solvent, set, 0, light, false)?;
            Some(self.over * self.spec.goal.price(&plan.used))
        };
        let upper_last = price(plan.set, light).zip(price(middle | heavy, middle));
        let lower_last = price(plan.set, light | middle).zip(price(light | middle, light));
        [upper_last, lower_last].into_iter().flatten().map(|(a, b)| a + b).reduce(f64::min)
    }

    /// A plan by its cut's tag.
    pub fn plan(&self, tag: usize) -> Option<Plan> {
        self.made.borrow().get(tag).cloned()
    }

    /// mol/h of each element of a set, most extractable first, with its relative extractability.
    fn mixture(&self, solvent: &Solvent, set: Set) -> Vec<(Element, f64, f64)> {
        let present = self.spec.elements(set).into_iter().filter(|&e| self.fed[e] > 0.0);
        let mut all: Vec<(Element, f64, f64)> =
            present.filter_map(|e| Some((e, solvent.log_b(e)?, self.fed[e]))).collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1));
        all
    }

    /// Products of a set in an extractant's order, rising; `None` where one straddles another.
    fn sorted(&self, which: usize, set: Set) -> Option<Vec<usize>> {
        match &self.orders[which] {
            Some(order) => Some(order.iter().copied().filter(|i| set & (1 << i) != 0).collect()),
            None => {
                // Products that straddle others in the whole mixture may not in a part of it.
                sort_products(self.spec, &self.spec.solvents[which], &self.fed, set)
            }
        }
    }

    fn plan_cut(&self, which: usize, set: Set, phase: Phase, light: Set, linked: bool) -> Option<Plan> {
        let solvent = &self.spec.solvents[which];
        let heavy = set & !light;
        let mixture = self.mixture(solvent, set);
        let heavies = self.spec.elements(heavy);
        let count = mixture.iter().filter(|(e, _, _)| heavies.contains(e)).count();
        if count == 0 || count == mixture.len() {
            return None;
        }
        let (upper, lower) = (count - 1, count);
        let [p, q] = [mixture[lower].0, mixture[upper].0];
        let product = |e: Element| self.spec.products.iter().find(|product| product.of.contains(&e));
        let (below, above) = (product(p)?, product(q)?);
        let whole = |product: &super::spec::Asked| product.of.iter().map(|&e| self.fed[e]).sum::<f64>();
        let impurity = |a: &super::spec::Asked| whole(a) * a.recovery * (1.0 - a.purity) / a.purity;
        let loss = |a: &super::spec::Asked| whole(a) * (1.0 - a.recovery);
        let slip = 0.5 * SAFETY * impurity(above).min(loss(below));
        let lost = 0.5 * SAFETY * impurity(below).min(loss(above));
        let recovered = [1.0 - (lost / mixture[upper].2).min(0.49), (slip / mixture[lower].2).min(0.49)];
        let amounts = Mixture {
            b: mixture.iter().map(|(_, log, _)| 10f64.powf(log - mixture[lower].1)).collect(),
            feed: mixture.iter().map(|(_, _, moles)| *moles).collect(),
            organic_feed: phase > 0,
        };
        // An organic feed adds its metal to the organic phase of the scrub section, about half of the stages.
        let joined = if phase > 0 { 0.5 * amounts.fed() } else { 0.0 };
        let strip_stages = if linked { 0 } else { STRIP_STAGES };
        let used = |s: f64, w: f64, n: f64| self.tally(solvent, [s, joined], w, n + strip_stages as f64, [0.0; 3]);
        let goal = self.spec.goal.of_reflux();
        let floor = floor(&amounts, [upper, lower], recovered, &|s, w, n| goal.price(&used(s, w, n)))?;
        let scrub_acid = self.scrub_acid(solvent, q);
        let (strip_acid, excess) = if linked { (0.0, 0.0) } else { self.strip(solvent, &mixture[..count], &floor)? };
        let (extract, goes_on) = (floor.extract, heavy.count_ones() > 1);
        let acid = if linked { 0.0 } else { 3.0 * extract * (1.0 + excess) };
        // What leaves strongly acid is neutralised before the next battery.
        let neutralised = if goes_on && !linked { 3.0 * extract * excess } else { 0.0 };
        let [s, w] = floor.flows;
        let stages = floor.whole() + strip_stages as f64;
        let tally = self.tally(solvent, [s, joined], w, stages, [acid, neutralised, extract]);
        Some(Plan {
            solvent: which,
            set,
            phase,
            parts: [light, heavy],
            keys: [p, q],
            allowed: [slip, lost],
            fed: amounts.fed(),
            floor,
            scrub_acid,
            strip_acid,
            excess,
            strip_stages,
            used: tally,
            linked,
            middle: 0,
            lower: None,
            least_organic: [0.0; 2],
        })
    }

    /// A battery of three outlets at its floor ([`super::three::least_organic`]): the price that no such
    /// battery goes below. `None` where theory has no cut on one side of the middle.
    fn plan_three(&self, two: &[Plan], light: Set, middle: Set) -> Option<Plan> {
        let find = |light: Set| two.iter().find(|plan| plan.parts[0] == light);
        let (lower, upper) = (find(light)?, find(light | middle)?);
        let (which, set) = (lower.solvent, lower.set);
        let solvent = &self.spec.solvents[which];
        // What leaves by its own outlet at least.
        let kept = |e: Element| {
            let product = self.spec.products.iter().find(|product| product.of.contains(&e));
            product.map_or(0.0, |product| product.recovery)
        };
        let part = |set: Set| -> Vec<(f64, f64)> {
            let all = self.mixture(solvent, set).into_iter();
            all.map(|(e, log, moles)| (10f64.powf(log), moles * kept(e))).collect()
        };
        let heavy = set & !light & !middle;
        // What may come into the middle from above, and from below.
        let allowed = [upper.allowed[1], lower.allowed[0]];
        let whole = |set: Set| self.spec.elements(set).iter().map(|&e| self.fed[e]).sum::<f64>();
        let side = least_organic(
            (&part(heavy), whole(heavy) + upper.allowed[0]),
            (&part(middle), whole(middle) + allowed.iter().sum::<f64>()),
            (&part(light), whole(light) + lower.allowed[1]),
            allowed,
        )?;
        let organic = side[0].min(side[1]).max(lower.floor.least[0]).max(upper.floor.least[0]);
        let stages = lower.floor.fewest.max(upper.floor.fewest);
        let extract = upper.floor.extract;
        let scrub = (organic - extract).max(0.0);
        let used = self.tally(solvent, [organic, 0.0], scrub, stages, [3.0 * extract, 0.0, extract]);
        // It makes either cut too, and so costs what the dearer of them costs alone.
        let price = |used: &Tally| self.spec.goal.price(used);
        let used = [lower.used, upper.used].into_iter().fold(used, |a, b| if price(&b) > price(&a) { b } else { a });
        let lower = Some(Box::new(lower.clone()));
        Some(Plan { parts: [light, heavy], middle, used, lower, least_organic: side, ..upper.clone() })
    }

    /// What a battery uses: metal saponified for and carried besides, scrub, stages; strip acid,
    /// neutralisation, extract.
    fn tally(&self, solvent: &Solvent, carried: [f64; 2], w: f64, n: f64, more: [f64; 3]) -> Tally {
        let hours = self.spec.stage_hours;
        let [strip, neutralised, extract] = more;
        let s = carried[0] + carried[1];
        let organic = 3.0 * s / (solvent.saponified * solvent.concentration) / 1000.0;
        // Oxide of a mean rare earth, kg per mol of metal.
        let oxide = 0.17;
        Tally {
            stage_flow: s * n,
            base: 3.0 * carried[0] + neutralised,
            acid: 3.0 * w + strip,
            solvent: organic * hours * n,
            oxide: (s + w + 0.5 * extract) * hours * n * oxide,
        }
    }

    /// The weakest scrub liquor that takes the upper key off when half spent, else the strongest.
    fn scrub_acid(&self, solvent: &Solvent, key: Element) -> f64 {
        let free = 0.5 * solvent.law.units_per_monomer() * solvent.concentration;
        let list = &self.spec.scrub_acid;
        let enough = list.iter().copied().find(|acid| {
            let at = Contact::new(-(0.5 * acid).log10(), free);
            solvent.law.log_d(key, &at).is_some_and(|log| log < 0.0)
        });
        enough.or(list.last().copied()).unwrap_or(4.0)
    }

    /// Strength and excess of the strip liquor for what is extracted; `None` where it cannot be taken off.
    fn strip(&self, solvent: &Solvent, extracted: &[(Element, f64, f64)], floor: &Floor) -> Option<(f64, f64)> {
        let organic = 3.0 * floor.flows[0] / (solvent.saponified * solvent.concentration);
        let free = solvent.law.units_per_monomer() * solvent.concentration;
        let metal = floor.extract;
        let mut best: Option<(f64, f64)> = None;
        for &acid in &self.spec.strip_acid {
            let contact = Contact::new(-acid.log10(), free);
            let held: Option<Vec<(f64, f64)>> = extracted
                .iter()
                .map(|&(e, _, moles)| Some((10f64.powf(solvent.law.log_d(e, &contact)?) * organic, moles)))
                .collect();
            let held = held?;
            // What the stripped organic phase takes round again where this much liquor leaves the strip.
            let round = |liquor: f64| -> f64 {
                held.iter().map(|(d, moles)| (d / (STRIP_FACTOR * liquor) - 1.0).max(0.0) * moles).sum()
            };
            let bound = 3.0 * metal / acid;
            let (mut low, mut high) = (1.2 * bound, (1.0 + MOST_EXCESS) * bound);
            let most = MOST_ROUND * floor.flows[0];
            if round(high) > most {
                continue;
            }
            if round(low) <= most {
                high = low;
            }
            for _ in 0..40 {
                let middle = 0.5 * (low + high);
                if round(middle) <= most {
                    high = middle;
                } else {
                    low = middle;
                }
            }
            let excess = high / bound - 1.0;
            if best.is_none_or(|(_, least)| excess < 0.8 * least) {
                best = Some((acid, excess));
            }
        }
        best
    }

    /// The floor of a plan at another multiple of the least reflux and other shares of its keys.
    pub fn at(&self, plan: &Plan, recovered: [f64; 2], reflux: f64) -> Option<Floor> {
        let solvent = &self.spec.solvents[plan.solvent];
        let mixture = self.mixture(solvent, plan.set);
        let upper = mixture.iter().position(|(e, _, _)| *e == plan.keys[1])?;
        let amounts = Mixture {
            b: mixture.iter().map(|(_, log, _)| 10f64.powf(log - mixture[upper + 1].1)).collect(),
            feed: mixture.iter().map(|(_, _, moles)| *moles).collect(),
            organic_feed: plan.phase > 0,
        };
        at_reflux(&amounts, [upper, upper + 1], recovered, reflux)
    }

    /// Least S of every sharp cut of all that is fed, one extractant for all: the highest is what a wholly
    /// linked train needs.
    pub fn peaks(&self, which: usize) -> Vec<(Element, Element, f64)> {
        let solvent = &self.spec.solvents[which];
        let mixture = self.mixture(solvent, self.spec.all());
        let amounts = Mixture {
            b: mixture.iter().map(|(_, log, _)| 10f64.powf(*log)).collect(),
            feed: mixture.iter().map(|(_, _, moles)| *moles).collect(),
            organic_feed: false,
        };
        (0..mixture.len().saturating_sub(1))
            .filter(|&k| self.different(mixture[k].0, mixture[k + 1].0))
            .filter_map(|k| {
                let least = crate::separate::theory::underwood::sharp(&amounts, k)?;
                Some((mixture[k + 1].0, mixture[k].0, least.organic))
            })
            .collect()
    }

    fn different(&self, a: Element, b: Element) -> bool {
        !self.spec.products.iter().any(|product| product.of.contains(&a) && product.of.contains(&b))
    }
}

impl Cuts for Plans<'_> {
    fn of(&self, set: Set, phase: Phase) -> Vec<Cut> {
        if let Some(cuts) = self.known.borrow().get(&(set, phase)) {
            return cuts.clone();
        }
        let mut cuts = Vec::new();
        for which in 0..self.spec.solvents.len() {
            // A loaded organic phase is of one extractant.
            if phase > 0 && phase != which + 1 {
                continue;
            }
            let Some(order) = self.sorted(which, set) else { continue };
            let mut two = Vec::new();
            for at in 1..order.len() {
                let light: Set = order[..at].iter().map(|i| 1 << i).sum();
                let heavy = set & !light;
                if self.barred.contains(&(which, set, light)) {
                    continue;
                }
                let may_link = self.linked && heavy.count_ones() > 1 && !self.unlinkable.contains(&(which, set, light));
                for linked in [false, true].into_iter().filter(|linked| !linked || may_link) {
                    let Some(plan) = self.plan_cut(which, set, phase, light, linked) else { continue };
                    let price = self.over * self.spec.goal.price(&plan.used);
                    let mut made = self.made.borrow_mut();
                    let goes = if linked { which + 1 } else { 0 };
                    cuts.push(Cut { parts: vec![(light, 0), (heavy, goes)], price, tag: made.len() });
                    if self.three {
                        two.push(plan.clone());
                    }
                    made.push(plan);
                }
            }
            let spans = (1..order.len()).flat_map(|i| (i + 1..order.len()).map(move |j| (i, j)));
            for (i, j) in spans.filter(|_| self.three) {
                let [light, middle] = [&order[..i], &order[i..j]].map(|part| part.iter().map(|k| 1 << k).sum::<Set>());
                let Some(plan) = self.plan_three(&two, light, middle) else { continue };
                let floor = self.spec.goal.price(&plan.used);
                let price = self.drawn.get(&plan.outlets()).copied().unwrap_or(floor);
                let mut made = self.made.borrow_mut();
                let parts = vec![(light, 0), (middle, 0), (plan.parts[1], 0)];
                cuts.push(Cut { parts, price, tag: made.len() });
                made.push(plan);
            }
        }
        self.known.borrow_mut().insert((set, phase), cuts.clone());
        cuts
    }
}

fn order_of(spec: &Spec, solvent: &Solvent, fed: &ByElement<f64>) -> Option<Vec<usize>> {
    sort_products(spec, solvent, fed, spec.all())
}

/// Products of a set in rising order of extractability; `None` where one straddles another or has no constant.
fn sort_products(spec: &Spec, solvent: &Solvent, fed: &ByElement<f64>, set: Set) -> Option<Vec<usize>> {
    let mut spans = Vec::new();
    for (i, product) in spec.products.iter().enumerate().filter(|(i, _)| set & (1 << i) != 0) {
        let mut span = [f64::INFINITY, f64::NEG_INFINITY];
        for &e in product.of.iter().filter(|&&e| fed[e] > 0.0) {
            let log = solvent.log_b(e)?;
            span = [span[0].min(log), span[1].max(log)];
        }
        spans.push((span, i));
    }
    spans.sort_by(|a, b| a.0[0].total_cmp(&b.0[0]));
    let apart = spans.windows(2).all(|pair| pair[0].0[1] < pair[1].0[0]);
    apart.then(|| spans.into_iter().map(|(_, i)| i).collect())
}
