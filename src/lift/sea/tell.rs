//! What the years at sea come to, in tables.

use super::sea_state::{DAYS, MONTHS, NAMES};
use super::watch::{State, Year};
use super::{Sea, Watched};
use crate::deposit::simulate::spread::Spread;
use crate::quantity::figures;
use crate::source::Caveat;
use crate::table::{Cell, Table};
use crate::unit::Reading;

/// Repair stands among the states in the tables.
const REPAIR: &str = "repair";

/// Spread of a quantity over the years.
fn spread(years: &[Year], of: impl Fn(&Year) -> f64) -> Option<Spread> {
    Spread::of(&mut years.iter().map(of).collect::<Vec<f64>>())
}

fn four(spread: Option<Spread>) -> [Cell; 4] {
    let of = |value: fn(&Spread) -> f64| Cell::from(spread.as_ref().map(value));
    [of(|s| s.mean), of(|s| s.exceeded_90), of(|s| s.exceeded_50), of(|s| s.exceeded_10)]
}

/// Counts the years and tells them.
pub(super) fn told(sea: &Sea, years: Vec<Year>, planned: Option<f64>) -> Watched {
    let at_work = |year: &Year| (1.0 - sea.repair) * year.hours_of(State::Lifting);
    let hours = spread(&years, at_work).unwrap_or(Spread {
        exceeded_90: 0.0,
        exceeded_50: 0.0,
        exceeded_10: 0.0,
        mean: 0.0,
        deviation: 0.0,
        realisations: 0,
    });
    let basis = basis(sea);
    let mut watched = Watched {
        tables: vec![
            yearly(sea, &years, &hours, &basis),
            calendar(sea, &years, &basis),
            by_month(sea, &years, &basis),
            fan(sea, &years, &basis),
        ],
        readings: readings(&years, &hours),
        caveats: caveats(sea),
        years,
        hours,
    };
    if let Some(planned) = planned {
        let share = watched.share_of_years_with(planned, sea.repair);
        watched.readings.push(Reading::new("years at sea that give the hours planned", 100.0 * share, "%"));
        if watched.hours.exceeded_50 < planned {
            watched.caveats.push(Caveat::at(
                "sea",
                format!(
                    "the plan asks for {planned:.0} hours at work a year; the median year at sea gives {:.0}, and {:.0} % of years \
                     give as many as are planned",
                    watched.hours.exceeded_50,
                    100.0 * share
                ),
            ));
        }
    }
    watched
}

fn basis(sea: &Sea) -> String {
    let mut basis = format!(
        "{} years drawn; P90 is exceeded in nine years of ten; repair takes {} % of the hours that the sea leaves for lifting",
        sea.years,
        figures(100.0 * sea.repair, 3)
    );
    if !sea.assumed.is_empty() {
        basis.push_str("; assumed: ");
        basis.push_str(&sea.assumed.join(", "));
    }
    basis
}

/// The year by state and by what happened in it.
fn yearly(sea: &Sea, years: &[Year], hours: &Spread, basis: &str) -> Table {
    let columns = [("what", ""), ("unit", ""), ("mean", ""), ("P90", ""), ("P50", ""), ("P10", ""), ("share", "%")];
    let mut table = Table::new("sea_year", "A year at sea", basis, &columns);
    let mut row = |what: &str, unit: &str, of: &dyn Fn(&Year) -> f64| {
        let spread = spread(years, of);
        let share = spread.filter(|_| unit == "h").map(|spread| spread.mean / 87.6);
        let mut cells = vec![Cell::from(what), unit.into()];
        cells.extend(four(spread));
        cells.push(share.into());
        table.row(cells);
    };
    row("at work", "h", &|year| (1.0 - sea.repair) * year.hours_of(State::Lifting));
    row(REPAIR, "h", &|year| sea.repair * year.hours_of(State::Lifting));
    for state in State::ALL.into_iter().skip(1) {
        row(state.word(), "h", &|year| year.hours_of(state));
    }
    row("pipe down in a sea to leave for", "h", &|year| year.exposed);
    row("stops for the sea", "1", &|year| year.stops);
    row("pipe pulled out", "1", &|year| year.pulls);
    row("typhoons", "1", &|year| year.typhoons);
    let error = hours.deviation / (hours.realisations.max(1) as f64).sqrt();
    let mut cells = vec![Cell::from("standard error of the mean at work"), "h".into(), error.into()];
    cells.extend([Cell::Absent, Cell::Absent, Cell::Absent, Cell::Absent]);
    table.row(cells);
    table
}

