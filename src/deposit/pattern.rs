//! How the rare earths of a deposit are shared among the elements.
//!
//! # Equation
//! For a table in oxides, `w_i = (p_i / f_i) / Σ (p_j / f_j)`; for a table in elements
//! `w_i = p_i / Σ p_j`: only the ratios along a row matter.
//!
//! # Symbols
//! `w_i` mass share of an element in the sum of the rare earths (1); `p_i` tabulated
//! share or grade; `f_i` mass of reporting oxide per mass of element (1).
//!
//! # Holds for
//! The fifteen rare earths. A cell left empty in the table is a trace or was not
//! reported; its share is nought and the element is named in [`Pattern::not_reported`].
//!
//! # Source
//! `data/deposit/rare_earth_patterns.csv`, each row with its own source.

use crate::element::{ByElement, Element};
use crate::error::Error;
use crate::fields::{Fields, nearest};
use crate::library::Library;
use crate::source::{Caveat, Evidence, Sourced};

const TABLE: &str = "deposit/rare_earth_patterns";

/// A named rare-earth pattern.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// Its name in the table.
    pub name: String,
    /// What was analysed, for people.
    pub deposit: String,
    /// Mass share of each element in the sum of the rare earths; the shares sum to one.
    pub shares: Sourced<ByElement<f64>>,
    /// Rare earths the source gives no figure for.
    pub not_reported: Vec<Element>,
}

/// The mass shares of the rare earths (as elements, summing to one) of a named pattern.
pub fn pattern(name: &str, library: &Library) -> Result<Sourced<ByElement<f64>>, Error> {
    Ok(Pattern::read(name, library)?.shares)
}

impl Pattern {
    /// The names there are, in the order of the table.
    pub fn names(library: &Library) -> Result<Vec<String>, Error> {
        Ok(library.table(TABLE)?.rows().filter_map(|row| row.text("pattern").map(str::to_owned)).collect())
    }

    /// Looks a pattern up by name.
    pub fn read(name: &str, library: &Library) -> Result<Self, Error> {
        let table = library.table(TABLE)?;
        let absent = |what: String, hint: String| Error::Absent {
            unit: "deposit".into(),
            what,
            file: format!("data/{TABLE}.csv"),
            hint,
        };
        let Some(row) = table.find("pattern", name) else {
            let names = Self::names(library)?;
            return Err(absent(
                format!("rare-earth pattern `{name}`"),
                nearest(name, names.iter().map(String::as_str)),
            ));
        };
        let oxides = row.text("basis") == Some("REO");
        let mut shares = ByElement::<f64>::default();
        let mut not_reported = Vec::new();
        for &element in Element::RARE_EARTHS {
            match row.number(element.symbol()).filter(|value| *value >= 0.0) {
                Some(value) if oxides => shares[element] = value / element.oxide_factor().unwrap_or(1.0),
                Some(value) => shares[element] = value,
                None => not_reported.push(element),
            }
        }
        let total = shares.total();
        if total <= 0.0 {
            return Err(absent(format!("number in the pattern `{name}`"), "fill in the row's elements".into()));
        }
        Ok(Self {
            name: name.to_owned(),
            deposit: row.text("deposit").unwrap_or(name).to_owned(),
            shares: Sourced { value: shares.scaled(1.0 / total), citation: row.citation() },
            not_reported,
        })
    }

    /// Reads the field `key` that names a pattern, and enters its shares in the ledger.
    pub fn field(fields: &mut Fields<'_>, library: &Library, key: &'static str) -> Option<Self> {
        let name = fields.text(key, "the rare-earth pattern, by its name in data/deposit/rare_earth_patterns.csv")?;
        match Self::read(&name, library) {
            Ok(pattern) => {
                for (element, share) in pattern.shares.value.rare_earths() {
                    let fact = Sourced { value: *share, citation: pattern.shares.citation.clone() };
                    fields.check().cite(format!("{}.{key}.{element}", fields.path()), &fact, "1");
                }
                Some(pattern)
            }
            Err(Error::Absent { what, hint, .. }) => {
                fields.refuse(key, format!("there is no {what}"), hint);
                None
            }
            Err(error) => {
                fields.refuse(key, error.to_string(), "mend the table of patterns");
                None
            }
        }
    }

    /// What has to be said beside every number by element.
    pub fn caveats(&self, at: &str) -> Vec<Caveat> {
        let mut caveats = Vec::new();
        if self.shares.citation.evidence >= Evidence::Assumed {
            caveats.push(Caveat::at(
                at,
                format!(
                    "the split into elements (`{}`) is assumed, not published: {}",
                    self.name, self.shares.citation.place
                ),
            ));
        }
        if !self.not_reported.is_empty() {
            let list: Vec<_> = self.not_reported.iter().map(|element| element.symbol()).collect();
            caveats.push(Caveat::at(
                at,
                format!("the pattern `{}` gives no figure for {}; they count as nought", self.name, list.join(", ")),
            ));
        }
        caveats
    }

    /// Reporting oxide over element mass for the pattern as a whole.
    pub fn oxide_factor(&self) -> f64 {
        self.shares.value.rare_earth_oxide()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_sums_to_one() {
        let library = Library::builtin();
        for name in Pattern::names(&library).unwrap() {
            let pattern = Pattern::read(&name, &library).unwrap();
            assert!((pattern.shares.value.total() - 1.0).abs() < 1e-12, "{name}");
            assert!(pattern.shares.value.rare_earth_total() > 0.999_999, "{name}");
            assert!((1.15..1.27).contains(&pattern.oxide_factor()), "{name}: {}", pattern.oxide_factor());
        }
    }

    /// The one published fact about the mud's split, and the oxide factor its tonnage stands on.
    #[test]
    fn the_mud_keeps_its_heavy_share() {
        let mud = pattern("minamitorishima", &Library::builtin()).unwrap();
        let heavy: f64 =
            mud.value.rare_earths().filter(|(e, _)| *e as usize >= Element::Eu as usize).map(|(_, v)| v).sum();
        assert!((heavy - 0.44).abs() < 0.001, "{heavy}");
        assert!((mud.value.rare_earth_oxide() - 1.197).abs() < 5e-4);
        assert_eq!(mud.citation.evidence, Evidence::Assumed);
    }

    /// Two sources for one deposit: the rock's analysis and the trade's table of bastnaesite.
    #[test]
    fn mountain_pass_agrees_with_itself() {
        let library = Library::builtin();
        let rock = pattern("mountain-pass-carbonatite", &library).unwrap().value;
        let trade = pattern("mountain-pass-bastnaesite", &library).unwrap().value;
        for element in [Element::La, Element::Ce, Element::Pr, Element::Nd] {
            assert!((rock[element] / trade[element] - 1.0).abs() < 0.15, "{element}");
        }
    }

    #[test]
    fn an_unknown_name_is_told_the_nearest() {
        let error = pattern("longnan-cley", &Library::builtin()).unwrap_err().to_string();
        assert!(error.contains("did you mean `longnan-clay`?"), "{error}");
    }
}
