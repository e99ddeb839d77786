//! A cash flow by itself: yearly flows as somebody states them, and what they are worth.
//!
//! # Equation
//! Value as [`super::time_value`], rates as [`super::rate_of_return`].
//!
//! # Symbols
//! A flow is what comes in less what goes out in a year; spending is negative.
//!
//! # Holds for
//! Flows and rate in the same money, both real or both nominal. What is behind the flows is not looked at.
//!
//! # Source
//! Textbook.

use std::path::Path;

use crate::fields::Fields;
use crate::quantity::{Money, Quantity, YearlyRate, figures};
use crate::source::Caveat;
use crate::table::Table;
use crate::unit::Reading;

use super::rate_of_return::{Return, payback, rate_of_return};
use super::time_value::{Timing, net_present_value};

/// What is asked of the flows.
#[derive(Debug, Clone, PartialEq)]
pub struct StatedFlows {
    first_year: f64,
    rate: f64,
    timing: Timing,
    flows: Vec<f64>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluated {
    /// Year by year.
    pub tables: Vec<Table>,
    /// Value, rate, payback.
    pub readings: Vec<Reading>,
    /// What must be said.
    pub caveats: Vec<Caveat>,
}

impl StatedFlows {
    /// Reads `[cash_flow]`; `folder` is where the table lies.
    pub fn read(fields: &mut Fields<'_>, folder: &Path) -> Option<Self> {
        let rate: Option<YearlyRate> = fields.need("discount_rate", "of the same money as the flows", -0.5..=10.0);
        let timing = Timing::read(fields);
        let first =
            fields.may_count("first_year", "of the flows, by the calendar; absent: counted from 1", 1900..=2300);
        let (given, tabled) = (fields.has("flows"), fields.has("table"));
        let flows: Option<Vec<Money>> =
            if given { fields.list("flows", "of each year, spending negative", -1e15..=1e15) } else { None };
        let table = fields.may_text(
            "table",
            "in place of `flows`: a CSV beside the scenario with a column `year` and columns of money, `revenue [MUSD]`, which are added up",
        );
        if given == tabled {
            let what = if given { "flows are given twice" } else { "there are no flows" };
            fields.refuse("flows", what, "flows = [\"-100 MUSD\", \"30 MUSD\"], or table = \"flows.csv\"");
            return None;
        }
        let (first_year, flows) = match (flows, table) {
            (Some(flows), _) => (first.map_or(1.0, |year| year as f64), flows.iter().map(|flow| flow.0).collect()),
            (None, Some(name)) => {
                let text = std::fs::read_to_string(folder.join(&name));
                match text.map_err(|error| vec![error.to_string()]).and_then(|text| of_table(&text)) {
                    Ok(read) => read,
                    Err(problems) => {
                        for problem in problems {
                            fields.refuse("table", format!("{name}: {problem}"), "year,revenue [MUSD],costs [MUSD]");
                        }
                        return None;
                    }
                }
            }
            (None, None) => return None,
        };
        Some(Self { first_year, rate: rate?.0, timing: timing?, flows })
    }

