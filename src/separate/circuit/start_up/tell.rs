//! The circuit as it is watched: vessels, filling, stretches of time.

use super::{Filled, Plan, Upset};
use crate::error::Error;
use crate::separate::cascade::flows::Feed;
use crate::separate::cascade::network::{Network, Phase, Stage};
use crate::separate::cascade::time::{Carried, Filling, Vessels};
use crate::separate::circuit::plan::side;
use crate::separate::circuit::run::{self, Solved};
use crate::separate::mixer_settlers::ion_of;
use crate::separate::start_up::{self, Outlet, Stretch, Watch, oxide};
use crate::stream::Stream;
use crate::unit::Balance;

const HINTS: [&str; 2] = [
    "nor has the circuit at steady state: more stages, other flows, or less asked of `start_up.outlet`",
    "the circuit at steady state has them: another filling, or follow for more `hours`",
];

/// Adds what time tells to the balance.
pub(in crate::separate::circuit) fn tell(
    plan: &Plan,
    solved: &Solved<'_>,
    inlets: &[Stream],
    done: &mut Balance,
) -> Result<(), Error> {
    let watch = watch(plan, solved);
    let mut runs = [watch.walk("feed at once", stretches(plan, solved, inlets)?)?];
    start_up::tell(&mut runs, &watch, &solved.profile, &solved.network.solutes, &held(solved), HINTS, done);
    Ok(())
}

/// mol of each solute in mixers and settlers.
pub(super) fn held(solved: &Solved<'_>) -> Vec<f64> {
    let Solved { unit, network, profile, .. } = solved;
    let k = network.solutes.len();
    let [mixer, settler] = unit.residence;
    let mut held = vec![0.0; k];
    for (at, (solution, organic)) in profile.aqueous.iter().zip(&profile.organic).enumerate() {
        // What passes a stage by is in its settler all the same.
        held[at % k] += (solution + organic) * (network.stages[at / k].efficiency * mixer + settler);
    }
    held
}

pub(super) fn watch(plan: &Plan, solved: &Solved<'_>) -> Watch {
    let Solved { unit, network, .. } = solved;
    let solutes = &network.solutes;
    let k = solutes.len();
    let oxide: Vec<f64> = solutes.iter().map(|&e| oxide(e)).collect();
    let fed = network.fresh.iter().chain(&network.fresh_organic).enumerate();
    let fed = fed.map(|(at, moles)| moles * oxide[at % k]).sum();
    let ports = unit.ports.outlets.iter().zip(&solved.plan.outlets);
    let outlets = ports.filter_map(|(name, &(stage, phase, _))| {
        let asked = plan.outlets.iter().find(|asked| asked.name == *name)?;
        let counts = solutes.iter().map(|e| asked.of.contains(e)).collect();
        Some(Outlet { name: asked.name.clone(), stage, phase, counts, asked: asked.purity })
    });
    let section = |j: usize| unit.sections[solved.plan.section[j]].tag.clone();
    Watch {
        hours: plan.hours,
        calm: plan.calm(),
        shown: solutes.iter().map(|e| plan.shown.contains(e)).collect(),
        outlets: outlets.collect(),
        fed,
        basis: ["the elements that `map` names", "inventory: in mixers and settlers"],
        stages: network.names.iter().cloned().enumerate().map(|(j, name)| (name, section(j))).collect(),
        vessels: vessels(plan, solved),
        filling: filling(plan, solved),
        oxide,
    }
}

/// The vessels of every stage at the steady flows.
fn vessels(plan: &Plan, solved: &Solved<'_>) -> Vec<Vessels> {
    let [mixer, settler] = solved.unit.residence;
    let stages = solved.network.stages.iter();
    stages
        .map(|stage| {
            let row = |flow: f64| vec![flow / stage.efficiency * settler / plan.tanks as f64; plan.tanks];
            Vessels { mixer: mixer * (stage.aqueous + stage.organic), tanks: [row(stage.aqueous), row(stage.organic)] }
        })
        .collect()
}

