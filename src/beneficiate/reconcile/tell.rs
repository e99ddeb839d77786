//! What a reconciliation found, as tables and sentences.

use crate::quantity::figures;
use crate::source::Caveat;
use crate::table::{Cell, Table};
use crate::unit::Reading;

use super::chi_square::{chance, exceeded_with};
use super::given::Survey;
use super::network::{Reconciled, Standing, Variable};

/// The whole answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// Tables.
    pub tables: Vec<Table>,
    /// Headline results.
    pub readings: Vec<Reading>,
    /// What must be said.
    pub caveats: Vec<Caveat>,
}

/// Flow in t/h, share in per cent.
fn shown(variable: &Variable, value: f64) -> f64 {
    if variable.component.is_some() { value * 100.0 } else { value / 1000.0 }
}

impl Survey {
    fn quantity(&self, variable: &Variable) -> String {
        variable.component.map_or_else(|| "flow".to_owned(), |c| self.network.components[c].clone())
    }

    fn named(&self, variable: &Variable) -> String {
        format!("{} of {}", self.quantity(variable), self.network.streams[variable.stream])
    }

    /// Tells all of it.
    pub fn tell(&self, found: &Reconciled) -> Told {
        let limit = exceeded_with(1.0 - self.confidence, found.freedom.max(1));
        let by_chance = chance(found.chi_square, found.freedom);
        let worst = found
            .variables
            .iter()
            .filter(|v| v.residual.is_some())
            .max_by(|a, b| a.residual.unwrap_or(0.0).abs().total_cmp(&b.residual.unwrap_or(0.0).abs()));
        let tested = found.variables.iter().filter(|v| v.residual.is_some()).count();
        let gross = worst.filter(|v| self.is_gross(v, tested));
        let count = |standing: Standing| found.variables.iter().filter(|v| v.standing == standing).count() as f64;
        let gap = found
            .balances
            .iter()
            .map(|node| (node.after.0 - node.after.1).abs() / (node.after.0 + node.after.1).abs().max(1e-300))
            .fold(0.0, f64::max);
        let mut readings = vec![
            Reading::new("chi-square of the adjustments", found.chi_square, "1"),
            Reading::new("degrees of freedom", found.freedom as f64, "1"),
        ];
        if found.freedom > 0 {
            readings.push(Reading::new(
                format!("chi-square at {} % confidence", figures(self.confidence * 100.0, 3)),
                limit,
                "1",
            ));
            readings.push(Reading::new("chance of so much or more", by_chance * 100.0, "%"));
        }
        if let Some(worst) = worst {
            readings.push(Reading::new(
                format!("largest standardised residual, {}", self.named(worst)),
                worst.residual.unwrap_or(0.0),
                "1",
            ));
        }
        readings.push(Reading::new("measured and redundant", count(Standing::Redundant), "1"));
        readings.push(Reading::new("measured, nothing else tells", count(Standing::Alone), "1"));
        readings.push(Reading::new("not measured, told by the balances", count(Standing::Told), "1"));
        readings.push(Reading::new("unobservable", count(Standing::Unobservable), "1"));
        readings.push(Reading::new("worst balance after", gap, "1"));
        Told {
            tables: vec![self.variables(found, tested), self.wide(found), self.nodes(found), self.recoveries(found)],
            readings,
            caveats: self.caveats(found, (limit, by_chance), gross),
        }
    }

    /// Beyond the confidence, shared out over all that is tested.
    fn is_gross(&self, variable: &Variable, tested: usize) -> bool {
        let residual = variable.residual.unwrap_or(0.0);
        chance(residual * residual, 1) < (1.0 - self.confidence) / tested.max(1) as f64
    }

    fn caveats(&self, found: &Reconciled, (limit, by_chance): (f64, f64), gross: Option<&Variable>) -> Vec<Caveat> {
        let mut told = Vec::new();
        let mut say = |text: String| told.push(Caveat::at("reconciliation", text));
        if found.freedom == 0 {
            say("nothing is measured twice over: the balances are met without adjusting anything, and test nothing"
                .into());
        } else if found.chi_square > limit {
            say(format!(
                "the adjustments are larger than the stated deviations explain (chi-square {}, {} at most, chance {} %): a gross error, deviations too small, or a plant that was not steady",
                figures(found.chi_square, 3),
                figures(limit, 3),
                figures(by_chance * 100.0, 2)
            ));
        }
        if let Some(v) = gross {
            let (measured, _) = v.measured.unwrap_or_default();
            let residual = v.residual.unwrap_or(0.0).abs();
            let alike = |other: &&Variable| {
                (other.stream, other.component) != (v.stream, v.component)
                    && other.residual.is_some_and(|r| (r.abs() - residual).abs() < 1e-6 * residual)
            };
            let twins: Vec<String> = found.variables.iter().filter(alike).map(|twin| self.named(twin)).collect();
            let or = if twins.is_empty() {
                String::new()
            } else {
                format!("; the balances cannot tell it from the {}", twins.join(" and the "))
            };
            say(format!(
                "a gross error is likely in the {}: measured {}, reconciled {}, {} standard deviations{or}",
                self.named(v),
                figures(shown(v, measured), 4),
                figures(shown(v, v.value), 4),
                figures(v.residual.unwrap_or(0.0), 3)
            ));
        }
        let blind: Vec<String> =
            found.variables.iter().filter(|v| v.standing == Standing::Unobservable).map(|v| self.named(v)).collect();
        if !blind.is_empty() {
            say(format!("unobservable, and left out: {}", blind.join(", ")));
        }
        for v in found.variables.iter().filter(|v| v.standing != Standing::Unobservable) {
            if v.value < 0.0 || v.component.is_some() && v.value > 1.0 {
                say(format!(
                    "the {} comes out as {}, which no plant has",
                    self.named(v),
                    figures(shown(v, v.value), 4)
                ));
            }
        }
        told
    }

