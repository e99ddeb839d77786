//! What the circuit does to its inlets: liquids, the solve, the streams.

use super::flows::{Carrier, Path, Plan, litres, side};
use super::{Circuit, Liquor, Source, report};
use crate::element::Element;
use crate::error::Error;
use crate::ion::{ByIon, Ion};
use crate::separate::cascade::Profile;
use crate::separate::cascade::network::{Network, Phase, Stage};
use crate::separate::isotherm::cation_exchange::charge_of;
use crate::separate::mixer_settlers::ion_of;
use crate::stream::{Organic, Stream};
use crate::unit::{Balance, Drawn};

/// A liquid that enters, per hour.
struct Entering {
    at: usize,
    phase: Phase,
    stream: Stream,
    /// Litres as the circuit counts them.
    litres: f64,
}

/// The circuit with its flows, before and after the solve.
pub(super) struct Solved<'u> {
    pub unit: &'u Circuit,
    pub plan: Plan,
    pub network: Network<'u>,
    pub profile: Profile,
    /// L/h of fresh organic phase by section that is made up.
    pub made_up: Vec<f64>,
    /// Litres per hour of each liquid leaving each stage with either phase: `[solution, organic]`.
    pub liquids: [Vec<f64>; 2],
}

pub(super) fn run(unit: &Circuit, inlets: &[Stream]) -> Result<Balance, Error> {
    let plan = Plan::of(unit);
    let carriers = [Carrier::of(unit, &plan, Phase::Aqueous), Carrier::of(unit, &plan, Phase::Organic)];
    let mut entering = given(unit, &plan, inlets)?;
    let wants = settled(unit, &plan, &entering, &carriers)?;
    let mut drawn = Vec::new();
    for (at, liquor) in unit.liquors.iter().enumerate() {
        let Some((stage, _)) = place(unit, &plan, Source::Liquor(at)) else { continue };
        let [acid, water] = mixed(unit, liquor);
        let acid = liquor.acid.drawn(acid * wants[at]);
        let water = liquor.water.drawn(water * wants[at]);
        let stream = Stream::mixed([&acid.stream, &water.stream]);
        drawn.extend([acid, water]);
        entering.push(Entering { at: stage, phase: Phase::Aqueous, stream, litres: wants[at] });
    }
    // Paths of one litre of each thing that enters, then of each organic phase made up to its flow.
    let mut paths = Vec::new();
    for enters in &entering {
        paths.push(carriers[side(enters.phase)].path(enters.at, 1.0)?);
    }
    let flows = &wants[unit.liquors.len()..];
    let mut organic = Vec::new();
    for (&(_, stage), &flow) in plan.made_up.iter().zip(flows) {
        organic.push(carriers[1].path(stage, flow)?);
    }
    let mut liquids = [vec![0.0; plan.stages], vec![0.0; plan.stages]];
    let mut add = |phase: Phase, path: &Path, litres: f64| {
        for (sum, reaches) in liquids[side(phase)].iter_mut().zip(&path.reaches) {
            *sum += litres * reaches;
        }
    };
    entering.iter().zip(&paths).for_each(|(enters, path)| add(enters.phase, path, enters.litres));
    for path in &organic {
        add(Phase::Organic, path, 1.0);
    }
    let made_up = made_up(unit, &plan, &entering, &paths, &organic, flows)?;
    for (j, (solution, organic)) in liquids[0].iter().zip(&liquids[1]).enumerate() {
        if *solution <= 0.0 || *organic <= 0.0 {
            let what = if *solution <= 0.0 { "solution" } else { "organic phase" };
            return Err(Error::Infeasible {
                unit: String::new(),
                what: format!("no {what} reaches stage {}", name(unit, &plan, j)),
                hint: "look at what enters that section: an inlet that is empty, a share that takes all".into(),
            });
        }
    }
    let assembly = Assembly { unit, plan: &plan, entering: &entering, paths: &paths, organic: &organic };
    let network = assembly.network(&liquids, flows);
    if network.solutes.is_empty() {
        return Err(Error::Infeasible {
            unit: String::new(),
            what: "nothing that enters has a distribution ratio".into(),
            hint: "lead a liquor with metals that the extractant's file or `log_k` knows".into(),
        });
    }
    let profile = network.solve(None)?;
    let mut done = {
        let solved = Answer { network: &network, profile: &profile, made_up: &made_up };
        assembly.streams(&solved, &carriers[0])?
    };
    done.drawn.extend(drawn);
    drop(carriers);
    let solved = Solved { unit, plan, network, profile, made_up, liquids };
    report::tell(&solved, &mut done)?;
    Ok(done)
}

