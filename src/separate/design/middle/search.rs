//! The search: draw and scrub brought to balance, sections lengthened and shortened, the organic flow tried.
//!
//! # Source
//! Our own; the organic flows are places to begin.

use super::{Middle, Passed, Shape, drawn};
use crate::error::Error;
use crate::library::Library;
use crate::quantity::figures;
use crate::separate::circuit;
use crate::separate::design::linked::feed::{prepared, unit};
use crate::separate::design::loading;
use crate::separate::design::order::Set;
use crate::separate::design::plan::Plan;
use crate::separate::design::spec::{Solvent, Spec, dissolved};
use crate::separate::illinois;
use crate::stream::Stream;
use crate::unit::Balance;

/// Solutions at one organic flow before it is given up.
const MOST_SOLVES: usize = 4000;
/// ln by which lost and slipped may miss differently.
const EVEN: f64 = 0.02;
/// ln that a stage must gain, or it is a pinch.
const PINCH: f64 = 0.01;
/// Organic flows that are tried, times the first.
const FLOWS: [f64; 3] = [1.0, 1.3, 1.8];
/// Most organic flow over the first, where no stage helps.
const MOST_FLOW: f64 = 6.0;
/// ln of a miss below which a battery is far too good.
const FAR: f64 = -0.6;
/// Most of the solution that may be drawn.
const MOST_DRAWN: f64 = 0.98;

struct Search<'s> {
    spec: &'s Spec,
    library: &'s Library,
    plan: &'s Plan,
    solvent: &'s Solvent,
    allowed: Passed,
    ready: &'s Stream,
    /// Price at which it is given up.
    ceiling: f64,
    /// mol/h of the first trial's organic phase.
    first: f64,
    /// Was it begun from a battery built before?
    begun: bool,
    /// Was the last that was given up loaded too far?
    loaded: bool,
    solves: usize,
    stop: usize,
}

struct Trial {
    shape: Shape,
    balance: Balance,
    passed: Passed,
    /// ln of the larger of lost and slipped over what may be, or what the loading misses: lower cut, upper cut.
    miss: [f64; 2],
}

impl Trial {
    fn whole(&self) -> f64 {
        self.miss.iter().map(|miss| miss.max(0.0)).sum()
    }
}

/// The planned battery of three outlets on this feed; given up where it costs more than `ceiling`. `from` is where to
/// begin, in place of theory. Where it would be loaded too far, its feed is brought to the next lower pH.
pub fn build(
    spec: &Spec,
    library: &Library,
    plan: &Plan,
    allowed: Passed,
    feed: &Stream,
    ceiling: f64,
    from: Option<Shape>,
) -> Result<Middle, Error> {
    loading::falling(spec, from.and_then(|shape| shape.feed_ph), |feed_ph, loaded| {
        let solvent = &spec.solvents[plan.solvent];
        let prepared = prepared(solvent, feed_ph, feed, library)?;
        let ready = prepared.as_ref().map_or(feed, |prepared| &prepared.outlets[0]);
        let Some(start) = from.or_else(|| planned(spec, plan, ready)) else {
            return Err(stopped(spec, plan, "it is no plan of three outlets"));
        };
        let start = Shape { feed_ph, ..start };
        let floor = spec.goal.price(&plan.used);
        if floor > ceiling {
            return Err(stopped(
                spec,
                plan,
                &format!(
                    "whatever the stages it needs {} mol of metal in the organic phase per mol fed, which costs {} at least, more than {} for \
                 the cuts that it takes the place of",
                    figures(plan.least_organic[0] / plan.fed, 3),
                    figures(floor, 3),
                    figures(ceiling, 3)
                ),
            ));
        }
        let first = start.carries;
        let mut search = Search {
            spec,
            library,
            plan,
            solvent,
            allowed,
            ready,
            ceiling,
            first,
            begun: from.is_some(),
            loaded: false,
            solves: 0,
            stop: MOST_SOLVES,
        };
        let mut best: Option<Result<Trial, Error>> = None;
        let flows = if from.is_some() { &FLOWS[..1] } else { &FLOWS[..] };
        for times in flows {
            // One that had to raise its flow beyond has been there.
            if matches!(&best, Some(Ok(best)) if best.shape.carries >= start.carries * times) {
                continue;
            }
            search.stop = search.solves + MOST_SOLVES;
            let built = search.at(start.carrying(start.carries * times));
            let worse = matches!((&best, &built), (Some(Ok(a)), Ok(b)) if search.price(b) >= search.price(a));
            // The price has one least.
            if worse || matches!((&best, &built), (Some(Ok(_)), Err(_))) {
                break;
            }
            if let Ok(built) = &built {
                search.ceiling = search.ceiling.min(search.price(built));
            }
            if built.is_ok() || best.is_none() {
                best = Some(built);
            }
        }
        *loaded = search.loaded;
        let best = best.unwrap_or_else(|| Err(stopped(spec, plan, "it could not be built")))?;
        let mut used = best.shape.used(solvent, ready, &best.balance);
        if let Some(balance) = &prepared {
            let [base, acid] = drawn(balance);
            used.base += base;
            used.acid += acid;
        }
        let solves = search.solves;
        let Trial { shape, balance, passed, .. } = best;
        Ok(Middle { plan: plan.clone(), shape, balance, feed: feed.clone(), prepared, passed, used, solves })
    })
}

