//! How sure: the variable that cut-offs are of, drawn many times on the blocks, and the spread of tonnes, grade and metal.
//!
//! Normal scores by declustering weights, a variogram of the scores, a lattice of points that are averaged to blocks: the laws are those of
//! [`crate::deposit::simulate`]. Tonnes of a block are those of the block model, so that density and domain are the same.

use crate::deposit::anisotropy::Ellipsoid;
use crate::deposit::ground::Ground;
use crate::deposit::ground::block_model::BlockModel;
use crate::deposit::ground::count::Part;
use crate::deposit::ground::given::Samples;
use crate::deposit::ground::layered::{Held, Laws};
use crate::deposit::ground::read::in_unit;
use crate::deposit::ground::reproduced::{Scored, histogram, histograms};
use crate::deposit::ground::together::Elements;
use crate::deposit::normal_score::{Tail, Tails};
use crate::deposit::point::Point;
use crate::deposit::search::Search;
use crate::deposit::simulate::layers::{Layered, in_proportion};
use crate::deposit::simulate::sequential::Neighbours;
use crate::deposit::simulate::tally::{Count, Quantity, Tally};
use crate::deposit::simulate::{Method, Simulation, Variable, nodes_of};
use crate::deposit::tonnage::cut_offs;
use crate::deposit::variogram::Model;
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::progress::Watch;
use crate::quantity::{Fraction, Length, Number};
use crate::source::Caveat;
use crate::table::Table;
use crate::unit::Reading;

/// How far the mean of the simulated grounds may lie off the estimate's before it is said.
const ASTRAY: f64 = 0.1;
/// Nodes and realisations that a run may hold.
const MOST: f64 = 2e9;
/// Grades of blocks that are kept for the spread of each, four bytes each: beyond them, those of each second, third … realisation.
const KEPT: usize = 100_000_000;

/// What the drawing of the variable that cut-offs are of gives.
#[derive(Debug, Default)]
pub struct Spreads {
    /// Its tables.
    pub tables: Vec<Table>,
    /// What each block may hold; `None`: nothing was drawn.
    pub blocks: Option<Blocks>,
}

/// What each block may hold, over realisations.
#[derive(Debug)]
pub struct Blocks {
    /// Share of realisations in which it stands above the cut-off.
    pub chance: Vec<Option<f64>>,
    /// P90, P50 and P10 of its grade.
    pub spread: Vec<Option<[f64; 3]>>,
}

impl Blocks {
    fn of(tally: &Tally, cut_off: usize, blocks: usize) -> Self {
        let held = |block| tally.block(block);
        let chance = (0..blocks).map(|block| held(block).map(|held| held.above[cut_off])).collect();
        let spread = |block| held(block)?.spread().map(|of| [of.exceeded_90, of.exceeded_50, of.exceeded_10]);
        Self { chance, spread: (0..blocks).map(spread).collect() }
    }
}

/// `[simulate]`.
#[derive(Debug, Clone)]
pub struct Simulated {
    pub(super) realisations: usize,
    pub(super) seed: u64,
    pub(super) points: [usize; 3],
    /// Of the scores, sill one.
    pub(super) model: Model,
    pub(super) method: Method,
    /// By how many laws grades are scores; `None`: as the ground is estimated.
    pub(super) laws: Option<Laws>,
    /// All rare earths together; `None`: only what cut-offs are of.
    pub(super) elements: Option<Elements>,
    least: f64,
    greatest: f64,
    above: Tail,
}

