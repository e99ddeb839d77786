//! The batteries of a chain one by one, as tables have them.

use super::search::drawn;
use super::{Link, Linked, Scrub};
use crate::document::Node;
use crate::separate::design::goal::Tally;
use crate::separate::design::rigorous::{Built, Size};
use crate::separate::design::spec::{Spec, dissolved};
use crate::stream::Stream;
use crate::unit::{Balance, Reading};

pub(super) fn reading(balance: &Balance, name: &str) -> Option<f64> {
    balance.readings.iter().find(|reading| reading.name == name).map(|reading| reading.value)
}

/// kg/h bought of a reagent.
fn bought(balance: &Balance, name: &str) -> f64 {
    balance.drawn.iter().filter(|drawn| drawn.name == name).map(|drawn| drawn.stream.mass()).sum()
}

fn named(node: &Node, key: &str) -> String {
    node.get(key).and_then(Node::text).unwrap_or_default().to_owned()
}

impl Linked {
    /// Its batteries one by one, as tables have them: base by the organic phase of their own, acid by their liquors, what
    /// the feed took with the first; what is held by the organic phase that passes their stages.
    pub fn batteries(&self, spec: &Spec) -> Vec<Built> {
        let chain = &self.chain;
        let (organic, count) = (chain.organic(self.ready()), chain.links.len());
        let whole: f64 = organic.iter().sum();
        let outlets = &self.balance.outlets;
        let node = &spec.solvents[chain.links[0].plan.solvent].node;
        let stripping = 3.0 * dissolved(&outlets[count]).rare_earth_total() * (1.0 + chain.excess);
        let scrubs = |i: usize| chain.scrub == Scrub::Acid || i + 1 == count;
        let acid = |i: usize| {
            let scrub = if scrubs(i) { 3.0 * chain.links[i].returns } else { 0.0 };
            scrub + if i + 1 == count { stripping } else { 0.0 }
        };
        let acids: f64 = (0..count).map(acid).sum();
        let (name_base, name_acid) = (named(node, "base"), named(node, "acid"));
        let feeding = self.prepared.as_ref().map_or([0.0; 2], drawn);
        let sectional = [self.used.base - feeding[0], self.used.acid - feeding[1]];
        let mut through = 0.0;
        let built = |(i, link): (usize, &Link)| {
            through += organic[i];
            let strip = if i + 1 == count { chain.strip } else { 0 };
            let flow = organic[i] * link.stages[0] as f64 + through * (link.stages[1] + strip) as f64;
            let shares = [organic[i] / whole, acid(i) / acids];
            let held = flow / self.used.stage_flow;
            let [base, sour] = [0, 1].map(|of| shares[of] * sectional[of] + if i == 0 { feeding[of] } else { 0.0 });
            let feed = if i == 0 { self.feed.clone() } else { Stream::mixed(&outlets[i..]) };
            let mut readings = vec![Reading::new("organic flow", chain.litres(spec, organic[i]) / 1000.0, "m3/h")];
            let mut sections = vec![("extraction", format!("load-{}", i + 1)), ("scrub", format!("scrub-{}", i + 1))];
            if strip > 0 {
                sections.push(("strip", "strip".to_owned()));
            }
            for (section, tag) in sections {
                if let Some(ratio) = reading(&self.balance, &format!("organic to aqueous, {tag}")) {
                    readings.push(Reading::new(format!("organic to aqueous, {section}"), ratio, "1"));
                }
                if let Some(full) = reading(&self.balance, &format!("highest loading, {tag}")) {
                    readings.push(Reading::new(format!("highest loading, {section}"), full, "%"));
                }
            }
            readings.push(Reading::new("solvent held", held * self.used.solvent, "m3"));
            readings.push(Reading::new("rare earths held", held * self.used.oxide, "kg REO"));
            for (of, name) in [&name_base, &name_acid].into_iter().enumerate() {
                let with = |balance: &Balance| bought(balance, name);
                let first = self.prepared.as_ref().filter(|_| i == 0).map_or(0.0, with);
                let kg = shares[of] * with(&self.balance) + first;
                let about = format!("{name} per rare-earth oxide fed");
                readings.push(Reading::new(about, kg / feed.rare_earth_oxide(), "kg/kg"));
            }
            let outlets = vec![outlets[i].clone(), Stream::mixed(&outlets[i + 1..])];
            Built {
                plan: link.plan.clone(),
                size: Size {
                    stages: [link.stages[0], link.stages[1], strip],
                    flow: link.carries / link.plan.floor.flows[0],
                    excess: if strip > 0 { chain.excess } else { 0.0 },
                    feed_ph: chain.feed_ph.filter(|_| i == 0),
                },
                node: node.clone(),
                balance: Balance { outlets, readings, ..Balance::default() },
                feed,
                passed: self.passed[i],
                used: Tally {
                    stage_flow: flow,
                    base,
                    acid: sour,
                    solvent: held * self.used.solvent,
                    oxide: held * self.used.oxide,
                },
                solves: if i == 0 { self.solves } else { 0 },
            }
        };
        chain.links.iter().enumerate().map(built).collect()
    }
}