/// The battery as theory has it: long enough for either cut, the organic phase of the greedier.
fn planned(spec: &Spec, plan: &Plan, ready: &Stream) -> Option<Shape> {
    let lower = plan.lower.as_deref()?;
    let moles = dissolved(ready);
    let sum = |set: Set| spec.elements(set).into_iter().map(|e| moles[e]).sum::<f64>();
    let [extract, held] = [sum(plan.parts[1]), sum(plan.middle)];
    let [low, up] = [lower, plan].map(|plan| plan.floor.stages.map(|n| (n.ceil() as usize).max(2)));
    let carries =
        lower.floor.flows[0].max(plan.floor.flows[0]).max(1.1 * plan.least_organic[0]).max(1.05 * (extract + held));
    Some(Shape {
        stages: [low[0], low[1].max(up[0]), up[1], plan.strip_stages.max(4)],
        carries,
        returns: carries - extract,
        drawn: held,
        stripped: extract,
        excess: (1.0 + plan.excess) * carries / plan.floor.flows[0].max(1e-9 * carries) - 1.0,
        feed_ph: None,
    })
}

impl Shape {
    /// With another organic flow, its scrub and strip liquor to match.
    fn carrying(self, carries: f64) -> Self {
        let excess = (1.0 + self.excess) * carries / self.carries - 1.0;
        Self { carries, returns: self.returns + carries - self.carries, excess, ..self }
    }

    /// With x mol/h more of scrub and draw (upper cut), or of draw alone (lower cut).
    fn moved(self, upper: bool, x: f64) -> Self {
        let drawn = self.drawn + x;
        if upper { Self { returns: self.returns + x, drawn, ..self } } else { Self { drawn, ..self } }
    }

    fn lawful(&self) -> bool {
        self.returns > 0.0 && self.drawn > 0.0 && self.drawn < MOST_DRAWN * self.returns
    }
}

fn stopped(spec: &Spec, plan: &Plan, why: &str) -> Error {
    let named = |set: Set| spec.elements(set).iter().map(|e| e.symbol()).collect::<Vec<_>>().join(" ");
    Error::Infeasible {
        unit: String::new(),
        what: format!(
            "three outlets {} | {} | {} with {}: {why}",
            named(plan.parts[0]),
            named(plan.middle),
            named(plan.parts[1]),
            spec.solvents[plan.solvent].name
        ),
        hint: "two batteries of two outlets, or a less pure middle product".into(),
    }
}

