//! What it is worth and what it costs; what it changes in the world.

use maud::{Markup, html};

use super::ground::pair_up;
use crate::element::Element;
use crate::outcome::Outcome;
use crate::quantity::figures;
use crate::report::columns::{numbers, texts, unit};
use crate::report::draw::strip::{self, Event};
use crate::report::draw::{money, world};
use crate::report::figure::figure;
use crate::report::tables;
use crate::table::{Cell, Table};

/// Rows of a name and a number.
fn named(table: &Table, words: &[&str], value: &[&str]) -> Vec<(String, f64)> {
    let (Some(names), Some(values)) = (texts(table, words), numbers(table, value)) else { return Vec::new() };
    names.into_iter().zip(values).filter_map(|(name, value)| Some((name, value?))).collect()
}

/// Waterfalls, mass against value, cash.
pub fn money(outcome: &Outcome) -> Vec<Markup> {
    let mut narrow = Vec::new();
    if let Some(table) = outcome.table("value_waterfall") {
        let value = ["value", "musd", "level"];
        let steps = named(table, &["step"], &value);
        if let (Some(first), Some(last)) = (steps.first(), steps.last())
            && steps.len() > 1
        {
            let unit = unit(table, &value);
            let reading = format!(
                "Of {} {unit} {} there remain {} {unit} {}.",
                figures(first.1, 3),
                first.0,
                figures(last.1, 3),
                last.0
            );
            narrow.push(figure(
                outcome,
                "From the value in the ground to what is paid",
                &reading,
                &table.basis,
                &money::falling(&steps, unit),
            ));
        }
    }
    if let Some(table) = outcome.table("cost_waterfall") {
        let value = ["cost", "usd/kg", "value"];
        let parts: Vec<(String, f64)> = named(table, &["category", "step", "what"], &value)
            .into_iter()
            .filter(|(name, _)| !is_total(name))
            .collect();
        if let Some(most) = parts.iter().max_by(|a, b| a.1.total_cmp(&b.1)) {
            let sum: f64 = parts.iter().map(|p| p.1).sum();
            let unit = unit(table, &value);
            let reading = format!(
                "{} {unit} in all; the largest part is {} ({} {unit}).",
                figures(sum, 3),
                most.0,
                figures(most.1, 3)
            );
            narrow.push(figure(
                outcome,
                "What the cost is made of",
                &reading,
                &table.basis,
                &money::adding(&parts, "sum", unit),
            ));
        }
    }
    if let Some(table) = outcome.table("cost_by_step") {
        let parts = by_step(table);
        if let (Some(most), Some(Some(last))) =
            (parts.iter().max_by(|a, b| a.1.total_cmp(&b.1)), table.numbers("cost so far").last())
        {
            let sum: f64 = parts.iter().map(|p| p.1).sum();
            let reading = format!(
                "{} USD a tonne of dry feed in all, {} of them in {}; the oxide that comes out has cost {} USD/kg.",
                figures(sum, 3),
                figures(most.1, 3),
                most.0,
                figures(*last, 3)
            );
            narrow.push(figure(
                outcome,
                "What each step costs",
                &reading,
                &table.basis,
                &money::adding(&parts, "sum", "USD/t"),
            ));
        }
    }
    if let Some(table) = outcome.table("mass_value")
        && let Some(shares) = twin(table)
    {
        let magnets = [Element::Pr, Element::Nd, Element::Tb, Element::Dy];
        let sum = |which: fn(&(Element, f64, f64)) -> f64, only: bool| -> f64 {
            shares.iter().filter(|s| !only || magnets.contains(&s.0)).map(which).sum()
        };
        let reading = format!(
            "Pr, Nd, Tb and Dy are {} % of the mass and {} % of the value.",
            figures(100.0 * sum(|s| s.1, true) / sum(|s| s.1, false), 3),
            figures(100.0 * sum(|s| s.2, true) / sum(|s| s.2, false), 3)
        );
        narrow.push(figure(outcome, "Mass and value", &reading, &table.basis, &money::twin_bars(&shares)));
    }
    let mut parts = pair_up(narrow);
    if let Some(table) = outcome.table("cash_flow") {
        let flow = ["cash flow", "net", "flow", "after tax"];
        let years = year_pairs(table, &flow);
        if years.len() > 1 {
            let mut running = year_pairs(table, &["cumulative", "running"]);
            if running.is_empty() {
                let mut sum = 0.0;
                for (year, value) in &years {
                    sum += value;
                    running.push((*year, sum));
                }
            }
            let reading =
                match running.iter().find(|(_, v)| *v >= 0.0).filter(|_| running.iter().any(|(_, v)| *v < 0.0)) {
                    Some((year, _)) => format!("The running sum turns positive in year {year:.0}, before discounting."),
                    None if running.last().is_some_and(|(_, v)| *v < 0.0) => {
                        "The running sum never turns positive.".to_owned()
                    }
                    None => String::new(),
                };
            parts.push(figure(
                outcome,
                "Cash, year by year",
                &reading,
                &table.basis,
                &money::cash_flow(&years, &running, unit(table, &flow)),
            ));
        }
    }
    parts.extend(super::shown(outcome, &["headline", "revenue"]));
    parts
}

