//! Start-up and upsets of a battery: what the scenario asks, and what is told of it.
//!
//! # Equation
//! The battery at its steady flows, followed in time by [`crate::separate::cascade::time`] from what
//! it is filled with. Filled with feed, the organic phase of extraction and scrub is loaded with as
//! much of the feed's metals, in the feed's proportions, as its base gives way to; filled with
//! acid, scrub liquor stands in extraction and scrub. Three starts are told beside each other:
//!
//! * *feed at once*: all flows as at steady state from the first hour;
//! * *total reflux first* (where it is asked): nothing is fed and nothing withdrawn but spent liquor;
//!   the organic phase is stripped whole, by as much acid as there is base, and the strip liquor
//!   goes on as scrub liquor; then all flows as at steady state;
//! * *one end held back* (after the total reflux, or from the start): what a battery is filled with has
//!   the feed's proportions, which are seldom those of the steady state, and an outlet that is pure
//!   carries no surplus away. So the side that is short is held back while the feed is on: the
//!   product, by sending all strip liquor on to scrub; or the raffinate, by sending on only what
//!   the base can take up beside the feed. It ends when the heavier side held is that of the steady state:
//!   ```text
//!   d held/dt = heavier side fed                      product held back
//!   d held/dt = heavier side fed − all that is fed      raffinate held back, in equivalents
//!   ```
//!
//! # Symbols
//! Time to specification: from when on both outlets hold the purities asked, to the end or to
//! the upset. Off specification: oxide that has left through an outlet below what is asked of it.
//!
//! # Holds for
//! What [`crate::separate::cascade::time`] holds for; flows of organic phase, acid and base as at
//! steady state from the first hour on, but where reflux says otherwise.
//!
//! # Source
//! Balances.

mod regimes;
mod tell;

pub(super) use tell::tell;

use crate::fields::Fields;
use crate::quantity::{Duration, Number};
use crate::separate::start_up;

/// What is asked of time.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    /// h followed.
    hours: f64,
    filled: Filled,
    /// h of total reflux before the feed is let in.
    total_reflux: Option<f64>,
    /// In series, for each phase of a settler.
    tanks: usize,
    upset: Option<Upset>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filled {
    Acid,
    Feed,
}

/// A step of what enters.
#[derive(Debug, Clone, PartialEq)]
struct Upset {
    at: f64,
    /// When it is taken back.
    until: Option<f64>,
    /// Flow over what it was: feed, scrub acid, strip acid.
    flows: [Option<f64>; 3],
    ph: Option<f64>,
}

/// What is written cannot be taken; the problem has been told.
#[derive(Debug)]
pub(super) struct Wrong;

/// Keys of the flows an upset changes, and what they are in words.
const FLOWS: [(&str, &str); 3] = [("feed", "the feed"), ("scrub", "the scrub acid"), ("strip", "the strip acid")];

impl Plan {
    /// The table `start_up`, where it is given.
    pub(super) fn read(fields: &mut Fields<'_>) -> Result<Option<Self>, Wrong> {
        const KEY: &str = "start_up";
        let table =
            fields.may_table(KEY, "follow the battery in time from its filling; absent means steady state only");
        match table {
            Some(table) => Self::written(table).map(Some).ok_or(Wrong),
            None if fields.has(KEY) => Err(Wrong),
            None => Ok(None),
        }
    }

    fn written(mut table: Fields<'_>) -> Option<Self> {
        let hours = start_up::hours(&mut table);
        let filled = table.word(
            "filled",
            "what stands in extraction and scrub at the start: the feed beside an organic phase loaded with it, or scrub acid",
            &[("feed", Filled::Feed), ("acid", Filled::Acid)],
        );
        let reflux = table.may::<Duration>(
            "total_reflux",
            "total reflux before the feed is let in, told beside a start without; absent means none is told",
            0.1..=100_000.0,
        );
        let tanks = start_up::tanks(&mut table);
        let mut wrong = table.has("total_reflux") && reflux.is_none();
        let upset = table
            .may_table("upset", "a step of what enters; absent means none")
            .and_then(|upset| Self::read_upset(upset, hours));
        wrong |= table.has("upset") && upset.is_none();
        if let Some(hours) = hours {
            let begun = upset.as_ref().map_or(hours, |upset| upset.at);
            if reflux.is_some_and(|reflux| reflux.0 >= begun) {
                table.refuse(
                    "total_reflux",
                    "lasts until the end or until the upset: the battery is never fed",
                    "a shorter total reflux, or more `hours`",
                );
                wrong = true;
            }
        }
        if let (Some(_), Some(Filled::Acid)) = (reflux, filled) {
            table.refuse(
                "total_reflux",
                "a battery filled with acid holds nothing to reflux",
                "filled = \"feed\", or no total reflux",
            );
            wrong = true;
        }
        table.finish();
        let plan = Self { hours: hours?, filled: filled?, total_reflux: reflux.map(|q| q.0), tanks: tanks?, upset };
        (!wrong).then_some(plan)
    }

    /// h until which nothing but the start is felt.
    fn calm(&self) -> f64 {
        self.upset.as_ref().map_or(self.hours, |upset| upset.at)
    }

    fn read_upset(mut upset: Fields<'_>, hours: Option<f64>) -> Option<Upset> {
        let moments = start_up::moments(&mut upset, hours);
        let flows = FLOWS.map(|(key, what)| {
            upset.may::<Number>(key, &format!("flow of {what} over what it was; absent means it stays"), 0.05..=5.0)
        });
        let ph = upset.may::<Number>("feed_ph", "pH the feed is now brought to; absent means it stays", -1.0..=6.0);
        let written = |key: &str| upset.has(key);
        let mut wrong = written("feed_ph") && ph.is_none();
        wrong |= FLOWS.iter().zip(&flows).any(|((key, _), flow)| written(key) && flow.is_none());
        if !written("feed_ph") && !FLOWS.iter().any(|(key, _)| written(key)) {
            upset.refuse("feed", "the upset changes nothing", "`feed = 1.1`, `scrub = 0.9` or `feed_ph = 1.5`");
            wrong = true;
        }
        upset.finish();
        let (at, until) = moments?;
        let upset = Upset { at, until, flows: flows.map(|flow| flow.map(|q| q.0)), ph: ph.map(|q| q.0) };
        (!wrong).then_some(upset)
    }
}

#[cfg(test)]
mod tests;
