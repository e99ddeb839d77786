//! What the battery does to a feed: dilution, flows, the solve, the streams.

use super::{MixerSettlers, Sizing, report, start_up};
use crate::element::Element;
use crate::error::Error;
use crate::ion::{ByIon, Ion};
use crate::reagent::Reagent;
use crate::separate::cascade::{Cascade, Profile, Stage, western_name};
use crate::separate::illinois;
use crate::separate::isotherm::Contact;
use crate::separate::isotherm::cation_exchange::charge_of;
use crate::separate::prepare::Wanted;
use crate::separate::theory::{self, Design, Specification};
use crate::stream::{Aqueous, Organic, Stream};
use crate::unit::{Balance, Drawn};

/// Where extractabilities are compared: an ordinary loaded stage.
pub(super) fn reference_contact() -> Contact {
    Contact::new(1.0, 0.2)
}

/// mol/L of acid in a reagent as bought.
pub(in crate::separate) fn strength(acid: &Reagent) -> f64 {
    let litres = acid.stream(1.0).aqueous.volume() * 1000.0;
    if litres > 0.0 { acid.acid() / litres } else { 0.0 }
}

/// The ion in which an element is exchanged.
pub(in crate::separate) fn ion_of(element: Element) -> Option<Ion> {
    match element {
        Element::N => Some(Ion::Ammonium),
        Element::H => Some(Ion::H),
        _ => Ion::of(element),
    }
}

/// A liquor of so many mol/L made of acid and water: kg of each per litre.
fn liquor(acid: &Reagent, water: &Reagent, molarity: f64) -> [f64; 2] {
    let per_acid = |water_kg: f64| {
        let mut mixed = acid.stream(1.0).aqueous;
        mixed.water += water.stream(water_kg).aqueous.water;
        mixed.volume() * 1000.0
    };
    // Volume of one kg of acid so diluted; water is added until the strength is right.
    let wanted = acid.acid() / molarity;
    let mut water_kg = wanted * 0.997;
    for _ in 0..100 {
        let next = (water_kg + (wanted - per_acid(water_kg)) * 0.997).max(0.0);
        if (next - water_kg).abs() < 1e-13 * wanted {
            break;
        }
        water_kg = next;
    }
    let litres = per_acid(water_kg);
    [1.0 / litres, water_kg / litres]
}

/// What is known of a battery once its flows stand.
#[derive(Debug, Clone)]
pub(super) struct Flows {
    /// L/h: feed, scrub liquor, strip liquor, organic.
    pub feed: f64,
    pub scrub: f64,
    pub strip: f64,
    pub organic: f64,
}

/// A battery solved, with what the telling needs.
pub(super) struct Solved<'u> {
    pub unit: &'u MixerSettlers,
    pub feed: Aqueous,
    pub flows: Flows,
    pub cascade: Cascade<'u>,
    pub profile: Profile,
    pub design: Option<Design>,
    /// The keys that the cut was sized by, and their separation factor.
    pub keys: Option<([Element; 2], f64)>,
    /// kg/h drawn: base to the feed, base to the organic, acid to the feed, to scrub, to strip.
    pub base_kg: [f64; 2],
    pub acid_kg: [f64; 3],
    pub caveats: Vec<String>,
}

impl Solved<'_> {
    /// mol of each solute in mixers, settlers and the saponification tank.
    pub(super) fn held(&self) -> Vec<f64> {
        let Self { unit, cascade, profile, .. } = self;
        let k = cascade.solutes.len();
        let [mixer, settler, saponification] = unit.residence;
        let last = cascade.stages.len() - 1;
        let mut held = vec![0.0; k];
        for (at, (solution, organic)) in profile.aqueous.iter().zip(&profile.organic).enumerate() {
            held[at % k] += (solution + organic) * (mixer + settler);
            if at / k == last && unit.base.is_some() {
                held[at % k] += organic * saponification;
            }
        }
        held
    }
}

/// Solves it; `near` is where the search for the scrub flow begins and ends, as the logarithm over the first guess.
pub(super) fn run(unit: &MixerSettlers, feed: &Stream, near: &mut Option<f64>) -> Result<Balance, Error> {
    let mut caveats = Vec::new();
    unit.resolved.knows(&|e| ion_of(e).map_or(0.0, |ion| feed.aqueous.ions[ion]))?;
    let (liquor_in, drawn_water, feed_base, feed_acid) = prepared(unit, feed, unit.feed_ph, &mut caveats)?;
    let mut solved = solve(unit, liquor_in, caveats, near)?;
    solved.base_kg[0] = feed_base;
    solved.acid_kg[0] = feed_acid;
    let mut done = balance(&mut solved, feed, drawn_water);
    if let Some(plan) = &unit.start_up {
        start_up::tell(plan, &solved, feed, &mut done)?;
    }
    Ok(done)
}

