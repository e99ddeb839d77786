//! Linked batteries made good: as one unit `circuit`, solved rigorously, corrected until every cut does what is asked.
//!
//! # Equation
//! Battery i of a chain has an extraction section with organic phase of its own, `S_i`, and a scrub section
//! through which the loaded organic phase of all batteries before it passes as well; what leaves the last
//! scrub is stripped and shared out again. Either each scrub has acid of its own, or the solution of the next
//! battery's scrub serves as scrub liquor:
//! ```text
//! acid for each      W_i = S_i + f_(i−1) − f_i
//! liquor from next   W_i = Σ_(j≤i) S_j − f_i,     share of the next scrub's solution  W_i / W_(i+1)
//! ```
//! Each W_i is the root at which what is lost and what slips miss what they may by the same factor, found in
//! turn from the first battery down. Sections are lengthened where that lowers the miss most, then shortened.
//!
//! # Symbols
//! S, W: mol/h of metal that organic phase and scrub liquor can carry; f: mol/h that the organic phase takes on
//! to the next battery (f_0 = 0).
//!
//! # Holds for
//! Whatever the unit `circuit` holds for; clear phases: no drops, so no make-up. The feed is diluted and brought to its
//! pH first, by the unit `prepare-liquor` and the code by which a battery alone prepares its own.
//!
//! # Source
//! The unit's; bracketing by `dahlquist2008` (Illinois rule).

pub(super) mod feed;
mod parts;
mod search;

use std::fmt::Write as _;

pub use feed::preparation;
pub use search::build;

use super::goal::Tally;
use super::plan::Plan;
use super::spec::{Spec, dissolved, rounded, seven_digits, written};
use crate::ion::Ion;
use crate::stream::Stream;
use crate::table::nine_digits;
use crate::unit::Balance;

/// Most of the next scrub's solution that may serve a battery before it.
const MOST_SHARE: f64 = 0.999;

/// Where the scrub liquor of a battery comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scrub {
    /// Acid for each: only the loaded organic phase goes on.
    Acid,
    /// The next battery's scrub: the last alone has acid.
    Next,
}

/// One battery of the chain.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// As planned.
    pub plan: Plan,
    /// Extraction and scrub stages.
    pub stages: [usize; 2],
    /// mol/h of metal its own organic phase can carry.
    pub carries: f64,
    /// mol/h of metal its scrub liquor carries.
    pub returns: f64,
}

/// A chain of linked batteries.
#[derive(Debug, Clone, PartialEq)]
pub struct Chain {
    /// From the feed down.
    pub links: Vec<Link>,
    /// How they are scrubbed.
    pub scrub: Scrub,
    /// Strip stages.
    pub strip: usize,
    /// Strip acid beyond three per metal, as a share of that.
    pub excess: f64,
    /// pH its feed is brought to; `None`: as the battery's fields have it.
    pub feed_ph: Option<f64>,
}

/// A chain that does what is asked.
#[derive(Debug, Clone)]
pub struct Linked {
    /// As built.
    pub chain: Chain,
    /// What it does to its feed: the raffinate of each battery, then what is stripped.
    pub balance: Balance,
    /// Its feed, as it comes.
    pub feed: Stream,
    /// What made the feed ready, where a strength or a pH is asked for.
    pub prepared: Option<Balance>,
    /// mol/h lost and slipped, by battery.
    pub passed: Vec<[f64; 2]>,
    /// What it uses.
    pub used: Tally,
    /// Rigorous solutions it took.
    pub solves: usize,
}

impl Linked {
    /// The liquor that the circuit takes.
    pub fn ready(&self) -> &Stream {
        self.prepared.as_ref().map_or(&self.feed, |prepared| &prepared.outlets[0])
    }
}

