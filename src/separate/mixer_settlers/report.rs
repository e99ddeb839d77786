//! What is told of a battery: readings, the stage table, caveats, machines.

use super::constants;
use super::run::Solved;
use super::{MixerSettlers, Sizing, distribution};
use crate::element::{ByElement, Element};
use crate::quantity::figures;
use crate::separate::cascade::{Profile, western_name};
use crate::source::Caveat;
use crate::stream::Stream;
use crate::table::{Cell, Table};
use crate::unit::{Balance, Equipment, Reading};

/// kg/h of each rare earth's oxide in a stream's solution.
fn oxides(stream: &Stream) -> ByElement<f64> {
    let moles = stream.aqueous.ions.elements();
    ByElement::from_fn(|e| {
        if e.is_rare_earth() { moles[e] * e.molar_mass() / 1000.0 * e.oxide_factor().unwrap_or(1.0) } else { 0.0 }
    })
}

pub(super) fn tell(solved: &Solved<'_>, feed: &Stream, done: &mut Balance) {
    let Solved { unit, flows, cascade, profile, .. } = solved;
    let (k, n) = (cascade.solutes.len(), cascade.stages.len());
    let [extract, scrub, strip] = unit.stages;
    let (fed, raffinate, product) = (oxides(feed), oxides(&done.outlets[0]), oxides(&done.outlets[1]));
    let kg_fed = fed.rare_earth_total();
    let mut say = |name: String, value: f64, unit: &'static str| done.readings.push(Reading::new(name, value, unit));
    let metal = |i: usize| unit.is_metal(cascade.solutes[i]);
    let loading = |j: usize| -> f64 {
        let held: f64 = (0..k).filter(|&i| metal(i)).map(|i| cascade.charge[i] * profile.organic[j * k + i]).sum();
        100.0 * held / cascade.stages[j].sites
    };
    let (fullest, load) = (0..n).map(|j| (j, loading(j))).fold((0, 0.0), |a, b| if b.1 > a.1 { b } else { a });
    let mut caveats = solved.caveats.clone();
    if let (Sizing::Cut { purity, .. }, Some(([light, heavy], _))) = (unit.sizing, solved.keys) {
        let of = |e: Element| unit.law.log_d(e, &super::run::reference_contact());
        let is_heavy = |e: Element| of(e).is_some_and(|d| Some(d) >= of(heavy));
        let share = |all: &ByElement<f64>, heavy: bool| {
            let part: f64 = all.rare_earths().filter(|(e, _)| is_heavy(*e) == heavy).map(|(_, kg)| kg).sum();
            100.0 * part / all.rare_earth_total()
        };
        let (light_purity, heavy_purity) = (share(&raffinate, false), share(&product, true));
        say("purity of raffinate".into(), light_purity, "%");
        say("purity of product".into(), heavy_purity, "%");
        say(format!("recovery of {light} in raffinate"), 100.0 * raffinate[light] / fed[light], "%");
        say(format!("recovery of {heavy} in product"), 100.0 * product[heavy] / fed[heavy], "%");
        for (what, reached, asked) in [("raffinate", light_purity, purity[0]), ("product", heavy_purity, purity[1])] {
            // One figure less than the number of nines asked for is a miss.
            if 100.0 - reached > 1.5 * (100.0 - 100.0 * asked) {
                caveats.push(format!(
                    "the {what} reaches {reached:.3} % where {:.3} % was asked: more stages or a larger margin",
                    100.0 * asked
                ));
            }
        }
    }
    if let Some((_, beta)) = solved.keys {
        say("separation factor of the keys".into(), beta, "1");
    }
    if let Some(design) = &solved.design {
        say("stages by theory, extraction".into(), design.stages[0], "1");
        say("stages by theory, scrub".into(), design.stages[1].max(0.0), "1");
        say("metal in organic per metal fed, theory".into(), design.organic, "1");
    }
    say("stages".into(), n as f64, "1");
    let aqueous = cascade.stages[extract - 1].aqueous;
    say("organic to aqueous, extraction".into(), flows.organic / aqueous, "1");
    if scrub > 0 {
        say("organic to aqueous, scrub".into(), flows.organic / flows.scrub, "1");
    }
    say("organic to aqueous, strip".into(), flows.organic / flows.strip, "1");
    say("organic to feed".into(), flows.organic / flows.feed, "1");
    say("organic flow".into(), flows.organic / 1000.0, "m3/h");
    say("scrub liquor".into(), flows.scrub / 1000.0, "m3/h");
    say("strip liquor".into(), flows.strip / 1000.0, "m3/h");
    say("highest loading".into(), load, "%");
    say("pH of raffinate".into(), profile.ph[0], "1");
    say("pH of the feed stage".into(), profile.ph[extract - 1], "1");
    let barren: f64 = (0..k).filter(|&i| metal(i)).map(|i| cascade.charge[i] * profile.organic[(n - 1) * k + i]).sum();
    say("loading left in the stripped organic".into(), 100.0 * barren / cascade.stages[n - 1].sites, "%");
    if kg_fed > 0.0 {
        say(
            format!("{} per rare-earth oxide fed", unit.acid.name),
            solved.acid_kg.iter().sum::<f64>() / kg_fed,
            "kg/kg",
        );
        if let Some((base, _)) = &unit.base {
            let bought = solved.base_kg.iter().sum::<f64>() / kg_fed;
            say(format!("{} per rare-earth oxide fed", base.name), bought, "kg/kg");
            say(format!("{} to the feed", base.name), solved.base_kg[0], "kg/h");
        }
    }
    for (element, moles) in cascade.solutes.iter().zip(solved.held()).filter(|(e, _)| e.is_rare_earth()) {
        done.held[*element] += moles * element.molar_mass() / 1000.0;
    }
    let held: f64 = Element::RARE_EARTHS.iter().map(|&e| done.held[e] * e.oxide_factor().unwrap_or(1.0)).sum();
    say("rare earths held".into(), held, "kg REO");
    say("solvent held".into(), solvent_m3(unit, flows.organic), "m3");
    say("Newton steps".into(), profile.iterations as f64, "1");
    let mixers = mixer_m3(solved);
    let counts = [extract, scrub, strip];
    say("mixer volume, extraction".into(), mixers[0], "m3");
    say("mixer volume, scrub".into(), mixers[1], "m3");
    say("mixer volume, strip".into(), mixers[2], "m3");
    done.power_kw = unit.mixer_power * mixers.iter().zip(counts).map(|(m3, count)| m3 * count as f64).sum::<f64>();
    if load > 90.0 {
        caveats.push(format!(
            "stage {} is loaded to {load:.0} % of the limit; above 90 % the organic phase thickens and may gel",
            western_name(cascade, fullest)
        ));
    }
    let name = ["extraction", "scrub", "strip"];
    for (section, (start, count)) in [(0, extract), (extract, scrub), (extract + scrub, strip)].into_iter().enumerate()
    {
        if count > 0 {
            let stage = &cascade.stages[start + count - 1];
            let ratio = stage.organic / stage.aqueous;
            if !(0.1..=20.0).contains(&ratio) {
                caveats.push(format!(
                    "O/A of the {} section is {}, outside the 0.1 to 20 that settles well",
                    name[section],
                    figures(ratio, 3)
                ));
            }
        }
    }
    if profile.ph.iter().any(|ph| *ph > 6.0) {
        caveats.push("the solution rises above pH 6 in a stage, where rare-earth hydroxide would fall out".into());
    }
    if unit.saponified > 0.45 {
        caveats.push("more than 45 % of the extractant is saponified; the dimer law ends at 50 %".into());
    }
    if barren / cascade.stages[n - 1].sites > 0.02 {
        caveats.push(format!(
            "the stripped organic still holds {:.1} % of its limit",
            100.0 * barren / cascade.stages[n - 1].sites
        ));
    }
    caveats.extend(locked(profile));
    constants::tell(solved, feed, &mut caveats);
    done.caveats.extend(caveats.into_iter().map(Caveat::new));
    done.tables.push(stages(solved, loading));
    done.tables.extend(distribution::table(solved));
}