/// The feed diluted and brought to its pH; with kg/h of water, base and acid drawn for it.
pub(super) fn prepared(
    unit: &MixerSettlers,
    feed: &Stream,
    feed_ph: Option<f64>,
    caveats: &mut Vec<String>,
) -> Result<(Aqueous, f64, f64, f64), Error> {
    let (acid, water) = (&unit.acid, &unit.water);
    let wanted =
        Wanted { oxide: unit.feed_oxide, ph: feed_ph, base: unit.base.as_ref().map(|(base, _)| base), acid, water };
    let ready = wanted.of(&feed.aqueous)?;
    caveats.extend(ready.weak);
    Ok((ready.liquor, ready.water, ready.base, ready.acid))
}

/// Charge of what stays in a solution, eq/h: minus the charge of all but the solutes and H⁺.
fn inert_charge(ions: &ByIon, solutes: &[Element]) -> f64 {
    let divides = |ion: Ion| solutes.iter().any(|&e| ion_of(e) == Some(ion));
    -ions
        .iter()
        .filter(|(ion, _)| *ion != Ion::H && !divides(*ion))
        .map(|(ion, moles)| ion.charge() * moles)
        .sum::<f64>()
}

/// The keys the feed can be cut by: those asked for, or, where it lacks one, the nearest it holds on
/// that side. A side that is empty leaves nothing to cut.
fn keys(
    unit: &MixerSettlers,
    feed: &Aqueous,
    asked: [Element; 2],
    caveats: &mut Vec<String>,
) -> Result<[Element; 2], Error> {
    let of = |e: Element| unit.law.log_d(e, &reference_contact());
    let held = |e: Element| ion_of(e).is_some_and(|ion| feed.ions[ion] > 0.0);
    let [light, heavy] = asked;
    let mut present: Vec<Element> =
        Element::RARE_EARTHS.iter().copied().filter(|&e| held(e) && of(e).is_some()).collect();
    present.sort_by(|a, b| of(*a).partial_cmp(&of(*b)).unwrap_or(std::cmp::Ordering::Equal));
    let below = present.iter().copied().rfind(|&e| of(e) < of(heavy));
    let above = present.iter().copied().find(|&e| of(e) >= of(heavy));
    let (Some(below), Some(above)) = (below, above) else {
        let side = if below.is_none() { format!("{light} or lighter") } else { format!("{heavy} or heavier") };
        let all: Vec<&str> = present.iter().map(|e| e.symbol()).collect();
        return Err(Error::Infeasible {
            unit: String::new(),
            what: format!("there is nothing to cut between {light} and {heavy}: the feed holds no {side}"),
            hint: format!("a cut within what it holds, from the least to the most extractable: {}", all.join(", ")),
        });
    };
    let absent: Vec<&str> = asked.iter().filter(|e| !held(**e)).map(|e| e.symbol()).collect();
    if absent.is_empty() {
        return Ok(asked);
    }
    let used = [if held(light) { light } else { below }, if held(heavy) { heavy } else { above }];
    caveats.push(format!(
        "the feed holds no {}: the cut is sized between its neighbours {} and {}",
        absent.join(" and no "),
        used[0],
        used[1]
    ));
    Ok(used)
}

