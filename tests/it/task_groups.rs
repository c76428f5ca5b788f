//! `task-groups`: what is awaited together goes into an `asyncio.TaskGroup`.

use std::process::Command;

use crate::support::{Scratch, pythons, skip};

const BEFORE: &str = r#"import asyncio


async def double(n):
    await asyncio.sleep(0)
    return n * 2


class Report:
    async def fill(self, n):
        self.first = await double(n)
        self.second = await double(n + 1)
        return self.first, self.second


async def pair(n):
    a = await double(n)
    b = await double(n + 1)
    return a, b


async def quiet(n):
    await double(n)
    await double(n)


async def told(ns):
    for n in ns:
        await double(n)


async def every(ns):
    return [await double(n) for n in ns if n]


async def filled(ns):
    out = []
    for n in ns:
        out.append(await double(n))
    return out


async def inside(ns):
    print([await double(n) for n in ns])


async def main():
    print(await pair(1), await Report().fill(2), await quiet(1))
    print(await every([1, 0, 2]), await filled([3, 4]))
    await inside([5])
    await told([6])


asyncio.run(main())
"#;

const AFTER: &str = r#"import asyncio


async def double(n):
    await asyncio.sleep(0)
    return n * 2


class Report:
    async def fill(self, n):
        async with asyncio.TaskGroup() as group:
            first_task = group.create_task(double(n))
            second_task = group.create_task(double(n + 1))
        self.first = first_task.result()
        self.second = second_task.result()
        return self.first, self.second


async def pair(n):
    async with asyncio.TaskGroup() as group:
        a_task = group.create_task(double(n))
        b_task = group.create_task(double(n + 1))
    a = a_task.result()
    b = b_task.result()
    return a, b


async def quiet(n):
    async with asyncio.TaskGroup() as group:
        group.create_task(double(n))
        group.create_task(double(n))


async def told(ns):
    async with asyncio.TaskGroup() as group:
        for n in ns:
            group.create_task(double(n))


async def every(ns):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(double(n)) for n in ns if n]
    return [task.result() for task in tasks]


async def filled(ns):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(double(n)) for n in ns]
    out = [task.result() for task in tasks]
    return out


async def inside(ns):
    print([await double(n) for n in ns])


async def main():
    print(await pair(1), await Report().fill(2), await quiet(1))
    print(await every([1, 0, 2]), await filled([3, 4]))
    await inside([5])
    await told([6])


asyncio.run(main())
"#;

/// What the file becomes.
fn fixed(settings: &str, options: &[&str]) -> String {
    let settings = format!("select = ['awaits-to-gather']\nunsafe-fixes = true\n{settings}");
    let scratch = Scratch::with(&[("unspool.toml", settings.as_str()), ("main.py", BEFORE)]);
    scratch.run(["fix"].iter().chain(options)).exits(0);
    String::from_utf8(scratch.read("main.py")).expect("the file stays text")
}

#[test]
fn groups_are_written_where_they_are_asked_for() {
    let asked = "task-groups = true\n";
    assert_eq!(fixed(&format!("{asked}target-version = '3.11'\n"), &[]), AFTER);
    assert_eq!(fixed("target-version = '3.12'\n", &["--task-groups"]), AFTER);
    for gathers in [fixed("target-version = '3.11'\n", &[]), fixed(asked, &["--target-version", "3.10"])] {
        assert!(gathers.contains("asyncio.gather(") && !gathers.contains("TaskGroup"), "{gathers}");
    }
}

#[test]
fn groups_give_what_one_after_the_other_gave() {
    let Some(python) = pythons().iter().find(|p| p.version >= (3, 11)) else {
        skip!("groups_give_what_one_after_the_other_gave", "no Python has task groups");
    };
    let printed = |text: &str| {
        let scratch = Scratch::with(&[("main.py", text)]);
        let run = Command::new(&python.path).arg(scratch.join("main.py")).output().expect("it runs");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        run.stdout
    };
    assert_eq!(printed(BEFORE), printed(AFTER));
}
