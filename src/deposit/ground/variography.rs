//! `[experimental]` and a fitted `[variogram]`: what the samples say of themselves, and the model made of it.

use std::sync::Arc;

use crate::deposit::ground::Ground;
use crate::deposit::ground::curve;
use crate::deposit::ground::given::Samples;
use crate::deposit::point::Point;
use crate::deposit::variogram::direction::{Direction, Found, Pairs};
use crate::deposit::variogram::estimators::{self, Estimator};
use crate::deposit::variogram::fit::{Fitted, Target, Wanted, Weighing};
use crate::deposit::variogram::{Model, SHAPES};
use crate::error::Error;
use crate::fields::{Fields, nearest};
use crate::library::Library;
use crate::quantity::{Angle, Length};
use crate::source::Caveat;
use crate::table::{Cell, Table};

/// What is looked at.
#[derive(Debug, Clone)]
pub struct Experimental {
    /// How pairs are made a semivariance.
    pub estimator: Arc<dyn Estimator>,
    /// Its name.
    pub named: &'static str,
    /// The variables, by position.
    pub of: Vec<usize>,
    /// The directions.
    pub directions: Vec<Direction>,
    /// Pairs of variables whose cross variogram is looked at.
    pub cross: Vec<(usize, usize)>,
    /// Lags of the map in plan, to each side; `None`: no map.
    pub map: Option<(f64, usize)>,
}

/// What is fitted, and to which variable.
#[derive(Debug, Clone)]
pub struct Fit {
    /// The variable.
    pub of: usize,
    /// The shapes and bounds.
    pub wanted: Wanted,
}

fn named(fields: &mut Fields<'_>, key: &'static str, about: &str, samples: Option<&Samples>) -> Option<Vec<usize>> {
    let names = fields.texts(key, about)?;
    let samples = samples?;
    let known = |name: &String| {
        let at = samples.position(name);
        if at.is_none() {
            let known = samples.variables.iter().map(|variable| variable.name.as_str());
            fields.refuse(key, format!("`{name}` is not assayed"), nearest(name, known));
        }
        at
    };
    let found: Vec<Option<usize>> = names.iter().map(known).collect();
    found.into_iter().collect()
}

