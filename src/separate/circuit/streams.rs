//! What leaves a solved circuit, and what it drew.

use super::OrganicPhase;
use super::plan::side;
use super::run::{Entering, Solved};
use crate::ion::Ion;
use crate::separate::cascade::network::Phase;
use crate::separate::mixer_settlers::ion_of;
use crate::stream::{Organic, Stream};
use crate::unit::{Balance, Drawn};

/// The outlets, and what was drawn besides the liquors.
pub(super) fn balance(solved: &Solved<'_>) -> Balance {
    let Solved { unit, plan, network, profile, entering, .. } = solved;
    let k = network.solutes.len();
    let temperature = entering.iter().find(|e| e.litres > 0.0).map_or(298.15, |e| e.stream.temperature);
    let ions: Vec<Option<Ion>> = network.solutes.iter().map(|&e| ion_of(e)).collect();
    // What electroneutrality gives: acid, or with a neutral extractant the anion it takes along.
    let by_charge = unit.salt.unwrap_or(Ion::H);
    let mut outlets = Vec::new();
    for &(stage, phase, share) in &plan.outlets {
        let mut stream = Stream { temperature, ..Stream::default() };
        // Carriers: as much as leaves with this phase.
        for (enters, passes) in entering.iter().zip(&solved.passes[stage]) {
            let part = share * passes[side(phase)];
            stream.aqueous.water += part * enters.stream.aqueous.water;
            for (ion, moles) in enters.stream.aqueous.ions.iter() {
                if ion != by_charge && !ions.contains(&Some(ion)) {
                    stream.aqueous.ions[ion] += part * moles;
                }
            }
            add_organic(&mut stream.organic, &enters.stream.organic, part);
        }
        for (&(section, _), litres) in plan.made_up.iter().zip(&solved.organic[stage]) {
            let made = &unit.organics[unit.sections[section].organic];
            add_organic(&mut stream.organic, &made.litres(litres[side(phase)]), share);
        }
        // The solutes of this outlet, parted into what is dissolved and what drops carry:
        // aqueous = (1−a) X + b Y, organic = (1−b) Y + a X.
        let [under, over] = network.stages[stage].entrained;
        for (i, ion) in ions.iter().enumerate() {
            let Some(ion) = *ion else { continue };
            let (aqueous, loaded) = (profile.aqueous[stage * k + i], profile.organic[stage * k + i]);
            let whole = 1.0 - over - under;
            let (out, drops) = match phase {
                Phase::Aqueous => (aqueous, under * ((1.0 - over) * loaded - over * aqueous) / whole),
                Phase::Organic => (loaded, over * ((1.0 - under) * aqueous - under * loaded) / whole),
            };
            let drops = drops.clamp(0.0, out);
            let (dissolved, held) = if phase == Phase::Aqueous { (out - drops, drops) } else { (drops, out - drops) };
            stream.aqueous.ions[ion] = share * dissolved;
            stream.organic.ions[ion] = share * held;
        }
        outlets.push(stream);
    }
    let mut drawn = saponify(solved, &mut outlets, &ions);
    settle(entering, &drawn, &mut outlets, &ions, by_charge);
    for (&(section, _), &litres) in plan.made_up.iter().zip(&solved.made_up) {
        let made = &unit.organics[unit.sections[section].organic];
        let mut extractant = made.litres(litres);
        let diluent = Organic {
            solvent: Some(made.solvent.clone()),
            diluent: std::mem::take(&mut extractant.diluent),
            ..Organic::default()
        };
        for (name, organic) in [(made.solvent.name.to_string(), extractant), (made.diluent.clone(), diluent)] {
            drawn.push(Drawn { name, stream: Stream { organic, ..Stream::default() } });
        }
    }
    Balance { outlets, drawn, ..Balance::default() }
}

/// The base drawn for each organic phase: what the phase is set to less what returns; its water joins
/// the solution of the stage where the organic phase enters.
fn saponify(solved: &Solved<'_>, outlets: &mut [Stream], ions: &[Option<Ion>]) -> Vec<Drawn> {
    let Solved { unit, plan, network, profile, .. } = solved;
    let k = network.solutes.len();
    let mut drawn = Vec::new();
    for (at, &(section, stage)) in plan.made_up.iter().enumerate() {
        let organic = &unit.organics[unit.sections[section].organic];
        let Some((base, ion)) = &organic.base else { continue };
        let Some(i) = ions.iter().position(|other| *other == Some(*ion)) else { continue };
        let set = network.fresh_organic[stage * k + i];
        let returning = network.pipes.iter().filter(|pipe| pipe.to == stage && pipe.renews == Some(i));
        let back: f64 = returning.map(|pipe| pipe.share * profile.organic[pipe.from * k + i]).sum();
        let bought = base.drawn(((set - back) / base.ions[*ion]).max(0.0));
        for (stream, &(from, phase, share)) in outlets.iter_mut().zip(&plan.outlets) {
            stream.aqueous.water += share * bought.stream.aqueous.water * solved.base[from][at][side(phase)];
        }
        drawn.push(bought);
    }
    drawn
}

fn add_organic(to: &mut Organic, from: &Organic, part: f64) {
    if part > 0.0 && from.solvent.is_some() {
        to.solvent.clone_from(&from.solvent);
        to.extractant += part * from.extractant;
        to.diluent += part * from.diluent;
    }
}

impl OrganicPhase {
    /// So many litres of it, protonated.
    pub(super) fn litres(&self, litres: f64) -> Organic {
        let mut organic = Organic {
            solvent: Some(self.solvent.clone()),
            extractant: litres * self.concentration,
            diluent: litres * self.diluent_kg,
            ..Organic::default()
        };
        organic.ions[Ion::H] = self.solvent.exchange * organic.extractant;
        organic
    }
}

/// Every solute made to leave exactly as it came, the last digits of the solve taken off; then the ion that
/// electroneutrality gives.
fn settle(entering: &[Entering], base: &[Drawn], outlets: &mut [Stream], ions: &[Option<Ion>], by_charge: Ion) {
    for ion in ions.iter().flatten() {
        let bought: f64 = base.iter().map(|d| d.stream.aqueous.ions[*ion]).sum();
        let came: f64 =
            entering.iter().map(|e| e.stream.aqueous.ions[*ion] + e.stream.organic.ions[*ion]).sum::<f64>() + bought;
        let left: f64 = outlets.iter().map(|s| s.aqueous.ions[*ion] + s.organic.ions[*ion]).sum();
        if left > 0.0 {
            let factor = came / left;
            for stream in outlets.iter_mut() {
                stream.aqueous.ions[*ion] *= factor;
                stream.organic.ions[*ion] *= factor;
            }
        }
    }
    for stream in outlets {
        stream.aqueous.ions[by_charge] = 0.0;
        stream.aqueous.ions[by_charge] = -stream.aqueous.ions.charge() / by_charge.charge();
        stream.organic.ions[by_charge] = 0.0;
        stream.organic.ions[by_charge] = -stream.organic.charge() / by_charge.charge();
    }
}
