//! The circuit's fields: organic phases, liquors, sections, and who takes what from whom.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Amount, Circuit, Entry, Limits, Liquor, OrganicPhase, Outside, Section, Side, Source, start_up};
use crate::fields::{Fields, nearest};
use crate::ion::Ion;
use crate::library::Library;
use crate::quantity::{Duration, Fraction, Molarity, Number, VolumeFlow};
use crate::reagent::Reagent;
use crate::separate::cascade::network::Phase;
use crate::separate::extractant;
use crate::separate::isotherm::Exchange;
use crate::separate::mixer_settlers::{counter_ion, strength};
use crate::stream::{Litre, Solvent};
use crate::unit::Ports;

/// O/A and loading as they settle well, where a section states no limits of its own.
const USUAL: Limits = Limits { organic_to_aqueous: [0.1, 20.0], loading: 0.9, outside: Outside::Caveat };

/// What the names in the lists of sources mean.
type Names = BTreeMap<String, Source>;

/// A section as written, its sources still names.
struct Written {
    section: Section,
    /// `(name, phase, stage)`.
    wants: Vec<(String, Phase, usize)>,
    bleeds: [Option<f64>; 2],
}

impl Circuit {
    pub(super) fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let inlets = fields.texts("inlets", "names of the inlets: liquors from other units, or organic phases");
        let litre = fields.word("litre", "what the extractant's mol/L of solution are counted in", Litre::WORDS);
        let residence = fields.table("residence", "time of both phases in the vessels").and_then(|mut table| {
            let hours = ["mixer", "settler"]
                .map(|key| table.need::<Duration>(key, "time of both phases in it", 1e-3..=24.0).map(|time| time.0));
            table.finish();
            Some([hours[0]?, hours[1]?])
        });
        let power = fields.need::<Number>("mixer_power", "power of the stirrers, kW per m3 of mixer", 0.0..=20.0);
        let about = "organic phases, each an extractant in a diluent; a section that names one is made up with it";
        let organics: Vec<Option<OrganicPhase>> = list(fields, "organic", about, |table| organic(table, library));
        let about = "liquors made of drawn acid and water";
        let liquors: Vec<Option<Liquor>> = list(fields, "liquor", about, |table| liquor(table, library));
        let about = "banks of like stages, in the order the organic phase passes them";
        let written: Vec<Option<Written>> = list(fields, "section", about, section);
        let start_up = start_up::Plan::read(fields);
        if written.is_empty() && !fields.has("section") {
            let hint = "[[unit.section]] with tag, stages, solution, organic";
            fields.refuse("section", "a circuit without a section", hint);
            describe(fields, library);
        }
        if organics.is_empty() && !fields.has("organic") {
            let hint = "[[unit.organic]] with tag, extractant, concentration, diluent";
            fields.refuse("organic", "a circuit without an organic phase", hint);
        }
        let all = |whole: bool| whole.then_some(());
        all(organics.iter().all(Option::is_some) && liquors.iter().all(Option::is_some))?;
        all(written.iter().all(Option::is_some) && !written.is_empty() && !organics.is_empty())?;
        let (organics, liquors): (Vec<_>, Vec<_>) =
            (organics.into_iter().flatten().collect(), liquors.into_iter().flatten().collect());
        let mut written: Vec<Written> = written.into_iter().flatten().collect();
        let (inlets, litre, residence, power) = (inlets?, litre?, residence?, power?);
        let names = names(fields, &inlets, &organics, &liquors, &written)?;
        resolve(fields, &names, &mut written)?;
        let takers = takers(fields, &names, &written)?;
        leave(fields, &takers, &mut written)?;
        carry(fields, &organics, &mut written)?;
        one_exchange(fields, &organics)?;
        let salt = organics.first().and_then(|organic| organic.resolved.extractant.salt());
        let sections: Vec<Section> = written.into_iter().map(|w| w.section).collect();
        let mut outlets: Vec<String> = Vec::new();
        for (at, section) in sections.iter().enumerate() {
            outlets.extend(section.outlets.iter().flatten().cloned());
            let free = |(i, _): &(usize, &Side)| !takers.contains(&(Source::Side(at, *i), section.sides[*i].phase));
            outlets.extend(section.sides.iter().enumerate().filter(free).map(|(_, side)| side.tag.clone()));
        }
        if let Some(twice) = outlets.iter().enumerate().find(|(at, name)| outlets[..*at].contains(name)) {
            fields.refuse("section", format!("two outlets are named `{}`", twice.1), "a name of its own for each");
            return None;
        }
        let start_up = start_up?;
        if let Some(plan) = &start_up {
            plan.fits(fields, &inlets, &liquors, &sections, &outlets)?;
        }
        let ports = Ports::named(&inlets, &outlets);
        let mixer_power = power.0;
        Some(Self { inlets, organics, liquors, sections, salt, litre, residence, mixer_power, start_up, ports })
    }
}

