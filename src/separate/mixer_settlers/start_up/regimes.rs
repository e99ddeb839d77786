//! The stretches of a start-up: vessels, what they are filled with, and what is fed when.

use super::{FLOWS, Filled, Plan};
use crate::element::Element;
use crate::error::Error;
use crate::separate::cascade::time::{Carried, Filling, Vessels};
use crate::separate::cascade::{Cascade, Stage};
use crate::separate::isotherm::cation_exchange::charge_of;
use crate::separate::mixer_settlers::MixerSettlers;
use crate::separate::mixer_settlers::run::{Flows, Solved, battery, ion_of, prepared};
use crate::separate::start_up::Stretch;
use crate::stream::{Aqueous, Stream};

/// What comes before all flows are as at steady state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Start {
    /// h of total reflux.
    pub reflux: Option<f64>,
    /// The outlet held back, and until when.
    pub held_back: Option<(Outlet, f64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outlet {
    Raffinate,
    Product,
}

/// What rides with a stage's solution, an hour.
fn rides(stage: &Stage) -> Carried {
    let [sulfate, fluoride, phosphate] = stage.weak.map(|molar| molar * stage.aqueous);
    [stage.anions, stage.anions, sulfate, fluoride, phosphate]
}

/// What enters each stage from outside: what rides there less what the stage after sends.
fn carried(cascade: &Cascade<'_>) -> Vec<Carried> {
    let stages = &cascade.stages;
    (0..stages.len())
        .map(|j| {
            let (here, after) = (rides(&stages[j]), stages.get(j + 1));
            let sent = after.map_or([0.0; 5], |stage| rides(stage).map(|amount| amount * stage.kept));
            std::array::from_fn(|i| here[i] - sent[i])
        })
        .collect()
}

/// The vessels of every stage at the steady flows.
pub(super) fn vessels(plan: &Plan, solved: &Solved<'_>) -> Vec<Vessels> {
    let [mixer, settler, saponification] = solved.unit.residence;
    let row = |flow: f64| vec![flow * settler / plan.tanks as f64; plan.tanks];
    let mut vessels: Vec<Vessels> = solved
        .cascade
        .stages
        .iter()
        .map(|stage| Vessels {
            mixer: mixer * (stage.aqueous + stage.organic),
            tanks: [row(stage.aqueous), row(stage.organic)],
        })
        .collect();
    if let (Some(last), Some(_)) = (vessels.last_mut(), &solved.unit.base) {
        // The organic phase goes through the saponification tank on its way back.
        last.tanks[1].push(solved.flows.organic * saponification);
    }
    vessels
}

/// What every stage is filled with.
pub(super) fn filling(plan: &Plan, solved: &Solved<'_>) -> Vec<Filling> {
    let Solved { unit, feed, flows, cascade, .. } = solved;
    let [extract, scrub, strip] = unit.stages;
    let k = cascade.solutes.len();
    let none = vec![0.0; k];
    let per_litre = |stage: &Stage, moles: &[f64], litres: f64, organic: &[f64]| Filling {
        solutes: [moles.iter().map(|moles| moles / litres).collect(), organic.to_vec()],
        carried: [stage.anions / litres, stage.anions / litres, stage.weak[0], stage.weak[1], stage.weak[2]],
    };
    let n = cascade.stages.len();
    let stripped = per_litre(&cascade.stages[n - 1], &cascade.fresh[(n - 1) * k..], flows.strip, &none);
    let filled = match plan.filled {
        Filled::Acid => {
            let liquor =
                battery(unit, &Aqueous::default(), &cascade.solutes, &Flows { feed: 0.0, scrub: 1.0, ..flows.clone() });
            let fresh = match scrub {
                0 => &none[..],
                _ => &liquor.fresh[(extract + scrub - 1) * k..(extract + scrub) * k],
            };
            per_litre(&liquor.stages[extract - 1], fresh, 1.0, &none)
        }
        Filled::Feed => {
            let liquor = battery(unit, feed, &cascade.solutes, &Flows { scrub: 0.0, ..flows.clone() });
            let mut fresh = liquor.fresh[(extract - 1) * k..extract * k].to_vec();
            if let (1, Some(_)) = (extract, &unit.base) {
                // The counter-ion that comes with the organic phase is none of the feed's.
                let ion = cascade.solutes.last().and_then(|&e| ion_of(e));
                fresh[k - 1] = ion.map_or(0.0, |ion| feed.ions[ion]);
            }
            let metal = |e: Element| unit.is_metal(e);
            let eq: f64 = (0..k).filter(|&i| metal(cascade.solutes[i])).map(|i| cascade.charge[i] * fresh[i]).sum();
            let base = unit.concentration * unit.saponified;
            let loaded: Vec<f64> = (0..k)
                .map(|i| if metal(cascade.solutes[i]) && eq > 0.0 { base * fresh[i] / eq } else { 0.0 })
                .collect();
            per_litre(&liquor.stages[extract - 1], &fresh, flows.feed, &loaded)
        }
    };
    let mut all = vec![filled; extract + scrub];
    all.extend(vec![stripped; strip]);
    all
}

/// The same battery at the same flows.
fn again<'u>(cascade: &Cascade<'u>) -> Cascade<'u> {
    Cascade {
        law: cascade.law,
        solutes: cascade.solutes.clone(),
        charge: cascade.charge.clone(),
        stages: cascade.stages.clone(),
        fresh: cascade.fresh.clone(),
        returned: cascade.returned.clone(),
        name: cascade.name,
        sections: cascade.sections,
    }
}

