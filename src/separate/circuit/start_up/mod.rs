//! Start-up and upsets of a circuit: what the scenario asks, and what is told of it.
//!
//! # Equation
//! All flows as at steady state from the first hour; the network followed in time by
//! [`crate::separate::cascade::time`] from what it is filled with:
//! ```text
//! solution of a stage = Σ share(source → stage) · litres · content / Σ share · litres     nothing divided yet
//! organic phase       = the same of organic phases that come from outside; what is made up is fresh
//! ```
//! Filled with feed, organic phase made up with base is loaded, where the solution beside it holds metals, with as much of them, in their
//! proportions, as its base gives way to. Filled with acid, acid stands in place of every metal.
//!
//! # Symbols
//! Share: of what enters from a source, what reaches a stage. An upset multiplies the flow of one inlet or
//! liquor, or changes a liquor's strength; every other flow, of organic phase too, stays as it was.
//!
//! # Holds for
//! What [`crate::separate::cascade::time`] holds for. Total reflux and outlets held back, which `mixer-settlers` tells, are
//! not told: in a circuit joined at will nobody knows which pipe to turn.
//!
//! # Source
//! Balances.

mod tell;

pub(super) use tell::tell;

use super::{Liquor, Section};
use crate::element::Element;
use crate::fields::{Fields, nearest};
use crate::quantity::{Fraction, Molarity, Number};
use crate::separate::mixer_settlers::strength;
use crate::separate::start_up;

/// What is asked of time.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    /// h followed.
    hours: f64,
    filled: Filled,
    /// In series, for each phase of a settler.
    tanks: usize,
    /// What the map shows.
    shown: Vec<Element>,
    outlets: Vec<Asked>,
    upset: Option<Upset>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filled {
    Acid,
    Feed,
}

/// What is asked of an outlet.
#[derive(Debug, Clone, PartialEq)]
struct Asked {
    name: String,
    of: Vec<Element>,
    purity: f64,
}

/// A step of what enters.
#[derive(Debug, Clone, PartialEq)]
struct Upset {
    at: f64,
    /// When it is taken back.
    until: Option<f64>,
    of: String,
    /// Flow over what it was.
    flow: Option<f64>,
    /// mol/L of a liquor.
    strength: Option<f64>,
}

impl Plan {
    /// The table `start_up`, where it is given; the outer `None` where it cannot be taken, which has been told.
    #[allow(clippy::option_option)]
    pub(super) fn read(fields: &mut Fields<'_>) -> Option<Option<Self>> {
        const KEY: &str = "start_up";
        match fields.may_table(KEY, "follow the circuit in time from its filling; absent means steady state only") {
            Some(table) => Self::written(table).map(Some),
            None => (!fields.has(KEY)).then_some(None),
        }
    }

    /// The fields of the inner tables, for the catalogue.
    pub(super) fn describe(table: Fields<'_>, mut outlet: Fields<'_>, upset: Fields<'_>) {
        let _ = (Self::written(table), Self::read_outlet(&mut outlet), Self::read_upset(upset, None));
    }

    /// The table as it stands.
    fn written(mut table: Fields<'_>) -> Option<Self> {
        let hours = start_up::hours(&mut table);
        let about = "what stands in every stage at the start: the liquors that reach it beside organic phase loaded from \
                     them, or the same with acid in place of metals";
        let filled = table.word("filled", about, &[("feed", Filled::Feed), ("acid", Filled::Acid)]);
        let tanks = start_up::tanks(&mut table);
        let about = "rare earths whose share of all in each stage's solution the map shows";
        let shown = rare_earths(&mut table, "map", about);
        let about = "outlets to come to specification; absent means none is watched";
        let mut outlets = Vec::new();
        for mut outlet in table.may_tables("outlet", about) {
            outlets.push(Self::read_outlet(&mut outlet));
            outlet.finish();
        }
        let upset = table
            .may_table("upset", "a step of what enters; absent means none")
            .and_then(|upset| Self::read_upset(upset, hours));
        let wrong = table.has("upset") && upset.is_none();
        table.finish();
        let outlets: Option<Vec<Asked>> = outlets.into_iter().collect();
        let plan = Self { hours: hours?, filled: filled?, tanks: tanks?, shown: shown?, outlets: outlets?, upset };
        (!wrong).then_some(plan)
    }

