//! A battery stage by stage, read from its `stages` table: what the ladder and the
//! McCabe–Thiele diagram are drawn from.
//!
//! # Columns
//! `stage`, `section` (`extraction`, `scrub`, `strip`), `aq.EL` and `org.EL` (g/L), and where they
//! are known `pH`, `loading` (% of the limit), `organic` and `aqueous` (m³/h), `limit` (mol/L of
//! extractant units), `feed` (what enters the stage). Two columns `D.LIGHT` and `D.HEAVY` name the
//! cut pair. Stages stand in the order the organic phase passes them.

use super::columns::texts;
use super::draw::spider;
use crate::element::Element;
use crate::table::Table;

/// Values of one element, stage by stage.
pub type Series = (Element, Vec<Option<f64>>);

/// Share of ln β below which the key ratio is said to hardly change from stage to stage.
pub const PINCH: f64 = 0.1;
/// Fewer steps than this in a row are no pinch.
const LEAST_STEPS: usize = 3;
/// Where one key is rarer than this beside the other there is nothing left to part.
const TRACE: f64 = 1e-6;

/// A battery's profile.
#[derive(Debug)]
pub struct Profile {
    /// Names of the stages.
    pub stages: Vec<String>,
    sections: Vec<String>,
    /// g/L in the solution.
    pub aqueous: Vec<Series>,
    /// g/L in the organic phase.
    pub organic: Vec<Series>,
    /// % of the limit.
    pub loading: Vec<Option<f64>>,
    /// mol/L of extractant units.
    pub limit: Vec<Option<f64>>,
    /// pH.
    pub ph: Vec<Option<f64>>,
    /// Organic over aqueous flow.
    pub ratio: Vec<Option<f64>>,
    /// What enters from outside, where it is told.
    pub feeds: Vec<String>,
    /// D at equilibrium, of the elements it is told of.
    ratios: Vec<Series>,
    named: Option<(Element, Element)>,
}

/// A run of stages: the first, one past the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run<'p> {
    /// First stage.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Its section.
    pub name: &'p str,
}

impl Run<'_> {
    /// Does it belong to the section of this name?
    pub fn is(&self, section: &str) -> bool {
        self.name.starts_with(section)
    }
}

impl Profile {
    /// Reads a `…_stages` table; `None` when it holds no profile.
    pub fn read(table: &Table) -> Option<Self> {
        let count = table.rows.len();
        let words = |name: &str| match table.position(name) {
            Some(_) => texts(table, &[name]).unwrap_or_default(),
            None => vec![String::new(); count],
        };
        let numbers = |name: &str| {
            let values = table.numbers(name);
            if values.is_empty() { vec![None; count] } else { values }
        };
        let phase = |prefix: &str| -> Vec<Series> {
            Element::ALL
                .iter()
                .map(|element| (*element, table.numbers(&format!("{prefix}.{element}"))))
                .filter(|(_, values)| values.iter().flatten().any(|v| *v > 0.0))
                .collect()
        };
        let named: Vec<Element> =
            table.columns.iter().filter_map(|column| column.name.strip_prefix("D.")?.parse().ok()).collect();
        let profile = Self {
            stages: words("stage"),
            sections: words("section"),
            aqueous: phase("aq"),
            organic: phase("org"),
            loading: numbers("loading"),
            limit: numbers("limit"),
            ph: numbers("pH"),
            ratio: numbers("organic")
                .into_iter()
                .zip(numbers("aqueous"))
                .zip(numbers("O/A"))
                .map(|((o, a), told)| told.or_else(|| Some(o? / a.filter(|a| *a > 0.0)?)))
                .collect(),
            feeds: words("feed"),
            ratios: phase("D"),
            named: match named[..] {
                [light, heavy] => Some((light, heavy)),
                _ => None,
            },
        };
        (count > 0 && !profile.aqueous.is_empty()).then_some(profile)
    }

    /// How many stages there are.
    pub fn count(&self) -> usize {
        self.stages.len()
    }

