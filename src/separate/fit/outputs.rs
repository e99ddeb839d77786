//! What a fit leaves: tables, the recipe that repeats it, an extractant file, a few lines for people.

use std::fmt::Write;

use super::recipe::{Offsets, Recipe, Shared, Weights};
use super::{Fit, Group, Observation};
use crate::element::Element;
use crate::quantity::figures;
use crate::separate::extractant::Form;
use crate::separate::isotherm::Contact;
use crate::table::{Cell, Table};

/// Columns of a group's table.
const GROUP: [(&str, &str); 3] = [("observations", ""), ("mean residual", ""), ("rms", "")];

impl Fit {
    /// Constants, correlation, residuals, what was dropped, rms by source and element, sources left out.
    pub fn tables(&self) -> Vec<Table> {
        let mut constants = Table::new(
            "constants",
            "Fitted parameters",
            "log10; one standard error",
            &[("parameter", ""), ("value", ""), ("standard error", ""), ("observations", "")],
        );
        for (at, parameter) in self.parameters.iter().chain(&self.offsets).enumerate() {
            let count = self.elements.get(at).map(|e| self.observations.iter().filter(|o| o.element == *e).count());
            constants.row(vec![
                parameter.name.clone().into(),
                parameter.value.into(),
                parameter.error.into(),
                count.map(|count| count as f64).into(),
            ]);
        }
        let mut correlation =
            Table::new("correlation", "Correlation of the parameters", "plain numbers", &[("parameter", "")]);
        for parameter in &self.parameters {
            correlation.column(parameter.name.clone(), "");
        }
        for (at, parameter) in self.parameters.iter().enumerate() {
            let mut row: Vec<Cell> = vec![parameter.name.clone().into()];
            row.extend(self.correlation.row(at).iter().map(|value| Cell::from(*value)));
            correlation.row(row);
        }
        let mut dropped = Table::new(
            "dropped",
            "Contacts not used, and why",
            "line: of the points' file",
            &[("line", ""), ("source", ""), ("element", ""), ("why", "")],
        );
        for one in &self.dropped {
            dropped.row(vec![
                (one.line as f64).into(),
                one.label.clone().into(),
                one.element.symbol().into(),
                one.why.into(),
            ]);
        }
        let groups = |name: &str, title: &str, first: &str, groups: &[Group]| {
            let mut columns = vec![(first, "")];
            columns.extend(GROUP);
            let mut table = Table::new(name, title, "measured less fitted, log10 of D", &columns);
            for group in groups {
                table.row(vec![
                    group.name.clone().into(),
                    (group.count as f64).into(),
                    group.mean.into(),
                    group.rms.into(),
                ]);
            }
            table
        };
        vec![
            constants,
            correlation,
            self.residual_table(),
            dropped,
            groups("sources", "How well each source is met", "source", &self.by_source),
            groups("elements", "How well each element is met", "element", &self.by_element),
            groups("left_out", "Each source foretold by the others", "source", &self.left_out),
        ]
    }

    fn residual_table(&self) -> Table {
        let mut table = Table::new(
            "residuals",
            "Residuals, contact by contact",
            "log10 of D, mol/L over mol/L; pH and free dimer by balance after contact; line: of the points' file",
            &[
                ("line", ""),
                ("source", ""),
                ("element", ""),
                ("pH", ""),
                ("free dimer", "mol/L"),
                ("ionic strength", "mol/L"),
                ("log D", ""),
                ("fitted", ""),
                ("residual", ""),
                ("weight", ""),
            ],
        );
        for ((o, residual), kept) in self.observations.iter().zip(&self.residuals).zip(&self.kept_weight) {
            table.row(vec![
                (o.line as f64).into(),
                o.label.clone().into(),
                o.element.symbol().into(),
                o.ph.into(),
                o.free.into(),
                o.ionic_strength.into(),
                o.log_d.into(),
                (o.log_d - residual).into(),
                (*residual).into(),
                (o.weight * kept).into(),
            ]);
        }
        table
    }