/// Acidic and neutral extractants share no circuit, nor do two anions.
fn one_exchange(fields: &Fields<'_>, organics: &[OrganicPhase]) -> Option<()> {
    let salt = |organic: &OrganicPhase| organic.resolved.extractant.salt();
    let first = organics.first().and_then(salt);
    if let Some(other) = organics.iter().find(|organic| salt(organic) != first) {
        let what = format!("`{}` takes along what `{}` does not", other.tag, organics[0].tag);
        let hint = "a circuit for acidic extractants, one for neutral ones, one for each anion; join them by streams";
        fields.refuse("organic", what, hint);
        return None;
    }
    Some(())
}

/// Reads each table of a list; a table that could not be read stays as `None`.
fn list<T>(
    fields: &mut Fields<'_>,
    key: &'static str,
    about: &str,
    mut read: impl FnMut(&mut Fields<'_>) -> Option<T>,
) -> Vec<Option<T>> {
    let mut all = Vec::new();
    for mut table in fields.may_tables(key, about) {
        all.push(read(&mut table));
        table.finish();
    }
    all
}

/// The fields of the inner tables, for the catalogue: read once from tables that are empty.
fn describe(fields: &Fields<'_>, library: &Library) {
    let nothing = crate::document::Node::empty("");
    let scratch = crate::fields::Check::new();
    let path = |key: &str| if fields.path().is_empty() { key.to_owned() } else { format!("{}.{key}", fields.path()) };
    let _ = organic(&mut Fields::new(&nothing, path("organic"), &scratch), library);
    let _ = liquor(&mut Fields::new(&nothing, path("liquor"), &scratch), library);
    let _ = section(&mut Fields::new(&nothing, path("section"), &scratch));
    let [plan, outlet, upset] =
        ["start_up", "start_up.outlet", "start_up.upset"].map(|key| Fields::new(&nothing, path(key), &scratch));
    start_up::Plan::describe(plan, outlet, upset);
    for field in scratch.described() {
        fields.check().describe(field);
    }
}

fn organic(fields: &mut Fields<'_>, library: &Library) -> Option<OrganicPhase> {
    let tag = fields.text("tag", "the name by which sections take it");
    let concentration = fields.need::<Molarity>("concentration", "extractant, mol/L of monomer", 1e-3..=3.2);
    let diluent = fields.text("diluent", "the name of a diluent in data/separate/diluents.csv");
    let about = "share of the monomer's protons that base replaces where the phase enters; absent means none";
    let saponified = fields.may::<Fraction>("saponified", about, 0.0..=0.49);
    let base = fields.has("base").then(|| {
        Reagent::field(fields, "base", "the base that saponifies: the hydroxide of one metal or ammonia", library)
    });
    let counter = base.as_ref().and_then(|base| base.as_ref()).and_then(counter_ion);
    let resolved = extractant::read(fields, counter.map(Ion::element), library);
    let density = diluent.as_ref().and_then(|name| {
        let table = library.table("separate/diluents").ok()?;
        let found = table.find("name", name).and_then(|row| row.fact("density"));
        if let Some(density) = &found {
            fields.check().cite(format!("{}.diluent_density", fields.path()), density, "kg/m3");
        } else {
            let known: Vec<&str> = table.rows().filter_map(|row| row.text("name")).collect();
            fields.refuse("diluent", format!("there is no diluent `{name}`"), nearest(name, known.into_iter()));
        }
        found
    });
    let saponified = saponified.map_or(0.0, |share| share.0);
    let base = match base {
        Some(base) => {
            let base = base?;
            let Some(ion) = counter else {
                let what = format!("`{}` is not the hydroxide of one cation alone", base.name);
                fields.refuse("base", what, "sodium-hydroxide-50");
                return None;
            };
            Some((base, ion))
        }
        None if saponified > 0.0 => {
            fields.refuse("saponified", "saponified with what?", "base = \"sodium-hydroxide-50\"");
            return None;
        }
        None => None,
    };
    let resolved = resolved?;
    let known = &resolved.extractant;
    let law = known.law();
    if law.exchange() == Exchange::Saturated {
        let what = format!("`{}` has only separation factors: no acid, no loading can follow from them", known.name);
        fields.refuse("extractant", what, "p507, d2ehpa, cyanex272, dehpa-uky, tbp");
        return None;
    }
    if law.exchange() == Exchange::Salt && (base.is_some() || saponified > 0.0) {
        let what = format!("`{}` is neutral: base has nothing to replace in it", known.name);
        fields.refuse("base", what, "leave `base` and `saponified` out");
        return None;
    }
    for (key, fact, unit) in [("molar_mass", &known.molar_mass, "kg/mol"), ("density", &known.density, "kg/m3")] {
        fields.check().cite(format!("{}.{key}", fields.path()), fact, unit);
    }
    let (concentration, density) = (concentration?.0, density?.value);
    let share = concentration * 1000.0 * known.molar_mass.value / known.density.value;
    if share >= 1.0 {
        fields.refuse("concentration", "there is no room left for diluent", "less extractant");
        return None;
    }
    let solvent = Arc::new(Solvent {
        name: known.name.clone(),
        exchange: if known.salt().is_some() { 0.0 } else { 1.0 },
        molar_mass: known.molar_mass.value,
        density: known.density.value,
        diluent_density: density,
    });
    let diluent_kg = (1.0 - share) * density / 1000.0;
    Some(OrganicPhase {
        tag: tag?,
        law,
        resolved,
        solvent,
        diluent: diluent?,
        concentration,
        diluent_kg,
        saponified,
        base,
    })
}

fn liquor(fields: &mut Fields<'_>, library: &Library) -> Option<Liquor> {
    let tag = fields.text("tag", "the name by which a section takes it");
    let acid = Reagent::field(fields, "acid", "the acid", library);
    let water = Reagent::field(fields, "water", "the water it is made with", library);
    let molarity = fields.need::<Molarity>("strength", "acid in it, mol H+ per litre; 0 is water alone", 0.0..=18.0);
    let flow = fields.may::<VolumeFlow>("flow", "per hour; absent when `per_organic` is given", 0.0..=1e4);
    let about = "volume per volume of the organic phase that leaves the section it enters, in place of `flow`";
    let ratio = fields.may::<Number>("per_organic", about, 0.0..=1e3);
    let amount = amount(fields, ["flow", "per_organic"], flow, ratio);
    let (acid, molarity) = (acid?, molarity?.0);
    if strength(&acid) < molarity {
        let what = format!("`{}` is no stronger than {:.1} mol/L", acid.name, strength(&acid));
        fields.refuse("strength", what, "less, or a stronger acid");
        return None;
    }
    Some(Liquor { tag: tag?, acid, water: water?, molarity, amount: amount? })
}

/// One of two ways to say how much; `None` where neither could be read, which is told.
fn amount(fields: &Fields<'_>, keys: [&str; 2], flow: Option<VolumeFlow>, ratio: Option<Number>) -> Option<Amount> {
    match (flow, ratio) {
        (Some(flow), None) => Some(Amount::Litres(flow.0 * 1000.0)),
        (None, Some(ratio)) => Some(Amount::PerOther(ratio.0)),
        (None, None) if fields.has(keys[0]) != fields.has(keys[1]) => None,
        _ => {
            let what = format!("exactly one of `{}` and `{}` must be given", keys[0], keys[1]);
            fields.refuse(keys[0], what, format!("{} = \"100 L/h\"", keys[0]));
            None
        }
    }
}

fn section(fields: &mut Fields<'_>) -> Option<Written> {
    let tag = fields.text("tag", "its name: `load`, `scrub`, `strip`");
    let stages = fields.count("stages", "stages in counter-current", 1..=10_000);
    let about = "what enters as the solution where it begins: inlets, liquors, side outlets, or sections \
                 whose solution it takes";
    let solution = fields.texts("solution", about);
    let about = "what enters as the organic phase at the other end: inlets, side outlets, sections whose organic \
                 phase it takes, or an organic phase to make up with";
    let organic = fields.texts("organic", about);
    let about = "flow to which the entering organic phase is made up; absent where none is made up";
    let flow = fields.may::<VolumeFlow>("organic_flow", about, 1e-9..=1e5);
    let about = "the same as volume per volume of solution entering, in place of `organic_flow`";
    let ratio = fields.may::<Number>("organic_to_solution", about, 1e-4..=1e4);
    let about = "outlet of the solution leaving; absent where a section takes all of it";
    let solution_to = fields.may_text("solution_to", about);
    let about = "outlet of the organic phase leaving; absent where a section takes all of it";
    let organic_to = fields.may_text("organic_to", about);
    let about = "share of the solution that leaves by `solution_to` though a section takes the rest; absent means none";
    let solution_bleed = fields.may::<Fraction>("solution_bleed", about, 0.0..=1.0);
    let about = "the same of the organic phase, by `organic_to`: what keeps crud and poisons low";
    let organic_bleed = fields.may::<Fraction>("organic_bleed", about, 0.0..=1.0);
    let about = "share of both phases that comes to equilibrium in a stage";
    let efficiency = fields.need::<Fraction>("efficiency", about, 0.05..=1.0);
    let about = "share of the organic phase of a stage that is carried under with its solution";
    let under = fields.need::<Fraction>("organic_in_solution", about, 0.0..=0.3);
    let about = "share of the solution of a stage that is carried over with its organic phase";
    let over = fields.need::<Fraction>("solution_in_organic", about, 0.0..=0.3);
    let stage = |table: &mut Fields<'_>| {
        let number = table.count("stage", "counted from where the solution enters, 1 first", 1..=10_000)?;
        if stages.is_some_and(|stages| number > stages) {
            let what = format!("there is no stage {number}");
            table.refuse("stage", what, format!("1 to {}", stages.unwrap_or(1)));
            return None;
        }
        Some(number)
    };
    let phases = [("solution", Phase::Aqueous), ("organic", Phase::Organic)];
    let about = "further feeds, each at its stage";
    let feeds = list(fields, "feed", about, |table| {
        let from = table.text("from", "a source, as in `solution` and `organic`");
        let phase = table.word("phase", "what it joins", &phases);
        let stage = stage(table);
        Some((from?, phase?, stage?))
    });
    let about = "side outlets, each at its stage";
    let sides = list(fields, "side", about, |table| {
        let tag = table.text("tag", "its name: an outlet, or what a section names as its source");
        let phase = table.word("phase", "which phase is drawn", &phases);
        let share = table.need::<Fraction>("share", "of that phase as it leaves the stage", 0.0..=1.0);
        let stage = stage(table);
        Some(Side { tag: tag?, phase: phase?, share: share?.0, stage: stage? })
    });
    let about = "what must hold in its stages; absent means O/A 0.1 to 20 and a loading of 90 %, beyond which a caveat";
    let mut limits = Some(USUAL);
    if let Some(mut table) = fields.may_table("limits", about) {
        limits = read_limits(&mut table);
        table.finish();
    }
    let whole = feeds.iter().all(Option::is_some) && sides.iter().all(Option::is_some);
    let (tag, stages, solution, organic) = (tag?, stages?, solution?, organic?);
    let organic_flow = match (flow, ratio) {
        (None, None) => None,
        _ => Some(amount(fields, ["organic_flow", "organic_to_solution"], flow, ratio)?),
    };
    whole.then_some(())?;
    let mut wants: Vec<(String, Phase, usize)> = solution.into_iter().map(|name| (name, Phase::Aqueous, 1)).collect();
    wants.extend(organic.into_iter().map(|name| (name, Phase::Organic, stages)));
    wants.extend(feeds.into_iter().flatten());
    let section = Section {
        tag,
        stages,
        entries: Vec::new(),
        organic_flow,
        sides: sides.into_iter().flatten().collect(),
        leaves: [0.0; 2],
        outlets: [solution_to, organic_to],
        efficiency: efficiency?.0,
        entrained: [under?.0, over?.0],
        limits: limits?,
        organic: usize::MAX,
    };
    Some(Written { section, wants, bleeds: [solution_bleed.map(|b| b.0), organic_bleed.map(|b| b.0)] })
}

