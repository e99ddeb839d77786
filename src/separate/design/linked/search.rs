//! The search: flows brought to balance, sections lengthened, shortened, exchanged.

use super::feed::{prepared, unit};
use super::{Chain, Link, Linked, MOST_SHARE, Scrub, parts::reading};
use crate::document::Node;
use crate::error::Error;
use crate::ion::Ion;
use crate::library::Library;
use crate::quantity::{Duration, Quantity};
use crate::separate::circuit;
use crate::separate::design::goal::Tally;
use crate::separate::design::loading;
use crate::separate::design::order::Set;
use crate::separate::design::plan::Plan;
use crate::separate::design::spec::{Spec, dissolved};
use crate::separate::illinois;
use crate::stream::Stream;
use crate::unit::Balance;

/// Solutions before the search is given up.
const MOST_SOLVES: usize = 600;
/// ln by which lost and slipped may miss differently.
const EVEN: f64 = 0.05;
/// ln that a stage must gain, or it is a pinch.
const PINCH: f64 = 0.01;
/// Price of a chain over that of a whole train without links, at which it is given up before it makes its cuts.
const TOO_DEAR: f64 = 2.0;
/// The same over that of a chain that makes them: what is then taken out hardly saves more.
const HARDLY: f64 = 1.3;
/// Most strip acid beyond what the last battery's metal binds, as a share of that: the liquor strips the organic phase of all.
const MOST_EXCESS: f64 = 400.0;
/// Most organic flow over the planned.
const MOST_FLOW: f64 = 4.0;

struct Search<'s> {
    spec: &'s Spec,
    library: &'s Library,
    allowed: Vec<[f64; 2]>,
    /// Made ready.
    feed: &'s Stream,
    /// Price of the whole train that it is held against.
    ceiling: f64,
    /// Price at which a chain is given up before it makes its cuts.
    limit: f64,
    planned: Vec<f64>,
    /// Was the last that was given up loaded too far?
    loaded: bool,
    solves: usize,
    /// Solutions after which one way is given up.
    most: usize,
}

struct Trial {
    chain: Chain,
    balance: Balance,
    passed: Vec<[f64; 2]>,
    /// ln of the larger of lost and slipped over what may be, or what its loading misses, by battery.
    miss: Vec<f64>,
}

impl Trial {
    /// What is still missed.
    fn whole(&self) -> f64 {
        self.miss.iter().map(|miss| miss.max(0.0)).sum()
    }
}

/// The chain of cuts of this feed, each letting slip and losing no more than is `allowed` (slip, loss; mol/h); `ceiling`
/// is the price of the whole train that it is held against. Where it would be loaded too far, its feed is brought to the next
/// lower pH.
pub fn build(
    spec: &Spec,
    library: &Library,
    plans: &[Plan],
    allowed: &[[f64; 2]],
    scrub: Scrub,
    feed: &Stream,
    ceiling: f64,
) -> Result<Linked, Error> {
    loading::falling(spec, None, |feed_ph, loaded| {
        let planned = plans.iter().map(|plan| plan.floor.flows[0]).collect();
        let Some(first) = plans.first() else { return Err(Search::stopped(plans, "there is no battery in it")) };
        let prepared = prepared(&spec.solvents[first.solvent], feed_ph, feed, library)?;
        let ready = prepared.as_ref().map_or(feed, |prepared| &prepared.outlets[0]);
        let limit = TOO_DEAR * ceiling;
        let mut search = Search {
            spec,
            library,
            allowed: allowed.to_vec(),
            feed: ready,
            ceiling,
            limit,
            planned,
            loaded: false,
            solves: 0,
            most: MOST_SOLVES,
        };
        let Some(chain) = Chain::planned(plans, scrub, spec, ready) else {
            return Err(Search::stopped(plans, "there is no battery in it"));
        };
        let chain = Chain { feed_ph, ..chain };
        // More strip acid may save stages everywhere; and the strip sees the organic phase of all batteries.
        let whole: f64 = chain.links.iter().map(|link| link.carries).sum();
        let own = chain.links.last().map_or(whole, |link| link.carries);
        let by_volume = ((1.0 + chain.excess) * whole / own - 1.0).min(MOST_EXCESS);
        let starts = [chain.excess, (chain.excess * 2.0).max(1.0), by_volume];
        let mut best: Result<Trial, Error> = Err(Search::stopped(plans, "it could not be built"));
        for (at, excess) in starts.into_iter().enumerate() {
            // Strip acid by the volume of all organic phases only where less does not do.
            if at == 2 && (best.is_ok() || excess <= starts[1]) {
                break;
            }
            search.most = search.solves + MOST_SOLVES;
            let begun = search.first(Chain { excess, ..chain.clone() });
            let built = begun.and_then(|first| search.lengthened(first, plans)).map(|met| search.trimmed(met));
            let built = built.map(|met| search.exchanged(met));
            if let Ok(built) = &built {
                search.limit = search.limit.min(HARDLY * search.price(built));
            }
            best = match (best, built) {
                (Ok(a), Ok(b)) => Ok(if search.price(&a) <= search.price(&b) { a } else { b }),
                (Ok(one), Err(_)) | (Err(_), Ok(one)) => Ok(one),
                (Err(_), Err(error)) => Err(error),
            };
        }
        *loaded = search.loaded;
        let best = best?;
        let mut used = search.used(&best);
        let solves = search.solves;
        if let Some(balance) = &prepared {
            let [base, acid] = drawn(balance);
            used.base += base;
            used.acid += acid;
        }
        Ok(Linked {
            chain: best.chain,
            balance: best.balance,
            feed: feed.clone(),
            prepared,
            passed: best.passed,
            used,
            solves,
        })
    })
}

