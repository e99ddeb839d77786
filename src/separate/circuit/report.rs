//! What is told of a circuit: readings, every stage's state, limits, caveats, machines.

use super::run::{Solved, name};
use super::{Circuit, Outside};
use crate::element::{ByElement, Element};
use crate::error::Error;
use crate::ion::Ion;
use crate::quantity::figures;
use crate::separate::cascade::network::Phase;
use crate::separate::extractant::Form;
use crate::separate::isotherm::Contact;
use crate::separate::isotherm::log_d_correlation::ANCHOR;
use crate::separate::mixer_settlers::{ion_of, locked};
use crate::source::Caveat;
use crate::table::{Cell, Table};
use crate::unit::{Balance, Equipment, Reading};

/// Acid, mol/L, from which what a neutral extractant takes of it is no small thing.
const ACID_COUNTS: f64 = 0.5;

/// Share of the extractant that metals bind in a stage.
fn loading(solved: &Solved<'_>, stage: usize) -> f64 {
    let Solved { network, profile, .. } = solved;
    let k = network.solutes.len();
    let metal = |i: &usize| network.charge[*i] > 1.5;
    let held: f64 = (0..k).filter(metal).map(|i| network.charge[i] * profile.organic[stage * k + i]).sum();
    held / network.stages[stage].sites
}

fn ratio(solved: &Solved<'_>, stage: usize) -> f64 {
    let stage = &solved.network.stages[stage];
    stage.organic / stage.aqueous
}

/// The stages of a section.
fn stages_of(solved: &Solved<'_>, section: usize) -> std::ops::Range<usize> {
    let first = solved.plan.first[section];
    first..first + solved.unit.sections[section].stages
}

pub(super) fn tell(solved: &Solved<'_>, done: &mut Balance) -> Result<(), Error> {
    let Solved { unit, plan, profile, made_up, held, .. } = solved;
    let mut caveats = Vec::new();
    let mut say = |name: String, value: f64, unit: &'static str| done.readings.push(Reading::new(name, value, unit));
    say("stages".into(), plan.stages as f64, "1");
    for (at, section) in unit.sections.iter().enumerate() {
        let stages = stages_of(solved, at);
        let tag = &section.tag;
        let (fullest, most) = stages.clone().map(|j| (j, loading(solved, j))).fold((0, 0.0), greater);
        let ends = [stages.start, stages.end - 1];
        let middle = ratio(solved, ends[1]);
        say(format!("organic to aqueous, {tag}"), middle, "1");
        say(format!("pH where the solution leaves {tag}"), profile.ph[ends[0]], "1");
        say(format!("highest loading, {tag}"), 100.0 * most, "%");
        say(format!("mixer volume, {tag}"), mixer(solved, at), "m3");
        caveats.extend(limits(solved, at, fullest, most)?);
    }
    for (&(section, _), litres) in plan.made_up.iter().zip(made_up) {
        let tag = &unit.sections[section].tag;
        say(format!("organic phase made up, {tag}"), litres / 1000.0, "m3/h");
    }
    let whole: f64 = held.iter().sum();
    say("solvent held".into(), whole / 1000.0 * unit.residence.iter().sum::<f64>(), "m3");
    done.held = held_by(solved);
    let oxide: f64 = Element::RARE_EARTHS.iter().map(|&e| done.held[e] * e.oxide_factor().unwrap_or(1.0)).sum();
    say("rare earths held".into(), oxide, "kg REO");
    say("Newton steps".into(), profile.iterations as f64, "1");
    say("closure of the solve".into(), profile.closure, "1");
    done.power_kw = unit.mixer_power
        * unit.sections.iter().enumerate().map(|(at, s)| mixer(solved, at) * s.stages as f64).sum::<f64>();
    if unit.salt.is_none() && profile.ph.iter().any(|ph| *ph > 6.0) {
        caveats.push("the solution rises above pH 6 in a stage, where rare-earth hydroxide would fall out".into());
    }
    caveats.extend(locked(profile));
    constants(solved, &mut caveats);
    match unit.salt {
        None => laws(solved, &mut caveats),
        Some(salt) => acid(solved, salt, &mut caveats),
    }
    done.caveats.extend(caveats.into_iter().map(Caveat::new));
    done.tables.push(stages(solved));
    Ok(())
}

