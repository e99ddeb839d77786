//! What the circuit does to its inlets: liquids, the network, the solve.

use super::plan::{Plan, side};
use super::{Amount, Circuit, Liquor, Source, report, start_up, streams};
use crate::element::Element;
use crate::error::Error;
use crate::ion::{ByIon, Ion};
use crate::separate::cascade::Profile;
use crate::separate::cascade::flows::{self, Carried, Feed};
use crate::separate::cascade::network::{Network, Phase, Stage};
use crate::separate::isotherm::cation_exchange::charge_of;
use crate::separate::mixer_settlers::ion_of;
use crate::stream::Stream;
use crate::unit::{Balance, Drawn};

/// A liquid that enters, per hour.
pub(super) struct Entering {
    pub at: usize,
    pub phase: Phase,
    pub stream: Stream,
    /// Litres as the circuit counts them.
    pub litres: f64,
}

/// Where one litre of each thing that can enter goes.
pub(super) struct Paths {
    /// By stage, for each of the inlets, then the liquors, then the places where organic phase is made up.
    pub carried: Vec<Carried>,
    /// Where each of those stands in `carried`; the solution that enters where organic phase is made up last.
    pub given: Vec<usize>,
    pub liquors: Vec<usize>,
    pub made_up: Vec<usize>,
    base: Vec<usize>,
}

/// The circuit with its flows, before and after the solve.
pub(super) struct Solved<'u> {
    pub unit: &'u Circuit,
    pub plan: Plan,
    pub network: Network<'u>,
    pub profile: Profile,
    pub entering: Vec<Entering>,
    pub paths: Paths,
    /// L/h of each liquor.
    pub litres: Vec<f64>,
    /// L/h to which each organic phase is made up.
    pub flows: Vec<f64>,
    /// For each stage, the share of each thing entering that leaves with either phase.
    pub passes: Vec<Vec<[f64; 2]>>,
    /// For each stage, litres of each organic phase made up that leave with either phase.
    pub organic: Vec<Vec<[f64; 2]>>,
    /// For each stage, the share of a solution entering where each organic phase is made up, that leaves with either.
    pub base: Vec<Vec<[f64; 2]>>,
    /// L/h of fresh organic phase by section that is made up.
    pub made_up: Vec<f64>,
    /// L/h of organic phase in each stage.
    pub held: Vec<f64>,
}

pub(super) fn run(unit: &Circuit, inlets: &[Stream]) -> Result<Balance, Error> {
    let (solved, drawn) = solve(unit, inlets)?;
    let mut done = streams::balance(&solved);
    done.drawn.extend(drawn);
    report::tell(&solved, &mut done)?;
    if let Some(plan) = &unit.start_up {
        start_up::tell(plan, &solved, inlets, &mut done)?;
    }
    Ok(done)
}

/// The circuit at steady state, and what its liquors are made of.
pub(super) fn solve<'u>(unit: &'u Circuit, inlets: &[Stream]) -> Result<(Solved<'u>, Vec<Drawn>), Error> {
    let plan = Plan::of(unit);
    let mut entering = given(unit, &plan, inlets)?;
    known(unit, &entering)?;
    let mut network = bare(unit, &plan);
    let paths = Paths::of(unit, &plan, &network, &entering)?;
    let mut wants = amounts(unit, &plan, &entering, &paths);
    let mut drawn = Vec::new();
    let flows = wants.split_off(unit.liquors.len());
    for (liquor, &litres) in unit.liquors.iter().zip(&wants) {
        let Some((enters, bought)) = self::liquor(unit, &plan, liquor, liquor.molarity, litres) else { continue };
        drawn.extend(bought.into_iter().filter(|drawn| drawn.stream.mass() > 0.0));
        entering.push(enters);
    }
    let made_up = made_up(unit, &plan, &entering, &paths, &flows)?;
    let solutes = solutes(unit, &entering);
    fill(unit, &plan, &entering, &flows, solutes, &mut network)?;
    let profile = network.solve(None)?;
    let sources: Vec<usize> = paths.given.iter().chain(&paths.liquors).copied().collect();
    let per = |ids: &[usize], scale: &dyn Fn(usize) -> f64| -> Vec<Vec<[f64; 2]>> {
        let of =
            |here: &Carried| ids.iter().enumerate().map(|(i, &id)| here.leaves[id].map(|x| x * scale(i))).collect();
        paths.carried.iter().map(of).collect()
    };
    let mut solved = Solved {
        unit,
        passes: per(&sources, &|_| 1.0),
        organic: per(&paths.made_up, &|i| flows[i]),
        base: per(&paths.base, &|_| 1.0),
        paths,
        litres: wants,
        flows,
        held: network.stages.iter().map(|stage| stage.organic / stage.efficiency).collect(),
        plan,
        network,
        profile,
        entering,
        made_up,
    };
    acid_left(&mut solved);
    Ok((solved, drawn))
}

