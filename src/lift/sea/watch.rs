//! The watch on deck: what a lifting vessel does as the sea rises and falls.
//!
//! # Equation
//! In each step of 3 h the first line that holds says what is done; what ends within the step leaves the rest of it to the next line.
//! ```text
//! leave in sight, pipe down       pull out (1/P of it an hour) while H ≤ h_handle, else hang on and wait for it:  caught
//! leave in sight, pipe on deck    away
//! pipe not down                   run in (1/R of it an hour) while H ≤ h_handle, else wait
//! H > h_work                      hang on: stop lifting, but stay
//! after a stop                    start again, S hours
//! otherwise                       lift
//! ```
//! A leave is in sight when, within the notice, the sea passes `h_leave` or a typhoon comes; a pull once begun is ended.
//! Typhoons come by chance, `1 − exp(−r/n)` in each of the n steps of a month that sees r of them; each keeps ships away for `A` hours.
//!
//! # Symbols
//! `H` significant wave height, `h` limits, m; `R` to run the whole pipe in, `P` to pull it out, `S` to start again, `A` away, h of sea that
//! bears it.
//!
//! # Holds for
//! One vessel and one pipe. The forecast is right as far as the notice reaches. Heights are the sea apart from typhoons. With no limit to
//! leave and no typhoons, no time to run in or start, lifting has the share of time `P(H ≤ h_work)` exactly.
//!
//! # Source
//! Bookkeeping; the limits are the scenario's, with their own evidence.

use super::sea_state::{DAYS, MONTHS, STEP, STEPS, STEPS_A_DAY, Scores, SeaState, months};
use crate::chance::Chance;

/// Limits of significant wave height, m.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Above it lifting stops.
    pub work: f64,
    /// Above it no pipe is handled.
    pub handle: f64,
    /// Above it the pipe must be on deck; `None`: the pipe bears any sea.
    pub leave: Option<f64>,
}

/// The pipe's times, h.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pipe {
    /// To run all of it in.
    pub run_in: f64,
    /// To pull all of it out.
    pub pull_out: f64,
    /// To start again after a stop.
    pub restart: f64,
    /// How far ahead the sea is known.
    pub notice: f64,
}

/// Typhoons that come within reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Typhoons {
    /// Mean number in each month.
    pub each_month: [f64; MONTHS],
    /// How long each keeps ships away, h.
    pub away: f64,
}

/// What the vessel does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Mud comes up.
    Lifting,
    /// The slurry is set in motion again.
    Starting,
    /// The pipe hangs, nothing is lifted.
    HangingOn,
    /// The pipe is run in.
    RunningIn,
    /// The sea is too rough to run it in.
    Waiting,
    /// The pipe is pulled out.
    PullingOut,
    /// It should be pulled out and the sea is too rough for it.
    Caught,
    /// The pipe is on deck and the ship out of the way.
    Away,
}

impl State {
    /// All, in the order they are told.
    pub const ALL: [State; 8] = [
        State::Lifting,
        State::Starting,
        State::HangingOn,
        State::RunningIn,
        State::Waiting,
        State::PullingOut,
        State::Caught,
        State::Away,
    ];

    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            State::Lifting => "lifting",
            State::Starting => "starting again",
            State::HangingOn => "hanging on",
            State::RunningIn => "running in",
            State::Waiting => "waiting to run in",
            State::PullingOut => "pulling out",
            State::Caught => "caught with the pipe out",
            State::Away => "away",
        }
    }
}

/// A year as it went.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Year {
    /// Hours in each state, month by month.
    pub hours: [[f64; State::ALL.len()]; MONTHS],
    /// Times lifting was stopped by the sea with the pipe left hanging.
    pub stops: f64,
    /// Times the pipe was pulled out.
    pub pulls: f64,
    /// Typhoons that came.
    pub typhoons: f64,
    /// Hours with pipe in the water and the sea beyond the limit to leave, or a typhoon there.
    pub exposed: f64,
}

impl Year {
    /// Hours in a state over the year.
    pub fn hours_of(&self, state: State) -> f64 {
        self.hours.iter().map(|month| month[state as usize]).sum()
    }
}