/// What a closed loop holds so much of that its steady state is never reached in practice.
pub(in crate::separate) fn locked(profile: &Profile) -> impl Iterator<Item = String> + '_ {
    profile.locked.iter().map(|(element, factor)| {
        format!(
            "{element} is locked in: {factor:.0e} times what comes in of it goes round, so that its amounts are no answer \
             and years pass before they stand; let it out by a stronger strip, a bleed of the organic phase or a side outlet"
        )
    })
}

fn stages(solved: &Solved<'_>, loading: impl Fn(usize) -> f64) -> Table {
    let Solved { unit, cascade, profile, .. } = solved;
    let k = cascade.solutes.len();
    let rare: Vec<usize> = (0..k).filter(|&i| cascade.solutes[i].is_rare_earth()).collect();
    let salt = unit.base.as_ref().map(|_| k - 1);
    let mut table = Table::new(
        "stages",
        "Stages, in the order the organic phase passes them",
        "elements, g/L of the phase leaving the stage; E1, Sc1, S1 where the solution enters; xu index from the raffinate end; \
         loading of the limit by rare earths and other metals; limit and free: units of extractant in the organic phase; \
         D: of the cut pair, mol/L over mol/L; salt: the base's cation in the solution, mol/L",
        &[
            ("stage", ""),
            ("xu index", ""),
            ("section", ""),
            ("pH", ""),
            ("loading", "%"),
            ("organic", "m3/h"),
            ("aqueous", "m3/h"),
            ("limit", "mol/L"),
            ("free", "mol/L"),
        ],
    );
    let keys: Vec<usize> = match unit.sizing {
        Sizing::Cut { light, heavy, .. } => {
            [light, heavy].iter().filter_map(|key| cascade.solutes.iter().position(|e| e == key)).collect()
        }
        Sizing::Ratios { .. } => Vec::new(),
    };
    for &i in &keys {
        table.column(format!("D.{}", cascade.solutes[i]), "");
    }
    for (phase, _) in [("aq", 0), ("org", 1)] {
        for &i in &rare {
            table.column(format!("{phase}.{}", cascade.solutes[i]), "g/L");
        }
    }
    if salt.is_some() {
        table.column("salt", "mol/L");
    }
    let [extract, scrub, _] = unit.stages;
    for (j, stage) in cascade.stages.iter().enumerate() {
        let section = if j < extract {
            "extraction"
        } else if j < extract + scrub {
            "scrub"
        } else {
            "strip"
        };
        let mut row: Vec<Cell> = vec![
            western_name(cascade, j).into(),
            ((j + 1) as f64).into(),
            section.into(),
            profile.ph[j].into(),
            loading(j).into(),
            (stage.organic / 1000.0).into(),
            (stage.aqueous / 1000.0).into(),
            (stage.sites / stage.organic).into(),
            profile.free[j].into(),
        ];
        row.extend(keys.iter().map(|&i| {
            let (aqueous, organic) = (profile.aqueous[j * k + i], profile.organic[j * k + i]);
            Cell::from(organic / stage.organic / (aqueous / stage.aqueous))
        }));
        let grams = |moles: f64, i: usize, litres: f64| Cell::from(moles * cascade.solutes[i].molar_mass() / litres);
        row.extend(rare.iter().map(|&i| grams(profile.aqueous[j * k + i], i, stage.aqueous)));
        row.extend(rare.iter().map(|&i| grams(profile.organic[j * k + i], i, stage.organic)));
        if let Some(i) = salt {
            row.push((profile.aqueous[j * k + i] / stage.aqueous).into());
        }
        table.row(row);
    }
    table
}

