//! Waves: a few repositories first, and no more than a few if people do not want it.

use std::collections::BTreeMap;

use crate::config::{Config, Waves};
use crate::store::{Decision, State, Unit};
use crate::text::sha256;

/// The wave of each repository with an accepted change set, from 0. Repositories that are in one stay there; the others follow in an order
/// that does not depend on which others there are.
pub fn assign(config: &Config, units: &[Unit]) -> BTreeMap<String, usize> {
    let mut waves: BTreeMap<String, usize> = BTreeMap::new();
    for unit in units {
        if let Some(wave) = unit.wave {
            waves.insert(unit.repository.clone(), usize::try_from(wave).unwrap_or(0));
        }
    }
    let mut rest: Vec<&str> = units
        .iter()
        .filter(|unit| unit.change.is_some() && unit.decision == Decision::Accepted)
        .filter(|unit| !waves.contains_key(&unit.repository))
        .map(|unit| &*unit.repository)
        .collect();
    rest.sort_by_key(|name| sha256(format!("{}\n{name}", config.campaign.id).as_bytes()));
    rest.dedup();
    for name in rest {
        let has_room = |(wave, size): (usize, &usize)| {
            (waves.values().filter(|other| **other == wave).count() < *size).then_some(wave)
        };
        let sizes = &config.waves.sizes;
        let wave = sizes.iter().enumerate().find_map(has_room).unwrap_or(sizes.len());
        waves.insert(name.to_owned(), wave);
    }
    waves
}

/// How far pull requests may be opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Gate {
    /// Up to this wave, which is the last one with anything to do, or...
    All,
    /// ...only up to this one; why.
    Until(usize, String),
    /// Not at all; why.
    Stop(String),
}

pub fn gate(config: &Config, units: &[Unit], waves: &BTreeMap<String, usize>) -> Gate {
    let Waves { merged: enough, stop_closed, stop_red, stop_opt_outs, .. } = config.waves;
    let published: Vec<&Unit> = units.iter().filter(|unit| unit.pull.is_some()).collect();
    let count =
        |units: &[&Unit], test: &dyn Fn(&Unit) -> bool| units.iter().filter(|unit| test(unit)).count();
    let share = |part: usize, of: usize| if of == 0 { 0.0 } else { part as f64 / of as f64 };
    let closed = count(&published, &|unit| unit.state == State::Closed);
    if share(closed, published.len()) > stop_closed {
        return Gate::Stop(format!("{closed} of {} were closed without a merge", published.len()));
    }
    let open: Vec<&Unit> = published.iter().copied().filter(|unit| unit.state == State::Open).collect();
    let red = count(&open, &|unit| unit.checks.as_deref() == Some("red"));
    if share(red, open.len()) > stop_red {
        return Gate::Stop(format!("{red} of {} open ones have red checks", open.len()));
    }
    let opted_out = units.iter().filter(|unit| unit.reason.starts_with("opted out")).count();
    if opted_out > 0 && opted_out >= stop_opt_outs {
        return Gate::Stop(format!("{opted_out} opted out since the campaign began"));
    }
    let last = waves.values().max().copied().unwrap_or(0);
    for wave in 0..last {
        let in_wave: Vec<&Unit> = units
            .iter()
            .filter(|unit| waves.get(&unit.repository).is_some_and(|other| *other <= wave))
            .collect();
        let untouched = count(&in_wave, &|unit| {
            unit.change.is_some()
                && unit.decision == Decision::Accepted
                && unit.pull.is_none()
                && matches!(unit.state, State::Planned | State::Waiting)
        });
        let with_pull = count(&in_wave, &|unit| unit.pull.is_some());
        let merged = count(&in_wave, &|unit| unit.state == State::Merged);
        if untouched > 0 {
            return Gate::Until(wave, format!("wave {} is not all published", wave + 1));
        }
        if share(merged, with_pull) < enough && with_pull > 0 {
            return Gate::Until(wave, format!("{merged} of {with_pull} are merged in the waves so far"));
        }
    }
    Gate::All
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(sizes: &str) -> Config {
        let text = format!("[campaign]\nid='c'\ncontact='x'\n[repositories]\n[waves]\nsizes={sizes}\n");
        Config::parse(&text, std::path::Path::new("/")).expect("it is right")
    }

    fn unit(repository: &str, wave: Option<i64>, state: State, has_pull: bool) -> Unit {
        Unit {
            repository: repository.into(),
            unit: "u".into(),
            change: Some("id".into()),
            diff: "d".into(),
            state,
            reason: String::new(),
            decision: Decision::Accepted,
            oversize: false,
            lines: 1,
            sites: 1,
            pull: has_pull.then_some(1),
            web: None,
            head: None,
            published: None,
            checks: None,
            wave,
            updated: 0,
        }
    }

    #[test]
    fn a_repository_keeps_its_wave() {
        let config = config("[2,3]");
        let mut units: Vec<Unit> =
            (0..10).map(|number| unit(&format!("o/{number}"), None, State::Planned, false)).collect();
        let first = assign(&config, &units);
        let sizes = |waves: &BTreeMap<String, usize>| {
            (0..3).map(|wave| waves.values().filter(|other| **other == wave).count()).collect::<Vec<_>>()
        };
        assert_eq!(sizes(&first), [2, 3, 5]);
        for unit in &mut units {
            unit.wave = first.get(&unit.repository).and_then(|wave| i64::try_from(*wave).ok());
        }
        units.push(unit("o/new", None, State::Planned, false));
        let second = assign(&config, &units);
        assert!(first.iter().all(|(name, wave)| second[name] == *wave));
        assert_eq!(second["o/new"], 2);
    }

    #[test]
    fn waves_wait_and_stop() {
        use State::{Closed, Merged, Open, Planned};
        let config = config("[2,2]");
        let later = unit("o/3", Some(1), Planned, false);
        for (first, second, expected) in [
            ((Planned, false), (Planned, false), "until 0"),
            ((Open, true), (Planned, false), "until 0"),
            ((Open, true), (Open, true), "until 0"),
            ((Merged, true), (Open, true), "all"),
            ((Merged, true), (Merged, true), "all"),
            ((Closed, true), (Merged, true), "stop"),
        ] {
            let units = [
                unit("o/1", Some(0), first.0, first.1),
                unit("o/2", Some(0), second.0, second.1),
                later.clone(),
            ];
            let shown = match gate(&config, &units, &assign(&config, &units)) {
                Gate::All => "all".to_owned(),
                Gate::Until(wave, _) => format!("until {wave}"),
                Gate::Stop(_) => "stop".to_owned(),
            };
            assert_eq!(shown, expected, "{first:?} {second:?}");
        }
    }
}