/// A step of the sea, as the deck sees it.
#[derive(Debug, Clone, Copy, Default)]
struct Sea {
    works: bool,
    handles: bool,
    bears: bool,
}

/// The sea and what is done in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The sea.
    pub sea: SeaState,
    /// Limits.
    pub limits: Limits,
    /// The pipe.
    pub pipe: Pipe,
    /// Typhoons; `None`: none come.
    pub typhoons: Option<Typhoons>,
}

/// The sea of coming years.
struct Coming<'p> {
    plan: &'p Plan,
    /// Scores of the limits, month by month: work, handle, leave.
    scores: [[f64; 3]; MONTHS],
    drawn: Scores,
    chance: Chance,
    steps: u64,
    /// Steps that the last typhoon still takes.
    blown: usize,
}

impl<'p> Coming<'p> {
    fn of(plan: &'p Plan, chance: Chance) -> Self {
        let limits = &plan.limits;
        let of = |month: usize, height: f64| plan.sea.score(month, height);
        let scores = std::array::from_fn(|month| {
            let leave = limits.leave.map_or(f64::INFINITY, |height| of(month, height));
            [of(month, limits.work), of(month, limits.handle), leave]
        });
        Self { plan, scores, drawn: plan.sea.scores(chance), chance: chance.within(3), steps: 0, blown: 0 }
    }

    /// The next year, and how many typhoons begin in it.
    fn year(&mut self) -> (Vec<Sea>, f64) {
        let (mut came, mut seas) = (0.0, Vec::with_capacity(STEPS));
        for (month, score) in months().zip(self.drawn.year()) {
            if let Some(typhoons) = &self.plan.typhoons {
                let rate = typhoons.each_month[month] / (DAYS[month] * STEPS_A_DAY) as f64;
                if rate > 0.0 && self.chance.share(self.steps) < -(-rate).exp_m1() {
                    came += 1.0;
                    self.blown = self.blown.max((typhoons.away / STEP).ceil() as usize);
                }
            }
            self.steps += 1;
            let calm = self.blown == 0;
            self.blown = self.blown.saturating_sub(1);
            let [work, handle, leave] = self.scores[month].map(|limit| calm && score <= limit);
            seas.push(Sea { works: work, handles: handle, bears: leave });
        }
        (seas, came)
    }
}

/// Where the pipe is.
struct Deck {
    /// Share of the pipe that is down.
    down: f64,
    leaving: bool,
    lifted: bool,
    starting: f64,
}

impl Plan {
    /// So many years, one after the other; each is told. The first begins with the pipe on deck and is not counted.
    pub fn watch(&self, chance: Chance, years: usize, mut told: impl FnMut(Year)) {
        let mut coming = Coming::of(self, chance);
        let notice = ((self.pipe.notice / STEP).ceil() as usize).min(STEPS);
        let mut deck = Deck { down: 0.0, leaving: false, lifted: false, starting: self.pipe.restart };
        let mut now = coming.year();
        for counted in 0..=years {
            let next = coming.year();
            let until = until_leave(&now.0, &next.0);
            let mut year = Year { typhoons: now.1, ..Year::default() };
            for (at, (month, sea)) in months().zip(&now.0).enumerate() {
                deck.step(&self.pipe, *sea, until[at] <= notice, month, &mut year);
            }
            if counted > 0 {
                told(year);
            }
            now = next;
        }
    }
}

/// Steps from each step of a year to the next one that no pipe bears; that step itself counts nought.
fn until_leave(now: &[Sea], next: &[Sea]) -> Vec<usize> {
    let mut until = next.iter().position(|sea| !sea.bears).map_or(usize::MAX, |at| at);
    let mut all = vec![usize::MAX; now.len()];
    for (at, sea) in now.iter().enumerate().rev() {
        until = if sea.bears { until.saturating_add(1) } else { 0 };
        all[at] = until;
    }
    all
}