/// eq/h of base and of acid drawn.
pub(super) fn drawn(balance: &Balance) -> [f64; 2] {
    let acid = || balance.drawn.iter().map(|drawn| drawn.stream.aqueous.ions[Ion::H]);
    [acid().map(|acid| (-acid).max(0.0)).sum(), acid().map(|acid| acid.max(0.0)).sum()]
}

impl Search<'_> {
    /// What a trial uses, its feed's preparation left out.
    fn used(&self, trial: &Trial) -> Tally {
        let [base, acid] = drawn(&trial.balance);
        let node = &self.spec.solvents[trial.chain.links[0].plan.solvent].node;
        // A battery alone counts the solvent in its saponification tank too.
        let saponifying = trial.chain.whole_litres(self.spec, self.feed) / 1000.0 * saponification(node);
        Tally {
            stage_flow: trial.chain.stage_flow(self.feed),
            base,
            acid,
            solvent: reading(&trial.balance, "solvent held").unwrap_or(0.0) + saponifying,
            oxide: reading(&trial.balance, "rare earths held").unwrap_or(0.0),
        }
    }

    fn price(&self, trial: &Trial) -> f64 {
        self.spec.goal.price(&self.used(trial))
    }

    /// A first trial that solves: what a solver cannot carry is often a strip too short.
    fn first(&mut self, mut chain: Chain) -> Result<Trial, Error> {
        let mut last = None;
        for _ in 0..3 {
            match self.trial(chain.clone()) {
                Ok(trial) => return Ok(trial),
                Err(error @ Error::Scenario(_)) => return Err(error),
                Err(error) => last = Some(error),
            }
            chain.strip += 4;
            chain.excess = (chain.excess * 1.6 + 0.2).min(MOST_EXCESS);
            for link in &mut chain.links {
                link.stages = link.stages.map(|n| n + 3);
            }
        }
        let plans: Vec<Plan> = chain.links.iter().map(|link| link.plan.clone()).collect();
        Err(last.unwrap_or_else(|| Self::stopped(&plans, "it could not be solved to begin with")))
    }

    fn lengthened(&mut self, mut best: Trial, plans: &[Plan]) -> Result<Trial, Error> {
        while best.whole() > 0.0 {
            let worst = (0..best.miss.len()).find(|&i| best.miss[i] > 0.0).unwrap_or(0);
            let full = loading::told(self.spec.most_loading, &best.balance);
            self.loaded = !full.is_empty();
            let off = format!(
                "its cut {}/{} misses by a factor {:.2}{full}",
                plans[worst].keys[0],
                plans[worst].keys[1],
                best.miss[worst].exp()
            );
            if self.solves > self.most {
                return Err(Self::stopped(plans, &format!("after {} rigorous solutions {off}", self.solves)));
            }
            let price = self.price(&best);
            if price > self.limit {
                let why = format!(
                    "{off} when it costs {:.1} times the whole train without links already",
                    price / self.ceiling
                );
                return Err(Self::stopped(plans, &why));
            }
            // By stage, and by what its stages cost in organic flow.
            let mut gains: Vec<(f64, f64, Trial)> = Vec::new();
            for section in 0..3 {
                let mut chain = best.chain.clone();
                let (longer, most) = match section {
                    2 => (&mut chain.strip, 200),
                    at => (&mut chain.links[worst].stages[at], self.spec.most_stages),
                };
                let more = (*longer / 5).clamp(1, 12);
                *longer += more;
                if *longer > most {
                    continue;
                }
                if let Ok(trial) = self.trial(chain) {
                    let gain = (best.whole() - trial.whole()) / more as f64;
                    let dear = trial.chain.stage_flow(self.feed) - best.chain.stage_flow(self.feed);
                    gains.push((gain, gain * more as f64 / dear, trial));
                }
            }
            gains.retain(|(gain, ..)| *gain > PINCH * best.miss[worst].clamp(0.2, 1.0));
            gains.sort_by(|a, b| b.1.total_cmp(&a.1));
            if let Some((.., trial)) = gains.into_iter().next() {
                best = trial;
                continue;
            }
            // A pinch: more organic phase with the scrub liquor to match, or more strip liquor.
            let mut raised = Vec::new();
            let mut chain = best.chain.clone();
            let more = 0.1 * chain.links[worst].carries;
            chain.links[worst].carries += more;
            let last = if chain.scrub == Scrub::Next { chain.links.len() - 1 } else { worst };
            for link in &mut chain.links[worst..=last] {
                link.returns += more;
            }
            if chain.links[worst].carries <= MOST_FLOW * self.planned[worst] {
                raised.extend(self.trial(chain).ok());
            }
            let mut chain = best.chain.clone();
            chain.excess = (chain.excess * 1.5 + 0.2).min(MOST_EXCESS);
            if chain.excess > best.chain.excess * 1.01 {
                raised.extend(self.trial(chain).ok());
            }
            raised.sort_by(|a, b| a.whole().total_cmp(&b.whole()));
            match raised.into_iter().next() {
                Some(trial) if trial.whole() < best.whole() => best = trial,
                _ => {
                    let why = format!("{off}, and neither stages nor reflux nor strip liquor bring it nearer");
                    return Err(Self::stopped(plans, &why));
                }
            }
        }
        Ok(best)
    }

    /// Takes out what is not needed, dearest first.
    fn trimmed(&mut self, mut best: Trial) -> Trial {
        let count = best.chain.links.len();
        for step in [4, 2, 1] {
            for i in (0..=count).rev() {
                for section in [1, 0] {
                    loop {
                        let mut chain = best.chain.clone();
                        let shorter = if i == count { &mut chain.strip } else { &mut chain.links[i].stages[section] };
                        if *shorter <= step + 1 || self.solves > 2 * self.most {
                            break;
                        }
                        *shorter -= step;
                        match self.trial(chain) {
                            Ok(trial) if trial.whole() <= 0.0 => best = trial,
                            _ => break,
                        }
                    }
                    if i == count {
                        break;
                    }
                }
            }
        }
        best
    }

    /// Stages of one section for those of another, where that makes the same with less organic flow through stages.
    fn exchanged(&mut self, mut best: Trial) -> Trial {
        let count = 2 * best.chain.links.len() + 1;
        for _ in 0..2 {
            let before = best.chain.stages();
            if self.solves > 2 * self.most {
                break;
            }
            for (longer, shorter) in (0..count).flat_map(|a| (0..count).map(move |b| (a, b))).filter(|(a, b)| a != b) {
                for more in [1, 2] {
                    let mut chain = best.chain.clone();
                    *stages(&mut chain, longer) += more;
                    let less = stages(&mut chain, shorter);
                    *less -= 1;
                    if *less < 2
                        || self.solves > 2 * self.most
                        || chain.stage_flow(self.feed) >= best.chain.stage_flow(self.feed)
                    {
                        continue;
                    }
                    match self.trial(chain) {
                        Ok(trial) if trial.whole() <= 0.0 => {
                            best = trial;
                            break;
                        }
                        _ => {}
                    }
                }
            }
            if best.chain.stages() == before {
                break;
            }
        }
        best
    }

    /// The chain with its scrub flows brought to balance.
    fn trial(&mut self, mut chain: Chain) -> Result<Trial, Error> {
        let mut found = self.solved(&chain)?;
        for _ in 0..6 {
            let count = chain.links.len();
            for i in 0..count {
                // What the last scrub gives is what the others have; where each has acid, the first feeds the rest.
                let i = if chain.scrub == Scrub::Next { count - 1 - i } else { i };
                found = self.balanced(&mut chain, i, found)?;
            }
            let even = (0..chain.links.len()).all(|i| self.uneven(&found.1, i).abs() < 2.0 * EVEN);
            if even {
                let miss = |(passed, allowed): (&[f64; 2], &[f64; 2])| {
                    (0..2).map(|i| (passed[i].max(1e-300) / allowed[i]).ln()).fold(f64::NEG_INFINITY, f64::max)
                };
                let mut miss: Vec<f64> = found.1.iter().zip(&self.allowed).map(miss).collect();
                let last = miss.len() - 1;
                for (i, miss) in miss.iter_mut().enumerate() {
                    let tags = [format!(", load-{}", i + 1), format!(", scrub-{}", i + 1)];
                    let own =
                        |name: &str| tags.iter().any(|tag| name.ends_with(tag)) || i == last && name.ends_with("strip");
                    let highest = loading::highest(&found.0, own);
                    *miss = miss.max(loading::miss(self.spec.most_loading, highest));
                }
                return Ok(Trial { chain, balance: found.0, passed: found.1, miss });
            }
        }
        Err(self.uneven_at("the scrub flows of the chain do not come to balance together"))
    }

    /// ln of lost over slipped, each over what may be.
    fn uneven(&self, passed: &[[f64; 2]], i: usize) -> f64 {
        let [slip, lost] = [0, 1].map(|side| (passed[i][side].max(1e-300) / self.allowed[i][side]).ln());
        lost - slip
    }

    /// Finds the scrub flow of one battery at which it loses and lets slip alike.
    fn balanced(&mut self, chain: &mut Chain, i: usize, from: Passed) -> Result<Passed, Error> {
        let mut found = from;
        let start = chain.links[i].returns.ln();
        // No more than nearly all of what the next scrub gives.
        let next = chain.links.get(i + 1).filter(|_| chain.scrub == Scrub::Next);
        let highest = next.map_or(f64::INFINITY, |next| (MOST_SHARE * next.returns).ln());
        let (mut a, mut fa) = (start, self.uneven(&found.1, i));
        let (mut b, mut fb) = (a, fa);
        let mut at = |x: f64, found: &mut Passed| -> Result<f64, Error> {
            chain.links[i].returns = x.exp();
            *found = self.solved(chain)?;
            Ok(self.uneven(&found.1, i))
        };
        if fa.abs() < EVEN {
            return Ok(found);
        }
        let mut step = 0.003;
        while fa * fb > 0.0 {
            (a, fa) = (b, fb);
            b = (a - f64::copysign(step, fa)).min(highest);
            step *= 2.0;
            if step > 4.0 || b.total_cmp(&a).is_eq() {
                return Err(self.uneven_at("no scrub flow balances what a battery loses and lets slip"));
            }
            fb = at(b, &mut found)?;
            if fb.abs() < EVEN {
                return Ok(found);
            }
        }
        match illinois::close([(a, fa), (b, fb)], EVEN, &mut |x| at(x, &mut found))? {
            None => Ok(found),
            Some(_) => Err(self.uneven_at("the scrub flow that balances a battery was not found")),
        }
    }

    fn solved(&mut self, chain: &Chain) -> Result<Passed, Error> {
        self.solves += 1;
        let place = &self.spec.solvents[chain.links[0].plan.solvent].node.place;
        let unit = unit(&circuit::KIND, place, &chain.text(self.spec, self.feed, ""), self.library)?;
        let balance = unit.solve(std::slice::from_ref(self.feed))?;
        let passed = passed(self.spec, chain, &balance);
        Ok((balance, passed))
    }

    fn uneven_at(&self, what: &str) -> Error {
        Error::NotConverged {
            unit: String::new(),
            what: what.into(),
            residual: EVEN,
            iterations: self.solves,
            worst: "the split of the keys".into(),
            hint: "batteries that are not linked".into(),
        }
    }

    fn stopped(plans: &[Plan], why: &str) -> Error {
        let cuts: Vec<String> = plans.iter().map(|plan| format!("{}/{}", plan.keys[0], plan.keys[1])).collect();
        Error::Infeasible {
            unit: String::new(),
            what: format!("linked batteries {}: {why}", cuts.join(", ")),
            hint: "batteries that are not linked".into(),
        }
    }
}

/// h in the saponification tank.
fn saponification(node: &Node) -> f64 {
    let text = node.get("residence").and_then(|times| times.get("saponification")).and_then(Node::text);
    text.and_then(|text| Duration::parse(text).ok()).map_or(0.0, |time| time.0)
}

/// Extraction and scrub of each battery in turn, then the strip.
fn stages(chain: &mut Chain, at: usize) -> &mut usize {
    match chain.links.get_mut(at / 2) {
        Some(link) => &mut link.stages[at % 2],
        None => &mut chain.strip,
    }
}

/// What a solve left, with mol/h slipped and lost by battery.
type Passed = (Balance, Vec<[f64; 2]>);

fn passed(spec: &Spec, chain: &Chain, balance: &Balance) -> Vec<[f64; 2]> {
    let outlets: Vec<_> = balance.outlets.iter().map(dissolved).collect();
    let sum = |at: usize, set: Set| spec.elements(set).into_iter().map(|e| outlets[at][e]).sum::<f64>();
    let of = |(i, link): (usize, &Link)| {
        let [light, heavy] = link.plan.parts;
        [(i + 1..outlets.len()).map(|at| sum(at, light)).sum(), sum(i, heavy)]
    };
    chain.links.iter().enumerate().map(of).collect()
}