fn solve<'u>(
    unit: &'u MixerSettlers,
    feed: Aqueous,
    mut caveats: Vec<String>,
    near: &mut Option<f64>,
) -> Result<Solved<'u>, Error> {
    let known = &unit.resolved.extractant.log_k;
    let mut solutes: Vec<Element> = Element::ALL
        .iter()
        .copied()
        .filter(|&e| !matches!(e, Element::Na | Element::N | Element::K) && unit.is_metal(e) && known[e].is_some())
        .filter(|&e| ion_of(e).is_some_and(|ion| feed.ions[ion] > 0.0))
        .collect();
    solutes.extend(unit.base.as_ref().map(|(_, ion)| ion.element()));
    let equivalents = |element: Element| ion_of(element).map_or(0.0, |ion| charge_of(element) * feed.ions[ion]);
    let metals: f64 = solutes.iter().filter(|e| unit.is_metal(**e)).map(|&e| equivalents(e)).sum();
    let litres = feed.volume() * 1000.0;
    let of = |e: Element| unit.law.log_d(e, &reference_contact());
    let Sizing::Cut { light, heavy, purity, margin, excess } = unit.sizing else {
        let Sizing::Ratios { organic, scrub, strip } = unit.sizing else {
            return Err(Error::Infeasible {
                unit: String::new(),
                what: "no flows".into(),
                hint: "give ratios or a cut".into(),
            });
        };
        let scrub = if unit.stages[1] > 0 { scrub * litres } else { 0.0 };
        let flows = Flows { feed: litres, scrub, organic: organic * litres, strip: organic * litres / strip };
        let cascade = battery(unit, &feed, &solutes, &flows);
        let profile = cascade.solve(None)?;
        return Ok(Solved {
            unit,
            feed,
            flows,
            cascade,
            profile,
            design: None,
            keys: None,
            base_kg: [0.0; 2],
            acid_kg: [0.0; 3],
            caveats,
        });
    };
    let [light, heavy] = keys(unit, &feed, [light, heavy], &mut caveats)?;
    let is_heavy = |e: Element| of(e) >= of(heavy);
    let above: f64 = solutes.iter().filter(|&&e| unit.is_metal(e) && is_heavy(e)).map(|&e| equivalents(e)).sum();
    let beta = 10f64.powf(of(heavy).unwrap_or(0.0) - of(light).unwrap_or(0.0));
    let share = above / metals;
    // A purity the feed already has asks nothing of that outlet; the theory then takes a hair more.
    let [p_b, p_a] = purity;
    let spec = Specification {
        feed: share,
        extracted: p_a.max(share + 1e-6 * (1.0 - share)),
        raffinate: p_b.max(1.0 - share + 1e-6 * share),
        beta,
    };
    let Some(design) = theory::design(&spec) else {
        return Err(Error::Infeasible {
            unit: String::new(),
            what: format!(
                "no battery cuts between {light} and {heavy}: {:.3} % of the feed is {heavy} or heavier",
                100.0 * share
            ),
            hint: "cut between elements the feed holds on both sides".into(),
        });
    };
    let metal = metals / 3.0;
    let organic = margin * design.organic * 3.0 * metal / (unit.saponified * unit.concentration);
    let strip = design.extract * 3.0 * metal * (1.0 + excess) / unit.strip_molarity;
    // What the organic phase carries beyond the product must come back with the scrub liquor.
    let first = (margin * design.organic - design.extract) * 3.0 * metal / unit.scrub_molarity;
    let target = ((1.0 - design.recovery[0]) / (1.0 - design.recovery[1])).ln();
    let k = solutes.len();
    let mut start: Option<Profile> = None;
    let mut solved = None;
    let mut miss = |log_scrub: f64| -> Result<f64, Error> {
        let flows = Flows { feed: litres, scrub: log_scrub.exp(), organic, strip };
        let cascade = battery(unit, &feed, &solutes, &flows);
        let profile = cascade.solve(start.as_ref())?;
        let (mut lost, mut slipped, mut lights) = (0.0, 0.0, 0.0);
        for (i, &e) in solutes.iter().enumerate().filter(|(_, e)| unit.is_metal(**e)) {
            let left = charge_of(e) * profile.aqueous[i];
            if is_heavy(e) {
                lost += left;
            } else {
                lights += equivalents(e);
                slipped += charge_of(e) * profile.aqueous[(unit.stages[0] + unit.stages[1]) * k + i];
            }
        }
        start = Some(profile.clone());
        solved = Some((flows, cascade, profile));
        Ok((lost.max(1e-300) / above).ln() - (slipped.max(1e-300) / lights).ln() - target)
    };
    if unit.stages[1] > 0 {
        balanced(first.ln() + near.unwrap_or(0.0), &mut miss)?;
    } else {
        miss(f64::NEG_INFINITY)?;
    }
    let Some((flows, cascade, profile)) = solved else {
        return Err(Error::Infeasible { unit: String::new(), what: "no flows".into(), hint: "give ratios".into() });
    };
    *near = (unit.stages[1] > 0).then(|| flows.scrub.ln() - first.ln());
    Ok(Solved {
        unit,
        feed,
        flows,
        cascade,
        profile,
        design: Some(design),
        keys: Some(([light, heavy], beta)),
        base_kg: [0.0; 2],
        acid_kg: [0.0; 3],
        caveats,
    })
}