/// kg of each rare earth in mixers and settlers.
fn held_by(solved: &Solved<'_>) -> ByElement<f64> {
    let Solved { unit, network, profile, .. } = solved;
    let hours: f64 = unit.residence.iter().sum();
    let mut held = ByElement::default();
    for (stage, solution) in profile.aqueous.chunks(network.solutes.len()).enumerate() {
        let organic = profile.organic.iter().skip(stage * network.solutes.len());
        for ((element, solution), organic) in network.solutes.iter().zip(solution).zip(organic) {
            if element.is_rare_earth() {
                held[*element] += (solution + organic) * element.molar_mass() / 1000.0 * hours;
            }
        }
    }
    held
}

fn greater(best: (usize, f64), this: (usize, f64)) -> (usize, f64) {
    if this.1 > best.1 || best.1 == 0.0 { this } else { best }
}

/// The limits of a section: what is outside is said, or stops the run.
fn limits(solved: &Solved<'_>, at: usize, fullest: usize, most: f64) -> Result<Vec<String>, Error> {
    let Solved { unit, plan, .. } = solved;
    let section = &unit.sections[at];
    let [low, high] = section.limits.organic_to_aqueous;
    let mut found = Vec::new();
    let worst = stages_of(solved, at)
        .map(|j| ratio(solved, j))
        .filter(|ratio| !(low..=high).contains(ratio))
        .max_by(|a, b| (a / low).ln().abs().total_cmp(&(b / low).ln().abs()));
    if let Some(ratio) = worst {
        found.push((
            format!(
                "O/A of the {} section is {}, outside the {} to {} that settles well",
                section.tag,
                figures(ratio, 3),
                figures(low, 3),
                figures(high, 3)
            ),
            "less of the one phase, more of the other, or recycle a phase within the stage",
        ));
    }
    if most > section.limits.loading {
        found.push((
            format!(
                "stage {} is loaded to {:.0} % of the limit; above {:.0} % the organic phase thickens and may gel",
                name(unit, plan, fullest),
                100.0 * most,
                100.0 * section.limits.loading
            ),
            "more organic phase, or more extractant in it",
        ));
    }
    match (section.limits.outside, found.first()) {
        (Outside::Failure, Some((what, hint))) => {
            Err(Error::Infeasible { unit: String::new(), what: what.clone(), hint: (*hint).into() })
        }
        _ => Ok(found.into_iter().map(|(what, _)| what).collect()),
    }
}

/// mol/h of an element that enters the network.
fn entering(solved: &Solved<'_>, element: Element) -> f64 {
    let network = &solved.network;
    let k = network.solutes.len();
    let Some(i) = network.solutes.iter().position(|e| *e == element) else { return 0.0 };
    (0..network.stages.len()).map(|j| network.fresh[j * k + i] + network.fresh_organic[j * k + i]).sum()
}

