//! The tally: tonnes, grade and metal of every realisation above every cut-off, and what each block may hold.
//!
//! # Equation
//! ```text
//! z_b = Σ_nodes z(u) / n,   g_b = Σ_e a_e z_be,   T_c = Σ_{b: g_b ≥ c} m_b,   M_ce = Σ_{b: g_b ≥ c} m_b z_be s,   grade = M/(T s)
//! ```
//! for each realisation by itself, so that sums over blocks keep their spread; per block the mean and the standard deviation over
//! realisations and the share of them in which it stands above a cut-off.
//!
//! # Symbols
//! `z` grade of an element at a node, `z_b` mean over the `n` nodes of a block; `a` what each counts for in the grade that is cut on (all one:
//! their sum); `m` dry tonnes of a block, nought where it is not counted; `c` cut-off; `s` mass share that one unit of grade stands for.
//!
//! # Holds for
//! Blocks mined whole by their own true grade, with no error in telling it: what is above a cut-off is what the ground holds, not what will
//! be recovered.
//!
//! # Source
//! `goovaerts1997`. What P90 means here: [`super::spread`].

use crate::deposit::lattice::Lattice;
use crate::deposit::threads;
use crate::error::Error;
use crate::table::Table;

use super::spread::{Spread, quantile};
use super::{Back, Round, nodes_of};

/// What is counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Count {
    /// The blocks.
    pub blocks: Lattice,
    /// Nodes that stand for a block along each axis.
    pub points: [usize; 3],
    /// Dry tonnes of each block; nought: not counted.
    pub mass_t: Vec<f64>,
    /// What each grade counts for in the one that is cut on.
    pub cut_on: Vec<f64>,
    /// Cut-offs, rising, in the unit of the grades.
    pub cut_offs: Vec<f64>,
    /// Mass share of one unit of grade: 1e-6 for ppm, 0.01 for percent.
    pub share: f64,
    /// Realisations there will be.
    pub realisations: usize,
    /// Keep every block's cut grade in each so-manieth realisation (four bytes each), for its own P90, P50 and P10; nought: in none.
    pub keep: usize,
}

impl Count {
    /// Of so many realisations, how many are kept.
    fn kept(&self, realisations: usize) -> usize {
        if self.keep == 0 { 0 } else { realisations.min(self.realisations).div_ceil(self.keep) }
    }
}

/// A quantity of the whole, in one realisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// Dry tonnes.
    Tonnes,
    /// Mean of the grade that is cut on.
    CutGrade,
    /// Metal by the grade that is cut on, t.
    CutMetal,
    /// Mean of one grade.
    Grade(usize),
    /// Metal of one, t.
    Metal(usize),
}

/// What a block may hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Held<'a> {
    /// Mean over realisations of each grade, and last of the grade that is cut on.
    pub means: Vec<f64>,
    /// Their standard deviations over realisations.
    pub deviations: Vec<f64>,
    /// Share of realisations above each cut-off.
    pub above: Vec<f64>,
    kept: &'a [f32],
}

impl Held<'_> {
    /// The cut grade's spread, where it was kept.
    pub fn spread(&self) -> Option<Spread> {
        Spread::of(&mut self.kept.iter().map(|grade| f64::from(*grade)).collect::<Vec<_>>())
    }

    /// The cut grade below which a share of realisations lies, where it was kept.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let mut kept: Vec<f64> = self.kept.iter().map(|grade| f64::from(*grade)).collect();
        kept.sort_by(f64::total_cmp);
        quantile(&kept, share)
    }
}

/// Blocks counted by one hand. Their number is fixed, so that sums are taken in the same order whoever counts.
const PORTION: usize = 256;

/// The part of the tally that belongs to some neighbouring blocks.
#[derive(Debug, Clone)]
struct Portion {
    /// Mean and sum of squares of each grade and the cut grade, a block after another.
    moments: Vec<(f64, f64)>,
    above: Vec<u32>,
    kept: Vec<f32>,
    /// Of the round: nodes of each realisation between the grades asked, a list for each grade.
    nodes: Vec<u32>,
    /// Of the round: tonnes, cut metal and metals for each realisation and cut-off.
    totals: Vec<f64>,
}

/// The tally of all realisations so far.
#[derive(Debug, Clone)]
pub struct Tally {
    count: Count,
    grades: usize,
    portions: Vec<Portion>,
    /// Tonnes, cut grade × tonnes and grade × tonnes of each, for each realisation and cut-off.
    totals: Vec<f64>,
    taken: usize,
    /// Grades at which nodes are counted, rising, a list for each grade.
    asked: Vec<Vec<f64>>,
    /// Nodes between them, for each realisation.
    nodes: Vec<u64>,
}