fn is_total(name: &str) -> bool {
    let name = name.to_lowercase();
    ["total", "sum", "all in"].iter().any(|word| name.starts_with(word))
}

fn year_pairs(table: &Table, value: &[&str]) -> Vec<(f64, f64)> {
    let (Some(years), Some(values)) = (numbers(table, &["year"]), numbers(table, value)) else { return Vec::new() };
    years.into_iter().zip(values).filter_map(|(year, value)| Some((year?, value?))).collect()
}

fn twin(table: &Table) -> Option<Vec<(Element, f64, f64)>> {
    let (names, mass) = (texts(table, &["element"])?, numbers(table, &["mass share", "mass"])?);
    let value = numbers(table, &["value share", "value"])?;
    let shares: Vec<(Element, f64, f64)> = (0..names.len())
        .filter_map(|at| Some((names[at].parse().ok()?, mass[at]?, value[at].unwrap_or(0.0))))
        .collect();
    let whole = |which: fn(&(Element, f64, f64)) -> f64| shares.iter().map(which).sum::<f64>() > 0.0;
    (whole(|s| s.1) && whole(|s| s.2)).then_some(shares)
}

/// The world with and without.
pub fn world(outcome: &Outcome) -> Vec<Markup> {
    let mut parts = Vec::new();
    if let Some(table) = outcome.table("world_shares")
        && let (Some(stages), Some(who)) = (texts(table, &["stage"]), texts(table, &["country", "who"]))
        && let (Some(before), Some(after)) =
            (numbers(table, &["share before", "without"]), numbers(table, &["share after", "with"]))
    {
        let all: Vec<world::Share> = (0..who.len())
            .filter_map(|at| {
                Some(world::Share {
                    stage: stages[at].clone(),
                    who: who[at].clone(),
                    before: before[at]?,
                    after: after[at]?,
                })
            })
            .collect();
        let concentration = outcome.table("world_hhi").map(hhi).unwrap_or_default();
        if !all.is_empty() {
            let gain = all.iter().max_by(|a, b| (a.after - a.before).total_cmp(&(b.after - b.before)));
            let reading = gain.filter(|g| g.after > g.before).map_or(String::new(), |g| {
                format!(
                    "{} gains most: from {} % to {} % of {}.",
                    g.who,
                    figures(g.before.max(0.0), 3),
                    figures(g.after, 3),
                    g.stage
                )
            });
            parts.push(figure(
                outcome,
                "The world with and without the project",
                &reading,
                &table.basis,
                &world::shares(&all, &concentration),
            ));
        }
    }
    if let Some(table) = outcome.table("element_share")
        && let (Some(names), Some(values)) = (texts(table, &["element"]), numbers(table, &["share"]))
    {
        let bound = |word: &str| table.numbers(word);
        let (least, most) = (bound("share at least"), bound("share at most"));
        let shares: Vec<world::Part> = (0..names.len())
            .filter_map(|at| {
                let of = |values: &[Option<f64>]| values.get(at).copied().flatten();
                let (low, high) = (of(&least), of(&most));
                let share = values[at].or(low)?;
                Some(world::Part { element: names[at].parse().ok()?, share, low, high })
            })
            .collect();
        if let Some(most) = shares.iter().max_by(|a, b| a.share.total_cmp(&b.share)) {
            let reading = format!("Largest in {}: {} % of the world's supply.", most.element, figures(most.share, 3));
            parts.push(figure(
                outcome,
                "Share of the world's supply, element by element",
                &reading,
                &table.basis,
                &world::by_element(&shares),
            ));
        }
    }
    parts
}

fn hhi(table: &Table) -> Vec<(String, f64, f64)> {
    let (Some(stages), Some(before), Some(after)) =
        (texts(table, &["stage"]), numbers(table, &["before", "without"]), numbers(table, &["after", "with"]))
    else {
        return Vec::new();
    };
    (0..stages.len()).filter_map(|at| Some((stages[at].clone(), before[at]?, after[at]?))).collect()
}

/// What was claimed, and what became of it.
pub fn record(outcome: &Outcome) -> Vec<Markup> {
    let mut parts = Vec::new();
    if let Some(table) = outcome.table("claims").filter(|table| !table.rows.is_empty()) {
        parts.push(claims(outcome, table));
    }
    if let Some(table) = outcome.table("timeline") {
        let events = dated(table);
        if events.len() > 1 {
            parts.push(figure(
                outcome,
                "What was announced, and when",
                "Hollow points are plans, not events.",
                &table.basis,
                &strip::timeline(&events),
            ));
        }
    }
    if let Some(table) = outcome.table("maturity").filter(|table| !table.rows.is_empty()) {
        parts.push(tables::table(outcome, table));
    }
    parts
}