fn read_limits(table: &mut Fields<'_>) -> Option<Limits> {
    let ratio = table.list::<Number>("organic_to_aqueous", "least and most O/A of a stage", 0.0..=1e6);
    let loading = table.need::<Fraction>("loading", "most of the extractant that metals may bind", 0.0..=1.0);
    let words = [("caveat", Outside::Caveat), ("failure", Outside::Failure)];
    let outside = table.word("outside", "what to do beyond them: say so, or stop", &words);
    let (ratio, loading, outside) = (ratio?, loading?.0, outside?);
    match ratio[..] {
        [least, most] if least.0 < most.0 => Some(Limits { organic_to_aqueous: [least.0, most.0], loading, outside }),
        _ => {
            table.refuse("organic_to_aqueous", "not a least and a most", "[0.1, 20]");
            None
        }
    }
}

/// Every name that a section can take from, each once.
fn names(
    fields: &Fields<'_>,
    inlets: &[String],
    organics: &[OrganicPhase],
    liquors: &[Liquor],
    written: &[Written],
) -> Option<Names> {
    let mut names = Names::new();
    let mut fine = true;
    let mut add = |key: &str, name: &str, source: Source| {
        if names.insert(name.to_owned(), source).is_some() {
            let hint = "a name of its own for each inlet, organic phase, liquor, section and side outlet";
            fields.refuse(key, format!("`{name}` is named twice"), hint);
            fine = false;
        }
    };
    inlets.iter().enumerate().for_each(|(at, name)| add("inlets", name, Source::Inlet(at)));
    organics.iter().enumerate().for_each(|(at, organic)| add("organic", &organic.tag, Source::Fresh(at)));
    liquors.iter().enumerate().for_each(|(at, liquor)| add("liquor", &liquor.tag, Source::Liquor(at)));
    for (at, Written { section, .. }) in written.iter().enumerate() {
        add("section", &section.tag, Source::Section(at));
        section.sides.iter().enumerate().for_each(|(i, side)| add("section", &side.tag, Source::Side(at, i)));
    }
    fine.then_some(names)
}

