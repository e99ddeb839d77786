//! `[simulate.elements]`: all fifteen rare earths drawn together, so that they add up and keep their ratios, and what each may hold.
//!
//! # Equation
//! Factors of the log-ratios ([`crate::deposit::factors`]), each drawn on its own ([`crate::deposit::simulate`]) with the shapes and bounds of a
//! `[variogram]` that is fitted, fitted anew and sparingly ([`crate::deposit::variogram`]) to the scores of each factor, down to nugget alone; else
//! all with the variogram of `[simulate]`. Blocks are means of their
//! nodes, counted realisation by realisation ([`crate::deposit::simulate::tally`]); realisations are held against their models
//! ([`crate::deposit::simulate::reproduction`]).
//!
//! # Symbols
//! As there.
//!
//! # Holds for
//! Blocks that have an estimate, each of the dry tonnes estimated of it: the spread is that of grades alone, not of volume, density or variogram.
//!
//! # Source
//! Those of the laws it calls.

use crate::deposit::anisotropy::Ellipsoid;
use crate::deposit::factors::{Ask, Factors, Noughts};
use crate::deposit::ground::Ground;
use crate::deposit::ground::block_model::BlockModel;
use crate::deposit::ground::reproduced::{Scored, histogram, histograms};
use crate::deposit::ground::simulated::Simulated;
use crate::deposit::ground::variography::{STRUCTURES, structures};
use crate::deposit::point::Point;
use crate::deposit::simulate::spread::Spread;
use crate::deposit::simulate::tally::{Count, Quantity, Tally};
use crate::deposit::simulate::{Simulation, Variable, nodes_of};
use crate::deposit::variogram::Model;
use crate::deposit::variogram::fit::Fitted;
use crate::element::Element;
use crate::error::Error;
use crate::fields::Fields;
use crate::progress::Watch;
use crate::quantity::{Fraction, Length, Number};
use crate::source::Caveat;
use crate::table::{Cell, Table};

/// Parts in a million: the whole that factors are taken of.
const WHOLE: f64 = 1e6;
/// Realisations that share a path.
const LOT: usize = 25;

/// How factors are made.
#[derive(Debug, Clone)]
pub struct Elements {
    noughts: Option<f64>,
    lag: Option<Ellipsoid>,
    beyond: f64,
}

/// The samples as factors.
struct Drawn {
    factors: Factors,
    variables: Vec<usize>,
    cut_on: Vec<f64>,
    places: Vec<Point>,
    holes: Vec<u32>,
    weights: Vec<f64>,
    /// Grades of each sample.
    rows: Vec<Vec<f64>>,
}

impl Elements {
    /// Reads the section.
    pub fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let noughts: Option<Fraction> =
            fields.may("noughts", "grade that stands for nought; absent: a grade of nought is refused", 1e-12..=0.5);
        let lag: Option<Length> = fields.may(
            "lag",
            "pairs of samples within it tell which factors go on from place to place; absent: principal components",
            1e-3..=1e7,
        );
        let beyond: Option<Number> = fields.need(
            "beyond",
            "how far beyond its extreme samples a factor may go, in its own deviations",
            0.0..=10.0,
        );
        let lag = lag.map(|lag| Ellipsoid::sphere(lag.0));
        Some(Self { noughts: noughts.map(|grade| grade.0 * WHOLE), lag, beyond: beyond?.0 })
    }
}

impl Drawn {
    /// The samples' grades of each element.
    fn columns(&self) -> Vec<Vec<f64>> {
        (0..self.variables.len()).map(|at| self.rows.iter().map(|row| row[at]).collect()).collect()
    }
}

fn refused(what: impl Into<String>, hint: &str) -> Error {
    Error::Infeasible { unit: "deposit".into(), what: what.into(), hint: hint.into() }
}

/// The variogram of each factor, and how well it lies through its lags.
fn fits(names: &[&str], fitted: &[Fitted], flag: &str) -> Table {
    let mut table = Table::new(
        "factor_variograms",
        format!("The variograms that factors are drawn with{flag}"),
        "shares of the sill of normal scores; the smallest model that the lags ask for, down to nugget alone; left: share of the weighted variance \
         of the lags that the fit leaves",
        STRUCTURES,
    );
    let mut left: Vec<Cell> = Vec::new();
    for (name, fitted) in names.iter().zip(fitted) {
        structures(&mut table, name, &fitted.model);
        left.resize(table.rows.len(), fitted.misfit.into());
    }
    table.column("left", "");
    for (row, left) in table.rows.iter_mut().zip(left) {
        row.push(left);
    }
    table
}

