//! Solution and precipitates at equilibrium: the state of least Gibbs energy.
//!
//! # Equation
//! Find the logarithms of free concentrations u that minimise the convex function
//! ```text
//! Φ(u) = Σⱼ cⱼ(u) − Σᵢ bᵢ uᵢ ,   ln cⱼ = ln βⱼ + Σᵢ νᵢⱼ uᵢ ,
//! subject to   Σᵢ aᵢₛ uᵢ ≤ ln Kₛ   for every solid s that may form.
//! ```
//! Its gradient is the mass balance of each component, its multipliers are the amounts of the
//! solids. A logarithmic barrier, tightened tenfold at a time, follows the one path to the one
//! minimum; there is no starting guess to get wrong. Carbon dioxide at 1 atm is one of the
//! "solids". Activity coefficients, when asked for, are Davies',
//! `log γ = −0.509 z² (√I/(1+√I) − 0.3 I)`, with I iterated.
//!
//! # Symbols
//! b: total of a component, mol/L; c: a species; β, K: formation constants and solubility
//! products; a, ν: stoichiometry in basis species; I: ionic strength, mol/L.
//!
//! # Holds for
//! 25 °C; Davies to I ≈ 0.5 mol/L (beyond it the value at 0.5 is kept and a caveat given).
//! Solids named in `solubility_products.csv`, pure (no solid solutions); no kinetics: what is
//! supersaturated has formed. Elements without a constant stay dissolved.
//!
//! # Source
//! `data/solution/solubility_products.csv`, `complexes.csv` (`parkhurst2013`, `delany1990`,
//! `ball1991`, `neck2002`, `alphosphatend`), `acid_constants.csv` (`haynes2014`);
//! barrier method: `boyd2004`, ch. 11.

use std::f64::consts::LN_10;
use std::sync::Arc;

use crate::error::Error;
use crate::ion::Ion;
use crate::library::Library;
use crate::mineral::Mineral;
use crate::source::Sourced;
use crate::stream::Aqueous;

/// ln Kw, from the same table as `solution`.
const LN_KW: f64 = -13.995 * LN_10;

/// A solid (or carbon dioxide) that may leave a solution.
#[derive(Debug, Clone)]
pub struct Phase {
    /// Its name in the table.
    pub name: String,
    /// `hydroxides`, `phosphates`, `sulfates`, `fluorides`, `carbonates`, `gas`.
    pub group: String,
    /// log₁₀ K of dissolving into basis species, with its source.
    pub log_k: Sourced<f64>,
    /// As a solid of a stream.
    pub mineral: Arc<Mineral>,
    /// kg/mol.
    pub kg_per_mol: f64,
    /// mol of basis species set free by one mole.
    pub ions: Vec<(Ion, f64)>,
    /// kg of water set free by one mole.
    pub water: f64,
}

/// A complex or an acid form, counted in basis species.
#[derive(Debug, Clone)]
struct Species {
    ions: Vec<(Ion, f64)>,
    ln_beta: f64,
    charge: f64,
}

/// The constants.
#[derive(Debug, Clone)]
pub struct Chemistry {
    /// What can form, in the order of the table.
    pub phases: Vec<Phase>,
    species: Vec<Species>,
}

/// What a solution has become.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The solution left.
    pub aqueous: Aqueous,
    /// mol/h of each phase asked for, in their order.
    pub formed: Vec<f64>,
    /// −log₁₀ of the free hydrogen concentration.
    pub ph: f64,
    /// Ionic strength, mol/L.
    pub ionic_strength: f64,
    /// mol/h of `H⁺` to add (negative: to take away) that the pH asked for be kept; 0 when none was asked.
    pub acid: f64,
    /// log₁₀(activity product / K) of every phase of the chemistry in the solution left.
    pub saturation: Vec<f64>,
}

/// How activities are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// Concentrations are activities.
    Ideal,
    /// Davies' equation.
    Davies,
}

impl Activity {
    /// The words of the scenario.
    pub const WORDS: &'static [(&'static str, Activity)] = &[("ideal", Activity::Ideal), ("davies", Activity::Davies)];

    /// ln γ for charge z is −z² times this.
    fn slope(self, ionic_strength: f64) -> f64 {
        match self {
            Activity::Ideal => 0.0,
            Activity::Davies => {
                let i = ionic_strength.clamp(0.0, 0.5);
                0.509 * LN_10 * (i.sqrt() / (1.0 + i.sqrt()) - 0.3 * i)
            }
        }
    }
}