impl Chain {
    /// The chain as theory has it, on a feed.
    pub fn planned(plans: &[Plan], scrub: Scrub, spec: &Spec, feed: &Stream) -> Option<Self> {
        let moles = dissolved(feed);
        let (mut before, mut carried) = (0.0, 0.0);
        let mut links = Vec::new();
        for plan in plans {
            let extract: f64 = spec.elements(plan.parts[1]).into_iter().map(|e| moles[e]).sum();
            let carries = plan.floor.flows[0];
            carried += carries;
            let returns = if scrub == Scrub::Acid { carries + before - extract } else { carried - extract };
            let stages = plan.floor.stages.map(|n| (n.ceil() as usize).max(2));
            links.push(Link { plan: plan.clone(), stages, carries, returns: returns.max(1e-3 * extract) });
            before = extract;
        }
        let last = plans.last()?;
        Some(Self { links, scrub, strip: last.strip_stages.max(4), excess: last.excess, feed_ph: None })
    }

    /// Litres of organic phase that carry so many mol/h.
    fn litres(&self, spec: &Spec, moles: f64) -> f64 {
        let solvent = &spec.solvents[self.links[0].plan.solvent];
        3.0 * moles / (solvent.saponified * solvent.concentration)
    }

    /// mol/h that the organic phase of each battery can carry; the first meets the feed's free acid too.
    fn organic(&self, feed: &Stream) -> Vec<f64> {
        let acid = feed.aqueous.ions[Ion::H].max(0.0) / 3.0;
        self.links.iter().enumerate().map(|(i, link)| link.carries + if i == 0 { acid } else { 0.0 }).collect()
    }

    /// L/h of organic phase, that of all batteries.
    pub fn whole_litres(&self, spec: &Spec, feed: &Stream) -> f64 {
        self.litres(spec, self.organic(feed).iter().sum())
    }

    /// Stages in all.
    pub fn stages(&self) -> usize {
        self.links.iter().map(|link| link.stages[0] + link.stages[1]).sum::<usize>() + self.strip
    }

    /// Organic flow through all stages, as mol/h of metal that it can carry.
    pub fn stage_flow(&self, feed: &Stream) -> f64 {
        let (mut through, mut sum) = (0.0, 0.0);
        for (link, own) in self.links.iter().zip(self.organic(feed)) {
            through += own;
            sum += own * link.stages[0] as f64 + through * link.stages[1] as f64;
        }
        sum + through * self.strip as f64
    }

    /// The unit's fields as TOML, for the liquor made ready; `prefix` stands before the names of inner tables.
    pub fn text(&self, spec: &Spec, feed: &Stream, prefix: &str) -> String {
        let first = &self.links[0].plan;
        let node = &spec.solvents[first.solvent].node;
        let get = |key: &str| node.get(key).map(|found| written(&found.value));
        let mut text = String::from("inlets = [\"liquor\"]\nlitre = \"of-solution\"\n");
        let hour = |key: &str| node.get("residence").and_then(|all| all.get(key)).map(|found| written(&found.value));
        if let (Some(mixer), Some(settler)) = (hour("mixer"), hour("settler")) {
            _ = writeln!(text, "residence = {{ mixer = {mixer}, settler = {settler} }}");
        }
        _ = writeln!(text, "mixer_power = {}", get("mixer_power").unwrap_or_default());
        _ = writeln!(text, "[[{prefix}organic]]\ntag = \"solvent\"");
        for key in ["extractant", "concentration", "diluent", "saponified", "base", "missing", "log_k"] {
            if let Some(value) = get(key) {
                _ = writeln!(text, "{key} = {value}");
            }
        }
        let mut liquor = |tag: &str, acid: f64, litres: f64| {
            _ = write!(text, "[[{prefix}liquor]]\ntag = \"{tag}\"\n");
            for key in ["acid", "water"] {
                _ = writeln!(text, "{key} = {}", get(key).unwrap_or_default());
            }
            _ = writeln!(text, "strength = \"{acid} mol/L\"\nflow = \"{} L/h\"", seven_digits(litres));
        };
        let count = self.links.len();
        for (i, link) in self.links.iter().enumerate() {
            if self.scrub == Scrub::Acid || i + 1 == count {
                let acid = link.plan.scrub_acid;
                liquor(&format!("scrub-acid-{}", i + 1), acid, 3.0 * link.returns / acid);
            }
        }
        if let Some(last) = self.links.last() {
            let moles = dissolved(feed);
            let extract: f64 = spec.elements(last.plan.parts[1]).into_iter().map(|e| moles[e]).sum();
            let acid = last.plan.strip_acid;
            liquor("strip-acid", acid, 3.0 * extract * (1.0 + self.excess) / acid);
        }
        self.sections(spec, feed, prefix, &mut text);
        text
    }