    /// A few lines for a terminal.
    pub fn summary(&self, recipe: &Recipe) -> String {
        let mut text = format!(
            "{}: {} observations of {} contacts, {} dropped; rms {:.3} in log D\n",
            recipe.name,
            self.observations.len(),
            recipe.points.points.len(),
            self.dropped.len(),
            self.rms
        );
        for parameter in self.parameters.iter().chain(&self.offsets) {
            let _ = writeln!(text, "  {:28} {:>9.4} ± {:.4}", parameter.name, parameter.value, parameter.error);
        }
        if let Some(between) = self.between {
            let _ = writeln!(text, "  between sources {between:.3}, within {:.3}", self.scale);
        }
        for (what, groups) in [("source", &self.by_source), ("element", &self.by_element), ("left out", &self.left_out)]
        {
            for group in groups {
                let _ = writeln!(
                    text,
                    "  {what:9} {:18} {:>4} observations, mean {:+.3}, rms {:.3}",
                    group.name, group.count, group.mean, group.rms
                );
            }
        }
        text
    }

    /// The recipe with the digest of its points: run again, it gives the same.
    pub fn recipe_toml(&self, recipe: &Recipe) -> String {
        let list = |words: Vec<String>| format!("[{}]", words.join(", "));
        let quoted = |words: Vec<&str>| list(words.iter().map(|word| format!("{word:?}")).collect());
        let mut text = String::new();
        let _ = writeln!(text, "name = {:?}\nabout = {:?}", recipe.name, recipe.about);
        let _ = writeln!(text, "points = {:?}\npoints_sha256 = {:?}", recipe.points.name, recipe.points.digest);
        let _ = writeln!(text, "like = {:?}", &*recipe.like.name);
        if !recipe.sources.is_empty() {
            let _ = writeln!(text, "sources = {}", quoted(recipe.sources.iter().map(String::as_str).collect()));
        }
        if !recipe.elements.is_empty() {
            let _ = writeln!(text, "elements = {}", quoted(recipe.elements.iter().map(|e| e.symbol()).collect()));
        }
        match recipe.weights {
            Weights::Equal => text.push_str("weights = \"equal\"\n"),
            Weights::ByDifference { analysis, scatter } => {
                let _ = writeln!(
                    text,
                    "weights = \"by-difference\"\nanalysis_error = \"{} %\"\nscatter = {scatter}",
                    100.0 * analysis
                );
            }
        }
        let _ = writeln!(text, "loss = {:?}", if recipe.robust { "huber" } else { "squares" });
        let _ = writeln!(text, "offsets = {:?}", if recipe.offsets == Offsets::Random { "random" } else { "none" });
        let _ = writeln!(
            text,
            "\n[keep]\nd_from = {}\nd_to = {}\nfree_from = {}",
            recipe.d[0], recipe.d[1], recipe.least_free
        );
        let [order, slope, alstad] = recipe.shared;
        let _ = writeln!(
            text,
            "\n[law]\nform = \"cation-exchange\"\nreference = {}\norder = {order}\nslope = {slope}\nalstad = {alstad}",
            recipe.reference
        );
        if !recipe.free.is_empty() {
            let _ = writeln!(text, "free = {}", quoted(recipe.free.iter().map(|shared| shared.word()).collect()));
        }
        match &recipe.carrying {
            None => text.push_str("activity = \"none\"\n"),
            Some(carrying) => {
                let _ = writeln!(
                    text,
                    "activity = \"pitzer\"\nbackground = {:?}\nionic_strength = {}",
                    carrying.background, carrying.ionic_strength
                );
            }
        }
        text
    }