impl Chemistry {
    /// Reads the constants; the error names the file and row.
    pub fn read(library: &Library) -> Result<Self, Error> {
        let bad =
            |file: &str, why: String| Error::File { file: format!("data/solution/{file}.csv"), doing: "read", why };
        let mut phases = Vec::new();
        let table = library.table("solution/solubility_products")?;
        for row in table.rows() {
            let (Some(name), Some(formula), Some(group), Some(log_k), Some(density)) =
                (row.text("solid"), row.text("formula"), row.text("group"), row.fact("log_k"), row.number("density"))
            else {
                return Err(bad("solubility_products", "a row lacks a cell".into()));
            };
            phases
                .push(Phase::new(name, formula, group, log_k, density).map_err(|why| bad("solubility_products", why))?);
        }
        let mut species = vec![Species { ions: vec![(Ion::Ammonium, 1.0), (Ion::H, -1.0)], ln_beta: 0.0, charge: 0.0 }];
        let acids = library.table("solution/acid_constants")?;
        let pks = |acid: &str| -> Vec<f64> {
            acids.rows().filter(|row| row.text("acid") == Some(acid)).filter_map(|row| row.number("pk")).collect()
        };
        species[0].ln_beta = -pks("NH4+").first().copied().unwrap_or(9.244) * LN_10;
        for (acid, anion) in [
            ("HSO4-", Ion::Sulfate),
            ("H3PO4", Ion::Phosphate),
            ("HF", Ion::Fluoride),
            ("H2CO3", Ion::Carbonate),
            ("H2C2O4", Ion::Oxalate),
        ] {
            let mut ln_beta = 0.0;
            for (protons, pk) in (1..).zip(pks(acid).iter().rev()) {
                ln_beta += pk * LN_10;
                let protons = f64::from(protons);
                species.push(Species {
                    ions: vec![(anion, 1.0), (Ion::H, protons)],
                    ln_beta,
                    charge: anion.charge() + protons,
                });
            }
        }
        let table = library.table("solution/complexes")?;
        for row in table.rows() {
            let (Some(cation), Some(ligand), Some(count), Some(protons), Some(log_beta)) = (
                row.text("cation"),
                row.text("ligand"),
                row.number("ligands"),
                row.number("protons"),
                row.number("log_beta"),
            ) else {
                return Err(bad("complexes", "a row lacks a cell".into()));
            };
            let cation: Ion = cation.parse().map_err(|why| bad("complexes", why))?;
            let mut ions = vec![(cation, 1.0)];
            match ligand {
                "OH" => {}
                "SO4" => ions.push((Ion::Sulfate, count)),
                "PO4" => ions.push((Ion::Phosphate, count)),
                "F" => ions.push((Ion::Fluoride, count)),
                "Cl" => ions.push((Ion::Chloride, count)),
                other => return Err(bad("complexes", format!("`{other}` is not a ligand this law knows"))),
            }
            if protons != 0.0 {
                ions.push((Ion::H, protons));
            }
            let charge = ions.iter().map(|(ion, n)| ion.charge() * n).sum();
            species.push(Species { ions, ln_beta: log_beta * LN_10, charge });
        }
        Ok(Self { phases, species })
    }

    /// Keeps one acid association of an anion and drops every other species: for a question
    /// whose answer was worked out so.
    pub fn only_association(&mut self, anion: Ion, log_beta: f64) {
        self.species = vec![Species {
            ions: vec![(anion, 1.0), (Ion::H, 1.0)],
            ln_beta: log_beta * LN_10,
            charge: anion.charge() + 1.0,
        }];
    }

    /// The positions of the phases whose name or group is in `wanted`; the first unknown word is the error.
    pub fn pick(&self, wanted: &[String]) -> Result<Vec<usize>, String> {
        for word in wanted {
            if !self.phases.iter().any(|phase| phase.name == *word || phase.group == *word) {
                return Err(word.clone());
            }
        }
        let taken = |phase: &Phase| wanted.iter().any(|word| phase.name == *word || phase.group == *word);
        Ok((0..self.phases.len()).filter(|&at| taken(&self.phases[at])).collect())
    }

    /// Lets a solution come to equilibrium with the phases that may form. With `ph` the acidity
    /// is held there and what it takes is told; without, the acidity is what the solution has.
    pub fn settle(
        &self,
        solution: &Aqueous,
        allowed: &[usize],
        ph: Option<f64>,
        activity: Activity,
    ) -> Result<Settled, Error> {
        let litres = solution.volume() * 1000.0;
        if litres <= 0.0 {
            let formed = vec![0.0; allowed.len()];
            let saturation = vec![f64::NEG_INFINITY; self.phases.len()];
            return Ok(Settled {
                aqueous: solution.clone(),
                formed,
                ph: 7.0,
                ionic_strength: 0.0,
                acid: 0.0,
                saturation,
            });
        }
        let mut problem = problem::Problem::new(self, solution, litres, allowed, ph);
        let passes = if activity == Activity::Ideal { 1 } else { 30 };
        let mut strength = problem.strength_of_totals();
        for _ in 0..passes {
            problem.set_activity(activity.slope(strength));
            problem.solve()?;
            let next = problem.ionic_strength();
            let gap = (next - strength).abs();
            strength = next;
            if gap < 1e-8 * strength.max(1e-3) {
                break;
            }
        }
        Ok(problem.settled(self, solution, litres, allowed, strength))
    }
}

impl Phase {
    fn new(name: &str, formula: &str, group: &str, log_k: Sourced<f64>, density: f64) -> Result<Self, String> {
        let parsed = crate::formula::Formula::parse(formula).map_err(|why| why.to_string())?;
        let kg_per_mol = parsed.molar_mass() / 1000.0;
        let mineral = Mineral::new(name, &parsed, density, &crate::element::ByElement::default());
        let gone = mineral.dissolve();
        if gone.oxygen != 0.0 {
            return Err(format!("`{formula}` does not dissolve without redox"));
        }
        let ions =
            gone.ions.iter().map(|(ion, per_kg)| (ion, per_kg * kg_per_mol)).filter(|(_, n)| n.abs() > 1e-9).collect();
        Ok(Self {
            name: name.to_owned(),
            group: group.to_owned(),
            log_k,
            mineral: Arc::new(mineral),
            kg_per_mol,
            ions,
            water: gone.water * kg_per_mol,
        })
    }
}

mod problem;

#[cfg(test)]
mod tests;
