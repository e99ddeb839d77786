//! Constants of an extractant from batch points.
//!
//! # Equation
//! ```text
//! log D = log K_M + (z/3) p [log(e/r) − A (√e − √r)] + (z/3) q pH + S_M(I) − S_M(I*) + u
//! e  = C/2 − Σ z [M]org,      [H⁺] = [H⁺]₀ + R Σ z [M]org,      [M]org = ([M]₀ − [M])/R
//! I  = ½ ([H⁺] + Σ z² [M] + [Cl⁻])
//! ```
//! fitted by least squares in log D: the constants log K_M always, order p, slope q and Alstad's
//! coefficient A where the recipe frees them. With random offsets each source has its own
//! u ~ N(0, τ²); τ² and the residual σ² are found by restricted maximum likelihood:
//! ```text
//! σ² ← (Σ w r² + σ² tr(C WᵀW))/n,   τ² ← (Σ u² + σ² tr C_uu)/q,   C = (WᵀW + Λ)⁻¹,  Λ_u = σ²/τ²
//! ```
//!
//! # Symbols
//! As in [`crate::separate::isotherm::cation_exchange`] and
//! [`crate::separate::isotherm::pitzer_chloride`]; C: extractant, mol/L of monomer; R: organic over
//! aqueous by volume; subscript 0: before contact; n points, q sources.
//!
//! # Holds for
//! Contacts of an acidic extractant with a chloride solution of known acid, where all that moves is
//! in the table. D from a small difference of two analyses is poor: weigh it so, or leave it out.
//!
//! # Source
//! Balances of the contact; `marquardt1963`, `huber1981`; variance components `patterson1971`.

pub mod case;
pub mod least_squares;
pub mod outputs;
pub mod points;
pub mod predict;
pub mod recipe;

use nalgebra::{DMatrix, DVector};

use crate::element::{ByElement, Element};
use crate::error::Error;
use crate::separate::isotherm::cation_exchange::charge_of;
use least_squares::{Failure, Problem, Solution};
use points::Point;
use recipe::{Offsets, Recipe, Shared, Weights};

/// One element in one contact.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// Line of the points' file.
    pub line: usize,
    /// Whose it is.
    pub label: String,
    /// Of what.
    pub element: Element,
    /// pH after contact, by the balance of protons.
    pub ph: f64,
    /// Free dimer after contact, mol/L.
    pub free: f64,
    /// Ionic strength after contact, mol/L.
    pub ionic_strength: f64,
    /// Extractant, mol/L of monomer, and metal fed, mol/L.
    pub charged: [f64; 2],
    /// log₁₀ D.
    pub log_d: f64,
    /// Part of log₁₀ D that activities make.
    pub activity: f64,
    /// Its weight.
    pub weight: f64,
}

/// One element in one contact that is not used, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Dropped {
    /// Line of the points' file.
    pub line: usize,
    /// Whose it is.
    pub label: String,
    /// Of what.
    pub element: Element,
    /// Why.
    pub why: &'static str,
}

/// A fitted number.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// `log K of Nd`, `order`.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// One standard error.
    pub error: f64,
}

/// How well a group of points is met.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// A source or an element.
    pub name: String,
    /// Observations.
    pub count: usize,
    /// Mean of measured less fitted, log₁₀ D.
    pub mean: f64,
    /// Root mean square of the same.
    pub rms: f64,
}

/// A fit.
#[derive(Debug, Clone)]
pub struct Fit {
    /// What was used.
    pub observations: Vec<Observation>,
    /// What was not.
    pub dropped: Vec<Dropped>,
    /// The elements, in order of their parameters.
    pub elements: Vec<Element>,
    /// Constants first, then the shared parameters that are free.
    pub parameters: Vec<Parameter>,
    /// Correlation of `parameters`.
    pub correlation: DMatrix<f64>,
    /// Measured less fitted, log₁₀ D, observation by observation; offsets are part of the fitted.
    pub residuals: Vec<f64>,
    /// Share of its weight that a robust fit left to each observation.
    pub kept_weight: Vec<f64>,
    /// Root mean square of the residuals.
    pub rms: f64,
    /// Standard deviation of an observation of weight 1.
    pub scale: f64,
    /// Offset of each source, and its standard error; empty without random offsets.
    pub offsets: Vec<Parameter>,
    /// Standard deviation between sources; `None` without random offsets.
    pub between: Option<f64>,
    /// By source.
    pub by_source: Vec<Group>,
    /// By element.
    pub by_element: Vec<Group>,
    /// Each source left out in turn and foretold by the others (elements the others have).
    pub left_out: Vec<Group>,
    /// Order, slope, Alstad's coefficient as they ended.
    pub shared: [f64; 3],
}