    fn sections(&self, spec: &Spec, feed: &Stream, prefix: &str, text: &mut String) {
        let clear = "efficiency = 1\norganic_in_solution = 0\nsolution_in_organic = 0\n";
        // Shares follow from the flows as they are written: together they are all there is.
        let organic: Vec<f64> = self.organic(feed).into_iter().map(|s| rounded(self.litres(spec, s))).collect();
        let whole: f64 = organic.iter().sum();
        let count = self.links.len();
        for (i, link) in self.links.iter().enumerate() {
            let n = i + 1;
            let [extract, scrub] = link.stages;
            let fed = if i == 0 { "\"liquor\", " } else { "" };
            let back = if i == 0 { "strip".to_owned() } else { format!("stripped-{n}") };
            _ = write!(
                text,
                "[[{prefix}section]]\ntag = \"load-{n}\"\nstages = {extract}\nsolution = [{fed}\"scrub-{n}\"]\norganic = \
                 [\"{back}\", \"solvent\"]\norganic_flow = \"{} L/h\"\nsolution_to = \"raffinate-{n}\"\n{clear}",
                seven_digits(organic[i])
            );
            let before = if i == 0 { String::new() } else { format!(", \"scrub-{i}\"") };
            let liquor =
                if self.scrub == Scrub::Acid || n == count { format!("scrub-acid-{n}") } else { format!("reflux-{n}") };
            _ = write!(
                text,
                "[[{prefix}section]]\ntag = \"scrub-{n}\"\nstages = {scrub}\nsolution = [\"{liquor}\"]\norganic = \
                 [\"load-{n}\"{before}]\n{clear}"
            );
            if self.scrub == Scrub::Next && i > 0 {
                let share = (self.links[i - 1].returns / link.returns).clamp(0.0, MOST_SHARE);
                _ = write!(
                    text,
                    "[[{prefix}section.side]]\ntag = \"reflux-{i}\"\nphase = \"solution\"\nstage = {scrub}\nshare = {}\n",
                    seven_digits(share)
                );
            }
        }
        _ = write!(
            text,
            "[[{prefix}section]]\ntag = \"strip\"\nstages = {}\nsolution = [\"strip-acid\"]\norganic = [\"scrub-{count}\"]\n\
             solution_to = \"stripped\"\n{clear}",
            self.strip
        );
        for (i, litres) in organic.iter().enumerate().skip(1) {
            _ = write!(
                text,
                "[[{prefix}section.side]]\ntag = \"stripped-{}\"\nphase = \"organic\"\nstage = 1\nshare = {:e}\n",
                i + 1,
                litres / whole
            );
        }
    }
}

/// The battery of a chain whose loaded organic phase is most against what the next needs of its own.
pub fn widest_hop(plans: &[Plan]) -> Option<&Plan> {
    let mut before = 0.0;
    let mut worst: Option<(f64, &Plan)> = None;
    for pair in plans.windows(2) {
        before += pair[0].floor.flows[0];
        let times = before / pair[1].floor.flows[0].max(1e-9 * before);
        if worst.is_none_or(|(most, _)| times > most) {
            worst = Some((times, &pair[0]));
        }
    }
    worst.map(|(_, plan)| plan)
}

/// A chain in words.
pub fn in_words(chain: &Chain) -> String {
    let sections = chain.links.iter().map(|link| {
        let [extract, scrub] = link.stages;
        format!("{}/{} {extract}+{scrub}", link.plan.keys[0], link.plan.keys[1])
    });
    let how = if chain.scrub == Scrub::Acid { "acid to each scrub" } else { "one scrub liquor" };
    let sections: Vec<String> = sections.collect();
    format!("{}, strip {}, {how}, excess {} %", sections.join(", "), chain.strip, nine_digits(100.0 * chain.excess))
}

#[cfg(test)]
mod tests;
