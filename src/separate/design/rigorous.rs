//! A planned cut made good: the unit `mixer-settlers`, solved rigorously, with stages, reflux and strip
//! corrected until it does what is asked.
//!
//! # Equation
//! ```text
//! miss = max( ln[lost/lost allowed], ln[slipped/slip allowed], ln[(1 − most)/(1 − loading)] ) ≤ 0
//! ```
//! The unit itself balances its two outlets, so that both are missed, or met, by nearly the same factor.
//! While the miss is positive the section (extraction, scrub, strip) whose stages lower it most, each at its
//! price, is lengthened; where stages no longer help (a pinch), reflux or strip liquor is raised. Against a loading
//! above the most that is allowed ([`super::loading`]), which is held to only where the cheapest battery is over it, stages do
//! little: organic phase or strip liquor is added, at the battery's own feed pH and at each lower one that is allowed, whichever is
//! cheapest. A battery that would need more stages than allowed, or a reflux four times the planned one, is given up with the
//! reason. Then organic flow, stages and strip acid are traded until the price is least (`rigorous/cheap.rs`).
//!
//! # Symbols
//! lost: mol/h of what should be extracted in the raffinate; slipped: of what should stay, in the product; loading:
//! the highest of any stage, a share of the limit.
//!
//! # Holds for
//! Whatever the unit holds for. The search is monotone: more stages or more reflux never asks for less.
//!
//! # Source
//! The unit's.

mod cheap;
mod meets;

use super::goal::Tally;
use super::loading;
use super::order::Set;
use super::plan::Plan;
use super::spec::{Spec, dissolved, laid_over};
use crate::document::{Node, Value};
use crate::element::Element;
use crate::error::Error;
use crate::fields::{Check, Fields};
use crate::ion::Ion;
use crate::library::Library;
use crate::separate::mixer_settlers::MixerSettlers;
use crate::separate::theory::{self, Specification};
use crate::stream::Stream;
use crate::unit::Balance;

/// A battery that does what is asked.
#[derive(Debug, Clone)]
pub struct Built {
    /// As planned.
    pub plan: Plan,
    /// As built.
    pub size: Size,
    /// The unit's fields.
    pub node: Node,
    /// What it does to its feed.
    pub balance: Balance,
    /// Its feed.
    pub feed: Stream,
    /// mol/h lost and slipped.
    pub passed: [f64; 2],
    /// What it uses, as built.
    pub used: Tally,
    /// Rigorous solutions it took.
    pub solves: usize,
}

/// What the correction may change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// Extraction, scrub, strip.
    pub stages: [usize; 3],
    /// S over that of the plan.
    pub flow: f64,
    /// Strip acid beyond three per metal.
    pub excess: f64,
    /// pH the feed is brought to; `None`: as the battery's fields have it.
    pub feed_ph: Option<f64>,
}

/// Least organic flow over that of the theory's optimum for two components, as the unit has it: of many, the keys may be a trace.
const LEAST_MARGIN: f64 = 0.005;

/// ln by which a battery solved from the scrub flow of another may pass more or less: the unit closes its balance to 1e-5.
const APART: f64 = 1e-4;

/// A search for one battery.
struct Search<'s> {
    spec: &'s Spec,
    library: &'s Library,
    plan: &'s Plan,
    allowed: [f64; 2],
    feed: &'s Stream,
    solves: usize,
    /// The share of the loading limit that is held to.
    most: Option<f64>,
    /// How the miss last changed with the logarithm of the flow.
    slope: f64,
    /// Where the last trial found its scrub flow.
    scrub: Option<f64>,
    /// Is the next sought from there?
    near: bool,
}

/// One trial: what was tried, by how much it misses, what it uses.
#[derive(Clone)]
struct Trial {
    size: Size,
    /// The larger of the next two.
    miss: f64,
    /// By what is lost and slipped.
    cut: f64,
    /// By its loading.
    over: f64,
    passed: [f64; 2],
    balance: Balance,
    node: Node,
    used: Tally,
}