/// So many litres of a liquor of a strength as it enters, and the acid and water it is made of.
pub(super) fn liquor(
    unit: &Circuit,
    plan: &Plan,
    liquor: &Liquor,
    molarity: f64,
    litres: f64,
) -> Option<(Entering, [Drawn; 2])> {
    let at = unit.liquors.iter().position(|other| other.tag == liquor.tag)?;
    let (stage, phase) = place(unit, plan, Source::Liquor(at))?;
    let [acid, water] = mixed(unit, liquor, molarity);
    let (acid, water) = (liquor.acid.drawn(acid * litres), liquor.water.drawn(water * litres));
    let stream = Stream::mixed([&acid.stream, &water.stream]);
    Some((Entering { at: stage, phase, stream, litres }, [acid, water]))
}

/// What enters may hold no metal that nobody has said anything of.
fn known(unit: &Circuit, entering: &[Entering]) -> Result<(), Error> {
    let held = |e: Element| {
        let of = |s: &Entering| ion_of(e).map_or(0.0, |ion| s.stream.aqueous.ions[ion] + s.stream.organic.ions[ion]);
        entering.iter().map(of).sum()
    };
    unit.organics.iter().try_for_each(|organic| organic.resolved.knows(&held))
}

impl Paths {
    fn of(unit: &Circuit, plan: &Plan, network: &Network<'_>, entering: &[Entering]) -> Result<Self, Error> {
        let mut enters: [Vec<(usize, usize)>; 2] = [Vec::new(), Vec::new()];
        let mut next = 0;
        let mut add = |phase: Phase, stage: usize| {
            enters[side(phase)].push((next, stage));
            next += 1;
            next - 1
        };
        let given = entering.iter().map(|e| add(e.phase, e.at)).collect();
        let liquors = (0..unit.liquors.len()).filter_map(|at| place(unit, plan, Source::Liquor(at)));
        let liquors = liquors.map(|(stage, phase)| add(phase, stage)).collect();
        let made_up = plan.made_up.iter().map(|&(_, stage)| add(Phase::Organic, stage)).collect();
        let base = plan.made_up.iter().map(|&(_, stage)| add(Phase::Aqueous, stage)).collect();
        let mut carried = vec![Carried { mixer: vec![0.0; next], leaves: vec![[0.0; 2]; next] }; plan.stages];
        for (phase, cut) in [(Phase::Aqueous, Vec::new()), (Phase::Organic, plan.returning())] {
            let these = &enters[side(phase)];
            let stages: Vec<usize> = these.iter().map(|(_, stage)| *stage).collect();
            for (whole, part) in carried.iter_mut().zip(flows::paths(network, phase, &stages, &cut)?) {
                for (i, &(id, _)) in these.iter().enumerate() {
                    whole.mixer[id] = part.mixer[i];
                    whole.leaves[id] = part.leaves[i];
                }
            }
        }
        Ok(Self { carried, given, liquors, made_up, base })
    }
}

/// L/h of each drawn liquor, then of each organic phase that is made up: those that follow from the
/// other phase are found in turn until none moves.
fn amounts(unit: &Circuit, plan: &Plan, entering: &[Entering], paths: &Paths) -> Vec<f64> {
    let drawn = unit.liquors.len();
    let mut wants = vec![0.0; drawn + plan.made_up.len()];
    // L/h of a phase that reach a stage.
    let reaches = |phase: Phase, stage: usize, wants: &[f64]| {
        let there = &paths.carried[stage].mixer;
        let given =
            entering.iter().zip(&paths.given).filter(|(e, _)| e.phase == phase).map(|(e, id)| e.litres * there[*id]);
        let (ids, wants) =
            if phase == Phase::Aqueous { (&paths.liquors, &wants[..drawn]) } else { (&paths.made_up, &wants[drawn..]) };
        let wanted = ids.iter().zip(wants).map(|(id, litres)| litres * there[*id]);
        (given.sum::<f64>() + wanted.sum::<f64>()) / unit.sections[plan.section[stage]].efficiency
    };
    for _ in 0..200 {
        let mut next = Vec::with_capacity(wants.len());
        for (at, liquor) in unit.liquors.iter().enumerate() {
            let other =
                place(unit, plan, Source::Liquor(at)).map_or(0.0, |(stage, _)| reaches(Phase::Organic, stage, &wants));
            next.push(litres(liquor.amount, other));
        }
        for &(section, _) in &plan.made_up {
            let s = &unit.sections[section];
            // The solution entering is what the first stage it meets holds.
            let solution = reaches(Phase::Aqueous, plan.first[section] + s.stages - 1, &wants);
            next.push(s.organic_flow.map_or(0.0, |amount| litres(amount, solution)));
        }
        let moved = next.iter().zip(&wants).map(|(a, b)| (a - b).abs() / a.abs().max(1e-300)).fold(0.0, f64::max);
        wants = next;
        if moved < 1e-15 {
            break;
        }
    }
    wants
}