impl Deck {
    fn step(&mut self, pipe: &Pipe, sea: Sea, leave_in_sight: bool, month: usize, year: &mut Year) {
        if self.down > 0.0 && !sea.bears {
            year.exposed += STEP;
        }
        let mut left = STEP;
        while left > 0.0 {
            if leave_in_sight && self.down > 0.0 && !self.leaving {
                self.leaving = true;
                year.pulls += 1.0;
            }
            let (state, spent) = if self.leaving {
                self.lifted = false;
                if sea.handles { (State::PullingOut, self.pull(pipe, left)) } else { (State::Caught, left) }
            } else if self.down < 1.0 && leave_in_sight {
                (State::Away, left)
            } else if self.down < 1.0 {
                if sea.handles { (State::RunningIn, self.run(pipe, left)) } else { (State::Waiting, left) }
            } else if !sea.works {
                year.stops += f64::from(u8::from(self.lifted));
                self.lifted = false;
                self.starting = pipe.restart;
                (State::HangingOn, left)
            } else if self.starting > 0.0 {
                let spent = self.starting.min(left);
                self.starting -= spent;
                (State::Starting, spent)
            } else {
                self.lifted = true;
                (State::Lifting, left)
            };
            year.hours[month][state as usize] += spent;
            left -= spent;
        }
    }

    /// Pulls as long as there is pipe; the hours it takes.
    fn pull(&mut self, pipe: &Pipe, left: f64) -> f64 {
        let need = self.down * pipe.pull_out;
        if need <= left {
            self.down = 0.0;
            self.leaving = false;
            return need;
        }
        self.down -= left / pipe.pull_out;
        left
    }