/// The battery under reflux: all its base is stripped, and of the strip liquor the share `onward` goes on to scrub.
fn refluxed<'u>(solved: &Solved<'u>, fed: bool, onward: f64) -> Cascade<'u> {
    let Solved { unit, flows, cascade, .. } = solved;
    let [extract, scrub, _] = unit.stages;
    let (n, k) = (cascade.stages.len(), cascade.solutes.len());
    let base = flows.organic * unit.concentration * unit.saponified;
    let litres = base / unit.strip_molarity;
    let base_water = cascade.stages[0].aqueous - flows.feed - flows.scrub;
    let mut all = again(cascade);
    let share = litres / flows.strip;
    let strip = cascade.stages[n - 1].clone();
    let before = &cascade.stages[extract - 1];
    let scrubbed = (scrub > 0).then(|| cascade.stages[extract].clone());
    // What the feed alone brings into a stage of extraction.
    let scrub_brings = |of: &dyn Fn(&Stage) -> f64| scrubbed.as_ref().map_or(0.0, of);
    let feed_anions = before.anions - scrub_brings(&|stage| stage.anions);
    let feed_weak: [f64; 3] = std::array::from_fn(|i| {
        // The base's water stands in the first stage's flow alone.
        let litres = if extract == 1 { flows.feed + flows.scrub } else { before.aqueous };
        before.weak[i] * litres - scrub_brings(&|stage| stage.weak[i] * stage.aqueous)
    });
    for (j, stage) in all.stages.iter_mut().enumerate() {
        let passing = litres * if j < extract + scrub { onward } else { 1.0 };
        *stage = Stage { aqueous: passing, anions: strip.anions * passing / flows.strip, kept: 1.0, ..strip.clone() };
        if fed && j < extract {
            stage.aqueous += flows.feed;
            stage.anions += feed_anions;
            for (weak, brought) in stage.weak.iter_mut().zip(feed_weak) {
                *weak = (*weak * passing + brought) / stage.aqueous;
            }
        }
    }
    all.stages[extract + scrub].kept = onward;
    all.stages[0].aqueous += base_water;
    all.stages[0].kept = 0.0;
    for (at, fresh) in all.fresh.iter_mut().enumerate() {
        *fresh *= match at / k {
            stage if stage == n - 1 => share,
            stage if stage == extract - 1 && fed => 1.0,
            _ => 0.0,
        };
    }
    if unit.base.is_some() && !(extract == 1 && fed) {
        all.fresh[k - 1] += base / charge_of(cascade.solutes[k - 1]);
    }
    all
}