/// Fits the constants of a recipe.
pub fn fit(recipe: &Recipe) -> Result<Fit, Error> {
    let (observations, dropped) = observe(recipe);
    let mut fitted = fit_to(recipe, &observations)?;
    fitted.dropped = dropped;
    fitted.left_out = left_out(recipe, &observations);
    Ok(fitted)
}

/// The observations a recipe keeps, and those it drops.
pub fn observe(recipe: &Recipe) -> (Vec<Observation>, Vec<Dropped>) {
    let (mut kept, mut dropped) = (Vec::new(), Vec::new());
    for point in &recipe.points.points {
        let state = Contacted::of(point, &recipe.points.elements);
        for &element in recipe.points.elements.iter().filter(|e| point.feed[**e].is_some_and(|c| c > 0.0)) {
            match one(recipe, point, &state, element) {
                Ok(observation) => kept.push(observation),
                Err(why) => dropped.push(Dropped { line: point.line, label: point.label.clone(), element, why }),
            }
        }
    }
    (kept, dropped)
}

/// A contact after it.
struct Contacted {
    free: f64,
    hydrogen: f64,
    ionic_strength: f64,
    metal: f64,
}

impl Contacted {
    fn of(point: &Point, elements: &[Element]) -> Self {
        let (mut bound, mut squares, mut cations, mut metal) = (0.0, 0.0, 0.0, 0.0);
        for &element in elements {
            let z = charge_of(element);
            bound += z * point.organic(element).unwrap_or(0.0);
            let left = point.aqueous[element].unwrap_or(0.0);
            squares += z * z * left;
            cations += z * left;
            metal += point.feed[element].unwrap_or(0.0);
        }
        let hydrogen = point.acid + point.ratio * bound;
        let chloride = hydrogen + cations;
        let ionic_strength = 0.5 * (hydrogen + squares + chloride);
        Self { free: 0.5 * point.extractant - bound, hydrogen, ionic_strength, metal }
    }
}

fn one(recipe: &Recipe, point: &Point, state: &Contacted, element: Element) -> Result<Observation, &'static str> {
    if !(recipe.sources.is_empty() || recipe.sources.contains(&point.label)) {
        return Err("its source is left out");
    }
    if !(recipe.elements.is_empty() || recipe.elements.contains(&element)) {
        return Err("its element is left out");
    }
    let (Some(feed), Some(left), Some(organic)) = (point.feed[element], point.aqueous[element], point.organic(element))
    else {
        return Err("no analysis after contact");
    };
    if left <= 0.0 {
        return Err("nothing left in the solution");
    }
    let d = organic / left;
    if !(d > recipe.d[0] && d < recipe.d[1]) {
        return Err("its D is outside the window");
    }
    if state.free <= recipe.least_free {
        return Err("too little free dimer");
    }
    if state.hydrogen <= 0.0 {
        return Err("no acid left");
    }
    let activity = match &recipe.carrying {
        None => 0.0,
        Some(carrying) => {
            let shift = |i: f64| carrying.activity.shift(element, i).ok_or("no Pitzer parameters of its chloride");
            shift(state.ionic_strength)? - shift(carrying.ionic_strength)?
        }
    };
    let weight = match recipe.weights {
        Weights::Equal => 1.0,
        Weights::ByDifference { analysis, scatter } => {
            // Both analyses carry the error; the difference has it from the larger, D from the lesser too.
            let of_difference = analysis * (feed * feed + left * left).sqrt() / (feed - left);
            let of_log = (of_difference.powi(2) + analysis * analysis).sqrt() / std::f64::consts::LN_10;
            scatter * scatter / (scatter * scatter + of_log * of_log)
        }
    };
    Ok(Observation {
        line: point.line,
        label: point.label.clone(),
        element,
        ph: -state.hydrogen.log10(),
        free: state.free,
        ionic_strength: state.ionic_strength,
        charged: [point.extractant, state.metal],
        log_d: d.log10(),
        activity,
        weight,
    })
}

/// The layout of the parameters: constants, shared ones, offsets.
struct Layout {
    elements: Vec<Element>,
    at: ByElement<Option<usize>>,
    free: Vec<Shared>,
    labels: Vec<String>,
}

impl Layout {
    fn new(recipe: &Recipe, observations: &[Observation]) -> Self {
        let elements: Vec<Element> =
            Element::ALL.iter().copied().filter(|e| observations.iter().any(|o| o.element == *e)).collect();
        let at = ByElement::from_fn(|e| elements.iter().position(|&x| x == e));
        let mut labels: Vec<String> = Vec::new();
        if recipe.offsets == Offsets::Random {
            for observation in observations {
                if !labels.contains(&observation.label) {
                    labels.push(observation.label.clone());
                }
            }
        }
        Self { elements, at, free: recipe.free.clone(), labels }
    }