/// The planned cut of this feed, letting slip and losing no more than `allowed` mol/h; `from` is where to begin.
pub fn build(
    spec: &Spec,
    library: &Library,
    plan: &Plan,
    allowed: [f64; 2],
    feed: &Stream,
    from: Option<Size>,
) -> Result<Built, Error> {
    let start = from.unwrap_or_else(|| Size {
        stages: [
            (plan.floor.stages[0].ceil() as usize).max(2),
            (plan.floor.stages[1].ceil() as usize).max(2),
            plan.strip_stages.max(2),
        ],
        flow: 1.0,
        excess: plan.excess,
        feed_ph: None,
    });
    let start = within(start, spec.most_stages);
    // What was built once holds to the loading already; else it is asked for only where the cheapest is over it.
    let most = spec.most_loading.filter(|_| from.is_some());
    let mut search =
        Search { spec, library, plan, allowed, feed, solves: 0, most, slope: cheap::STEEP, scrub: None, near: false };
    let mut best = search.first(start).and_then(|begun| search.cheap(begun, from.is_some()));
    if best.is_err() && most.is_some() {
        // What held to the loading before no longer does: from the beginning.
        return build(spec, library, plan, allowed, feed, None);
    }
    search.most = spec.most_loading;
    if let Ok(free) = &best
        && search.over(&free.balance) > 0.0
    {
        let free = free.clone();
        best = search.limited(&free);
    }
    let best = best?;
    if best.size.stages[0] + best.size.stages[1] > spec.most_stages {
        let why = format!("it would need more than the {} stages allowed", spec.most_stages);
        return Err(search.stopped(&why, "more stages allowed, or less asked"));
    }
    Ok(Built {
        used: best.used,
        plan: plan.clone(),
        size: best.size,
        node: best.node,
        balance: best.balance,
        feed: feed.clone(),
        passed: best.passed,
        solves: search.solves,
    })
}

/// No longer than allowed, its two sections in proportion: reflux has to make up for what is cut off.
fn within(size: Size, most: usize) -> Size {
    let [extract, scrub, strip] = size.stages;
    let whole = extract + scrub;
    if whole <= most {
        return size;
    }
    let kept = (extract * most / whole).clamp(1, most - 1);
    Size { stages: [kept, most - kept, strip], ..size }
}

impl Search<'_> {
    /// One rigorous solution of the battery as it is written; begun, where many like it are tried, from the scrub flow of the last.
    fn trial(&mut self, size: Size) -> Result<Trial, Error> {
        let size = Size { excess: cheap::rounded(size.excess), ..size };
        self.solves += 1;
        let node = node_of(self.spec, self.plan, self.allowed, size, self.feed);
        let mut scrub = self.scrub.filter(|_| self.near);
        let balance = solved(&node, self.feed, self.library, &mut scrub);
        self.scrub = scrub.filter(|_| balance.is_ok());
        let balance = balance?;
        let passed = passed(self.spec, self.plan, &balance);
        let used = used(self.spec, self.plan, size, &balance);
        let cut = (0..2).map(|i| (passed[i].max(1e-300) / self.allowed[i]).ln()).fold(f64::NEG_INFINITY, f64::max);
        // What is solved from elsewhere differs by this at most: it has to do what is asked as it is written, alone.
        let cut = cut + if self.near { APART } else { 0.0 };
        let over = self.over(&balance);
        Ok(Trial { size, miss: cut.max(over), cut, over, passed, balance, node, used })
    }

    /// By what its loading misses.
    fn over(&self, balance: &Balance) -> f64 {
        loading::miss(self.most, loading::highest(balance, |_| true))
    }

    fn stopped(&self, why: &str, hint: &str) -> Error {
        let floor = &self.plan.floor;
        Error::Infeasible {
            unit: String::new(),
            what: format!(
                "{}/{} with {}: {why}; by theory the separation factor is {:.2}, the least organic metal flow {:.2} and the \
                 least scrub {:.2} per mol fed, the fewest stages {:.1}",
                self.plan.keys[0],
                self.plan.keys[1],
                self.spec.solvents[self.plan.solvent].name,
                floor.beta,
                floor.least[0] / self.plan.fed,
                floor.least[1] / self.plan.fed,
                floor.fewest
            ),
            hint: hint.into(),
        }
    }
}

/// What a battery as built uses: organic flow through all its stages as mol/h of metal that it can carry, what is drawn,
/// what is held.
fn used(spec: &Spec, plan: &Plan, size: Size, balance: &Balance) -> Tally {
    let solvent = &spec.solvents[plan.solvent];
    let reading =
        |name: &str| balance.readings.iter().find(|reading| reading.name == name).map_or(0.0, |reading| reading.value);
    let carries = reading("organic flow") * 1000.0 * solvent.saponified * solvent.concentration / 3.0;
    let stages: usize = size.stages.iter().sum();
    let drawn = || balance.drawn.iter().map(|drawn| drawn.stream.aqueous.ions[Ion::H]);
    Tally {
        stage_flow: carries * stages as f64,
        base: drawn().map(|acid| (-acid).max(0.0)).sum(),
        acid: drawn().map(|acid| acid.max(0.0)).sum(),
        solvent: reading("solvent held"),
        oxide: reading("rare earths held"),
    }
}