/// Names become sources; a liquor is a solution, an organic phase is organic.
fn resolve(fields: &Fields<'_>, names: &Names, written: &mut [Written]) -> Option<()> {
    let sides: Vec<Vec<Phase>> = written.iter().map(|w| w.section.sides.iter().map(|s| s.phase).collect()).collect();
    let mut fine = true;
    for Written { section, wants, .. } in written {
        for (name, phase, stage) in wants {
            let word = if *phase == Phase::Aqueous { "solution" } else { "organic" };
            let Some(&source) = names.get(name) else {
                let hint = nearest(name, names.keys().map(String::as_str));
                fields.refuse("section", format!("`{}.{word}`: there is no source `{name}`", section.tag), hint);
                fine = false;
                continue;
            };
            let is = match source {
                Source::Liquor(_) => Some(Phase::Aqueous),
                Source::Fresh(_) => Some(Phase::Organic),
                Source::Side(at, i) => Some(sides[at][i]),
                Source::Inlet(_) | Source::Section(_) => None,
            };
            if is.is_some_and(|is| is != *phase) {
                let what = format!("`{}.{word}`: `{name}` is of the other phase", section.tag);
                fields.refuse("section", what, "name solutions in `solution`, organic phases in `organic`");
                fine = false;
            }
            section.entries.push(Entry { source, phase: *phase, stage: *stage });
        }
        for (phase, word) in [(Phase::Aqueous, "solution"), (Phase::Organic, "organic")] {
            if !section.entries.iter().any(|entry| entry.phase == phase) {
                let what = format!("`{}.{word}`: nothing enters the section", section.tag);
                fields.refuse("section", what, format!("{word} = [\"…\"], a name from: {}", list_of(names)));
                fine = false;
            }
        }
        let fresh = section.entries.iter().filter(|entry| matches!(entry.source, Source::Fresh(_)));
        let end = section.entries.iter().any(|e| matches!(e.source, Source::Fresh(_)) && e.stage != section.stages);
        if fresh.count() > 1 || end {
            let what = format!("`{}`: an organic phase is made up once, where the organic phase enters", section.tag);
            fields.refuse("section", what, "name one organic phase in `organic`, none in a `feed`");
            fine = false;
        }
        let made_up = section.entries.iter().any(|entry| matches!(entry.source, Source::Fresh(_)));
        let outside = |e: &Entry| e.phase == Phase::Organic && matches!(e.source, Source::Inlet(_));
        if made_up && section.entries.iter().any(outside) {
            let what = format!("`{}`: an organic phase from an inlet cannot be made up here", section.tag);
            fields.refuse("section", what, "an inlet alone, or sections and one of the organic phases");
            fine = false;
        }
        if made_up != section.organic_flow.is_some() {
            let (what, hint) = if made_up {
                ("is made up with fresh organic phase, but to which flow?", "organic_flow = \"100 L/h\"")
            } else {
                ("has an organic flow to make up to, but nothing to make it up with", "name an organic phase")
            };
            fields.refuse("section", format!("`{}` {what}", section.tag), hint);
            fine = false;
        }
    }
    fine.then_some(())
}