impl Search<'_> {
    fn price(&self, trial: &Trial) -> f64 {
        self.spec.goal.price(&trial.shape.used(self.solvent, self.ready, &trial.balance))
    }

    fn stopped(&self, why: &str) -> Error {
        stopped(self.spec, self.plan, why)
    }

    /// Made good from this start.
    fn at(&mut self, start: Shape) -> Result<Trial, Error> {
        let first = self.started(start)?;
        let met = self.lengthened(first)?;
        // What was trimmed before is trimmed again only if it has become far too good.
        let trimmed = self.begun && met.miss.iter().all(|miss| *miss > FAR);
        Ok(if trimmed { met } else { self.trimmed(met) })
    }

    /// A first trial that solves: what a solver cannot carry is often a strip too short.
    fn started(&mut self, mut shape: Shape) -> Result<Trial, Error> {
        let mut last = None;
        for _ in 0..4 {
            match self.trial(shape) {
                Ok(trial) => return Ok(trial),
                Err(error @ Error::Scenario(_)) => return Err(error),
                Err(error) => last = Some(error),
            }
            shape.stages = shape.stages.map(|n| n + 3);
            shape.excess = shape.excess * 1.5 + 0.2;
        }
        Err(last.unwrap_or_else(|| self.stopped("it could not be solved to begin with")))
    }

    fn lengthened(&mut self, mut best: Trial) -> Result<Trial, Error> {
        while best.whole() > 0.0 {
            let worst = usize::from(best.miss[1] > best.miss[0]);
            let cut = if worst == 0 { "lower" } else { "upper" };
            let full = loading::told(self.spec.most_loading, &best.balance);
            self.loaded = !full.is_empty();
            let off = format!("its {cut} cut misses by a factor {:.3}{full}", best.miss[worst].exp());
            if self.solves > self.stop {
                return Err(self.stopped(&format!("after {} rigorous solutions {off}", self.solves)));
            }
            let price = self.price(&best);
            if price > self.ceiling {
                return Err(self.stopped(&format!(
                    "{off} where {} stages with {:.2} mol of metal in the organic phase per mol fed already cost {}, more than \
                     {} for the cuts that it takes the place of",
                    best.shape.whole(),
                    best.shape.carries / self.plan.fed,
                    figures(price, 3),
                    figures(self.ceiling, 3)
                )));
            }
            let mut gains: Vec<(f64, f64, Trial)> = Vec::new();
            for section in 0..4 {
                // What lies on the other side of a cut that is met does not help.
                if best.miss[0] <= 0.0 && section == 0 || best.miss[1] <= 0.0 && section == 2 {
                    continue;
                }
                let mut shape = best.shape;
                let more = (shape.stages[section] / 5).clamp(1, 12);
                shape.stages[section] += more;
                if shape.stages[..3].iter().sum::<usize>() > self.spec.most_stages || shape.stages[3] > 200 {
                    continue;
                }
                if let Ok(trial) = self.trial(shape) {
                    let gain = best.whole() - trial.whole();
                    gains.push((gain / more as f64, gain / (self.price(&trial) - price).max(1e-9 * price), trial));
                }
            }
            gains.retain(|(gain, ..)| *gain > PINCH * best.miss[worst].clamp(0.2, 1.0));
            gains.sort_by(|a, b| b.1.total_cmp(&a.1));
            if let Some((.., trial)) = gains.into_iter().next() {
                best = trial;
                continue;
            }
            // A pinch: more organic phase with its liquors, or more strip liquor.
            let mut raised = Vec::new();
            let more = best.shape.carrying(1.1 * best.shape.carries);
            if more.carries <= MOST_FLOW * self.first {
                raised.extend(self.trial(more).ok());
            }
            let excess = best.shape.excess * 1.5 + 0.2;
            raised.extend(self.trial(Shape { excess, ..best.shape }).ok());
            raised.sort_by(|a, b| a.whole().total_cmp(&b.whole()));
            match raised.into_iter().next() {
                Some(trial) if trial.whole() < best.whole() => best = trial,
                _ => {
                    return Err(self.stopped(&format!(
                        "{off}, and neither stages nor organic flow nor strip liquor bring it nearer; whatever the stages it needs \
                         {:.2} mol of metal in the organic phase per mol fed, and has {:.2}",
                        self.plan.least_organic[0] / self.plan.fed,
                        best.shape.carries / self.plan.fed
                    )));
                }
            }
        }
        Ok(best)
    }

    /// Takes out what is not needed, then exchanges stages of one section for those of another where that is cheaper.
    fn trimmed(&mut self, mut best: Trial) -> Trial {
        let met = |search: &mut Self, shape: Shape| {
            let lawful = shape.stages.iter().all(|n| *n >= 2) && search.solves < search.stop + MOST_SOLVES;
            lawful.then(|| search.trial(shape).ok()).flatten().filter(|trial| trial.whole() <= 0.0)
        };
        for step in [8, 4, 2, 1] {
            for section in [3, 2, 1, 0] {
                while best.shape.stages[section] > step + 1 {
                    let mut shape = best.shape;
                    shape.stages[section] -= step;
                    let Some(trial) = met(self, shape) else { break };
                    best = trial;
                }
            }
        }
        // A stage of one for two of another; less organic phase for a stage.
        for (longer, shorter) in (0..4).flat_map(|a| (0..4).map(move |b| (a, b))).filter(|(a, b)| a != b) {
            let mut shape = best.shape;
            if shape.stages[shorter] < 4 {
                continue;
            }
            shape.stages[longer] += 1;
            shape.stages[shorter] -= 2;
            if let Some(trial) = met(self, shape) {
                best = trial;
            }
        }
        // Less organic phase for a stage or two more.
        for _ in 0..40 {
            let less = best.shape.carrying(0.96 * best.shape.carries);
            let cheaper =
                (0..3).flat_map(|section| [1, 2, 4].map(|more| (section, more))).find_map(|(section, more)| {
                    let mut shape = less;
                    shape.stages[section] += more;
                    met(self, shape).filter(|trial| self.price(trial) < self.price(&best))
                });
            let Some(trial) = cheaper else { break };
            best = trial;
        }
        best
    }

    /// A shape with scrub and draw brought to balance.
    fn trial(&mut self, mut shape: Shape) -> Result<Trial, Error> {
        let mut found = self.solved(&shape)?;
        for _ in 0..8 {
            for upper in [true, false] {
                found = self.balanced(&mut shape, upper, found)?;
            }
            if [0, 1].iter().all(|&cut| self.uneven(&found.1, cut).abs() < 2.0 * EVEN) {
                let over = |cut: usize, side: usize| (found.1[cut][side].max(1e-300) / self.allowed[cut][side]).ln();
                let full = loading::miss(self.spec.most_loading, loading::highest(&found.0, |_| true));
                let miss = [0, 1].map(|cut| over(cut, 0).max(over(cut, 1)).max(full));
                return Ok(Trial { shape, balance: found.0, passed: found.1, miss });
            }
        }
        Err(self.unbalanced("scrub and draw do not come to balance together"))
    }

    /// ln of lost over slipped, each over what may be.
    fn uneven(&self, passed: &Passed, cut: usize) -> f64 {
        let [slip, lost] = [0, 1].map(|side| (passed[cut][side].max(1e-300) / self.allowed[cut][side]).ln());
        lost - slip
    }

    /// Finds the flow at which one of the cuts loses and lets slip alike.
    fn balanced(&mut self, shape: &mut Shape, upper: bool, from: Found) -> Result<Found, Error> {
        let cut = usize::from(upper);
        let mut found = from;
        let begun = *shape;
        // More scrub turns A into the draw; more draw takes B out of the raffinate.
        let rises = if upper { 1.0 } else { -1.0 };
        let (mut a, mut fa) = (0.0, self.uneven(&found.1, cut));
        if fa.abs() < EVEN {
            return Ok(found);
        }
        let (mut b, mut fb) = (a, fa);
        let mut step = 0.5 * self.allowed[cut].iter().sum::<f64>();
        let mut at = |x: f64, found: &mut Found| -> Result<f64, Error> {
            *shape = begun.moved(upper, x);
            if !shape.lawful() {
                return Err(self.unbalanced("no scrub or draw balances what a cut loses and lets slip"));
            }
            *found = self.solved(shape)?;
            Ok(self.uneven(&found.1, cut))
        };
        while fa * fb > 0.0 {
            (a, fa) = (b, fb);
            let towards = -rises * fa.signum();
            // Half of the way to where nothing is drawn, or all.
            let mut far = step;
            while !begun.moved(upper, a + towards * far).lawful() && far > 1e-6 * step {
                far *= 0.5;
            }
            b = a + towards * far;
            step *= 2.5;
            fb = at(b, &mut found)?;
            if fb.abs() < EVEN {
                return Ok(found);
            }
        }
        match illinois::close([(a, fa), (b, fb)], EVEN, &mut |x| at(x, &mut found))? {
            None => Ok(found),
            Some(_) => Err(self.unbalanced("the flow that balances a cut was not found")),
        }
    }

    fn solved(&mut self, shape: &Shape) -> Result<Found, Error> {
        self.solves += 1;
        let text = shape.text(self.solvent, self.plan, self.ready, "");
        let unit = unit(&circuit::KIND, &self.solvent.node.place, &text, self.library)?;
        let balance = unit.solve(std::slice::from_ref(self.ready))?;
        let moles: Vec<_> = balance.outlets.iter().map(dissolved).collect();
        let sum = |at: usize, set: Set| self.spec.elements(set).into_iter().map(|e| moles[at][e]).sum::<f64>();
        let ([light, heavy], middle) = (self.plan.parts, self.plan.middle);
        let passed = [[sum(1, light), sum(0, middle | heavy)], [sum(2, light | middle), sum(1, heavy)]];
        Ok((balance, passed))
    }

    fn unbalanced(&self, what: &str) -> Error {
        Error::NotConverged {
            unit: String::new(),
            what: what.into(),
            residual: EVEN,
            iterations: self.solves,
            worst: "the split of the keys".into(),
            hint: "two batteries of two outlets".into(),
        }
    }
}

/// What a solve left, and what its cuts pass.
type Found = (Balance, Passed);