/// The strip liquor's share that goes on to scrub while an outlet is held back; `None` where the base does not take up
/// what is fed.
pub(super) fn onward(solved: &Solved<'_>, outlet: Outlet) -> Option<f64> {
    let base = solved.flows.organic * solved.unit.concentration * solved.unit.saponified;
    let share = match outlet {
        Outlet::Product => 1.0,
        Outlet::Raffinate => 1.0 - fed_equivalents(solved, &|_| true) / base,
    };
    (share > 0.0).then_some(share)
}

/// eq/h of the metals that are fed.
fn fed_equivalents(solved: &Solved<'_>, counts: &dyn Fn(usize) -> bool) -> f64 {
    let Solved { unit, cascade, .. } = solved;
    let k = cascade.solutes.len();
    let row = &cascade.fresh[(unit.stages[0] - 1) * k..];
    (0..k).filter(|&i| unit.is_metal(cascade.solutes[i]) && counts(i)).map(|i| cascade.charge[i] * row[i]).sum()
}

/// A stretch of the battery; what leaves where raffinate would, without a feed, is spent liquor.
fn stretch<'u>(
    until: f64,
    unit: &MixerSettlers,
    cascade: &Cascade<'u>,
    event: String,
    withdrawn: [bool; 2],
) -> Stretch<'u> {
    let [extract, scrub, _] = unit.stages;
    Stretch {
        until,
        network: cascade.network(),
        carried: carried(cascade),
        event,
        withdrawn: withdrawn.to_vec(),
        // Of the strip liquor what does not go on to scrub, of the raffinate all.
        leaves: vec![1.0, 1.0 - cascade.stages[extract + scrub].kept],
    }
}

/// The battery's stretches.
pub(super) fn stretches<'u>(
    plan: &Plan,
    solved: &Solved<'u>,
    feed: &Stream,
    start: Start,
) -> Result<Vec<Stretch<'u>>, Error> {
    let mut all = Vec::new();
    if let Some(until) = start.reflux {
        let event = "total reflux".to_owned();
        all.push(stretch(until, solved.unit, &refluxed(solved, false, 1.0), event, [false; 2]));
    }
    if let Some((outlet, until)) = start.held_back
        && let Some(onward) = onward(solved, outlet)
    {
        let (name, withdrawn) = match outlet {
            Outlet::Raffinate => ("raffinate", [false, true]),
            Outlet::Product => ("product", [true, false]),
        };
        let event = format!("feed on, {name} held back");
        all.push(stretch(until, solved.unit, &refluxed(solved, true, onward), event, withdrawn));
    }
    let until = plan.upset.as_ref().map_or(plan.hours, |upset| upset.at);
    let event = if start.held_back.is_some() { "all withdrawn" } else { "feed on" }.to_owned();
    all.push(stretch(until, solved.unit, &solved.cascade, event, [true; 2]));
    if let Some(upset) = &plan.upset {
        let [more, scrub, strip] = upset.flows.map(|flow| flow.unwrap_or(1.0));
        let mut told: Vec<String> = FLOWS
            .iter()
            .zip(upset.flows)
            .filter_map(|((key, _), flow)| Some(format!("{key} {:+.0} %", 100.0 * (flow? - 1.0))))
            .collect();
        told.extend(upset.ph.map(|ph| format!("feed to pH {ph}")));
        let ph = upset.ph.or(solved.unit.feed_ph);
        let (liquor, ..) = prepared(solved.unit, &feed.scaled(more), ph, &mut Vec::new())?;
        let flows = Flows {
            feed: liquor.volume() * 1000.0,
            scrub: solved.flows.scrub * scrub,
            strip: solved.flows.strip * strip,
            ..solved.flows
        };
        let cascade = battery(solved.unit, &liquor, &solved.cascade.solutes, &flows);
        let until = upset.until.unwrap_or(plan.hours);
        all.push(stretch(until, solved.unit, &cascade, told.join(", "), [true; 2]));
        if upset.until.is_some() {
            let event = "as before".to_owned();
            all.push(stretch(plan.hours, solved.unit, &solved.cascade, event, [true; 2]));
        }
    }
    Ok(all)
}