/// m³ of one mixer in each section.
fn mixer_m3(solved: &Solved<'_>) -> [f64; 3] {
    let [extract, scrub, strip] = solved.unit.stages;
    [(0, extract), (extract, scrub), (extract + scrub, strip)].map(|(start, count)| {
        if count == 0 {
            return 0.0;
        }
        let stage = &solved.cascade.stages[start + count - 1];
        (stage.aqueous + stage.organic) / 1000.0 * solved.unit.residence[0]
    })
}

/// m³ of solvent in vessels, settlers and the saponification tank.
fn solvent_m3(unit: &MixerSettlers, organic: f64) -> f64 {
    let stages: usize = unit.stages.iter().sum();
    organic / 1000.0 * ((unit.residence[0] + unit.residence[1]) * stages as f64 + unit.residence[2])
}

pub(super) fn equipment(unit: &MixerSettlers, done: &Balance) -> Vec<Equipment> {
    let read =
        |name: &str| done.readings.iter().find(|reading| reading.name == name).map_or(0.0, |reading| reading.value);
    let [extract, scrub, strip] = unit.stages;
    // A stage is its mixer and its settler.
    let stage = (unit.residence[0] + unit.residence[1]) / unit.residence[0];
    let mut machines: Vec<Equipment> = [("extraction", extract), ("scrub", scrub), ("strip", strip)]
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(section, count)| Equipment {
            name: "mixer-settler".into(),
            count,
            size: stage * read(&format!("mixer volume, {section}")),
            unit: "m3",
        })
        .collect();
    machines.push(Equipment { name: "solvent inventory".into(), count: 1, size: read("solvent held"), unit: "m3" });
    if unit.base.is_some() {
        machines.push(Equipment {
            name: "saponification tank".into(),
            count: 1,
            size: read("organic flow") * unit.residence[2],
            unit: "m3",
        });
    }
    machines
}