impl Simulated {
    /// Reads the section; `of` is the variable that cut-offs are of.
    pub fn read(
        fields: &mut Fields<'_>,
        library: &Library,
        samples: Option<&Samples>,
        of: Option<usize>,
    ) -> Option<Self> {
        let realisations = fields.count("realisations", "how many times the ground is drawn", 2..=10_000);
        let seed = fields.count("seed", "for everything drawn; the same seed, the same ground", 0..=u32::MAX as usize);
        let method = fields.word(
            "method",
            "node after node, or on lines through space and kriged to the samples",
            &[("sequential", true), ("turning-bands", false)],
        );
        let points: Option<Vec<Number>> =
            fields.list("discretisation", "nodes that are averaged to a block, along east, north and up", 1.0..=10.0);
        let points = super::read::counts(fields, "discretisation", points);
        let most = fields.count("samples", "most samples that speak for a node", 1..=200);
        let nodes = fields.count(
            "nodes",
            "most nodes drawn before that speak for a node (sequential), or lines a structure",
            1..=5000,
        );
        let reach: Option<Length> =
            fields.need("reach", "how far samples and nodes are looked for, along the major axis", 1e-3..=1e8);
        let within = Ellipsoid::read(fields, reach.map_or(1.0, |reach| reach.0));
        let model =
            fields.table("variogram", "of the normal scores: nugget, structures and ranges").and_then(|mut inner| {
                let model = Model::read(&mut inner, library);
                inner.finish();
                model
            });
        let elements = fields
            .may_table("elements", "the fifteen rare earths drawn together, so that they add up; absent: they are not")
            .map(|mut inner| {
                let elements = Elements::read(&mut inner);
                inner.finish();
                elements
            });
        let laws = Laws::read(fields);
        let least: Option<Fraction> = fields.need("least", "least grade there may be", -1e9..=1e9);
        let greatest: Option<Fraction> = fields.need("greatest", "greatest grade there may be", -1e9..=1e9);
        let tail: Option<Number> = fields.may(
            "tail",
            "exponent of a hyperbolic tail above the greatest sample; absent: evenly to the greatest grade",
            0.5..=20.0,
        );
        let (samples, of) = (samples?, of?);
        let variable = &samples.variables[of];
        let (least, greatest) = (in_unit(least?, variable), in_unit(greatest?, variable));
        let grades = || samples.samples.iter().filter_map(|sample| sample.grades[of]);
        if let (Some(low), Some(high)) = (grades().reduce(f64::min), grades().reduce(f64::max))
            && (least > low || greatest < high)
        {
            let what = format!(
                "the samples lie from {} to {}",
                crate::table::nine_digits(low),
                crate::table::nine_digits(high)
            );
            fields.refuse("greatest", what, "`least` and `greatest` around all of them");
            return None;
        }
        let (within, most, nodes) = (within?, most?, nodes?);
        let method = if method? {
            Method::Sequential(Neighbours {
                within,
                samples: most,
                octant: None,
                nodes: nodes.min(200),
                known_mean: true,
            })
        } else {
            Method::TurningBands { lines: nodes, search: Some(Search { within: Some(within), most, ..Search::ALL }) }
        };
        Some(Self {
            realisations: realisations?,
            seed: seed? as u64,
            points: points?,
            model: model?,
            method,
            laws,
            elements: match elements {
                Some(read) => Some(read?),
                None => None,
            },
            least,
            greatest,
            above: tail.map_or(Tail::Linear, |tail| Tail::Hyperbolic(tail.0)),
        })
    }
}