struct Desk {
    scores: Vec<f64>,
    room: Vec<f64>,
    node: Vec<f64>,
    block: Vec<f64>,
}

impl Tally {
    /// Nothing counted yet.
    pub fn new(count: Count) -> Result<Self, Error> {
        let refused =
            |what: String, hint: &str| Err(Error::Infeasible { unit: "simulation".into(), what, hint: hint.into() });
        let grades = count.cut_on.len();
        if count.mass_t.len() != count.blocks.blocks() || grades == 0 || count.cut_offs.is_empty() {
            let what = format!(
                "{} masses for {} blocks, {grades} grades, {} cut-offs",
                count.mass_t.len(),
                count.blocks.blocks(),
                count.cut_offs.len()
            );
            return refused(what, "a mass for each block, a grade and a cut-off (nought: everything)");
        }
        if count.cut_offs.windows(2).any(|pair| pair[0] >= pair[1])
            || count.mass_t.iter().any(|mass| !(*mass >= 0.0 && mass.is_finite()))
        {
            return refused(
                "cut-offs that do not rise, or a mass below nought".into(),
                "cut-offs in rising order, masses of nought or more",
            );
        }
        let portions = (0..count.blocks.blocks())
            .step_by(PORTION)
            .map(|first| {
                let blocks = PORTION.min(count.blocks.blocks() - first);
                Portion {
                    moments: vec![(0.0, 0.0); blocks * (grades + 1)],
                    above: vec![0; blocks * count.cut_offs.len()],
                    kept: vec![f32::NAN; blocks * count.kept(count.realisations)],
                    nodes: Vec::new(),
                    totals: Vec::new(),
                }
            })
            .collect();
        let asked = vec![Vec::new(); grades];
        Ok(Self { count, grades, portions, totals: Vec::new(), taken: 0, asked, nodes: Vec::new() })
    }

    /// Counts nodes as well: the share of them at or below each of some grades, rising, a list for each grade.
    #[must_use]
    pub fn with_nodes(mut self, asked: Vec<Vec<f64>>) -> Self {
        self.asked = asked;
        self.asked.resize(self.grades, Vec::new());
        self
    }

    /// Places of a realisation's row of node counts: one more than the grades asked, for each list that asks any.
    fn row_of_nodes(&self) -> usize {
        self.asked.iter().map(|asked| asked.len() + 1).sum()
    }

    /// The share of nodes in the counted blocks at or below each of the grades asked, over realisations.
    pub fn shares_below(&self, grade: usize) -> Vec<Spread> {
        let Some(asked) = self.asked.get(grade) else { return Vec::new() };
        let first: usize = self.asked[..grade].iter().map(|asked| asked.len() + 1).sum();
        let rows = || self.nodes.chunks_exact(self.row_of_nodes()).map(|row| &row[first..=first + asked.len()]);
        let share = |row: &[u64], at: usize| {
            let all: u64 = row.iter().sum();
            (all > 0).then(|| row[..=at].iter().sum::<u64>() as f64 / all as f64)
        };
        (0..asked.len())
            .filter_map(|at| Spread::of(&mut rows().filter_map(|row| share(row, at)).collect::<Vec<_>>()))
            .collect()
    }