    fn size(&self) -> usize {
        self.elements.len() + self.free.len() + self.labels.len()
    }

    fn offset_at(&self, label: &str) -> Option<usize> {
        self.labels.iter().position(|l| l == label).map(|at| self.elements.len() + self.free.len() + at)
    }

    fn shared(&self, recipe: &Recipe, theta: &DVector<f64>) -> [f64; 3] {
        let mut shared = recipe.shared;
        for (at, which) in self.free.iter().enumerate() {
            shared[*which as usize] = theta[self.elements.len() + at];
        }
        shared
    }

    /// Fitted less measured, and slopes.
    fn model(
        &self,
        recipe: &Recipe,
        observations: &[Observation],
        theta: &DVector<f64>,
    ) -> (DVector<f64>, DMatrix<f64>) {
        let [order, slope, alstad] = self.shared(recipe, theta);
        let mut r = DVector::zeros(observations.len());
        let mut j = DMatrix::zeros(observations.len(), self.size());
        for (i, o) in observations.iter().enumerate() {
            let of_three = charge_of(o.element) / 3.0;
            let roots = o.free.sqrt() - recipe.reference.sqrt();
            let effective = (o.free / recipe.reference).log10() - alstad * roots;
            let mut fitted = of_three * (order * effective + slope * o.ph) + o.activity;
            if let Some(at) = self.at[o.element] {
                fitted += theta[at];
                j[(i, at)] = 1.0;
            }
            for (at, which) in self.free.iter().enumerate() {
                j[(i, self.elements.len() + at)] = of_three
                    * match which {
                        Shared::Order => effective,
                        Shared::Slope => o.ph,
                        Shared::Alstad => -order * roots,
                    };
            }
            if let Some(at) = self.offset_at(&o.label) {
                fitted += theta[at];
                j[(i, at)] = 1.0;
            }
            r[i] = fitted - o.log_d;
        }
        (r, j)
    }

    fn name(&self, at: usize) -> String {
        let (k, s) = (self.elements.len(), self.free.len());
        if at < k {
            format!("log K of {}", self.elements[at])
        } else if at < k + s {
            self.free[at - k].word().into()
        } else {
            format!("offset of {}", self.labels[at - k - s])
        }
    }
}

fn failed(layout: &Layout, observations: usize, failure: &Failure) -> Error {
    let (what, hint) = match failure {
        Failure::Undetermined(at) => (
            format!("the points cannot tell `{}` from the other parameters", layout.name(*at)),
            "fix it, or keep points in which it varies by itself",
        ),
        Failure::TooFew => (
            format!("{observations} observations for {} parameters", layout.size()),
            "a wider window of D, more sources, or fewer free parameters",
        ),
        Failure::NotConverged(last) => {
            return Error::NotConverged {
                unit: "fit".into(),
                what: "the least squares".into(),
                residual: *last,
                iterations: 200,
                worst: "the sum of squares".into(),
                hint: "fix a shared parameter, or start it nearer".into(),
            };
        }
    };
    Error::Infeasible { unit: "fit".into(), what, hint: hint.into() }
}

/// Variance components: σ² and τ² in turn until they stand.
fn solved(recipe: &Recipe, observations: &[Observation], layout: &Layout) -> Result<(Solution, Option<f64>), Error> {
    let p = layout.size();
    let mut start = DVector::zeros(p);
    for (at, which) in layout.free.iter().enumerate() {
        start[layout.elements.len() + at] = recipe.shared[*which as usize];
    }
    let weights = DVector::from_iterator(observations.len(), observations.iter().map(|o| o.weight));
    let model = |theta: &DVector<f64>| layout.model(recipe, observations, theta);
    let run = |start: &DVector<f64>, ratio: f64| {
        let mut prior = DVector::zeros(p);
        prior.rows_mut(p - layout.labels.len(), layout.labels.len()).fill(ratio);
        let problem = Problem { model: &model, weights: weights.clone(), prior, robust: recipe.robust };
        least_squares::solve(&problem, start).map_err(|failure| failed(layout, observations.len(), &failure))
    };
    if layout.labels.is_empty() {
        return Ok((run(&start, 0.0)?, None));
    }
    if layout.labels.len() < 2 {
        return Err(Error::Infeasible {
            unit: "fit".into(),
            what: format!("`{}` alone has no offset from other sources", layout.labels[0]),
            hint: "offsets = \"none\", or more sources".into(),
        });
    }
    let (n, q) = (observations.len() as f64, layout.labels.len());
    let (mut within, mut between) = (0.1, 0.1);
    let mut solution = run(&start, within / between)?;
    for _ in 0..20_000 {
        let (_, j) = model(&solution.values);
        let mut weighted = j.clone();
        for (mut row, w) in weighted.row_iter_mut().zip(weights.iter()) {
            row *= *w;
        }
        let c = &solution.inverse;
        let squares = solution.residuals.component_mul(&solution.residuals).dot(&weights);
        let trace = (c * (j.transpose() * weighted)).trace();
        let offsets = solution.values.rows(p - q, q);
        let c_uu: f64 = (p - q..p).map(|at| c[(at, at)]).sum();
        let next = [(squares + within * trace) / n, (offsets.dot(&offsets) + within * c_uu) / q as f64];
        // Finer than any analysis; below it the offsets could not be told from the constants.
        let next = [next[0].max(1e-8), next[1].max(1e-12)];
        let moved = (next[0] / within - 1.0).abs().max((next[1] / between - 1.0).abs());
        [within, between] = next;
        solution = run(&solution.values, within / between)?;
        if moved < 1e-9 {
            solution.covariance = &solution.inverse * within;
            solution.scale = within.sqrt();
            return Ok((solution, Some(between.sqrt())));
        }
    }
    Err(failed(layout, observations.len(), &Failure::NotConverged(within)))
}