/// Caveats about the constants: those a rule gave, and the acidity they were measured in.
fn constants(solved: &Solved<'_>, caveats: &mut Vec<String>) {
    let Solved { unit, plan, profile, .. } = solved;
    let told = 1e-6 * Element::RARE_EARTHS.iter().map(|&e| entering(solved, e)).sum::<f64>();
    for (at, organic) in unit.organics.iter().enumerate() {
        let resolved = &organic.resolved;
        let name = &resolved.extractant.name;
        let present = |elements: &[Element]| {
            elements.iter().filter(|e| entering(solved, **e) > told).map(|e| e.symbol()).collect::<Vec<_>>().join(", ")
        };
        let (ruled, left) = (present(&resolved.ruled), present(&resolved.left));
        if !ruled.is_empty() {
            caveats.push(format!("`{name}` has no measured constant for {ruled}: a line by atomic number is assumed"));
        }
        if !left.is_empty() {
            caveats
                .push(format!("`{name}` has no constant for {left}: taken as not extracted, by the scenario's rule"));
        }
        caveats.extend(resolved.shifted.iter().cloned());
        let holds = &resolved.extractant.holds;
        let stages = || (0..plan.stages).filter(|j| unit.sections[plan.section[*j]].organic == at);
        let range = |of: &dyn Fn(usize) -> f64| {
            stages().map(of).fold([f64::MAX, f64::MIN], |[a, b], value| [a.min(value), b.max(value)])
        };
        let outside = |[least, most]: [f64; 2], [low, high]: [f64; 2]| least < low - 1e-9 || most > high + 1e-9;
        if let Some(held) = holds.ph {
            let used = range(&|j| profile.ph[j]);
            if outside(used, held) {
                caveats.push(format!(
                    "stages run from pH {:.1} to {:.1}; the constants of `{name}` ({}) hold from {:.1} to {:.1}",
                    used[0], used[1], holds.medium, held[0], held[1]
                ));
            }
        }
        if let Some(held) = holds.salt {
            let used = range(&|j| profile.salt[j]);
            if outside(used, held) {
                let [least, most] = used.map(|value| figures(value, 2));
                let at = span(held[0], held[1]);
                caveats.push(format!(
                    "stages hold from {least} to {most} mol/L of the anion; the constants of `{name}` ({}) were \
                     measured {at} mol/L and are carried by its slope",
                    holds.medium
                ));
            }
        }
        let made = [organic.concentration; 2];
        if let Some([low, high]) = holds.extractant.filter(|held| outside(made, *held)) {
            caveats.push(format!(
                "the extractant is at {} mol/L; the constants of `{name}` were measured {} mol/L",
                figures(organic.concentration, 3),
                span(low, high)
            ));
        }
    }
}

/// `at 3` or `from 1 to 3`.
fn span(low: f64, high: f64) -> String {
    let [low, high] = [low, high].map(|value| figures(value, 3));
    if low == high { format!("at {low}") } else { format!("from {low} to {high}") }
}

/// Acid takes room in a neutral extractant; where its constant is not known, strong acid is told.
fn acid(solved: &Solved<'_>, salt: Ion, caveats: &mut Vec<String>) {
    let strongest = solved.profile.acidity.iter().copied().fold(0.0, f64::max);
    if strongest > ACID_COUNTS && !solved.network.solutes.contains(&Element::H) {
        caveats.push(format!(
            "acid reaches {} mol/L; a neutral extractant takes acid with its {salt} as well, which takes room from the \
             metals and is not counted: give its constant as `log_k = {{ H = … }}`",
            figures(strongest, 2)
        ));
    }
}

/// What the laws themselves betray: slopes no exchange can have, and metals whose D no acid moves.
fn laws(solved: &Solved<'_>, caveats: &mut Vec<String>) {
    let Solved { unit, plan, network, profile, .. } = solved;
    for (at, organic) in unit.organics.iter().enumerate() {
        let stages: Vec<usize> = (0..plan.stages).filter(|j| unit.sections[plan.section[*j]].organic == at).collect();
        let (mut steep, mut flat) = (Vec::new(), Vec::new());
        for (i, &element) in network.solutes.iter().enumerate() {
            let slopes = stages.iter().filter_map(|&j| {
                organic.law.slopes(element, &Contact::new(profile.ph[j], profile.free[j])).map(|s| s.by_ph)
            });
            let (most, any) = slopes.fold((0.0_f64, false), |(most, _), slope| (most.max(slope.abs()), true));
            if any && most == 0.0 {
                flat.push(element.symbol());
            } else if most > network.charge[i] + 0.05 {
                steep.push(format!("{element} {most:.1}"));
            }
        }
        let known = &organic.resolved.extractant;
        let name = &known.name;
        let percent = |j: &usize| 1e5 * profile.free[*j] * known.molar_mass.value / known.density.value;
        let least = stages.iter().map(|j| (percent(j), *j)).min_by(|a, b| a.0.total_cmp(&b.0));
        if let (Form::LogDCorrelation(_), Some((least, j))) = (&known.form, least)
            && least < ANCHOR
        {
            caveats.push(format!(
                "free extractant {} vol % in stage {}: below the anchor of the correlation of `{name}` ({ANCHOR} vol %), \
                 mass action goes on",
                figures(least, 2),
                self::name(unit, plan, j)
            ));
        }
        if !steep.is_empty() {
            caveats.push(format!(
                "log D of `{name}` rises by pH faster than the charge allows (slopes {}): its correlation is used \
                 beyond the dosage it was fitted to",
                steep.join(", ")
            ));
        }
        if !flat.is_empty() {
            caveats.push(format!(
                "`{name}` gives {} a constant D that no acid moves: what is said of their removal does not answer to \
                 pH or dosage",
                flat.join(", ")
            ));
        }
    }
}