    /// The extractant file, ready for `data/extractants/`.
    pub fn extractant_toml(&self, recipe: &Recipe) -> String {
        let like = &recipe.like;
        let citation = &recipe.points.citation;
        let whose = if recipe.sources.is_empty() { "all sources".to_owned() } else { recipe.sources.join(", ") };
        let mut text = format!("about      = {:?}\nform       = \"cation-exchange\"\n", recipe.about);
        let _ = writeln!(text, "family     = {:?}\nsource     = {:?}", &*like.family, &*citation.key);
        let _ = writeln!(
            text,
            "place      = \"fit of {} observations ({whose}) of {} (sha256 {}), rms {:.3} in log D\"\nevidence   = \"derived\"",
            self.observations.len(),
            recipe.points.name,
            &recipe.points.digest[..12.min(recipe.points.digest.len())],
            self.rms
        );
        let _ = writeln!(text, "scatter    = {} # rms of log D about the fit", rounded(self.rms, 3));
        for (key, fact, unit) in [("molar_mass", &like.molar_mass, "kg/mol"), ("density", &like.density, "kg/m3")] {
            let place = &fact.citation.place;
            let place = if place.contains(unit) { place.to_string() } else { format!("{unit}; {place}") };
            let _ = writeln!(
                text,
                "{key:10} = {{ value = {}, evidence = \"{}\", source = {:?}, place = {place:?} }}",
                fact.value, fact.citation.evidence, &*fact.citation.key
            );
        }
        let range = |of: &dyn Fn(&Observation) -> f64| {
            let ends = self.observations.iter().map(of).fold([f64::MAX, f64::MIN], |[a, b], x| [a.min(x), b.max(x)]);
            format!("[{}, {}]", rounded(ends[0], 3), rounded(ends[1], 3))
        };
        let medium = match &recipe.carrying {
            None => "hydrochloric acid, conditional constants",
            Some(_) => "hydrochloric acid, activities by Pitzer's equations",
        };
        let _ = writeln!(
            text,
            "\n[holds]\nmedium     = {medium:?}\nph         = {}\nextractant = {} # mol/L of monomer\nmetal      = {} # mol/L fed",
            range(&|o| o.ph),
            range(&|o| o.charged[0]),
            range(&|o| o.charged[1])
        );
        let [order, slope, alstad] = self.shared.map(|value| rounded(value, 4));
        let _ = writeln!(
            text,
            "\n[law]\nreference = {} # mol/L of dimer\norder     = {order}\nslope     = {slope}\nalstad    = {alstad}",
            recipe.reference
        );
        if let Some(carrying) = &recipe.carrying {
            let _ = writeln!(
                text,
                "activity  = \"pitzer\"\nbackground = {:?}\nionic_strength = {} # mol/L",
                carrying.background, carrying.ionic_strength
            );
        }
        text.push_str("\n# uncertainty: one standard error in log10\n[log_k]\n");
        for (element, parameter) in self.elements.iter().zip(&self.parameters) {
            let count = self.observations.iter().filter(|o| o.element == *element).count();
            let _ = writeln!(
                text,
                "{:2} = {{ value = {}, uncertainty = {}, observations = {count} }}",
                element.symbol(),
                rounded(parameter.value, 4),
                rounded(parameter.error, 4).max(1e-4)
            );
        }
        self.lend(recipe, &mut text);
        let k = self.elements.len();
        let names: Vec<String> = self.elements.iter().map(|e| format!("\"{e}\"")).collect();
        let _ = writeln!(text, "\n[correlation]\nelements = [{}]\nrows = [", names.join(", "));
        for i in 0..k {
            let row: Vec<String> =
                (0..k).map(|j| rounded(self.correlation[(i.min(j), i.max(j))], 4).to_string()).collect();
            let _ = writeln!(text, "  [{}],", row.join(", "));
        }
        text.push_str("]\n");
        text
    }

    /// Constants of the base's cations, which the points do not hold, from the file that lends them.
    fn lend(&self, recipe: &Recipe, text: &mut String) {
        let like = &recipe.like;
        if like.activity.is_some() || !matches!(like.form, Form::CationExchange { .. }) {
            return;
        }
        let at = Contact::new(0.0, recipe.reference);
        for element in [Element::Na, Element::N, Element::Ca, Element::Mg] {
            let (Some(fact), false) = (&like.log_k[element], self.elements.contains(&element)) else { continue };
            let Some(value) = like.law().log_d(element, &at) else { continue };
            let _ = writeln!(
                text,
                "{:2} = {{ value = {}, evidence = \"{}\", source = {:?}, place = {:?} }}",
                element.symbol(),
                rounded(value, 4),
                fact.citation.evidence,
                &*fact.citation.key,
                if *like.name == *recipe.name {
                    fact.citation.place.to_string()
                } else {
                    format!("lent by {}: {}", like.name, fact.citation.place)
                }
            );
        }
    }
}

/// To so many decimals; no negative nought.
fn rounded(value: f64, decimals: i32) -> f64 {
    let unit = 10f64.powi(decimals);
    (value * unit).round() / unit + 0.0
}

/// A parameter of all elements, as it ended, in words.
pub fn shared_in_words(fit: &Fit) -> String {
    Shared::WORDS
        .iter()
        .map(|(word, shared)| format!("{word} {}", figures(fit.shared[*shared as usize], 3)))
        .collect::<Vec<_>>()
        .join(", ")
}