    /// Runs in as long as there is pipe on deck; the hours it takes.
    fn run(&mut self, pipe: &Pipe, left: f64) -> f64 {
        let need = (1.0 - self.down) * pipe.run_in;
        if need <= left {
            self.down = 1.0;
            self.starting = pipe.restart;
            return need;
        }
        self.down += left / pipe.run_in;
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sets one number of a plan.
    type Set<'s> = &'s dyn Fn(&mut Plan, f64);

    fn plan(memory: f64) -> Plan {
        Plan {
            sea: SeaState {
                scale: std::array::from_fn(|month| if month % 11 < 3 { 2.8 } else { 2.0 }),
                shape: [2.0; MONTHS],
                memory,
                yearly: 0.05,
            },
            limits: Limits { work: 3.0, handle: 2.5, leave: Some(6.0) },
            pipe: Pipe { run_in: 120.0, pull_out: 72.0, restart: 6.0, notice: 96.0 },
            typhoons: Some(Typhoons {
                each_month: [0.0, 0.0, 0.0, 0.1, 0.1, 0.2, 0.3, 0.4, 0.4, 0.3, 0.1, 0.0],
                away: 96.0,
            }),
        }
    }

    fn years(plan: &Plan, seed: u64, count: usize) -> Vec<Year> {
        let mut all = Vec::new();
        plan.watch(Chance::of(seed), count, |year| all.push(year));
        all
    }

    fn lifting(plan: &Plan) -> Vec<f64> {
        years(plan, 3, 150).iter().map(|year| year.hours_of(State::Lifting)).collect()
    }

    fn mean(values: &[f64]) -> f64 {
        values.iter().sum::<f64>() / values.len() as f64
    }

    #[test]
    fn every_hour_of_a_year_is_spent_once() {
        for year in years(&plan(48.0), 1, 40) {
            let all: f64 = State::ALL.iter().map(|state| year.hours_of(*state)).sum();
            assert!((all - 8760.0).abs() < 1e-6, "{all}");
            for (month, days) in DAYS.iter().enumerate() {
                assert!((year.hours[month].iter().sum::<f64>() - 24.0 * *days as f64).abs() < 1e-6);
            }
        }
    }

    /// With nothing to run in, pull out or start, lifting has the share of time that the sea stays below the limit: the law itself.
    #[test]
    fn without_a_pipe_to_handle_the_sea_alone_decides() {
        for memory in [0.0, 60.0] {
            let mut bare = plan(memory);
            bare.limits.leave = None;
            bare.typhoons = None;
            bare.pipe = Pipe { run_in: 0.0, pull_out: 0.0, restart: 0.0, notice: 0.0 };
            let hours = lifting(&bare);
            let law = 8760.0 * bare.sea.share_of_year_below(bare.limits.work);
            let spread = (hours.iter().map(|h| (h - mean(&hours)).powi(2)).sum::<f64>() / hours.len() as f64).sqrt();
            let error = spread / (hours.len() as f64).sqrt();
            assert!((mean(&hours) - law).abs() < 4.0 * error, "{} {law} ± {error}", mean(&hours));
            assert!(
                hours.iter().zip(years(&bare, 3, 150)).all(|(h, year)| {
                    (h + year.hours_of(State::HangingOn) - 8760.0).abs() < 1e-6 && year.pulls == 0.0
                })
            );
        }
    }

    /// Second route on a sea that is always calm: each typhoon takes its notice, its days, the run in and the start, and no more.
    #[test]
    fn in_a_calm_sea_a_typhoon_takes_what_it_must() {
        let mut calm = plan(48.0);
        calm.sea.scale = [0.01; MONTHS];
        let mut rare = [0.0; MONTHS];
        rare[5] = 0.2;
        calm.typhoons = Some(Typhoons { each_month: rare, away: 96.0 });
        let mut seen = 0;
        for year in years(&calm, 11, 300).iter().filter(|year| year.typhoons < 1.5) {
            let lost = year.typhoons * (96.0 + 96.0 + 120.0 + 6.0);
            assert!((year.hours_of(State::Lifting) - (8760.0 - lost)).abs() < 1e-6, "{year:?}");
            assert!((year.pulls - year.typhoons).abs() < 1e-12 && year.exposed == 0.0);
            seen += usize::from(year.typhoons > 0.0);
        }
        assert!(seen > 20);
    }

    /// The pipe's way does not hang on the limit to work: on the same sea no year loses by a higher one. Of the others, the mean gains.
    #[test]
    fn wider_limits_and_quicker_pipes_lift_longer() {
        let hours_at = |change: &dyn Fn(&mut Plan)| {
            let mut changed = plan(48.0);
            change(&mut changed);
            lifting(&changed)
        };
        let mut before = vec![0.0; 150];
        for work in [1.0, 2.0, 2.5, 3.0, 4.0, 9.0] {
            let mut changed = plan(48.0);
            changed.limits.work = work;
            changed.pipe.restart = 0.0;
            let hours = lifting(&changed);
            assert!(hours.iter().zip(&before).all(|(now, then)| now >= then), "{work}");
            assert!(mean(&hours) > mean(&before) || work > 8.0);
            before = hours;
        }
        let means = |values: &[f64], set: Set<'_>| -> Vec<f64> {
            values.iter().map(|value| mean(&hours_at(&|plan| set(plan, *value)))).collect()
        };
        let sets: [(&[f64], Set<'_>); 4] = [
            (&[3.5, 4.5, 6.0, 9.0], &|plan, value| plan.limits.leave = Some(value)),
            (&[1.5, 2.0, 2.5, 3.5], &|plan, value| plan.limits.handle = value),
            (&[480.0, 240.0, 120.0, 24.0], &|plan, value| plan.pipe.run_in = value),
            (&[48.0, 24.0, 6.0, 0.0], &|plan, value| plan.pipe.restart = value),
        ];
        for (at, (values, set)) in sets.into_iter().enumerate() {
            let found = means(values, set);
            assert!(found.windows(2).all(|pair| pair[1] > pair[0]), "{at}: {found:?}");
        }
    }

    #[test]
    fn a_short_notice_leaves_the_pipe_in_the_storm() {
        let exposed = |notice: f64| {
            let mut plan = plan(48.0);
            plan.pipe.notice = notice;
            years(&plan, 2, 60).iter().map(|year| year.exposed).sum::<f64>()
        };
        assert!(exposed(0.0) > exposed(48.0) && exposed(48.0) > exposed(240.0));
    }

    #[test]
    fn the_same_seed_gives_the_same_years() {
        assert_eq!(years(&plan(48.0), 4, 5), years(&plan(48.0), 4, 5));
        assert_ne!(years(&plan(48.0), 4, 5), years(&plan(48.0), 5, 5));
        assert_eq!(years(&plan(48.0), 4, 5)[..], years(&plan(48.0), 4, 9)[..5]);
    }
}
