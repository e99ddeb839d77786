//! How far a find has come: places on the axes of the United Nations framework and readiness
//! levels, by written rules.
//!
//! # Equation
//! None: a table of rules, `data/record/maturity_rules.csv`, and the facts they are asked with.
//!
//! # Symbols
//! E viability, F feasibility, G confidence; TRL technology readiness level of each step.
//!
//! # Holds for
//! A reading of public facts. No authority has placed the find on these axes; an in-place
//! estimate without a report under a reporting code is not a reserve.
//!
//! # Source
//! Categories after `unece2019`; what study means what is a rule of this program.

use crate::error::Error;
use crate::library::{FactTable, Library};
use crate::table::Table;

/// Facts and steps of a find, with the rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Maturity {
    facts: FactTable,
    steps: FactTable,
    rules: FactTable,
}

impl Maturity {
    /// What is known of a find.
    pub fn of(library: &Library, find: &str) -> Result<Self, Error> {
        Ok(Self {
            facts: library.table(&format!("record/{find}_maturity"))?,
            steps: library.table(&format!("record/{find}_steps"))?,
            rules: library.table("record/maturity_rules")?,
        })
    }

    /// A fact by name.
    pub fn fact(&self, name: &str) -> Option<&str> {
        self.facts.find("fact", name)?.text("value")
    }

    fn rule(&self, axis: &str, when: &str) -> Option<(&str, &str)> {
        let row = self.rules.rows().find(|row| row.text("axis") == Some(axis) && row.text("when") == Some(when))?;
        Some((row.text("level")?, row.text("rule")?))
    }

    /// What the published studies amount to.
    fn study(&self) -> &'static str {
        let coded = self.fact("reporting_code").is_some_and(|code| code != "none");
        match (self.fact("engineering_study"), self.fact("permits")) {
            (Some("feasibility"), Some("yes")) if coded => "commercial",
            (Some("feasibility" | "prefeasibility"), _) => "prefeasibility",
            _ => "none",
        }
    }

    /// Is it a reserve under any reporting code?
    pub fn is_reserve(&self) -> bool {
        self.fact("reporting_code").is_some_and(|code| code != "none") && self.study() != "none"
    }

    /// The places, with the rule and the fact behind each.
    pub(super) fn table(&self) -> Table {
        let mut table = Table::new(
            "maturity",
            "How far the find has come",
            format!(
                "axes of the United Nations framework and technology readiness, by the written rules of this program, not by an authority; as of {}",
                self.fact("as_of").unwrap_or("an unstated day")
            ),
            &[("axis", ""), ("level", ""), ("rule", ""), ("because", ""), ("source", "")],
        );
        for (axis, when, fact) in [
            ("UNFC E", self.study(), "engineering_study"),
            ("UNFC F", self.study(), "engineering_study"),
            ("UNFC G", self.fact("estimate").unwrap_or_default(), "estimate"),
        ] {
            let row = self.facts.find("fact", fact);
            let text = |column: &str| row.and_then(|row| row.text(column)).unwrap_or_default();
            let (level, rule) = self.rule(axis, when).unwrap_or(("not assessed", "no rule fits the facts"));
            table.row(vec![axis.into(), level.into(), rule.into(), text("why").into(), text("source").into()]);
        }
        for step in self.steps.rows() {
            let shown = step.text("shown").unwrap_or_default();
            let (level, rule) = self.rule("TRL", shown).unwrap_or(("not assessed", "no rule fits the facts"));
            let axis = format!("TRL, {}", step.text("step").unwrap_or_default());
            let source = step.text("source").unwrap_or_default();
            table.row(vec![axis.into(), level.into(), rule.into(), shown.into(), source.into()]);
        }
        if !self.is_reserve() {
            table.row(vec![
                "reserve".into(),
                "no".into(),
                "no report under a reporting code: an in-place estimate, left out of any total of reserves".into(),
                self.facts.find("fact", "reporting_code").and_then(|row| row.text("why")).unwrap_or_default().into(),
                "".into(),
            ]);
        }
        table
    }
}