    /// Runs of the same section.
    pub fn runs(&self) -> Vec<Run<'_>> {
        let mut runs: Vec<Run<'_>> = Vec::new();
        for (at, name) in self.sections.iter().enumerate() {
            match runs.last_mut() {
                Some(run) if run.name == name => run.end = at + 1,
                _ => runs.push(Run { start: at, end: at + 1, name }),
            }
        }
        runs
    }

    /// The same with extraction and the scrub after it, which share one solution, as one run.
    pub fn joined(&self) -> Vec<Run<'_>> {
        let mut joined: Vec<Run<'_>> = Vec::new();
        for run in self.runs() {
            match joined.last_mut() {
                Some(last) if last.is("extract") && run.is("scrub") => last.end = run.end,
                _ => joined.push(run),
            }
        }
        joined
    }

    /// The stage whose solution takes the feed: the last of extraction before the scrub.
    pub fn feed_stage(&self) -> Option<usize> {
        let runs = self.runs();
        runs.windows(2).find(|w| w[0].is("extract") && w[1].is("scrub")).map(|w| w[0].end - 1)
    }

    /// The cut pair, light first: as the table names it, else the neighbours it tells apart most.
    pub fn key_pair(&self) -> Option<(Element, Element)> {
        self.named.or_else(|| self.guessed_pair())
    }

    fn guessed_pair(&self) -> Option<(Element, Element)> {
        let battery = *self.joined().iter().find(|run| run.is("extract"))?;
        let at = |of: &[Series], element: Element, stage: usize| {
            of.iter().find(|(e, _)| *e == element).and_then(|(_, values)| values.get(stage).copied().flatten())
        };
        let most = |values: &[Option<f64>]| values.iter().flatten().copied().fold(0.0, f64::max);
        let greatest = self.aqueous.iter().map(|(_, values)| most(values)).fold(0.0, f64::max);
        let leaning: Vec<(Element, f64)> = spider::ORDER
            .iter()
            .filter(|element| self.aqueous.iter().any(|(e, values)| e == *element && most(values) > 1e-5 * greatest))
            .filter_map(|element| {
                let raffinate = at(&self.aqueous, *element, battery.start)?.max(1e-300);
                let loaded = at(&self.organic, *element, battery.end - 1)?.max(1e-300);
                Some((*element, (raffinate / loaded).ln().clamp(-12.0, 12.0)))
            })
            .collect();
        let mut best: Option<(f64, Element, Element)> = None;
        for pair in leaning.windows(2) {
            // One that goes with the raffinate beside one that goes with the organic phase comes first.
            let parted = if pair[0].1 * pair[1].1 < 0.0 { 100.0 } else { 0.0 };
            let gap = parted + (pair[0].1 - pair[1].1).abs();
            if best.is_none_or(|(widest, ..)| gap > widest + 1e-9) {
                best = Some((gap, pair[0].0, pair[1].0));
            }
        }
        best.map(|(_, a, b)| (a, b))
    }

    /// Mol of the heavy key per mol of the light one, stage by stage, in a phase.
    pub fn odds(&self, phase: &[Series]) -> Vec<Option<f64>> {
        let Some((light, heavy)) = self.key_pair() else { return vec![None; self.count()] };
        let of = |element: Element, stage: usize| {
            let values = &phase.iter().find(|(e, _)| *e == element)?.1;
            values.get(stage).copied().flatten().filter(|v| *v > 0.0).map(|v| v / element.molar_mass())
        };
        (0..self.count())
            .map(|stage| Some(of(heavy, stage)? / of(light, stage)?).filter(|odds| odds.is_finite() && *odds > 0.0))
            .collect()
    }

    /// The separation factor of the keys in each stage.
    pub fn beta(&self) -> Vec<Option<f64>> {
        let ratio = |element: Element| self.ratios.iter().find(|(e, _)| *e == element).map(|(_, values)| values);
        if let Some((light, heavy)) = self.key_pair().and_then(|(light, heavy)| Some((ratio(light)?, ratio(heavy)?))) {
            let factor = |(light, heavy): (&Option<f64>, &Option<f64>)| {
                Some((*heavy)? / (*light)?).filter(|beta| beta.is_finite() && *beta > 0.0)
            };
            return light.iter().zip(heavy).map(factor).collect();
        }
        // Without them from what leaves, in which drops of the other phase are as well.
        let (aqueous, organic) = (self.odds(&self.aqueous), self.odds(&self.organic));
        aqueous.into_iter().zip(organic).map(|(x, y)| Some(y? / x?).filter(|beta| beta.is_finite())).collect()
    }

    /// Stages at a pinch, first and last: where the key ratio in the solution moves, stage after
    /// stage, by less than [`PINCH`] of ln β.
    pub fn pinches(&self) -> Vec<(usize, usize)> {
        let (odds, beta) = (self.odds(&self.aqueous), self.beta());
        let mut found = Vec::new();
        for run in self.joined().into_iter().filter(|run| !run.is("strip")) {
            let there = |stage: usize| odds[stage].filter(|odds| (TRACE..1.0 / TRACE).contains(odds));
            let pinched = |stage: usize| {
                let step = (there(stage + 1)? / there(stage)?).ln().abs();
                let whole = f64::midpoint(beta[stage]?.ln(), beta[stage + 1]?.ln()).abs();
                Some(step < PINCH * whole)
            };
            let mut start = None;
            for stage in run.start..run.end {
                let still = stage + 1 < run.end && pinched(stage) == Some(true);
                match (still, start) {
                    (true, None) => start = Some(stage),
                    (false, Some(first)) => {
                        if stage - first >= LEAST_STEPS {
                            found.push((first, stage));
                        }
                        start = None;
                    }
                    _ => {}
                }
            }
        }
        found
    }

    /// Percent of the limit each element of the organic phase takes, stage by stage, and what is
    /// left of the loading for other metals. `None` where the table does not tell the limit.
    pub fn shares(&self) -> Option<(Vec<Series>, Vec<f64>)> {
        if self.limit.iter().any(Option::is_none) || self.loading.iter().any(Option::is_none) {
            return None;
        }
        let mut others: Vec<f64> = self.loading.iter().map(|load| load.unwrap_or(0.0)).collect();
        let shares = self
            .organic
            .iter()
            .map(|(element, values)| {
                let charge = crate::ion::Ion::of(*element).map_or(3.0, crate::ion::Ion::charge);
                let values = values
                    .iter()
                    .enumerate()
                    .map(|(stage, value)| {
                        let part = 100.0 * charge * (*value)? / element.molar_mass() / self.limit[stage]?;
                        others[stage] = (others[stage] - part).max(0.0);
                        Some(part)
                    })
                    .collect();
                (*element, values)
            })
            .collect();
        Some((shares, others))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    /// Sections of other names are batteries of their own: no cut is guessed across them.
    #[test]
    fn a_circuit_of_other_sections_has_no_cut_of_its_own() {
        let mut table = fixture::battery([8, 8, 4], 15);
        let at = table.position("section").unwrap();
        for row in &mut table.rows {
            let name = if row[at] == "extraction".into() { "rougher" } else { "cleaner" };
            row[at] = name.into();
        }
        table
            .columns
            .iter_mut()
            .filter(|column| column.name.starts_with("D."))
            .for_each(|column| column.name = "x".into());
        let profile = Profile::read(&table).unwrap();
        assert_eq!((profile.joined().len(), profile.key_pair()), (2, None));
        crate::report::draw::eye::inspect(&crate::report::draw::ladder::draw(&profile));
    }

    /// Told D say the factor of a stage; what leaves it has drops of the other phase in it.
    #[test]
    fn the_factor_is_that_of_equilibrium() {
        let mut table = fixture::battery([8, 8, 4], 15);
        for (name, value) in [("D.Nd", 0.5), ("D.Sm", 4.0)] {
            let at = table.position(name).unwrap();
            table.rows.iter_mut().for_each(|row| row[at] = value.into());
        }
        let beta = Profile::read(&table).unwrap().beta();
        assert!(beta.len() == 20 && beta.iter().all(|beta| (beta.unwrap() - 8.0).abs() < 1e-12));
    }

    #[test]
    fn a_profile_reads_its_table() {
        let profile = Profile::read(&fixture::battery([8, 8, 4], 15)).unwrap();
        assert_eq!(profile.runs().iter().map(|run| run.end - run.start).collect::<Vec<_>>(), [8, 8, 4]);
        assert_eq!(profile.joined().len(), 2);
        assert_eq!(profile.key_pair(), Some((Element::Nd, Element::Sm)));
        assert_eq!(profile.feed_stage(), Some(7));
        assert!(Profile::read(fixture::outcome().table("map_plan").unwrap()).is_none());
    }

    /// By mass action every stage has the same factor, and the shares make up the loading.
    #[test]
    fn factor_and_shares_are_those_of_the_battery() {
        let profile = Profile::read(&fixture::battery([8, 8, 4], 15)).unwrap();
        let beta: Vec<f64> = profile.beta().into_iter().flatten().collect();
        assert!(beta.len() == profile.count() && beta.iter().all(|b| (b / beta[0] - 1.0).abs() < 1e-6), "{beta:?}");
        let (shares, others) = profile.shares().unwrap();
        for stage in 0..profile.count() {
            let sum: f64 = shares.iter().filter_map(|(_, v)| v[stage]).sum::<f64>() + others[stage];
            assert!((sum - profile.loading[stage].unwrap()).abs() < 1e-9);
        }
    }

    /// Many more stages than the cut needs leave a pinch, a few none.
    #[test]
    fn a_pinch_is_where_the_ratio_stands_still() {
        assert!(Profile::read(&fixture::battery([1, 1, 1], 15)).unwrap().pinches().is_empty());
        let long = Profile::read(&fixture::battery([70, 70, 10], 15)).unwrap();
        let pinches = long.pinches();
        assert!(!pinches.is_empty() && pinches.iter().all(|(a, b)| b - a >= LEAST_STEPS && *b < 140), "{pinches:?}");
    }
}