/// Root of a rising function of the logarithm of the scrub flow: bracket, then Illinois.
fn balanced(first: f64, miss: &mut dyn FnMut(f64) -> Result<f64, Error>) -> Result<(), Error> {
    let never = |residual: f64| Error::NotConverged {
        unit: String::new(),
        what: "the scrub flow that balances the two outlets".into(),
        residual,
        iterations: illinois::MOST,
        worst: "the split of the keys".into(),
        hint: "a margin nearer to 1, more stages, or flows by ratios".into(),
    };
    let (mut a, mut fa) = (first, miss(first)?);
    let mut step: f64 = 0.02;
    let (mut b, mut fb) = (a, fa);
    while fa * fb > 0.0 {
        (a, fa) = (b, fb);
        b = a - step.copysign(fa);
        step *= 1.8;
        if step > 8.0 {
            return Err(never(fa));
        }
        fb = miss(b)?;
    }
    illinois::close([(a, fa), (b, fb)], 1e-5, miss)?.map_or(Ok(()), |residual| Err(never(residual)))
}

/// The battery at given flows.
pub(super) fn battery<'u>(unit: &'u MixerSettlers, feed: &Aqueous, solutes: &[Element], flows: &Flows) -> Cascade<'u> {
    let [extract, scrub, strip] = unit.stages;
    let (n, k) = (extract + scrub + strip, solutes.len());
    let charge: Vec<f64> = solutes.iter().map(|&e| charge_of(e)).collect();
    let sites = flows.organic * unit.concentration * unit.law.units_per_monomer();
    let base = flows.organic * unit.concentration * unit.saponified;
    let base_water = unit.base.as_ref().map_or(0.0, |(reagent, _)| reagent.water * base / -reagent.acid() / 0.997);
    let volume = |per_litre: [f64; 2]| {
        let mut ions = unit.acid.ions.scaled(per_litre[0]);
        ions += &unit.water.ions.scaled(per_litre[1]);
        ions
    };
    let scrub_ions = volume(liquor(&unit.acid, &unit.water, unit.scrub_molarity)).scaled(flows.scrub);
    let strip_ions = volume(liquor(&unit.acid, &unit.water, unit.strip_molarity)).scaled(flows.strip);
    let (feed_inert, scrub_inert, strip_inert) =
        (inert_charge(&feed.ions, solutes), inert_charge(&scrub_ions, solutes), inert_charge(&strip_ions, solutes));
    let mut stages = Vec::with_capacity(n);
    for j in 0..n {
        let (mut aqueous, anions, ions) = if j >= extract + scrub {
            (flows.strip, strip_inert, strip_ions)
        } else if j >= extract {
            (flows.scrub, scrub_inert, scrub_ions)
        } else {
            let mut ions = scrub_ions;
            ions += &feed.ions;
            (flows.scrub + flows.feed, scrub_inert + feed_inert, ions)
        };
        let weak = [Ion::Sulfate, Ion::Fluoride, Ion::Phosphate].map(|ion| ions[ion] / aqueous);
        // Phosphate keeps two protons in any stage; they are taken off the free charge.
        let anions = anions - 2.0 * weak[2] * aqueous;
        if j == 0 {
            aqueous += base_water;
        }
        let kept = if j == 0 || j == extract + scrub { 0.0 } else { 1.0 };
        stages.push(Stage { aqueous, organic: flows.organic, anions, sites, weak, kept });
    }
    let mut fresh = vec![0.0; n * k];
    for (i, &element) in solutes.iter().enumerate() {
        if let Some(ion) = ion_of(element) {
            fresh[(extract - 1) * k + i] += feed.ions[ion];
            fresh[(n - 1) * k + i] += strip_ions[ion];
            if scrub > 0 {
                fresh[(extract + scrub - 1) * k + i] += scrub_ions[ion];
            }
        }
    }
    let mut returned = vec![1.0; k];
    if let (Some((_, ion)), Some(last)) = (&unit.base, k.checked_sub(1)) {
        debug_assert_eq!(solutes[last], ion.element());
        // Saponification tops the returning counter-ion up to its share.
        fresh[last] += base / charge[last];
        returned[last] = 0.0;
    }
    Cascade {
        law: &*unit.law,
        solutes: solutes.to_vec(),
        charge,
        stages,
        fresh,
        returned,
        name: western_name,
        sections: unit.stages,
    }
}