    /// Counts a round.
    pub fn take(&mut self, round: &Round<'_>, back: &impl Back) -> Result<(), Error> {
        let nodes: usize = self.count.blocks.blocks() * self.count.points.iter().product::<usize>();
        if back.grades() != self.grades || back.scores() != round.variables() || nodes != round.nodes() {
            let what = format!(
                "{} grades of {} scores at {nodes} nodes asked for, {} of {} at {} drawn",
                self.grades,
                back.scores(),
                back.grades(),
                round.variables(),
                round.nodes()
            );
            return Err(Error::Infeasible {
                unit: "simulation".into(),
                what,
                hint: "one law back, one lattice of nodes for both".into(),
            });
        }
        let (count, grades, taken) = (&self.count, self.grades, self.taken);
        let width = grades + 2;
        let desk = || Desk {
            scores: vec![0.0; round.variables()],
            room: Vec::new(),
            node: vec![0.0; grades],
            block: vec![0.0; grades + 1],
        };
        let (asked, in_row) = (&self.asked, self.row_of_nodes());
        let lattice = nodes_of(&count.blocks, count.points);
        let [wide, long, high] = lattice.count;
        let layers: Vec<usize> = (0..high).map(|up| back.layer(lattice.middle(up * wide * long)[2])).collect();
        let mut portions = std::mem::take(&mut self.portions);
        threads::fill(&mut portions, 1, desk, |desk, at, slot| {
            let portion = &mut slot[0];
            portion.totals.clear();
            portion.totals.resize(round.count * count.cut_offs.len() * width, 0.0);
            portion.nodes.clear();
            portion.nodes.resize(round.count * in_row, 0);
            for block in at * PORTION..((at + 1) * PORTION).min(count.blocks.blocks()) {
                if count.mass_t[block] > 0.0 {
                    portion.count((count, asked, &layers), block, round, back, taken, desk);
                }
            }
            Ok::<(), Error>(())
        })?;
        self.portions = portions;
        let row = self.count.cut_offs.len() * width;
        let first = self.totals.len();
        self.totals.resize(first + round.count * row, 0.0);
        for portion in &mut self.portions {
            for (sum, part) in self.totals[first..].iter_mut().zip(&portion.totals) {
                *sum += part;
            }
            portion.totals = Vec::new();
        }
        let first = self.nodes.len();
        self.nodes.resize(first + round.count * in_row, 0);
        for portion in &mut self.portions {
            for (sum, part) in self.nodes[first..].iter_mut().zip(&portion.nodes) {
                *sum += u64::from(*part);
            }
            portion.nodes = Vec::new();
        }
        let first = self.totals.len() - round.count * row;
        // So far each block stands at its highest cut-off alone.
        for of_realisation in self.totals[first..].chunks_exact_mut(row) {
            for at in (0..row - width).rev() {
                of_realisation[at] += of_realisation[at + width];
            }
        }
        self.taken += round.count;
        Ok(())
    }

    /// Realisations counted.
    pub fn realisations(&self) -> usize {
        self.taken
    }

    /// A quantity above a cut-off in each realisation; a grade is left out where nothing is above.
    pub fn values(&self, cut_off: usize, quantity: Quantity) -> Vec<f64> {
        let width = self.grades + 2;
        let rows = self.totals.chunks_exact(self.count.cut_offs.len() * width).map(|row| &row[cut_off * width..]);
        let share = self.count.share;
        let grade = |row: &[f64], at: usize| (row[0] > 0.0).then(|| row[at] / row[0]);
        rows.filter_map(|row| match quantity {
            Quantity::Tonnes => Some(row[0]),
            Quantity::CutMetal => Some(row[1] * share),
            Quantity::Metal(of) => Some(row[2 + of] * share),
            Quantity::CutGrade => grade(row, 1),
            Quantity::Grade(of) => grade(row, 2 + of),
        })
        .collect()
    }

    /// Its spread over realisations; `None` where no realisation has it.
    pub fn spread(&self, cut_off: usize, quantity: Quantity) -> Option<Spread> {
        Spread::of(&mut self.values(cut_off, quantity))
    }