    fn variables(&self, found: &Reconciled, tested: usize) -> Table {
        let columns = [
            ("stream", ""),
            ("quantity", ""),
            ("unit", ""),
            ("measured", ""),
            ("deviation", ""),
            ("reconciled", ""),
            ("deviation after", ""),
            ("adjustment", ""),
            ("adjustment over deviation", ""),
            ("standardised residual", ""),
            ("standing", ""),
        ];
        let mut table = Table::new(
            "reconciled",
            "Measured and reconciled",
            "flows in t/h, shares in % by mass; the residual is over the adjustment's own deviation",
            &columns,
        );
        for v in &found.variables {
            let seen = v.standing != Standing::Unobservable;
            let standing = match v.standing {
                Standing::Redundant if self.is_gross(v, tested) => "redundant, gross error?",
                Standing::Redundant => "redundant",
                Standing::Alone => "measured alone",
                Standing::Told => "told by the balances",
                Standing::Unobservable => "unobservable",
                Standing::Fixed => "stated",
            };
            let of = |value: Option<f64>| -> Cell { value.filter(|_| seen).map(|value| shown(v, value)).into() };
            table.row(vec![
                self.network.streams[v.stream].as_str().into(),
                self.quantity(v).into(),
                if v.component.is_some() { "%" } else { "t/h" }.into(),
                of(v.measured.map(|m| m.0)),
                of(v.measured.map(|m| m.1)),
                of(Some(v.value)),
                of(v.deviation),
                of(v.measured.map(|m| v.value - m.0)),
                v.measured.map(|m| (v.value - m.0) / m.1).into(),
                v.residual.into(),
                standing.into(),
            ]);
        }
        table
    }

    /// The reconciled streams, one a row.
    fn wide(&self, found: &Reconciled) -> Table {
        let mut table = Table::new(
            "reconciled_streams",
            "Streams in balance",
            "after reconciliation",
            &[("stream", ""), ("from", ""), ("to", ""), ("flow", "t/h")],
        );
        for component in &self.network.components {
            table.column(component.clone(), "%");
        }
        let node = |at: Option<usize>| at.map_or("", |at| self.network.nodes[at].as_str());
        for (s, name) in self.network.streams.iter().enumerate() {
            let (from, to) = self.network.ends[s];
            let mut row: Vec<Cell> = vec![name.as_str().into(), node(from).into(), node(to).into()];
            let own = found.variables.iter().filter(|v| v.stream == s);
            row.extend(own.map(|v| Cell::from((v.standing != Standing::Unobservable).then(|| shown(v, v.value)))));
            table.row(row);
        }
        table
    }

    fn nodes(&self, found: &Reconciled) -> Table {
        let columns =
            [("node", ""), ("component", ""), ("in", "t/h"), ("out", "t/h"), ("gap before", "%"), ("gap after", "%")];
        let mut table =
            Table::new("balances", "Balances of the nodes", "in less out over in, as measured and after", &columns);
        for node in &found.balances {
            let gap = |(into, out): (f64, f64)| (into - out) / into.abs().max(1e-300) * 100.0;
            table.row(vec![
                self.network.nodes[node.node].as_str().into(),
                node.component.map_or("the whole", |c| &self.network.components[c]).into(),
                (node.after.0 / 1000.0).into(),
                (node.after.1 / 1000.0).into(),
                node.before.filter(|b| b.0 > 0.0).map(gap).into(),
                gap(node.after).into(),
            ]);
        }
        table
    }

    /// What each stream that leaves the plant holds of what enters it.
    fn recoveries(&self, found: &Reconciled) -> Table {
        let mut table = Table::new(
            "recoveries",
            "Where each component goes",
            "share of what enters the plant, after reconciliation",
            &[("stream", ""), ("the whole", "%")],
        );
        for component in &self.network.components {
            table.column(component.clone(), "%");
        }
        let width = self.network.components.len();
        let count = self.network.streams.len();
        let amount = |s: usize, c: Option<usize>| {
            let flow = &found.variables[s];
            let share = c.map(|c| &found.variables[count + s * width + c]);
            let seen = [Some(flow), share].into_iter().flatten().all(|v| v.standing != Standing::Unobservable);
            seen.then(|| flow.value * share.map_or(1.0, |v| v.value))
        };
        let entering = |c: Option<usize>| -> Option<f64> {
            (0..count).filter(|s| self.network.ends[*s].0.is_none()).map(|s| amount(s, c)).sum()
        };
        for s in (0..count).filter(|s| self.network.ends[*s].1.is_none()) {
            let mut row: Vec<Cell> = vec![self.network.streams[s].as_str().into()];
            for c in std::iter::once(None).chain((0..width).map(Some)) {
                row.push(
                    amount(s, c)
                        .zip(entering(c))
                        .filter(|(_, all)| *all > 0.0)
                        .map(|(own, all)| own / all * 100.0)
                        .into(),
                );
            }
            table.row(row);
        }
        table
    }
}