fn fit_to(recipe: &Recipe, observations: &[Observation]) -> Result<Fit, Error> {
    let layout = Layout::new(recipe, observations);
    let (solution, between) = solved(recipe, observations, &layout)?;
    let count = layout.elements.len() + layout.free.len();
    let error = |at: usize| solution.covariance[(at, at)].max(0.0).sqrt();
    let parameter = |at: usize| Parameter { name: layout.name(at), value: solution.values[at], error: error(at) };
    let correlation = DMatrix::from_fn(count, count, |i, j| {
        if i == j { 1.0 } else { solution.covariance[(i, j)] / (error(i) * error(j)).max(1e-300) }
    });
    let residuals: Vec<f64> = solution.residuals.iter().map(|r| -r).collect();
    let by = |name: &dyn Fn(&Observation) -> String| groups(observations, &residuals, name);
    Ok(Fit {
        parameters: (0..count).map(parameter).collect(),
        correlation,
        rms: (residuals.iter().map(|r| r * r).sum::<f64>() / residuals.len() as f64).sqrt(),
        scale: solution.scale,
        offsets: (count..layout.size()).map(parameter).collect(),
        between,
        by_source: by(&|o| o.label.clone()),
        by_element: by(&|o| o.element.symbol().to_owned()),
        left_out: Vec::new(),
        shared: layout.shared(recipe, &solution.values),
        kept_weight: solution.kept_weight.iter().copied().collect(),
        observations: observations.to_vec(),
        dropped: Vec::new(),
        elements: layout.elements,
        residuals,
    })
}

fn groups(observations: &[Observation], residuals: &[f64], name: &dyn Fn(&Observation) -> String) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (observation, residual) in observations.iter().zip(residuals) {
        let name = name(observation);
        let at = groups.iter().position(|group| group.name == name).unwrap_or_else(|| {
            groups.push(Group { name, count: 0, mean: 0.0, rms: 0.0 });
            groups.len() - 1
        });
        groups[at].count += 1;
        groups[at].mean += residual;
        groups[at].rms += residual * residual;
    }
    for group in &mut groups {
        group.mean /= group.count as f64;
        group.rms = (group.rms / group.count as f64).sqrt();
    }
    groups
}

/// Leaves each source out in turn and lets the others foretell it; an offset is not theirs to know.
fn left_out(recipe: &Recipe, observations: &[Observation]) -> Vec<Group> {
    let mut labels: Vec<&str> = Vec::new();
    for observation in observations {
        if !labels.contains(&observation.label.as_str()) {
            labels.push(&observation.label);
        }
    }
    if labels.len() < 2 {
        return Vec::new();
    }
    let mut all = Vec::new();
    for label in &labels {
        let (theirs, others): (Vec<Observation>, Vec<Observation>) =
            observations.iter().cloned().partition(|o| o.label == *label);
        let mut recipe = recipe.clone();
        if labels.len() == 2 {
            recipe.offsets = Offsets::None;
        }
        let Ok(fitted) = fit_to(&recipe, &others) else { continue };
        let layout = Layout { labels: Vec::new(), ..Layout::new(&recipe, &others) };
        let theirs: Vec<Observation> = theirs.into_iter().filter(|o| layout.at[o.element].is_some()).collect();
        if theirs.is_empty() {
            continue;
        }
        let theta = DVector::from_iterator(fitted.parameters.len(), fitted.parameters.iter().map(|p| p.value));
        let (r, _) = layout.model(&recipe, &theirs, &theta);
        let residuals: Vec<f64> = r.iter().map(|r| -r).collect();
        all.extend(groups(&theirs, &residuals, &|o| o.label.clone()));
    }
    all
}

#[cfg(test)]
mod tests;
