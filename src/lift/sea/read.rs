//! The section `[sea]`, read.

use super::Sea;
use super::sea_state::{MONTHS, SeaState, gamma};
use super::watch::{Limits, Pipe, Plan, Typhoons};
use crate::fields::Fields;
use crate::quantity::{Duration, Fraction, Length, Number, Quantity};
use crate::source::Evidence;

/// Tables of the section, so that all of its fields can be told.
pub const SKETCH: &str = "[limits]\n[pipe]\n[typhoons]\n";

/// Twelve values, or one for all months.
fn monthly<Q: Quantity>(
    fields: &Fields<'_>,
    key: &'static str,
    values: Option<Vec<Q>>,
    alone: bool,
) -> Option<[f64; MONTHS]> {
    let values = values?;
    match values.len() {
        MONTHS => Some(std::array::from_fn(|month| values[month].base())),
        1 if alone => Some([values[0].base(); MONTHS]),
        count => {
            let wanted = if alone { "one, or twelve from January to December" } else { "twelve, January to December" };
            fields.refuse(key, format!("{count} values stand here"), wanted);
            None
        }
    }
}

fn limits(fields: &mut Fields<'_>) -> Option<Limits> {
    let about = "significant wave height above which lifting stops and the pipe hangs on";
    let work: Option<Length> = fields.need("work", about, 0.01..=20.0);
    let handle: Option<Length> =
        fields.need("handle", "significant wave height above which no pipe is run in or pulled out", 0.01..=20.0);
    let about = "significant wave height above which the pipe must be on deck; absent means that it bears any sea";
    let leave: Option<Length> = fields.may("leave", about, 0.01..=40.0);
    let limits = Limits { work: work?.0, handle: handle?.0, leave: leave.map(|height| height.0) };
    if let Some(leave) = limits.leave.filter(|leave| *leave < limits.work.max(limits.handle)) {
        let what = format!("the pipe must leave at {leave} m, below a sea in which it still works or is handled");
        fields.refuse("leave", what, format!("at least {} m", limits.work.max(limits.handle)));
        return None;
    }
    Some(limits)
}

fn pipe(fields: &mut Fields<'_>) -> Option<Pipe> {
    let long = 0.0..=2000.0;
    let run_in: Option<Duration> = fields.need("run_in", "hours of sea fit for it that running in takes", long.clone());
    let pull_out: Option<Duration> =
        fields.need("pull_out", "hours of sea fit for it that pulling out takes", long.clone());
    let restart: Option<Duration> =
        fields.need("restart", "hours of workable sea from the end of a stop until mud comes up", long.clone());
    let notice: Option<Duration> =
        fields.need("notice", "how far ahead a sea to leave for is known; pulling out begins then", long);
    Some(Pipe { run_in: run_in?.0, pull_out: pull_out?.0, restart: restart?.0, notice: notice?.0 })
}

fn typhoons(fields: &mut Fields<'_>) -> Option<Typhoons> {
    let numbers: Option<Vec<Number>> =
        fields.list("each_month", "mean number within reach, January to December", 0.0..=20.0);
    let away: Option<Duration> = fields.need("away", "how long each keeps the ship away", 3.0..=1000.0);
    let each_month = monthly(fields, "each_month", numbers, false);
    Some(Typhoons { each_month: each_month?, away: away?.0 })
}

impl Sea {
    /// Reads the section.
    pub fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let height: Option<Vec<Length>> =
            fields.list("height", "significant wave height of each month, January to December", 0.05..=15.0);
        let words = [("mean", false), ("scale", true)];
        let is_scale =
            fields.word("height_is", "is `height` the month's mean, or the scale of its Weibull law", &words);
        let shape: Option<Vec<Number>> =
            fields.list("shape", "shape of the Weibull law: one number, or one a month", 0.5..=10.0);
        let memory: Option<Duration> = fields.need(
            "memory",
            "time in which the sea forgets: correlation of the scores falls to 1/e",
            0.0..=2000.0,
        );
        let yearly: Option<Fraction> =
            fields.need("yearly", "share of the scores' variance that a whole year has in common", 0.0..=0.9);
        let repair: Option<Fraction> =
            fields.need("repair", "share of the hours that the sea gives and repair takes", 0.0..=0.95);
        let years = fields.count("years", "years that are drawn", 10..=20_000);
        let limits = fields.table("limits", "limits of the sea").and_then(|mut table| {
            let limits = limits(&mut table);
            table.finish();
            limits
        });
        let pipe = fields.table("pipe", "what handling the pipe takes").and_then(|mut table| {
            let pipe = pipe(&mut table);
            table.finish();
            pipe
        });
        let about = "typhoons, as events; absent means that the heights hold them";
        let stormy = fields.has("typhoons");
        let typhoons = fields.may_table("typhoons", about).and_then(|mut table| {
            let typhoons = typhoons(&mut table);
            table.finish();
            typhoons
        });
        let height = monthly(fields, "height", height, false);
        let shape = monthly(fields, "shape", shape, true);
        let assumed = assumed(fields);
        if stormy && typhoons.is_none() {
            return None;
        }
        let (height, shape, is_scale) = (height?, shape?, is_scale?);
        let scale =
            std::array::from_fn(
                |month| {
                    if is_scale { height[month] } else { height[month] / gamma(1.0 + 1.0 / shape[month]) }
                },
            );
        Some(Self {
            plan: Plan {
                sea: SeaState { scale, shape, memory: memory?.0, yearly: yearly?.0 },
                limits: limits?,
                pipe: pipe?,
                typhoons,
            },
            repair: repair?.0,
            years: years?,
            assumed,
        })
    }
}

/// The fields whose numbers are assumed, by name.
fn assumed(fields: &Fields<'_>) -> Vec<&'static str> {
    let all: [&[&'static str]; 14] = [
        &["height"],
        &["shape"],
        &["memory"],
        &["yearly"],
        &["repair"],
        &["limits", "work"],
        &["limits", "handle"],
        &["limits", "leave"],
        &["pipe", "run_in"],
        &["pipe", "pull_out"],
        &["pipe", "restart"],
        &["pipe", "notice"],
        &["typhoons", "each_month"],
        &["typhoons", "away"],
    ];
    let guessed = all.iter().filter(|keys| fields.written(keys).evidence == Evidence::Assumed);
    guessed.filter_map(|keys| keys.last().copied()).collect()
}