/// Amounts of the drawn liquors and of the organic phases to be made up, those that follow from the other
/// phase found in turn until none moves.
fn settled(unit: &Circuit, plan: &Plan, entering: &[Entering], carriers: &[Carrier<'_>; 2]) -> Result<Vec<f64>, Error> {
    let mut wants = vec![0.0; unit.liquors.len() + plan.made_up.len()];
    for _ in 0..200 {
        let next = amounts(unit, plan, entering, carriers, &wants)?;
        let moved = next.iter().zip(&wants).map(|(a, b)| (a - b).abs() / a.abs().max(1e-300)).fold(0.0, f64::max);
        wants = next;
        if moved < 1e-15 {
            break;
        }
    }
    Ok(wants)
}

/// L/h of fresh organic phase: the flow asked less what returns.
fn made_up(
    unit: &Circuit,
    plan: &Plan,
    entering: &[Entering],
    paths: &[Path],
    organic: &[Path],
    flows: &[f64],
) -> Result<Vec<f64>, Error> {
    let mut made_up = Vec::new();
    for (&(section, stage), &flow) in plan.made_up.iter().zip(flows) {
        let tag = &unit.sections[section].tag;
        let returning = || plan.pipes.iter().filter(move |pipe| pipe.to == stage && plan.returns(pipe));
        let foreign = entering.iter().zip(paths).any(|(enters, path)| {
            enters.phase == Phase::Organic && returning().any(|pipe| path.leaves[pipe.from][1] > 0.0)
        });
        if foreign {
            return Err(Error::Infeasible {
                unit: String::new(),
                what: format!("an organic phase from outside comes to `{tag}`, where the phase is made up"),
                hint: "make it up outside as well, or let the one from outside pass sections of its own".into(),
            });
        }
        let back: f64 = returning()
            .map(|pipe| pipe.share * organic.iter().map(|path| path.leaves[pipe.from][1]).sum::<f64>())
            .sum();
        if back > flow * (1.0 + 1e-9) {
            return Err(Error::Infeasible {
                unit: String::new(),
                what: format!("{back:.4} L/h of organic phase return to `{tag}`, more than the {flow:.4} asked for"),
                hint: "a larger organic flow there, or a larger bleed before it".into(),
            });
        }
        made_up.push((flow - back).max(0.0));
    }
    Ok(made_up)
}

/// The name of a stage: section and number from where the solution enters.
pub(super) fn name(unit: &Circuit, plan: &Plan, stage: usize) -> String {
    let section = plan.section[stage];
    let s = &unit.sections[section];
    format!("{} {}", s.tag, s.stages - (stage - plan.first[section]))
}

/// What the inlets bring.
fn given(unit: &Circuit, plan: &Plan, inlets: &[Stream]) -> Result<Vec<Entering>, Error> {
    let mut entering = Vec::new();
    for (at, stream) in inlets.iter().enumerate() {
        let Some((stage, phase)) = place(unit, plan, Source::Inlet(at)) else { continue };
        let wrong = |what: &str, hint: &str| Error::Infeasible {
            unit: String::new(),
            what: format!("the inlet `{}` holds {what}", unit.inlets[at]),
            hint: hint.into(),
        };
        if stream.solid.mass() > 0.0 {
            return Err(wrong("solids, which no mixer-settler bears", "filter it first"));
        }
        if stream.gas.mass_kg() > 0.0 {
            return Err(wrong("gas", "let it out first"));
        }
        let organic = stream.organic.extractant > 0.0 || stream.organic.diluent > 0.0;
        let made = &unit.organics[unit.sections[plan.section[stage]].organic].solvent;
        if let Some(other) = stream.organic.solvent.as_ref().filter(|other| organic && other.name != made.name) {
            let what = format!("`{}` where `{}` is described", other.name, made.name);
            return Err(wrong(&what, "describe the organic phase that comes, or lead the one described"));
        }
        let litres = match phase {
            Phase::Aqueous if organic => {
                return Err(wrong(
                    "an organic phase beside its solution",
                    "name it in `organic`, or coalesce it first",
                ));
            }
            Phase::Organic if stream.aqueous.mass() > 0.0 => {
                return Err(wrong("a solution beside its organic phase", "name it in `solution`, or settle it first"));
            }
            Phase::Aqueous => unit.litre.count(&stream.aqueous),
            Phase::Organic => stream.organic.volume() * 1000.0,
        };
        entering.push(Entering { at: stage, phase, stream: stream.clone(), litres });
    }
    Ok(entering)
}

/// The stage and phase at which a source enters.
fn place(unit: &Circuit, plan: &Plan, source: Source) -> Option<(usize, Phase)> {
    unit.sections.iter().enumerate().find_map(|(at, section)| {
        let entry = section.entries.iter().find(|entry| entry.source == source)?;
        Some((plan.at(unit, at, entry), entry.phase))
    })
}

/// L/h of each drawn liquor, then of each organic phase that is made up, at the flows last known.
fn amounts(
    unit: &Circuit,
    plan: &Plan,
    entering: &[Entering],
    carriers: &[Carrier<'_>; 2],
    last: &[f64],
) -> Result<Vec<f64>, Error> {
    let mut liquids = [vec![0.0; plan.stages], vec![0.0; plan.stages]];
    let mut enter = |phase: Phase, at: usize, litres: f64| -> Result<(), Error> {
        let path = carriers[side(phase)].path(at, litres)?;
        for (sum, litres) in liquids[side(phase)].iter_mut().zip(&path.reaches) {
            *sum += litres;
        }
        Ok(())
    };
    for enters in entering {
        enter(enters.phase, enters.at, enters.litres)?;
    }
    for (at, &litres) in last.iter().take(unit.liquors.len()).enumerate() {
        if let Some((stage, phase)) = place(unit, plan, Source::Liquor(at)) {
            enter(phase, stage, litres)?;
        }
    }
    for (&(_, stage), &litres) in plan.made_up.iter().zip(&last[unit.liquors.len()..]) {
        enter(Phase::Organic, stage, litres)?;
    }
    let mut next = Vec::new();
    for (at, liquor) in unit.liquors.iter().enumerate() {
        let organic = place(unit, plan, Source::Liquor(at)).map_or(0.0, |(stage, _)| liquids[1][stage]);
        next.push(litres(liquor.amount, organic));
    }
    for &(section, _) in &plan.made_up {
        let s = &unit.sections[section];
        // The solution entering is what the first stage it meets holds.
        let solution = liquids[0][plan.first[section] + s.stages - 1];
        next.push(s.organic_flow.map_or(0.0, |amount| litres(amount, solution)));
    }
    Ok(next)
}

/// kg of acid and of water in a litre of a liquor.
fn mixed(unit: &Circuit, liquor: &Liquor) -> [f64; 2] {
    let litres = |water: f64| {
        let mut mixed = liquor.acid.stream(1.0).aqueous;
        let brought = liquor.water.stream(water).aqueous;
        mixed.ions += &brought.ions;
        mixed.water += brought.water;
        unit.litre.count(&mixed)
    };
    // Litres of one kg of acid so diluted; water is added until the strength is right.
    let wanted = liquor.acid.acid() / liquor.molarity;
    let mut water = wanted;
    for _ in 0..200 {
        let next = (water + wanted - litres(water)).max(0.0);
        if (next - water).abs() < 1e-15 * wanted {
            break;
        }
        water = next;
    }
    [1.0 / litres(water), water / litres(water)]
}

/// What a network is made from.
struct Assembly<'a, 'u> {
    unit: &'u Circuit,
    plan: &'a Plan,
    entering: &'a [Entering],
    /// Of one litre of each.
    paths: &'a [Path],
    /// Of each organic phase that is made up, whole.
    organic: &'a [Path],
}

/// The network and what came of it.
struct Answer<'a, 'u> {
    network: &'a Network<'u>,
    profile: &'a Profile,
    made_up: &'a [f64],
}

impl<'u> Assembly<'_, 'u> {
    /// What divides: metals with a constant in some organic phase, and the cations of bases.
    fn solutes(&self) -> Vec<Element> {
        let counters: Vec<Element> =
            self.unit.organics.iter().filter_map(|o| o.base.as_ref()).map(|(_, ion)| ion.element()).collect();
        let known = |e: Element| self.unit.organics.iter().any(|o| o.resolved.extractant.log_k[e].is_some());
        let there = |ion: Ion| {
            self.entering.iter().any(|s| s.stream.aqueous.ions[ion] > 0.0 || s.stream.organic.ions[ion] > 0.0)
        };
        let divides = |e: Element| {
            counters.contains(&e)
                || (!matches!(e, Element::Na | Element::N | Element::K) && known(e) && ion_of(e).is_some_and(there))
        };
        Element::ALL.iter().copied().filter(|&e| divides(e)).collect()
    }

    fn network(&self, liquids: &[Vec<f64>; 2], flows: &[f64]) -> Network<'u> {
        let (unit, plan) = (self.unit, self.plan);
        let solutes = self.solutes();
        let k = solutes.len();
        let mut fresh = vec![0.0; plan.stages * k];
        let mut fresh_organic = vec![0.0; plan.stages * k];
        for enters in self.entering {
            for (i, &element) in solutes.iter().enumerate() {
                if let Some(ion) = ion_of(element) {
                    fresh[enters.at * k + i] += enters.stream.aqueous.ions[ion];
                    fresh_organic[enters.at * k + i] += enters.stream.organic.ions[ion];
                }
            }
        }
        let mut pipes = plan.pipes.clone();
        for (&(section, stage), &flow) in plan.made_up.iter().zip(flows) {
            let organic = &unit.organics[unit.sections[section].organic];
            let Some((_, ion)) = &organic.base else { continue };
            let counter = solutes.iter().position(|&e| ion_of(e) == Some(*ion));
            if let Some(i) = counter {
                fresh_organic[stage * k + i] += flow * organic.concentration * organic.saponified / ion.charge();
            }
            for pipe in pipes.iter_mut().filter(|pipe| pipe.to == stage && plan.returns(pipe)) {
                pipe.renews = counter;
            }
        }
        let charges: Vec<f64> = self.entering.iter().map(|s| inert_charge(&s.stream.aqueous.ions, &solutes)).collect();
        let stages = (0..plan.stages)
            .map(|j| {
                let section = &unit.sections[plan.section[j]];
                let organic = &unit.organics[section.organic];
                let (mut anions, mut weak, mut acid) = (0.0, [0.0; 3], 0.0);
                let mut extractant: f64 = self.organic.iter().map(|path| path.reaches[j] * organic.concentration).sum();
                for ((enters, path), charge) in self.entering.iter().zip(self.paths).zip(&charges) {
                    let (ions, share) = (&enters.stream.aqueous.ions, path.reaches[j]);
                    anions += share * charge;
                    acid += share * ions[Ion::H];
                    for (sum, ion) in weak.iter_mut().zip([Ion::Sulfate, Ion::Fluoride, Ion::Phosphate]) {
                        *sum += share * ions[ion];
                    }
                    extractant += share * enters.stream.organic.extractant;
                }
                // Phosphate keeps two protons in any stage; they are taken off the free charge.
                anions -= 2.0 * weak[2];
                // Of all that reaches a stage, its efficiency meets in the mixer.
                let meets = section.efficiency;
                Stage {
                    law: section.organic,
                    aqueous: meets * liquids[0][j],
                    organic: meets * liquids[1][j],
                    anions: meets * anions,
                    acid: meets * acid,
                    sites: meets * extractant * organic.law.units_per_monomer(),
                    weak: weak.map(|moles| moles / liquids[0][j]),
                    efficiency: section.efficiency,
                    entrained: section.entrained,
                }
            })
            .collect();
        Network {
            laws: unit.organics.iter().map(|organic| &*organic.law).collect(),
            charge: solutes.iter().map(|&e| charge_of(e)).collect(),
            solutes,
            stages,
            pipes,
            fresh,
            fresh_organic,
            names: (0..plan.stages).map(|j| name(unit, plan, j)).collect(),
        }
    }
}