impl Experimental {
    /// Reads `[experimental]`.
    pub fn read(fields: &mut Fields<'_>, library: &Library, samples: Option<&Samples>) -> Option<Self> {
        let words: Vec<(&'static str, usize)> =
            estimators::KINDS.iter().enumerate().map(|(at, kind)| (kind.name, at)).collect();
        let estimator = fields.word("estimator", "how pairs are made a semivariance", &words);
        let of = named(fields, "of", "the variables whose variograms are looked at", samples);
        let lag: Option<Length> = fields.need("lag", "width of a lag", 1e-6..=1e8);
        let lags = fields.count("lags", "how many lags", 1..=500);
        let all = fields.flag("all_ways", "whether all directions together are looked at");
        let down: Option<Length> =
            fields.may("down_hole", "width of a lag down the holes; absent: holes are not looked down", 1e-6..=1e6);
        let level: Option<Length> = fields.may(
            "level",
            "height between samples that still lie on one level, looked over all ways in plan; absent: levels are not looked at",
            0.0..=1e4,
        );
        let mut directions = Vec::new();
        let mut whole = true;
        if let (Some(lag), Some(lags), Some(true)) = (lag, lags, all) {
            directions.push(Direction { name: "all ways".into(), pairs: Pairs::All, lag_m: lag.0, lags });
        }
        if let (Some(down), Some(lags)) = (down, lags) {
            directions.push(Direction { name: "down the holes".into(), pairs: Pairs::DownHole, lag_m: down.0, lags });
        }
        if let (Some(level), Some(lag), Some(lags)) = (level, lag, lags) {
            directions.push(Direction { name: "on a level".into(), pairs: Pairs::Level(level.0), lag_m: lag.0, lags });
        }
        for mut inner in fields.may_tables("directions", "directions looked along, each with its tolerance") {
            match Direction::read(&mut inner, lag.map(|lag| lag.0), lags) {
                Some(direction) => directions.push(direction),
                None => whole = false,
            }
            inner.finish();
        }
        let cross =
            fields.may_texts("cross", "pairs of variables for cross variograms, each such as \"Nd/Dy\"; absent: none");
        let map = fields.has("map_lag").then(|| {
            let lag: Option<Length> = fields.need(
                "map_lag",
                "side of a cell of the map of the variogram in plan; absent: no map",
                1e-6..=1e8,
            );
            let cells = fields.count("map_lags", "cells of the map to each side", 1..=60);
            lag.zip(cells).map(|(lag, cells)| (lag.0, cells))
        });
        let mut pairs = Vec::new();
        for words in &cross {
            let ends = words.split_once('/').map(|(a, b)| (a.trim(), b.trim()));
            let found = samples.zip(ends).and_then(|(samples, (a, b))| samples.position(a).zip(samples.position(b)));
            if let Some(pair) = found {
                pairs.push(pair);
            } else {
                fields.refuse("cross", format!("`{words}` is no pair of what is assayed"), "such as \"Nd/Dy\"");
                whole = false;
            }
        }
        let at = estimator?;
        let kind = &estimators::KINDS[at];
        let made: Arc<dyn Estimator> = Arc::from((kind.read)(fields, library)?);
        if !pairs.is_empty() && !made.crosses() {
            fields.refuse(
                "cross",
                format!("`{}` has no meaning for two variables", kind.name),
                "matheron, covariance or correlogram",
            );
            whole = false;
        }
        if directions.is_empty() && whole {
            fields.refuse(
                "all_ways",
                "no pairs are looked at",
                "`all_ways = true`, `down_hole`, `level` or `directions`",
            );
            whole = false;
        }
        let map = match map {
            Some(read) => Some(read?),
            None => None,
        };
        whole.then_some(())?;
        Some(Self { estimator: made, named: kind.name, of: of?, directions, cross: pairs, map })
    }
}

impl Fit {
    /// Reads a `[variogram]` with `fit`.
    pub fn read(
        fields: &mut Fields<'_>,
        samples: Option<&Samples>,
        experimental: Option<&Experimental>,
    ) -> Option<Self> {
        let shapes = fields.texts("fit", "shapes to fit, shortest first, such as [\"spherical\", \"exponential\"]");
        let of = super::read::variable(fields, "of", "the variable it is fitted to", samples);
        let nugget = fields.flag("nugget", "whether a nugget may stand");
        let weighing = fields.word(
            "weights",
            "what weighs a lag: its pairs, over the square of its distance, or over that of its semivariance",
            &[
                ("pairs", Weighing::Pairs),
                ("pairs-over-distance-squared", Weighing::PairsOverDistance),
                ("pairs-over-gamma-squared", Weighing::PairsOverGamma),
            ],
        );
        let axes = fields.word(
            "ranges",
            "which ranges are free: one for all ways, one level and one upright, or one along each axis",
            &[("alike", 1), ("level-and-upright", 2), ("three", 3)],
        );
        let shortest: Option<Length> = fields.need("shortest", "shortest range that is tried", 1e-3..=1e8);
        let longest: Option<Length> = fields.need("longest", "longest range that is tried", 1e-3..=1e8);
        let mut angle =
            |key, about, least: f64| fields.may::<Angle>(key, about, least..=-least).map_or(0.0, |angle| angle.0);
        let angles = [
            angle("azimuth", "of the major axis, clockwise from north; absent: north", -360.0),
            angle("dip", "of the major axis, downward; absent: level", -90.0),
            angle("plunge", "turn of the semi-major axis about the major; absent: none", -180.0),
        ];
        let mut structures = Vec::new();
        let mut whole = true;
        for name in shapes.iter().flatten() {
            if let Some(shape) = SHAPES.iter().find(|(known, _)| known == name) {
                structures.push(*shape);
            } else {
                let hint = nearest(name, SHAPES.iter().map(|(known, _)| *known));
                fields.refuse("fit", format!("`{name}` is not known"), hint);
                whole = false;
            }
        }
        if structures.is_empty() || structures.len() > 3 {
            fields.refuse("fit", format!("{} shapes", structures.len()), "one to three");
            whole = false;
        }
        match experimental {
            None => {
                fields.refuse("fit", "there is no experimental variogram to fit to", "[experimental]");
                whole = false;
            }
            Some(looked) if !looked.estimator.is_variogram() => {
                let what = format!(
                    "`{}` has no sill in squares of a grade, so no model to krige with is fitted to it",
                    looked.named
                );
                fields.refuse("fit", what, "matheron, cressie-hawkins or covariance");
                whole = false;
            }
            Some(_) => {}
        }
        let (shortest, longest) = (shortest?.0, longest?.0);
        if shortest >= longest {
            fields.refuse("longest", "is not longer than the shortest", "bounds with room between them");
            whole = false;
        }
        whole.then_some(())?;
        let wanted = Wanted {
            structures,
            angles,
            axes: axes?,
            bounds_m: [[shortest, longest]; 3],
            nugget: nugget?,
            weighing: weighing?,
        };
        Some(Self { of: of?, wanted })
    }
}

/// Columns of a table of nested models.
pub const STRUCTURES: &[(&str, &str)] = &[
    ("of", ""),
    ("structure", ""),
    ("share", "%"),
    ("major range", "m"),
    ("semi-major range", "m"),
    ("minor range", "m"),
    ("azimuth", "deg"),
    ("dip", "deg"),
    ("plunge", "deg"),
];

/// Rows of a model in such a table: its nugget, then each structure.
pub fn structures(table: &mut Table, name: &str, model: &Model) {
    let mut nugget: Vec<Cell> = vec![name.into(), "nugget".into(), (100.0 * model.nugget_share).into()];
    nugget.resize(9, Cell::Absent);
    table.row(nugget);
    for structure in &model.structures {
        let ellipsoid = structure.ellipsoid;
        let [major, semi, minor] = ellipsoid.reach_m;
        table.row(vec![
            name.into(),
            structure.kind.into(),
            (100.0 * structure.share).into(),
            major.into(),
            semi.into(),
            minor.into(),
            ellipsoid.azimuth.into(),
            ellipsoid.dip.into(),
            ellipsoid.plunge.into(),
        ]);
    }
}

/// Places, holes and values of the samples that hold two variables.
type Held = (Vec<Point>, Vec<u32>, [Vec<f64>; 2]);

impl Ground {
    fn held(&self, a: usize, b: usize) -> Held {
        let mut held: Held = (Vec::new(), Vec::new(), [Vec::new(), Vec::new()]);
        for sample in &self.samples.samples {
            if let (Some(one), Some(other)) = (sample.grades[a], sample.grades[b]) {
                held.0.push(sample.place);
                held.1.push(sample.hole);
                held.2[0].push(one);
                held.2[1].push(other);
            }
        }
        held
    }