/// Events with a year, or a date that begins with one.
fn dated(table: &Table) -> Vec<Event> {
    let Some(names) = texts(table, &["event", "what"]) else { return Vec::new() };
    let sorts = texts(table, &["sort"]).unwrap_or_default();
    let years = numbers(table, &["year"]);
    let dates = texts(table, &["date", "when"]).unwrap_or_default();
    let year =
        |at: usize| years.as_ref().and_then(|all| all[at]).or_else(|| dates.get(at).and_then(|date| year_of(date)));
    names
        .into_iter()
        .enumerate()
        .filter_map(|(at, what)| {
            let planned = sorts.get(at).is_some_and(|sort| sort == "plan");
            Some(Event { what, year: year(at)?, planned })
        })
        .collect()
}

/// `2026-02-14`, `2026-02`, `2026` as a year with its part.
fn year_of(date: &str) -> Option<f64> {
    let mut parts = date.split('-');
    let year: f64 = parts.next()?.trim().parse().ok()?;
    let month: f64 = parts.next().and_then(|m| m.parse().ok()).unwrap_or(1.0);
    let day: f64 = parts.next().and_then(|d| d.parse().ok()).unwrap_or(1.0);
    Some(year + (month - 1.0) / 12.0 + (day - 1.0) / 365.0)
}

fn claims(outcome: &Outcome, table: &Table) -> Markup {
    let column = |words: &[&str]| texts(table, words).unwrap_or_else(|| vec![String::new(); table.rows.len()]);
    let (claim, who, verdict) = (column(&["claim"]), column(&["who"]), column(&["verdict"]));
    let (why, source) = (column(&["why", "reason"]), column(&["source"]));
    let ours = numbers(table, &["this run"]);
    let of = |at: usize| ours.as_ref().and_then(|all| all[at]);
    let unit = column(&["unit"]);
    let count = |word: &str| verdict.iter().filter(|v| v.as_str() == word).count();
    let mut kinds: Vec<&str> = Vec::new();
    for word in &verdict {
        if !kinds.contains(&word.as_str()) {
            kinds.push(word);
        }
    }
    let tally: Vec<String> = kinds.iter().map(|word| format!("{} {word}", count(word))).collect();
    html! {
        figure.table {
            h3.figure { "Claims and their verdicts" }
            p.reading { (claim.len()) " claims set against the data: " (tally.join(", ")) "." }
            div.scroll {
                table.claims {
                    thead { tr { th { "claim" } th { "who, when" } th { "verdict" } th { "why" } @if ours.is_some() { th { "this run" } } th { "source" } } }
                    tbody {
                        @for at in 0..claim.len() {
                            tr {
                                td { (claim[at]) }
                                td { (who[at]) }
                                td { span.verdict-word { (sign(&verdict[at])) " " (verdict[at]) } }
                                td { (why[at]) }
                                @if ours.is_some() {
                                    td { @if let Some(value) = of(at) { (figures(value, 3)) " " (unit[at]) } }
                                }
                                td {
                                    @if outcome.bibliography.iter().any(|work| work.key == source[at]) {
                                        a href={ "#ref-" (source[at]) } { (source[at]) }
                                    } @else { (source[at]) }
                                }
                            }
                        }
                    }
                }
            }
            (crate::report::figure::foot(outcome, &table.basis))
        }
    }
}

/// A sign that needs no colour.
fn sign(verdict: &str) -> &'static str {
    let verdict = verdict.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| verdict.contains(word));
    if has(&["cannot", "open", "too early"]) {
        "?"
    } else if has(&["not ", "fails", "false", "wrong"]) {
        "✗"
    } else if has(&["part", "mislead", "depends"]) {
        "◐"
    } else if has(&["support", "hold", "true", "confirmed"]) {
        "✓"
    } else {
        "·"
    }
}

/// Cost a tonne of dry feed of the steps that matter; those below a hundredth of the whole stand together.
fn by_step(table: &Table) -> Vec<(String, f64)> {
    let costs = table.numbers("cost a tonne dry");
    let whole: f64 = costs.iter().flatten().sum();
    let (mut parts, mut others) = (Vec::new(), 0.0);
    for (row, cost) in table.rows.iter().zip(costs) {
        match (row.first(), cost) {
            (Some(Cell::Text(name)), Some(cost)) if cost.abs() >= 0.01 * whole => parts.push((name.clone(), cost)),
            (_, cost) => others += cost.unwrap_or_default(),
        }
    }
    if others != 0.0 {
        parts.push(("all others".to_owned(), others));
    }
    parts
}