impl Ground {
    /// The spread of tonnes, grade and metal over realisations, above each cut-off and as a curve.
    pub fn simulated(
        &self,
        model: &BlockModel,
        flag: &str,
        (readings, caveats): (&mut Vec<Reading>, &mut Vec<Caveat>),
        watch: &Watch<'_>,
    ) -> Result<Spreads, Error> {
        let Some(asked) = &self.simulate else { return Ok(Spreads::default()) };
        let of = self.tonnage.of;
        let lead = &self.samples.variables[of];
        let held = self.samples.samples.iter().zip(&self.weighed.weights);
        let held: Vec<_> = held.filter_map(|(sample, weight)| Some((sample, sample.grades[of]?, *weight))).collect();
        let grades: Vec<f64> = held.iter().map(|(_, grade, _)| *grade).collect();
        let weights: Vec<f64> = held.iter().map(|(.., weight)| *weight).collect();
        let places: Vec<_> = held.iter().map(|(sample, ..)| sample.place).collect();
        let holes: Vec<u32> = held.iter().map(|(sample, ..)| sample.hole).collect();
        let tails = Tails { least: asked.least, greatest: asked.greatest, below: Tail::Linear, above: asked.above };
        let all = [grades.iter().copied().fold(f64::INFINITY, f64::min), grades.iter().copied().fold(0.0, f64::max)];
        let heights_m: Vec<f64> = places.iter().map(|place: &Point| place[2]).collect();
        let (layers, joined) = self.layers(asked, &heights_m);
        caveats.extend(joined);
        let law = Layered::new(layers, &heights_m, &grades, &weights, in_proportion(tails, all))?;
        let nodes = nodes_of(&self.lattice, asked.points);
        if nodes.blocks() as f64 * asked.realisations as f64 > MOST {
            return Err(Error::Infeasible {
                unit: "deposit".into(),
                what: format!("{} nodes drawn {} times are too many", nodes.blocks(), asked.realisations),
                hint: "fewer `realisations`, a coarser `discretisation` or larger blocks in [simulate] and [lattice]"
                    .into(),
            });
        }
        let mut cuts = self.tonnage.cut_offs.clone();
        cuts.extend([0.0, self.tonnage.cut_off]);
        let greatest = model.estimated(of).map(|(.., grade)| grade).fold(0.0, f64::max);
        cuts.extend(cut_offs(greatest.max(1e-9)));
        cuts.sort_by(f64::total_cmp);
        cuts.dedup();
        let at_grades = Self::grades_asked(&grades, &weights);
        let count = Count {
            blocks: self.lattice,
            points: asked.points,
            // Only blocks that the estimate counts are counted here, with their own tonnes.
            mass_t: model.masses_t(of),
            cut_on: vec![1.0],
            cut_offs: cuts.clone(),
            share: if lead.unit == "ppm" { 1e-6 } else { 1.0 },
            realisations: asked.realisations,
            keep: self.lattice.blocks().saturating_mul(asked.realisations).div_ceil(KEPT).max(1),
        };
        if count.keep > 1 {
            let what = format!(
                "each block's own P90, P50 and P10 rest on one of {} realisations: {} blocks drawn {} times are more than the {} million grades \
                 that are kept; larger blocks or fewer `realisations` keep all (tonnes, grade, metal and chances rest on all)",
                count.keep,
                self.lattice.blocks(),
                asked.realisations,
                KEPT / 1_000_000
            );
            caveats.push(Caveat::at("deposit", what));
        }
        // A zone's blocks need no spread of their own beside those of the whole.
        let mut of_zone = self.tally_of_zone(model, &Count { keep: 0, ..count.clone() })?;
        let mut tally = Tally::new(count)?.with_nodes(vec![at_grades.clone()]);
        let drawn_with = asked.model.with_sill(1.0);
        let scores = [law.scores()];
        let samples = Scored { places: &places, holes: &holes, scores: &scores };
        let mut seen = self.looked_along(nodes, vec![drawn_with.clone()], samples);
        let simulation = Simulation {
            nodes,
            points: places.clone(),
            variables: vec![Variable { scores: law.scores().to_vec(), model: 0 }],
            models: vec![drawn_with.clone()],
            method: asked.method,
            seed: asked.seed,
            lot: 10,
        };
        let stage = watch.stage(format!("realisations of {}", lead.name), asked.realisations);
        simulation.run(asked.realisations, &|share| stage.come_to(share), |round| {
            seen.take(round)?;
            if let Some(zone) = &mut of_zone {
                zone.take(round, &law)?;
            }
            tally.take(round, &law)
        })?;
        let title = format!("{} above cut-offs, drawn {} times{flag}", lead.name, asked.realisations);
        let mut tables = vec![self.spread_table(("simulated", title), model, &tally, &cuts)];
        for above in [true, false] {
            self.spread_readings(Part { zone: None, above }, model, &tally, &cuts, readings);
        }
        if let Some(zone) = &of_zone {
            let part = Part { above: false, ..self.mined_part() };
            let title = format!(
                "{} in {} above cut-offs, drawn {} times{flag}",
                lead.name,
                self.part_name(part),
                asked.realisations
            );
            tables.push(self.spread_table(("simulated_zone", title), model, zone, &cuts));
            self.spread_readings(self.mined_part(), model, zone, &cuts, readings);
        }
        let (tonnes, content) =
            model.estimated(of).fold((0.0, 0.0), |sum, (_, dry_t, grade)| (sum.0 + dry_t, sum.1 + dry_t * grade));
        let none = cuts.iter().position(|cut| *cut >= 0.0).and_then(|at| tally.spread(at, Quantity::CutGrade));
        if let Some(drawn) = none.map(|spread| spread.mean)
            && (drawn * tonnes / content - 1.0).abs() > ASTRAY
        {
            let what = format!(
                "the mean of the simulated grounds is {:.0} % off the estimate's: far from samples they go back to the mean of all samples, the estimate to its neighbours; a [domain] that leaves out other ground brings them together",
                100.0 * (drawn * tonnes / content - 1.0)
            );
            caveats.push(Caveat::at("deposit", what));
        }
        let named = (
            &*format!("simulated_variogram_of_{}", lead.name),
            &*format!("Variogram of {} in the simulated grounds{flag}", lead.name),
        );
        let variograms = self.variograms_beside(&seen, &[&drawn_with], &[&lead.name], samples, named);
        if law.layers().count() > 1 {
            let held = Held { heights_m: &heights_m, grades: &grades, weights: &weights };
            tables.push(self.by_layer(model, &law, held, &tally, flag));
        }
        let title = format!("Histogram of {} in the simulated grounds{flag}", lead.name);
        let unit = if lead.unit == "1" { "" } else { lead.unit };
        let mut below = histograms(&format!("simulated_histogram_of_{}", lead.name), title);
        histogram(&mut below, (&lead.name, unit), (&grades, &weights), &at_grades, (&tally, 0));
        let at = cuts.iter().position(|cut| *cut >= self.tonnage.cut_off).unwrap_or(0);
        let blocks = Some(Blocks::of(&tally, at, self.lattice.blocks()));
        tables.extend(variograms);
        tables.push(below);
        Ok(Spreads { tables, blocks })
    }
}
