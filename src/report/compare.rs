//! Unlike scenarios side by side, on one fence: every headline result in one table, the ores
//! over chondrite, and where each loses its rare earths.

use maud::{Markup, html};

use super::draw::canvas::Canvas;
use super::draw::sankey::{self, Flows, Measure};
use super::draw::spider;
use super::figure::{evidence_mix, run_name, svg};
use super::sections::patterns;
use super::{page, tables};
use crate::outcome::{Outcome, Verdict};
use crate::table::{Cell, Table};

/// One row a headline result, in the order the scenarios first tell them; one column a scenario.
pub fn table(outcomes: &[Outcome]) -> Table {
    let money: Vec<&str> = outcomes.iter().map(|outcome| outcome.money.as_str()).filter(|m| !m.is_empty()).collect();
    let mut basis =
        "Each on its own basis, as its report states; oxides as reported (CeO2, Pr6O11, Tb4O7, else RE2O3)".to_owned();
    if let Some(first) = money.first() {
        if money.iter().all(|other| other == first) {
            basis += "; ";
            basis += first;
        } else {
            basis += "; money of different years: ";
            basis += &money.join(", ");
        }
    }
    let mut table = Table::new("compare", "Side by side", basis, &[("result", ""), ("unit", "")]);
    for outcome in outcomes {
        table.column(outcome.title.clone(), "");
    }
    for (name, unit) in order(outcomes) {
        let mut row: Vec<Cell> = vec![name.as_str().into(), if unit == "1" { "" } else { unit }.into()];
        row.extend(outcomes.iter().map(|outcome| Cell::from(outcome.reading(&name))));
        table.row(row);
    }
    table
}

/// Names as the scenarios tell them; one that only a later scenario tells goes after its forerunner there.
fn order(outcomes: &[Outcome]) -> Vec<(String, &'static str)> {
    let mut order: Vec<(String, &'static str)> = Vec::new();
    for outcome in outcomes {
        let mut after = 0;
        for reading in &outcome.readings {
            if let Some(at) = order.iter().position(|(name, _)| *name == reading.name) {
                after = at + 1;
            } else {
                order.insert(after, (reading.name.clone(), reading.unit));
                after += 1;
            }
        }
    }
    order
}

/// The comparison as a page of its own.
pub fn html(outcomes: &[Outcome]) -> String {
    let title = outcomes.iter().map(|outcome| outcome.title.as_str()).collect::<Vec<_>>().join(" · ");
    let body = html! {
        header {
            p.kicker { "Ytterby · side by side" }
            h1 { (title) }
        }
        main {
            section { h2 { "Do they stand?" } (verdicts(outcomes)) }
            section { h2 { "Results" } (side_by_side(&table(outcomes))) }
            @if let Some(drawing) = ores(outcomes) {
                section {
                    h2 { "The ores" }
                    figure {
                        h3.figure { "Rare earths over chondrite, ore by ore" }
                        div.drawing { (svg(&drawing, "Rare earths of the ores over chondrite")) }
                        figcaption.foot { "Mass fraction in the dry ore over that of CI chondrite (McDonough and Sun 1995)." }
                    }
                }
            }
            section {
                h2 { "Where the rare earths go" }
                @for outcome in outcomes { (flows(outcome)) }
            }
        }
        footer { p { "A model calculation, not a public report under JORC, NI 43-101 or S-K 1300." } }
    };
    page(&title, &body)
}

fn verdicts(outcomes: &[Outcome]) -> Markup {
    html! {
        div.scroll {
            table {
                thead { tr { th { "scenario" } th { "verdict" } th { "balanced to" } th { "in range" } th { "facts" } th { "run" } } }
                tbody {
                    @for outcome in outcomes {
                        @let certificate = &outcome.certificate;
                        tr {
                            td { (outcome.title) }
                            td.verdict-word {
                                @match certificate.verdict {
                                    Verdict::Green => "● stands",
                                    Verdict::Amber => "▲ stands, with caveats",
                                    Verdict::Red => "■ not to be used",
                                }
                            }
                            td.n { (super::seal::tiny(certificate.closure)) }
                            td { (certificate.in_range) " of " (certificate.parts) }
                            td { (evidence_mix(outcome)) }
                            td { (run_name(outcome)) }
                        }
                    }
                }
            }
        }
    }
}

fn side_by_side(table: &Table) -> Markup {
    html! {
        figure.table {
            h4 { (table.title) " " (tables::csv_link(table)) }
            div.scroll {
                table.sortable {
                    thead { tr { @for column in &table.columns { th scope="col" { (column.name) } } } }
                    tbody {
                        @for row in &table.rows {
                            tr {
                                @for cell in row {
                                    @match cell {
                                        Cell::Text(text) => td { (text) },
                                        Cell::Number(value) => td.n data-v=(value) { (tables::people(*value)) },
                                        Cell::Absent => td.n.none { "–" },
                                    }
                                }
                            }
                        }
                    }
                }
            }
            figcaption.foot { (table.basis) }
        }
    }
}

/// The ore of each, on one plot.
fn ores(outcomes: &[Outcome]) -> Option<Canvas> {
    let all: Vec<spider::Pattern> = outcomes
        .iter()
        .filter_map(|outcome| {
            let fractions = patterns::ore(outcome.plant.as_ref()?)?;
            Some(spider::Pattern { name: outcome.title.clone(), fractions })
        })
        .collect();
    spider::draw(&all)
}

fn flows(outcome: &Outcome) -> Markup {
    let Some((plant, measure)) = outcome.plant.as_ref().zip(Measure::all().into_iter().next()) else {
        return html! {};
    };
    let flows = Flows::of(plant, &outcome.products, &measure, outcome.hours_per_year);
    let Some(drawing) = sankey::draw(&flows, &measure) else { return html! {} };
    let reading = sankey::reading(&flows, &measure);
    super::figure::figure(outcome, &outcome.title, &reading, "t/y of rare-earth oxide", &drawing)
}