/// The outlets, what was drawn, and the telling.
fn balance(solved: &mut Solved<'_>, feed: &Stream, feed_water: f64) -> Balance {
    let (mut base_kg, mut acid_kg) = (solved.base_kg, solved.acid_kg);
    let Solved { unit, flows, cascade, profile, .. } = &*solved;
    let k = cascade.solutes.len();
    let [extract, scrub, _] = unit.stages;
    let n = cascade.stages.len();
    // Reagents.
    let mut drawn = Vec::new();
    let mut water_kg = feed_water;
    let mut liquors = [Stream::default(), Stream::default()];
    for (at, (litres, molarity)) in
        [(flows.scrub, unit.scrub_molarity), (flows.strip, unit.strip_molarity)].into_iter().enumerate()
    {
        let [acid, water] = liquor(&unit.acid, &unit.water, molarity);
        acid_kg[at + 1] = acid * litres;
        water_kg += water * litres;
        liquors[at].add(&unit.acid.stream(acid * litres));
        liquors[at].add(&unit.water.stream(water * litres));
    }
    let mut base_stream = Stream::default();
    if let Some((base, _)) = &unit.base {
        let wanted =
            flows.organic * unit.concentration * unit.saponified - cascade.charge[k - 1] * profile.organic[n * k - 1];
        base_kg[1] = wanted.max(0.0) / -base.acid();
        base_stream = base.stream(base_kg[1]);
        drawn.push(base.drawn(base_kg.iter().sum()));
    }
    drawn.push(unit.acid.drawn(acid_kg.iter().sum()));
    drawn.push(unit.water.drawn(water_kg));
    // Outlets: what does not divide passes, what divides is as solved, acid is what charge leaves.
    let mut raffinate = Stream { temperature: feed.temperature, ..Stream::default() };
    raffinate.aqueous = solved.feed.clone();
    for stream in [&liquors[0], &base_stream] {
        raffinate.aqueous.ions += &stream.aqueous.ions;
        raffinate.aqueous.water += stream.aqueous.water;
    }
    raffinate.solid = feed.solid.clone();
    raffinate.gas = feed.gas;
    raffinate.organic = feed.organic.clone();
    let mut product = liquors[1].clone();
    product.temperature = feed.temperature;
    for (stream, at) in [(&mut raffinate, 0), (&mut product, extract + scrub)] {
        for (i, &element) in cascade.solutes.iter().enumerate() {
            if let Some(ion) = ion_of(element) {
                stream.aqueous.ions[ion] = profile.aqueous[at * k + i];
            }
        }
        stream.aqueous.ions[Ion::H] = 0.0;
        stream.aqueous.ions[Ion::H] = -stream.aqueous.ions.charge();
    }
    if unit.base.is_some() {
        // The last of the counter-ion goes where it leaves no gap: with the raffinate.
        let ion = ion_of(cascade.solutes[k - 1]).unwrap_or(Ion::Na);
        let entered = solved.feed.ions[ion]
            + liquors[0].aqueous.ions[ion]
            + liquors[1].aqueous.ions[ion]
            + base_stream.aqueous.ions[ion];
        raffinate.aqueous.ions[ion] = entered - product.aqueous.ions[ion];
        raffinate.aqueous.ions[Ion::H] = 0.0;
        raffinate.aqueous.ions[Ion::H] = -raffinate.aqueous.ions.charge();
    }
    let waste = lost_solvent(unit, &raffinate, &product);
    if waste.organic.extractant > 0.0 {
        let solvent = &unit.solvent;
        let extractant = Organic { diluent: 0.0, ..waste.organic.clone() };
        let diluent = Organic { solvent: Some(solvent.clone()), diluent: waste.organic.diluent, ..Organic::default() };
        for (name, organic) in [(solvent.name.to_string(), extractant), (unit.diluent.clone(), diluent)] {
            drawn.push(Drawn { name, stream: Stream { organic, ..Stream::default() } });
        }
    }
    let mut done = Balance { outlets: vec![raffinate, product, waste], drawn, ..Balance::default() };
    solved.base_kg = base_kg;
    solved.acid_kg = acid_kg;
    report::tell(solved, feed, &mut done);
    done
}

/// The solvent that leaves with the liquors, protonated.
fn lost_solvent(unit: &MixerSettlers, raffinate: &Stream, product: &Stream) -> Stream {
    let mut waste = Stream::default();
    let litres = (raffinate.aqueous.volume() + product.aqueous.volume()) * 1000.0;
    let share = unit.concentration * 1000.0 * unit.solvent.molar_mass / unit.solvent.density;
    let diluent_kg = (1.0 - share) * unit.solvent.diluent_density / 1000.0;
    let kg_per_litre = unit.concentration * unit.solvent.molar_mass + diluent_kg;
    let solvent_litres = litres * unit.loss / 1000.0 / kg_per_litre;
    waste.organic.solvent = Some(unit.solvent.clone());
    waste.organic.extractant = solvent_litres * unit.concentration;
    waste.organic.diluent = solvent_litres * diluent_kg;
    waste.organic.ions[Ion::H] = waste.organic.extractant;
    waste
}