    /// What the flows are worth.
    pub fn evaluate(&self) -> Evaluated {
        let mut table = Table::new(
            "cash_flow",
            "Cash flow",
            format!(
                "as stated; {} discounting at {} %/y from the first year",
                self.timing.word(),
                figures(100.0 * self.rate, 3)
            ),
            &[("year", ""), ("cash flow", "MUSD"), ("discounted", "MUSD"), ("cumulative", "MUSD")],
        );
        let mut sum = 0.0;
        for (at, flow) in self.flows.iter().enumerate() {
            sum += flow;
            let discount = (1.0 + self.rate).powf(-(at as f64 + self.timing.offset()));
            let year = self.first_year + at as f64;
            table.row(vec![year.into(), (flow / 1e6).into(), (flow * discount / 1e6).into(), (sum / 1e6).into()]);
        }
        let value = net_present_value(&self.flows, self.rate, self.timing);
        let mut readings =
            vec![Reading::new("NPV", value / 1e6, "MUSD"), Reading::new("sum of the flows", sum / 1e6, "MUSD")];
        let mut caveats = Vec::new();
        match rate_of_return(&self.flows) {
            Return::Rate(rate) => readings.push(Reading::new("IRR", 100.0 * rate, "%")),
            Return::None => {
                caveats.push(Caveat::at(
                    "cash_flow",
                    "there is no internal rate of return: the flows do not begin with spending, or never change sign",
                ));
            }
            Return::Several(rates) => {
                let rates: Vec<String> = rates.iter().map(|rate| format!("{} %", figures(100.0 * rate, 4))).collect();
                caveats.push(Caveat::at(
                    "cash_flow",
                    format!(
                        "there are {} internal rates of return ({}), so none is told",
                        rates.len(),
                        rates.join(", ")
                    ),
                ));
            }
        }
        readings.extend(payback(&self.flows).map(|years| Reading::new("payback", years, "y")));
        Evaluated { tables: vec![table], readings, caveats }
    }
}

/// The first year and the flows of a table, USD; every fault of it.
fn of_table(text: &str) -> Result<(f64, Vec<f64>), Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
    let mut problems = Vec::new();
    let headings = reader.headers().cloned().map_err(|error| vec![error.to_string()])?;
    let year = headings.iter().position(|heading| heading == "year");
    let mut columns = Vec::new();
    for (at, heading) in headings.iter().enumerate().filter(|(at, _)| Some(*at) != year) {
        let unit = heading.rsplit_once('[').and_then(|(_, unit)| unit.strip_suffix(']'));
        match unit.and_then(|unit| Money::UNITS.iter().find(|known| known.0 == unit)) {
            Some((_, factor, _)) => columns.push((at, *factor)),
            None => problems.push(format!("line 1: column `{heading}` has no unit of money, as `revenue [MUSD]`")),
        }
    }
    if year.is_none() || columns.is_empty() {
        problems.push("line 1: a column `year` and one of money must be there".into());
        return Err(problems);
    }
    let (mut first, mut flows): (Option<f64>, Vec<f64>) = (None, Vec::new());
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                problems.push(error.to_string());
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        let mut number = |at: usize| -> f64 {
            let cell = record.get(at).unwrap_or_default();
            match cell.parse::<f64>() {
                Ok(value) if value.is_finite() => value,
                _ => {
                    problems.push(format!("line {line}: `{cell}` is not a number"));
                    0.0
                }
            }
        };
        let stated = number(year.unwrap_or_default());
        flows.push(columns.iter().map(|(at, factor)| factor * number(*at)).sum());
        let expected = *first.get_or_insert(stated) + (flows.len() - 1) as f64;
        if (stated - expected).abs() > 1e-9 {
            problems.push(format!(
                "line {line}: year {stated} where {expected} comes next; a year without flows is nought"
            ));
        }
    }
    match first {
        Some(first) if problems.is_empty() => Ok((first, flows)),
        None if problems.is_empty() => Err(vec!["holds no years".into()]),
        _ => Err(problems),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Node;
    use crate::fields::Check;

    fn read(text: &str) -> Result<StatedFlows, Vec<String>> {
        let node = Node::parse("s.toml", text).unwrap();
        let check = Check::new();
        let mut fields = Fields::new(&node, "cash_flow", &check);
        let flows = StatedFlows::read(&mut fields, Path::new("nowhere"));
        fields.finish();
        let problems: Vec<String> = check.finish().0.iter().map(ToString::to_string).collect();
        flows.filter(|_| problems.is_empty()).ok_or(problems)
    }

    const ASKED: &str = "discount_rate = \"10 %/y\"\ndiscounting = \"end-year\"\n";

    #[test]
    fn a_list_is_worth_its_hand_calculation() {
        let text = format!("{ASKED}flows = [\"-100 MUSD\", \"60 MUSD\", \"0.06 bnUSD\"]");
        let found = read(&text).unwrap().evaluate();
        let of = |name: &str| found.readings.iter().find(|r| r.name == name).unwrap().value;
        assert!((of("NPV") - (-100.0 / 1.1 + 60.0 / 1.21 + 60.0 / 1.331)).abs() < 1e-9);
        // 100 x² … : −100 + 60 x + 60 x² = 0.
        let x = (-60.0 + (3600.0_f64 + 24_000.0).sqrt()) / 120.0;
        assert!((of("IRR") - 100.0 * (1.0 / x - 1.0)).abs() < 1e-9);
        let discounted: f64 = found.tables[0].numbers("discounted").into_iter().flatten().sum();
        assert!((discounted - of("NPV")).abs() < 1e-9);
        assert!((of("payback") - (2.0 + 40.0 / 60.0)).abs() < 1e-9);
    }

    #[test]
    fn several_rates_and_none_are_said() {
        let said = |flows: &str| read(&format!("{ASKED}flows = [{flows}]")).unwrap().evaluate().caveats[0].text.clone();
        assert!(
            said("\"-100 USD\", \"230 USD\", \"-132 USD\"").contains("2 internal rates of return (10.00 %, 20.00 %)")
        );
        assert!(said("\"100 USD\", \"-50 USD\"").contains("no internal rate"));
    }

    #[test]
    fn a_table_adds_its_columns_and_tells_every_fault() {
        let (first, flows) = of_table("year,costs [kUSD],revenue [MUSD]\n2030,-500,0\n2031,-100,1\n").unwrap();
        assert_eq!((first, flows), (2030.0, vec![-500_000.0, 900_000.0]));
        let faults = of_table("year,costs\n").unwrap_err();
        assert!(faults[0].contains("no unit of money"), "{faults:?}");
        let faults = of_table("year,net [USD]\n2030,x\n2032,5\n").unwrap_err();
        assert!(faults[0].contains("line 2: `x`") && faults[1].contains("2032 where 2031"), "{faults:?}");
        assert_eq!(of_table("year,net [USD]\n").unwrap_err(), ["holds no years"]);
        assert!(read(ASKED).unwrap_err()[0].contains("no flows"));
        assert!(read(&format!("{ASKED}table = \"none.csv\"")).unwrap_err()[0].contains("none.csv"));
    }
}