impl Ground {
    /// Draws all rare earths and counts them, where that is asked.
    pub fn simulated_together(
        &self,
        model: &BlockModel,
        flag: &str,
        watch: &Watch<'_>,
    ) -> Result<(Vec<Table>, Vec<Caveat>), Error> {
        let Some((given, elements)) = self.simulate.as_ref().and_then(|given| Some((given, given.elements.as_ref()?)))
        else {
            return Ok((Vec::new(), Vec::new()));
        };
        let (drawn, joined) = self.as_factors(given, elements)?;
        let fitted = self.of_factors(&drawn)?;
        let shared = fitted.is_empty();
        let at_bound = fitted.iter().filter(|fitted| fitted.at_bound > 0).count();
        let models: Vec<Model> = if shared {
            vec![given.model.with_sill(1.0)]
        } else {
            fitted.iter().map(|fitted| fitted.model.with_sill(1.0)).collect()
        };
        let cut_offs = match self.tonnage.cut_off {
            cut if cut > 0.0 => vec![0.0, cut],
            _ => vec![0.0],
        };
        let (nodes, count) = (nodes_of(&self.lattice, given.points), drawn.factors.count());
        let which = |at: usize| if shared { 0 } else { at };
        let each: Vec<&Model> = (0..count).map(|at| &models[which(at)]).collect();
        let scores: Vec<&[f64]> = (0..count).map(|at| drawn.factors.scores(at)).collect();
        let samples = Scored { places: &drawn.places, holes: &drawn.holes, scores: &scores };
        let mut seen = self.looked_along(nodes, each.iter().copied().cloned().collect(), samples);
        let columns = drawn.columns();
        let asked: Vec<Vec<f64>> = columns.iter().map(|grades| Self::grades_asked(grades, &drawn.weights)).collect();
        let mut tally = Tally::new(Count {
            blocks: self.lattice,
            points: given.points,
            mass_t: model.masses_t(self.tonnage.of),
            cut_on: drawn.cut_on.clone(),
            cut_offs: cut_offs.clone(),
            share: 1.0 / WHOLE,
            realisations: given.realisations,
            keep: 0,
        })?
        .with_nodes(asked.clone());
        let variable = |at: usize| Variable { scores: drawn.factors.scores(at).to_vec(), model: which(at) };
        let simulation = Simulation {
            nodes,
            points: drawn.places.clone(),
            variables: (0..count).map(variable).collect(),
            models: models.clone(),
            method: given.method,
            seed: given.seed,
            lot: LOT,
        };
        let stage = watch.stage(format!("realisations of {count} factors"), given.realisations);
        simulation.run(given.realisations, &|share| stage.come_to(share), |round| {
            seen.take(round)?;
            tally.take(round, &drawn.factors)
        })?;
        let names: Vec<String> = (1..=count).map(|at| format!("factor {at}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let symbols: Vec<&str> = Element::RARE_EARTHS.iter().map(|element| element.symbol()).collect();
        let mut caveats = vec![Caveat::at(
            "deposit",
            "simulated grounds have the blocks and dry tonnes of the estimate: their spread is that of grades alone",
        )];
        caveats.extend(joined);
        if shared {
            let what = "one variogram is taken for that of all factors: `fit` in [variogram] gives each its own";
            caveats.push(Caveat::at("deposit", what));
        }
        if at_bound > 0 {
            let what =
                format!("{at_bound} of {count} factors have a range at the end of the lags seen: they do not tell it");
            caveats.push(Caveat::at("deposit", what));
        }
        let mut tables = vec![
            self.by_element(&tally, &drawn, &cut_offs, model, flag),
            drawn.factors.table(&symbols),
            seen.histogram_table(&names),
            self.histograms_of(&drawn, &columns, &asked, &tally, flag),
        ];
        for table in &mut tables[1..3] {
            table.title.push_str(flag);
        }
        let named = ("simulated_variograms", &*format!("Variograms of the realisations beside the model{flag}"));
        tables.extend(self.variograms_beside(&seen, &each, &names, samples, named));
        tables.extend((!shared).then(|| fits(&names, &fitted, flag)));
        Ok((tables, caveats))
    }

    fn as_factors(&self, given: &Simulated, elements: &Elements) -> Result<(Drawn, Option<Caveat>), Error> {
        let found = Element::RARE_EARTHS.iter().map(|element| self.samples.position(element.symbol()));
        let Some(variables) = found.collect::<Option<Vec<usize>>>() else {
            return Err(refused(
                "not all of the fifteen rare earths are assayed, so they cannot be drawn together",
                "[simulate] without `elements`",
            ));
        };
        let lead = self.samples.variables[self.tonnage.of].name.as_str();
        let counts = |element: &Element| match lead {
            "SREY" => 1.0,
            "TREO" => element.oxide_factor().unwrap_or(1.0),
            one => f64::from(u8::from(one == element.symbol())),
        };
        let cut_on: Vec<f64> = Element::RARE_EARTHS.iter().map(counts).collect();
        if cut_on.iter().sum::<f64>() <= 0.0 {
            let what = format!("cut-offs are of {lead}, which is no rare earth and no sum of them");
            return Err(refused(what, "`of = \"SREY\"` in [tonnage], or [simulate] without `elements`"));
        }
        let (mut places, mut holes, mut weights, mut rows) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (sample, weight) in self.samples.samples.iter().zip(&self.weighed.weights) {
            let row: Option<Vec<f64>> = variables.iter().map(|at| sample.grades[*at]).collect();
            let Some(row) = row else { continue };
            places.push(sample.place);
            holes.push(sample.hole);
            weights.push(*weight);
            rows.push(row);
        }
        let noughts =
            elements.noughts.map_or(Noughts::Refused, |grade| Noughts::Replaced(vec![grade; variables.len()]));
        let heights_m: Vec<f64> = places.iter().map(|place| place[2]).collect();
        let (layers, told) = self.layers(given, &heights_m);
        let ask = Ask { whole: WHOLE, noughts, lag: elements.lag, beyond: elements.beyond, layers };
        let factors = Factors::new(&places, &rows, Some(&weights), &ask)?;
        Ok((Drawn { factors, variables, cut_on, places, holes, weights, rows }, told))
    }

    /// The histogram of each element, in the samples and in the simulated grounds.
    fn histograms_of(
        &self,
        drawn: &Drawn,
        columns: &[Vec<f64>],
        asked: &[Vec<f64>],
        tally: &Tally,
        flag: &str,
    ) -> Table {
        let title = format!("Histograms of the rare earths drawn together beside the samples'{flag}");
        let mut table = histograms("simulated_histograms_of_elements", title);
        for (of, variable) in drawn.variables.iter().enumerate() {
            let variable = &self.samples.variables[*variable];
            let known = (columns[of].as_slice(), drawn.weights.as_slice());
            histogram(&mut table, (&variable.name, variable.unit), known, &asked[of], (tally, of));
        }
        table
    }

    /// The variograms of the factors' scores; none where nothing is to be fitted.
    fn of_factors(&self, drawn: &Drawn) -> Result<Vec<Fitted>, Error> {
        let of = |at: usize| self.fitted_sparingly(&drawn.places, &drawn.holes, drawn.factors.scores(at));
        let fitted = (0..drawn.factors.count()).map(of).collect::<Result<Option<Vec<Fitted>>, Error>>()?;
        Ok(fitted.unwrap_or_default())
    }

    /// What each holds, with what the estimated blocks have beside it.
    fn by_element(&self, tally: &Tally, drawn: &Drawn, cut_offs: &[f64], model: &BlockModel, flag: &str) -> Table {
        let lead = &self.samples.variables[self.tonnage.of];
        let mut table = Table::new(
            "simulated_by_element",
            format!("What is held above cut-offs of {}, the rare earths drawn together{flag}", lead.name),
            "dry solids and elements in place, in every realisation the parts of one sum; P90 is exceeded with a chance of 90 %, P10 with 10 %; estimated: \
             what the estimated blocks have; ground in place is no ore reserve",
            &[
                ("cut-off", lead.unit),
                ("held", ""),
                ("P90", "t"),
                ("P50", "t"),
                ("P10", "t"),
                ("mean", "t"),
                ("deviation", "t"),
                ("estimated", "t"),
            ],
        );
        for (at, cut) in cut_offs.iter().enumerate() {
            let sum = |variable: usize| self.sum(model, variable, |_, grade| grade >= *cut || *cut <= 0.0);
            let mut rows = vec![
                ("dry solids".to_owned(), Quantity::Tonnes, sum(self.tonnage.of).dry_t),
                (lead.name.clone(), Quantity::CutMetal, sum(self.tonnage.of).content / WHOLE),
            ];
            for (of, variable) in drawn.variables.iter().enumerate() {
                let name = self.samples.variables[*variable].name.clone();
                rows.push((name, Quantity::Metal(of), sum(*variable).content / WHOLE));
            }
            for (name, quantity, estimated) in rows {
                let spread = tally.spread(at, quantity);
                let of = |field: fn(&Spread) -> f64| Cell::from(spread.as_ref().map(field));
                table.row(vec![
                    (*cut).into(),
                    name.into(),
                    of(|spread| spread.exceeded_90),
                    of(|spread| spread.exceeded_50),
                    of(|spread| spread.exceeded_10),
                    of(|spread| spread.mean),
                    of(|spread| spread.deviation),
                    estimated.into(),
                ]);
            }
        }
        table
    }
}