    fn found(&self, looked: &Experimental, direction: &Direction, a: usize, b: usize) -> Vec<Found> {
        let (places, holes, [one, other]) = self.held(a, b);
        direction.experimental(&places, &holes, [&one, &other], &*looked.estimator)
    }

    /// Fits the variogram that is asked for.
    pub fn fitted(&self) -> Result<Option<Fitted>, Error> {
        let Some(fit) = &self.fit else { return Ok(None) };
        let (places, holes, [values, _]) = self.held(fit.of, fit.of);
        let targets = self.targets(&places, &holes, &values);
        let fitted = fit.wanted.fit(&targets).ok_or_else(|| too_few(targets.len()))?;
        Ok(Some(fitted))
    }

    /// Fits to any values the smallest model of what is asked for that their lags ask for.
    pub fn fitted_sparingly(&self, places: &[Point], holes: &[u32], values: &[f64]) -> Result<Option<Fitted>, Error> {
        let Some(fit) = &self.fit else { return Ok(None) };
        let targets = self.targets(places, holes, values);
        let fitted = fit.wanted.sparingly(&targets).ok_or_else(|| too_few(targets.len()))?;
        Ok(Some(fitted))
    }

    /// The lags of some values that a fit is held to.
    fn targets(&self, places: &[Point], holes: &[u32], values: &[f64]) -> Vec<Target> {
        let (Some(fit), Some(looked)) = (&self.fit, &self.experimental) else { return Vec::new() };
        let mut targets = Vec::new();
        for direction in &looked.directions {
            // All ways together tell no range of a single axis.
            if direction.pairs == Pairs::All && fit.wanted.axes > 1 {
                continue;
            }
            for found in direction.experimental(places, holes, [values, values], &*looked.estimator) {
                let lag = found.lag;
                let way = match direction.pairs {
                    Pairs::All => [lag.distance_m, 0.0, 0.0],
                    Pairs::DownHole => found.way,
                    Pairs::Along { .. } | Pairs::Level(_) => direction.way(lag.distance_m).unwrap_or(found.way),
                };
                targets.push(Target { way, distance_m: lag.distance_m, pairs: lag.pairs as f64, gamma: lag.gamma });
            }
        }
        targets
    }

