//! The same cyclones one after another, each fed with the underflow of the one before: how rich
//! can the coarse part of an ore become?
//!
//! # Equation
//! Stage by stage as [`super::hydrocyclone`]; grade × recovery × mass pull over all stages.
//!
//! # Symbols
//! Enrichment: rare-earth grade of the last underflow over that of the ore.
//!
//! # Holds for
//! Open circuit: overflows are thrown away, none comes back.
//!
//! # Source
//! That of the cyclone and of the ore.

use crate::deposit::pattern::Pattern;
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::ore::Ore;
use crate::stream::Stream;
use crate::unit::{Case, Kind, Reading, Unit};

use super::hydrocyclone;

/// Some stages on one ore.
#[derive(Debug)]
struct Stages {
    ore: Stream,
    cyclone: Box<dyn Unit>,
    times: usize,
}

impl Case for Stages {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let rare = |s: &Stream| s.solid.element_mass().rare_earth_total();
        let grade = |s: &Stream| rare(s) / s.solid.mass();
        let mut slurry = self.ore.clone();
        let mut cyclones = 0.0;
        let mut kilowatt = 0.0;
        for _ in 0..self.times {
            let done = self.cyclone.solve(std::slice::from_ref(&slurry))?;
            cyclones += done.readings.iter().find(|r| r.name == "cyclones at work").map_or(0.0, |r| r.value);
            kilowatt += done.power_kw;
            slurry = done.outlets.into_iter().next().unwrap_or_default();
        }
        Ok(vec![
            Reading::new("grade of ore", grade(&self.ore) * 1e6, "mg/kg"),
            Reading::new("grade of concentrate", grade(&slurry) * 1e6, "mg/kg"),
            Reading::new("enrichment", grade(&slurry) / grade(&self.ore), "1"),
            Reading::new("recovery", rare(&slurry) / rare(&self.ore) * 100.0, "%"),
            Reading::new("mass pull", slurry.solid.mass() / self.ore.solid.mass() * 100.0, "%"),
            Reading::new("cyclones at work", cyclones, "1"),
            Reading::new("power", kilowatt, "kW"),
        ])
    }
}

/// The question a validation file can ask.
pub const CASE: Kind<dyn Case> = Kind {
    name: "cyclone-stages",
    about: "Grade, recovery and mass pull of cyclones in series on an ore",
    sources: &["coelho2001"],
    read,
};

fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Case>> {
    let stages = fields.count("stages", "how many times the underflow is sorted again", 1..=20);
    let ore = read_ore(fields, library);
    let cyclone = fields.table("cyclone", "the cyclone of every stage").and_then(|mut inner| {
        let unit = (hydrocyclone::KIND.read)(&mut inner, library);
        inner.finish();
        unit
    });
    Some(Box::new(Stages { ore: ore?, cyclone: cyclone?, times: stages? }))
}

/// Reads `[given.ore]`, a section as in a scenario that states its own grade and pattern.
pub fn read_ore(fields: &mut Fields<'_>, library: &Library) -> Option<Stream> {
    let mut inner = fields.table("ore", "the ore, with its grade and pattern")?;
    let ore = Ore::read(&mut inner, library);
    let place = inner.path().to_owned();
    inner.finish();
    let ore = ore?;
    let Some(name) = ore.pattern.as_deref() else {
        fields.refuse("ore", "a question needs the pattern", "add `pattern`");
        return None;
    };
    let pattern = match Pattern::read(name, library) {
        Ok(pattern) => pattern.shares.value,
        Err(why) => {
            fields.refuse("ore", why.to_string(), "a name in data/deposit/rare_earth_patterns.csv");
            return None;
        }
    };
    let Some(grade) = ore.stated_grade(&pattern) else {
        fields.refuse("ore", "a question needs the grade", "add `grade` or `oxide_grade`");
        return None;
    };
    match ore.stream(grade, &pattern) {
        Ok((stream, _)) => Some(stream),
        Err(error) => {
            fields.refuse("ore", format!("{place}: {error}"), "another grade");
            None
        }
    }
}