    /// What a block may hold; `None` where it is not counted.
    pub fn block(&self, block: usize) -> Option<Held<'_>> {
        if self.count.mass_t[block] <= 0.0 || self.taken == 0 {
            return None;
        }
        let (portion, within) = (&self.portions[block / PORTION], block % PORTION);
        let moments = &portion.moments[within * (self.grades + 1)..(within + 1) * (self.grades + 1)];
        let cuts = self.count.cut_offs.len();
        let kept = &portion.kept[within * self.count.kept(self.count.realisations)..][..self.count.kept(self.taken)];
        Some(Held {
            means: moments.iter().map(|moment| moment.0).collect(),
            deviations: moments.iter().map(|moment| (moment.1 / (self.taken as f64 - 1.0).max(1.0)).sqrt()).collect(),
            above: portion.above[within * cuts..(within + 1) * cuts]
                .iter()
                .map(|count| f64::from(*count) / self.taken as f64)
                .collect(),
            kept,
        })
    }

    /// Every cut-off and quantity as a table; `names` of the grades, `unit` theirs.
    pub fn table(&self, names: &[&str], unit: &str) -> Table {
        let mut table = Table::new(
            "simulated_tonnage",
            "Tonnes, grade and metal above cut-offs, by simulation",
            "dry tonnes in place, grades and metal as the samples are told; P90 is exceeded with a chance of 90 %, P10 with 10 %",
            &[
                ("cut-off", unit),
                ("quantity", ""),
                ("unit", ""),
                ("P90", ""),
                ("P50", ""),
                ("P10", ""),
                ("mean", ""),
                ("standard deviation", ""),
                ("realisations", ""),
            ],
        );
        let mut quantities = vec![("tonnes".to_owned(), "t", Quantity::Tonnes)];
        if self.grades > 1 {
            quantities.push(("grade cut on".into(), unit, Quantity::CutGrade));
            quantities.push(("metal by the grade cut on".into(), "t", Quantity::CutMetal));
        }
        for (at, name) in names.iter().enumerate().take(self.grades) {
            quantities.push((format!("{name} grade"), unit, Quantity::Grade(at)));
            quantities.push((format!("{name} metal"), "t", Quantity::Metal(at)));
        }
        for (at, cut_off) in self.count.cut_offs.iter().enumerate() {
            for (name, unit, quantity) in &quantities {
                let spread = self.spread(at, *quantity);
                let of = |field: fn(&Spread) -> f64| spread.as_ref().map(field).into();
                table.row(vec![
                    (*cut_off).into(),
                    name.as_str().into(),
                    (*unit).into(),
                    of(|spread| spread.exceeded_90),
                    of(|spread| spread.exceeded_50),
                    of(|spread| spread.exceeded_10),
                    of(|spread| spread.mean),
                    of(|spread| spread.deviation),
                    (spread.map_or(0, |spread| spread.realisations) as f64).into(),
                ]);
            }
        }
        table
    }
}

impl Portion {
    /// Counts one block in every realisation of a round.
    fn count(
        &mut self,
        (count, asked, layers): (&Count, &[Vec<f64>], &[usize]),
        block: usize,
        round: &Round<'_>,
        back: &impl Back,
        taken: usize,
        desk: &mut Desk,
    ) {
        let (grades, within, width) = (count.cut_on.len(), block % PORTION, count.cut_on.len() + 2);
        let [wide, long, _] = count.blocks.count;
        let index = [block % wide, block / wide % long, block / (wide * long)];
        let points: usize = count.points.iter().product();
        let in_row: usize = asked.iter().map(|asked| asked.len() + 1).sum();
        for at in 0..round.count {
            desk.block.fill(0.0);
            for up in 0..count.points[2] {
                for north in 0..count.points[1] {
                    for east in 0..count.points[0] {
                        let step = [east, north, up];
                        let [x, y, z] = [0, 1, 2].map(|axis| index[axis] * count.points[axis] + step[axis]);
                        let node = x + wide * count.points[0] * (y + long * count.points[1] * z);
                        round.write(node, at, &mut desk.scores);
                        back.write(layers[z], &desk.scores, &mut desk.room, &mut desk.node);
                        for (sum, grade) in desk.block.iter_mut().zip(&desk.node) {
                            *sum += grade / points as f64;
                        }
                        let mut place = at * in_row;
                        for (asked, grade) in asked.iter().zip(&desk.node) {
                            self.nodes[place + asked.partition_point(|asked| asked < grade)] += 1;
                            place += asked.len() + 1;
                        }
                    }
                }
            }
            let cut: f64 = desk.block[..grades].iter().zip(&count.cut_on).map(|(grade, counts)| grade * counts).sum();
            desk.block[grades] = cut;
            let seen = (taken + at + 1) as f64;
            for (moment, grade) in self.moments[within * (grades + 1)..].iter_mut().zip(&desk.block) {
                let off = grade - moment.0;
                moment.0 += off / seen;
                moment.1 += off * (grade - moment.0);
            }
            let drawn = taken + at;
            if count.keep > 0 && drawn < count.realisations && drawn.is_multiple_of(count.keep) {
                self.kept[within * count.kept(count.realisations) + drawn / count.keep] = cut as f32;
            }
            let passed = count.cut_offs.partition_point(|cut_off| *cut_off <= cut);
            for above in &mut self.above[within * count.cut_offs.len()..][..passed] {
                *above += 1;
            }
            if let Some(highest) = passed.checked_sub(1) {
                let totals = &mut self.totals[(at * count.cut_offs.len() + highest) * width..][..width];
                let mass = count.mass_t[block];
                totals[0] += mass;
                totals[1] += mass * cut;
                for (total, grade) in totals[2..].iter_mut().zip(&desk.block) {
                    *total += mass * grade;
                }
            }
        }
    }
}