/// Charge of what stays in a solution, eq/h: minus the charge of all but the solutes and H⁺.
fn inert_charge(ions: &ByIon, solutes: &[Element]) -> f64 {
    let divides = |ion: Ion| solutes.iter().any(|&e| ion_of(e) == Some(ion));
    -ions.iter().filter(|(ion, _)| *ion != Ion::H && !divides(*ion)).map(|(ion, n)| ion.charge() * n).sum::<f64>()
}

impl Assembly<'_, '_> {
    /// The outlets, and what was drawn besides the liquors.
    fn streams(&self, answer: &Answer<'_, '_>, solution: &Carrier<'_>) -> Result<Balance, Error> {
        let (unit, plan) = (self.unit, self.plan);
        let (network, profile) = (answer.network, answer.profile);
        let k = network.solutes.len();
        let temperature = self.entering.iter().find(|e| e.litres > 0.0).map_or(298.15, |e| e.stream.temperature);
        let ions: Vec<Option<Ion>> = network.solutes.iter().map(|&e| ion_of(e)).collect();
        let mut outlets = Vec::new();
        for &(stage, phase, share) in &plan.outlets {
            let mut stream = Stream { temperature, ..Stream::default() };
            // Carriers: as much as leaves with this phase.
            for (enters, path) in self.entering.iter().zip(self.paths) {
                let part = share * path.leaves[stage][side(phase)];
                stream.aqueous.water += part * enters.stream.aqueous.water;
                for (ion, moles) in enters.stream.aqueous.ions.iter() {
                    if ion != Ion::H && !ions.contains(&Some(ion)) {
                        stream.aqueous.ions[ion] += part * moles;
                    }
                }
                add_organic(&mut stream.organic, &enters.stream.organic, part);
            }
            for (&(section, _), path) in plan.made_up.iter().zip(self.organic) {
                let made = &unit.organics[unit.sections[section].organic];
                add_organic(&mut stream.organic, &made.litres(path.leaves[stage][side(phase)]), share);
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
                let (dissolved, held) =
                    if phase == Phase::Aqueous { (out - drops, drops) } else { (drops, out - drops) };
                stream.aqueous.ions[ion] = share * dissolved;
                stream.organic.ions[ion] = share * held;
            }
            outlets.push(stream);
        }
        let mut drawn = self.saponify(answer, solution, &mut outlets, &ions)?;
        settle(self.entering, &drawn, &mut outlets, &ions);
        for (&(section, _), &litres) in plan.made_up.iter().zip(answer.made_up) {
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
        Ok(Balance { outlets, drawn, ..Balance::default() })
    }

    /// The base drawn for each organic phase: what the phase is set to less what returns; its water joins
    /// the solution of the stage where the organic phase enters.
    fn saponify(
        &self,
        answer: &Answer<'_, '_>,
        solution: &Carrier<'_>,
        outlets: &mut [Stream],
        ions: &[Option<Ion>],
    ) -> Result<Vec<Drawn>, Error> {
        let (unit, plan, network) = (self.unit, self.plan, answer.network);
        let k = network.solutes.len();
        let mut drawn = Vec::new();
        for &(section, stage) in &plan.made_up {
            let organic = &unit.organics[unit.sections[section].organic];
            let Some((base, ion)) = &organic.base else { continue };
            let Some(i) = ions.iter().position(|other| *other == Some(*ion)) else { continue };
            let set = network.fresh_organic[stage * k + i];
            let returning = network.pipes.iter().filter(|pipe| pipe.to == stage && pipe.renews == Some(i));
            let back: f64 = returning.map(|pipe| pipe.share * answer.profile.organic[pipe.from * k + i]).sum();
            let bought = base.drawn(((set - back) / base.ions[*ion]).max(0.0));
            let water = solution.path(stage, bought.stream.aqueous.water)?;
            for (stream, &(at, phase, share)) in outlets.iter_mut().zip(&plan.outlets) {
                stream.aqueous.water += share * water.leaves[at][side(phase)];
            }
            drawn.push(bought);
        }
        Ok(drawn)
    }
}

fn add_organic(to: &mut Organic, from: &Organic, part: f64) {
    if part > 0.0 && from.solvent.is_some() {
        to.solvent.clone_from(&from.solvent);
        to.extractant += part * from.extractant;
        to.diluent += part * from.diluent;
    }
}

impl super::OrganicPhase {
    /// So many litres of it, protonated.
    pub(super) fn litres(&self, litres: f64) -> Organic {
        let mut organic = Organic {
            solvent: Some(self.solvent.clone()),
            extractant: litres * self.concentration,
            diluent: litres * self.diluent_kg,
            ..Organic::default()
        };
        organic.ions[Ion::H] = organic.extractant;
        organic
    }
}

/// Every solute made to leave exactly as it came, the last digits of the solve taken off; then acid by charge.
fn settle(entering: &[Entering], base: &[Drawn], outlets: &mut [Stream], ions: &[Option<Ion>]) {
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
        stream.aqueous.ions[Ion::H] = 0.0;
        stream.aqueous.ions[Ion::H] = -stream.aqueous.ions.charge();
        stream.organic.ions[Ion::H] = 0.0;
        stream.organic.ions[Ion::H] = -stream.organic.charge();
    }
}