fn list_of(names: &Names) -> String {
    names.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// What is taken, each at most once; inlets and liquors exactly once.
fn takers(fields: &Fields<'_>, names: &Names, written: &[Written]) -> Option<Vec<(Source, Phase)>> {
    let mut taken: Vec<(Source, Phase)> = Vec::new();
    let mut fine = true;
    let name_of = |source: Source| names.iter().find(|(_, s)| **s == source).map_or("", |(name, _)| name.as_str());
    for entry in written.iter().flat_map(|w| &w.section.entries) {
        let key = match entry.source {
            // An inlet is one stream, whatever its phase.
            Source::Inlet(_) => (entry.source, Phase::Aqueous),
            other => (other, entry.phase),
        };
        if !matches!(entry.source, Source::Fresh(_)) && taken.contains(&key) {
            let hint = "a stream has one end; divide it by a side outlet";
            fields.refuse("section", format!("`{}` is taken twice", name_of(entry.source)), hint);
            fine = false;
        }
        taken.push(key);
    }
    for (name, &source) in names {
        let key = match source {
            Source::Inlet(_) => "inlets",
            Source::Liquor(_) => "liquor",
            Source::Fresh(_) => "organic",
            Source::Section(_) | Source::Side(..) => continue,
        };
        // An organic phase that comes made up from elsewhere is described all the same, if it is the only one.
        let comes = |e: &Entry| e.phase == Phase::Organic && matches!(e.source, Source::Inlet(_));
        let alone = names.values().filter(|source| matches!(source, Source::Fresh(_))).count() == 1;
        if matches!(source, Source::Fresh(_)) && alone && written.iter().any(|w| w.section.entries.iter().any(comes)) {
            continue;
        }
        if !taken.iter().any(|(taken, _)| *taken == source) {
            fields.refuse(key, format!("no section takes `{name}`"), "name it in `solution` or `organic`");
            fine = false;
        }
    }
    // An inlet's key has lost its phase above; what asks later asks for sections and sides only.
    fine.then_some(taken)
}

/// What leaves the circuit at the end of each section, and by which outlet.
fn leave(fields: &Fields<'_>, takers: &[(Source, Phase)], written: &mut [Written]) -> Option<()> {
    let mut fine = true;
    for (at, Written { section, bleeds, .. }) in written.iter_mut().enumerate() {
        for (i, (phase, word)) in [(Phase::Aqueous, "solution"), (Phase::Organic, "organic")].into_iter().enumerate() {
            let taken = takers.contains(&(Source::Section(at), phase));
            section.leaves[i] = if taken { bleeds[i].unwrap_or(0.0) } else { 1.0 };
            let named = section.outlets[i].is_some();
            let leaves = !taken || bleeds[i].is_some();
            let trouble = match (leaves, named) {
                (true, false) => Some((
                    format!("`{}`: its {word} leaves the circuit, by which outlet?", section.tag),
                    format!("{word}_to = \"…\", or let a section take `{}`", section.tag),
                )),
                (false, true) => Some((
                    format!("`{}.{word}_to`: a section takes all of it", section.tag),
                    format!("{word}_bleed = \"10 %\", or leave `{word}_to` out"),
                )),
                _ if !taken && bleeds[i].is_some() => Some((
                    format!("`{}.{word}_bleed`: no section takes the rest", section.tag),
                    format!("leave `{word}_bleed` out, or let a section take `{}`", section.tag),
                )),
                _ => None,
            };
            if let Some((what, hint)) = trouble {
                fields.refuse("section", what, hint);
                fine = false;
            }
        }
    }
    fine.then_some(())
}

/// Which organic phase is in each section: the one made up there, or what its sources carry.
fn carry(fields: &Fields<'_>, organics: &[OrganicPhase], written: &mut [Written]) -> Option<()> {
    let count = written.len();
    for _ in 0..=count {
        for at in 0..count {
            let carried = written[at].section.entries.iter().find_map(|entry| match entry.source {
                Source::Fresh(organic) => Some(organic),
                Source::Section(from) | Source::Side(from, _) if entry.phase == Phase::Organic => {
                    Some(written[from].section.organic).filter(|organic| *organic != usize::MAX)
                }
                _ => None,
            });
            if let Some(organic) = carried {
                written[at].section.organic = organic;
            }
        }
    }
    let mut fine = true;
    for at in 0..count {
        if written[at].section.organic == usize::MAX {
            // Only an inlet feeds it: with one organic phase described, it is that one.
            if organics.len() == 1 {
                written[at].section.organic = 0;
                continue;
            }
            let what = format!("`{}`: which organic phase is in it?", written[at].section.tag);
            fields.refuse("section", what, "name one of the organic phases in `organic`");
            fine = false;
        }
        let mine = written[at].section.organic;
        let other = written[at].section.entries.iter().any(|entry| match entry.source {
            Source::Section(from) | Source::Side(from, _) if entry.phase == Phase::Organic => {
                !matches!(written[from].section.organic, other if other == mine || other == usize::MAX)
            }
            _ => false,
        });
        if other {
            let what = format!("`{}`: two organic phases meet in it", written[at].section.tag);
            fields.refuse("section", what, "one organic phase in each loop");
            fine = false;
        }
    }
    fine.then_some(())
}