/// What every stage is filled with.
fn filling(plan: &Plan, solved: &Solved<'_>) -> Vec<Filling> {
    let Solved { unit, network, entering, paths, flows, .. } = solved;
    let k = network.solutes.len();
    let metal = |i: usize| network.charge[i] > 1.5 && !unit.is_counter_ion(network.solutes[i]);
    let made_up = |stage: usize, of: &dyn Fn(usize) -> f64| -> f64 {
        let there = &paths.carried[stage].mixer;
        paths.made_up.iter().zip(flows).enumerate().map(|(at, (&id, litres))| there[id] * litres * of(at)).sum()
    };
    let fill = |(j, stage): (usize, &Stage)| {
        let mut solutes = [vec![0.0; k], vec![0.0; k]];
        for (enters, &id) in entering.iter().zip(paths.given.iter().chain(&paths.liquors)) {
            let share = paths.carried[j].mixer[id];
            let (ions, litres) = match enters.phase {
                Phase::Aqueous => (&enters.stream.aqueous.ions, stage.aqueous),
                Phase::Organic => (&enters.stream.organic.ions, stage.organic),
            };
            for (i, ion) in network.solutes.iter().enumerate().filter_map(|(i, &e)| Some((i, ion_of(e)?))) {
                if plan.filled == Filled::Feed || !metal(i) {
                    solutes[side(enters.phase)][i] += share * ions[ion] / litres;
                }
            }
        }
        let base = made_up(j, &|at| {
            let organic = &unit.organics[unit.sections[solved.plan.made_up[at].0].organic];
            if organic.base.is_some() { organic.concentration * organic.saponified } else { 0.0 }
        }) / stage.organic;
        let [solution, organic] = &mut solutes;
        let metals: f64 = (0..k).filter(|&i| metal(i)).map(|i| network.charge[i] * solution[i]).sum();
        if metals > 0.0 {
            for i in (0..k).filter(|&i| metal(i)) {
                organic[i] += base * solution[i] / metals;
            }
        }
        let [anions, acid] = [stage.anions, stage.acid].map(|eq| eq / stage.aqueous);
        Filling { solutes, carried: [anions, acid, stage.weak[0], stage.weak[1], stage.weak[2]] }
    };
    network.stages.iter().enumerate().map(fill).collect()
}

/// What rides with the solutions entering each stage, an hour.
fn carried(network: &Network<'_>, feeds: &[Feed]) -> Vec<Carried> {
    let mut carried = vec![[0.0; 5]; network.stages.len()];
    for feed in feeds {
        let rides = [feed.anions, feed.acid, feed.weak[0], feed.weak[1], feed.weak[2]];
        for (slot, amount) in carried[feed.stage].iter_mut().zip(rides) {
            *slot += amount;
        }
    }
    carried
}

/// The circuit's stretches: as at steady state, upset, as before.
pub(super) fn stretches<'u>(plan: &Plan, solved: &Solved<'u>, inlets: &[Stream]) -> Result<Vec<Stretch<'u>>, Error> {
    let count = plan.outlets.len();
    // In the order of the ports, as the outlets are watched.
    let ports = solved.unit.ports.outlets.iter().zip(&solved.plan.outlets);
    let leaves: Vec<f64> = ports
        .filter(|(name, _)| plan.outlets.iter().any(|asked| asked.name == **name))
        .map(|(_, &(_, _, share))| share)
        .collect();
    let stretch = |until: f64, upset: Option<&Upset>, event: String| -> Result<Stretch<'u>, Error> {
        let (network, feeds) = driven(solved, inlets, upset)?;
        let carried = carried(&network, &feeds);
        Ok(Stretch { until, network, carried, event, withdrawn: vec![true; count], leaves: leaves.clone() })
    };
    let mut all = vec![stretch(plan.calm(), None, "feed on".into())?];
    if let Some(upset) = &plan.upset {
        let flow = upset.flow.map(|flow| format!("{} {:+.0} %", upset.of, 100.0 * (flow - 1.0)));
        let strength = upset.strength.map(|acid| format!("{} to {acid} mol/L", upset.of));
        let told: Vec<String> = flow.into_iter().chain(strength).collect();
        all.push(stretch(upset.until.unwrap_or(plan.hours), Some(upset), told.join(", "))?);
        if upset.until.is_some() {
            all.push(stretch(plan.hours, None, "as before".into())?);
        }
    }
    Ok(all)
}

/// The network with what enters it, under an upset if there is one.
fn driven<'u>(
    solved: &Solved<'u>,
    inlets: &[Stream],
    upset: Option<&Upset>,
) -> Result<(Network<'u>, Vec<Feed>), Error> {
    let unit = solved.unit;
    let changed = |tag: &str| upset.filter(|upset| upset.of == tag);
    let flow = |tag: &str| changed(tag).and_then(|upset| upset.flow).unwrap_or(1.0);
    let inlets: Vec<Stream> = inlets.iter().zip(&unit.inlets).map(|(s, tag)| s.scaled(flow(tag))).collect();
    let mut entering = run::given(unit, &solved.plan, &inlets)?;
    for (liquor, litres) in unit.liquors.iter().zip(&solved.litres) {
        let strength = changed(&liquor.tag).and_then(|upset| upset.strength).unwrap_or(liquor.molarity);
        let litres = litres * flow(&liquor.tag);
        entering.extend(run::liquor(unit, &solved.plan, liquor, strength, litres).map(|(enters, _)| enters));
    }
    let mut network = run::bare(unit, &solved.plan);
    let solutes = solved.network.solutes.clone();
    let feeds = run::fill(unit, &solved.plan, &entering, &solved.flows, solutes, &mut network)?;
    Ok((network, feeds))
}