/// Litres of an amount, given the other phase's.
fn litres(amount: Amount, other: f64) -> f64 {
    match amount {
        Amount::Litres(litres) => litres,
        Amount::PerOther(ratio) => ratio * other,
    }
}

/// L/h of fresh organic phase: the flow asked less what returns.
fn made_up(
    unit: &Circuit,
    plan: &Plan,
    entering: &[Entering],
    paths: &Paths,
    flows: &[f64],
) -> Result<Vec<f64>, Error> {
    let mut made_up = Vec::new();
    for (&(section, stage), &flow) in plan.made_up.iter().zip(flows) {
        let tag = &unit.sections[section].tag;
        let returning = || plan.pipes.iter().filter(move |pipe| pipe.to == stage && plan.returns(pipe));
        let comes =
            |id: usize| returning().map(|pipe| pipe.share * paths.carried[pipe.from].leaves[id][1]).sum::<f64>();
        let foreign = entering.iter().zip(&paths.given).any(|(e, &id)| e.phase == Phase::Organic && comes(id) > 0.0);
        if foreign {
            return Err(Error::Infeasible {
                unit: String::new(),
                what: format!("an organic phase from outside comes to `{tag}`, where the phase is made up"),
                hint: "make it up outside as well, or let the one from outside pass sections of its own".into(),
            });
        }
        let back: f64 = paths.made_up.iter().zip(flows).map(|(&id, litres)| litres * comes(id)).sum();
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
pub(super) fn given(unit: &Circuit, plan: &Plan, inlets: &[Stream]) -> Result<Vec<Entering>, Error> {
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

/// kg of acid and of water in a litre of a liquor.
fn mixed(unit: &Circuit, liquor: &Liquor, molarity: f64) -> [f64; 2] {
    if molarity <= 0.0 {
        return [0.0, 1.0 / unit.litre.count(&liquor.water.stream(1.0).aqueous)];
    }
    let litres = |water: f64| {
        let mut mixed = liquor.acid.stream(1.0).aqueous;
        let brought = liquor.water.stream(water).aqueous;
        mixed.ions += &brought.ions;
        mixed.water += brought.water;
        unit.litre.count(&mixed)
    };
    // Litres of one kg of acid so diluted; water is added until the strength is right.
    let wanted = liquor.acid.acid() / molarity;
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

/// The network without flows and solutes.
pub(super) fn bare<'u>(unit: &'u Circuit, plan: &Plan) -> Network<'u> {
    let stage = |j: usize| {
        let section = &unit.sections[plan.section[j]];
        let (efficiency, entrained) = (section.efficiency, section.entrained);
        Stage { law: section.organic, efficiency, entrained, ..Stage::default() }
    };
    Network {
        laws: unit.organics.iter().map(|organic| &*organic.law).collect(),
        charge: Vec::new(),
        solutes: Vec::new(),
        stages: (0..plan.stages).map(stage).collect(),
        pipes: plan.pipes.clone(),
        fresh: Vec::new(),
        fresh_organic: Vec::new(),
        names: (0..plan.stages).map(|j| name(unit, plan, j)).collect(),
    }
}

/// What divides: metals with a constant in some organic phase, the cations of bases, and the acid that a
/// neutral extractant has a constant for.
fn solutes(unit: &Circuit, entering: &[Entering]) -> Vec<Element> {
    let counters: Vec<Element> =
        unit.organics.iter().filter_map(|o| o.base.as_ref()).map(|(_, ion)| ion.element()).collect();
    let known = |e: Element| unit.organics.iter().any(|o| o.resolved.extractant.log_k[e].is_some());
    let there =
        |ion: Ion| entering.iter().any(|s| s.stream.aqueous.ions[ion] > 0.0 || s.stream.organic.ions[ion] > 0.0);
    let plain = |e: Element| match e {
        Element::Na | Element::N | Element::K => false,
        Element::H => unit.salt.is_some(),
        _ => true,
    };
    let divides = |e: Element| counters.contains(&e) || (plain(e) && known(e) && ion_of(e).is_some_and(there));
    Element::ALL.iter().copied().filter(|&e| divides(e)).collect()
}

/// What enters the network, and the flows of its stages; answers what enters besides solutes.
pub(super) fn fill(
    unit: &Circuit,
    plan: &Plan,
    entering: &[Entering],
    flows: &[f64],
    solutes: Vec<Element>,
    network: &mut Network<'_>,
) -> Result<Vec<Feed>, Error> {
    let k = solutes.len();
    let mut fresh = vec![0.0; plan.stages * k];
    let mut fresh_organic = vec![0.0; plan.stages * k];
    let mut feeds = Vec::new();
    for enters in entering {
        let (aqueous, organic) = (&enters.stream.aqueous.ions, &enters.stream.organic);
        for (i, &element) in solutes.iter().enumerate() {
            if let Some(ion) = ion_of(element) {
                fresh[enters.at * k + i] += aqueous[ion];
                fresh_organic[enters.at * k + i] += organic.ions[ion];
            }
        }
        let units = network.laws[network.stages[enters.at].law].units_per_monomer();
        let mut feed = Feed { stage: enters.at, sites: organic.extractant * units, ..Feed::default() };
        if enters.phase == Phase::Aqueous {
            feed.aqueous = enters.litres;
            feed.acid = aqueous[Ion::H];
            feed.weak = [Ion::Sulfate, Ion::Fluoride, Ion::Phosphate].map(|ion| aqueous[ion]);
            feed.anions = match unit.salt {
                // What no solute brought of the anion that goes over with it.
                Some(salt) => {
                    let brought = |&e: &Element| ion_of(e).map_or(0.0, |ion| charge_of(e) * aqueous[ion]);
                    -salt.charge() * aqueous[salt] - solutes.iter().map(brought).sum::<f64>()
                }
                // Phosphate keeps two protons in any stage; they are taken off the free charge.
                None => inert_charge(aqueous, &solutes) - 2.0 * feed.weak[2],
            };
        } else {
            feed.organic = enters.litres;
        }
        feeds.push(feed);
    }
    for (&(section, stage), &flow) in plan.made_up.iter().zip(flows) {
        let organic = &unit.organics[unit.sections[section].organic];
        let sites = flow * organic.concentration * organic.law.units_per_monomer();
        feeds.push(Feed { stage, organic: flow, sites, ..Feed::default() });
        let Some((_, ion)) = &organic.base else { continue };
        let counter = solutes.iter().position(|&e| ion_of(e) == Some(*ion));
        if let Some(i) = counter {
            fresh_organic[stage * k + i] += flow * organic.concentration * organic.saponified / ion.charge();
        }
        for pipe in network.pipes.iter_mut().filter(|pipe| pipe.to == stage && plan.returns(pipe)) {
            pipe.renews = counter;
        }
    }
    flows::settle(network, &feeds, &plan.returning())?;
    if k == 0 {
        return Err(Error::Infeasible {
            unit: String::new(),
            what: "nothing that enters has a distribution ratio".into(),
            hint: "lead a liquor with metals that the extractant's file or `log_k` knows".into(),
        });
    }
    network.charge = solutes.iter().map(|&e| charge_of(e)).collect();
    network.solutes = solutes;
    network.fresh = fresh;
    network.fresh_organic = fresh_organic;
    Ok(feeds)
}

/// Charge of what stays in a solution, eq/h: minus the charge of all but the solutes and H⁺.
fn inert_charge(ions: &ByIon, solutes: &[Element]) -> f64 {
    let divides = |ion: Ion| solutes.iter().any(|&e| ion_of(e) == Some(ion));
    -ions.iter().filter(|(ion, _)| *ion != Ion::H && !divides(*ion)).map(|(ion, n)| ion.charge() * n).sum::<f64>()
}

/// Where the acid itself goes over, what is left of it is what the solve says.
fn acid_left(solved: &mut Solved<'_>) {
    let Solved { network, profile, .. } = solved;
    let k = network.solutes.len();
    let Some(i) = network.solutes.iter().position(|&e| e == Element::H) else { return };
    for (j, stage) in network.stages.iter().enumerate() {
        profile.acidity[j] = profile.aqueous[j * k + i] / (stage.aqueous / stage.efficiency);
        profile.ph[j] = -profile.acidity[j].max(1e-7).log10();
    }
}