    /// Experimental variograms beside the model, cross variograms, the map, and the model itself.
    pub fn variography(&self, fitted: Option<&Fitted>, flag: &str) -> Vec<Table> {
        let mut tables = Vec::new();
        if let Some(looked) = &self.experimental {
            for at in &looked.of {
                tables.extend(self.variogram_tables(looked, *at, *at, fitted, flag));
            }
            for (a, b) in &looked.cross {
                tables.extend(self.variogram_tables(looked, *a, *b, None, flag));
            }
            tables.extend(looked.map.and_then(|(lag, cells)| self.variogram_map(looked, lag, cells, flag)));
        }
        tables.extend(self.model_table(fitted, flag));
        tables
    }

    /// The lags of two variables (the same twice, for one), with the model's curves where it has any.
    fn variogram_tables(
        &self,
        looked: &Experimental,
        a: usize,
        b: usize,
        fitted: Option<&Fitted>,
        flag: &str,
    ) -> Vec<Table> {
        let names = &self.samples.variables;
        let (name, title) = if a == b {
            (names[a].name.clone(), format!("Variogram of {}", names[a].name))
        } else {
            (
                format!("{}_and_{}", names[a].name, names[b].name),
                format!("Cross variogram of {} and {}", names[a].name, names[b].name),
            )
        };
        let squared = if names[a].unit == "ppm" && looked.estimator.is_variogram() { "ppm2" } else { "" };
        let mut table = Table::new(
            format!("variogram_of_{name}"),
            format!("{title}, by {}{flag}", looked.named),
            "lags of one width, each at the mean distance of its pairs",
            &[
                ("direction", ""),
                ("distance", "m"),
                ("pairs", ""),
                ("experimental", squared),
                ("model", squared),
                ("sill", squared),
            ],
        );
        let own =
            fitted.filter(|_| self.fit.as_ref().is_some_and(|fit| fit.of == a)).map(|fitted| fitted.model.clone());
        let model = own.or_else(|| self.variogram(a).map(|model| model.with_sill(self.sill(a))));
        let model = model.filter(|_| a == b && looked.estimator.is_variogram());
        let sill = model.as_ref().map(|_| self.sill(a));
        let mut curves = curve::table(&table, squared);
        for direction in &looked.directions {
            let lags = self.found(looked, direction, a, b);
            let far_m = lags.iter().map(|found| found.lag.distance_m).fold(0.0, f64::max);
            // Layers that are estimated each by itself know no model from one to another.
            let within = |unit: &Point| !self.estimate.layered || unit[2].abs() < 1e-6;
            let unit = model.as_ref().and_then(|model| curve::unit_of(direction, model, &lags)).filter(within);
            let seen = model.as_ref().zip(unit);
            if let Some((model, unit)) = seen {
                curve::add(&mut curves, [&name, &direction.name], model, unit, far_m);
            }
            for found in lags {
                let distance = found.lag.distance_m;
                let gamma = seen.map(|(model, unit)| match direction.pairs {
                    Pairs::DownHole => model.gamma_over(found.way),
                    _ => model.gamma_over(unit.map(|along| along * distance)),
                });
                table.row(vec![
                    direction.name.as_str().into(),
                    distance.into(),
                    (found.lag.pairs as f64).into(),
                    found.lag.gamma.into(),
                    gamma.into(),
                    sill.into(),
                ]);
            }
        }
        let drawn = !curves.rows.is_empty();
        [table].into_iter().chain(drawn.then_some(curves)).collect()
    }