/// Share of each month in each state.
fn calendar(sea: &Sea, years: &[Year], basis: &str) -> Table {
    let mut table = Table::new(
        "sea_calendar",
        "What the months are spent on",
        format!("share of all hours of the month; {basis}"),
        &[("month", ""), ("at work", "%"), (REPAIR, "%")],
    );
    for state in State::ALL.into_iter().skip(1) {
        table.column(state.word(), "%");
    }
    for month in 0..MONTHS {
        let all = 24.0 * DAYS[month] as f64 * years.len() as f64;
        let share =
            |state: State| 100.0 * years.iter().map(|year| year.hours[month][state as usize]).sum::<f64>() / all;
        let lifting = share(State::Lifting);
        let mut row = vec![Cell::from(NAMES[month]), ((1.0 - sea.repair) * lifting).into()];
        row.push((sea.repair * lifting).into());
        row.extend(State::ALL.into_iter().skip(1).map(|state| Cell::from(share(state))));
        table.row(row);
    }
    table
}

/// The sea and the hours at work, month by month.
fn by_month(sea: &Sea, years: &[Year], basis: &str) -> Table {
    let columns = [
        ("month", ""),
        ("mean height", "m"),
        ("sea below the limit to work", "%"),
        ("sea below the limit to handle pipe", "%"),
        ("sea below the limit to leave", "%"),
        ("hours at work, mean", "h"),
        ("hours at work, P90", "h"),
        ("hours at work, P50", "h"),
        ("hours at work, P10", "h"),
        ("at work", "%"),
    ];
    let title = "The sea and the hours at work, month by month";
    let mut table = Table::new(
        "sea_months",
        title,
        format!("height and shares of the sea from its law, typhoons apart; {basis}"),
        &columns,
    );
    for month in 0..MONTHS {
        let (state, limits) = (&sea.plan.sea, &sea.plan.limits);
        let hours = spread(years, |year| (1.0 - sea.repair) * year.hours[month][State::Lifting as usize]);
        let below = |height: f64| 100.0 * state.share_below(month, height);
        let mut row = vec![Cell::from(NAMES[month]), state.mean(month).into()];
        row.extend([below(limits.work).into(), below(limits.handle).into(), limits.leave.map(below).into()]);
        row.extend(four(hours));
        row.push(hours.map(|hours| hours.mean / (0.24 * DAYS[month] as f64)).into());
        table.row(row);
    }
    table
}

/// Hours at work from New Year until the end of each month.
fn fan(sea: &Sea, years: &[Year], basis: &str) -> Table {
    let columns = [("until the end of", ""), ("month", ""), ("mean", "h"), ("P90", "h"), ("P50", "h"), ("P10", "h")];
    let title = "Hours at work since New Year";
    let mut table = Table::new("sea_fan", title, basis, &columns);
    let sums: Vec<[f64; MONTHS]> = years.iter().map(|year| sea.until(year)).collect();
    table.row(vec!["start".into(), 0.0.into(), 0.0.into(), 0.0.into(), 0.0.into(), 0.0.into()]);
    for month in 0..MONTHS {
        let mut hours: Vec<f64> = sums.iter().map(|sums| sums[month]).collect();
        let mut row = vec![Cell::from(NAMES[month]), (month as f64 + 1.0).into()];
        row.extend(four(Spread::of(&mut hours)));
        table.row(row);
    }
    table
}

fn readings(years: &[Year], hours: &Spread) -> Vec<Reading> {
    let mean = |of: fn(&Year) -> f64| spread(years, of).map_or(0.0, |spread| spread.mean);
    vec![
        Reading::new("hours at work at sea, mean", hours.mean, "h/y"),
        Reading::new("hours at work at sea, P90", hours.exceeded_90, "h/y"),
        Reading::new("hours at work at sea, P50", hours.exceeded_50, "h/y"),
        Reading::new("hours at work at sea, P10", hours.exceeded_10, "h/y"),
        Reading::new("stops for the sea", mean(|year| year.stops), "a year"),
        Reading::new("pipe pulled out", mean(|year| year.pulls), "a year"),
    ]
}

fn caveats(sea: &Sea) -> Vec<Caveat> {
    let mut caveats = Vec::new();
    if !sea.assumed.is_empty() {
        let names = sea.assumed.join(", ");
        caveats.push(Caveat::at("sea", format!("hours at work rest on assumed numbers: {names}")));
    }
    let pipe = &sea.plan.pipe;
    if (sea.plan.limits.leave.is_some() || sea.plan.typhoons.is_some()) && pipe.notice < pipe.pull_out {
        caveats.push(Caveat::at(
            "sea",
            format!(
                "a notice of {} h is shorter than the {} h that pulling out takes: the pipe is caught even in a sea fit for it",
                figures(pipe.notice, 3),
                figures(pipe.pull_out, 3)
            ),
        ));
    }
    caveats
}