/// mol/h slipped into the product and lost to the raffinate.
fn passed(spec: &Spec, plan: &Plan, balance: &Balance) -> [f64; 2] {
    let sum = |stream: &Stream, set: Set| {
        let moles = dissolved(stream);
        spec.elements(set).into_iter().map(|e| moles[e]).sum::<f64>()
    };
    [sum(&balance.outlets[1], plan.parts[0]), sum(&balance.outlets[0], plan.parts[1])]
}

/// The battery's fields, whole.
fn node_of(spec: &Spec, plan: &Plan, allowed: [f64; 2], size: Size, feed: &Stream) -> Node {
    let solvent = &spec.solvents[plan.solvent];
    let moles = dissolved(feed);
    let sum = |set: Set| spec.elements(set).into_iter().map(|e| moles[e]).sum::<f64>();
    let (light, heavy) = (sum(plan.parts[0]), sum(plan.parts[1]));
    let purity = [light / (light + allowed[1]), heavy / (heavy + allowed[0])].map(|p| p.clamp(0.51, 0.999_999_8));
    let all: f64 = Element::RARE_EARTHS.iter().map(|&e| moles[e]).sum();
    let share = heavy / all;
    let specification = Specification {
        feed: share,
        extracted: purity[1].max(share + 1e-6 * (1.0 - share)),
        raffinate: purity[0].max(1.0 - share + 1e-6 * share),
        beta: plan.floor.beta,
    };
    let organic = theory::design(&specification).map_or(1.0, |design| design.organic);
    let margin = (size.flow * plan.floor.flows[0] / all / organic).clamp(LEAST_MARGIN, 10.0);
    let text = |text: String| Value::Text(text);
    let percent = |share: f64| text(format!("{} %", crate::table::nine_digits(100.0 * share)));
    let table = |entries: Vec<(&str, Value)>| {
        let place = &solvent.node.place;
        let entry = |(key, value): (&str, Value)| (key.to_owned(), Node { value, place: place.clone() });
        Value::Table(entries.into_iter().map(entry).collect())
    };
    let [extract, scrub, strip] = size.stages.map(|count| Value::Number(count as f64));
    let mut found = vec![
        ("separate", text(format!("{}/{}", plan.keys[0], plan.keys[1]))),
        ("purity", table(vec![("raffinate", percent(purity[0])), ("product", percent(purity[1]))])),
        ("stages", table(vec![("extract", extract), ("scrub", scrub), ("strip", strip)])),
        ("margin", Value::Number(six_digits(margin))),
        ("strip_excess", text(format!("{:.0} %", 100.0 * size.excess))),
        ("scrub_acid", text(format!("{} mol/L", plan.scrub_acid))),
        ("strip_acid", text(format!("{} mol/L", plan.strip_acid))),
    ];
    found.extend(size.feed_ph.map(|ph| ("feed_ph", Value::Number(ph))));
    let mut node = laid_over(&solvent.node, &found);
    // A liquor more dilute than the strength asked for is taken as it comes: nothing is evaporated.
    if let (Value::Table(entries), Some(wanted)) = (&mut node.value, feed_strength(&solvent.node))
        && feed.rare_earth_oxide() / feed.aqueous.volume().max(1e-300) < wanted
    {
        entries.retain(|(key, _)| key != "feed_oxide");
    }
    node
}

fn six_digits(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

pub(super) fn feed_strength(node: &Node) -> Option<f64> {
    use crate::quantity::Quantity;
    let text = node.get("feed_oxide").and_then(Node::text)?;
    crate::quantity::MassConcentration::parse(text).ok().map(|strength| strength.0)
}

/// A battery read and solved, its scrub flow sought from that of one like it; problems of reading are those of the specification.
fn solved(node: &Node, feed: &Stream, library: &Library, scrub: &mut Option<f64>) -> Result<Balance, Error> {
    let check = Check::new();
    let mut fields = Fields::new(node, "battery", &check);
    let unit = MixerSettlers::read(&mut fields, library);
    fields.finish();
    match unit {
        Some(unit) => unit.solve_near(feed, scrub),
        None => Err(Error::Scenario(check.finish().0)),
    }
}

#[cfg(test)]
mod tests;