    /// The variogram over ways in plan.
    fn variogram_map(&self, looked: &Experimental, lag: f64, cells: usize, flag: &str) -> Option<Table> {
        let of = *looked.of.first()?;
        let (places, _, [values, _]) = self.held(of, of);
        let side = 2 * cells + 1;
        let mut sums = vec![([0.0; 5], 0usize); side * side];
        let half = (cells as f64 + 0.5) * lag;
        for (at, one) in places.iter().enumerate() {
            for (other, value) in places[..at].iter().zip(&values) {
                let way = [one[0] - other[0], one[1] - other[1]];
                if way.iter().any(|along| along.abs() >= half) {
                    continue;
                }
                for sign in [1.0, -1.0] {
                    let index = way.map(|along| ((sign * along + half) / lag) as usize);
                    let sum = &mut sums[index[1].min(side - 1) * side + index[0].min(side - 1)];
                    let (tail, head) = ([*value; 2], [values[at]; 2]);
                    let ends = if sign > 0.0 { (tail, head) } else { (head, tail) };
                    for (sum, part) in sum.0.iter_mut().zip(looked.estimator.pair(ends.0, ends.1)) {
                        *sum += part;
                    }
                    sum.1 += 1;
                }
            }
        }
        let variable = &self.samples.variables[of];
        let squared = if variable.unit == "ppm" && looked.estimator.is_variogram() { "ppm2" } else { "" };
        let mut table = Table::new(
            "map_variogram",
            format!("Variogram of {} over ways in plan{flag}", variable.name),
            format!("by {}; pairs at all heights; the middle is no distance", looked.named),
            &[("east", "m"), ("north", "m"), ("semivariance", squared), ("wide", "m"), ("tall", "m"), ("pairs", "")],
        );
        for (at, (sums, pairs)) in sums.into_iter().enumerate() {
            if pairs == 0 {
                continue;
            }
            let place = [at % side, at / side].map(|index| (index as f64 - cells as f64) * lag);
            let gamma = looked.estimator.lag(sums, pairs as f64);
            table.row(vec![
                place[0].into(),
                place[1].into(),
                gamma.into(),
                lag.into(),
                lag.into(),
                (pairs as f64).into(),
            ]);
        }
        Some(table)
    }

    fn model_table(&self, fitted: Option<&Fitted>, flag: &str) -> Option<Table> {
        let shared = self.shared.as_ref();
        shared.or(self.own.first().map(|(_, model)| model))?;
        let how = match (&self.fit, fitted) {
            (Some(fit), Some(fitted)) => format!(
                "fitted to {} by least squares weighed by {}; {} of the weighted variance of the lags is left",
                self.samples.variables[fit.of].name,
                match fit.wanted.weighing {
                    Weighing::Pairs => "pairs",
                    Weighing::PairsOverDistance => "pairs over squared distance",
                    Weighing::PairsOverGamma => "pairs over squared semivariance",
                },
                crate::quantity::figures(fitted.misfit, 2)
            ),
            _ => "as given".to_owned(),
        };
        let mut table = Table::new(
            "variogram_model",
            format!("The variogram that is kriged with{flag}"),
            format!("shares of the sill; {how}"),
            STRUCTURES,
        );
        let own = self.own.iter().map(|(at, model)| (self.samples.variables[*at].name.as_str(), model));
        for (name, model) in shared.map(|model| ("all", model)).into_iter().chain(own) {
            structures(&mut table, name, model);
        }
        Some(table)
    }

    /// What has to be said of a fit.
    pub fn fit_caveats(&self, fitted: Option<&Fitted>) -> Vec<Caveat> {
        let Some(fitted) = fitted else { return Vec::new() };
        let mut caveats = Vec::new();
        if fitted.at_bound > 0 {
            let what = format!(
                "{} ranges of the fitted variogram ended at a bound: the lags do not tell them",
                fitted.at_bound
            );
            caveats.push(Caveat::at("deposit", what));
        }
        if fitted.model.structures.is_empty() {
            caveats.push(Caveat::at(
                "deposit",
                "the fitted variogram is all nugget: the samples show no continuity at these lags",
            ));
        }
        caveats
    }
}

fn too_few(lags: usize) -> Error {
    Error::Infeasible {
        unit: "deposit".into(),
        what: format!("{lags} lags are too few to fit a variogram to, or none of them varies"),
        hint: "more lags or directions in [experimental], fewer shapes, or a variogram that is given".into(),
    }
}