    fn read_outlet(table: &mut Fields<'_>) -> Option<Asked> {
        let name = table.text("name", "an outlet of the circuit");
        let of = rare_earths(table, "of", "the rare earths wanted in it");
        let purity =
            table.need::<Fraction>("purity", "share of them in its rare earths, as oxides", 0.01..=0.999_999_9);
        Some(Asked { name: name?, of: of?, purity: purity?.0 })
    }

    fn read_upset(mut upset: Fields<'_>, hours: Option<f64>) -> Option<Upset> {
        let moments = start_up::moments(&mut upset, hours);
        let of = upset.text("of", "the inlet or the liquor that changes");
        let about = "its flow over what it was; absent means it stays";
        let flow = upset.may::<Number>("flow", about, 0.05..=5.0);
        let about = "acid in the liquor from now on, mol H+ per litre; absent means it stays";
        let acid = upset.may::<Molarity>("strength", about, 0.0..=18.0);
        let mut wrong = (upset.has("flow") && flow.is_none()) || (upset.has("strength") && acid.is_none());
        if !upset.has("flow") && !upset.has("strength") {
            upset.refuse("flow", "the upset changes nothing", "`flow = 1.1`, or the `strength` of a liquor");
            wrong = true;
        }
        upset.finish();
        let (at, until) = moments?;
        let upset = Upset { at, until, of: of?, flow: flow.map(|q| q.0), strength: acid.map(|q| q.0) };
        (!wrong).then_some(upset)
    }

    /// Names in it that the circuit does not have are told.
    pub(super) fn fits(
        &self,
        fields: &Fields<'_>,
        inlets: &[String],
        liquors: &[Liquor],
        sections: &[Section],
        outlets: &[String],
    ) -> Option<()> {
        let mut fine = true;
        let mut refuse = |what: String, hint: String| {
            fields.refuse("start_up", what, hint);
            fine = false;
        };
        for (at, asked) in self.outlets.iter().enumerate() {
            if !outlets.contains(&asked.name) {
                let hint = nearest(&asked.name, outlets.iter().map(String::as_str));
                refuse(format!("`outlet`: the circuit has no outlet `{}`", asked.name), hint);
            }
            if self.outlets[..at].iter().any(|other| other.name == asked.name) {
                refuse(format!("`outlet`: `{}` is asked twice", asked.name), "one table for each outlet".into());
            }
        }
        let upset = self.upset.as_ref();
        if let Some(Upset { of, strength: wanted, .. }) = upset {
            match (liquors.iter().find(|liquor| liquor.tag == *of), wanted) {
                (Some(liquor), Some(wanted)) if strength(&liquor.acid) < *wanted => {
                    let most = strength(&liquor.acid);
                    refuse(
                        format!("`upset.strength`: `{}` is no stronger than {most:.1} mol/L", liquor.acid.name),
                        "less, or a stronger acid".into(),
                    );
                }
                (None, Some(_)) if inlets.contains(of) => refuse(
                    format!("`upset.strength`: `{of}` is an inlet, which comes as it is"),
                    "the `strength` of a liquor, or `flow`".into(),
                ),
                (None, _) if !inlets.contains(of) => {
                    let known = inlets.iter().chain(liquors.iter().map(|liquor| &liquor.tag)).map(String::as_str);
                    let hint = nearest(of, known);
                    let section = sections.iter().any(|section| section.tag == *of);
                    let why = if section { ", which is a section" } else { "" };
                    refuse(format!("`upset.of`: there is no inlet or liquor `{of}`{why}"), hint);
                }
                _ => {}
            }
        }
        fine.then_some(())
    }

    /// h until which nothing but the start is felt.
    fn calm(&self) -> f64 {
        self.upset.as_ref().map_or(self.hours, |upset| upset.at)
    }
}

/// A list of rare earths.
fn rare_earths(table: &mut Fields<'_>, key: &'static str, about: &str) -> Option<Vec<Element>> {
    let names = table.texts(key, about)?;
    let known = |name: &String| name.parse().ok().filter(|e: &Element| e.is_rare_earth());
    let all: Option<Vec<Element>> = names.iter().map(known).collect();
    if let Some(wrong) = names.iter().find(|name| known(name).is_none()) {
        table.refuse(key, format!("`{wrong}` is no rare earth"), "[\"Sm\", \"Gd\"]");
    } else if names.is_empty() {
        table.refuse(key, "an empty list", "[\"Sm\", \"Gd\"]");
        return None;
    }
    all
}

#[cfg(test)]
mod tests;