fn stages(solved: &Solved<'_>) -> Table {
    let Solved { unit, plan, network, profile, .. } = solved;
    let k = network.solutes.len();
    let mut table = Table::new(
        "stages",
        "Stages, section by section in the order the organic phase passes them",
        "stages count from where the solution enters their section; flows as they meet in the mixer; elements in g/L of \
         what leaves the stage with the phase, drops included; D: organic over aqueous at equilibrium, mol/L each; \
         loading: share of the extractant that metals bind; salt: the anion a neutral extractant takes along",
        &[
            ("stage", ""),
            ("section", ""),
            ("number", ""),
            ("solution", "L/h"),
            ("organic", "L/h"),
            ("O/A", ""),
            ("pH", ""),
            ("total acidity", "mol/L"),
            ("free extractant", "mol/L"),
            ("loading", "%"),
        ],
    );
    if unit.salt.is_some() {
        table.column("salt", "mol/L");
    }
    for prefix in ["aq", "org"] {
        for element in &network.solutes {
            table.column(format!("{prefix}.{element}"), "g/L");
        }
    }
    for element in &network.solutes {
        table.column(format!("D.{element}"), "");
    }
    for (j, stage) in network.stages.iter().enumerate() {
        let section = &unit.sections[plan.section[j]];
        let number = section.stages - (j - plan.first[plan.section[j]]);
        let law = &unit.organics[section.organic].law;
        let contact = Contact { salt: profile.salt[j], ..Contact::new(profile.ph[j], profile.free[j]) };
        // Drops leave with the other phase: litres of what leaves are those of both liquids in it.
        let litres = |phase: Phase| {
            let [under, over] = stage.entrained;
            match phase {
                Phase::Aqueous => stage.aqueous * (1.0 - over) + stage.organic * under,
                Phase::Organic => stage.organic * (1.0 - under) + stage.aqueous * over,
            }
        };
        let mut row: Vec<Cell> = vec![
            name(unit, plan, j).into(),
            section.tag.clone().into(),
            (number as f64).into(),
            stage.aqueous.into(),
            stage.organic.into(),
            ratio(solved, j).into(),
            profile.ph[j].into(),
            profile.acidity[j].into(),
            profile.free[j].into(),
            (100.0 * loading(solved, j)).into(),
        ];
        if unit.salt.is_some() {
            row.push(profile.salt[j].into());
        }
        for (phase, amounts) in [(Phase::Aqueous, &profile.aqueous), (Phase::Organic, &profile.organic)] {
            for (i, element) in network.solutes.iter().enumerate() {
                let grams = amounts[j * k + i] * ion_of(*element).map_or(0.0, |_| element.molar_mass());
                row.push((grams / litres(phase)).into());
            }
        }
        row.extend(network.solutes.iter().map(|&e| Cell::from(law.log_d(e, &contact).map(|d| 10f64.powf(d)))));
        table.row(row);
    }
    table
}

/// m³ of one mixer of a section.
fn mixer(solved: &Solved<'_>, section: usize) -> f64 {
    let most = stages_of(solved, section)
        .map(|j| solved.network.stages[j].aqueous + solved.network.stages[j].organic)
        .fold(0.0, f64::max);
    most / 1000.0 * solved.unit.residence[0]
}

pub(super) fn equipment(unit: &Circuit, done: &Balance) -> Vec<Equipment> {
    let read = |name: &str| done.readings.iter().find(|r| r.name == name).map_or(0.0, |reading| reading.value);
    // A stage is its mixer and its settler.
    let stage = (unit.residence[0] + unit.residence[1]) / unit.residence[0];
    let mut machines: Vec<Equipment> = unit
        .sections
        .iter()
        .map(|section| Equipment {
            name: "mixer-settler".into(),
            count: section.stages,
            size: stage * read(&format!("mixer volume, {}", section.tag)),
            unit: "m3",
        })
        .collect();
    machines.push(Equipment { name: "solvent inventory".into(), count: 1, size: read("solvent held"), unit: "m3" });
    machines
}
