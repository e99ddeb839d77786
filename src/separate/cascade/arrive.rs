//! The last digits of a part.
//!
//! # Equation
//! With A the shares that pass from stage to stage as t divides, and T the exact balance at these
//! shares ([`super::linear`], every digit of which stands),
//! ```text
//! F(t) = fed + A t − t = (I − A)(T − t)
//! ```
//! a residual without cancellation, however often a metal goes round before it leaves. Newton's
//! steps on it end when T and t are the same; what a stage holds is then T. Where Newton's own
//! digits are spent (a loop that hardly lets go of a metal, a line that is one long pinch), T itself
//! is put in, and if that is no nearer, Newton is held back by a step in time.
//!
//! # Holds for
//! A part that is near.
//!
//! # Source
//! Algebra of the balances.

use super::blocks::Blocks;
use super::graph::{Node, Part};
use super::linear::Balances;
use super::network::Stage;
use super::newton::Work;
use super::passing::add_sent;
use super::told;
use crate::error::Error;

/// Share of what a stage holds by which it may differ from its own exact balance in the end.
const SETTLED: f64 = 1e-12;
/// The same where it falls no further.
const STANDS: f64 = 1e-11;
/// From which it is too far for that.
const FAR: f64 = 0.3;
/// Share of its extractant or acid from which metal is felt in a stage.
const FELT: f64 = 1e-3;
/// Steps of the arrival.
const MOST: usize = 40;
/// A step in time so short that Newton stays where it is.
const STILL: f64 = 0.1;

/// How the arrival came where it is.
#[derive(Debug, Clone, Copy)]
enum Last {
    Newton,
    Substitution,
}

impl Work<'_, '_> {
    /// The last digits; false, and back to where it was, if it leads nowhere.
    pub(super) fn arrive(
        &mut self,
        part: &Part,
        fed: &[f64],
        balances: &mut Balances,
        blocks: &mut Blocks,
        mut factored: bool,
    ) -> Result<bool, Error> {
        let (mut first, mut before) = (Vec::new(), Vec::new());
        self.keep(part, &mut first);
        let mut gaps = vec![0.0; first.len()];
        // The best so far: what was held, its exact balance, how far apart they are.
        let (mut held, mut exact, mut best) = (first.clone(), first.clone(), f64::INFINITY);
        let (mut step, mut time, mut before_that): (_, f64, f64) = (Last::Newton, 1e14, f64::INFINITY);
        for _ in 0..MOST {
            self.iterations += 1;
            self.divide(part);
            self.keep(part, &mut before);
            if !balances.solve(self.network, self.graph, part, &self.splits.shares, fed, &mut self.totals) {
                return Err(told::no_way_out(self.network, self.graph, part, &self.splits.shares));
            }
            let size = self.apart(part, &before);
            if size <= SETTLED || (size > 0.3 * best && best <= STANDS && size <= STANDS) {
                return Ok(true);
            }
            if best.is_infinite() && (size.is_nan() || size > FAR) {
                break;
            }
            if size < 0.5 * best {
                best = size;
                held.copy_from_slice(&before);
                self.keep(part, &mut exact);
                time = (10.0 * time).min(1e14);
            } else {
                match step {
                    Last::Newton => {
                        // Its digits are spent: the exact balance of the best may be nearer.
                        self.put(part, &exact);
                        step = Last::Substitution;
                        continue;
                    }
                    Last::Substitution => {
                        // Nor that: Newton again, held back.
                        time = (1e-3 * time).min(1e9);
                        if time < STILL {
                            break;
                        }
                        self.put(part, &held);
                        self.divide(part);
                        before.copy_from_slice(&held);
                        self.put(part, &exact);
                        factored = false;
                    }
                }
            }
            step = Last::Newton;
            // Factors of an earlier step do while each step takes a digit off.
            if !factored || size > 0.1 * before_that {
                if !blocks.factor(self.network, self.graph, part, &self.splits.shares, 1.0 + 1.0 / time) {
                    break;
                }
                factored = true;
            }
            before_that = size;
            self.unbalanced(part, &before, &mut gaps);
            blocks.solve(self.network, self.graph, part, &mut gaps);
            self.put(part, &before);
            self.step(part, &gaps);
        }
        self.put(part, &first);
        self.divide(part);
        Ok(false)
    }

    /// What an all but empty stage is measured by: metal is felt where it takes up extractant or acid.
    pub(super) fn room(&self, stage: usize) -> f64 {
        let Stage { sites, aqueous, .. } = self.network.stages[stage];
        sites.min(aqueous * self.splits.other[stage].abs())
    }

    /// The largest share by which what a stage holds differs from `before`.
    fn apart(&self, part: &Part, before: &[f64]) -> f64 {
        let k = self.network.solutes.len();
        let stages = part.nodes.iter().zip(before.chunks_exact(k)).map(|(&node, before)| {
            let Node::Mixer(stage) = self.graph.kinds[node] else { return 0.0 };
            let (mut gap, mut all) = (0.0, FELT * self.room(stage));
            for ((z, now), before) in self.network.charge.iter().zip(&self.totals[node * k..]).zip(before) {
                gap += z * (now - before).abs();
                all += z * now;
            }
            gap / all
        });
        stages.fold(0.0, |most: f64, gap| if gap.is_nan() { gap } else { most.max(gap) })
    }

    /// (I − A)(T − t), with T what is there now and t what was.
    fn unbalanced(&self, part: &Part, before: &[f64], gaps: &mut [f64]) {
        let k = self.network.solutes.len();
        let now = part.nodes.iter().flat_map(|&node| &self.totals[node * k..(node + 1) * k]);
        let apart: Vec<f64> = now.zip(before).map(|(now, before)| now - before).collect();
        gaps.fill(0.0);
        add_sent(self.network, self.graph, part, &self.splits.shares, &apart, gaps);
        for (gap, apart) in gaps.iter_mut().zip(apart) {
            *gap = apart - *gap;
        }
    }
}
