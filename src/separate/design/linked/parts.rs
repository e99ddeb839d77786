//! The batteries of a chain one by one, as tables have them.

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

impl Linked {
    /// Its batteries one by one, as tables have them: base by the organic phase of their own, acid by their liquors,
    /// what is held by the organic phase that passes their stages.
    pub fn batteries(&self, spec: &Spec) -> Vec<Built> {
        let chain = &self.chain;
        let (organic, count) = (chain.organic(&self.feed), chain.links.len());
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
        let drawn = |key: &str| {
            let name = node.get(key).and_then(Node::text).unwrap_or_default();
            let kg: f64 =
                self.balance.drawn.iter().filter(|drawn| drawn.name == name).map(|drawn| drawn.stream.mass()).sum();
            (format!("{name} per rare-earth oxide fed"), kg)
        };
        let mut through = 0.0;
        let built = |(i, link): (usize, &Link)| {
            through += organic[i];
            let strip = if i + 1 == count { chain.strip } else { 0 };
            let flow = organic[i] * link.stages[0] as f64 + through * (link.stages[1] + strip) as f64;
            let [held, base, sour] = [flow / self.used.stage_flow, organic[i] / whole, acid(i) / acids];
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
            }
            readings.push(Reading::new("solvent held", held * self.used.solvent, "m3"));
            readings.push(Reading::new("rare earths held", held * self.used.oxide, "kg REO"));
            for (key, share) in [("base", base), ("acid", sour)] {
                let (name, kg) = drawn(key);
                readings.push(Reading::new(name, share * kg / feed.rare_earth_oxide(), "kg/kg"));
            }
            let outlets = vec![outlets[i].clone(), Stream::mixed(&outlets[i + 1..])];
            Built {
                plan: link.plan.clone(),
                size: Size {
                    stages: [link.stages[0], link.stages[1], strip],
                    flow: link.carries / link.plan.floor.flows[0],
                    excess: if strip > 0 { chain.excess } else { 0.0 },
                },
                node: node.clone(),
                balance: Balance { outlets, readings, ..Balance::default() },
                feed,
                passed: self.passed[i],
                used: Tally {
                    stage_flow: flow,
                    base: base * self.used.base,
                    acid: sour * self.used.acid,
                    solvent: held * self.used.solvent,
                    oxide: held * self.used.oxide,
                },
                solves: if i == 0 { self.solves } else { 0 },
            }
        };
        chain.links.iter().enumerate().map(built).collect()
    }
}
